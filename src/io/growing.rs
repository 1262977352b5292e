//! A file that is read while it is being written: it has its name from the first flush on, and what was flushed stays,
//! whatever comes then. While it is locked, readers know that it goes on.

use super::{
    draft::{Draft, Readers, folder, settle},
    mend::Mending,
};
use std::{
    fs::File,
    io::{self, Seek, SeekFrom, Write},
    path::Path,
    time::{Duration, Instant},
};

/// The file and how much of it is whole. Dropped before [`Growing::finish`], it is cut to that.
#[derive(Debug)]
pub(crate) struct Growing {
    file: File,
    start: Start,
    whole: u64,
    synced: Instant,
    is_new: bool,
}

/// Work to do before the first byte.
#[derive(Debug)]
enum Start {
    /// A file gets its place, and may replace another.
    Draft {
        draft: Draft,
        force: bool,
    },
    /// An archive is mended.
    Mend(Mending),
    Done,
}

/// How long what has been flushed may wait for the disk.
const SYNC: Duration = Duration::from_secs(1);

impl Growing {
    /// A new file at `place`; what is there is replaced at the first flush if `force` says so.
    pub(crate) fn new(place: &Path, readers: Readers, force: bool) -> io::Result<Self> {
        let draft = Draft::begin(place, readers)?;
        let file = draft.file.try_clone()?;
        // Some file systems know no locks.
        let _ = file.try_lock();
        Ok(Self {
            file,
            start: Start::Draft { draft, force },
            whole: 0,
            synced: Instant::now(),
            is_new: true,
        })
    }

    /// An archive that is gone on with.
    pub(crate) fn after(file: File, mending: Mending) -> Self {
        let whole = mending.length();
        Self { file, start: Start::Mend(mending), whole, synced: Instant::now(), is_new: false }
    }

    /// Writes all of `bytes`.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Start::Mend(mending) = &self.start {
            mending.apply(&mut self.file)?;
            self.start = Start::Done;
        }
        self.file.write_all(bytes)
    }

    /// Says that what has been written is whole: readers see it, and soon it is on disk.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        if let Start::Draft { .. } = &self.start
            && let Start::Draft { draft, force } = std::mem::replace(&mut self.start, Start::Done)
        {
            self.file.sync_all()?;
            let place = draft.place().to_owned();
            draft.put(force)?;
            settle(folder(&place))?;
        } else if self.synced.elapsed() >= SYNC {
            self.file.sync_data()?;
            self.synced = Instant::now();
        }
        self.whole = self.file.stream_position()?;
        Ok(())
    }

    /// Completes it: the file, and whether it is a new one.
    pub(crate) fn finish(mut self) -> io::Result<(File, bool)> {
        self.flush()?;
        self.file.sync_data()?;
        Ok((self.file.try_clone()?, self.is_new))
    }
}

impl Drop for Growing {
    fn drop(&mut self) {
        if matches!(self.start, Start::Done) {
            // What cannot be cut off is mended when the archive is gone on with.
            let cut =
                self.file.set_len(self.whole).and_then(|()| self.file.seek(SeekFrom::Start(self.whole)));
            drop(cut);
        }
    }
}
