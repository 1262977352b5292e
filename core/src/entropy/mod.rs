//! From numbers to bits and back: knows `num`, is called by `codec`.

pub mod bits;
pub mod cursor;
pub mod logistic;
pub mod mix;
pub mod odds;
pub mod pack;
pub mod range;
pub mod tans;
pub mod token;

pub use cursor::{Cursor, put_varint};
