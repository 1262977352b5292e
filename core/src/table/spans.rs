//! Rows that are series: where a value resembles its left neighbour more than the one above it, neighbours are one column.

use crate::num::decimal;
use alloc::{vec, vec::Vec};

/// Fewer neighbours are not worth joining.
const LEAST: usize = 12;
/// Rows compared.
const ROWS: usize = 64;

/// How many fields each column spans, from left to right.
pub(super) fn find(fields: &[&[u8]], columns: usize) -> Vec<usize> {
    let single = vec![1; columns];
    if columns < LEAST {
        return single;
    }
    let step = (fields.len() / columns / ROWS).max(1);
    let rows: Vec<Vec<Option<i64>>> = fields
        .chunks_exact(columns)
        .step_by(step)
        .map(|row| row.iter().map(|field| value(field)).collect())
        .collect();
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

/// Joins runs of at least [`LEAST`] neighbours.
fn join(runs_on: &[bool]) -> Vec<usize> {
    let mut spans = vec![];
    let mut start = 0;
    while start < runs_on.len() {
        let more = runs_on.iter().skip(start + 1).take_while(|on| **on).count();
        if more + 1 >= LEAST {
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
    let (mantissa, places) = decimal::parse_any(field)?;
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
