//! The linear neuron: the next step is a weighted sum of eight past steps plus a bias.
//!
//! ```text
//! gene    := lags u8 x 8 | weights i32 LE x 8 | bias i32 LE | rate i32 LE          48 bytes
//! lag     := 1..=255: the step between the samples lag and lag + 1 ago; 0 if unused, its weight is then 0
//! weight  := Q16.16, within +-16
//! bias    := Q16.16, in units of the samples
//! rate    := Q16.16, 0..=1; 0 learns no more
//! ```
//! A [`Learner`] predicts with what the gene says and what the samples have taught since. What is exported are the weights
//! of its member that does best; a neuron whose rate is 0 is its gene and nothing else. The reach is the largest step of
//! late, those that are weighed included: no gene leads the neuron astray, and a constant is predicted exactly.

use super::{
    Kind, Neuron,
    learner::{Learner, MAX_STEP, POINT, Said, Steps, shifted},
};
use crate::{error::Error, num::Q16};
use alloc::{vec, vec::Vec};

/// Wire: steps that are weighed.
pub(crate) const LAGS: usize = 8;
/// Wire: the largest weight, in Q16.16.
pub(crate) const MAX_WEIGHT: i32 = 16 << 16;
/// Tuning: the rate of a fresh neuron, 1/32.
const FRESH_RATE: i32 = 1 << 11;
/// The envelope shrinks by 2^-6 a sample.
const FORGET: u32 = 6;

/// What a linear neuron has learnt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinearGene {
    /// How many samples ago each step ended, counted from 1; 0 if it is unused.
    pub lags: [u8; LAGS],
    /// What each step counts.
    pub weights: [Q16; LAGS],
    /// What is added, in units of the samples.
    pub bias: Q16,
    /// How fast it learns.
    pub rate: Q16,
}

impl LinearGene {
    /// Bytes of a gene.
    pub const BYTES: usize = 48;
    /// Predicts the last sample and looks at the last eight steps.
    pub const FRESH: Self = Self {
        lags: [1, 2, 3, 4, 5, 6, 7, 8],
        weights: [Q16::ZERO; LAGS],
        bias: Q16::ZERO,
        rate: Q16::from_bits(FRESH_RATE),
    };

    /// Reads a gene; refuses another length, weights over 16, rates outside 0..=1 and weights of unused lags.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        let wrong = Error::Corrupt("gene of a linear neuron");
        let Some((lags, rest)) = bytes.split_first_chunk::<LAGS>() else { return Err(wrong) };
        let (words, []) = rest.as_chunks::<4>() else { return Err(wrong) };
        let Some((weights, &[bias, rate])) = words.split_first_chunk::<LAGS>() else { return Err(wrong) };
        let word = |w: [u8; 4]| Q16::from_bits(i32::from_le_bytes(w));
        let gene = Self { lags: *lags, weights: weights.map(word), bias: word(bias), rate: word(rate) };
        if gene.is_sound() { Ok(gene) } else { Err(wrong) }
    }

    fn is_sound(&self) -> bool {
        let rate = self.rate.to_bits();
        (0..=1 << 16).contains(&rate)
            && self.lags.iter().zip(&self.weights).all(|(lag, w)| {
                w.to_bits().unsigned_abs() <= MAX_WEIGHT.unsigned_abs() && (*lag > 0 || w.to_bits() == 0)
            })
    }

    /// Appends the 48 bytes.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.lags);
        let words = self.weights.iter().chain([&self.bias, &self.rate]);
        words.for_each(|w| out.extend_from_slice(&w.to_bits().to_le_bytes()));
    }
}

/// The past of a series: its last sample, its steps, and the scale they are seen in.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Past {
    /// As many as the longest lag needs, a power of two.
    steps: Vec<i64>,
    /// Where the newest step is.
    newest: usize,
    last: Option<i64>,
    /// The largest step of late.
    envelope: u64,
    /// Steps so far, at most 256.
    known: usize,
}

impl Past {
    fn new() -> Self {
        Self { steps: vec![0; LAGS], newest: 0, last: None, envelope: 0, known: 0 }
    }

    /// Makes room for steps of `lag` samples ago.
    fn reach_back(&mut self, lag: u8) {
        let room = usize::from(lag).next_power_of_two().max(LAGS);
        if room > self.steps.len() {
            let steps = (0..room).rev().map(|back| self.step(back)).collect();
            (self.steps, self.newest) = (steps, room - 1);
        }
    }

    /// The step that ended `back` samples before the newest.
    fn step(&self, back: usize) -> i64 {
        let place = self.newest.wrapping_sub(back) & (self.steps.len() - 1);
        if back < self.steps.len() { self.steps.get(place).copied().unwrap_or(0) } else { 0 }
    }

    /// The steps of these lags; 0 where a lag is unused.
    fn at(&self, lags: &[u8; LAGS]) -> [i64; LAGS] {
        lags.map(|lag| match lag {
            0 => 0,
            _ => self.step(usize::from(lag) - 1),
        })
    }

    fn push(&mut self, sample: i64) {
        let Some(last) = self.last.replace(sample) else { return };
        let step = held(sample.saturating_sub(last));
        self.known = (self.known + 1).min(256);
        self.newest = (self.newest + 1) & (self.steps.len() - 1);
        if let Some(place) = self.steps.get_mut(self.newest) {
            *place = step;
        }
        let faded = self.envelope - self.envelope.div_ceil(1 << FORGET);
        self.envelope = faded.max(step.unsigned_abs());
    }
}

const fn held(step: i64) -> i64 {
    if step > MAX_STEP {
        MAX_STEP
    } else if step < -MAX_STEP {
        -MAX_STEP
    } else {
        step
    }
}

/// The neuron.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linear {
    lags: [u8; LAGS],
    bias: Q16,
    rate: Q16,
    past: Past,
    learner: Learner,
    /// The steps that the next one follows from, and what is said of it.
    steps: Steps,
    said: Said,
    /// Steps until it learns: what a gene says of steps that are not known yet proves nothing.
    wait: usize,
}

impl Default for Linear {
    fn default() -> Self {
        Self::new()
    }
}

impl Linear {
    /// One that has learnt nothing: it predicts the last sample.
    pub fn new() -> Self {
        Self::from_gene(LinearGene::FRESH)
    }

    /// One that has learnt what `gene` says.
    pub fn from_gene(gene: LinearGene) -> Self {
        let mut neuron = Self {
            lags: gene.lags,
            bias: gene.bias,
            rate: gene.rate,
            past: Past::new(),
            learner: Learner::new(&[0; LAGS], gene.rate.to_bits()),
            steps: Steps::default(),
            said: Said::default(),
            wait: 0,
        };
        neuron.install(&gene);
        neuron
    }

    /// What it has learnt so far.
    pub fn gene(&self) -> LinearGene {
        let mut weights = [Q16::ZERO; LAGS];
        for ((weight, learnt), lag) in weights.iter_mut().zip(self.learner.best()).zip(self.lags) {
            let learnt = if lag == 0 { 0 } else { learnt };
            *weight = Q16::from_bits(learnt.clamp(-MAX_WEIGHT, MAX_WEIGHT));
        }
        LinearGene { lags: self.lags, weights, bias: self.bias, rate: self.rate }
    }

    pub(super) fn install(&mut self, gene: &LinearGene) {
        let weights = gene.weights.map(Q16::to_bits);
        (self.lags, self.bias, self.rate) = (gene.lags, gene.bias, gene.rate);
        self.past.reach_back(gene.lags.into_iter().max().unwrap_or(0));
        self.learner = Learner::new(&weights, gene.rate.to_bits());
        let known = if weights == [0; LAGS] { LAGS } else { self.past.known };
        self.wait = LAGS.saturating_sub(known);
        self.look_ahead();
    }

    /// Says what comes next.
    fn look_ahead(&mut self) {
        let steps = self.past.at(&self.lags);
        let reach = steps.iter().fold(self.past.envelope, |most, step| most.max(step.unsigned_abs()));
        self.steps = Steps::new(steps, self.past.step(0), reach);
        let bias =
            shifted(self.bias.to_bits().into(), self.steps.down + 16 - POINT).clamp(-(1 << 28), 1 << 28);
        self.said = self.learner.say(&self.steps, bias as i32);
    }

    /// One that knows as much and has seen nothing yet.
    pub(super) fn anew(&self) -> Self {
        let mut anew = Self { past: Past::new(), wait: LAGS, ..self.clone() };
        anew.reach_back(&self.lags);
        anew.look_ahead();
        anew
    }

    pub(super) const fn lags(&self) -> &[u8; LAGS] {
        &self.lags
    }

    /// The steps that the next one follows from.
    pub(super) const fn steps(&self) -> &Steps {
        &self.steps
    }

    /// What is said of the next step, scaled.
    pub(super) const fn said(&self) -> i32 {
        self.said.all
    }

    /// Whether all steps of these lags have been seen.
    pub(super) fn knows(&self, lags: &[u8; LAGS]) -> bool {
        lags.iter().all(|lag| usize::from(*lag) <= self.past.known)
    }

    /// Makes room for steps of these lags.
    pub(super) fn reach_back(&mut self, lags: &[u8; LAGS]) {
        self.past.reach_back(lags.iter().copied().max().unwrap_or(0));
    }

    /// The steps of other lags, scaled alike; those beyond the reach are held at its double.
    pub(super) fn inputs(&self, lags: &[u8; LAGS], steps: &Steps) -> [i32; LAGS] {
        self.past.at(lags).map(|step| steps.scaled(step) >> POINT)
    }

    /// The sample after a step, which is scaled.
    pub(super) fn after(&self, step: i32) -> i64 {
        self.past.last.map_or(0, |last| last.saturating_add(self.steps.unscaled(step)))
    }

    /// What voices lose with a sample that said these steps; `None` while nobody knows how large errors are.
    pub(super) fn losses<const N: usize>(&self, said: &[i32; N], seen: i64) -> Option<[u32; N]> {
        let step = held(seen.saturating_sub(self.past.last?));
        self.learner.losses(self.steps.down, said, self.steps.scaled(step))
    }

    /// Takes a sample without learning from it.
    pub fn follow(&mut self, sample: i64) {
        self.past.push(sample);
        self.look_ahead();
    }

    fn learn(&mut self, step: i64) {
        let error = self.learner.learn(&self.steps, &self.said, self.steps.scaled(step));
        // In units of 2^-16 of the samples; above 2^31 units a bias is at its end anyway.
        let off = shifted(error.into(), POINT - 16 - self.steps.down).clamp(-(1 << 46), 1 << 46);
        let bias =
            i64::from(self.bias.to_bits()) + ((off * i64::from(self.rate.to_bits()) + (1 << 19)) >> 20);
        self.bias = Q16::from_bits(bias.clamp(i32::MIN.into(), i32::MAX.into()) as i32);
    }
}

impl Neuron for Linear {
    fn kind(&self) -> Kind {
        Kind::Linear
    }

    fn predict(&self) -> i64 {
        self.after(self.said.all)
    }

    fn adapt(&mut self, seen: i64) {
        if let Some(last) = self.past.last
            && self.rate.to_bits() > 0
        {
            match self.wait.checked_sub(1) {
                Some(wait) => self.wait = wait,
                None => self.learn(held(seen.saturating_sub(last))),
            }
        }
        self.follow(seen);
    }

    fn tick(&mut self) {
        self.follow(self.predict());
    }

    fn export_gene(&self, out: &mut Vec<u8>) {
        self.gene().write(out);
    }

    fn install_gene(&mut self, gene: &[u8]) -> Result<(), Error> {
        self.install(&LinearGene::read(gene)?);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::neuron::measure;
    use alloc::vec;
    use proptest::prelude::*;

    fn worst(neuron: &mut Linear, samples: impl Iterator<Item = i64>, from: usize) -> u64 {
        let mut worst = 0;
        for (i, s) in samples.enumerate() {
            if i >= from {
                worst = worst.max(s.abs_diff(neuron.predict()));
            }
            neuron.adapt(s);
        }
        worst
    }

    #[test]
    fn a_constant_is_predicted_exactly_from_the_second_sample() {
        for value in [0, 5, -7, i64::MAX, i64::MIN] {
            assert_eq!(worst(&mut Linear::new(), core::iter::repeat_n(value, 100), 1), 0);
        }
        let hostile =
            LinearGene { bias: Q16::MAX, weights: [Q16::from_bits(MAX_WEIGHT); 8], ..LinearGene::FRESH };
        assert_eq!(worst(&mut Linear::from_gene(hostile), core::iter::repeat_n(3, 20_000), 19_000), 0);
    }

    #[test]
    fn a_ramp_is_exact_after_a_thousand_samples() {
        for step in [1, -3, 1000, 1 << 40] {
            let ramp = (0..1200).map(|i| 17 + i * step);
            let missed = worst(&mut Linear::new(), ramp, 1000);
            assert!(missed <= step.unsigned_abs() >> 10, "{step} {missed}");
        }
    }

    #[test]
    fn a_sine_is_within_a_thousandth_of_its_swing_after_five_thousand_samples() {
        for (swing, turn) in [(1e4, 0.05), (1e6, 0.3), (1e15, 1.0)] {
            let sine = (0..6000).map(|i| (f64::sin(f64::from(i) * turn) * swing) as i64);
            let missed = worst(&mut Linear::new(), sine, 5000);
            assert!((missed as f64) < swing / 1000.0, "{swing} {turn} {missed}");
        }
    }

    #[test]
    fn a_gene_carries_what_was_learnt() {
        let sine: Vec<i64> = (0..6000).map(|i| (f64::sin(f64::from(i) * 0.3) * 1e6) as i64).collect();
        let mut teacher = Linear::new();
        sine.iter().for_each(|s| teacher.adapt(*s));
        let mut gene = vec![];
        teacher.export_gene(&mut gene);
        assert_eq!(gene.len(), LinearGene::BYTES);
        let (mut cold, mut warm) = (Linear::new(), Linear::new());
        warm.install_gene(&gene).unwrap();
        let missed = |neuron: &mut Linear| {
            measure(neuron, &sine[..10]);
            measure(neuron, &sine[10..60]).missed
        };
        let (warm, cold) = (missed(&mut warm), missed(&mut cold));
        assert!(warm * 10 < cold, "{warm} {cold}");
    }

    #[test]
    fn genes_that_are_wrong_are_refused_and_change_nothing() {
        let mut gene = vec![];
        LinearGene::FRESH.write(&mut gene);
        let mut neuron = Linear::new();
        for (at, byte) in [(11, 0x7F), (11, 0x80), (46, 2), (47, 0x80)] {
            let mut wrong = gene.clone();
            wrong[at] = byte;
            assert!(neuron.install_gene(&wrong).is_err(), "{at}");
        }
        let mut unused = gene.clone();
        unused[0] = 0;
        assert!(neuron.install_gene(&unused).is_ok());
        unused[8] = 1;
        assert!(neuron.install_gene(&unused).is_err());
        assert!(neuron.install_gene(&gene[1..]).is_err());
        gene.push(0);
        assert!(neuron.install_gene(&gene).is_err());
    }

    proptest! {
        #[test]
        fn a_read_gene_is_what_was_written(bytes in prop::collection::vec(any::<u8>(), 48), small: bool) {
            let mut bytes = bytes;
            if small {
                for at in (10..48).step_by(4) { bytes[at] = 0; bytes[at + 1] = 0; }
                for lag in &mut bytes[..8] { *lag = (*lag).max(1); }
            }
            let read = LinearGene::read(&bytes);
            prop_assert!(read.is_ok() || !small);
            if let Ok(gene) = read {
                let mut again = vec![];
                gene.write(&mut again);
                prop_assert_eq!(again, bytes);
            }
        }
    }
}
