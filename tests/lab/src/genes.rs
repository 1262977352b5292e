//! What a gene is worth to a live link: the second half of each series without one, with what a linear neuron has learnt from
//! the first half, and with what one has learnt from the same column of the next text.

use crate::{
    Dataset, geometric_mean,
    live::{BOUNDS, Packets},
    series::{Own, Series, series},
};
use qres_core::{
    frame::Tolerance,
    live::Expert,
    neuron::{Linear, Neuron},
};
use std::error::Error;

/// Samples that count as the first ones.
const FIRST: usize = 200;
/// Samples that a half must have.
const MIN: usize = 400;
const WAYS: [&str; 3] = ["cold", "own gene", "another's gene"];

/// Of a series: packets in the first samples and in all, each way.
type Sent = [[Packets; 2]; WAYS.len()];

/// Prints every series within every bound, and means.
pub(crate) fn run(datasets: &[Dataset]) -> Result<(), Box<dyn Error>> {
    for bound in BOUNDS {
        println!("within {bound}: bytes of the first {FIRST} samples, and of all; packets");
        let all = sent_of_all(datasets, Tolerance::parse(bound).ok_or("a bound")?)?;
        for (at, name) in WAYS.iter().enumerate().skip(1) {
            println!("  {name}: first {FIRST} {}; all {}", totals(&all, at, 0), totals(&all, at, 1));
        }
    }
    Ok(())
}

fn sent_of_all(datasets: &[Dataset], bound: Tolerance) -> Result<Vec<Sent>, String> {
    let mut all = Vec::new();
    let tables: Vec<Vec<Series>> = datasets.iter().map(|dataset| series(dataset, bound)).collect();
    for (at, table) in tables.iter().enumerate() {
        for one in table.iter().filter(|one| one.cells.len() >= 2 * MIN) {
            let (before, after) = one.halves();
            let others = tables.iter().cycle().skip(at + 1).take(tables.len().saturating_sub(1));
            let other = others.flatten().find(|other| other.column == one.column && other.steps == one.steps);
            let experts = [None, taught(&before), other.and_then(taught)];
            let mut sent = Sent::default();
            for (sent, expert) in sent.iter_mut().zip(experts) {
                *sent = [Packets::of(&after.first(FIRST), expert)?, Packets::of(&after, expert)?];
            }
            println!("  {}: {}", one.name, line(&sent));
            all.push(sent);
        }
    }
    Ok(all)
}

/// What a linear neuron learns from a series.
fn taught(series: &Series) -> Option<Expert> {
    let mut neuron = Linear::new();
    for cell in &series.cells {
        if let Own::Number(number) | Own::Near(number) = cell {
            neuron.adapt(*number);
        }
    }
    Expert::of(&neuron.gene())
}

fn line(sent: &Sent) -> String {
    let one = |(name, [first, all]): (&&str, &[Packets; 2])| {
        format!(
            "{name} {} and {} bytes, {} and {} packets",
            first.bytes, all.bytes, first.packets, all.packets
        )
    };
    WAYS.iter().zip(sent).map(one).collect::<Vec<_>>().join("; ")
}

/// The bytes of a way beside those without a gene.
fn totals(all: &[Sent], way: usize, part: usize) -> String {
    let share = |sent: &Sent| sent[way][part].bytes as f64 / sent[0][part].bytes as f64;
    let count = |is: fn(f64) -> bool| all.iter().filter(|sent| is(share(sent))).count();
    format!(
        "{:.4} of the bytes without, {} of {} smaller and {} larger by 1 % or more",
        geometric_mean(all.iter().map(share)),
        count(|share| share < 0.99),
        all.len(),
        count(|share| share > 1.01)
    )
}
