//! Text to columns and back, byte for byte.
//!
//! [`Schema::detect`] finds the shape, [`split()`] takes a text of that shape apart, [`join()`] puts it together again.

mod affix;
mod cells;
mod column;
mod detect;
pub mod float;
mod format;
mod join;
mod lines;
mod schema;
mod spans;
mod split;
#[cfg(test)]
mod tests;
pub mod time;
mod tokens;

pub use affix::Affix;
pub use cells::{Exceptions, Lane, Strings};
pub use column::{Care, Content, Numbers};
pub use detect::shape as detect_shape;
pub use format::{Format, Style};
pub use join::join;
pub use schema::{Input, MAX_COLUMNS, Raw, Sample, Schema, Shape};
pub use split::{Column, Table, split};
pub use tokens::Tokens;
