//! Writing genes: sections in any order, one encoding.

use super::{HEADER, MAGIC, MAX_GENE, ROW, Section, Tag, VERSION, WHOLE, lineage::Lineage, view::LAGS};
use crate::{
    error::Error,
    neuron::{Kind, LinearGene},
};
use alloc::{collections::BTreeMap, vec::Vec};

/// A gene in the making.
#[derive(Debug, Clone)]
pub struct Builder {
    kind: Option<Kind>,
    columns: u16,
    sections: BTreeMap<(u16, u16), Vec<u8>>,
    bytes: usize,
}

impl Builder {
    /// One for a neuron, or for none if it only primes a codec, that is about so many columns, 65534 at most.
    pub fn new(kind: Option<Kind>, columns: u16) -> Self {
        Self { kind, columns: columns.min(WHOLE - 1), sections: BTreeMap::new(), bytes: HEADER }
    }

    /// Adds a section in place of one of the same tag and column; refuses what a reader would refuse.
    pub fn section(&mut self, section: &Section<'_>) -> Result<&mut Self, Error> {
        let number = section.tag.number();
        if Tag::from_number(number) != Some(section.tag) {
            return Err(Error::Corrupt("tag of a section"));
        }
        section.check(self.columns)?;
        let asked = self.bytes + ROW + section.bytes.len();
        if asked > MAX_GENE || self.sections.len() >= usize::from(u16::MAX) {
            return Err(Error::Limit { asked: asked as u64, allowed: MAX_GENE as u64 });
        }
        self.bytes = asked;
        if let Some(old) = self.sections.insert((number, section.column), section.bytes.to_vec()) {
            self.bytes -= ROW + old.len();
        }
        Ok(self)
    }

    /// Adds the schema.
    pub fn schema(&mut self, bytes: &[u8]) -> Result<&mut Self, Error> {
        self.section(&Section { tag: Tag::Schema, column: WHOLE, bytes })
    }

    /// Adds what a codec starts from, for one column or for the whole gene ([`WHOLE`]).
    pub fn prior(&mut self, column: u16, bytes: &[u8]) -> Result<&mut Self, Error> {
        self.section(&Section { tag: Tag::Prior, column, bytes })
    }

    /// Adds the linear neuron of a column.
    pub fn linear(&mut self, column: u16, gene: &LinearGene) -> Result<&mut Self, Error> {
        let mut bytes = Vec::with_capacity(LinearGene::BYTES);
        gene.write(&mut bytes);
        self.neuron(Kind::Linear, column, &bytes)
    }

    /// Adds the gene of a neuron for a column.
    pub fn neuron(&mut self, kind: Kind, column: u16, bytes: &[u8]) -> Result<&mut Self, Error> {
        self.section(&Section { tag: Tag::Neuron(kind), column, bytes })
    }

    /// Adds where the gene came from.
    pub(crate) fn lineage(&mut self, lineage: &Lineage) -> Result<&mut Self, Error> {
        let mut bytes = Vec::new();
        lineage.write(&mut bytes);
        self.section(&Section { tag: Tag::Lineage, column: WHOLE, bytes: &bytes })
    }

    /// The gene's bytes: the same for the same sections, in whatever order they came.
    pub fn finish(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.bytes);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&[VERSION, self.kind.map_or(0, |kind| kind as u8)]);
        out.extend_from_slice(&self.columns.to_le_bytes());
        out.extend_from_slice(&[LAGS, 0]);
        out.extend_from_slice(&(self.sections.len() as u16).to_le_bytes());
        for ((tag, column), bytes) in &self.sections {
            out.extend_from_slice(&tag.to_le_bytes());
            out.extend_from_slice(&column.to_le_bytes());
            out.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
        }
        self.sections.values().for_each(|bytes| out.extend_from_slice(bytes));
        out
    }
}
