//! How rare a size is, by the sizes of the same kind before it, and which sizes say that a column is not itself.
//!
//! Sizes are counted in eighths of an octave: 512 counters, whatever the unit, and no assumption on their distribution.
//! The rarity of one is -log2 of the share of those as large or larger, in bits. One larger than all that are remembered
//! gets more for each octave that it is above the largest: as many bits as the largest thirty-second of the sizes says
//! that an octave is worth, 1 to 6 (2 as long as nothing is known). When [`MEMORY`] sizes are remembered all counters are
//! halved, so that the past fades.

use crate::{neuron::scale::Average, num::log2_q16};

/// Tuning: sizes remembered at most.
pub(crate) const MEMORY: u32 = 8192;
/// Sizes before rarity is told.
pub(crate) const MIN: u32 = 64;
/// Tuning: samples whose mean is compared with the usual level.
pub(crate) const LEVEL: usize = 48;
/// Eighths of an octave from 1 to 2^64.
const CLASSES: usize = 512;
/// Tuning: the share of the largest sizes that tell what an octave is worth.
const TAIL: u32 = 32;
/// Tuning: what is believed before sizes tell: so many of them, half an octave above the rest.
const BELIEVED: u32 = 4;
/// Tuning: what an eighth of an octave is worth at least and at most, in bits, Q8: 1 and 6 bits an octave.
const WORTH: (u32, u32) = (1 << 5, 6 << 5);

/// What sizes have been like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rarity {
    counts: [u16; CLASSES],
    total: u32,
    /// The class of the largest size remembered.
    largest: usize,
}

impl Default for Rarity {
    fn default() -> Self {
        Self { counts: [0; CLASSES], total: 0, largest: 0 }
    }
}

impl Rarity {
    /// The rarity of this size in bits, in Q8, and then remembers it; 0 while too few are remembered.
    pub(crate) fn push(&mut self, size: u64) -> u32 {
        let class = ((log2_q16(size.saturating_add(1)) >> 13) as usize).min(CLASSES - 1);
        let rarity = if self.total < MIN { 0 } else { self.rarity(class) };
        if let Some(count) = self.counts.get_mut(class) {
            *count = count.saturating_add(1);
            self.total += 1;
            self.largest = self.largest.max(class);
        }
        if self.total >= MEMORY {
            self.counts.iter_mut().for_each(|count| *count /= 2);
            self.total = self.counts.iter().map(|count| u32::from(*count)).sum();
            self.largest = self.counts.iter().rposition(|count| *count > 0).unwrap_or(0);
        }
        rarity
    }

    fn rarity(&self, class: usize) -> u32 {
        let rarer = self.counts.get(class..=self.largest).unwrap_or_default();
        let rarer: u32 = rarer.iter().map(|count| u32::from(*count)).sum();
        let bits = (log2_q16(u64::from(self.total) + 1) - log2_q16(u64::from(rarer) + 1)) >> 8;
        if rarer > 0 {
            return bits;
        }
        bits + class.saturating_sub(self.largest) as u32 * self.worth()
    }

    /// What an eighth of an octave above the largest is worth, in bits, Q8: what it is among the largest, where an octave
    /// is worth one bit if they are, in the mean, one above where they begin.
    fn worth(&self) -> u32 {
        let (mut tail, mut below) = (0, self.largest + 1);
        for count in self.counts.iter().take(self.largest + 1).rev() {
            if tail >= self.total / TAIL {
                break;
            }
            tail += u32::from(*count);
            below -= 1;
        }
        // Each is in the middle of its class: in sixteenths of an octave.
        let above = self.counts.iter().skip(below).zip(0_u32..);
        let sixteenths: u32 = above.map(|(count, at)| u32::from(*count) * (2 * at + 1)).sum();
        (((tail + BELIEVED) << 9) / (sixteenths + 8 * BELIEVED)).clamp(WORTH.0, WORTH.1)
    }
}

/// How far a column is from where it usually is: the mean of its last [`LEVEL`] samples from that of about 2048.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Level {
    usual: Average<2048>,
    /// A ring, and what is in it together.
    recent: [i64; LEVEL],
    sum: i128,
    at: usize,
    count: u32,
}

impl Default for Level {
    fn default() -> Self {
        Self { usual: Average::default(), recent: [0; LEVEL], sum: 0, at: 0, count: 0 }
    }
}

impl Level {
    /// [`LEVEL`] times the distance after this sample, so that none is lost in rounding; none before there are so many.
    pub(crate) fn push(&mut self, sample: i64) -> Option<u64> {
        self.usual.push(sample);
        if let Some(place) = self.recent.get_mut(self.at) {
            self.sum += i128::from(sample) - i128::from(core::mem::replace(place, sample));
        }
        self.at = (self.at + 1) % LEVEL;
        self.count = self.count.saturating_add(1);
        let usual = (self.usual.mean() * LEVEL as i128) >> 16;
        let distance = || u64::try_from(self.sum.abs_diff(usual)).unwrap_or(u64::MAX);
        (self.count >= LEVEL as u32).then(distance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::Random;
    use proptest::prelude::*;

    #[test]
    fn rarity_is_the_logarithm_of_the_share() {
        let mut rarity = Rarity::default();
        for i in 0..4096 {
            rarity.push(if i % 16 == 0 { 1000 } else { 10 });
        }
        assert_eq!(rarity.clone().push(5), 0);
        let often = rarity.clone().push(1000);
        assert!(often.abs_diff(4 << 8) < 4, "{often}");
        let never = rarity.clone().push(1_000_000);
        assert!(never > (12 + 19) << 8, "{never}");
    }

    #[test]
    fn what_is_usual_now_is_soon_not_rare() {
        let mut rarity = Rarity::default();
        for _ in 0..5000 {
            rarity.push(10);
        }
        assert!(rarity.push(500) > 12 << 8);
        for _ in 0..20_000 {
            rarity.push(500);
        }
        assert!(rarity.push(500) < 1 << 8);
    }

    #[test]
    fn beyond_the_largest_an_octave_is_worth_what_it_was_among_the_largest() {
        // One in 2^k is 2^k or larger: an octave is worth a bit. And one in 2^k is 2^(k/4) or larger: four bits.
        let worth = |per_octave: u32| {
            let (mut random, mut rarity) = (Random::new(7, 0), Rarity::default());
            for _ in 0..4000 {
                let bits = (random.below(1 << 30) + 1).leading_zeros() - 34;
                rarity.push(1 << (20 + bits / per_octave));
            }
            (rarity.clone().push(1 << 60) - rarity.push(1 << 59)) >> 8
        };
        assert_eq!(worth(1), 1);
        assert!((4..=6).contains(&worth(4)), "{}", worth(4));
    }

    #[test]
    fn a_level_is_as_far_as_it_has_moved() {
        let mut level = Level::default();
        assert_eq!((1..LEVEL).find_map(|_| level.push(100)), None);
        for _ in 0..3000 {
            level.push(100);
        }
        let moved = (0..LEVEL).filter_map(|_| level.push(1100)).last().unwrap() / LEVEL as u64;
        assert!((970..=1000).contains(&moved), "{moved}");
    }

    proptest! {
        #[test]
        fn any_samples_have_a_level(samples in prop::collection::vec(any::<i64>(), 0..120)) {
            let mut level = Level::default();
            for (i, sample) in samples.iter().enumerate() {
                prop_assert_eq!(level.push(*sample).is_some(), i + 1 >= LEVEL);
            }
        }

        #[test]
        fn larger_is_never_less_rare(
            seen in prop::collection::vec(any::<u64>(), 64..300), a: u64, b: u64, keep in 0u32..64,
        ) {
            let mut rarity = Rarity::default();
            for size in &seen {
                rarity.push(size >> keep);
            }
            let (low, high) = (a.min(b), a.max(b));
            prop_assert!(rarity.clone().push(low) <= rarity.clone().push(high));
        }
    }
}
