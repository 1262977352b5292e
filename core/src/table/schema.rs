//! The shape of a text: what the frame's header says of it, and how it is found.
//!
//! ```text
//! schema := 0                                                       bytes, no table
//!         | 1 | layout                                              a table
//!         | 2 | sample u8 | channels varint                         raw samples
//!         | 6 or 7                                                  the gene's, with its preamble or without
//! sample := 2 * (0 u8, 1 i8, 2 u16, 3 i16, 4 u32, 5 i32, 6 u64, 7 i64, 8 f32, 9 f64) + 1 if the high byte comes first
//! ```

use super::{Layout, MAX_COLUMNS, Raw, Sample, Script};
use crate::{
    entropy::{Cursor, put_varint},
    error::Error,
};
use alloc::vec::Vec;

/// The kind of bytes that come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Input {
    /// Text: a table if it looks like one.
    #[default]
    Text,
    /// Binary samples, channels interleaved.
    Raw(Raw),
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

/// Wire: kinds of schemas of raw samples and of those that are the gene's.
const RAW: u8 = 2;
const LEARNT_NAMED: u8 = 6;
const LEARNT: u8 = 7;

impl Schema {
    /// Looks at the text of a frame's first segment.
    pub(crate) fn detect(first: &[u8], input: Input) -> Self {
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
