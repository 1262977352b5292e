//! Genes: trained, read, installed, and looked up for archives that continue them.

use crate::{
    MEMORY, fail,
    store::{Store, read},
    text::Text,
};
use pyo3::{prelude::*, types::PyBytes};
use qres_core::{
    Error,
    codec::Level,
    frame::{Header, Past, Prior},
    gene::{
        self, Id, WHOLE,
        train::{Choice, Trainer},
    },
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// Rows at the end of each text that archives continue, unless told otherwise.
const ROWS: u32 = 4000;

/// A gene that archives can continue.
#[derive(Debug, Clone)]
pub(crate) struct Learnt {
    pub(crate) id: Id,
    pub(crate) prior: Arc<Prior>,
}

impl Learnt {
    /// Returns what the core takes.
    pub(crate) fn past(&self) -> Past<'_> {
        Past { id: &self.id, prior: &self.prior }
    }

    /// Takes the prior out of the gene called `name`.
    pub(crate) fn new(name: &str, bytes: &[u8]) -> PyResult<Self> {
        let wrong = |fault| fail::gene(name, &fault);
        let gene = gene::Gene::parse(bytes).map_err(wrong)?;
        let prior = gene.prior(WHOLE).ok_or_else(|| {
            let said = format!("{name} holds no prior, and so nothing that archives could go on from");
            fail::usage(said, "make a gene with `Gene.train`")
        })?;
        Ok(Self { id: gene.id(), prior: Arc::new(Prior::read(prior, MEMORY).map_err(wrong)?) })
    }
}

/// Knowledge from earlier tables of the same device, which an archive continues.
#[pyclass(frozen, module = "qres")]
#[derive(Debug)]
pub(crate) struct Gene {
    bytes: Vec<u8>,
    learnt: Learnt,
    columns: usize,
}

#[pymethods]
impl Gene {
    #[new]
    fn new(gene: Text) -> PyResult<Self> {
        Self::checked("the gene", gene.to_vec())
    }

    /// Learns from texts that hold the same columns.
    #[staticmethod]
    #[pyo3(signature = (*texts, rows=ROWS, level=9, neuron="linear"))]
    fn train(py: Python<'_>, texts: Vec<Text>, rows: u32, level: u8, neuron: &str) -> PyResult<Self> {
        let (choice, level) = (choice(neuron)?, training_level(level)?);
        let Some((first, others)) = texts.split_first() else {
            return Err(fail::usage(
                "no text to learn from",
                "give one text or several with the same columns",
            ));
        };
        if rows == 0 {
            return Err(fail::usage("archives go on from one row at least", "leave `rows` out"));
        }
        let bytes = py.detach(|| {
            let mut trainer = Trainer::new(first, rows)?;
            others.iter().try_for_each(|text| trainer.add(text))?;
            trainer.train(level, choice)
        });
        Self::checked("the gene", bytes.map_err(|error| fail::training(&error))?)
    }

    /// Finds a gene by its name, id or file.
    #[staticmethod]
    #[pyo3(signature = (word, *, store=None))]
    fn find(word: PathBuf, store: Option<PathBuf>) -> PyResult<Self> {
        let (name, bytes) = found(&word, store)?;
        Self::checked(&name, bytes)
    }

    /// Puts the gene into the store, where archives that continue it find it.
    #[pyo3(signature = (name=None, *, force=false, store=None))]
    fn install(
        &self,
        py: Python<'_>,
        name: Option<&str>,
        force: bool,
        store: Option<PathBuf>,
    ) -> PyResult<()> {
        py.detach(|| Store::at(store)?.install(&self.learnt.id, &self.bytes, name, force))
    }

    #[getter]
    fn id(&self) -> String {
        fail::hex(&self.learnt.id)
    }

    #[getter]
    fn columns(&self) -> usize {
        self.columns
    }

    fn __bytes__<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.bytes)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> (Bound<'py, PyAny>, (Bound<'py, PyBytes>,)) {
        (py.get_type::<Self>().into_any(), (self.__bytes__(py),))
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.learnt.id == other.learnt.id
    }

    fn __hash__(&self) -> u64 {
        self.learnt.id.first_chunk().map_or(0, |first| u64::from_le_bytes(*first))
    }

    fn __repr__(&self) -> String {
        format!("<qres.Gene {} of {} columns>", fail::hex(&self.learnt.id[..6]), self.columns)
    }
}

impl Gene {
    fn checked(name: &str, bytes: Vec<u8>) -> PyResult<Self> {
        let learnt = Learnt::new(name, &bytes)?;
        let columns = gene::Gene::parse(&bytes).map_err(|fault| fail::gene(name, &fault))?.columns().into();
        Ok(Self { bytes, learnt, columns })
    }
}

fn choice(neuron: &str) -> PyResult<Choice> {
    match neuron {
        "linear" => Ok(Choice::Linear),
        "lstm" => Ok(Choice::Lstm),
        "fusion" => Ok(Choice::Fusion),
        "auto" => Ok(Choice::Auto),
        _ => Err(fail::usage(
            format!("there is no neuron `{neuron}`"),
            "neurons are linear, lstm, fusion and auto",
        )),
    }
}

fn training_level(level: u8) -> PyResult<Level> {
    let level = Level::new(level).filter(|level| level.get() >= 4);
    level.ok_or_else(|| fail::usage("genes are for levels 4 to 9", "leave the level out to get a good one"))
}

/// A gene as callers give it: itself, or its name, id or file.
#[derive(Debug, FromPyObject)]
pub(crate) enum GeneArg {
    #[pyo3(transparent)]
    Itself(Py<Gene>),
    #[pyo3(transparent)]
    Word(PathBuf),
}

impl GeneArg {
    /// Returns the gene that is meant.
    pub(crate) fn learnt(self) -> PyResult<Learnt> {
        match self {
            Self::Itself(gene) => Ok(gene.get().learnt.clone()),
            Self::Word(word) => {
                let (name, bytes) = found(&word, None)?;
                Learnt::new(&name, &bytes)
            }
        }
    }
}

/// Returns the bytes of the gene called `word`, not checked yet, and what messages call it. A path with a folder in it, or
/// that is a file, is a file; anything else is looked up in the store.
fn found(word: &Path, store: Option<PathBuf>) -> PyResult<(String, Vec<u8>)> {
    let name = format!("`{}`", word.display());
    let has_folder = word.parent().is_some_and(|folder| !folder.as_os_str().is_empty());
    if has_folder || word.is_file() {
        return Ok((name, read(word)?));
    }
    let store = Store::at(store)?;
    let id = word.to_str().map(|word| store.find(word)).transpose()?.flatten();
    let bytes = id.map(|id| store.get(&id)).transpose()?.flatten();
    let bytes = bytes.ok_or_else(|| {
        let said =
            format!("{name} is neither a file nor a gene of the store (`{}`)", store.folder().display());
        fail::usage(said, "`qres gene list` shows what the store has; `Gene.install` adds to it")
    })?;
    Ok((name, bytes))
}

/// The genes that archives may continue: the one given, or those of the store.
#[derive(Debug)]
pub(crate) struct Genes {
    given: Option<Learnt>,
    /// The last one that the store gave: archives one after the other often share it.
    last: Option<Learnt>,
}

impl Genes {
    /// The gene that is given, or those of the store if none is.
    pub(crate) fn new(gene: Option<GeneArg>) -> PyResult<Self> {
        Ok(Self { given: gene.map(GeneArg::learnt).transpose()?, last: None })
    }

    /// Returns the gene that segments after `header` continue, if they do and it is at hand.
    pub(crate) fn of_header(&mut self, header: &Header) -> PyResult<Option<Learnt>> {
        match (header.gene, &self.given) {
            (None, _) => Ok(None),
            (Some(wanted), Some(given)) if given.id != wanted => Err(fail::other_gene(&wanted, &given.id)),
            (Some(_), Some(given)) => Ok(Some(given.clone())),
            (Some(wanted), None) => self.stored(&wanted),
        }
    }

    /// Returns the gene that a message continues whose id begins with `wanted`, if it is at hand.
    pub(crate) fn of_message(&mut self, wanted: [u8; 2]) -> PyResult<Option<Learnt>> {
        match &self.given {
            Some(given) if !given.id.starts_with(&wanted) => Err(fail::other_gene(&wanted, &given.id)),
            Some(given) => Ok(Some(given.clone())),
            None => match Store::at(None)?.beginning(&fail::hex(&wanted))? {
                Some(id) => self.stored(&id),
                None => Ok(None),
            },
        }
    }

    fn stored(&mut self, id: &Id) -> PyResult<Option<Learnt>> {
        if self.last.as_ref().is_none_or(|last| last.id != *id) {
            let Some(bytes) = Store::at(None)?.get(id)? else { return Ok(None) };
            self.last = Some(Learnt::new(&format!("gene {}", fail::hex(&id[..6])), &bytes)?);
        }
        Ok(self.last.clone())
    }
}

/// Returns the fault of an archive whose gene is not at hand.
pub(crate) fn missing(header: &Header, learnt: Option<&Learnt>) -> Option<Error> {
    header.gene.filter(|_| learnt.is_none()).map(Error::Gene)
}
