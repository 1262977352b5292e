//! What `qres watch` is made of: rows as they come, numbers in them, what is told of them, and a view for people.
//!
//! | file | what |
//! |---|---|
//! | [`lines`] | whole lines of an input that may never end, in bounded memory |
//! | [`row_reader`] | the layout, found in the first lines, and the cells of each line after them |
//! | [`column`] | a column of numbers and the watch on it |
//! | [`rows`] | lines in, events out: what ties the ones above together |
//! | [`event`] | what is told, as JSON for programs and as words for people |
//! | [`view`] | one line a column on a terminal, redrawn in place |
//!
//! `bench regimes` measures the same events.

pub(crate) mod column;
pub(crate) mod event;
pub(crate) mod lines;
pub(crate) mod row_reader;
pub(crate) mod rows;
pub(crate) mod view;
