//! The shape of a table whose rows are fields between delimiters.
//!
//! ```text
//! shape := delimiter u8 | flags u8 | columns varint | preamble bytes varint | preamble
//! flags := bit 0: quotes protect delimiters; bit 1: runs of blanks are one delimiter; bit 2: names begin at the second
//!          column
//! ```

use crate::{
    entropy::{Cursor, put_varint},
    error::Error,
};
use alloc::vec::Vec;

/// Most columns a table may have; wider text is bytes.
pub const MAX_COLUMNS: usize = u16::MAX as usize;

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

impl Shape {
    /// The fields of one line without its end.
    pub fn fields<'l>(&self, line: &'l [u8]) -> impl Iterator<Item = &'l [u8]> {
        let (delimiter, quoted, blanks) = (self.delimiter, self.quoted, self.blanks);
        let mut rest = Some(line);
        core::iter::from_fn(move || {
            let line = rest?;
            let (mut in_quotes, mut in_pad) = (false, true);
            let ends = |&byte: &u8| {
                in_quotes ^= quoted && byte == b'"';
                in_pad &= byte == delimiter;
                byte == delimiter && !in_quotes && !(blanks && in_pad)
            };
            let plain = !(quoted || blanks);
            let end = if plain { memchr::memchr(delimiter, line) } else { line.iter().position(ends) };
            let field = end.map_or(line, |end| line.get(..end).unwrap_or_default());
            rest = end.and_then(|end| line.get(end + 1..));
            Some(field)
        })
    }

    /// How many fields a line has; one more than [`MAX_COLUMNS`] if there are too many.
    pub(super) fn count_fields(&self, line: &[u8]) -> usize {
        let most = MAX_COLUMNS + 1;
        if self.quoted || self.blanks {
            return self.fields(line).take(most).count();
        }
        most.min(memchr::memchr_iter(self.delimiter, line).count() + 1)
    }

    /// The same shape for text that starts with a row.
    pub(crate) fn without_preamble(self) -> Self {
        Self { preamble: Vec::new(), unnamed: false, ..self }
    }

    /// Appends the shape.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
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
