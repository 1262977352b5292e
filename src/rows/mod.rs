//! Rows of archives: found, filtered and written one by one, as `cat` prints them.
//!
//! | file | what |
//! |---|---|
//! | [`section`] | the lines and cells of one segment |
//! | [`names`] | columns by what people call them |
//! | [`neurons`] | what genes know of columns |
//! | [`fields`] | the columns asked for, written as a table's own dialect or as JSON |
//! | [`filter`] | conditions that rows are asked to meet |

pub(crate) mod bounds;
pub(crate) mod fields;
pub(crate) mod filter;
pub(crate) mod names;
pub(crate) mod neurons;
pub(crate) mod samples;
pub(crate) mod section;
