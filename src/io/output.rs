//! What is written: stdout, a device, or a file that appears whole or not at all.
//!
//! A file is a [`Draft`] until it is complete, so that nobody ever sees half of it. Devices and pipes that have a name are
//! written as they are: they cannot be replaced.

use super::{
    append::{self, Appended},
    draft::{self, Draft, Readers},
    genes::Genes,
    growing::Growing,
    input::{Input, quoted},
};
use crate::failure::{Failure, Outcome};
use std::{
    fs::{self, File, Metadata, OpenOptions},
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
};

/// Where output shall go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// The standard output.
    Stdout,
    /// A file of that name.
    File(PathBuf),
    /// The end of the archive of that name.
    After(PathBuf),
}

impl Target {
    /// What `-o` names.
    pub(crate) fn named(path: &Path) -> Self {
        if path == Path::new("-") { Self::Stdout } else { Self::File(path.to_owned()) }
    }

    /// Whether stdout carries the data.
    pub(crate) fn is_stdout(&self) -> bool {
        *self == Self::Stdout
    }

    /// Whether what is written there is kept: neither a pipe nor a device keeps anything.
    pub(crate) fn keeps(&self) -> bool {
        match self {
            Self::Stdout => false,
            Self::File(path) | Self::After(path) => fs::metadata(path).map_or(true, |meta| meta.is_file()),
        }
    }

    /// The name for messages.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Stdout => "stdout".into(),
            Self::File(path) | Self::After(path) => quoted(path),
        }
    }

    /// The name for programs.
    pub(crate) fn plain(&self) -> String {
        match self {
            Self::Stdout => "-".into(),
            Self::File(path) | Self::After(path) => path.display().to_string(),
        }
    }
}

/// What will be written, and so what a terminal may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// An archive: not for terminals.
    Archive,
    /// A live link: not for terminals.
    Link,
    /// A gene: not for terminals.
    Gene,
    /// The flash memory of a board: not for terminals.
    #[cfg(feature = "flash")]
    Image,
    /// A proof: not for terminals.
    Proof,
    /// What an archive held: for terminals unless it turns out to be binary.
    Text,
}

impl Content {
    /// What it is called, if it is always binary.
    fn binary(self) -> Option<&'static str> {
        match self {
            Self::Archive => Some("an archive"),
            Self::Link => Some("a live link"),
            Self::Gene => Some("a gene"),
            Self::Proof => Some("a proof"),
            #[cfg(feature = "flash")]
            Self::Image => Some("an image"),
            Self::Text => None,
        }
    }
}

/// An output that is open.
#[derive(Debug)]
pub(crate) struct Output {
    sink: Sink,
    name: String,
    /// Whether a terminal shows it.
    pub(crate) is_terminal: bool,
    refuse_binary: bool,
    /// Bytes that may be written, and how many of them are left.
    room: Option<(u64, u64)>,
}

#[derive(Debug)]
enum Sink {
    Stdout,
    Device(File),
    Append(Appended),
    Growing(Growing),
    File { draft: Draft, force: bool },
}

impl Output {
    /// Opens `target` for what is read from `input`.
    pub(crate) fn create(target: &Target, content: Content, force: bool, input: &Input) -> Outcome<Self> {
        Self::open(target, content, force, Some(input), Growth::Whole)
    }

    /// Opens stdout or a file for what is made from no single input.
    pub(crate) fn alone(target: &Target, content: Content, force: bool) -> Outcome<Self> {
        Self::open(target, content, force, None, Growth::Whole)
    }

    /// Opens `target` for what is read from `input` as it comes: a file is there from the first flush on.
    pub(crate) fn live(target: &Target, content: Content, force: bool, input: &Input) -> Outcome<Self> {
        Self::open(target, content, force, Some(input), Growth::Live)
    }

    fn open(
        target: &Target,
        content: Content,
        force: bool,
        input: Option<&Input>,
        growth: Growth,
    ) -> Outcome<Self> {
        let is_terminal = guard(target, content, force)?;
        let sink = match target {
            Target::Stdout => {
                input.map_or(Ok(()), |input| input.differs_from(same_file::Handle::stdout()))?;
                Sink::Stdout
            }
            Target::File(path) | Target::After(path) => {
                // Opening a named pipe to compare it would wait for its other end.
                if let Some(input) = input.filter(|_| path.is_file()) {
                    input.differs_from(same_file::Handle::from_path(path))?;
                }
                // What comes from a file may be for its owner alone.
                let is_private = input.is_some_and(|input| input.length().is_some());
                let readers = if is_private { Readers::Owner } else { Readers::Usual };
                open_file(path, force, readers, growth)?
            }
        };
        Ok(Self { sink, name: target.name(), is_terminal, refuse_binary: is_terminal && !force, room: None })
    }

    /// The same, which takes no more than `most` bytes, if that is said.
    pub(crate) fn limited(self, most: Option<u64>) -> Self {
        Self { room: most.map(|most| (most, most)), ..self }
    }

    /// Opens the archive at `path`, or a new one, to add what is read from `input`; `live` as it comes. What its end lacks is
    /// found out with `genes` and `limit` bytes of memory.
    pub(crate) fn after(path: &Path, input: &Input, live: bool, genes: &Genes, limit: u64) -> Outcome<Self> {
        let target = Target::After(path.to_owned());
        if matches!(fs::symlink_metadata(path), Err(error) if error.kind() == io::ErrorKind::NotFound) {
            let growth = if live { Growth::Live } else { Growth::Whole };
            return Self::open(&target, Content::Archive, false, Some(input), growth);
        }
        let (file, mending) = append::open(path, input, genes, limit)?;
        let sink = match live {
            true => Sink::Growing(Growing::after(file, mending)),
            false => Sink::Append(Appended::new(file, mending)),
        };
        Ok(Self { sink, name: target.name(), is_terminal: false, refuse_binary: false, room: None })
    }

    /// The file that is being written, if nobody sees it yet.
    pub(crate) fn draft(&self) -> Option<&File> {
        match &self.sink {
            Sink::File { draft, .. } => Some(&draft.file),
            _ => None,
        }
    }

    /// Writes all of `bytes`, or what there is room for.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Outcome {
        let Some((allowed, left)) = self.room else { return self.write_all(bytes) };
        let fits = bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        self.room = Some((allowed, left - fits as u64));
        self.write_all(&bytes[..fits])?;
        if fits == bytes.len() { Ok(()) } else { Err(Failure::too_much(&self.name, allowed)) }
    }

    fn write_all(&mut self, bytes: &[u8]) -> Outcome {
        if self.refuse_binary && bytes.contains(&0) {
            return Err(Failure::usage(
                "this text is binary and stdout is a terminal",
                "send it to a file or a pipe",
            ));
        }
        match &mut self.sink {
            Sink::Stdout => io::stdout().lock().write_all(bytes),
            Sink::Device(file) => file.write_all(bytes),
            Sink::File { draft, .. } => draft.file.write_all(bytes),
            Sink::Append(archive) => archive.write(bytes),
            Sink::Growing(file) => file.write(bytes),
        }
        .map_err(Failure::writing(&self.name))
    }

    /// Hands on what was written to whoever reads at the other end.
    pub(crate) fn flush(&mut self) -> Outcome {
        match &mut self.sink {
            Sink::Stdout => io::stdout().lock().flush().map_err(Failure::writing(&self.name)),
            Sink::Growing(file) => file.flush().map_err(|error| placing(&self.name, error)),
            Sink::Device(_) | Sink::Append(_) | Sink::File { .. } => Ok(()),
        }
    }

    /// Completes the output: a file takes its place, with the mode and time of `like`; `durable` waits for the disk.
    pub(crate) fn finish(mut self, like: Option<&Metadata>, durable: bool) -> Outcome {
        self.flush()?;
        let failed = || Failure::writing(&self.name);
        let like = like.filter(|like| like.is_file());
        let (draft, force) = match self.sink {
            Sink::Stdout | Sink::Device(_) => return Ok(()),
            Sink::Append(archive) => return archive.finish().map_err(failed()),
            Sink::Growing(file) => {
                let (file, is_new) = file.finish().map_err(failed())?;
                return like
                    .filter(|_| is_new)
                    .map_or(Ok(()), |like| resemble(&file, like))
                    .map_err(failed());
            }
            Sink::File { draft, force } => (draft, force),
        };
        like.map_or(Ok(()), |like| resemble(&draft.file, like)).map_err(failed())?;
        if durable {
            draft.file.sync_all().map_err(failed())?;
        }
        let folder = draft::folder(draft.place()).to_owned();
        draft.put(force).map_err(|error| placing(&self.name, error))?;
        if durable {
            draft::settle(&folder).map_err(failed())?;
        }
        Ok(())
    }
}

/// Whether a file is seen before it is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Growth {
    Whole,
    Live,
}

/// Gives `file` the owner, the mode and the time of `like`. What a mode says beyond who may read, write and run is about its owner,
/// and need not be meant for ours.
fn resemble(file: &File, like: &Metadata) -> io::Result<()> {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has bits to mask"))]
    let mut permissions = like.permissions();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        permissions.set_mode(permissions.mode() & 0o777);
    }
    draft::give(file, like);
    file.set_permissions(permissions)?;
    file.set_modified(like.modified()?)
}

/// Whether `target` is a terminal; refuses one for what is binary.
fn guard(target: &Target, content: Content, force: bool) -> Outcome<bool> {
    let is_terminal = target.is_stdout() && io::stdout().is_terminal();
    match content.binary().filter(|_| is_terminal && !force) {
        None => Ok(is_terminal),
        Some(what) => Err(Failure::usage(
            format!("{what} is binary and stdout is a terminal"),
            "write to a file with `-o FILE`, pipe it on, or insist with `-f`",
        )),
    }
}

fn open_file(path: &Path, force: bool, readers: Readers, growth: Growth) -> Outcome<Sink> {
    let name = quoted(path);
    match fs::metadata(path) {
        Ok(meta) if meta.is_dir() => {
            let hint = "name the file to write, such as `-o FOLDER/data.qres`";
            return Err(Failure::refused(format!("{name} is a folder"), hint));
        }
        Ok(meta) if !meta.is_file() => {
            let device = OpenOptions::new().write(true).open(path).map_err(Failure::writing(&name))?;
            return Ok(Sink::Device(device));
        }
        Ok(_) if !force => return Err(exists(&name)),
        _ => {}
    }
    // A link keeps pointing where it points: its target is what is replaced.
    let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let sink = match growth {
        Growth::Whole => Draft::begin(&place, readers).map(|draft| Sink::File { draft, force }),
        Growth::Live => Growing::new(&place, readers, force).map(Sink::Growing),
    };
    sink.map_err(|error| placing(&name, error))
}

/// The failure of making the file `name` or of giving it its place.
fn placing(name: &str, error: io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::AlreadyExists => exists(name),
        io::ErrorKind::ResourceBusy => {
            let hint = "wait for it to end; if there is none, remove the hidden `.qres-part` beside it";
            Failure::refused(format!("{name} is being written by another program"), hint)
        }
        _ => Failure::writing(name)(error),
    }
}

fn exists(name: &str) -> Failure {
    Failure::refused(format!("{name} exists already"), "overwrite it with `-f`, or write elsewhere with `-o`")
}
