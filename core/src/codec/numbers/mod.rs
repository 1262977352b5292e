//! Value maps: the number line a column really lives on, found before anything is predicted.
//!
//! ```text
//! numbers := tag u8 | body | [ulps series, if they are not in a list]
//! tag & 7 :  0 plain    codes of the values
//!            1 scaled   steps | codes
//!            2 ranked   list of the distinct values, with their ulps if there are some | codes: ranks
//!            3 parts    parts | codes of the whole multiples | codes of the remainders, whose parent the first are
//!            4 coupled  parents and weights | series of what they leave
//!            5 bent     digits u8 | codes of the values, predicted by the decimals that they stand for
//!            6 dated    columns back varint | units varint | numbers, not dated, of
//!                       value + units * that column's value in the same row
//! + 8        there are ulps
//! + 16       codes are linear, + 32 strong, + 48 strong and predicted where the values of ranks lie; else a series
//! ```
//! In a ranked column the ulps belong to the distinct values, so they follow those, not the ranks.

mod fixed;
mod forms;
mod memory;
mod modelled;
mod race;
mod read;
mod tag;

pub(crate) use memory::{Beside, Memory, Pair};
pub(super) use memory::{Meaning, pairs};
pub use read::{decode, parents};
pub(crate) use read::{decode_keeping, memory};
pub use tag::{Map, Tag};

use crate::{
    codec::{
        coder::series,
        level::Level,
        map::{Coupled, Ranked, Unlisted},
        part::Part,
    },
    entropy::put_varint,
};
use alloc::{borrow::Cow, vec, vec::Vec};
use fixed::Fixed;

/// Numbers that take fewer bytes are not worth a model.
const MIN_MODELLED: u64 = 48;
/// Sixteenths of what numbers take without a model that one may seem to take and still be tried: it learns more than an
/// estimate shows.
const MAX_HOPE: u64 = 21;
/// Sixteenths of it that a model takes if it is certainly better, and bytes from which an estimate is that good.
const SURE: u64 = 10;
const MIN_SURE: usize = 512;

/// Appends `values`; `ulps` is empty or as long. `neighbours` are columns that the reader will have by then, the nearest
/// first, each as long as `values`.
pub fn encode(values: &[i64], ulps: &[i64], neighbours: &[&[i64]], level: Level, out: &mut Vec<u8>) {
    encode_on(0, values, ulps, neighbours, level, out);
}

/// As [`encode`], for values that stand on a line of so many significant digits.
pub(crate) fn encode_on(
    digits: u8,
    values: &[i64],
    ulps: &[i64],
    neighbours: &[&[i64]],
    level: Level,
    out: &mut Vec<u8>,
) {
    let column = Column::new(values, ulps, neighbours, level);
    let start = out.len();
    if level > Level::LINEAR {
        column.write(level, out);
        if is_worth_a_model(out.len() - start, level) {
            let fixed = || Fixed::new(values, ulps, neighbours, column.ranked.as_ref(), Level::LINEAR);
            take_smaller(linear(fixed, values.len(), level), start, level, out);
            let most = most_modelled(out.len() - start, level);
            take_smaller(modelled::encode(values, ulps, neighbours, digits, level, most), start, level, out);
        }
    } else if level > Level::STATIC && level.has(Part::Models) {
        let fixed = || Fixed::new(values, ulps, neighbours, column.ranked.as_ref(), level);
        write_likely(column.bits, |out| column.write(level, out), fixed, out);
    } else {
        column.write(level, out);
    }
}

/// The dates beside a column of times of day.
#[derive(Debug)]
pub(crate) struct Dates<'a> {
    /// How many columns before it they stand, less one.
    pub back: usize,
    /// The day of each time.
    pub days: Cow<'a, [i64]>,
    /// Units of time that a day has.
    pub units: u64,
}

impl Dates<'_> {
    /// Times of day as times since the first day.
    fn added_to(&self, times: &[i64]) -> Vec<i64> {
        let moment =
            |(time, day): (&i64, &i64)| time.wrapping_add(day.wrapping_mul(self.units.cast_signed()));
        times.iter().zip(&*self.days).map(moment).collect()
    }
}

/// As [`encode`], for times of day; they are written as moments of the days beside them if that is smaller.
pub(crate) fn encode_dated(
    times: &[i64],
    dates: &Dates<'_>,
    neighbours: &[&[i64]],
    level: Level,
    out: &mut Vec<u8>,
) {
    let start = out.len();
    encode(times, &[], neighbours, level, out);
    let mut tried = vec![Tag::DATED.byte()];
    put_varint(&mut tried, dates.back as u64);
    put_varint(&mut tried, dates.units);
    encode(&dates.added_to(times), &[], neighbours, level, &mut tried);
    if tried.len() < out.len() - start {
        out.truncate(start);
        out.extend(tried);
    }
}

/// Appends codes that are ranks already.
pub(crate) fn encode_codes(codes: &[i64], neighbours: &[&[i64]], level: Level, out: &mut Vec<u8>) {
    let start = out.len();
    let write = |out: &mut Vec<u8>| {
        out.push(Tag::PLAIN.byte());
        series::encode(codes, level, out);
    };
    if level > Level::LINEAR {
        write(out);
        if is_worth_a_model(out.len() - start, level) {
            let fixed = || Fixed::new(codes, &[], neighbours, None, Level::LINEAR);
            take_smaller(linear(fixed, codes.len(), level), start, level, out);
            let most = most_modelled(out.len() - start, level);
            take_smaller(modelled::encode_codes(codes, neighbours, level, most), start, level, out);
        }
    } else if level > Level::STATIC && level.has(Part::Models) {
        let fixed = || Fixed::new(codes, &[], neighbours, None, level);
        write_likely(series::estimate(codes, level), write, fixed, out);
    } else {
        write(out);
    }
}

/// Appends what is likely to be smaller of a column that does not adapt and one that does; where that is in doubt, both
/// are tried. `bits` is the estimate of what `write` takes.
fn write_likely<'a>(
    bits: u64,
    write: impl Fn(&mut Vec<u8>),
    fixed: impl FnOnce() -> Option<Fixed<'a>>,
    out: &mut Vec<u8>,
) {
    let fixed = if bits >= 8 * MIN_MODELLED { fixed() } else { None };
    let Some(fixed) = fixed.filter(|fixed| fixed.bits < bits / 16 * MAX_HOPE) else { return write(out) };
    let mut tried = Vec::new();
    fixed.write(&mut tried);
    let start = out.len();
    if tried.len() < MIN_SURE || 8 * tried.len() as u64 > bits / 16 * SURE {
        write(out);
    }
    let written = out.len() - start;
    if written == 0 || tried.len() < written {
        out.truncate(start);
        out.extend(tried);
    }
}

/// Returns what fixed weights make of a column that a stronger model is tried on too, if it has few values: they have
/// nothing to learn first.
fn linear<'a>(fixed: impl FnOnce() -> Option<Fixed<'a>>, count: usize, level: Level) -> Option<Vec<u8>> {
    /// Tuning: values after which a stronger model has made up for what it did not know.
    const LEARNT: usize = 1 << 12;
    let fixed = if count <= LEARNT && level.has(Part::Plain) { fixed() } else { None }?;
    let mut tried = Vec::new();
    fixed.write(&mut tried);
    Some(tried)
}

/// Whether to try a model on what takes so many bytes without.
fn is_worth_a_model(bytes: usize, level: Level) -> bool {
    level.has(Part::Models) && (bytes as u64 >= MIN_MODELLED || !level.has(Part::Plain))
}

/// Returns the size from which a model is no gain over `bytes` without one.
fn most_modelled(bytes: usize, level: Level) -> usize {
    if level.has(Part::Plain) { bytes } else { usize::MAX }
}

/// Takes what was tried in the place of what was written from `start` on, if it is anything and smaller.
fn take_smaller(tried: Option<Vec<u8>>, start: usize, level: Level, out: &mut Vec<u8>) {
    let any = !level.has(Part::Plain);
    if let Some(tried) = tried.filter(|tried| any || tried.len() < out.len() - start) {
        out.truncate(start);
        out.extend(tried);
    }
}

/// A column and the map that it will be written by.
struct Column<'a> {
    values: &'a [i64],
    ulps: &'a [i64],
    ranked: Option<Ranked>,
    map: Map,
    coupled: Option<Coupled>,
    /// Bits, roughly, that it takes.
    bits: u64,
}

impl<'a> Column<'a> {
    fn new(values: &'a [i64], ulps: &'a [i64], neighbours: &[&[i64]], level: Level) -> Self {
        let mut this = Self {
            values,
            ulps,
            ranked: None,
            map: Map::Plain,
            coupled: None,
            bits: Unlisted::estimate(values, ulps, level),
        };
        let least_bits = if level == Level::FASTEST { 6 } else { 1 };
        if this.bits > least_bits * values.len() as u64 {
            this.ranked = Ranked::new(values, ulps, level);
            let bits = this.ranked.as_ref().map(|ranked| ranked.estimate(level));
            if let Some(bits) = bits.filter(|bits| *bits < this.bits) {
                (this.map, this.bits) = (Map::Ranked, bits);
            }
        }
        if ulps.is_empty()
            && level > Level::FASTEST
            && let Some(coupled) = Coupled::new(values, neighbours)
        {
            let bits = coupled.estimate(level);
            if bits < this.bits {
                (this.map, this.bits, this.coupled) = (Map::Coupled, bits, Some(coupled));
            }
        }
        this
    }

    fn write(&self, level: Level, out: &mut Vec<u8>) {
        let has_ulps = !self.ulps.is_empty();
        match (&self.coupled, &self.ranked) {
            (Some(coupled), _) => {
                out.push(Tag::COUPLED.byte());
                coupled.write(level, out);
            }
            (None, Some(ranked)) if self.map == Map::Ranked => {
                out.push(Tag { map: Map::Ranked, has_ulps, ..Tag::PLAIN }.byte());
                ranked.list.write(level, out);
                series::encode(&ranked.ranks, level, out);
            }
            _ => {
                let flags = Tag { has_ulps, ..Tag::PLAIN }.byte();
                Unlisted::write(self.values, flags, level, out);
                if has_ulps {
                    series::encode(self.ulps, level, out);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{entropy::Cursor, error::Error};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn few_distinct_numbers_come_back(few in prop::collection::vec(any::<i64>(), 1..9), picks in prop::collection::vec(any::<prop::sample::Index>(), 0..200)) {
            let values: Vec<i64> = picks.iter().map(|pick| *pick.get(&few)).collect();
            for level in [1, 2, 3, 5, 9].map(|level| Level::new(level).unwrap()) {
                let mut out = Vec::new();
                encode(&values, &[], &[], level, &mut out);
                let none = |_| Err(Error::Truncated);
                prop_assert_eq!(decode(&mut Cursor::new(&out), values.len(), none), Ok((values.clone(), vec![])));
            }
        }
    }
}
