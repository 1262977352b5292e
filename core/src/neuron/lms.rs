//! Normalised least mean squares over the last steps of a series.

use alloc::{vec, vec::Vec};

/// A predictor of the next step from the last few.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lms {
    /// With `point` bits after the point, the oldest step's first.
    weights: Vec<i32>,
    point: u32,
    /// How fast it learns: mu in units of 2^-16.
    rate: i64,
    /// Energies are taken for at least this, so that lulls teach little.
    floor: i64,
    /// The last steps' squares together, and how many steps there were then.
    energy: i64,
    seen: usize,
}

/// Errors beyond this teach no more.
const MAX_ERROR: i64 = 1 << 20;
/// The largest weight: 32.
const MAX_WEIGHT: i64 = 32;
/// Bits after the point of weights that move by little.
const FINE: u32 = 26;

impl Lms {
    /// One that looks at so many steps.
    pub(crate) fn new(taps: usize, rate: i64) -> Self {
        Self { weights: vec![0; taps], point: 16, rate, floor: 0, energy: 0, seen: 0 }
    }

    /// One that goes on from these weights (Q16, the oldest step's first) and learns what is small, too: its weights are
    /// finer. Energies are taken for at least `floor`.
    pub(crate) fn fine(weights: &[i32], rate: i64, floor: i64) -> Self {
        let most = i32::MAX >> (FINE - 16);
        let weights = weights.iter().map(|w| (*w).clamp(-most, most) << (FINE - 16)).collect();
        Self { weights, point: FINE, rate, floor, energy: 0, seen: 0 }
    }

    /// The weights, in units of 2^-16, rounded to nearest, the oldest step's first.
    pub(crate) fn weights(&self) -> impl Iterator<Item = i32> {
        let down = self.point - 16;
        self.weights.iter().map(move |w| ((i64::from(*w) + ((1 << down) >> 1)) >> down) as i32)
    }

    /// The next step, in units of 2^-16, from the last steps, the newest last; 0 if there are too few of them.
    #[inline]
    pub(crate) fn predict(&self, steps: &[i32]) -> i64 {
        let Some(last) = steps.len().checked_sub(self.weights.len()).and_then(|from| steps.get(from..))
        else {
            return 0;
        };
        // Below 2^31 * 2^20 a product.
        let sum: i64 = self.weights.iter().zip(last).map(|(w, x)| i64::from(*w) * i64::from(*x)).sum();
        sum >> (self.point - 16)
    }

    /// The squares of the last steps together, worked out from those before if one step came since.
    #[inline]
    fn energy_of(&mut self, steps: &[i32], last: &[i32]) -> i64 {
        let square = |x: &i32| i64::from(*x) * i64::from(*x);
        let gone = steps.len().checked_sub(last.len() + 1).and_then(|at| steps.get(at));
        self.energy = match (gone, last.last()) {
            (Some(gone), Some(new)) if steps.len() == self.seen + 1 => {
                self.energy + square(new) - square(gone)
            }
            _ => last.iter().map(square).sum(),
        };
        self.seen = steps.len();
        self.energy
    }

    /// Learns that what came was `error` (units of 2^-16) more than predicted from `steps`.
    #[inline]
    pub(crate) fn learn(&mut self, steps: &[i32], error: i64) {
        let Some(last) = steps.len().checked_sub(self.weights.len()).and_then(|from| steps.get(from..))
        else {
            return;
        };
        if last.is_empty() {
            return;
        }
        let energy = self.energy_of(steps, last).max(self.floor);
        let error = (error >> 16).clamp(-MAX_ERROR, MAX_ERROR);
        // mu * error / energy in Q32: below 2^16 * 2^20 * 2^20.
        let gain = ((error * self.rate) << 20) / ((energy >> 12) + 16 * self.weights.len() as i64 + 1);
        let down = 48 - self.point;
        let most = (MAX_WEIGHT << self.point).min(i32::MAX.into());
        for (weight, x) in self.weights.iter_mut().zip(last) {
            // A gain may be as large as 2^56 / 2^9; clamped, the product stays below 2^63.
            let change = (gain.clamp(-(1 << 40), 1 << 40) * i64::from(*x) + (1 << (down - 1))) >> down;
            *weight = (i64::from(*weight) + change).clamp(-most, most) as i32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_oscillation_is_learnt() {
        let mut lms = Lms::new(16, 1311);
        let mut steps: Vec<i32> = Vec::new();
        let mut missed = Vec::new();
        for i in 0..4000 {
            let next = ((f64::from(i) * 0.4).sin() * 1000.0) as i32;
            let error = (i64::from(next) << 16) - lms.predict(&steps);
            missed.push((error >> 16).abs());
            lms.learn(&steps, error);
            steps.push(next);
        }
        let mean = |part: &[i64]| part.iter().sum::<i64>() / part.len() as i64;
        assert!(
            mean(&missed[3500..]) * 20 < mean(&missed[20..120]),
            "{} {}",
            mean(&missed[3500..]),
            mean(&missed[20..120])
        );
    }

    #[test]
    fn extremes_neither_panic_nor_overflow() {
        let mut lms = Lms::new(4, 1311);
        let mut steps = Vec::new();
        for i in 0..1000 {
            lms.learn(&steps, if i % 2 == 0 { i64::MAX / 2 } else { i64::MIN / 2 });
            steps.push(if i % 3 == 0 { 1 << 20 } else { -(1 << 20) });
        }
        assert!(lms.predict(&steps).abs() < 1 << 50);
    }
}
