//! Text to columns and back, byte for byte.

mod detect;
pub mod lines;
mod schema;

pub use schema::{Input, MAX_COLUMNS, Raw, Sample, Schema, Shape};
