//! Archives whose parts are read where they lie.

use crate::{
    MEMORY,
    column::{self, Column, Known, kind},
    fail,
    gene::{GeneArg, Genes, Learnt, missing},
    jobs::interruptible,
    source::Bytes,
};
use pyo3::{
    exceptions::{PyIndexError, PyKeyError},
    prelude::*,
    types::PyBytes,
};
use qres_core::{
    Archive as Core,
    archive::{Fault, Field, Frame},
    frame::{Past, TYPES_NOTE},
    value::Summary,
};
use std::sync::{OnceLock, atomic::Ordering};

/// An archive in a file.
#[pyclass(frozen, subclass, module = "qres._qres")]
#[derive(Debug)]
pub(crate) struct Archive {
    core: Core<Bytes>,
    name: Option<String>,
    learnt: Option<Learnt>,
    columns: Vec<String>,
    /// Once they were asked for.
    fields: OnceLock<Vec<Field>>,
}

#[pymethods]
impl Archive {
    #[new]
    #[pyo3(signature = (source, *, gene=None, memory=MEMORY))]
    fn new(source: &Bound<'_, PyAny>, gene: Option<GeneArg>, memory: u64) -> PyResult<Self> {
        let bytes = Bytes::open(source)?;
        let name = bytes.name();
        let raise = |fault| raise(name.as_deref(), fault);
        let core = Core::open(bytes, memory).map_err(raise)?;
        let mut genes = Genes::new(gene)?;
        let mut learnt = None;
        for frame in core.frames() {
            let header = core.header(frame).map_err(raise)?;
            learnt = learnt.or(genes.of_header(&header)?);
            if let Some(fault) = missing(&header, learnt.as_ref()) {
                return Err(fail::archive(name.as_deref(), frame.at, &fault));
            }
        }
        let names = core.columns().map_err(raise)?;
        let columns = names.iter().enumerate().map(|(index, name)| called(index, name.as_deref())).collect();
        Ok(Self { core, name, learnt, columns, fields: OnceLock::new() })
    }

    #[getter]
    fn columns(&self) -> Vec<String> {
        self.columns.clone()
    }

    #[getter]
    fn rows(&self) -> u64 {
        self.core.rows()
    }

    /// Returns of each segment its rows, its first byte and its bytes.
    #[getter]
    fn segments(&self) -> Vec<(u64, u64, u64)> {
        let segments = self.core.frames().iter().flat_map(Frame::segments);
        segments.map(|(at, entry)| (entry.rows, at, entry.bytes)).collect()
    }

    #[getter]
    fn bytes_read(&self) -> u64 {
        self.core.source().read.load(Ordering::Relaxed)
    }

    /// Returns the text of rows, segment by segment, so that Ctrl-C is heard between two.
    fn text_of_rows<'py>(&self, py: Python<'py>, start: u64, end: u64) -> PyResult<Bound<'py, PyBytes>> {
        let text = py.detach(|| {
            let (mut text, mut first) = (Vec::new(), 0_u64);
            for entry in self.core.frames().iter().flat_map(|frame| &frame.footer.entries) {
                let (from, to) = (start.max(first), end.min(first + entry.rows));
                first += entry.rows;
                if from < to {
                    text.extend(
                        self.core
                            .read(from..to, self.past())
                            .map_err(|fault| raise(self.name.as_deref(), fault))?,
                    );
                }
                interruptible()?;
            }
            Ok::<_, PyErr>(text)
        })?;
        Ok(PyBytes::new(py, &text))
    }

    /// Returns what the archive says of the types that its values had before they were written as text.
    #[getter]
    fn types<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        let mut notes = self.core.frames().iter().map(|frame| frame.footer.note(TYPES_NOTE));
        let first = notes.next()??;
        // Frames appended later may hold values of other types.
        notes.all(|note| note == Some(first)).then(|| PyBytes::new(py, first))
    }

    /// Returns the names of all columns and their kinds.
    #[getter]
    fn kinds(&self, py: Python<'_>) -> PyResult<Vec<(String, String)>> {
        let fields = py.detach(|| self.fields())?;
        Ok(fields.iter().map(|field| (text_of(&field.name), kind::name(field.kind))).collect())
    }

    /// Returns what the archive says of each column in each segment, if it says anything.
    fn statistics(&self, py: Python<'_>) -> PyResult<Vec<Option<Vec<Option<Known>>>>> {
        let known =
            py.detach(|| self.core.known(self.fields()?, self.past()).map_err(|fault| self.raise(fault)))?;
        let column = |summary: Option<Summary>| summary.map(|summary| column::known(&summary));
        let segment = |columns: Vec<Option<Summary>>| columns.into_iter().map(column).collect();
        Ok(known.into_iter().map(|columns| columns.map(segment)).collect())
    }

    /// Returns how many of the rows from `start` to `end` lie in a segment, and the values of columns in them, each as the
    /// kind that is asked for.
    fn values<'py>(
        &self,
        py: Python<'py>,
        segment: usize,
        columns: Vec<(String, String)>,
        start: u64,
        end: u64,
    ) -> PyResult<(usize, Vec<Column<'py>>)> {
        let batch = py.detach(|| {
            let fields = self.fields()?;
            let wanted = columns.iter().map(|(name, kind)| self.wanted(fields, name, kind));
            let wanted = wanted.collect::<PyResult<Vec<Field>>>()?;
            let stretches = self.core.stretches();
            let stretch = stretches.get(segment).ok_or_else(|| PyIndexError::new_err("no such segment"))?;
            let values = self.core.values(stretch, &wanted, start..end, self.past());
            values.map_err(|fault| self.raise(fault))
        })?;
        let kinds = columns.iter().map(|(_, kind)| kind::parse(kind));
        let laid_out = kinds.zip(&batch.columns).map(|(kind, values)| column::laid_out(py, kind?, values));
        Ok((batch.rows.len(), laid_out.collect::<PyResult<_>>()?))
    }
}

impl Archive {
    fn past(&self) -> Option<Past<'_>> {
        self.learnt.as_ref().map(Learnt::past)
    }

    fn raise(&self, fault: Fault<PyErr>) -> PyErr {
        raise(self.name.as_deref(), fault)
    }

    fn fields(&self) -> PyResult<&[Field]> {
        if let Some(fields) = self.fields.get() {
            return Ok(fields);
        }
        let fields = self.core.fields(self.past()).map_err(|fault| self.raise(fault))?;
        Ok(self.fields.get_or_init(|| fields))
    }

    /// Returns a column as the kind that is asked for.
    fn wanted(&self, fields: &[Field], name: &str, kind: &str) -> PyResult<Field> {
        let field = fields.iter().find(|field| text_of(&field.name) == name);
        let field = field.ok_or_else(|| PyKeyError::new_err(format!("there is no column `{name}`")))?;
        let mut field = field.clone();
        field.kind = kind::parse(kind)?;
        Ok(field)
    }
}

/// Returns the name of a column, or its number from 1 if it has none.
fn called(index: usize, name: Option<&[u8]>) -> String {
    name.map_or_else(|| (index + 1).to_string(), text_of)
}

fn text_of(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}

fn raise(name: Option<&str>, fault: Fault<PyErr>) -> PyErr {
    match fault {
        Fault::Source(error) => error,
        Fault::Archive { at, error } => fail::archive(name, at, &error),
    }
}
