//! What the gene of a neuron says in numbers, so that genes can be compared and merged weight by weight.
//!
//! A gene is its *shape* (what must be alike to compare it with another) and its numbers, in units of 2^-16:
//!
//! | kind | shape | numbers |
//! |---|---|---|
//! | linear | lags | 8 weights, bias, rate |
//! | recurrent | - | 33 rows of 12 weights, samples learnt from (as a count, 2^31 - 1 at most) |
//! | fusion | modalities, lags | those of the linear neuron, couplings |
//! | lag | the lag | none |
//!
//! Ensembles have none: their members are of several kinds.

use super::Rule;
use crate::{
    entropy::Cursor,
    error::Error,
    neuron::{
        Kind, LinearGene,
        linear::{LAGS, MAX_WEIGHT},
    },
    num::{Q16, bfp::Block},
};
use alloc::{collections::BTreeMap, vec, vec::Vec};

/// Columns of the recurrent neuron's rows.
const WIDTH: usize = 12;
/// Bytes before its number of samples.
const LSTM_HEAD: usize = 4;
/// Bytes before the linear neuron of a fusion.
const FUSION_HEAD: usize = 4;

/// A gene of a neuron, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weights {
    kind: Kind,
    shape: Vec<u8>,
    numbers: Vec<i32>,
}

impl Weights {
    /// Takes a gene apart; `None` for kinds without weights of their own.
    pub fn of(kind: Kind, gene: &[u8]) -> Result<Option<Self>, Error> {
        kind.check(gene)?;
        let mut cursor = Cursor::new(gene);
        let (mut shape, mut numbers) = (vec![], vec![]);
        match kind {
            Kind::Linear => linear(&mut cursor, &mut shape, &mut numbers)?,
            Kind::Fusion => {
                shape.extend_from_slice(cursor.bytes(FUSION_HEAD)?);
                linear(&mut cursor, &mut shape, &mut numbers)?;
                let (words, _) = cursor.rest().as_chunks::<4>();
                numbers.extend(words.iter().map(|word| i32::from_le_bytes(*word)));
            }
            Kind::Lstm => {
                shape.extend_from_slice(cursor.bytes(LSTM_HEAD)?);
                let learnt = cursor.bytes(4)?.first_chunk().copied().unwrap_or_default();
                while !cursor.rest().is_empty() {
                    let block = Block::<WIDTH>::read(cursor.bytes(Block::<WIDTH>::BYTES)?);
                    let scaled = block.ok_or(Error::Corrupt("gene of a recurrent neuron"))?.to_scaled(16);
                    // Weights are within +-8: `build` has checked them.
                    numbers.extend(scaled.iter().map(|weight| *weight as i32));
                }
                numbers.push(i32::try_from(u32::from_le_bytes(learnt)).unwrap_or(i32::MAX));
            }
            Kind::Lag => shape.extend_from_slice(gene),
            Kind::Ensemble => return Ok(None),
        }
        Ok(Some(Self { kind, shape, numbers }))
    }

    /// Whether its numbers mean the same as those of `other`, one by one.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        (self.kind, &self.shape) == (other.kind, &other.shape)
    }

    /// What must be alike for numbers to mean the same.
    pub(super) fn shape(&self) -> &[u8] {
        &self.shape
    }

    /// The same neuron with other numbers.
    pub(super) fn with(self, numbers: Vec<i32>) -> Self {
        Self { numbers, ..self }
    }

    /// The numbers.
    pub fn numbers(&self) -> &[i32] {
        &self.numbers
    }

    /// One of several, number by number; `None` if they are not alike, or none. Those that differ in their lags alone are made
    /// alike first: a step that a neuron does not look at weighs nothing in it.
    pub(super) fn merge(all: &[Self], rule: Rule) -> Option<Self> {
        let aligned = aligned(all);
        let all = aligned.as_deref().unwrap_or(all);
        let first = all.first()?;
        if !all.iter().all(|one| one.is_like(first)) {
            return None;
        }
        let mut merged = first.clone();
        let mut values = Vec::with_capacity(all.len());
        for (index, number) in merged.numbers.iter_mut().enumerate() {
            values.clear();
            values.extend(all.iter().filter_map(|one| one.numbers.get(index)));
            *number = rule.of(&mut values);
        }
        Some(merged)
    }

    /// The gene: the same bytes if nothing was changed.
    pub(super) fn gene(&self) -> Vec<u8> {
        let words = |out: &mut Vec<u8>, numbers: &[i32]| {
            numbers.iter().for_each(|number| out.extend_from_slice(&number.to_le_bytes()));
        };
        let mut out = self.shape.clone();
        match (self.kind, self.numbers.split_last()) {
            (Kind::Lstm, Some((learnt, weights))) => {
                words(&mut out, &[*learnt]);
                let (rows, _) = weights.as_chunks::<WIDTH>();
                rows.iter().for_each(|row| Block::from_scaled(&row.map(i64::from), 16).write(&mut out));
            }
            _ => words(&mut out, &self.numbers),
        }
        out
    }
}

/// The same neurons with the lags that weigh most in all of them together; `None` if they differ in more than lags.
fn aligned(all: &[Weights]) -> Option<Vec<Weights>> {
    let first = all.first().filter(|first| matches!(first.kind, Kind::Linear | Kind::Fusion))?;
    let head = first.shape.len().checked_sub(LAGS)?;
    let alike = |one: &Weights| one.kind == first.kind && one.shape.get(..head) == first.shape.get(..head);
    if all.iter().all(|one| one.is_like(first)) || !all.iter().all(alike) {
        return None;
    }
    let mut sizes: BTreeMap<u8, u64> = BTreeMap::new();
    for (lag, weight) in all.iter().flat_map(|one| one.lags(head)) {
        *sizes.entry(lag).or_default() += u64::from(weight.unsigned_abs());
    }
    let mut lags: Vec<(u64, u8)> = sizes.into_iter().map(|(lag, size)| (size, lag)).collect();
    // The largest; of equals the latest steps.
    lags.sort_unstable_by_key(|(size, lag)| (core::cmp::Reverse(*size), *lag));
    lags.truncate(LAGS);
    let mut lags: Vec<u8> = lags.into_iter().map(|(_, lag)| lag).collect();
    lags.sort_unstable();
    lags.resize(LAGS, 0);
    Some(all.iter().map(|one| one.with_lags(head, &lags)).collect())
}

impl Weights {
    /// The lags that are used, each with its weight.
    fn lags(&self, head: usize) -> impl Iterator<Item = (u8, i32)> {
        let lags = self.shape.get(head..).unwrap_or_default().iter().copied();
        lags.zip(self.numbers.iter().copied()).filter(|(lag, _)| *lag > 0)
    }

    /// The same with other lags: those that it does not look at weigh nothing.
    fn with_lags(&self, head: usize, lags: &[u8]) -> Self {
        let weight = |wanted: &u8| {
            let all = self.lags(head).filter(|(lag, _)| lag == wanted);
            all.map(|(_, weight)| weight).sum::<i32>().clamp(-MAX_WEIGHT, MAX_WEIGHT)
        };
        let mut numbers: Vec<i32> = lags.iter().map(weight).collect();
        numbers.extend(self.numbers.iter().skip(LAGS));
        let mut shape: Vec<u8> = self.shape.iter().copied().take(head).collect();
        shape.extend_from_slice(lags);
        Self { kind: self.kind, shape, numbers }
    }
}

/// Takes a linear neuron apart.
fn linear(cursor: &mut Cursor<'_>, shape: &mut Vec<u8>, numbers: &mut Vec<i32>) -> Result<(), Error> {
    let gene = LinearGene::read(cursor.bytes(LinearGene::BYTES)?)?;
    shape.extend_from_slice(&gene.lags);
    numbers.extend(gene.weights.iter().chain([&gene.bias, &gene.rate]).map(|number: &Q16| number.to_bits()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::neuron::{Ensemble, Fusion, Lag, Linear, Lstm, Neuron};
    use alloc::boxed::Box;

    fn gene(mut neuron: Box<dyn Neuron>, turn: i64) -> (Kind, Vec<u8>) {
        (0..300).for_each(|n| neuron.adapt(n * n % (97 + turn) * 50));
        let mut gene = vec![];
        neuron.export_gene(&mut gene);
        (neuron.kind(), gene)
    }

    fn all(turn: i64) -> [(Kind, Vec<u8>); 4] {
        let neurons: [Box<dyn Neuron>; 4] =
            [Box::new(Linear::new()), Box::new(Lstm::new()), Box::new(Fusion::new(3)), Box::new(Lag::new(7))];
        neurons.map(|neuron| gene(neuron, turn))
    }

    #[test]
    fn what_was_taken_apart_goes_together() {
        for ((kind, gene), count) in all(0).into_iter().zip([10, 397, 12, 0]) {
            let weights = Weights::of(kind, &gene).unwrap().unwrap();
            assert_eq!((weights.numbers().len(), weights.gene()), (count, gene), "{kind:?}");
        }
    }

    #[test]
    fn a_merged_gene_is_one_and_lies_between() {
        for ((kind, a), (_, b)) in all(0).into_iter().zip(all(12)) {
            let [a, b] = [a, b].map(|gene| Weights::of(kind, &gene).unwrap().unwrap());
            let merged = Weights::merge(&[a.clone(), b.clone()], Rule::Mean).unwrap();
            let between = a.numbers.iter().zip(&b.numbers).zip(&merged.numbers);
            assert!(between.into_iter().all(|((a, b), m)| a.min(b) <= m && m <= a.max(b)), "{kind:?}");
            assert!(Weights::of(kind, &merged.gene()).is_ok(), "{kind:?}");
        }
    }

    #[test]
    fn neurons_with_other_lags_are_merged_by_what_their_lags_weigh() {
        let of = |lags: [u8; LAGS], weights: [i32; LAGS]| {
            let (mut bytes, weights) = (vec![], weights.map(|weight| Q16::from_bits(weight << 8)));
            LinearGene { lags, weights, ..LinearGene::FRESH }.write(&mut bytes);
            Weights::of(Kind::Linear, &bytes).unwrap().unwrap()
        };
        let near = of([1, 2, 3, 4, 5, 6, 7, 8], [80, 8, 4, 0, 0, 0, 0, 0]);
        let daily = of([1, 2, 3, 4, 23, 24, 25, 48], [40, -8, 0, 2, 6, 100, -10, 20]);
        let merged = Weights::merge(&[near.clone(), daily.clone()], Rule::Mean).unwrap();
        assert_eq!(merged.shape, [1, 2, 3, 4, 23, 24, 25, 48]);
        let weights: Vec<i32> = merged.numbers.iter().take(LAGS).map(|weight| weight >> 8).collect();
        assert_eq!(weights, [60, 0, 2, 1, 3, 50, -5, 10]);
        assert_eq!(Weights::merge(&[daily, near], Rule::Mean), Some(merged));
        let unused = of([9, 0, 0, 0, 0, 0, 0, 0], [7, 0, 0, 0, 0, 0, 0, 0]);
        let few = Weights::merge(&[unused.clone(), of([1; LAGS], [1; LAGS])], Rule::Median).unwrap();
        assert_eq!((&few.shape[..3], few.numbers[0] >> 8), (&[1, 9, 0][..], 4));
    }

    #[test]
    fn a_merged_neuron_predicts_what_either_was_taught() {
        use crate::neuron::{fit, measure};
        // A daily curve of hours, and noise that lags behind itself: lags of a day, and of the last hours.
        let series = |seed: i64, daily: i64| -> Vec<i64> {
            let noise = |n: i64| (n + seed * 7919) * 48_271 % 977 - 488;
            (0..4000).map(|n| daily * ((n % 24) * (24 - n % 24) - 72) + noise(n) + noise(n - 1)).collect()
        };
        let all = [series(1, 60), series(2, 2), series(3, 40)];
        let genes: Vec<Vec<u8>> = all
            .iter()
            .map(|samples| {
                let mut gene = vec![];
                fit(&samples[..3000]).export_gene(&mut gene);
                gene
            })
            .collect();
        let weights: Vec<Weights> =
            genes.iter().map(|gene| Weights::of(Kind::Linear, gene).unwrap().unwrap()).collect();
        assert!(!weights[0].is_like(&weights[1]), "their lags differ");
        let merged = Weights::merge(&weights, Rule::Mean).unwrap().gene();
        let bits = |gene: Option<&[u8]>| -> u64 {
            let of = |samples: &Vec<i64>| {
                let mut neuron = Linear::new();
                gene.into_iter().for_each(|gene| neuron.install_gene(gene).unwrap());
                measure(&mut neuron as &mut dyn Neuron, &samples[3000..3200]).bits_q16
            };
            all.iter().map(of).sum()
        };
        let (with, without) = (bits(Some(&merged)), bits(None));
        assert!(with < without, "{with} {without}");
    }

    #[test]
    fn what_is_not_alike_is_told() {
        let of = |gene: (Kind, Vec<u8>)| Weights::of(gene.0, &gene.1).unwrap();
        let [a, b] = [3, 4].map(|lag| of(gene(Box::new(Lag::new(lag)), 0)).unwrap());
        assert!(!a.is_like(&b) && Weights::merge(&[a, b], Rule::Median).is_none());
        assert_eq!(of(gene(Box::new(Ensemble::new()), 0)), None);
        assert!(Weights::of(Kind::Lag, &[0]).is_err());
    }
}
