//! The linear neuron: the next step is a weighted sum of eight past steps plus a bias.
//!
//! ```text
//! gene    := lags u8 x 8 | weights i32 LE x 8 | bias i32 LE | rate i32 LE          48 bytes
//! lag     := 1..=255: the step between the samples lag and lag + 1 ago; 0 if unused, its weight is then 0
//! weight  := Q16.16, within +-16
//! bias    := Q16.16, in units of the samples
//! rate    := Q16.16, 0..=1; 0 learns no more
//! ```
//! It predicts `last + round(sum of weight * step + bias)`: with all weights 0 the last sample, so a constant is
//! predicted exactly. A predicted step is held within twice the largest step of late, so no gene leads it astray.
//!
//! It learns by normalised least mean squares: each weight moves by rate * error * step / energy, where steps and error
//! are scaled to 21 bits by the largest step of late, and the energy is at least a quarter of that step's square, so that
//! lulls teach little. Steps are kept within `i64`.

use super::{Kind, Neuron, plus_q16};
use crate::{Error, num::Q16};
use alloc::{boxed::Box, vec::Vec};

/// Wire: steps that are weighed.
pub(crate) const LAGS: usize = 8;
/// Wire: the largest weight, in Q16.16.
pub(crate) const MAX_WEIGHT: i32 = 16 << 16;
/// Tuning: the rate of a fresh neuron, 1/32.
const FRESH_RATE: i32 = 1 << 11;
/// Inputs and errors are scaled to so many bits.
const BITS: i32 = 20;
/// Energies are at least that of half of the largest step of late.
const MIN_ENERGY: i64 = 1 << (2 * BITS - 2);
/// The largest step of late shrinks by 2^-6 a sample.
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

/// The neuron: what it has learnt, and the last 256 steps (about 2 KB).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linear {
    lags: [u8; LAGS],
    /// Q32: sixteen bits more than a gene has, or small steps would come to nothing.
    weights: [i64; LAGS],
    bias: Q16,
    rate: Q16,
    steps: Box<[i64; 256]>,
    /// Where the newest step is.
    newest: u8,
    last: Option<i64>,
    /// The largest step of late.
    envelope: u64,
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
            weights: [0; LAGS],
            bias: Q16::ZERO,
            rate: Q16::ZERO,
            steps: Box::new([0; 256]),
            newest: 0,
            last: None,
            envelope: 0,
        };
        neuron.install(&gene);
        neuron
    }

    /// What it has learnt so far, weights rounded to nearest.
    pub fn gene(&self) -> LinearGene {
        let weights = self.weights.map(|w| Q16::from_bits(((w + (1 << 15)) >> 16) as i32));
        LinearGene { lags: self.lags, weights, bias: self.bias, rate: self.rate }
    }

    fn install(&mut self, gene: &LinearGene) {
        self.lags = gene.lags;
        self.weights = gene.weights.map(|w| i64::from(w.to_bits()) << 16);
        (self.bias, self.rate) = (gene.bias, gene.rate);
    }

    /// The steps that are weighed.
    fn inputs(&self) -> [i64; LAGS] {
        self.lags.map(|lag| match lag {
            0 => 0,
            _ => self.steps.get(usize::from(self.newest.wrapping_sub(lag - 1))).copied().unwrap_or(0),
        })
    }

    /// The predicted step in units of 2^-16: below 8 * 2^36 * 2^63, then held.
    fn lean(&self, inputs: &[i64; LAGS]) -> i128 {
        let products = inputs.iter().zip(&self.weights);
        let sum: i128 = products.map(|(x, w)| i128::from(*x) * i128::from(*w)).sum();
        let reach = i128::from(self.reach(inputs)) << 17;
        (sum >> 16).clamp(-reach, reach) + i128::from(self.bias.to_bits())
    }

    /// The largest step of late, those that are weighed included.
    fn reach(&self, inputs: &[i64; LAGS]) -> u64 {
        inputs.iter().fold(self.envelope, |most, x| most.max(x.unsigned_abs()))
    }

    /// Takes a sample without learning from it.
    pub fn follow(&mut self, sample: i64) {
        let Some(last) = self.last.replace(sample) else { return };
        let step = sample.saturating_sub(last);
        self.newest = self.newest.wrapping_add(1);
        if let Some(place) = self.steps.get_mut(usize::from(self.newest)) {
            *place = step;
        }
        let faded = self.envelope - self.envelope.div_ceil(1 << FORGET);
        self.envelope = faded.max(step.unsigned_abs());
    }

    fn learn(&mut self, step: i64) {
        let inputs = self.inputs();
        let error = (i128::from(step) << 16) - self.lean(&inputs);
        let rate = i64::from(self.rate.to_bits());
        // Above 2^31 units a bias is at its end anyway.
        let bias_error = error.clamp(-(1 << 47), 1 << 47) as i64;
        let change = (i128::from(bias_error) * i128::from(rate) + (1 << 19)) >> 20;
        let bias = i128::from(self.bias.to_bits()) + change;
        self.bias = Q16::from_bits(bias.clamp(i32::MIN.into(), i32::MAX.into()) as i32);
        let reach = self.reach(&inputs);
        if reach == 0 {
            return;
        }
        let down = 64 - reach.leading_zeros() as i32 - BITS;
        let most = 1 << BITS;
        let error = scaled(error, down + 16).clamp(-most, most) as i64;
        let inputs = inputs.map(|x| scaled(x.into(), down) as i64);
        let energy: i64 = inputs.iter().map(|x| x * x).sum();
        // Below 2^20 * 2^16 * 2^26 = 2^62, then below 2^62 / 2^38 = 2^24.
        let gain = ((error * rate) << 26) / energy.max(MIN_ENERGY);
        let all = self.weights.iter_mut().zip(inputs).zip(self.lags);
        for ((weight, x), _) in all.filter(|(_, lag)| *lag > 0) {
            let most = i64::from(MAX_WEIGHT) << 16;
            *weight = (*weight + ((gain * x + (1 << 9)) >> 10)).clamp(-most, most);
        }
    }
}

/// value / 2^down, rounded toward minus infinity.
const fn scaled(value: i128, down: i32) -> i128 {
    if down >= 0 { value >> down } else { value << -down }
}

impl Neuron for Linear {
    fn kind(&self) -> Kind {
        Kind::Linear
    }

    fn predict(&self) -> i64 {
        self.last.map_or(0, |last| plus_q16(last, self.lean(&self.inputs())))
    }

    fn adapt(&mut self, seen: i64) {
        if let Some(last) = self.last {
            self.learn(seen.saturating_sub(last));
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
