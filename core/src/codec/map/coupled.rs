//! Columns that move together: what is left of one when a fixed multiple of others is taken away.
//!
//! The weights are chosen once for a column, on the steps from row to row of a sample, and written down; so decoding is a
//! multiplication and an addition a parent and value, in any order.
//!
//! ```text
//! coupled := parents u8 | (columns back varint | weight zigzag varint)* | series of the rest
//! value   := rest + (sum of weight * parent's value in the same row) / 2^16, floored
//! ```

use crate::{
    codec::{coder::series, level::Level},
    entropy::{Cursor, put_varint},
    error::Error,
    num::{unzigzag, zigzag},
};
use alloc::{borrow::Cow, vec, vec::Vec};

/// Parents a column may have.
const MAX_PARENTS: usize = 4;
/// Fraction bits of a weight.
const FRACTION: u32 = 16;
/// Steps looked at to choose parents.
const SAMPLE: usize = 1024;
/// Larger steps are outliers, or not worth the care that their products need.
const MAX_STEP: i64 = 1 << 24;
/// Times each weight is adjusted to the others.
const PASSES: usize = 4;

/// A column seen from its neighbours.
pub(in crate::codec) struct Coupled {
    parents: Vec<Parent>,
    rest: Vec<i64>,
}

/// A parent and its weight in units of 2^-16.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Parent {
    /// Which of the candidates it is.
    index: usize,
    /// The share of its value taken away.
    weight: i32,
}

impl Coupled {
    /// `None` if no neighbour helps.
    pub(in crate::codec) fn new(values: &[i64], neighbours: &[&[i64]]) -> Option<Self> {
        let parents = choose(values, neighbours);
        if parents.is_empty() {
            return None;
        }
        let known: Vec<(i32, &[i64])> =
            parents.iter().filter_map(|p| Some((p.weight, *neighbours.get(p.index)?))).collect();
        let mut rest = predict(&known, values.len());
        rest.iter_mut().zip(values).for_each(|(rest, value)| *rest = value.wrapping_sub(*rest));
        Some(Self { parents, rest })
    }

    /// Bits, roughly, that it takes.
    pub(in crate::codec) fn estimate(&self, level: Level) -> u64 {
        series::estimate(&self.rest, level) + 32 * self.parents.len() as u64 + 64
    }

    pub(in crate::codec) fn write(&self, level: Level, out: &mut Vec<u8>) {
        out.push(self.parents.len() as u8);
        for parent in &self.parents {
            put_varint(out, parent.index as u64);
            put_varint(out, zigzag(i64::from(parent.weight)));
        }
        series::encode(&self.rest, level, out);
    }
}

/// Which of the neighbours the values at `cursor` need.
pub(in crate::codec) fn parents(cursor: &mut Cursor<'_>) -> Result<Vec<usize>, Error> {
    Ok(read_parents(cursor)?.iter().map(|parent| parent.index).collect())
}

/// Reads `count` values.
pub(in crate::codec) fn read<'n>(
    cursor: &mut Cursor<'_>,
    count: usize,
    neighbour: impl Fn(usize) -> Result<Cow<'n, [i64]>, Error>,
) -> Result<Vec<i64>, Error> {
    let parents = read_parents(cursor)?;
    let known =
        parents.iter().map(|p| Ok((p.weight, neighbour(p.index)?))).collect::<Result<Vec<_>, Error>>()?;
    let mut rest = Vec::new();
    series::decode(cursor, count, &mut rest)?;
    let known: Vec<(i32, &[i64])> = known.iter().map(|(weight, values)| (*weight, &**values)).collect();
    let predicted = predict(&known, count);
    rest.iter_mut().zip(predicted).for_each(|(value, predicted)| *value = value.wrapping_add(predicted));
    Ok(rest)
}

fn read_parents(cursor: &mut Cursor<'_>) -> Result<Vec<Parent>, Error> {
    let parents = cursor.u8()?;
    if usize::from(parents) > MAX_PARENTS {
        return Err(Error::Corrupt("too many parents of a column"));
    }
    let impossible = Error::Corrupt("impossible parent of a column");
    let mut read = || {
        let index = u16::try_from(cursor.varint()?).map_err(|_| impossible.clone())?;
        let weight = i32::try_from(unzigzag(cursor.varint()?)).map_err(|_| impossible.clone())?;
        Ok(Parent { index: usize::from(index), weight })
    };
    (0..parents).map(|_| read()).collect()
}

/// Chooses parents for `child` among `candidates`, which are as long. Empty if none helps.
fn choose(child: &[i64], candidates: &[&[i64]]) -> Vec<Parent> {
    let rows = sample_rows(child.len());
    let mut rest = steps(child, &rows);
    let steps_of: Vec<Vec<i64>> = candidates.iter().map(|values| steps(values, &rows)).collect();
    let mut parents: Vec<Parent> = vec![];
    while parents.len() < MAX_PARENTS {
        let size = magnitude(&rest);
        let best = (0..candidates.len())
            .filter(|index| parents.iter().all(|p| p.index != *index))
            .filter_map(|index| {
                let parent = Parent { index, weight: fit(&rest, steps_of.get(index)?)? };
                let left = magnitude(&without(&rest, steps_of.get(index)?, parent.weight));
                Some((left, parent))
            })
            .min_by_key(|(left, parent)| (*left, parent.index));
        match best {
            // A parent must take away an eighth of the steps' size to be worth its trouble.
            Some((left, parent)) if left + left / 8 < size => parents.push(parent),
            _ => break,
        }
        rest = refit(&steps(child, &rows), &steps_of, &mut parents);
    }
    parents
}

/// Adjusts each weight to the others and gives what is left.
fn refit(child: &[i64], steps_of: &[Vec<i64>], parents: &mut [Parent]) -> Vec<i64> {
    let mut rest = child.to_vec();
    for parent in parents.iter() {
        rest = without(&rest, steps_of.get(parent.index).map_or(&[], |s| s), parent.weight);
    }
    for _ in 0..PASSES {
        for parent in parents.iter_mut() {
            let Some(steps) = steps_of.get(parent.index) else { continue };
            let more = fit(&rest, steps).unwrap_or(0);
            let weight = parent.weight.saturating_add(more);
            rest = without(&rest, steps, weight - parent.weight);
            parent.weight = weight;
        }
    }
    rest
}

/// Appends what is predicted of each value from its parents' values in the same row.
fn predict(parents: &[(i32, &[i64])], count: usize) -> Vec<i64> {
    let mut sums = vec![0i64; count];
    for (weight, values) in parents {
        let weight = i64::from(*weight);
        for (sum, value) in sums.iter_mut().zip(*values) {
            *sum = sum.wrapping_add(value.wrapping_mul(weight));
        }
    }
    sums.iter_mut().for_each(|sum| *sum >>= FRACTION);
    sums
}

/// Rows in a few runs spread over the column.
fn sample_rows(count: usize) -> Vec<usize> {
    const RUNS: usize = 6;
    if count <= SAMPLE {
        return (1..count).collect();
    }
    (0..RUNS)
        .flat_map(|run| {
            (0..SAMPLE / RUNS).map(move |i| 1 + i + (count - SAMPLE / RUNS - 1) * run / (RUNS - 1))
        })
        .collect()
}

fn steps(values: &[i64], rows: &[usize]) -> Vec<i64> {
    let step = |row: &usize| {
        let (here, above) = (values.get(*row)?, values.get(row - 1)?);
        Some(here.saturating_sub(*above).clamp(-MAX_STEP, MAX_STEP))
    };
    rows.iter().map(|row| step(row).unwrap_or(0)).collect()
}

/// The weight that leaves the least squares.
fn fit(child: &[i64], parent: &[i64]) -> Option<i32> {
    let (mut both, mut own) = (0i64, 0i64);
    // Products are below 2^48 and there are fewer than 2^12 of them.
    for (c, p) in child.iter().zip(parent) {
        both += c * p;
        own += p * p;
    }
    let weight = ((i128::from(both) << FRACTION) / i128::from(own).max(1)).clamp(-(1 << 24), 1 << 24) as i32;
    (weight != 0).then_some(weight)
}

fn without(child: &[i64], parent: &[i64], weight: i32) -> Vec<i64> {
    let weight = i64::from(weight);
    child
        .iter()
        .zip(parent)
        .map(|(c, p)| (c - ((p * weight) >> FRACTION)).clamp(-MAX_STEP, MAX_STEP))
        .collect()
}

/// Bits, roughly, that writing the steps takes: Q8.
fn magnitude(steps: &[i64]) -> u64 {
    steps.iter().map(|step| u64::from(crate::num::log2_q16(2 * step.unsigned_abs() + 1) >> 8)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_multiple_of_another_column_leaves_almost_nothing() {
        let parent: Vec<i64> = (0..2000).map(|i: i64| (i * i * 7919) % 1009 * 10).collect();
        let child: Vec<i64> = parent.iter().map(|v| v * 3 / 4 + 12).collect();
        let parents = choose(&child, &[&parent]);
        assert_eq!(parents.len(), 1);
        let predicted = predict(&[(parents[0].weight, &parent)], child.len());
        let spread: Vec<i64> = child.iter().zip(&predicted).map(|(c, p)| c - p).collect();
        assert!(spread.iter().max().unwrap() - spread.iter().min().unwrap() <= 2);
    }

    #[test]
    fn strangers_are_left_alone() {
        let noise = |seed: i64| {
            (0..500).map(|i: i64| (i * 7919 + seed * 104_729) * (i + seed) % 997).collect::<Vec<_>>()
        };
        assert_eq!(choose(&noise(1), &[&noise(5)]), []);
    }
}
