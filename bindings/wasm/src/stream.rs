//! Text and archives that come in pieces.

use crate::{
    MEMORY,
    options::{OptionsArg, Plan},
};
use wasm_bindgen::prelude::*;

/// Writes an archive of text that comes in pieces, in bounded memory.
#[wasm_bindgen]
pub struct Writer(Option<qres_core::Writer<'static>>);

#[wasm_bindgen]
impl Writer {
    /// Begins an archive.
    #[wasm_bindgen(constructor)]
    pub fn new(options: Option<OptionsArg>) -> Result<Writer, JsError> {
        Ok(Self(Some(qres_core::Writer::new(Plan::new(options)?.options()))))
    }

    /// Takes `text` and returns the bytes that it completes: often none, until a segment is full.
    pub fn write(&mut self, text: &[u8]) -> Result<Vec<u8>, JsError> {
        let mut out = Vec::new();
        self.0.as_mut().ok_or_else(ended)?.write(text, &mut out)?;
        Ok(out)
    }

    /// Returns what lets a reader get all that was written. With `live` that costs some bytes; else it ends a segment.
    pub fn flush(&mut self) -> Result<Vec<u8>, JsError> {
        let mut out = Vec::new();
        self.0.as_mut().ok_or_else(ended)?.flush(&mut out)?;
        Ok(out)
    }

    /// Ends the archive and returns its last bytes.
    pub fn finish(&mut self) -> Result<Vec<u8>, JsError> {
        let mut out = Vec::new();
        self.0.take().ok_or_else(ended)?.finish(&mut out)?;
        Ok(out)
    }
}

/// Reads archives that come in pieces. What it gives is right: the check of each segment is made before.
#[wasm_bindgen]
pub struct Reader(Option<qres_core::Reader<'static>>);

#[wasm_bindgen]
impl Reader {
    /// Nothing read yet. Decoding may take `memory` bytes (2^30).
    #[wasm_bindgen(constructor)]
    pub fn new(memory: Option<f64>) -> Reader {
        Self(Some(qres_core::Reader::new(memory.unwrap_or(MEMORY) as u64)))
    }

    /// Takes the next bytes and returns the text that they complete. After an error there is nothing more to read.
    pub fn read(&mut self, bytes: &[u8]) -> Result<Vec<u8>, JsError> {
        let mut reader = self.0.take().ok_or_else(ended)?;
        let mut out = Vec::new();
        reader.read(bytes, &mut out)?;
        self.0 = Some(reader);
        Ok(out)
    }

    /// Ends the reading: throws if something is missing.
    pub fn finish(&mut self) -> Result<(), JsError> {
        Ok(self.0.take().ok_or_else(ended)?.finish()?)
    }
}

fn ended() -> JsError {
    JsError::new("it has ended")
}
