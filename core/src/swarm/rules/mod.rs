//! Rules that make one row of weights of several, some of which lie: for genes that are merged on request, and for the
//! comparison of `qres sim`. Peers do without: see [`crate::swarm`].
//!
//! | file | rules |
//! |---|---|
//! | `order` | mean, median, trimmed mean |
//! | `krum` | Krum and Multi-Krum: who is near most others |
//! | `nearest` | nearest-neighbour mixing before the trimmed mean, and nearest-neighbour averaging around oneself |
//! | `centre` | clipped gossip around oneself, and the geometric median |
//! | `weighted` | the mean by reputations, and the rule that is robust only when the world is stirred |
//!
//! All in integers: sums are exact, and what is divided is rounded to nearest, ties to even, once. Distances are compared as
//! exact squares. Where two are equally good the first one is taken.

mod centre;
mod krum;
mod nearest;
mod order;
mod weighted;

pub use centre::{Clipped, GeometricMedian};
pub use krum::{Krum, MultiKrum};
pub use nearest::{Averaging, Mixing};
pub use order::{Mean, Median, Trimmed};
pub use weighted::{Adaptive, Weighted};

use crate::gene::Rule as Order;
use alloc::vec::Vec;

/// A rule.
pub trait Aggregate: core::fmt::Debug + Sync {
    /// What people call it.
    fn name(&self) -> &'static str;

    /// One row of weights made of `told`, of which `bad` may be anything. Rules that stand at what is one's own begin with
    /// `own`; all rows have the same length. Of no rows it is `own`.
    fn of(&self, told: &[&[i32]], own: &[i32], bad: usize) -> Vec<i32>;
}

/// The rules that need to know nothing but the rows.
pub const ALL: [&dyn Aggregate; 9] =
    [&Mean, &Median, &Trimmed, &Krum, &MultiKrum, &GeometricMedian, &Mixing, &Averaging, &Clipped];

/// The square of the distance between two rows.
fn distance(a: &[i32], b: &[i32]) -> u128 {
    let square = |(a, b): (&i32, &i32)| u128::from(a.abs_diff(*b)).pow(2);
    a.iter().zip(b).map(square).sum()
}

/// Makes each number of the ones in its place.
fn by_place(rows: &[&[i32]], of: impl Fn(&mut [i32]) -> i32) -> Vec<i32> {
    let places = rows.first().map_or(0, |row| row.len());
    let mut values = Vec::with_capacity(rows.len());
    let one = |place: usize| {
        values.clear();
        values.extend(rows.iter().filter_map(|row| row.get(place)));
        of(&mut values)
    };
    (0..places).map(one).collect()
}

fn mean(rows: &[&[i32]]) -> Vec<i32> {
    by_place(rows, |values| Order::Mean.of(values))
}

/// The rows that are nearest to `centre`, so many of them, the nearest first.
fn nearest<'r>(rows: &[&'r [i32]], centre: &[i32], count: usize) -> Vec<&'r [i32]> {
    let mut rows = rows.to_vec();
    rows.sort_by_key(|row| distance(row, centre));
    rows.truncate(count);
    rows
}

#[cfg(test)]
mod tests;
