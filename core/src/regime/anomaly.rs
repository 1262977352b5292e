//! How rare a size is, by the sizes of the same kind before it, and which sizes say that a column is not itself.
//!
//! Sizes are counted in quarters of an octave: 256 counters, whatever the unit, and no assumption on their distribution.
//! The rarity of one is -log2 of the share of those as large or larger, in bits; one larger than all that
//! are remembered gets two more bits for each octave that it is above the largest. When [`MEMORY`] sizes are
//! remembered all counters are halved, so that the past fades.

use crate::{neuron::scale::Average, num::log2_q16};

/// Tuning: sizes remembered at most.
pub const MEMORY: u32 = 8192;
/// Sizes before rarity is told.
pub const LEAST: u32 = 64;
/// Quarters of an octave from 1 to 2^64.
const CLASSES: usize = 256;
/// Tuning: quarters of bits for each quarter of an octave above the largest, in Q8.
const BEYOND: u32 = 128;

/// What sizes have been like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rarity {
    counts: [u16; CLASSES],
    total: u32,
}

impl Default for Rarity {
    fn default() -> Self {
        Self { counts: [0; CLASSES], total: 0 }
    }
}

impl Rarity {
    /// The rarity of this size in bits, in Q8, and then remembers it; 0 while too few are remembered.
    pub fn push(&mut self, size: u64) -> u32 {
        let class = ((log2_q16(size.saturating_add(1)) >> 14) as usize).min(CLASSES - 1);
        let rarity = if self.total < LEAST { 0 } else { self.rarity(class) };
        if let Some(count) = self.counts.get_mut(class) {
            *count = count.saturating_add(1);
            self.total += 1;
        }
        if self.total >= MEMORY {
            self.counts.iter_mut().for_each(|count| *count /= 2);
            self.total = self.counts.iter().map(|count| u32::from(*count)).sum();
        }
        rarity
    }

    fn rarity(&self, class: usize) -> u32 {
        let rarer: u32 = self.counts.iter().skip(class).map(|count| u32::from(*count)).sum();
        let bits = log2_q16(u64::from(self.total) + 1) - log2_q16(u64::from(rarer) + 1);
        let largest = self.counts.iter().rposition(|count| *count > 0).unwrap_or(0);
        (bits >> 8) + class.saturating_sub(largest) as u32 * BEYOND
    }
}

/// How far a column is from where it usually is: the mean of its last 16 samples from that of about 2048.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Level {
    usual: Average<2048>,
    /// A ring.
    recent: [i64; 16],
    count: u64,
}

impl Level {
    /// The distance after this sample; 0 before the sixteenth.
    pub fn push(&mut self, sample: i64) -> u64 {
        self.usual.push(sample);
        if let Some(place) = self.recent.get_mut((self.count & 15) as usize) {
            *place = sample;
        }
        self.count = self.count.saturating_add(1);
        if self.count < 16 {
            return 0;
        }
        let mean = self.recent.iter().map(|s| i128::from(*s)).sum::<i128>() >> 4;
        u64::try_from(mean.abs_diff(self.usual.mean() >> 16)).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
    fn a_level_is_as_far_as_it_has_moved() {
        let mut level = Level::default();
        assert_eq!((0..15).map(|_| level.push(100)).max(), Some(0));
        for _ in 0..3000 {
            level.push(100);
        }
        let moved = (0..16).map(|_| level.push(1100)).last().unwrap();
        assert!((985..=1000).contains(&moved), "{moved}");
    }

    proptest! {
            #[test]
            fn any_samples_have_a_level(samples in prop::collection::vec(any::<i64>(), 0..60)) {
                let mut level = Level::default();
                for s in &samples {
    level.push(*s);
    }
            }

            #[test]
            fn larger_is_never_less_rare(seen in prop::collection::vec(any::<u64>(), 64..300), a: u64, b: u64, keep in 0u32..64) {
                let mut rarity = Rarity::default();
                for s in &seen {
    rarity.push(s >> keep);
    }
                let (low, high) = (a.min(b), a.max(b));
                prop_assert!(rarity.clone().push(low) <= rarity.clone().push(high));
            }
        }
}
