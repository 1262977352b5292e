//! What a node keeps on disk: the lines of each stream, and what it must not forget.
//!
//! | file | what it is for |
//! |---|---|
//! | `disk` | the operations on files that are needed |
//! | `line` | lines and gaps, as they are put in and taken out |
//! | `fields` | numbers, bytes and checks of files |
//! | `record` | a line in the growing file |
//! | `growing` | the file that lines are added to |
//! | `closed` | a full file, coded |
//! | `dropped` | what is not here any more |
//! | `keep` | how much is kept |
//! | `log` | all of that: the lines of one stream |
//! | `book` | cursors, sequences and peers |

mod book;
mod closed;
mod disk;
mod dropped;
mod fields;
mod growing;
mod keep;
mod line;
mod log;
mod record;

pub(crate) use book::{Book, BookError, Cursor, Reserved};
#[cfg(test)]
pub(crate) use disk::Disk;
pub(crate) use disk::RealDisk;
pub(crate) use keep::{Keep, Policy};
pub(crate) use line::{Entry, Line, Why};
pub(crate) use log::{Error, Log, Result};

#[cfg(test)]
mod sim_disk;
#[cfg(test)]
mod tests;
