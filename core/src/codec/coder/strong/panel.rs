//! The predictors of a column, side by side, and how wrong each has been.

use super::{average, density::Density, line::MAX_PLACE};
use crate::{
    codec::coder::inputs::{BIAS, Input, Known, Mean, Parents, level, step},
    neuron::{least::LeastSquares, lms::Lms},
};
use alloc::{vec, vec::Vec};

/// Limit: rows of the longest echo of errors.
pub(super) const MAX_ECHO: usize = 64;
/// Limit: rows of the longest season.
pub(super) const MAX_SEASON: usize = 12_000;
/// Predictors at most.
const MAX: usize = average::MAX / SCALES;
/// Densities of a predictor: by its errors of late, by those of long, and by those an echo ago.
const SCALES: usize = 3;
/// Inputs of the predictors that look back a short time.
pub(in crate::codec) const FEW_INPUTS: usize = 10;
/// The first rows teach the least squares nothing: an outlier there would poison them for long.
const UNTAUGHT: usize = 2;

/// What a panel is made of.
#[derive(Debug, Clone)]
pub(in crate::codec) struct Plan {
    pub(in crate::codec) shift: i8,
    pub(in crate::codec) choice: Choice,
    pub(in crate::codec) strength: Strength,
}

/// What predicts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::codec) struct Choice {
    /// 0 if there is none.
    pub(in crate::codec) season: usize,
    /// Rows after which errors are alike again, 0 if there is no such number.
    pub(in crate::codec) echo: usize,
    pub(in crate::codec) inputs: Vec<Input>,
}

/// How much work a prediction may be.
#[derive(Debug, Clone, Copy)]
pub(in crate::codec) struct Strength {
    /// Rows between two solutions of the least squares, as a power of two.
    pub(super) every: u32,
    /// Windows of the least squares, as powers of two; the first sees all inputs.
    pub(super) windows: &'static [u32],
    /// Taps of the least mean squares, on the steps and behind the first least squares.
    pub(super) taps: [usize; 2],
    /// Kinds of contexts that counters are kept for.
    pub(super) contexts: usize,
    /// Kinds of contexts whose values are remembered.
    pub(super) recalls: usize,
    /// Halvings of a bucket that are modelled.
    pub(super) halvings: u32,
    /// How much can be remembered.
    pub(super) room: Room,
}

/// How much a model can remember: everything as a power of two.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// Counters.
    pub(super) counters: u32,
    /// Contexts of decisions whose chances are corrected.
    pub(super) nodes: u32,
    /// Contexts of each kind whose values are remembered.
    pub(super) slots: u32,
}

#[derive(Debug, Clone)]
pub(super) struct Panel {
    plan: Plan,
    least: Vec<LeastSquares>,
    lms: [Lms; 2],
    /// Places so far.
    past: Vec<i64>,
    /// Scaled steps so far, and how much the first least squares missed each by.
    steps: Vec<i32>,
    misses: Vec<i32>,
    short_mean: Mean,
    long_mean: Mean,
    /// The inputs of this row.
    row: Vec<i32>,
    /// What the least squares and the least mean squares said, in scaled units of 2^-16.
    said: Vec<i64>,
    said_lms: [i64; 2],
    /// Predicted places in units of 2^-8; the last is the blend of the others.
    places: [i64; MAX],
    count: usize,
    /// Mean errors of each with a short and a long memory, and for the blend, in units of 2^-8.
    errors: [[i64; 2]; MAX],
    blend_errors: [i64; MAX],
    /// Mean errors of each in every row of an echo.
    echoes: Vec<[i64; MAX]>,
    densities: [Density; average::MAX],
}

/// Rows that are made up where a panel goes on elsewhere: no predictor looks further back.
pub(in crate::codec) const SETTLING: usize = 40;

/// The smallest mean error that is believed, in units of 2^-8.
const MIN_ERROR: i64 = 8;
const MIN_SCALE: i64 = 10;

impl Panel {
    pub(super) fn new(plan: Plan, first: i64) -> Self {
        let all = plan.choice.inputs.len();
        let strength = plan.strength;
        let least = strength.windows.iter().enumerate().map(|(at, window)| {
            let inputs = if at == 0 { all } else { all.min(FEW_INPUTS) };
            LeastSquares::new(inputs, *window, if at == 0 { strength.every } else { strength.every.min(3) })
        });
        let least: Vec<LeastSquares> = least.collect();
        Self {
            said: vec![0; least.len()],
            least,
            lms: strength.taps.map(|taps| Lms::new(taps, 1311)),
            past: Vec::new(),
            steps: Vec::new(),
            misses: Vec::new(),
            short_mean: Mean::new(first, 4),
            long_mean: Mean::new(first, 8),
            row: Vec::new(),
            said_lms: [0; 2],
            places: [0; MAX],
            count: 0,
            errors: [[0; 2]; MAX],
            blend_errors: [4; MAX],
            echoes: vec![[MIN_ERROR; MAX]; plan.choice.echo],
            densities: [Density::default(); average::MAX],
            plan,
        }
    }

    /// Goes on at another place, as if the rows before had led there in steps of `stride`; teaches the predictors nothing.
    pub(super) fn settle(&mut self, place: i64, stride: i64) {
        for rows in (0..SETTLING as i64).rev() {
            let place = place.saturating_sub(stride.saturating_mul(rows)).clamp(-MAX_PLACE, MAX_PLACE);
            self.past.push(place);
            self.steps.push(step(stride, self.plan.shift));
            self.misses.push(0);
            self.short_mean.learn(place);
        }
    }

    /// A rank was added: those from it on are one higher.
    pub(super) fn insert(&mut self, rank: i64) {
        self.past.iter_mut().for_each(|place| *place += i64::from(*place >= rank));
    }

    /// What predictions are made from.
    pub(super) fn inputs(&self) -> &[Input] {
        &self.plan.choice.inputs
    }

    /// Whether rows far back matter: then it cannot go on elsewhere.
    pub(super) fn looks_far_back(&self) -> bool {
        self.plan.choice.season > 0 || self.plan.choice.echo > 0
    }

    /// Rows so far.
    pub(super) fn rows(&self) -> usize {
        self.past.len()
    }

    /// The place so many rows back; before the first row, `first`.
    #[inline]
    fn back(&self, rows: usize, first: i64) -> i64 {
        self.past.len().checked_sub(rows).and_then(|at| self.past.get(at)).copied().unwrap_or(first)
    }

    /// Predicts the next row: the blend of all.
    pub(super) fn predict(&mut self, told: &mut Parents, known: Known<'_>, first: i64) -> i64 {
        let (x1, x2) = (self.back(1, first), self.back(2, first));
        let last = x1 << 8;
        let [x3, x4, x5] = [3, 4, 5].map(|rows| self.back(rows, first));
        let quadratic = 3 * (x1 - x2) + x3;
        let quartic = 5 * (x1 - x4) - 10 * (x2 - x3) + x5;
        self.gather(x1, told, known);
        let shift = i32::from(self.plan.shift);
        let mut count = 0;
        let places = &mut self.places;
        let mut put = |place: i64| {
            if let Some(slot) = places.get_mut(count) {
                *slot = place.clamp(-MAX_PLACE << 9, MAX_PLACE << 9);
                count += 1;
            }
        };
        put(last);
        put(2 * last - (x2 << 8));
        put(quadratic.clamp(-MAX_PLACE, MAX_PLACE) << 8);
        put(quartic.clamp(-MAX_PLACE, MAX_PLACE) << 8);
        let mut squares = 0;
        for (at, (least, said)) in self.least.iter().zip(&mut self.said).enumerate() {
            let inputs =
                self.row.get(..if at == 0 { self.row.len() } else { self.row.len().min(FEW_INPUTS) });
            *said = least.predict(inputs.unwrap_or_default());
            squares = if at == 0 { *said } else { squares };
            put(last + unscaled(*said, shift));
        }
        let [lms, cascade] = &self.lms;
        self.said_lms = [lms.predict(&self.steps), squares + cascade.predict(&self.misses)];
        put(last + unscaled(self.said_lms[0], shift));
        if self.plan.strength.taps[1] > 0 {
            put(last + unscaled(self.said_lms[1], shift));
        }
        let season = self.plan.choice.season;
        if season > 0 {
            let (ago, before) = (
                self.past.len().checked_sub(season).and_then(|at| self.past.get(at)).copied(),
                self.past.len().checked_sub(season + 1).and_then(|at| self.past.get(at)).copied(),
            );
            put(ago.unwrap_or(x1) << 8);
            put(match (ago, before) {
                (Some(ago), Some(before)) => (x1 + ago - before) << 8,
                _ => last,
            });
        }
        put(self.short_mean.get());
        self.count = count;
        let blend = self.blend(last);
        if let Some(slot) = self.places.get_mut(count) {
            *slot = blend;
            self.count += 1;
        }
        self.spread();
        blend
    }

    /// The inputs of the next row.
    fn gather(&mut self, x1: i64, told: &mut Parents, known: Known<'_>) {
        self.row.clear();
        let shift = self.plan.shift;
        let (steps, past) = (&self.steps, &self.past);
        let at = past.len();
        let mut from_parents = told.row(known);
        for input in &self.plan.choice.inputs {
            let value = match *input {
                Input::Bias => BIAS,
                Input::Own(back) => steps
                    .len()
                    .checked_sub(usize::from(back) + 1)
                    .and_then(|at| steps.get(at))
                    .copied()
                    .unwrap_or(0),
                Input::Level => level(self.short_mean.above(x1), shift),
                Input::SlowLevel => level(self.long_mean.above(x1), shift),
                Input::Season(which) => season_step(past, at, self.plan.choice.season, which, x1, shift),
                Input::Step { .. } | Input::ParentLevel(_) => from_parents.next().unwrap_or(0),
            };
            self.row.push(value);
        }
    }

    /// The mean of all predictions, those that were less wrong lately counting more, by the fourth power.
    fn blend(&self, last: i64) -> i64 {
        let (errors, places) = (self.blend_errors.get(..self.count), self.places.get(..self.count));
        let (errors, places) = (errors.unwrap_or_default(), places.unwrap_or_default());
        let best = average::log2(errors.iter().copied().min().unwrap_or(1).unsigned_abs());
        let weigh = |error: &i64| {
            let behind = average::log2(error.unsigned_abs()) - best;
            i64::from(average::weight(behind.min(31 << 6) * 4))
        };
        let farthest = places.iter().map(|place| place.abs_diff(last)).max().unwrap_or(0);
        let mut weights = 0;
        if farthest < 1 << 42 {
            // 2^17 a weight, and 15 of them: 2^63.
            let mut sum = 0;
            for (place, error) in places.iter().zip(errors) {
                let weight = weigh(error);
                sum += (place - last) * weight;
                weights += weight;
            }
            return last + sum / weights.max(1);
        }
        let mut sum = 0;
        for (place, error) in places.iter().zip(errors) {
            let weight = weigh(error);
            sum += i128::from(place - last) * i128::from(weight);
            weights += weight;
        }
        last + (sum / i128::from(weights.max(1))) as i64
    }

    fn spread(&mut self) {
        let none = [0; MAX];
        let echo = self
            .past
            .len()
            .checked_rem(self.plan.choice.echo)
            .and_then(|at| self.echoes.get(at))
            .unwrap_or(&none);
        let each = self.errors.iter().zip(echo).zip(&self.places).take(self.count);
        let scales = if self.plan.choice.echo > 0 { SCALES } else { SCALES - 1 };
        for (densities, (([short, long], echo), place)) in self.densities.chunks_exact_mut(scales).zip(each) {
            for (density, error) in densities.iter_mut().zip([short, long, echo]) {
                *density = Density::new(*place, (error - (error >> 2)).max(MIN_SCALE));
            }
        }
    }

    /// All densities of this row.
    pub(super) fn densities(&self) -> &[Density] {
        let scales = if self.plan.choice.echo > 0 { SCALES } else { SCALES - 1 };
        self.densities.get(..scales * self.count).unwrap_or_default()
    }

    /// How wrong the blend has been, in units of 2^-8.
    pub(super) fn scale(&self) -> i64 {
        let [fast, slow] = self.errors.get(self.count.saturating_sub(1)).copied().unwrap_or_default();
        fast.min(2 * slow).max(1)
    }

    /// What the first least squares predicted, in units of 2^-8.
    pub(super) fn squares(&self) -> i64 {
        self.places[4]
    }

    /// Learns where the row lay.
    pub(super) fn learn(&mut self, place: i64, first: i64) {
        let row = self.past.len();
        let x1 = self.back(1, first);
        let wanted = place << 8;
        for ((predicted, errors), blend) in
            self.places.iter().zip(&mut self.errors).zip(&mut self.blend_errors).take(self.count)
        {
            let error = wanted.abs_diff(*predicted) as i64;
            if row <= 1 {
                *errors = [error.max(64); 2];
                *blend = error.max(4);
            } else {
                let slow = if row < 64 { 4 } else { 7 };
                errors[0] = (errors[0] + ((error - errors[0]) >> 4)).max(MIN_ERROR);
                errors[1] = (errors[1] + ((error - errors[1]) >> slow)).max(MIN_ERROR);
                *blend = (*blend + ((error - *blend) >> 5)).max(4);
            }
        }
        if let Some(echo) = row.checked_rem(self.plan.choice.echo).and_then(|at| self.echoes.get_mut(at)) {
            let is_first = row < self.plan.choice.echo;
            for (predicted, error) in self.places.iter().zip(echo).take(self.count) {
                let new = wanted.abs_diff(*predicted) as i64;
                *error = if is_first { new } else { *error + ((new - *error) >> 2) }.max(MIN_ERROR);
            }
        }
        let step = step(place - x1, self.plan.shift);
        if row >= UNTAUGHT {
            for (at, least) in self.least.iter_mut().enumerate() {
                let inputs =
                    self.row.get(..if at == 0 { self.row.len() } else { self.row.len().min(FEW_INPUTS) });
                least.learn(inputs.unwrap_or_default(), step);
            }
            let [lms, cascade] = &mut self.lms;
            lms.learn(&self.steps, (i64::from(step) << 16) - self.said_lms[0]);
            cascade.learn(&self.misses, (i64::from(step) << 16) - self.said_lms[1]);
        }
        let squares = self.said.first().copied().unwrap_or(0);
        self.steps.push(step);
        self.misses.push((i64::from(step) - (squares >> 16)).clamp(-(1 << 18), 1 << 18) as i32);
        self.short_mean.learn(place);
        self.long_mean.learn(place);
        self.past.push(place);
    }
}

/// A step seen from one season ago.
fn season_step(past: &[i64], at: usize, season: usize, which: u8, x1: i64, shift: i8) -> i32 {
    let ago = |rows: usize| at.checked_sub(season + rows).and_then(|at| past.get(at)).copied();
    let (Some(before), Some(here), true) = (ago(1), ago(0), season > 0) else { return 0 };
    let difference = match which {
        0 => here - before,
        1 => here - x1,
        _ => past.get(at + 1 - season).copied().unwrap_or(here) - here,
    };
    step(difference, shift)
}

/// A scaled step in units of 2^-16 as a place in units of 2^-8.
#[inline]
fn unscaled(step: i64, shift: i32) -> i64 {
    let by = 8 + shift;
    if by >= 0 {
        return step >> by.min(63);
    }
    let up = (-by).min(40);
    step.clamp(-(1 << (54 - up)), 1 << (54 - up)) << up
}
