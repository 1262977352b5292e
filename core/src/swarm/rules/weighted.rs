//! Rules that know who is trusted, and how stirred the world is.

use super::{Aggregate, Mixing};
use crate::regime::Regime;
use alloc::vec::Vec;

/// The mean by what each counts for.
#[derive(Debug, Clone, Copy)]
pub struct Weighted<'w>(pub &'w [u32]);

/// In calm the mean by what each counts for; else the trimmed mean of mixed rows, which nobody's standing sways.
#[derive(Debug, Clone, Copy)]
pub struct Adaptive<'w>(pub Regime, pub &'w [u32]);

impl Aggregate for Weighted<'_> {
    fn name(&self) -> &'static str {
        "by reputation"
    }

    fn of(&self, told: &[&[i32]], own: &[i32], _: usize) -> Vec<i32> {
        let all: i64 = self.0.iter().take(told.len()).map(|weight| i64::from(*weight)).sum();
        if all == 0 {
            return own.to_vec();
        }
        let place = |place: usize| {
            let value = |row: &&[i32]| row.get(place).copied().map_or(0, i128::from);
            let sum: i128 =
                told.iter().zip(self.0).map(|(row, weight)| value(row) * i128::from(*weight)).sum();
            let all = i128::from(all);
            let (floor, rest) = (sum.div_euclid(all), sum.rem_euclid(all));
            (floor + i128::from(2 * rest > all || (2 * rest == all && floor & 1 == 1))) as i32
        };
        (0..own.len()).map(place).collect()
    }
}

impl Aggregate for Adaptive<'_> {
    fn name(&self) -> &'static str {
        "adaptive"
    }

    fn of(&self, told: &[&[i32]], own: &[i32], bad: usize) -> Vec<i32> {
        let Self(regime, weights) = self;
        if *regime == Regime::Calm { Weighted(weights).of(told, own, bad) } else { Mixing.of(told, own, bad) }
    }
}
