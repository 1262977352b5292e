//! The strong forms of a column against each other: all start, those that fall behind give up, the last one goes on to the
//! end.

use super::forms::{BENT, Column, PLACES, STEPS};
use crate::codec::{
    coder::strong::{self, Chosen, Run, Scale},
    level::Level,
    part::Part,
};
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
    /// Values and bytes before the last of them.
    before: (usize, u64),
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
        Some(Self { entrant, runs, done: 0, before: (0, 0) })
    }

    /// Codes the values up to `done`, if there are more than before.
    fn advance(&mut self, done: usize) {
        if done > self.done {
            self.before = (self.done, self.coded());
            self.runs.iter_mut().for_each(|run| run.advance(done));
            self.done = done;
        }
    }

    /// Returns the bytes of codes so far.
    fn coded(&self) -> u64 {
        self.runs.iter().map(Run::bytes).sum::<usize>() as u64
    }

    /// Bytes that all `count` values will seemingly take.
    fn cost(&self, count: usize) -> u64 {
        self.entrant.once() as u64 + self.coded() * count as u64 / (self.done as u64).max(1)
    }

    /// Bytes that all `count` values will take if those left are as the last ones.
    fn forecast(&self, count: usize) -> u64 {
        let (done, bytes) = self.before;
        let (last, left) = ((self.done - done).max(1), count.saturating_sub(self.done));
        self.entrant.once() as u64 + self.coded() + (self.coded() - bytes) * left as u64 / last as u64
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
    let chosen = strong::choose(column.values, column.neighbours, level);
    if LAPS.first().is_some_and(|(first, _)| count <= *first) {
        let best = smallest(column, &entrants, &chosen, most)?;
        return Some(among_levels(best, column, &chosen).finish());
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
    Some(among_levels(best, column, &chosen).finish())
}

/// Returns the runner, or its rival of a level below where that is smaller: a stronger model has more to learn first, and
/// loses a little wherever there is nothing to learn.
fn among_levels<'e>(mut best: Runner<'e>, column: &'e Column<'_>, chosen: &Chosen) -> Runner<'e> {
    /// Values after which they are compared at least, and the share of all; each lap is as long as all before it.
    const MIN: usize = 256;
    const SHARE: usize = 32;
    /// The share of the cost that a rival may seem to lose and still be in doubt.
    const DOUBT: u64 = 128;
    let (count, level) = (column.values.len(), column.level);
    let mut done = best.done.max(MIN).max(count / SHARE).min(count);
    let below =
        (Level::LINEAR.get() + 1..level.get()).filter_map(Level::new).filter(|_| level.has(Part::Plain));
    let mut rivals: Vec<Runner<'e>> =
        below.filter_map(|below| Runner::at(below, best.entrant, column, chosen)).collect();
    while !rivals.is_empty() {
        for runner in rivals.iter_mut().chain([&mut best]) {
            runner.advance(done / 2);
            runner.advance(done);
        }
        if done == count {
            break;
        }
        let least = rivals.iter().chain([&best]).map(|runner| runner.forecast(count)).min().unwrap_or(0);
        let chance = CHANCE * (2 * (count - done) / done) as u64;
        rivals.retain(|rival| rival.forecast(count) <= least + chance.min(least / DOUBT));
        done = count.min(2 * done);
    }
    // Of equals the weaker is faster.
    let smallest = rivals.into_iter().min_by_key(|rival| rival.cost(count));
    smallest.filter(|rival| rival.cost(count) <= best.cost(count)).unwrap_or(best)
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
