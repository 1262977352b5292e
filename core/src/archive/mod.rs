//! Whole archives: the front door of this crate.
//!
//! ```
//! use qres_core::{compress, decompress, Options};
//!
//! let csv = b"time,temp\n0,20.1\n60,20.2\n120,20.2\n";
//! let archive = compress(csv, &Options::default())?;
//! assert_eq!(decompress(&archive)?, csv);
//! # Ok::<(), qres_core::Error>(())
//! ```
//!
//! | file | what it is for |
//! |---|---|
//! | `options` | level, bounds and gene of an archive to write |
//! | `bound` | bounds as people give them: for all columns, or by a column's name |
//! | `cut` | text cut into segments |
//! | `encoder` | one segment's text to a segment, on any thread |
//! | `frames` | segments to frames: a header before them, a footer after them |
//! | `flows` | text that is flushed now and then |
//! | `writer` | all of that, fed with pieces of text |
//! | `reader` | archives fed in pieces, back to text |
//! | `signature` | who has signed an archive |
//! | `excerpt` | rows of a signed archive, shown without the rest |
//! | `open` | an archive whose parts are read where they lie, in any order |
//! | `columns` | its columns as values |

mod bound;
mod columns;
mod cut;
mod encoder;
mod excerpt;
mod flows;
mod frames;
mod open;
mod options;
mod reader;
mod signature;
mod writer;

pub use bound::Bound;
pub use columns::{Batch, Field, Known, Stretch};
pub use cut::{Cutter, Unit};
pub use encoder::Encoder;
pub use excerpt::{Excerpt, NoExcerpt, NotShown};
pub use flows::{Flows, Flushed};
pub use frames::Frames;
pub use open::{Archive, Fault, Frame, Source};
pub use options::Options;
pub use reader::Reader;
pub use signature::{SIGNATURE_NOTE, Signed, Unsigned};
pub use writer::Writer;

use crate::error::Error;
use alloc::vec::Vec;

/// Returns the archive of `text`.
///
/// # Errors
///
/// [`Error::Bound`] if a bound of `options` names no column of the text.
pub fn compress(text: &[u8], options: &Options<'_>) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    Writer::new(options.clone()).last(text, &mut out)?;
    Ok(out)
}

/// Writes the archive of `text` to the front of `out` and returns how many bytes it takes.
/// [`max_archive_bytes`] of room are always enough.
///
/// # Errors
///
/// [`Error::Room`] if `out` is too short; otherwise as [`compress`].
pub fn compress_into(text: &[u8], options: &Options<'_>, out: &mut [u8]) -> Result<usize, Error> {
    put(&compress(text, options)?, out)
}

/// Returns an upper bound for the archive of `text_bytes` of text in one segment.
pub const fn max_archive_bytes(text_bytes: usize) -> usize {
    text_bytes.saturating_add(text_bytes / 1000).saturating_add(64)
}

/// Returns the text of all archives in `bytes`, which may stand one after the other. Memory grows with the text: a
/// [`Reader`] gives it piece by piece and obeys a limit.
///
/// # Errors
///
/// Every way in which an archive can be damaged, cut short, or beyond this reader; see [`Error`].
pub fn decompress(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    let mut reader = Reader::new(u64::MAX);
    reader.read(bytes, &mut out)?;
    reader.finish()?;
    Ok(out)
}

/// Writes the text of all archives in `bytes` to the front of `out` and returns its length.
///
/// # Errors
///
/// [`Error::Room`] if `out` is too short; otherwise as [`decompress`].
pub fn decompress_into(bytes: &[u8], out: &mut [u8]) -> Result<usize, Error> {
    put(&decompress(bytes)?, out)
}

fn put(bytes: &[u8], out: &mut [u8]) -> Result<usize, Error> {
    let room = out.get_mut(..bytes.len()).ok_or(Error::Room { needed: bytes.len() })?;
    room.copy_from_slice(bytes);
    Ok(bytes.len())
}

#[cfg(test)]
mod tests;
