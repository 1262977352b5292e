//! The net of the recurrent neuron: weights, activations, and the errors sent back. Called by the neuron alone.

use crate::num::{
    Random,
    sigmoid::{ONE, logistic, tanh},
};
use core::array;

/// Wire: what the net sees of each sample.
pub(super) const INPUTS: usize = 4;
/// Wire: cells.
pub(super) const CELLS: usize = 8;
/// Wire: what a row of weights is multiplied with.
pub(super) const WIDTH: usize = INPUTS + CELLS;
/// Wire: the largest weight, in Q16.
pub(super) const MAX_WEIGHT: i64 = 8 << 16;
/// Tuning: steps that an error is sent back through.
const DEPTH: usize = 10;
/// What a cell holds stays within this, in Q16.
const MAX_CELL: i64 = 8 << 16;
/// What is sent back is in units of 2^-24 and within 64.
const MAX_BACK: i64 = 64 << 24;
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
pub(super) struct Weights {
    gates: [[Row; CELLS]; 4],
    readout: Row,
}

impl Weights {
    pub(super) const ZERO: Self = Self { gates: [[[0; WIDTH]; CELLS]; 4], readout: [0; WIDTH] };

    pub(super) fn rows(&self) -> impl Iterator<Item = &Row> {
        self.gates.iter().flatten().chain([&self.readout])
    }

    pub(super) fn rows_mut(&mut self) -> impl Iterator<Item = &mut Row> {
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

/// The net.
#[derive(Debug, Clone)]
pub(super) struct Net {
    weights: Weights,
    /// The usual size of each weight's gradient.
    usual: Weights,
    /// The newest first.
    past: [Moment; DEPTH],
    cells: Gates,
    given: Gates,
    /// Samples it has learnt from.
    learnt: u32,
}

const fn product(a: i64, b: i32) -> i64 {
    (a * b as i64) >> 16
}

fn dot(row: &Row, seen: &Row) -> i64 {
    // Twelve products below 2^19 * 2^19.
    row.iter().zip(seen).map(|(w, x)| i64::from(*w) * i64::from(*x)).sum::<i64>() >> 16
}

impl Net {
    /// One that has learnt nothing.
    pub(super) fn fresh() -> Self {
        Self {
            weights: Weights::fresh(),
            usual: Weights::ZERO,
            past: [Moment::default(); DEPTH],
            cells: [0; CELLS],
            given: [0; CELLS],
            learnt: 0,
        }
    }

    /// What it has learnt, and from how many samples.
    pub(super) const fn knowledge(&self) -> (&Weights, u32) {
        (&self.weights, self.learnt)
    }

    /// Starts from what another one has learnt; what the cells hold stays.
    pub(super) const fn install(&mut self, weights: Weights, learnt: u32) {
        (self.weights, self.usual, self.learnt) = (weights, Weights::ZERO, learnt);
    }

    /// Takes inputs; gives the readout.
    pub(super) fn forward(&mut self, inputs: [i32; INPUTS]) -> i32 {
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
            *cell = held.clamp(-MAX_CELL, MAX_CELL) as i32;
        }
        let squashed = self.cells.map(tanh);
        for (given, (squashed, o)) in self.given.iter_mut().zip(squashed.iter().zip(o)) {
            *given = product((*squashed).into(), *o) as i32;
        }
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
    pub(super) fn learn(&mut self, error: i32) {
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
    *weight = moved.clamp(-MAX_WEIGHT, MAX_WEIGHT) as i32;
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
            let held = held.clamp(-MAX_BACK, MAX_BACK);
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
        self.given = given.map(|b| b.clamp(-MAX_BACK, MAX_BACK));
    }
}
