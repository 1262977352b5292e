//! Bytes that callers give: `bytes` as they are, and a copy of anything else that has a buffer of bytes.

use pyo3::{buffer::PyBuffer, prelude::*, pybacked::PyBackedBytes};
use std::ops::Deref;

#[derive(Debug)]
pub(crate) enum Text {
    Bytes(PyBackedBytes),
    /// Its owner may change it while the interpreter is free.
    Copy(Vec<u8>),
}

impl<'py> FromPyObject<'_, 'py> for Text {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match object.extract() {
            Ok(bytes) => Ok(Self::Bytes(bytes)),
            Err(_) => PyBuffer::<u8>::get(&object)?.to_vec(object.py()).map(Self::Copy),
        }
    }
}

impl Deref for Text {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Copy(bytes) => bytes,
        }
    }
}
