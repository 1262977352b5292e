//! Surprises as adaptive bits: how long a number is, given how long those before it were, then its digits.
//!
//! ```text
//! surprise := length in bits, a tree of four decisions, lengths of 15 and more by six decisions after it |
//!             bits below the leading one: three modelled, the rest plain | sign
//! ```
//! The chances of a length depend on the mean length lately, in half-octaves, and on the last one.

use crate::entropy::range::Coder;
use alloc::{vec, vec::Vec};

/// A chance that learns at two speeds: both of 16 bits.
#[derive(Debug, Clone, Copy)]
struct Chance {
    fast: u16,
    slow: u16,
}

const EVEN: Chance = Chance { fast: 1 << 15, slow: 1 << 15 };

impl Chance {
    #[inline]
    fn code(&mut self, coder: &mut impl Coder, wanted: bool) -> bool {
        let chance = (u32::from(self.fast) + u32::from(self.slow)) >> 1;
        let bit = coder.bit(chance.clamp(32, 65_503), wanted);
        if bit {
            self.fast += (u16::MAX - self.fast) >> 4;
            self.slow += (u16::MAX - self.slow) >> 7;
        } else {
            self.fast -= self.fast >> 4;
            self.slow -= self.slow >> 7;
        }
        bit
    }
}

/// Half-octaves of the mean.
const SCALES: usize = 48;
/// Kinds of last lengths.
const LASTS: usize = 8;
/// The first length that is told by six more decisions.
const LONG: u32 = 15;
/// Modelled bits below the leading one.
const DIGITS: u32 = 3;

/// A coder of surprises and what it has learnt.
pub(super) struct Surprises {
    lengths: Vec<[Chance; 16]>,
    long: [Chance; 64],
    digits: Vec<[Chance; 8]>,
    signs: [[Chance; 3]; 8],
    /// Mean size, Q4.
    mean: u64,
    last_length: u32,
    last_sign: usize,
}

impl Surprises {
    pub(super) fn new() -> Self {
        Self {
            lengths: vec![[EVEN; 16]; SCALES * LASTS],
            long: [EVEN; 64],
            digits: vec![[EVEN; 8]; 64],
            signs: [[EVEN; 3]; 8],
            mean: 0,
            last_length: 0,
            last_sign: 0,
        }
    }

    /// Codes one.
    #[inline]
    pub(super) fn code(&mut self, coder: &mut impl Coder, wanted: i64) -> i64 {
        let size = wanted.unsigned_abs();
        let length = self.length(coder, 64 - size.leading_zeros());
        let size = self.digits(coder, length, size);
        let negative = size > 0 && {
            let row = self.signs.get_mut(length.min(7) as usize);
            row.and_then(|row| row.get_mut(self.last_sign))
                .is_some_and(|chance| chance.code(coder, wanted < 0))
        };
        self.mean = self.mean.wrapping_add(
            (((size.min(1 << 56)) << 4).wrapping_sub(self.mean))
                .cast_signed()
                .wrapping_shr(4)
                .cast_unsigned(),
        );
        self.last_length = length;
        self.last_sign = if size == 0 { 0 } else { 1 + usize::from(negative) };
        let size = size.cast_signed();
        if negative { size.wrapping_neg() } else { size }
    }

    #[inline]
    fn length(&mut self, coder: &mut impl Coder, wanted: u32) -> u32 {
        let mean = self.mean >> 2;
        let octave = (64 - mean.leading_zeros()).min(23);
        let half = if octave > 1 { (mean >> (octave - 2) & 1) as usize } else { 0 };
        let scale = 2 * octave as usize + half;
        let last = match self.last_length {
            0 => 0,
            length => 1 + (length + 5).saturating_sub(octave).min(6) as usize,
        };
        let Some(tree) = self.lengths.get_mut(scale * LASTS + last) else { return 0 };
        let short = wanted.min(LONG) as usize;
        let mut node = 1;
        for at in (0..4).rev() {
            if let Some(chance) = tree.get_mut(node & 15) {
                node = 2 * node + usize::from(chance.code(coder, short >> at & 1 != 0));
            }
        }
        let short = (node & 15) as u32;
        if short < LONG {
            return short;
        }
        let more = (wanted.max(LONG) - LONG) as usize;
        let mut node = 1;
        for at in (0..6).rev() {
            if let Some(chance) = self.long.get_mut(node & 63) {
                node = 2 * node + usize::from(chance.code(coder, more >> at & 1 != 0));
            }
        }
        (LONG + (node & 63) as u32).min(64)
    }

    /// The number of that length.
    #[inline]
    fn digits(&mut self, coder: &mut impl Coder, length: u32, wanted: u64) -> u64 {
        if length < 2 {
            return u64::from(length);
        }
        let below = length - 1;
        let modelled = below.min(DIGITS);
        let mut node = 1;
        if let Some(tree) = self.digits.get_mut(length.min(63) as usize) {
            for at in (below - modelled..below).rev() {
                if let Some(chance) = tree.get_mut(node & 7) {
                    node = 2 * node + usize::from(chance.code(coder, wanted >> at & 1 != 0));
                }
            }
        }
        let plain = below - modelled;
        (node as u64) << plain | coder.bits(plain, wanted & ((1 << plain) - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::range::{Decoder, Encoder};
    use proptest::prelude::*;

    fn there_and_back(values: &[i64]) -> usize {
        let (mut coder, mut surprises) = (Encoder::default(), Surprises::new());
        values.iter().for_each(|value| {
            surprises.code(&mut coder, *value);
        });
        let bytes = coder.finish();
        let (mut coder, mut surprises) = (Decoder::new(&bytes), Surprises::new());
        values.iter().for_each(|value| assert_eq!(surprises.code(&mut coder, 0), *value));
        bytes.len()
    }

    proptest! {
        #[test]
        fn any_surprises_come_back(values in prop::collection::vec(any::<i64>(), 0..200)) {
            there_and_back(&values);
        }

        #[test]
        fn small_surprises_come_back(values in prop::collection::vec(-300i64..300, 0..2000)) {
            there_and_back(&values);
        }
    }

    #[test]
    fn the_extremes_come_back() {
        there_and_back(&[i64::MIN, i64::MAX, 0, -1, 1, i64::MIN + 1, 0, 0]);
    }

    #[test]
    fn silence_costs_next_to_nothing() {
        assert!(there_and_back(&[0; 10_000]) < 60);
    }
}
