//! BFP-16: blocks of numbers that share one exponent, for weights on the wire and for training in small steps.
//!
//! ```text
//! block := exponent u8 | mantissa i16 LE, N times            17 bytes for 8 numbers
//! value := mantissa * 2^(exponent - 142)
//! ```
//! A block is *canonical*: its exponent is the least with which no mantissa leaves -32767..=32767, so the largest
//! mantissa is at least 2^14 unless the exponent is 0. Every power of two from 2^-142 to 2^127 is exact: 1.0 is exponent
//! 128 and mantissa 16384. Every pattern of bits is a number; there is no NaN and no infinity.
//!
//! - Range: 2^-142 to 32767 * 2^113, just below 2^128; what is larger is held there. That is the range of f32.
//! - Rounding is to nearest, ties to even: off by at most 2^-15 of the *largest* number of the block. f32 is off by at
//!   most 2^-24 of each: a number 2^k below its block's largest has 15 - k bits left, and below 2^-15 of it none.
//!
//! What small steps do: a step below 2^-17 rounds to nothing in Q16.16, whatever the weight. In a block it is lost only
//! if it is below 2^-16 to 2^-15 of the largest weight: small weights learn from small steps, large ones do not, and
//! near 1 a lone block is *coarser* than Q16.16. [`Carried`] keeps what rounding took in a second block and applies it
//! later: steps down to about 2^-30 of the largest weight count.
//! Called by genes and their summaries.

use super::Q16;
use alloc::vec::Vec;
use core::array;

/// Wire: the exponent of a block whose mantissas are whole numbers.
const BIAS: i32 = 142;
/// Wire: the largest mantissa.
const MOST: i128 = 32_767;
/// Sums are exact within so many bits below the larger block's unit; farther ones leave a sticky bit.
const GUARD: i32 = 40;

/// `N` numbers with one exponent, canonical.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block<const N: usize> {
    exponent: u8,
    mantissas: [i16; N],
}

impl<const N: usize> Default for Block<N> {
    fn default() -> Self {
        Self::ZERO
    }
}

impl<const N: usize> Block<N> {
    /// Nothing but zeros.
    pub const ZERO: Self = Self { exponent: 0, mantissas: [0; N] };
    /// Bytes on the wire.
    pub const BYTES: usize = 1 + 2 * N;

    /// The numbers nearest to `values` * 2^-`places`.
    pub fn from_scaled(values: &[i64; N], places: i32) -> Self {
        Self::nearest(&values.map(i128::from), places.saturating_neg())
    }

    /// The numbers times 2^`places`, to the nearest integer, held at the ends of `i64`.
    pub fn to_scaled(&self, places: i32) -> [i64; N] {
        let shift = self.power().saturating_add(places).saturating_neg();
        self.mantissas.map(|m| shifted(m.into(), shift).clamp(i64::MIN.into(), i64::MAX.into()) as i64)
    }

    /// The numbers nearest to Q16.16 ones.
    pub fn from_q16(values: &[Q16; N]) -> Self {
        Self::from_scaled(&values.map(|v| i64::from(v.to_bits())), 16)
    }

    /// The nearest Q16.16 numbers, held at the ends of their range.
    pub fn to_q16(&self) -> [Q16; N] {
        self.to_scaled(16).map(|v| Q16::from_bits(v.clamp(i32::MIN.into(), i32::MAX.into()) as i32))
    }

    /// The exponent as written.
    pub const fn exponent(&self) -> u8 {
        self.exponent
    }

    /// The mantissas: each number is one of them times 2^([`Block::power`]).
    pub const fn mantissas(&self) -> &[i16; N] {
        &self.mantissas
    }

    /// log2 of the unit that the mantissas count.
    pub fn power(&self) -> i32 {
        i32::from(self.exponent) - BIAS
    }

    /// The sum, rounded.
    #[must_use]
    pub fn add(&self, other: &Self) -> Self {
        self.combine(other, 1)
    }

    /// The difference, rounded.
    #[must_use]
    pub fn sub(&self, other: &Self) -> Self {
        self.combine(other, -1)
    }

    /// Every number times `factor` * 2^-`places`, rounded once.
    #[must_use]
    pub fn times(&self, factor: i64, places: i32) -> Self {
        let wide = self.mantissas.map(|m| i128::from(m) * i128::from(factor));
        Self::nearest(&wide, self.power().saturating_sub(places))
    }

    /// Appends the block.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.push(self.exponent);
        self.mantissas.iter().for_each(|m| out.extend_from_slice(&m.to_le_bytes()));
    }

    /// Reads a block; `None` unless there are [`Block::BYTES`] bytes and they are canonical.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let (&exponent, rest) = bytes.split_first()?;
        let (pairs, []) = rest.as_chunks::<2>() else { return None };
        let pairs: [[u8; 2]; N] = pairs.try_into().ok()?;
        let mantissas = pairs.map(i16::from_le_bytes);
        Some(Self::from_parts(exponent, &mantissas))
            .filter(|b| (b.exponent, b.mantissas) == (exponent, mantissas))
    }

    /// The numbers that an exponent and mantissas stand for: any are some.
    pub fn from_parts(exponent: u8, mantissas: &[i16; N]) -> Self {
        Self::nearest(&mantissas.map(i128::from), i32::from(exponent) - BIAS)
    }

    fn combine(&self, other: &Self, sign: i128) -> Self {
        // The exponent of zeros says nothing about where the sum's bits are.
        if *other == Self::ZERO {
            return *self;
        }
        let high = if *self == Self::ZERO { other.power() } else { self.power().max(other.power()) };
        let base = self.power().min(other.power()).max(high - GUARD);
        let aligned = |block: &Self| {
            let up = block.power() - base;
            block.mantissas.map(|m| aligned_to(m.into(), up))
        };
        let (a, b) = (aligned(self), aligned(other));
        Self::nearest(&array::from_fn(|i| at(&a, i) + sign * at(&b, i)), base)
    }

    /// The block nearest to `wide` * 2^`power`.
    fn nearest(wide: &[i128; N], power: i32) -> Self {
        let most = wide.iter().map(|w| w.unsigned_abs()).max().unwrap_or(0);
        if most == 0 {
            return Self::ZERO;
        }
        let bits = 128 - most.leading_zeros() as i32;
        let mut shift = bits - 15;
        if shift > 0 && shifted(most.min(i128::MAX as u128) as i128, shift) > MOST {
            shift += 1;
        }
        let exponent = power.saturating_add(shift + BIAS).clamp(0, 255);
        shift = (exponent - BIAS).saturating_sub(power);
        let mantissas = wide.map(|w| shifted(w, shift).clamp(-MOST, MOST) as i16);
        if mantissas == [0; N] {
            return Self::ZERO;
        }
        Self { exponent: exponent as u8, mantissas }
    }
}

/// Weights that training moves in steps smaller than their own resolution: what rounding took from them is kept beside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Carried<const N: usize> {
    /// What goes on the wire.
    pub weights: Block<N>,
    rest: Block<N>,
}

impl<const N: usize> Carried<N> {
    /// Starts at `weights`, with nothing left over.
    pub const fn new(weights: Block<N>) -> Self {
        Self { weights, rest: Block::ZERO }
    }

    /// Moves the weights by `step`.
    pub fn add(&mut self, step: &Block<N>) {
        let due = self.rest.add(step);
        let moved = self.weights.add(&due);
        self.rest = due.sub(&moved.sub(&self.weights));
        self.weights = moved;
    }
}

fn at<const N: usize>(values: &[i128; N], i: usize) -> i128 {
    values.get(i).copied().unwrap_or(0)
}

/// value * 2^up for up to `GUARD` bits upward; bits that fall off below leave the lowest bit set, so that ties stay
/// ties and nothing else becomes one.
fn aligned_to(value: i128, up: i32) -> i128 {
    if up >= 0 {
        return value << up;
    }
    let down = up.unsigned_abs().min(100);
    let kept = value >> down;
    if kept << down == value { kept } else { kept | 1 }
}

/// value / 2^shift to the nearest integer, ties to even; held at the ends of `i128` if the shift is upward.
fn shifted(value: i128, shift: i32) -> i128 {
    if shift <= 0 {
        let up = shift.unsigned_abs();
        let fits = up < value.unsigned_abs().leading_zeros().saturating_sub(1);
        return match value {
            0 => 0,
            _ if fits => value << up,
            1.. => i128::MAX,
            _ => i128::MIN,
        };
    }
    if shift > 127 {
        return 0;
    }
    let floor = value >> shift;
    let rest = value - (floor << shift);
    let half = 1_i128 << (shift - 1);
    floor + i128::from(rest > half || (rest == half && floor & 1 == 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::{Random, fixed};
    use proptest::prelude::*;

    fn floats<const N: usize>(block: &Block<N>) -> [f64; N] {
        block.mantissas.map(|m| f64::from(m) * f64::from(block.power()).exp2())
    }

    #[test]
    fn powers_of_two_are_exact() {
        assert_eq!(Block::from_scaled(&[1 << 16], 16), Block { exponent: 128, mantissas: [1 << 14] });
        for k in -142..=127 {
            for sign in [1, -1] {
                let block = Block::<2>::nearest(&[sign, 0], k);
                assert_eq!(floats(&block), [sign as f64 * f64::from(k).exp2(), 0.0], "{k}");
                let mut wire = Vec::new();
                block.write(&mut wire);
                assert_eq!(Block::read(&wire), Some(block));
            }
        }
    }

    #[test]
    fn ties_go_to_even() {
        // The largest sets the unit to 2; 5 is half-way between 4 and 6, 7 between 6 and 8.
        let block = Block::from_scaled(&[65_000, 5, 7, -5, -7, 1, 3], 0);
        assert_eq!(block.to_scaled(0), [65_000, 4, 8, -4, -8, 0, 4]);
        // 65535 would need the mantissa 32768.
        assert_eq!(Block::from_scaled(&[65_535], 0).to_scaled(0), [65_536]);
    }

    #[test]
    fn the_range_is_that_of_f32() {
        let largest = Block::<1>::nearest(&[1 << 100], 100);
        assert_eq!((largest.exponent, largest.mantissas), (255, [32_767]));
        assert!(floats(&largest)[0] > f64::from(f32::MAX) * 0.999);
        assert!(floats(&Block::<1>::nearest(&[1], -142))[0] < f64::from(f32::MIN_POSITIVE));
        assert_eq!(Block::<1>::nearest(&[1], -144), Block::ZERO);
        assert_eq!(largest.to_scaled(255), [i64::MAX]);
        assert_eq!(Block::<1>::nearest(&[-1 << 100], 100).to_scaled(0), [i64::MIN]);
    }

    #[test]
    fn tiny_gradients_keep_fifteen_bits() {
        let gradient = [1e-8_f32, -3e-9, 7.7e-9];
        let block = Block::from_scaled(&gradient.map(|g| (f64::from(g) * 60_f64.exp2()) as i64), 60);
        for (exact, ours) in gradient.iter().zip(floats(&block)) {
            assert!((f64::from(*exact) - ours).abs() <= 1e-8 / 32_768.0);
        }
        let as_q16 = gradient.map(|g| (g * 65_536.0).round() as i32);
        assert_eq!(as_q16, [0, 0, 0]);
    }

    /// Least mean squares at a rate of 1e-5 on y = w x, |x| < 1, from zero weights: what each arithmetic has learnt.
    /// Products are exact in all three, so only the storage of the weights differs.
    #[test]
    fn at_a_rate_of_1e_5_q16_stalls_a_block_gets_far_and_a_carried_block_arrives() {
        let target: [i64; 8] = [9_000, -7_000, 5_000, -3_000, 2_500, -8_000, 1_000, 6_000];
        let mut random = Random::new(5, 0);
        let (mut q16, mut block, mut carried) = ([Q16::ZERO; 8], Block::<8>::ZERO, Carried::<8>::default());
        for _ in 0..1_200_000 {
            let (a, b) = (random.next_u64().to_le_bytes(), random.next_u64().to_le_bytes());
            let x: [i64; 8] = array::from_fn(|i| i64::from(i16::from_le_bytes([a[i], b[i]])) * 2);
            // Errors in Q32, steps in Q48: rate (Q32) * error * x / 2^32.
            let step = |w: [i64; 8]| {
                let error: i64 = (0..8).map(|i| (target[i] - w[i]) * x[i]).sum();
                x.map(|x| ((i128::from(error) * i128::from(x) * 42_950) >> 32) as i64)
            };
            let steps = step(q16.map(|w| w.to_bits().into()));
            q16 =
                array::from_fn(|i| fixed::add(q16[i], Q16::from_bits(((steps[i] + (1 << 31)) >> 32) as i32)));
            block = block.add(&Block::from_scaled(&step(block.to_scaled(16)), 48));
            carried.add(&Block::from_scaled(&step(carried.weights.to_scaled(16)), 48));
        }
        let missed = |w: [i64; 8]| {
            let sum: i64 = (0..8).map(|i| (w[i] - target[i]).pow(2)).sum();
            let all: i64 = target.iter().map(|t| t * t).sum();
            (sum as f64 / all as f64).sqrt()
        };
        assert_eq!(q16, [Q16::ZERO; 8]);
        let (block, carried) = (missed(block.to_scaled(16)), missed(carried.weights.to_scaled(16)));
        std::println!("missed: block {block}, carried {carried}");
        assert!((0.2..0.9).contains(&block), "{block}");
        assert!(carried < 0.04, "{carried}");
    }

    proptest! {
        #[test]
        fn nearest_is_within_half_a_unit(values: [i64; 8], keep in 0u32..64, places in -20i32..100) {
            let values = values.map(|v| v >> keep);
            let block = Block::from_scaled(&values, places);
            let most = values.iter().map(|v| v.unsigned_abs()).max().unwrap() as f64;
            for (exact, ours) in values.iter().zip(floats(&block)) {
                let exact = *exact as f64 * (-f64::from(places)).exp2();
                // Half a unit of a mantissa of at least 2^14, and the rounding of f64 itself.
                let bound = most * (-f64::from(places)).exp2() / 32_768.0 * (1.0 + 1e-9);
                prop_assert!((exact - ours).abs() <= bound, "{} {}", exact, ours);
                let f32_error = (f64::from(exact as f32) - exact).abs();
                prop_assert!((exact - ours).abs() <= f32_error.max(bound));
            }
        }

        #[test]
        fn any_bits_are_numbers_and_have_one_wire_form(exponent: u8, mantissas: [i16; 8]) {
            let block = Block::from_parts(exponent, &mantissas);
            let power = i32::from(exponent) - BIAS;
            for (m, value) in mantissas.iter().zip(floats(&block)) {
                let exact = f64::from(*m) * f64::from(power).exp2();
                // Exact, but for -32768 at the end of the range.
                prop_assert!((exact - value).abs() <= exact.abs() / 32_768.0);
            }
            let mut wire = Vec::new();
            block.write(&mut wire);
            prop_assert_eq!(Block::<8>::read(&wire), Some(block));
            prop_assert_eq!(Block::<8>::read(&wire[1..]), None);
            let mut other = wire.clone();
            other[0] = other[0].wrapping_add(1);
            if let Some(read) = Block::<8>::read(&other) {
                prop_assert_ne!(read, block);
            }
            prop_assert!(block.mantissas.iter().all(|m| *m != i16::MIN));
        }

        #[test]
        fn sums_are_rounded_once(a: (u8, [i16; 3]), b: (u8, [i16; 3]), near in 0u8..60) {
            let x = Block::from_parts(a.0, &a.1);
            let mut b = b;
            if near < 50 { b.0 = a.0.wrapping_add(near).wrapping_sub(25); }
            let y = Block::from_parts(b.0, &b.1);
            let sum = x.add(&y);
            prop_assert_eq!(sum, y.add(&x));
            let exact: [f64; 3] = array::from_fn(|i| floats(&x)[i] + floats(&y)[i]);
            let most = exact.iter().fold(0.0_f64, |m, v| m.max(v.abs())).min(2_f64.powi(128));
            for (exact, ours) in exact.iter().zip(floats(&sum)) {
                prop_assert!((exact - ours).abs() <= most / 32_767.0, "{} {}", exact, ours);
            }
            prop_assert_eq!(x.sub(&x), Block::ZERO);
            prop_assert_eq!(x.add(&Block::ZERO), x);
        }

        #[test]
        fn products_are_rounded_once(a: (u8, [i16; 3]), factor: i64, places in 0i32..80) {
            let x = Block::from_parts(a.0, &a.1);
            let exact = floats(&x).map(|v| v * factor as f64 * (-f64::from(places)).exp2());
            let most = exact.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
            prop_assume!(most < 2_f64.powi(127) && most > 2_f64.powi(-126));
            for (exact, ours) in exact.iter().zip(floats(&x.times(factor, places))) {
                prop_assert!((exact - ours).abs() <= most / 32_768.0 * (1.0 + 1e-9));
            }
        }
    }
}
