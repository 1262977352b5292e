//! The forms that the codes of a modelled column can take.

use super::tag::{Coder, Map, Tag};
use crate::codec::{
    coder::series,
    level::Level,
    map::{Parts, Ranked, Steps},
};
use alloc::{borrow::Cow, vec, vec::Vec};

/// What codes may be; of equally small ones the first is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    /// The values, or distances from a base in steps.
    Steps,
    /// Whole multiples, and remainders.
    Parts,
    /// Ranks, predicted where their values lie.
    Places,
    /// Ranks.
    Ranks,
    /// The values, predicted where the decimals lie that they stand for.
    Bent,
}

/// Values that are farther from 0 are counted from a base, so that places stay exact.
const FAR: u64 = 1 << 40;

/// A column and its maps.
pub(super) struct Column<'a> {
    pub(super) values: &'a [i64],
    pub(super) ulps: &'a [i64],
    pub(super) neighbours: &'a [&'a [i64]],
    pub(super) ranked: Option<&'a Ranked>,
    steps: Steps,
    parts: Option<Parts>,
    /// Of the bent line that values stand on, 0 if there is none.
    pub(super) digits: u8,
    pub(super) level: Level,
}

impl<'a> Column<'a> {
    pub(super) fn new(
        values: &'a [i64],
        ulps: &'a [i64],
        neighbours: &'a [&'a [i64]],
        ranked: Option<&'a Ranked>,
        level: Level,
    ) -> Self {
        let mut steps = Steps::of(values);
        if steps.step <= 1 {
            // Fixed weights do not care where 0 is.
            let needs_base = level > Level::LINEAR && steps.base.unsigned_abs() > FAR;
            steps = if needs_base { Steps { step: 1, ..steps } } else { Steps::NONE };
        }
        let parts = Parts::of(values, level);
        Self { values, ulps, neighbours, ranked, steps, parts, digits: 0, level }
    }

    /// The forms that it can take; its list can also serve as places.
    pub(super) fn forms(&self) -> Vec<Form> {
        let forms = [Some(Form::Steps), self.parts.map(|_| Form::Parts), self.ranked.map(|_| Form::Ranks)];
        forms.into_iter().flatten().collect()
    }

    /// What a form codes: one series, or two of which the first is the parent of the second.
    pub(super) fn series(&self, form: Form) -> Option<Vec<Cow<'a, [i64]>>> {
        Some(match form {
            Form::Bent => vec![Cow::Borrowed(self.values)],
            Form::Steps if self.steps == Steps::NONE => vec![Cow::Borrowed(self.values)],
            Form::Steps => vec![Cow::Owned(self.steps.codes(self.values))],
            Form::Parts => {
                let (whole, rest) = self.parts?.codes(self.values);
                vec![Cow::Owned(whole), Cow::Owned(rest)]
            }
            _ => vec![Cow::Borrowed(&*self.ranked?.ranks)],
        })
    }

    /// The tag of a form whose codes a linear model writes, or else a strong one.
    fn tag(&self, form: Form, is_linear: bool) -> Tag {
        let map = match form {
            Form::Steps if self.steps == Steps::NONE => Map::Plain,
            Form::Steps => Map::Scaled,
            Form::Parts => Map::Parts,
            Form::Places | Form::Ranks => Map::Ranked,
            Form::Bent => Map::Bent,
        };
        let coder = match form {
            _ if is_linear => Coder::Linear,
            Form::Places => Coder::Places,
            _ => Coder::Strong,
        };
        Tag { map, coder, has_ulps: !self.ulps.is_empty() }
    }

    /// Appends what stands before the series of a form.
    pub(super) fn write_head(&self, form: Form, is_linear: bool, out: &mut Vec<u8>) {
        out.push(self.tag(form, is_linear).byte());
        match (form, self.parts, self.ranked) {
            (Form::Steps, ..) if self.steps == Steps::NONE => {}
            (Form::Steps, ..) => self.steps.write(out),
            (Form::Parts, Some(parts), _) => parts.write(out),
            (Form::Bent, ..) => out.push(self.digits),
            (Form::Places | Form::Ranks, _, Some(ranked)) => ranked.list.write(self.level, out),
            _ => {}
        }
    }

    /// Appends the ulps where they stand behind the series.
    pub(super) fn write_ulps(&self, form: Form, out: &mut Vec<u8>) {
        if !self.ulps.is_empty() && matches!(form, Form::Steps | Form::Parts | Form::Bent) {
            series::encode(self.ulps, self.level, out);
        }
    }
}
