//! A column predicted by fixed weights on its own last steps and on those of its parents; what that misses is coded
//! adaptively.
//!
//! ```text
//! linear := parents varint | columns back varint * | inputs | weight zigzag varint * | first code zigzag varint |
//!           block of surprises *
//! ```
//! Weights are in units of 2^-20; inputs are own steps and parents' steps into the same row, unscaled. The prediction is
//! the last code plus the weighted steps, rounded down. Surprises start with the second code; a block has [`BLOCK`] of
//! them, the last one fewer.

mod adaptive;
mod choose;

use adaptive::Surprises;

use crate::{
    Error,
    codec::{
        coder::{
            inputs::{self, Input, MAX_INPUTS, read_parents},
            series::Tally,
        },
        windows::windows_of,
    },
    entropy::{
        Cursor,
        odds::{Decoder, Encoder},
        put_varint,
    },
    num::{unzigzag, zigzag},
};
use alloc::{borrow::Cow, vec, vec::Vec};
use core::ops::Range;

/// Fraction bits of a weight.
const FRACTION: u32 = 20;
/// Surprises in a block.
const BLOCK: usize = 1 << 16;
/// Rows whose parents a decoder looks at in one go.
const RUN: usize = 1 << 10;

/// What was chosen for a column.
pub(in crate::codec) struct Plan {
    chosen: choose::Linear,
    weights: Weights,
}

impl Plan {
    /// Chooses parents among `neighbours`, and weights.
    pub(in crate::codec) fn new(codes: &[i64], neighbours: &[&[i64]]) -> Self {
        let chosen = choose::choose(codes, neighbours, FRACTION);
        let weights = Weights::new(&chosen.inputs, &chosen.weights);
        Self { chosen, weights }
    }

    fn parents<'n>(&self, neighbours: &[&'n [i64]]) -> Vec<&'n [i64]> {
        self.chosen.parents.iter().filter_map(|parent| neighbours.get(*parent).copied()).collect()
    }

    /// Bits, roughly, that [`Plan::write`] takes.
    pub(in crate::codec) fn estimate(&self, codes: &[i64], neighbours: &[&[i64]]) -> u64 {
        /// An input and its weight.
        const INPUT: u64 = 40;
        let parents = self.parents(neighbours);
        let (mut tally, mut seen) = (Tally::EMPTY, 0);
        for rows in windows_of(codes.len()) {
            let surprises = self.weights.surprises(codes, &parents, rows);
            surprises.iter().for_each(|surprise| tally.add(zigzag(*surprise)));
            seen += surprises.len() as u64;
        }
        tally.bits() * codes.len() as u64 / seen.max(1) + INPUT * self.chosen.inputs.len() as u64
    }

    /// Appends the codes that it was made for.
    pub(in crate::codec) fn write(&self, codes: &[i64], neighbours: &[&[i64]], out: &mut Vec<u8>) {
        let Some(first) = codes.first() else { return };
        let chosen = &self.chosen;
        put_varint(out, chosen.parents.len() as u64);
        chosen.parents.iter().for_each(|parent| put_varint(out, *parent as u64));
        inputs::write_all(&chosen.inputs, out);
        chosen.weights.iter().for_each(|weight| put_varint(out, zigzag(*weight)));
        put_varint(out, zigzag(*first));
        let parents = self.parents(neighbours);
        let (mut coder, mut coding) = (Encoder::default(), Surprises::new());
        for start in (1..codes.len()).step_by(BLOCK) {
            let rows = start..codes.len().min(start + BLOCK);
            for surprise in self.weights.surprises(codes, &parents, rows) {
                coding.code(&mut coder, surprise);
            }
            coder.finish(out);
        }
    }
}

/// A sum of weighted steps as a whole number.
#[inline]
fn rounded(sum: i64) -> i64 {
    sum.wrapping_add(1 << (FRACTION - 1)) >> FRACTION
}

/// Weights in the places they serve in.
struct Weights {
    /// Of the own steps, the newest first, up to the last that has one.
    own: Vec<i64>,
    /// Of parents' steps, with the parent.
    told: Vec<(usize, i64)>,
}

impl Weights {
    fn new(inputs: &[Input], weights: &[i64]) -> Self {
        let (mut own, mut told) = (vec![], vec![]);
        for (input, weight) in inputs.iter().zip(weights) {
            match *input {
                Input::Own(back) => {
                    let back = usize::from(back);
                    if own.len() <= back {
                        own.resize(back + 1, 0);
                    }
                    if let Some(slot) = own.get_mut(back) {
                        *slot = *weight;
                    }
                }
                Input::Step { parent, .. } => told.push((usize::from(parent), *weight)),
                _ => {}
            }
        }
        Self { own, told }
    }

    /// What the prediction of some rows, but of the first of all, misses.
    fn surprises(&self, codes: &[i64], parents: &[&[i64]], rows: Range<usize>) -> Vec<i64> {
        let start = rows.start.max(1);
        let mut sums = vec![0; rows.end.saturating_sub(start)];
        self.add_told(parents, start, &mut sums);
        // The steps into these rows, and into those before that weights reach back to.
        let back = self.own.len();
        let mut steps = vec![0; (back + 1).saturating_sub(start)];
        let codes = codes.get(start.saturating_sub(back + 1)..rows.end).unwrap_or_default();
        steps.extend(codes.iter().zip(codes.iter().skip(1)).map(|(above, here)| here.wrapping_sub(*above)));
        for (age, weight) in (1..).zip(&self.own).filter(|(_, weight)| **weight != 0) {
            let steps = steps.get(back - age..).unwrap_or_default();
            for (sum, step) in sums.iter_mut().zip(steps) {
                *sum = sum.wrapping_add(step.wrapping_mul(*weight));
            }
        }
        let steps = steps.get(back..).unwrap_or_default();
        sums.iter_mut().zip(steps).for_each(|(sum, step)| *sum = step.wrapping_sub(rounded(*sum)));
        sums
    }

    /// Adds to `sums` what the parents say of the rows from `start` on, which is not 0: in units of 2^-FRACTION.
    fn add_told(&self, parents: &[&[i64]], start: usize, sums: &mut [i64]) {
        for (parent, weight) in &self.told {
            let values = parents.get(*parent).and_then(|values| values.get(start - 1..)).unwrap_or_default();
            for (sum, (above, here)) in sums.iter_mut().zip(values.iter().zip(values.iter().skip(1))) {
                *sum = sum.wrapping_add(here.wrapping_sub(*above).wrapping_mul(*weight));
            }
        }
    }
}

/// Appends `count` codes.
pub(in crate::codec) fn decode<'n>(
    cursor: &mut Cursor<'_>,
    count: usize,
    neighbour: impl Fn(usize) -> Result<Cow<'n, [i64]>, Error>,
    out: &mut Vec<i64>,
) -> Result<(), Error> {
    if count == 0 {
        return Ok(());
    }
    let parents = read_parents(cursor)?.into_iter().map(neighbour).collect::<Result<Vec<_>, _>>()?;
    let inputs = inputs::read_all(cursor, parents.len(), MAX_INPUTS)?;
    if inputs.iter().any(|input| !matches!(input, Input::Own(_) | Input::Step { offset: 1, .. })) {
        return Err(Error::Corrupt("an input that fixed weights do not take"));
    }
    let weights = inputs.iter().map(|_| Ok(unzigzag(cursor.varint()?))).collect::<Result<Vec<_>, Error>>()?;
    let first = unzigzag(cursor.varint()?);
    let parents: Vec<&[i64]> = parents.iter().map(|values| &**values).collect();
    let weights = Weights::new(&inputs, &weights);
    let mut told = Vec::new();
    let (mut own, mut surprises) = (Own::new(&weights.own, first), Surprises::new());
    out.push(first);
    for start in (1..count).step_by(BLOCK) {
        let end = count.min(start + BLOCK);
        let mut coder = Decoder::new(cursor)?;
        for start in (start..end).step_by(RUN) {
            told.clear();
            told.resize(RUN.min(end - start), 0);
            weights.add_told(&parents, start, &mut told);
            out.extend(told.iter().map(|told| own.next(*told, surprises.code(&mut coder, 0))));
        }
        coder.finish()?;
    }
    Ok(())
}

/// Own steps that are remembered.
const MEMORY: usize = inputs::MAX_OWN;

/// A column that is being rebuilt from its surprises.
struct Own<'w> {
    weights: &'w [i64],
    last: i64,
    /// Own steps: a window that moves down in an array twice as long, so that it always lies in one piece.
    steps: [i64; 2 * MEMORY],
    at: usize,
}

impl<'w> Own<'w> {
    fn new(weights: &'w [i64], first: i64) -> Self {
        Self { weights, last: first, steps: [0; 2 * MEMORY], at: MEMORY }
    }

    /// The next code.
    #[inline(always)]
    fn next(&mut self, told: i64, surprise: i64) -> i64 {
        let steps = self.steps.get(self.at..).unwrap_or_default();
        let sum =
            self.weights.iter().zip(steps).fold(told, |sum, (w, x)| sum.wrapping_add(w.wrapping_mul(*x)));
        let step = rounded(sum).wrapping_add(surprise);
        if self.at == 0 {
            self.steps.copy_within(..MEMORY, MEMORY);
            self.at = MEMORY;
        }
        self.at -= 1;
        if let Some(slot) = self.steps.get_mut(self.at) {
            *slot = step;
        }
        self.last = self.last.wrapping_add(step);
        self.last
    }
}
