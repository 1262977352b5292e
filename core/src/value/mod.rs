//! The values that cells stand for: numbers and times, compared exactly, and columns of them.
//!
//! | file | what |
//! |---|---|
//! | `number` | numbers, however long and however written |
//! | `moment` | times, however written |
//! | `summary` | the smallest and the largest value of some cells, and how many say nothing |
//! | `written` | the same as text |
//! | `unit` | what times are counted in |
//! | `kind` | the type of a column, as wide as its cells need it |
//! | `condition` | conditions on rows, and on what is known of them |
//! | `values` | a column of values in the form that Arrow has it |
//!
//! A value is a matter of a cell's text alone, never of how that text was compressed.

mod condition;
mod kind;
mod moment;
mod number;
mod summary;
mod unit;
mod values;
mod written;

pub use condition::{Comparison, Condition, Invalid, Possible, Relation, Why};
pub use kind::Type;
pub use moment::{Form, Moment, Order};
pub use number::Number;
pub use summary::{Range, Summary, Zones};
pub use unit::Unit;
pub use values::{Data, Values};

/// Words that stand where a value is missing, among numbers and times.
const MISSING: [&str; 8] = ["na", "n/a", "nan", "null", "none", "?", "-", "--"];

/// Returns a cell without blanks and quotes around it.
pub fn bare(cell: &[u8]) -> &[u8] {
    let cell = cell.trim_ascii();
    cell.strip_prefix(b"\"").and_then(|cell| cell.strip_suffix(b"\"")).unwrap_or(cell).trim_ascii()
}

/// Whether a bare cell says that a value is missing: it is empty, or a word such as `NA`.
pub fn is_missing(bare: &[u8]) -> bool {
    bare.is_empty()
        || bare.len() <= 4 && MISSING.iter().any(|word| bare.eq_ignore_ascii_case(word.as_bytes()))
}
