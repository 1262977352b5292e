//! The strong forms of a column against each other: all start, those that fall behind give up, the last one goes on to the
//! end. Then its weaker levels run against it.

use super::forms::{Column, Form};
use crate::codec::{
    coder::strong::{self, Chosen, Run, Scale},
    level::Level,
    part::Part,
};
use alloc::{borrow::Cow, vec::Vec};

/// Values of the first lap; each lap is as long as all before it.
const LAP: usize = 192;
/// The sixty-fourths by which a form may be behind after each lap.
const SLACK: [u64; 5] = [24, 20, 10, 4, 0];
/// The lap from which on those fall out that are behind by all that they took and by what they took of late.
const SETTLED: usize = 2;
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
    fn new(column: &'a Column<'a>, form: Form) -> Option<Self> {
        let mut head = Vec::new();
        column.write_head(form, false, &mut head);
        let series = column.series(form)?;
        let scale = match (form, column.ranked) {
            (Form::Places, Some(ranked)) => Scale::Listed(&ranked.list.values),
            (Form::Bent, _) => Scale::Bent(column.digits),
            _ => Scale::Even,
        };
        let mut tail = Vec::new();
        column.write_ulps(form, &mut tail);
        Some(Self { head, tail, series, scale, lies_as_values: matches!(form, Form::Steps | Form::Places) })
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
    /// Bytes of codes at the end of each lap.
    laps: Vec<u64>,
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
        Some(Self { entrant, runs, done: 0, laps: Vec::new() })
    }

    /// The same form at the start, with the strength of another level.
    fn at(&self, level: Level) -> Option<Self> {
        let runs = self.runs.iter().map(|run| run.at(level)).collect::<Option<_>>()?;
        Some(Self { entrant: self.entrant, runs, done: 0, laps: Vec::new() })
    }

    /// Codes the values up to `done`.
    fn advance(&mut self, done: usize) {
        while self.done < done {
            let lap = end_of(self.laps.len());
            self.done = done.min(lap);
            self.runs.iter_mut().for_each(|run| run.advance(self.done));
            if self.done == lap {
                self.laps.push(self.coded());
            }
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

    /// Bytes that all `count` values will take if those after a lap are as those in it. Not for the first lap.
    fn forecast(&self, lap: usize, count: usize) -> u64 {
        let bytes = |lap: usize| self.laps.get(lap).copied().unwrap_or(0);
        let (before, done) = (bytes(lap.saturating_sub(1)), bytes(lap));
        let (length, left) = (end_of(lap) / 2, count.saturating_sub(end_of(lap)));
        self.entrant.once() as u64 + done + (done - before) * left as u64 / length as u64
    }

    /// Returns the bytes taken so far.
    fn least(&self) -> usize {
        let runs = self.runs.iter().map(|run| run.bytes() + run.head_bytes());
        self.entrant.once() + runs.sum::<usize>()
    }

    /// Goes on beside a runner that has coded all `count` values while it may still become smaller; whether to the end.
    fn keeps_up(&mut self, with: &Self, count: usize) -> bool {
        /// The share of the bytes that it may seem to lose after the second lap and still be in doubt; half of it after
        /// each lap more, since forecasts grow surer.
        const DOUBT: u64 = 175;
        for lap in (1..).take_while(|lap| end_of(*lap) < count) {
            self.advance(end_of(lap));
            let other = with.forecast(lap, count);
            let doubt = (other / DOUBT) >> (lap - 1);
            if self.forecast(lap, count) > other + doubt.min(2 * chance(end_of(lap), count)) {
                return false;
            }
        }
        self.advance(count);
        true
    }

    fn finish(self) -> Vec<u8> {
        let mut out = self.entrant.head.clone();
        self.runs.into_iter().for_each(|run| run.finish(&mut out));
        out.extend_from_slice(&self.entrant.tail);
        out
    }
}

/// Values coded at the end of a lap.
fn end_of(lap: usize) -> usize {
    LAP << lap
}

/// Bytes that may be chance in what `done` values say of all `count`.
fn chance(done: usize, count: usize) -> u64 {
    CHANCE * (count / done.max(1)) as u64
}

/// Returns the smallest of some forms, judged by their first values, or `None` where it would take `most` bytes or more.
pub(super) fn encode(column: &Column<'_>, forms: &[Form], most: usize) -> Option<Vec<u8>> {
    let mut entrants: Vec<Entrant<'_>> =
        forms.iter().filter_map(|form| Entrant::new(column, *form)).collect();
    entrants.retain(|entrant| entrant.once() < most);
    if entrants.is_empty() {
        return None;
    }
    let chosen = strong::choose_beside(column.values, column.neighbours, column.level);
    let best = if column.values.len() <= LAP {
        smallest(column, &entrants, &chosen, most)
    } else {
        first_of(column, &entrants, &chosen)
    };
    Some(among_levels(best?, column).finish())
}

/// The form that leads when the others have fallen behind.
fn first_of<'e>(column: &'e Column<'_>, entrants: &'e [Entrant<'_>], chosen: &Chosen) -> Option<Runner<'e>> {
    let count = column.values.len();
    let mut runners: Vec<Runner<'_>> =
        entrants.iter().filter_map(|entrant| Runner::new(entrant, column, chosen)).collect();
    for (lap, slack) in SLACK.into_iter().enumerate() {
        if runners.len() < 2 {
            break;
        }
        let done = end_of(lap).min(count);
        runners.iter_mut().for_each(|runner| runner.advance(done));
        // What is left must be worth the wait.
        let is_last = slack == 0 || 2 * done >= count;
        let (slack, chance) = if is_last { (0, 0) } else { (slack, chance(done, count)) };
        let cost = |runner: &Runner<'_>| runner.cost(count);
        let least = runners.iter().map(cost).min()?;
        runners.retain(|runner| cost(runner) <= least + least / 64 * slack + chance);
        if lap >= SETTLED && !is_last {
            let late = |runner: &Runner<'_>| runner.forecast(lap, count);
            let least_late = runners.iter().map(late).min()?;
            let is_behind = |bytes: u64, least: u64| bytes > least + least / 128 + chance;
            runners.retain(|runner| !is_behind(cost(runner), least) || !is_behind(late(runner), least_late));
        }
    }
    runners.into_iter().next()
}

/// Returns the runner, or that of a level below where it is smaller: a stronger model has more to learn first, and loses a
/// little wherever there is nothing to learn. Where one level below falls behind, so do those below it.
fn among_levels<'e>(mut best: Runner<'e>, column: &Column<'_>) -> Runner<'e> {
    let (count, level) = (column.values.len(), column.level);
    best.advance(count);
    let below = (Level::LINEAR.get() + 1..level.get()).rev().filter(|_| level.has(Part::Plain));
    for level in below.filter_map(Level::new) {
        let Some(mut rival) = best.at(level) else { break };
        if !rival.keeps_up(&best, count) {
            break;
        }
        // Of equals the weaker is faster.
        if rival.coded() <= best.coded() {
            best = rival;
        }
    }
    best
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
    for entrant in entrants {
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
