//! A table within a bound: numbers move, all else stays.

use super::{
    Tolerance, Tolerances,
    lattice::{self, MOST_PLACES, Moved, Readings},
    levels,
};
use crate::{
    num::{Decimal, power::POW10, text::TEXT},
    table::{Column, Content, Format, Numbers, Style, Table, float::Float},
};
use alloc::vec::Vec;

/// Moves the numbers of a table as far as it makes sense within `bounds`; `halves` allows for more decimals.
/// Says whether any number may have moved.
pub(in crate::frame) fn near(table: &mut Table, bounds: &Tolerances, halves: bool) -> bool {
    let mut moved = false;
    let mut first = 0;
    for Column { span, content } in &mut table.columns {
        let tolerances: Vec<Tolerance> = (first..first + *span).map(|field| bounds.of(field)).collect();
        first += *span;
        if let Content::Numbers(numbers) = content
            && !numbers.affix.is_name()
            && tolerances.iter().all(|tolerance| !tolerance.is_exact())
            && let Some(near) = near_column(numbers, &tolerances, halves)
        {
            *numbers = near;
            moved = true;
        }
    }
    moved
}

/// The values of a column of decimals and how many places they have.
pub(super) fn decimals(numbers: &Numbers) -> Option<(&[i64], u8)> {
    match &numbers.format {
        Format::Decimal { places, .. } => Some((&numbers.values, *places)),
        _ => None,
    }
}

/// The column within the tolerances of the neighbouring fields that it covers.
fn near_column(numbers: &Numbers, tolerances: &[Tolerance], halves: bool) -> Option<Numbers> {
    let (readings, style) = match &numbers.format {
        Format::Decimal { places, style } => {
            (Readings { units: numbers.values.clone(), places: *places, exact: true }, *style)
        }
        Format::Float(float) => (read(&printed(float, numbers)?)?, Style::Pointed),
        Format::Significant(line, _) => {
            let decimals: Option<Vec<Decimal>> =
                numbers.values.iter().map(|value| line.decimal(*value)).collect();
            (read(&decimals?)?, Style::Trimmed)
        }
        Format::Time(_) => return None,
    };
    let on_levels = || levels::move_to(&readings, twice(numbers, &readings, tolerances)?);
    let moved = if halves && readings.exact { on_levels() } else { None };
    let Moved { units, places } = match (moved, &numbers.format, tolerances) {
        (Some(moved), _, _) => moved,
        (None, Format::Float(_) | Format::Significant(..), [tolerance]) => {
            let readings = lattice::coarsened(readings, *tolerance);
            lattice::move_to(&readings, twice(numbers, &readings, tolerances)?, halves)?
        }
        _ => lattice::move_to(&readings, twice(numbers, &readings, tolerances)?, halves)?,
    };
    let style = if places == 0 { Style::Fixed } else { style };
    Some(Numbers {
        affix: numbers.affix.clone(),
        format: Format::Decimal { places, style },
        values: units,
        ulps: Vec::new(),
        exceptions: numbers.exceptions.clone(),
    })
}

/// Twice what all of the neighbouring fields allow, in units of the readings.
fn twice(numbers: &Numbers, readings: &Readings, tolerances: &[Tolerance]) -> Option<u64> {
    let of_field = |(field, tolerance): (usize, &Tolerance)| {
        let cells = fields(numbers, tolerances.len()).zip(&readings.units);
        let range = readings.range(cells.filter(|(of, _)| *of == field).map(|(_, unit)| *unit));
        tolerance.twice(readings.places, range, readings.places)
    };
    tolerances.iter().enumerate().map(of_field).min()
}

/// Which of `span` neighbouring fields each number stands in.
fn fields(numbers: &Numbers, span: usize) -> impl Iterator<Item = usize> {
    let mut exceptions = numbers.exceptions.at.iter().copied().peekable();
    let is_number = move |cell: &usize| exceptions.next_if(|at| *at as usize == *cell).is_none();
    (0..numbers.cells()).filter(is_number).map(move |cell| cell % span)
}

/// The floats of a column as the decimals that they are written as.
fn printed(float: &Float, numbers: &Numbers) -> Option<Vec<Decimal>> {
    let mut ulps = numbers.ulps.iter().copied();
    let decimal = |value: &i64| {
        let mut text = [0; TEXT];
        let length = float.print(*value, ulps.next().unwrap_or(0), &mut text);
        Decimal::parse_exponent(text.get(..length)?)
    };
    numbers.values.iter().map(decimal).collect()
}

/// Decimals as units of one size; `None` if there are some that are too long.
fn read(decimals: &[Decimal]) -> Option<Readings> {
    let most = decimals.iter().map(|decimal| decimal.places).max()?.min(MOST_PLACES);
    let in_unit =
        |places: u8| decimals.iter().map(|decimal| units(*decimal, places)).collect::<Option<Vec<i64>>>();
    let (places, units) = (0..=most).rev().find_map(|places| Some((places, in_unit(places)?)))?;
    let exact = decimals.iter().all(|decimal| decimal.places <= places);
    Some(Readings { units, places, exact })
}

/// A number in units of 10^-`places`, rounded down; `None` if it is too large.
fn units(decimal: Decimal, places: u8) -> Option<i64> {
    const LARGEST: u64 = 1_000_000_000_000_000_000;
    let power = |n: u8| i64::try_from(*POW10.get(usize::from(n))?).ok();
    let units = match places.checked_sub(decimal.places) {
        Some(more) => decimal.mantissa.checked_mul(power(more)?)?,
        None => match power(decimal.places - places) {
            Some(divisor) => decimal.mantissa.div_euclid(divisor),
            None => decimal.mantissa.signum().min(0),
        },
    };
    (units.unsigned_abs() < LARGEST).then_some(units)
}
