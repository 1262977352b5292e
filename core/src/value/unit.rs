//! What times are counted in.

use core::fmt;

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
