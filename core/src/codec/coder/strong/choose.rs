//! What the encoder chooses for a column: a season, parents, and the inputs that say most.

use super::{
    chosen::{Chosen, OWN},
    panel::{Choice, MAX_ECHO, MAX_SEASON},
};
use crate::{
    codec::{
        coder::{
            inputs::{self, Input, MAX_PARENTS, Told},
            steps::{Steps, product, runs},
            telling::{Own, most_telling},
        },
        level::Level,
        part::Part,
    },
    num::log2_q16,
};
use alloc::vec::Vec;
use core::ops::Range;

/// What could be an input, with the neighbour that it needs.
type Candidate = (Option<usize>, Input);

/// Chooses for a column whose places are these; parents' steps are those of `offsets`, of which 0 leads into the next row.
pub(in crate::codec) fn choose(
    places: &[i64],
    neighbours: &[&[i64]],
    offsets: Range<u8>,
    level: Level,
) -> Chosen {
    let shift = inputs::shift_of(places);
    let season = if level.has(Part::Season) { season_of(places) } else { 0 };
    let echo = if level.has(Part::Echo) { echo_of(places) } else { 0 };
    let rows: Vec<usize> = runs(places.len()).into_iter().flatten().collect();
    let mut candidates: Vec<Candidate> =
        [Input::Bias, Input::Level, Input::SlowLevel].map(|input| (None, input)).to_vec();
    candidates.extend((0..OWN).map(|back| (None, Input::Own(back))));
    if season > 0 {
        candidates.extend((0..3).map(|which| (None, Input::Season(which))));
    }
    let own = Own::new(places, shift, season);
    let mut columns: Vec<Vec<i32>> = candidates.iter().map(|(_, input)| own.column(*input, &rows)).collect();
    for (index, values) in
        neighbours.iter().enumerate().filter(|(_, values)| values.len() == places.len()).take(MAX_PARENTS)
    {
        let shift = inputs::shift_of(values);
        let steps = Steps::new(values, shift, 1);
        for offset in offsets.clone() {
            candidates.push((Some(index), Input::Step { parent: 0, offset }));
            columns.push(steps.column(offset as isize - 1));
        }
        let input = Input::ParentLevel(0);
        candidates.push((Some(index), input));
        columns.push(told_at(Told::new(input, 0, values, shift), values, &rows));
    }
    columns.push(own.target());
    let sum = |a: usize, b: usize| columns.get(a).zip(columns.get(b)).map_or(0, |(a, b)| product(a, b));
    let order =
        if level.has(Part::Squares) { most_telling(candidates.len(), rows.len(), sum) } else { Vec::new() };
    let mut parents = Vec::new();
    let mut chosen = Vec::new();
    for index in order {
        let Some((neighbour, input)) = candidates.get(index) else { continue };
        let parent = neighbour.map(|neighbour| {
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
    Chosen { choice: Choice { season, echo, inputs: chosen }, parents }.in_order()
}

/// What a parent gives in some rows, which come in runs.
fn told_at(mut told: Told, values: &[i64], rows: &[usize]) -> Vec<i32> {
    let mut next = 0;
    let row = |row: &usize| {
        if *row != next {
            told.turn_to(values, *row);
        }
        next = row + 1;
        told.row(values, *row)
    };
    rows.iter().map(row).collect()
}

/// Rows compared with those a season ago: so many runs of so many rows.
const SEASON_RUNS: usize = 8;
const SEASON_RUN: usize = 64;
/// Fewer rows show no season.
const MIN_SEASONS: usize = 200;
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
