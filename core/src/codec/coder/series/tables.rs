//! Choosing the tables of a coded block: how numbers are cut into tokens, and which moods share a table.

use super::mood;
use crate::{
    codec::level::Level,
    entropy::{
        tans,
        token::{CUTS, Cut},
    },
    num::log2_q16,
};
use alloc::{vec, vec::Vec};

/// Tables of a block at most.
const MAX_TABLES: usize = 8;
/// Values for which one more table can pay.
const VALUES_A_TABLE: usize = 256;
/// Surprises that take fewer bits in one table are not worth more.
const MIN_BITS: u64 = 800;
/// Ranges of moods looked at, about.
const MAX_RANGES: usize = 16;
/// Surprises looked at to choose a speed.
const SPEED_SAMPLE: usize = 2048;
/// How fast moods may follow surprises.
const SPEEDS: [u32; 2] = [2, 4];

/// The tables of a block.
#[derive(Debug)]
pub(super) struct Tables {
    /// Which of [`CUTS`].
    pub(crate) cut: usize,
    /// How fast moods follow surprises.
    pub(crate) speed: u32,
    /// The keys from which on the second, third, ... table serve.
    pub(crate) thresholds: Vec<u8>,
    /// Normalised counts of each table's tokens; a power of two of them.
    pub(crate) counts: Vec<Vec<u16>>,
    /// The mood before each surprise; empty if there is one table.
    pub(crate) keys: Vec<u8>,
}

/// Logarithm of the size of each of so many tables: together they take 8 KB.
pub(super) fn log_of(tables: usize) -> u32 {
    tans::MAX_LOG - tables.ilog2()
}

/// The table that serves each key.
pub(super) fn table_of_key(thresholds: &[u8]) -> [u8; 256] {
    let mut tables = [0; 256];
    if thresholds.is_empty() {
        return tables;
    }
    for (key, table) in (0..=u8::MAX).zip(&mut tables) {
        *table = thresholds.partition_point(|threshold| *threshold <= key) as u8;
    }
    tables
}

/// How often each token of the finest cut occurs.
#[derive(Debug, Clone)]
pub(super) struct Histogram {
    counts: Vec<u32>,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: vec![0; FINEST.tokens()] }
    }
}

const FINEST: Cut = CUTS[0];

impl Histogram {
    /// Counts surprises.
    pub(super) fn add(&mut self, surprises: &[u64]) {
        surprises.iter().for_each(|surprise| self.add_one(FINEST.token(*surprise).0));
    }

    fn add_one(&mut self, token: u32) {
        if let Some(count) = self.counts.get_mut(token as usize) {
            *count += 1;
        }
    }

    /// The tokens that occur, rising, and how often.
    fn present(&self) -> Vec<(u32, u32)> {
        (0..).zip(self.counts.iter().copied()).filter(|(_, count)| *count > 0).collect()
    }
}

/// Counts of a coarser cut's tokens, and the raw bits that they leave.
fn coarser(present: &[(u32, u32)], cut: Cut) -> (Vec<u32>, u64) {
    let last = present.last().map_or(0, |(token, _)| *token);
    let mut counts = vec![0; cut.token(FINEST.base(last).0).0 as usize + 1];
    let mut raw = 0;
    for (token, count) in present {
        let (coarse, _, bits) = cut.token(FINEST.base(*token).0);
        raw += u64::from(*count) * u64::from(bits);
        if let Some(slot) = counts.get_mut(coarse as usize) {
            *slot += count;
        }
    }
    (counts, raw)
}

fn cost_of(present: &[(u32, u32)], cut: Cut) -> u64 {
    let (counts, raw) = coarser(present, cut);
    raw + entropy(&counts) + counts_cost(&counts)
}

/// What surprises take in one table, roughly.
pub(in crate::codec) struct Tally {
    counts: [u32; Self::CUT.tokens()],
    raw: u64,
}

impl Tally {
    const CUT: Cut = CUTS[2];
    pub(in crate::codec) const EMPTY: Self = Self { counts: [0; Self::CUT.tokens()], raw: 0 };

    /// Counts a surprise.
    #[inline]
    pub(in crate::codec) fn add(&mut self, surprise: u64) {
        let (token, _, bits) = Self::CUT.token(surprise);
        self.raw += u64::from(bits);
        if let Some(count) = self.counts.get_mut(token as usize) {
            *count += 1;
        }
    }

    /// Bits of all that were counted.
    pub(in crate::codec) fn bits(&self) -> u64 {
        self.raw + entropy(&self.counts) + counts_cost(&self.counts)
    }
}

/// Bits of all tokens together.
fn entropy(counts: &[u32]) -> u64 {
    let total: u32 = counts.iter().sum();
    let all = u64::from(log2_q16(u64::from(total.max(1))));
    let bits: u64 = counts
        .iter()
        .filter(|c| **c > 0)
        .map(|c| u64::from(*c) * (all - u64::from(log2_q16(u64::from(*c)))))
        .sum();
    bits >> 16
}

/// Bits, roughly, that writing counts down takes.
fn counts_cost(counts: &[u32]) -> u64 {
    let used = counts.iter().rposition(|count| *count > 0).map_or(0, |last| last + 1);
    let present = counts.iter().filter(|count| **count > 0).count();
    24 + 4 * used as u64 + 4 * present as u64
}

impl Tables {
    /// The tables that write `surprises` in the fewest bits.
    pub(super) fn choose(surprises: &[u64], level: Level) -> Self {
        let mut all = Histogram::default();
        all.add(surprises);
        let single = Self::single(&all.present());
        if level < Level::STATIC || surprises.len() < 2 * VALUES_A_TABLE || single.1 < MIN_BITS {
            return single.0;
        }
        let cut = single.0.cut();
        let switched = |surprises, speed: &u32| Self::switched(surprises, *speed, cut);
        let switched = if surprises.len() <= SPEED_SAMPLE {
            SPEEDS.iter().filter_map(|speed| switched(surprises, speed)).min_by_key(|(_, cost)| *cost)
        } else {
            // The speed is chosen on the middle of the block.
            let middle = surprises.len() / 2 - SPEED_SAMPLE / 2;
            let middle = surprises.get(middle..middle + SPEED_SAMPLE).unwrap_or_default();
            let cost = |speed: &&u32| switched(middle, speed).map_or(u64::MAX, |(_, cost)| cost);
            SPEEDS.iter().min_by_key(cost).and_then(|speed| switched(surprises, speed))
        };
        switched.filter(|(_, cost)| *cost < single.1).unwrap_or(single).0
    }

    /// How numbers are cut.
    pub(super) fn cut(&self) -> Cut {
        CUTS.get(self.cut).copied().unwrap_or(FINEST)
    }

    /// Logarithm of each table's size.
    pub(super) fn log(&self) -> u32 {
        log_of(self.counts.len())
    }

    fn single(present: &[(u32, u32)]) -> (Self, u64) {
        let mut cuts: Vec<(u64, usize)> = CUTS.iter().map(|cut| cost_of(present, *cut)).zip(0..).collect();
        cuts.sort_unstable();
        // The coarsest cut has fewer tokens than any table has entries, so one cut always fits.
        let fitting = cuts.into_iter().find_map(|(cost, cut)| {
            let counts = coarser(present, *CUTS.get(cut)?).0;
            Some((cost, cut, tans::normalise(&counts, tans::MAX_LOG)?))
        });
        let (cost, cut, counts) = fitting.unwrap_or_default();
        (Self { cut, speed: 0, thresholds: vec![], counts: vec![counts], keys: vec![] }, cost)
    }

    /// Tables for ranges of moods: the finest ranges first, then the two neighbours that lose least become one.
    fn switched(surprises: &[u64], speed: u32, cut: Cut) -> Option<(Self, u64)> {
        let keys = mood::keys(surprises, speed);
        let mut ranges = Ranges::new(surprises, &keys, cut);
        let mut best: Option<(u64, Vec<Range>)> = None;
        loop {
            let tables = ranges.ranges.len();
            if tables <= MAX_TABLES && tables.is_power_of_two() && tables > 1 {
                let cost = ranges.cost(log_of(tables));
                let fits = || ranges.ranges.iter().all(|range| range.fits(log_of(tables)));
                if best.as_ref().is_none_or(|(least, _)| cost < *least) && fits() {
                    best = Some((cost, ranges.ranges.clone()));
                }
            }
            if tables <= 2 {
                break;
            }
            ranges.merge();
        }
        let (cost, ranges) = best?;
        let normalised = |range: &Range| tans::normalise(&range.counts, log_of(ranges.len()));
        let counts = ranges.iter().map(normalised).collect::<Option<_>>()?;
        let thresholds = ranges.iter().skip(1).map(|range| range.first).collect();
        let cut = CUTS.iter().position(|c| *c == cut).unwrap_or(0);
        Some((Self { cut, speed, thresholds, counts, keys }, cost))
    }
}

/// Moods in ranges, each with the tokens that follow them.
struct Ranges {
    ranges: Vec<Range>,
    /// What each range and the next would be together.
    joined: Vec<Range>,
    raw: u64,
}

#[derive(Clone)]
struct Range {
    first: u8,
    counts: Vec<u32>,
    bits: u64,
}

impl Range {
    /// Whether a table of two to the `log` entries has one for each token that occurs.
    fn fits(&self, log: u32) -> bool {
        self.counts.iter().filter(|count| **count > 0).count() <= 1 << log
    }

    fn joined(&self, next: &Self) -> Self {
        let counts: Vec<u32> = self.counts.iter().zip(&next.counts).map(|(a, b)| a + b).collect();
        Self { first: self.first, bits: entropy(&counts), counts }
    }
}

impl Ranges {
    /// Ranges that hold enough values each to be worth a look.
    fn new(surprises: &[u64], keys: &[u8], cut: Cut) -> Self {
        let tokens = cut.token(surprises.iter().copied().max().unwrap_or(0)).0 as usize + 1;
        let keys_used = keys.iter().copied().max().map_or(0, usize::from) + 1;
        let mut counts = vec![0u32; keys_used * tokens];
        let mut raw = 0;
        for (surprise, key) in surprises.iter().zip(keys) {
            let (token, _, bits) = cut.token(*surprise);
            raw += u64::from(bits);
            if let Some(count) = counts.get_mut(usize::from(*key) * tokens + token as usize) {
                *count += 1;
            }
        }
        let enough = (surprises.len() / MAX_RANGES) as u32;
        let mut ranges: Vec<Range> = Vec::new();
        let mut open: Option<(Range, u32)> = None;
        for (key, counts) in (0..=u8::MAX).zip(counts.chunks(tokens)) {
            let (range, held) =
                open.get_or_insert_with(|| (Range { first: key, counts: vec![0; tokens], bits: 0 }, 0));
            range.counts.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
            *held += counts.iter().sum::<u32>();
            if *held >= enough.max(1) {
                ranges.extend(open.take().map(|(range, _)| range));
            }
        }
        match (ranges.last_mut(), open) {
            (Some(last), Some((range, _))) => {
                last.counts.iter_mut().zip(&range.counts).for_each(|(sum, count)| *sum += count);
            }
            (None, Some((range, _))) => ranges.push(range),
            (_, None) => {}
        }
        ranges.iter_mut().for_each(|range| range.bits = entropy(&range.counts));
        let joined = ranges.iter().zip(ranges.iter().skip(1)).map(|(a, b)| a.joined(b)).collect();
        Self { ranges, joined, raw }
    }

    /// Makes one of the two neighbours that lose least by it.
    fn merge(&mut self) {
        let apart = self.ranges.iter().zip(self.ranges.iter().skip(1)).map(|(a, b)| a.bits + b.bits);
        let losses = self.joined.iter().zip(apart).map(|(joined, apart)| joined.bits.saturating_sub(apart));
        let Some((at, _)) = losses.enumerate().min_by_key(|(_, loss)| *loss) else { return };
        let joined = self.joined.remove(at);
        self.ranges.remove(at + 1);
        if let Some(range) = self.ranges.get_mut(at) {
            *range = joined;
        }
        for left in at.saturating_sub(1)..=at {
            if let (Some(a), Some(b), Some(pair)) =
                (self.ranges.get(left), self.ranges.get(left + 1), self.joined.get_mut(left))
            {
                *pair = a.joined(b);
            }
        }
    }

    /// Bits that all takes: what smaller tables lose on rare tokens included.
    fn cost(&self, log: u32) -> u64 {
        let lost = |range: &Range| {
            let total: u32 = range.counts.iter().sum();
            let present = range.counts.iter().filter(|count| **count > 0).count() as u64;
            u64::from(total) * present * 3 / (4 << log)
        };
        let each = self.ranges.iter().map(|range| range.bits + lost(range) + counts_cost(&range.counts));
        self.raw + 32 + each.sum::<u64>()
    }
}
