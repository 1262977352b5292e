//! What the linear neuron gains on plain normalised least mean squares ([`Nlms`]), series by series.

use crate::{Dataset, nlms::Nlms};
use qres_core::{
    gene::train,
    neuron::{Linear, Neuron},
    num::log2_q16,
    table::{Care, Layout},
};
use std::error::Error;

/// Samples after which bits are counted, beside all of them.
const FIRST: [usize; 3] = [200, 500, 2000];
/// Bits a sample that a series must have to be counted: what surprises less is a clock, or stands still.
const SURPRISING: f64 = 1.0;
/// Samples that a series must have.
const MIN: usize = 400;

/// Bits a sample after the first samples, and after all.
type Bits = [f64; FIRST.len() + 1];

/// Prints every series, and means.
pub(crate) fn run(datasets: &[Dataset]) -> Result<(), Box<dyn Error>> {
    let mut all: Vec<[Bits; 2]> = Vec::new();
    println!(
        "bits of surprise a sample by nlms, and how many fewer by the neuron, in the first 200, 500, 2000 and all"
    );
    for dataset in datasets {
        for (column, values) in columns(dataset) {
            let of = [bits_of_nlms(&values), bits_of_neuron(&values)];
            println!("{} {column}: {}", dataset.name, line(&of));
            all.push(of);
        }
    }
    let count = all.len().max(1) as f64;
    let mean = |who: usize, at: usize| all.iter().map(|of| of[who][at]).sum::<f64>() / count;
    let means = [0, 1].map(|who| std::array::from_fn(|at| mean(who, at)));
    println!("mean of {}: {}", all.len(), line(&means));
    for (at, name) in ["first 200", "first 500", "first 2000", "all"].iter().enumerate() {
        let counted: Vec<&[Bits; 2]> = all.iter().filter(|of| of[0][at] >= SURPRISING).collect();
        let count = |is: fn(f64) -> bool| counted.iter().filter(|of| is(of[1][at] / of[0][at])).count();
        println!(
            "{name}: of {} series with a bit of surprise or more, {} better and {} worse by 0.5 % or more",
            counted.len(),
            count(|share| share < 0.995),
            count(|share| share > 1.005)
        );
    }
    Ok(())
}

fn line([nlms, neuron]: &[Bits; 2]) -> String {
    let pair = |(nlms, neuron): (&f64, &f64)| format!("{nlms:.3} {:+.3}", neuron - nlms);
    nlms.iter().zip(neuron).map(pair).collect::<Vec<_>>().join(", ")
}

/// The columns of numbers, by their place in the table.
fn columns(dataset: &Dataset) -> Vec<(u16, Vec<i64>)> {
    let Some(layout) = Layout::detect(&dataset.text) else { return vec![] };
    let rows = dataset.text.strip_prefix(layout.preamble()).unwrap_or(&dataset.text);
    let Some(table) = layout.split(rows, Care::Full) else { return vec![] };
    let long = train::series(table).into_iter().filter(|series| series.values.len() >= MIN);
    long.map(|series| (series.column, series.values)).collect()
}

fn bits_of_nlms(values: &[i64]) -> Bits {
    let mut nlms = Nlms::default();
    bits(values, |sample| {
        let told = nlms.predict();
        nlms.adapt(sample);
        told
    })
}

fn bits_of_neuron(values: &[i64]) -> Bits {
    let mut neuron = Linear::new();
    bits(values, |sample| {
        let told = neuron.predict();
        neuron.adapt(sample);
        told
    })
}

/// The bits of surprises where `told` says what it had predicted, and learns.
fn bits(values: &[i64], mut told: impl FnMut(i64) -> i64) -> Bits {
    let (mut sum, mut bits) = (0_u64, Bits::default());
    for (at, &sample) in values.iter().enumerate() {
        let surprise = sample.wrapping_sub(told(sample));
        let surprise = ((surprise << 1) ^ (surprise >> 63)).cast_unsigned();
        sum += u64::from(log2_q16(surprise.saturating_add(1)));
        for (place, first) in bits.iter_mut().zip(FIRST.iter().chain([&usize::MAX])) {
            if at < *first {
                *place = sum as f64 / 65536.0 / (at + 1) as f64;
            }
        }
    }
    bits
}
