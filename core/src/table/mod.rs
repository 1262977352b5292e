//! Text to columns and back, byte for byte.
//!
//! `Schema::detect` finds the layout, [`Layout::split`] takes a text of that layout apart, [`Layout::join`] puts it
//! together again.

mod affix;
mod cells;
mod column;
mod cover;
mod detect;
pub mod float;
mod format;
mod glance;
mod header;
mod join;
mod layout;
mod lines;
pub mod notation;
mod pick;
mod presence;
mod rows;
mod samples;
mod schema;
mod scientific;
mod script;
mod shape;
mod skeleton;
mod spans;
mod split;
#[cfg(test)]
mod tests;
pub(crate) mod time;
mod tokens;

pub use affix::Affix;
pub(crate) use cells::Strings;
pub use cells::{Exceptions, Lane};
pub use column::{Content, Numbers};
pub use cover::Cover;
pub use format::{Care, Format, Style};
use join::join;
pub use layout::Layout;
pub use notation::{Handful, Notation};
pub use pick::{Pick, Picked};
pub use presence::Presence;
pub use samples::{Raw, Sample};
pub use schema::{Input, Schema};
pub use script::{Flow, Script};
pub use shape::{MAX_COLUMNS, Shape};
pub use skeleton::Skeleton;
pub use split::{Column, Table};
use split::{split, split_like};
pub use tokens::Tokens;
