//! Which inputs say most of the steps of a column, judged on a sample of its rows.

use super::inputs::{self, BIAS, Input, MAX_INPUTS, Mean};
use alloc::{vec, vec::Vec};

/// Rows that inputs are chosen on.
const SAMPLE: usize = 2048;
/// Runs of rows that a sample is made of.
const RUNS: usize = 4;

/// The rows of a column of so many that inputs are chosen on.
pub(super) fn sample(count: usize) -> Vec<usize> {
    if count <= SAMPLE {
        return (1..count).collect();
    }
    let run = SAMPLE / RUNS;
    (0..RUNS).flat_map(|at| (0..run).map(move |i| 1 + i + (count - run - 1) * at / (RUNS - 1))).collect()
}

fn pick(column: &[i32], rows: &[usize]) -> Vec<i32> {
    rows.iter().map(|row| column.get(*row).copied().unwrap_or(0)).collect()
}

/// A column's own inputs, all rows known.
pub(super) struct Own<'a> {
    places: &'a [i64],
    shift: i8,
    season: usize,
}

impl<'a> Own<'a> {
    pub(super) fn new(places: &'a [i64], shift: i8, season: usize) -> Self {
        Self { places, shift, season }
    }

    fn step(&self, row: usize) -> i32 {
        match (self.places.get(row), row.checked_sub(1).and_then(|row| self.places.get(row))) {
            (Some(here), Some(above)) => inputs::step(here.saturating_sub(*above), self.shift),
            _ => 0,
        }
    }

    pub(super) fn target(&self, rows: &[usize]) -> Vec<i32> {
        rows.iter().map(|row| self.step(*row)).collect()
    }

    pub(super) fn column(&self, input: Input, rows: &[usize]) -> Vec<i32> {
        let at = |row: usize| self.places.get(row).copied().unwrap_or(0);
        match input {
            Input::Bias => vec![BIAS; rows.len()],
            Input::Own(back) => rows
                .iter()
                .map(|row| row.checked_sub(usize::from(back) + 1).map_or(0, |row| self.step(row)))
                .collect(),
            Input::Season(which) => rows
                .iter()
                .map(|row| {
                    let ago = |rows: usize| row.checked_sub(self.season + rows).map(at);
                    let (Some(before), Some(here)) = (ago(1), ago(0)) else { return 0 };
                    let difference = match which {
                        0 => here.saturating_sub(before),
                        1 => here.saturating_sub(at(row - 1)),
                        _ => at(row + 1 - self.season).saturating_sub(here),
                    };
                    inputs::step(difference, self.shift)
                })
                .collect(),
            Input::Level | Input::SlowLevel => {
                let mut mean = Mean::new(at(0), if input == Input::Level { 4 } else { 8 });
                let mut all = vec![0];
                for place in self.places {
                    mean.learn(*place);
                    all.push(inputs::level(mean.above(*place), self.shift));
                }
                pick(&all, rows)
            }
            _ => vec![0; rows.len()],
        }
    }
}

/// Inputs in the order in which each adds most to those before it; those that add next to nothing are left out.
///
/// A pivoted Cholesky factorisation: of every candidate what the chosen ones do not explain is kept, and its product with
/// what they do not explain of the target.
pub(super) fn most_telling(columns: &[Vec<i32>], target: &[i32]) -> Vec<usize> {
    let product =
        |a: &[i32], b: &[i32]| a.iter().zip(b).map(|(a, b)| i64::from(*a) * i64::from(*b)).sum::<i64>();
    // Products are at most 2^40 * 2^11. What follows has a unit diagonal in Q30, so that no entry is beyond 1, but for what
    // rounding adds where columns are nearly the same: it is cut off, and products of entries fit 64 bits.
    let unit = |entry: i64| entry.clamp(-1 << 30, 1 << 30);
    let norm = |column: &[i32]| (product(column, column).cast_unsigned().isqrt() as i64).max(1);
    let norms: Vec<i64> = columns.iter().map(|column| norm(column)).collect();
    let target_norm = norm(target);
    let scaled =
        |sum: i64, a: i64, b: i64| unit(((i128::from(sum) << 30) / (i128::from(a) * i128::from(b))) as i64);
    let mut open: Vec<usize> =
        (0..columns.len()).filter(|i| norms.get(*i).is_some_and(|norm| *norm > 1)).collect();
    let mut left: Vec<i64> = vec![1 << 30; columns.len()];
    let mut told: Vec<i64> =
        columns.iter().zip(&norms).map(|(c, n)| scaled(product(c, target), *n, target_norm)).collect();
    let mut factors: Vec<Vec<i64>> = vec![Vec::new(); columns.len()];
    let mut chosen = Vec::new();
    let mut unexplained = 1i64 << 30;
    while chosen.len() < MAX_INPUTS && !open.is_empty() {
        let gain = |i: &usize| {
            let (told, left) = (told.get(*i).copied().unwrap_or(0), left.get(*i).copied().unwrap_or(0));
            if left < 1 << 12 { 0 } else { told * told / left }
        };
        let Some((place, best)) =
            open.iter().enumerate().max_by_key(|(_, i)| (gain(i), usize::MAX - **i)).map(|(p, i)| (p, *i))
        else {
            break;
        };
        let gained = gain(&best);
        // Each must explain a hundredth of what is left, and more where there are few rows.
        if gained < unexplained / 100 || gained < unexplained / (target.len() as i64 / 4).max(1) {
            break;
        }
        unexplained = (unexplained - gained).max(1 << 8);
        open.swap_remove(place);
        chosen.push(best);
        let root = ((left.get(best).copied().unwrap_or(0).cast_unsigned() << 30).isqrt() as i64).max(1);
        let best_told = unit((told.get(best).copied().unwrap_or(0) << 30) / root);
        let best_factor = factors.get(best).cloned().unwrap_or_default();
        for i in &open {
            let (Some(column), Some(pivot), Some(a), Some(b)) =
                (columns.get(*i), columns.get(best), norms.get(*i), norms.get(best))
            else {
                continue;
            };
            let both = scaled(product(column, pivot), *a, *b);
            let known: i64 =
                factors.get(*i).map_or(0, |f| f.iter().zip(&best_factor).map(|(x, y)| (x * y) >> 30).sum());
            let entry = unit(((both - known) << 30) / root);
            if let Some(factor) = factors.get_mut(*i) {
                factor.push(entry);
            }
            if let (Some(left), Some(told)) = (left.get_mut(*i), told.get_mut(*i)) {
                *left = (*left - ((entry * entry) >> 30)).max(0);
                *told = unit(*told - ((entry * best_told) >> 30));
            }
        }
    }
    chosen
}
