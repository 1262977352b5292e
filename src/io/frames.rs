//! Segments written as frames: a header before them, a footer behind them.
//!
//! An archive is one frame, or several if there are more segments than one may have: the index stays short, and so does what
//! has to be decoded to end a frame whose writer died.

use super::output::Output;
use crate::error::Outcome;
use qres_core::frame::{Header, Index, Segment};

/// The frame being written.
#[derive(Debug)]
pub(crate) struct Frames {
    header: Vec<u8>,
    index: Option<Index>,
    /// The bytes written so far.
    pub(crate) bytes: u64,
}

impl Frames {
    /// Frames with this header.
    pub(crate) fn new(header: &Header) -> Self {
        let mut bytes = Vec::new();
        header.write(&mut bytes);
        Self { header: bytes, index: None, bytes: 0 }
    }

    /// Writes a segment, and what belongs before and behind it.
    pub(crate) fn push(&mut self, segment: &Segment, output: &mut Output) -> Outcome {
        self.begin(output)?;
        let is_full = self.index.as_mut().is_some_and(|index| {
            index.push(segment);
            index.is_full()
        });
        self.write(&segment.bytes, output)?;
        if is_full { self.end(output) } else { Ok(()) }
    }

    /// Writes what is missing: an archive without segments is a frame, too.
    pub(crate) fn finish(&mut self, output: &mut Output) -> Outcome {
        if self.bytes == 0 {
            self.begin(output)?;
        }
        self.end(output)
    }

    fn begin(&mut self, output: &mut Output) -> Outcome {
        if self.index.is_some() {
            return Ok(());
        }
        self.index = Some(Index::new(self.header.len()));
        let header = std::mem::take(&mut self.header);
        self.write(&header, output)?;
        self.header = header;
        Ok(())
    }

    fn end(&mut self, output: &mut Output) -> Outcome {
        let Some(index) = self.index.take() else { return Ok(()) };
        let mut footer = Vec::new();
        index.footer().write(&mut footer);
        self.write(&footer, output)
    }

    fn write(&mut self, bytes: &[u8], output: &mut Output) -> Outcome {
        self.bytes += bytes.len() as u64;
        output.write(bytes)
    }
}
