//! One gene of several: their neurons, weight by weight.
//!
//! Integers, and the same result in whatever order the genes come; a gene given twice counts once. The genes must have
//! the same schema, the same columns, and for the same columns neurons of the same kind and shape ([`Weights`]), lags aside: of
//! all lags those that weigh most together are kept, and one that a neuron does not look at weighs nothing in it. The merged
//! gene has the schema, the neurons and its lineage: there is no rule for other sections, so they are left out.

use super::{Builder, Gene, Lineage, Origin, Rule, Tag, Weights};
use crate::{error::Error, neuron::Kind};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};

/// Why genes cannot be merged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// There are none.
    #[error("there is no gene to merge")]
    Nothing,
    /// They describe different tables.
    #[error("gene {index} has another schema than the first")]
    Schema {
        /// Which of them.
        index: usize,
    },
    /// A column has no neuron in some of them, or more than one.
    #[error("column {column} has a neuron in some of the genes only")]
    Missing {
        /// Which column.
        column: u16,
    },
    /// The neurons of a column are of several kinds.
    #[error("the neurons of column {column} are of different kinds")]
    Kinds {
        /// Which column.
        column: u16,
    },
    /// The neurons of a column look at different modalities, or are each of one lag.
    #[error("the neurons of column {column} look at different lags or columns")]
    Shapes {
        /// Which column.
        column: u16,
    },
    /// The neurons of a column are ensembles.
    #[error("column {column} has an ensemble, which cannot be merged")]
    Ensemble {
        /// Which column.
        column: u16,
    },
    /// No column of any has a neuron.
    #[error("the genes have no neurons to merge")]
    NoNeuron,
    /// The result is not a gene.
    #[error(transparent)]
    Gene(#[from] Error),
}

/// Merges genes by a rule.
pub fn merge(genes: &[Gene<'_>], rule: Rule) -> Result<Vec<u8>, MergeError> {
    let first = genes.first().ok_or(MergeError::Nothing)?;
    let other = |g: &Gene<'_>| g.schema() != first.schema() || g.columns() != first.columns();
    if let Some(index) = genes.iter().position(other) {
        return Err(MergeError::Schema { index });
    }
    let mut ids: Vec<_> = genes.iter().map(|gene| (gene.id(), gene)).collect();
    ids.sort_unstable_by_key(|(id, _)| *id);
    ids.dedup_by_key(|(id, _)| *id);
    let neurons = neurons(ids.iter().map(|(_, gene)| *gene));
    let kind = Kind::most(neurons.values().filter_map(|neurons| Some(neurons.first()?.0)));
    let mut builder = Builder::new(Some(kind.ok_or(MergeError::NoNeuron)?), first.columns());
    if let Some(schema) = first.schema() {
        builder.schema(schema)?;
    }
    for (column, neurons) in neurons {
        if neurons.len() != ids.len() {
            return Err(MergeError::Missing { column });
        }
        let kinds: BTreeSet<Kind> = neurons.iter().map(|(kind, _)| *kind).collect();
        let (1, Some(&kind)) = (kinds.len(), kinds.first()) else { return Err(MergeError::Kinds { column }) };
        let weights = neurons.iter().map(|(kind, bytes)| Ok(Weights::of(*kind, bytes)?));
        let weights: Option<Vec<Weights>> = weights.collect::<Result<_, MergeError>>()?;
        let weights = weights.ok_or(MergeError::Ensemble { column })?;
        let merged = Weights::merge(&weights, rule).ok_or(MergeError::Shapes { column })?;
        builder.neuron(kind, column, &merged.gene())?;
    }
    let parents = ids.into_iter().map(|(id, _)| id).collect();
    builder.lineage(&Lineage::new(Origin::Merged(rule), parents)?)?;
    Ok(builder.finish())
}

/// The neurons of each column, in the order of the genes.
fn neurons<'a, 'b: 'a>(genes: impl Iterator<Item = &'a Gene<'b>>) -> BTreeMap<u16, Vec<(Kind, &'b [u8])>> {
    let mut neurons = BTreeMap::<u16, Vec<(Kind, &'b [u8])>>::new();
    for section in genes.flat_map(Gene::sections) {
        if let Tag::Neuron(kind) = section.tag {
            neurons.entry(section.column).or_default().push((kind, section.bytes));
        }
    }
    neurons
}
