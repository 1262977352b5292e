//! A strong model that is kept after its column was read, to go on with other values of the same kind.
//!
//! The values that come later begin elsewhere: the first is coded by how far the known ones lay from their mean, then the
//! model is settled there. Everything else it knows, it keeps.

use super::{
    line::{Line, Scale},
    panel::SETTLING,
    strong::{Learnt, Read, Start, State},
};
use crate::{
    entropy::range::Coder,
    num::{unzigzag, zigzag},
};
use alloc::vec::Vec;

/// What the codes of a column stand for.
#[derive(Debug, Clone)]
pub(super) enum Meaning {
    /// So many steps from a base.
    Steps { base: i64, step: u64 },
    /// Decimals of so many significant digits.
    Bent(u8),
    /// The values of a list, predicted where they lie.
    Places(Vec<i64>),
    /// The values of a list, predicted by their ranks.
    Ranks(Vec<i64>),
}

/// A model and all that was learnt.
#[derive(Debug, Clone)]
pub struct Memory {
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
pub struct Beside<'a> {
    /// Then.
    pub known: &'a [i64],
    /// Now.
    pub now: &'a [i64],
}

impl Memory {
    /// Keeps what is left of a column with these values; `None` if rows far back matter to it.
    pub(super) fn new(read: Read, meaning: Meaning, values: &[i64]) -> Option<Self> {
        let Read { learnt, parents, low, high } = read;
        if learnt.looks_far_back() {
            return None;
        }
        let codes: Vec<i64> = values.iter().map(|value| meaning.code(*value)).collect::<Option<_>>()?;
        let stride = if meaning.is_even() { stride(&codes) } else { 0 };
        Some(Self { learnt, parents, meaning, low, high, opening: Opening::new(&codes), stride })
    }

    /// x
    pub fn describe(&self) -> &'static str { match self.meaning { Meaning::Steps{..} => "steps", Meaning::Bent(_) => "bent", Meaning::Places(_) => "places", Meaning::Ranks(_) => "ranks" } }
    /// How many columns back its parents are, in the order in which [`Self::code`] wants them.
    pub fn parents(&self) -> &[usize] {
        &self.parents
    }

    /// The codes of these values, if it can code them all.
    pub fn codes(&self, values: &[i64]) -> Option<Vec<i64>> {
        let line = self.line();
        let code = |value: &i64| self.meaning.code(*value).filter(|c| (line.low..line.high).contains(c));
        values.iter().map(code).collect()
    }

    /// Codes `count` values: those whose codes are `wanted`, or what the coder says.
    pub fn code(
        &self,
        coder: &mut impl Coder,
        count: usize,
        wanted: &[i64],
        beside: &[Beside<'_>],
    ) -> Vec<i64> {
        let wanted = |at: usize| wanted.get(at).copied().unwrap_or(0);
        if count == 0 {
            return Vec::new();
        }
        let line = self.line();
        let first = self.opening.code(coder, wanted(0)).clamp(line.low, line.high - 1);
        let known: Vec<&[i64]> = beside.iter().map(|parent| parent.known).collect();
        let joined: Vec<Vec<i64>> = beside.iter().map(Beside::joined).collect();
        let parents = joined.iter().map(|values| &**values).collect();
        let start = Start { code: first, stride: self.stride };
        let mut state = State::resume(&self.learnt, &known, parents, line, start);
        let mut values = Vec::with_capacity(count);
        values.push(self.meaning.value(first));
        for at in 1..count {
            values.push(self.meaning.value(state.step(coder, wanted(at))));
        }
        values
    }

    fn line(&self) -> Line<'_> {
        let scale = match &self.meaning {
            Meaning::Steps { .. } | Meaning::Ranks(_) => Scale::Even,
            Meaning::Bent(digits) => Scale::Bent(*digits),
            Meaning::Places(list) => Scale::Listed(list),
        };
        let line = Line::new(scale, self.low, self.high);
        if matches!(self.meaning, Meaning::Ranks(_)) { line } else { line.widened() }
    }
}

impl Meaning {
    fn is_even(&self) -> bool {
        matches!(self, Self::Steps { .. })
    }

    fn code(&self, value: i64) -> Option<i64> {
        match self {
            Self::Steps { base, step } => {
                let (above, step) = (i128::from(value) - i128::from(*base), i128::from(*step).max(1));
                if above % step == 0 { i64::try_from(above / step).ok() } else { None }
            }
            Self::Bent(_) => Some(value),
            Self::Places(list) | Self::Ranks(list) => list.binary_search(&value).ok().map(|rank| rank as i64),
        }
    }

    fn value(&self, code: i64) -> i64 {
        match self {
            Self::Steps { base, step } => code.wrapping_mul(*step as i64).wrapping_add(*base),
            Self::Bent(_) => code,
            Self::Places(list) | Self::Ranks(list) => {
                usize::try_from(code).ok().and_then(|rank| list.get(rank)).copied().unwrap_or(0)
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
