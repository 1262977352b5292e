//! The forms that the codes of a modelled column can take.

use crate::codec::{
    coder::series,
    level::Level,
    map::{Parts, Ranked, Steps},
};
use alloc::{borrow::Cow, vec, vec::Vec};

pub(super) const STEPS: u8 = 0;
pub(super) const PARTS: u8 = 1;
pub(super) const PLACES: u8 = 2;
pub(super) const RANKS: u8 = 3;
pub(super) const BENT: u8 = 16;
pub(super) const ULPS: u8 = 4;
pub(super) const LINEAR: u8 = 8;

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
            steps.step = 1;
            if level <= Level::LINEAR {
                // Fixed weights do not care where 0 is.
                steps.base = 0;
            }
        }
        let parts = Parts::of(values, level);
        Self { values, ulps, neighbours, ranked, steps, parts, digits: 0, level }
    }

    /// The forms that it can take; its list can also serve as places.
    pub(super) fn forms(&self) -> Vec<u8> {
        let forms = [Some(STEPS), self.parts.map(|_| PARTS), self.ranked.map(|_| RANKS)];
        forms.into_iter().flatten().collect()
    }

    /// What a form codes: one series, or two of which the first is the parent of the second.
    pub(super) fn series(&self, form: u8) -> Option<Vec<Cow<'a, [i64]>>> {
        Some(match form {
            BENT => vec![Cow::Borrowed(self.values)],
            STEPS if self.steps == Steps::NONE => vec![Cow::Borrowed(self.values)],
            STEPS => vec![Cow::Owned(self.steps.codes(self.values))],
            PARTS => {
                let (whole, rest) = self.parts?.codes(self.values);
                vec![Cow::Owned(whole), Cow::Owned(rest)]
            }
            _ => vec![Cow::Borrowed(&*self.ranked?.ranks)],
        })
    }

    pub(super) fn ulps_flag(&self) -> u8 {
        if self.ulps.is_empty() { 0 } else { ULPS }
    }

    /// Appends what stands before the series of a form.
    pub(super) fn write_head(&self, form: u8, out: &mut Vec<u8>) {
        match (form, self.parts, self.ranked) {
            (STEPS, ..) => self.steps.write(out),
            (PARTS, Some(parts), _) => parts.write(out),
            (BENT, ..) => out.push(self.digits),
            (PLACES | RANKS, _, Some(ranked)) => ranked.list.write(self.level, out),
            _ => {}
        }
    }

    /// Appends the ulps where they stand behind the series.
    pub(super) fn write_ulps(&self, form: u8, out: &mut Vec<u8>) {
        if !self.ulps.is_empty() && matches!(form, STEPS | PARTS | BENT) {
            series::encode(self.ulps, self.level, out);
        }
    }
}
