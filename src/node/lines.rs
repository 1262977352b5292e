//! The lines of one name: its log, and who waits for it to grow.

use super::store::{Entry, Keep, Line, Log, RealDisk, Result, Why};
use qres_core::trust::Name;
use std::{
    cell::RefCell,
    path::{Path, PathBuf},
};
use tokio::sync::watch;

/// The lines of a name in one epoch.
#[derive(Debug)]
pub(crate) struct Lines {
    pub(crate) name: Name,
    pub(crate) epoch: u32,
    pub(crate) log: RefCell<Log>,
    /// The number after the last line that no power cut can take.
    durable: watch::Sender<u64>,
}

/// What can be sent next.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) what: What,
    /// The number after the last line in it.
    pub(crate) end: u64,
}

/// What a batch holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum What {
    Rows { text: Vec<u8>, exact: bool },
    Names(Vec<u8>),
    Gap(Why),
}

impl Lines {
    /// Opens what is kept of a name below `store`.
    pub(crate) fn open(store: &Path, name: Name, epoch: u32, keep: Keep) -> Result<Self> {
        let log = Log::open(RealDisk, &folder(store, name).join(format!("{epoch:08x}")), keep)?;
        let (durable, _) = watch::channel(log.durable());
        Ok(Self { name, epoch, log: RefCell::new(log), durable })
    }

    /// Waits for the disk, and tells those who wait.
    pub(crate) fn sync(&self) -> Result<u64> {
        let durable = self.log.borrow_mut().sync()?;
        self.durable.send_if_modified(|before| std::mem::replace(before, durable) != durable);
        Ok(durable)
    }

    /// The number after the last line that is durable.
    pub(crate) fn durable(&self) -> u64 {
        *self.durable.borrow()
    }

    /// Returns when there is a durable line of this number.
    pub(crate) async fn wait_for(&self, number: u64) {
        // Its sender lives as long as it does.
        let _ = self.durable.subscribe().wait_for(|durable| *durable > number).await;
    }

    /// Adds a line, and returns its number.
    pub(crate) fn add(&self, line: Line<'_>) -> Result<u64> {
        self.log.borrow_mut().append(line)
    }

    /// The names that hold for the line `number`.
    pub(crate) fn names_at(&self, number: u64) -> Result<Option<Vec<u8>>> {
        self.log.borrow_mut().names_at(number)
    }

    /// Returns what comes at `from`: a run of rows of about `most` bytes, or one thing that is no row.
    pub(crate) fn batch(&self, from: u64, most: u64) -> Result<Option<Batch>> {
        let mut batch: Option<Batch> = None;
        self.log.borrow_mut().read(from, most, |entry| {
            let is_first = batch.is_none();
            match (&mut batch, entry) {
                (
                    Some(Batch { what: What::Rows { text, exact }, end }),
                    Entry::Row { number, bytes, exact: is_exact },
                ) if *end == number && *exact == is_exact && (text.len() as u64) < most => {
                    text.extend_from_slice(bytes);
                    *end = number + 1;
                }
                _ if is_first => batch = Some(Batch { end: entry.end(), what: What::of(entry) }),
                _ => {}
            }
        })?;
        Ok(batch)
    }
}

impl What {
    fn of(entry: Entry<'_>) -> Self {
        match entry {
            Entry::Row { bytes, exact, .. } => Self::Rows { text: bytes.to_vec(), exact },
            Entry::Names { bytes, .. } => Self::Names(bytes.to_vec()),
            Entry::Gap { why, .. } => Self::Gap(why),
        }
    }
}

/// Where what is kept of a name is.
pub(crate) fn folder(store: &Path, name: Name) -> PathBuf {
    let digits = name.to_string();
    store.join("lines").join(digits.rsplit(':').next().unwrap_or_default())
}
