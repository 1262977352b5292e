//! What genes know of how columns go on.

use crate::failure::{Failure, Outcome};
use qres_core::{
    entropy::Cursor,
    gene::Gene,
    neuron::{LinearGene, Origin},
    table::Layout,
};

/// What genes know of how columns go on: the linear neurons of each, by the names of their columns.
#[derive(Debug, Clone, Default)]
pub(crate) struct Neurons(Vec<Known>);

/// What one gene knows.
#[derive(Debug, Clone)]
struct Known {
    origin: Origin,
    /// The name of each column, where it has one, and its neuron.
    columns: Vec<(usize, Option<Vec<u8>>, LinearGene)>,
}

impl Neurons {
    /// Adds the gene that is called `name`.
    pub(crate) fn add(&mut self, name: &str, bytes: &[u8]) -> Outcome {
        self.0.push(Known::new(name, bytes)?);
        Ok(())
    }

    /// Returns what the genes know of a column, one after the other. Genes without names go by the column's place.
    pub(crate) fn of(
        &self,
        place: usize,
        name: Option<&[u8]>,
    ) -> impl Iterator<Item = (Origin, &LinearGene)> {
        self.0.iter().filter_map(move |known| {
            let is_meant = |(at, own, _): &&(usize, Option<Vec<u8>>, LinearGene)| match own {
                Some(own) => name == Some(own.as_slice()),
                None => *at == place,
            };
            known.columns.iter().find(is_meant).map(|(.., gene)| (known.origin, gene))
        })
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Known {
    fn new(name: &str, bytes: &[u8]) -> Outcome<Self> {
        let gene = Gene::parse(bytes).map_err(|source| Failure::gene(name, source))?;
        // Boards tell no names.
        let layout = gene.schema().and_then(|schema| Layout::read(&mut Cursor::new(schema)).ok());
        let names = layout.map(|layout| layout.names()).unwrap_or_default();
        let column = |at: u16| {
            let named = names.get(usize::from(at)).cloned().flatten();
            Some((at.into(), named, gene.linear(at)?))
        };
        let columns: Vec<_> = (0..gene.columns()).filter_map(column).collect();
        if columns.is_empty() {
            let what = format!("{name} holds no linear neuron, and so nothing that says how columns go on");
            return Err(Failure::refused(what, "make a gene with `qres gene train`"));
        }
        Ok(Self { origin: gene.id().first_chunk().copied().unwrap_or_default(), columns })
    }
}
