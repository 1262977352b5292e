//! The predictors of one column, in small integers: hold, linear, clock and expert.
//!
//! | predictor | the next sample is | for |
//! |---|---|---|
//! | hold | the last one | words, states, what only wanders |
//! | linear | the last one plus a weighted sum of the last eight steps | what goes on as it went |
//! | clock | the last one plus the usual step | time stamps, counters |
//! | expert | as linear, with the weights of a gene, which do not learn | the first rows; what a gene knows better |
//!
//! All of them follow every sample that both ends hold, whichever of them is asked. Samples are within [`MAX`], steps are
//! kept in 32 bits, so that a column takes little memory and a board little time.

use crate::neuron::{
    learner::{self, MIN_ENERGY, Steps},
    lms::Lms,
};

/// Limit: predictions and what both ends hold are within it.
pub(super) const MAX: i64 = (1 << 62) - 1;
/// Wire: steps that are weighed.
pub(super) const LAGS: usize = 8;
/// Wire: bits after the point of a weight in a key.
const KEY_POINT: u32 = 5;
/// Wire: of the step that the weights tell, so many 16ths are believed.
const BELIEVED: i64 = 15;
/// Wire: how fast weights learn, Q16: 1/16.
const RATE: i64 = 1 << 12;

/// The last sample and the steps that led to it, the newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Past {
    pub(super) last: i64,
    pub(super) steps: [i32; LAGS],
}

impl Past {
    /// Takes the next sample.
    pub(super) fn push(&mut self, sample: i64) {
        // Both are within 2^62.
        let step = (sample - self.last).clamp(-i64::from(i32::MAX), i32::MAX.into()) as i32;
        self.last = sample;
        let [a, b, c, d, e, f, g, _] = self.steps;
        self.steps = [step, a, b, c, d, e, f, g];
    }

    /// The steps, scaled so that the largest of them and of `least` has 20 bits.
    fn scaled(&self, least: u64) -> Steps {
        let reach = self.steps.iter().fold(least, |most, step| most.max(step.unsigned_abs().into()));
        Steps::new(self.steps.map(i64::from), 0, reach)
    }
}

/// Weights of the last steps, learnt by normalised least mean squares as in [neurons](crate::neuron).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Weights(Lms);

impl Default for Weights {
    fn default() -> Self {
        Self::new(&[0; LAGS])
    }
}

impl Weights {
    /// Begins with these weights (Q16).
    pub(super) fn new(weights: &[i32; LAGS]) -> Self {
        Self(Lms::fine(weights, RATE, MIN_ENERGY))
    }

    /// Begins with weights in 32nds.
    pub(super) fn coarse(weights: [i8; LAGS]) -> Self {
        Self::new(&weights.map(|w| i32::from(w) << (16 - KEY_POINT)))
    }

    /// The weights in 32nds, rounded to nearest.
    pub(super) fn rounded(&self) -> [i8; LAGS] {
        let mut rounded = [0; LAGS];
        for (place, weight) in rounded.iter_mut().zip(self.0.weights()) {
            let half = 1 << (16 - KEY_POINT - 1);
            *place = ((weight + half) >> (16 - KEY_POINT)).clamp(i8::MIN.into(), i8::MAX.into()) as i8;
        }
        rounded
    }

    /// The next sample. A step is never told to be more than twice the largest of the last.
    pub(super) fn predict(&self, past: &Past) -> i64 {
        let steps = past.scaled(0);
        let step = steps.held(self.0.predict(&steps.inputs) / 16 * BELIEVED);
        (past.last + steps.unscaled(step)).clamp(-MAX, MAX)
    }

    /// Learns from a sample that was a surprise. What is smaller than `within` is noise.
    pub(super) fn learn(&mut self, past: &Past, sample: i64, within: u64) {
        let steps = past.scaled(within);
        let finer = 16 - learner::POINT;
        let told = self.0.predict(&steps.inputs) >> finer;
        let error = i64::from(steps.scaled(sample.saturating_sub(past.last))) - told;
        self.0.learn(&steps.inputs, error << finer);
    }
}

/// The usual step. A step is usual when it comes twice in a row, so that one gap does not change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Clock {
    pub(super) step: i64,
    /// The last step.
    pub(super) latest: i64,
}

impl Clock {
    /// The sample after `last`.
    pub(super) fn predict(&self, last: i64) -> i64 {
        last.saturating_add(self.step).clamp(-MAX, MAX)
    }

    /// Takes the sample after `last`.
    pub(super) fn push(&mut self, last: i64, sample: i64) {
        let step = sample - last;
        if step == self.latest || *self == Self::default() {
            self.step = step;
        }
        self.latest = step;
    }
}

/// Which predictor is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[repr(u8)]
pub(super) enum Mode {
    #[default]
    Hold = 0,
    Linear = 1,
    Clock = 2,
    Expert = 3,
}

impl Mode {
    const ALL: [Self; 4] = [Self::Hold, Self::Linear, Self::Clock, Self::Expert];

    /// Those that a column may go over to.
    pub(super) fn others(self, has_expert: bool) -> impl DoubleEndedIterator<Item = Self> + Clone {
        Self::ALL.into_iter().filter(move |other| *other != self && (has_expert || *other != Self::Expert))
    }

    pub(super) const fn from_bits(bits: u64) -> Option<Self> {
        Some(match bits {
            0 => Self::Hold,
            1 => Self::Linear,
            2 => Self::Clock,
            3 => Self::Expert,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_clock_survives_a_gap_and_learns_a_new_step() {
        let (mut clock, mut last, mut surprises) = (Clock::default(), 1_000, std::vec![]);
        for (row, time) in [1010, 1020, 1030, 1500, 1510, 1520, 1525, 1530, 1535].into_iter().enumerate() {
            if clock.predict(last) != time {
                surprises.push(row);
            }
            clock.push(last, time);
            last = time;
        }
        assert_eq!(surprises, [0, 3, 6, 7]);
    }

    #[test]
    fn weights_learn_to_go_on() {
        let (mut past, mut weights) = (Past::default(), Weights::default());
        let sample = |i: i32| (f64::sin(f64::from(i) * 0.1) * 10_000.0) as i64;
        let mut late = 0;
        for i in 0..3000 {
            let missed = sample(i).abs_diff(weights.predict(&past));
            late = if i > 2500 { late.max(missed) } else { 0 };
            weights.learn(&past, sample(i), 10);
            past.push(sample(i));
        }
        // Steps are up to 1000; a 16th of them is not believed.
        assert!(late < 200, "{late}");
    }

    proptest! {
        #[test]
        fn nothing_overflows(
            samples in prop::collection::vec(prop_oneof![-MAX..=MAX, -100_i64..100], 1..80), within in 0_u64..1 << 60
        ) {
            let (mut past, mut weights, mut clock) = (Past::default(), Weights::default(), Clock::default());
            for sample in samples {
                prop_assert!(weights.predict(&past).abs() <= MAX);
                prop_assert!(clock.predict(past.last).abs() <= MAX);
                weights.learn(&past, sample, within);
                clock.push(past.last, sample);
                past.push(sample);
            }
        }
    }
}
