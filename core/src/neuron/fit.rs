//! Training a linear neuron on a series that is there as a whole: which steps to look at, and what they count.
//!
//! Two sets of lags are tried: the last eight steps, and, if steps recur with a period, the last four and those around
//! one and two periods ago. The period is the lag, up to 255, at which steps go together most (their autocorrelation).
//! The set that predicts the series with fewer bits is taken.
//! Called by `gene train`.

use super::{Linear, LinearGene, Measure, Neuron, linear::LAGS, measure};
use alloc::vec::Vec;

/// The shortest period that is not within the last eight steps anyway.
const MIN_PERIOD: usize = LAGS + 1;
/// Tuning: steps go together if their products sum to at least so many 16ths of their energy.
const TOGETHER: i64 = 2;
/// Steps are scaled to so many bits; with 2^24 of them sums stay below 2^62.
const BITS: u32 = 19;
/// Limit: steps that are looked at for a period.
const MAX_STEPS: usize = 1 << 24;

/// The neuron that has gone through the series and predicts it with the fewest bits.
pub fn fit(samples: &[i64]) -> Linear {
    let seasonal = period(samples).and_then(lags_of);
    let lags = core::iter::once(LinearGene::FRESH.lags).chain(seasonal);
    let all = lags.map(|lags| gone_through(LinearGene { lags, ..LinearGene::FRESH }, samples));
    // The first of equals.
    let best = all.min_by_key(|(_, measure)| measure.bits_q16);
    best.map_or_else(Linear::new, |(neuron, _)| neuron)
}

fn gone_through(gene: LinearGene, samples: &[i64]) -> (Linear, Measure) {
    let mut neuron = Linear::from_gene(gene);
    let measure = measure(&mut neuron as &mut dyn Neuron, samples);
    (neuron, measure)
}

/// The last four steps, three around one period ago, and one two periods ago if that is within reach.
fn lags_of(period: u8) -> Option<[u8; LAGS]> {
    // The step that ended a period before the next one is `period` steps back.
    let twice = period.checked_mul(2).unwrap_or(0);
    Some([1, 2, 3, 4, period.checked_sub(1)?, period, period.checked_add(1)?, twice])
}

/// The lag at which steps go together most, if they do so at all.
fn period(samples: &[i64]) -> Option<u8> {
    let pairs = samples.iter().zip(samples.iter().skip(1)).take(MAX_STEPS);
    let mut steps: Vec<i64> = pairs.map(|(a, b)| b.saturating_sub(*a)).collect();
    let largest = steps.iter().map(|s| s.unsigned_abs()).max()?;
    let down = (64 - largest.leading_zeros()).saturating_sub(BITS);
    steps.iter_mut().for_each(|s| *s >>= down);
    let energy: i64 = steps.iter().map(|s| s * s).sum();
    let together = |lag: usize| -> i64 {
        let earlier = steps.iter();
        steps.get(lag..).unwrap_or(&[]).iter().zip(earlier).map(|(a, b)| a * b).sum()
    };
    let all = (MIN_PERIOD..255).map(|lag| (together(lag), lag));
    let (most, lag) = all.max_by_key(|(sum, lag)| (*sum, usize::MAX - lag))?;
    if most > energy / 16 * TOGETHER { u8::try_from(lag).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::Random;

    #[test]
    fn a_period_is_found_and_pays() {
        let mut random = Random::new(8, 0);
        let day: Vec<i64> = (0..48).map(|_| random.below(10_000) as i64).collect();
        let series: Vec<i64> = (0..4000).map(|i| day[i % 48] + random.below(200) as i64).collect();
        assert_eq!(period(&series), Some(48));
        let fitted = fit(&series);
        assert_eq!(fitted.gene().lags, [1, 2, 3, 4, 47, 48, 49, 96]);
        let (_, with) = gone_through(fitted.gene(), &series);
        let (_, without) = gone_through(LinearGene::FRESH, &series);
        assert!(with.bits_q16 * 4 < without.bits_q16 * 3, "{with:?} {without:?}");
    }

    #[test]
    fn noise_has_no_period_and_nothing_is_no_trouble() {
        let mut random = Random::new(9, 0);
        let series: Vec<i64> = (0..3000).map(|_| random.next_u64().cast_signed()).collect();
        assert_eq!(fit(&series).gene().lags, LinearGene::FRESH.lags);
        assert_eq!(fit(&[]).gene(), LinearGene::FRESH);
        assert_eq!(fit(&[5; 300]).gene(), LinearGene::FRESH);
        fit(&[i64::MIN, i64::MAX, 0, i64::MIN]);
    }
}
