//! An archive that another frame is added to: at any instant it is what it was or what it becomes.
//!
//! The frame begins as one that does not count ([`UNFINISHED`]), and is made to count when all of it is on disk. What a
//! writer that died has left behind the archive is mended first; see [`super::mend`]. Nothing is changed before the first
//! byte of the frame is there.

use super::{
    genes::Genes,
    input::{Input, quoted},
    mend::{self, Mending},
};
use crate::{
    failure::{Failure, Outcome},
    signal::Pending,
};
use qres_core::frame::{MAGIC, UNFINISHED};
use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Seek, SeekFrom, Write},
    path::Path,
    thread,
    time::Duration,
};

/// An archive to write behind the end of. Dropped before [`Appended::finish`], it is cut back to what it was.
#[derive(Debug)]
pub(crate) struct Appended {
    file: File,
    mending: Mending,
    /// Once something has been written.
    pending: Option<Pending>,
}

/// Opens the archive at `path` to write to it alone, and finds out what its end lacks; decoding may take `limit` bytes.
pub(crate) fn open(path: &Path, input: &Input, genes: &Genes, limit: u64) -> Outcome<(File, Mending)> {
    let mut file = claim(path)?;
    input.differs_from(same_file::Handle::from_path(path))?;
    let mending = mend::examine(&mut file, path, genes, limit)?;
    Ok((file, mending))
}

/// Opens the file at `path` for reading and writing, which nobody else may write meanwhile.
pub(crate) fn claim(path: &Path) -> Outcome<File> {
    let name = quoted(path);
    let failed = || Failure::writing(&name);
    if !path.metadata().map_err(failed())?.is_file() {
        let hint = "an archive on a disk can be gone on with; write to what this is with `-o`";
        return Err(Failure::refused(format!("{name} is no file"), hint));
    }
    let file = OpenOptions::new().read(true).write(true).open(path).map_err(failed())?;
    // Whoever reads it asks for a moment whether it is being written.
    for _ in 0..20 {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(10)),
            _ => return Ok(file),
        }
    }
    Err(Failure::refused(format!("{name} is being written by another program"), "wait for it to end"))
}

impl Appended {
    /// Goes on with a `file` that [`open`] gave.
    pub(crate) fn new(file: File, mending: Mending) -> Self {
        Self { file, mending, pending: None }
    }

    /// Writes all of `bytes`, of which the first that come begin a frame.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &self.pending {
            Some(pending) => pending.go_on(|| self.file.write_all(bytes)),
            None => self.begin(bytes),
        }
    }

    fn begin(&mut self, bytes: &[u8]) -> io::Result<()> {
        let (file, mending) = (&mut self.file, &self.mending);
        let (undo, before) = (file.try_clone()?, mending.length());
        let ((), pending) = Pending::start(|| {
            mending.apply(file)?;
            Ok(((), move || drop(undo.set_len(before))))
        })?;
        let pending = self.pending.insert(pending);
        pending.go_on(|| {
            file.write_all(&UNFINISHED[..1])?;
            file.write_all(bytes.strip_prefix(&MAGIC[..1]).unwrap_or(bytes))
        })
    }

    /// Completes the archive.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        let Some(pending) = self.pending.take() else { return Ok(()) };
        let file = &mut self.file;
        // The frame must not count before all of it is there, whatever happens to the machine.
        let placed = file.sync_data().and_then(|()| {
            pending.complete(|| {
                file.seek(SeekFrom::Start(self.mending.length()))?;
                file.write_all(&MAGIC[..1])
            })
        });
        match placed {
            Ok(()) => file.sync_data(),
            Err(error) => file.set_len(self.mending.length()).and(Err(error)),
        }
    }
}

impl Drop for Appended {
    fn drop(&mut self) {
        if self.pending.is_some() {
            // Nothing more can be done if even this fails; readers step over what does not count.
            let _ = self.file.set_len(self.mending.length());
        }
    }
}
