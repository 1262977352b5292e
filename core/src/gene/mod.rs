//! Genes: what was learnt, as bytes. [`format`](mod@format) is their specification.
//!
//! [`Gene::parse`] is a checked view of a file: every section whose layout is known has been checked when it succeeds.
//! [`Builder`] writes one. [`merge`] makes one of several, [`Summary`] and its [`Bottleneck`] are what a node joins with.
//! [`flash`] is where a board keeps one.
//! [`train`] learns one from tables. Called by the commands and by boards.

mod bottleneck;
mod build;
pub mod flash;
#[doc = include_str!("FORMAT.md")]
pub mod format {}
mod lineage;
mod merge;
mod numbers;
mod replay;
mod rule;
mod section;
mod summary;
pub mod train;
mod view;
mod weights;

pub use bottleneck::Bottleneck;
pub use build::Builder;
pub use lineage::{Lineage, Origin};

pub use merge::{MergeError, merge};
pub use numbers::{NoNumbers, Numbers, stepped};
pub use replay::Replay;
pub use rule::Rule;
pub use section::{MAX_GENE, Section, Tag, WHOLE};
pub use summary::Summary;
pub use view::Gene;
pub use weights::Weights;

/// A gene's name: BLAKE3 of all its bytes.
pub type Id = [u8; 32];

/// First bytes of a gene: not UTF-8, and damaged by any translation of line ends.
pub const MAGIC: [u8; 4] = [0xF1, b'G', b'\r', b'\n'];
/// The version this code writes, and the newest it reads.
pub const VERSION: u8 = 1;
/// Bytes before the table of sections.
const HEADER: usize = 12;
/// Bytes of a row of that table.
const ROW: usize = 8;

/// The id of a gene's bytes.
pub fn id_of(bytes: &[u8]) -> Id {
    *blake3::hash(bytes).as_bytes()
}

#[cfg(test)]
mod tests;
