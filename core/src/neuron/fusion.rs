//! Several series of one device, each of which may say what comes next in the first of them.
//!
//! ```text
//! gene := version u8 = 1 | modalities u8 = 1..=8 | 0 u16 | linear 48 | coupling i32 LE, for each but the first
//! coupling := Q16.16, within +-16: usual errors of the target for a usual step of the other series
//! ```
//! The target has a linear neuron of its own. Every other modality that was fed since the target's last sample corrects
//! that prediction by coupling * its step, both in units of their usual size. How much the own and each corrected
//! prediction count is their *attention*: shares, summing to exactly one, that rise with the bits by which the corrected
//! prediction has been better than the own, over the last `WINDOW` samples at which it spoke, fading by
//! `DECAY` each. Couplings learn by normalised least mean squares.
//!
//! A modality that is not fed is quiet: no code runs over it and nothing of it changes.

use super::{
    Kind, Neuron,
    linear::{Linear, LinearGene},
    plus_q16,
    scale::Scale,
};
use crate::{
    error::Error,
    num::{Running, log2_q16, softmax::softmax},
};
use alloc::{vec, vec::Vec};

/// Wire: modalities at most, the target included.
pub const MODALITIES: usize = 8;
/// Tuning: how many of its predictions a modality's attention looks back.
pub(crate) const WINDOW: usize = 8;
/// Tuning: how much less each counts than the one after it, in Q16: 0.8.
pub(crate) const DECAY: i64 = 52_429;
/// Wire: the largest coupling.
const MAX_COUPLING: i64 = 16 << 16;
/// Tuning: how fast couplings learn, as a shift.
const RATE: u32 = 5;
/// Tuning: a modality spikes when a step is over the mean by so many halves of a deviation.
const SPIKE_HALVES: u128 = 3;
/// Steps before a spike can be told.
const SPIKE_AFTER: u64 = 8;

/// A series beside the target.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Side {
    last: Option<i64>,
    /// How far it has come since the target's last sample.
    moved: i64,
    stride: Scale,
    sizes: Running,
    coupling: i32,
    /// By how many bits (Q16) it was better than the own prediction, the newest first.
    gained: [i32; WINDOW],
    work: u64,
}

impl Side {
    /// The correction in usual errors of the target, Q16: below 2^20 * 2^18 / 2^16.
    fn correction(&self) -> i32 {
        let step = self.stride.units(i128::from(self.moved) << 16);
        ((i64::from(self.coupling) * i64::from(step)) >> 16) as i32
    }

    /// The fading mean of what it gained, doubled: the score of its attention.
    fn score(&self) -> i32 {
        let (mut sum, mut fade, mut whole) = (0, 1 << 16, 0);
        for gained in self.gained {
            sum += i64::from(gained) * fade;
            whole += fade;
            fade = (fade * DECAY) >> 16;
        }
        (2 * sum / whole) as i32
    }

    fn learn(&mut self, residue: i32, gained: i32) {
        let step = i64::from(self.stride.units(i128::from(self.moved) << 16));
        let error = i64::from(residue) - i64::from(self.correction());
        // Below 2^24 * 2^18 / 2^16.
        let change = (error * step) / ((1 << 16) + ((step * step) >> 16));
        let coupling = i64::from(self.coupling) + ((change + (1 << (RATE - 1))) >> RATE);
        self.coupling = coupling.clamp(-MAX_COUPLING, MAX_COUPLING) as i32;
        self.gained.rotate_right(1);
        if let Some(newest) = self.gained.first_mut() {
            *newest = gained;
        }
    }
}

/// The neuron: the target is modality 0.
#[derive(Debug, Clone)]
pub struct Fusion {
    own: Linear,
    /// The usual size of the own prediction's error.
    usual: Scale,
    sides: Vec<Side>,
    /// Which sides were fed since the target's last sample, one bit each.
    awake: u8,
}

impl Fusion {
    /// One for so many series of a device, held within 1..=8.
    pub fn new(modalities: usize) -> Self {
        let sides = vec![Side::default(); modalities.clamp(1, MODALITIES) - 1];
        Self { own: Linear::new(), usual: Scale::default(), sides, awake: 0 }
    }

    /// One that has learnt what `gene` says.
    pub fn from_gene(gene: &[u8]) -> Result<Self, Error> {
        let modalities = gene.get(1).copied().unwrap_or(0);
        let mut fusion = Self::new(modalities.into());
        fusion.install_gene(gene)?;
        Ok(fusion)
    }

    /// Takes a sample of another modality, 1..=7; says whether its step is a spike: over the mean of its steps by one
    /// and a half deviations. One that does not exist is passed over.
    pub(crate) fn feed(&mut self, modality: usize, sample: i64) -> bool {
        let Some(index) = modality.checked_sub(1) else { return false };
        let Some(side) = self.sides.get_mut(index) else { return false };
        side.work += 1;
        let step = side.last.replace(sample).map_or(0, |last| sample.saturating_sub(last));
        side.moved = side.moved.saturating_add(step);
        side.stride.push(step.unsigned_abs());
        let over = (u128::from(step.unsigned_abs()) << 17)
            .saturating_sub(u128::from(side.sizes.mean_q16().unsigned_abs()) << 1);
        let spikes =
            side.sizes.count() >= SPIKE_AFTER && over > SPIKE_HALVES * u128::from(side.sizes.deviation_q16());
        side.sizes.push(i64::try_from(step.unsigned_abs()).unwrap_or(i64::MAX));
        self.awake |= 1 << index;
        spikes
    }

    /// What the own prediction (first) and those of the other modalities count now; the sum is exactly 65536. Quiet
    /// modalities count nothing.
    pub(crate) fn attention(&self) -> [u32; MODALITIES] {
        let (mut scores, mut who, mut count) = ([0; MODALITIES], [0; MODALITIES], 1);
        for (index, side) in self.speaking() {
            if let (Some(score), Some(place)) = (scores.get_mut(count), who.get_mut(count)) {
                (*score, *place) = (side.score(), index + 1);
                count += 1;
            }
        }
        let mut packed = [0; MODALITIES];
        softmax(scores.get(..count).unwrap_or(&[]), packed.get_mut(..count).unwrap_or(&mut []));
        let mut shares = [0; MODALITIES];
        for (share, place) in packed.iter().zip(who).take(count) {
            if let Some(slot) = shares.get_mut(place) {
                *slot = *share;
            }
        }
        shares
    }

    /// How often code has run over a modality, 1..=7.
    #[cfg(test)]
    pub(crate) fn work(&self, modality: usize) -> u64 {
        modality.checked_sub(1).and_then(|i| self.sides.get(i)).map_or(0, |side| side.work)
    }

    fn speaking(&self) -> impl Iterator<Item = (usize, &Side)> {
        Bits(self.awake).filter_map(|i| Some((i, self.sides.get(i)?)))
    }

    /// What the modality predicts when the target alone would predict `own`.
    fn corrected(&self, own: i64, side: &Side) -> i64 {
        plus_q16(own, self.usual.times(side.correction()))
    }

    fn sleep(&mut self) {
        for i in Bits(self.awake) {
            if let Some(side) = self.sides.get_mut(i) {
                side.moved = 0;
            }
        }
        self.awake = 0;
    }
}

/// The places of the bits that are set, lowest first: only these are visited.
struct Bits(u8);

impl Iterator for Bits {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let at = self.0.trailing_zeros();
        self.0 &= self.0.checked_sub(1)?;
        Some(at as usize)
    }
}

/// log2(1 + distance) in Q16; below 2^22.
fn bits(seen: i64, predicted: i64) -> i32 {
    log2_q16(seen.abs_diff(predicted).saturating_add(1)) as i32
}

impl Neuron for Fusion {
    fn kind(&self) -> Kind {
        Kind::Fusion
    }

    fn predict(&self) -> i64 {
        let own = self.own.predict();
        if self.awake == 0 {
            return own;
        }
        let attention = self.attention();
        // Corrections below 2^16 scales of 2^79 units of 2^-16, and shares of 2^16.
        let sum: i128 = self
            .speaking()
            .map(|(i, side)| {
                let share = attention.get(i + 1).copied().unwrap_or(0);
                (self.usual.times(side.correction()) * i128::from(share)) >> 16
            })
            .sum();
        plus_q16(own, sum)
    }

    fn adapt(&mut self, seen: i64) {
        let own = self.own.predict();
        let residue = self.usual.units((i128::from(seen) - i128::from(own)) << 16);
        for i in Bits(self.awake) {
            let Some(predicted) = self.sides.get(i).map(|side| self.corrected(own, side)) else { continue };
            let gained = bits(seen, own) - bits(seen, predicted);
            if let Some(side) = self.sides.get_mut(i) {
                side.work += 1;
                side.learn(residue, gained);
            }
        }
        self.sleep();
        self.usual.push(seen.abs_diff(own));
        self.own.adapt(seen);
    }

    fn tick(&mut self) {
        let predicted = self.predict();
        self.sleep();
        self.own.follow(predicted);
    }

    fn export_gene(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&[1, self.sides.len() as u8 + 1, 0, 0]);
        self.own.export_gene(out);
        self.sides.iter().for_each(|side| out.extend_from_slice(&side.coupling.to_le_bytes()));
    }

    fn install_gene(&mut self, gene: &[u8]) -> Result<(), Error> {
        let wrong = Error::Corrupt("gene of a fusion");
        let Some(([1, modalities, 0, 0], rest)) = gene.split_first_chunk() else { return Err(wrong) };
        let Some((linear, rest)) = rest.split_at_checked(LinearGene::BYTES) else { return Err(wrong) };
        let (words, []) = rest.as_chunks::<4>() else { return Err(wrong) };
        let couplings = words.iter().map(|w| i32::from_le_bytes(*w));
        let sound = couplings.clone().all(|c| i64::from(c.unsigned_abs()) <= MAX_COUPLING);
        let count = usize::from(*modalities) == self.sides.len() + 1 && words.len() == self.sides.len();
        if !sound || !count {
            return Err(wrong);
        }
        self.own.install_gene(linear)?;
        self.sides.iter_mut().zip(couplings).for_each(|(side, c)| side.coupling = c);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
