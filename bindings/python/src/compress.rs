//! Whole texts to archives.

use crate::{
    fail,
    gene::GeneArg,
    jobs::{self, Threads, in_order},
    plan::{LEVEL, Plan, SEGMENT},
    text::Text,
};
use pyo3::{prelude::*, types::PyBytes};
use qres_core::{
    archive::{self, Cutter, Encoder, Frames, Unit},
    frame::Segment,
};

/// Bytes of text for which threads cost more than they bring.
const SMALL: usize = 64 << 10;

/// Returns the archive of `text`.
#[pyfunction]
#[pyo3(signature = (text, *, level=LEVEL, error=Vec::new(), gene=None, segment=SEGMENT, threads=None))]
pub(crate) fn compress<'py>(
    py: Python<'py>,
    text: Text,
    level: u8,
    error: Vec<String>,
    gene: Option<GeneArg>,
    segment: usize,
    threads: Option<usize>,
) -> PyResult<Bound<'py, PyBytes>> {
    let (plan, threads) = (Plan::new(level, &error, gene, segment)?, jobs::threads(threads)?);
    let archive = py.detach(|| archive_of(&text, &plan, threads))?;
    Ok(PyBytes::new(py, &archive))
}

/// Returns the archive of `text`. Must be called without the interpreter's lock.
pub(crate) fn archive_of(text: &[u8], plan: &Plan, threads: usize) -> PyResult<Vec<u8>> {
    let cutter = Cutter::new(plan.segment, Unit::Line);
    let first = cutter.end(text).unwrap_or(text.len());
    let is_all = first == text.len() && text.len() < plan.segment;
    let encoder =
        Encoder::new(&text[..first], is_all, &plan.options(false)).map_err(|fault| fail::writing(&fault))?;
    let (mut frames, mut out) = (Frames::new(encoder.header()), Vec::new());
    let work = |(part, is_first): (&[u8], bool)| encode(&encoder, plan, part, is_first);
    let mut take = |segment: PyResult<Segment>| {
        frames.push(&segment?, &mut out);
        Ok(())
    };
    if is_all && text.len() < SMALL {
        if !text.is_empty() {
            take(work((text, true)))?;
        }
    } else {
        in_order(threads, Cuts { rest: text, cutter, is_first: true }, work, take)?;
    }
    frames.finish(&mut out);
    Ok(out)
}

/// Returns the segment of `text`, whose columns are shared among the threads of the pool that this runs on.
pub(crate) fn encode(encoder: &Encoder, plan: &Plan, text: &[u8], is_first: bool) -> PyResult<Segment> {
    archive::Bound::check_text(&plan.bounds, encoder.header(), text)
        .map_err(|unbounded| fail::bound(&unbounded))?;
    let prior = plan.gene.as_ref().map(|gene| &*gene.prior);
    Ok(encoder.encode(&Threads, prior, text, is_first))
}

/// The texts of segments, one after the other, each with whether it is the first.
struct Cuts<'t> {
    rest: &'t [u8],
    cutter: Cutter,
    is_first: bool,
}

impl<'t> Iterator for Cuts<'t> {
    type Item = (&'t [u8], bool);

    fn next(&mut self) -> Option<Self::Item> {
        let (part, rest) = self.rest.split_at(self.cutter.end(self.rest).unwrap_or(self.rest.len()));
        self.rest = rest;
        let is_first = std::mem::replace(&mut self.is_first, false);
        (!part.is_empty()).then_some((part, is_first))
    }
}
