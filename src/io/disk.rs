//! A file on a disk, read where it is asked to be.

use crate::failure::Failure;
use qres_core::{
    Archive,
    archive::{Fault, Source},
};
use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
};

/// A file that one can seek in. Reading moves the place where others read it next.
#[derive(Debug)]
pub(crate) struct Disk<'f>(pub(crate) &'f File);

impl Source for Disk<'_> {
    type Error = io::Error;

    fn length(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }

    fn read_at(&self, at: u64, length: u64) -> io::Result<Vec<u8>> {
        let (mut file, mut bytes) = (self.0, Vec::new());
        file.seek(SeekFrom::Start(at))?;
        file.take(length).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// Opens the archive in `file`, if its end says where everything lies; knowing that may take `limit` bytes of memory.
pub(crate) fn open(file: &File, limit: u64) -> io::Result<Option<Archive<Disk<'_>>>> {
    match Archive::open(Disk(file), limit) {
        Ok(archive) => Ok(Some(archive)),
        Err(Fault::Source(error)) => Err(error),
        Err(Fault::Archive { .. }) => Ok(None),
    }
}

/// Says why a part of the archive called `name` could not be read.
pub(crate) fn failure(name: &str, fault: Fault<io::Error>) -> Failure {
    match fault {
        Fault::Source(error) => Failure::reading(name)(error),
        Fault::Archive { at, error } => Failure::archive(name, at, error),
    }
}
