//! Rules that mix a row with those near it.

use super::{Aggregate, Trimmed, mean, nearest};
use alloc::vec::Vec;

/// Nearest-neighbour mixing: each row becomes the mean of the n - bad rows nearest to it, itself included; then the trimmed
/// mean.
#[derive(Debug, Clone, Copy)]
pub struct Mixing;

/// Nearest-neighbour averaging: the mean of what is one's own and all rows but those that are farthest from it, as many as
/// may be bad.
#[derive(Debug, Clone, Copy)]
pub struct Averaging;

impl Aggregate for Mixing {
    fn name(&self) -> &'static str {
        "NNM + trimmed"
    }

    fn of(&self, told: &[&[i32]], own: &[i32], bad: usize) -> Vec<i32> {
        let count = told.len().saturating_sub(bad).max(1);
        let mixed: Vec<Vec<i32>> = told.iter().map(|row| mean(&nearest(told, row, count))).collect();
        let mixed: Vec<&[i32]> = mixed.iter().map(Vec::as_slice).collect();
        Trimmed.of(&mixed, own, bad)
    }
}

impl Aggregate for Averaging {
    fn name(&self) -> &'static str {
        "NNA"
    }

    fn of(&self, told: &[&[i32]], own: &[i32], bad: usize) -> Vec<i32> {
        let mut rows = nearest(told, own, told.len().saturating_sub(bad));
        rows.push(own);
        mean(&rows)
    }
}
