//! A column that comes with another number of decimals than it was learnt with.
//!
//! With fewer, the model goes on along a coarser line. With more, it codes what it knows, and the digits behind that follow
//! one by one.

use crate::{
    codec::{Memory, Pair},
    entropy::range::Coder,
    table::{Care, Column, Content, Exceptions, Format, Numbers},
};
use alloc::{borrow::Cow, vec::Vec};

/// Decimals more or fewer at most.
const MAX_APART: u8 = 12;

/// How the numbers that come lie to those that were learnt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decimals {
    /// Fewer decimals: the unit is this many of the learnt ones.
    Fewer(i64),
    /// More decimals: this many digits follow a learnt number.
    More(u8),
}

impl Decimals {
    /// Compares how two columns are written; `None` if they are written alike, or if decimals are not the difference.
    pub(super) fn between(known: &Column, now: &Column) -> Option<Self> {
        let (Content::Numbers(old), Content::Numbers(new)) = (&known.content, &now.content) else {
            return None;
        };
        if known.span != now.span || (&old.affix, &old.format) == (&new.affix, &new.format) {
            return None;
        }
        let (old, new) = (old.format.decimals()?, new.format.decimals()?);
        let ten = |apart: u8| (apart <= MAX_APART).then(|| 10i64.pow(apart.into()));
        match old.checked_sub(new) {
            Some(fewer @ 1..) => ten(fewer).map(Self::Fewer),
            _ => ten(new - old).map(|_| Self::More(new - old)),
        }
    }

    /// Returns how `column`, of which most cells are `others` and not written as those of `known`, is written instead: a
    /// column without cells. `None` if decimals are not the difference.
    pub(super) fn detect(known: &Column, column: &Column, others: &[&[u8]]) -> Option<Column> {
        let Content::Numbers(Numbers { affix, .. }) = &column.content else { return None };
        let bare = affix.strip_all(others.iter().copied());
        let cells: Vec<&[u8]> = bare.iter().collect();
        let mut formats =
            [Care::Full, Care::Quick].into_iter().filter_map(|care| Format::detect(&cells, care));
        formats.find_map(|format| {
            let (affix, exceptions) = (affix.clone(), Exceptions::default());
            let numbers = Numbers { affix, format, values: Vec::new(), ulps: Vec::new(), exceptions };
            let template = Column { span: column.span, content: Content::Numbers(numbers) };
            Self::between(known, &template).map(|_| template)
        })
    }

    /// Returns the memory that codes such numbers, and how they lie to those that it counts.
    pub(super) fn model(this: Option<Self>, memory: &Memory) -> (Cow<'_, Memory>, Option<Self>) {
        let (unit, rest) = match this {
            None => return (Cow::Borrowed(memory), None),
            Some(Self::Fewer(unit)) => (unit, None),
            Some(Self::More(_)) => (1, this),
        };
        memory.coarser(unit).map_or((Cow::Borrowed(memory), this), |coarser| (Cow::Owned(coarser), rest))
    }

    /// Returns the number that was learnt where `value` lies.
    pub(super) fn known(self, value: i64) -> i64 {
        match self {
            Self::Fewer(unit) => value.saturating_mul(unit),
            Self::More(digits) => value.div_euclid(10i64.pow(digits.into())),
        }
    }

    /// Returns the pair by which `memory` codes `value`: of those that it knows the nearest that rounds to it, if one does.
    pub(super) fn coded(self, value: i64, memory: &Memory) -> Pair {
        let known = self.known(value);
        let alike = memory.around(known).filter(|(other, _)| self.rounded(*other) == self.rounded(known));
        alike.min_by_key(|(other, _)| other.abs_diff(known)).unwrap_or((known, 0))
    }

    /// Returns the number to which one that was learnt rounds.
    fn rounded(self, known: i64) -> i64 {
        match self {
            Self::Fewer(unit) => known.saturating_add(unit / 2).div_euclid(unit),
            Self::More(_) => known,
        }
    }

    /// Codes what is behind `known` numbers: that of the `wanted` ones, or what the coder says. Returns the numbers; `None` if
    /// they are too large.
    pub(super) fn behind(self, coder: &mut impl Coder, known: &[i64], wanted: &[i64]) -> Option<Vec<i64>> {
        let digits = match self {
            Self::Fewer(_) => return Some(known.iter().map(|value| self.rounded(*value)).collect()),
            Self::More(digits) => digits,
        };
        let mut odds: Vec<Digit> = (0..digits).map(|_| Digit::default()).collect();
        let mut value = |(at, known): (usize, &i64)| {
            let wanted = wanted.get(at).copied().unwrap_or(0);
            let units = (0..digits.into()).rev().map(|behind| 10i64.pow(behind));
            odds.iter_mut().zip(units).try_fold(*known, |value, (odds, unit)| {
                let digit = odds.code(coder, wanted.div_euclid(unit).rem_euclid(10));
                value.checked_mul(10)?.checked_add(digit)
            })
        };
        known.iter().enumerate().map(&mut value).collect()
    }
}

/// How often each digit stood at a place.
struct Digit([u32; 10]);

impl Default for Digit {
    fn default() -> Self {
        Self([4; 10])
    }
}

impl Digit {
    /// Codes a digit, halving those that it may be.
    fn code(&mut self, coder: &mut impl Coder, wanted: i64) -> i64 {
        let (mut low, mut high) = (0, self.0.len());
        while high - low > 1 {
            let middle = usize::midpoint(low, high);
            let count = |from: usize, to: usize| self.0.get(from..to).unwrap_or_default().iter().sum::<u32>();
            let chance = (u64::from(count(middle, high)) << 16) / u64::from(count(low, high).max(1));
            if coder.bit((chance as u32).clamp(32, 65_500), wanted >= middle as i64) {
                low = middle;
            } else {
                high = middle;
            }
        }
        if let Some(count) = self.0.get_mut(low) {
            *count += 1;
        }
        low as i64
    }
}
