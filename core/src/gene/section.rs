//! What a gene is made of: sections, each with a tag, a column and a length.

use super::{lineage, summary::Summary};
use crate::{
    error::Error,
    neuron::{Kind, LinearGene},
};

/// Wire: the column of sections that are about the whole gene.
pub const WHOLE: u16 = 0xFFFF;
/// Limit: bytes of a gene.
pub const MAX_GENE: usize = 16 << 20;
/// Wire: tags from here must be understood; a reader that does not know one refuses the gene.
const CRITICAL: u16 = 0x8000;

/// What a section holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tag {
    /// Names, formats and value maps of the columns; opaque here.
    Schema,
    /// What a codec starts from; opaque here.
    Prior,
    /// The gene of a neuron of this kind, for one column.
    Neuron(Kind),
    /// Where the gene came from.
    Lineage,
    /// The summary gene.
    Summary,
    /// One that this version does not know, and need not.
    Unknown(u16),
}

impl Tag {
    /// The tag of a number; `None` if it had to be understood and is not.
    pub(crate) const fn from_number(number: u16) -> Option<Self> {
        Some(match number {
            1 => Self::Schema,
            2 => Self::Prior,
            3 => Self::Neuron(Kind::Linear),
            4 => Self::Neuron(Kind::Lstm),
            5 => Self::Neuron(Kind::Fusion),
            6 => Self::Neuron(Kind::Ensemble),
            7 => Self::Neuron(Kind::Lag),
            8 => Self::Lineage,
            9 => Self::Summary,
            CRITICAL.. => return None,
            _ => Self::Unknown(number),
        })
    }

    /// The number on the wire.
    pub(crate) const fn number(self) -> u16 {
        match self {
            Self::Schema => 1,
            Self::Prior => 2,
            Self::Neuron(Kind::Linear) => 3,
            Self::Neuron(Kind::Lstm) => 4,
            Self::Neuron(Kind::Fusion) => 5,
            Self::Neuron(Kind::Ensemble) => 6,
            Self::Neuron(Kind::Lag) => 7,
            Self::Lineage => 8,
            Self::Summary => 9,
            Self::Unknown(number) => number,
        }
    }

    /// Limit: bytes of such a section.
    pub(crate) const fn most(self) -> usize {
        match self {
            Self::Schema => 256 << 10,
            Self::Prior => 8 << 20,
            Self::Neuron(Kind::Linear) => LinearGene::BYTES,
            Self::Neuron(_) => 8 << 10,
            Self::Lineage => 16 << 10,
            Self::Summary => Summary::BYTES,
            Self::Unknown(_) => 1 << 20,
        }
    }

    /// Whether such a section may be about `column` of so many.
    const fn fits(self, column: u16, columns: u16) -> bool {
        let one = column < columns;
        match self {
            Self::Schema | Self::Lineage | Self::Summary => column == WHOLE,
            Self::Neuron(_) => one,
            Self::Prior | Self::Unknown(_) => one || column == WHOLE,
        }
    }
}

/// A part of a gene.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Section<'a> {
    /// What it holds.
    pub tag: Tag,
    /// The column it is about, or [`WHOLE`].
    pub column: u16,
    /// What it says.
    pub bytes: &'a [u8],
}

impl Section<'_> {
    /// Refuses a section that is too long, about a column that is not there, or not what its tag says.
    pub(super) fn check(&self, columns: u16) -> Result<(), Error> {
        if self.bytes.len() > self.tag.most() {
            return Err(Error::Limit { asked: self.bytes.len() as u64, allowed: self.tag.most() as u64 });
        }
        if !self.tag.fits(self.column, columns) {
            return Err(Error::Corrupt("column of a gene's section"));
        }
        match self.tag {
            Tag::Neuron(kind) => kind.check(self.bytes),
            Tag::Lineage => lineage::Lineage::read(self.bytes).map(drop),
            Tag::Summary => Summary::read(self.bytes).map(drop),
            Tag::Schema | Tag::Prior | Tag::Unknown(_) => Ok(()),
        }
    }
}
