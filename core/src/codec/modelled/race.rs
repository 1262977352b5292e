//! The strong forms of a column against each other: all start, those that fall behind give up, the last one goes on to the
//! end.

use super::{
    BENT, Column, PLACES, STEPS,
    choose::{self, Chosen},
    line::Scale,
    strong::Run,
};
use crate::codec::{Level, Part};
use alloc::{borrow::Cow, vec, vec::Vec};

/// Values after which forms are compared, and the sixty-fourths by which one may then be behind.
const LAPS: [(usize, u64); 5] = [(192, 24), (384, 20), (768, 10), (1536, 4), (3072, 0)];
/// Bytes that may be chance.
const CHANCE: u64 = 6;
/// Values of a short column between two looks at whether a form can still be the smallest.
const STRIDE: usize = 8;

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

    /// Bytes that it takes beside its codes.
    fn once(&self) -> usize {
        self.head.len() + self.tail.len()
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
        Self::at(column.level, entrant, column, chosen)
    }

    /// Like [`Runner::new`], but with the strength of `level`.
    fn at(level: Level, entrant: &'e Entrant<'_>, column: &'e Column<'_>, chosen: &Chosen) -> Option<Self> {
        let (mut runs, mut neighbours) = (Vec::new(), column.neighbours);
        let mut first: &[&'e [i64]];
        let known: Vec<&'e [i64]> = entrant.series.iter().map(|codes| &**codes).collect();
        for (at, codes) in known.iter().enumerate() {
            let chosen = (entrant.lies_as_values && at == 0).then_some(chosen);
            runs.push(Run::new(codes, entrant.scale, neighbours, chosen, level)?);
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
        self.entrant.once() as u64 + coded * count as u64 / (self.done as u64).max(1)
    }

    /// Returns the bytes taken so far.
    fn least(&self) -> usize {
        let runs = self.runs.iter().map(|run| run.bytes() + run.head_bytes());
        self.entrant.once() + runs.sum::<usize>()
    }

    fn finish(self) -> Vec<u8> {
        let mut out = self.entrant.head.clone();
        self.runs.into_iter().for_each(|run| run.finish(&mut out));
        out.extend_from_slice(&self.entrant.tail);
        out
    }
}

/// Returns the smallest of some forms, judged by their first values, or `None` where it would take `most` bytes or more.
pub(super) fn encode(column: &Column<'_>, forms: &[u8], most: usize) -> Option<Vec<u8>> {
    let (count, level) = (column.values.len(), column.level);
    let entrants: Vec<Entrant<'_>> = forms.iter().filter_map(|form| Entrant::new(column, *form)).collect();
    if entrants.iter().all(|entrant| entrant.once() >= most) {
        return None;
    }
    let chosen = choose::choose(column.values, column.neighbours, level);
    if LAPS.first().is_some_and(|(first, _)| count <= *first) {
        return smallest(column, &entrants, &chosen, most).map(Runner::finish);
    }
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
    let best = runners.into_iter().next()?;
    Some(stronger(best, column, &chosen).finish())
}

/// Returns the runner, or its rival of the level below where that is smaller: a stronger model has more to learn first.
fn stronger<'e>(mut best: Runner<'e>, column: &'e Column<'_>, chosen: &Chosen) -> Runner<'e> {
    /// Values after which the two are compared at least, and the share of all.
    const LEAST: usize = 512;
    const SHARE: usize = 16;
    /// By what share of the cost the rival must lead then. Why must it? Whoever has less to learn leads at first.
    const LEAD: u64 = 64;
    let (count, level) = (column.values.len(), column.level);
    let below = Level::new(level.get() - 1).filter(|below| *below > Level::LINEAR && level.has(Part::Plain));
    let rival = below.and_then(|below| Runner::at(below, best.entrant, column, chosen));
    let Some(mut rival) = rival else { return best };
    let early = best.done.max(LEAST).max(count / SHARE).min(count);
    for (done, lead) in [(early, best.cost(count) / LEAD), (count, 0)] {
        rival.advance(done);
        best.advance(done);
        if best.cost(count) <= rival.cost(count) + lead {
            return best;
        }
    }
    rival
}

/// The smallest of the forms of a short column. Each goes on to its end or until it cannot be the smallest any more: where
/// columns are many and short, most of the work is for forms that are not taken.
fn smallest<'e>(
    column: &'e Column<'_>,
    entrants: &'e [Entrant<'_>],
    chosen: &Chosen,
    most: usize,
) -> Option<Runner<'e>> {
    let count = column.values.len();
    let mut best: Option<(u64, Runner<'e>)> = None;
    for entrant in entrants.iter().filter(|entrant| entrant.once() < most) {
        let Some(mut runner) = Runner::new(entrant, column, chosen) else { continue };
        let least = best.as_ref().map_or(u64::MAX, |(cost, _)| *cost);
        let hopeless = |runner: &Runner<'_>| runner.cost(runner.done) >= least || runner.least() >= most;
        while runner.done < count && !hopeless(&runner) {
            runner.advance(count.min(runner.done + STRIDE));
        }
        if !hopeless(&runner) {
            best = Some((runner.cost(count), runner));
        }
    }
    best.map(|(_, runner)| runner)
}
