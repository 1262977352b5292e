//! Least squares over a window that forgets: the weights with which a few inputs would have predicted best.
//!
//! Rows are collected in short blocks; after each block the sums of products are brought up to date and the weights
//! solved for anew, by a Cholesky factor in Q30. Every entry of such a factor of a matrix whose diagonal is at most one
//! is at most one itself, so nothing overflows; what rounding adds to that is clamped.

use alloc::{vec, vec::Vec};

/// Inputs and targets are clamped to this.
pub(crate) const MAX_INPUT: i32 = 1 << 20;
/// Rows of the first blocks, so that something is known early.
const FIRST_BLOCK: usize = 4;
/// As long as fewer rows were seen, blocks are short.
const FIRST_ROWS: u32 = 64;
/// One in Q30.
const ONE: i64 = 1 << 30;
/// The least pivot: 2^-20 in Q60.
const MIN_PIVOT: i64 = 1 << 40;
/// The largest weight, in Q16.
const MAX_WEIGHT: i64 = 1 << 24;

/// A linear predictor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LeastSquares {
    inputs: usize,
    /// Rows between two solutions.
    every: usize,
    /// Blocks after which half the weight of the past is gone, as a shift.
    memory: u32,
    /// Of each input and then the target, the rows since the last solution.
    block: Vec<i32>,
    filled: usize,
    rows: u32,
    blocks: u32,
    /// Sums of products, lower triangle with the target as the last row.
    sums: Vec<i64>,
    factor: Vec<i32>,
    scales: Vec<i32>,
    inverses: Vec<i64>,
    /// Q16.
    weights: Vec<i32>,
    /// What is believed of the weights (Q16) before rows tell, and as how many squared units of each input.
    belief: (Vec<i32>, i64),
}

impl LeastSquares {
    /// A predictor from so many inputs that looks back about 2^`window` rows and solves after every 2^`every`.
    pub(crate) fn new(inputs: usize, window: u32, every: u32) -> Self {
        let all = inputs + 1;
        Self {
            inputs,
            every: 1 << every,
            memory: window.saturating_sub(every).max(1),
            block: vec![0; all << every],
            filled: 0,
            rows: 0,
            blocks: 0,
            sums: vec![0; all * (all + 1) / 2],
            factor: vec![0; all * (all + 1) / 2],
            scales: vec![0; all],
            inverses: vec![0; all],
            weights: vec![0; inputs],
            belief: (Vec::new(), 0),
        }
    }

    /// Returns the weights (Q16) that would have predicted best in so many rows. `sums` are those of the products of their
    /// inputs: a lower triangle with the target as the last row.
    pub(crate) fn best_weights(inputs: usize, rows: u32, sums: Vec<i64>) -> Vec<i32> {
        let mut least = Self { sums, rows, ..Self::new(inputs, 0, 0) };
        least.solve();
        least.weights
    }

    /// Begins with these weights (Q16): they are believed as if each input had shown its own alone, `energy` in squares.
    /// What rows have shown fades, this does not.
    #[must_use]
    pub(crate) fn believing(mut self, weights: &[i32], energy: i64) -> Self {
        self.weights = weights.iter().take(self.inputs).copied().collect();
        self.belief = (self.weights.clone(), energy);
        self.believe(0);
        self
    }

    /// Adds what is believed to the sums, 2^-`fading` of it.
    fn believe(&mut self, fading: u32) {
        let energy = self.belief.1 >> fading;
        let last = self.inputs * (self.inputs + 1) / 2;
        let mut whole = 0;
        for (i, weight) in self.belief.0.iter().enumerate() {
            // Weights of 2^21 and energies of 2^38: below 2^59.
            let share = ((energy >> 8) * i64::from(*weight)) >> 8;
            whole += ((share >> 8) * i64::from(*weight)) >> 8;
            for (at, more) in [(i * (i + 3) / 2, energy), (last + i, share)] {
                if let Some(sum) = self.sums.get_mut(at) {
                    *sum += more;
                }
            }
        }
        if let Some(sum) = self.sums.last_mut() {
            *sum += whole;
        }
    }

    /// The target that `inputs` make likely, in units of 2^-16.
    #[inline]
    pub(crate) fn predict(&self, inputs: &[i32]) -> i64 {
        // 2^24 * 2^20 * 2^7 inputs: 2^51.
        self.weights.iter().zip(inputs).map(|(w, x)| i64::from(*w) * i64::from(*x)).sum()
    }

    /// The weights, in units of 2^-16.
    pub(crate) fn weights(&self) -> &[i32] {
        &self.weights
    }

    /// Learns what the target was.
    #[inline]
    pub(crate) fn learn(&mut self, inputs: &[i32], target: i32) {
        let row = self.filled;
        for (column, input) in self.block.chunks_exact_mut(self.every).zip(inputs.iter().chain([&target])) {
            if let Some(slot) = column.get_mut(row) {
                *slot = (*input).clamp(-MAX_INPUT, MAX_INPUT);
            }
        }
        self.filled += 1;
        let due = if self.rows < FIRST_ROWS { self.every.min(FIRST_BLOCK) } else { self.every };
        if self.filled >= due {
            self.absorb();
            self.solve();
        }
    }

    /// Adds the block to the sums.
    fn absorb(&mut self) {
        let forget = self.blocks >= 1 << self.memory;
        let filled = self.filled;
        let columns =
            || self.block.chunks_exact(self.every).map(|column| column.get(..filled).unwrap_or(column));
        let mut sums = self.sums.iter_mut();
        for (i, x) in columns().enumerate() {
            for (y, sum) in columns().take(i + 1).zip(sums.by_ref()) {
                // 2^40 a product, 2^10 or so rows within a window.
                let more: i64 = x.iter().zip(y).map(|(x, y)| i64::from(*x) * i64::from(*y)).sum();
                if forget {
                    *sum -= *sum >> self.memory;
                }
                *sum += more;
            }
        }
        if forget {
            self.believe(self.memory);
        }
        self.rows = self.rows.saturating_add(filled as u32);
        self.blocks = self.blocks.saturating_add(1);
        self.filled = 0;
    }

    fn solve(&mut self) {
        self.scale();
        self.factorise();
        self.substitute();
    }

    /// Halvings that bring each diagonal entry below one in Q30, above a quarter.
    fn scale(&mut self) {
        for (i, scale) in self.scales.iter_mut().enumerate() {
            let diagonal = self.sums.get(i * (i + 3) / 2).copied().unwrap_or(0);
            let bits = 64 - diagonal.leading_zeros() as i32;
            *scale = (bits - 30 + 1).div_euclid(2);
        }
    }

    fn factorise(&mut self) {
        let ridge = (7 + u32::BITS - self.rows.leading_zeros()).min(18);
        let mut start = 0;
        for i in 0..=self.inputs {
            let (done, open) = self.factor.split_at_mut(start);
            let (Some(row), Some(sums), Some(scale)) =
                (open.get_mut(..=i), self.sums.get(start..=start + i), self.scales.get(i).copied())
            else {
                return;
            };
            let mut above = 0;
            for j in 0..i {
                let (before, rest) = row.split_at_mut(j);
                let (Some(other), Some(slot)) = (done.get(above..=above + j), rest.first_mut()) else {
                    return;
                };
                let (Some(sum), Some(other_scale), Some(inverse)) =
                    (sums.get(j), self.scales.get(j), self.inverses.get(j))
                else {
                    return;
                };
                let scaled = shifted(*sum, scale + other_scale);
                let left = (scaled << 30).wrapping_sub(dot(before, other)) >> 30;
                let pivot = i64::from(other.last().copied().unwrap_or(0));
                *slot = ((left.clamp(-pivot, pivot) * inverse) >> 30) as i32;
                above += j + 1;
            }
            let (before, last) = row.split_at_mut(i);
            let diagonal = shifted(sums.last().copied().unwrap_or(0), 2 * scale);
            let diagonal = diagonal + (diagonal >> ridge) + 16;
            let pivot = (diagonal << 30).wrapping_sub(dot(before, before)).max(MIN_PIVOT);
            let root = (pivot.cast_unsigned().isqrt() as i64).min(2 * ONE - 1);
            if let (Some(slot), Some(inverse)) = (last.first_mut(), self.inverses.get_mut(i)) {
                *slot = root as i32;
                *inverse = (1 << 60) / root.max(1);
            }
            start += i + 1;
        }
    }

    /// The weights, from the last up.
    fn substitute(&mut self) {
        let n = self.inputs;
        let last = n * (n + 1) / 2;
        let target_scale = self.scales.get(n).copied().unwrap_or(0);
        // Q54: what the target's row leaves for each input.
        let mut left: Vec<i64> =
            self.factor.get(last..last + n).unwrap_or_default().iter().map(|z| i64::from(*z) << 24).collect();
        for i in (0..n).rev() {
            let (Some(here), Some(inverse), Some(scale)) =
                (left.get(i).copied(), self.inverses.get(i), self.scales.get(i))
            else {
                return;
            };
            // Q54 * Q30 to Q24.
            let weight = ((i128::from(here) * i128::from(*inverse)) >> 60).clamp(-(1 << 30), 1 << 30) as i64;
            let start = i * (i + 1) / 2;
            let row = self.factor.get(start..start + i).unwrap_or_default();
            for (left, entry) in left.iter_mut().zip(row) {
                *left = left.wrapping_sub(weight.wrapping_mul(i64::from(*entry)));
            }
            if let Some(slot) = self.weights.get_mut(i) {
                *slot = shifted(weight, 8 + scale - target_scale).clamp(-MAX_WEIGHT, MAX_WEIGHT) as i32;
            }
        }
    }
}

/// `value` / 2^`shift`; times a power of two if that is negative.
#[inline]
fn shifted(value: i64, shift: i32) -> i64 {
    if shift >= 0 { value >> shift.min(63) } else { value << (-shift).min(32) }
}

/// Entries are at most 2^31, and the sum of such products at most 2^60 but for rounding.
#[inline]
fn dot(a: &[i32], b: &[i32]) -> i64 {
    a.iter().zip(b).fold(0, |sum, (a, b)| sum.wrapping_add(i64::from(*a) * i64::from(*b)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::Random;

    /// Rows of inputs and the target that weights make of them, and noise.
    fn rows(weights: &[f64], noise: i64, count: usize) -> Vec<(Vec<i32>, i32)> {
        let mut random = Random::new(7, 1);
        let mut next = |most: i64| (random.next_u64() % (2 * most as u64 + 1)) as i64 - most;
        let row = |_| {
            let inputs: Vec<i32> = weights.iter().map(|_| next(2000) as i32).collect();
            let sum: f64 = weights.iter().zip(&inputs).map(|(w, x)| w * f64::from(*x)).sum();
            let target = sum as i32 + next(noise) as i32;
            (inputs, target)
        };
        (0..count).map(row).collect()
    }

    #[test]
    fn weights_are_found() {
        let weights = [0.5, -1.25, 3.0, 0.0, 0.01];
        let mut least = LeastSquares::new(weights.len(), 10, 4);
        rows(&weights, 20, 3000).iter().for_each(|(inputs, target)| least.learn(inputs, *target));
        for (found, exact) in least.weights().iter().zip(weights) {
            assert!((f64::from(*found) / 65_536.0 - exact).abs() < 0.01, "{found} {exact}");
        }
    }

    #[test]
    fn sums_of_all_rows_have_the_weights_of_rows_learnt_one_by_one() {
        let rows = rows(&[0.5, -1.25], 20, 320);
        let mut least = LeastSquares::new(2, 20, 4);
        rows.iter().for_each(|(inputs, target)| least.learn(inputs, *target));
        let columns =
            [0, 1, 2].map(|at| rows.iter().map(move |(inputs, target)| *inputs.get(at).unwrap_or(target)));
        let sum = |a: usize, b: usize| {
            columns[a].clone().zip(columns[b].clone()).map(|(a, b)| i64::from(a) * i64::from(b)).sum()
        };
        let sums = [(0, 0), (1, 0), (1, 1), (2, 0), (2, 1), (2, 2)].map(|(a, b)| sum(a, b)).to_vec();
        assert_eq!(LeastSquares::best_weights(2, 320, sums), least.weights());
    }

    #[test]
    fn a_change_is_learnt_within_the_window() {
        let mut least = LeastSquares::new(2, 7, 3);
        rows(&[1.0, 0.0], 5, 2000).iter().for_each(|(inputs, target)| least.learn(inputs, *target));
        rows(&[0.0, 1.0], 5, 1500).iter().for_each(|(inputs, target)| least.learn(inputs, *target));
        let [first, second] = least.weights() else { panic!("two weights") };
        assert!(first.abs() < 1000 && (second - 65_536).abs() < 1000, "{first} {second}");
    }

    #[test]
    fn extremes_neither_panic_nor_overflow() {
        let mut least = LeastSquares::new(3, 10, 4);
        for i in 0..4000i32 {
            let extreme = if i % 3 == 0 { i32::MIN } else { i32::MAX };
            least.learn(&[extreme, if i % 2 == 0 { extreme } else { 0 }, 0], extreme);
            assert!(least.predict(&[MAX_INPUT; 3]).abs() < 1 << 62);
        }
    }

    #[test]
    fn twins_share_their_weight() {
        let mut least = LeastSquares::new(2, 10, 4);
        for (inputs, target) in rows(&[2.0], 0, 1000) {
            least.learn(&[inputs[0], inputs[0]], target);
        }
        let sum: i64 = least.weights().iter().map(|w| i64::from(*w)).sum();
        assert!((sum - 2 * 65_536).abs() < 200, "{:?}", least.weights());
    }
}
