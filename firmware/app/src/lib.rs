//! The program of a board, without the board: samples in, surprises out, questions answered. Every board's own program is
//! a loop around [`Program`] that brings bytes, time and samples.
//!
//! | file | what it holds |
//! |---|---|
//! | `program` | the line: frames in, frames out; when to sample |
//! | `body` | what the board is: predictors, sender, regime, counters; what it answers |
//! | `form` | columns, and how a host prints them |
//! | [`gossip`] | what boards with a radio tell each other |
//! | [`source`] | where samples come from |
//! | [`keep`] | where a gene outlives a power cut |
//! | [`start`] | why the board has started, how often it has failed |
//!
//! Invariants: no I/O and no clock; the same bytes, samples and times give the same bytes. The samples of the live link's
//! first column are the times at which rows were due.
#![no_std]
#![forbid(unsafe_code)]
extern crate alloc;
#[cfg(test)]
extern crate std;

mod body;
mod form;
pub mod gossip;
pub mod keep;
mod program;
pub mod source;
pub mod start;
#[cfg(test)]
mod tests;

pub use body::{Config, Memory};
pub use form::Sensor;
pub use keep::Keep;
pub use program::Program;
pub use source::Source;
pub use start::Start;
