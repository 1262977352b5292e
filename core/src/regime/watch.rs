//! One column, watched: a neuron predicts it, and what its surprises and its level tell is told.
//!
//! The score of a sample is the larger of two rarities, in bits: that of the mean of the last four surprises, and that of
//! how far the column is from its usual level. From it regimes follow; and a sample that scores [`ANOMALY`] bits, as one in
//! 2048 would by chance if samples were independent, begins an anomaly. Such samples come in runs, of which only the first
//! is told. Anomalies and the ends of calm that were told lift what the next has to be
//! ([`Lift`]), so that noise of any kind tells less than one of each a day. Drift is told by the surprises alone.

use super::{Drift, Level, Lift, PageHinkley, Rarity, Regime, Storms};
use crate::neuron::{Experts, LinearGene, Neuron, Origin};

/// Tuning: a score from which a sample is an anomaly, in bits, Q8.
pub(crate) const ANOMALY: u32 = 11 << 8;
/// Tuning: samples below it that have to follow an anomaly before another is told.
pub(crate) const REST: u32 = 48;

/// What a sample told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seen {
    /// What was predicted.
    pub predicted: i64,
    /// How far the sample was from it.
    pub surprise: u64,
    /// How unusual the last three samples are in the mean: 0 as usual to 1, in Q16.
    pub mean: u32,
    /// How rare the last four surprises are, in bits, Q8.
    pub(crate) rarity: u32,
    /// How rare the column's level is, in bits, Q8.
    pub(crate) level: u32,
    /// Whether an anomaly begins.
    pub anomaly: bool,
    /// The regimes before and after, if it changed.
    pub regime: Option<(Regime, Regime)>,
    /// Whether surprises have become larger or smaller for good.
    pub drift: Option<Drift>,
}

impl Seen {
    /// How unusual the sample is, in bits, Q8.
    pub fn score(&self) -> u32 {
        self.rarity.max(self.level)
    }
}

/// A column that is watched: a neuron that predicts it, and what is told of its surprises.
#[derive(Debug, Clone, Default)]
pub struct Watch {
    neuron: Experts,
    judge: Judge,
}

/// What is told of the surprises of a column.
#[derive(Debug, Clone)]
struct Judge {
    storms: Storms,
    /// The last surprises, the newest first.
    last: [u64; 4],
    rarity: Rarity,
    level: Level,
    levels: Rarity,
    drift: PageHinkley,
    /// The score that is an anomaly, beyond what anomalies of late have lifted, unless it is fixed.
    threshold: u32,
    is_fixed: bool,
    anomalies: Lift,
    prestorms: Lift,
    /// Samples until the next anomaly may be told.
    rest: u32,
    /// Samples seen.
    count: u64,
}

/// Samples that only teach: their surprises are those of a neuron that has seen nothing.
const FIRST: u64 = 16;

/// Samples without which a neuron that has learnt predicts badly: its steps, and the one before.
const STEPS: u64 = 9;

impl Default for Judge {
    fn default() -> Self {
        Self {
            storms: Storms::default(),
            last: [0; 4],
            rarity: Rarity::default(),
            level: Level::default(),
            levels: Rarity::default(),
            drift: PageHinkley::default(),
            threshold: ANOMALY,
            is_fixed: false,
            anomalies: Lift::default(),
            prestorms: Lift::default(),
            rest: 0,
            count: 0,
        }
    }
}

impl Watch {
    /// Calls every sample of this score or more an anomaly, in bits, Q8, however many there are.
    #[must_use]
    pub const fn with_threshold(mut self, threshold: u32) -> Self {
        (self.judge.threshold, self.judge.is_fixed) = (threshold, true);
        self
    }

    /// Counts days of so many samples from now on: what is told of noise is told about once in as many.
    pub fn set_day(&mut self, samples: u32) {
        self.judge.anomalies.set_day(samples);
        self.judge.prestorms.set_day(samples);
    }

    /// One that knows what is usual and has seen nothing yet.
    #[must_use]
    pub fn anew(&self) -> Self {
        Self { neuron: self.neuron.anew(), judge: self.judge.anew() }
    }

    /// The neuron that predicts.
    pub const fn neuron(&self) -> &Experts {
        &self.neuron
    }

    /// Lets the neuron go on from what another one has learnt.
    pub fn install(&mut self, gene: &LinearGene) {
        self.neuron.install(gene);
    }

    /// Hears what another one has learnt as well; it counts for as much as it predicts.
    pub fn admit(&mut self, origin: Origin, gene: &LinearGene) {
        self.neuron.admit(origin, gene);
    }

    /// Hears it in this place, as [`Experts::seat`] does.
    pub(crate) fn seat(&mut self, place: usize, origin: Origin, gene: &LinearGene) -> usize {
        self.neuron.seat(place, origin, gene)
    }

    /// How surprising the column is just now.
    pub const fn regime(&self) -> Regime {
        self.judge.storms.regime()
    }

    /// Takes silence: time has passed, and nothing is to be told of it.
    pub fn tick(&mut self) {
        self.neuron.tick();
    }

    /// Takes a sample.
    pub fn push(&mut self, sample: i64) -> Seen {
        let predicted = self.neuron.predict();
        self.neuron.adapt(sample);
        self.judge.see(sample, predicted)
    }
}

impl Judge {
    /// One that knows what is usual, and waits until as many steps are known as the neuron weighs.
    fn anew(&self) -> Self {
        let count = self.count.min(FIRST - STEPS);
        let (storms, level) = (Storms::default(), Level::default());
        Self { storms, level, last: [0; 4], rest: 0, count, ..self.clone() }
    }

    /// Takes a sample, and what was predicted of it.
    fn see(&mut self, sample: i64, predicted: i64) -> Seen {
        let surprise = sample.abs_diff(predicted);
        self.count = self.count.saturating_add(1);
        let distance = self.level.push(sample);
        let mut seen = Seen { predicted, surprise, ..Seen::default() };
        if self.count <= FIRST {
            return seen;
        }
        let [a, b, c, _] = self.last;
        self.last = [surprise, a, b, c];
        // The sum does for the mean: only the order of sizes counts.
        let sum = self.last.iter().fold(0_u64, |sum, s| sum.saturating_add(*s));
        seen.rarity = self.rarity.push(sum);
        seen.level = distance.map_or(0, |distance| self.levels.push(distance));
        seen.regime = self.storms.push(seen.score(), self.prestorms.bits());
        self.prestorms.push(seen.regime.is_some_and(|(from, _)| from == Regime::Calm));
        seen.mean = self.storms.mean();
        seen.drift = self.drift.push(sum);
        let lift = if self.is_fixed { 0 } else { self.anomalies.bits() };
        let unusual = seen.score() >= self.threshold.saturating_add(lift);
        seen.anomaly = unusual && self.rest == 0;
        self.anomalies.push(seen.anomaly);
        self.rest = if unusual { REST } else { self.rest.saturating_sub(1) };
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    #[test]
    fn a_spike_in_a_daily_curve_is_an_anomaly_and_a_mess_is_a_storm() {
        let mut watch = Watch::default();
        let mut told: Vec<(i32, Seen)> = Vec::new();
        let mut noise = 1_i64;
        for i in 0..6000 {
            noise = noise * 48_271 % 0x7FFF_FFFF;
            let mess = if (5000..5100).contains(&i) { noise % 200_000 } else { noise % 300 };
            let spike = if i == 4000 { 60_000 } else { 0 };
            let seen = watch.push((f64::sin(f64::from(i) * 0.0218) * 50_000.0) as i64 + mess + spike);
            if seen.anomaly || seen.regime.is_some() || seen.drift.is_some() {
                told.push((i, seen));
            }
        }
        let anomalies: Vec<i32> = told.iter().filter(|(_, s)| s.anomaly).map(|(i, _)| *i).collect();
        assert!(anomalies.contains(&4000) && anomalies.contains(&5000), "{told:?}");
        assert!(anomalies.len() <= 5, "{anomalies:?}");
        let storms = told.iter().filter(|(_, s)| s.regime.is_some_and(|(_, to)| to == Regime::Storm));
        assert!(storms.map(|(i, _)| *i).any(|i| (5000..5020).contains(&i)), "{told:?}");
        assert_eq!(watch.regime(), Regime::Calm);
    }

    #[test]
    fn of_a_run_of_unusual_samples_the_first_is_told() {
        let mut watch = Watch::default();
        let samples = (0..4100).map(|i| i % 7 + if i > 4000 { 1000 * (i % 2) } else { 0 });
        assert_eq!(samples.filter(|sample| watch.push(*sample).anomaly).count(), 1);
    }

    proptest! {
        #[test]
        fn any_samples_can_be_watched(samples in prop::collection::vec(any::<i64>(), 0..200)) {
            let (mut a, mut b) = (Watch::default(), Watch::default());
            for s in samples {
                prop_assert_eq!(a.push(s), b.push(s));
            }
        }
    }
}
