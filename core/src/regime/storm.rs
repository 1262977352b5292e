//! Calm, PreStorm and Storm.
//!
//! What comes in is how unusual each sample is: the bits that [`Rarity`](super::Rarity) tells. They are *normalised* to
//! 0..1: up to 7 bits, one sample in 128, nothing is unusual; from 15 bits on everything is. So 0.15 is 8.2 bits, 0.30 is
//! 9.4, 0.45 is 10.6. The detector looks at the mean of the last three and at how much that mean rose since the sample
//! before. As rarity is by what a column itself has done, calm is what is usual for it, however wild.
//!
//! ```text
//!            mean >= 0.15, twice            mean + rise >= 0.45, three times
//!   Calm ------------------------> PreStorm ------------------------------> Storm
//!     ^                              |   ^                                    |
//!     +-- mean < 0.15, five times ---+   +-- mean < 0.30, five times, -------+
//!                                            after at least 50 samples
//! ```
//! A run is broken by one sample that does not agree. Calm may be asked to end only for samples that are some bits more
//! unusual, a [`Lift`](super::Lift); a storm is told no later for it.

/// Tuning: the bits, in Q8, that are normalised to 0, and how many more are normalised to 1.
pub(crate) const UNUSUAL: (u32, u32) = (7 << 8, 8 << 8);
/// The mean from which a storm may be coming, in Q16: 0.15.
pub(crate) const PRE_STORM: u32 = 9830;
/// The mean, with its rise, from which it is there: 0.45.
pub(crate) const STORM: u32 = 29_491;
/// The mean below which it passes: 0.30.
pub(crate) const PASSING: u32 = 19_661;
/// Samples that have to agree: for PreStorm, for Storm, and on the way back.
pub(crate) const CONFIRM: [u8; 3] = [2, 3, 5];
/// The least length of a storm.
pub(crate) const MIN_STORM: u32 = 50;

/// How surprising the world is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Regime {
    /// As usual.
    #[default]
    Calm,
    /// More surprising than usual.
    PreStorm,
    /// Nothing is as it was.
    Storm,
}

/// The detector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Storms {
    regime: Regime,
    /// The bits of the last samples, the newest first, in Q8.
    last: [u32; 3],
    mean: u32,
    rise: i32,
    /// Samples in a row that agree on a change upward, and downward.
    up: u8,
    down: u8,
    /// Samples in a row that would end calm without a lift, and that would be a storm.
    stirred: u8,
    stormy: u8,
    /// Samples since the regime began.
    since: u32,
}

impl Storms {
    /// Where it is.
    pub(crate) const fn regime(&self) -> Regime {
        self.regime
    }

    /// The mean of the last three that are normalised, in Q16.
    pub(crate) const fn mean(&self) -> u32 {
        self.mean
    }

    /// Takes how unusual a sample is, in bits, Q8; gives the regimes before and after if it changed.
    ///
    /// Calm ends only where the samples are `lift` more unusual, in bits, Q8.
    pub(crate) fn push(&mut self, bits: u32, lift: u32) -> Option<(Regime, Regime)> {
        let [a, b, _] = self.last;
        self.last = [bits, a, b];
        let mean = self.mean_above(0);
        self.rise = mean.cast_signed() - self.mean.cast_signed();
        self.mean = mean;
        self.since = self.since.saturating_add(1);
        let before = self.regime;
        let after = self.confirmed(lift);
        if after == before {
            return None;
        }
        // A storm that the lift held back has still happened: it must not be reported later.
        let held_back = self.stirred.saturating_sub(CONFIRM[0]).min(self.stormy);
        let up = if before == Regime::Calm { held_back } else { 0 };
        (self.regime, self.up, self.down, self.since) = (after, up, 0, 0);
        Some((before, after))
    }

    /// The mean of the last three, normalised without `lift` bits of each.
    fn mean_above(&self, lift: u32) -> u32 {
        self.last.iter().map(|bits| normalised(bits.saturating_sub(lift))).sum::<u32>() / 3
    }

    fn confirmed(&mut self, lift: u32) -> Regime {
        let ahead = self.mean.saturating_add_signed(self.rise.max(0));
        let (rises, falls) = match self.regime {
            Regime::Calm => (self.mean_above(lift) >= PRE_STORM, false),
            Regime::PreStorm => (ahead >= STORM, self.mean < PRE_STORM),
            Regime::Storm => (false, self.mean < PASSING),
        };
        let run = |so_far: u8, goes_on: bool| if goes_on { so_far.saturating_add(1) } else { 0 };
        self.stirred = run(self.stirred, self.mean >= PRE_STORM);
        self.stormy = run(self.stormy, ahead >= STORM);
        self.up = if rises { self.up.saturating_add(1) } else { 0 };
        self.down = if falls { self.down.saturating_add(1) } else { 0 };
        let [pre, storm, back] = CONFIRM;
        match self.regime {
            Regime::Calm if self.up >= pre => Regime::PreStorm,
            Regime::PreStorm if self.up >= storm => Regime::Storm,
            Regime::PreStorm if self.down >= back => Regime::Calm,
            Regime::Storm if self.down >= back && self.since >= MIN_STORM => Regime::PreStorm,
            same => same,
        }
    }
}

/// Bits as a share of what is unusual, in Q16.
fn normalised(bits: u32) -> u32 {
    let (least, room) = UNUSUAL;
    (bits.saturating_sub(least).min(room) << 16) / room
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    fn changes(storms: &mut Storms, bits: impl IntoIterator<Item = u32>) -> Vec<(usize, Regime)> {
        let seen = bits.into_iter().enumerate();
        seen.filter_map(|(i, bits)| storms.push(bits << 8, 0).map(|(_, to)| (i, to))).collect()
    }

    #[test]
    fn one_jolt_is_no_storm_but_a_run_of_them_is() {
        let mut storms = Storms::default();
        assert_eq!(changes(&mut storms, (0..500).map(|i| i % 8)), []);
        // One jolt: the mean stays up for three samples, long enough for PreStorm only.
        let one = changes(&mut storms, (0..100).map(|i| if i == 10 { 20 } else { 2 }));
        assert_eq!(one, [(11, Regime::PreStorm), (17, Regime::Calm)]);
        let many = changes(&mut storms, (0..300).map(|i| if i < 60 { 14 } else { 1 }));
        let regimes: Vec<Regime> = many.iter().map(|(_, to)| *to).collect();
        assert_eq!(regimes, [Regime::PreStorm, Regime::Storm, Regime::PreStorm, Regime::Calm]);
        assert!(many[1].0 <= 5 && many[2].0 >= many[1].0 + 50, "{many:?}");
    }

    #[test]
    fn a_storm_lasts_at_least_fifty_samples_and_flapping_is_spared() {
        // Two of six samples are unusual: the mean crosses the threshold of PreStorm and back every time.
        let jolts = (0..2000).map(|i| if i % 6 < 2 { 10 } else { 3 });
        let changes_told = changes(&mut Storms::default(), jolts).len();
        assert!(changes_told * 20 < 2000 / 6 * 2, "{changes_told}");
        let mut storms = Storms::default();
        let storm = changes(&mut storms, (0..400).map(|i| if (200..204).contains(&i) { 30 } else { 1 }));
        let at = |regime| storm.iter().find(|(_, to)| *to == regime).map(|(i, _)| *i);
        let (began, ended) =
            (at(Regime::Storm).unwrap(), storm.iter().rfind(|(_, to)| *to == Regime::PreStorm));
        assert!(ended.unwrap().0 - began >= 50, "{storm:?}");
    }

    proptest! {
        #[test]
        fn any_bits_are_bounded(bits in prop::collection::vec(0_u32..6000, 0..300), most: bool) {
            let mut storms = Storms::default();
            for bits in bits {
                let before = storms.regime();
                if let Some((from, to)) = storms.push(if most { u32::MAX } else { bits }, 0) {
                    prop_assert_eq!((from, to), (before, storms.regime()));
                    prop_assert_ne!(from, to);
                    prop_assert!(from.min(to) != Regime::Calm || from.max(to) == Regime::PreStorm);
                }
                prop_assert!(storms.mean() <= 1 << 16);
            }
        }
    }
}
