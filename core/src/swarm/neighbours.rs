//! What neighbours were surprised by just now, as regressors: weather comes to all of them.
//!
//! Surprises are normalised: in usual errors of whom they are of, so nobody needs to know a neighbour's predictor or units.
//! Two corrections are learnt by least squares, from all neighbours and from the one in the middle; a mixture weighs both
//! against none at all, which has half of its prior. So neighbours who lie cost one bit in a lifetime, and 0.0004 a sample.

use super::Address;
use crate::neuron::{Mixture, least::LeastSquares};

/// Limit: neighbours that are listened to.
const NEIGHBOURS: usize = 6;
/// Bits after the point of normalised surprises, and the largest that counts.
const POINT: u32 = 10;
const MOST: i32 = 8 << POINT;
/// Tuning: samples over which errors are usual, and those that least squares look back, and between two solutions, as powers of two.
const USUAL: u64 = 64;
const WINDOW: u32 = 10;
const EVERY: u32 = 4;
/// Tuning: that a neighbour tells nothing is believed for this many samples of usual surprises, in squares.
const BELIEF: i64 = 8 << (2 * POINT);
/// No correction, that by all neighbours, that by the one in the middle; in units of 2^-16.
const PRIOR: [u32; 3] = [1 << 15, 1 << 14, 1 << 14];
const SHARE: u32 = 12;
/// log2(e) in Q16: bits of a Laplace distribution for an error as large as the usual one.
const BITS_AN_ERROR: u64 = 94_548;

/// How large errors usually are: what surprises are normalised by.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Usual {
    /// The mean, Q4, and of how many.
    mean: u64,
    count: u64,
}

impl Usual {
    /// An error in usual ones, Q10.
    pub(super) fn normalised(&self, error: i64) -> i16 {
        let mean = i128::from(self.mean.max(1));
        let most = i128::from(MOST);
        ((i128::from(error) << (POINT + 4)) / mean).clamp(-most, most) as i16
    }

    /// What so many usual errors (Q10) are.
    const fn times(&self, surprise: i32) -> i64 {
        ((self.mean as i128 * surprise as i128) >> (POINT + 4)) as i64
    }

    pub(super) fn push(&mut self, error: i64) {
        self.count = (self.count + 1).min(USUAL);
        let size = error.unsigned_abs().min(u64::MAX >> 12) << 4;
        self.mean -= self.mean.div_ceil(self.count).min(self.mean);
        self.mean += size / self.count;
    }
}

/// The neighbours that are listened to, and what their surprises tell.
#[derive(Debug)]
pub(super) struct Neighbours {
    /// Who, and what was heard of them since the last sample, Q10.
    all: [Option<(Address, Option<i16>)>; NEIGHBOURS],
    each: LeastSquares,
    middle: LeastSquares,
    mixture: Mixture<3>,
}

impl Neighbours {
    pub(super) fn new() -> Self {
        let least = |inputs| LeastSquares::new(inputs, WINDOW, EVERY).believing(&[0; NEIGHBOURS], BELIEF);
        Self {
            all: [None; NEIGHBOURS],
            each: least(NEIGHBOURS),
            middle: least(1),
            mixture: Mixture::new(PRIOR, SHARE),
        }
    }

    /// Hears what a neighbour is surprised by. Of more than there is room for the first are listened to.
    pub(super) fn hear(&mut self, from: Address, surprise: i16) {
        let known = self.all.iter().position(|one| one.is_some_and(|(address, _)| address == from));
        let free = || self.all.iter().position(Option::is_none);
        if let Some(place) = known.or_else(free).and_then(|place| self.all.get_mut(place)) {
            *place = Some((from, Some(surprise)));
        }
    }

    fn surprises(&self) -> [i32; NEIGHBOURS] {
        self.all.map(|one| {
            one.and_then(|(_, surprise)| surprise).map_or(0, |it| i32::from(it).clamp(-MOST, MOST))
        })
    }

    /// The surprise in the middle of those that were heard.
    fn in_the_middle(&self) -> i32 {
        let (surprises, mut heard, mut count) = (self.surprises(), [i32::MAX; NEIGHBOURS], 0_usize);
        for ((to, from), one) in heard.iter_mut().zip(surprises).zip(&self.all) {
            if one.is_some_and(|(_, surprise)| surprise.is_some()) {
                *to = from;
                count += 1;
            }
        }
        heard.sort_unstable();
        let at = |place: usize| heard.get(place).copied().unwrap_or(0);
        if count == 0 { 0 } else { at((count - 1) / 2).midpoint(at(count / 2)) }
    }

    /// What the corrections are, in usual errors, Q10.
    fn said(&self) -> [i32; 3] {
        let held = |sum: i64| (sum >> 16).clamp((-MOST / 2).into(), (MOST / 2).into()) as i32;
        [0, held(self.each.predict(&self.surprises())), held(self.middle.predict(&[self.in_the_middle()]))]
    }

    fn is_silent(&self) -> bool {
        self.all.iter().flatten().all(|(_, surprise)| surprise.is_none())
    }

    /// By how much the next sample will be off what is predicted without neighbours.
    pub(super) fn correction(&self, usual: &Usual) -> i64 {
        if self.is_silent() { 0 } else { usual.times(self.mixture.blend(&self.said())) }
    }

    /// Takes by how many usual errors (Q10) a sample was off; what was heard before it is of the past.
    pub(super) fn learn(&mut self, off: i16) {
        if self.is_silent() {
            return;
        }
        let off = i32::from(off);
        let loss = |said: i32| {
            ((u64::from(off.abs_diff(said)) * BITS_AN_ERROR) >> POINT).min(u32::MAX.into()) as u32
        };
        self.mixture.learn(&self.said().map(loss));
        self.each.learn(&self.surprises(), off);
        self.middle.learn(&[self.in_the_middle()], off);
        self.all.iter_mut().flatten().for_each(|(_, surprise)| *surprise = None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::Random;
    use proptest::prelude::*;

    /// The sizes of errors with and without neighbours, of whom `liars` say anything.
    fn missed(liars: u64) -> (u64, u64) {
        let (mut random, mut neighbours) = (Random::new(5, liars), Neighbours::new());
        let mut usual = Usual::default();
        let (mut with, mut without) = (0, 0);
        for row in 0..3000 {
            let weather = random.below(2001) as i64 - 1000;
            for neighbour in 0..6 {
                let surprise = weather + random.below(801) as i64 - 400;
                let told = if neighbour < liars { random.below(16_000) as i64 - 8000 } else { surprise * 2 };
                neighbours.hear(neighbour, told as i16);
            }
            let off = weather + random.below(801) as i64 - 400;
            let correction = neighbours.correction(&usual);
            if row >= 200 {
                with += off.abs_diff(correction);
                without += off.unsigned_abs();
            }
            neighbours.learn(usual.normalised(off));
            usual.push(off);
        }
        (with, without)
    }

    #[test]
    fn neighbours_who_see_the_same_weather_help_and_liars_hardly_harm() {
        let (with, without) = missed(0);
        assert!(with * 10 < without * 6, "{with} {without}");
        let (with, without) = missed(3);
        assert!(with * 10 < without * 7, "{with} {without}");
        let (with, without) = missed(6);
        assert!(with * 100 < without * 102, "{with} {without}");
    }

    proptest! {
        #[test]
        fn any_surprises_and_errors_are_bounded(
            rows in prop::collection::vec((prop::collection::vec((0_u64..9, any::<i16>()), 0..8), any::<i64>()), 0..80),
        ) {
            let (mut neighbours, mut usual) = (Neighbours::new(), Usual::default());
            for (heard, error) in rows {
                heard.iter().for_each(|(from, surprise)| neighbours.hear(*from, *surprise));
                let _ = neighbours.correction(&usual);
                neighbours.learn(usual.normalised(error));
                usual.push(error);
            }
        }
    }
}
