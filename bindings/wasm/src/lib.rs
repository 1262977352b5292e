//! qres for JavaScript: what `qres-core` does, with its words and its bytes.
//!
//! | file | what |
//! |---|---|
//! | `options` | what an archive to write is asked to be |
//! | `stream` | text and archives that come in pieces |
//! | `archive` | an archive whose parts are read in any order |
//! | `series` | columns of numbers, and how surprising each is |
//!
//! Counts are numbers of JavaScript, which are exact to 2^53.

mod archive;
mod options;
mod series;
mod stream;

use options::{OptionsArg, Plan};
use wasm_bindgen::prelude::*;

/// Memory that decoding may take unless told otherwise, as for the command line.
const MEMORY: f64 = (1_u64 << 30) as f64;

/// Returns the archive of `text`: the bytes that `qres compress` writes.
///
/// Throws if an option makes no sense, or if a bound names no column of the text.
#[wasm_bindgen]
pub fn compress(text: &[u8], options: Option<OptionsArg>) -> Result<Vec<u8>, JsError> {
    Ok(qres_core::compress(text, &Plan::new(options)?.options())?)
}

/// Returns the text of all archives in `archive`, which may stand one after the other. Decoding may take `memory` bytes
/// (2^30), beside the text.
///
/// Throws if the archive is corrupt, cut short, needs more memory, or a gene.
#[wasm_bindgen]
pub fn decompress(archive: &[u8], memory: Option<f64>) -> Result<Vec<u8>, JsError> {
    let mut reader = stream::Reader::new(memory);
    let text = reader.read(archive)?;
    reader.finish()?;
    Ok(text)
}
