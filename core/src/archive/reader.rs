//! Archives in, text out, piece by piece.

use crate::{
    error::Error,
    frame::{FlowReader, FlowStart, Header, Message, Parser, Part, Past, UNFINISHED, View},
    parallel::{Parallel, Sequential},
};
use alloc::{boxed::Box, vec::Vec};

/// Reads archives and messages that come in pieces, one after the other. The text of each segment,
/// or flush of one, is given when all of it has come and its check is right; nothing that is wrong is ever given.
///
/// ```
/// use qres_core::{compress, Options, Reader};
///
/// let archive = compress(b"1,2\n3,4\n", &Options::default())?;
/// let (mut reader, mut text) = (Reader::new(1 << 30), Vec::new());
/// for piece in archive.chunks(7) {
///     reader.read(piece, &mut text)?;
/// }
/// reader.finish()?;
/// assert_eq!(text, b"1,2\n3,4\n");
/// # Ok::<(), qres_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Reader<'g, C = Sequential> {
    parser: Parser,
    parallel: C,
    gene: Option<Past<'g>>,
    /// What has come of a part that is not whole.
    pending: Vec<u8>,
    header: Option<Box<Header>>,
    /// The flow being read.
    flow: Option<FlowReader>,
    /// Whether a part has been read.
    begun: bool,
    /// What follows is being appended and does not count.
    ended: bool,
}

impl Reader<'_> {
    /// Nothing read yet; refuses archives that decode in more than `limit` bytes of memory, beside their text.
    pub fn new(limit: u64) -> Self {
        Self::with_parallel(limit, Sequential)
    }
}

impl<'g, C: Parallel> Reader<'g, C> {
    /// As [`Reader::new`]; the columns of a segment are shared with `parallel`.
    pub fn with_parallel(limit: u64, parallel: C) -> Self {
        let (gene, pending, header) = (None, Vec::new(), None);
        Self {
            parser: Parser::new(limit),
            parallel,
            gene,
            pending,
            header,
            flow: None,
            begun: false,
            ended: false,
        }
    }

    /// Reads what goes on from `gene`, too.
    #[must_use]
    pub fn with_gene(self, gene: Past<'g>) -> Self {
        Self { gene: Some(gene), ..self }
    }

    /// The header of the archive being read, once it has come.
    pub fn header(&self) -> Option<&Header> {
        self.header.as_deref()
    }

    /// Takes `bytes` and appends the text that they complete to `out`.
    ///
    /// # Errors
    ///
    /// See [`Error`]; [`Error::Gene`] names a gene that is needed. After an error the reader is of no more use, and what it
    /// has appended is right.
    pub fn read(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        let joined = core::mem::take(&mut self.pending);
        // Only the end of one part and the beginning of the next are ever copied.
        if joined.is_empty() {
            let used = self.parts(bytes, out)?;
            self.pending.extend_from_slice(bytes.get(used..).unwrap_or_default());
            return Ok(());
        }
        self.pending = joined;
        self.pending.extend_from_slice(bytes);
        let joined = core::mem::take(&mut self.pending);
        let used = self.parts(&joined, out)?;
        self.pending = joined;
        self.pending.drain(..used);
        Ok(())
    }

    /// Ends the reading.
    ///
    /// # Errors
    ///
    /// [`Error::Truncated`] if something was missing: no bytes at all are no archive.
    pub fn finish(self) -> Result<(), Error> {
        let whole = self.ended || (self.begun && self.pending.is_empty() && self.parser.is_between_frames());
        if whole { Ok(()) } else { Err(Error::Truncated) }
    }

    /// Reads the parts that are whole and returns the bytes they take.
    fn parts(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<usize, Error> {
        let mut used = 0;
        loop {
            let rest = bytes.get(used..).unwrap_or_default();
            self.ended |= self.begun && self.parser.is_between_frames() && rest.starts_with(&UNFINISHED);
            if self.ended {
                return Ok(bytes.len());
            }
            match self.part(rest, out) {
                Ok(taken) => used += taken,
                Err(Error::Truncated) => return Ok(used),
                Err(error) => return Err(error),
            }
        }
    }

    fn part(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<usize, Error> {
        let (part, taken) = self.parser.next(bytes)?;
        match part {
            Part::Header(header) => self.header = Some(header),
            Part::Segment(view) => {
                let digest = self.segment(&view, out)?;
                self.parser.decoded(view.entry(), digest);
            }
            Part::Flow(start) => self.flow = Some(self.begin_flow(start, out)?),
            Part::Flush(flush) => {
                let flow = self.flow.as_mut().ok_or(Error::Corrupt("rows of no flow"))?;
                flow.flush(&flush, out)?;
            }
            Part::FlowEnd(end, entry) => {
                let flow = self.flow.take().ok_or(Error::Corrupt("the end of no flow"))?;
                self.parser.decoded(entry, flow.finish(&end)?);
            }
            Part::Message(message) => self.message(&message, out)?,
            Part::Index | Part::End => {}
        }
        self.begun = true;
        Ok(taken)
    }

    fn begin_flow(&self, start: FlowStart, out: &mut Vec<u8>) -> Result<FlowReader, Error> {
        let header = self.header.as_deref().ok_or(Error::Corrupt("a segment without a header"))?;
        let prior = self.gene.filter(|gene| header.gene.as_ref() == Some(gene.id)).map(|gene| gene.prior);
        let flow = FlowReader::new(start, &*header.resolved(prior)?)?;
        out.extend_from_slice(flow.preamble());
        Ok(flow)
    }

    fn segment(&self, view: &View<'_>, out: &mut Vec<u8>) -> Result<[u8; 32], Error> {
        let header = self.header.as_deref().ok_or(Error::Corrupt("a segment without a header"))?;
        let gene = self.gene.filter(|gene| header.gene.as_ref() == Some(gene.id));
        view.decode_with(&self.parallel, gene.map(|gene| gene.prior), header, out)
    }

    fn message(&self, message: &Message<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        message.decode(self.gene, out).map_err(|error| match error {
            // All of it is there.
            Error::Truncated => Error::Corrupt("a message ends too early"),
            other => other,
        })
    }
}
