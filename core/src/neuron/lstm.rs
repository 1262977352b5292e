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
//! After each sample the error is sent back through the last ten steps (truncated backpropagation through time,
//! on the activations of then and the weights of now). Each weight moves by rate * gradient / its usual gradient, within
//! four rates. Weights, activations and what is sent back are held within fixed bounds, so nothing overflows.
//! State and weights take at most 8 KB.

mod net;

use super::{
    Kind, Neuron, plus_q16,
    scale::{Average, Scale},
};
use crate::{
    entropy::Cursor,
    error::Error,
    num::{bfp::Block, sigmoid::ONE},
};
use alloc::{boxed::Box, vec::Vec};
use net::{CELLS, INPUTS, MAX_WEIGHT, Net, WIDTH, Weights};

/// Wire: the bytes of a gene.
const GENE: usize = 8 + (4 * CELLS + 1) * Block::<WIDTH>::BYTES;

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

impl Lstm {
    /// One that has learnt nothing: it predicts the last sample. All of them begin with the same weights.
    pub fn new() -> Self {
        Self {
            net: Box::new(Net::fresh()),
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
        let (weights, learnt) = self.net.knowledge();
        out.extend_from_slice(&learnt.to_le_bytes());
        weights.rows().for_each(|row| Block::from_scaled(&row.map(i64::from), 16).write(out));
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
            if scaled.iter().any(|w| w.unsigned_abs() > MAX_WEIGHT.unsigned_abs()) {
                return Err(wrong);
            }
            *row = scaled.map(|w| w as i32);
        }
        self.net.install(weights, u32::from_le_bytes(learnt));
        Ok(())
    }
}

#[cfg(test)]
mod tests;
