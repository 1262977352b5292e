//! Weights of a column's steps that a gene brings, as a hello spells them.
//!
//! ```text
//! expert  := count - 1 u3 | width u5 | weights | zeros up to the next byte
//! weights := zigzag(weight) in width bits x count           in 16ths, the newest step's first; the last of them is not 0,
//!                                                           the others up to eight are; the widest takes all its bits
//! ```
//! A hello spells the weights instead of naming the gene, so that whoever hears it needs nothing else, and the sender may
//! take whatever it has: a gene of its own, one that was received, or what it has learnt since. It costs some 5 bytes.

use super::{
    bits::{BitReader, BitWriter},
    predict::LAGS,
};
use crate::{
    entropy::Cursor,
    error::Error,
    neuron::LinearGene,
    num::{unzigzag, zigzag},
};
use alloc::vec::Vec;

/// Wire: bits of a weight after the point.
const POINT: u32 = 4;
/// Wire: bits of a weight at most.
const MAX_WIDTH: usize = 9;
/// Wire: the largest weight, in 16ths: almost 16.
const MAX_WEIGHT: i32 = (1 << (MAX_WIDTH - 1)) - 1;

/// The weights of the last eight steps, in 16ths, the newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expert([i16; LAGS]);

impl Expert {
    /// Returns what a gene says, unless it looks further back than links do, or says nothing.
    pub fn of(gene: &LinearGene) -> Option<Self> {
        let mut weights = [0; LAGS];
        for (lag, weight) in gene.lags.iter().zip(&gene.weights) {
            match usize::from(*lag).checked_sub(1) {
                None => {}
                Some(back) => *weights.get_mut(back)? += weight.to_bits(),
            }
        }
        let half = 1 << (16 - POINT - 1);
        let rounded = weights.map(|w| ((w + half) >> (16 - POINT)).clamp(-MAX_WEIGHT, MAX_WEIGHT) as i16);
        (rounded != [0; LAGS]).then_some(Self(rounded))
    }

    /// Returns the weights in Q16.
    pub(super) fn weights(&self) -> [i32; LAGS] {
        self.0.map(|w| i32::from(w) << (16 - POINT))
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let count = self.0.iter().rposition(|w| *w != 0).map_or(0, |last| last + 1);
        let codes = self.0.map(|w| zigzag(w.into()));
        let width = codes.iter().map(|code| 64 - code.leading_zeros()).max().unwrap_or(0);
        let mut bits = BitWriter::new(out);
        bits.put(count.saturating_sub(1) as u64, 3);
        bits.put(width.into(), 5);
        codes.iter().take(count).for_each(|code| bits.put(*code, width));
    }

    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, Error> {
        let [count, width] = cursor.u8().map(|head| [usize::from(head >> 5) + 1, usize::from(head & 31)])?;
        let mut bits = BitReader::new(cursor.bytes((count * width).div_ceil(8))?);
        let mut weights = [0; LAGS];
        for weight in weights.iter_mut().take(count) {
            *weight = unzigzag(bits.get(width as u32)?) as i16;
        }
        bits.finish()?;
        // Nothing is said in two ways, or two hellos would say the same.
        let mut again = Vec::new();
        Self(weights).write(&mut again);
        let is_shortest = again.first() == Some(&((count as u8 - 1) << 5 | width as u8));
        if width <= MAX_WIDTH && is_shortest {
            Ok(Self(weights))
        } else {
            Err(Error::Corrupt("weights of a gene"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::Q16;
    use alloc::vec;
    use proptest::prelude::*;

    #[test]
    fn genes_that_look_further_back_are_not_taken() {
        let weights = [Q16::from_bits(1 << 16); LAGS];
        let gene = LinearGene { weights, ..LinearGene::FRESH };
        assert_eq!(Expert::of(&gene), Some(Expert([16; LAGS])));
        assert_eq!(Expert::of(&LinearGene::FRESH), None);
        assert_eq!(Expert::of(&LinearGene { lags: [1, 2, 3, 4, 5, 6, 7, 9], ..gene }), None);
        let twice =
            LinearGene { lags: [2, 2, 0, 0, 0, 0, 0, 0], weights: [Q16::from_bits(1 << 14); LAGS], ..gene };
        assert_eq!(Expert::of(&twice), Some(Expert([0, 8, 0, 0, 0, 0, 0, 0])));
    }

    proptest! {
        #[test]
        fn a_read_expert_is_what_was_written(bits in prop::array::uniform8(-16 << 16..=16 << 16_i32)) {
            let Some(expert) = Expert::of(&LinearGene { weights: bits.map(Q16::from_bits), ..LinearGene::FRESH }) else {
                return Ok(());
            };
            let mut out = vec![];
            expert.write(&mut out);
            let mut cursor = Cursor::new(&out);
            prop_assert_eq!(Expert::read(&mut cursor).unwrap(), expert);
            prop_assert!(cursor.rest().is_empty());
        }

        #[test]
        fn any_bytes_are_an_expert_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..12)) {
            if let Ok(expert) = Expert::read(&mut Cursor::new(&bytes)) {
                let mut again = vec![];
                expert.write(&mut again);
                prop_assert!(bytes.starts_with(&again));
            }
        }
    }
}
