//! Whether surprises have become larger or smaller for good: the two-sided test of Page and Hinkley on their logarithms.
//!
//! With x = log2(1 + size) and its mean of late, two sums are kept: of x - mean - tolerance and of mean - x - tolerance,
//! never below 0, x held within [`REACH`] of the mean. One over the threshold is a drift; everything begins anew.
//! Logarithms make it blind to units and deaf to spikes: k octaves more for good are told after about
//! [`THRESHOLD`] / (k - [`TOLERANCE`]) samples; the mean follows over about 2048, so what comes slower is not a drift.

use crate::{neuron::scale::Average, num::log2_q16};

/// Tuning: how far from the mean, in octaves, counts as nothing, in Q16: 1.
pub(crate) const TOLERANCE: i64 = 1 << 16;
/// Tuning: octaves in sum that are a drift, in Q16: 256.
pub(crate) const THRESHOLD: i64 = 256 << 16;
/// Tuning: how far from the mean, in octaves, a single sample counts at most, in Q16: 4.
pub(crate) const REACH: i64 = 4 << 16;
/// Samples after a drift, or the beginning, before the next can be told.
pub(crate) const SETTLE: u32 = 128;

/// Which way it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drift {
    /// Surprises are larger than before: what was learnt no longer holds.
    Worse,
    /// Surprises are smaller than before.
    Better,
}

/// The test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct PageHinkley {
    mean: Average<2048>,
    worse: i64,
    better: i64,
    seen: u32,
}

impl PageHinkley {
    /// Takes the size of a surprise; tells a drift.
    pub(crate) fn push(&mut self, surprise: u64) -> Option<Drift> {
        let size = i64::from(log2_q16(surprise.saturating_add(1)));
        self.seen = self.seen.saturating_add(1);
        // The mean is of Q16 numbers, in Q16.
        let off = (size - (self.mean.mean() >> 16) as i64).clamp(-REACH, REACH);
        self.mean.push(size);
        if self.seen <= SETTLE {
            return None;
        }
        self.worse = (self.worse + off - TOLERANCE).max(0);
        self.better = (self.better - off - TOLERANCE).max(0);
        let drift = match () {
            () if self.worse > THRESHOLD => Drift::Worse,
            () if self.better > THRESHOLD => Drift::Better,
            () => return None,
        };
        *self = Self::default();
        Some(drift)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::Random;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    fn drifts(sizes: impl Iterator<Item = u64>) -> Vec<(usize, Drift)> {
        let mut test = PageHinkley::default();
        sizes.enumerate().filter_map(|(i, s)| test.push(s).map(|d| (i, d))).collect()
    }

    #[test]
    fn a_lasting_change_is_told_once_and_noise_is_not() {
        let mut random = Random::new(1, 0);
        let mut noise = |scale: u64| random.below(scale) + random.below(scale);
        let sizes: Vec<u64> =
            (0..6000).map(|i| noise(if (2000..4000).contains(&i) { 8000 } else { 1000 })).collect();
        let found = drifts(sizes.into_iter());
        let [(up, Drift::Worse), (down, Drift::Better)] = found[..] else { panic!("{found:?}") };
        assert!((2000..2200).contains(&up) && (4000..4300).contains(&down), "{found:?}");
    }

    #[test]
    fn single_spikes_are_no_drift() {
        assert_eq!(drifts((0..5000).map(|i| if i % 100 == 99 { 1 << 30 } else { 100 })), []);
    }

    proptest! {
        #[test]
        fn sums_are_bounded(sizes in prop::collection::vec(any::<u64>(), 0..500)) {
            let mut test = PageHinkley::default();
            for s in sizes {
                test.push(s);
                prop_assert!(test.worse <= THRESHOLD && test.better <= THRESHOLD);
            }
        }
    }
}
