//! A gene that may be told to others, whatever it was learnt from.

use super::{Noise, clip};
use crate::{
    error::Error,
    gene::{Builder, Gene, Tag},
    neuron::{
        Kind, LinearGene,
        linear::{LAGS, MAX_WEIGHT},
    },
    num::Q16,
};
use alloc::vec::Vec;

/// A gene with noise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// The gene: its columns, and for each of numbers a linear neuron that looks at the last eight samples.
    pub gene: Vec<u8>,
    /// Weights that have noise.
    pub weights: usize,
    /// Whether they had to be shortened.
    pub is_clipped: bool,
}

/// Why a gene cannot be told with noise.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotPrivate {
    /// No column has a neuron.
    #[error("the gene has no neurons to tell of")]
    None,
    /// A column has a neuron of another kind than linear.
    #[error("column {0} has a neuron that is not linear")]
    Kind(u16),
    /// The gene cannot be written.
    #[error(transparent)]
    Gene(#[from] Error),
}

/// Returns `gene` for others: of each column the weights of the last eight samples, all of them shortened to `bound` as a
/// vector, with discrete Gaussian noise of this `variance`, both in units of 2^-16. Two texts with the same columns give
/// vectors no further apart than `2 bound`, so that this costs `2 bound^2 / variance` of zero-concentrated differential privacy,
/// for all of the text at once. Prior, lineage, lags, biases and rates are left out; names and formats of columns are not hidden.
///
/// # Errors
///
/// [`NotPrivate`] where there is nothing that could be told so.
pub fn release(gene: &Gene<'_>, bound: u32, variance: u64, noise: &mut Noise) -> Result<Release, NotPrivate> {
    let (mut columns, mut weights) = (Vec::new(), Vec::new());
    for section in gene.sections() {
        match section.tag {
            Tag::Neuron(Kind::Linear) => {
                columns.push(section.column);
                weights.extend(recent(&LinearGene::read(section.bytes)?));
            }
            Tag::Neuron(_) => return Err(NotPrivate::Kind(section.column)),
            _ => {}
        }
    }
    if columns.is_empty() {
        return Err(NotPrivate::None);
    }
    let is_clipped = clip(&mut weights, bound);
    let most = i64::from(MAX_WEIGHT);
    for weight in &mut weights {
        let noisy = i64::from(*weight).saturating_add(noise.gaussian(variance, 1));
        *weight = noisy.clamp(-most, most) as i32;
    }
    let mut builder = Builder::new(Some(Kind::Linear), gene.columns());
    if let Some(schema) = gene.schema() {
        builder.schema(schema)?;
    }
    for (column, weights) in columns.iter().zip(weights.as_chunks::<LAGS>().0) {
        let lags = core::array::from_fn(|lag| lag as u8 + 1);
        let neuron = LinearGene { lags, weights: weights.map(Q16::from_bits), ..LinearGene::FRESH };
        builder.linear(*column, &neuron)?;
    }
    Ok(Release { gene: builder.finish(), weights: weights.len(), is_clipped })
}

/// The weights of the last samples: 0 for one that the neuron does not look at.
fn recent(neuron: &LinearGene) -> [i32; LAGS] {
    core::array::from_fn(|lag| {
        let all =
            neuron.lags.iter().zip(&neuron.weights).filter(|(other, _)| usize::from(**other) == lag + 1);
        all.fold(0, |sum: i32, (_, weight)| sum.saturating_add(weight.to_bits()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        codec::Level,
        gene::train::{Choice, Trainer},
    };
    use std::{format, string::String, vec::Vec};

    fn gene(step: u32, choice: Choice) -> Vec<u8> {
        let csv: String = (0..300).map(|row| format!("{},{}\n", row * 60, 200 + row * step % 17)).collect();
        Trainer::new(csv.as_bytes(), 50).unwrap().train(Level::STRONGEST, choice).unwrap()
    }

    fn weights(gene: &[u8]) -> Vec<i32> {
        let gene = Gene::parse(gene).unwrap();
        let neurons = (0..gene.columns()).filter_map(|column| gene.linear(column));
        neurons.flat_map(|neuron| neuron.weights.map(|weight| weight.to_bits())).collect()
    }

    #[test]
    fn what_is_told_is_noise_around_what_was_clipped_and_nothing_else() {
        let plain = gene(3, Choice::Linear);
        let told = |seed, bound, variance| {
            release(&Gene::parse(&plain).unwrap(), bound, variance, &mut Noise::new(&[seed; 32])).unwrap()
        };
        let one = told(1, 1 << 20, 1);
        assert_eq!((one.weights, one.is_clipped), (16, false));
        let parsed = Gene::parse(&one.gene).unwrap();
        let tags: Vec<Tag> = parsed.sections().map(|section| section.tag).collect();
        assert_eq!(tags, [Tag::Schema, Tag::Neuron(Kind::Linear), Tag::Neuron(Kind::Linear)]);
        let neuron = parsed.linear(0).unwrap();
        assert_eq!(
            (neuron.lags, neuron.bias, neuron.rate),
            ([1, 2, 3, 4, 5, 6, 7, 8], LinearGene::FRESH.bias, LinearGene::FRESH.rate)
        );
        assert_ne!(one.gene, told(2, 1 << 20, 1).gene);
        assert_eq!(one.gene, told(1, 1 << 20, 1).gene);
        // Clipped to nothing, all that is left is noise of that variance.
        let nothing = told(3, 0, 10_000);
        assert!(nothing.is_clipped);
        let squares: i64 = weights(&nothing.gene).iter().map(|weight| i64::from(*weight).pow(2)).sum();
        assert!((40_000..400_000).contains(&squares), "{squares}");
    }

    #[test]
    fn other_neurons_are_not_told() {
        let refused = |bytes: &[u8]| {
            release(&Gene::parse(bytes).unwrap(), 9, 9, &mut Noise::new(&[1; 32])).unwrap_err()
        };
        assert_eq!(refused(&gene(3, Choice::Lstm)), NotPrivate::Kind(0));
        assert_eq!(refused(&Builder::new(None, 2).finish()), NotPrivate::None);
    }
}
