//! Rules that move from a centre.

use super::{Aggregate, Median, Order, by_place, distance};
use alloc::vec::Vec;

/// Clipped gossip: one's own, moved by the mean of the ways to all rows, of which none counts as longer than the one at
/// place n - 2 bad of the nearest.
#[derive(Debug, Clone, Copy)]
pub struct Clipped;

/// The row whose distances to all others together are least, found in a fixed number of steps of Weiszfeld from the median.
#[derive(Debug, Clone, Copy)]
pub struct GeometricMedian;

/// Tuning: steps of Weiszfeld.
const STEPS: usize = 64;
/// Distances below 2^-10 are taken for that, so that a row in the centre does not hold it for ever.
const SMOOTH: u128 = 1 << 6;

impl Aggregate for Clipped {
    fn name(&self) -> &'static str {
        "clipped gossip"
    }

    fn of(&self, told: &[&[i32]], own: &[i32], bad: usize) -> Vec<i32> {
        let mut lengths: Vec<u128> = told.iter().map(|row| distance(row, own).isqrt()).collect();
        lengths.sort_unstable();
        let most = lengths.get(told.len().saturating_sub(2 * bad + 1)).copied().unwrap_or(0);
        let clipped: Vec<Vec<i32>> = told.iter().map(|row| clip(row, own, most)).collect();
        // One's own stands for itself among them.
        let rows: Vec<&[i32]> = clipped.iter().map(Vec::as_slice).chain([own]).collect();
        by_place(&rows, |values| Order::Mean.of(values))
    }
}

/// A row as near to `own` as `most`, on the way from there to where it is.
fn clip(row: &[i32], own: &[i32], most: u128) -> Vec<i32> {
    let length = distance(row, own).isqrt().max(1);
    let part = |(to, from): (&i32, &i32)| {
        let way = i128::from(*to) - i128::from(*from);
        (i128::from(*from) + way * most as i128 / length as i128) as i32
    };
    if length <= most { row.to_vec() } else { row.iter().zip(own).map(part).collect() }
}

impl Aggregate for GeometricMedian {
    fn name(&self) -> &'static str {
        "geometric median"
    }

    fn of(&self, told: &[&[i32]], own: &[i32], bad: usize) -> Vec<i32> {
        let mut centre = Median.of(told, own, bad);
        for _ in 0..STEPS {
            if told.is_empty() {
                break;
            }
            centre = step(told, &centre);
        }
        centre
    }
}

/// The mean of the rows, each by one over its distance from the centre.
fn step(told: &[&[i32]], centre: &[i32]) -> Vec<i32> {
    // Distances have 8 more bits after the point, and what is one over them has 40 in all.
    let weight = |row: &&[i32]| (1_u128 << 64) / (distance(row, centre) << 16).isqrt().max(SMOOTH << 8);
    let weights: Vec<i128> = told.iter().map(|row| weight(row) as i128).collect();
    let all: i128 = weights.iter().sum::<i128>().max(1);
    let place = |place: usize| {
        let value = |row: &&[i32]| row.get(place).copied().map_or(0, i128::from);
        let sum: i128 = told.iter().zip(&weights).map(|(row, weight)| value(row) * weight).sum();
        (sum + all / 2).div_euclid(all) as i32
    };
    (0..centre.len()).map(place).collect()
}
