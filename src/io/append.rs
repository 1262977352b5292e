//! An archive that another frame is added to: whole before, whole after, and as it was when something fails.

use super::{catalogue, input::quoted, output::same_file};
use crate::{
    error::{Failure, Outcome},
    io::input::Input,
    signal::Pending,
};
use std::{
    fs::{File, OpenOptions},
    io::{self, Seek, SeekFrom, Write},
    path::Path,
};

/// An archive open at its end. Dropped before [`Appended::finish`], it is cut back to what it was.
#[derive(Debug)]
pub(crate) struct Appended {
    file: File,
    before: u64,
    pending: Option<Pending>,
}

impl Appended {
    /// Opens the archive at `path`, or makes an empty one.
    pub(crate) fn open(path: &Path, input: &Input) -> Outcome<Self> {
        let name = quoted(path);
        let failed = || Failure::writing(&name);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(failed())?;
        if file.try_lock().is_err() {
            return Err(Failure::refused(
                format!("{name} is being written by another program"),
                "wait for it to end",
            ));
        }
        same_file(same_file::Handle::from_path(path), input)?;
        let before = file.metadata().map_err(failed())?.len();
        if before > 0 && catalogue::last_frame(&mut file, before).map_err(failed())?.is_none() {
            let hint = "append to an archive that is whole; `qres test` says what is wrong with this one";
            return Err(Failure::refused(format!("{name} does not end as an archive does"), hint));
        }
        let undo = file.try_clone().map_err(failed())?;
        let ((), pending) = Pending::start(|| {
            file.seek(SeekFrom::Start(before))?;
            Ok(((), move || drop(undo.set_len(before))))
        })
        .map_err(|error: io::Error| failed()(error))?;
        Ok(Self { file, before, pending: Some(pending) })
    }

    /// Completes the archive.
    pub(crate) fn finish(mut self, durable: bool) -> io::Result<()> {
        if durable {
            self.file.sync_all()?;
        }
        if let Some(pending) = self.pending.take() {
            pending.complete(|| ());
        }
        Ok(())
    }
}

impl Write for Appended {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let file = &mut self.file;
        match &self.pending {
            Some(pending) => pending.go_on(|| file.write(bytes)),
            None => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Appended {
    fn drop(&mut self) {
        if self.pending.is_some() {
            // Nothing more can be done if even this fails; `--salvage` reads past such an end.
            let _ = self.file.set_len(self.before);
        }
    }
}
