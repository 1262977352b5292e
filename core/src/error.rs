//! Every way in which this crate can fail. Few kinds, each carrying what the caller needs to say more.

use alloc::string::String;
use core::fmt;

/// What went wrong while reading an archive or one of its parts, or writing one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The input does not begin like an archive.
    #[error("not a qres archive")]
    NotArchive,
    /// The input ends where more was promised.
    #[error("truncated")]
    Truncated,
    /// The input contradicts itself.
    #[error("corrupt: {0}")]
    Corrupt(&'static str),
    /// The archive was written by a newer format than this reader knows.
    #[error("format version {version} is newer than this program reads (up to {known})")]
    Unsupported {
        /// Version found.
        version: u8,
        /// Newest version known.
        known: u8,
    },
    /// The text goes on from a gene that is not at hand.
    #[error("it goes on from gene {}, which is not at hand", Hex(.0))]
    Gene([u8; 32]),
    /// A message goes on from a gene that is not at hand, whose id begins so.
    #[error("it goes on from a gene whose id begins with {}, which is not at hand", Hex(.0))]
    GeneOf([u8; 2]),
    /// A message goes on from rows that are not at hand, or not all of them; their id begins so.
    #[error("it goes on from rows that are not at hand; their id begins with {}", Hex(.0))]
    HistoryOf([u8; 2]),
    /// Decoding would need more memory than the caller allows.
    #[error("decoding needs {asked} bytes of memory, the limit is {allowed}")]
    Limit {
        /// Bytes asked for.
        asked: u64,
        /// Bytes allowed.
        allowed: u64,
    },
    /// A bound cannot be meant.
    #[error("{0}")]
    Bound(Unbounded),
    /// The caller's buffer is too short.
    #[error("{needed} bytes of room are needed")]
    Room {
        /// Bytes that are needed.
        needed: usize,
    },
}

/// Bytes as hexadecimal digits.
struct Hex<'b>(&'b [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A bound that cannot be meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unbounded {
    /// There is no column of that name or number.
    #[error("there is no column `{0}` to bound")]
    NoColumn(String),
    /// Samples have no such channel.
    #[error("there is no channel `{0}` to bound, but 1 to {1}")]
    NoChannel(String, u16),
    /// The text is not a table.
    #[error("the text is no table and has no column `{0}`")]
    NoTable(String),
    /// Cells of that name lie in columns that hold cells of other names too.
    #[error("`{0}` has no column of its own: other names share those of its cells")]
    Shared(String),
    /// A line of the text names columns in another order: the bound would hold for the cells of another.
    #[error("a line in the middle says that `{0}` is another column")]
    Moved(String),
    /// Two bounds for the same name, or for all columns.
    #[error("two bounds for the same columns")]
    Twice(Option<String>),
    /// Binary floats stay as they are.
    #[error("binary floats cannot be bounded")]
    Floats,
}
