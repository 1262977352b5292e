//! `qres bench neurons`: what each kind of neuron gains on each text, what its gene takes, and how fast it is.
//!
//! Neurons learn from the first half of the last rows of each column of numbers. What counts is how many bits the
//! surprises of the second half carry, by the neuron that has only the gene, beside the bits of those of the last value.

use super::{corpus::Dataset, figures::geometric_mean};
use crate::text::{
    grid::{Align, Grid},
    plain,
};
use qres_core::{
    Error,
    gene::train::{self, Series, trained},
    neuron::{Ensemble, Fusion, Kind, Lag, Linear, Lstm, Neuron, fit, fusion::MODALITIES, measure},
    table::{Care, Layout},
};
use serde::Serialize;
use std::time::{Duration, Instant};

/// The kinds, as reports list them. The first is what the others are measured by.
const KINDS: [(&str, Kind); 5] = [
    ("last", Kind::Lag),
    ("linear", Kind::Linear),
    ("lstm", Kind::Lstm),
    ("fusion", Kind::Fusion),
    ("ensemble", Kind::Ensemble),
];
/// A gain of less is none.
const WORTH: f64 = 1.005;

/// What came of it: `qres.bench.neurons/1`.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    schema: &'static str,
    results: Vec<Measured>,
    neurons: Vec<Total>,
    /// Texts without columns of numbers, or of too few rows.
    left_out: Vec<String>,
}

/// The neurons on a text.
#[derive(Debug, Serialize)]
struct Measured {
    dataset: String,
    columns: usize,
    samples: u64,
    neurons: Vec<One>,
}

/// A kind of neuron on a text.
#[derive(Debug, Clone, Serialize)]
struct One {
    neuron: &'static str,
    /// Of all columns together.
    gene_bytes: u64,
    bits_a_sample: f64,
    /// The same without the gene.
    bits_without_gene: f64,
    /// How many times fewer bits than by the last value.
    gain: f64,
    gain_without_gene: f64,
    ns_a_sample: f64,
}

/// A kind of neuron on all texts.
#[derive(Debug, Serialize)]
struct Total {
    neuron: &'static str,
    gene_bytes: f64,
    ns_a_sample: f64,
    gain: f64,
    gain_without_gene: f64,
    gains_on: usize,
    best_on: usize,
}

/// Measures all kinds on all texts; `advance` is told the bytes of text done.
pub(crate) fn run(
    datasets: &[Dataset],
    fake_time: bool,
    mut advance: impl FnMut(u64),
) -> Result<Report, Error> {
    let (mut results, mut left_out) = (Vec::new(), Vec::new());
    for dataset in datasets {
        match Measured::new(dataset, fake_time)? {
            Some(measured) => results.push(measured),
            None => left_out.push(dataset.name.clone()),
        }
        advance(dataset.text.len() as u64);
    }
    let neurons = if results.is_empty() { Vec::new() } else { totals(&results) };
    Ok(Report { schema: "qres.bench.neurons/1", results, neurons, left_out })
}

/// What a kind of neuron did on some columns.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    gene_bytes: u64,
    samples: u64,
    bits_q16: u64,
    bits_without_gene_q16: u64,
    time: Duration,
}

impl Measured {
    fn new(dataset: &Dataset, fake_time: bool) -> Result<Option<Self>, Error> {
        let Some(layout) = Layout::detect(&dataset.text) else { return Ok(None) };
        let rows = dataset.text.strip_prefix(layout.preamble()).unwrap_or(&dataset.text);
        let Some(table) = layout.split(rows, Care::Full) else { return Ok(None) };
        let all = train::series(table);
        let long: Vec<usize> = (0..all.len()).filter(|index| all[*index].recent.len() >= 64).collect();
        if long.is_empty() {
            return Ok(None);
        }
        let sum = |(name, kind): (&'static str, Kind)| {
            let mut sum = Sum::default();
            long.iter().try_for_each(|index| sum.column(kind, &all, *index, layout.kinds() == 1))?;
            Ok((name, sum))
        };
        let sums = KINDS.into_iter().map(sum).collect::<Result<Vec<_>, Error>>()?;
        let last = sums.first().map_or(1.0, |(_, sum)| sum.bits_q16 as f64);
        let neurons = sums.iter().map(|(neuron, sum)| One {
            neuron,
            gene_bytes: sum.gene_bytes,
            bits_a_sample: sum.bits_q16 as f64 / 65_536.0 / sum.samples as f64,
            bits_without_gene: sum.bits_without_gene_q16 as f64 / 65_536.0 / sum.samples as f64,
            gain: ratio(last, sum.bits_q16),
            gain_without_gene: ratio(last, sum.bits_without_gene_q16),
            ns_a_sample: if fake_time { 0.0 } else { sum.time.as_secs_f64() * 1e9 / sum.samples as f64 },
        });
        let (columns, samples) = (long.len(), sums.first().map_or(0, |(_, sum)| sum.samples));
        let dataset = dataset.name.clone();
        Ok(Some(Self { dataset, columns, samples, neurons: neurons.collect() }))
    }
}

/// How many times fewer; nothing is as good as nothing.
fn ratio(last: f64, bits: u64) -> f64 {
    (last + 1.0) / (bits as f64 + 1.0)
}

impl Sum {
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
        self.gene_bytes += gene.len() as u64;
        self.samples += samples as u64;
        self.bits_q16 += bits_q16;
        self.bits_without_gene_q16 += fresh_q16;
        self.time += time;
    }
}

fn totals(results: &[Measured]) -> Vec<Total> {
    let total = |(at, (neuron, _)): (usize, (&'static str, Kind))| {
        let ones: Vec<(&Measured, &One)> =
            results.iter().map(|measured| (measured, &measured.neurons[at])).collect();
        let mean =
            |value: fn(&One) -> f64| geometric_mean(ones.iter().map(|(_, one)| value(one))).unwrap_or(1.0);
        let sum = |value: fn(&Measured, &One) -> f64| {
            ones.iter().map(|(measured, one)| value(measured, one)).sum::<f64>()
        };
        let samples = sum(|measured, _| measured.samples as f64);
        let is_best =
            |measured: &Measured, gain: f64| measured.neurons.iter().all(|other| other.gain <= gain);
        Total {
            neuron,
            gene_bytes: sum(|_, one| one.gene_bytes as f64) / sum(|measured, _| measured.columns as f64),
            ns_a_sample: sum(|measured, one| one.ns_a_sample * measured.samples as f64) / samples,
            gain: mean(|one| one.gain),
            gain_without_gene: mean(|one| one.gain_without_gene),
            gains_on: ones.iter().filter(|(_, one)| one.gain > WORTH).count(),
            best_on: ones.iter().filter(|(measured, one)| is_best(measured, one.gain)).count(),
        }
    };
    KINDS.into_iter().enumerate().map(total).collect()
}

impl Report {
    /// The report for people.
    pub(crate) fn text(&self) -> String {
        let mut columns = vec![("dataset", Align::Left), ("columns", Align::Right), ("last", Align::Right)];
        let others = KINDS.iter().skip(1);
        columns.extend(others.map(|(name, _)| (*name, Align::Right)));
        let mut grid = Grid::new(&columns);
        for measured in &self.results {
            let last = measured.neurons.first().map_or(0.0, |one| one.bits_a_sample);
            let mut row = vec![
                plain::printable(&measured.dataset),
                measured.columns.to_string(),
                format!("{last:.2} bits"),
            ];
            row.extend(measured.neurons.iter().skip(1).map(|one| format!("{:.3}x", one.gain)));
            grid.row(row);
        }
        let mut text = format!(
            "{}\nbits that a surprise carries by the last value, and how many times fewer they are by each neuron with its \
             gene\n\n",
            grid.lines()
        );
        text += &self.totals_text();
        if !self.left_out.is_empty() {
            let names: Vec<String> = self.left_out.iter().map(|name| plain::printable(name)).collect();
            text += &format!("left out, no columns of numbers or too few rows: {}\n", names.join(", "));
        }
        text
    }

    fn totals_text(&self) -> String {
        let right = Align::Right;
        let mut grid = Grid::new(&[
            ("neuron", Align::Left),
            ("gene", right),
            ("ns a sample", right),
            ("gain", right),
            ("without gene", right),
            ("gains on", right),
            ("best on", right),
        ]);
        for total in &self.neurons {
            grid.row([
                total.neuron.to_owned(),
                format!("{:.0} B", total.gene_bytes),
                format!("{:.0}", total.ns_a_sample),
                format!("{:.3}x", total.gain),
                format!("{:.3}x", total.gain_without_gene),
                total.gains_on.to_string(),
                total.best_on.to_string(),
            ]);
        }
        let idle: Vec<&str> =
            self.neurons.iter().skip(1).filter(|t| t.gains_on == 0).map(|t| t.neuron).collect();
        let idle = if idle.is_empty() {
            String::new()
        } else {
            format!("{} gains nothing on any of these texts\n", idle.join(" and "))
        };
        format!(
            "{}\ngain: geometric mean over the texts; gains on: texts with at least 0.5 % fewer bits\n{idle}",
            grid.lines()
        )
    }
}
