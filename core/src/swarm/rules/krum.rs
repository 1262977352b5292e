//! Rules that take whole rows: those that are near most others.

use super::{Aggregate, distance, mean};
use alloc::vec::Vec;

/// The row whose nearest others, all but those that may be bad, are nearest.
#[derive(Debug, Clone, Copy)]
pub struct Krum;

/// The mean of all rows but the worst by that measure, as many as may be bad.
#[derive(Debug, Clone, Copy)]
pub struct MultiKrum;

/// The rows, the best first: by the sum of the squares of the distances to the nearest n - bad - 1 others.
fn ranked<'r>(told: &[&'r [i32]], bad: usize) -> Vec<&'r [i32]> {
    let near = told.len().saturating_sub(bad + 1).max(1);
    let score = |row: &[i32]| {
        let mut all: Vec<u128> = told.iter().map(|other| distance(row, other)).collect();
        all.sort_unstable();
        // The nearest of all is the row itself.
        all.iter().take(near + 1).sum::<u128>()
    };
    let mut scored: Vec<(u128, &[i32])> = told.iter().map(|row| (score(row), *row)).collect();
    scored.sort_by_key(|(score, _)| *score);
    scored.into_iter().map(|(_, row)| row).collect()
}

impl Aggregate for Krum {
    fn name(&self) -> &'static str {
        "Krum"
    }

    fn of(&self, told: &[&[i32]], own: &[i32], bad: usize) -> Vec<i32> {
        ranked(told, bad).first().map_or(own, |row| row).to_vec()
    }
}

impl Aggregate for MultiKrum {
    fn name(&self) -> &'static str {
        "Multi-Krum"
    }

    fn of(&self, told: &[&[i32]], own: &[i32], bad: usize) -> Vec<i32> {
        let mut rows = ranked(told, bad);
        rows.truncate(told.len().saturating_sub(bad).max(1));
        if rows.is_empty() { own.to_vec() } else { mean(&rows) }
    }
}
