//! A gene's bytes, checked once.
//!
//! ```text
//! gene    := header | row * sections | bytes of each section, in the order of the rows
//! header  := F1 47 0D 0A | version u8 | kind u8 | columns u16 LE | lags u8 | 0 u8 | sections u16 LE
//! row     := tag u16 LE | column u16 LE | length u32 LE
//! ```

use super::{Id, Lineage, MAGIC, MAX_GENE, ROW, Section, Tag, VERSION, WHOLE, id_of, summary::Summary};
use crate::{
    entropy::Cursor,
    error::Error,
    neuron::{Kind, LinearGene},
};

/// Wire: the lags of linear neurons, which summaries are about too.
pub(super) const LAGS: u8 = crate::neuron::linear::LAGS as u8;

/// A gene that has been checked. It borrows its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gene<'a> {
    bytes: &'a [u8],
    kind: Option<Kind>,
    columns: u16,
    rows: &'a [[u8; ROW]],
    contents: &'a [u8],
}

fn pair(cursor: &mut Cursor<'_>) -> Result<u16, Error> {
    Ok(u16::from_le_bytes([cursor.u8()?, cursor.u8()?]))
}

/// Tag, column and length of a row.
fn split([a, b, c, d, rest @ ..]: [u8; ROW]) -> (u16, u16, u32) {
    (u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]), u32::from_le_bytes(rest))
}

impl<'a> Gene<'a> {
    /// Checks `bytes`: refuses what the format tells to refuse, sections of known tags included.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut cursor = Cursor::new(bytes);
        for expected in MAGIC {
            if cursor.u8()? != expected {
                return Err(Error::Corrupt("not a gene"));
            }
        }
        let version = cursor.u8()?;
        if version == 0 || version > VERSION {
            return Err(Error::Unsupported { version, known: VERSION });
        }
        if bytes.len() > MAX_GENE {
            return Err(Error::Limit { asked: bytes.len() as u64, allowed: MAX_GENE as u64 });
        }
        let kind = match cursor.u8()? {
            0 => None,
            byte => Some(Kind::from_byte(byte).ok_or(Error::Corrupt("kind of gene"))?),
        };
        let columns = pair(&mut cursor)?;
        if columns == WHOLE || cursor.bytes(2)? != [LAGS, 0] {
            return Err(Error::Corrupt("dimensions of a gene"));
        }
        let sections = usize::from(pair(&mut cursor)?);
        let (rows, _) = cursor.bytes(sections * ROW)?.as_chunks();
        let gene = Self { bytes, kind, columns, rows, contents: cursor.rest() };
        gene.check()?;
        Ok(gene)
    }

    fn check(&self) -> Result<(), Error> {
        let mut before = None;
        let mut cursor = Cursor::new(self.contents);
        for row in self.rows {
            let (tag, column, length) = split(*row);
            if before.is_some_and(|before| before >= (tag, column)) {
                return Err(Error::Corrupt("order of a gene's sections"));
            }
            before = Some((tag, column));
            let tag = Tag::from_number(tag).ok_or(Error::Corrupt("a section of a newer gene"))?;
            let bytes = cursor.bytes(usize::try_from(length).map_err(|_| Error::Truncated)?)?;
            Section { tag, column, bytes }.check(self.columns)?;
        }
        if cursor.rest().is_empty() { Ok(()) } else { Err(Error::Corrupt("bytes after a gene")) }
    }

    /// Its id: BLAKE3 of all its bytes.
    pub fn id(&self) -> Id {
        id_of(self.bytes)
    }

    /// All its bytes.
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The neuron that it is meant for; `None` if it only primes a codec.
    pub const fn kind(&self) -> Option<Kind> {
        self.kind
    }

    /// How many columns it is about.
    pub const fn columns(&self) -> u16 {
        self.columns
    }

    /// Its sections in order, unknown ones included.
    pub fn sections(&self) -> impl Iterator<Item = Section<'a>> + use<'a> {
        let mut cursor = Cursor::new(self.contents);
        // Checked by `parse`: no row fails.
        self.rows.iter().map_while(move |row| {
            let (tag, column, length) = split(*row);
            let bytes = cursor.bytes(usize::try_from(length).ok()?).ok()?;
            Some(Section { tag: Tag::from_number(tag)?, column, bytes })
        })
    }

    /// The section of a tag that is about `column`, or about the whole gene ([`WHOLE`]).
    pub(crate) fn section(&self, tag: Tag, column: u16) -> Option<&'a [u8]> {
        self.sections().find(|s| s.tag == tag && s.column == column).map(|s| s.bytes)
    }

    /// Names, formats and value maps of the columns.
    pub fn schema(&self) -> Option<&'a [u8]> {
        self.section(Tag::Schema, WHOLE)
    }

    /// What a codec starts from: for one column, or for the whole gene ([`WHOLE`]).
    pub fn prior(&self, column: u16) -> Option<&'a [u8]> {
        self.section(Tag::Prior, column)
    }

    /// The linear neuron of a column.
    pub fn linear(&self, column: u16) -> Option<LinearGene> {
        LinearGene::read(self.section(Tag::Neuron(Kind::Linear), column)?).ok()
    }

    /// The gene of a neuron of this kind for a column, for [`Kind::build`].
    pub fn neuron(&self, kind: Kind, column: u16) -> Option<&'a [u8]> {
        self.section(Tag::Neuron(kind), column)
    }

    /// Where it came from.
    pub fn lineage(&self) -> Option<Lineage> {
        Lineage::read(self.section(Tag::Lineage, WHOLE)?).ok()
    }

    /// The summary gene within it.
    pub fn summary(&self) -> Option<Summary> {
        Summary::read(self.section(Tag::Summary, WHOLE)?).ok()
    }
}
