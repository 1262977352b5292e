//! Sums of products of a column's steps, of those right before them, and of its neighbours' steps: all that choosing
//! weights needs to know of a sample of rows.

use crate::codec::coder::steps::{Steps, product};
use alloc::{vec, vec::Vec};

/// The sums, of candidates for a weight and of the target: own steps, the newest first, neighbours' steps into the same
/// row, and the step that is predicted.
pub(super) struct Products {
    own: usize,
    rows: usize,
    /// One row and column for the target, one for each own step, the newest first, one for each neighbour.
    sums: Vec<i64>,
    side: usize,
}

impl Products {
    /// Those of `own` steps back and of `neighbours`, on the runs that inputs are chosen on.
    pub(super) fn new(codes: &[i64], shift: i8, neighbours: &[&[i64]], shifts: &[i8], own: usize) -> Self {
        let side = 1 + own + neighbours.len();
        let mut this = Self { own, rows: 0, sums: vec![0; side * side], side };
        let told: Vec<Steps> =
            neighbours.iter().zip(shifts).map(|(values, shift)| Steps::new(values, *shift, 0)).collect();
        for (at, steps) in Steps::new(codes, shift, own).runs().iter().enumerate() {
            let rows = steps.len() - own - 1;
            let told: Vec<&[i32]> = told.iter().filter_map(|told| told.runs().get(at)?.get(..rows)).collect();
            this.add_own(steps, rows);
            this.add_told(steps, &told);
            this.rows += rows;
        }
        this
    }

    /// How many candidates there are.
    pub(super) fn candidates(&self) -> usize {
        self.side - 1
    }

    /// How many rows were looked at.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// The sum for two candidates; what comes after the last is the target.
    pub(super) fn sum(&self, a: usize, b: usize) -> i64 {
        let place = |at: usize| if at == self.candidates() { 0 } else { at + 1 };
        let (a, b) = (place(a), place(b));
        self.sums.get(a.min(b) * self.side + a.max(b)).copied().unwrap_or(0)
    }

    fn add(&mut self, a: usize, b: usize, sum: i64) {
        if let Some(slot) = self.sums.get_mut(a * self.side + b) {
            *slot += sum;
        }
    }

    /// Adds the products of own steps of a run, of which the first `own` lie before it.
    ///
    /// Those of two steps back are those of two steps one newer, in rows that begin and end one earlier.
    fn add_own(&mut self, steps: &[i32], rows: usize) {
        let own = self.own;
        let at = |step: usize| i64::from(steps.get(step).copied().unwrap_or(0));
        for apart in 0..=own {
            let mut sum = product(rows_from(steps, own, rows), rows_from(steps, own - apart, rows));
            self.add(0, apart, sum);
            for (newer, older) in (1..).zip(apart + 1..=own) {
                sum += at(own - newer) * at(own - older);
                sum -= at(own + rows - newer) * at(own + rows - older);
                self.add(newer, older, sum);
            }
        }
    }

    /// Adds the products of neighbours' steps with own steps and with each other.
    fn add_told(&mut self, steps: &[i32], told: &[&[i32]]) {
        let first = 1 + self.own;
        for (place, here) in (first..).zip(told) {
            for ago in 0..=self.own {
                self.add(ago, place, product(rows_from(steps, self.own - ago, here.len()), here));
            }
            for (before, other) in (first..=place).zip(told) {
                self.add(before, place, product(other, here));
            }
        }
    }
}

/// So many steps from `start` on.
fn rows_from(steps: &[i32], start: usize, rows: usize) -> &[i32] {
    steps.get(start..start + rows).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const OWN: usize = 4;

    proptest! {
        #[test]
        fn sums_are_those_of_products_row_by_row(
            codes in prop::collection::vec(-999i64..999, 0..3000), parent in prop::collection::vec(-99i64..99, 3000),
        ) {
            let parent = &parent[..codes.len()];
            let products = Products::new(&codes, 0, &[parent], &[0], OWN);
            let step = |values: &[i64], row: usize, back: usize| {
                row.checked_sub(back + 1).map_or(0, |above| values[above + 1] - values[above])
            };
            let column = |row: usize, at: usize| match at {
                OWN => step(parent, row, 0),
                at if at < OWN => step(&codes, row, at + 1),
                _ => step(&codes, row, 0),
            };
            let rows: Vec<usize> = crate::codec::coder::steps::runs(codes.len()).into_iter().flatten().collect();
            prop_assert_eq!(products.rows(), rows.len());
            for (a, b) in (0..=products.candidates()).flat_map(|a| (0..=a).map(move |b| (a, b))) {
                let sum: i64 = rows.iter().map(|row| column(*row, a) * column(*row, b)).sum();
                prop_assert_eq!(products.sum(a, b), sum);
            }
        }
    }
}
