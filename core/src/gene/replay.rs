//! How a gene was trained, so that anyone who has the data can train it again and compare.
//!
//! ```text
//! content := data [u8; 32] | gene [u8; 32] | rows u32 LE | level u8 | neuron u8        of a sealed file
//! ```

use super::{Id, train::Choice};
use crate::codec::Level;
use alloc::vec::Vec;

/// A gene, the digest of the data it was trained on, and the options of training.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replay {
    /// BLAKE3 of the texts, one after the other.
    pub data: [u8; 32],
    /// The id of the gene.
    pub gene: Id,
    /// Rows at the end of each text that the prior is made of.
    pub rows: u32,
    /// The level of the prior.
    pub level: Level,
    /// How neurons were chosen.
    pub neuron: Choice,
}

impl Replay {
    /// The content of a sealed file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = [self.data, self.gene].concat();
        bytes.extend_from_slice(&self.rows.to_le_bytes());
        bytes.extend_from_slice(&[self.level.get(), self.neuron as u8]);
        bytes
    }

    /// Reads such a content; `None` if it is not one.
    pub fn read(content: &[u8]) -> Option<Self> {
        let (data, rest) = content.split_first_chunk()?;
        let (gene, rest) = rest.split_first_chunk()?;
        let (rows, rest) = rest.split_first_chunk()?;
        let [level, neuron] = rest else { return None };
        let (level, neuron) = (Level::new(*level)?, Choice::from_byte(*neuron)?);
        Some(Self { data: *data, gene: *gene, rows: u32::from_le_bytes(*rows), level, neuron })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_nothing_else() {
        let [data, gene] = [[1; 32], [2; 32]];
        let replay = Replay { data, gene, rows: 4000, level: Level::STRONGEST, neuron: Choice::Auto };
        let bytes = replay.to_bytes();
        assert_eq!(Replay::read(&bytes), Some(replay));
        for length in 0..bytes.len() {
            assert_eq!(Replay::read(&bytes[..length]), None);
        }
        assert_eq!(Replay::read(&[&bytes[..], &[0]].concat()), None);
        for (place, byte) in [(68, 0), (68, 10), (69, 4)] {
            let mut bad = bytes.clone();
            bad[place] = byte;
            assert_eq!(Replay::read(&bad), None, "{place} {byte}");
        }
    }
}
