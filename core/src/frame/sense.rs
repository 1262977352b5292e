//! Which way the columns of a table lead on.

/// Where the columns are that a column may look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sense {
    /// To its left: the first column comes first.
    Rightward,
    /// To its right: the last column comes first.
    Leftward,
}

impl Sense {
    /// The lowest bit of a number that says it.
    pub(super) fn of_bit(number: usize) -> Self {
        if number & 1 == 0 { Self::Rightward } else { Self::Leftward }
    }

    /// What [`Sense::of_bit`] reads.
    pub(super) fn bit(self) -> u64 {
        u64::from(self == Self::Leftward)
    }

    /// The column `back` + 1 before the one at `index`; where there is none, none or one that does not exist.
    pub(super) fn before(self, index: usize, back: usize) -> Option<usize> {
        match self {
            Self::Rightward => index.checked_sub(back.checked_add(1)?),
            Self::Leftward => index.checked_add(back)?.checked_add(1),
        }
    }

    /// The `nth` of `count` columns to come.
    pub(super) fn nth(self, nth: usize, count: usize) -> usize {
        match self {
            Self::Rightward => nth,
            Self::Leftward => count - 1 - nth,
        }
    }
}
