//! The type of a column: the narrowest that holds all of its cells.

use super::summary::{Range, Summary};
use core::fmt;

/// The type of the values of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// No cell says anything.
    Null,
    /// Integers.
    Integer,
    /// Integers in units of 10^-`places`.
    Decimal {
        /// The most decimals that are written.
        places: u8,
    },
    /// Doubles next to numbers of more digits than an integer holds.
    Float,
    /// Dates or times since 1970.
    Time {
        /// What is counted.
        unit: Unit,
        /// Whether the cells tell their zones: then the count is that of Greenwich, else that of the clock on the wall.
        zoned: bool,
    },
    /// Anything else: the text of the cells.
    Text,
}

/// What times are counted in, from the coarsest to the finest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// Days: dates without a time.
    Day,
    /// Seconds.
    Second,
    /// Thousandths of a second.
    Millisecond,
    /// Millionths of a second.
    Microsecond,
    /// Billionths of a second.
    Nanosecond,
}

impl Unit {
    /// All of them, in the order of their numbers.
    pub(crate) const ALL: [Self; 5] =
        [Self::Day, Self::Second, Self::Millisecond, Self::Microsecond, Self::Nanosecond];

    /// Returns how many nanoseconds it has.
    pub fn nanoseconds(self) -> i64 {
        match self {
            Self::Day => 86_400_000_000_000,
            Self::Second => 1_000_000_000,
            Self::Millisecond => 1_000_000,
            Self::Microsecond => 1000,
            Self::Nanosecond => 1,
        }
    }

    /// Returns the coarsest unit of times with so many digits behind the second; `None` if none is fine enough.
    pub(super) fn of_places(places: u8) -> Option<Self> {
        match places {
            0 => Some(Self::Second),
            1..=3 => Some(Self::Millisecond),
            4..=6 => Some(Self::Microsecond),
            7..=9 => Some(Self::Nanosecond),
            _ => None,
        }
    }
}

impl Type {
    /// Returns the narrowest type that holds all cells that `summary` is of.
    pub fn of(summary: &Summary) -> Self {
        match summary.range {
            Range::Empty => Self::Null,
            Range::Numbers { places: 0, .. } => Self::Integer,
            Range::Numbers { min, max, places } if [min, max].iter().all(|n| n.rounded(places).is_some()) => {
                Self::Decimal { places }
            }
            Range::Numbers { .. } | Range::Long => Self::Float,
            Range::Times { unit, ahead, .. } => Self::Time { unit, zoned: ahead.is_some() },
            Range::Other => Self::Text,
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Day => "days",
            Self::Second => "s",
            Self::Millisecond => "ms",
            Self::Microsecond => "us",
            Self::Nanosecond => "ns",
        })
    }
}
