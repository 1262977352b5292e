//! What is read: a file, or stdin. A terminal is not waited on unless asked for by name.

use crate::{
    failure::{Failure, Outcome},
    text::plain,
};
use std::{
    fmt,
    fs::{File, Metadata, TryLockError},
    io::{self, IsTerminal, Read},
    path::{Path, PathBuf},
};

/// An input that is open.
#[derive(Debug)]
pub(crate) struct Input {
    source: Source,
    meta: Option<Metadata>,
    /// What has been looked at and comes first.
    front: Vec<u8>,
}

/// Bytes that are looked at together.
const LOOK: usize = 4 << 10;

#[derive(Debug)]
enum Source {
    Stdin,
    File {
        file: File,
        path: PathBuf,
    },
    /// Bytes that come in pieces of so many, in turn.
    #[cfg(test)]
    Pieces {
        bytes: io::Cursor<Vec<u8>>,
        sizes: std::iter::Cycle<std::vec::IntoIter<usize>>,
    },
}

impl Input {
    /// Opens `path`; `-` is stdin.
    pub(crate) fn open(path: &Path) -> Outcome<Self> {
        if path == Path::new("-") {
            if io::stdin().is_terminal() {
                return Err(Failure::usage(
                    "stdin is a terminal, and nobody would type an input",
                    "name a file, or send data in with `<` or `|`",
                ));
            }
            return Ok(Self { source: Source::Stdin, meta: None, front: Vec::new() });
        }
        let name = quoted(path);
        let file = File::open(path).map_err(Failure::reading(&name))?;
        let meta = file.metadata().map_err(Failure::reading(&name))?;
        if meta.is_dir() {
            return Err(Failure::reading(&name)(io::ErrorKind::IsADirectory.into()));
        }
        Ok(Self { source: Source::File { file, path: path.to_owned() }, meta: Some(meta), front: Vec::new() })
    }

    /// `bytes`, of which so many come at once, in turn.
    #[cfg(test)]
    pub(crate) fn pieces(bytes: Vec<u8>, sizes: Vec<usize>) -> Self {
        let source = Source::Pieces { bytes: io::Cursor::new(bytes), sizes: sizes.into_iter().cycle() };
        Self { source, meta: None, front: Vec::new() }
    }

    /// Bytes of a regular file.
    pub(crate) fn length(&self) -> Option<u64> {
        self.meta.as_ref().filter(|meta| meta.is_file()).map(Metadata::len)
    }

    /// The file itself, if one can seek in it; whoever takes it seeks before anything is read.
    pub(crate) fn seekable(&mut self) -> Option<&mut File> {
        match &mut self.source {
            Source::File { file, .. } if self.meta.as_ref().is_some_and(Metadata::is_file) => {
                self.front.clear();
                Some(file)
            }
            _ => None,
        }
    }

    /// Refuses to read and write one file at once: that would destroy it, or never end.
    pub(crate) fn differs_from(&self, output: io::Result<same_file::Handle>) -> Outcome {
        let (Ok(output), Some(input)) = (output, self.identity()) else { return Ok(()) };
        // Both ends of a terminal or of /dev/null are one device too: only a file can be destroyed.
        if output == input && output.as_file().metadata().is_ok_and(|meta| meta.is_file()) {
            let what = format!("input and output are the same file ({self})");
            return Err(Failure::refused(what, "write to another file with `-o`"));
        }
        Ok(())
    }

    /// Its place, if it has one.
    pub(crate) fn path(&self) -> Option<&Path> {
        match &self.source {
            Source::File { path, .. } => Some(path),
            _ => None,
        }
    }

    /// The name for programs.
    pub(crate) fn plain(&self) -> String {
        self.path().map_or_else(|| "-".into(), |path| path.display().to_string())
    }

    /// What is to be known of it when it has been read and closed.
    pub(crate) fn origin(&self) -> Origin {
        Origin { meta: self.meta.clone(), path: self.path().map(Path::to_owned) }
    }

    /// Which file of which disk it is, to compare with the output.
    pub(crate) fn identity(&self) -> Option<same_file::Handle> {
        match &self.source {
            Source::Stdin => same_file::Handle::stdin().ok(),
            #[cfg(test)]
            Source::Pieces { .. } => None,
            Source::File { file, .. } => same_file::Handle::from_file(file.try_clone().ok()?).ok(),
        }
    }

    /// Whether another program is writing it.
    pub(crate) fn is_being_written(&self) -> bool {
        let taken = |file: &File| match file.try_lock_shared() {
            Ok(()) => file.unlock().is_err(),
            Err(error) => matches!(error, TryLockError::WouldBlock),
        };
        match &self.source {
            // The lock is one of who opened the file: stdin has to be opened anew.
            Source::Stdin => same_file::Handle::stdin().is_ok_and(|stdin| {
                let is_file = stdin.as_file().metadata().is_ok_and(|meta| meta.is_file());
                is_file && File::open("/proc/self/fd/0").is_ok_and(|file| taken(&file))
            }),
            Source::File { file, .. } => self.length().is_some() && taken(file),
            #[cfg(test)]
            Source::Pieces { .. } => false,
        }
    }

    /// Appends up to `most` bytes, less only at the end of the input; the bytes read.
    pub(crate) fn append(&mut self, into: &mut Vec<u8>, most: usize) -> Outcome<usize> {
        let read = Read::take(&mut *self, most as u64).read_to_end(into);
        read.map_err(Failure::reading(&*self))
    }

    /// Looks at the front, which has at least `bytes` bytes then unless the input ends before; nothing of it is taken.
    pub(crate) fn look(&mut self, bytes: usize) -> Outcome<&[u8]> {
        let mut front = std::mem::take(&mut self.front);
        let mut buffer = [0; LOOK];
        while front.len() < bytes {
            let read = self.some(&mut buffer)?;
            if read == 0 {
                break;
            }
            front.extend_from_slice(&buffer[..read]);
        }
        self.front = front;
        Ok(&self.front)
    }

    /// What has been looked at.
    pub(crate) fn front(&self) -> &[u8] {
        &self.front
    }

    /// Reads what there is, waiting for something; 0 at the end.
    pub(crate) fn some(&mut self, into: &mut [u8]) -> Outcome<usize> {
        loop {
            match self.read(into) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => return other.map_err(Failure::reading(&*self)),
            }
        }
    }
}

impl Read for Input {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if !self.front.is_empty() {
            let bytes = into.len().min(self.front.len());
            into[..bytes].copy_from_slice(&self.front[..bytes]);
            self.front.drain(..bytes);
            return Ok(bytes);
        }
        match &mut self.source {
            Source::Stdin => io::stdin().lock().read(into),
            #[cfg(test)]
            Source::Pieces { bytes, sizes } => {
                let most = sizes.next().unwrap_or(1).clamp(1, into.len());
                bytes.read(&mut into[..most])
            }
            Source::File { file, .. } => file.read(into),
        }
    }
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Source::Stdin => write!(f, "stdin"),
            #[cfg(test)]
            Source::Pieces { .. } => write!(f, "pieces"),
            Source::File { path, .. } => write!(f, "{}", quoted(path)),
        }
    }
}

/// Where an input came from.
#[derive(Debug)]
pub(crate) struct Origin {
    /// What the operating system knows about the file.
    pub(crate) meta: Option<Metadata>,
    path: Option<PathBuf>,
}

impl Origin {
    /// Removes the file; stdin has none.
    pub(crate) fn remove(&self) -> Outcome {
        let Some(path) = &self.path else { return Ok(()) };
        let what = || format!("cannot remove {}", quoted(path));
        std::fs::remove_file(path).map_err(|source| Failure::io(what(), source))
    }
}

/// A path as messages show it.
pub(crate) fn quoted(path: &Path) -> String {
    format!("`{}`", plain::printable(&path.to_string_lossy()))
}

/// The inputs named, or stdin.
pub(crate) fn or_stdin(named: Vec<PathBuf>) -> Vec<PathBuf> {
    if named.is_empty() { vec!["-".into()] } else { named }
}
