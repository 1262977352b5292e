//! Records of a growing file: one for each line.
//!
//! ```text
//! 0        4        12      16     17
//! | length | number | check | kind | ... |
//! ```
//! `length` counts what follows the check, `check` is the CRC-32C of all other bytes, numbers are little-endian.

use super::{
    fields::{Fields, check},
    line::{Entry, Why},
};

/// Limit: bytes of a line, with its line end.
pub(crate) const MAX_LINE: usize = 1 << 20;
/// Limit: numbers of lines.
pub(crate) const MAX_NUMBER: u64 = 1 << 62;
/// Bytes of a record before its kind.
const HEAD: usize = 16;

const ROW: u8 = 0;
const NAMES: u8 = 1;
const GAP: u8 = 2;
const BEFORE: u8 = 3;

/// What a record says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Record<'a> {
    Row(&'a [u8]),
    Names(&'a [u8]),
    Gap {
        rows: u64,
        why: Why,
    },
    /// The names that hold at the beginning of the file. They have the number of the line after them.
    Before(&'a [u8]),
}

impl<'a> Record<'a> {
    /// Appends it, with `number`, to `out`.
    pub(super) fn write(&self, number: u64, out: &mut Vec<u8>) {
        let mut gap = [0; 9];
        let (kind, bytes) = match self {
            Self::Row(bytes) => (ROW, *bytes),
            Self::Names(bytes) => (NAMES, *bytes),
            Self::Before(bytes) => (BEFORE, *bytes),
            Self::Gap { rows, why } => {
                gap[..8].copy_from_slice(&rows.to_le_bytes());
                gap[8] = *why as u8;
                (GAP, &gap[..])
            }
        };
        let (length, number) = ((bytes.len() as u32 + 1).to_le_bytes(), number.to_le_bytes());
        let check = check(&[&length, &number, &[kind], bytes]).to_le_bytes();
        for part in [&length[..], &number, &check, &[kind], bytes] {
            out.extend_from_slice(part);
        }
    }

    /// Parses the record at the front of `bytes`, which must have this number; returns it and its length.
    pub(super) fn read(bytes: &'a [u8], number: u64) -> Option<(Self, usize)> {
        let mut fields = Fields(bytes);
        let (length, own, told) = (fields.short()?, fields.long()?, fields.short()?);
        if own != number || length as usize > MAX_LINE + 1 {
            return None;
        }
        let payload = fields.bytes(length.into())?;
        if check(&[bytes.get(..12)?, payload]) != told {
            return None;
        }
        let (kind, rest) = payload.split_first()?;
        let record = match *kind {
            ROW => Self::Row(rest),
            NAMES => Self::Names(rest),
            BEFORE => Self::Before(rest),
            GAP => Self::gap(Fields(rest), number)?,
            _ => return None,
        };
        Some((record, HEAD + payload.len()))
    }

    fn gap(mut fields: Fields<'_>, number: u64) -> Option<Self> {
        let (rows, why) = (fields.long()?, Why::new(fields.byte()?)?);
        let is_small = number.checked_add(rows)? <= MAX_NUMBER;
        (rows > 0 && is_small && fields.0.is_empty()).then_some(Self::Gap { rows, why })
    }

    /// Returns it as others see it.
    pub(super) fn entry(&self, number: u64) -> Option<Entry<'a>> {
        match *self {
            Self::Row(bytes) => Some(Entry::Row { number, bytes, exact: true }),
            Self::Names(bytes) => Some(Entry::Names { number, bytes }),
            Self::Gap { rows, why } => Some(Entry::Gap { first: number, rows, why }),
            Self::Before(_) => None,
        }
    }

    /// Returns the numbers that it takes.
    pub(super) fn rows(&self) -> u64 {
        match self {
            Self::Row(_) | Self::Names(_) => 1,
            Self::Gap { rows, .. } => *rows,
            Self::Before(_) => 0,
        }
    }
}

/// The records at the front of some bytes, up to the first that is wrong: their numbers, places and contents.
#[derive(Debug)]
pub(super) struct Records<'a> {
    bytes: &'a [u8],
    at: usize,
    number: u64,
}

impl<'a> Records<'a> {
    pub(super) fn new(bytes: &'a [u8], number: u64) -> Self {
        Self { bytes, at: 0, number }
    }

    /// Returns the bytes of the records that were given.
    pub(super) fn taken(&self) -> usize {
        self.at
    }

    /// Returns the number after those of the records that were given.
    pub(super) fn number(&self) -> u64 {
        self.number
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = (u64, Record<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let number = self.number;
        let (record, length) = Record::read(self.bytes.get(self.at..)?, number)?;
        self.at += length;
        self.number += record.rows();
        Some((number, record))
    }
}
