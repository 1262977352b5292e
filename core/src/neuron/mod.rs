//! Predictors: deterministic, with a state that only what was seen has made. Knows `num` and the cursor of `entropy`.
//!
//! | file | what it predicts from |
//! |---|---|
//! | `least` | any inputs, by least squares over a window |
//! | `lms` | its own last steps, by normalised least mean squares |
//! | `mixture` | what others predict, weighed as a Bayes mixture of densities; its bound and the proof |
//! | `learner` | eight steps of the past, by the three above: what linear neurons and links learn with |
//! | `lag` | one sample of the past |
//! | `linear` | eight steps of the past, with a learner; its gene is 48 bytes |
//! | `experts` | the same, and genes that were received, each judged by every sample |
//! | [`fit`](mod@fit) | (training a linear neuron on a whole series) |
//! | `lstm` | everything so far, by a small recurrent net that learns as it goes |
//! | [`fusion`] | up to eight series of one device, weighed by how well each has predicted |
//! | `ensemble` | what others predict, weighed by how well each has predicted |
//! | `scale` | how large samples and steps have been: what makes predictors blind to units |
//! | [`measure`](mod@measure) | what a predictor gains on a series |
//!
//! The first two serve the codec, too. From `lag` on they are [`Neuron`]s: what they learnt can be exported as a gene and installed
//! elsewhere. Samples may be any `i64`: states stay bounded and nothing overflows, whatever the samples and genes are.

pub(crate) mod ensemble;
pub(crate) mod experts;
pub mod fit;
pub mod fusion;
pub(crate) mod lag;
pub(crate) mod learner;
pub(crate) mod least;
pub(crate) mod linear;
pub(crate) mod lms;
pub(crate) mod lstm;
pub mod measure;
pub(crate) mod mixture;
pub(crate) mod scale;

pub use ensemble::Ensemble;
pub(crate) use experts::SLOTS;
pub use experts::{Experts, Lost, Origin};
pub use fit::fit;
pub use fusion::Fusion;
pub use lag::Lag;
pub(crate) use linear::{LAGS, MAX_WEIGHT};
pub use linear::{Linear, LinearGene};
pub use lstm::Lstm;
pub(crate) use measure::Measure;
pub use measure::measure;
pub(crate) use mixture::Mixture;

use crate::error::Error;
use alloc::{boxed::Box, vec::Vec};
use core::{cmp::Reverse, fmt::Debug};

/// A deterministic predictor: two of them with the same gene that saw the same samples predict the same, on any machine.
pub trait Neuron: Debug + Send {
    /// Which one it is.
    fn kind(&self) -> Kind;

    /// The next sample, as far as it can be known; 0 before the first.
    fn predict(&self) -> i64;

    /// What was seen minus what was predicted, modulo 2^64: the prediction plus it is what was seen, for any two samples.
    fn surprise(&self, seen: i64) -> i64 {
        seen.wrapping_sub(self.predict())
    }

    /// Takes a sample and learns from it.
    fn adapt(&mut self, seen: i64);

    /// Takes silence: time has passed, and the sample is taken to be what was predicted. Nothing is learnt.
    fn tick(&mut self);

    /// Appends what was learnt; the layouts are in the format of genes.
    fn export_gene(&self, out: &mut Vec<u8>);

    /// Starts from what another one learnt; the samples seen so far stay. Refused genes change nothing.
    fn install_gene(&mut self, gene: &[u8]) -> Result<(), Error>;
}

/// The kinds of neurons that genes name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// [`Linear`].
    Linear = 1,
    /// [`Lstm`].
    Lstm = 2,
    /// [`Fusion`].
    Fusion = 3,
    /// [`Ensemble`].
    Ensemble = 4,
    /// [`Lag`].
    Lag = 5,
}

impl Kind {
    /// The kind that a byte names.
    pub(crate) const fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            1 => Self::Linear,
            2 => Self::Lstm,
            3 => Self::Fusion,
            4 => Self::Ensemble,
            5 => Self::Lag,
            _ => return None,
        })
    }

    /// The one that there is most of, the one with the lowest number if there are several.
    pub(crate) fn most(kinds: impl Iterator<Item = Self>) -> Option<Self> {
        let kinds: Vec<Self> = kinds.collect();
        let count = |kind: &Self| kinds.iter().filter(|other| *other == kind).count();
        kinds.iter().max_by_key(|kind| (count(kind), Reverse(**kind))).copied()
    }

    /// A neuron of this kind that knows what `gene` holds.
    pub fn build(self, gene: &[u8]) -> Result<Box<dyn Neuron>, Error> {
        let mut neuron: Box<dyn Neuron> = match self {
            Self::Linear => Box::new(Linear::new()),
            Self::Lstm => Box::new(Lstm::new()),
            Self::Fusion => return Ok(Box::new(Fusion::from_gene(gene)?)),
            Self::Ensemble => return Ok(Box::new(Ensemble::from_gene(gene)?)),
            Self::Lag => Box::new(Lag::new(1)),
        };
        neuron.install_gene(gene)?;
        Ok(neuron)
    }

    /// Whether [`Kind::build`] would take `gene`. A board that only checks has no need of the neurons' code.
    pub(crate) fn check(self, gene: &[u8]) -> Result<(), Error> {
        match self {
            Self::Linear => LinearGene::read(gene).map(drop),
            Self::Lstm => Lstm::new().install_gene(gene),
            Self::Fusion => Fusion::from_gene(gene).map(drop),
            Self::Ensemble => ensemble::check(gene),
            Self::Lag => Lag::new(1).install_gene(gene),
        }
    }
}

/// The integer nearest to `value`, which is in units of 2^-16, added to `base` and held within `i64`.
fn plus_q16(base: i64, value: i128) -> i64 {
    let sum = i128::from(base) + ((value + (1 << 15)) >> 16);
    sum.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}

#[cfg(test)]
mod tests;
