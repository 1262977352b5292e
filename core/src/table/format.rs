//! How the numbers of a column are written: cell to integer and back, exactly or not at all.
//!
//! ```text
//! format := 0..=2 style, places u8                     decimals
//!         | 3, pattern                                 dates and times
//!         | 4.., float                                 binary floats
//! ```

use super::{
    affix::Affix,
    cells::Lane,
    column::Care,
    time::{Cache, Pattern},
};
use crate::{
    Error,
    entropy::Cursor,
    num::decimal::{self, Decimal},
};
use alloc::vec::Vec;

/// A way of writing numbers.
#[derive(Debug, Clone, PartialEq)]
pub enum Format {
    /// Decimal digits.
    Decimal {
        /// Decimals of the unit that values count in.
        places: u8,
        /// How many decimals are shown.
        style: Style,
    },
    /// Dates and times of day.
    Time(Pattern),
}

/// How many decimals a decimal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Always all places.
    Fixed,
    /// No zeros at the end, and no point without decimals.
    Trimmed,
    /// No zeros at the end, but at least one decimal.
    Pointed,
}

impl Style {
    const ALL: [Self; 3] = [Self::Fixed, Self::Trimmed, Self::Pointed];

    /// The number in units of `places` decimals, if this style at that unit would write it so.
    #[inline]
    fn scale(self, number: Decimal, places: u8) -> Option<i64> {
        let short = places.checked_sub(number.places)?;
        let zero_at_end = number.mantissa % 10 == 0;
        let fits = match self {
            Self::Fixed => short == 0,
            Self::Trimmed => number.places == 0 || !zero_at_end,
            Self::Pointed => number.places == 1 || (number.places > 1 && !zero_at_end),
        };
        if !fits {
            return None;
        }
        number.mantissa.checked_mul(10i64.checked_pow(u32::from(short))?)
    }
}

/// Share of the sample that a format must write exactly: the rest become exceptions.
const ENOUGH: (usize, usize) = (4, 5);

impl Format {
    /// The format that writes most of the sampled values, if it writes most of them at all.
    pub fn detect(sample: &[&[u8]], care: Care) -> Option<Self> {
        let _ = care;
        let times = Pattern::candidates(sample).into_iter().map(Self::Time);
        let formats: Vec<Self> = times.chain(decimals(sample)).collect();
        let fitting = |format: &Self| {
            let mut reader = format.reader();
            sample.iter().filter(|cell| reader.read(cell).is_some()).count()
        };
        let best = formats.into_iter().rev().max_by_key(fitting)?;
        (fitting(&best) * ENOUGH.1 >= sample.len() * ENOUGH.0 && !sample.is_empty()).then_some(best)
    }

    /// Reads values one by one.
    pub fn reader(&self) -> Reader<'_> {
        Reader { format: self, cache: Cache::default() }
    }

    /// Prints values one by one.
    pub fn printer<'a>(&'a self, affix: &'a Affix, delimiter: u8) -> Printer<'a> {
        Printer { format: self, affix, delimiter, cache: Cache::default() }
    }

    /// Appends the format.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Decimal { places, style } => out.extend([*style as u8, *places]),
            Self::Time(pattern) => {
                out.push(3);
                pattern.write(out);
            }
        }
    }

    /// Reads a format.
    pub fn read(cursor: &mut Cursor<'_>) -> Result<Self, Error> {
        let kind = cursor.u8()?;
        match Style::ALL.get(usize::from(kind)) {
            Some(style) => {
                let places = cursor.u8()?;
                if places > decimal::MAX_PLACES {
                    return Err(Error::Corrupt("impossible number of decimals"));
                }
                Ok(Self::Decimal { places, style: *style })
            }
            None if kind == 3 => Ok(Self::Time(Pattern::read(cursor)?)),
            None => Err(Error::Corrupt("unknown format of a column")),
        }
    }
}

/// The decimal formats worth trying: each style in the unit that holds all but a hundredth of the sample.
fn decimals(sample: &[&[u8]]) -> Vec<Format> {
    let mut places: Vec<u8> =
        sample.iter().filter_map(|cell| Some(decimal::parse_any(cell)?.places)).collect();
    places.sort_unstable();
    let Some(&places) = places.get(places.len().saturating_sub(1 + places.len() / 100)) else {
        return Vec::new();
    };
    Style::ALL.map(|style| Format::Decimal { places, style }).to_vec()
}

/// Cells to integers.
#[derive(Debug)]
pub struct Reader<'f> {
    format: &'f Format,
    cache: Cache,
}

impl Reader<'_> {
    /// The value that a cell writes and the ulps it is off, if it is written just so.
    #[inline]
    pub fn read(&mut self, cell: &[u8]) -> Option<(i64, i64)> {
        let value = match self.format {
            Format::Decimal { places, style: Style::Fixed } => decimal::parse_fixed(cell, *places),
            Format::Decimal { places, style } => style.scale(decimal::parse_any(cell)?, *places),
            Format::Time(pattern) => pattern.parse(cell, &mut self.cache),
        };
        Some((value?, 0))
    }
}

/// Integers to cells.
#[derive(Debug)]
pub struct Printer<'f> {
    format: &'f Format,
    affix: &'f Affix,
    delimiter: u8,
    cache: Cache,
}

impl Printer<'_> {
    /// Appends a cell for each value; `ulps` is empty or as long.
    pub fn print(&mut self, values: &[i64], ulps: &[i64], lane: &mut Lane) {
        let _ = ulps;
        let (affix, delimiter) = (self.affix, self.delimiter);
        match self.format {
            Format::Decimal { places, style } => {
                let places = *places;
                match style {
                    Style::Fixed => each(values, affix, delimiter, lane, |v| decimal::print_fixed(v, places)),
                    Style::Trimmed => {
                        each(values, affix, delimiter, lane, |v| decimal::print_trimmed(v, places, 0))
                    }
                    Style::Pointed => {
                        each(values, affix, delimiter, lane, |v| decimal::print_trimmed(v, places, 1))
                    }
                }
            }
            Format::Time(pattern) => {
                let cache = &mut self.cache;
                each(values, affix, delimiter, lane, |v| pattern.print(v, cache));
            }
        }
    }
}

/// Appends a cell for each value as `print` writes it.
#[inline(always)]
fn each<const N: usize>(
    values: &[i64],
    affix: &Affix,
    delimiter: u8,
    lane: &mut Lane,
    mut print: impl FnMut(i64) -> ([u8; N], usize),
) {
    if affix.is_empty() {
        for value in values {
            let (text, length) = print(*value);
            lane.put_padded(&text, length);
            lane.end_cell(delimiter);
        }
        return;
    }
    for value in values {
        let (text, length) = print(*value);
        affix.put(text.get(..length).unwrap_or(&text), lane);
        lane.end_cell(delimiter);
    }
}
