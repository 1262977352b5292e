//! What the encoder chooses for a column: a season, parents, and the inputs that say most.

use super::{
    MAX_ECHO, MAX_INPUTS, MAX_PARENTS,
    inputs::{self, BIAS, Input, Mean, Told},
    panel::Choice,
};
use crate::{
    codec::{Level, Part},
    neuron::least::LeastSquares,
    num::log2_q16,
};
use alloc::{vec, vec::Vec};

/// What was chosen.
#[derive(Debug, Clone)]
pub(super) struct Chosen {
    pub(super) choice: Choice,
    /// Which of the neighbours.
    pub(super) parents: Vec<usize>,
}

/// Rows that inputs are chosen on.
const SAMPLE: usize = 2048;
/// Runs of rows that a sample is made of.
const RUNS: usize = 4;

pub(super) fn choose(places: &[i64], neighbours: &[&[i64]], level: Level) -> Chosen {
    let shift = inputs::shift_of(places);
    let season = if level.has(Part::Season) { season_of(places) } else { 0 };
    let echo = if level.has(Part::Echo) { echo_of(places) } else { 0 };
    let rows = sample(places.len());
    // All that could be an input, with the neighbour it needs.
    let mut candidates: Vec<(Option<(usize, i8)>, Input)> =
        vec![(None, Input::Bias), (None, Input::Level), (None, Input::SlowLevel)];
    candidates.extend((0..16).map(|back| (None, Input::Own(back))));
    if season > 0 {
        candidates.extend((0..3).map(|which| (None, Input::Season(which))));
    }
    for (index, values) in
        neighbours.iter().enumerate().filter(|(_, values)| values.len() == places.len()).take(MAX_PARENTS)
    {
        let parent = Some((index, inputs::shift_of(values)));
        candidates.extend((0..3).map(|offset| (parent, Input::Step { parent: 0, offset })));
        candidates.push((parent, Input::ParentLevel(0)));
    }
    let own = Own::new(places, shift, season);
    let columns: Vec<Vec<i32>> = candidates
        .iter()
        .map(|(neighbour, input)| {
            let values = neighbour.and_then(|(index, shift)| Some((*neighbours.get(index)?, shift)));
            let told = values.map(|(values, shift)| told_at(Told::new(*input, values, shift), &rows));
            told.unwrap_or_else(|| own.column(*input, &rows))
        })
        .collect();
    let target = own.target(&rows);
    let order = if level.has(Part::Squares) { most_telling(&columns, &target) } else { Vec::new() };
    let mut parents = Vec::new();
    let mut chosen = Vec::new();
    for index in order {
        let Some((neighbour, input)) = candidates.get(index) else { continue };
        let parent = neighbour.map(|(neighbour, _)| {
            parents.iter().position(|known| *known == neighbour).unwrap_or_else(|| {
                parents.push(neighbour);
                parents.len() - 1
            })
        });
        chosen.push(match (*input, parent) {
            (Input::Step { offset, .. }, Some(parent)) => Input::Step { parent: parent as u8, offset },
            (Input::ParentLevel(_), Some(parent)) => Input::ParentLevel(parent as u8),
            (input, _) => input,
        });
    }
    // The nearest column is worth knowing for its values even if no line leads from it.
    if parents.is_empty() {
        parents.extend(neighbours.iter().position(|values| values.len() == places.len()));
    }
    Chosen { choice: Choice { season, echo, inputs: chosen }, parents }
}

/// Inputs and fixed weights for them.
pub(super) struct Linear {
    pub(super) inputs: Vec<Input>,
    pub(super) weights: Vec<i64>,
    /// Which of the neighbours.
    pub(super) parents: Vec<usize>,
}

/// Own steps that fixed weights may be put on.
const FEW_OWN: u8 = 12;

/// Chooses steps of a column and of its neighbours, and weights in units of 2^-`fraction`.
pub(super) fn linear(codes: &[i64], neighbours: &[&[i64]], fraction: u32) -> Linear {
    let shift = inputs::shift_of(codes);
    let rows = sample(codes.len());
    let own = Own::new(codes, shift, 0);
    let known =
        || neighbours.iter().enumerate().filter(|(_, values)| values.len() == codes.len()).take(MAX_PARENTS);
    let mut columns: Vec<Vec<i32>> = (0..FEW_OWN).map(|back| own.column(Input::Own(back), &rows)).collect();
    let mut shifts = vec![shift; columns.len()];
    for (_, values) in known() {
        let shift = inputs::shift_of(values);
        columns.push(steps_at(values, shift, &rows));
        shifts.push(shift);
    }
    let target = own.target(&rows);
    let order = most_telling(&columns, &target);
    let taken: Vec<&[i32]> = order.iter().filter_map(|i| columns.get(*i).map(|c| &**c)).collect();
    let mut least = LeastSquares::new(order.len(), 20, 4);
    let mut row = Vec::new();
    for (at, target) in target.iter().enumerate() {
        row.clear();
        row.extend(taken.iter().map(|column| column.get(at).copied().unwrap_or(0)));
        least.learn(&row, *target);
    }
    let mut chosen = Linear { inputs: Vec::new(), weights: Vec::new(), parents: Vec::new() };
    for (index, weight) in order.iter().zip(least.weights()) {
        // From scaled units to those of the columns, with as many bits as are worth writing.
        let by =
            i32::from(shifts.get(*index).copied().unwrap_or(0)) - i32::from(shift) + fraction as i32 - 16;
        let weight = i64::from(*weight);
        let weight = if by >= 0 { weight << by.min(38) } else { weight >> (-by).min(63) };
        let spare = (64 - weight.unsigned_abs().leading_zeros()).saturating_sub(10);
        let weight = weight >> spare << spare;
        let input = match index.checked_sub(usize::from(FEW_OWN)) {
            None => Input::Own(*index as u8),
            Some(which) => {
                let Some((neighbour, _)) = known().nth(which) else { continue };
                chosen.parents.push(neighbour);
                Input::Step { parent: (chosen.parents.len() - 1) as u8, offset: 1 }
            }
        };
        chosen.inputs.push(input);
        chosen.weights.push(weight);
    }
    chosen
}

/// A neighbour's steps into some rows.
fn steps_at(values: &[i64], shift: i8, rows: &[usize]) -> Vec<i32> {
    let step = |row: &usize| {
        Some(inputs::step(values.get(*row)?.saturating_sub(*values.get(row.checked_sub(1)?)?), shift))
    };
    rows.iter().map(|row| step(row).unwrap_or(0)).collect()
}

/// What a parent gives in some rows, which come in runs.
fn told_at(mut told: Told<'_>, rows: &[usize]) -> Vec<i32> {
    let mut next = 0;
    let row = |row: &usize| {
        if *row != next {
            told.turn_to(*row);
        }
        next = row + 1;
        told.row(*row)
    };
    rows.iter().map(row).collect()
}

fn sample(count: usize) -> Vec<usize> {
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
struct Own<'a> {
    places: &'a [i64],
    shift: i8,
    season: usize,
}

impl<'a> Own<'a> {
    fn new(places: &'a [i64], shift: i8, season: usize) -> Self {
        Self { places, shift, season }
    }

    fn step(&self, row: usize) -> i32 {
        match (self.places.get(row), row.checked_sub(1).and_then(|row| self.places.get(row))) {
            (Some(here), Some(above)) => inputs::step(here.saturating_sub(*above), self.shift),
            _ => 0,
        }
    }

    fn target(&self, rows: &[usize]) -> Vec<i32> {
        rows.iter().map(|row| self.step(*row)).collect()
    }

    fn column(&self, input: Input, rows: &[usize]) -> Vec<i32> {
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
fn most_telling(columns: &[Vec<i32>], target: &[i32]) -> Vec<usize> {
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

/// Rows compared with those a season ago: so many runs of so many rows.
const SEASON_RUNS: usize = 8;
const SEASON_RUN: usize = 64;
/// Fewer rows show no season.
const MIN_SEASONS: usize = 200;
/// The longest season.
const MAX_SEASON: usize = 12_000;

/// The lag at which the series, or its steps, comes closest to repeating itself; 0 if it is too short for any.
fn season_of(places: &[i64]) -> usize {
    let longest = (places.len() / 3).min(MAX_SEASON);
    if places.len() < MIN_SEASONS {
        return 0;
    }
    let shift = inputs::shift_of(places);
    let first = places.first().copied().unwrap_or(0);
    let levels: Vec<i32> =
        places.iter().map(|place| inputs::scaled(place.saturating_sub(first), shift)).collect();
    let steps: Vec<i32> =
        core::iter::once(0).chain(levels.iter().zip(levels.iter().skip(1)).map(|(a, b)| b - a)).collect();
    let last = places.len() - SEASON_RUN;
    let starts: [usize; SEASON_RUNS] =
        core::array::from_fn(|run| longest + (last - longest) * run / (SEASON_RUNS - 1));
    // Given up as soon as it is above what is known to be possible.
    let cost = |series: &[i32], lag: usize, most: u64| -> u64 {
        let mut sum = 0;
        for start in starts {
            let here = series.get(start..start + SEASON_RUN).unwrap_or_default();
            let ago = series.get(start - lag..start - lag + SEASON_RUN).unwrap_or_default();
            // Differences are below 2^26 - 2, so that their sum fits 32 bits.
            sum += u64::from(here.iter().zip(ago).map(|(a, b)| a.abs_diff(*b)).sum::<u32>());
            if sum > most {
                break;
            }
        }
        sum
    };
    let either = |lag: usize, most: u64| cost(&levels, lag, most).min(cost(&steps, lag, most));
    let (mut least, mut season) = (either(1, u64::MAX), 0);
    for lag in 2..longest.saturating_sub(1) {
        let cost = either(lag, least);
        if cost < least {
            (least, season) = (cost, lag);
        }
    }
    season
}

/// Rows that an echo is looked for in.
const ECHO_ROWS: usize = 4096;

/// The number of rows after which errors are about as large again: sensors that are read more often than they measure,
/// filters that are fed now and then.
fn echo_of(places: &[i64]) -> usize {
    let third = |rows: &[i64]| {
        let &[a, b, c, d] = rows else { return 0 };
        let error = b.saturating_sub(c).saturating_mul(3).saturating_add(d).saturating_sub(a);
        (log2_q16(error.unsigned_abs().max(1)) >> 12) as i32
    };
    let sizes: Vec<i32> = places.windows(4).map(third).take(ECHO_ROWS).collect();
    let cost = |lag: usize| -> u64 {
        let ago = sizes.iter().zip(sizes.iter().skip(lag)).skip(MAX_ECHO + 1 - lag);
        ago.map(|(a, b)| u64::from(a.abs_diff(*b))).sum()
    };
    if sizes.len() < 8 * MAX_ECHO {
        return 0;
    }
    let costs: Vec<u64> = (1..=MAX_ECHO + 1).map(cost).collect();
    // The lag must stand out from its neighbours: what only changes slowly has no echo.
    let sharp = |(lag, costs): (usize, &[u64])| {
        let &[before, here, behind] = costs else { return None };
        (here * 5 < before.min(behind) * 4).then_some((here, lag))
    };
    (2..).zip(costs.windows(3)).filter_map(sharp).min().map_or(0, |(_, lag)| lag)
}
