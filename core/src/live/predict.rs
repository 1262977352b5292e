//! The predictors of one column, in small integers: hold, linear and clock.
//!
//! | predictor | the next sample is | for |
//! |---|---|---|
//! | hold | the last one | words, states, what only wanders |
//! | linear | the last one plus a weighted sum of the last eight steps | what goes on as it went |
//! | clock | the last one plus the usual step | time stamps, counters |
//!
//! All three follow every sample that both ends hold, whichever of them is asked. Samples are within [`MAX`], steps are
//! kept in 32 bits, so that a column takes little memory and a board little time.

/// Limit: predictions and what both ends hold are within it.
pub(super) const MAX: i64 = (1 << 62) - 1;
/// Wire: steps that are weighed.
pub(super) const LAGS: usize = 8;
/// Wire: bits after the point of a weight.
pub(super) const POINT: u32 = 24;
/// Wire: the largest weight.
const MAX_WEIGHT: i64 = 4 << POINT;
/// Wire: of the step that the weights tell, so many 16ths are believed.
const BELIEVED: i64 = 15;
/// Wire: how fast weights learn, in 4096ths.
const RATE: i64 = 205;
/// Errors and steps are scaled to so many bits.
const BITS: u32 = 20;

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
}

/// What the steps count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Weights(pub(super) [i32; LAGS]);

impl Weights {
    /// The step that follows, in units of 2^-24: below 8 * 2^31 * 2^26.
    fn lean(&self, past: &Past) -> i64 {
        past.steps.iter().zip(&self.0).map(|(s, w)| i64::from(*s) * i64::from(*w)).sum()
    }

    /// The next sample. A step is never told to be more than twice the largest of the last.
    pub(super) fn predict(&self, past: &Past) -> i64 {
        let reach = past.steps.iter().map(|s| i64::from(s.unsigned_abs())).max().unwrap_or(0) * 2;
        let step = ((self.lean(past) / 16 * BELIEVED) + (1 << (POINT - 1))) >> POINT;
        (past.last + step.clamp(-reach, reach)).clamp(-MAX, MAX)
    }

    /// Learns from a sample that was a surprise. What is smaller than `within` is noise.
    pub(super) fn learn(&mut self, past: &Past, sample: i64, within: u64) {
        let reach = past.steps.iter().map(|s| u64::from(s.unsigned_abs())).max().unwrap_or(0).max(within);
        let down = (64 - reach.leading_zeros()).saturating_sub(BITS);
        let told = past.last + (self.lean(past) >> POINT);
        let most = 1 << (BITS + 1);
        let error = (sample.saturating_sub(told) >> down).clamp(-most, most);
        let noise = (within >> down) as i64;
        let steps = past.steps.map(|s| i64::from(s) >> down);
        // Below 9 * 2^40; the products below 2^21 * 2^8 * 2^20 * 2^12 = 2^61.
        let energy = (steps.iter().map(|s| s * s).sum::<i64>() + noise * noise / 2).max(1);
        for (weight, step) in self.0.iter_mut().zip(steps) {
            let change = ((error * RATE * step) << (POINT - 12)) / energy;
            *weight = (i64::from(*weight) + change).clamp(-MAX_WEIGHT, MAX_WEIGHT) as i32;
        }
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
}

impl Mode {
    pub(super) const fn from_bits(bits: u64) -> Option<Self> {
        Some(match bits {
            0 => Self::Hold,
            1 => Self::Linear,
            2 => Self::Clock,
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
