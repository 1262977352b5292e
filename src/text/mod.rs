//! Words, numbers and tables for people. Knows nothing of files, commands and terminals.

pub(crate) mod describe;
pub(crate) mod grid;
pub(crate) mod plain;
pub(crate) mod span;
pub(crate) mod units;
pub(crate) mod untabled;
