//! The shape of a text: what the frame's header says of it, and how it is found.
//!
//! ```text
//! schema := 0                                                       bytes, no table
//!         | 1 | layout                                              a table
//!         | 2 + sample u8 | channels varint                         raw samples (sample: 0 i16, 1 i32, 2 f32, 3 f64)
//! shape  := delimiter u8 | flags u8 | columns varint | preamble bytes varint | preamble
//! flags  := bit 0: quotes protect delimiters; bit 1: runs of blanks are one delimiter; bit 2: names begin at the second
//!           column
//! ```

use super::{Layout, header, lines};
use crate::{
    Error,
    entropy::{Cursor, put_varint},
};
use alloc::vec::Vec;

/// Most columns a table may have; wider text is bytes.
pub const MAX_COLUMNS: usize = 4096;

/// The kind of bytes that come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Input {
    /// Text: a table if it looks like one.
    #[default]
    Text,
    /// Little-endian binary samples, channels interleaved.
    Raw(Raw),
}

/// Binary samples, row after row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raw {
    /// One sample's type.
    pub sample: Sample,
    /// Samples in a row.
    pub channels: u16,
}

impl Raw {
    /// Bytes in a row.
    pub fn row_bytes(self) -> usize {
        self.sample.bytes() * usize::from(self.channels.max(1))
    }
}

/// The type of a binary sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sample {
    /// Signed 16 bits.
    I16,
    /// Signed 32 bits.
    I32,
    /// IEEE single.
    F32,
    /// IEEE double.
    F64,
}

impl Sample {
    const ALL: [Self; 4] = [Self::I16, Self::I32, Self::F32, Self::F64];

    /// Bytes a sample takes.
    pub fn bytes(self) -> usize {
        match self {
            Self::I16 => 2,
            Self::I32 | Self::F32 => 4,
            Self::F64 => 8,
        }
    }
}

/// The shape of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Schema {
    /// No table: bytes.
    Bytes,
    /// Rows of fields.
    Table(Layout),
    /// Binary samples.
    Raw(Raw),
    /// The table that the frame's gene has learnt from.
    Learnt {
        /// With what stood before its rows.
        named: bool,
    },
}

/// The shape of a table: what is common to all its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// What ends a field.
    pub delimiter: u8,
    /// Whether a delimiter between quotes is part of a field.
    pub quoted: bool,
    /// Whether a run of blanks is one delimiter: the blanks after the first belong to the next field.
    pub blanks: bool,
    /// Fields in a row.
    pub columns: usize,
    /// Whether the names that the preamble gives begin at the second column.
    pub unnamed: bool,
    /// Everything before the first row, column names and line ends included.
    pub preamble: Vec<u8>,
}

/// Wire: kinds of schemas that are the gene's.
const LEARNT_NAMED: u8 = 6;
const LEARNT: u8 = 7;

impl Schema {
    /// Looks at the text of a frame's first segment.
    pub fn detect(first: &[u8], input: Input) -> Self {
        match input {
            Input::Raw(raw) => Self::Raw(raw),
            Input::Text => Layout::detect(first).map_or(Self::Bytes, Self::Table),
        }
    }

    /// Appends the schema.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Bytes => out.push(0),
            Self::Table(layout) => {
                out.push(1);
                layout.write(out);
            }
            Self::Raw(raw) => {
                out.push(2 + Sample::ALL.iter().position(|s| *s == raw.sample).unwrap_or(0) as u8);
                put_varint(out, u64::from(raw.channels));
            }
            Self::Learnt { named: true } => out.push(LEARNT_NAMED),
            Self::Learnt { named: false } => out.push(LEARNT),
        }
    }

    /// Reads a schema whose preamble has at most so many bytes: it is part of a segment's text.
    pub fn read(cursor: &mut Cursor<'_>, preamble: u64) -> Result<Self, Error> {
        let kind = cursor.u8()?;
        match kind {
            0 => Ok(Self::Bytes),
            1 => Ok(Self::Table(Layout::read_within(cursor, preamble)?)),
            LEARNT_NAMED => Ok(Self::Learnt { named: true }),
            LEARNT => Ok(Self::Learnt { named: false }),
            _ => {
                let sample = Sample::ALL.get(usize::from(kind) - 2);
                let sample = *sample.ok_or(Error::Corrupt("unknown kind of schema"))?;
                let channels = u16::try_from(cursor.varint()?).unwrap_or(0);
                if !(1..=MAX_COLUMNS).contains(&usize::from(channels)) {
                    return Err(Error::Corrupt("impossible number of channels"));
                }
                Ok(Self::Raw(Raw { sample, channels }))
            }
        }
    }
}

impl Schema {
    /// What the first segment's text starts with.
    pub fn preamble(&self) -> &[u8] {
        match self {
            Self::Table(layout) => layout.preamble(),
            _ => &[],
        }
    }

    /// Rows that a text holds: its line ends, or whole rows of samples.
    pub fn rows_of(&self, text: &[u8]) -> u64 {
        match self {
            Self::Raw(raw) => (text.len() / raw.row_bytes()) as u64,
            _ => memchr::memchr_iter(b'\n', text).count() as u64,
        }
    }
}

impl Shape {
    /// The fields of one line without its end.
    pub fn fields<'l>(&self, line: &'l [u8]) -> impl Iterator<Item = &'l [u8]> {
        lines::fields(line, self)
    }

    /// The same shape for text that starts with a row.
    pub fn without_preamble(self) -> Self {
        Self { preamble: Vec::new(), unnamed: false, ..self }
    }

    /// Appends the shape.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.push(self.delimiter);
        out.push(u8::from(self.quoted) | u8::from(self.blanks) << 1 | u8::from(self.unnamed) << 2);
        put_varint(out, self.columns as u64);
        put_varint(out, self.preamble.len() as u64);
        out.extend_from_slice(&self.preamble);
    }

    /// Reads a shape whose preamble has at most so many bytes.
    pub(super) fn read(cursor: &mut Cursor<'_>, preamble: u64) -> Result<Self, Error> {
        let (delimiter, flags) = (cursor.u8()?, cursor.u8()?);
        let columns = usize::try_from(cursor.varint()?).unwrap_or(0);
        if flags > 7 || !(1..=MAX_COLUMNS).contains(&columns) || delimiter == b'\n' {
            return Err(Error::Corrupt("impossible shape of a table"));
        }
        let preamble = read_preamble(cursor, preamble)?;
        let (quoted, blanks, unnamed) = (flags & 1 != 0, flags & 2 != 0, flags & 4 != 0);
        Ok(Self { delimiter, quoted, blanks, columns, unnamed, preamble })
    }

    /// The columns' names as the preamble gives them, quotes taken off; `None` where it does not.
    pub fn names(&self) -> Vec<Option<Vec<u8>>> {
        header::names(self)
    }
}

/// Reads a preamble of at most so many bytes.
pub(super) fn read_preamble(cursor: &mut Cursor<'_>, most: u64) -> Result<Vec<u8>, Error> {
    let bytes = cursor.varint()?;
    if bytes > most {
        return Err(Error::Corrupt("a preamble longer than the text it stands in"));
    }
    let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    Ok(cursor.bytes(bytes)?.to_vec())
}
