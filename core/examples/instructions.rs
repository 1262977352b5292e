//! Instructions that coding takes for each byte of text. Valgrind counts them, so a busy machine makes no difference.
//!
//! ```text
//! cargo run --profile bench -p qres-core --example instructions -- BYTES FILE...
//! ```
//! Takes the first BYTES of each file; `made:integers` and `made:decimals` are tables made here. `all` is the geometric
//! mean of the texts; after it stand its parts, by source file: inlined code counts where it was written, that of libraries
//! where it is used, or to `other` if it is called. Needs `valgrind`, and a build with line tables.

use qres_core::{
    codec::Level,
    frame::{Config, Header, Input, Parser, Part, Segment},
};
use std::{
    collections::HashMap, env, error::Error, fmt::Write, fs, hint::black_box, process::Command, thread,
};

/// Text in a segment.
const SEGMENT: usize = 4 << 20;
const LEVELS: [u8; 5] = [1, 3, 5, 7, 9];
/// Rows of the tables made here.
const ROWS: u64 = 6000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match &*arguments {
        // As this program starts itself below.
        [once, level, direction, bytes, files @ ..] if once == "--once" => {
            code_all(level.parse()?, direction == "decode", &texts(bytes.parse()?, files)?)
        }
        [bytes, files @ ..] => print_tables(bytes, files),
        [] => Err("how many bytes of which files?".into()),
    }
}

/// The beginnings of some files, or of tables made here.
fn texts(bytes: usize, names: &[String]) -> Result<Vec<Vec<u8>>, String> {
    let head = |name: &String| {
        let mut text = match &**name {
            "made:integers" => walks(|a, b| format!("{a},{b}")),
            "made:decimals" => walks(|a, b| format!("{}.{:02},{}", a / 10, a % 100, b % 9)),
            file => fs::read(file).map_err(|error| format!("{file}: {error}"))?,
        };
        text.truncate(bytes);
        Ok(text)
    };
    names.iter().map(head).collect()
}

/// A table of numbered rows, each with what `cells` makes of two numbers that wander.
fn walks(cells: impl Fn(u64, u64) -> String) -> Vec<u8> {
    let (mut text, mut state) = (String::from("row,a,b\n"), 1u64);
    let (mut a, mut b) = (1000, 1000);
    for row in 0..ROWS {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        a = (a + (state >> 60)).saturating_sub(state >> 56 & 15);
        b = (b + (state >> 52 & 3)).saturating_sub(state >> 48 & 3);
        writeln!(text, "{row},{}", cells(a, b)).expect("a string takes all");
    }
    text.into_bytes()
}

// ---- counting

fn print_tables(bytes: &str, files: &[String]) -> Result<(), Box<dyn Error>> {
    let lengths: Vec<usize> = texts(bytes.parse()?, files)?.iter().map(Vec::len).collect();
    println!("instructions a byte, {} texts, {} bytes", lengths.len(), lengths.iter().sum::<usize>());
    let [encode, decode] = thread::scope(|scope| {
        ["encode", "decode"]
            .map(|direction| scope.spawn(|| table(direction, bytes, files, &lengths)))
            .map(|table| table.join().expect("no panic"))
    });
    print!("{}{}", encode?, decode?);
    Ok(())
}

/// The table of a direction, a line for each level.
fn table(direction: &str, bytes: &str, files: &[String], lengths: &[usize]) -> Result<String, String> {
    let names = if direction == "decode" { ["join", "print"] } else { ["split", "parse"] };
    let mut table = format!("level {direction}      all ");
    [names[0], names[1], "maps", "coder", "other"].iter().for_each(|name| table += &format!("{name:>9}"));
    table += "\n";
    for level in LEVELS {
        let counts = count(level, direction, bytes, files)?;
        if counts.len() != lengths.len() {
            return Err(format!("{} texts were counted, not {}", counts.len(), lengths.len()));
        }
        let each = || {
            counts
                .iter()
                .zip(lengths)
                .map(|(counts, length)| counts.map(|count| count as f64 / *length as f64))
        };
        let logarithms: f64 = each().map(|rooms| rooms.iter().sum::<f64>().ln()).sum();
        let mean = (logarithms / lengths.len() as f64).exp();
        let whole: f64 = each().flatten().sum();
        table += &format!("{level:5} {direction} {mean:8.2} ");
        for room in 0..ROOMS {
            let part: f64 = each().map(|rooms| rooms[room]).sum();
            table += &format!("{:9.2}", mean * part / whole);
        }
        table += "\n";
    }
    Ok(table)
}

/// Instructions that each text takes in [`count_here`], by room.
fn count(level: u8, direction: &str, bytes: &str, files: &[String]) -> Result<Vec<[u64; ROOMS]>, String> {
    let profile = env::temp_dir().join(format!("instructions-{}-{level}-{direction}", std::process::id()));
    let program = env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--dump-before=*count_here*", "--combine-dumps=yes"])
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .arg(program)
        .args(["--once", &level.to_string(), direction, bytes])
        .args(files)
        .output()
        .map_err(|error| format!("valgrind does not start: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let text = fs::read_to_string(&profile).map_err(|error| error.to_string())?;
    fs::remove_file(&profile).map_err(|error| error.to_string())?;
    // Before the first text stands what reads them all.
    Ok(text.split("\npart: ").skip(2).map(by_room).collect())
}

const ROOMS: usize = 5;

/// The room of a source file of the core, as its place in a line of the table.
fn room(file: &str) -> usize {
    const ROWS: [&str; 12] = [
        "table/detect",
        "table/header",
        "table/join",
        "table/layout",
        "table/lines",
        "table/schema",
        "table/script",
        "table/shape",
        "table/skeleton",
        "table/spans",
        "table/split",
        "table/presence",
    ];
    let is_in = |rooms: &[&str]| rooms.iter().any(|room| file.starts_with(room));
    if is_in(&ROWS) {
        0
    } else if is_in(&["table", "num/decimal", "num/float", "num/hex", "num/integer", "num/text"]) {
        1
    } else if is_in(&["codec/map", "codec/numbers"]) {
        2
    } else if is_in(&["codec", "entropy", "neuron", "num"]) {
        3
    } else {
        4
    }
}

/// Adds the costs of one part of a profile up.
///
/// ```text
/// fl=(1) FILE, or fl=(1) once it has been named: that of a function; fi, fe: of inlined code; cfl, cfi: of what is called
/// LINE COST
/// calls=..., whose next line is the cost of what is called
/// ```
fn by_room(part: &str) -> [u64; ROOMS] {
    let (mut rooms, mut names) = ([0; ROOMS], HashMap::new());
    let (mut here, mut is_call) = (OTHER, false);
    for line in part.lines() {
        match line.split_once('=') {
            Some((key @ ("fl" | "fi" | "fe" | "cfl" | "cfi"), file)) => {
                let (id, name) = file.split_once(' ').unwrap_or((file, ""));
                let known = *names.entry(id).or_insert_with(|| own(name));
                match key {
                    "fl" => here = known.unwrap_or(OTHER),
                    // Inlined code of libraries counts to what stands before it.
                    "fi" | "fe" => here = known.unwrap_or(here),
                    _ => {}
                }
            }
            Some(("calls", _)) => is_call = true,
            Some(_) => {}
            None if is_call => is_call = false,
            None if line.starts_with(|first: char| "+-*".contains(first) || first.is_ascii_digit()) => {
                let cost = line.split(' ').nth(1).and_then(|cost| cost.parse::<u64>().ok());
                rooms[here] += cost.unwrap_or(0);
            }
            None => {}
        }
    }
    rooms
}

const OTHER: usize = ROOMS - 1;

/// The room of a file, if it is one of the core.
fn own(path: &str) -> Option<usize> {
    path.rsplit_once("core/src/")
        .filter(|(before, _)| !before.contains("library"))
        .map(|(_, file)| room(file))
}

// ---- what is counted

fn code_all(level: u8, decode: bool, texts: &[Vec<u8>]) -> Result<(), Box<dyn Error>> {
    let level = Level::new(level).ok_or("there are levels 1 to 9")?;
    if !decode {
        texts.iter().for_each(|text| drop(count_here(|| encode(text, level))));
        return Ok(());
    }
    let archives: Vec<Vec<u8>> = texts.iter().map(|text| encode(text, level)).collect();
    let decoded =
        archives.iter().map(|archive| count_here(|| decoded(archive))).collect::<Result<Vec<_>, _>>()?;
    assert!(decoded == texts, "decodes to other bytes");
    Ok(())
}

/// Valgrind starts to count anew here, by the name.
#[inline(never)]
fn count_here<T>(work: impl FnOnce() -> T) -> T {
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
