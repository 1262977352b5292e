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
const MAX: i128 = 32_767;
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
        if shift > 0 && shifted(most.min(i128::MAX as u128) as i128, shift) > MAX {
            shift += 1;
        }
        let exponent = power.saturating_add(shift + BIAS).clamp(0, 255);
        shift = (exponent - BIAS).saturating_sub(power);
        let mantissas = wide.map(|w| shifted(w, shift).clamp(-MAX, MAX) as i16);
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
mod tests;
