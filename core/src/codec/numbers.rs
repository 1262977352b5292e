//! Value maps: the number line a column really lives on, found before anything is predicted.
//!
//! ```text
//! numbers := map u8 | body | [ulps series, if map & 8]
//! map & 7 :  0 plain     series of the values
//!            1 scaled    base zigzag varint | step varint | series of (value - base) / step
//!            2 ranked    list of the distinct values, with their ulps if map & 8 | series of ranks
//!            3 parts     divisor varint | series of value div divisor | series of value mod divisor
//!            4 coupled   parents u8 | (columns back varint | weight zigzag varint)* |
//!                        series of value - (sum of weight * parent's value in the same row) / 2^16
//!            5 modelled  modelled numbers
//!            6 dated     columns back varint | units varint | numbers, not dated, of
//!                        value + units * that column's value in the same row
//! ```
//! Divisions floor. In a ranked column the ulps belong to the distinct values, so they follow those, not the ranks.

use super::{
    Level, Part,
    coupled::{self, Parent},
    modelled::{self, Fixed, Memory},
    ranked::{List, Ranked},
    series,
};
use crate::{
    Error,
    entropy::{Cursor, put_varint},
    num::{gcd, log2_q16, unzigzag, zigzag},
};
use alloc::{borrow::Cow, vec, vec::Vec};

const PLAIN: u8 = 0;
const SCALED: u8 = 1;
const RANKED: u8 = 2;
const PARTS: u8 = 3;
const COUPLED: u8 = 4;
const MODELLED: u8 = 5;
const DATED: u8 = 6;
const ULPS: u8 = 8;

/// The map a column's values went through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Map {
    /// None.
    Plain,
    /// Distance from the smallest, in steps.
    Scaled,
    /// Place among the distinct values.
    Ranked,
    /// A multiple and a remainder.
    Parts,
    /// What multiples of other columns leave.
    Coupled,
    /// Predicted value by value.
    Modelled,
    /// Times of day, counted on from the dates in another column.
    Dated,
}

impl Map {
    /// The map of the numbers that start at `cursor`.
    pub fn peek(cursor: &Cursor<'_>) -> Result<Self, Error> {
        let maps = [
            Self::Plain,
            Self::Scaled,
            Self::Ranked,
            Self::Parts,
            Self::Coupled,
            Self::Modelled,
            Self::Dated,
        ];
        let map = cursor.rest().first().and_then(|map| maps.get(usize::from(map & 7)));
        map.copied().ok_or(Error::Truncated)
    }
}

/// Numbers that take fewer bytes are not worth a model.
const MIN_MODELLED: u64 = 48;
/// Sixteenths of what numbers take without a model that one may seem to take and still be tried: it learns more than an
/// estimate shows.
const MAX_HOPE: u64 = 21;
/// Sixteenths of it that a model takes if it is certainly better, and bytes from which an estimate is that good.
const SURE: u64 = 10;
const MIN_SURE: usize = 512;
/// Divisors tried for columns that are multiples of something plus a little.
const DIVISORS: [u32; 25] =
    [2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 25, 30, 32, 40, 50, 60, 64, 100, 125, 128, 200, 250, 256, 500, 1000];
/// Values looked at to choose a divisor.
const SAMPLE: usize = 512;

/// Appends `values`; `ulps` is empty or as long. `neighbours` are columns that the reader will have by then, the nearest
/// first, each as long as `values`.
pub fn encode(values: &[i64], ulps: &[i64], neighbours: &[&[i64]], level: Level, out: &mut Vec<u8>) {
    encode_on(0, values, ulps, neighbours, level, out);
}

/// As [`encode`], for values that stand on a line of so many significant digits.
pub fn encode_on(
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
pub struct Dates<'a> {
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
pub fn encode_dated(
    times: &[i64],
    dates: &Dates<'_>,
    neighbours: &[&[i64]],
    level: Level,
    out: &mut Vec<u8>,
) {
    let start = out.len();
    encode(times, &[], neighbours, level, out);
    let mut tried = vec![DATED];
    put_varint(&mut tried, dates.back as u64);
    put_varint(&mut tried, dates.units);
    encode(&dates.added_to(times), &[], neighbours, level, &mut tried);
    if tried.len() < out.len() - start {
        out.truncate(start);
        out.extend(tried);
    }
}

/// Reads where the dates are that times were added to, and the units of a day, if they were.
fn read_dated(cursor: &mut Cursor<'_>) -> Result<Option<(usize, u64)>, Error> {
    if cursor.rest().first() != Some(&DATED) {
        return Ok(None);
    }
    cursor.u8()?;
    let back =
        u16::try_from(cursor.varint()?).map_err(|_| Error::Corrupt("impossible parent of a column"))?;
    Ok(Some((back.into(), cursor.varint()?)))
}

/// Appends codes that are ranks already.
pub fn encode_codes(codes: &[i64], neighbours: &[&[i64]], level: Level, out: &mut Vec<u8>) {
    let start = out.len();
    let write = |out: &mut Vec<u8>| {
        out.push(PLAIN);
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
    if written == 0 || tried.len() + 1 < written {
        out.truncate(start);
        out.push(MODELLED);
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
    if level.has(Part::Plain) { bytes.saturating_sub(1) } else { usize::MAX }
}

/// Takes what was tried in the place of what was written from `start` on, if it is anything and smaller.
fn take_smaller(tried: Option<Vec<u8>>, start: usize, level: Level, out: &mut Vec<u8>) {
    let any = !level.has(Part::Plain);
    if let Some(tried) = tried.filter(|tried| any || tried.len() + 1 < out.len() - start) {
        out.truncate(start);
        out.push(MODELLED);
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
            bits: estimate_unranked(values, ulps, level),
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
            let bits = series::estimate(&coupled.rest, level) + 32 * coupled.parents.len() as u64 + 64;
            if bits < this.bits {
                (this.map, this.bits, this.coupled) = (Map::Coupled, bits, Some(coupled));
            }
        }
        this
    }

    fn write(&self, level: Level, out: &mut Vec<u8>) {
        let has_ulps = if self.ulps.is_empty() { 0 } else { ULPS };
        match (&self.coupled, &self.ranked) {
            (Some(coupled), _) => coupled.write(level, out),
            (None, Some(ranked)) if self.map == Map::Ranked => {
                out.push(RANKED | has_ulps);
                ranked.list.write(level, out);
                series::encode(&ranked.ranks, level, out);
            }
            _ => {
                write_unranked(self.values, has_ulps, level, out);
                if has_ulps != 0 {
                    series::encode(self.ulps, level, out);
                }
            }
        }
    }
}

pub(super) fn estimate_unranked(values: &[i64], ulps: &[i64], level: Level) -> u64 {
    series::estimate(values, level) + if ulps.is_empty() { 0 } else { series::estimate(ulps, level) }
}

/// A column seen from its neighbours.
struct Coupled {
    parents: Vec<Parent>,
    rest: Vec<i64>,
}

impl Coupled {
    fn new(values: &[i64], neighbours: &[&[i64]]) -> Option<Self> {
        let parents = coupled::choose(values, neighbours);
        if parents.is_empty() {
            return None;
        }
        let known: Vec<(i32, &[i64])> =
            parents.iter().filter_map(|p| Some((p.weight, *neighbours.get(p.index)?))).collect();
        let mut rest = coupled::predict(&known, values.len());
        rest.iter_mut().zip(values).for_each(|(rest, value)| *rest = value.wrapping_sub(*rest));
        Some(Self { parents, rest })
    }

    fn write(&self, level: Level, out: &mut Vec<u8>) {
        out.extend([COUPLED, self.parents.len() as u8]);
        for parent in &self.parents {
            put_varint(out, parent.index as u64);
            put_varint(out, zigzag(i64::from(parent.weight)));
        }
        series::encode(&self.rest, level, out);
    }
}

pub(super) fn write_unranked(values: &[i64], flags: u8, level: Level, out: &mut Vec<u8>) {
    let (base, step) = scale_of(values);
    if step > 1 {
        out.push(SCALED | flags);
        put_varint(out, zigzag(base));
        put_varint(out, step);
        let scaled: Vec<i64> = values.iter().map(|v| (v.abs_diff(base) / step) as i64).collect();
        series::encode(&scaled, level, out);
    } else if let Some((divisor, whole, rest)) = parts_of(values, level) {
        out.push(PARTS | flags);
        put_varint(out, divisor as u64);
        series::encode(&whole, level, out);
        series::encode(&rest, level, out);
    } else {
        out.push(PLAIN | flags);
        series::encode(values, level, out);
    }
}

/// A divisor with the quotients and the remainders, if they seem to take less than the values.
fn parts_of(values: &[i64], level: Level) -> Option<(i64, Vec<i64>, Vec<i64>)> {
    let divisor = divisor_of(values, level)?;
    let (whole, rest): (Vec<i64>, Vec<i64>) =
        values.iter().map(|v| (v.div_euclid(divisor), v.rem_euclid(divisor))).unzip();
    let bits = series::estimate(&whole, level) + series::estimate(&rest, level);
    (bits < series::estimate(values, level)).then_some((divisor, whole, rest))
}

/// Reads `count` numbers and their ulps, of which there are none or as many. `neighbour` gives the columns that
/// [`encode`] was given.
pub fn decode<'n>(
    cursor: &mut Cursor<'_>,
    count: usize,
    neighbour: impl Fn(usize) -> Result<Cow<'n, [i64]>, Error>,
) -> Result<(Vec<i64>, Vec<i64>), Error> {
    decode_keeping(cursor, count, neighbour, None)
}

/// As [`decode`]; a strong model is kept, if it can go on with other values.
pub fn decode_keeping<'n>(
    cursor: &mut Cursor<'_>,
    count: usize,
    neighbour: impl Fn(usize) -> Result<Cow<'n, [i64]>, Error>,
    keep: Option<&mut Option<Memory>>,
) -> Result<(Vec<i64>, Vec<i64>), Error> {
    let Some((back, units)) = read_dated(cursor)? else {
        return decode_undated(cursor, count, neighbour, keep);
    };
    let days = neighbour(back)?;
    // A model of moments is of no use to times of day.
    let (mut values, ulps) = decode_undated(cursor, count, neighbour, None)?;
    let from_midnight = |(value, day): (&mut i64, &i64)| {
        *value = value.wrapping_sub(day.wrapping_mul(units.cast_signed()));
    };
    values.iter_mut().zip(&*days).for_each(from_midnight);
    Ok((values, ulps))
}

fn decode_undated<'n>(
    cursor: &mut Cursor<'_>,
    count: usize,
    neighbour: impl Fn(usize) -> Result<Cow<'n, [i64]>, Error>,
    keep: Option<&mut Option<Memory>>,
) -> Result<(Vec<i64>, Vec<i64>), Error> {
    let map = cursor.u8()?;
    match map & !ULPS {
        RANKED => {
            let list = List::read(cursor, count, map & ULPS != 0)?;
            let mut ranks = Vec::new();
            series::decode(cursor, count, &mut ranks)?;
            return list.look_up(ranks);
        }
        MODELLED if map == MODELLED => {
            let mut decoded = modelled::decode(cursor, count, neighbour)?;
            if let Some(kept) = keep {
                *kept = decoded.memory();
            }
            return Ok((decoded.values, decoded.ulps));
        }
        COUPLED if map == COUPLED => return Ok((read_coupled(cursor, count, neighbour)?, Vec::new())),
        PLAIN | SCALED | PARTS => {}
        _ => return Err(Error::Corrupt("unknown value map")),
    }
    let values = read_unranked(cursor, count, map & !ULPS)?;
    let mut ulps = Vec::new();
    if map & ULPS != 0 {
        series::decode(cursor, count, &mut ulps)?;
    }
    Ok((values, ulps))
}

/// Bytes that the model of the numbers at `cursor` takes.
pub fn memory(cursor: &Cursor<'_>) -> u64 {
    let mut cursor = cursor.clone();
    match (read_dated(&mut cursor), cursor.rest()) {
        (Ok(_), [MODELLED, form, ..]) => modelled::memory(*form),
        _ => 0,
    }
}

/// The neighbours that the numbers at `cursor` need, nothing decoded.
pub fn parents(cursor: &mut Cursor<'_>, count: usize) -> Result<Vec<usize>, Error> {
    let dates = read_dated(cursor)?.map(|(back, _)| back);
    let map = cursor.u8()?;
    let parents = match map & !ULPS {
        COUPLED => read_parents(cursor)?.iter().map(|parent| parent.index).collect(),
        MODELLED => modelled::parents(cursor, count)?,
        _ => Vec::new(),
    };
    Ok(dates.into_iter().chain(parents).collect())
}

fn read_parents(cursor: &mut Cursor<'_>) -> Result<Vec<Parent>, Error> {
    let parents = cursor.u8()?;
    if usize::from(parents) > coupled::MAX_PARENTS {
        return Err(Error::Corrupt("too many parents of a column"));
    }
    let impossible = Error::Corrupt("impossible parent of a column");
    let mut read = || {
        let index = u16::try_from(cursor.varint()?).map_err(|_| impossible.clone())?;
        let weight = i32::try_from(unzigzag(cursor.varint()?)).map_err(|_| impossible.clone())?;
        Ok(Parent { index: usize::from(index), weight })
    };
    (0..parents).map(|_| read()).collect()
}

fn read_coupled<'n>(
    cursor: &mut Cursor<'_>,
    count: usize,
    neighbour: impl Fn(usize) -> Result<Cow<'n, [i64]>, Error>,
) -> Result<Vec<i64>, Error> {
    let parents = read_parents(cursor)?;
    let known =
        parents.iter().map(|p| Ok((p.weight, neighbour(p.index)?))).collect::<Result<Vec<_>, Error>>()?;
    let mut rest = Vec::new();
    series::decode(cursor, count, &mut rest)?;
    let known: Vec<(i32, &[i64])> = known.iter().map(|(weight, values)| (*weight, &**values)).collect();
    let predicted = coupled::predict(&known, count);
    rest.iter_mut().zip(predicted).for_each(|(value, predicted)| *value = value.wrapping_add(predicted));
    Ok(rest)
}

pub(super) fn read_unranked(cursor: &mut Cursor<'_>, count: usize, map: u8) -> Result<Vec<i64>, Error> {
    let mut values = Vec::new();
    match map {
        PLAIN => series::decode(cursor, count, &mut values)?,
        SCALED => {
            let (base, step) = (unzigzag(cursor.varint()?), cursor.varint()? as i64);
            series::decode(cursor, count, &mut values)?;
            values.iter_mut().for_each(|v| *v = v.wrapping_mul(step).wrapping_add(base));
        }
        PARTS => {
            let divisor = cursor.varint()? as i64;
            let mut rest = Vec::new();
            series::decode(cursor, count, &mut values)?;
            series::decode(cursor, count, &mut rest)?;
            values.iter_mut().zip(rest).for_each(|(v, rest)| *v = v.wrapping_mul(divisor).wrapping_add(rest));
        }
        _ => return Err(Error::Corrupt("ranked values inside ranked values")),
    }
    Ok(values)
}

/// The smallest value and the greatest common divisor of all distances from it; a step of 1 or 0 is none.
pub fn scale_of(values: &[i64]) -> (i64, u64) {
    let base = values.iter().copied().min().unwrap_or(0);
    let mut step = 0u64;
    for value in values {
        let distance = value.abs_diff(base);
        // One division when the step divides, which is nearly always; the loop ends at once when there is no step.
        if step != 0 && distance % step == 0 {
            continue;
        }
        step = gcd(step, distance);
        if step == 1 {
            break;
        }
    }
    (base, step)
}

/// A divisor whose remainders are far from uniform, if there is one. Not at the fastest level: it costs two series.
pub(super) fn divisor_of(values: &[i64], level: Level) -> Option<i64> {
    if level == Level::FASTEST || values.len() < 128 || !level.has(Part::Divisors) {
        return None;
    }
    let mut sample: Vec<i64> = values.iter().copied().step_by(values.len().div_ceil(SAMPLE)).collect();
    sample.sort_unstable();
    let lowest = *sample.first()?;
    // Remainders are those of the values themselves: the lowest is taken off in whole multiples of every divisor.
    let base = lowest.div_euclid(COMMON).checked_mul(COMMON)?;
    let mut offsets: Vec<u32> =
        sample.iter().map(|v| u32::try_from(v.abs_diff(base)).ok()).collect::<Option<_>>()?;
    let span = offsets.last()? - offsets.first()?;
    leave_out_most_frequent(&mut offsets);
    if offsets.len() < 100 {
        return None;
    }
    let mut best = (38, None);
    for divisor in DIVISORS.into_iter().filter(|divisor| 8 * divisor <= span) {
        let gain = remainder_gain(&offsets, divisor);
        if gain > best.0 + 5 {
            best = (gain, Some(i64::from(divisor)));
        }
    }
    best.1
}

/// A multiple of every divisor.
const COMMON: i64 = 96_000;

/// A value that comes again and again would lend any divisor its own remainder.
fn leave_out_most_frequent(sorted: &mut Vec<u32>) {
    let most =
        sorted.chunk_by(|a, b| a == b).max_by_key(|run| run.len()).and_then(|run| run.first().copied());
    sorted.retain(|value| Some(*value) != most);
}

/// Q8 bits a value that knowing the remainders' distribution saves.
fn remainder_gain(sample: &[u32], divisor: u32) -> i64 {
    let mut counts = vec![0u32; divisor as usize];
    for value in sample {
        if let Some(count) = counts.get_mut((value % divisor) as usize) {
            *count += 1;
        }
    }
    let n = sample.len() as i64;
    let log = |x: u32| i64::from(log2_q16(u64::from(x)) >> 8);
    let kinds = counts.iter().filter(|count| **count > 0).count() as i64;
    let entropy: i64 =
        counts.iter().filter(|c| **c > 0).map(|&c| i64::from(c) * (log(n as u32) - log(c))).sum::<i64>() / n;
    log(divisor) - entropy - (8 * kinds + 100) * 256 / n
}

#[cfg(test)]
mod tests {
    use super::*;
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
