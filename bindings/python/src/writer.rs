//! Archives written piece by piece.

use crate::{
    compress::encode,
    fail,
    gene::GeneArg,
    jobs::{self, Threads, in_order},
    plan::{LEVEL, Plan, SEGMENT},
    text::Text,
};
use pyo3::{exceptions::PyValueError, intern, prelude::*, types::PyBytes};
use qres_core::{
    Options,
    archive::{Cutter, Encoder, Flows, Frames, Unit},
    frame::TYPES_NOTE,
};
use std::sync::{Mutex, PoisonError};

/// Writes an archive into a file object.
#[pyclass(frozen, subclass, module = "qres._qres")]
#[derive(Debug)]
pub(crate) struct Writer {
    sink: Py<PyAny>,
    /// Nothing, once it is closed or has failed.
    state: Mutex<Option<State>>,
}

#[derive(Debug)]
struct State {
    plan: Plan,
    threads: usize,
    cutter: Cutter,
    /// Where rows flow: what was flushed teaches what follows.
    flows: Option<Flows<'static>>,
    /// The types that the values had before they were written as text, unless rows flow.
    types: Option<Vec<u8>>,
    /// Once there was a segment.
    begun: Option<(Encoder, Frames)>,
}

#[pymethods]
impl Writer {
    #[new]
    #[expect(clippy::too_many_arguments, reason = "callers name them")]
    #[pyo3(signature = (sink, *, level=LEVEL, error=Vec::new(), gene=None, live=false, segment=SEGMENT, threads=None, types=None))]
    fn new(
        sink: Py<PyAny>,
        level: u8,
        error: Vec<String>,
        gene: Option<GeneArg>,
        live: bool,
        segment: usize,
        threads: Option<usize>,
        types: Option<Vec<u8>>,
    ) -> PyResult<Self> {
        let (plan, threads) = (Plan::new(level, &error, gene, segment)?, jobs::threads(threads)?);
        // A gene's rows and bounds are for whole segments.
        let flows = live && plan.gene.is_none() && plan.bounds.is_empty();
        let options = Options { level: plan.level, segment, live: true, ..Options::default() };
        let flows = flows.then(|| Flows::new(options, None));
        let cutter = Cutter::new(segment, Unit::Line);
        Ok(Self { sink, state: Mutex::new(Some(State { plan, threads, cutter, flows, types, begun: None })) })
    }

    fn write(&self, py: Python<'_>, text: Text) -> PyResult<usize> {
        self.put(py, |state, out| state.write(&text, out))?;
        Ok(text.len())
    }

    fn flush(&self, py: Python<'_>) -> PyResult<()> {
        self.put(py, State::flush)?;
        let sink = self.sink.bind(py);
        if sink.hasattr(intern!(py, "flush"))? {
            sink.call_method0(intern!(py, "flush"))?;
        }
        Ok(())
    }

    fn close(&self, py: Python<'_>) -> PyResult<()> {
        let taken = self.state.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(state) = taken else { return Ok(()) };
        let archive = py.detach(|| state.finish())?;
        self.send(py, &archive)
    }

    #[getter]
    fn closed(&self) -> bool {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }

    fn __enter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    /// Ends the archive, unless an exception says that it is not whole.
    #[pyo3(signature = (kind, _value, _trace))]
    fn __exit__(
        &self,
        py: Python<'_>,
        kind: Option<Py<PyAny>>,
        _value: Option<Py<PyAny>>,
        _trace: Option<Py<PyAny>>,
    ) -> PyResult<()> {
        match kind {
            None => self.close(py),
            Some(_) => {
                *self.state.lock().unwrap_or_else(PoisonError::into_inner) = None;
                Ok(())
            }
        }
    }
}

impl Writer {
    /// Runs `step` without the interpreter's lock and writes what it gives; after an error the writer is closed.
    fn put(
        &self,
        py: Python<'_>,
        step: impl FnOnce(&mut State, &mut Vec<u8>) -> PyResult<()> + Send,
    ) -> PyResult<()> {
        let archive = py.detach(|| {
            let mut guard = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            let state =
                guard.as_mut().ok_or_else(|| PyValueError::new_err("I/O operation on closed file."))?;
            let mut out = Vec::new();
            let done = step(state, &mut out);
            if done.is_err() {
                *guard = None;
            }
            done.map(|()| out)
        })?;
        if archive.is_empty() { Ok(()) } else { self.send(py, &archive) }
    }

    fn send(&self, py: Python<'_>, archive: &[u8]) -> PyResult<()> {
        let write = self.sink.bind(py).getattr(intern!(py, "write"))?;
        let mut rest = archive;
        // A raw file may take a part only; other sinks say nothing.
        while !rest.is_empty() {
            let taken = write.call1((PyBytes::new(py, rest),))?.extract().unwrap_or(rest.len());
            rest = rest.get(taken.max(1)..).unwrap_or_default();
        }
        Ok(())
    }
}

impl State {
    fn write(&mut self, mut text: &[u8], out: &mut Vec<u8>) -> PyResult<()> {
        let mut full = Vec::new();
        while let Some((part, rest)) = text.split_at_checked(self.cutter.missing()) {
            self.cutter.pending().extend_from_slice(part);
            text = rest;
            full.extend(self.cutter.cut(Vec::new()));
        }
        self.cutter.pending().extend_from_slice(text);
        self.segments(full, false, out)
    }

    fn flush(&mut self, out: &mut Vec<u8>) -> PyResult<()> {
        let rest = self.cutter.rest();
        self.segments(rest.into_iter().collect(), false, out)
    }

    fn finish(mut self) -> PyResult<Vec<u8>> {
        let mut out = Vec::new();
        let rest = self.cutter.rest();
        let is_all = self.begun.is_none() && self.flows.is_none();
        self.segments(rest.into_iter().collect(), is_all, &mut out)?;
        if let Some(flows) = self.flows {
            flows.finish(&mut out).map_err(|fault| fail::writing(&fault))?;
            return Ok(out);
        }
        let begun = self.begun.take();
        let (_, mut frames) = begun.map_or_else(|| self.begin(&[], true), Ok)?;
        frames.finish(&mut out);
        Ok(out)
    }

    /// Decides how the archive is written that begins with `first`.
    fn begin(&mut self, first: &[u8], is_all: bool) -> PyResult<(Encoder, Frames)> {
        // Values that had types were written as a table.
        let make = if self.types.is_some() { Encoder::of_table } else { Encoder::new };
        let encoder = make(first, is_all, &self.plan.options(false));
        let encoder = encoder.map_err(|fault| fail::writing(&fault))?;
        let mut frames = Frames::new(encoder.header());
        if let Some(types) = self.types.take() {
            frames.note(TYPES_NOTE, types);
        }
        Ok((encoder, frames))
    }

    /// Appends segments of `texts`.
    fn segments(&mut self, texts: Vec<Vec<u8>>, is_all: bool, out: &mut Vec<u8>) -> PyResult<()> {
        let Some(first) = texts.first() else { return Ok(()) };
        if let Some(flows) = &mut self.flows {
            let flush = |text: &Vec<u8>| flows.flush(&Threads, text, out).map(drop);
            return texts.iter().try_for_each(flush).map_err(|fault| fail::writing(&fault));
        }
        let is_first = self.begun.is_none();
        if is_first {
            self.begun = Some(self.begin(first, is_all)?);
        }
        let Some((encoder, frames)) = &mut self.begun else { return Ok(()) };
        let (plan, encoder) = (&self.plan, &*encoder);
        let work = |(index, text): (usize, Vec<u8>)| encode(encoder, plan, &text, is_first && index == 0);
        in_order(self.threads, texts.into_iter().enumerate(), work, |segment| {
            frames.push(&segment?, out);
            Ok(())
        })
    }
}
