//! What a follower is made of, and how an encoder says it in a few bytes.
//!
//! ```text
//! recipe := form | season | echo | parents of 12: bit each, the first by its number | inputs: bit each |
//!           of more than ten inputs, which come first: bit each | [first | shift, before the first value]
//! ```
//! Everything else is made alike at both ends from the values before: base and step, lists, scales.

use crate::{
    codec::{
        coder::{
            inputs::{self, Input, MAX_INPUTS, MAX_PARENTS},
            strong::{FEW_INPUTS, MAX_ECHO, MAX_SEASON, choose_among},
        },
        level::Level,
    },
    entropy::{
        counted::{Bit, Number},
        range::Coder,
    },
};
use alloc::vec::Vec;

/// The number line of a follower.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    /// Plain integers.
    Units,
    /// Multiples of a step, from a base.
    Steps,
    /// Values of a list, predicted where they lie.
    Places,
    /// Values of a list, predicted by their ranks.
    Ranks,
    /// Decimals of so many significant digits as the column has.
    Bent,
}

impl Form {
    const ALL: [Self; 5] = [Self::Units, Self::Steps, Self::Places, Self::Ranks, Self::Bent];
}

/// What a follower is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recipe {
    pub(super) form: Form,
    pub(super) season: usize,
    pub(super) echo: usize,
    /// Which of the neighbours.
    pub(super) parents: Vec<usize>,
    pub(super) inputs: Vec<Input>,
    /// What the values before do not tell where there are none: a value near the first one, and how steps are scaled.
    pub(super) start: (i64, i8),
}

impl Recipe {
    /// A recipe for a column of which nothing has been seen but `values`, which are to come.
    pub(crate) fn unseen(values: &[i64]) -> Self {
        let inputs = [Input::Bias, Input::Level, Input::Own(0), Input::Own(1)].to_vec();
        let start = (values.first().copied().unwrap_or(0), inputs::shift_of(values));
        Self { form: Form::Units, season: 0, echo: 0, parents: Vec::new(), inputs, start }
    }

    /// The recipe of this form that suits `values`, whose places are `places`.
    pub(super) fn suiting(form: Form, places: &[i64], neighbours: &[&[i64]], level: Level) -> Self {
        let chosen = choose_among(places, neighbours, 1..3, level.max(Level::SQUARES));
        let (season, echo) = (chosen.choice.season, chosen.choice.echo);
        let (parents, mut inputs) = in_order(&chosen.parents, &chosen.choice.inputs);
        // In either half the order says nothing.
        let half = inputs.len().min(FEW_INPUTS);
        let (few, more) = inputs.split_at_mut(half);
        few.sort_unstable();
        more.sort_unstable();
        Self { form, season, echo, parents, inputs, start: (0, 0) }
    }

    /// Which of the neighbours it looks at.
    pub(crate) fn parents(&self) -> &[usize] {
        &self.parents
    }
}

/// The same parents and inputs, with all parents but the first in rising order.
fn in_order(parents: &[usize], inputs: &[Input]) -> (Vec<usize>, Vec<Input>) {
    let mut ordered = parents.to_vec();
    ordered.get_mut(1..).unwrap_or_default().sort_unstable();
    let place = |parent: u8| {
        let parent = parents.get(usize::from(parent));
        ordered.iter().position(|other| Some(other) == parent).unwrap_or(0) as u8
    };
    let input = |input: &Input| match *input {
        Input::Step { parent, offset } => Input::Step { parent: place(parent), offset },
        Input::ParentLevel(parent) => Input::ParentLevel(place(parent)),
        input => input,
    };
    let inputs = inputs.iter().map(input).collect();
    (ordered, inputs)
}

/// How recipes mostly are.
#[derive(Debug, Clone, Default)]
pub(crate) struct RecipeOdds {
    form: [Bit; 4],
    season: Number,
    echo: Number,
    /// Whether there is a parent, which is the first, and whether each of the others is one.
    has_parent: Bit,
    first_parent: Number,
    other_parent: Bit,
    /// By kind.
    inputs: [Bit; KINDS],
    early: [Bit; KINDS],
    first: Number,
    shift: Number,
}

/// Kinds of inputs that have odds of their own.
const KINDS: usize = 3 + OWN as usize + 3 + 3;
/// Own steps that may be an input.
const OWN: u8 = 16;

fn kind_of(input: Input) -> usize {
    let own = usize::from(OWN);
    match input {
        Input::Bias => 0,
        Input::Level => 1,
        Input::SlowLevel => 2,
        Input::Own(back) => 3 + usize::from(back.min(OWN - 1)),
        Input::Season(which) => 3 + own + usize::from(which.min(2)),
        Input::Step { offset, .. } => 6 + own + usize::from(offset.clamp(1, 2) - 1),
        Input::ParentLevel(_) => 8 + own,
    }
}

/// All that can be an input, in the order in which recipes say it.
fn candidates(season: usize, parents: usize) -> Vec<Input> {
    let mut all = Vec::from([Input::Bias, Input::Level, Input::SlowLevel]);
    all.extend((0..OWN).map(Input::Own));
    all.extend((0..if season > 0 { 3 } else { 0 }).map(Input::Season));
    for parent in 0..parents as u8 {
        all.extend((1..3).map(|offset| Input::Step { parent, offset }));
        all.push(Input::ParentLevel(parent));
    }
    all
}

impl RecipeOdds {
    /// Codes a recipe: the one that is `wanted`, or what the coder says. `unseen` if there are no values before. `None` if
    /// the coder says an impossible one.
    pub(crate) fn code(&mut self, coder: &mut impl Coder, wanted: &Recipe, unseen: bool) -> Option<Recipe> {
        let form = self.form(coder, wanted.form);
        let season = self.season.code(coder, wanted.season as u64);
        let echo = self.echo.code(coder, wanted.echo as u64);
        let season = usize::try_from(season).ok().filter(|season| *season <= MAX_SEASON)?;
        let echo = usize::try_from(echo).ok().filter(|echo| *echo <= MAX_ECHO)?;
        let parents = self.parents(coder, &wanted.parents)?;
        let (mut few, mut more) = (Vec::new(), Vec::new());
        for input in candidates(season, parents.len()) {
            let bits = self.inputs.get_mut(kind_of(input)).zip(self.early.get_mut(kind_of(input)));
            let (taken, early) = bits?;
            let at = wanted.inputs.iter().position(|known| *known == input);
            if taken.code(coder, at.is_some()) {
                let is_early = early.code(coder, at.is_some_and(|at| at < FEW_INPUTS));
                if is_early { few.push(input) } else { more.push(input) }
            }
        }
        let sound = few.len() <= FEW_INPUTS && (more.is_empty() || few.len() == FEW_INPUTS);
        few.append(&mut more);
        if !sound || few.len() > MAX_INPUTS {
            return None;
        }
        let mut start = (0, 0);
        if unseen {
            let shift = self.shift.code_signed(coder, i64::from(wanted.start.1));
            let shift = i8::try_from(shift).ok().filter(|shift| inputs::SHIFTS.contains(shift))?;
            start = (self.first.code_signed(coder, wanted.start.0), shift);
        }
        Some(Recipe { form, season, echo, parents, inputs: few, start })
    }

    fn form(&mut self, coder: &mut impl Coder, wanted: Form) -> Form {
        let mut forms = Form::ALL.into_iter().zip(&mut self.form);
        let is_it = |(form, bit): (Form, &mut Bit)| bit.code(coder, form == wanted).then_some(form);
        forms.find_map(is_it).unwrap_or(Form::Bent)
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

/// Columns back that a parent may be.
const MAX_NEIGHBOURS: usize = 64;
