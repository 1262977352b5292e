//! A summary gene in 22 bytes, for radios that have no more to give.
//!
//! ```text
//! code   := round u32 LE | history 4 | shift u8 | mantissa i8 x 8 | exponent u8 | level u4 x 8     4+4+1+8+1+4 = 22
//! weight := mantissa * 2^(shift - 134)
//! level  := 0: the variance is 0; 1..=15: it is 2^(exponent - 136 - (15 - level) / 2); low half of a byte first
//! ```
//! What is lost:
//! - of the round all but its low 32 bits, of the history all but its first 4 bytes: the receiver completes the one
//!   ([`Bottleneck::round`]) and checks the other ([`Bottleneck::follows`]) with what it knows;
//! - a weight is off by at most 2^-7 of the largest weight (weights below 2^-134 excepted);
//! - a variance is off by a factor of at most 2^(1/4) = 1.19; one below 2^-6.5 of the largest may become 0. Variances
//!   are held between 2^-143 and 2^119.

use super::Summary;
use crate::num::{bfp::Block, log2_q16};

/// log2 of the unit of a mantissa at shift 0.
const WEIGHT_BIAS: i32 = 134;
/// log2 of the variance of the highest level at exponent 0.
const VARIANCE_BIAS: i32 = 136;
/// The largest mantissa.
const MAX: i32 = 127;
/// The highest level.
const TOP: i32 = 15;
/// 2^-(1/2) in Q14.
const ROOT: i64 = 11_585;

/// A short code of a summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bottleneck {
    round: [u8; 4],
    history: [u8; 4],
    shift: u8,
    mantissas: [i8; 8],
    exponent: u8,
    levels: [u8; 8],
}

impl Bottleneck {
    /// Bytes on the wire.
    pub const BYTES: usize = 22;

    /// The code of a summary.
    pub fn of(summary: &Summary) -> Self {
        let [r0, r1, r2, r3, ..] = summary.round.to_le_bytes();
        let [h0, h1, h2, h3, ..] = summary.history;
        let halves = half_octaves(&summary.variance);
        let top = halves.iter().flatten().max().map_or(-VARIANCE_BIAS, |h| (h + 1) >> 1);
        let exponent = (top + VARIANCE_BIAS).clamp(0, 255);
        let level = |h: i32| (TOP + h - 2 * (exponent - VARIANCE_BIAS)).clamp(0, TOP) as u8;
        Self {
            round: [r0, r1, r2, r3],
            history: [h0, h1, h2, h3],
            shift: summary.weights.exponent(),
            mantissas: summary.weights.mantissas().map(short),
            exponent: exponent as u8,
            levels: halves.map(|h| h.map_or(0, level)),
        }
    }

    /// The 22 bytes.
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let [a, b, c, d, e, f, g, h] = self.levels;
        let levels = [a | b << 4, c | d << 4, e | f << 4, g | h << 4];
        let mut out = [0; Self::BYTES];
        let fields = self.round.into_iter().chain(self.history).chain([self.shift]);
        let fields = fields.chain(self.mantissas.map(i8::cast_unsigned)).chain([self.exponent]).chain(levels);
        out.iter_mut().zip(fields).for_each(|(o, byte)| *o = byte);
        out
    }

    /// The code that 22 bytes are: any are one.
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Self {
        let [r0, r1, r2, r3, h0, h1, h2, h3, shift, rest @ ..] = *bytes;
        let [m0, m1, m2, m3, m4, m5, m6, m7, exponent, a, b, c, d] = rest;
        let mantissas = [m0, m1, m2, m3, m4, m5, m6, m7].map(u8::cast_signed);
        let levels = [a & 15, a >> 4, b & 15, b >> 4, c & 15, c >> 4, d & 15, d >> 4];
        let (round, history) = ([r0, r1, r2, r3], [h0, h1, h2, h3]);
        Self { round, history, shift, mantissas, exponent, levels }
    }

    /// The round, which is within 2^31 of `near`.
    pub fn round(&self, near: u64) -> u64 {
        let low = u32::from_le_bytes(self.round);
        let ahead = low.wrapping_sub(near as u32).cast_signed();
        near.wrapping_add_signed(ahead.into())
    }

    /// Whether it can be of a summary with this history.
    pub fn follows(&self, history: &[u8; 32]) -> bool {
        history.starts_with(&self.history)
    }

    /// The weights, each within 2^-7 of the largest.
    pub fn weights(&self) -> Block<8> {
        Block::from_scaled(&self.mantissas.map(i64::from), WEIGHT_BIAS - i32::from(self.shift))
    }

    /// The variances, each within a factor of 2^(1/4).
    pub fn variance(&self) -> Block<8> {
        let value = |level: u8| {
            let halves = TOP - i32::from(level);
            let odd = if halves & 1 == 1 { ROOT } else { 1 << 14 };
            if level == 0 { 0 } else { odd << (7 - halves / 2) }
        };
        let places = 21 + VARIANCE_BIAS - i32::from(self.exponent);
        Block::from_scaled(&self.levels.map(value), places)
    }
}

/// A mantissa without its low eight bits, to nearest, ties to even.
fn short(mantissa: i16) -> i8 {
    let (floor, rest) = (mantissa >> 8, mantissa & 0xFF);
    let up = rest > 128 || (rest == 128 && floor & 1 == 1);
    i32::from(floor + i16::from(up)).clamp(-MAX, MAX) as i8
}

/// Twice the logarithm of each number, to nearest; `None` of what is not positive.
fn half_octaves(block: &Block<8>) -> [Option<i32>; 8] {
    block.mantissas().map(|m| {
        let log = log2_q16(u64::try_from(m).ok().filter(|m| *m > 0)?) as i32;
        Some((log + (block.power() << 16) + (1 << 14)) >> 15)
    })
}
