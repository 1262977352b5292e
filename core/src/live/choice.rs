//! The sender's choice for one column: which predictor to ask after a surprise, and where in the bound to begin.
//!
//! The sender knows the samples themselves. After each surprise it starts every alternative from there: each predictor,
//! from the sample itself and from points half the bound and the whole bound to either side of it, in the direction of
//! the surprise and against it. Each goes on until it would have had to speak. The alternative whose silence has been the
//! longest on average is taken for the next surprise. Nothing of this is told but the outcome: a sender may choose in any
//! other way, and a receiver knows nothing of it.

use super::{
    predict::{Clock, Mode, Past},
    track::Track,
};
use core::iter::repeat_n;

/// Where alternatives begin, in halves of the bound, in the direction of the surprise.
const LEADS: [i64; 5] = [0, -1, 1, 2, -2];
/// Alternatives: every lead with hold, with the linear neuron and with the expert, and the clock.
const COUNT: usize = 3 * LEADS.len() + 1;
/// Tuning: silences look back about so many surprises.
const WINDOW: i32 = 40;
/// Limit: longer silences are not told apart.
const MAX_ROWS: u32 = (1 << 22) - 1;

/// Where to go on after a surprise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Choose {
    pub(super) mode: Mode,
    /// Halves of the bound.
    pub(super) lead: i64,
}

/// How an alternative has done.
#[derive(Debug, Clone, Copy, Default)]
struct Score {
    /// It has not had to speak since the last surprise.
    silent: bool,
    /// Rows of its silence.
    rows: u32,
    /// The mean of them, in 256ths.
    mean: i32,
}

/// The alternatives of one column.
#[derive(Debug, Clone, Default)]
pub(super) struct Choice {
    holds: [i64; LEADS.len()],
    linears: [Past; LEADS.len()],
    experts: [Past; LEADS.len()],
    clock: (i64, Clock),
    scores: [Score; COUNT],
    /// Surprises so far.
    count: i32,
    chosen: usize,
}

/// What an alternative is.
fn meaning(at: usize) -> Choose {
    let mode = [Mode::Hold, Mode::Linear, Mode::Expert, Mode::Clock]
        .into_iter()
        .nth(at / LEADS.len())
        .unwrap_or_default();
    let lead = if mode == Mode::Clock { 0 } else { LEADS.into_iter().nth(at % LEADS.len()).unwrap_or(0) };
    Choose { mode, lead }
}

impl Choice {
    /// Lets the alternatives go on to a sample.
    pub(super) fn see(&mut self, sample: i64, within: u64, track: &Track) {
        let mut scores = self.scores.iter_mut();
        for (hold, score) in self.holds.iter().zip(scores.by_ref()) {
            score.see(*hold, sample, within);
        }
        let alternatives = self.linears.iter_mut().chain(&mut self.experts).zip(scores);
        let weights = [Some(&track.weights), track.expert.as_ref()];
        let asked = weights.into_iter().flat_map(|weights| repeat_n(weights, LEADS.len()));
        for ((past, score), weights) in alternatives.zip(asked).filter(|((_, score), _)| score.silent) {
            let told = weights.map_or(past.last, |weights| weights.predict(past));
            score.see(told, sample, within);
            past.push(told);
        }
        let (last, clock) = &mut self.clock;
        if let Some(score) = self.scores.last_mut().filter(|score| score.silent) {
            let told = clock.predict(*last);
            score.see(told, sample, within);
            clock.push(*last, told);
            *last = told;
        }
    }

    /// Ends all silences; the alternative to go on with.
    pub(super) fn settle(&mut self) -> Choose {
        self.count = (self.count + 1).min(WINDOW);
        for score in &mut self.scores {
            score.settle(self.count);
        }
        let best = self.scores.iter().map(|score| score.mean).max().unwrap_or(0);
        // What was chosen stays chosen until another one is better.
        if self.scores.get(self.chosen).is_none_or(|score| score.mean < best) {
            self.chosen = self.scores.iter().position(|score| score.mean == best).unwrap_or(0);
        }
        meaning(self.chosen)
    }

    /// Begins all alternatives after a surprise: `told` was predicted, `before` is what was held before `sample` came,
    /// `track` what is held now.
    pub(super) fn begin(&mut self, told: i64, before: Past, track: &Track, sample: i64, within: u64) {
        let starts = LEADS.map(|lead| track.aim(told, sample, lead, within));
        self.holds = starts;
        self.linears = starts.map(|start| {
            let mut past = before;
            past.push(start);
            past
        });
        self.experts = self.linears;
        self.clock = (sample, track.clock);
        for (at, score) in self.scores.iter_mut().enumerate() {
            let Choose { mode, lead } = meaning(at);
            let idle = (within == 0 && lead != 0) || (mode == Mode::Expert && track.expert.is_none());
            (score.silent, score.rows) = (!idle, 0);
        }
    }
}

impl Score {
    fn see(&mut self, told: i64, sample: i64, within: u64) {
        self.silent &= told.abs_diff(sample) <= within;
        self.rows = self.rows.saturating_add(self.silent.into());
    }

    fn settle(&mut self, count: i32) {
        let rows = ((self.rows.min(MAX_ROWS) + 1) << 8).cast_signed();
        self.mean += (rows - self.mean) / count;
    }
}

impl Track {
    /// A number that can be told, within the bound of `sample`, from it toward `lead` halves of the bound in the
    /// direction in which it is from `told`.
    pub(super) fn aim(&self, told: i64, sample: i64, lead: i64, within: u64) -> i64 {
        told + self.quanta(told, sample, lead, within) * self.quantum()
    }

    /// The same in quanta from `told`.
    pub(super) fn quanta(&self, told: i64, sample: i64, lead: i64, within: u64) -> i64 {
        let quantum = self.quantum();
        // Both are within 2^61 or so, the bound within 2^60.
        let offset = sample - told;
        let lead = offset.signum() * lead * within.cast_signed() / 2;
        let near = |offset: i64| {
            let quanta = nearest(offset, quantum);
            let fits = (quanta * quantum).abs_diff(sample - told) <= within;
            fits.then_some(quanta)
        };
        let toward = lead.signum() * quantum / 2;
        near(offset + lead)
            .or_else(|| near(offset + lead - toward))
            .unwrap_or_else(|| nearest(offset, quantum))
    }
}

/// value / quantum, rounded to nearest.
fn nearest(value: i64, quantum: i64) -> i64 {
    (value + quantum / 2).div_euclid(quantum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::Column;
    use proptest::prelude::*;

    #[test]
    fn all_alternatives_have_a_meaning() {
        let all: std::vec::Vec<Choose> = (0..COUNT).map(meaning).collect();
        assert!(all.iter().enumerate().all(|(at, one)| !all[at + 1..].contains(one)), "{all:?}");
        assert_eq!(all.last(), Some(&Choose { mode: Mode::Clock, lead: 0 }));
    }

    proptest! {
        #[test]
        fn aims_are_within_the_bound(
            within in prop_oneof![0_u64..50, 0_u64..=1 << 60], told in -1_i64 << 62..1 << 62, near in -200_i64..200,
            far in -1_i64 << 61..1 << 61, lead in -2_i64..=2, is_near: bool, narrower in 0_u64..2,
        ) {
            let track = Track::new(&Column::new(within));
            let within = within.saturating_sub(narrower.min(within));
            let sample = if is_near { told / 2 + near } else { far };
            prop_assert!(track.aim(told, sample, lead, within).abs_diff(sample) <= within);
        }
    }
}
