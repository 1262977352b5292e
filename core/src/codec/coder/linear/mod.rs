//! A column predicted by fixed weights on its own last steps and on those of its parents; what that misses is coded
//! adaptively.
//!
//! ```text
//! linear := first code zigzag varint | parents varint | (columns back varint | weight zigzag varint) * |
//!           own steps varint | (gap varint | weight zigzag varint) * | block of surprises *
//! ```
//! Weights are in units of 2^-20, of parents' steps into the same row and of own steps, the newest first; a gap is how many
//! steps lie between. The prediction is the last code plus the weighted steps, rounded down. Surprises start with the second
//! code; a block has [`BLOCK`] of them, the last one fewer.

mod adaptive;
mod choose;
mod products;

use adaptive::Surprises;

use crate::{
    codec::{
        coder::{
            inputs::{MAX_OWN, MAX_PARENTS},
            series::Tally,
        },
        windows::windows_of,
    },
    entropy::{
        Cursor,
        odds::{Decoder, Encoder},
        put_varint,
    },
    error::Error,
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

/// What was chosen for a column: which neighbours its parents are, and weights.
pub(in crate::codec) struct Plan {
    parents: Vec<usize>,
    weights: Weights,
}

impl Plan {
    /// Chooses parents among `neighbours`, and weights.
    pub(in crate::codec) fn new(codes: &[i64], neighbours: &[&[i64]]) -> Self {
        choose::choose(codes, neighbours, FRACTION)
    }

    fn parents<'n>(&self, neighbours: &[&'n [i64]]) -> Vec<&'n [i64]> {
        self.parents.iter().filter_map(|parent| neighbours.get(*parent).copied()).collect()
    }

    /// Bits, roughly, that [`Plan::write`] takes.
    pub(in crate::codec) fn estimate(&self, codes: &[i64], neighbours: &[&[i64]]) -> u64 {
        /// An input and its weight.
        const INPUT: u64 = 32;
        let parents = self.parents(neighbours);
        let (mut tally, mut seen) = (Tally::EMPTY, 0);
        for rows in windows_of(codes.len()) {
            let surprises = self.weights.surprises(codes, &parents, rows);
            surprises.iter().for_each(|surprise| tally.add(zigzag(*surprise)));
            seen += surprises.len() as u64;
        }
        tally.bits() * codes.len() as u64 / seen.max(1) + INPUT * self.weights.count() as u64
    }

    /// Appends the codes that it was made for.
    pub(in crate::codec) fn write(&self, codes: &[i64], neighbours: &[&[i64]], out: &mut Vec<u8>) {
        let Some(first) = codes.first() else { return };
        put_varint(out, zigzag(*first));
        self.write_head(out);
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

    fn write_head(&self, out: &mut Vec<u8>) {
        let told = &self.weights.told;
        put_varint(out, told.len() as u64);
        for (back, weight) in self.parents.iter().zip(told) {
            put_varint(out, *back as u64);
            put_varint(out, zigzag(*weight));
        }
        put_varint(out, self.weights.own_steps().count() as u64);
        let mut next = 0;
        for (back, weight) in self.weights.own_steps() {
            put_varint(out, (back - next) as u64);
            put_varint(out, zigzag(weight));
            next = back + 1;
        }
    }

    /// Reads what [`Self::write_head`] writes.
    fn read_head(cursor: &mut Cursor<'_>) -> Result<Self, Error> {
        let (parents, told) = read_parents(cursor)?;
        let mut own = Vec::new();
        for _ in 0..count_of(cursor, MAX_OWN)? {
            let left = (MAX_OWN - 1).checked_sub(own.len()).ok_or(IMPOSSIBLE)?;
            let gap = count_of(cursor, left)?;
            own.resize(own.len() + gap, 0);
            own.push(unzigzag(cursor.varint()?));
        }
        Ok(Self { parents, weights: Weights { own, told } })
    }
}

/// Reads the parents of a column, as how many columns back they stand, and their weights.
fn read_parents(cursor: &mut Cursor<'_>) -> Result<(Vec<usize>, Vec<i64>), Error> {
    let (mut parents, mut told) = (Vec::new(), Vec::new());
    for _ in 0..count_of(cursor, MAX_PARENTS)? {
        parents.push(count_of(cursor, u16::MAX.into())?);
        told.push(unzigzag(cursor.varint()?));
    }
    Ok((parents, told))
}

/// Returns the columns that the column at `cursor` looks at, as how many columns back they stand.
pub(in crate::codec) fn parents(cursor: &mut Cursor<'_>) -> Result<Vec<usize>, Error> {
    cursor.varint()?;
    Ok(read_parents(cursor)?.0)
}

fn count_of(cursor: &mut Cursor<'_>, most: usize) -> Result<usize, Error> {
    let count = usize::try_from(cursor.varint()?).ok().filter(|count| *count <= most);
    count.ok_or(IMPOSSIBLE)
}

const IMPOSSIBLE: Error = Error::Corrupt("impossible weights of a column");

/// A sum of weighted steps as a whole number.
#[inline]
fn rounded(sum: i64) -> i64 {
    sum.wrapping_add(1 << (FRACTION - 1)) >> FRACTION
}

/// Weights in the places they serve in.
struct Weights {
    /// Of the own steps, the newest first, up to the last that has one.
    own: Vec<i64>,
    /// Of each parent's step.
    told: Vec<i64>,
}

impl Weights {
    /// The own steps that have a weight.
    fn own_steps(&self) -> impl Iterator<Item = (usize, i64)> {
        self.own.iter().copied().enumerate().filter(|(_, weight)| *weight != 0)
    }

    /// How many there are.
    fn count(&self) -> usize {
        self.told.len() + self.own_steps().count()
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
        for (age, weight) in self.own_steps() {
            let steps = steps.get(back - 1 - age..).unwrap_or_default();
            for (sum, step) in sums.iter_mut().zip(steps) {
                *sum = sum.wrapping_add(step.wrapping_mul(weight));
            }
        }
        let steps = steps.get(back..).unwrap_or_default();
        sums.iter_mut().zip(steps).for_each(|(sum, step)| *sum = step.wrapping_sub(rounded(*sum)));
        sums
    }

    /// Adds to `sums` what the parents say of the rows from `start` on, which is not 0: in units of 2^-FRACTION.
    fn add_told(&self, parents: &[&[i64]], start: usize, sums: &mut [i64]) {
        for (values, weight) in parents.iter().zip(&self.told) {
            let values = values.get(start - 1..).unwrap_or_default();
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
    let first = unzigzag(cursor.varint()?);
    let Plan { parents, weights } = Plan::read_head(cursor)?;
    let parents = parents.into_iter().map(neighbour).collect::<Result<Vec<_>, _>>()?;
    let parents: Vec<&[i64]> = parents.iter().map(|values| &**values).collect();
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
const MEMORY: usize = MAX_OWN;

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
