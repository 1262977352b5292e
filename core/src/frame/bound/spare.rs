//! Columns that a bound for all columns leaves alone: clocks and counts of rows, which are not readings of anything, and what
//! it would leave next to nothing of: flags, states, and readings that live within it.

use super::{Tolerance, lattice::Readings};
use core::ops::RangeInclusive;

/// Rows that show what a column counts.
const MIN_ROWS: usize = 3;
/// Seconds since 1970 from 2001 to 2096.
const SECONDS: RangeInclusive<i128> = 1_000_000_000..=4_000_000_000;
/// Distinct values that are a few, if each comes that often.
const FEW: usize = 16;
const OFTEN: usize = 4;
/// Bounds that the range of a column has to be as wide as.
const MIN_RANGE: u64 = 4;

/// Whether a bound for all columns leaves a column of these readings alone.
pub(super) fn spares(readings: &Readings, bound: Tolerance) -> bool {
    is_clock(&readings.units, readings.places) || is_discrete(readings, bound)
}

/// Returns whether values with `places` decimals are whole numbers that rise with every row, or times since 1970.
pub(super) fn is_clock(values: &[i64], places: u8) -> bool {
    let (Some(low), Some(high)) = (values.iter().min(), values.iter().max()) else { return false };
    let rises = values.iter().zip(values.iter().skip(1)).all(|(a, b)| a < b);
    let second = 10i128.pow(u32::from(places.min(18)));
    let whole = || values.iter().all(|value| i128::from(*value) % second == 0);
    let counts = values.len() >= MIN_ROWS && rises && whole();
    let is_time = |fraction: i128| {
        [low, high].iter().all(|v| SECONDS.contains(&(i128::from(**v) / (second * fraction))))
    };
    counts || [1, 1000, 1_000_000, 1_000_000_000].into_iter().any(is_time)
}

/// Whether there are a few values that come again and again, or the bound would leave two or three.
fn is_discrete(readings: &Readings, bound: Tolerance) -> bool {
    let range = readings.range(readings.units.iter().copied());
    let twice = bound.twice(readings.places, range, readings.places);
    let few = distinct(&readings.units);
    range < twice.saturating_mul(MIN_RANGE / 2) || (few <= FEW && few * OFTEN <= readings.units.len())
}

/// How many distinct values there are.
pub(super) fn distinct(values: &[i64]) -> usize {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn spared(units: impl Iterator<Item = i64>, places: u8, bound: &str) -> bool {
        let readings = Readings { units: units.collect::<Vec<_>>(), places, exact: true };
        spares(&readings, Tolerance::parse(bound).unwrap())
    }

    #[test]
    fn clocks_and_counts_are_spared() {
        let time = |i: i64| 1_700_000_000 + i / 2;
        assert!(spared(0..100, 0, "1"));
        assert!(spared((0..100).map(|i| 10 * i), 1, "1"));
        assert!(spared((0..100).map(time), 0, "1"));
        assert!(spared((0..100).map(|i| time(i) * 1000 + i), 0, "1"));
        assert!(spared((0..100).map(|i| time(i) * 10 + 5), 1, "1"));
        assert!(!spared((0..100).map(|i| (1000 + i) * 10 + 5), 1, "1"));
        assert!(!spared((0..100).map(|i| i * 37 % 100), 0, "1"));
    }

    #[test]
    fn what_a_bound_would_erase_is_spared() {
        assert!(spared((0..100).map(|i| i / 10 % 2), 0, "1"));
        assert!(spared((0..100).map(|i| i * 7 % 16), 0, "1%"));
        assert!(!spared((0..60).map(|i| i * 7 % 16), 0, "1"));
        assert!(spared((0..100).map(|i| i * 37 % 39), 1, "1"));
        assert!(!spared((0..100).map(|i| i * 37 % 41), 1, "1"));
        assert!(spared([].into_iter(), 0, "1"));
    }
}
