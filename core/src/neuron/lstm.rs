//! A recurrent neuron: a long short-term memory of eight cells in integers, which learns as it goes.
//!
//! ```text
//! gene    := version u8 = 1 | inputs u8 = 4 | cells u8 = 8 | 0 u8 | learnt u32 LE | rows BFP-16 x 33      833 bytes
//! rows    := 8 of the input gate, 8 of the forget gate, 8 of the candidate, 8 of the output gate, the readout
//! row     := exponent u8 | mantissa i16 LE x 12           of the 4 inputs, then of the 8 cells; within +-8
//! learnt  := samples it has learnt from: the more, the smaller its steps
//! ```
//! Inputs: how far the last sample is from the mean, the last two steps, and one, each in units of its usual size and
//! within +-4. Output: the next step in units of the usual step. So genes do not know units.
//!
//! After each sample the error is sent back through the last [`DEPTH`] steps (truncated backpropagation through time,
//! on the activations of then and the weights of now). Each weight moves by rate * gradient / its usual gradient, within
//! four rates. Weights, activations and what is sent back are held within fixed bounds, so nothing overflows.
//! State and weights take less than 8 KB.

use super::{
    Kind, Neuron, plus_q16,
    scale::{Average, Scale},
};
use crate::{
    Error,
    entropy::Cursor,
    num::{
        Random,
        bfp::Block,
        sigmoid::{ONE, logistic, tanh},
    },
};
use alloc::{boxed::Box, vec::Vec};
use core::array;

/// Wire: what the net sees of each sample.
const INPUTS: usize = 4;
/// Wire: cells.
const CELLS: usize = 8;
/// Wire: what a row of weights is multiplied with.
const WIDTH: usize = INPUTS + CELLS;
/// Wire: the bytes of a gene.
const GENE: usize = 8 + (4 * CELLS + 1) * Block::<WIDTH>::BYTES;
/// Wire: the largest weight, in Q16.
const MOST_WEIGHT: i64 = 8 << 16;
/// Tuning: steps that an error is sent back through.
const DEPTH: usize = 10;
/// What a cell holds stays within this, in Q16.
const MOST_CELL: i64 = 8 << 16;
/// What is sent back is in units of 2^-24 and within 64.
const MOST_BACK: i64 = 64 << 24;
/// Tuning: rates in Q16: a fresh net's, an old one's, and after how many samples the excess is halved.
const FRESH_RATE: u32 = 650;
const OLD_RATE: u32 = 50;
const HALF_LIFE: u32 = 2048;
/// Tuning: usual gradients look back about 2^7 samples.
const GRADIENT_WINDOW: u32 = 7;

type Row = [i32; WIDTH];
type Gates = [i32; CELLS];

/// One step of the past: what went in, and what the gates did.
#[derive(Debug, Clone, Copy, Default)]
struct Moment {
    /// The inputs, and what the cells gave out before.
    seen: Row,
    gates: [Gates; 4],
    cells_before: Gates,
    /// tanh of what the cells held after.
    squashed: Gates,
}

/// Everything of the net that is learnt.
#[derive(Debug, Clone, Copy)]
struct Weights {
    gates: [[Row; CELLS]; 4],
    readout: Row,
}

impl Weights {
    const ZERO: Self = Self { gates: [[[0; WIDTH]; CELLS]; 4], readout: [0; WIDTH] };

    fn rows(&self) -> impl Iterator<Item = &Row> {
        self.gates.iter().flatten().chain([&self.readout])
    }

    fn rows_mut(&mut self) -> impl Iterator<Item = &mut Row> {
        self.gates.iter_mut().flatten().chain([&mut self.readout])
    }

    /// Small random weights; cells remember at first, and the readout says that nothing changes.
    fn fresh() -> Self {
        let mut weights = Self::ZERO;
        let mut random = Random::new(0x7172_6573, 0);
        let all = weights.gates.iter_mut().flatten().flatten();
        all.for_each(|w| *w = (random.next_u64() % 40_000) as i32 - 20_000);
        let [_, forget, _, _] = &mut weights.gates;
        forget.iter_mut().for_each(|[_, _, _, one, ..]| *one = ONE);
        weights
    }
}

#[derive(Debug, Clone)]
struct Net {
    weights: Weights,
    /// The usual size of each weight's gradient.
    usual: Weights,
    /// The newest first.
    past: [Moment; DEPTH],
    cells: Gates,
    given: Gates,
    learnt: u32,
}

/// The neuron.
#[derive(Debug, Clone)]
pub struct Lstm {
    net: Box<Net>,
    last: Option<i64>,
    steps: [i64; 2],
    centre: Average,
    spread: Scale,
    stride: Scale,
    /// The predicted step in usual steps, Q16.
    lean: i32,
}

const _: () = assert!(size_of::<Net>() + size_of::<Lstm>() <= 8192);

impl Default for Lstm {
    fn default() -> Self {
        Self::new()
    }
}

const fn product(a: i64, b: i32) -> i64 {
    (a * b as i64) >> 16
}

fn dot(row: &Row, seen: &Row) -> i64 {
    // Twelve products below 2^19 * 2^19.
    row.iter().zip(seen).map(|(w, x)| i64::from(*w) * i64::from(*x)).sum::<i64>() >> 16
}

fn by_cell<T: Copy + Default, const N: usize>(f: impl Fn(usize) -> Option<T>) -> [T; N] {
    array::from_fn(|i| f(i).unwrap_or_default())
}

impl Net {
    /// Takes inputs; gives the readout.
    fn forward(&mut self, inputs: [i32; INPUTS]) -> i32 {
        let mut seen = [0; WIDTH];
        let both = inputs.iter().chain(&self.given);
        seen.iter_mut().zip(both).for_each(|(s, x)| *s = *x);
        let [i, f, g, o] = &self.weights.gates;
        let act = |rows: &[Row; CELLS], squash: fn(i32) -> i32| -> Gates {
            array::from_fn(|c| rows.get(c).map_or(0, |row| squash(dot(row, &seen) as i32)))
        };
        let gates = [act(i, logistic), act(f, logistic), act(g, tanh), act(o, logistic)];
        let cells_before = self.cells;
        let [i, f, g, o] = &gates;
        let parts = i.iter().zip(f).zip(g).zip(cells_before);
        for (cell, (((i, f), g), before)) in self.cells.iter_mut().zip(parts) {
            let held = product(before.into(), *f) + product((*i).into(), *g);
            *cell = held.clamp(-MOST_CELL, MOST_CELL) as i32;
        }
        let squashed = self.cells.map(tanh);
        self.given = by_cell(|c| Some(product((*squashed.get(c)?).into(), *o.get(c)?) as i32));
        self.past.rotate_right(1);
        if let Some(newest) = self.past.first_mut() {
            *newest = Moment { seen, gates, cells_before, squashed };
        }
        dot(&self.weights.readout, &self.readable()) as i32
    }

    /// What the readout sees: the inputs of now, and what the cells give out now.
    fn readable(&self) -> Row {
        let inputs = self.past.first().map(|m| m.seen).unwrap_or_default();
        let mut row = inputs;
        row.iter_mut().skip(INPUTS).zip(self.given).for_each(|(r, g)| *r = g);
        row
    }

    /// Learns that the next step was `error` (Q16) more than the readout said.
    fn learn(&mut self, error: i32) {
        let error = i64::from(error) << 8;
        let mut gradient = Gradient::default();
        let readable = self.readable();
        gradient.readout = readable.map(|x| product(error, x));
        let out = self.weights.readout.split_last_chunk::<CELLS>().map(|(_, r)| *r).unwrap_or_default();
        let mut back = Back { given: out.map(|w| product(error, w)), cells: [0; CELLS] };
        for moment in &self.past {
            back.through(moment, &self.weights, &mut gradient);
        }
        self.learnt = self.learnt.saturating_add(1);
        let rate = OLD_RATE + (FRESH_RATE - OLD_RATE) * HALF_LIFE / (HALF_LIFE + self.learnt.min(1 << 24));
        let rows = gradient.gates.iter().flatten().chain([&gradient.readout]);
        let own = self.weights.rows_mut().flatten().zip(self.usual.rows_mut().flatten());
        for ((weight, usual), gradient) in own.zip(rows.flatten()) {
            step(weight, usual, *gradient, rate.into());
        }
    }
}

/// Moves one weight.
fn step(weight: &mut i32, usual: &mut i32, gradient: i64, rate: i64) {
    let gradient = gradient.clamp(-(1 << 30), 1 << 30);
    let size = gradient.abs();
    // A usual size that has just begun is that of the first gradient.
    let before = i64::from(*usual);
    let after = if before == 0 { size } else { before + ((size - before) >> GRADIENT_WINDOW) };
    *usual = after as i32;
    let ratio = ((gradient << 16) / (after + 64)).clamp(-(4 << 16), 4 << 16);
    let moved = i64::from(*weight) + ((ratio * rate + (1 << 15)) >> 16);
    *weight = moved.clamp(-MOST_WEIGHT, MOST_WEIGHT) as i32;
}

/// What each weight adds to the error, in units of 2^-24.
#[derive(Debug)]
struct Gradient {
    gates: [[[i64; WIDTH]; CELLS]; 4],
    readout: [i64; WIDTH],
}

impl Default for Gradient {
    fn default() -> Self {
        Self { gates: [[[0; WIDTH]; CELLS]; 4], readout: [0; WIDTH] }
    }
}

/// What is sent back to the step before, in units of 2^-24.
struct Back {
    given: [i64; CELLS],
    cells: [i64; CELLS],
}

impl Back {
    fn through(&mut self, moment: &Moment, weights: &Weights, gradient: &mut Gradient) {
        let [i, f, g, o] = &moment.gates;
        let at = |gates: &Gates, c: usize| gates.get(c).copied().unwrap_or(0);
        // d logistic = y (1 - y), d tanh = 1 - y^2.
        let bell = |y: i32| product(y.into(), ONE - y) as i32;
        let hill = |y: i32| ONE - product(y.into(), y) as i32;
        let mut deltas = [[0_i64; CELLS]; 4];
        let [di, df, dg, do_] = &mut deltas;
        let outputs = di.iter_mut().zip(df).zip(dg).zip(do_);
        let backs = self.given.iter().zip(&mut self.cells);
        for (c, ((((di, df), dg), do_), (given, cell))) in outputs.zip(backs).enumerate() {
            let squashed = at(&moment.squashed, c);
            let held = *cell + product(product(*given, at(o, c)), hill(squashed));
            let held = held.clamp(-MOST_BACK, MOST_BACK);
            *do_ = product(product(*given, squashed), bell(at(o, c)));
            *di = product(product(held, at(g, c)), bell(at(i, c)));
            *df = product(product(held, at(&moment.cells_before, c)), bell(at(f, c)));
            *dg = product(product(held, at(i, c)), hill(at(g, c)));
            *cell = product(held, at(f, c));
        }
        let mut given = [0_i64; CELLS];
        let rows = weights.gates.iter().flatten().zip(gradient.gates.iter_mut().flatten());
        for (delta, (row, gradient)) in deltas.iter().flatten().zip(rows) {
            gradient.iter_mut().zip(moment.seen).for_each(|(g, x)| *g += product(*delta, x));
            given.iter_mut().zip(row.iter().skip(INPUTS)).for_each(|(b, w)| *b += product(*delta, *w));
        }
        self.given = given.map(|b| b.clamp(-MOST_BACK, MOST_BACK));
    }
}

impl Lstm {
    /// One that has learnt nothing: it predicts the last sample. All of them begin with the same weights.
    pub fn new() -> Self {
        let net = Net {
            weights: Weights::fresh(),
            usual: Weights::ZERO,
            past: [Moment::default(); DEPTH],
            cells: [0; CELLS],
            given: [0; CELLS],
            learnt: 0,
        };
        Self {
            net: Box::new(net),
            last: None,
            steps: [0; 2],
            centre: Average::default(),
            spread: Scale::default(),
            stride: Scale::default(),
            lean: 0,
        }
    }

    fn take(&mut self, sample: i64, learn: bool) {
        if let Some(last) = self.last {
            let step = sample.saturating_sub(last);
            if learn {
                let target = self.stride.units(i128::from(step) << 16);
                self.net.learn(target.saturating_sub(self.lean).clamp(-(4 << 16), 4 << 16));
            }
            self.stride.push(step.unsigned_abs());
            let [newest, _] = self.steps;
            self.steps = [step, newest];
        }
        self.last = Some(sample);
        self.centre.push(sample);
        let off = (i128::from(sample) << 16) - self.centre.mean();
        self.spread.push(u64::try_from(off.unsigned_abs() >> 16).unwrap_or(u64::MAX));
        let [first, second] = self.steps.map(|s| self.stride.units(i128::from(s) << 16));
        let lean = self.net.forward([self.spread.units(off), first, second, ONE]);
        self.lean = lean.clamp(-(8 << 16), 8 << 16);
    }
}

impl Neuron for Lstm {
    fn kind(&self) -> Kind {
        Kind::Lstm
    }

    fn predict(&self) -> i64 {
        self.last.map_or(0, |last| plus_q16(last, self.stride.times(self.lean)))
    }

    fn adapt(&mut self, seen: i64) {
        self.take(seen, true);
    }

    fn tick(&mut self) {
        self.take(self.predict(), false);
    }

    fn export_gene(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&[1, INPUTS as u8, CELLS as u8, 0]);
        out.extend_from_slice(&self.net.learnt.to_le_bytes());
        let rows = self.net.weights.rows();
        rows.for_each(|row| Block::from_scaled(&row.map(i64::from), 16).write(out));
    }

    fn install_gene(&mut self, gene: &[u8]) -> Result<(), Error> {
        let wrong = Error::Corrupt("gene of a recurrent neuron");
        if gene.len() != GENE {
            return Err(wrong);
        }
        let mut cursor = Cursor::new(gene);
        if cursor.bytes(4)? != [1, INPUTS as u8, CELLS as u8, 0] {
            return Err(wrong);
        }
        let learnt = cursor.bytes(4)?.first_chunk().copied().unwrap_or_default();
        let mut weights = Weights::ZERO;
        for row in weights.rows_mut() {
            let block = Block::<WIDTH>::read(cursor.bytes(Block::<WIDTH>::BYTES)?);
            let scaled = block.ok_or(wrong.clone())?.to_scaled(16);
            if scaled.iter().any(|w| w.unsigned_abs() > MOST_WEIGHT.unsigned_abs()) {
                return Err(wrong);
            }
            *row = scaled.map(|w| w as i32);
        }
        self.net.weights = weights;
        self.net.usual = Weights::ZERO;
        self.net.learnt = u32::from_le_bytes(learnt);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::neuron::{Lag, Linear, measure};
    use alloc::vec;

    /// The logistic map: each sample says the next, and no linear rule knows how.
    fn chaos(count: usize) -> Vec<i64> {
        let mut x = 312_345_i64;
        core::iter::repeat_with(|| {
            x = 391 * x * (1_000_000 - x) / 100_000_000;
            x
        })
        .take(count)
        .collect()
    }

    #[test]
    fn it_learns_what_no_linear_neuron_can() {
        let series = chaos(16_000);
        let (early, late) = series.split_at(14_000);
        let (mut lstm, mut linear, mut lag) = (Lstm::new(), Linear::new(), Lag::new(1));
        let neurons: [&mut dyn Neuron; 3] = [&mut lstm, &mut linear, &mut lag];
        let [lstm, linear, lag] = neurons.map(|neuron| {
            measure(neuron, early);
            measure(neuron, late).missed / late.len() as u128
        });
        std::println!("missed: lstm {lstm}, linear {linear}, persistence {lag}");
        assert!(lstm * 4 < linear, "{lstm} {linear}");
        assert!(lstm * 4 < lag, "{lstm} {lag}");
    }

    #[test]
    fn a_gene_carries_what_was_learnt() {
        let series = chaos(9000);
        let mut teacher = Lstm::new();
        measure(&mut teacher, &series);
        let mut gene = vec![];
        teacher.export_gene(&mut gene);
        assert_eq!(gene.len(), 833);
        let (mut cold, mut warm) = (Lstm::new(), Lstm::new());
        warm.install_gene(&gene).unwrap();
        let mut again = vec![];
        warm.export_gene(&mut again);
        assert_eq!(gene, again);
        let early = &series[..300];
        let (warm, cold) = (measure(&mut warm, early).missed, measure(&mut cold, early).missed);
        assert!(warm * 2 < cold, "{warm} {cold}");
    }

    #[test]
    fn genes_that_are_wrong_are_refused() {
        let mut neuron = Lstm::new();
        let mut gene = vec![];
        neuron.export_gene(&mut gene);
        assert!(neuron.install_gene(&gene).is_ok());
        for (at, byte) in [(0, 2), (1, 5), (2, 9), (3, 1), (8, 200), (808, 255)] {
            let mut wrong = gene.clone();
            wrong[at] = byte;
            wrong[at + 2] |= 0x40;
            assert!(neuron.install_gene(&wrong).is_err(), "{at}");
        }
        assert!(neuron.install_gene(&gene[..832]).is_err());
    }
}
