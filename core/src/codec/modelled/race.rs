//! The strong forms of a column against each other: all start, those that fall behind give up, the last one goes on to the
//! end.

use super::{
    BENT, Column, PLACES, STEPS,
    choose::{self, Chosen},
    line::Scale,
    strong::Run,
};
use alloc::{borrow::Cow, vec, vec::Vec};

/// Values after which forms are compared, and the sixty-fourths by which one may then be behind.
const LAPS: [(usize, u64); 5] = [(192, 24), (384, 20), (768, 10), (1536, 4), (3072, 0)];
/// Bytes that may be chance.
const CHANCE: u64 = 6;

/// A form of a column before its codes are coded.
struct Entrant<'a> {
    /// What stands before the codes, and behind.
    head: Vec<u8>,
    tail: Vec<u8>,
    /// One series, or two of which the first is the parent of the second.
    series: Vec<Cow<'a, [i64]>>,
    scale: Scale<'a>,
    /// Whether the codes lie as the values do, but for a base and a step.
    lies_as_values: bool,
}

impl<'a> Entrant<'a> {
    fn new(column: &'a Column<'a>, form: u8) -> Option<Self> {
        let mut head = vec![form | column.ulps_flag()];
        column.write_head(form, &mut head);
        let series = column.series(form)?;
        let scale = match (form, column.ranked) {
            (PLACES, Some(ranked)) => Scale::Listed(&ranked.list.values),
            (BENT, _) => Scale::Bent(column.digits),
            _ => Scale::Even,
        };
        let mut tail = Vec::new();
        column.write_ulps(form, &mut tail);
        Some(Self { head, tail, series, scale, lies_as_values: matches!(form, STEPS | PLACES) })
    }
}

/// A form while it is tried.
struct Runner<'e> {
    entrant: &'e Entrant<'e>,
    runs: Vec<Run<'e>>,
    /// Values coded.
    done: usize,
}

impl<'e> Runner<'e> {
    /// `chosen` is what predicts the values themselves.
    fn new(entrant: &'e Entrant<'_>, column: &'e Column<'_>, chosen: &Chosen) -> Option<Self> {
        let (mut runs, mut neighbours) = (Vec::new(), column.neighbours);
        let mut first: &[&'e [i64]];
        let known: Vec<&'e [i64]> = entrant.series.iter().map(|codes| &**codes).collect();
        for (at, codes) in known.iter().enumerate() {
            let chosen = (entrant.lies_as_values && at == 0).then_some(chosen);
            runs.push(Run::new(codes, entrant.scale, neighbours, chosen, column.level)?);
            first = core::slice::from_ref(codes);
            neighbours = first;
        }
        Some(Self { entrant, runs, done: 0 })
    }

    /// Codes the values up to `done`.
    fn advance(&mut self, done: usize) {
        self.runs.iter_mut().for_each(|run| run.advance(done));
        self.done = done;
    }

    /// Bytes that all `count` values will seemingly take.
    fn cost(&self, count: usize) -> u64 {
        let coded = self.runs.iter().map(Run::bytes).sum::<usize>() as u64;
        let once = self.entrant.head.len() + self.entrant.tail.len();
        once as u64 + coded * count as u64 / (self.done as u64).max(1)
    }

    fn finish(self) -> Vec<u8> {
        let mut out = self.entrant.head.clone();
        self.runs.into_iter().for_each(|run| run.finish(&mut out));
        out.extend_from_slice(&self.entrant.tail);
        out
    }
}

/// The smallest of some forms, by what their first values take.
pub(super) fn encode(column: &Column<'_>, forms: &[u8]) -> Option<Vec<u8>> {
    let (count, level) = (column.values.len(), column.level);
    let chosen = choose::choose(column.values, column.neighbours, level);
    let entrants: Vec<Entrant<'_>> = forms.iter().filter_map(|form| Entrant::new(column, *form)).collect();
    let mut runners: Vec<Runner<'_>> =
        entrants.iter().filter_map(|entrant| Runner::new(entrant, column, &chosen)).collect();
    for (done, slack) in LAPS {
        if runners.len() < 2 {
            break;
        }
        let done = done.min(count);
        runners.iter_mut().for_each(|runner| runner.advance(done));
        let cost = |runner: &Runner<'_>| runner.cost(count);
        let best = runners.iter().map(cost).min()?;
        // What is left must be worth the wait.
        let slack = if 2 * done < count { slack } else { 0 };
        let chance = if slack > 0 { CHANCE * (count / done.max(1)) as u64 } else { 0 };
        runners.retain(|runner| cost(runner) <= best + best / 64 * slack + chance);
    }
    runners.into_iter().next().map(Runner::finish)
}
