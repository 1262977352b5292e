//! What learns while it codes: counters, the mixer of opinions, and the correction of what it says.
//!
//! All chances are those of a 1, in units of 2^-16; all opinions are log odds (see [`logistic`](super::logistic)).

use super::logistic::{MAX, squash, stretch};
use alloc::{vec, vec::Vec};

/// How often a bit was 1 in one context: 22 bits of chance above 10 bits of count.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counter(u32);

/// After so many bits a counter forgets as fast as it learns.
const COUNT_LIMIT: u32 = 255;

/// 2^16 * 2 / (2n + 3): the share of an error that the n-th bit moves a counter by.
#[expect(clippy::indexing_slicing, reason = "evaluated while compiling")]
static SHARE: [u32; COUNT_LIMIT as usize + 1] = {
    let (mut table, mut n) = ([0; COUNT_LIMIT as usize + 1], 0);
    while n < table.len() {
        table[n] = (1 << 17) / (2 * n as u32 + 3);
        n += 1;
    }
    table
};

/// 256 * (n + 0.3) / (n + 1.6): how much the opinion of n bits is worth.
#[expect(clippy::indexing_slicing, reason = "evaluated while compiling")]
static WORTH: [u16; COUNT_LIMIT as usize + 1] = {
    let (mut table, mut n) = ([0; COUNT_LIMIT as usize + 1], 0);
    while n < table.len() {
        table[n] = (256 * (10 * n + 3) / (10 * n + 16)) as u16;
        n += 1;
    }
    table
};

impl Default for Counter {
    fn default() -> Self {
        Self(1 << 31)
    }
}

impl Counter {
    /// The chance, from 1 to 65535.
    #[inline]
    pub(crate) fn chance(self) -> u32 {
        (self.0 >> 16).max(1)
    }

    /// Its opinion: none while it has seen nothing.
    #[inline]
    pub(crate) fn opinion(self) -> i32 {
        let worth = i32::from(WORTH.get((self.0 & 0x3FF) as usize).copied().unwrap_or(256));
        (stretch(self.0 >> 16) * worth) >> 8
    }

    /// Learns a bit; it forgets what is older than about `limit` bits.
    #[inline]
    pub(crate) fn learn(&mut self, bit: bool, limit: u32) {
        let (count, chance) = (self.0 & 0x3FF, self.0 >> 10);
        let share = i64::from(SHARE.get(count as usize).copied().unwrap_or(0));
        let target = if bit { (1i64 << 22) - 1 } else { 0 };
        let moved = i64::from(chance) + (((target - i64::from(chance)) * share) >> 16);
        self.0 = (moved as u32) << 10 | if count < limit.min(COUNT_LIMIT) { count + 1 } else { count };
    }
}

/// Opinions a mixer weighs at most.
pub(crate) const OPINIONS: usize = 32;
/// Opinions weighed at once.
const LANES: usize = 8;

/// Weighs opinions by how well they did: one set of weights a class of decisions.
#[derive(Debug, Clone)]
pub(crate) struct Mixer {
    /// Q16.
    weights: Vec<[i32; OPINIONS]>,
    /// Groups of opinions that are in use.
    groups: usize,
}

/// The largest weight: 8.
const MAX_WEIGHT: i32 = 1 << 19;

impl Mixer {
    /// A mixer for that many classes that starts from these weights, at most [`OPINIONS`].
    pub(crate) fn new(classes: usize, start: &[i32]) -> Self {
        let mut weights = [0; OPINIONS];
        weights.iter_mut().zip(start).for_each(|(weight, start)| *weight = *start);
        Self { weights: vec![weights; classes], groups: start.len().div_ceil(LANES) }
    }

    /// The log odds of all opinions together; those that are not in use are 0.
    #[inline]
    pub(crate) fn mix(&self, class: usize, opinions: &[i16; OPINIONS]) -> i32 {
        let Some(weights) = self.weights.get(class) else { return 0 };
        let groups = opinions.as_chunks::<LANES>().0.iter().zip(weights.as_chunks::<LANES>().0);
        let mut sums = [0i32; LANES];
        for (opinions, weights) in groups.take(self.groups) {
            // Weights of 15 bits, opinions of 13, and 4 groups: 30.
            for ((sum, opinion), weight) in sums.iter_mut().zip(opinions).zip(weights) {
                *sum += i32::from(*opinion) * i32::from((weight >> 5) as i16);
            }
        }
        let sum: i64 = sums.iter().map(|sum| i64::from(*sum)).sum();
        (sum >> 11).clamp(-i64::from(MAX), i64::from(MAX)) as i32
    }

    /// Learns from a bit that had been given the log odds `mixed`; a rate is below 32.
    #[inline]
    pub(crate) fn learn(
        &mut self,
        class: usize,
        opinions: &[i16; OPINIONS],
        mixed: i32,
        bit: bool,
        rate: i32,
    ) {
        let Some(weights) = self.weights.get_mut(class) else { return };
        let error = (if bit { 1 << 16 } else { 0 }) - squash(mixed) as i32;
        let step = ((error * rate) >> 6) as i16;
        let groups = weights.as_chunks_mut::<LANES>().0.iter_mut().zip(opinions.as_chunks::<LANES>().0);
        let mut beyond = [0; LANES];
        for (weights, opinions) in groups.take(self.groups) {
            for ((weight, opinion), beyond) in weights.iter_mut().zip(opinions).zip(&mut beyond) {
                let change = (i32::from(*opinion) * i32::from(step) + (1 << 13)) >> 14;
                *weight += change;
                *beyond |= (*weight + MAX_WEIGHT) & !(2 * MAX_WEIGHT - 1);
            }
        }
        // Hardly ever.
        if beyond != [0; LANES] {
            weights.iter_mut().for_each(|weight| *weight = (*weight).clamp(-MAX_WEIGHT, MAX_WEIGHT - 1));
        }
    }
}

/// Corrects log odds by what came of them before, in a context.
#[derive(Debug, Clone)]
pub(crate) struct Correction {
    /// Chances in units of 2^-24 at log odds from -MAX in steps of [`CELL`].
    cells: Vec<[u32; CELLS]>,
}

const CELL: i32 = 192;
const CELLS: usize = (2 * MAX / CELL) as usize + 2;

impl Correction {
    /// One for that many contexts.
    pub(crate) fn new(contexts: usize) -> Self {
        let start = core::array::from_fn(|cell| squash(cell as i32 * CELL - MAX) << 8);
        Self { cells: vec![start; contexts] }
    }

    /// The corrected chance of `mixed`, and the place to [learn](Self::learn) at.
    #[inline]
    pub(crate) fn chance(&self, context: usize, mixed: i32) -> (u32, usize) {
        let at = (mixed + MAX).clamp(0, 2 * MAX);
        let (cell, part) = ((at / CELL) as usize, (at % CELL) as u64);
        let Some(cells) = self.cells.get(context) else { return (1 << 15, 0) };
        let (low, high) = (cells.get(cell).copied().unwrap_or(0), cells.get(cell + 1).copied().unwrap_or(0));
        let between = (u64::from(low) * (CELL as u64 - part) + u64::from(high) * part) / CELL as u64;
        ((between >> 8) as u32, if 2 * part >= CELL as u64 { cell + 1 } else { cell })
    }

    /// Learns what the bit was.
    #[inline]
    pub(crate) fn learn(&mut self, context: usize, place: usize, bit: bool) {
        if let Some(cell) = self.cells.get_mut(context).and_then(|cells| cells.get_mut(place)) {
            let target = if bit { (1i32 << 24) - 1 } else { 0 };
            *cell = (*cell as i32 + ((target - *cell as i32) >> 6)) as u32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_finds_the_chance_and_grows_sure() {
        let mut counter = Counter::default();
        assert_eq!(counter.opinion(), 0);
        for i in 0..4000 {
            counter.learn(i % 4 == 0, 255);
        }
        assert!(counter.chance().abs_diff(1 << 14) < 1200, "{}", counter.chance());
    }

    #[test]
    fn the_mixer_believes_who_is_right() {
        let said = |first, second| {
            let mut opinions = [0; OPINIONS];
            opinions[..2].copy_from_slice(&[first, second]);
            opinions
        };
        let mut mixer = Mixer::new(2, &[20_000, 20_000]);
        for i in 0..2000 {
            let bit = i % 3 == 0;
            let opinions = said(if bit { 400 } else { -400 }, if i % 2 == 0 { 300 } else { -300 });
            let mixed = mixer.mix(1, &opinions);
            mixer.learn(1, &opinions, mixed, bit, 14);
        }
        assert!(mixer.mix(1, &said(400, 0)) > 4 * mixer.mix(1, &said(0, 400)).abs());
        assert_eq!(mixer.mix(0, &said(2900, 0)), 2900 * 20_000 / 65_536);
        assert_eq!(mixer.mix(5, &said(2900, 0)), 0);
    }

    #[test]
    fn a_correction_starts_neutral_and_learns() {
        let mut correction = Correction::new(1);
        for odds in (-2800..2800).step_by(50) {
            let (chance, _) = correction.chance(0, odds);
            assert!(stretch(chance).abs_diff(odds) < 120, "{odds}");
        }
        for _ in 0..500 {
            let (_, place) = correction.chance(0, 0);
            correction.learn(0, place, true);
        }
        assert!(correction.chance(0, 0).0 > 50_000);
    }
}
