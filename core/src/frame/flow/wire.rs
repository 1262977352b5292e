//! The bytes of a flow, as far as they tell without decoding: its start, its flushes, its end.

use crate::{
    codec::Level,
    entropy::{Cursor, put_varint},
    error::Error,
    frame::{Header, SEGMENT_TAG, note},
};
use alloc::vec::Vec;

/// The first byte of a flow, and what is added if its text begins with the header's preamble.
pub(super) const FLOW_TAG: u8 = SEGMENT_TAG | 9;
pub(super) const PREAMBLE: u8 = 4;
/// Bytes of a digest that a flush carries, and of the one that ends a flow.
pub(super) const CHECK_BYTES: usize = 2;
pub(super) const END_CHECK_BYTES: usize = 4;
/// What a flow says first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlowStart {
    pub(super) named: bool,
    pub(super) level: Level,
}

/// Some rows of a flow.
#[derive(Debug, Clone, Copy)]
pub struct Flush<'a> {
    pub(super) check: [u8; CHECK_BYTES],
    pub(super) code: &'a [u8],
}

/// What a flow says last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlowEnd {
    /// Bytes of its text.
    pub(crate) text_bytes: u64,
    /// Its lines, behind the preamble.
    pub rows: u64,
    pub(in crate::frame) check: [u8; END_CHECK_BYTES],
}

impl FlowStart {
    /// Whether `bytes` begin with a flow, or with notes before one.
    ///
    /// # Errors
    ///
    /// [`Error::Truncated`] if there are too few of them to tell, [`Error::Corrupt`] if the notes are too long.
    pub fn begins(bytes: &[u8]) -> Result<bool, Error> {
        let mut cursor = Cursor::new(bytes);
        note::skip(&mut cursor)?;
        Ok(cursor.rest().first().is_some_and(|tag| Self::is_tag(*tag)))
    }

    /// Whether this is the first byte of a flow.
    pub(in crate::frame) fn is_tag(tag: u8) -> bool {
        tag & !PREAMBLE == FLOW_TAG
    }

    /// Reads the start at `cursor`, and skips the notes before it.
    pub fn read(cursor: &mut Cursor<'_>) -> Result<Self, Error> {
        note::skip(cursor)?;
        let (tag, level) = (cursor.u8()?, cursor.u8()?);
        let level = Level::new(level).filter(|_| Self::is_tag(tag));
        let level = level.ok_or(Error::Corrupt("no flow where one should be"))?;
        Ok(Self { named: tag & PREAMBLE != 0, level })
    }

    pub(super) fn write(self, out: &mut Vec<u8>) {
        out.extend([FLOW_TAG | if self.named { PREAMBLE } else { 0 }, self.level.get()]);
    }
}

impl<'a> Flush<'a> {
    /// Cuts out the flush at `cursor`, which is at most as long as a segment of that frame; `None` where the end begins.
    pub fn read(cursor: &mut Cursor<'a>, header: &Header) -> Result<Option<Self>, Error> {
        let bytes = cursor.varint()?;
        if bytes > header.segment_limit() {
            return Err(Error::Corrupt("a segment is larger than its header allows"));
        }
        let Some(bytes) = bytes.checked_sub(1) else { return Ok(None) };
        let check = *cursor.bytes(CHECK_BYTES)?.first_chunk().ok_or(Error::Truncated)?;
        Ok(Some(Self { check, code: cursor.bytes(bytes as usize)? }))
    }
}

impl FlowEnd {
    /// Reads the end at `cursor`, behind the 0.
    pub fn read(cursor: &mut Cursor<'_>) -> Result<Self, Error> {
        let (text_bytes, rows) = (cursor.varint()?, cursor.varint()?);
        let check = *cursor.bytes(END_CHECK_BYTES)?.first_chunk().ok_or(Error::Truncated)?;
        Ok(Self { text_bytes, rows, check })
    }

    /// The end of a flow of that text, whose digest is `digest`.
    pub(in crate::frame) fn new(text_bytes: u64, rows: u64, digest: &[u8; 32]) -> Self {
        Self { text_bytes, rows, check: digest.first_chunk().copied().unwrap_or_default() }
    }

    /// Bytes that it takes.
    pub(in crate::frame) fn bytes(&self) -> usize {
        let mut out = Vec::new();
        self.write(&mut out);
        out.len()
    }

    /// Appends the end.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.push(0);
        put_varint(out, self.text_bytes);
        put_varint(out, self.rows);
        out.extend(self.check);
    }
}
