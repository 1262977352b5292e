//! Which neuron a column of numbers gets, and what it learns from the column.
//!
//! The cells of a table come row by row and from left to right: when a neuron is to predict a cell, those to its left are
//! known of the same row and the others of the row before. Linear neurons learn from all rows; the others, which cost
//! more, from the last [`RECENT`].

use super::TrainError;
use crate::{
    neuron::{Fusion, Kind, Lag, Lstm, Neuron, fit, fusion::MODALITIES, measure},
    table::{Content, Layout, Table},
};
use alloc::{vec, vec::Vec};

/// Tuning: rows that all but linear neurons learn from.
const RECENT: usize = 20_000;

/// The neuron that each column of numbers gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// A [`Kind::Linear`], fitted to all rows.
    Linear = 0,
    /// A [`Kind::Lstm`].
    Lstm,
    /// A [`Kind::Fusion`] with the first seven other columns.
    Fusion,
    /// The one of these, or the last value, that surprises least in the last fifth of the recent rows.
    Auto,
}

impl Choice {
    /// The choice of that number.
    pub(in crate::gene) const fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            0 => Self::Linear,
            1 => Self::Lstm,
            2 => Self::Fusion,
            3 => Self::Auto,
            _ => return None,
        })
    }
}

/// The neuron of a column, trained.
#[derive(Debug)]
pub(super) struct Trained {
    pub(super) column: u16,
    pub(super) kind: Kind,
    pub(super) gene: Vec<u8>,
}

/// A column of numbers.
#[derive(Debug)]
pub struct Series {
    /// Which column of the table it is.
    pub column: u16,
    /// Its numbers.
    pub values: Vec<i64>,
    /// Its last cells, 20000 at most, those that are not numbers as `None`.
    pub recent: Vec<Option<i64>>,
}

/// Trains a neuron for each column of numbers.
pub(super) fn train(layout: &Layout, table: Table, choice: Choice) -> Result<Vec<Trained>, TrainError> {
    let all = series(table);
    let alike = layout.kinds() == 1;
    if choice == Choice::Fusion && !alike {
        return Err(TrainError::Fusion);
    }
    let one = |(index, series): (usize, &Series)| {
        let kind = match choice {
            Choice::Linear => Kind::Linear,
            Choice::Lstm => Kind::Lstm,
            Choice::Fusion => Kind::Fusion,
            Choice::Auto => best(&all, index, alike),
        };
        let mut gene = Vec::new();
        match kind {
            Kind::Lstm => trained(Lstm::new(), series.recent.iter().flatten()).export_gene(&mut gene),
            Kind::Lag => Lag::new(1).export_gene(&mut gene),
            Kind::Fusion => {
                let fusion = fusion(&all, index, |fusion, _, value| fusion.adapt(value));
                fusion.export_gene(&mut gene);
            }
            _ => fit(&series.values).export_gene(&mut gene),
        }
        Trained { column: series.column, kind, gene }
    };
    Ok(all.iter().enumerate().map(one).collect())
}

/// The kind that surprises least in the last fifth of the recent rows; linear if none does better. All learn from the
/// rows before, and go on learning.
fn best(all: &[Series], index: usize, alike: bool) -> Kind {
    let recent = all.get(index).map_or(&[][..], |series| &series.recent);
    let cut = recent.len() - recent.len() / 5;
    let (before, held_out) = recent.split_at(cut);
    let [before, held_out] =
        [before, held_out].map(|cells| cells.iter().flatten().copied().collect::<Vec<_>>());
    let bits = |neuron: &mut dyn Neuron| measure(neuron, &held_out).bits_q16;
    let mut kinds = vec![
        (Kind::Linear, bits(&mut fit(&before))),
        (Kind::Lag, bits(&mut trained(Lag::new(1), &before))),
        (Kind::Lstm, bits(&mut trained(Lstm::new(), &before))),
    ];
    if alike && all.len() > 1 {
        let mut sum = 0;
        fusion(all, index, |fusion, row, value| match row < cut {
            true => fusion.adapt(value),
            false => sum += measure(fusion, &[value]).bits_q16,
        });
        kinds.push((Kind::Fusion, sum));
    }
    kinds.into_iter().min_by_key(|(_, bits)| *bits).map_or(Kind::Linear, |(kind, _)| kind)
}

/// Returns the neuron after it has seen a series.
pub fn trained<'v, N: Neuron>(mut neuron: N, samples: impl IntoIterator<Item = &'v i64>) -> N {
    samples.into_iter().for_each(|sample| neuron.adapt(*sample));
    neuron
}

/// A new fusion for a column and the first seven others; `each` has it adapt to the numbers of the column, told their rows.
fn fusion(all: &[Series], index: usize, each: impl FnMut(&mut Fusion, usize, i64)) -> Fusion {
    let mut fusion = Fusion::new(all.len().min(MODALITIES));
    show(&mut fusion, all, index, each);
    fusion
}

/// Shows a fusion the recent rows: to `each` the numbers of its own column, told their rows, and by itself the others'.
pub fn show(
    fusion: &mut Fusion,
    all: &[Series],
    index: usize,
    mut each: impl FnMut(&mut Fusion, usize, i64),
) {
    let Some(own) = all.get(index) else { return };
    let others = all.iter().enumerate().filter(|(other, _)| *other != index).take(MODALITIES - 1);
    let (left, right): (Vec<_>, Vec<_>) = (1..).zip(others).partition(|(_, (other, _))| *other < index);
    for (row, cell) in own.recent.iter().enumerate() {
        let feed = |fusion: &mut Fusion, side: &[(usize, (usize, &Series))]| {
            for (modality, (_, other)) in side {
                if let Some(Some(value)) = other.recent.get(row) {
                    fusion.feed(*modality, *value);
                }
            }
        };
        feed(fusion, &left);
        if let Some(value) = cell {
            each(fusion, row, *value);
        }
        feed(fusion, &right);
    }
}

/// Returns the columns of numbers.
pub fn series(table: Table) -> Vec<Series> {
    let mut first = 0;
    let mut all = Vec::new();
    for column in table.columns {
        if let (Ok(at), Content::Numbers(numbers)) = (u16::try_from(first), column.content)
            && !numbers.values.is_empty()
        {
            let recent = recent(&numbers.values, &numbers.exceptions.at);
            all.push(Series { column: at, values: numbers.values, recent });
        }
        first += column.span;
    }
    all
}

/// The last cells of a column with these values, which has gaps at these places, ascending.
fn recent(values: &[i64], gaps: &[u32]) -> Vec<Option<i64>> {
    let (mut values_back, mut gaps_back) = (values.iter().rev(), gaps.iter().rev().peekable());
    let cells = (0..values.len() + gaps.len()).rev().take(RECENT);
    let cell = |at: usize| match gaps_back.next_if(|gap| **gap as usize == at) {
        Some(_) => None,
        None => values_back.next().copied(),
    };
    let mut recent: Vec<Option<i64>> = cells.map(cell).collect();
    recent.reverse();
    recent
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(n: i64) -> i64 {
        let z = (n as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        ((z ^ (z >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 40) as i64
    }

    fn kinds(columns: &[Vec<i64>]) -> Vec<Kind> {
        let series = |(column, values): (u16, &Vec<i64>)| Series {
            column,
            values: values.clone(),
            recent: recent(values, &[]),
        };
        let all: Vec<Series> = (0..).zip(columns).map(series).collect();
        (0..all.len()).map(|index| best(&all, index, true)).collect()
    }

    #[test]
    fn each_column_gets_what_predicts_it() {
        let ramp: Vec<i64> = (0..3000).map(|n| 1000 + 7 * n).collect();
        let constant = vec![5; 3000];
        assert_eq!(kinds(&[ramp, constant]), [Kind::Linear, Kind::Linear], "linear where nothing is better");
        // The second moves as the first has just done.
        let walk: Vec<i64> = (0..3000)
            .scan(0, |at, n| {
                *at += noise(n) % 1000 - 500;
                Some(*at)
            })
            .collect();
        let echo: Vec<i64> = walk.iter().map(|value| 3 * value + 17).collect();
        assert_eq!(kinds(&[walk, echo])[1], Kind::Fusion);
        assert_eq!(kinds(&[vec![1, 2]]), [Kind::Linear], "too short to hold anything out");
    }

    #[test]
    fn gaps_stay_where_they_are() {
        assert_eq!(recent(&[1, 2, 3], &[0, 3]), [None, Some(1), Some(2), None, Some(3)]);
        assert_eq!(recent(&[], &[0]), [None]);
        let long: Vec<i64> = (0..30_000).collect();
        let last = recent(&long, &[0]);
        assert_eq!((last.len(), last[0], last[RECENT - 1]), (RECENT, Some(10_000), Some(29_999)));
    }
}
