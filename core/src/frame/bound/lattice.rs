//! A coarse lattice that numbers are moved to: bins of equal width, each of which stands for its middle.
//!
//! No number of a bin is farther from the middle than half the width, and that is the bound. All bins are as wide as the
//! bound allows: a series that stays inside one says nothing, and one that leaves it says as little as possible. A finer
//! lattice on which numbers could hold still longer costs more than that saves, as the models know when to expect silence.
//! Where the bins begin is free: the quietest of a few beginnings is taken.

use super::Tolerance;
use crate::codec::{Level, series};
use alloc::vec::Vec;

/// Numbers in units of 10^-places, rounded down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Readings {
    pub(super) units: Vec<i64>,
    pub(super) places: u8,
    /// Whether rounding changed none of them.
    pub(super) exact: bool,
}

impl Readings {
    /// How far apart the smallest and the largest of some of them are, at least.
    pub(super) fn range(&self, of: impl Iterator<Item = i64>) -> u64 {
        let (low, high) = of.fold((i64::MAX, i64::MIN), |(low, high), v| (low.min(v), high.max(v)));
        let range = if low > high { 0 } else { high.abs_diff(low) };
        if self.exact { range } else { range.saturating_sub(1) }
    }
}

/// Numbers on their lattice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Moved {
    pub(super) units: Vec<i64>,
    pub(super) places: u8,
}

/// Bins wider than this lose too little by being a unit narrower to pay for another decimal.
const WIDE: u64 = 64;
/// Decimals of a column at most.
pub(super) const MAX_PLACES: u8 = 18;
/// Widest bin.
const WIDEST: u64 = 1 << 60;
/// Largest number that has a place in a column.
pub(super) const LARGEST: i128 = 1_000_000_000_000_000_000;
/// Beginnings tried.
const BEGINNINGS: u64 = 8;

/// The bins of units for the quietest of a few beginnings, which is the lowest unit of bin 0.
pub(super) fn quietest(units: &[i64], width: u64) -> Option<(i64, Vec<i64>)> {
    let lowest = *units.iter().min()?;
    let tries = BEGINNINGS.min(width);
    let begin =
        |part: u64| lowest.saturating_sub((u128::from(width) * u128::from(part) / u128::from(tries)) as i64);
    let bins = |begin: i64| {
        units.iter().map(|unit| (unit.abs_diff(begin) / width.max(1)) as i64).collect::<Vec<_>>()
    };
    let tried = (0..tries).map(begin).map(|begin| (begin, bins(begin)));
    tried.min_by_key(|(_, bins)| series::estimate(bins, Level::STATIC))
}

/// Moves numbers by at most half of `twice` units; `halves` allows for one more decimal where that makes bins wider.
/// `None` if they stay as they are.
pub(super) fn move_to(readings: &Readings, twice: u64, halves: bool) -> Option<Moved> {
    let twice = twice.min(WIDEST);
    // Units that were rounded down stand for anything up to the next one.
    let (width, twice_middle) = match readings.exact {
        true if twice % 2 == 1 && (!halves || twice > WIDE || readings.places >= MAX_PLACES) => {
            (twice, twice - 1)
        }
        true => (twice + 1, twice),
        false => (twice & !1, twice & !1),
    };
    if width < 2 {
        return None;
    }
    let (begin, bins) = quietest(&readings.units, width)?;
    let half = twice_middle % 2 == 1;
    let middle = |bin: &i64| {
        let lowest = i128::from(begin) + i128::from(*bin) * i128::from(width);
        let twice = 2 * lowest + i128::from(twice_middle);
        Some(if half { 5 * twice } else { twice / 2 }).filter(|unit| unit.abs() < LARGEST)?.try_into().ok()
    };
    let units = bins.iter().map(middle).collect::<Option<_>>()?;
    Some(Moved { units, places: readings.places + u8::from(half) })
}

/// Units of a bin that are enough for its width to be close to what is allowed.
const ENOUGH: u64 = 2048;

/// The readings in the coarsest unit in which `tolerance` is close to what it should be.
pub(super) fn coarsened(readings: Readings, tolerance: Tolerance) -> Readings {
    let range = readings.range(readings.units.iter().copied());
    let enough = |unit: &u8| tolerance.twice(*unit, range, readings.places) >= ENOUGH;
    let Some(unit) = (0..readings.places).find(enough) else { return readings };
    let divisor = 10i64.pow(u32::from(readings.places - unit));
    let units = readings.units.iter().map(|v| v.div_euclid(divisor)).collect();
    Readings { units, places: unit, exact: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_number_moves_too_far(
            units in prop::collection::vec(-5000i64..5000, 1..200), twice in 0u64..300, halves: bool, exact: bool,
        ) {
            let readings = Readings { units: units.clone(), places: 3, exact };
            let Some(moved) = move_to(&readings, twice, halves) else { return Ok(()) };
            prop_assert!(halves || moved.places == 3);
            let scale = if moved.places == 3 { 1 } else { 10 };
            for (from, to) in units.iter().zip(&moved.units) {
                // What was rounded down may lie anywhere up to the next unit, that not included.
                let highest = from * scale + if exact { 0 } else { scale };
                prop_assert!(2 * (to - from * scale).abs() <= twice as i64 * scale);
                prop_assert!(2 * (to - highest).abs() <= twice as i64 * scale);
            }
        }
    }

    #[test]
    fn bins_are_as_wide_as_allowed() {
        let readings = Readings { units: (0..100).collect(), places: 0, exact: true };
        let distinct = |twice, halves| {
            let mut units = move_to(&readings, twice, halves).map_or_else(Vec::new, |moved| moved.units);
            units.dedup();
            units.len()
        };
        assert_eq!(distinct(0, true), 0);
        assert_eq!(distinct(1, false), 0);
        assert_eq!(distinct(1, true), 50);
        assert_eq!(distinct(2, true), 34);
        assert_eq!(distinct(3, true), 25);
        assert_eq!(distinct(3, false), 34);
        assert_eq!(distinct(1000, false), 1);
    }
}
