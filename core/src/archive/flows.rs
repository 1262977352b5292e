//! Text that is flushed now and then: rows of the table flow, and anything else becomes segments.

use super::{Bound, Encoder, Frames, Options};
use crate::{
    error::Error,
    frame::{Entry, FlowWriter, Header},
    parallel::Parallel,
    table::{Schema, Script},
};
use alloc::vec::Vec;

/// Tuning and limit: rows of a flow at most. Whoever reads some of its rows reads all before them; and models remember.
const MAX_ROWS: u64 = 1 << 16;
/// Tuning: bytes of text that may turn out to be the beginning of a table.
const FEW: usize = 1 << 12;

/// Writes an archive flush by flush.
#[derive(Debug)]
pub struct Flows<'g> {
    options: Options<'g>,
    /// Rows of a flow at most.
    rows: u64,
    /// Once there was a flush.
    begun: Option<(Encoder, Frames)>,
    /// The segment that grows, if one does, and its bytes so far.
    open: Option<(FlowWriter, u64)>,
    /// All text so far, as long as it may be the beginning of a table: names come before rows.
    seen: Option<Vec<u8>>,
    /// Whether what came was not bytes in lines: a few rows do not show it.
    scripted: bool,
}

/// Reports what a flush wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flushed {
    /// Whether a segment began.
    pub began: bool,
    /// Whether its segment continues a gene.
    pub is_warm: bool,
    /// Its lines.
    pub rows: u64,
}

impl<'g> Flows<'g> {
    /// Begins an archive whose readers can start at every `entry_every` rows.
    pub fn new(options: Options<'g>, entry_every: Option<u64>) -> Self {
        let rows = entry_every.map_or(MAX_ROWS, |rows| rows.clamp(1, MAX_ROWS));
        Self {
            options: Options { live: true, ..options },
            rows,
            begun: None,
            open: None,
            seen: None,
            scripted: false,
        }
    }

    /// The header of the frame being written, once there was a flush.
    pub fn header(&self) -> Option<&Header> {
        self.begun.as_ref().map(|(encoder, _)| encoder.header())
    }

    /// Appends `text`, with the help of `parallel`.
    ///
    /// # Errors
    ///
    /// [`Error::Bound`] if a bound names no column of the first text; nothing is written then.
    pub fn flush(
        &mut self,
        parallel: &impl Parallel,
        text: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<Flushed, Error> {
        self.scripted |= Script::detect(text).is_some();
        let first = self.begin(text, out)?;
        let Some((encoder, frames)) = &mut self.begun else { return Err(Error::Corrupt("no frame")) };
        let is_full = |flow: &FlowWriter| {
            let bytes = flow.text_bytes() + text.len() as u64;
            bytes > self.options.segment as u64 || !flow.has_room(text) || flow.lines() >= self.rows
        };
        if self.open.as_ref().is_some_and(|(flow, _)| is_full(flow)) {
            end(&mut self.open, frames, out);
        }
        // A text too long for a flush is a segment: it has enough rows to learn from.
        if !self.scripted
            && let Some(flushed) = grow(&mut self.open, encoder, frames, (text, first), out)
        {
            return Ok(flushed);
        }
        end(&mut self.open, frames, out);
        Bound::check_text(&self.options.bounds, encoder.header(), text).map_err(Error::Bound)?;
        let prior = self.options.gene.map(|gene| gene.prior);
        let segment = encoder.encode(parallel, prior, text, first);
        frames.push(&segment, out);
        Ok(Flushed { began: true, is_warm: segment.is_warm(), rows: segment.rows })
    }

    /// Ends the archive.
    ///
    /// # Errors
    ///
    /// As [`Flows::flush`], if nothing was flushed.
    pub fn finish(mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        self.begin(&[], out)?;
        if let Some((_, frames)) = &mut self.begun {
            end(&mut self.open, frames, out);
            frames.finish(out);
        }
        Ok(())
    }

    /// Begins a frame, if none has been begun or `text` shows that all so far is a table; says whether it is the first.
    fn begin(&mut self, text: &[u8], out: &mut Vec<u8>) -> Result<bool, Error> {
        let first = self.begun.is_none();
        if let Some((encoder, frames)) = &mut self.begun
            && let Some(seen) = &mut self.seen
        {
            let may_turn = encoder.header().schema == Schema::Bytes && seen.len() + text.len() <= FEW;
            seen.extend_from_slice(if may_turn { text } else { &[] });
            let turned = if may_turn && !text.is_empty() {
                Some(Encoder::new(seen, false, &self.options)?)
            } else {
                None
            };
            match turned.filter(|encoder| encoder.header().schema != Schema::Bytes) {
                Some(table) => {
                    frames.finish(out);
                    self.begun = Some((table.clone(), Frames::new(table.header())));
                    self.seen = None;
                }
                None if !may_turn => self.seen = None,
                None => {}
            }
        }
        if first {
            let encoder = Encoder::new(text, false, &self.options)?;
            let frames = Frames::new(encoder.header());
            self.begun = Some((encoder, frames));
            self.seen = Some(text.to_vec()).filter(|text| text.len() <= FEW);
        }
        Ok(first)
    }
}

/// Ends the flow, if there is one.
fn end(open: &mut Option<(FlowWriter, u64)>, frames: &mut Frames, out: &mut Vec<u8>) {
    let Some((flow, bytes)) = open.take() else { return };
    let (start, rows) = (out.len(), flow.lines());
    let digest = flow.finish(out);
    let bytes = bytes + (out.len() - start) as u64;
    frames.add(Entry { bytes, rows }, digest, out);
}

/// Appends a text, which may be the first, to the flow or to a new one; nothing if its rows cannot flow.
fn grow(
    open: &mut Option<(FlowWriter, u64)>,
    encoder: &Encoder,
    frames: &mut Frames,
    (text, first): (&[u8], bool),
    out: &mut Vec<u8>,
) -> Option<Flushed> {
    let flushed = |flow: &FlowWriter, before: u64| {
        let rows = flow.lines() - before;
        Flushed { began: before == 0, is_warm: false, rows }
    };
    if let Some((flow, bytes)) = open {
        let (start, before) = (out.len(), flow.lines());
        let is_written = flow.flush(text, out);
        *bytes += (out.len() - start) as u64;
        return is_written.then(|| flushed(flow, before));
    }
    let preamble = if first { encoder.header().schema.preamble() } else { &[] };
    let rows = text.strip_prefix(preamble).filter(|rows| !rows.is_empty())?;
    let mut begun = Vec::new();
    let mut flow = encoder.flow(!preamble.is_empty(), &mut begun)?;
    if !flow.flush(rows, &mut begun) {
        return None;
    }
    frames.open(out);
    out.extend_from_slice(&begun);
    let flushed = flushed(&flow, 0);
    *open = Some((flow, begun.len() as u64));
    Some(flushed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Reader, parallel::Sequential};

    #[test]
    fn names_tell_more_than_a_few_rows() {
        let texts: [&[u8]; 3] = [
            b"time,latitude,longitude,satellites,dop\n",
            b"1,58.4204165,15.5817941,22|01|24,3.57\n",
            b"2,58.4204218,15.5817908,22|01|24,3.57\n",
        ];
        for first in [1, 2, 3] {
            let mut flows = Flows::new(Options::default(), None);
            let (mut out, mut text) = (Vec::new(), Vec::new());
            flows.flush(&Sequential, &texts[..first].concat(), &mut out).unwrap();
            texts[first..].iter().for_each(|text| {
                flows.flush(&Sequential, text, &mut out).unwrap();
            });
            assert_eq!(flows.header().unwrap().schema.preamble(), texts[0]);
            flows.finish(&mut out).unwrap();
            let mut reader = Reader::new(1 << 30);
            reader.read(&out, &mut text).unwrap();
            assert_eq!(text, texts.concat());
        }
    }
}
