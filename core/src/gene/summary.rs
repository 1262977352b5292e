//! The summary gene: what a swarm agrees on, in 74 bytes, so that a node can join it at any time.
//!
//! ```text
//! summary := round u64 LE | history 32 | weights BFP-16 x 8 | variance BFP-16 x 8        8 + 32 + 17 + 17 = 74
//! ```
//! Both blocks are canonical and no variance is negative; anything else is refused.

use crate::{entropy::Cursor, error::Error, neuron::linear::LAGS as WEIGHTS, num::bfp::Block};
use alloc::vec::Vec;

/// What a swarm agrees on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Rounds so far.
    pub round: u64,
    /// BLAKE3 of the history of rounds.
    pub history: [u8; 32],
    /// The weights that the nodes agree on.
    pub weights: Block<WEIGHTS>,
    /// How much the nodes' weights differ.
    pub variance: Block<WEIGHTS>,
}

impl Summary {
    /// Bytes on the wire.
    pub const BYTES: usize = 8 + 32 + 2 * Block::<WEIGHTS>::BYTES;

    /// The 74 bytes.
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut out = Vec::with_capacity(Self::BYTES);
        out.extend_from_slice(&self.round.to_le_bytes());
        out.extend_from_slice(&self.history);
        self.weights.write(&mut out);
        self.variance.write(&mut out);
        out.first_chunk().copied().unwrap_or([0; Self::BYTES])
    }

    /// Reads 74 bytes.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        let wrong = Error::Corrupt("summary gene");
        let mut cursor = Cursor::new(bytes);
        let round = cursor.bytes(8)?.first_chunk().copied().unwrap_or_default();
        let history = cursor.bytes(32)?.first_chunk().copied().unwrap_or_default();
        let mut block = || {
            Block::read(cursor.bytes(Block::<WEIGHTS>::BYTES)?)
                .ok_or(Error::Corrupt("numbers of a summary gene"))
        };
        let summary =
            Self { round: u64::from_le_bytes(round), history, weights: block()?, variance: block()? };
        let sound = summary.variance.mantissas().iter().all(|m| *m >= 0);
        if sound && cursor.rest().is_empty() { Ok(summary) } else { Err(wrong) }
    }
}
