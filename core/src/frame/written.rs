//! What a segment says of its text: rows, bytes or the text itself, whichever is shortest.

use super::{
    Header, SEGMENT_TAG, Tolerances, bound, columns, header::MEMORY_A_BYTE, order, prior::Prior, raw,
    sense::Sense, summaries,
};
use crate::{
    codec::{Level, Part, bytes},
    parallel::{Parallel, Silent},
    table::{Care, Layout, Schema, Table},
    value::Summary,
};
use alloc::vec::Vec;

pub(super) const STORED: u8 = 0;
pub(super) const BYTES: u8 = 1;
pub(super) const ROWS: u8 = 2;
pub(super) const OWN: u8 = 3;
pub(super) const FORM: u8 = 3;
pub(super) const PREAMBLE: u8 = 4;
pub(super) const WARM: u8 = 8;
/// The tag of a segment whose text is not bytes in lines.
pub(super) const SCRIPTED: u8 = SEGMENT_TAG | WARM | STORED;
/// Bytes of the digest that a segment carries.
pub(super) const CHECK_BYTES: usize = 4;

/// What a segment says of its text or lines.
pub(super) struct Written {
    pub(super) tag: u8,
    /// The text that was written, where it is not the one that came.
    pub(super) near: Option<Vec<u8>>,
    pub(super) rows: u64,
    pub(super) body: Vec<u8>,
    /// What is known of the fields of a table of the header's layout.
    pub(super) summaries: Option<Vec<Summary>>,
}

impl Written {
    /// Writes `text`, or one near it of at most `limit` bytes.
    pub(super) fn of(
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
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let rows = Rows { parallel, header, level, limit, summarizes: true };
        let Cold { mut form, mut near, mut body, mut summaries } = rows.cold(behind);
        let written = near.as_ref().map_or(behind.len(), Vec::len);
        if let Some(prior) = prior.filter(|_| header.gene.is_some() && header.bounds.is_exact())
            && let Some(warm) = prior.write(behind, level)
            && warm.rest.len() + 1 < body.len()
        {
            (form, body) = (ROWS | WARM, [&[warm.flags][..], &warm.rest].concat());
        }
        if body.len() >= behind.len().min(written) {
            // Of numbers that have moved nothing holds for the text as it came.
            summaries = summaries.filter(|_| near.is_none());
            (form, near) = (STORED, None);
            body.clear();
            body.extend_from_slice(behind);
        }
        let near = near.map(|near| [preamble, &near].concat());
        let tag = form | if preamble.is_empty() { 0 } else { PREAMBLE };
        Self { tag, near, rows: header.schema.rows_of(behind), body, summaries }
    }
}

/// Text or samples on their way to rows.
pub(super) struct Rows<'a, C> {
    pub(super) parallel: &'a C,
    pub(super) header: &'a Header,
    pub(super) level: Level,
    /// Bytes of text at most.
    pub(super) limit: usize,
    /// Whether anybody asks what is known of the fields.
    pub(super) summarizes: bool,
}

/// A body that goes on from nothing.
pub(super) struct Cold {
    pub(super) form: u8,
    /// The text that was written, where it is not the one that came.
    near: Option<Vec<u8>>,
    pub(super) body: Vec<u8>,
    summaries: Option<Vec<Summary>>,
}

/// A table as it was written.
#[derive(Default)]
struct Tabled {
    /// The text that was written, where it is not the one that came.
    near: Option<Vec<u8>>,
    summaries: Option<Vec<Summary>>,
}

impl<C: Parallel> Rows<'_, C> {
    /// Writes `text` as rows or as a byte run, whichever is shorter.
    pub(super) fn cold(&self, text: &[u8]) -> Cold {
        let mut body = Vec::new();
        let (mut form, Tabled { near, summaries }) = self.encode(text, &mut body);
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
            let most = if form == BYTES { usize::MAX } else { body.len() };
            bytes::encode_text(written, left, self.level, most, &mut run);
            if form == BYTES || run.len() < body.len() {
                (form, body) = (BYTES, run);
            }
        }
        Cold { form, near, body, summaries }
    }

    /// Writes `text` as rows if it is a table; says in which form ([`BYTES`] if it is none).
    fn encode(&self, text: &[u8], body: &mut Vec<u8>) -> (u8, Tabled) {
        let bounds = &self.header.bounds;
        match &self.header.schema {
            Schema::Bytes | Schema::Learnt { .. } => {}
            Schema::Raw(kind) => {
                let near = if bounds.is_exact() { None } else { bound::near_samples(text, *kind, bounds) };
                raw::write(near.as_deref().unwrap_or(text), *kind, self.level, self.parallel, body);
                return (ROWS, Tabled { near, summaries: None });
            }
            Schema::Table(layout) => {
                if let Some(tabled) = self.table(text, layout, bounds, body) {
                    return (ROWS, tabled);
                }
            }
        }
        body.clear();
        // Another shape may have begun: a concatenation of files, a log that changed its columns.
        let Some(layout) = Layout::detect(text).map(Layout::without_preamble) else {
            return (BYTES, Tabled::default());
        };
        layout.write(body);
        match self.table(text, &layout, &bounds.of_strangers(), body) {
            Some(tabled) => (OWN, Tabled { summaries: None, ..tabled }),
            None => (BYTES, Tabled::default()),
        }
    }

    /// Appends `text` as a table of that layout; `None` if it is not one.
    fn table(&self, text: &[u8], layout: &Layout, bounds: &Tolerances, body: &mut Vec<u8>) -> Option<Tabled> {
        let quick = self.level == Level::FASTEST || !self.level.has(Part::Care);
        let care = if quick { Care::Quick } else { Care::Full };
        let mut table = layout.split_with(self.parallel, text, care)?;
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
        let summaries = if self.summarizes { summaries::of(self.parallel, &table, layout) } else { None };
        Some(Tabled { near, summaries })
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
