//! Series of integers and runs of bytes to blocks and back.

pub mod bytes;
pub mod coded;
pub mod coupled;
mod difference;
pub mod numbers;
mod packed;
pub mod series;
mod tables;

/// The level ladder: how much work a byte saved may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Level(u8);

impl Level {
    /// Bit packing only: the fastest.
    pub const FASTEST: Self = Self(1);
    /// The last level without parents.
    pub const PACKED: Self = Self(2);
    /// The strongest level that exists.
    pub const STRONGEST: Self = Self(3);

    /// The level of that number, if there is one.
    pub fn new(level: u8) -> Option<Self> {
        (Self::FASTEST.0..=Self::STRONGEST.0).contains(&level).then_some(Self(level))
    }

    /// Its number.
    pub fn get(self) -> u8 {
        self.0
    }
}
