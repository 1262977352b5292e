//! What each kind of neuron gains on each text, what its gene takes, and how fast it is.
//!
//! Neurons learn from the first half of the last rows of each column of numbers. What counts is how many bits the
//! surprises of the second half carry, by the neuron that has only the gene, beside the bits of those of the last value.

use crate::{Dataset, geometric_mean};
use qres_core::{
    Error,
    gene::train::{self, Series, trained},
    neuron::{Ensemble, Fusion, Kind, Lag, Linear, Lstm, Neuron, fit, fusion::MODALITIES, measure},
    table::{Care, Layout},
};
use std::time::{Duration, Instant};

/// The kinds, as they are listed. The first is what the others are measured by.
const KINDS: [(&str, Kind); 5] = [
    ("last", Kind::Lag),
    ("linear", Kind::Linear),
    ("lstm", Kind::Lstm),
    ("fusion", Kind::Fusion),
    ("ensemble", Kind::Ensemble),
];
/// A gain of less is none.
const WORTH: f64 = 1.005;
/// Rows that a column must have.
const MIN_ROWS: usize = 64;

/// What a kind of neuron did on the columns of a text.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    columns: usize,
    gene_bytes: u64,
    samples: u64,
    bits_q16: u64,
    bits_without_gene_q16: u64,
    time: Duration,
}

/// All kinds on one text.
type Measured = [Sum; KINDS.len()];

/// Prints all kinds on all texts.
pub(crate) fn run(datasets: &[Dataset]) -> Result<(), Box<dyn std::error::Error>> {
    let mut all = Vec::new();
    for dataset in datasets {
        let Some(sums) = measured(dataset)? else {
            println!("{}: no columns of numbers, or too few rows", dataset.name);
            continue;
        };
        let gains: Vec<String> = KINDS
            .iter()
            .zip(&sums)
            .map(|((name, _), sum)| format!("{name} {:.3}x", sum.gain(&sums)))
            .collect();
        println!("{}: {}", dataset.name, gains.join(", "));
        all.push(sums);
    }
    println!("\n{:>10}  gene  ns a sample    gain  without gene  gains on  best on", "neuron");
    for (at, (name, _)) in KINDS.iter().enumerate() {
        println!("{name:>10}  {}", total(&all, at));
    }
    Ok(())
}

/// A kind of neuron on all texts.
fn total(all: &[Measured], at: usize) -> String {
    let sum = |value: fn(&Sum) -> f64| all.iter().map(|sums| value(&sums[at])).sum::<f64>();
    let gain = |sums: &Measured| sums[at].gain(sums);
    let is_best = |sums: &&Measured| sums.iter().all(|other| other.gain(sums) <= gain(sums));
    format!(
        "{:>3.0}B  {:>11.0}  {:>5.3}x  {:>11.3}x  {:>8}  {:>7}",
        sum(|sum| sum.gene_bytes as f64) / sum(|sum| sum.columns as f64),
        sum(|sum| sum.time.as_secs_f64() * 1e9) / sum(|sum| sum.samples as f64),
        geometric_mean(all.iter().map(gain)),
        geometric_mean(all.iter().map(|sums| ratio(sums, sums[at].bits_without_gene_q16))),
        all.iter().filter(|sums| gain(sums) > WORTH).count(),
        all.iter().filter(is_best).count(),
    )
}

/// All kinds on a text; nothing if no column is long enough.
fn measured(dataset: &Dataset) -> Result<Option<Measured>, Error> {
    let Some(layout) = Layout::detect(&dataset.text) else { return Ok(None) };
    let rows = dataset.text.strip_prefix(layout.preamble()).unwrap_or(&dataset.text);
    let Some(table) = layout.split(rows, Care::Full) else { return Ok(None) };
    let all = train::series(table);
    let long: Vec<usize> = (0..all.len()).filter(|index| all[*index].recent.len() >= MIN_ROWS).collect();
    let mut sums = Measured::default();
    for (sum, (_, kind)) in sums.iter_mut().zip(KINDS) {
        long.iter().try_for_each(|index| sum.column(kind, &all, *index, layout.kinds() == 1))?;
    }
    Ok((!long.is_empty()).then_some(sums))
}

/// How many times fewer bits than by the last value with its gene; nothing is as good as nothing.
fn ratio(sums: &Measured, bits_q16: u64) -> f64 {
    (sums[0].bits_q16 as f64 + 1.0) / (bits_q16 as f64 + 1.0)
}

impl Sum {
    fn gain(&self, sums: &Measured) -> f64 {
        ratio(sums, self.bits_q16)
    }

    /// Adds a column: the gene is learnt from the first half of its rows, the rest is predicted.
    fn column(&mut self, kind: Kind, all: &[Series], index: usize, alike: bool) -> Result<(), Error> {
        let recent = &all[index].recent;
        let cut = recent.len() / 2;
        let (before, after) = recent.split_at(cut);
        let [before, after] = [before, after].map(|half| half.iter().flatten().copied().collect::<Vec<_>>());
        let mut gene = Vec::new();
        if kind == Kind::Fusion && alike {
            let mut fusion = Fusion::new(all.len().min(MODALITIES));
            train::show(&mut fusion, all, index, |fusion, row, value| {
                if row < cut {
                    fusion.adapt(value);
                }
            });
            fusion.export_gene(&mut gene);
            let follow = |mut fusion: Fusion| {
                let mut bits = 0;
                let start = Instant::now();
                train::show(&mut fusion, all, index, |fusion, row, value| {
                    if row >= cut {
                        bits += measure(fusion, &[value]).bits_q16;
                    }
                });
                (bits, start.elapsed())
            };
            let (bits, time) = follow(Fusion::from_gene(&gene)?);
            let (fresh, _) = follow(Fusion::new(all.len().min(MODALITIES)));
            self.add(&gene, after.len(), bits, fresh, time);
            return Ok(());
        }
        match kind {
            Kind::Lag => Lag::new(1).export_gene(&mut gene),
            Kind::Lstm => trained(Lstm::new(), &before).export_gene(&mut gene),
            Kind::Ensemble => trained(Ensemble::new(), &before).export_gene(&mut gene),
            Kind::Linear | Kind::Fusion => fit(&before).export_gene(&mut gene),
        }
        // Where there is nothing to fuse, a fusion is the linear neuron.
        let kind = if kind == Kind::Fusion { Kind::Linear } else { kind };
        let mut learnt = kind.build(&gene)?;
        let start = Instant::now();
        let bits = measure(&mut *learnt, &after).bits_q16;
        let time = start.elapsed();
        let mut fresh: Box<dyn Neuron> = match kind {
            Kind::Lag => Box::new(Lag::new(1)),
            Kind::Lstm => Box::new(Lstm::new()),
            Kind::Ensemble => Box::new(Ensemble::new()),
            Kind::Linear | Kind::Fusion => Box::new(Linear::new()),
        };
        self.add(&gene, after.len(), bits, measure(&mut *fresh, &after).bits_q16, time);
        Ok(())
    }

    fn add(&mut self, gene: &[u8], samples: usize, bits_q16: u64, fresh_q16: u64, time: Duration) {
        self.columns += 1;
        self.gene_bytes += gene.len() as u64;
        self.samples += samples as u64;
        self.bits_q16 += bits_q16;
        self.bits_without_gene_q16 += fresh_q16;
        self.time += time;
    }
}
