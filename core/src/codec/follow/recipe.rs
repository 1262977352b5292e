//! What a follower is made of, and how an encoder says it in a few bytes.
//!
//! ```text
//! recipe := form | chosen | [first | shift, before the first value]
//! ```
//! Everything else is made alike at both ends from the values before: base and step, lists, scales.

use crate::{
    codec::{
        coder::{
            inputs::{self, Input},
            strong::{Chosen, ChosenOdds, choose},
        },
        level::Level,
    },
    entropy::{
        counted::{Bit, Number},
        range::Coder,
    },
};
use core::ops::Range;

/// Steps of parents that are inputs: those into this row and into the row before. The next row has not come.
const OFFSETS: Range<u8> = 1..3;

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
    pub(super) chosen: Chosen,
    /// What the values before do not tell where there are none: a value near the first one, and how steps are scaled.
    pub(super) start: (i64, i8),
}

impl Recipe {
    /// A recipe for a column of which nothing has been seen but `values`, which are to come.
    pub(crate) fn unseen(values: &[i64]) -> Self {
        let chosen = Chosen::inputs(&[Input::Bias, Input::Level, Input::Own(0), Input::Own(1)]);
        let start = (values.first().copied().unwrap_or(0), inputs::shift_of(values));
        Self { form: Form::Units, chosen, start }
    }

    /// The recipe of this form that suits `values`, whose places are `places`.
    pub(super) fn suiting(form: Form, places: &[i64], neighbours: &[&[i64]], level: Level) -> Self {
        let chosen = choose(places, neighbours, OFFSETS, level.max(Level::SQUARES));
        Self { form, chosen, start: (0, 0) }
    }

    /// Which of the neighbours it looks at.
    pub(crate) fn parents(&self) -> &[usize] {
        &self.chosen.parents
    }
}

/// How recipes mostly are.
#[derive(Debug, Clone, Default)]
pub(crate) struct RecipeOdds {
    form: [Bit; 4],
    chosen: ChosenOdds,
    first: Number,
    shift: Number,
}

impl RecipeOdds {
    /// Codes a recipe: the one that is `wanted`, or what the coder says. `unseen` if there are no values before. `None` if
    /// the coder says an impossible one.
    pub(crate) fn code(&mut self, coder: &mut impl Coder, wanted: &Recipe, unseen: bool) -> Option<Recipe> {
        let form = self.form(coder, wanted.form);
        let chosen = self.chosen.code(coder, &wanted.chosen, OFFSETS)?;
        let mut start = (0, 0);
        if unseen {
            let shift = self.shift.code_signed(coder, i64::from(wanted.start.1));
            let shift = i8::try_from(shift).ok().filter(|shift| inputs::SHIFTS.contains(shift))?;
            start = (self.first.code_signed(coder, wanted.start.0), shift);
        }
        Some(Recipe { form, chosen, start })
    }

    fn form(&mut self, coder: &mut impl Coder, wanted: Form) -> Form {
        let mut forms = Form::ALL.into_iter().zip(&mut self.form);
        let is_it = |(form, bit): (Form, &mut Bit)| bit.code(coder, form == wanted).then_some(form);
        forms.find_map(is_it).unwrap_or(Form::Bent)
    }
}
