//! Samples that were standardised: each less their mean, divided by their standard deviation.
//!
//! Whole numbers that were standardised lie on a lattice, whose step and whose place their own mean and deviation give
//! away. So the whole numbers say what was printed, but for what rounding has moved.

use super::decimal::Significant;
use super::power::pow10;
use alloc::vec::Vec;

/// Samples that are standardised together at most.
pub(crate) const MAX_SAMPLES: usize = 1 << 12;
/// No sample reaches this.
const MAX: u64 = 1 << 40;
/// Decimals of a line at most.
const MAX_PLACES: u8 = 17;

/// How samples were standardised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Variant {
    /// The deviation is that of a sample: n - 1 divides the squares.
    pub(crate) of_sample: bool,
    /// What was printed was read again and standardised once more.
    pub(crate) twice: bool,
}

impl Variant {
    /// All there are.
    pub(crate) const ALL: [Self; 4] = [
        Self { of_sample: false, twice: false },
        Self { of_sample: true, twice: false },
        Self { of_sample: false, twice: true },
        Self { of_sample: true, twice: true },
    ];

    /// The places of standardised samples on a line; `None` if they are all the same, too large, too many or too few.
    pub(crate) fn places(self, samples: &[i64], line: Significant) -> Option<Vec<i64>> {
        let once = self.once(samples, line)?;
        if !self.twice {
            return Some(once);
        }
        let units: Option<Vec<i64>> = once.iter().map(|place| line.units(*place)).collect();
        self.once(&units?, line)
    }

    fn once(self, samples: &[i64], line: Significant) -> Option<Vec<i64>> {
        let standard = Standard::new(samples, self.of_sample).filter(|_| line.places() <= MAX_PLACES)?;
        samples.iter().map(|sample| standard.place(*sample, line)).collect()
    }
}

/// What standardising does to some samples.
struct Standard {
    /// n and the sum of the samples: n times a sample less the sum is n times its distance from the mean.
    samples: i64,
    sum: i64,
    /// n times the deviation is `deviation` / 2^`shift`, 56 to 64 bits long.
    deviation: u128,
    shift: u32,
}

impl Standard {
    fn new(samples: &[i64], of_sample: bool) -> Option<Self> {
        let count = samples.len() as u128;
        let fits = |sample: &i64| sample.unsigned_abs() < MAX;
        if !(2..=MAX_SAMPLES).contains(&samples.len()) || !samples.iter().all(fits) {
            return None;
        }
        // Bits at most: 40 and 12 of sample and count, so 52 of the sum, 92 of the squares, 104 of both terms of the
        // spread, 116 of what is divided.
        let sum: i64 = samples.iter().sum();
        let squares: u128 = samples.iter().map(|sample| u128::from(sample.unsigned_abs()).pow(2)).sum();
        let spread = (squares * count).saturating_sub(u128::from(sum.unsigned_abs()).pow(2)) * count;
        if spread == 0 {
            return None;
        }
        let shift = spread.leading_zeros() / 2;
        let variance = (spread << (2 * shift)) / (count - u128::from(of_sample));
        Some(Self { samples: samples.len() as i64, sum, deviation: variance.isqrt().max(1), shift })
    }

    /// Where a standardised sample stands on a line.
    fn place(&self, sample: i64, line: Significant) -> Option<i64> {
        let distance = sample * self.samples - self.sum;
        // Its square is at most the spread, so this stays below 2^64, and below 2^121 when multiplied by 10^17.
        let above = u128::from(distance.unsigned_abs()) << self.shift;
        let mut decade = 0;
        let place = loop {
            let unit = pow10(line.places().checked_sub(decade)?)?;
            let mantissa = (above * u128::from(unit) + self.deviation / 2) / self.deviation;
            match u64::try_from(mantissa).ok().filter(|mantissa| *mantissa < line.first()) {
                Some(mantissa) => break line.in_decade(decade, mantissa),
                None => decade += 1,
            }
        };
        let place = i64::try_from(place).ok()?;
        Some(if distance < 0 { -place } else { place })
    }
}

/// Smallest step of a lattice, in the units that [`lattice`] takes.
const MIN_STEP: i64 = 10_000_000;
/// How far printed digits may be off, in the same units.
const SLACK: i64 = 50_000;
/// Divisors of the smallest gap tried.
const DIVISORS: i64 = 40;

/// The whole numbers that a lattice lends to values given in units of 10^-12, their smallest 0, if there is a lattice.
pub(crate) fn lattice(values: &[i64]) -> Option<Vec<i64>> {
    let lowest = values.iter().copied().min()?;
    let mut offsets: Vec<i64> =
        values.iter().map(|value| value.checked_sub(lowest)).collect::<Option<_>>()?;
    offsets.sort_unstable();
    offsets.dedup();
    let offsets = offsets.get(1..)?;
    let above = core::iter::once(&0).chain(offsets);
    let gap = offsets.iter().zip(above).map(|(high, low)| high - low).filter(|gap| *gap > SLACK).min()?;
    if offsets.last().is_none_or(|last| *last >= 1 << 46) {
        return None;
    }
    let steps = (1..=DIVISORS).map(|divisor| gap / divisor).take_while(|step| *step >= MIN_STEP);
    let step = steps.filter_map(|step| refined(offsets, step)).next()?;
    Some(values.iter().map(|value| nearest((value - lowest) << 16, step)).collect())
}

/// The step in units of 2^-16 if all offsets, which rise, are multiples of it.
fn refined(offsets: &[i64], step: i64) -> Option<i64> {
    let (mut step, mut last) = (step << 16, 0);
    for offset in offsets {
        let offset = offset << 16;
        let multiple = nearest(offset, step);
        if (offset - multiple * step).abs() > step / 8 + (SLACK << 16) {
            return None;
        }
        if multiple > last {
            (step, last) = (offset / multiple, multiple);
        }
    }
    let fits = |offset: &i64| {
        let offset = offset << 16;
        (offset - nearest(offset, step) * step).abs() <= step / 50 + (SLACK << 16)
    };
    (last > 0 && offsets.iter().all(fits)).then_some(step)
}

fn nearest(value: i64, step: i64) -> i64 {
    (value + step / 2) / step
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::Decimal;
    use proptest::prelude::*;

    /// As any program does it.
    fn standardised(samples: &[i64], of_sample: bool) -> Vec<f64> {
        let n = samples.len() as f64;
        let mean = samples.iter().sum::<i64>() as f64 / n;
        let squares: f64 = samples.iter().map(|sample| (*sample as f64 - mean).powi(2)).sum();
        let deviation = (squares / if of_sample { n - 1.0 } else { n }).sqrt();
        samples.iter().map(|sample| (*sample as f64 - mean) / deviation).collect()
    }

    proptest! {
        #[test]
        fn places_are_those_of_floats(samples in prop::collection::vec(-5000i64..5000, 2..300), of_sample: bool) {
            let line = Significant::new(8, 9).unwrap();
            let Some(places) = (Variant { of_sample, twice: false }).places(&samples, line) else {
                prop_assert!(samples.iter().all(|sample| *sample == samples[0]));
                return Ok(());
            };
            for (place, float) in places.iter().zip(standardised(&samples, of_sample)) {
                let Decimal { mantissa, places } = line.decimal(*place).unwrap();
                let back = mantissa as f64 / 10f64.powi(i32::from(places));
                let unit = 0.1f64.powi(i32::from(places));
                prop_assert!((back - float).abs() <= unit * 0.500_001, "{back} {float}");
            }
        }

        #[test]
        fn lattices_are_found(samples in prop::collection::vec(0i64..300, 8..100)) {
            let values: Vec<i64> = standardised(&samples, true).iter().map(|x| (x * 1e8).round() as i64 * 10_000).collect();
            let low = *samples.iter().min().unwrap();
            if let Some(found) = lattice(&values) {
                let (a, b) = (found.iter().max().unwrap(), samples.iter().max().unwrap() - low);
                // The lattice may be coarser if all samples share a divisor.
                prop_assert!(*a > 0 && b % a == 0, "{a} {b}");
                for (found, sample) in found.iter().zip(&samples) {
                    prop_assert_eq!(*found * (b / a), sample - low);
                }
            } else {
                prop_assert!(samples.iter().all(|sample| *sample == low));
            }
        }

        #[test]
        fn whatever_comes_is_none_or_places(samples in prop::collection::vec(any::<i64>(), 0..20), shift in 0u32..64, digits in 1u8..18, places in 0u8..=27, pick in 0usize..4) {
            let samples: Vec<i64> = samples.iter().map(|sample| sample >> shift).collect();
            let line = Significant::new(digits, places).unwrap();
            if let Some(found) = Variant::ALL[pick].places(&samples, line) {
                prop_assert_eq!(found.len(), samples.len());
            }
            let _ = lattice(&samples);
        }
    }
}
