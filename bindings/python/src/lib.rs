//! The native half of the Python package `qres`. What people import is in `python/qres`.
//!
//! | file | what it is for |
//! |---|---|
//! | `fail` | what went wrong, as exceptions with the words of the command line |
//! | `jobs` | segments on several threads, in order, until Ctrl-C |
//! | `plan` | the options of an archive to write |
//! | `compress`, `decompress` | whole texts and whole archives |
//! | `writer` | archives written piece by piece |
//! | `source`, `archive` | archives in files, read anywhere |
//! | `text` | bytes that callers give |
//! | `column` | columns of values as Arrow lays them out |
//! | `gene`, `store` | genes, and the folder in which the command line keeps them |

mod archive;
mod column;
mod compress;
mod decompress;
mod fail;
mod gene;
mod jobs;
mod plan;
mod source;
mod store;
mod text;
mod writer;

/// Bytes of memory that decoding may take, beside the text, unless told otherwise.
const MEMORY: u64 = 1 << 30;

#[pyo3::pymodule]
mod _qres {
    #[pymodule_export]
    use crate::{
        archive::Archive, compress::compress, decompress::decompress, fail::Error, gene::Gene, writer::Writer,
    };
}
