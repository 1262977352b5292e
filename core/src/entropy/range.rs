//! A binary range coder: each decision costs what its probability says.
//!
//! ```text
//! state  low, high: u32, at first 0 and 2^32 - 1
//! a bit  middle = low + ((high - low) * p >> 16); 1 takes [low, middle], 0 takes [middle + 1, high]
//! then   while the top bytes of low and high agree, that byte goes out and low gets 00, high FF at the bottom
//! end    the top byte of low, plus one; missing bytes read as zero
//! ```
//! p is the chance of a 1 in units of 2^-16, from 1 to 65535. Nothing is ever carried into a byte that went out.

use crate::{error::Error, num::log2_q16};
use alloc::vec::Vec;

/// The encoder and the decoder as one thing to the models: they ask for a bit and get the one that was coded.
pub(crate) trait Coder {
    /// Codes a bit whose chance to be 1 is `chance` / 2^16; the encoder codes `wanted`, the decoder does not look at it.
    fn bit(&mut self, chance: u32, wanted: bool) -> bool;

    /// Codes the lowest `count` bits, each as likely as not.
    #[inline]
    fn bits(&mut self, count: u32, wanted: u64) -> u64 {
        (0..count).rev().fold(0, |known, at| known << 1 | u64::from(self.bit(1 << 15, wanted >> at & 1 != 0)))
    }
}

/// Writes nothing: for models that learn what both ends know.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unwritten;

impl Coder for Unwritten {
    #[inline]
    fn bit(&mut self, _: u32, wanted: bool) -> bool {
        wanted
    }
}

/// Counts what another coder is asked for.
#[derive(Debug)]
pub(crate) struct Metered<'c, C> {
    coder: &'c mut C,
    /// Bits so far, in units of 2^-16.
    pub(crate) bits: u64,
}

impl<'c, C> Metered<'c, C> {
    /// Counts from 0.
    pub(crate) fn new(coder: &'c mut C) -> Self {
        Self { coder, bits: 0 }
    }
}

impl<C: Coder> Coder for Metered<'_, C> {
    #[inline]
    fn bit(&mut self, chance: u32, wanted: bool) -> bool {
        let bit = self.coder.bit(chance, wanted);
        let likely = if bit { chance } else { (1 << 16) - chance };
        self.bits += u64::from((16 << 16) - log2_q16(likely.into()));
        bit
    }
}

/// Bits to bytes.
#[derive(Debug)]
pub(crate) struct Encoder {
    low: u32,
    high: u32,
    out: Vec<u8>,
}

impl Default for Encoder {
    fn default() -> Self {
        Self { low: 0, high: u32::MAX, out: Vec::new() }
    }
}

impl Encoder {
    /// The bytes.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        // A byte that is certainly inside: low's top byte alone is not, unless the rest of low is zero.
        if self.low > 0 {
            self.out.push((self.low >> 24) as u8 + 1);
        }
        while self.out.last() == Some(&0) {
            self.out.pop();
        }
        self.out
    }

    /// Bytes so far.
    pub(crate) fn len(&self) -> usize {
        self.out.len()
    }
}

impl Coder for Encoder {
    #[inline]
    fn bit(&mut self, chance: u32, wanted: bool) -> bool {
        let middle = split(self.low, self.high, chance);
        if wanted {
            self.high = middle;
        } else {
            self.low = middle + 1;
        }
        while (self.low ^ self.high) >> 24 == 0 {
            self.out.push((self.high >> 24) as u8);
            self.low <<= 8;
            self.high = self.high << 8 | 0xFF;
        }
        wanted
    }
}

/// Bytes to bits.
#[derive(Debug)]
pub(crate) struct Decoder<'a> {
    low: u32,
    high: u32,
    code: u32,
    rest: core::slice::Iter<'a, u8>,
    /// Whether the last byte could be left out.
    zero_at_end: bool,
}

impl<'a> Decoder<'a> {
    /// Starts at the first of `bytes`.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        let zero_at_end = bytes.last() == Some(&0);
        let mut this = Self { low: 0, high: u32::MAX, code: 0, rest: bytes.iter(), zero_at_end };
        (0..4).for_each(|_| this.shift());
        this
    }

    /// Whether the bytes are just those that [`Encoder::finish`] gives for what was decoded.
    pub(crate) fn finish(self) -> Result<(), Error> {
        let end = if self.low > 0 { ((self.low >> 24) + 1) << 24 } else { 0 };
        if self.code != end || !self.rest.as_slice().is_empty() || self.zero_at_end {
            return Err(Error::Corrupt("a range code was not used up"));
        }
        Ok(())
    }

    #[inline]
    fn shift(&mut self) {
        self.code = self.code << 8 | u32::from(self.rest.next().copied().unwrap_or(0));
    }
}

impl Coder for Decoder<'_> {
    #[inline]
    fn bit(&mut self, chance: u32, _: bool) -> bool {
        let middle = split(self.low, self.high, chance);
        let bit = self.code <= middle;
        if bit {
            self.high = middle;
        } else {
            self.low = middle + 1;
        }
        while (self.low ^ self.high) >> 24 == 0 {
            self.low <<= 8;
            self.high = self.high << 8 | 0xFF;
            self.shift();
        }
        bit
    }
}

/// Where [low, high] is cut: never at its end, so both parts hold something.
#[inline]
fn split(low: u32, high: u32, chance: u32) -> u32 {
    low + ((u64::from(high - low) * u64::from(chance & 0xFFFF)) >> 16) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn there_and_back(bits: &[(u32, bool)]) -> usize {
        let mut encoder = Encoder::default();
        bits.iter().for_each(|(chance, bit)| {
            encoder.bit(*chance, *bit);
        });
        let bytes = encoder.finish();
        let mut decoder = Decoder::new(&bytes);
        for (chance, bit) in bits {
            assert_eq!(decoder.bit(*chance, false), *bit);
        }
        assert_eq!(decoder.finish(), Ok(()));
        bytes.len()
    }

    proptest! {
        #[test]
        fn any_bits_come_back(bits in prop::collection::vec((1u32..65_536, any::<bool>()), 0..400)) {
            there_and_back(&bits);
        }

        #[test]
        fn bits_have_one_way_to_be_written(
            chances in prop::collection::vec(1u32..65_536, 1..60), bytes in prop::collection::vec(0u8..4, 0..12),
        ) {
            let mut decoder = Decoder::new(&bytes);
            let bits: Vec<(u32, bool)> = chances.iter().map(|p| (*p, decoder.bit(*p, false))).collect();
            let mut encoder = Encoder::default();
            bits.iter().for_each(|(chance, bit)| {
                encoder.bit(*chance, *bit);
            });
            prop_assert_eq!(decoder.finish().is_ok(), encoder.finish() == bytes);
        }
    }

    #[test]
    fn a_bit_costs_what_its_chance_says() {
        let bits: Vec<(u32, bool)> = (0..80_000).map(|i| (6554, i % 10 == 0)).collect();
        // 0.469 bits each.
        assert!(there_and_back(&bits).abs_diff(4690) < 20);
        assert!(there_and_back(&[(65_000, true); 1000]) <= 3);
    }
}
