//! The shape of a text: what the frame's header says of it, and how it is found.
//!
//! ```text
//! schema := 0                                                       bytes, no table
//!         | 1 | layout                                              a table
//!         | 2 | sample u8 | channels varint                         raw samples
//!         | 6 or 7                                                  the gene's, with its preamble or without
//! sample := 2 * (0 u8, 1 i8, 2 u16, 3 i16, 4 u32, 5 i32, 6 u64, 7 i64, 8 f32, 9 f64) + 1 if the high byte comes first
//! shape  := delimiter u8 | flags u8 | columns varint | preamble bytes varint | preamble
//! flags  := bit 0: quotes protect delimiters; bit 1: runs of blanks are one delimiter; bit 2: names begin at the second
//!           column
//! ```

use super::{Layout, Script, header, lines};
use crate::{
    Error,
    entropy::{Cursor, put_varint},
};
use alloc::vec::Vec;

/// Most columns a table may have; wider text is bytes.
pub const MAX_COLUMNS: usize = u16::MAX as usize;

/// The kind of bytes that come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Input {
    /// Text: a table if it looks like one.
    #[default]
    Text,
    /// Binary samples, channels interleaved.
    Raw(Raw),
}

/// Binary samples, row after row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raw {
    /// One sample's type.
    pub sample: Sample,
    /// Whether the high byte of a sample comes first.
    pub high_first: bool,
    /// Samples in a row.
    pub channels: u16,
}

impl Raw {
    /// Samples of a type whose low byte comes first.
    pub fn new(sample: Sample, channels: u16) -> Self {
        Self { sample, high_first: false, channels }
    }

    /// Bytes in a row.
    pub fn row_bytes(self) -> usize {
        self.sample.bytes() * usize::from(self.channels.max(1))
    }

    /// The layout of the samples where they are printed.
    pub fn layout(self) -> Layout {
        let columns = usize::from(self.channels);
        let (quoted, blanks, unnamed, preamble) = (false, false, false, Vec::new());
        Layout::Fields(Shape { delimiter: b',', quoted, blanks, columns, unnamed, preamble })
    }
}

/// The type of a binary sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sample {
    /// Unsigned 8 bits.
    U8,
    /// Signed 8 bits.
    I8,
    /// Unsigned 16 bits.
    U16,
    /// Signed 16 bits.
    I16,
    /// Unsigned 32 bits.
    U32,
    /// Signed 32 bits.
    I32,
    /// Unsigned 64 bits.
    U64,
    /// Signed 64 bits.
    I64,
    /// IEEE single.
    F32,
    /// IEEE double.
    F64,
}

impl Sample {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 10] = [
        Self::U8,
        Self::I8,
        Self::U16,
        Self::I16,
        Self::U32,
        Self::I32,
        Self::U64,
        Self::I64,
        Self::F32,
        Self::F64,
    ];

    /// Bytes a sample takes.
    pub fn bytes(self) -> usize {
        match self {
            Self::U8 | Self::I8 => 1,
            Self::U16 | Self::I16 => 2,
            Self::U32 | Self::I32 | Self::F32 => 4,
            Self::U64 | Self::I64 | Self::F64 => 8,
        }
    }

    /// Whether it is no integer.
    pub fn is_float(self) -> bool {
        matches!(self, Self::F32 | Self::F64)
    }

    /// Returns its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::U8 => "u8",
            Self::I8 => "i8",
            Self::U16 => "u16",
            Self::I16 => "i16",
            Self::U32 => "u32",
            Self::I32 => "i32",
            Self::U64 => "u64",
            Self::I64 => "i64",
            Self::F32 => "f32",
            Self::F64 => "f64",
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

/// Wire: kinds of schemas of raw samples and of those that are the gene's.
const RAW: u8 = 2;
const LEARNT_NAMED: u8 = 6;
const LEARNT: u8 = 7;

impl Schema {
    /// Looks at the text of a frame's first segment.
    pub fn detect(first: &[u8], input: Input) -> Self {
        match input {
            Input::Raw(raw) => Self::Raw(raw),
            Input::Text => Layout::detect(&Script::lines_of(first)).map_or(Self::Bytes, Self::Table),
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
                let sample = Sample::ALL.iter().position(|sample| *sample == raw.sample).unwrap_or(0) as u8;
                out.extend([RAW, 2 * sample + u8::from(raw.high_first)]);
                put_varint(out, u64::from(raw.channels));
            }
            Self::Learnt { named: true } => out.push(LEARNT_NAMED),
            Self::Learnt { named: false } => out.push(LEARNT),
        }
    }

    /// Reads a schema whose preamble has at most `preamble` bytes: it is part of a segment's text.
    pub fn read(cursor: &mut Cursor<'_>, preamble: u64) -> Result<Self, Error> {
        let kind = cursor.u8()?;
        match kind {
            0 => Ok(Self::Bytes),
            1 => Ok(Self::Table(Layout::read_within(cursor, preamble)?)),
            LEARNT_NAMED => Ok(Self::Learnt { named: true }),
            LEARNT => Ok(Self::Learnt { named: false }),
            RAW => Self::read_raw(cursor),
            _ => Err(Error::Corrupt("unknown kind of schema")),
        }
    }
}

impl Schema {
    fn read_raw(cursor: &mut Cursor<'_>) -> Result<Self, Error> {
        let kind = cursor.u8()?;
        let high_first = kind & 1 != 0;
        let sample =
            Sample::ALL.get(usize::from(kind / 2)).filter(|sample| !high_first || sample.bytes() > 1);
        let sample = *sample.ok_or(Error::Corrupt("unknown type of samples"))?;
        let channels = u16::try_from(cursor.varint()?).unwrap_or(0);
        if !(1..=MAX_COLUMNS).contains(&usize::from(channels)) {
            return Err(Error::Corrupt("impossible number of channels"));
        }
        Ok(Self::Raw(Raw { sample, high_first, channels }))
    }

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

    /// Reads a shape whose preamble has at most `preamble` bytes.
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

/// Reads a preamble of at most `most` bytes.
pub(super) fn read_preamble(cursor: &mut Cursor<'_>, most: u64) -> Result<Vec<u8>, Error> {
    let bytes = cursor.varint()?;
    if bytes > most {
        return Err(Error::Corrupt("a preamble longer than the text it stands in"));
    }
    let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    Ok(cursor.bytes(bytes)?.to_vec())
}
