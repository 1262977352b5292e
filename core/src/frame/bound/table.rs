//! A table within a bound: numbers move, all else stays.

use super::{
    Cost, Tolerance, Tolerances,
    lattice::{self, MAX_PLACES, Moved, Readings},
    levels, spare,
};
use crate::{
    num::{Decimal, decimal::Significant, power::POW10, text::TEXT},
    table::{Care, Column, Content, Format, Layout, Numbers, Style, Table, float::Float},
};
use alloc::{collections::BTreeSet, vec::Vec};
use core::ops::Range;

/// Moves the numbers of a table as far as it makes sense within `bounds`; `halves` allows for more decimals.
/// Says whether any number may have moved.
pub(in crate::frame) fn near(table: &mut Table, layout: &Layout, bounds: &Tolerances, halves: bool) -> bool {
    let glued = layout.glued();
    let mut moved = false;
    for (fields, content) in with_fields(&mut table.columns) {
        let Content::Numbers(numbers) = content else { continue };
        let tolerances: Vec<Tolerance> = fields.clone().map(|field| bounds.of(field)).collect();
        if may_move(numbers, &fields, &glued, bounds)
            && let Some((readings, style)) = readings_of(numbers)
            && (bounds.are_judged(fields.clone()) || !spare::spares(&readings, bounds.tightest(fields)))
            && let Some(near) = near_column(numbers, readings, style, &tolerances, halves)
        {
            *numbers = near;
            moved = true;
        }
    }
    moved
}

/// Decides on the text of the first segment which columns a bound for all of them spares, and counts what it costs the others.
pub(super) fn judge(text: &[u8], layout: &Layout, bounds: &mut Tolerances) {
    let Some(mut table) = layout.split(text, Care::Full) else { return };
    let glued = layout.glued();
    for (fields, content) in with_fields(&mut table.columns) {
        let Content::Numbers(numbers) = content else { continue };
        let Some((readings, style)) =
            readings_of(numbers).filter(|_| may_move(numbers, &fields, &glued, bounds))
        else {
            continue;
        };
        // A column that has no number yet is judged where it has.
        if readings.units.is_empty() {
            continue;
        }
        if !bounds.are_judged(fields.clone()) && spare::spares(&readings, bounds.tightest(fields.clone())) {
            fields.for_each(|field| bounds.set(field, Tolerance::EXACT));
            continue;
        }
        let tolerances: Vec<Tolerance> = fields.clone().map(|field| bounds.of(field)).collect();
        let distinct = spare::distinct(&readings.units);
        let near = near_column(numbers, readings, style, &tolerances, true);
        let left = near.map_or(distinct, |near| spare::distinct(&near.values));
        bounds.cost(fields.start, Cost { distinct: distinct as u64, left: left as u64 });
    }
}

/// Keeps clocks and counts of rows exact that have no tolerance of their own.
pub(super) fn spare_clocks(text: &[u8], layout: &Layout, bounds: &mut Tolerances) {
    let Some(mut table) = layout.split(text, Care::Full) else { return };
    for (fields, content) in with_fields(&mut table.columns) {
        if let Content::Numbers(numbers) = content
            && !bounds.are_judged(fields.clone())
            && let Some((readings, _)) = readings_of(numbers)
            && spare::is_clock(&readings.units, readings.places)
        {
            fields.for_each(|field| bounds.set(field, Tolerance::EXACT));
        }
    }
}

/// Columns with the fields that each covers.
fn with_fields(columns: &mut [Column]) -> impl Iterator<Item = (Range<usize>, &mut Content)> {
    let mut first = 0;
    columns.iter_mut().map(move |Column { span, content }| {
        first += *span;
        (first - *span..first, content)
    })
}

/// Whether a column's numbers are measurements that a bound is for, and printed apart from what stands around them.
fn may_move(numbers: &Numbers, fields: &Range<usize>, glued: &BTreeSet<usize>, bounds: &Tolerances) -> bool {
    // Numbers that are filled up with zeros, and hexadecimal ones, are mostly names of something.
    let named = || fields.clone().all(|field| bounds.has_own(field));
    !numbers.affix.is_name()
        && (!has_width(numbers) || named())
        && !bounds.tightest(fields.clone()).is_exact()
        && !fields.clone().any(|field| glued.contains(&field))
}

/// Whether numbers are written with so many digits at least.
fn has_width(numbers: &Numbers) -> bool {
    numbers.affix.is_padded() || matches!(numbers.format, Format::Hex(_))
}

/// The numbers of a column as they are read; none of times.
fn readings_of(numbers: &Numbers) -> Option<(Readings, Style)> {
    match &numbers.format {
        Format::Decimal { places, style } => {
            Some((Readings { units: numbers.values.clone(), places: *places, exact: true }, *style))
        }
        Format::Float(float) => Some((read(&printed(float, numbers)?)?, Style::Pointed)),
        // Numbers of another magnitude than their line stay.
        Format::Significant(_, layout) if layout.scientific().is_some_and(|style| style.shift != 0) => None,
        Format::Significant(line, _) => {
            let decimals: Option<Vec<Decimal>> =
                numbers.values.iter().map(|value| line.decimal(*value)).collect();
            Some((read(&decimals?)?, Style::Trimmed))
        }
        Format::Hex(_) => {
            Some((Readings { units: numbers.values.clone(), places: 0, exact: true }, Style::Fixed))
        }
        Format::Time(_) => None,
    }
}

/// The column within the tolerances of the neighbouring fields that it covers.
fn near_column(
    numbers: &Numbers,
    readings: Readings,
    style: Style,
    tolerances: &[Tolerance],
    halves: bool,
) -> Option<Numbers> {
    if has_width(numbers) {
        return within_width(numbers, &readings, twice(numbers, &readings, tolerances)?);
    }
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
    Some(Numbers {
        affix: numbers.affix.clone(),
        format: format_of(&numbers.format, style, &units, places)?,
        values: units,
        ulps: Vec::new(),
        exceptions: numbers.exceptions.clone(),
    })
}

/// The column moved by at most half of `twice` units, with no decimal more. What lies between its smallest and its largest
/// number takes no other sign and no more digits.
fn within_width(numbers: &Numbers, readings: &Readings, twice: u64) -> Option<Numbers> {
    let Moved { units, .. } = lattice::move_to(readings, twice, false)?;
    let (low, high) = (*readings.units.iter().min()?, *readings.units.iter().max()?);
    let values = units.into_iter().map(|unit| unit.clamp(low, high)).collect();
    Some(Numbers { values, ..numbers.clone() })
}

/// How numbers in units of 10^-`places` are written in the manner of `format`.
fn format_of(format: &Format, style: Style, units: &[i64], places: u8) -> Option<Format> {
    /// Digits of a line without bends.
    const STRAIGHT: u8 = 17;
    let layout = match format {
        Format::Significant(_, layout) => Some(*layout),
        Format::Float(float) => Some(float.printer.layout),
        _ => None,
    };
    let Some(layout) = layout.filter(|layout| layout.scientific().is_some()) else {
        return Some(Format::Decimal { places, style: if places == 0 { Style::Fixed } else { style } });
    };
    let most = POW10.get(usize::from(STRAIGHT))?;
    let fits = units.iter().all(|unit| unit.unsigned_abs() < *most);
    Significant::new(STRAIGHT, places).filter(|_| fits).map(|line| Format::Significant(line, layout))
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
    let most = decimals.iter().map(|decimal| decimal.places).max()?.min(MAX_PLACES);
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
