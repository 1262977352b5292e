//! Genes by what people call them, and as archives need them: checked, and with the prior that segments go on from.

use super::{
    input::{Input, quoted},
    known_rows::KnownRows,
    sealed,
    store::{Damaged, Store, no_store, short},
};
use crate::{
    failure::{Failure, Outcome},
    text::units,
};
use qres_core::{
    Error,
    frame::{self, Header, History, Message, Past, Prior},
    gene::{Gene, Id, MAX_GENE, WHOLE},
    trust::{Name, SEAL_BYTES, Seal, Sealed},
};
use std::{
    ffi::{OsStr, OsString},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

/// A gene that archives can go on from.
#[derive(Debug, Clone)]
pub(crate) struct Learnt {
    /// Its id.
    pub(crate) id: Id,
    /// What segments go on from.
    pub(crate) prior: Arc<Prior>,
}

impl Learnt {
    /// What messages go on from.
    pub(crate) fn past(&self) -> Past<'_> {
        Past { id: &self.id, prior: &self.prior }
    }

    /// Takes the prior out of the gene called `name`; it may take `limit` bytes of memory.
    fn new(name: &str, bytes: &[u8], limit: u64) -> Outcome<Self> {
        let wrong = |source| Failure::gene(name, source);
        let gene = Gene::parse(bytes).map_err(wrong)?;
        let prior = gene.prior(WHOLE).ok_or_else(|| {
            let what = format!("{name} holds no prior, and so nothing that archives could go on from");
            Failure::refused(what, "make a gene with `qres gene train`")
        })?;
        let prior = Arc::new(Prior::read(prior, limit).map_err(wrong)?);
        Ok(Self { id: gene.id(), prior })
    }
}

/// Finds the gene that `word` names and reads its prior.
pub(crate) fn read(word: &OsStr, store: &Store, limit: u64) -> Outcome<Learnt> {
    let (name, bytes) = find(word, store)?;
    Learnt::new(&name, &bytes, limit)
}

/// The gene called `word` and the rows that it was learnt from, with their names; decoding may take `limit` bytes of memory.
pub(crate) fn rows(word: &OsStr, store: &Store, limit: u64) -> Outcome<(Id, Vec<u8>)> {
    let (name, bytes) = find(word, store)?;
    let wrong = |source| Failure::gene(&name, source);
    let gene = Gene::parse(&bytes).map_err(wrong)?;
    let prior = gene.prior(WHOLE).map(|prior| Prior::text(prior, limit).map_err(wrong));
    Ok((gene.id(), prior.transpose()?.unwrap_or_default()))
}

/// The bytes of the gene that `word` names, not checked yet, and what messages call it: a file, or what stands for a
/// gene of the store. What has a folder in it or is the name of a file is a file.
pub(crate) fn find(word: &OsStr, store: &Store) -> Outcome<(String, Vec<u8>)> {
    find_signed(word, store).map(|(name, bytes, _)| (name, bytes))
}

/// The same, and who has signed it: nobody signs what is in the store.
pub(crate) fn find_signed(word: &OsStr, store: &Store) -> Outcome<(String, Vec<u8>, Option<Name>)> {
    let path = Path::new(word);
    if is_file(path) {
        return read_signed(path);
    }
    let name = quoted(path);
    let Ok(folder) = store.folder() else { return Err(no_store(Some(&name))) };
    let Some(id) = word.to_str().map(|word| store.find(word)).transpose()?.flatten() else {
        let what = format!("{name} is neither a file nor a gene of the store ({})", quoted(folder));
        let hint =
            "`qres gene list` shows what the store has; `qres gene install FILE --name NAME` adds to it";
        return Err(Failure::refused(what, hint));
    };
    let bytes =
        store.get(&id)?.ok_or_else(|| Failure::from(Damaged::Name(word.to_string_lossy().into_owned())))?;
    Ok((name, bytes, None))
}

/// Whether what people call `path` is a file: stdin, anything with a folder in it, and what is there as a file.
pub(crate) fn is_file(path: &Path) -> bool {
    let text = path.as_os_str().to_string_lossy();
    text == "-" || text.contains(std::path::is_separator) || path.metadata().is_ok_and(|meta| !meta.is_dir())
}

/// What to do with an archive where a gene or a text to learn from is wanted.
pub(crate) const LEARN_FROM_TEXT: &str =
    "learn a gene from its text: `qres decompress -c FILE.qres | qres gene train -o FILE.gene`";

/// The bytes of the gene in the file at `path`, not checked yet, and the name of the file. Of one that is signed the
/// signature is checked, whoever has signed it.
pub(crate) fn read_file(path: &Path) -> Outcome<(String, Vec<u8>)> {
    read_signed(path).map(|(name, bytes, _)| (name, bytes))
}

fn read_signed(path: &Path) -> Outcome<(String, Vec<u8>, Option<Name>)> {
    let mut input = Input::open(path)?;
    let name = input.to_string();
    let mut bytes = Vec::new();
    let most = MAX_GENE + SEAL_BYTES;
    let read = input.append(&mut bytes, most + 1)?;
    if bytes.starts_with(&frame::MAGIC) {
        return Err(Failure::refused(format!("{name} is an archive and no gene"), LEARN_FROM_TEXT));
    }
    if read > most {
        return Err(Failure::gene(&name, Error::Corrupt("longer than any gene")));
    }
    if !Sealed::begins(&bytes) {
        return Ok((name, bytes, None));
    }
    let sealed = sealed::open(&name, &bytes)?;
    match sealed.kind {
        Seal::Gene => Ok((name, sealed.content.to_vec(), Some(sealed.name))),
        _ => Err(Failure::gene(&name, Error::Corrupt("signed, but not a gene"))),
    }
}

/// An archive or message goes on from another gene than the one that was named.
fn other_gene(name: &str, wanted: &[u8], given: &Id) -> Failure {
    let (wanted, given) = (units::hex(wanted), units::hex(given));
    let what = format!("{name}: it goes on from gene {wanted}, and the one given is {given}");
    let hint = "name the gene that it was compressed with; `qres gene show FILE` says which one a file is";
    Failure::corrupt(what, hint)
}

/// The genes that archives may go on from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Genes {
    given: Option<Learnt>,
    /// Asked by id for what was not given.
    store: Option<Store>,
    /// Archives that go on from a gene are refused before anything of them is decoded.
    refused: bool,
    /// Bytes of memory that a prior may take.
    limit: u64,
    /// What messages go on from that name rows.
    known: Option<Arc<KnownRows>>,
    /// Taken where an archive goes on from one of them; the store is asked for others.
    named: Vec<Learnt>,
    /// The last one that the store gave: archives one after the other often share it.
    last: Arc<Mutex<Option<Learnt>>>,
}

impl Genes {
    /// The gene that `word` names, or those of the store if none is named; priors may take `limit` bytes of memory.
    pub(crate) fn open(word: Option<&OsStr>, store: Store, limit: u64) -> Outcome<Self> {
        let given = word.map(|word| read(word, &store, limit)).transpose()?;
        Ok(Self { given, store: Some(store), limit, ..Self::default() })
    }

    /// That gene alone.
    pub(crate) fn given(gene: Learnt) -> Self {
        Self { given: Some(gene), ..Self::default() }
    }

    /// The same, with rows that messages may go on from.
    pub(crate) fn with_known(self, known: Option<KnownRows>) -> Self {
        Self { known: known.map(Arc::new), ..self }
    }

    /// The rows that a message goes on from, if it does and there are any.
    pub(crate) fn history_of(&self, message: &Message<'_>) -> Option<&History> {
        let (level, _) = message.history()?;
        self.known.as_ref()?.at(level)
    }

    /// Those of the store, and those of `words` that archives can go on from.
    pub(crate) fn among(words: &[OsString], store: Store, limit: u64) -> Self {
        let named = words.iter().filter_map(|word| read(word, &store, limit).ok()).collect();
        Self { store: Some(store), limit, named, ..Self::default() }
    }

    /// None: an archive that goes on from a gene is refused at its header.
    pub(crate) fn refused() -> Self {
        Self { refused: true, ..Self::default() }
    }

    /// What the segments behind `header` go on from, if they do and it is at hand. The archive is called `name`; if a gene
    /// was named and is another than its own, that is refused.
    pub(crate) fn prior(&self, name: &str, header: &Header) -> Outcome<Option<Arc<Prior>>> {
        let Some(wanted) = header.gene else { return Ok(None) };
        match &self.given {
            Some(given) if given.id == wanted => Ok(Some(given.prior.clone())),
            Some(given) => Err(other_gene(name, &wanted, &given.id)),
            None if self.refused => Err(Failure::archive(name, 0, Error::Gene(wanted))),
            None => Ok(self.stored(&wanted)?.map(|learnt| learnt.prior)),
        }
    }

    /// The gene of this id, if the store has it.
    fn stored(&self, id: &Id) -> Outcome<Option<Learnt>> {
        if let Some(named) = self.named.iter().find(|named| named.id == *id) {
            return Ok(Some(named.clone()));
        }
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.as_ref().is_none_or(|last| last.id != *id) {
            let Some(store) = &self.store else { return Ok(None) };
            let Some(bytes) = store.get(id)? else { return Ok(None) };
            *last = Some(Learnt::new(&format!("gene {}", short(id)), &bytes, self.limit)?);
        }
        Ok(last.clone())
    }

    /// What a message goes on from, if it is at hand: a gene whose id begins so. The message is in what is called `name`.
    pub(crate) fn of_message(&self, name: &str, wanted: [u8; 2]) -> Outcome<Option<Learnt>> {
        match &self.given {
            Some(given) if given.id.starts_with(&wanted) => Ok(Some(given.clone())),
            Some(given) => Err(other_gene(name, &wanted, &given.id)),
            None if self.refused => Err(Failure::archive(name, 0, Error::GeneOf(wanted))),
            None => self.stored_beginning(&wanted),
        }
    }

    /// The gene whose id begins so, if the store has one.
    fn stored_beginning(&self, beginning: &[u8]) -> Outcome<Option<Learnt>> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if last.as_ref().is_some_and(|last| last.id.starts_with(beginning)) {
            return Ok(last);
        }
        let Some(store) = self.store.as_ref().filter(|store| store.folder().is_ok()) else { return Ok(None) };
        let id = store.beginning(&units::hex(beginning))?;
        id.map_or(Ok(None), |id| self.stored(&id))
    }
}
