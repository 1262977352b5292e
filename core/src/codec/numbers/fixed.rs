//! Columns that fixed weights predict: which form, and which weights.

use super::forms::{Column, Form};
use crate::codec::{
    coder::{linear, series},
    level::Level,
    map::Ranked,
};
use alloc::{borrow::Cow, vec::Vec};

/// A column that fixed weights predict, in the form that seems to be the smallest.
pub(super) struct Fixed<'a> {
    column: Column<'a>,
    form: Form,
    series: Vec<Planned<'a>>,
    /// Bits, roughly, that [`Fixed::write`] takes.
    pub(super) bits: u64,
}

/// Codes and the weights that were chosen for them.
type Planned<'a> = (Cow<'a, [i64]>, linear::Plan);

impl<'a> Fixed<'a> {
    /// Tries the forms of a column; `ranked` is the same column if it has a list.
    pub(super) fn new(
        values: &'a [i64],
        ulps: &'a [i64],
        neighbours: &'a [&'a [i64]],
        ranked: Option<&'a Ranked>,
        level: Level,
    ) -> Option<Self> {
        let column = Column::new(values, ulps, neighbours, ranked, level);
        let mut trials: Vec<Trial<'a>> =
            column.forms().into_iter().filter_map(|form| column.trial(form)).collect();
        // Weights gain about as much in one form as in another.
        let least = trials.iter().map(|trial| trial.bits).min()?;
        trials.retain(|trial| trial.bits <= least + least / 4);
        let planned = trials.into_iter().map(|trial| column.plan(trial));
        let (bits, form, series) = planned.min_by_key(|(bits, form, _)| (*bits, *form))?;
        Some(Self { column, form, series, bits })
    }

    /// Appends the column.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let Self { column, form, series, .. } = self;
        column.write_head(*form, true, out);
        let mut neighbours = column.neighbours;
        let mut first: &[i64];
        for (codes, plan) in series {
            plan.write(codes, neighbours, out);
            first = codes;
            neighbours = core::slice::from_ref(&first);
        }
        column.write_ulps(*form, out);
    }
}

/// A form and its series.
struct Trial<'a> {
    form: Form,
    series: Vec<Cow<'a, [i64]>>,
    /// Bits, roughly, of what is not in the series.
    once: u64,
    /// Bits, roughly, of all.
    bits: u64,
}

impl<'a> Column<'a> {
    /// A form's series, and bits, roughly, that they take without weights.
    fn trial(&self, form: Form) -> Option<Trial<'a>> {
        let once = match (form, self.ranked) {
            (Form::Ranks, Some(ranked)) => ranked.list.estimate(self.level),
            _ => series::estimate(self.ulps, self.level),
        };
        let series = self.series(form)?;
        let bits = series.iter().map(|codes| series::estimate(codes, self.level)).sum::<u64>();
        Some(Trial { form, series, once, bits: once + bits })
    }

    /// A form's series with weights for each, and bits, roughly, that all takes.
    fn plan(&self, trial: Trial<'a>) -> (u64, Form, Vec<Planned<'a>>) {
        let mut bits = trial.once;
        let mut planned: Vec<Planned<'a>> = Vec::new();
        for codes in trial.series {
            let first = planned.first().map(|(first, _)| &**first);
            let neighbours = first.as_ref().map_or(self.neighbours, core::slice::from_ref);
            let plan = linear::Plan::new(&codes, neighbours);
            bits += plan.estimate(&codes, neighbours);
            planned.push((codes, plan));
        }
        (bits, trial.form, planned)
    }
}
