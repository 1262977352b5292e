//! Rows that are series: where a value resembles its left neighbour more than the one above it, neighbours are one column;
//! so are samples that were standardised together.

use crate::num::{decimal, standard};
use alloc::{vec, vec::Vec};
use core::ops::Range;

/// Fewer neighbours are not worth joining.
const MIN: usize = 12;
/// Rows compared.
const ROWS: usize = 64;

/// How many fields each column spans, from left to right.
pub(super) fn find(fields: &[&[u8]], columns: usize) -> Vec<usize> {
    let single = vec![1; columns];
    if columns < MIN {
        return single;
    }
    let step = (fields.len() / columns / ROWS).max(1);
    let rows: Vec<Vec<Option<i64>>> = fields
        .chunks_exact(columns)
        .step_by(step)
        .map(|row| row.iter().map(|field| value(field)).collect())
        .collect();
    if let Some(samples) = standardised(&rows, columns) {
        let (before, behind) = (vec![1; samples.start], vec![1; columns - samples.end]);
        return [before, vec![samples.len()], behind].concat();
    }
    let mut along = vec![0u32; columns];
    let mut seen = vec![0u32; columns];
    for (above, row) in rows.iter().zip(rows.iter().skip(1)) {
        let lefts = [None].into_iter().chain(row.iter().copied());
        for (((left, up), here), (along, seen)) in
            lefts.zip(above).zip(row).zip(along.iter_mut().zip(&mut seen))
        {
            if let (Some(left), Some(up), Some(here)) = (left, up, here) {
                *along += u32::from(here.abs_diff(left) < here.abs_diff(*up));
                *seen += 1;
            }
        }
    }
    let runs_on: Vec<bool> =
        along.iter().zip(&seen).map(|(along, seen)| *seen > 0 && along * 3 > seen * 2).collect();
    join(&runs_on)
}

/// Labels that may stand before standardised samples, or behind them.
const LABELS: usize = 2;

/// The fields of rows that are whole numbers standardised together.
fn standardised(rows: &[Vec<Option<i64>>], columns: usize) -> Option<Range<usize>> {
    let ranges = (0..=LABELS).flat_map(|start| (0..=1).map(move |behind| start..columns - behind));
    let mut ranges = ranges.filter(|range| range.len() >= MIN);
    let samples = |row: &&Vec<Option<i64>>, range: &Range<usize>| {
        let samples: Option<Vec<i64>> = row.get(range.clone())?.iter().copied().collect();
        samples.filter(|samples| is_standard(samples))
    };
    ranges.find(|range| {
        let standard: Vec<Vec<i64>> = rows.iter().filter_map(|row| samples(&row, range)).collect();
        let many = standard.len() * 4 >= rows.len() * 3;
        let on_lattice = |samples: &&Vec<i64>| {
            let fine: Option<Vec<i64>> = samples.iter().map(|sample| sample.checked_mul(1000)).collect();
            fine.and_then(|fine| standard::lattice(&fine)).is_some()
        };
        many && standard.iter().filter(on_lattice).count() * 2 > standard.len()
    })
}

/// Whether samples in units of 10^-9 have a mean of 0 and a deviation of 1.
fn is_standard(samples: &[i64]) -> bool {
    const ONE: i64 = 1_000_000_000;
    let count = samples.len() as i64;
    if samples.iter().any(|sample| sample.unsigned_abs() > 64 * ONE.unsigned_abs()) {
        return false;
    }
    let sum: i64 = samples.iter().sum();
    // Cut to five decimals, so that the squares of thousands of samples fit.
    let squares: i64 = samples.iter().map(|sample| (sample / 10_000).pow(2)).sum();
    let off = |squares_of_one: i64| (squares - squares_of_one * 10_000_000_000).abs();
    sum.abs() < count * 100 && off(count).min(off(count - 1)) < count * 10_000_000
}

/// Joins runs of at least [`MIN`] neighbours.
fn join(runs_on: &[bool]) -> Vec<usize> {
    let mut spans = vec![];
    let mut start = 0;
    while start < runs_on.len() {
        let more = runs_on.iter().skip(start + 1).take_while(|on| **on).count();
        if more + 1 >= MIN {
            spans.push(more + 1);
        } else {
            spans.extend(core::iter::repeat_n(1, more + 1));
        }
        start += more + 1;
    }
    spans
}

/// A cell as a number with nine decimals.
fn value(field: &[u8]) -> Option<i64> {
    let (mantissa, places) = decimal::parse_exponent(field)?;
    let scaled = mantissa.checked_mul(10i64.checked_pow(9u32.saturating_sub(u32::from(places)))?)?;
    Some(scaled / 10i64.checked_pow(u32::from(places).saturating_sub(9))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_that_run_on_are_joined() {
        let mut on = [true; 30];
        on[0] = false;
        on[20] = false;
        assert_eq!(join(&on), [vec![20], vec![1; 10]].concat());
    }
}
