//! Parts that readers may skip: signatures, statistics, and what other tools and later versions add.
//!
//! ```text
//! note := E0 | kind u8 | bytes varint | body
//! ```
//! Notes stand before a segment, whose bytes they are in the index, or in a footer behind its root.

use crate::{
    entropy::{Cursor, put_varint},
    error::Error,
};
use alloc::vec::Vec;

/// The first byte of a note: no other part begins with it, nor the length of a footer.
pub const NOTE_TAG: u8 = 0xE0;
/// Wire: the kind of a note that says which types the values of the columns had before they were written as text: a schema
/// as Arrow streams begin with it.
pub const TYPES_NOTE: u8 = 3;
/// Limit: bytes of all notes of a footer, and of those before a segment, which a reader has in memory at once.
pub(crate) const MAX_FOOTER_NOTES: u64 = 1 << 20;
const MAX_SEGMENT_NOTES: u64 = 1 << 16;

/// A part that readers who do not know its kind skip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Note {
    /// What it is.
    pub(crate) kind: u8,
    /// What it says.
    pub(crate) body: Vec<u8>,
}

impl Note {
    /// Whether a note begins with this byte.
    pub(super) fn begins_with(byte: u8) -> bool {
        byte == NOTE_TAG
    }

    /// Appends the note.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend([NOTE_TAG, self.kind]);
        put_varint(out, self.body.len() as u64);
        out.extend_from_slice(&self.body);
    }

    /// Reads the note at `cursor`, which takes at most `left` bytes.
    pub(super) fn read(cursor: &mut Cursor<'_>, left: u64) -> Result<Self, Error> {
        let (kind, bytes) = read_head(cursor, left)?;
        Ok(Self { kind, body: cursor.bytes(bytes as usize)?.to_vec() })
    }
}

/// Reads the head of the note at `cursor`, which takes at most `left` bytes: its kind, and the length of its body.
pub(super) fn read_head(cursor: &mut Cursor<'_>, left: u64) -> Result<(u8, u64), Error> {
    let before = cursor.rest().len();
    let (tag, kind, bytes) = (cursor.u8()?, cursor.u8()?, cursor.varint()?);
    if !Note::begins_with(tag) {
        return Err(Error::Corrupt("no note where one should be"));
    }
    let head = (before - cursor.rest().len()) as u64;
    if head.saturating_add(bytes) > left {
        return Err(Error::Corrupt("notes are longer than a reader has to skip"));
    }
    Ok((kind, bytes))
}

/// Skips the notes before a segment.
pub(super) fn skip(cursor: &mut Cursor<'_>) -> Result<(), Error> {
    let before = cursor.rest().len() as u64;
    while cursor.rest().first().is_some_and(|byte| Note::begins_with(*byte)) {
        let taken = before - cursor.rest().len() as u64;
        let (_, bytes) = read_head(cursor, MAX_SEGMENT_NOTES - taken)?;
        cursor.bytes(bytes as usize)?;
    }
    Ok(())
}
