//! Instructions that coding takes for each byte of text. Valgrind counts them, so a busy machine makes no difference.
//!
//! ```text
//! cargo run --release -p qres-core --example instructions -- BYTES FILE...
//! ```
//! Takes the first BYTES of each file. Needs `valgrind`.

use qres_core::{
    codec::Level,
    frame::{Config, Header, Input, Parser, Part, Segment},
};
use std::{env, error::Error, fs, hint::black_box, process::Command};

/// Text in a segment.
const SEGMENT: usize = 4 << 20;
const LEVELS: [u8; 5] = [1, 3, 5, 7, 9];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match &*arguments {
        // As this program starts itself below.
        [once, level, direction, bytes, files @ ..] if once == "--once" => {
            code_all(level.parse()?, direction == "decode", &Heads { bytes: bytes.parse()?, files })
        }
        [bytes, files @ ..] => print_table(&Heads { bytes: bytes.parse()?, files }),
        [] => Err("how many bytes of which files?".into()),
    }
}

/// The beginnings of some files.
struct Heads<'a> {
    bytes: usize,
    files: &'a [String],
}

impl Heads<'_> {
    fn texts(&self) -> Result<Vec<Vec<u8>>, String> {
        let head = |file: &String| {
            let mut text = fs::read(file).map_err(|error| format!("{file}: {error}"))?;
            text.truncate(self.bytes);
            Ok(text)
        };
        self.files.iter().map(head).collect()
    }
}

fn print_table(heads: &Heads<'_>) -> Result<(), Box<dyn Error>> {
    let bytes: usize = heads.texts()?.iter().map(Vec::len).sum();
    println!("instructions a byte, {} files, {bytes} bytes", heads.files.len());
    println!("level   encode   decode");
    for level in LEVELS {
        let each = |direction| Ok::<_, Box<dyn Error>>(count(level, direction, heads)? as f64 / bytes as f64);
        println!("{level:5} {:8.2} {:8.2}", each("encode")?, each("decode")?);
    }
    Ok(())
}

/// Instructions that a run of this program spends in [`counted`].
fn count(level: u8, direction: &str, heads: &Heads<'_>) -> Result<u64, Box<dyn Error>> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*counted*"])
        .arg(env::current_exe()?)
        .args(["--once", &level.to_string(), direction, &heads.bytes.to_string()])
        .args(heads.files)
        .output()
        .map_err(|error| format!("valgrind does not start: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let collected = said.lines().find_map(|line| line.split_once("Collected : "));
    let instructions =
        collected.and_then(|(_, number)| number.trim().parse().ok()).filter(|count| *count > 0);
    instructions
        .filter(|_| output.status.success())
        .ok_or_else(|| format!("nothing was counted: {said}").into())
}

fn code_all(level: u8, decode: bool, heads: &Heads<'_>) -> Result<(), Box<dyn Error>> {
    let level = Level::new(level).ok_or("there are levels 1 to 9")?;
    for text in heads.texts()? {
        if decode {
            let archive = encode(&text, level);
            assert!(counted(|| decoded(&archive))? == text, "decodes to other bytes");
        } else {
            black_box(counted(|| encode(&text, level)));
        }
    }
    Ok(())
}

/// Valgrind counts in here alone, by the name.
#[inline(never)]
fn counted<T>(work: impl FnOnce() -> T) -> T {
    black_box(work())
}

/// A header and one segment.
fn encode(text: &[u8], level: Level) -> Vec<u8> {
    let header = Header::detect(text, &Config { level, input: Input::Text, segment: SEGMENT });
    let mut archive = Vec::new();
    header.write(&mut archive);
    archive.extend(Segment::encode(text, &header, true, level).bytes);
    archive
}

fn decoded(archive: &[u8]) -> Result<Vec<u8>, qres_core::Error> {
    let mut parser = Parser::new(u64::MAX);
    let (mut rest, mut text) = (archive, Vec::new());
    while !rest.is_empty() {
        let (part, used) = parser.next(rest)?;
        if let (Part::Segment(view), Some(header)) = (part, parser.header()) {
            view.decode(header, &mut text)?;
        }
        rest = rest.get(used..).unwrap_or_default();
    }
    Ok(text)
}
