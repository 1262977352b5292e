//! Surprises as adaptive symbols: how long a number is, given how long those before it were, then its sign and digits.
//!
//! ```text
//! surprise := length symbol, 15 stands for 15 bits and more | [the rest of the length: its high four bits, its low four] |
//!             [sign + 2 * leading digits] | plain digits
//! ```
//! Lengths go through the first state, the others through the second. The odds of a length depend on the mean length
//! lately, in half-octaves, and on the last one; those of sign and digits on the length and on the last sign.
//! Leading digits are the three below the leading one, or all.

use crate::entropy::odds::{Coder, Odds};
use alloc::{vec, vec::Vec};

/// Half-octaves of the mean.
const SCALES: usize = 48;
/// Kinds of last lengths.
const LASTS: usize = 8;
/// The first length that is told by two more symbols.
const LONG: u32 = 15;
/// Modelled digits below the leading one.
const DIGITS: u32 = 3;

/// What is learnt of surprises.
pub(super) struct Surprises {
    lengths: Vec<Odds>,
    long: [Odds; 5],
    /// By length and last sign.
    digits: Vec<[Odds; 3]>,
    /// Mean size, Q4.
    mean: u64,
    last_length: u32,
    last_sign: usize,
}

impl Surprises {
    pub(super) fn new() -> Self {
        Self {
            lengths: vec![Odds::EVEN; SCALES * LASTS],
            long: [Odds::EVEN; 5],
            digits: vec![[Odds::EVEN; 3]; 65],
            mean: 0,
            last_length: 0,
            last_sign: 0,
        }
    }

    /// Codes one.
    #[inline(always)]
    pub(super) fn code(&mut self, coder: &mut impl Coder, wanted: i64) -> i64 {
        let size = wanted.unsigned_abs();
        let length = self.length(coder, u64::BITS - size.leading_zeros());
        let (size, negative) =
            if length == 0 { (0, false) } else { self.digits(coder, length, size, wanted < 0) };
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

    #[inline(always)]
    fn length(&mut self, coder: &mut impl Coder, wanted: u32) -> u32 {
        let mean = self.mean >> 2;
        let octave = (u64::BITS - mean.leading_zeros()).min(23);
        let half = if octave > 1 { (mean >> (octave - 2) & 1) as usize } else { 0 };
        let scale = 2 * octave as usize + half;
        let last = match self.last_length {
            0 => 0,
            length => 1 + (length + 5).saturating_sub(octave).min(6) as usize,
        };
        let Some(odds) = self.lengths.get_mut(scale * LASTS + last) else { return 0 };
        let short = coder.symbol::<0>(odds, wanted.min(LONG) as usize) as u32;
        if short < LONG { short } else { self.long(coder, wanted) }
    }

    #[cold]
    fn long(&mut self, coder: &mut impl Coder, wanted: u32) -> u32 {
        let more = wanted.saturating_sub(LONG) as usize;
        let [high, low @ ..] = &mut self.long;
        let high = coder.symbol::<0>(high, more >> 4);
        let low = low.get_mut(high).map_or(0, |odds| coder.symbol::<0>(odds, more & 15));
        (LONG + (high << 4 | low) as u32).min(u64::BITS)
    }

    /// The number of that length, and whether it is negative.
    #[inline(always)]
    fn digits(&mut self, coder: &mut impl Coder, length: u32, size: u64, negative: bool) -> (u64, bool) {
        let below = length - 1;
        let leading = below.min(DIGITS);
        let rest = below - leading;
        let odds = self.digits.get_mut(length as usize).and_then(|rows| rows.get_mut(self.last_sign));
        let Some(odds) = odds else { return (0, false) };
        let wanted = (size >> rest) as usize & ((1 << leading) - 1);
        let symbol = coder.symbol::<1>(odds, wanted << 1 | usize::from(negative));
        let known = 1 << leading | (symbol >> 1 & ((1 << leading) - 1)) as u64;
        (known << rest | coder.plain(rest, size & ((1 << rest) - 1)), symbol & 1 != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::{
        Cursor,
        odds::{Decoder, Encoder},
    };
    use proptest::prelude::*;

    fn there_and_back(values: &[i64]) -> usize {
        let (mut coder, mut surprises) = (Encoder::default(), Surprises::new());
        values.iter().for_each(|value| {
            surprises.code(&mut coder, *value);
        });
        let mut bytes = Vec::new();
        coder.finish(&mut bytes);
        let (mut coder, mut surprises) = (Decoder::new(&mut Cursor::new(&bytes)).unwrap(), Surprises::new());
        values.iter().for_each(|value| assert_eq!(surprises.code(&mut coder, 0), *value));
        coder.finish().unwrap();
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
