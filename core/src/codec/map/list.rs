//! Values as places in the rising list of those that occur.
//!
//! ```text
//! list := distinct varint | unlisted numbers: the distinct values | [ulps series of them]
//! ```
//! A value and its ulps count as one.

use super::unlisted::Unlisted;
use crate::{
    codec::{coder::series, level::Level, part::Part},
    entropy::{Cursor, put_varint},
    error::Error,
    num::lowest_and_highest,
};
use alloc::{vec, vec::Vec};

/// Places a value between the lowest and the highest at most, so that a table of them is quicker than hashing.
const DENSE: u64 = 8;

/// How often a value must occur on average to be worth its place in a list.
const MIN_USES: usize = 3;

/// The distinct values of a column, rising, and their ulps if it has some.
#[derive(Debug, Clone, Default)]
pub(in crate::codec) struct List {
    pub(in crate::codec) values: Vec<i64>,
    pub(in crate::codec) ulps: Vec<i64>,
}

impl List {
    /// The distinct ones of some values with their ulps.
    pub(in crate::codec) fn of(values: &[i64], ulps: &[i64]) -> Self {
        let all_ulps = ulps.iter().copied().chain(core::iter::repeat(0));
        let mut pairs: Vec<(i64, i64)> = values.iter().copied().zip(all_ulps).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let (values, listed) = pairs.into_iter().unzip();
        Self { values, ulps: if ulps.is_empty() { Vec::new() } else { listed } }
    }

    /// Bits, roughly, that it takes.
    pub(in crate::codec) fn estimate(&self, level: Level) -> u64 {
        Unlisted::estimate(&self.values, &self.ulps, level)
    }

    pub(in crate::codec) fn write(&self, level: Level, out: &mut Vec<u8>) {
        put_varint(out, self.values.len() as u64);
        Unlisted::write(&self.values, 0, level, out);
        if !self.ulps.is_empty() {
            series::encode(&self.ulps, level, out);
        }
    }

    /// Reads the list of a column of `count` values.
    pub(in crate::codec) fn read(
        cursor: &mut Cursor<'_>,
        count: usize,
        has_ulps: bool,
    ) -> Result<Self, Error> {
        let distinct = usize::try_from(cursor.varint()?).ok().filter(|n| *n <= count);
        let distinct = distinct.ok_or(Error::Corrupt("more distinct values than values"))?;
        let map = Unlisted::of(cursor.u8()?).ok_or(Error::Corrupt("ranked values inside ranked values"))?;
        let values = map.read(cursor, distinct)?;
        let mut ulps = Vec::new();
        if has_ulps {
            series::decode(cursor, distinct, &mut ulps)?;
        }
        Ok(Self { values, ulps })
    }

    /// The values of `ranks` and their ulps.
    pub(in crate::codec) fn look_up(&self, mut ranks: Vec<i64>) -> Result<(Vec<i64>, Vec<i64>), Error> {
        let at = |list: &[i64], rank: i64| {
            let value = usize::try_from(rank).ok().and_then(|rank| list.get(rank));
            value.copied().ok_or(Error::Corrupt("a rank behind the last distinct value"))
        };
        let mut ulps = Vec::new();
        if !self.ulps.is_empty() {
            ulps = ranks.iter().map(|rank| at(&self.ulps, *rank)).collect::<Result<_, _>>()?;
        }
        for rank in &mut ranks {
            *rank = at(&self.values, *rank)?;
        }
        Ok((ranks, ulps))
    }
}

/// A column as ranks in its list.
#[derive(Debug)]
pub(in crate::codec) struct Ranked {
    pub(in crate::codec) list: List,
    pub(in crate::codec) ranks: Vec<i64>,
}

impl Ranked {
    /// `None` where there are too many distinct values to be worth a list, or where they lie side by side anyway.
    pub(in crate::codec) fn new(values: &[i64], ulps: &[i64], level: Level) -> Option<Self> {
        if !level.has(Part::Lists) {
            return None;
        }
        let (low, high) = lowest_and_highest(values)?;
        let span = high.abs_diff(low);
        // At the fastest level the list must close wide gaps to be worth the time.
        let narrowest = if level == Level::FASTEST { 5 } else { 1 };
        let is_close = |distinct: usize| ulps.is_empty() && span / narrowest < distinct as u64;
        if values.len() < 16 {
            return None;
        }
        if ulps.is_empty() && span < values.len() as u64 * DENSE {
            return Self::dense(values, low, span as usize, is_close);
        }
        let guess = distinct_guess(values);
        if guess * MIN_USES > values.len() || is_close(guess) {
            return None;
        }
        Self::hashed(values, ulps, span)
    }

    /// By a table of all values between the lowest and the highest.
    fn dense(values: &[i64], low: i64, span: usize, is_close: impl Fn(usize) -> bool) -> Option<Self> {
        let place = |value: i64| value.abs_diff(low) as usize;
        let mut table = vec![0u32; span + 1];
        for value in values {
            if let Some(slot) = table.get_mut(place(*value)) {
                *slot = 1;
            }
        }
        let distinct = table.iter().sum::<u32>() as usize;
        if distinct * MIN_USES > values.len() || 3 * distinct / 2 > span || is_close(distinct) {
            return None;
        }
        let mut list = Vec::with_capacity(distinct);
        for (value, slot) in (low..).zip(&mut table).filter(|(_, slot)| **slot > 0) {
            *slot = list.len() as u32;
            list.push(value);
        }
        let rank = |value: &i64| table.get(place(*value)).map_or(0, |rank| i64::from(*rank));
        let ranks = values.iter().map(rank).collect();
        Some(Self { list: List { values: list, ulps: Vec::new() }, ranks })
    }

    /// By hashing, for values that lie far apart or have ulps.
    fn hashed(values: &[i64], ulps: &[i64], span: u64) -> Option<Self> {
        let mut seen = Distinct::default();
        let ulps_or_none = ulps.iter().copied().chain(core::iter::repeat(0));
        let mut ids = Vec::with_capacity(values.len());
        for pair in values.iter().copied().zip(ulps_or_none) {
            ids.push(seen.number(pair));
            if seen.pairs.len() * MIN_USES > values.len() {
                return None;
            }
        }
        let distinct = seen.pairs.len();
        if ulps.is_empty() && 3 * distinct as u64 / 2 > span {
            return None;
        }
        let mut order: Vec<((i64, i64), u32)> = seen.pairs.into_iter().zip(0..).collect();
        order.sort_unstable();
        let mut rank_of = vec![0; order.len()];
        for (rank, (_, id)) in (0..).zip(&order) {
            if let Some(slot) = rank_of.get_mut(*id as usize) {
                *slot = rank;
            }
        }
        let ranks = ids.iter().map(|id| rank_of.get(*id as usize).copied().unwrap_or(0)).collect();
        let (values, list_ulps) = order.into_iter().map(|(pair, _)| pair).unzip();
        Some(Self {
            list: List { values, ulps: if ulps.is_empty() { Vec::new() } else { list_ulps } },
            ranks,
        })
    }

    /// Bits, roughly, that list and ranks take.
    pub(in crate::codec) fn estimate(&self, level: Level) -> u64 {
        self.list.estimate(level) + series::estimate(&self.ranks, level)
    }
}

/// How many distinct values there are at least, roughly: told from how often a few of them meet.
fn distinct_guess(values: &[i64]) -> usize {
    const FEW: usize = 512;
    if values.len() <= FEW {
        return 0;
    }
    let mut few: Vec<i64> = values.iter().copied().step_by(values.len().div_ceil(FEW) | 1).collect();
    few.sort_unstable();
    let met = few.iter().zip(few.iter().skip(1)).filter(|(a, b)| a == b).count();
    // As if they had met a few times more: chance may have kept them apart.
    few.len() * few.len() / (2 * met + 8)
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
