//! Steps of a series on a sample of its rows, and sums of products of such columns.

use super::inputs;
use alloc::{vec, vec::Vec};
use core::ops::Range;

/// Rows that inputs are chosen on.
const SAMPLE: usize = 2048;
/// Runs of rows that a sample is made of.
const RUNS: usize = 4;

/// The rows of a series of so many that inputs are chosen on, in runs.
pub(super) fn runs(count: usize) -> Vec<Range<usize>> {
    if count <= SAMPLE {
        return core::iter::once(1..count.max(1)).collect();
    }
    let run = SAMPLE / RUNS;
    (0..RUNS).map(|at| 1 + (count - run - 1) * at / (RUNS - 1)).map(|start| start..start + run).collect()
}

/// The steps into the rows of each run, into some rows before it and into the row after it; 0 where there are none.
pub(super) struct Steps {
    before: usize,
    runs: Vec<Vec<i32>>,
}

impl Steps {
    /// Those of `values`, with so many rows before each run.
    pub(super) fn new(values: &[i64], shift: i8, before: usize) -> Self {
        let steps = |rows: Range<usize>| {
            let mut steps = vec![0; (before + 1).saturating_sub(rows.start)];
            let known = rows.start.saturating_sub(before + 1)..values.len().min(rows.end + 1);
            let values = values.get(known).unwrap_or_default();
            let pairs = values.iter().zip(values.iter().skip(1));
            steps.extend(pairs.map(|(above, here)| inputs::step(here.saturating_sub(*above), shift)));
            steps.resize(before + rows.len() + 1, 0);
            steps
        };
        Self { before, runs: runs(values.len()).into_iter().map(steps).collect() }
    }

    /// Of each run, the rows before it, its own, and the one after it.
    pub(super) fn runs(&self) -> &[Vec<i32>] {
        &self.runs
    }

    /// For all rows, the step so many rows back: the one into the row itself is 0 back, the one out of it -1.
    pub(super) fn column(&self, back: isize) -> Vec<i32> {
        let start = self.before.saturating_add_signed(-back);
        let run = |run: &Vec<i32>| start..start + run.len() - self.before - 1;
        self.runs.iter().flat_map(|steps| steps.get(run(steps)).unwrap_or_default()).copied().collect()
    }
}

/// The sum of the products of two columns.
pub(super) fn product(a: &[i32], b: &[i32]) -> i64 {
    a.iter().zip(b).map(|(a, b)| i64::from(*a) * i64::from(*b)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn columns_are_steps_into_rows(values in prop::collection::vec(-999i64..999, 0..3000), back in -1isize..4) {
            let step = |row: usize| match row.checked_add_signed(-back) {
                Some(row) if (1..values.len()).contains(&row) => (values[row] - values[row - 1]) as i32,
                _ => 0,
            };
            let rows = runs(values.len()).into_iter().flatten();
            prop_assert_eq!(Steps::new(&values, 0, 3).column(back), rows.map(step).collect::<Vec<_>>());
        }
    }
}
