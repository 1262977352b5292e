//! Bits, numbers and strings that are coded by counters of their own: for what is rare, or has no better model.

use super::{mix::Counter, range::Coder};
use crate::num::{unzigzag, zigzag};
use alloc::{vec, vec::Vec};

/// A bit that is expected to be as it mostly was.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Bit(Counter);

/// Bits after which a counter forgets as fast as it learns.
const MEMORY: u32 = 255;

impl Bit {
    /// A bit that is expected to be 0, as if it had been so 16 times.
    pub(crate) fn rare() -> Self {
        let mut bit = Self::default();
        (0..16).for_each(|_| bit.0.learn(false, MEMORY));
        bit
    }

    /// Codes `wanted`, or what the coder says.
    #[inline]
    pub(crate) fn code(&mut self, coder: &mut impl Coder, wanted: bool) -> bool {
        let bit = coder.bit(self.0.chance().clamp(16, 65_520), wanted);
        self.0.learn(bit, MEMORY);
        bit
    }
}

/// Numbers, most of them near 0: how many bits one has, then those below the highest.
#[derive(Debug, Clone)]
pub(crate) struct Number([Bit; 64]);

impl Default for Number {
    fn default() -> Self {
        Self([Bit::default(); 64])
    }
}

impl Number {
    /// Codes a number.
    pub(crate) fn code(&mut self, coder: &mut impl Coder, wanted: u64) -> u64 {
        let wanted_bits = u64::BITS - wanted.leading_zeros();
        let ends = |(bits, bit): (u32, &mut Bit)| bit.code(coder, wanted_bits == bits).then_some(bits);
        let bits = (0..).zip(&mut self.0).find_map(ends).unwrap_or(u64::BITS);
        match bits.checked_sub(1) {
            None => 0,
            Some(below) => 1 << below | coder.bits(below, wanted),
        }
    }

    /// Codes a number of either sign.
    pub(crate) fn code_signed(&mut self, coder: &mut impl Coder, wanted: i64) -> i64 {
        unzigzag(self.code(coder, zigzag(wanted)))
    }
}

/// Strings, byte by byte, each in the context of the one before.
#[derive(Debug, Clone)]
pub(crate) struct Spelling {
    length: Number,
    bits: Vec<Bit>,
}

impl Default for Spelling {
    fn default() -> Self {
        Self { length: Number::default(), bits: vec![Bit::default(); 1 << 16] }
    }
}

impl Spelling {
    /// Codes a string; `None` if the coder says one of more than `most` bytes.
    pub(crate) fn code(&mut self, coder: &mut impl Coder, wanted: &[u8], most: usize) -> Option<Vec<u8>> {
        let length = self.length.code(coder, wanted.len() as u64);
        let length = usize::try_from(length).ok().filter(|length| *length <= most)?;
        let mut string = Vec::new();
        let mut before = 0;
        for at in 0..length {
            before = self.byte(coder, before, wanted.get(at).copied().unwrap_or(0));
            string.push(before);
        }
        Some(string)
    }

    fn byte(&mut self, coder: &mut impl Coder, before: u8, wanted: u8) -> u8 {
        let context = usize::from(before) << 8;
        let bit = |path: usize, at: u32| {
            let bit = self.bits.get_mut(context | path);
            path << 1 | usize::from(bit.is_some_and(|bit| bit.code(coder, wanted >> at & 1 != 0)))
        };
        (0..8).rev().fold(1, bit) as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::range::{Decoder, Encoder};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_and_strings_come_back(numbers in prop::collection::vec(any::<u64>(), 0..50), strings in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..9), 0..20)) {
            let (mut coder, mut number, mut spelling) = (Encoder::default(), Number::default(), Spelling::default());
            numbers.iter().for_each(|wanted| { number.code(&mut coder, *wanted); });
            strings.iter().for_each(|wanted| { spelling.code(&mut coder, wanted, 9).unwrap(); });
            let bytes = coder.finish();
            let (mut coder, mut number, mut spelling) = (Decoder::new(&bytes), Number::default(), Spelling::default());
            for wanted in &numbers {
                prop_assert_eq!(number.code(&mut coder, 0), *wanted);
            }
            for wanted in &strings {
                prop_assert_eq!(&spelling.code(&mut coder, &[], 9).unwrap(), wanted);
            }
            coder.finish().unwrap();
        }
    }

    #[test]
    fn a_string_that_is_too_long_is_none() {
        let mut coder = Encoder::default();
        Spelling::default().code(&mut coder, b"long", 9).unwrap();
        assert_eq!(Spelling::default().code(&mut Decoder::new(&coder.finish()), b"", 3), None);
    }
}
