//! Every way in which decoding can fail. Few kinds, each carrying what the caller needs to say more.

/// What went wrong while reading an archive or one of its parts.
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
    #[error("the gene that it goes on from is not at hand")]
    Gene([u8; 32]),
    /// A message goes on from a gene that is not at hand, whose id begins so.
    #[error("the gene that it goes on from is not at hand")]
    GeneOf([u8; 2]),
    /// Decoding would need more memory than the caller allows.
    #[error("decoding needs {asked} bytes of memory, the limit is {allowed}")]
    Limit {
        /// Bytes asked for.
        asked: u64,
        /// Bytes allowed.
        allowed: u64,
    },
}
