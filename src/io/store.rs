//! The store: genes in a folder of the user, found by the id of their content or by a name.
//!
//! ```text
//! STORE/<id>.gene            a gene; <id> is 64 hex digits
//! STORE/names/<NAME>.name    the 64 hex digits of the gene that NAME stands for, and a line end
//! STORE/.lock                held by whoever writes
//! ```
//! A file appears whole or not at all. A gene is used only if its content has the id in its name, and never changes, so
//! readers need no lock. Whoever writes holds the lock: temporary files that it finds were left by a writer that died, and
//! are removed. Called by the commands of `gene`, and by [`super::genes`] for a gene that is asked for by id or by name.

use super::{draft, input::quoted};
use crate::{
    failure::{Exit, Failure, Outcome},
    text::{plain, units},
};
use qres_core::gene::{Gene, Id, MAX_GENE, id_of};
use std::{
    collections::BTreeMap,
    env, fmt,
    fs::{self, File, OpenOptions},
    io::{self, Read},
    path::{Path, PathBuf},
};

/// Digits of an id that stand for it where only one of the store begins with them.
const MIN_PREFIX: usize = 4;
/// Letters of a name at most.
const MAX_NAME: usize = 64;

/// Where genes are, if there is such a place.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    folder: Option<PathBuf>,
}

/// The store while nobody else writes to it.
#[derive(Debug)]
pub(crate) struct Writer<'s> {
    store: &'s Store,
    folder: &'s Path,
    /// Held until it is dropped.
    _lock: File,
}

/// What installing did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Installed {
    /// The gene was not there.
    New,
    /// It was there.
    Already,
    /// It was there and damaged.
    Mended,
}

/// A part of a store that is not what it is called.
#[derive(Debug)]
pub(crate) enum Damaged {
    /// The gene in a file of that name has another id.
    Gene(String, Id),
    /// A name stands for no gene.
    Name(String),
}

impl fmt::Display for Damaged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the store is damaged: ")?;
        match self {
            Self::Gene(path, _) => write!(f, "{path} is not the gene that it is called"),
            Self::Name(name) => write!(f, "the name `{name}` stands for no gene"),
        }
    }
}

impl std::error::Error for Damaged {}

impl From<Damaged> for Failure {
    fn from(damaged: Damaged) -> Self {
        let hint = match &damaged {
            Damaged::Gene(_, id) => {
                let id = short(id);
                format!("install it again from where it was trained, or remove it with `qres gene rm {id}`")
            }
            Damaged::Name(name) => format!(
                "name the gene again with `qres gene install -f --name {name} FILE`, or `qres gene rm {name}`"
            ),
        };
        Self::typed(Exit::Corrupt, damaged, hint)
    }
}

/// There is no place where a store could be, which is needed for the gene `wanted`.
pub(crate) fn no_store(wanted: Option<&str>) -> Failure {
    let none = "there is no store of genes: no home folder is set";
    let what = wanted.map_or_else(|| none.into(), |word| format!("{word} is no file, and {none}"));
    Failure::refused(what, "say where genes are with `--store DIR` or `QRES_STORE`")
}

impl Store {
    /// The store in the folder `named`, else in `QRES_STORE`, else among the data of the user.
    pub(crate) fn at(named: Option<&Path>) -> Self {
        let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let folder = named.map(Path::to_owned).or_else(|| set("QRES_STORE"));
        Self { folder: folder.or_else(|| Some(data_folder(set)?.join("qres").join("genes"))) }
    }

    /// Its folder, which need not exist.
    pub(crate) fn folder(&self) -> Outcome<&Path> {
        self.folder.as_deref().ok_or_else(|| no_store(None))
    }

    /// The gene of this id, if it is there; one that is damaged is refused.
    pub(crate) fn get(&self, id: &Id) -> Outcome<Option<Vec<u8>>> {
        let Some(folder) = &self.folder else { return Ok(None) };
        let path = folder.join(gene_file(id));
        let bytes = match read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            other => other.map_err(Failure::reading(quoted(&path)))?,
        };
        if id_of(&bytes) != *id || Gene::parse(&bytes).is_err() {
            return Err(Failure::from(Damaged::Gene(quoted(&path), *id)));
        }
        Ok(Some(bytes))
    }

    /// The id that `word` stands for: a name, an id, or the beginning of one.
    pub(crate) fn find(&self, word: &str) -> Outcome<Option<Id>> {
        if let Some(named) = self.names()?.remove(word) {
            let damaged = || Failure::from(Damaged::Name(word.into()));
            return named.ok_or_else(damaged).map(Some);
        }
        let prefix = word.to_ascii_lowercase();
        match prefix.len() >= MIN_PREFIX && prefix.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            true => self.beginning(&prefix),
            false => Ok(None),
        }
    }

    /// The one gene whose id begins with these hex digits, if there is one; several are refused.
    pub(crate) fn beginning(&self, digits: &str) -> Outcome<Option<Id>> {
        let mut found = self.ids()?;
        found.retain(|id| units::hex(id).starts_with(digits));
        if found.len() <= 1 {
            return Ok(found.pop());
        }
        let all: Vec<String> = found.iter().map(|id| units::hex(id)).collect();
        let what = format!("`{digits}` is the beginning of {} genes:\n    {}", all.len(), all.join("\n    "));
        Err(Failure::refused(what, "give more digits, or a name"))
    }

    /// The ids of all genes, ascending, damaged ones included.
    pub(crate) fn ids(&self) -> Outcome<Vec<Id>> {
        let folder = self.folder()?;
        let mut ids: Vec<Id> =
            listed(folder)?.iter().filter_map(|name| id_in(name.strip_suffix(".gene")?)).collect();
        ids.sort_unstable();
        Ok(ids)
    }

    /// All names and the ids that they stand for; `None` where a name is damaged.
    pub(crate) fn names(&self) -> Outcome<BTreeMap<String, Option<Id>>> {
        let folder = self.folder()?.join("names");
        let mut names = BTreeMap::new();
        for file in listed(&folder)? {
            if let Some(name) = file.strip_suffix(".name").filter(|name| is_name(name)) {
                let text = read(&folder.join(&file)).unwrap_or_default();
                let id = str::from_utf8(&text).ok().and_then(|text| id_in(text.strip_suffix('\n')?));
                names.insert(name.to_owned(), id);
            }
        }
        Ok(names)
    }

    /// Waits until nobody else writes; makes the folder.
    pub(crate) fn write(&self) -> Outcome<Writer<'_>> {
        let folder = self.folder()?;
        let failed = || Failure::writing(quoted(folder));
        fs::create_dir_all(folder.join("names")).map_err(failed())?;
        let lock =
            at_once(OpenOptions::new().create(true).truncate(false).write(true)).open(folder.join(".lock"));
        let lock = lock.map_err(failed())?;
        if locked(&lock) {
            remove_leftovers(folder);
            remove_leftovers(&folder.join("names"));
        }
        Ok(Writer { store: self, folder, _lock: lock })
    }
}

impl Writer<'_> {
    /// Puts a gene that has been checked into the store, and names it; a name moves from another gene only if that is
    /// insisted on.
    pub(crate) fn install(&self, gene: &[u8], name: Option<&str>, force: bool) -> Outcome<Installed> {
        let id = id_of(gene);
        let taken = name.and_then(|name| self.store.names().map(|mut names| names.remove(name)).transpose());
        let taken = taken.transpose()?.flatten();
        if let (Some(name), Some(other), false) = (name, taken.filter(|other| *other != id), force) {
            let what = format!("the name `{name}` stands for gene {} already", short(&other));
            return Err(Failure::refused(what, "choose another name, or move it with `-f`"));
        }
        let installed = match self.store.get(&id) {
            Ok(Some(_)) => Installed::Already,
            Ok(None) => Installed::New,
            Err(failure) if failure.cause::<Damaged>().is_some() => Installed::Mended,
            Err(other) => return Err(other),
        };
        if installed != Installed::Already {
            place(&self.folder.join(gene_file(&id)), gene)?;
        }
        if let Some(name) = name.filter(|_| taken != Some(id)) {
            place(&self.name_file(name), format!("{}\n", units::hex(&id)).as_bytes())?;
        }
        Ok(installed)
    }

    /// Removes the gene of this id and its names; the names.
    pub(crate) fn remove(&self, id: &Id) -> Outcome<Vec<String>> {
        let names: Vec<String> = self
            .store
            .names()?
            .into_iter()
            .filter(|(_, named)| named.as_ref() == Some(id))
            .map(|(name, _)| name)
            .collect();
        names.iter().try_for_each(|name| self.forget(name))?;
        remove_file(&self.folder.join(gene_file(id)))?;
        Ok(names)
    }

    /// Removes a name.
    pub(crate) fn forget(&self, name: &str) -> Outcome {
        remove_file(&self.name_file(name))
    }

    fn name_file(&self, name: &str) -> PathBuf {
        self.folder.join("names").join(format!("{name}.name"))
    }
}

/// Refuses what cannot name a gene.
pub(crate) fn check_name(name: &str) -> Outcome {
    if is_name(name) {
        return Ok(());
    }
    let what = format!("`{}` cannot be the name of a gene", plain::printable(name));
    let hint =
        "a name is 1 to 64 letters, digits, `.`, `-` and `_`, begins with a letter or digit, and is no id";
    Err(Failure::usage(what, hint))
}

/// The beginning of an id, for people.
pub(crate) fn short(id: &Id) -> String {
    units::hex(&id[..6])
}

fn is_name(name: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    let first = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    first && name.len() <= MAX_NAME && name.bytes().all(letter) && id_in(&name.to_ascii_lowercase()).is_none()
}

/// The folder for data of the user.
fn data_folder(set: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    if cfg!(windows) {
        return set("APPDATA");
    }
    if cfg!(target_os = "macos") {
        return Some(set("HOME")?.join("Library").join("Application Support"));
    }
    // As the XDG base directory specification has it: a relative path is to be ignored.
    let named = set("XDG_DATA_HOME").filter(|path| path.is_absolute());
    named.or_else(|| Some(set("HOME")?.join(".local").join("share")))
}

fn gene_file(id: &Id) -> String {
    format!("{}.gene", units::hex(id))
}

/// The id that 64 hex digits are, in lower case.
fn id_in(text: &str) -> Option<Id> {
    let digit = |byte: &u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
    let bytes: Option<Vec<u8>> =
        pairs.iter().map(|[high, low]| Some(digit(high)? << 4 | digit(low)?)).collect();
    bytes?.try_into().ok()
}

/// The names of what is in a folder; none if there is no folder.
fn listed(folder: &Path) -> Outcome<Vec<String>> {
    let failed = || Failure::reading(quoted(folder));
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(vec![]),
        other => other.map_err(failed())?,
    };
    let mut names = Vec::new();
    for entry in entries {
        // What is not a text is not ours.
        names.extend(entry.map_err(failed())?.file_name().into_string().ok());
    }
    Ok(names)
}

/// As much of a file as a gene may have, and one byte more; nothing of what is not a file.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = at_once(OpenOptions::new().read(true)).open(path)?;
    if file.metadata()?.is_file() {
        file.take(MAX_GENE as u64 + 1).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// Opens without waiting: for the other end of a named pipe that may never come.
fn at_once(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(OFlags::NONBLOCK.bits().cast_signed());
    }
    options
}

/// Writes a file whole or not at all, and waits for the disk.
fn place(path: &Path, bytes: &[u8]) -> Outcome {
    draft::write(path, bytes).map_err(Failure::writing(quoted(path)))
}

fn remove_file(path: &Path) -> Outcome {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Failure::io(format!("cannot remove {}", quoted(path)), error))
        }
        _ => {
            settle(path);
            Ok(())
        }
    }
}

/// Waits until the folder of `path` is on disk.
fn settle(path: &Path) {
    // A store on a disk that fails shows that when it is read.
    let _ = draft::settle(draft::folder(path));
}

/// Whether the lock is ours alone. Some file systems know no locks: files still appear whole there.
fn locked(lock: &File) -> bool {
    loop {
        match lock.lock() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other.is_ok(),
        }
    }
}

/// Removes what writers that died have left. Only under the lock, when there is no other writer.
fn remove_leftovers(folder: &Path) {
    for name in listed(folder).unwrap_or_default().iter().filter(|name| is_temporary(name)) {
        // It does no harm where it is.
        let _ = fs::remove_file(folder.join(name));
    }
}

/// Whether a file is called as the draft of a gene or a name is.
fn is_temporary(file: &str) -> bool {
    let Some(place) = file.strip_prefix('.').and_then(|rest| rest.strip_suffix(draft::PART)) else {
        return false;
    };
    let gene = place.strip_suffix(".gene").is_some_and(|id| id_in(id).is_some());
    gene || place.strip_suffix(".name").is_some_and(is_name)
}

#[cfg(test)]
mod tests;
