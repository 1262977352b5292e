//! A column predicted by fixed weights on its own last steps and on those of its parents; what that misses is coded
//! adaptively.
//!
//! ```text
//! linear := parents varint | columns back varint * | inputs | weight zigzag varint * | first code zigzag varint |
//!           bytes varint | range code of the surprises, from the second code on
//! ```
//! Weights are in units of 2^-20; inputs are own steps and parents' steps into the same row, unscaled. The prediction is
//! the last code plus the weighted steps, rounded down.

use super::{
    MOST_INPUTS,
    adaptive::Surprises,
    choose,
    inputs::{self, Input},
    read_parents,
};
use crate::{
    Error,
    entropy::{
        Cursor, put_varint,
        range::{Coder, Decoder, Encoder},
    },
    num::{unzigzag, zigzag},
};
use alloc::{borrow::Cow, vec, vec::Vec};

/// Fraction bits of a weight.
const FRACTION: u32 = 20;

/// Appends `codes`.
pub(super) fn encode(codes: &[i64], neighbours: &[&[i64]], out: &mut Vec<u8>) {
    let Some(first) = codes.first() else { return };
    let chosen = choose::linear(codes, neighbours, FRACTION);
    put_varint(out, chosen.parents.len() as u64);
    chosen.parents.iter().for_each(|parent| put_varint(out, *parent as u64));
    inputs::write_all(&chosen.inputs, out);
    chosen.weights.iter().for_each(|weight| put_varint(out, zigzag(*weight)));
    put_varint(out, zigzag(*first));
    let parents: Vec<&[i64]> =
        chosen.parents.iter().filter_map(|parent| neighbours.get(*parent).copied()).collect();
    let mut coder = Encoder::default();
    let mut line = Linear::new(&chosen.inputs, &chosen.weights, &parents, *first);
    for code in codes.iter().skip(1) {
        line.step(&mut coder, *code);
    }
    let bytes = coder.finish();
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(&bytes);
}

/// Appends `count` codes.
pub(super) fn decode<'n>(
    cursor: &mut Cursor<'_>,
    count: usize,
    neighbour: impl Fn(usize) -> Result<Cow<'n, [i64]>, Error>,
    out: &mut Vec<i64>,
) -> Result<(), Error> {
    if count == 0 {
        return Ok(());
    }
    let parents = read_parents(cursor)?.into_iter().map(neighbour).collect::<Result<Vec<_>, _>>()?;
    let inputs = inputs::read_all(cursor, parents.len(), MOST_INPUTS)?;
    if inputs.iter().any(|input| !matches!(input, Input::Own(_) | Input::Step { offset: 1, .. })) {
        return Err(Error::Corrupt("an input that fixed weights do not take"));
    }
    let weights = inputs.iter().map(|_| Ok(unzigzag(cursor.varint()?))).collect::<Result<Vec<_>, Error>>()?;
    let first = unzigzag(cursor.varint()?);
    let bytes = usize::try_from(cursor.varint()?).unwrap_or(usize::MAX);
    let mut coder = Decoder::new(cursor.bytes(bytes)?);
    let parents: Vec<&[i64]> = parents.iter().map(|values| &**values).collect();
    let mut line = Linear::new(&inputs, &weights, &parents, first);
    out.push(first);
    for _ in 1..count {
        out.push(line.step(&mut coder, 0));
    }
    Ok(())
}

/// Own steps that are remembered.
const MEMORY: usize = inputs::MOST_OWN;

struct Linear {
    surprises: Surprises,
    /// Weights of the own steps, the newest first, up to the last that is not 0.
    own: Vec<i64>,
    /// What the parents say of each row, in units of 2^-FRACTION.
    told: Vec<i64>,
    row: usize,
    last: i64,
    /// Own steps: a window that moves down in an array twice as long, so that it always lies in one piece.
    steps: [i64; 2 * MEMORY],
    at: usize,
}

impl Linear {
    fn new(inputs: &[Input], weights: &[i64], parents: &[&[i64]], first: i64) -> Self {
        let mut own = vec![];
        let mut told = vec![];
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
                Input::Step { parent, .. } => {
                    let Some(values) = parents.get(usize::from(parent)) else { continue };
                    told.resize(values.len(), 0i64);
                    for (told, (here, above)) in
                        told.iter_mut().skip(1).zip(values.iter().skip(1).zip(*values))
                    {
                        *told = told.wrapping_add(here.wrapping_sub(*above).wrapping_mul(*weight));
                    }
                }
                _ => {}
            }
        }
        Self {
            surprises: Surprises::new(),
            own,
            told,
            row: 1,
            last: first,
            steps: [0; 2 * MEMORY],
            at: MEMORY,
        }
    }

    #[inline]
    fn step(&mut self, coder: &mut impl Coder, wanted: i64) -> i64 {
        let steps = self.steps.get(self.at..).unwrap_or_default();
        let told = self.told.get(self.row).copied().unwrap_or(0);
        let sum = self.own.iter().zip(steps).fold(told, |sum, (w, x)| sum.wrapping_add(w.wrapping_mul(*x)));
        let predicted = self.last.wrapping_add((sum.wrapping_add(1 << (FRACTION - 1))) >> FRACTION);
        let code = predicted.wrapping_add(self.surprises.code(coder, wanted.wrapping_sub(predicted)));
        if self.at == 0 {
            self.steps.copy_within(..MEMORY, MEMORY);
            self.at = MEMORY;
        }
        self.at -= 1;
        if let Some(slot) = self.steps.get_mut(self.at) {
            *slot = code.wrapping_sub(self.last);
        }
        self.last = code;
        self.row += 1;
        code
    }
}
