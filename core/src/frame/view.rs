//! A segment found in an archive: cut out, decoded, copied to another.

use super::{
    Entry, FlowEnd, FlowReader, FlowStart, Flush, Header, SEGMENT_TAG, Segment,
    block::Bounds,
    columns::Body,
    digest, note,
    prior::Prior,
    raw,
    written::{BYTES, CHECK_BYTES, FORM, OWN, PREAMBLE, ROWS, SCRIPTED, STORED, WARM},
};
use crate::{
    codec::bytes,
    entropy::Cursor,
    error::Error,
    parallel::{Parallel, Sequential},
    table::{Layout, Schema, Script},
};
use alloc::{borrow::Cow, vec::Vec};

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
    script: Option<Script>,
    /// Bytes of its lines: those of the text, if that is not written otherwise.
    lines_bytes: u64,
}

impl<'a> View<'a> {
    /// Cuts out the segment at `cursor`; decodes nothing.
    pub fn read(cursor: &mut Cursor<'a>, header: &Header) -> Result<Self, Error> {
        let before = cursor.rest().len();
        note::skip(cursor)?;
        if cursor.rest().first().is_some_and(|tag| FlowStart::is_tag(*tag)) {
            let view = Self::read_flow(cursor, header)?;
            return Ok(Self { bytes: (before - cursor.rest().len()) as u64, ..view });
        }
        let tag = cursor.u8()?;
        let warm_rows = tag & WARM == 0 || tag & FORM == ROWS || tag == SCRIPTED;
        if tag & !(FORM | PREAMBLE | WARM) != SEGMENT_TAG || !warm_rows {
            return Err(Error::Corrupt("no segment where one should be"));
        }
        let (text_bytes, rows, body_bytes) = (cursor.varint()?, cursor.varint()?, cursor.varint()?);
        if text_bytes > header.segment_limit() || body_bytes > text_bytes || rows > text_bytes {
            return Err(Error::Corrupt("a segment is larger than its header allows"));
        }
        let check = *cursor.bytes(CHECK_BYTES)?.first_chunk().ok_or(Error::Truncated)?;
        let body = cursor.bytes(body_bytes as usize)?;
        let bytes = (before - cursor.rest().len()) as u64;
        let (script, lines_bytes) = (None, text_bytes);
        let view = Self { tag, text_bytes, rows, bytes, check, body, script, lines_bytes };
        if tag == SCRIPTED { view.with_script(header) } else { Ok(view) }
    }

    /// Cuts out a flow; its body is all of it.
    fn read_flow(cursor: &mut Cursor<'a>, header: &Header) -> Result<Self, Error> {
        let whole = cursor.rest();
        let tag = whole.first().copied().unwrap_or(0);
        FlowStart::read(cursor)?;
        while Flush::read(cursor, header)?.is_some() {}
        let end = FlowEnd::read(cursor)?;
        let bytes = whole.len() - cursor.rest().len();
        let body = whole.get(..bytes).unwrap_or_default();
        if end.text_bytes > header.segment_limit() || end.rows > end.text_bytes {
            return Err(Error::Corrupt("a segment is larger than its header allows"));
        }
        let (text_bytes, script) = (end.text_bytes, None);
        let bytes = bytes as u64;
        Ok(Self {
            tag,
            text_bytes,
            rows: end.rows,
            bytes,
            check: end.check,
            body,
            script,
            lines_bytes: text_bytes,
        })
    }

    /// Whether it was written flush by flush.
    pub fn is_flow(&self) -> bool {
        FlowStart::is_tag(self.tag)
    }

    /// Appends the text of a flow.
    fn decode_flow(&self, header: &Header, out: &mut Vec<u8>) -> Result<(), Error> {
        let mut cursor = Cursor::new(self.body);
        let mut reader = FlowReader::new(FlowStart::read(&mut cursor)?, header)?;
        out.extend_from_slice(reader.preamble());
        while let Some(flush) = Flush::read(&mut cursor, header)? {
            reader.flush(&flush, out)?;
        }
        reader.finish(&FlowEnd::read(&mut cursor)?).map(|_| ())
    }

    /// Reads what stands before the body of lines.
    fn with_script(self, header: &Header) -> Result<Self, Error> {
        let mut cursor = Cursor::new(self.body);
        let mut read = || Ok((Script::read(&mut cursor)?, cursor.u8()?, cursor.varint()?));
        let (script, tag, lines_bytes) = read().map_err(|error| match error {
            Error::Truncated => Error::Corrupt("a part of a segment ends too early"),
            other => other,
        })?;
        let both = self.text_bytes.checked_add(lines_bytes);
        if tag & !(FORM | PREAMBLE) != 0 || both.is_none_or(|both| both > header.segment_limit()) {
            return Err(Error::Corrupt("a segment is larger than its header allows"));
        }
        if self.rows > lines_bytes || matches!(header.schema, Schema::Raw(_)) {
            return Err(Error::Corrupt("lines where there can be none"));
        }
        Ok(Self { tag, body: cursor.rest(), script: Some(script), lines_bytes, ..self })
    }

    /// How its text is written, if it is not bytes in lines.
    pub fn script(&self) -> Option<Script> {
        self.script
    }

    /// Whether it goes on from the header's gene, and so needs it.
    pub fn is_warm(&self) -> bool {
        self.tag & WARM != 0 && !self.is_flow()
    }

    /// What the index says of it.
    pub fn entry(&self) -> Entry {
        Entry { bytes: self.bytes, rows: self.rows }
    }

    /// The segment as it is, which decodes to `text`.
    pub fn copied(&self, text: &[u8]) -> Segment {
        if self.is_flow() {
            return self.flow_of(self.tag, text);
        }
        Segment::seal(&Sequential, self.tag, text, self.rows, self.body)
    }

    /// The segment in a table that goes on, where it does not begin with the preamble; it decodes to `text`. The header is
    /// [`Header::resolved`].
    pub fn going_on(&self, header: &Header, text: &[u8]) -> Segment {
        let preamble = if self.tag & PREAMBLE == 0 { &[] } else { header.schema.preamble() };
        let behind = text.strip_prefix(preamble).unwrap_or(text);
        if self.is_flow() {
            return self.flow_of(self.tag & !PREAMBLE, behind);
        }
        Segment::seal(&Sequential, self.tag & !PREAMBLE, behind, self.rows, self.body)
    }

    /// The flow with that tag, which decodes to `text`.
    fn flow_of(&self, tag: u8, text: &[u8]) -> Segment {
        let digest = *blake3::hash(text).as_bytes();
        let before = FlowEnd { text_bytes: self.text_bytes, rows: self.rows, check: self.check };
        let end = FlowEnd::new(text.len() as u64, self.rows, &digest);
        let mut bytes = self.body.to_vec();
        bytes.truncate(bytes.len() - before.bytes());
        if let Some(first) = bytes.first_mut() {
            *first = tag;
        }
        end.write(&mut bytes);
        Segment::sealed(bytes, self.rows, text.len() as u64, digest)
    }

    /// Appends the text to `out` and gives its digest; on an error `out` is as it was.
    pub fn decode(&self, header: &Header, out: &mut Vec<u8>) -> Result<[u8; 32], Error> {
        self.decode_with(&Sequential, None, header, out)
    }

    /// As [`View::decode`], with the help of `parallel` and of the `prior` of the header's gene.
    pub fn decode_with(
        &self,
        parallel: &impl Parallel,
        prior: Option<&Prior>,
        header: &Header,
        out: &mut Vec<u8>,
    ) -> Result<[u8; 32], Error> {
        self.decode_as(parallel, prior, header, false, out)
    }

    /// Like [`View::decode_with`], but appends the lines of the text, which is checked all the same.
    pub fn decode_lines(
        &self,
        parallel: &impl Parallel,
        prior: Option<&Prior>,
        header: &Header,
        out: &mut Vec<u8>,
    ) -> Result<[u8; 32], Error> {
        self.decode_as(parallel, prior, header, true, out)
    }

    fn decode_as(
        &self,
        parallel: &impl Parallel,
        prior: Option<&Prior>,
        header: &Header,
        lines: bool,
        out: &mut Vec<u8>,
    ) -> Result<[u8; 32], Error> {
        let start = out.len();
        let digest = header
            .resolved(prior)
            .and_then(|header| self.decode_unchecked(parallel, prior, &header, out))
            .and_then(|()| self.digest(parallel, start, lines, out));
        match digest {
            Ok((digest, bytes))
                if digest.as_bytes().starts_with(&self.check) && bytes == self.text_bytes as usize =>
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

    /// The digest of the text and its length; makes the text of the lines that stand in `out` from `start` on, if those
    /// are not what is wanted.
    fn digest(
        &self,
        parallel: &impl Parallel,
        start: usize,
        lines: bool,
        out: &mut Vec<u8>,
    ) -> Result<(blake3::Hash, usize), Error> {
        let decoded = out.get(start..).unwrap_or_default();
        let Some(script) = self.script else { return Ok((digest::of(parallel, decoded), decoded.len())) };
        if decoded.len() as u64 != self.lines_bytes {
            return Err(Error::Corrupt("lines of another length than a segment says"));
        }
        let written = if lines { decoded.to_vec() } else { out.split_off(start) };
        let text = script.text(written)?;
        if !lines {
            out.extend_from_slice(&text);
        }
        Ok((blake3::hash(&text), text.len()))
    }

    fn decode_unchecked(
        &self,
        parallel: &impl Parallel,
        prior: Option<&Prior>,
        header: &Header,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        if self.is_flow() {
            return self.decode_flow(header, out);
        }
        if self.tag & PREAMBLE != 0 {
            out.extend_from_slice(header.schema.preamble());
        }
        let text_bytes = self.behind_preamble(header)?;
        if self.tag & WARM != 0 {
            let gene = header.gene.ok_or(Error::Corrupt("a warm segment without a gene"))?;
            let prior = prior.ok_or(Error::Gene(gene))?;
            let (flags, rest) = self.body.split_first().ok_or(Error::Truncated)?;
            return prior.read_into(*flags, rest, self.bounds(header)?, out);
        }
        match (self.tag & FORM, &header.schema) {
            (STORED, _) => out.extend_from_slice(self.body),
            (BYTES, _) => {
                let mut cursor = Cursor::new(self.body);
                bytes::decode_text(&mut cursor, text_bytes, header.memory(), out)?;
                if !cursor.rest().is_empty() {
                    return Err(Error::Corrupt("a segment is longer than its byte run"));
                }
            }
            (ROWS, Schema::Raw(kind)) => {
                raw::read(self.body, *kind, self.rows as usize, header.memory(), out)?
            }
            _ => {
                let (layout, body) = self.table(header)?.ok_or(Error::Corrupt("rows without a layout"))?;
                layout.join_with(parallel, &body.table(parallel)?, text_bytes, out)?;
            }
        }
        Ok(())
    }

    /// Bytes of text without the preamble.
    fn behind_preamble(&self, header: &Header) -> Result<usize, Error> {
        let preamble = if self.tag & PREAMBLE == 0 { 0 } else { header.schema.preamble().len() };
        let behind = (self.lines_bytes as usize).checked_sub(preamble);
        behind.ok_or(Error::Corrupt("a text shorter than its preamble"))
    }

    /// Whether a text that is not a table goes on after its last line end, where its bytes tell.
    pub(super) fn is_stored_open(&self) -> Option<bool> {
        let stored = self.tag & (FORM | WARM) == STORED;
        stored.then(|| self.body.last().is_some_and(|byte| *byte != b'\n'))
    }

    fn bounds(&self, header: &Header) -> Result<Bounds, Error> {
        let text_bytes = self.behind_preamble(header)?;
        Ok(Bounds { lines: self.rows as usize, text_bytes, memory: header.memory() })
    }

    /// The table inside, if there is one, cut into columns.
    pub(super) fn table<'h>(&self, header: &'h Header) -> Result<Option<(Cow<'h, Layout>, Body<'a>)>, Error> {
        let mut cursor = Cursor::new(self.body);
        let layout = match (self.tag & (FORM | WARM), &header.schema) {
            (ROWS, Schema::Table(layout)) => Cow::Borrowed(layout),
            (OWN, _) => Cow::Owned(Layout::read_within(&mut cursor, 0)?),
            _ => return Ok(None),
        };
        let body = Body::read(cursor.rest(), &layout, self.bounds(header)?)?;
        Ok(Some((layout, body)))
    }
}
