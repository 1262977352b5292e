//! Running mean and variance of a series (Welford's recurrence) in integers.
//!
//! Fixed point: the mean is kept in units of 2^-16, the sum of squared deviations in units of 2^-16.
//! Invariant: `mean` is exactly floor(sum * 2^16 / count), because the remainder is carried; there is no drift.
//! Samples are held within +-2^46, so that every product fits 128 bits; the sum of squares saturates.

/// Samples beyond this are taken as this.
pub(crate) const MAX_SAMPLE: i64 = 1 << 46;

/// Count, mean and variance of the samples pushed so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Running {
    count: u64,
    mean: i64,
    /// What the floor of the mean left over: 0 <= carry < count.
    carry: i64,
    squares: u128,
}

impl Running {
    /// Takes one more sample.
    pub(crate) const fn push(&mut self, sample: i64) {
        let sample = if sample > MAX_SAMPLE {
            MAX_SAMPLE
        } else if sample < -MAX_SAMPLE {
            -MAX_SAMPLE
        } else {
            sample
        } << 16;
        self.count = self.count.saturating_add(1);
        let before = sample as i128 - self.mean as i128;
        let total = before + self.carry as i128;
        let step = total.div_euclid(self.count as i128);
        self.carry = (total - step * self.count as i128) as i64;
        self.mean = (self.mean as i128 + step) as i64;
        let after = sample as i128 - self.mean as i128;
        let product = before * after;
        self.squares =
            self.squares.saturating_add(if product > 0 { product.unsigned_abs() >> 16 } else { 0 });
    }

    /// How many samples were pushed.
    pub(crate) const fn count(&self) -> u64 {
        self.count
    }

    /// floor(mean * 2^16); zero when nothing was pushed.
    pub(crate) const fn mean_q16(&self) -> i64 {
        self.mean
    }

    /// The population variance in units of 2^-16; zero when nothing was pushed.
    pub(crate) const fn variance_q16(&self) -> u128 {
        if self.count == 0 { 0 } else { self.squares / self.count as u128 }
    }

    /// The standard deviation in units of 2^-16, rounded down.
    pub(crate) const fn deviation_q16(&self) -> u64 {
        let root = (self.variance_q16() << 16).isqrt();
        if root > u64::MAX as u128 { u64::MAX } else { root as u64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn small_steps_far_out_still_count() {
        let mut running = Running::default();
        for i in 0..1_000_000_i64 {
            running.push(i & 1);
        }
        assert_eq!(running.mean_q16(), 1 << 15);
        let quarter = 1_u128 << 14;
        assert!(running.variance_q16().abs_diff(quarter) < quarter / 1000);
        assert!(running.deviation_q16().abs_diff(1 << 15) < 40);
    }

    #[test]
    fn extremes_are_held() {
        let mut running = Running::default();
        for _ in 0..10 {
            running.push(i64::MAX);
            running.push(i64::MIN);
        }
        assert_eq!(running.mean_q16(), 0);
        assert!(running.deviation_q16().abs_diff(MAX_SAMPLE.unsigned_abs() << 16) <= 1);
        assert_eq!(Running::default().variance_q16(), 0);
    }

    proptest! {
        #[test]
        fn agrees_with_sums(samples in prop::collection::vec(-1_000_000_000i64..1_000_000_000, 1..200)) {
            let mut running = Running::default();
            samples.iter().for_each(|&s| running.push(s));
            let n = samples.len() as i128;
            let sum: i128 = samples.iter().map(|&s| i128::from(s)).sum();
            prop_assert_eq!(i128::from(running.mean_q16()), (sum << 16).div_euclid(n));
            let mean = sum as f64 / n as f64;
            let exact = samples.iter().map(|&s| (s as f64 - mean).powi(2)).sum::<f64>() / n as f64;
            let ours = running.variance_q16() as f64 / 65_536.0;
            prop_assert!((ours - exact).abs() <= exact * 1e-9 + 1.0, "{} {}", ours, exact);
        }
    }
}
