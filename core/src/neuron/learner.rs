//! What linear neurons and live links learn with: five members that weigh the last steps, and a mixture of them.
//!
//! | member | its weights | good for |
//! |---|---|---|
//! | wide | least squares over about 1,024 samples | what stays as it is |
//! | quick | least squares over about 64 | what changes |
//! | nlms | those it began with, moved by normalised least mean squares | a gene that fits, and the first samples |
//! | last | all 0: the last sample | noise, and what stands still |
//! | ramp | 1 for the newest step: it comes again | clocks, counters, what goes on as it went |
//!
//! Both least squares believe the weights that the learner began with until rows tell otherwise. What a member loses with a
//! sample is its distance from it in usual errors of late, as bits of a Laplace distribution.
//!
//! All of this happens in scaled units: the *reach* is the largest step that counts, and steps are scaled by a power of two
//! so that it has 20 bits. Each sample teaches in its own scale, so bursts do not drown what calm has taught, and no unit is
//! too large or too small. A member tells no step beyond twice the reach. Steps are within 2^59.

use super::{LAGS, Mixture, least::LeastSquares, lms::Lms, mixture::MAX_LOSS};

/// Steps are scaled so that the reach has so many bits.
pub(crate) const BITS: i32 = 20;
/// Bits after the point of what members say, in scaled units.
pub(crate) const POINT: i32 = 4;
/// Limit: steps are within it.
pub(crate) const MAX_STEP: i64 = 1 << 59;
/// NLMS takes energies for at least that of half the reach.
pub(crate) const MIN_ENERGY: i64 = 1 << (2 * BITS - 2);
/// Tuning: what is known before rows tell, as this many samples of full reach in squares.
const BELIEF: i64 = 3 << (2 * BITS - 4);
/// Tuning: samples that each least squares looks back, and those between two solutions, as powers of two.
const WINDOWS: [(u32, u32); 2] = [(10, 5), (6, 4)];

pub(crate) const MEMBERS: usize = 5;
/// Tuning: what members count at first, in units of 2^-16.
const PRIOR: [u32; MEMBERS] = [1 << 14, 1 << 14, 1 << 14, 3 << 12, 1 << 12];
/// Tuning: every member may come back: it keeps 2^-9 of its prior.
const SHARE: u32 = 9;
/// log2(e) in Q16: bits of a Laplace distribution for an error as large as the mean one.
const BITS_AN_ERROR: u32 = 94_548;
/// Errors are averaged over so many samples.
const USUAL: i64 = 16;
/// Tuning: errors of less than 5/16 of a unit are rounding.
const ROUNDING: i64 = 5;

/// The steps that are weighed, scaled, and what may be said of the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Steps {
    /// Scaled units are 2^down units of the samples.
    pub(crate) down: i32,
    pub(crate) inputs: [i32; LAGS],
    /// The newest step, and twice the reach, with [`POINT`].
    newest: i32,
    most: i64,
}

impl Steps {
    /// Scales the steps that are weighed; `reach` is the largest of them or more.
    pub(crate) fn new(steps: [i64; LAGS], newest: i64, reach: u64) -> Self {
        let down = 64 - reach.leading_zeros() as i32 - BITS;
        Self {
            down,
            inputs: steps.map(|step| shifted(step, down) as i32),
            newest: shifted(newest, down - POINT) as i32,
            most: (2 * shifted(reach.cast_signed(), down)) << POINT,
        }
    }

    /// A step of the samples, scaled, as far as twice what members may say.
    pub(crate) fn scaled(&self, step: i64) -> i32 {
        let most = 4 << (BITS + POINT);
        shifted(step, self.down - POINT).clamp(-most, most) as i32
    }

    /// A scaled step in units of the samples, rounded to nearest.
    pub(crate) fn unscaled(&self, step: i32) -> i64 {
        match self.down - POINT {
            up @ 0.. => i64::from(step) << up,
            up => (i64::from(step) + (1 << (-up - 1))) >> -up,
        }
    }

    /// A sum of weights (Q16) and inputs, held within twice the reach.
    pub(crate) fn held(&self, sum: i64) -> i32 {
        (sum >> (16 - POINT)).clamp(-self.most, self.most) as i32
    }
}

/// What the members say of the next step, and all of them together, in scaled units with [`POINT`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Said {
    pub(crate) members: [i32; MEMBERS],
    pub(crate) all: i32,
}

/// The members, and how well each has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Learner {
    squares: [LeastSquares; 2],
    nlms: Lms,
    mixture: Mixture<MEMBERS>,
    /// The mean error of late in units of 2^-4 of the samples, and of how many samples.
    missed: (i64, i64),
}

impl Learner {
    /// Begins with these weights (Q16); NLMS learns at this rate (Q16). At rate 0 it alone counts.
    pub(crate) fn new(weights: &[i32; LAGS], rate: i32) -> Self {
        let square = |(window, every)| LeastSquares::new(LAGS, window, every).believing(weights, BELIEF);
        let prior = if rate == 0 { [0, 0, 1 << 16, 0, 0] } else { PRIOR };
        Self {
            squares: WINDOWS.map(square),
            nlms: Lms::fine(weights, rate.into(), MIN_ENERGY),
            mixture: Mixture::new(prior, SHARE),
            missed: (0, 0),
        }
    }

    /// What comes next, where NLMS adds `bias`.
    pub(crate) fn say(&self, steps: &Steps, bias: i32) -> Said {
        let [wide, quick] = self.squares.each_ref().map(|one| steps.held(one.predict(&steps.inputs)));
        let nlms = steps.held(self.nlms.predict(&steps.inputs)).saturating_add(bias);
        let members = [wide, quick, nlms, 0, steps.newest];
        Said { members, all: self.mixture.blend(&members) }
    }

    /// Takes the step that came, scaled; returns by how much NLMS was wrong.
    pub(crate) fn learn(&mut self, steps: &Steps, said: &Said, came: i32) -> i32 {
        self.weigh(steps.down, said, came);
        let most = 1 << BITS;
        let target = (came >> POINT).clamp(-most, most);
        self.squares.iter_mut().for_each(|one| one.learn(&steps.inputs, target));
        let [_, _, nlms, ..] = said.members;
        let error = came.saturating_sub(nlms);
        self.nlms.learn(&steps.inputs, i64::from(error) << (16 - POINT));
        error
    }

    /// What voices lose that said this; `None` while nobody knows how large errors are.
    pub(super) fn losses<const N: usize>(&self, down: i32, said: &[i32; N], came: i32) -> Option<[u32; N]> {
        let (mean, count) = self.missed;
        let usual = shifted(mean.max(ROUNDING), down).clamp(1, 1 << 27) as u32;
        let inverse = u64::from((BITS_AN_ERROR << 15) / usual);
        let loss = |said: i32| ((u64::from(came.abs_diff(said)) * inverse) >> 15).min(MAX_LOSS.into()) as u32;
        (count > 0).then(|| said.map(loss))
    }

    /// Lets the mixture see what came.
    fn weigh(&mut self, down: i32, said: &Said, came: i32) {
        if let Some(losses) = self.losses(down, &said.members, came) {
            self.mixture.learn(&losses);
        }
        let (mean, count) = self.missed;
        let error = shifted(came.abs_diff(said.all).into(), -down).clamp(0, 1 << 60);
        let count = (count + 1).min(USUAL);
        self.missed = (mean + (error - mean) / count, count);
    }

    /// The weights (Q16) of the member that has learnt best: wide or nlms.
    pub(crate) fn best(&self) -> [i32; LAGS] {
        let [wide, _, nlms, ..] = self.mixture.weights();
        let [squares, _] = &self.squares;
        if wide > nlms { squares.weights().first_chunk().copied().unwrap_or_default() } else { self.nlms() }
    }

    fn nlms(&self) -> [i32; LAGS] {
        let mut weights = [0; LAGS];
        weights.iter_mut().zip(self.nlms.weights()).for_each(|(weight, learnt)| *weight = learnt);
        weights
    }
}

/// value / 2^down, rounded toward minus infinity; held within what an integer can be.
pub(crate) fn shifted(value: i64, down: i32) -> i64 {
    match down {
        0.. => value >> down.min(63),
        _ if value.unsigned_abs().leading_zeros() as i32 > -down => value << -down,
        _ if value < 0 => i64::MIN,
        _ if value > 0 => i64::MAX,
        _ => 0,
    }
}
