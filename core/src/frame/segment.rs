//! One independently decodable part of a frame.
//!
//! ```text
//! segment := note* | tag u8 | text bytes varint | lines varint | body bytes varint | check [4] | body
//! tag     := A0 + form + 4 if the text starts with the header's preamble
//! form    :  0 stored   the text
//!            1 bytes    byte run of the text
//!            2 rows     table or raw samples, as the header's schema says
//!            3 own      layout, table: the text is a table of another layout
//!            + 8        only with rows: a warm table, which goes on from the gene that the header names
//! tag     := A8: the body is script | form u8, + 4 | bytes of lines varint | body, which make the lines of the text
//! ```
//! `lines` counts line ends behind the preamble (raw samples: rows). `check` is the first four bytes of the BLAKE3 digest
//! of the decoded text.

use super::{
    Entry, FlowEnd, FlowReader, FlowStart, Flush, Header, Index, SEGMENT_TAG, Tolerances,
    block::Bounds,
    bound,
    columns::{self, Body},
    header::MEMORY_A_BYTE,
    note, order,
    prior::Prior,
    raw,
    sense::Sense,
};
use crate::{
    Error,
    codec::{Level, Part, bytes},
    entropy::{Cursor, put_varint},
    parallel::{Parallel, Sequential, Silent},
    table::{Care, Layout, Schema, Script, Table},
};
use alloc::{borrow::Cow, vec::Vec};

pub(super) const STORED: u8 = 0;
pub(super) const BYTES: u8 = 1;
const ROWS: u8 = 2;
pub(super) const OWN: u8 = 3;
const FORM: u8 = 3;
const PREAMBLE: u8 = 4;
const WARM: u8 = 8;
/// The tag of a segment whose text is not bytes in lines.
const SCRIPTED: u8 = SEGMENT_TAG | WARM | STORED;
/// Bytes of the digest that a segment carries.
const CHECK_BYTES: usize = 4;

/// A segment as written.
#[derive(Debug, Clone)]
pub struct Segment {
    /// Its bytes in the archive.
    pub bytes: Vec<u8>,
    /// Lines it holds, or rows of raw samples.
    pub rows: u64,
    /// Length of its text.
    pub text_bytes: u64,
    /// Digest of its text.
    pub(crate) digest: [u8; 32],
}

impl Index {
    /// Adds the next segment of the frame, which must not be full.
    pub fn push(&mut self, segment: &Segment) {
        self.add(Entry { bytes: segment.bytes.len() as u64, rows: segment.rows }, segment.digest);
    }
}

impl Segment {
    /// Makes the segment that holds `text`, or what is near it within the header's bounds; `first` if it is the text that
    /// `header` was detected on.
    pub fn encode(text: &[u8], header: &Header, first: bool, level: Level) -> Self {
        Self::encode_with(&Sequential, None, text, header, first, level)
    }

    /// As [`Segment::encode`], with the help of `parallel`, which makes the same bytes; and going on from `prior`, which must be
    /// that of the header's gene. The header is [`Header::resolved`].
    pub fn encode_with(
        parallel: &impl Parallel,
        prior: Option<&Prior>,
        text: &[u8],
        header: &Header,
        first: bool,
        level: Level,
    ) -> Self {
        let limit = header.segment_limit();
        if let Some(segment) = Self::scripted(parallel, text, header, first, level) {
            return segment;
        }
        let Written { tag, near, rows, body } =
            Written::of(parallel, prior, text, header, first, level, limit);
        Self::seal(SEGMENT_TAG | tag, near.as_deref().unwrap_or(text), rows, &body)
    }

    /// The segment of a text that is not bytes in lines; `None` if it is, or if that makes nothing smaller.
    fn scripted(
        parallel: &impl Parallel,
        text: &[u8],
        header: &Header,
        first: bool,
        level: Level,
    ) -> Option<Self> {
        let is_raw = matches!(header.schema, Schema::Raw(_));
        let (script, lines) = Script::detect(text).filter(|_| !is_raw)?.lines(text);
        let limit = header.segment_limit();
        if (text.len() + lines.len()) as u64 > limit {
            return None;
        }
        // A text is at most twice as long as its lines.
        let written = Written::of(parallel, None, &lines, header, first, level, limit / 3);
        let mut body = Vec::new();
        script.write(&mut body);
        body.push(written.tag);
        put_varint(&mut body, written.near.as_ref().map_or(lines.len(), Vec::len) as u64);
        body.extend(&written.body);
        let near = written.near.map(|near| script.text(near)).transpose().ok()?;
        let text = near.as_deref().unwrap_or(text);
        (body.len() < text.len()).then(|| Self::seal(SCRIPTED, text, written.rows, &body))
    }

    /// Whether it goes on from the header's gene.
    pub fn is_warm(&self) -> bool {
        self.bytes.first().is_some_and(|tag| tag & WARM != 0 && *tag != SCRIPTED)
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
        Self { bytes, rows, text_bytes: text.len() as u64, digest }
    }
}

/// What a segment says of its text or lines.
struct Written {
    tag: u8,
    /// The text that was written, where it is not the one that came.
    near: Option<Vec<u8>>,
    rows: u64,
    body: Vec<u8>,
}

impl Written {
    /// Writes `text`, or one near it of at most `limit` bytes.
    fn of(
        parallel: &impl Parallel,
        prior: Option<&Prior>,
        text: &[u8],
        header: &Header,
        first: bool,
        level: Level,
        limit: u64,
    ) -> Self {
        let preamble = if first { header.schema.preamble() } else { &[] };
        let behind = text.strip_prefix(preamble).unwrap_or(text);
        let preamble = text.get(..text.len() - behind.len()).unwrap_or_default();
        let limit = limit.saturating_sub(preamble.len() as u64);
        let rows = Rows { parallel, header, level, limit: usize::try_from(limit).unwrap_or(usize::MAX) };
        let Cold { mut form, mut near, mut body } = rows.cold(behind);
        let written = near.as_ref().map_or(behind.len(), Vec::len);
        if let Some(prior) = prior.filter(|_| header.gene.is_some() && header.bounds.is_exact())
            && let Some(warm) = prior.write(behind, level)
            && warm.rest.len() + 1 < body.len()
        {
            (form, body) = (ROWS | WARM, [&[warm.flags][..], &warm.rest].concat());
        }
        if body.len() >= behind.len().min(written) {
            (form, near) = (STORED, None);
            body.clear();
            body.extend_from_slice(behind);
        }
        let near = near.map(|near| [preamble, &near].concat());
        let tag = form | if preamble.is_empty() { 0 } else { PREAMBLE };
        Self { tag, near, rows: header.schema.rows_of(behind), body }
    }
}

impl Header {
    /// The header for a frame that holds nothing but `text`: says nothing of skeletons and names that cost more than they
    /// save.
    pub(crate) fn alone(self, text: &[u8], level: Level) -> Self {
        /// Where a skeleton may be a share of the archive that matters.
        const SHORT: usize = 1 << 15;
        let shares = match &self.schema {
            Schema::Table(layout) if layout.is_lines() => !layout.is_json() && text.len() <= SHORT,
            Schema::Table(layout) => layout.preamble().len() * 8 > text.len(),
            _ => false,
        };
        if !shares || self.gene.is_some() || !self.bounds.is_exact() {
            return self;
        }
        let plain = Self { schema: Schema::Bytes, ..self.clone() };
        let size = |header: &Self| {
            let mut out = Vec::new();
            header.write(&mut out);
            out.len() + Segment::encode(text, header, true, level).bytes.len()
        };
        let (with, without) = (size(&self), size(&plain));
        // That a reader finds columns is worth some bytes, unless they are thousands of next to no cells.
        let worth = if bytes::is_wide(text) { 0 } else { without / 4 + 24 };
        if without + worth < with { plain } else { self }
    }
}

/// Text or samples on their way to rows.
pub(super) struct Rows<'a, C> {
    pub(super) parallel: &'a C,
    pub(super) header: &'a Header,
    pub(super) level: Level,
    /// Bytes of text at most.
    pub(super) limit: usize,
}

/// A body that goes on from nothing.
pub(super) struct Cold {
    pub(super) form: u8,
    /// The text that was written, where it is not the one that came.
    near: Option<Vec<u8>>,
    pub(super) body: Vec<u8>,
}

impl<C: Parallel> Rows<'_, C> {
    /// Writes `text` as rows or as a byte run, whichever is shorter.
    pub(super) fn cold(&self, text: &[u8]) -> Cold {
        let mut body = Vec::new();
        let (mut form, near) = self.encode(text, &mut body);
        let written = near.as_deref().unwrap_or(text);
        // Columns that save little may be no columns: short texts, rows of random digits. Why not try always? It takes ten
        // times as long as the columns, and bytes hardly beat rows that shrink to a sixth.
        let quick = bytes::is_quick(written.len(), self.level)
            && self.level.has(Part::Plain)
            && body.len() * 6 > written.len();
        let quick = quick || bytes::is_wide(written);
        if form == BYTES || quick || body.len() * 3 > written.len() * 2 {
            let mut run = Vec::new();
            let left = self.header.memory().saturating_sub(MEMORY_A_BYTE * written.len() as u64);
            bytes::encode_text(written, left, self.level, &mut run);
            if form == BYTES || run.len() < body.len() {
                (form, body) = (BYTES, run);
            }
        }
        Cold { form, near, body }
    }

    /// Writes `text` as rows if it is a table; says in which form ([`BYTES`] if it is none) and, where it is another, the
    /// text that was written.
    fn encode(&self, text: &[u8], body: &mut Vec<u8>) -> (u8, Option<Vec<u8>>) {
        let bounds = &self.header.bounds;
        match &self.header.schema {
            Schema::Bytes | Schema::Learnt { .. } => {}
            Schema::Raw(kind) => {
                let near = if bounds.is_exact() { None } else { bound::near_samples(text, *kind, bounds) };
                raw::write(near.as_deref().unwrap_or(text), *kind, self.level, self.parallel, body);
                return (ROWS, near);
            }
            Schema::Table(layout) => {
                if let Some(near) = self.table(text, layout, bounds, body) {
                    return (ROWS, near);
                }
            }
        }
        body.clear();
        // Another shape may have begun: a concatenation of files, a log that changed its columns.
        let Some(layout) = Layout::detect(text).map(Layout::without_preamble) else { return (BYTES, None) };
        layout.write(body);
        match self.table(text, &layout, &bounds.of_strangers(), body) {
            Some(near) => (OWN, near),
            None => (BYTES, None),
        }
    }

    /// Appends `text` as a table of that layout, and says which text it is now if it is another; `None` if it is not a table.
    fn table(
        &self,
        text: &[u8],
        layout: &Layout,
        bounds: &Tolerances,
        body: &mut Vec<u8>,
    ) -> Option<Option<Vec<u8>>> {
        let quick = self.level == Level::FASTEST || !self.level.has(Part::Care);
        let care = if quick { Care::Quick } else { Care::Full };
        let mut table = layout.split(text, care)?;
        let mut near = None;
        if !bounds.is_exact() {
            let within = |halves| self.near(text, layout, bounds, halves);
            if let Some((moved, text)) = within(true).or_else(|| within(false)) {
                (table, near) = (moved, Some(text));
            }
        }
        let (start, parallel) = (body.len(), &Silent(self.parallel));
        columns::write(&table, layout, Sense::Rightward, self.level, self.parallel, body).ok()?;
        let sense = order::sense_of(near.as_deref().unwrap_or(text), layout, self.level, parallel);
        if sense == Sense::Leftward {
            // A stretch of the rows tells too little to rely on.
            let mut leftward = Vec::new();
            columns::write(&table, layout, sense, self.level, parallel, &mut leftward).ok()?;
            if leftward.len() < body.len() - start {
                body.truncate(start);
                body.append(&mut leftward);
            }
        }
        Some(near)
    }

    /// The table and the text near a text; `None` if the text would be too long.
    fn near(
        &self,
        text: &[u8],
        layout: &Layout,
        bounds: &Tolerances,
        halves: bool,
    ) -> Option<(Table, Vec<u8>)> {
        // A number that is not read as one cannot move: here the care pays at any level.
        let mut table = layout.split(text, Care::Full)?;
        if !bound::near_table(&mut table, layout, bounds, halves) {
            return None;
        }
        let mut near = Vec::with_capacity(text.len());
        layout.join(&table, self.limit, &mut near).ok()?;
        Some((table, near))
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
        Segment::seal(self.tag, text, self.rows, self.body)
    }

    /// The segment in a table that goes on, where it does not begin with the preamble; it decodes to `text`. The header is
    /// [`Header::resolved`].
    pub fn going_on(&self, header: &Header, text: &[u8]) -> Segment {
        let preamble = if self.tag & PREAMBLE == 0 { &[] } else { header.schema.preamble() };
        let behind = text.strip_prefix(preamble).unwrap_or(text);
        if self.is_flow() {
            return self.flow_of(self.tag & !PREAMBLE, behind);
        }
        Segment::seal(self.tag & !PREAMBLE, behind, self.rows, self.body)
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
        Segment { bytes, rows: self.rows, text_bytes: text.len() as u64, digest }
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
            .and_then(|()| self.digest(start, lines, out));
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
    fn digest(&self, start: usize, lines: bool, out: &mut Vec<u8>) -> Result<(blake3::Hash, usize), Error> {
        let decoded = out.get(start..).unwrap_or_default();
        let Some(script) = self.script else { return Ok((blake3::hash(decoded), decoded.len())) };
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
                layout.join(&body.table(parallel)?, text_bytes, out)?;
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
