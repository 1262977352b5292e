//! Whole archives to their texts.

use crate::{
    MEMORY, fail,
    gene::{GeneArg, Genes, Learnt},
    jobs::{self, Threads, in_order, interruptible},
    text::Text,
};
use pyo3::{prelude::*, types::PyBytes};
use qres_core::{
    Error,
    frame::{FlowReader, Header, Parser, Part, UNFINISHED, View},
};

/// Returns the text of `archive`.
#[pyfunction]
#[pyo3(signature = (archive, *, gene=None, memory=MEMORY, threads=None))]
pub(crate) fn decompress<'py>(
    py: Python<'py>,
    archive: Text,
    gene: Option<GeneArg>,
    memory: u64,
    threads: Option<usize>,
) -> PyResult<Bound<'py, PyBytes>> {
    let (genes, threads) = (Genes::new(gene)?, jobs::threads(threads)?);
    let text = py.detach(|| text_of(&archive, genes, memory, threads))?;
    Ok(PyBytes::new(py, &text))
}

/// Returns the text of all archives and messages in `bytes`. Must be called without the interpreter's lock.
fn text_of(bytes: &[u8], genes: Genes, memory: u64, threads: usize) -> PyResult<Vec<u8>> {
    let parser = Parser::new(memory);
    let mut walk = Walk {
        bytes,
        at: 0,
        parser,
        genes,
        threads,
        header: None,
        flow: None,
        run: Vec::new(),
        text: Vec::new(),
    };
    while walk.goes_on() {
        walk.step()?;
    }
    Ok(walk.text)
}

/// Goes from part to part of the bytes.
struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    parser: Parser,
    genes: Genes,
    threads: usize,
    header: Option<(Box<Header>, Option<Learnt>)>,
    /// The segment that grows, if one is being read.
    flow: Option<FlowReader>,
    /// Segments that wait to be decoded together, and where each begins.
    run: Vec<(u64, View<'a>)>,
    text: Vec<u8>,
}

impl<'a> Walk<'a> {
    fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    /// Returns whether more parts follow. Empty input is an error; an append that was cut off is passed over.
    fn goes_on(&self) -> bool {
        let may_end = self.at > 0 && self.parser.is_between_frames();
        !(may_end && (self.rest().is_empty() || self.rest().starts_with(&UNFINISHED)))
    }

    fn step(&mut self) -> PyResult<()> {
        if self.parser.is_at_index(self.rest()) {
            self.decode_run()?;
        }
        let at = self.at as u64;
        let (part, taken) = match self.parser.next(self.rest()) {
            Ok(found) => found,
            Err(fault) => {
                // Errors in earlier segments are reported first.
                self.decode_run()?;
                return Err(fail::archive(None, at, &fault));
            }
        };
        self.at += taken;
        match part {
            Part::Segment(view) => {
                self.run.push((at, view));
                Ok(())
            }
            other => {
                self.decode_run()?;
                self.part(other).map_err(|stop| stop.at(at))
            }
        }
    }

    fn part(&mut self, part: Part<'a>) -> Result<(), Stop> {
        interruptible()?;
        match part {
            Part::Header(header) => {
                let learnt = self.genes.of_header(&header)?;
                self.header = Some((header, learnt));
            }
            Part::Flow(start) => {
                let (header, learnt) =
                    self.header.as_ref().ok_or(Error::Corrupt("a segment without a header"))?;
                let flow =
                    FlowReader::new(start, &*header.resolved(learnt.as_ref().map(|learnt| &*learnt.prior))?)?;
                self.text.extend_from_slice(flow.preamble());
                self.flow = Some(flow);
            }
            Part::Flush(flush) => {
                self.flow.as_mut().ok_or(Error::Corrupt("rows of no flow"))?.flush(&flush, &mut self.text)?;
            }
            Part::FlowEnd(end, entry) => {
                let flow = self.flow.take().ok_or(Error::Corrupt("the end of no flow"))?;
                self.parser.decoded(entry, flow.finish(&end)?);
            }
            Part::Message(message) => {
                let learnt = message.gene().map(|id| self.genes.of_message(id)).transpose()?.flatten();
                message.decode(learnt.as_ref().map(Learnt::past), &mut self.text).map_err(inside)?;
            }
            Part::Segment(_) | Part::Index | Part::End => {}
        }
        Ok(())
    }

    /// Decodes the segments that wait, on several threads.
    fn decode_run(&mut self) -> PyResult<()> {
        let run = std::mem::take(&mut self.run);
        let Some((header, learnt)) = self.header.as_ref().filter(|_| !run.is_empty()) else { return Ok(()) };
        let prior = learnt.as_ref().map(|learnt| &*learnt.prior);
        let decode = |view: &View<'a>| {
            let mut text = Vec::new();
            let digest = view.decode_with(&Threads, prior, header, &mut text)?;
            Ok((text, view.entry(), digest))
        };
        let work = |(at, view): (u64, View<'a>)| decode(&view).map_err(|fault| (at, inside(fault)));
        let (text, parser) = (&mut self.text, &mut self.parser);
        in_order(self.threads, run.into_iter(), work, |decoded| {
            let (bytes, entry, digest) = decoded.map_err(|(at, fault)| fail::archive(None, at, &fault))?;
            text.extend_from_slice(&bytes);
            parser.decoded(entry, digest);
            Ok(())
        })
    }
}

/// Why a walk ends.
enum Stop {
    /// An exception that says all.
    Raised(PyErr),
    /// A fault of the part.
    Fault(Error),
}

impl Stop {
    fn at(self, at: u64) -> PyErr {
        match self {
            Self::Raised(error) => error,
            Self::Fault(fault) => fail::archive(None, at, &fault),
        }
    }
}

impl From<PyErr> for Stop {
    fn from(error: PyErr) -> Self {
        Self::Raised(error)
    }
}

impl From<Error> for Stop {
    fn from(fault: Error) -> Self {
        Self::Fault(fault)
    }
}

/// An end that comes too early inside of what is whole.
fn inside(fault: Error) -> Error {
    match fault {
        Error::Truncated => Error::Corrupt("a segment ends before its content does"),
        other => other,
    }
}
