//! Text in, archive out, piece by piece.

use super::{Bound, Cutter, Encoder, Flows, Frames, Options, Unit};
use crate::{
    error::Error,
    parallel::{Parallel, Sequential},
};
use alloc::vec::Vec;

/// Writes an archive of text that comes in pieces. How it is cut into pieces changes no byte; [`Writer::flush`] does.
///
/// ```
/// use qres_core::{decompress, Options, Writer};
///
/// let (mut writer, mut archive) = (Writer::new(Options::default()), Vec::new());
/// for row in 0..1000 {
///     writer.write(format!("{row},{}\n", row * row % 97).as_bytes(), &mut archive)?;
/// }
/// writer.finish(&mut archive)?;
/// assert!(decompress(&archive)?.ends_with(b"999,65\n"));
/// # Ok::<(), qres_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Writer<'g, C = Sequential> {
    options: Options<'g>,
    parallel: C,
    cutter: Cutter,
    /// Instead of segments, with [`Options::live`].
    flows: Option<Flows<'g>>,
    /// Once there was a segment.
    begun: Option<(Encoder, Frames)>,
}

impl<'g> Writer<'g> {
    /// Nothing written yet.
    pub fn new(options: Options<'g>) -> Self {
        Self::with_parallel(options, Sequential)
    }
}

impl<'g, C: Parallel> Writer<'g, C> {
    /// As [`Writer::new`]; the columns of a segment are shared with `parallel`.
    pub fn with_parallel(options: Options<'g>, parallel: C) -> Self {
        let cutter = Cutter::new(options.segment, Unit::from(options.input));
        let flows = options.live.then(|| Flows::new(options.clone(), None));
        Self { options, parallel, cutter, flows, begun: None }
    }

    /// Takes `text` and appends to `out` what is complete: nothing, until a segment is full.
    ///
    /// # Errors
    ///
    /// [`Error::Bound`] if a bound names no column of the first segment, when nothing is written, or a column that a later
    /// line gives another place.
    pub fn write(&mut self, mut text: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        while let Some((part, rest)) = text.split_at_checked(self.cutter.missing()) {
            self.cutter.pending().extend_from_slice(part);
            text = rest;
            if let Some(segment) = self.cutter.cut(Vec::new()) {
                self.segment(&segment, false, out)?;
            }
        }
        self.cutter.pending().extend_from_slice(text);
        Ok(())
    }

    /// Lets a reader get all that was written. With [`Options::live`] that costs some bytes; else it ends a segment, which
    /// costs some dozens of bytes a column.
    ///
    /// # Errors
    ///
    /// As [`Writer::write`].
    pub fn flush(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        let Some(text) = self.cutter.rest() else { return Ok(()) };
        self.segment(&text, false, out)
    }

    /// Ends the archive.
    ///
    /// # Errors
    ///
    /// As [`Writer::write`].
    pub fn finish(mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        let rest = self.cutter.rest().unwrap_or_default();
        self.last(&rest, out)
    }

    /// Writes `text`, where nothing is pending before it, and ends the archive.
    pub(super) fn last(mut self, mut text: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        while let Some(end) = self.cutter.end(text) {
            let (segment, rest) = text.split_at(end);
            self.segment(segment, false, out)?;
            text = rest;
        }
        if !text.is_empty() {
            self.segment(text, self.begun.is_none(), out)?;
        }
        match (self.flows, &mut self.begun) {
            (Some(flows), _) => flows.finish(out)?,
            (None, Some((_, frames))) => frames.finish(out),
            (None, None) => Frames::new(Encoder::new(&[], true, &self.options)?.header()).finish(out),
        }
        Ok(())
    }

    fn segment(&mut self, text: &[u8], is_all: bool, out: &mut Vec<u8>) -> Result<(), Error> {
        if let Some(flows) = &mut self.flows {
            return flows.flush(&self.parallel, text, out).map(|_| ());
        }
        let first = self.begun.is_none();
        let (encoder, frames) = match &mut self.begun {
            Some(begun) => begun,
            none => {
                let encoder = Encoder::new(text, is_all, &self.options)?;
                let frames = Frames::new(encoder.header());
                none.insert((encoder, frames))
            }
        };
        Bound::check_text(&self.options.bounds, encoder.header(), text).map_err(Error::Bound)?;
        let prior = self.options.gene.map(|gene| gene.prior);
        frames.push(&encoder.encode(&self.parallel, prior, text, first), out);
        Ok(())
    }
}
