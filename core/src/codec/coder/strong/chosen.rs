//! What a strong model is made of, and how an encoder says it in a few bytes.
//!
//! ```text
//! chosen := season | echo | parents: the first by its number, of the others a bit each | inputs: a bit each |
//!           of more than ten inputs, which come first: a bit each
//! ```

use super::panel::{Choice, FEW_INPUTS, MAX_ECHO, MAX_SEASON};
use crate::{
    codec::coder::inputs::{Input, MAX_INPUTS, MAX_PARENTS},
    entropy::{
        counted::{Bit, Number},
        range::Coder,
    },
};
use alloc::vec::Vec;
use core::ops::Range;

/// What was chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::codec) struct Chosen {
    pub(in crate::codec) choice: Choice,
    /// Which of the neighbours.
    pub(in crate::codec) parents: Vec<usize>,
}

impl Chosen {
    /// Nothing but these inputs, of which none needs a parent or a season.
    pub(in crate::codec) fn inputs(inputs: &[Input]) -> Self {
        Self { choice: Choice { season: 0, echo: 0, inputs: inputs.to_vec() }, parents: Vec::new() }
    }

    /// The same with parents in the order in which they can be said: all but the first rise.
    pub(super) fn in_order(self) -> Self {
        let mut parents = self.parents.clone();
        parents.get_mut(1..).unwrap_or_default().sort_unstable();
        let place = |parent: u8| {
            let parent = self.parents.get(usize::from(parent));
            parents.iter().position(|other| Some(other) == parent).unwrap_or(0) as u8
        };
        let input = |input: &Input| match *input {
            Input::Step { parent, offset } => Input::Step { parent: place(parent), offset },
            Input::ParentLevel(parent) => Input::ParentLevel(place(parent)),
            input => input,
        };
        let inputs = self.choice.inputs.iter().map(input).collect();
        Self { choice: Choice { inputs, ..self.choice }, parents }
    }
}

/// Own steps that may be an input.
pub(super) const OWN: u8 = 16;
/// Columns back that a parent may be.
const MAX_NEIGHBOURS: usize = 64;

/// All that can be an input, in the order in which it is said; steps of parents are those of `offsets`, of which 0 leads
/// into the next row.
pub(super) fn candidates(season: usize, parents: usize, offsets: &Range<u8>) -> Vec<Input> {
    let mut all = Vec::from([Input::Bias, Input::Level, Input::SlowLevel]);
    all.extend((0..OWN).map(Input::Own));
    all.extend((0..if season > 0 { 3 } else { 0 }).map(Input::Season));
    for parent in 0..parents as u8 {
        all.extend(offsets.clone().map(|offset| Input::Step { parent, offset }));
        all.push(Input::ParentLevel(parent));
    }
    all
}

/// Kinds of inputs that have odds of their own.
const KINDS: usize = 3 + OWN as usize + 3 + 4;

fn kind_of(input: Input) -> usize {
    let own = usize::from(OWN);
    match input {
        Input::Bias => 0,
        Input::Level => 1,
        Input::SlowLevel => 2,
        Input::Own(back) => 3 + usize::from(back.min(OWN - 1)),
        Input::Season(which) => 3 + own + usize::from(which.min(2)),
        Input::Step { offset, .. } => 6 + own + usize::from(offset.min(2)),
        Input::ParentLevel(_) => 9 + own,
    }
}

/// How it mostly is.
#[derive(Debug, Clone, Default)]
pub(in crate::codec) struct ChosenOdds {
    season: Number,
    echo: Number,
    /// Whether there is a parent, which is the first, and whether each of the others is one.
    has_parent: Bit,
    first_parent: Number,
    other_parent: Bit,
    /// By kind.
    inputs: [Bit; KINDS],
    /// Whether there are more inputs than come early.
    has_more: Bit,
    early: Bit,
}

impl ChosenOdds {
    /// Codes what is `wanted`, or what the coder says; steps of parents are those of `offsets`. `None` if the coder says
    /// something impossible.
    pub(in crate::codec) fn code(
        &mut self,
        coder: &mut impl Coder,
        wanted: &Chosen,
        offsets: Range<u8>,
    ) -> Option<Chosen> {
        let season = self.season.code(coder, wanted.choice.season as u64);
        let echo = self.echo.code(coder, wanted.choice.echo as u64);
        let season = usize::try_from(season).ok().filter(|season| *season <= MAX_SEASON)?;
        let echo = usize::try_from(echo).ok().filter(|echo| *echo <= MAX_ECHO)?;
        let parents = self.parents(coder, &wanted.parents)?;
        let candidates = candidates(season, parents.len(), &offsets);
        let inputs = self.inputs(coder, &wanted.choice.inputs, candidates)?;
        Some(Chosen { choice: Choice { season, echo, inputs }, parents })
    }

    fn inputs(
        &mut self,
        coder: &mut impl Coder,
        wanted: &[Input],
        candidates: Vec<Input>,
    ) -> Option<Vec<Input>> {
        let has_more = self.has_more.code(coder, wanted.len() > FEW_INPUTS);
        let (mut few, mut more) = (Vec::new(), Vec::new());
        for input in candidates {
            let at = wanted.iter().position(|known| *known == input);
            if self.inputs.get_mut(kind_of(input))?.code(coder, at.is_some()) {
                let is_early = !has_more || self.early.code(coder, at.is_some_and(|at| at < FEW_INPUTS));
                if is_early { few.push(input) } else { more.push(input) }
            }
        }
        let sound = few.len() <= FEW_INPUTS && has_more != more.is_empty();
        let sound = sound && (more.is_empty() || few.len() == FEW_INPUTS);
        few.append(&mut more);
        (sound && few.len() <= MAX_INPUTS).then_some(few)
    }

    fn parents(&mut self, coder: &mut impl Coder, wanted: &[usize]) -> Option<Vec<usize>> {
        let mut parents = Vec::new();
        if !self.has_parent.code(coder, !wanted.is_empty()) {
            return Some(parents);
        }
        let first = self.first_parent.code(coder, wanted.first().copied().unwrap_or(0) as u64);
        let first = usize::try_from(first).ok().filter(|first| *first < MAX_NEIGHBOURS)?;
        parents.push(first);
        let others = wanted.iter().skip(1).copied();
        let last = others.max().map_or(0, |last| last + 1);
        let last = usize::try_from(self.first_parent.code(coder, last as u64)).ok()?;
        if last > MAX_NEIGHBOURS {
            return None;
        }
        for other in (0..last).filter(|other| *other != first) {
            let wanted = wanted.iter().skip(1).any(|known| *known == other);
            if self.other_parent.code(coder, wanted) {
                parents.push(other);
            }
        }
        (parents.len() <= MAX_PARENTS).then_some(parents)
    }
}
