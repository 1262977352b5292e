//! Many densities as one: each weighs as much as the values seen lately were likely under it.
//!
//! Two averages are kept, with a short and a long memory. While a value is coded, every density remembers what it says of
//! the interval the value is known to lie in, so that a decision costs one look into each.

use super::density::{ALL, Density};
use crate::num::log2_q16;

/// Densities at most.
pub(super) const MAX: usize = 45;
/// Averages.
pub(super) const AVERAGES: usize = 2;
/// After 2^this values an average has forgotten most.
const MEMORY: [u32; AVERAGES] = [4, 7];
/// Densities that weigh less than this, of 2^16, are left out.
const MIN_WEIGHT: u32 = 5000;
/// Of 2^this values, those that are left out learn from one.
const SELDOM: u32 = 2;

#[derive(Debug, Clone)]
pub(super) struct Average {
    /// How likely what was seen lately was, per average and density: log2 in units of 2^-8.
    likely: [[i32; MAX]; AVERAGES],
    /// Those that weigh something now.
    active: [Active; MAX],
    count: usize,
    /// Whether each does.
    awake: [bool; MAX],
    /// Values so far.
    values: u32,
}

/// A density that weighs something, and what it says of the interval in question.
#[derive(Debug, Clone, Copy, Default)]
struct Active {
    density: Density,
    weights: [u32; AVERAGES],
    low: u32,
    high: u32,
    middle: [u32; 2],
}

impl Average {
    pub(super) fn new() -> Self {
        Self {
            likely: [[0; MAX]; AVERAGES],
            active: [Active::default(); MAX],
            count: 0,
            awake: [false; MAX],
            values: 0,
        }
    }

    /// Begins a value that lies in [low, high).
    pub(super) fn begin(&mut self, densities: &[Density], low: i64, high: i64) {
        let best = self.likely.map(|likely| likely.iter().take(densities.len()).copied().max().unwrap_or(0));
        self.count = 0;
        let [short, long] = &self.likely;
        for ((density, awake), (short, long)) in
            densities.iter().zip(&mut self.awake).zip(short.iter().zip(long))
        {
            let weights = [weight(best[0] - short), weight(best[1] - long)];
            *awake = weights[0] >= MIN_WEIGHT || weights[1] >= MIN_WEIGHT;
            if !*awake {
                continue;
            }
            if let Some(slot) = self.active.get_mut(self.count) {
                let (low, high) = (density.below(low), density.below(high));
                *slot = Active { density: *density, weights, low, high, middle: [low; 2] };
                self.count += 1;
            }
        }
    }

    fn active(&mut self) -> &mut [Active] {
        self.active.get_mut(..self.count).unwrap_or_default()
    }

    /// The chances that the value is in [from, to) rather than elsewhere in the interval.
    pub(super) fn hole(&mut self, from: i64, to: i64) -> [u32; AVERAGES] {
        let mut sums = [[0u64; 2]; AVERAGES];
        for active in self.active() {
            active.middle = [active.density.below(from), active.density.below(to)];
            let (inside, all) = (part(active.middle[0], active.middle[1]), part(active.low, active.high));
            for (sum, weight) in sums.iter_mut().zip(active.weights) {
                sum[0] += u64::from(weight) * inside;
                sum[1] += u64::from(weight) * all;
            }
        }
        sums.map(chance)
    }

    /// The chances that a value in the interval but not in the hole is above the hole.
    pub(super) fn above_hole(&mut self) -> [u32; AVERAGES] {
        let mut sums = [[0u64; 2]; AVERAGES];
        for active in self.active() {
            let (above, below) = (part(active.middle[1], active.high), part(active.low, active.middle[0]));
            for (sum, weight) in sums.iter_mut().zip(active.weights) {
                sum[0] += u64::from(weight) * above;
                sum[1] += u64::from(weight) * (above + below);
            }
        }
        sums.map(chance)
    }

    /// The chances that a value in the interval is at `bound` or above.
    pub(super) fn split(&mut self, bound: i64) -> [u32; AVERAGES] {
        let mut sums = [[0u64; 2]; AVERAGES];
        for active in self.active() {
            let middle = active.density.below(bound);
            active.middle = [middle; 2];
            let (above, all) = (part(middle, active.high), part(active.low, active.high));
            for (sum, weight) in sums.iter_mut().zip(active.weights) {
                sum[0] += u64::from(weight) * above;
                sum[1] += u64::from(weight) * all;
            }
        }
        sums.map(chance)
    }

    /// The value is above what was asked about last, or below.
    pub(super) fn go(&mut self, up: bool) {
        for active in self.active() {
            if up {
                active.low = active.middle[1];
            } else {
                active.high = active.middle[0];
            }
        }
    }

    /// The value was in [from, to). Densities that were left out learn only now and then.
    pub(super) fn learn(&mut self, densities: &[Density], from: i64, to: i64) {
        let is_turn = self.values.is_multiple_of(1 << SELDOM);
        self.values = self.values.wrapping_add(1);
        let [short, long] = &mut self.likely;
        for ((density, awake), (short, long)) in
            densities.iter().zip(&self.awake).zip(short.iter_mut().zip(long))
        {
            if *awake || is_turn {
                let mass = part(density.below(from), density.below(to)).max(16);
                let log = log2(mass) - (32 << 8);
                // What is seldom looked at learns as if it had been alike in between.
                let faster = if *awake { 0 } else { SELDOM };
                *short += (log << faster) - (*short >> (MEMORY[0] - faster));
                *long += (log << faster) - (*long >> (MEMORY[1] - faster));
            }
        }
    }
}

/// log2(x) in units of 2^-8, x above 0, of its nine leading bits.
#[inline]
pub(super) fn log2(x: u64) -> i32 {
    let whole = 63 - (x | 1).leading_zeros();
    let leading = (x << (63 - whole) << 1) >> 56;
    (whole << 8) as i32 + LOG2.get(leading as usize).copied().map_or(0, i32::from)
}

/// log2(1 + i / 256) in units of 2^-8, rounded down.
#[expect(clippy::indexing_slicing, reason = "evaluated while compiling")]
static LOG2: [u8; 256] = {
    let (mut table, mut i) = ([0; 256], 0);
    while i < table.len() {
        table[i] = ((log2_q16(256 + i as u64) >> 8) & 255) as u8;
        i += 1;
    }
    table
};

#[inline]
fn part(low: u32, high: u32) -> u64 {
    u64::from(high.saturating_sub(low))
}

/// 2^-(behind / 256) in units of 2^-16, its fraction by a straight line.
#[inline]
pub(super) fn weight(behind: i32) -> u32 {
    let (whole, fraction) = (behind >> 8, behind & 255);
    (65_536 - 128 * fraction as u32) >> whole.clamp(0, 31)
}

/// A part of a whole as a chance; even if there is next to nothing to tell it from.
#[inline]
fn chance([part, all]: [u64; 2]) -> u32 {
    if all < 1 << 12 {
        return 1 << 15;
    }
    // The whole is below 2^54: shifted, the quotient is one of 47 bits by 31.
    let shift = 33u32.saturating_sub(all.leading_zeros());
    (((part >> shift << 16) / (all >> shift).max(1)) as u32).clamp(4, 65_531)
}

const _: () = assert!(ALL as u64 * 65_536 * (MAX as u64) < 1 << 54);
