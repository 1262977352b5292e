//! All numbers of a gene's neurons in one row, and what they mean.

use super::{Builder, Gene, Lineage, Origin, Rule, Tag, Weights, rule::rounded};
use crate::{error::Error, neuron::Kind};
use alloc::vec::Vec;

/// The numbers of a gene.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbers {
    /// In units of 2^-16: column by column, neuron by neuron, as [`Weights::numbers`] has them.
    pub values: Vec<i32>,
    /// A digest of what they mean: schema, columns, kinds and shapes of the neurons. Two genes whose forms are the same can be
    /// compared number by number.
    pub form: [u8; 32],
}

/// Why a gene has no numbers to compare.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoNumbers {
    /// No column has a neuron with weights.
    #[error("the gene has no neurons with weights")]
    None,
    /// A column has an ensemble, whose members are of several kinds.
    #[error("column {0} has an ensemble, which has no numbers of one kind")]
    Ensemble(u16),
    /// A neuron cannot be read.
    #[error(transparent)]
    Gene(#[from] Error),
}

impl Numbers {
    /// Those of `gene`.
    ///
    /// # Errors
    ///
    /// [`NoNumbers`] where there are none.
    pub fn of(gene: &Gene<'_>) -> Result<Self, NoNumbers> {
        let mut form = blake3::Hasher::new_derive_key("qres 2026 form of a gene 1");
        let mut put = |bytes: &[u8]| {
            form.update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
        };
        put(gene.schema().unwrap_or_default());
        put(&gene.columns().to_le_bytes());
        let mut values = Vec::new();
        for section in gene.sections() {
            let Tag::Neuron(kind) = section.tag else { continue };
            let weights = Weights::of(kind, section.bytes)?.ok_or(NoNumbers::Ensemble(section.column))?;
            put(&[kind as u8]);
            put(&section.column.to_le_bytes());
            put(weights.shape());
            put(&(weights.numbers().len() as u64).to_le_bytes());
            values.extend_from_slice(weights.numbers());
        }
        if values.is_empty() {
            return Err(NoNumbers::None);
        }
        Ok(Self { values, form: *form.finalize().as_bytes() })
    }
}

/// The gene whose numbers are those of `gene` plus the mean of `count` steps of this `sum`, rounded as a merged gene's are.
///
/// # Errors
///
/// [`NoNumbers`] where there are none, or no neuron has such numbers.
pub fn stepped(gene: &Gene<'_>, sum: &[i32], count: usize) -> Result<Vec<u8>, NoNumbers> {
    let kinds = gene.sections().filter_map(|section| match section.tag {
        Tag::Neuron(kind) => Some(kind),
        _ => None,
    });
    let mut builder = Builder::new(Some(Kind::most(kinds).ok_or(NoNumbers::None)?), gene.columns());
    if let Some(schema) = gene.schema() {
        builder.schema(schema)?;
    }
    let mut sums = sum.iter();
    for section in gene.sections() {
        let Tag::Neuron(kind) = section.tag else { continue };
        let weights = Weights::of(kind, section.bytes)?.ok_or(NoNumbers::Ensemble(section.column))?;
        let step =
            |(number, sum): (&i32, &i32)| rounded(i64::from(*number) * count as i64 + i64::from(*sum), count);
        let numbers = weights.numbers().iter().zip(sums.by_ref()).map(step).collect();
        builder.neuron(kind, section.column, &weights.with(numbers).gene())?;
    }
    builder.lineage(&Lineage::new(Origin::Merged(Rule::Mean), [gene.id()].into())?)?;
    Ok(builder.finish())
}
