//! Text to columns and back, byte for byte.
