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
    /// The mood before each surprise, which does not matter if there is one table.
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

/// The finest cut: every token of another is made of whole tokens of it.
pub(super) const FINEST: Cut = CUTS[0];

/// The tokens of surprises in the finest cut, and how often each occurs. All else is read off these tokens.
pub(super) struct Tokens {
    pub(super) each: Vec<u16>,
    counts: [u32; FINEST.tokens()],
}

impl Tokens {
    /// Cuts surprises.
    pub(super) fn new(surprises: &[u64]) -> Self {
        let each = surprises.iter().map(|surprise| FINEST.token(*surprise).0 as u16).collect();
        let mut this = Self { each, counts: [0; FINEST.tokens()] };
        for token in &this.each {
            if let Some(count) = this.counts.get_mut(usize::from(*token)) {
                *count += 1;
            }
        }
        this
    }

    /// The tokens that occur, rising, and how often.
    fn present(&self) -> Vec<(u32, u32)> {
        (0..).zip(self.counts).filter(|(_, count)| *count > 0).collect()
    }

    /// The tokens of a coarser cut, and the raw bits that they leave, by those of the finest up to the last that occurs.
    pub(super) fn coarser(&self, cut: Cut) -> Vec<Coarser> {
        let used = self.counts.iter().rposition(|count| *count > 0).map_or(0, |last| last + 1);
        let coarser = |token| {
            let (token, _, raw_bits) = cut.token(FINEST.base(token).0);
            Coarser { token: token as u16, raw_bits: raw_bits as u16 }
        };
        (0..used as u32).map(coarser).collect()
    }
}

/// A token of a coarser cut.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Coarser {
    pub(super) token: u16,
    pub(super) raw_bits: u16,
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
        let counts = used(&self.counts);
        self.raw + entropy(counts) + counts_cost(counts)
    }
}

/// Counts up to the last that is not 0: of few small surprises, most are.
fn used(counts: &[u32]) -> &[u32] {
    let used = counts.iter().rposition(|count| *count > 0).map_or(0, |last| last + 1);
    counts.get(..used).unwrap_or_default()
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
    let present = counts.iter().filter(|count| **count > 0).count();
    24 + 4 * used(counts).len() as u64 + 4 * present as u64
}

impl Tables {
    /// The tables that write `surprises`, whose tokens these are, in the fewest bits.
    pub(super) fn choose(surprises: &[u64], tokens: &Tokens, level: Level) -> Self {
        let (mut single, least) = Self::single(&tokens.present());
        let is_long = surprises.len() >= 2 * VALUES_A_TABLE && least >= MIN_BITS && level >= Level::STATIC;
        let switched = if is_long { Self::with_moods(surprises, tokens, single.cut()) } else { None };
        if let Some((switched, _)) = switched.filter(|(_, bits)| *bits < least) {
            return switched;
        }
        single.keys = vec![0; surprises.len()];
        single
    }

    /// Tables for ranges of moods, which follow surprises at the better of the speeds, and the bits that they take.
    fn with_moods(surprises: &[u64], tokens: &Tokens, cut: Cut) -> Option<(Self, u64)> {
        let coarser = tokens.coarser(cut);
        // The speed is chosen on the middle of the block.
        let sample = surprises.len().min(SPEED_SAMPLE);
        let start = (surprises.len() - sample) / 2;
        let switched = |start, end, speed: u32| {
            let surprises = surprises.get(start..end)?;
            let tokens = tokens.each.get(start..end)?;
            Self::switched(tokens, &coarser, mood::keys(surprises, speed), speed, cut)
        };
        let tried = SPEEDS.map(|speed| switched(start, start + sample, speed));
        let bits = |tried: &Option<(Self, u64)>| tried.as_ref().map_or(u64::MAX, |(_, bits)| *bits);
        let (speed, best) = SPEEDS.into_iter().zip(tried).min_by_key(|(_, tried)| bits(tried))?;
        if sample == surprises.len() { best } else { switched(0, surprises.len(), speed) }
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
    fn switched(
        tokens: &[u16],
        coarser: &[Coarser],
        keys: Vec<u8>,
        speed: u32,
        cut: Cut,
    ) -> Option<(Self, u64)> {
        let mut ranges = Ranges::new(tokens, coarser, &keys);
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
    fn new(tokens: &[u16], coarser: &[Coarser], keys: &[u8]) -> Self {
        let width = coarser.last().map_or(0, |last| usize::from(last.token)) + 1;
        let keys_used = keys.iter().copied().max().map_or(0, usize::from) + 1;
        let mut counts = vec![0u32; keys_used * width];
        let mut raw = 0;
        for (token, key) in tokens.iter().zip(keys) {
            let Coarser { token, raw_bits } = coarser.get(usize::from(*token)).copied().unwrap_or_default();
            raw += u64::from(raw_bits);
            if let Some(count) = counts.get_mut(usize::from(*key) * width + usize::from(token)) {
                *count += 1;
            }
        }
        let enough = (tokens.len() / MAX_RANGES) as u32;
        let mut ranges: Vec<Range> = Vec::new();
        let mut open: Option<(Range, u32)> = None;
        for (key, counts) in (0..=u8::MAX).zip(counts.chunks(width)) {
            let (range, held) =
                open.get_or_insert_with(|| (Range { first: key, counts: vec![0; width], bits: 0 }, 0));
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
