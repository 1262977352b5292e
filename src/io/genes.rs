//! Genes as archives need them: read, checked, and with the prior that segments go on from.

use super::input::Input;
use crate::error::{Failure, Outcome};
use qres_core::{
    Error,
    frame::{Header, Prior},
    gene::{Gene, Id, MAX_GENE, WHOLE},
};
use std::{path::Path, sync::Arc};

/// A gene that archives can go on from.
#[derive(Debug, Clone)]
pub(crate) struct Learnt {
    /// Its id.
    pub(crate) id: Id,
    /// What segments go on from.
    pub(crate) prior: Arc<Prior>,
}

impl Learnt {
    /// Takes the prior out of the gene called `name`; it may take `limit` bytes of memory.
    fn new(name: &str, bytes: &[u8], limit: u64) -> Outcome<Self> {
        let wrong = |source| Failure::Gene { name: name.into(), source };
        let gene = Gene::parse(bytes).map_err(wrong)?;
        let prior = gene.prior(WHOLE).ok_or_else(|| {
            let what = format!("{name} holds no prior, and so nothing that archives could go on from");
            Failure::refused(what, "make a gene with `qres gene train`")
        })?;
        let prior = Arc::new(Prior::read(prior, limit).map_err(wrong)?);
        Ok(Self { id: gene.id(), prior })
    }
}

/// Reads the gene in the file at `path` and its prior.
pub(crate) fn read(path: &Path, limit: u64) -> Outcome<Learnt> {
    let (name, bytes) = read_bytes(path)?;
    Learnt::new(&name, &bytes, limit)
}

/// The bytes of the gene in the file at `path`, not checked yet, and the name of the file.
pub(crate) fn read_bytes(path: &Path) -> Outcome<(String, Vec<u8>)> {
    let mut input = Input::open(path)?;
    let name = input.to_string();
    let mut bytes = Vec::new();
    let read = input.append(&mut bytes, MAX_GENE + 1)?;
    if read > MAX_GENE {
        return Err(Failure::Gene { name, source: Error::Corrupt("longer than any gene") });
    }
    Ok((name, bytes))
}

/// The genes that archives may go on from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Genes {
    given: Option<Learnt>,
}

impl Genes {
    /// The gene in the file at `path`, if one is named; priors may take `limit` bytes of memory.
    pub(crate) fn open(path: Option<&Path>, limit: u64) -> Outcome<Self> {
        Ok(Self { given: path.map(|path| read(path, limit)).transpose()? })
    }

    /// What the segments behind `header` go on from, if they do and it is at hand. The archive is called `name`; another
    /// gene than its own is refused.
    pub(crate) fn prior(&self, name: &str, header: &Header) -> Outcome<Option<Arc<Prior>>> {
        let (Some(wanted), Some(given)) = (header.gene, &self.given) else { return Ok(None) };
        if wanted != given.id {
            return Err(Failure::OtherGene { name: name.into(), wanted, given: given.id });
        }
        Ok(Some(given.prior.clone()))
    }
}
