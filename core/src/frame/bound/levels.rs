//! Numbers that stand on evenly spaced levels, as those of a converter do: bins that hold as many levels as the bound allows.
//!
//! A bound of twice the spacing and a half lets every bin hold three levels, where bins as wide as the bound would hold two
//! and a half. The spacing need not be a whole number of units: what a converter counts in seldom is one of the unit that
//! it is printed in. Whether every number stays within its bound is checked at the end, so the search may guess.

use super::lattice::{LARGEST, MAX_PLACES, Moved, Readings, quietest};
use crate::{codec::Steps, num::power::POW10};
use alloc::vec::Vec;

/// Distinct values that show a spacing.
const MIN_DISTINCT: usize = 8;
/// Spacings below this are lost in the rounding of what was printed.
const MIN_STEP: u64 = 4;
/// Bits behind the point of a spacing while it is sought.
const FRACTION: u32 = 16;
/// Decimals that a spacing may add.
const MAX_FINER: u8 = 6;
/// A level may lie this share of a spacing from where it should be because the spacing was rounded.
const PRECISE: u64 = 8;

/// Evenly spaced levels, in units that are `finer` times smaller than those of the readings.
struct Levels {
    /// The level of each reading, counted from the lowest.
    of: Vec<i64>,
    base: i128,
    step: i128,
    /// The lowest and the highest distance of a reading from its level.
    off: (i128, i128),
    finer: u8,
}

/// Moves numbers by at most half of `twice` units if that can be done by whole levels and pays.
pub(super) fn move_to(readings: &Readings, twice: u64) -> Option<Moved> {
    let levels = Levels::find(&readings.units)?;
    let scale = power(levels.finer)?;
    let allowed = i128::from(twice) * scale;
    let spread = levels.off.1 - levels.off.0;
    // Rounding a middle to a whole unit takes another half at most.
    let room = allowed - spread - i128::from(levels.finer > 0);
    if room < 0 {
        return None;
    }
    let width = room / levels.step + 1;
    if width * levels.step * 100 <= (allowed + scale) * 101 {
        return None;
    }
    let (begin, bins) = quietest(&levels.of, u64::try_from(width).ok()?)?;
    let lowest =
        2 * levels.base + levels.off.0 + levels.off.1 + levels.step * (2 * i128::from(begin) + width - 1);
    let half = levels.finer == 0 && lowest % 2 != 0;
    let middle = |bin: &i64| {
        let twice = lowest + 2 * levels.step * width * i128::from(*bin);
        let unit = if half { 5 * twice } else { twice.div_euclid(2) };
        i64::try_from(unit).ok().filter(|unit| i128::from(*unit).abs() < LARGEST)
    };
    let units: Vec<i64> = bins.iter().map(middle).collect::<Option<_>>()?;
    let finer = levels.finer + u8::from(half);
    let scale = power(finer)?;
    let is_within = |(from, to): (&i64, &i64)| {
        2 * (i128::from(*from) * scale - i128::from(*to)).abs() <= i128::from(twice) * scale
    };
    let places = readings.places + finer;
    (places <= MAX_PLACES && readings.units.iter().zip(&units).all(is_within))
        .then_some(Moved { units, places })
}

fn power(places: u8) -> Option<i128> {
    POW10.get(usize::from(places)).map(|power| i128::from(*power))
}

impl Levels {
    fn find(units: &[i64]) -> Option<Self> {
        let Steps { base, step } = Steps::of(units);
        if step > 1 {
            let of = units.iter().map(|unit| (unit.abs_diff(base) / step) as i64).collect();
            return Some(Self { of, base: base.into(), step: step.into(), off: (0, 0), finer: 0 });
        }
        let mut distinct: Vec<u64> = units.iter().map(|unit| unit.abs_diff(base)).collect();
        distinct.sort_unstable();
        distinct.dedup();
        let step = spacing(&distinct)?;
        let most = u128::from(*distinct.last()?);
        let count = (most << FRACTION) / step + 1;
        let precise = |finer: &u8| {
            let step = (step * power(*finer).unwrap_or(1).unsigned_abs()) >> FRACTION;
            step >= count * u128::from(PRECISE)
        };
        let finer = (0..=MAX_FINER).find(precise)?;
        let scale = power(finer)?;
        let step = ((step * scale.unsigned_abs() + (1 << (FRACTION - 1))) >> FRACTION).cast_signed();
        let mut off = (i128::MAX, i128::MIN);
        let mut level = |unit: &i64| {
            let distance = i128::from(unit.abs_diff(base)) * scale;
            let level = (distance + step / 2) / step;
            off = (off.0.min(distance - level * step), off.1.max(distance - level * step));
            level as i64
        };
        let of = units.iter().map(&mut level).collect();
        Some(Self { of, base: i128::from(base) * scale, step, off, finer })
    }
}

/// The spacing, with [`FRACTION`] bits behind the point, of distances from the lowest: first the smallest gap but for a few,
/// then sharper as larger multiples join.
fn spacing(distinct: &[u64]) -> Option<u128> {
    if distinct.len() < MIN_DISTINCT {
        return None;
    }
    let mut gaps: Vec<u64> = distinct.iter().zip(distinct.iter().skip(1)).map(|(a, b)| b - a).collect();
    gaps.sort_unstable();
    let smallest = *gaps.get(gaps.len() / 20)?;
    let most = *distinct.last()?;
    if smallest < MIN_STEP {
        return None;
    }
    let mut step = u128::from(smallest) << FRACTION;
    let mut limit = smallest.saturating_mul(16);
    loop {
        let (mut times_distance, mut squares) = (0u128, 0u128);
        for distance in distinct.iter().take_while(|distance| **distance <= limit) {
            let k = ((u128::from(*distance) << FRACTION) + step / 2) / step;
            times_distance = times_distance.checked_add(k.checked_mul(u128::from(*distance))?)?;
            squares = squares.checked_add(k.checked_mul(k)?)?;
        }
        let scaled = times_distance.checked_mul(1 << FRACTION)?;
        step = scaled.checked_div(squares).filter(|step| *step > 0).unwrap_or(step);
        if limit >= most {
            return Some(step);
        }
        limit = limit.saturating_mul(2);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn distinct(units: Vec<i64>, twice: u64) -> Option<usize> {
        let readings = Readings { units, places: 3, exact: true };
        let mut moved = move_to(&readings, twice)?.units;
        moved.sort_unstable();
        moved.dedup();
        Some(moved.len())
    }

    #[test]
    fn bins_hold_whole_levels() {
        let even: Vec<i64> = (0..60).map(|level| 7 + level * 200).collect();
        assert_eq!(distinct(even.clone(), 500), Some(20));
        assert_eq!(distinct(even.clone(), 401), Some(20));
        assert_eq!(distinct(even.clone(), 250), Some(30));
        assert_eq!(distinct(even, 399), None);
        let rounded: Vec<i64> = (0..6000).map(|level| (level * 66_937 + 500) / 1000).collect();
        assert_eq!(distinct(rounded.clone(), 91), Some(3000));
        assert_eq!(distinct(rounded, 30), Some(6000));
        assert_eq!(distinct((0..1000).map(|i| i * i).collect(), 50), None);
    }

    proptest! {
        #[test]
        fn no_number_moves_too_far(levels in prop::collection::vec(0i64..3000, 1..100), step in 1i64..90_000, twice in 0u64..500, base in -9999i64..9999) {
            let units: Vec<i64> = levels.iter().map(|level| base + level * step / 1000).collect();
            let readings = Readings { units: units.clone(), places: 3, exact: true };
            if let Some(moved) = move_to(&readings, twice) {
                let scale = 10i64.pow(u32::from(moved.places - 3));
                for (from, to) in units.iter().zip(&moved.units) {
                    prop_assert!(2 * (from * scale - to).abs() <= twice as i64 * scale);
                }
            }
        }
    }
}
