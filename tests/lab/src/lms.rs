//! Dual prediction by a least-mean-square filter, after Santini and Roemer, "An adaptive strategy for quality-based data
//! reduction in wireless sensor networks" (INSS 2006): what dual prediction has been compared with since.
//!
//! Both ends predict the next sample as a weighted sum of the last N. First (initialisation) N samples are reported, and
//! the step size is set two orders of magnitude below 1 / (their mean power); the weights begin as a mean. Then (normal mode) every sample is reported
//! and the weights move by step * error * inputs. Once N predictions in a row were good, the sensor is silent
//! (stand-alone mode) and both ends take the prediction for the sample, until one is not good.

/// When the sensor falls silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// After as many good predictions in a row as the filter has taps.
    Published,
    /// After one; and the step follows the power of the last inputs, so that the filter cannot run away.
    Eager,
}

/// The step by the inputs' energy, where it follows that: the best of 0.01, 0.1 and 1 within 0.5 of temperatures.
const FOLLOWING: f64 = 0.1;

/// The filter.
#[derive(Debug)]
pub(crate) struct Lms {
    weights: Vec<f64>,
    /// The newest last.
    past: Vec<f64>,
    step: f64,
}

impl Lms {
    /// Numbers of taps that are tried.
    pub(crate) const TAPS: [usize; 7] = [4, 5, 6, 7, 8, 9, 10];

    /// Reports that are sent of `samples`, so that none is taken for one more than `within` from it.
    pub(crate) fn sent(samples: &[f64], within: f64, taps: usize, rule: Rule) -> u64 {
        let (first, rest) = samples.split_at(taps.min(samples.len()));
        let power = first.iter().map(|x| x * x).sum::<f64>() / first.len().max(1) as f64;
        let step = if power > 0.0 { 0.01 / power } else { 0.0 };
        let mut filter = Self { weights: vec![1.0 / taps as f64; taps], past: first.to_vec(), step };
        let (mut sent, mut good) = (first.len() as u64, 0);
        let enough = if rule == Rule::Published { taps } else { 1 };
        for &sample in rest {
            let told = filter.predict();
            // A filter that has run away predicts no number at all, and that is not good.
            let is_good = (sample - told).abs() <= within;
            if is_good && good >= enough {
                filter.push(told);
                continue;
            }
            sent += 1;
            good = if is_good { good + 1 } else { 0 };
            if rule == Rule::Eager {
                filter.step =
                    FOLLOWING / filter.past.iter().map(|x| x * x).sum::<f64>().max(f64::MIN_POSITIVE);
            }
            filter.learn(sample - told);
            filter.push(sample);
        }
        sent
    }

    fn predict(&self) -> f64 {
        self.weights.iter().zip(&self.past).map(|(w, x)| w * x).sum()
    }

    fn learn(&mut self, error: f64) {
        self.weights.iter_mut().zip(&self.past).for_each(|(w, x)| *w += self.step * error * x);
    }

    fn push(&mut self, sample: f64) {
        self.past.rotate_left(1);
        self.past.pop();
        self.past.push(sample);
    }
}

/// Reports that send-on-delta sends: the last report is taken for every sample within the bound of it.
pub(crate) fn held(samples: &[f64], within: f64) -> u64 {
    let mut last = None;
    let told = |sample: &&f64| {
        // What is on the bound but for the last bit of a float is within it.
        let silent = last.is_some_and(|last: f64| (**sample - last).abs() <= within * (1.0 + 1e-9));
        if !silent {
            last = Some(**sample);
        }
        !silent
    };
    samples.iter().filter(told).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_is_silent_and_noise_is_not() {
        let constant = [20.0; 500];
        assert_eq!(held(&constant, 0.5), 1);
        assert_eq!(Lms::sent(&constant, 0.5, 4, Rule::Published), 8);
        assert_eq!(Lms::sent(&constant, 0.5, 4, Rule::Eager), 5);
        let saw: Vec<f64> = (0..500).map(|i| f64::from(i * 7919 % 101)).collect();
        assert!(held(&saw, 0.5) > 450 && Lms::sent(&saw, 0.5, 4, Rule::Published) > 450);
    }
}
