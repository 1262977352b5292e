//! Reads the flushes of a flow, each when it has come.

use super::{Flow, FlowEnd, FlowStart, Flush, MAX_FLUSH, flows, memory, text_limit};
use crate::{error::Error, frame::Header, table::Schema};
use alloc::vec::Vec;

/// Reads a flow.
#[derive(Debug, Clone)]
pub struct FlowReader {
    flow: Flow,
    preamble: Vec<u8>,
    limit: u64,
}

impl FlowReader {
    /// A flow in a frame of that header, which is [`Header::resolved`].
    pub fn new(start: FlowStart, header: &Header) -> Result<Self, Error> {
        let Schema::Table(layout) = &header.schema else {
            return Err(Error::Corrupt("rows without a layout"));
        };
        if !flows(layout) || memory(layout.columns(), start.level) > header.memory() {
            return Err(Error::Corrupt("a model larger than its header allows"));
        }
        let mut flow = Flow::new(layout, start.level);
        let preamble = if start.named { layout.preamble().to_vec() } else { Vec::new() };
        flow.begin_text(&preamble);
        Ok(Self { flow, preamble, limit: text_limit(header) })
    }

    /// The text before the first flush.
    pub fn preamble(&self) -> &[u8] {
        &self.preamble
    }

    /// Reads a flush and appends its text to `out`; on an error `out` is as it was, and nothing more can be read.
    pub fn flush(&mut self, flush: &Flush<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let start = out.len();
        let read = self.read(flush, out);
        if read.is_err() {
            out.truncate(start);
        }
        read.map_err(|error| match error {
            Error::Truncated => Error::Corrupt("a part of a segment ends too early"),
            other => other,
        })
    }

    fn read(&mut self, flush: &Flush<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let (start, flow) = (out.len(), &mut self.flow);
        let left = self.limit.saturating_sub(flow.text_bytes).min(MAX_FLUSH as u64) as usize;
        let table = flow.decode(flush.code, left, out)?;
        let text = out.get(start..).unwrap_or_default();
        if flow.remember(text, table) != flush.check {
            return Err(Error::Corrupt("the decoded text does not match its checksum"));
        }
        Ok(())
    }

    /// How the flow would have to end here.
    pub fn end(&self) -> FlowEnd {
        self.flow.end()
    }

    /// The digest of all text; refuses an end that says something else.
    pub fn finish(&self, end: &FlowEnd) -> Result<[u8; 32], Error> {
        if *end != self.flow.end() {
            return Err(Error::Corrupt("the decoded text does not match its checksum"));
        }
        Ok(*self.flow.digest.finalize().as_bytes())
    }
}
