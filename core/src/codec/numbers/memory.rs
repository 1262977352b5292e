//! A strong model that is kept after its column was read, to go on with other values of the same kind.
//!
//! The values that come later begin elsewhere: the first is coded by how far the known ones lay from their mean, then the
//! model is settled there. Everything else it knows, it keeps.

use crate::{
    codec::{
        coder::strong::{Learnt, Line, Read, SETTLING, Scale, Start, State},
        map::{List, Steps},
    },
    entropy::range::Coder,
    num::{lowest_and_highest, unzigzag, zigzag},
};
use alloc::{borrow::Cow, vec::Vec};

/// What the codes of a column stand for.
#[derive(Debug, Clone)]
pub(in crate::codec) enum Meaning {
    /// So many steps from a base.
    Steps(Steps),
    /// Integers whose unit is this many of the units that were learnt.
    Coarse(i64),
    /// Decimals of so many significant digits.
    Bent(u8),
    /// The values of a list, predicted where they lie or by their ranks.
    Listed { list: List, places: bool },
}

/// Numbers that stand for more of those that were learnt have nothing in common with them.
const MAX_UNIT: i64 = 1_000_000;

/// A value and its ulps.
pub(crate) type Pair = (i64, i64);

/// A model and all that was learnt.
#[derive(Debug, Clone)]
pub(crate) struct Memory {
    learnt: Learnt,
    parents: Vec<usize>,
    meaning: Meaning,
    low: i64,
    high: i64,
    opening: Opening,
    stride: i64,
}

/// A parent's values in the rows that were learnt from, and in those that are coded now.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Beside<'a> {
    /// Then.
    pub(crate) known: &'a [i64],
    /// Now.
    pub(crate) now: &'a [i64],
}

impl Memory {
    /// Keeps what is left of a column with these values and ulps; `None` if rows far back matter to it.
    pub(super) fn new(read: Read, meaning: Meaning, values: &[i64], ulps: &[i64]) -> Option<Self> {
        let Read { learnt, parents, low, high } = read;
        if learnt.looks_far_back() {
            return None;
        }
        let codes: Vec<i64> = pairs(values, ulps).map(|pair| meaning.code(pair)).collect::<Option<_>>()?;
        let stride = if matches!(meaning, Meaning::Steps(_)) { stride(&codes) } else { 0 };
        Some(Self { learnt, parents, meaning, low, high, opening: Opening::new(&codes), stride })
    }

    /// How many columns back its parents are, in the order in which [`Self::code`] wants them.
    pub(crate) fn parents(&self) -> &[usize] {
        &self.parents
    }

    /// Whether ulps go with the values, because they stand in a list together.
    pub(crate) fn has_ulps(&self) -> bool {
        matches!(&self.meaning, Meaning::Listed { list, .. } if !list.ulps.is_empty())
    }

    /// Whether values can be made known that it does not know.
    pub(crate) fn is_listed(&self) -> bool {
        matches!(self.meaning, Meaning::Listed { .. })
    }

    /// The lowest value of its list.
    pub(crate) fn lowest(&self) -> i64 {
        match &self.meaning {
            Meaning::Listed { list, .. } => list.values.first().copied().unwrap_or(0),
            _ => 0,
        }
    }

    /// The pairs of its list around a value: the last below, and the first from there on.
    pub(crate) fn around(&self, value: i64) -> impl Iterator<Item = Pair> {
        let (values, ulps) = match &self.meaning {
            Meaning::Listed { list, .. } => (list.values.as_slice(), list.ulps.as_slice()),
            _ => (&[][..], &[][..]),
        };
        let from = values.partition_point(|other| *other < value).saturating_sub(1);
        pairs(values.get(from..).unwrap_or_default(), ulps.get(from..).unwrap_or_default()).take(2)
    }

    /// Those of a column's values that stand in no list though they should, rising.
    pub(crate) fn unknown(&self, values: &[i64], ulps: &[i64]) -> Vec<Pair> {
        if !self.is_listed() {
            return Vec::new();
        }
        let mut unknown: Vec<Pair> =
            pairs(values, ulps).filter(|pair| self.meaning.code(*pair).is_none()).collect();
        unknown.sort_unstable();
        unknown.dedup();
        unknown
    }

    /// The same memory, to which some values are known that were not.
    pub(crate) fn knowing(&self, unknown: &[Pair]) -> Cow<'_, Self> {
        let (Meaning::Listed { list, places }, false) = (&self.meaning, unknown.is_empty()) else {
            return Cow::Borrowed(self);
        };
        let mut all: Vec<Pair> = pairs(&list.values, &list.ulps).chain(unknown.iter().copied()).collect();
        all.sort_unstable();
        let (values, ulps) = all.into_iter().unzip();
        let ulps = if list.ulps.is_empty() { Vec::new() } else { ulps };
        let meaning = Meaning::Listed { list: List { values, ulps }, places: *places };
        Cow::Owned(Self { meaning, high: self.high + unknown.len() as i64, ..self.clone() })
    }

    /// The same memory of numbers that count in units `unit` times as large, none of which is unknown; `None` if it does not
    /// predict them where they lie.
    pub(crate) fn coarser(&self, unit: i64) -> Option<Self> {
        let lies = matches!(self.meaning, Meaning::Steps(Steps::NONE) | Meaning::Listed { places: true, .. });
        if !lies || unit > MAX_UNIT {
            return None;
        }
        let mut learnt = self.learnt.clone();
        learnt.recode(|code| self.meaning.pair(code).0.div_euclid(unit));
        let codes = learnt.codes();
        let (low, high) = lowest_and_highest(codes)?;
        let (opening, stride) = (Opening::new(codes), stride(codes));
        let (parents, meaning) = (self.parents.clone(), Meaning::Coarse(unit));
        Some(Self { learnt, parents, meaning, low, high: high + 1, opening, stride })
    }

    /// The codes of these values, if it can code them all.
    pub(crate) fn codes(&self, values: &[i64], ulps: &[i64]) -> Option<Vec<i64>> {
        let line = self.line();
        if !line.is_sound() {
            return None;
        }
        let code = |pair: Pair| self.meaning.code(pair).filter(|c| (line.low..line.high).contains(c));
        pairs(values, ulps).map(code).collect()
    }

    /// Codes `count` values: those whose codes are `wanted`, or what the coder says. With ulps if [`Self::has_ulps`].
    pub(crate) fn code(
        &self,
        coder: &mut impl Coder,
        count: usize,
        wanted: &[i64],
        beside: &[Beside<'_>],
    ) -> (Vec<i64>, Vec<i64>) {
        let wanted = |at: usize| wanted.get(at).copied().unwrap_or(0);
        let line = self.line();
        if count == 0 || !line.is_sound() {
            return (Vec::new(), Vec::new());
        }
        let first = self.opening.code(coder, wanted(0)).clamp(line.low, line.high - 1);
        let known: Vec<&[i64]> = beside.iter().map(|parent| parent.known).collect();
        let joined: Vec<Vec<i64>> = beside.iter().map(Beside::joined).collect();
        let parents = joined.iter().map(|values| &**values).collect();
        let start = Start { code: first, stride: self.stride };
        let mut state = State::resume(&self.learnt, &known, parents, line, start);
        let codes = core::iter::once(first).chain((1..count).map(|at| state.step(coder, wanted(at))));
        let (values, ulps) = codes.map(|code| self.meaning.pair(code)).unzip();
        (values, if self.has_ulps() { ulps } else { Vec::new() })
    }

    fn line(&self) -> Line<'_> {
        let scale = match &self.meaning {
            Meaning::Listed { list, places: true } => Scale::Listed(&list.values),
            Meaning::Listed { .. } | Meaning::Steps(_) => Scale::Even,
            Meaning::Coarse(unit) => Scale::Coarse(*unit),
            Meaning::Bent(digits) => Scale::Bent(*digits),
        };
        let line = Line::new(scale, self.low, self.high);
        if self.is_listed() { line } else { line.widened() }
    }
}

impl Meaning {
    pub(in crate::codec) fn code(&self, (value, ulp): Pair) -> Option<i64> {
        match self {
            Self::Steps(steps) => steps.code(value),
            Self::Bent(_) | Self::Coarse(_) => Some(value),
            Self::Listed { list, .. } => {
                let start = list.values.partition_point(|other| *other < value);
                let is_it =
                    |(other, its_ulp): &Pair| *other == value && (list.ulps.is_empty() || *its_ulp == ulp);
                let behind = pairs(list.values.get(start..)?, list.ulps.get(start..).unwrap_or_default());
                let found = behind.take_while(|(other, _)| *other == value).position(|pair| is_it(&pair));
                found.map(|at| (start + at) as i64)
            }
        }
    }

    pub(in crate::codec) fn pair(&self, code: i64) -> Pair {
        match self {
            Self::Steps(steps) => (steps.value(code), 0),
            Self::Bent(_) | Self::Coarse(_) => (code, 0),
            Self::Listed { list, .. } => {
                let at = |list: &[i64]| usize::try_from(code).ok().and_then(|rank| list.get(rank)).copied();
                (at(&list.values).unwrap_or(0), at(&list.ulps).unwrap_or(0))
            }
        }
    }
}

impl Beside<'_> {
    /// The values then and now, and between them those with which a model is settled.
    fn joined(&self) -> Vec<i64> {
        let (first, stride) = (self.now.first().copied().unwrap_or(0), stride(self.known));
        let settling = (0..SETTLING as i64).rev();
        let mut joined = Vec::with_capacity(self.known.len() + SETTLING + self.now.len());
        joined.extend_from_slice(self.known);
        joined.extend(settling.map(|rows| first.saturating_sub(stride.saturating_mul(rows))));
        joined.extend_from_slice(self.now.get(1..).unwrap_or_default());
        joined
    }
}

/// Values with their ulps, which are 0 where there are none.
pub(in crate::codec) fn pairs(values: &[i64], ulps: &[i64]) -> impl Iterator<Item = Pair> {
    values.iter().copied().zip(ulps.iter().copied().chain(core::iter::repeat(0)))
}

/// The median step of values.
fn stride(values: &[i64]) -> i64 {
    let mut steps: Vec<i64> =
        values.iter().zip(values.iter().skip(1)).map(|(above, here)| here.saturating_sub(*above)).collect();
    let middle = steps.len() / 2;
    if steps.is_empty() { 0 } else { *steps.select_nth_unstable(middle).1 }
}

/// How far the values of a column lie from their mean.
#[derive(Debug, Clone)]
struct Opening {
    mean: i64,
    /// For each number of bits, the chance that it is that one rather than a higher one.
    chances: [u32; LENGTHS],
}

/// Numbers of bits that a distance may have, from 0 on.
const LENGTHS: usize = 65;

impl Opening {
    fn new(codes: &[i64]) -> Self {
        let sum: i128 = codes.iter().map(|code| i128::from(*code)).sum();
        let mean = sum.div_euclid((codes.len() as i128).max(1)) as i64;
        let mut counts = [1u64; LENGTHS];
        for code in codes {
            if let Some(count) = counts.get_mut(bits(distance(*code, mean)) as usize) {
                *count += 24;
            }
        }
        let mut left: u64 = counts.iter().sum();
        let chances = counts.map(|count| {
            let chance = ((count << 16) / left.max(1)) as u32;
            left -= count;
            chance.clamp(32, 65_500)
        });
        Self { mean, chances }
    }

    /// Codes the first value.
    fn code(&self, coder: &mut impl Coder, wanted: i64) -> i64 {
        let wanted = distance(wanted, self.mean);
        let is_it = |length: usize| bits(wanted) as usize == length;
        let length =
            self.chances.iter().enumerate().find(|(length, chance)| coder.bit(**chance, is_it(*length)));
        let length = length.map_or(LENGTHS - 1, |(length, _)| length) as u32;
        let Some(below) = length.checked_sub(1) else { return self.mean };
        let distance = 1 << below | coder.bits(below, wanted);
        self.mean.wrapping_add(unzigzag(distance))
    }
}

fn distance(code: i64, mean: i64) -> u64 {
    zigzag(code.wrapping_sub(mean))
}

fn bits(distance: u64) -> u32 {
    64 - distance.leading_zeros()
}
