//! Live links over pipes: rows of text in, frames out, and back.
//!
//! ```text
//! stream := F1 51 4C 00 | frame*                   frame: as in `qres_core::live::framing`; each holds one packet
//! ```
//! The first bytes tell a link from an archive, and their zero ends whatever a line held before them.

pub(crate) mod form;
pub(crate) mod receive;
pub(crate) mod send;

/// First bytes of a link.
pub(crate) const MAGIC: [u8; 4] = [0xF1, b'Q', b'L', 0];
/// Bytes of a packet on a pipe at most.
const MOST: usize = 1 << 20;
