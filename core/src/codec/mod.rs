//! Series of integers and runs of bytes to blocks and back; the level ladder.
//!
//! | file | what |
//! |---|---|
//! | [`numbers`] | the numbers of a column: which map makes them smallest |
//! | [`coupled`], `ranked` | maps: what other columns leave; places among the distinct values |
//! | `part` | what the encoder can do without |
//! | `modelled` | the map of levels 4 to 9: predicted value by value, coded adaptively |
//! | [`series`] | integers in blocks, `packed` or [`coded`], of the surprises of `difference` |
//! | `tables` | which static tables a coded block takes |
//! | [`bytes`], `matches`, `spelled` | runs of bytes: literals and matches, or bit by bit |

pub mod bytes;
pub mod coded;
pub mod coupled;
mod difference;
mod matches;
mod modelled;
pub mod numbers;
mod packed;
mod part;
mod ranked;
pub mod series;
mod spelled;
mod tables;

pub use modelled::{Beside, Memory, Pair};
pub use part::Part;

use alloc::vec::Vec;
use core::{cmp::Ordering, ops::Range};

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
    pub const PACKED: Self = Self::whole(2);
    /// The last level whose numbers are coded by a code that does not adapt.
    pub const STATIC: Self = Self::whole(3);
    /// The last level whose weights are fixed.
    pub const LINEAR: Self = Self::whole(5);
    /// Small and still fast: where nothing else is asked for.
    pub const DEFAULT: Self = Self::whole(5);
    /// Least squares and what goes with them.
    pub const SQUARES: Self = Self::whole(7);
    /// The first level that tries several ways of one thing.
    pub const TRIED: Self = Self::whole(8);
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
    pub fn has(self, part: Part) -> bool {
        self.without & part.bit() == 0
    }

    /// Bytes that its models take beside the data.
    pub fn memory(self) -> u64 {
        match self {
            level if level <= Self::STATIC => 0,
            level if level <= Self::LINEAR => modelled::LINEAR_MEMORY,
            _ => modelled::STRONG_MEMORY,
        }
    }

    /// Its number.
    pub fn get(self) -> u8 {
        self.number
    }
}

/// A few windows of a series of so many values to decide on, or all of a short one.
fn windows_of(count: usize) -> Vec<Range<usize>> {
    const WINDOW: usize = 512;
    const WINDOWS: usize = 4;
    if count <= WINDOW * WINDOWS {
        return alloc::vec![0..count];
    }
    let last = count - WINDOW;
    (0..WINDOWS).map(|window| last * window / (WINDOWS - 1)).map(|at| at..at + WINDOW).collect()
}

/// These windows of `values`.
fn windows(values: &[i64]) -> Vec<&[i64]> {
    windows_of(values.len()).into_iter().filter_map(|window| values.get(window)).collect()
}
