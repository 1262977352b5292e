//! Value maps: the number line a column really lives on, found before anything is predicted.
//!
//! ```text
//! numbers := map u8 | body | [ulps series, if map & 8]
//! map & 7 :  0 plain     series of the values
//!            1 scaled    base zigzag varint | step varint | series of (value - base) / step
//!            2 ranked    distinct varint | numbers (0, 1 or 3) of the distinct values, rising |
//!                        [ulps series of them, if map & 8] | series of ranks
//!            3 parts     divisor varint | series of value div divisor | series of value mod divisor
//!            4 coupled   parents u8 | (columns back varint | weight zigzag varint)* |
//!                        series of value - (sum of weight * parent's value in the same row) / 2^16
//! ```
//! Divisions floor. In a ranked column the ulps belong to the distinct values, so they follow those, not the ranks.

use super::{
    Level,
    coupled::{self, Parent},
    series,
};
use crate::{
    Error,
    entropy::{Cursor, put_varint},
    num::{gcd, log2_q16, unzigzag, zigzag},
};
use alloc::{vec, vec::Vec};

const PLAIN: u8 = 0;
const SCALED: u8 = 1;
const RANKED: u8 = 2;
const PARTS: u8 = 3;
const COUPLED: u8 = 4;
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
}

impl Map {
    /// The map of the numbers that start at `cursor`.
    pub fn peek(cursor: &Cursor<'_>) -> Result<Self, Error> {
        let maps = [Self::Plain, Self::Scaled, Self::Ranked, Self::Parts, Self::Coupled];
        let map = cursor.rest().first().and_then(|map| maps.get(usize::from(map & 7)));
        map.copied().ok_or(Error::Truncated)
    }
}

/// Divisors tried for columns that are multiples of something plus a little.
const DIVISORS: [u32; 25] =
    [2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 25, 30, 32, 40, 50, 60, 64, 100, 125, 128, 200, 250, 256, 500, 1000];
/// Values looked at to choose a divisor.
const SAMPLE: usize = 512;

/// Appends `values`; `ulps` is empty or as long. `neighbours` are columns that the reader will have by then, the nearest
/// first, each as long as `values`.
pub fn encode(values: &[i64], ulps: &[i64], neighbours: &[&[i64]], level: Level, out: &mut Vec<u8>) {
    let mut best = estimate_unranked(values, ulps, level);
    let least_bits = if level == Level::FASTEST { 6 } else { 1 };
    let worth_a_list = best > least_bits * values.len() as u64;
    let ranked = worth_a_list
        .then(|| Ranked::new(values, ulps, level))
        .flatten()
        .filter(|ranked| ranked.estimate(!ulps.is_empty(), level) < best);
    if let Some(ranked) = &ranked {
        best = ranked.estimate(!ulps.is_empty(), level);
    }
    if ulps.is_empty()
        && level > Level::FASTEST
        && let Some(coupled) = Coupled::new(values, neighbours)
        && series::estimate(&coupled.rest, level) + 32 * coupled.parents.len() as u64 + 64 < best
    {
        return coupled.write(level, out);
    }
    if let Some(ranked) = ranked {
        return ranked.write(!ulps.is_empty(), level, out);
    }
    let has_ulps = if ulps.is_empty() { 0 } else { ULPS };
    write_unranked(values, has_ulps, level, out);
    if has_ulps != 0 {
        series::encode(ulps, level, out);
    }
}

fn estimate_unranked(values: &[i64], ulps: &[i64], level: Level) -> u64 {
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

fn write_unranked(values: &[i64], flags: u8, level: Level, out: &mut Vec<u8>) {
    let (base, step) = scale_of(values);
    if step > 1 {
        out.push(SCALED | flags);
        put_varint(out, zigzag(base));
        put_varint(out, step);
        let scaled: Vec<i64> = values.iter().map(|v| (v.abs_diff(base) / step) as i64).collect();
        series::encode(&scaled, level, out);
    } else if let Some(divisor) = divisor_of(values, level) {
        out.push(PARTS | flags);
        put_varint(out, divisor as u64);
        let (whole, rest): (Vec<i64>, Vec<i64>) =
            values.iter().map(|v| (v.div_euclid(divisor), v.rem_euclid(divisor))).unzip();
        series::encode(&whole, level, out);
        series::encode(&rest, level, out);
    } else {
        out.push(PLAIN | flags);
        series::encode(values, level, out);
    }
}

/// Reads `count` numbers and their ulps, of which there are none or as many. `neighbour` gives the columns that
/// [`encode`] was given.
pub fn decode(
    cursor: &mut Cursor<'_>,
    count: usize,
    neighbour: impl Fn(usize) -> Result<Vec<i64>, Error>,
) -> Result<(Vec<i64>, Vec<i64>), Error> {
    let map = cursor.u8()?;
    match map & !ULPS {
        RANKED => return read_ranked(cursor, count, map & ULPS != 0),
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

/// The neighbours that the numbers at `cursor` need, nothing decoded.
pub fn parents(cursor: &mut Cursor<'_>) -> Result<Vec<usize>, Error> {
    if cursor.u8()? != COUPLED {
        return Ok(Vec::new());
    }
    Ok(read_parents(cursor)?.iter().map(|parent| parent.index).collect())
}

fn read_parents(cursor: &mut Cursor<'_>) -> Result<Vec<Parent>, Error> {
    let parents = cursor.u8()?;
    if usize::from(parents) > coupled::MOST_PARENTS {
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

fn read_coupled(
    cursor: &mut Cursor<'_>,
    count: usize,
    neighbour: impl Fn(usize) -> Result<Vec<i64>, Error>,
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

fn read_unranked(cursor: &mut Cursor<'_>, count: usize, map: u8) -> Result<Vec<i64>, Error> {
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

fn read_ranked(cursor: &mut Cursor<'_>, count: usize, has_ulps: bool) -> Result<(Vec<i64>, Vec<i64>), Error> {
    let distinct = usize::try_from(cursor.varint()?).ok().filter(|n| *n <= count);
    let distinct = distinct.ok_or(Error::Corrupt("more distinct values than values"))?;
    let map = cursor.u8()?;
    let table = read_unranked(cursor, distinct, map)?;
    let mut table_ulps = Vec::new();
    if has_ulps {
        series::decode(cursor, distinct, &mut table_ulps)?;
    }
    let mut values = Vec::new();
    series::decode(cursor, count, &mut values)?;
    let mut ulps = Vec::new();
    let look_up = |table: &[i64], rank: i64| {
        let value = usize::try_from(rank).ok().and_then(|rank| table.get(rank));
        value.copied().ok_or(Error::Corrupt("a rank behind the last distinct value"))
    };
    if has_ulps {
        ulps = values.iter().map(|rank| look_up(&table_ulps, *rank)).collect::<Result<_, _>>()?;
    }
    for value in &mut values {
        *value = look_up(&table, *value)?;
    }
    Ok((values, ulps))
}

/// The smallest value and the greatest common divisor of all distances from it; a step of 1 or 0 is none.
fn scale_of(values: &[i64]) -> (i64, u64) {
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
fn divisor_of(values: &[i64], level: Level) -> Option<i64> {
    if level == Level::FASTEST || values.len() < 128 {
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

/// Values as places in the sorted list of those that occur.
struct Ranked {
    table: Vec<(i64, i64)>,
    ranks: Vec<i64>,
}

impl Ranked {
    /// `None` where there are too many distinct values to be worth a list, or where they lie side by side anyway.
    fn new(values: &[i64], ulps: &[i64], level: Level) -> Option<Self> {
        let (low, high) = (values.iter().copied().min()?, values.iter().copied().max()?);
        let span = high.abs_diff(low);
        let guess = distinct_guess(values);
        // At the fastest level the list must close wide gaps to be worth the time.
        let narrowest = if level == Level::FASTEST { 5 } else { 1 };
        if values.len() < 16 || guess > values.len() || (ulps.is_empty() && span < narrowest * guess as u64) {
            return None;
        }
        let mut seen = Distinct::default();
        let ulps_or_none = ulps.iter().copied().chain(core::iter::repeat(0));
        let mut ids = Vec::with_capacity(values.len());
        for (at, pair) in values.iter().copied().zip(ulps_or_none).enumerate() {
            ids.push(seen.number(pair));
            if seen.pairs.len() > 16_384 + at / 2 {
                return None;
            }
        }
        let mut order: Vec<((i64, i64), u32)> = seen.pairs.into_iter().zip(0..).collect();
        order.sort_unstable();
        if order.len() * 3 > values.len()
            || (ulps.is_empty() && 3 * order.len() as u64 > span.saturating_mul(2))
        {
            return None;
        }
        let mut rank_of = vec![0; order.len()];
        for (rank, (_, id)) in (0..).zip(&order) {
            if let Some(slot) = rank_of.get_mut(*id as usize) {
                *slot = rank;
            }
        }
        let ranks = ids.iter().map(|id| rank_of.get(*id as usize).copied().unwrap_or(0)).collect();
        Some(Self { table: order.into_iter().map(|(pair, _)| pair).collect(), ranks })
    }

    fn estimate(&self, has_ulps: bool, level: Level) -> u64 {
        let (mut list, mut list_ulps) = (Vec::new(), Vec::new());
        self.split_table(&mut list, &mut list_ulps);
        let listed = estimate_unranked(&list, if has_ulps { &list_ulps } else { &[] }, level);
        listed + series::estimate(&self.ranks, level)
    }

    fn split_table(&self, values: &mut Vec<i64>, ulps: &mut Vec<i64>) {
        (*values, *ulps) = self.table.iter().copied().unzip();
    }

    fn write(&self, has_ulps: bool, level: Level, out: &mut Vec<u8>) {
        let (mut list, mut list_ulps) = (Vec::new(), Vec::new());
        self.split_table(&mut list, &mut list_ulps);
        out.push(RANKED | if has_ulps { ULPS } else { 0 });
        put_varint(out, self.table.len() as u64);
        write_unranked(&list, 0, level, out);
        if has_ulps {
            series::encode(&list_ulps, level, out);
        }
        series::encode(&self.ranks, level, out);
    }
}

/// How many distinct values there are, roughly: told from how often a few of them meet.
fn distinct_guess(values: &[i64]) -> usize {
    const FEW: usize = 512;
    if values.len() <= FEW {
        return 0;
    }
    let mut few: Vec<i64> = values.iter().copied().step_by(values.len().div_ceil(FEW) | 1).collect();
    few.sort_unstable();
    let met = few.iter().zip(few.iter().skip(1)).filter(|(a, b)| a == b).count();
    few.len() * few.len() / (2 * met + 1) / 2
}

/// Numbers pairs in the order they appear.
struct Distinct {
    pairs: Vec<(i64, i64)>,
    /// Number + 1 of the pair that hashes here, 0 if none; its length is a power of two.
    slots: Vec<u32>,
}

impl Default for Distinct {
    fn default() -> Self {
        Self { pairs: Vec::new(), slots: vec![0; 1 << 12] }
    }
}

impl Distinct {
    #[inline]
    fn number(&mut self, pair: (i64, i64)) -> u32 {
        let mask = self.slots.len() - 1;
        let mut slot = hash(pair) & mask;
        loop {
            match self.slots.get(slot).copied().unwrap_or(0) {
                0 => return self.insert(slot, pair),
                id if self.pairs.get(id as usize - 1) == Some(&pair) => return id - 1,
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    #[cold]
    fn insert(&mut self, slot: usize, pair: (i64, i64)) -> u32 {
        self.pairs.push(pair);
        let id = self.pairs.len() as u32;
        if let Some(slot) = self.slots.get_mut(slot) {
            *slot = id;
        }
        if self.pairs.len() * 2 > self.slots.len() {
            let pairs = core::mem::take(&mut self.pairs);
            self.slots = vec![0; self.slots.len() * 2];
            pairs.into_iter().for_each(|pair| {
                self.number(pair);
            });
        }
        id - 1
    }
}

#[inline]
fn hash((value, ulp): (i64, i64)) -> usize {
    let mixed = (value ^ ulp.rotate_left(48)).wrapping_mul(0x9E37_79B9_7F4A_7C15_u64.cast_signed());
    (mixed.cast_unsigned() >> 32) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn few_distinct_numbers_come_back(few in prop::collection::vec(any::<i64>(), 1..9), picks in prop::collection::vec(any::<prop::sample::Index>(), 0..200)) {
            let values: Vec<i64> = picks.iter().map(|pick| *pick.get(&few)).collect();
            for level in [1, 2, 3].map(|level| Level::new(level).unwrap()) {
                let mut out = Vec::new();
                encode(&values, &[], &[], level, &mut out);
                let none = |_| Err(Error::Truncated);
                prop_assert_eq!(decode(&mut Cursor::new(&out), values.len(), none), Ok((values.clone(), vec![])));
            }
        }
    }
}
