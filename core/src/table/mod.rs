//! Text to columns and back, byte for byte.

pub mod time;
