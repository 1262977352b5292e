//! The type of a column: the narrowest that holds all of its cells.

use super::{
    summary::{Range, Summary},
    unit::Unit,
};

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
