//! The few operations on files that a log needs, so that a test can fail each of them.

use crate::io::draft;
use std::{
    fmt::Debug,
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

/// A disk, as far as a log needs it.
pub(crate) trait Disk: Debug {
    /// An open file.
    type File: Debug;

    /// Opens the file at `path` for reading and writing; it begins empty.
    fn open(&self, path: &Path) -> io::Result<Self::File>;
    /// Returns the bytes of `file`.
    fn len(&self, file: &Self::File) -> io::Result<u64>;
    /// Reads `length` bytes from `at`, fewer where the file ends.
    fn read_at(&self, file: &Self::File, at: u64, length: u64) -> io::Result<Vec<u8>>;
    /// Writes all of `bytes` to `at`; after an error any part of them may be there.
    fn write_at(&self, file: &Self::File, at: u64, bytes: &[u8]) -> io::Result<()>;
    /// Cuts `file` to `length` bytes.
    fn cut(&self, file: &Self::File, length: u64) -> io::Result<()>;
    /// Waits until what was written to `file` is on the disk.
    fn sync(&self, file: &Self::File) -> io::Result<()>;
    /// Waits until what was put into `folder` or taken out of it is on the disk.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;
    /// Gives a file another name; what had that name is gone.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes the file at `path`.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Returns the names and lengths of the files in `folder`, which is made where it is missing.
    fn list(&self, folder: &Path) -> io::Result<Vec<(String, u64)>>;
    /// Reads all of the file at `path`.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
    /// Returns the seconds since 1970, as far as the machine knows.
    fn clock(&self) -> u64;
}

/// The disk of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct RealDisk;

impl Disk for RealDisk {
    type File = File;

    fn open(&self, path: &Path) -> io::Result<File> {
        OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
    }

    fn len(&self, file: &File) -> io::Result<u64> {
        Ok(file.metadata()?.len())
    }

    fn read_at(&self, mut file: &File, at: u64, length: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(at))?;
        file.take(length).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn write_at(&self, mut file: &File, at: u64, bytes: &[u8]) -> io::Result<()> {
        file.seek(SeekFrom::Start(at))?;
        file.write_all(bytes)
    }

    fn cut(&self, file: &File, length: u64) -> io::Result<()> {
        file.set_len(length)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_data()
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        draft::settle(folder)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<(String, u64)>> {
        if !folder.is_dir() {
            fs::create_dir_all(folder)?;
            draft::settle(draft::folder(folder))?;
        }
        let mut files = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let about = entry.metadata()?;
            // Names of ours are plain ASCII: others are not looked at.
            if let (true, Ok(name)) = (about.is_file(), entry.file_name().into_string()) {
                files.push((name, about.len()));
            }
        }
        Ok(files)
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn clock(&self) -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
    }
}
