//! The level ladder, and what its models take in memory.

use crate::codec::part::Part;
use core::cmp::Ordering;

/// Bytes that a linear model takes: chances of lengths and digits.
pub(super) const LINEAR_MEMORY: u64 = 64 << 10;
/// Bytes that a strong model takes: counters, lists, weights.
pub(super) const STRONG_MEMORY: u64 = 2 << 20;

/// The level ladder: how much work a byte saved may cost. Levels are compared by their number alone.
#[derive(Debug, Clone, Copy)]
pub struct Level {
    number: u8,
    /// A bit for each part that is left out.
    without: u16,
}

impl PartialEq for Level {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for Level {}

impl PartialOrd for Level {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Level {
    fn cmp(&self, other: &Self) -> Ordering {
        self.number.cmp(&other.number)
    }
}

impl Level {
    /// Bit packing only: the fastest.
    pub const FASTEST: Self = Self::whole(1);
    /// The last level without parents.
    pub(crate) const PACKED: Self = Self::whole(2);
    /// The last level whose numbers are coded by a code that does not adapt.
    pub(crate) const STATIC: Self = Self::whole(3);
    /// The last level whose weights are fixed.
    pub(crate) const LINEAR: Self = Self::whole(5);
    /// Small and still fast: where nothing else is asked for.
    pub const DEFAULT: Self = Self::whole(5);
    /// The first level whose models learn all that they know.
    pub const STRONG: Self = Self::whole(6);
    /// Least squares and what goes with them.
    pub(crate) const SQUARES: Self = Self::whole(7);
    /// The first level that tries several ways of one thing.
    pub(crate) const TRIED: Self = Self::whole(8);
    /// The strongest level.
    pub const STRONGEST: Self = Self::whole(9);

    const fn whole(number: u8) -> Self {
        Self { number, without: 0 }
    }

    /// The level of that number, if there is one.
    pub fn new(level: u8) -> Option<Self> {
        (Self::FASTEST.number..=Self::STRONGEST.number).contains(&level).then_some(Self::whole(level))
    }

    /// The level without a part that it has.
    pub fn without(self, part: Part) -> Self {
        Self { without: self.without | part.bit(), ..self }
    }

    /// Whether a part is not left out.
    pub(crate) fn has(self, part: Part) -> bool {
        self.without & part.bit() == 0
    }

    /// Bytes that its models take beside the data.
    pub(crate) fn memory(self) -> u64 {
        match self {
            level if level <= Self::STATIC => 0,
            level if level <= Self::LINEAR => LINEAR_MEMORY,
            _ => STRONG_MEMORY,
        }
    }

    /// Its number.
    pub fn get(self) -> u8 {
        self.number
    }
}
