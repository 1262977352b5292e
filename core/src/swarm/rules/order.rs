//! Rules that look at each place alone.

use super::{Aggregate, Order, by_place, mean};
use alloc::vec::Vec;

/// The mean.
#[derive(Debug, Clone, Copy)]
pub struct Mean;

/// The number in the middle, or the mean of the two there.
#[derive(Debug, Clone, Copy)]
pub struct Median;

/// The mean without as many of the smallest and the largest as may be bad.
#[derive(Debug, Clone, Copy)]
pub struct Trimmed;

impl Aggregate for Mean {
    fn name(&self) -> &'static str {
        "mean"
    }

    fn of(&self, told: &[&[i32]], own: &[i32], _: usize) -> Vec<i32> {
        if told.is_empty() { own.to_vec() } else { mean(told) }
    }
}

impl Aggregate for Median {
    fn name(&self) -> &'static str {
        "median"
    }

    fn of(&self, told: &[&[i32]], own: &[i32], _: usize) -> Vec<i32> {
        if told.is_empty() { own.to_vec() } else { by_place(told, |values| Order::Median.of(values)) }
    }
}

impl Aggregate for Trimmed {
    fn name(&self) -> &'static str {
        "trimmed mean"
    }

    fn of(&self, told: &[&[i32]], own: &[i32], bad: usize) -> Vec<i32> {
        let cut = u8::try_from(bad).unwrap_or(u8::MAX);
        if told.is_empty() {
            own.to_vec()
        } else {
            by_place(told, |values| Order::Trimmed { cut }.of(values))
        }
    }
}
