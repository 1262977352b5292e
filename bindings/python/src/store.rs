//! The store of genes, as the command line keeps it:
//!
//! ```text
//! STORE/<id>.gene            a gene; <id> is 64 hex digits
//! STORE/names/<NAME>.name    the 64 hex digits of the gene that NAME stands for, and a line end
//! STORE/.lock                held by whoever writes
//! ```
//! A file appears whole or not at all, and a gene never changes, so readers need no lock.

use crate::fail;
use pyo3::prelude::*;
use qres_core::gene::{Id, MAX_GENE, id_of};
use std::{
    env,
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

/// Digits of an id that stand for it where only one of the store begins with them.
const MIN_PREFIX: usize = 4;
/// Letters of a name at most.
const MAX_NAME: usize = 64;

/// Where genes are.
#[derive(Debug)]
pub(crate) struct Store(PathBuf);

impl Store {
    /// The store in the folder `named`, else in `QRES_STORE`, else among the data of the user.
    pub(crate) fn at(named: Option<PathBuf>) -> PyResult<Self> {
        let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let folder = named.or_else(|| set("QRES_STORE"));
        let folder = folder.or_else(|| Some(data_folder(set)?.join("qres").join("genes")));
        folder.map(Self).ok_or_else(|| {
            let said = "there is no store of genes: no home folder is set";
            fail::usage(said, "say where genes are with `store=` or `QRES_STORE`")
        })
    }

    /// Returns its folder, which need not exist.
    pub(crate) fn folder(&self) -> &Path {
        &self.0
    }

    /// Returns the gene of this id, if it is there; one that is damaged is refused.
    pub(crate) fn get(&self, id: &Id) -> PyResult<Option<Vec<u8>>> {
        let path = self.0.join(gene_file(id));
        if !path.is_file() {
            return Ok(None);
        }
        let bytes = read(&path)?;
        if id_of(&bytes) == *id {
            return Ok(Some(bytes));
        }
        let said = format!("the store is damaged: `{}` is not the gene that it is called", path.display());
        Err(fail::usage(said, "install it again from where it was trained"))
    }

    /// Returns the id that `word` stands for: a name, an id, or the beginning of one.
    pub(crate) fn find(&self, word: &str) -> PyResult<Option<Id>> {
        if is_name(word)
            && let Some(id) = self.named(word)
        {
            return Ok(Some(id));
        }
        let prefix = word.to_ascii_lowercase();
        let is_prefix = prefix.len() >= MIN_PREFIX && prefix.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_prefix { self.beginning(&prefix) } else { Ok(None) }
    }

    /// Returns the one gene whose id begins with these hex digits, if there is one; several are refused.
    pub(crate) fn beginning(&self, digits: &str) -> PyResult<Option<Id>> {
        let files = match fs::read_dir(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            files => files.map_err(|source| fail::io(&self.0, &source))?,
        };
        let mut found: Vec<Id> = files
            .filter_map(|file| id_in(file.ok()?.file_name().to_str()?.strip_suffix(".gene")?))
            .filter(|id| fail::hex(id).starts_with(digits))
            .collect();
        if found.len() > 1 {
            let said = format!("`{digits}` is the beginning of {} genes", found.len());
            return Err(fail::usage(said, "give more digits, or a name"));
        }
        Ok(found.pop())
    }

    /// Puts a gene into the store and names it; a name moves from another gene only by `force`.
    pub(crate) fn install(&self, id: &Id, gene: &[u8], name: Option<&str>, force: bool) -> PyResult<()> {
        if let Some(name) = name.filter(|name| !is_name(name)) {
            let hint = "a name is 1 to 64 letters, digits, `.`, `-` and `_`, begins with a letter or digit, and is no id";
            return Err(fail::usage(format!("`{name}` cannot be the name of a gene"), hint));
        }
        let failed = |source| fail::io(&self.0, &source);
        fs::create_dir_all(self.0.join("names")).map_err(failed)?;
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(self.0.join(".lock"));
        let lock = lock.map_err(failed)?;
        // Some file systems know no locks: files still appear whole there.
        let _ = lock.lock();
        let taken = name.and_then(|name| self.named(name)).filter(|other| other != id);
        if let (Some(name), Some(other), false) = (name, taken, force) {
            let said = format!("the name `{name}` stands for gene {} already", fail::hex(&other[..6]));
            return Err(fail::usage(said, "choose another name, or move it with `force=True`"));
        }
        if !matches!(self.get(id), Ok(Some(_))) {
            place(&self.0.join(gene_file(id)), gene)?;
        }
        name.map_or(Ok(()), |name| place(&self.name_file(name), format!("{}\n", fail::hex(id)).as_bytes()))
    }

    fn named(&self, name: &str) -> Option<Id> {
        id_in(fs::read_to_string(self.name_file(name)).ok()?.strip_suffix('\n')?)
    }

    fn name_file(&self, name: &str) -> PathBuf {
        self.0.join("names").join(format!("{name}.name"))
    }
}

/// Writes a file whole or not at all, and waits for the disk.
fn place(path: &Path, bytes: &[u8]) -> PyResult<()> {
    let folder = path.parent().unwrap_or(path);
    let write = || {
        let mut file = tempfile::Builder::new().suffix(".qres-part").tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)
    };
    write().map(drop).map_err(|source| fail::io(path, &source))
}

fn is_name(name: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    let first = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    first && name.len() <= MAX_NAME && name.bytes().all(letter) && id_in(&name.to_ascii_lowercase()).is_none()
}

/// Returns the folder for data of the user.
fn data_folder(set: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    if cfg!(windows) {
        return set("APPDATA");
    }
    if cfg!(target_os = "macos") {
        return Some(set("HOME")?.join("Library").join("Application Support"));
    }
    let named = set("XDG_DATA_HOME").filter(|path| path.is_absolute());
    named.or_else(|| Some(set("HOME")?.join(".local").join("share")))
}

fn gene_file(id: &Id) -> String {
    format!("{}.gene", fail::hex(id))
}

/// Returns the id that 64 hex digits in lower case are.
fn id_in(text: &str) -> Option<Id> {
    let lower = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if !text.bytes().all(lower) {
        return None;
    }
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
    let bytes: Option<Vec<u8>> =
        pairs.iter().map(|pair| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok()).collect();
    bytes?.try_into().ok()
}

/// Returns the bytes of the file at `path`, and one more than a gene may have at most.
pub(crate) fn read(path: &Path) -> PyResult<Vec<u8>> {
    let mut bytes = Vec::new();
    let failed = |source| fail::io(path, &source);
    File::open(path).map_err(failed)?.take(MAX_GENE as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}
