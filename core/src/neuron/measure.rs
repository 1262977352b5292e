//! What a neuron gains on a series, so that a bench can say it.

use super::Neuron;
use crate::num::{log2_q16, zigzag};

/// How well a neuron predicted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Measure {
    /// Samples of the series.
    pub(crate) samples: u64,
    /// Those that were predicted exactly.
    pub(crate) exact: u64,
    /// The sum of log2(1 + zigzag(surprise)), in units of 2^-16: about the bits that the surprises carry.
    pub bits_q16: u64,
    /// The sum of the distances between samples and predictions.
    pub(crate) missed: u128,
}

/// Lets a neuron predict and then see each sample.
pub fn measure(neuron: &mut dyn Neuron, series: &[i64]) -> Measure {
    let mut total = Measure::default();
    for &sample in series {
        let predicted = neuron.predict();
        let surprise = zigzag(neuron.surprise(sample));
        total.samples += 1;
        total.exact += u64::from(surprise == 0);
        total.bits_q16 = total.bits_q16.saturating_add(log2_q16(surprise.saturating_add(1)).into());
        total.missed += u128::from(sample.abs_diff(predicted));
        neuron.adapt(sample);
    }
    total
}
