//! Normalised least mean squares and nothing else: what the linear neuron is measured by.
//!
//! The next step is a weighted sum of the last eight, within twice the largest of late. Weights are in units of 2^-32 and
//! move by 1/32 of error * step / energy; the energy is at least a quarter of the square of the largest step of late.

const LAGS: usize = 8;
/// Inputs and errors are scaled to so many bits.
const BITS: i32 = 20;

/// The predictor.
#[derive(Debug, Default)]
pub(crate) struct Nlms {
    weights: [i64; LAGS],
    steps: [i64; LAGS],
    last: Option<i64>,
    envelope: u64,
}

impl Nlms {
    fn reach(&self) -> u64 {
        self.steps.iter().fold(self.envelope, |most, step| most.max(step.unsigned_abs()))
    }

    /// The next step in units of 2^-16.
    fn lean(&self) -> i128 {
        let sum: i128 =
            self.steps.iter().zip(&self.weights).map(|(x, w)| i128::from(*x) * i128::from(*w)).sum();
        let reach = i128::from(self.reach()) << 17;
        (sum >> 16).clamp(-reach, reach)
    }

    /// The next sample.
    pub(crate) fn predict(&self) -> i64 {
        let next = i128::from(self.last.unwrap_or(0)) + ((self.lean() + (1 << 15)) >> 16);
        next.clamp(i64::MIN.into(), i64::MAX.into()) as i64
    }

    /// Takes a sample and learns from it.
    pub(crate) fn adapt(&mut self, sample: i64) {
        let Some(last) = self.last.replace(sample) else { return };
        let step = sample.saturating_sub(last);
        self.learn(step);
        self.steps.rotate_right(1);
        self.steps[0] = step;
        self.envelope = (self.envelope - self.envelope.div_ceil(64)).max(step.unsigned_abs());
    }

    fn learn(&mut self, step: i64) {
        let reach = self.reach();
        if reach == 0 {
            return;
        }
        let down = 64 - reach.leading_zeros() as i32 - BITS;
        let error = scaled((i128::from(step) << 16) - self.lean(), down + 16).clamp(-1 << BITS, 1 << BITS);
        let inputs = self.steps.map(|step| scaled(step.into(), down));
        let energy: i64 = inputs.iter().map(|x| x * x).sum();
        let gain = ((error << 11) << 26) / energy.max(1 << (2 * BITS - 2));
        for (weight, x) in self.weights.iter_mut().zip(inputs) {
            let most = 16 << 32;
            *weight = (*weight + ((gain * x + (1 << 9)) >> 10)).clamp(-most, most);
        }
    }
}

/// value / 2^down, rounded toward minus infinity.
fn scaled(value: i128, down: i32) -> i64 {
    (if down >= 0 { value >> down } else { value << -down }) as i64
}
