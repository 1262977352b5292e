//! What is written: stdout, a device, or a file that appears whole or not at all.
//!
//! A file is written under another name beside its place and renamed when it is complete, so that nobody ever sees
//! half of it. Devices and pipes that have a name are written as they are: they cannot be replaced.

use super::{
    append::Appended,
    input::{Input, quoted},
};
use crate::{
    error::{Failure, Outcome},
    signal::Pending,
};
use std::{
    fs::{self, File, Metadata, OpenOptions},
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
};
use tempfile::{NamedTempFile, TempPath};

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
    /// Whether stdout carries the data.
    pub(crate) fn is_stdout(&self) -> bool {
        *self == Self::Stdout
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
}

#[derive(Debug)]
enum Sink {
    Stdout,
    Device(File),
    Append(Appended),
    File { file: File, temporary: TempPath, place: PathBuf, force: bool, pending: Pending },
}

impl Output {
    /// Opens `target` for what is read from `input`.
    pub(crate) fn create(target: &Target, content: Content, force: bool, input: &Input) -> Outcome<Self> {
        let is_terminal = guard(target, content, force)?;
        let sink = match target {
            Target::Stdout => {
                same_file(same_file::Handle::stdout(), input)?;
                Sink::Stdout
            }
            Target::File(path) => {
                // Opening a named pipe to compare it would wait for its other end.
                if fs::metadata(path).is_ok_and(|meta| meta.is_file()) {
                    same_file(same_file::Handle::from_path(path), input)?;
                }
                open_file(path, force)?
            }
            Target::After(path) => Sink::Append(Appended::open(path, input)?),
        };
        Ok(Self { sink, name: target.name(), is_terminal, refuse_binary: is_terminal && !force })
    }

    /// Opens stdout or a file for what is made from no single input.
    pub(crate) fn alone(target: &Target, content: Content, force: bool) -> Outcome<Self> {
        let is_terminal = guard(target, content, force)?;
        let sink = match target {
            Target::Stdout => Sink::Stdout,
            Target::File(path) | Target::After(path) => open_file(path, force)?,
        };
        Ok(Self { sink, name: target.name(), is_terminal, refuse_binary: is_terminal && !force })
    }

    /// Writes all of `bytes`.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Outcome {
        if self.refuse_binary && bytes.contains(&0) {
            return Err(Failure::usage(
                "this text is binary and stdout is a terminal",
                "send it to a file or a pipe",
            ));
        }
        match &mut self.sink {
            Sink::Stdout => io::stdout().lock().write_all(bytes),
            Sink::Device(file) | Sink::File { file, .. } => file.write_all(bytes),
            Sink::Append(archive) => archive.write_all(bytes),
        }
        .map_err(Failure::writing(&self.name))
    }

    /// Hands on what was written to whoever reads at the other end.
    pub(crate) fn flush(&mut self) -> Outcome {
        match &mut self.sink {
            Sink::Stdout => io::stdout().lock().flush().map_err(Failure::writing(&self.name)),
            Sink::Device(_) | Sink::Append(_) | Sink::File { .. } => Ok(()),
        }
    }

    /// Completes the output: a file takes its place, with the mode and time of `like`; `durable` waits for the disk.
    pub(crate) fn finish(mut self, like: Option<&Metadata>, durable: bool) -> Outcome {
        self.flush()?;
        let failed = || Failure::writing(&self.name);
        let (file, temporary, place, force, pending) = match self.sink {
            Sink::Stdout | Sink::Device(_) => return Ok(()),
            Sink::Append(archive) => return archive.finish(durable).map_err(failed()),
            Sink::File { file, temporary, place, force, pending } => (file, temporary, place, force, pending),
        };
        if let Some(like) = like.filter(|like| like.is_file()) {
            file.set_permissions(like.permissions()).map_err(failed())?;
            like.modified().and_then(|time| file.set_modified(time)).map_err(failed())?;
        }
        if durable {
            file.sync_all().map_err(failed())?;
        }
        drop(file);
        let placed = pending
            .complete(|| if force { temporary.persist(&place) } else { temporary.persist_noclobber(&place) });
        placed.map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => exists(&place),
            _ => failed()(error.error),
        })
    }
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

fn open_file(path: &Path, force: bool) -> Outcome<Sink> {
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
        Ok(_) if !force => return Err(exists(path)),
        _ => {}
    }
    // A link keeps pointing where it points: its target is what is replaced.
    let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let (temporary, pending) = Pending::start(|| {
        let temporary = temporary_beside(&place)?;
        let path = temporary.path().to_owned();
        Ok((temporary, Box::new(move || drop(fs::remove_file(path))) as Box<dyn FnOnce() + Send>))
    })
    .map_err(Failure::writing(&name))?;
    let (file, temporary) = temporary.into_parts();
    Ok(Sink::File { file, temporary, place, force, pending })
}

/// A new file in the folder of `place`, with the permissions that any new file gets.
fn temporary_beside(place: &Path) -> io::Result<NamedTempFile> {
    let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut prefix = std::ffi::OsString::from(".");
    // A name may have 255 bytes: room is left for what makes it unique.
    prefix.push(place.file_name().filter(|name| name.len() < 200).unwrap_or_default());
    prefix.push(".");
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

fn exists(path: &Path) -> Failure {
    Failure::refused(
        format!("{} exists already", quoted(path)),
        "overwrite it with `-f`, or write elsewhere with `-o`",
    )
}

/// Reading and writing one file at once would destroy it, or never end.
pub(super) fn same_file(output: io::Result<same_file::Handle>, input: &Input) -> Outcome {
    let (Ok(output), Some(input_is)) = (output, input.identity()) else { return Ok(()) };
    // Both ends of a terminal or of /dev/null are one device too: only a file can be destroyed.
    if output == input_is && output.as_file().metadata().is_ok_and(|meta| meta.is_file()) {
        let what = format!("input and output are the same file ({input})");
        return Err(Failure::refused(what, "write to another file with `-o`"));
    }
    Ok(())
}
