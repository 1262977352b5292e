//! One independently decodable part of a frame.
//!
//! ```text
//! segment := tag u8 | text bytes varint | rows varint | body bytes varint | check u32 | body
//! tag     := A0 + form (0 stored, 1 bytes, 2 table as in the header, 3 table with its own schema) + 4 if the header's preamble comes first
//! ```
//! `check` is the first four bytes of the BLAKE3 digest of the decoded text.

use super::{Entry, Header, SEGMENT_TAG};
use crate::{
    Error,
    codec::Level,
    entropy::{Cursor, put_varint},
};
use alloc::vec::Vec;

/// A segment as written.
#[derive(Debug, Clone)]
pub struct Segment {
    /// Its bytes in the archive.
    pub bytes: Vec<u8>,
    /// Rows it holds.
    pub rows: u64,
    /// Digest of its text.
    pub digest: [u8; 32],
}

impl Segment {
    /// Makes the segment that holds `text`; `first` if it is the text that `header` was detected on.
    pub fn encode(text: &[u8], header: &Header, first: bool, level: Level) -> Self {
        let _ = (header, first, level);
        let digest = *blake3::hash(text).as_bytes();
        let rows = memchr::memchr_iter(b'\n', text).count() as u64;
        let mut bytes = Vec::with_capacity(text.len() + 24);
        bytes.push(SEGMENT_TAG);
        put_varint(&mut bytes, text.len() as u64);
        put_varint(&mut bytes, rows);
        put_varint(&mut bytes, text.len() as u64);
        bytes.extend_from_slice(&digest[..4]);
        bytes.extend_from_slice(text);
        Self { bytes, rows, digest }
    }
}

/// A segment found in an archive, not decoded yet.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    tag: u8,
    /// Bytes of text it decodes to.
    pub text_bytes: u64,
    /// Rows it holds.
    pub rows: u64,
    /// Bytes it takes in the archive.
    pub bytes: u64,
    check: [u8; 4],
    body: &'a [u8],
}

impl<'a> View<'a> {
    /// Reads the frame of the segment at `cursor`; decodes nothing.
    pub fn read(cursor: &mut Cursor<'a>, header: &Header) -> Result<Self, Error> {
        let before = cursor.rest().len();
        let tag = cursor.u8()?;
        if tag & 0xF8 != SEGMENT_TAG {
            return Err(Error::Corrupt("no segment where one should be"));
        }
        let (text_bytes, rows, body_bytes) = (cursor.varint()?, cursor.varint()?, cursor.varint()?);
        if text_bytes > header.memory() || body_bytes > header.memory() || rows > text_bytes {
            return Err(Error::Corrupt("a segment is larger than the header allows"));
        }
        let check = *cursor.bytes(4)?.first_chunk().ok_or(Error::Truncated)?;
        let body = cursor.bytes(body_bytes as usize)?;
        Ok(Self { tag, text_bytes, rows, bytes: (before - cursor.rest().len()) as u64, check, body })
    }

    /// Appends the text to `out` and gives its digest, or an error and `out` as it was.
    pub fn decode(&self, _header: &Header, out: &mut Vec<u8>) -> Result<[u8; 32], Error> {
        let start = out.len();
        out.extend_from_slice(self.body);
        let text = out.get(start..).unwrap_or_default();
        let digest = *blake3::hash(text).as_bytes();
        if text.len() as u64 != self.text_bytes || digest[..4] != self.check || self.tag & 7 != 0 {
            out.truncate(start);
            return Err(Error::Corrupt("a segment's text does not match its checksum"));
        }
        Ok(digest)
    }

    /// What the index says of it.
    pub fn entry(&self) -> Entry {
        Entry { bytes: self.bytes, rows: self.rows }
    }
}
