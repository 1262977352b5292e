//! Streams: the beginning of some vectors, flushed every few lines. Lines are as those of archives.

use super::{Vector, archive};
use alloc::{format, string::String};
use qres_core::{codec::Level, frame::Config};

/// One for each way in which a column can be followed.
const NAMES: [&str; 8] =
    ["decimals", "doubles", "words", "steps-and-gaps", "times", "ragged", "quotes", "standardised"];
const LEVELS: [u8; 2] = [5, 9];
/// Bytes of text: emulated machines are slow.
const TEXT: usize = 1500;
/// Lines of a flush.
const LINES: usize = 5;

/// Makes the lines.
pub fn lines(mut line: impl FnMut(&str)) {
    for vector in super::all().filter(|vector| NAMES.contains(&vector.name)) {
        for level in LEVELS.into_iter().filter_map(Level::new) {
            line(&describe(&vector, level));
        }
    }
}

fn describe(vector: &Vector, level: Level) -> String {
    let text = vector.bytes.get(..TEXT).unwrap_or(&vector.bytes);
    let config = Config { level, input: vector.input, segment: vector.segment };
    let stream = archive::stream(text, &config, LINES);
    let verdict = match archive::decompress(&stream, u64::MAX) {
        Ok(bytes) if bytes == text => format!("{}", blake3::hash(&stream).to_hex()),
        Ok(_) => String::from("decodes to other bytes"),
        Err(error) => format!("does not decode: {error}"),
    };
    format!("{}-flushed {} {} {} {verdict}", vector.name, text.len(), level.get(), stream.len())
}
