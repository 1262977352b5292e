//! The discrete Gaussian by integers: Canonne, Kamath and Steinke, "The Discrete Gaussian for Differential Privacy" (2020).
//!
//! A sample `x` of variance parameter `s = numerator / denominator` has a probability proportional to `exp(-x^2 / 2s)`. It is a
//! discrete Laplace sample of scale `t = floor(sqrt(s)) + 1` that a coin of probability `exp(-(|x| - s/t)^2 / 2s)` lets pass;
//! such coins are made of coins of rational probability, and those of uniform integers.

use blake3::OutputReader;
use core::fmt;

/// Limit: the largest numerator and denominator of a variance.
pub const MAX_VARIANCE: u64 = 1 << 48;

/// Randomness that comes of a seed nobody knows.
pub struct Noise(OutputReader);

impl fmt::Debug for Noise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Noise").finish_non_exhaustive()
    }
}

impl Noise {
    /// Randomness of a secret seed, which must not be used again.
    pub fn new(seed: &[u8; 32]) -> Self {
        Self(blake3::Hasher::new_derive_key("qres 2026 noise 1").update(seed).finalize_xof())
    }

    /// A sample whose variance parameter is `numerator / denominator`; both are at least 1, and [`MAX_VARIANCE`] at most.
    pub fn gaussian(&mut self, numerator: u64, denominator: u64) -> i64 {
        let [n, d] = [numerator, denominator].map(|part| u128::from(part.clamp(1, MAX_VARIANCE)));
        let scale = (n / d).isqrt() + 1;
        // What the coin's exponent is divided by: below 2^1 2^48 2^48 2^26 with either part large, never with both.
        let divisor = (2 * n * d).saturating_mul(scale * scale);
        loop {
            let sample = self.laplace(scale);
            let size = u128::from(sample.unsigned_abs());
            let distance = (size * scale).saturating_mul(d).abs_diff(n);
            if self.decays(distance.saturating_mul(distance), divisor) {
                return sample;
            }
        }
    }

    /// A sample of the discrete Laplace distribution.
    fn laplace(&mut self, scale: u128) -> i64 {
        loop {
            let low = self.below(scale);
            if !self.decays(low, scale) {
                continue;
            }
            let mut high = 0_u128;
            while self.decays(1, 1) {
                high += 1;
            }
            let size = i64::try_from(low + scale * high).unwrap_or(i64::MAX);
            let is_negative = self.below(2) == 1;
            // Zero has one sign only.
            match (is_negative, size) {
                (true, 0) => {}
                (true, _) => return -size,
                (false, _) => return size,
            }
        }
    }

    /// True with the probability `exp(-numerator / denominator)`.
    fn decays(&mut self, mut numerator: u128, denominator: u128) -> bool {
        while numerator > denominator {
            if !self.decays_little(1, 1) {
                return false;
            }
            numerator -= denominator;
        }
        self.decays_little(numerator, denominator)
    }

    /// The same, where the numerator is no larger: the chance that a run of ever rarer successes has an even length.
    fn decays_little(&mut self, numerator: u128, denominator: u128) -> bool {
        let mut attempt = 1_u128;
        while self.below(denominator.saturating_mul(attempt)) < numerator {
            attempt += 1;
        }
        attempt % 2 == 1
    }

    /// A uniform number below `end`, which is not 0.
    fn below(&mut self, end: u128) -> u128 {
        let mask = u128::MAX >> (end - 1).leading_zeros().min(127);
        loop {
            let mut bytes = [0; 16];
            self.0.fill(&mut bytes);
            let number = u128::from_le_bytes(bytes) & mask;
            if number < end {
                return number;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{collections::BTreeMap, vec::Vec};

    /// Probabilities of 0, 1, 2 and so on where the standard deviation is 1/2, 1, 2 and 4, by an independent program.
    const KNOWN: [(u64, u64, &[f64]); 4] = [
        (1, 4, &[0.7865707070419479, 0.10645076942314473, 0.0002638650764154286]),
        (
            1,
            1,
            &[
                0.3989422782668617,
                0.24197072322446062,
                0.05399096622430529,
                0.004431848388225065,
                0.00013383022504881656,
            ],
        ),
        (
            4,
            1,
            &[
                0.19947114020071635,
                0.17603266338214976,
                0.12098536225957168,
                0.06475879783294587,
                0.02699548325659403,
            ],
        ),
        (
            16,
            1,
            &[
                0.09973557010035818,
                0.09666702920071236,
                0.08801633169107488,
                0.07528435803870111,
                0.06049268112978584,
            ],
        ),
    ];

    #[test]
    fn samples_come_as_often_as_they_should() {
        const SAMPLES: u32 = 40_000;
        for (numerator, denominator, known) in KNOWN {
            let mut noise = Noise::new(&[denominator as u8; 32]);
            let mut counts: BTreeMap<i64, u32> = BTreeMap::new();
            for _ in 0..SAMPLES {
                *counts.entry(noise.gaussian(numerator, denominator)).or_default() += 1;
            }
            for (size, probability) in (0_i64..).zip(known) {
                for sample in [size, -size] {
                    let expected = f64::from(SAMPLES) * probability;
                    let found = f64::from(counts.get(&sample).copied().unwrap_or(0));
                    assert!(
                        (found - expected).abs() < 4.5 * expected.sqrt() + 1.0,
                        "{numerator} {sample}: {found} {expected}"
                    );
                }
            }
        }
    }

    #[test]
    fn large_variances_are_as_large_as_they_should_be() {
        for (numerator, denominator) in
            [(1_u64 << 32, 1), (MAX_VARIANCE, 1), (1, MAX_VARIANCE), (MAX_VARIANCE, MAX_VARIANCE)]
        {
            let mut noise = Noise::new(&[5; 32]);
            let samples: Vec<f64> =
                (0..2000).map(|_| noise.gaussian(numerator, denominator) as f64).collect();
            let found = samples.iter().map(|sample| sample * sample).sum::<f64>() / 2000.0;
            let expected = if numerator == denominator { 1.0 } else { numerator as f64 / denominator as f64 };
            // The mean of 2000 squares is off by 3.2 % as a rule.
            assert!((found - expected).abs() < 0.16 * expected + 1e-9, "{numerator} {found} {expected}");
        }
    }

    #[test]
    fn seeds_decide() {
        let samples = |seed| {
            (0..9).map(move |_| 0).scan(Noise::new(&[seed; 32]), |noise, _: u8| Some(noise.gaussian(100, 1)))
        };
        assert!(samples(1).eq(samples(1)) && !samples(1).eq(samples(2)));
    }
}
