//! Any bytes as an archive to be salvaged: what is whole is what a decoder makes of it, and what is lost is told.
//!
//! The program has no library, so its rooms are built in here.
#![no_main]
#![allow(dead_code, reason = "the commands are not run")]

#[path = "../../../src/failure.rs"]
mod failure;
#[path = "../../../src/io/mod.rs"]
mod io;
#[path = "../../../src/rows/mod.rs"]
mod rows;
#[path = "../../../src/signal.rs"]
mod signal;
#[path = "../../../src/text/mod.rs"]
mod text;
#[path = "../../../src/ui.rs"]
mod ui;

use io::{genes::Genes, input::Input, salvage};
use std::io::Write;

/// Memory that a decoder is allowed.
const LIMIT: u64 = 64 << 20;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(data).unwrap();
    let mut text = Vec::new();
    let sink = |more: &[u8]| {
        text.extend_from_slice(more);
        Ok(())
    };
    let saved = salvage::run(Input::open(file.path()).unwrap(), LIMIT, &Genes::refused(), sink);
    let whole = vectors::archive::decompress(data, LIMIT);
    let Ok(saved) = saved else { return assert!(whole.is_err(), "what is whole can be saved") };
    assert_eq!(saved.totals.text_bytes, text.len() as u64);
    let end = data.len() as u64;
    assert!(saved.lost.told.iter().all(|lost| lost.start <= lost.end && lost.end <= end), "{:?}", saved.lost);
    assert!(saved.lost.told.is_sorted_by(|one, next| one.end <= next.start), "{:?}", saved.lost);
    if let Ok(whole) = whole {
        assert!(saved.lost.is_none() && text == whole, "{:?}", saved.lost);
    }
});
