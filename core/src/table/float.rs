//! Decimals that were binary floats on the way: the number line behind the digits, and the printer that made them.
//!
//! ```text
//! float := line u8 | [parameter varint] | printer, 6 bytes
//! line  := 0 decimal64, 1 decimal32: parameter p, the float nearest to value / 10^p
//!          2 ratio: parameter d, the f64 nearest to value / d
//!          6 rounded ratio: parameter d, the f64 nearest to the 15 significant digits of that
//!          3 step: parameter the bits of an f64 s, the f64 nearest to value * s
//!          4 bits64, 5 bits32: the value's place among all floats in order
//! ```
//! A value is widened to f64 if it is an f32, moved by its ulps, and printed.

use super::scientific::layout_of;
use crate::{
    entropy::{Cursor, put_varint},
    error::Error,
    num::{
        Decimal, Layout,
        float::{self, Digits, PRINTER_BYTES, Printer},
        log2_q16,
        text::Text,
    },
};
use alloc::{vec, vec::Vec};

/// Farthest that a float may lie from the one its value stands for.
const MAX_ULPS: i64 = 100;
/// Characters of a number that are read if all of them are too many.
const LONGEST: usize = 19;
/// Decimals of a decimal line at most.
const MAX_PLACES: u8 = 18;

/// A number line and a printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Float {
    /// Which float a value stands for.
    pub line: Line,
    /// How it is written.
    pub(crate) printer: Printer,
}

/// Which float a value stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// The f64 nearest to value / 10^places.
    Decimal64(u8),
    /// The f32 nearest to value / 10^places.
    Decimal32(u8),
    /// The f64 nearest to value / denominator.
    Ratio(u64),
    /// The f64 nearest to the 15 significant digits of that.
    RoundedRatio(u64),
    /// The f64 nearest to value * step, which is given by its bits.
    Step(u64),
    /// The value-th f64.
    Bits64,
    /// The value-th f32.
    Bits32,
}

impl Line {
    /// The f64 bits that a value stands for.
    fn bits(self, value: i64) -> Option<u64> {
        match self {
            Self::Decimal64(places) => float::nearest64(value, places),
            Self::Decimal32(places) => float::widen(float::nearest32(value, places)?),
            Self::Ratio(denominator) => float::ratio(value, denominator),
            Self::RoundedRatio(denominator) => rounded(float::ratio(value, denominator)?),
            Self::Step(step) => float::product(value, step),
            Self::Bits64 => Some(float::from_ordered64(value)),
            Self::Bits32 => float::widen(float::from_ordered32(value)?),
        }
    }

    /// Whether rounding a ratio to its digits cannot bring it near to a float read from text: it takes far longer than to
    /// look, and most lines that the encoder tries miss by far.
    fn is_far(self, value: i64, read: &Read) -> bool {
        /// Floats that half a unit of the fifteenth digit is at most.
        const ROUNDING: u64 = 1 << 6;
        let Self::RoundedRatio(denominator) = self else { return false };
        let Some(ratio) = float::ratio(value, denominator) else { return false };
        let distance = float::ordered64(ratio).abs_diff(float::ordered64(read.bits));
        distance > ROUNDING + MAX_ULPS.unsigned_abs()
    }

    /// The value that stands closest to a float read from text.
    fn value(self, read: &Read) -> Option<i64> {
        match self {
            Self::Decimal64(places) | Self::Decimal32(places) => {
                float::scaled(read.bits, 10u64.checked_pow(u32::from(places))?)
            }
            Self::Ratio(denominator) | Self::RoundedRatio(denominator) => {
                float::scaled(read.bits, denominator)
            }
            Self::Step(step) => float::quotient(read.bits, step),
            Self::Bits64 => Some(float::ordered64(read.bits)),
            Self::Bits32 => {
                Some(float::ordered32(float::nearest32(read.decimal.mantissa, read.decimal.places)?))
            }
        }
    }
}

/// The f64 nearest to the 15 significant digits of another.
fn rounded(bits: u64) -> Option<u64> {
    const DIGITS: Printer = Printer::significant(15);
    let mut text = [0; size_of::<Text>()];
    let length = DIGITS.print(bits, &mut text)?;
    let decimal = Decimal::parse_exponent(text.get(..length)?)?;
    float::nearest64(decimal.mantissa, decimal.places)
}

/// A cell read as a float.
#[derive(Debug, Clone, Copy)]
pub(super) struct Read {
    decimal: Decimal,
    bits: u64,
}

impl Read {
    pub(super) fn new(cell: &[u8]) -> Option<Self> {
        // More digits than an integer holds do not change the nearest float, but for a few that become exceptions.
        let decimal =
            Decimal::parse_exponent(cell).or_else(|| Decimal::parse(cell.get(..cell.len().min(LONGEST))?))?;
        Some(Self { decimal, bits: float::nearest64(decimal.mantissa, decimal.places)? })
    }
}

impl Float {
    /// The value and the ulps of a cell, if they print just this cell.
    pub(super) fn read(&self, cell: &[u8]) -> Option<(i64, i64)> {
        self.place(&Read::new(cell)?, cell)
    }

    fn place(&self, read: &Read, cell: &[u8]) -> Option<(i64, i64)> {
        let (value, ulps, base) = self.nearest(read)?;
        let mut text = [0; size_of::<Text>()];
        let length = self.print_moved(base, ulps, &mut text);
        (text.get(..length) == Some(cell)).then_some((value, ulps))
    }

    /// The value and ulps that come closest to a cell, if they can print it at all.
    fn near(&self, read: &Read) -> Option<(i64, i64)> {
        self.nearest(read).map(|(value, ulps, _)| (value, ulps))
    }

    /// The same, and the bits of the float that the value stands for.
    fn nearest(&self, read: &Read) -> Option<(i64, i64, u64)> {
        let value = self.line.value(read)?;
        if self.tells_floats_apart() && self.line.is_far(value, read) {
            return None;
        }
        let base = self.line.bits(value)?;
        if !self.tells_floats_apart() {
            return Some((value, 0, base));
        }
        let ulps = float::ordered64(read.bits).checked_sub(float::ordered64(base))?;
        let most = if matches!(self.printer.digits, Digits::Shortest) { MAX_ULPS } else { 0 };
        (ulps.abs() <= most).then_some((value, ulps, base))
    }

    /// Whether different floats print as different cells.
    fn tells_floats_apart(&self) -> bool {
        matches!(self.printer.digits, Digits::Shortest | Digits::Significant(17, u8::MAX))
    }

    /// Prints a value; nothing if it stands for no float that can be printed.
    pub(crate) fn print(&self, value: i64, ulps: i64, text: &mut Text) -> usize {
        self.line.bits(value).map_or(0, |bits| self.print_moved(bits, ulps, text))
    }

    fn print_moved(&self, bits: u64, ulps: i64, text: &mut Text) -> usize {
        let moved = if ulps == 0 { Some(bits) } else { float::neighbour64(bits, ulps) };
        moved.and_then(|bits| self.printer.print(bits, text)).unwrap_or(0)
    }

    /// Appends the format.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let (kind, parameter) = match self.line {
            Line::Decimal64(places) => (0, Some(u64::from(places))),
            Line::Decimal32(places) => (1, Some(u64::from(places))),
            Line::Ratio(denominator) => (2, Some(denominator)),
            Line::Step(step) => (3, Some(step)),
            Line::Bits64 => (4, None),
            Line::Bits32 => (5, None),
            Line::RoundedRatio(denominator) => (6, Some(denominator)),
        };
        out.push(kind);
        if let Some(parameter) = parameter {
            put_varint(out, parameter);
        }
        out.extend(self.printer.to_bytes());
    }

    /// Reads a format.
    pub(super) fn read_format(cursor: &mut Cursor<'_>) -> Result<Self, Error> {
        let kind = cursor.u8()?;
        let parameter = if matches!(kind, 0..=3 | 6) { cursor.varint()? } else { 0 };
        let places = u8::try_from(parameter).ok().filter(|places| *places <= MAX_PLACES);
        let line = match (kind, places) {
            (0, Some(places)) => Line::Decimal64(places),
            (1, Some(places)) => Line::Decimal32(places),
            (2, _) if parameter > 0 => Line::Ratio(parameter),
            (3, _) => Line::Step(parameter),
            (4, _) => Line::Bits64,
            (5, _) => Line::Bits32,
            (6, _) if parameter > 0 => Line::RoundedRatio(parameter),
            _ => return Err(Error::Corrupt("impossible line of floats")),
        };
        let printer =
            cursor.bytes(PRINTER_BYTES)?.first_chunk().and_then(|bytes| Printer::from_bytes(*bytes));
        Ok(Self { line, printer: printer.ok_or(Error::Corrupt("unknown printer of floats"))? })
    }
}

/// Numbers with fewer significant digits than this are taken as they stand.
const MIN_DIGITS: u32 = 7;
/// Cells looked at.
const SAMPLE: usize = 256;
/// Lines of a family that are weighed against each other once they fit.
const MAX_FITTING: usize = 3;
/// Cells that decide first whether a printer or a line is worth a closer look.
const GLANCE: usize = 24;

/// The float format that writes nearly all of the sample in the fewest bits, with those bits (Q8, a value).
pub(super) fn detect(sample: &[&[u8]]) -> Option<(Float, u64)> {
    let sample: Vec<&[u8]> = sample.iter().copied().step_by(sample.len().div_ceil(SAMPLE).max(1)).collect();
    let reads: Vec<(&[u8], Read)> =
        sample.iter().filter_map(|cell| Some((*cell, Read::new(cell)?))).collect();
    let digits = |read: &Read| read.decimal.mantissa.unsigned_abs().checked_ilog10().map_or(1, |log| log + 1);
    let most_digits = reads.iter().map(|(_, read)| digits(read)).max()?;
    let long = reads.iter().filter(|(_, read)| digits(read) >= MIN_DIGITS).count();
    if reads.len() * 5 < sample.len() * 4 || long * 50 < reads.len() {
        return None;
    }
    let most_places = reads.iter().map(|(_, read)| read.decimal.places).max()?;
    let mut best: Option<(Float, u64)> = None;
    let mut seen: Vec<(Digits, Vec<bool>)> = vec![];
    let exponents = layout_of(&sample);
    for printer in printers(most_digits as u8, most_places, exponents) {
        let exact = Float { line: Line::Bits64, printer };
        let prints = |(cell, read): &(&[u8], Read)| exact.place(read, cell).is_some();
        let glance = reads.iter().step_by(reads.len().div_ceil(GLANCE));
        if glance.clone().filter(|read| prints(read)).count() * 2 < glance.count()
            && printer != Printer::NUMPY32
        {
            continue;
        }
        let printable: Vec<bool> = reads.iter().map(prints).collect();
        if printable.iter().filter(|is| **is).count() * 8 < reads.len() * 7 && printer != Printer::NUMPY32 {
            continue;
        }
        // What tells floats apart and prints the same cells costs the same on every line.
        if exact.tells_floats_apart() {
            let known = (printer.digits, printable.clone());
            if seen.contains(&known) {
                continue;
            }
            seen.push(known);
        }
        for family in families(&reads, most_digits) {
            let costs = family.into_iter().filter_map(|line| {
                let float = Float { line, printer };
                Some((float, cost(&float, &reads, &printable)?))
            });
            for (float, bits) in costs.take(MAX_FITTING) {
                if best.is_none_or(|(_, least)| bits < least) {
                    best = Some((float, bits));
                }
            }
        }
    }
    best
}

/// The printers that may have written numbers with at most so many digits and decimals; `exponents` is how those with
/// exponents are laid out, if there are some.
fn printers(digits: u8, places: u8, exponents: Option<Layout>) -> Vec<Printer> {
    if let Some(layout) = exponents {
        let shown = digits.max(layout.scientific().map_or(0, |scientific| scientific.digits));
        let scientific = Printer { layout, ..Printer::significant(shown.min(17)) };
        return [Printer::PYTHON, Printer::JAVASCRIPT, Printer::significant(digits.min(17)), scientific]
            .to_vec();
    }
    let fixed = |digits| Printer { layout: Layout::FIXED, ..Printer::significant(digits) };
    if digits >= 16 {
        return [
            Printer::PYTHON,
            Printer::RUST,
            fixed(17),
            Printer::significant(17),
            Printer::decimals(places),
        ]
        .to_vec();
    }
    let mut printers =
        [Printer::significant(digits), fixed(digits), Printer::decimals(places.min(MAX_PLACES))].to_vec();
    if digits == 15 {
        printers.push(Printer::R);
    }
    if digits == 10 {
        printers.push(Printer::TEN_CAPPED);
    }
    if digits <= 9 {
        printers.push(Printer::NUMPY32);
    }
    printers
}

/// Lines worth trying, in families of which the coarser come first: where one fits, so does every finer one.
fn families(reads: &[(&[u8], Read)], digits: u32) -> Vec<Vec<Line>> {
    let mut families = vec![vec![Line::Bits32], vec![Line::Bits64]];
    if digits >= 15 {
        families.push((0..=12).map(Line::Decimal32).collect());
        families.push((0..=12).map(Line::Decimal64).collect());
        families.push(denominators().into_iter().map(Line::Ratio).collect());
        if digits > 15 {
            families.push(denominators().into_iter().map(Line::RoundedRatio).collect());
        }
        families.push(step(reads).map(Line::Step).into_iter().collect());
    }
    families
}

/// Denominators that means of a few readings and readings in odd units have, rising.
fn denominators() -> Vec<u64> {
    const BASES: [u64; 19] = [3, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 18, 21, 24, 36, 48, 60, 84, 252];
    let mut all: Vec<u64> = (0..6).flat_map(|power| BASES.map(|base| base * 10u64.pow(power))).collect();
    all.sort_unstable();
    all
}

/// Q8 bits a value that the sample takes on this line, if nearly all of it can be written so. `printable` tells of which
/// cells the printer prints the nearest float just so.
fn cost(float: &Float, reads: &[(&[u8], Read)], printable: &[bool]) -> Option<u64> {
    let mut misses = 0;
    let mut moved = 0;
    let (mut low, mut high) = (i64::MAX, i64::MIN);
    let exact = float.tells_floats_apart();
    for (seen, ((cell, read), printable)) in reads.iter().zip(printable).enumerate() {
        let place = if exact { float.near(read).filter(|_| *printable) } else { float.place(read, cell) };
        match place {
            Some((value, ulps)) => {
                moved += u64::from(ulps != 0);
                (low, high) = (low.min(value), high.max(value));
            }
            None => misses += 1,
        }
        let allowed = if seen < GLANCE { 3 } else { seen / 8 };
        if misses > allowed {
            return None;
        }
    }
    let cells = reads.len() as u64;
    let span = u64::from(log2_q16(high.abs_diff(low).max(1))) >> 8;
    Some(span + (3 * moved + 100 * misses as u64) * 256 / cells)
}

/// A step that all values seem to be multiples of: what an analogue-to-digital converter counts in.
fn step(reads: &[(&[u8], Read)]) -> Option<u64> {
    const SCALE: u32 = 18;
    let scaled = |read: &Read| {
        let up = 10u128.checked_pow(SCALE.checked_sub(u32::from(read.decimal.places))?)?;
        u128::from(read.decimal.mantissa.unsigned_abs()).checked_mul(up).filter(|v| *v < 1 << 90)
    };
    let mut values: Vec<u128> = reads.iter().filter_map(|(_, read)| scaled(read)).collect();
    values.sort_unstable();
    values.dedup();
    let mut gaps: Vec<u128> = values.iter().zip(values.iter().skip(1)).map(|(a, b)| b - a).collect();
    gaps.sort_unstable();
    let most = *values.last()?;
    gaps.retain(|gap| *gap > most >> 30);
    // A step in 2^-24 units of the scaled values: first the smallest gap, then sharper as larger multiples join.
    const FRACTION: u32 = 24;
    let mut step = *gaps.get(gaps.len() / 20)? << FRACTION;
    let mut limit = 50 * (step >> FRACTION);
    loop {
        let (mut times_value, mut squares) = (0u128, 0u128);
        for value in values.iter().filter(|value| **value <= limit) {
            let k = ((value << FRACTION) + step / 2) / step;
            times_value = times_value.checked_add(k.checked_mul(*value)?)?;
            squares = squares.checked_add(k * k)?;
        }
        let scaled = times_value.checked_shl(FRACTION).filter(|s| s >> FRACTION == times_value)?;
        step = scaled.checked_div(squares).unwrap_or(step);
        if limit >= most {
            break;
        }
        limit = limit.checked_mul(2)?;
    }
    let is_multiple = |value: &&u128| {
        let k = ((**value << FRACTION) + step / 2) / step;
        (**value << FRACTION).abs_diff(k * step) * 50 <= step
    };
    let multiples = values.iter().filter(is_multiple).count();
    if multiples * 20 < values.len() * 19 { None } else { polish(reads, step, FRACTION) }
}

/// Values whose quotients are candidates for a step.
const POLISHED: usize = 16;

/// The f64 near `step` (scaled by 10^18 and 2^`fraction`) whose multiples the values are most often.
fn polish(reads: &[(&[u8], Read)], step: u128, fraction: u32) -> Option<u64> {
    let near = float::nearest64(i64::try_from(step >> fraction).ok()?, 18)?;
    let mut order: Vec<&Read> = reads.iter().map(|(_, read)| read).collect();
    order.sort_by_key(|read| float::ordered64(read.bits).unsigned_abs());
    let ends = order.iter().rev().take(POLISHED);
    let quotients = ends.filter_map(|read| {
        let k = float::quotient(read.bits, near)?;
        divided(read.bits, k)
    });
    let misses = |candidate: u64| {
        let hit = |read: &&Read| {
            float::quotient(read.bits, candidate).and_then(|k| float::product(k, candidate))
                == Some(read.bits)
        };
        order.iter().rev().step_by(order.len().div_ceil(4 * POLISHED)).filter(|read| !hit(read)).count()
    };
    let mut candidates: Vec<u64> =
        quotients.flat_map(|q| [-1, 0, 1].map(|ulp| float::neighbour64(q, ulp))).flatten().collect();
    candidates.sort_unstable();
    candidates.dedup();
    candidates.into_iter().min_by_key(|candidate| misses(*candidate))
}

/// The f64 nearest to that of `bits` divided by `k`: found from below and above, as there is no division of floats here.
fn divided(bits: u64, k: i64) -> Option<u64> {
    let (magnitude, k) = (bits & (u64::MAX >> 1), k.unsigned_abs() as i64);
    let (mut low, mut high) = (0u64, magnitude);
    while low + 1 < high {
        let middle = low + (high - low) / 2;
        match float::product(k, middle) {
            Some(product) if product > magnitude => high = middle,
            _ => low = middle,
        }
    }
    Some(low)
}
