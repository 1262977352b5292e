//! What a host and a board say to each other on a serial line, beside the live link: questions, steps, genes.
//!
//! The frames are those of [`crate::live::framing`]; packets of the live link and messages take turns in them and are told
//! apart by their first byte. The layouts are in [`mod@format`].
//!
//! | file | what it holds |
//! |---|---|
//! | `host` | the end that asks: repeats what is not answered, carries genes piece by piece |
//! | `board` | the end that answers |
//! | `message` | requests, answers, refusals, notes, and their bytes |
//!
//! Invariants: every request may come any number of times, late or never, and does what it would have done once. A gene
//! is installed only if its bytes are those of its id. A board never holds more than two genes of the length it allows,
//! and takes memory for one only as its bytes come. Nothing here does I/O; time is what the caller says it is. Called by
//! the boards, and on the host by what talks to them.

#[doc = include_str!("FORMAT.md")]
pub mod format {}

pub(crate) mod board;
pub(crate) mod host;
mod message;
#[cfg(test)]
mod tests;

pub use board::{Board, Device};
pub use host::{Event, Host, Task};
pub use message::{
    Answer, Identity, Nonce, Pace, Proof, Reason, Request, Reset, Stats, Steps, Weather, features, note,
    read_note,
};

/// Wire: the version of the protocol.
pub const VERSION: u8 = 1;
/// Wire: bytes of a gene in one message at most.
pub const CHUNK: usize = 224;
/// Wire: bytes of a message at most.
pub const MAX_MESSAGE: usize = CHUNK + 16;
/// Wire: bytes of a note's text at most.
pub(crate) const MAX_NOTE: usize = CHUNK;
/// Wire: the head of a message without its role.
const HEAD: u8 = 7 << 5;

/// Whether a frame holds a message; else it holds a packet of the live link.
pub fn is_message(frame: &[u8]) -> bool {
    frame.first().is_some_and(|head| head & HEAD == HEAD)
}
