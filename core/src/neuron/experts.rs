//! A linear neuron that hears others: genes that were received are experts beside it, each judged by every sample.
//!
//! The neuron learns alone, from the samples and nothing else; what it exports is its own. A [`Mixture`] weighs what it
//! says against what the experts say: half of the prior is its own, the rest is shared by [`SLOTS`] places. An empty place
//! says what the neuron says. So in bits the mixture is never worse than the neuron alone by more than one bit and 2^-12
//! of its samples (the [bound](super::mixture)), whatever the experts are, how many come and go, and whoever made them: all
//! places together are one expert against oneself. Genes need not be trusted, then, and are never averaged into anybody.

use super::{Kind, LAGS, Linear, LinearGene, Mixture, Neuron, learner::Steps};
use crate::{error::Error, num::Q16};
use alloc::vec::Vec;

/// Limit: experts that are heard at once.
pub(crate) const SLOTS: usize = 8;
/// Who says something: the neuron and the experts.
const VOICES: usize = SLOTS + 1;
/// What voices count at first, in units of 2^-16.
const PRIOR: [u32; VOICES] = {
    let mut prior = [1 << 12; VOICES];
    if let Some(own) = prior.first_mut() {
        *own = 1 << 15;
    }
    prior
};
/// Tuning: experts that were wrong keep 2^-12 of their prior.
const SHARE: u32 = 12;

/// Tells experts apart: one that comes again takes the place that it had.
pub type Origin = [u8; 8];

#[derive(Debug, Clone, PartialEq, Eq)]
struct Expert {
    origin: Origin,
    lags: [u8; LAGS],
    weights: [i32; LAGS],
}

/// The neuron and its experts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Experts {
    own: Linear,
    experts: Vec<Expert>,
    mixture: Mixture<VOICES>,
    said: [i32; VOICES],
    all: i32,
    lost: Option<Lost>,
}

/// Losses of the last sample, in bits of the densities, Q16.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost {
    /// By the neuron alone.
    pub own: u32,
    /// By all together.
    pub all: u32,
    /// By each place.
    places: [u32; SLOTS],
}

impl Lost {
    pub(crate) const fn places(&self) -> &[u32; SLOTS] {
        &self.places
    }
}

impl Default for Experts {
    fn default() -> Self {
        Self::new(Linear::new())
    }
}

impl Experts {
    /// `own`, with nobody beside it yet.
    pub fn new(own: Linear) -> Self {
        let mixture = Mixture::new(PRIOR, SHARE);
        let mut experts = Self { own, experts: Vec::new(), mixture, said: [0; VOICES], all: 0, lost: None };
        experts.look_ahead();
        experts
    }

    /// The neuron, which has learnt alone.
    pub fn own(&self) -> &Linear {
        &self.own
    }

    /// Hears a gene from now on: in the place that its origin had, a free one, or that of whoever counts least.
    pub fn admit(&mut self, origin: Origin, gene: &LinearGene) {
        let expert = Expert { origin, lags: gene.lags, weights: gene.weights.map(Q16::to_bits) };
        self.own.reach_back(&gene.lags);
        let known = self.experts.iter().position(|one| one.origin == origin);
        let place = known.or_else(|| (self.experts.len() == SLOTS).then(|| self.weakest()));
        match place.and_then(|place| self.experts.get_mut(place)) {
            Some(old) => *old = expert,
            None => self.experts.push(expert),
        }
        self.look_ahead();
    }

    /// Hears a gene from now on in this place, or in the next free one if the place is free; what the place had counted for
    /// is shared by all of them.
    pub(crate) fn seat(&mut self, place: usize, origin: Origin, gene: &LinearGene) -> usize {
        let expert = Expert { origin, lags: gene.lags, weights: gene.weights.map(Q16::to_bits) };
        self.own.reach_back(&gene.lags);
        let place = place.min(self.experts.len()).min(SLOTS - 1);
        match self.experts.get_mut(place) {
            Some(old) => {
                *old = expert;
                self.mixture.reseat(place + 1);
            }
            None => self.experts.push(expert),
        }
        self.look_ahead();
        place
    }

    /// Returns the losses of the last sample; `None` while nobody is heard, or nobody knows how large errors are.
    pub const fn lost(&self) -> Option<&Lost> {
        self.lost.as_ref()
    }

    /// The neuron goes on from what another one has learnt.
    pub(crate) fn install(&mut self, gene: &LinearGene) {
        self.own.install(gene);
        self.look_ahead();
    }

    /// One that knows as much and has seen nothing yet.
    #[must_use]
    pub(crate) fn anew(&self) -> Self {
        let mut anew = Self::new(self.own.anew());
        self.experts.iter().for_each(|expert| anew.own.reach_back(&expert.lags));
        (anew.experts, anew.mixture) = (self.experts.clone(), self.mixture);
        anew.look_ahead();
        anew
    }

    fn weakest(&self) -> usize {
        let weights = self.mixture.weights().iter().skip(1).enumerate();
        weights.min_by_key(|(_, weight)| **weight).map_or(0, |(place, _)| place)
    }

    fn look_ahead(&mut self) {
        let steps = *self.own.steps();
        let own = self.own.said();
        self.said = [own; VOICES];
        for (said, expert) in self.said.iter_mut().skip(1).zip(&self.experts) {
            // Who does not know all that it looks at yet says nothing of its own.
            if self.own.knows(&expert.lags) {
                *said = expert.say(&steps, &self.own);
            }
        }
        self.all = if self.experts.is_empty() { own } else { self.mixture.blend(&self.said) };
    }
}

impl Expert {
    /// The next step, scaled.
    fn say(&self, steps: &Steps, own: &Linear) -> i32 {
        let inputs = if self.lags == *own.lags() { steps.inputs } else { own.inputs(&self.lags, steps) };
        // Below 2^20 * 2^31 * 8.
        let sum: i64 = self.weights.iter().zip(inputs).map(|(w, x)| i64::from(*w) * i64::from(x)).sum();
        steps.held(sum)
    }
}

impl Neuron for Experts {
    fn kind(&self) -> Kind {
        Kind::Linear
    }

    fn predict(&self) -> i64 {
        self.own.after(self.all)
    }

    fn adapt(&mut self, seen: i64) {
        let losses = self.own.losses(&self.said, seen).filter(|_| !self.experts.is_empty());
        self.lost = losses.map(|losses| {
            let [own, places @ ..] = losses;
            Lost { own, all: self.mixture.lost(&losses), places }
        });
        if let Some(losses) = losses {
            self.mixture.learn(&losses);
        }
        self.own.adapt(seen);
        self.look_ahead();
    }

    fn tick(&mut self) {
        self.own.follow(self.predict());
        self.look_ahead();
    }

    fn export_gene(&self, out: &mut Vec<u8>) {
        self.own.export_gene(out);
    }

    fn install_gene(&mut self, gene: &[u8]) -> Result<(), Error> {
        self.own.install_gene(gene)?;
        self.look_ahead();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{neuron::measure, num::Random};
    use proptest::prelude::*;

    /// A series of two lags, and noise.
    fn series(seed: u64, samples: usize) -> Vec<i64> {
        let mut random = Random::new(seed, 0);
        let (mut a, mut b) = (0_i64, 0_i64);
        let mut next = || {
            let noise = random.below(2001) as i64 - 1000;
            (a, b) = ((a * 3 / 2 - b * 4 / 5) + noise, a);
            50_000 + a
        };
        (0..samples).map(|_| next()).collect()
    }

    fn taught(series: &[i64]) -> LinearGene {
        let mut neuron = Linear::new();
        measure(&mut neuron as &mut dyn Neuron, series);
        neuron.gene()
    }

    #[test]
    fn an_expert_that_knows_helps_from_the_first_samples() {
        let gene = taught(&series(1, 3000));
        let (mut heard, mut alone) = (0, 0);
        for seed in 2..12 {
            let new = series(seed, 60);
            let mut experts = Experts::default();
            experts.admit([1; 8], &gene);
            heard += measure(&mut experts, &new).bits_q16;
            alone += measure(&mut Experts::default(), &new).bits_q16;
        }
        assert!(heard * 100 < alone * 99, "{heard} {alone}");
    }

    #[test]
    fn nobody_beside_it_changes_nothing_and_what_is_exported_is_its_own() {
        let series = series(3, 2000);
        let (mut experts, mut own) = (Experts::default(), Linear::new());
        for sample in &series {
            assert_eq!(experts.predict(), own.predict());
            experts.adapt(*sample);
            own.adapt(*sample);
        }
        experts.admit([1; 8], &LinearGene { weights: [Q16::from_bits(-1 << 16); LAGS], ..LinearGene::FRESH });
        experts.adapt(0);
        own.adapt(0);
        assert_eq!(experts.own().gene(), own.gene());
    }

    #[test]
    fn liars_and_a_majority_of_them_spoil_little() {
        let honest = taught(&series(1, 3000));
        let samples = series(20, 2000);
        let alone = measure(&mut Linear::new(), &samples).bits_q16;
        for liars in [3, 8] {
            let mut experts = Experts::default();
            let mut random = Random::new(liars, 1);
            let mut bits = 0;
            for (row, sample) in samples.iter().enumerate() {
                // Liars come again under new names, with new lies, some of which are nearly the truth.
                if row % 20 == 0 {
                    for liar in 0..liars {
                        let gene = LinearGene {
                            weights: honest.weights.map(|w| match liar % 3 {
                                0 => Q16::from_bits(-w.to_bits()),
                                1 => Q16::from_bits(random.below(32 << 16) as i32 - (16 << 16)),
                                _ => Q16::from_bits(w.to_bits() + random.below(1 << 14) as i32 - (1 << 13)),
                            }),
                            ..honest
                        };
                        experts.admit((row as u64 * 64 + liar).to_le_bytes(), &gene);
                    }
                }
                bits += measure(&mut experts, &[*sample]).bits_q16;
            }
            assert!(bits * 1000 < alone * 1005, "{liars}: {bits} {alone}");
        }
    }

    proptest! {
        #[test]
        fn any_genes_and_samples_are_bounded(
            genes in prop::collection::vec((any::<[u8; 8]>(), any::<[u8; 8]>(), prop::array::uniform8(-16 << 16..=16 << 16_i32)), 0..12),
            samples in prop::collection::vec(prop_oneof![any::<i64>(), -50_i64..50], 1..60),
        ) {
            let (mut a, mut b) = (Experts::default(), Experts::default());
            for (at, sample) in samples.into_iter().enumerate() {
                if let Some((origin, lags, weights)) = genes.get(at) {
                    let gene = LinearGene { lags: *lags, weights: weights.map(Q16::from_bits), ..LinearGene::FRESH };
                    a.admit(*origin, &gene);
                    b.admit(*origin, &gene);
                }
                prop_assert_eq!(a.predict(), b.predict());
                a.adapt(sample);
                b.adapt(sample);
                if at % 5 == 0 {
                    a.tick();
                    b.tick();
                }
                prop_assert!(a.experts.len() <= SLOTS);
            }
        }
    }
}
