//! What every machine must agree on: fixed inputs, the archives that each level makes of them, their digests.
//!
//! A line is `name text-bytes level archive-bytes digest`, and likewise of what is learnt and of boards. The
//! programs beside this crate print the lines on emulated machines and in a wasm engine; a test compares the host's with
//! `fixtures/vectors.txt`, `tests/run` the others'.
#![no_std]
#![forbid(unsafe_code)]
extern crate alloc;

pub mod archive;
pub mod boards;
mod flows;
mod genes;
mod inputs;
mod live;
pub mod swarm;
pub mod targets;
mod text;
pub mod trust;

use alloc::{format, string::String};
use qres_core::{codec::Level, frame::Config};

pub use inputs::{Vector, all};

/// Makes the line of every vector at every level, one after the other.
pub fn lines(mut line: impl FnMut(&str)) {
    for vector in all() {
        for level in levels() {
            line(&describe(&vector, level));
        }
    }
    flows::lines(&mut line);
    genes::lines(&mut line);
    live::lines(&mut line);
    trust::lines(&mut line);
    boards::lines(&mut line);
    swarm::lines(line);
}

/// Every level that exists.
pub fn levels() -> impl Iterator<Item = Level> {
    (1..=9).filter_map(Level::new)
}

fn describe(vector: &Vector, level: Level) -> String {
    let config = Config { level, input: vector.input, segment: vector.segment };
    let archive = archive::compress(&vector.bytes, &config);
    let verdict = match archive::decompress(&archive, u64::MAX) {
        Ok(bytes) if bytes == vector.bytes => format!("{}", blake3::hash(&archive).to_hex()),
        Ok(_) => String::from("decodes to other bytes"),
        Err(error) => format!("does not decode: {error}"),
    };
    format!("{} {} {} {} {verdict}", vector.name, vector.bytes.len(), level.get(), archive.len())
}
