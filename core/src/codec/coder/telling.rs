//! Which inputs say most of the steps of a column, judged on a sample of its rows.

use super::{
    inputs::{self, BIAS, Input, MAX_INPUTS, MAX_OWN, Mean},
    steps::Steps,
};
use alloc::{vec, vec::Vec};

fn pick(column: &[i32], rows: &[usize]) -> Vec<i32> {
    rows.iter().map(|row| column.get(*row).copied().unwrap_or(0)).collect()
}

/// A column's own inputs, all rows known.
pub(super) struct Own<'a> {
    places: &'a [i64],
    shift: i8,
    season: usize,
    steps: Steps,
}

impl<'a> Own<'a> {
    pub(super) fn new(places: &'a [i64], shift: i8, season: usize) -> Self {
        Self { places, shift, season, steps: Steps::new(places, shift, MAX_OWN) }
    }

    pub(super) fn target(&self) -> Vec<i32> {
        self.steps.column(0)
    }

    pub(super) fn column(&self, input: Input, rows: &[usize]) -> Vec<i32> {
        let at = |row: usize| self.places.get(row).copied().unwrap_or(0);
        match input {
            Input::Bias => vec![BIAS; rows.len()],
            Input::Own(back) => self.steps.column(isize::from(i16::from(back)) + 1),
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

/// Returns `count` candidates in the order in which each adds most to those before it; those that add next to nothing are
/// left out. `product` gives the sum of the products of two of them over `rows` rows; `count` itself is the target.
///
/// A pivoted Cholesky factorisation: of every candidate what the chosen ones do not explain is kept, and its product with
/// what they do not explain of the target.
pub(super) fn most_telling(count: usize, rows: usize, product: impl Fn(usize, usize) -> i64) -> Vec<usize> {
    // Products are at most 2^40 * 2^11. What follows has a unit diagonal in Q30, so that no entry is beyond 1, but for what
    // rounding adds where columns are nearly the same: it is cut off, and products of entries fit 64 bits.
    let unit = |entry: i64| entry.clamp(-1 << 30, 1 << 30);
    let norm = |at: usize| (product(at, at).cast_unsigned().isqrt() as i64).max(1);
    let norms: Vec<i64> = (0..count).map(norm).collect();
    let target_norm = norm(count);
    let scaled =
        |sum: i64, a: i64, b: i64| unit(((i128::from(sum) << 30) / (i128::from(a) * i128::from(b))) as i64);
    let mut open: Vec<usize> = (0..count).filter(|i| norms.get(*i).is_some_and(|norm| *norm > 1)).collect();
    let mut left: Vec<i64> = vec![1 << 30; count];
    let mut told: Vec<i64> =
        norms.iter().enumerate().map(|(at, norm)| scaled(product(at, count), *norm, target_norm)).collect();
    let mut factors: Vec<Vec<i64>> = vec![Vec::new(); count];
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
        if gained < unexplained / 100 || gained < unexplained / (rows as i64 / 4).max(1) {
            break;
        }
        unexplained = (unexplained - gained).max(1 << 8);
        open.swap_remove(place);
        chosen.push(best);
        let root = ((left.get(best).copied().unwrap_or(0).cast_unsigned() << 30).isqrt() as i64).max(1);
        let best_told = unit((told.get(best).copied().unwrap_or(0) << 30) / root);
        let best_factor = factors.get(best).cloned().unwrap_or_default();
        for i in &open {
            let (Some(a), Some(b)) = (norms.get(*i), norms.get(best)) else { continue };
            let both = scaled(product(*i, best), *a, *b);
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
