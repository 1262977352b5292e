//! Text that is flushed now and then: rows of the table flow, and anything else becomes segments.

use super::{Encoder, Frames};
use crate::{
    frame::{Entry, FlowWriter, Prior},
    parallel::Parallel,
    table::Script,
};
use alloc::vec::Vec;

/// Tuning and limit: rows of a flow at most. Whoever reads some of its rows reads all before them; and models remember.
const MAX_ROWS: u64 = 1 << 16;

/// Tuning: bytes of text of a flush that is a segment of its own: it has much to learn from itself, and takes a tenth of
/// the time.
const LARGE: usize = 256 << 10;

/// The segment that grows, if one does.
#[derive(Debug)]
pub struct Flows {
    open: Option<(FlowWriter, u64)>,
    /// Bytes of text of a flow at most, and rows.
    text_bytes: u64,
    rows: u64,
    /// Whether nothing has been flushed.
    first: bool,
}

/// What a flush became.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flushed {
    /// Whether a segment began.
    pub began: bool,
    /// Whether it goes on from a gene.
    pub is_warm: bool,
    /// Its lines.
    pub rows: u64,
}

impl Flows {
    /// Flows of at most `segment` bytes of text, and `every` rows if that is said.
    pub fn new(segment: usize, every: Option<u64>) -> Self {
        let rows = every.map_or(MAX_ROWS, |every| every.clamp(1, MAX_ROWS));
        Self { open: None, text_bytes: segment as u64, rows, first: true }
    }

    /// Appends `text`.
    pub fn flush(
        &mut self,
        encoder: &Encoder,
        frames: &mut Frames,
        parallel: &impl Parallel,
        prior: Option<&Prior>,
        text: &[u8],
        out: &mut Vec<u8>,
    ) -> Flushed {
        if let Some((flow, _)) = &self.open
            && (flow.text_bytes() + text.len() as u64 > self.text_bytes || flow.lines() >= self.rows)
        {
            self.end(frames, out);
        }
        if text.len() <= LARGE
            && text.len() as u64 <= self.text_bytes
            && let Some(flushed) = self.grow(encoder, frames, text, out)
        {
            self.first = false;
            return flushed;
        }
        self.end(frames, out);
        let segment = encoder.encode(parallel, prior, text, self.first);
        self.first = false;
        frames.push(&segment, out);
        Flushed { began: true, is_warm: segment.is_warm(), rows: segment.rows }
    }

    /// Ends the flow, if there is one.
    pub fn end(&mut self, frames: &mut Frames, out: &mut Vec<u8>) {
        let Some((flow, bytes)) = self.open.take() else { return };
        let (start, rows) = (out.len(), flow.lines());
        let digest = flow.finish(out);
        let bytes = bytes + (out.len() - start) as u64;
        frames.add(Entry { bytes, rows }, digest, out);
    }

    /// Appends `text` to the flow, or to a new one; nothing if its rows cannot flow.
    fn grow(
        &mut self,
        encoder: &Encoder,
        frames: &mut Frames,
        text: &[u8],
        out: &mut Vec<u8>,
    ) -> Option<Flushed> {
        let flushed = |flow: &FlowWriter, before: u64| {
            let rows = flow.lines() - before;
            Flushed { began: before == 0, is_warm: false, rows }
        };
        if let Some((flow, bytes)) = &mut self.open {
            let (start, before) = (out.len(), flow.lines());
            let is_written = flow.flush(text, out);
            *bytes += (out.len() - start) as u64;
            return is_written.then(|| flushed(flow, before));
        }
        let preamble = if self.first { encoder.header().schema.preamble() } else { &[] };
        let rows =
            text.strip_prefix(preamble).filter(|rows| !rows.is_empty() && Script::detect(text).is_none());
        let mut begun = Vec::new();
        let mut flow = encoder.flow(!preamble.is_empty(), &mut begun)?;
        if !flow.flush(rows?, &mut begun) {
            return None;
        }
        frames.open(out);
        out.extend_from_slice(&begun);
        let flushed = flushed(&flow, 0);
        self.open = Some((flow, begun.len() as u64));
        Some(flushed)
    }
}
