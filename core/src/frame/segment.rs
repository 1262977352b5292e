//! One independently decodable part of a frame.
//!
//! ```text
//! segment := tag u8 | text bytes varint | lines varint | body bytes varint | check [4] | body
//! tag     := A0 + form + 4 if the text starts with the header's preamble
//! form    :  0 stored   the text
//!            1 bytes    byte run of the text
//!            2 rows     table or raw samples, as the header's schema says
//!            3 own      layout, table: the text is a table of another layout
//! ```
//! `lines` counts line ends behind the preamble (raw samples: rows). `check` is the first four bytes of the BLAKE3 digest
//! of the decoded text.

use super::{
    Entry, Header, SEGMENT_TAG,
    columns::{self, Body, Bounds},
    raw,
};
use crate::{
    Error,
    codec::{Level, bytes},
    entropy::{Cursor, put_varint},
    table::{Care, Layout, Schema},
};
use alloc::{borrow::Cow, vec::Vec};

const STORED: u8 = 0;
const BYTES: u8 = 1;
const ROWS: u8 = 2;
const OWN: u8 = 3;
const FORM: u8 = 3;
const PREAMBLE: u8 = 4;
/// Bytes of the digest that a segment carries.
const CHECK_BYTES: usize = 4;

/// A segment as written.
#[derive(Debug, Clone)]
pub struct Segment {
    /// Its bytes in the archive.
    pub bytes: Vec<u8>,
    /// Lines it holds, or rows of raw samples.
    pub rows: u64,
    /// Digest of its text.
    pub digest: [u8; 32],
}

impl Segment {
    /// Makes the segment that holds `text`; `first` if it is the text that `header` was detected on.
    pub fn encode(text: &[u8], header: &Header, first: bool, level: Level) -> Self {
        let preamble = if first { header.schema.preamble() } else { &[] };
        let behind = text.strip_prefix(preamble).unwrap_or(text);
        let mut body = Vec::new();
        let mut form = encode_rows(behind, &header.schema, level, &mut body);
        // Columns that save little may be no columns: short texts, rows of random digits.
        if form == BYTES || body.len() * 3 > behind.len() * 2 {
            let mut run = Vec::new();
            bytes::encode(behind, level, &mut run);
            if form == BYTES || run.len() < body.len() {
                (form, body) = (BYTES, run);
            }
        }
        if body.len() >= behind.len() {
            form = STORED;
            body.clear();
            body.extend_from_slice(behind);
        }
        let tag = SEGMENT_TAG | form | if behind.len() < text.len() { PREAMBLE } else { 0 };
        Self::seal(tag, text, header.schema.rows_of(behind), &body)
    }

    fn seal(tag: u8, text: &[u8], rows: u64, body: &[u8]) -> Self {
        let digest = *blake3::hash(text).as_bytes();
        let mut bytes = Vec::with_capacity(body.len() + 24);
        bytes.push(tag);
        put_varint(&mut bytes, text.len() as u64);
        put_varint(&mut bytes, rows);
        put_varint(&mut bytes, body.len() as u64);
        bytes.extend(digest.iter().take(CHECK_BYTES));
        bytes.extend_from_slice(body);
        Self { bytes, rows, digest }
    }
}

/// Writes `text` as rows if it is a table, and says in which form; [`BYTES`] if nothing was written.
fn encode_rows(text: &[u8], schema: &Schema, level: Level, body: &mut Vec<u8>) -> u8 {
    let care = if level == Level::FASTEST { Care::Quick } else { Care::Full };
    let table = match schema {
        Schema::Bytes => None,
        Schema::Raw(kind) => {
            raw::write(text, *kind, level, body);
            return ROWS;
        }
        Schema::Table(layout) => layout.split(text, care).map(|table| (layout, table)),
    };
    if let Some((layout, table)) = table
        && columns::write(&table, layout, level, body).is_ok()
    {
        return ROWS;
    }
    body.clear();
    // Another shape may have begun: a concatenation of files, a log that changed its columns.
    let Some(layout) = Layout::detect(text).map(Layout::without_preamble) else { return BYTES };
    let Some(table) = layout.split(text, care) else { return BYTES };
    layout.write(body);
    match columns::write(&table, &layout, level, body) {
        Ok(()) => OWN,
        Err(_) => BYTES,
    }
}

/// A segment found in an archive, not decoded yet.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    tag: u8,
    /// Bytes of text it decodes to.
    pub text_bytes: u64,
    /// Lines it holds, or rows of raw samples.
    pub rows: u64,
    /// Bytes it takes in the archive.
    pub bytes: u64,
    check: [u8; CHECK_BYTES],
    body: &'a [u8],
}

impl<'a> View<'a> {
    /// Cuts out the segment at `cursor`; decodes nothing.
    pub fn read(cursor: &mut Cursor<'a>, header: &Header) -> Result<Self, Error> {
        let before = cursor.rest().len();
        let tag = cursor.u8()?;
        if tag & !(FORM | PREAMBLE) != SEGMENT_TAG {
            return Err(Error::Corrupt("no segment where one should be"));
        }
        let (text_bytes, rows, body_bytes) = (cursor.varint()?, cursor.varint()?, cursor.varint()?);
        if text_bytes > header.segment_limit() || body_bytes > text_bytes || rows > text_bytes {
            return Err(Error::Corrupt("a segment is larger than its header allows"));
        }
        let check = *cursor.bytes(CHECK_BYTES)?.first_chunk().ok_or(Error::Truncated)?;
        let body = cursor.bytes(body_bytes as usize)?;
        Ok(Self { tag, text_bytes, rows, bytes: (before - cursor.rest().len()) as u64, check, body })
    }

    /// What the index says of it.
    pub fn entry(&self) -> Entry {
        Entry { bytes: self.bytes, rows: self.rows }
    }

    /// Appends the text to `out` and gives its digest; on an error `out` is as it was.
    pub fn decode(&self, header: &Header, out: &mut Vec<u8>) -> Result<[u8; 32], Error> {
        let start = out.len();
        let digest =
            self.decode_unchecked(header, out).map(|()| blake3::hash(out.get(start..).unwrap_or_default()));
        match digest {
            Ok(digest)
                if digest.as_bytes().starts_with(&self.check)
                    && out.len() - start == self.text_bytes as usize =>
            {
                Ok(*digest.as_bytes())
            }
            other => {
                out.truncate(start);
                // All of the segment is there, so what ends too early inside it is damage.
                Err(match other {
                    Err(Error::Truncated) => Error::Corrupt("a part of a segment ends too early"),
                    Err(error) => error,
                    Ok(_) => Error::Corrupt("the decoded text does not match its checksum"),
                })
            }
        }
    }

    fn decode_unchecked(&self, header: &Header, out: &mut Vec<u8>) -> Result<(), Error> {
        if self.tag & PREAMBLE != 0 {
            out.extend_from_slice(header.schema.preamble());
        }
        let text_bytes = self.behind_preamble(header)?;
        match (self.tag & FORM, &header.schema) {
            (STORED, _) => out.extend_from_slice(self.body),
            (BYTES, _) => {
                let mut cursor = Cursor::new(self.body);
                bytes::decode(&mut cursor, text_bytes, out)?;
                if !cursor.rest().is_empty() {
                    return Err(Error::Corrupt("a segment is longer than its byte run"));
                }
            }
            (ROWS, Schema::Raw(kind)) => {
                raw::read(self.body, *kind, self.rows as usize, header.memory(), out)?
            }
            _ => {
                let (layout, body) = self.table(header)?.ok_or(Error::Corrupt("rows without a layout"))?;
                layout.join(&body.table()?, text_bytes, out)?;
            }
        }
        Ok(())
    }

    /// Bytes of text without the preamble.
    fn behind_preamble(&self, header: &Header) -> Result<usize, Error> {
        let preamble = if self.tag & PREAMBLE == 0 { 0 } else { header.schema.preamble().len() };
        let behind = (self.text_bytes as usize).checked_sub(preamble);
        behind.ok_or(Error::Corrupt("a text shorter than its preamble"))
    }

    /// The table inside, if there is one, cut into columns.
    pub(super) fn table<'h>(&self, header: &'h Header) -> Result<Option<(Cow<'h, Layout>, Body<'a>)>, Error> {
        let mut cursor = Cursor::new(self.body);
        let layout = match (self.tag & FORM, &header.schema) {
            (ROWS, Schema::Table(layout)) => Cow::Borrowed(layout),
            (OWN, _) => Cow::Owned(Layout::read(&mut cursor)?),
            _ => return Ok(None),
        };
        if self.tag & FORM == OWN && !layout.preamble().is_empty() {
            return Err(Error::Corrupt("a preamble inside a segment"));
        }
        let text_bytes = self.behind_preamble(header)?;
        let bounds = Bounds { lines: self.rows as usize, text_bytes, memory: header.memory() };
        let body = Body::read(cursor.rest(), &layout, bounds)?;
        Ok(Some((layout, body)))
    }
}
