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
    Entry, Header, Index, SEGMENT_TAG, digest,
    prior::Prior,
    written::{CHECK_BYTES, SCRIPTED, WARM, Written},
};
use crate::{
    codec::{Level, bytes},
    entropy::put_varint,
    parallel::{Parallel, Sequential},
    table::{Schema, Script},
    value::Summary,
};
use alloc::vec::Vec;

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
    /// What is known of its fields.
    pub(super) summaries: Option<Vec<Summary>>,
}

impl Index {
    /// Adds the next segment of the frame, which must not be full.
    pub fn push(&mut self, segment: &Segment) {
        let entry = Entry { bytes: segment.bytes.len() as u64, rows: segment.rows };
        self.add_known(entry, segment.digest, segment.summaries.as_deref());
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
        let Written { tag, near, rows, body, summaries } =
            Written::of(parallel, prior, text, header, first, level, limit);
        let sealed = Self::seal(parallel, SEGMENT_TAG | tag, near.as_deref().unwrap_or(text), rows, &body);
        Self { summaries, ..sealed }
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
        let summaries = written.summaries;
        let sealed = || Self { summaries, ..Self::seal(parallel, SCRIPTED, text, written.rows, &body) };
        (body.len() < text.len()).then(sealed)
    }

    /// Whether it goes on from the header's gene.
    pub fn is_warm(&self) -> bool {
        self.bytes.first().is_some_and(|tag| tag & WARM != 0 && *tag != SCRIPTED)
    }

    pub(super) fn seal(parallel: &impl Parallel, tag: u8, text: &[u8], rows: u64, body: &[u8]) -> Self {
        let digest = *digest::of(parallel, text).as_bytes();
        let mut bytes = Vec::with_capacity(body.len() + 24);
        bytes.push(tag);
        put_varint(&mut bytes, text.len() as u64);
        put_varint(&mut bytes, rows);
        put_varint(&mut bytes, body.len() as u64);
        bytes.extend(digest.iter().take(CHECK_BYTES));
        bytes.extend_from_slice(body);
        Self::sealed(bytes, rows, text.len() as u64, digest)
    }

    /// A segment of which nothing more is known.
    pub(super) fn sealed(bytes: Vec<u8>, rows: u64, text_bytes: u64, digest: [u8; 32]) -> Self {
        Self { bytes, rows, text_bytes, digest, summaries: None }
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
