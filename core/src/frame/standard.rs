//! Rows of samples that were standardised, as the whole numbers that they were before.
//!
//! ```text
//! standard := variant u8 | whether each row is one, series of 0 and 1 | numbers of the samples of those that are |
//!             numbers of each place less the one that the samples lend it, in those rows | numbers of the other places
//! variant  := + 1 deviation of a sample, + 2 standardised twice
//! ```
//! A row's samples stand for all its cells, exceptions too; places are those of cells that are none. Called by
//! [`super::columns`] for columns of significant digits.

use super::pieces::alone;
use crate::{
    codec::{Level, numbers, series},
    entropy::Cursor,
    error::Error,
    num::{
        Decimal,
        decimal::Significant,
        standard::{self, Variant},
    },
    table::{Exceptions, Format, Numbers},
};
use alloc::vec::Vec;

/// Fewer neighbours are no row of samples.
const MIN: usize = 8;
/// Rows looked at to choose a variant.
const TRIED: usize = 32;
/// Bits a cell that samples must save.
const WORTH: u64 = 6;

/// A column's rows as samples.
#[derive(Debug)]
pub(super) struct Standard {
    variant: usize,
    is_one: Vec<i64>,
    samples: Vec<i64>,
    off: Vec<i64>,
    others: Vec<i64>,
}

/// The cells of a row: places on a line, `None` for exceptions.
struct Row {
    places: Vec<Option<i64>>,
    /// The samples behind them, if it was standardised.
    samples: Option<Vec<i64>>,
}

impl Standard {
    /// The samples behind the numbers in rows of `span` cells, if most rows were standardised.
    pub(super) fn new(numbers: &Numbers, span: usize) -> Option<Self> {
        let Format::Significant(line, _) = numbers.format else { return None };
        if !(MIN..=standard::MAX_SAMPLES).contains(&span) {
            return None;
        }
        let cells = places(numbers);
        let exceptions: Vec<Option<i64>> = numbers.exceptions.cells.iter().map(nearest).collect();
        let mut exceptions = exceptions.iter();
        let mut rows: Vec<Row> = Vec::new();
        for places in cells.chunks_exact(span) {
            let values: Option<Vec<i64>> = places
                .iter()
                .map(|place| match place {
                    Some(place) => scaled(line.decimal(*place)?),
                    None => exceptions.next().copied().flatten(),
                })
                .collect();
            let samples = values.and_then(|values| standard::lattice(&values));
            rows.push(Row { places: places.to_vec(), samples });
            // Nothing of it: do not look at all rows.
            if rows.len() == TRIED && rows.iter().all(|row| row.samples.is_none()) {
                return None;
            }
        }
        let variant = best_variant(&rows, line)?;
        let mut all =
            Self { variant, is_one: Vec::new(), samples: Vec::new(), off: Vec::new(), others: Vec::new() };
        rows.iter().for_each(|row| all.push(row, line));
        (all.is_one.iter().sum::<i64>() * 2 > rows.len() as i64).then_some(all)
    }

    fn push(&mut self, row: &Row, line: Significant) {
        let variant = Variant::ALL.get(self.variant).copied();
        let off = variant.and_then(|variant| row.off(variant, line));
        let limit = WORTH * row.places.len() as u64;
        match (off, &row.samples) {
            (Some(off), Some(samples)) if bits(&off) < limit => {
                self.is_one.push(1);
                self.samples.extend(samples);
                self.off.extend(off);
            }
            _ => {
                self.is_one.push(0);
                self.others.extend(row.places.iter().flatten());
            }
        }
    }

    /// Appends them.
    pub(super) fn write(&self, level: Level, out: &mut Vec<u8>) {
        out.push(self.variant as u8);
        series::encode(&self.is_one, level, out);
        for numbers in [&self.samples, &self.off, &self.others] {
            numbers::encode(numbers, &[], &[], level, out);
        }
    }
}

impl Row {
    /// How far its places are from those that its samples lend them.
    fn off(&self, variant: Variant, line: Significant) -> Option<Vec<i64>> {
        let lent = variant.places(self.samples.as_ref()?, line)?;
        Some(
            self.places
                .iter()
                .zip(lent)
                .filter_map(|(place, lent)| Some((*place)?.wrapping_sub(lent)))
                .collect(),
        )
    }
}

/// The variant that comes closest to what is printed.
fn best_variant(rows: &[Row], line: Significant) -> Option<usize> {
    let tried: Vec<&Row> = rows.iter().filter(|row| row.samples.is_some()).take(TRIED).collect();
    let cost = |variant: &Variant| {
        tried
            .iter()
            .map(|row| row.off(*variant, line).map_or(u64::from(u32::MAX), |off| bits(&off)))
            .sum::<u64>()
    };
    let costs = Variant::ALL.iter().map(cost).enumerate();
    costs.filter(|_| !tried.is_empty()).min_by_key(|(_, cost)| *cost).map(|(index, _)| index)
}

/// About the bits that small numbers take.
fn bits(off: &[i64]) -> u64 {
    off.iter().map(|off| u64::from(2 * (64 - off.unsigned_abs().leading_zeros()))).sum()
}

/// A column's places, `None` where an exception stands.
fn places(numbers: &Numbers) -> Vec<Option<i64>> {
    let mut exceptions = numbers.exceptions.at.iter().copied().peekable();
    let mut values = numbers.values.iter().copied();
    (0..numbers.cells())
        .map(
            |cell| if exceptions.next_if(|at| *at as usize == cell).is_some() { None } else { values.next() },
        )
        .collect()
}

/// Decimals of the units that lattices are looked for in.
const UNIT_PLACES: u8 = 12;

fn scaled(Decimal { mantissa, places }: Decimal) -> Option<i64> {
    let power = |places: u8| 10i64.checked_pow(u32::from(places));
    match UNIT_PLACES.checked_sub(places) {
        Some(up) => mantissa.checked_mul(power(up)?),
        None => Some(power(places - UNIT_PLACES).map_or(0, |power| mantissa / power)),
    }
}

/// What an exception's cell says.
fn nearest(cell: &[u8]) -> Option<i64> {
    scaled(Decimal::parse_exponent(cell)?)
}

/// Reads the places of `cells` cells in rows of `span`, exceptions left out; models may take so many bytes of memory.
pub(super) fn read(
    cursor: &mut Cursor<'_>,
    line: Significant,
    (cells, span): (usize, usize),
    exceptions: &Exceptions,
    memory: u64,
) -> Result<Vec<i64>, Error> {
    let variant = Variant::ALL.get(usize::from(cursor.u8()?));
    let variant = variant.ok_or(Error::Corrupt("unknown way to standardise"))?;
    let mut is_one = Vec::new();
    series::decode(cursor, cells / span, &mut is_one)?;
    if is_one.iter().any(|is_one| !(0..=1).contains(is_one)) {
        return Err(Error::Corrupt("a row that is neither samples nor places"));
    }
    let is_number = |cell: &usize| exceptions.at.binary_search(&(*cell as u32)).is_err();
    let numbers = |row: usize| (row * span..(row + 1) * span).filter(is_number);
    let ones = || is_one.iter().enumerate().filter(|(_, is_one)| **is_one == 1).map(|(row, _)| row);
    let moved = ones().map(|row| numbers(row).count()).sum();
    let samples = alone(cursor, ones().count() * span, memory)?;
    let off = alone(cursor, moved, memory)?;
    let others = alone(cursor, cells - exceptions.at.len() - moved, memory)?;
    let (mut samples, mut off, mut others) = (samples.chunks_exact(span), off.iter(), others.iter());
    let mut values = Vec::with_capacity(cells - exceptions.at.len());
    for (row, is_one) in is_one.iter().enumerate() {
        if *is_one == 0 {
            values.extend(others.by_ref().take(numbers(row).count()));
            continue;
        }
        let lent = samples.next().and_then(|samples| variant.places(samples, line));
        let lent = lent.ok_or(Error::Corrupt("samples that cannot be standardised"))?;
        let lent = numbers(row).filter_map(|cell| lent.get(cell % span));
        values.extend(lent.zip(off.by_ref()).map(|(lent, off)| lent.wrapping_add(*off)));
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::Layout;
    use proptest::prelude::*;

    const LINE: (u8, u8) = (8, 8);

    /// Rows of samples, standardised and rounded; every `odd`-th cell is an exception.
    fn numbers(rows: &[Vec<i64>], odd: usize) -> Numbers {
        let line = Significant::new(LINE.0, LINE.1).unwrap();
        let variant = Variant { of_sample: true, twice: false };
        let mut exceptions = Exceptions::default();
        let mut values = Vec::new();
        for row in rows {
            let places = variant.places(row, line).unwrap_or_else(|| row.clone());
            for place in places {
                let cell = (values.len() + exceptions.at.len()) as u32;
                if cell as usize % odd == odd - 1 {
                    exceptions.push(cell, b"1.5e-09")
                } else {
                    values.push(place)
                }
            }
        }
        let format = Format::Significant(line, Layout::TRIMMED);
        Numbers { affix: Default::default(), format, values, ulps: Vec::new(), exceptions }
    }

    fn comes_back(numbers: &Numbers, span: usize) -> Option<usize> {
        let standard = Standard::new(numbers, span)?;
        let mut out = Vec::new();
        standard.write(Level::STATIC, &mut out);
        let mut cursor = Cursor::new(&out);
        let line = Significant::new(LINE.0, LINE.1).unwrap();
        let read = read(&mut cursor, line, (numbers.cells(), span), &numbers.exceptions, u64::MAX).unwrap();
        assert_eq!(read, numbers.values);
        assert!(cursor.rest().is_empty());
        Some(out.len())
    }

    #[test]
    fn samples_take_the_place_of_digits() {
        let rows: Vec<Vec<i64>> =
            (0..50).map(|row| (0..24).map(|at| (at * at * (row + 3)) % 97).collect()).collect();
        let size = comes_back(&numbers(&rows, usize::MAX), 24).unwrap();
        assert!(size < 50 * 24 * 9 / 8, "{size}");
    }

    proptest! {
        #[test]
        fn rows_come_back(rows in prop::collection::vec(prop::collection::vec(-99i64..99, 8..=8), 1..40), odd in 3usize..200) {
            comes_back(&numbers(&rows, odd), 8);
        }

        #[test]
        fn hostile_bytes_are_an_error_or_values(bytes in prop::collection::vec(any::<u8>(), 0..90), rows in 0usize..20, span in 1usize..12) {
            let line = Significant::new(LINE.0, LINE.1).unwrap();
            if let Ok(values) = read(&mut Cursor::new(&bytes), line, (rows * span, span), &Exceptions::default(), u64::MAX) {
                prop_assert_eq!(values.len(), rows * span);
            }
        }
    }
}
