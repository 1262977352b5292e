//! Noise in which nothing happens: whatever is told of it is a false alarm. Made from a seed by integers alone, so that it is
//! the same everywhere.

use qres_core::num::{Random, log2_q16};

/// A kind of noise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Noise {
    /// The sum of twelve even numbers.
    Gaussian,
    /// Every size alike.
    Uniform,
    /// Tails that halve with each equal step.
    Laplace,
    /// Student's t of four degrees: tails as a fourth power.
    Student,
    /// Gaussian, told in steps of its own size.
    Quantised,
    /// Each value is nine tenths of the one before, and noise.
    Ar1,
    /// A day's curve, and noise of a twentieth of it.
    Daily,
}

impl Noise {
    pub(crate) const ALL: [(&'static str, Self); 7] = [
        ("gaussian", Self::Gaussian),
        ("uniform", Self::Uniform),
        ("laplace", Self::Laplace),
        ("student", Self::Student),
        ("quantised", Self::Quantised),
        ("ar1", Self::Ar1),
        ("daily", Self::Daily),
    ];
}

/// A series of noise: hundredths, one a row.
#[derive(Debug)]
pub(crate) struct Series {
    noise: Noise,
    random: Random,
    /// Rows a day.
    day: i64,
    row: i64,
    last: i64,
}

impl Series {
    /// The series of a seed, of so many rows a day.
    pub(crate) fn new(noise: Noise, seed: u64, day: i64) -> Self {
        Self { noise, random: Random::new(seed, noise as u64), day, row: 0, last: 0 }
    }

    /// Twelve even numbers within +-1,000 each: a deviation of 2,000.
    fn gaussian(&mut self) -> i64 {
        (0..12).map(|_| self.random.below(2001) as i64 - 1000).sum()
    }

    fn value(&mut self) -> i64 {
        match self.noise {
            Noise::Gaussian => self.gaussian(),
            Noise::Uniform => self.random.below(10_001) as i64 - 5000,
            Noise::Laplace => {
                // The logarithm of an even number is exponential.
                let size = (32 << 16) - i64::from(log2_q16(self.random.below(1 << 32) + 1));
                let sign = 1 - 2 * self.random.below(2) as i64;
                sign * size / 64
            }
            Noise::Student => {
                let above = self.gaussian();
                let squares: i64 = (0..4).map(|_| self.gaussian().pow(2)).sum();
                above * 1000 / (squares / 4).isqrt().max(1)
            }
            Noise::Quantised => self.gaussian().div_euclid(2000) * 100,
            Noise::Ar1 => {
                self.last = self.last * 9 / 10 + self.gaussian();
                self.last
            }
            Noise::Daily => {
                // Two parabolas: half a day up, half a day down.
                let half = (self.day / 2).max(1);
                let within = self.row % half;
                let curve = 4 * within * (half - within) * 40_000 / (half * half);
                let sign = if self.row / half % 2 == 0 { 1 } else { -1 };
                sign * curve + self.gaussian()
            }
        }
    }
}

impl Iterator for Series {
    type Item = i64;

    fn next(&mut self) -> Option<i64> {
        let value = self.value();
        self.row += 1;
        Some(value)
    }
}
