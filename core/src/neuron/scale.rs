//! Running averages that forget, in units of 2^-16: of samples, and of how large something is.
//! With them, predictors see numbers near one whatever the unit of a series is.

/// Tuning: scales look back about so many samples.
pub(crate) const USUAL: u16 = 256;
/// Results of [`Scale::units`] stay within so many scales.
pub(crate) const MAX_UNITS: i128 = 4;

/// The mean of the first `WINDOW` samples; later a mean in which the past fades.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Average<const WINDOW: u16 = USUAL> {
    mean: i128,
    count: u16,
}

impl<const WINDOW: u16> Average<WINDOW> {
    /// Takes one sample.
    pub(crate) fn push(&mut self, sample: i64) {
        self.count = self.count.saturating_add(1);
        let step = (i128::from(sample) << 16) - self.mean;
        self.mean += step / i128::from(self.count.min(WINDOW));
    }

    /// The mean in units of 2^-16; 0 before the first sample.
    pub(crate) const fn mean(&self) -> i128 {
        self.mean
    }
}

/// How large something is on average.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Scale(Average);

impl Scale {
    /// Takes one size.
    pub(crate) fn push(&mut self, size: u64) {
        self.0.push(i64::try_from(size).unwrap_or(i64::MAX));
    }

    /// How many scales `value` is, both in units of 2^-16, held within +-[`MAX_UNITS`]; 0 while nothing is known.
    pub(crate) fn units(&self, value: i128) -> i32 {
        if self.0.mean <= 0 {
            return 0;
        }
        // A difference of two samples has 65 bits and 16 after the point; 16 more stay below 2^100.
        let most = MAX_UNITS << 16;
        ((value << 16) / self.0.mean).clamp(-most, most) as i32
    }

    /// What so many scales (units of 2^-16) are, in units of 2^-16.
    pub(crate) const fn times(&self, units: i32) -> i128 {
        (self.0.mean * units as i128) >> 16
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_first_samples_count_alike_and_the_past_fades() {
        let mut average = Average::<USUAL>::default();
        [10, 20, 60].iter().for_each(|s| average.push(*s));
        assert!((average.mean() - (30 << 16)).abs() < 3);
        (0..4000).for_each(|_| average.push(-7));
        assert!((average.mean() + (7 << 16)).abs() < 300);
    }

    proptest! {
        #[test]
        fn nothing_overflows(samples in prop::collection::vec(any::<i64>(), 0..50), a: i64, b: i64) {
            let (mut average, mut scale) = (Average::<USUAL>::default(), Scale::default());
            for s in samples {
                average.push(s);
                scale.push(s.unsigned_abs());
            }
            prop_assert!(average.mean().abs() <= 1 << 79);
            let units = scale.units((i128::from(a) - i128::from(b)) << 16);
            prop_assert!(units.abs() <= 4 << 16);
            prop_assert!(scale.times(units).abs() <= 1 << 82);
        }
    }
}
