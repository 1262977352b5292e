//! What a column is predicted from: its own past, and columns that are known already.
//!
//! All inputs are scaled: a shift brings the mean step of their column to 2^13.

use crate::neuron::least::MAX_INPUT;
use alloc::vec::Vec;
use core::ops::RangeInclusive;

/// Inputs of a prediction at most.
pub(in crate::codec) const MAX_INPUTS: usize = 40;
/// Parents of a column at most.
pub(in crate::codec) const MAX_PARENTS: usize = 12;

/// A thing to predict from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::codec) enum Input {
    Bias,
    /// A step of the column itself, so many rows back.
    Own(u8),
    /// Its last value less the mean of about the last 16.
    Level,
    /// Less that of about the last 256.
    SlowLevel,
    /// Around the last value but one season: the step to it, where it lies from here, the step from it.
    Season(u8),
    /// A step of a parent: into the next row, into the same row, into the row before.
    Step {
        parent: u8,
        offset: u8,
    },
    /// Where a parent lay a row before, less its mean of about the last 256.
    ParentLevel(u8),
}

/// Own steps that can be inputs.
pub(in crate::codec) const MAX_OWN: usize = 32;
/// The constant input.
pub(in crate::codec) const BIAS: i32 = 1 << 13;
/// Levels may be farther from their mean than steps are from 0.
const MAX_STEP: i64 = 1 << 19;
const MAX_LEVEL: i64 = MAX_INPUT as i64;

/// Shifts that a column may have.
pub(in crate::codec) const SHIFTS: RangeInclusive<i8> = -48..=16;

/// The shift of a column: by so many bits left (right if negative), its mean step becomes 2^13.
pub(in crate::codec) fn shift_of(values: &[i64]) -> i8 {
    let steps = values.iter().zip(values.iter().skip(1)).map(|(a, b)| u128::from(a.abs_diff(*b)));
    let mean = (steps.sum::<u128>() << 8) / (values.len() as u128).max(1);
    if mean == 0 {
        return 0;
    }
    (21 - (127 - mean.leading_zeros() as i32)).clamp((*SHIFTS.start()).into(), (*SHIFTS.end()).into()) as i8
}

/// A step as an input.
#[inline]
pub(in crate::codec) fn step(difference: i64, shift: i8) -> i32 {
    shifted(difference, shift, MAX_STEP)
}

/// A level as an input; it comes in units of 2^-8.
#[inline]
pub(in crate::codec) fn level(difference: i64, shift: i8) -> i32 {
    shifted(difference, shift - 8, MAX_LEVEL)
}

/// A place as one that runs of rows are compared by.
pub(in crate::codec) fn scaled(place: i64, shift: i8) -> i32 {
    shifted(place, shift, (1 << 24) - 1)
}

#[inline]
fn shifted(value: i64, shift: i8, most: i64) -> i32 {
    let by = u32::from(shift.unsigned_abs()).min(62);
    let scaled = if shift < 0 { value >> by } else { value.clamp(-(most >> by), most >> by) << by };
    scaled.clamp(-most, most) as i32
}

/// The parents' values around the row being coded.
#[derive(Debug, Clone, Copy)]
pub(in crate::codec) struct Known<'a> {
    /// The values of each: all rows, or the last few.
    pub(in crate::codec) parents: &'a [&'a [i64]],
    /// Where the row stands among them.
    pub(in crate::codec) at: usize,
}

impl Known<'_> {
    /// The value of a parent in this row, or in the one before.
    #[inline]
    pub(in crate::codec) fn values(&self, parent: usize) -> (i64, i64) {
        let at =
            |row: usize| self.parents.get(parent).and_then(|values| values.get(row)).copied().unwrap_or(0);
        (at(self.at.saturating_sub(1)), at(self.at))
    }
}

/// The inputs that parents give, in the order of those inputs that need a parent.
#[derive(Debug, Clone)]
pub(in crate::codec) struct Parents {
    told: Vec<Told>,
}

impl Parents {
    /// Makes the inputs that look at `parents`, scaled by the steps of their values.
    pub(in crate::codec) fn new(inputs: &[Input], parents: &[&[i64]]) -> Self {
        let shifts: Vec<i8> = parents.iter().map(|values| shift_of(values)).collect();
        let told = |input: &Input| {
            let parent = match input {
                Input::Step { parent, .. } | Input::ParentLevel(parent) => usize::from(*parent),
                _ => return None,
            };
            Some(Told::new(*input, parent, parents.get(parent)?, *shifts.get(parent)?))
        };
        Self { told: inputs.iter().filter_map(told).collect() }
    }

    /// Forgets all but the values of `parents` right before `row`, which is the next one.
    pub(in crate::codec) fn turn_to(&mut self, parents: &[&[i64]], row: usize) {
        for told in &mut self.told {
            told.turn_to(parents.get(told.parent).copied().unwrap_or_default(), row);
        }
    }

    /// The inputs of a row, in order; rows come one after the other.
    #[inline]
    pub(in crate::codec) fn row(&mut self, known: Known<'_>) -> impl Iterator<Item = i32> {
        self.told
            .iter_mut()
            .map(move |told| told.row(known.parents.get(told.parent).copied().unwrap_or_default(), known.at))
    }
}

/// An input that a parent gives.
#[derive(Debug, Clone)]
pub(in crate::codec) struct Told {
    parent: usize,
    shift: i8,
    /// `None` is the level.
    offset: Option<usize>,
    mean: Mean,
}

impl Told {
    /// The input of a parent with these values.
    pub(in crate::codec) fn new(input: Input, parent: usize, values: &[i64], shift: i8) -> Self {
        let offset = match input {
            Input::Step { offset, .. } => Some(usize::from(offset)),
            _ => None,
        };
        let mean = Mean::new(values.first().copied().unwrap_or(0), PARENT_MEMORY);
        Self { parent, shift, offset, mean }
    }

    /// The input of a row; for a level rows come one after the other.
    #[inline]
    pub(in crate::codec) fn row(&mut self, values: &[i64], row: usize) -> i32 {
        if let Some(offset) = self.offset {
            let behind = (row + 2).saturating_sub(offset);
            let Some(&[above, here]) = behind.checked_sub(2).and_then(|at| values.get(at..behind)) else {
                return 0;
            };
            return step(here.saturating_sub(above), self.shift);
        }
        let above = values.get(row.saturating_sub(1)).copied().unwrap_or(0);
        self.mean.learn(above);
        level(self.mean.above(above), self.shift)
    }

    /// Forgets all but the values right before `row`.
    pub(in crate::codec) fn turn_to(&mut self, values: &[i64], row: usize) {
        if self.offset.is_none() {
            let start = row.saturating_sub(2 << PARENT_MEMORY);
            self.mean = Mean::new(values.get(start).copied().unwrap_or(0), PARENT_MEMORY);
            let before = values.get(start..row.saturating_sub(1)).unwrap_or_default();
            before.iter().for_each(|value| self.mean.learn(*value));
        }
    }
}

/// Of the mean of a parent.
const PARENT_MEMORY: u32 = 8;

/// A mean that forgets.
#[derive(Debug, Clone, Copy)]
pub(in crate::codec) struct Mean {
    /// Q8.
    value: i64,
    memory: u32,
}

impl Mean {
    /// Starts at `first` and forgets in about 2^`memory` values.
    pub(in crate::codec) fn new(first: i64, memory: u32) -> Self {
        Self { value: within(first) << 8, memory }
    }

    #[inline]
    pub(in crate::codec) fn learn(&mut self, value: i64) {
        self.value += ((within(value) << 8) - self.value) >> self.memory;
    }

    /// In units of 2^-8.
    #[inline]
    pub(in crate::codec) fn get(&self) -> i64 {
        self.value
    }

    /// How far a value is above it, in units of 2^-8.
    #[inline]
    pub(in crate::codec) fn above(&self, value: i64) -> i64 {
        (within(value) << 8) - self.value
    }
}

/// A value that can be shifted by eight bits and subtracted.
#[inline]
fn within(value: i64) -> i64 {
    value.clamp(-(1 << 53), 1 << 53)
}
