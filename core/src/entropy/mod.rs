//! From numbers to bits and back.

pub mod cursor;

pub use cursor::{Cursor, put_varint};
