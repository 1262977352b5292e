//! Live links: rows to packets and back over a wire that loses, doubles, reorders and damages them.
//!
//! Sender and receiver run the same predictors on the same reconstructed past. A row in which every column is within its
//! bound of its prediction is not sent: both ends take the prediction. Otherwise a packet of a few bytes carries what was
//! a surprise. The layouts are in [`mod@format`].
//!
//! | file | what it holds |
//! |---|---|
//! | `sender` | rows to packets |
//! | `receiver` | packets to rows, and to what is known of those that are lost |
//! | [`form`] | the text of a hello: how rows are printed |
//! | [`framing`] | packets on a line of bytes: pipes, serial ports |
//! | [`mend`] | frames in which one byte is wrong |
//! | `packet` | the layouts that packets share; keys |
//! | `track` | what both ends hold of one column |
//! | `predict` | the predictors |
//! | `expert` | what a gene says of a column's steps, as a hello spells it |
//! | `choice` | which predictor the sender chooses |
//! | `bits`, `check` | bits; checks and the trail |
//!
//! Invariants: a row that the receiver gives out is within its bounds of the row that was sent. A row is given out only
//! when a packet after it has shown that it was silent, or when it was told. What is not known is told as lost.
//! Rows are the clock; there is no other. Called by `compress --live`, `decompress` and the boards.

#[doc = include_str!("FORMAT.md")]
pub mod format {}

mod bits;
mod check;
mod choice;
mod expert;
pub mod form;
pub mod framing;
pub mod mend;
mod packet;
mod predict;
pub(crate) mod receiver;
pub(crate) mod sender;
#[cfg(test)]
mod tests;
mod track;

pub use expert::Expert;
pub use packet::{is_key, is_packet};
pub use receiver::{Event, Receiver};
pub use sender::{Options, Reach, Refused, Sample, Sender, Sent};
pub(crate) use track::MAX_WITHIN;
pub use track::{Cell, MAX_WORD};

/// Wire: first bytes of a stream on a pipe or a serial line. They tell it from an archive, and their zero ends what came before.
pub const MAGIC: [u8; 4] = [0xF1, b'Q', b'L', 0];

/// What both ends know of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Column {
    /// How far a number may be from the one that came in, in steps of its lattice; 0 is exact.
    pub within: u64,
    /// Weights of its steps that a gene brings, if one does.
    pub expert: Option<Expert>,
}

impl Column {
    /// Returns one of this bound of which no gene knows anything.
    pub const fn new(within: u64) -> Self {
        Self { within, expert: None }
    }
}
