//! Where an archive lies: a file of this machine, or anything that Python can seek and read.

use crate::{fail, text::Text};
use pyo3::{intern, prelude::*};
use qres_core::archive::Source;
use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::PathBuf,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

/// Bytes that can be read at any place, and how many have been.
#[derive(Debug)]
pub(crate) struct Bytes {
    place: Place,
    /// Bytes that were read so far.
    pub(crate) read: AtomicU64,
}

#[derive(Debug)]
enum Place {
    File(PathBuf, Mutex<File>),
    /// A file object, whose position is moved.
    Object(Py<PyAny>, Mutex<()>),
}

impl Bytes {
    /// Opens the file at a path; anything that is not a path must have `seek` and `read`.
    pub(crate) fn open(source: &Bound<'_, PyAny>) -> PyResult<Self> {
        let place = match source.extract::<PathBuf>() {
            Ok(path) => {
                let file = File::open(&path).map_err(|error| fail::io(&path, &error))?;
                Place::File(path, Mutex::new(file))
            }
            Err(_) => Place::Object(source.clone().unbind(), Mutex::new(())),
        };
        Ok(Self { place, read: AtomicU64::new(0) })
    }

    /// Returns what messages call it.
    pub(crate) fn name(&self) -> Option<String> {
        match &self.place {
            Place::File(path, _) => Some(format!("`{}`", path.display())),
            Place::Object(..) => None,
        }
    }
}

impl Source for Bytes {
    type Error = PyErr;

    fn length(&self) -> PyResult<u64> {
        match &self.place {
            Place::File(path, file) => {
                let file = file.lock().unwrap_or_else(PoisonError::into_inner);
                file.metadata().map(|meta| meta.len()).map_err(|error| fail::io(path, &error))
            }
            Place::Object(object, _) => {
                Python::attach(|py| object.bind(py).call_method1(intern!(py, "seek"), (0, 2))?.extract())
            }
        }
    }

    fn read_at(&self, at: u64, length: u64) -> PyResult<Vec<u8>> {
        let bytes = match &self.place {
            Place::File(path, file) => {
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                let mut bytes = Vec::new();
                let read = file
                    .seek(SeekFrom::Start(at))
                    .and_then(|_| file.by_ref().take(length).read_to_end(&mut bytes));
                read.map_err(|error| fail::io(path, &error))?;
                bytes
            }
            Place::Object(object, turn) => {
                let _turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
                Python::attach(|py| {
                    let object = object.bind(py);
                    object.call_method1(intern!(py, "seek"), (at,))?;
                    let bytes: Text = object.call_method1(intern!(py, "read"), (length,))?.extract()?;
                    Ok::<_, PyErr>(bytes.to_vec())
                })?
            }
        };
        self.read.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        Ok(bytes)
    }
}
