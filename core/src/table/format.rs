//! How the numbers of a column are written: cell to integer and back, exactly or not at all.
//!
//! ```text
//! format := 0..=2 style, places u8                     decimals
//!         | 3, pattern                                 dates and times
//!         | 4, float                                   binary floats
//!         | 5, digits u8, places u8, layout 3 bytes    significant digits
//!         | 6, hex                                     hexadecimal digits
//! ```

mod describe;
mod exponents;
mod hex;
mod significant;

use super::{
    affix::Affix,
    cells::Lane,
    float::{self, Float, Line},
    time::{Cache, Pattern},
};
use crate::{
    entropy::Cursor,
    error::Error,
    num::{
        Hex,
        decimal::{self, Decimal, Layout, Significant, Zeros},
        log2_q16,
        power::POW10,
        text::{TEXT, Text},
    },
};
use alloc::vec::Vec;

/// How much care to spend on finding out what a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Care {
    /// Read numbers as they stand; look for repeats only where there are few distinct cells.
    Quick,
    /// Look for distinct cells and for numbers that binary floats hide.
    Full,
}

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
    /// Binary floats.
    Float(Float),
    /// Decimals of so many significant digits.
    Significant(Significant, Layout),
    /// Integers in hexadecimal digits.
    Hex(Hex),
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
    fn scale(self, (mantissa, decimals): (i64, u8), places: u8) -> Option<i64> {
        let short = places.checked_sub(decimals)?;
        let zero_at_end = mantissa % 10 == 0;
        let fits = match self {
            Self::Fixed => short == 0,
            Self::Trimmed => decimals == 0 || !zero_at_end,
            Self::Pointed => decimals == 1 || (decimals > 1 && !zero_at_end),
        };
        if !fits {
            return None;
        }
        mantissa.checked_mul(i64::try_from(*POW10.get(usize::from(short))?).ok()?)
    }

    fn layout(self) -> Layout {
        match self {
            Self::Fixed => Layout::FIXED,
            Self::Trimmed => Layout::TRIMMED,
            Self::Pointed => Layout { zeros: Zeros::CutToOne, ..Layout::FIXED },
        }
    }
}

/// Decimals of a unit at most: ten to this fits an i64.
const MAX_PLACES: u8 = 18;
/// A format may miss one in so many cells of the sample: they become exceptions.
const MAX_MISSED: usize = 5;

impl Format {
    /// The format that writes most of the sampled values in the fewest bits, if it writes most of them at all.
    pub(crate) fn detect(sample: &[&[u8]], care: Care) -> Option<Self> {
        let times = Pattern::candidates(sample).into_iter().map(Self::Time);
        let decimals = core::iter::once_with(|| decimals(sample)).flatten();
        let (mut plain, mut most) = (None, most_missed(sample));
        for format in times.chain(decimals) {
            let Some(values) = format.values(sample, most) else { continue };
            let missed = sample.len() - values.len();
            plain = Some(format);
            // One that comes later has to write more.
            let Some(fewer) = missed.checked_sub(1) else { break };
            most = fewer;
        }
        let plain = plain.or_else(|| exponents::detect(sample)).or_else(|| hex::detect(sample));
        let plain = if care == Care::Full { significant::detect(sample, plain) } else { plain };
        if care == Care::Full
            && !matches!(plain, Some(Self::Time(_)))
            && let Some((float, bits)) = float::detect(sample)
            && plain.as_ref().is_none_or(|plain| bits < plain.bits(sample))
        {
            return Some(Self::Float(float));
        }
        plain
    }

    /// The format of stamps with words in them, if most of the sampled cells are such stamps.
    pub(crate) fn in_words(sample: &[&[u8]]) -> Option<Self> {
        Pattern::in_words(sample).map(Self::Time)
    }

    /// Q8 bits a value that a format of decimals takes for the sample.
    fn bits(&self, sample: &[&[u8]]) -> u64 {
        let values = self.values(sample, sample.len()).unwrap_or_default();
        let (low, high) =
            values.iter().fold((i64::MAX, i64::MIN), |(low, high), v| (low.min(*v), high.max(*v)));
        u64::from(log2_q16(high.abs_diff(low).max(1)) >> 8) + missed_bits(&values, sample)
    }

    /// The values of the cells of the sample that it writes; `None` if there are more than `most` others.
    fn values(&self, sample: &[&[u8]], most: usize) -> Option<Vec<i64>> {
        let (mut reader, mut missed) = (self.reader(), 0);
        let mut values = Vec::with_capacity(sample.len());
        for cell in sample {
            match reader.read(cell) {
                Some((value, _)) => values.push(value),
                None if missed == most => return None,
                None => missed += 1,
            }
        }
        Some(values)
    }

    /// Returns the decimals of the unit that values count in, where that is a power of ten.
    pub(crate) fn decimals(&self) -> Option<u8> {
        match self {
            Self::Decimal { places, .. } => Some(*places),
            Self::Float(Float { line: Line::Decimal64(places) | Line::Decimal32(places), .. }) => {
                Some(*places)
            }
            _ => None,
        }
    }

    /// Reads values one by one.
    pub(crate) fn reader(&self) -> Reader<'_> {
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
                out.extend(pattern.to_bytes());
            }
            Self::Float(float) => {
                out.push(4);
                float.write(out);
            }
            Self::Significant(line, layout) => {
                out.extend([5, line.digits(), line.places()]);
                out.extend(layout.to_bytes());
            }
            Self::Hex(hex) => {
                out.push(6);
                out.extend(hex.to_bytes());
            }
        }
    }

    /// Reads a format.
    pub fn read(cursor: &mut Cursor<'_>) -> Result<Self, Error> {
        let kind = cursor.u8()?;
        match Style::ALL.get(usize::from(kind)) {
            Some(style) => {
                let places = cursor.u8()?;
                if places > MAX_PLACES {
                    return Err(Error::Corrupt("impossible number of decimals"));
                }
                Ok(Self::Decimal { places, style: *style })
            }
            None if kind == 3 => {
                let (pattern, rest) =
                    Pattern::from_bytes(cursor.rest()).ok_or(Error::Corrupt("unknown pattern of times"))?;
                cursor.bytes(cursor.rest().len() - rest.len())?;
                Ok(Self::Time(pattern))
            }
            None if kind == 4 => Ok(Self::Float(Float::read_format(cursor)?)),
            None if kind == 5 => {
                let line = Significant::new(cursor.u8()?, cursor.u8()?);
                let layout = Layout::from_bytes([cursor.u8()?, cursor.u8()?, cursor.u8()?]);
                match (line, layout) {
                    (Some(line), Some(layout)) => Ok(Self::Significant(line, layout)),
                    _ => Err(Error::Corrupt("impossible significant digits")),
                }
            }
            None if kind == 6 => Hex::from_bytes([cursor.u8()?, cursor.u8()?])
                .map(Self::Hex)
                .ok_or(Error::Corrupt("impossible hexadecimal digits")),
            None => Err(Error::Corrupt("unknown format of a column")),
        }
    }
}

/// Cells of a sample at most that a format worth having does not write.
fn most_missed(sample: &[&[u8]]) -> usize {
    sample.len() / MAX_MISSED
}

/// Of formats that may have written the sample, the one with the shortest steps, and the bits that these take.
fn shortest_steps(formats: impl Iterator<Item = Format>, sample: &[&[u8]]) -> Option<(u64, Format)> {
    let weighed = formats.filter_map(|format| {
        let values = format.values(sample, most_missed(sample))?;
        Some((step_bits(&values, sample), format))
    });
    weighed.min_by_key(|(bits, _)| *bits)
}

/// Q8 bits a value that the steps from each value of a sample to the next take.
fn step_bits(values: &[i64], sample: &[&[u8]]) -> u64 {
    let steps = values.iter().zip(values.iter().skip(1));
    let bits: u64 = steps.map(|(a, b)| u64::from(log2_q16(a.abs_diff(*b).max(1)) >> 8)).sum();
    bits / values.len().max(1) as u64 + missed_bits(values, sample)
}

/// Q8 bits a value of a sample that exceptions take.
fn missed_bits(values: &[i64], sample: &[&[u8]]) -> u64 {
    let misses = (sample.len() - values.len()) as u64;
    100 * 256 * misses / sample.len().max(1) as u64
}

/// The decimal formats worth trying: each style in the unit that costs least, digits and exceptions weighed up.
fn decimals(sample: &[&[u8]]) -> Vec<Format> {
    /// Bits of an exception and of a digit, about.
    const EXCEPTION: usize = 100;
    const DIGIT: usize = 3;
    let mut counts = [0; MAX_PLACES as usize + 1];
    for (_, places) in sample.iter().filter_map(|cell| decimal::parse_any(cell)) {
        if let Some(count) = counts.get_mut(usize::from(places)) {
            *count += 1;
        }
    }
    let cells: usize = counts.iter().sum();
    let longer = |places: usize| counts.iter().skip(places + 1).sum::<usize>();
    let cost = |places: &usize| DIGIT * places * cells + EXCEPTION * longer(*places);
    let Some(places) = (0..counts.len()).min_by_key(cost).filter(|_| cells > 0) else { return Vec::new() };
    Style::ALL.map(|style| Format::Decimal { places: places as u8, style }).to_vec()
}

/// Cells to integers.
#[derive(Debug)]
pub(crate) struct Reader<'f> {
    format: &'f Format,
    cache: Cache,
}

impl Reader<'_> {
    /// The value that a cell writes and the ulps it is off, if it is written just so.
    #[inline]
    pub(crate) fn read(&mut self, cell: &[u8]) -> Option<(i64, i64)> {
        self.read_at(cell, 0, cell.len())
    }

    /// The same of the cell from `start` to `end` of a text: what lies before it spares care.
    #[inline]
    pub(crate) fn read_at(&mut self, text: &[u8], start: usize, end: usize) -> Option<(i64, i64)> {
        let value = match self.format {
            Format::Decimal { places, style: Style::Fixed } => {
                decimal::parse_fixed_at(text, start, end, *places)
            }
            Format::Decimal { places, style } => {
                style.scale(decimal::parse_any_at(text, start, end)?, *places)
            }
            Format::Time(pattern) => pattern.parse(text.get(start..end)?, &mut self.cache),
            Format::Float(float) => return float.read(text.get(start..end)?),
            Format::Significant(line, layout) => read_significant(text.get(start..end)?, *line, *layout),
            Format::Hex(hex) => hex.parse(text.get(start..end)?),
        };
        Some((value?, 0))
    }
}

/// The place of a cell on a line of significant digits, if it is written just so.
fn read_significant(cell: &[u8], line: Significant, layout: Layout) -> Option<i64> {
    let shift = layout.scientific().map_or(0, |scientific| scientific.shift);
    let (mantissa, places) = decimal::parse_shifted(cell, shift)?;
    let place = line.place(Decimal { mantissa, places })?;
    let mut text = [0; TEXT];
    let length = print_significant(place, line, layout, &mut text);
    (text.get(..length) == Some(cell)).then_some(place)
}

fn print_significant(place: i64, line: Significant, layout: Layout, text: &mut Text) -> usize {
    line.decimal(place).map_or(0, |decimal| decimal::print(decimal.mantissa, decimal.places, layout, text))
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
    /// Writes the number of a cell that wears nothing and has no ulps, and says how long it is.
    #[inline(always)]
    pub(super) fn put(&mut self, value: i64, text: &mut Text) -> usize {
        match self.format {
            Format::Decimal { places, style: Style::Fixed } => decimal::print_fixed(value, *places, text),
            Format::Decimal { places, style: Style::Trimmed } => {
                decimal::print(value, *places, Style::Trimmed.layout(), text)
            }
            Format::Decimal { places, style: Style::Pointed } => {
                decimal::print(value, *places, Style::Pointed.layout(), text)
            }
            Format::Time(pattern) => pattern.print(value, &mut self.cache, text).unwrap_or(0),
            Format::Float(float) => float.print(value, 0, text),
            Format::Significant(line, layout) => print_significant(value, *line, *layout, text),
            Format::Hex(hex) => hex.print(value, text),
        }
    }

    /// Appends a cell for each value; `ulps` is empty or as long.
    pub fn print(&mut self, values: &[i64], ulps: &[i64], lane: &mut Lane) {
        let mut cells = Cells { affix: self.affix, delimiter: self.delimiter, lane };
        match self.format {
            Format::Decimal { places, style } => {
                let places = *places;
                // One loop for each style, so that its layout is a constant inside.
                match style {
                    Style::Fixed => {
                        cells.put(values, |v, t| decimal::print(v, places, Style::Fixed.layout(), t))
                    }
                    Style::Trimmed => {
                        cells.put(values, |v, t| decimal::print(v, places, Style::Trimmed.layout(), t))
                    }
                    Style::Pointed => {
                        cells.put(values, |v, t| decimal::print(v, places, Style::Pointed.layout(), t))
                    }
                }
            }
            Format::Time(pattern) => {
                let cache = &mut self.cache;
                cells.put(values, |v, text| pattern.print(v, cache, text).unwrap_or(0));
            }
            Format::Float(float) => {
                let mut ulps = ulps.iter().copied();
                cells.put(values, |v, text| float.print(v, ulps.next().unwrap_or(0), text));
            }
            Format::Significant(line, layout) => {
                cells.put(values, |v, text| print_significant(v, *line, *layout, text));
            }
            Format::Hex(hex) => cells.put(values, |v, text| hex.print(v, text)),
        }
    }
}

/// Where printed cells go and what they wear.
struct Cells<'a> {
    affix: &'a Affix,
    delimiter: u8,
    lane: &'a mut Lane,
}

impl Cells<'_> {
    /// Appends a cell for each value as `print` writes it.
    #[inline(always)]
    fn put(&mut self, values: &[i64], mut print: impl FnMut(i64, &mut Text) -> usize) {
        if self.affix.is_empty() {
            for value in values {
                self.lane.write(|text| print(*value, text));
                self.lane.end_cell(self.delimiter);
            }
            return;
        }
        let mut text = [0; TEXT];
        for value in values {
            let length = print(*value, &mut text);
            self.affix.put(text.get(..length).unwrap_or(&text), self.lane);
            self.lane.end_cell(self.delimiter);
        }
    }
}
