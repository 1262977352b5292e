//! Twice the input is about twice the work: whatever is in it, for every command that reads what others made.
//!
//! The work is the time that the processor has spent on a process. It is compared over eight times the length, where work
//! that grows with the square is sixty-four times as much, so that a busy machine makes no difference.
#![cfg(target_os = "linux")]

use qres_core::frame::{Index, MAGIC, VERSION};
use std::{
    fs,
    io::{Read, Write},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

const PATIENCE: Duration = Duration::from_secs(120);
/// How many times longer the long input is, and how many times more work it may be.
const LONGER: usize = 8;
const MORE: u64 = 20;
/// Clock ticks, of which a second has a hundred, that a short input is taken to need at least: fewer are chance.
const FEWEST: u64 = 6;
/// Bytes of warnings at most.
const TOLD: usize = 4000;

/// Clock ticks that the processor has spent; `None` once it has been waited for.
fn ticks(child: &Child) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", child.id())).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    Some(fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?)
}

/// What a command took and gave.
struct Run {
    ticks: u64,
    output: Vec<u8>,
    /// What it said on stderr.
    said: Vec<u8>,
}

fn run(arguments: &[&str], input: &[u8]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qres"));
    command.args(arguments).env_remove("HOME");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut stderr = child.stderr.take().unwrap();
    let all = |from: &mut dyn Read| {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).unwrap();
        bytes
    };
    thread::scope(|scope| {
        let output = scope.spawn(move || all(&mut stdout));
        let said = scope.spawn(move || all(&mut stderr));
        // Who has seen enough does not read on.
        scope.spawn(move || drop(stdin.write_all(input)));
        let (mut spent, started) = (0, Instant::now());
        while child.try_wait().unwrap().is_none() {
            spent = ticks(&child).unwrap_or(spent);
            assert!(started.elapsed() < PATIENCE, "{arguments:?} does not end");
            thread::sleep(Duration::from_millis(2));
        }
        Run { ticks: spent, output: output.join().unwrap(), said: said.join().unwrap() }
    })
}

/// A header of 16 MiB that says nothing, of bytes or of a table of three columns.
fn header(schema: &[u8]) -> Vec<u8> {
    [&MAGIC[..], &[VERSION, 24], schema].concat()
}

/// `parts` again and again behind a header, so many bytes of them.
fn behind(schema: &[u8], parts: &[&[u8]], bytes: usize) -> Vec<u8> {
    header(schema).into_iter().chain(parts.concat().into_iter().cycle().take(bytes)).collect()
}

/// An archive of short segments, with a byte changed in each so many.
fn damaged(bytes: usize, every: usize) -> Vec<u8> {
    let text: String = (0..bytes / 4).map(|n| format!("{},{}\n", n % 97, n * n % 89)).collect();
    let config = qres_core::frame::Config {
        level: qres_core::codec::Level::FASTEST,
        input: qres_core::frame::Input::Text,
        segment: 1 << 10,
    };
    let mut archive = vectors::archive::compress(text.as_bytes(), &config);
    (every..archive.len()).step_by(every).for_each(|at| archive[at] ^= 0x55);
    archive
}

/// A shape of bytes, of any length.
type Shape = fn(usize) -> Vec<u8>;

/// What a salvage has to find its way through.
const DAMAGE: [(&str, Shape); 9] = [
    ("an archive with damage everywhere", |bytes| damaged(bytes, 90)),
    ("an archive with some damage", |bytes| damaged(bytes, 5000)),
    ("footers that begin", |bytes| behind(&[0], &[&[0xF7, 7, 0xFF, 0xFF, 3]], bytes)),
    ("segments of long texts", |bytes| {
        behind(&[0], &[&[0xA1, 0x80, 0x80, 0x40, 0, 4, 0, 0, 0, 0, 1, 0, 0, 0]], bytes)
    }),
    ("stored segments in each other", |bytes| {
        behind(&[0], &[&[0xA0, 0x90, 0x4E, 0, 0x90, 0x4E, 0, 0, 0, 0]], bytes)
    }),
    ("tables of long texts", |bytes| {
        behind(&[1, b',', 0, 3, 0], &[&[0xA2, 0x80, 0x80, 0x40, 100, 3, 0, 0, 0, 0, 0, 0, 6]], bytes)
    }),
    ("headers in headers", |bytes| {
        behind(&[0], &[&MAGIC, &[VERSION, 24, 1, b',', 0, 3, 0xFF, 0xFF, 3]], bytes)
    }),
    ("messages that do not decode", |bytes| [0xC1, 6, 0, 0, 0xFF, 0xFF, 0x3F, 1].repeat(bytes / 8)),
    ("the first bytes of everything", |bytes| behind(&[0], &[&[0xA0, 0xB0, 0xC0, 0xF1, 0xF7]], bytes)),
];

/// Compares the work on a short input and on a long one.
fn compare(name: &str, arguments: &[&str], short: &[u8], long: &[u8]) -> (Run, Run) {
    let (short, long) = (run(arguments, short), run(arguments, long));
    eprintln!("{:5} of {:5} ticks: {} of {name}", short.ticks, long.ticks, arguments.join(" "));
    assert!(
        long.ticks <= MORE * short.ticks.max(FEWEST),
        "{name}: {} ticks, {LONGER} times the length {}",
        short.ticks,
        long.ticks
    );
    assert!(long.said.len() < TOLD, "{name}: {} bytes of warnings", long.said.len());
    (short, long)
}

#[test]
fn a_salvage_takes_time_that_grows_with_the_length() {
    for (name, shape) in DAMAGE {
        compare(name, &["decompress", "--salvage"], &shape(1_000_000), &shape(LONGER * 1_000_000));
    }
    eprintln!("{} shapes", DAMAGE.len());
}

/// A frame without a footer, and damage behind its segment.
fn torn(damage: &[u8]) -> Vec<u8> {
    let whole = [&[0xA0, 1, 0, 1][..], &blake3::hash(b"x").as_bytes()[..4], b"x"].concat();
    [&header(&[0])[..], &whole, &damage[header(&[0]).len()..]].concat()
}

#[test]
fn a_repair_takes_time_that_grows_with_the_length() {
    let folder = tempfile::tempdir().unwrap();
    for (name, shape) in DAMAGE {
        let ticks = [1, LONGER].map(|times| {
            let path = folder.path().join("torn.qres");
            fs::write(&path, torn(&shape(times * 500_000))).unwrap();
            run(&["repair", path.to_str().unwrap()], &[]).ticks
        });
        eprintln!("{:5} of {:5} ticks: repair of {name}", ticks[0], ticks[1]);
        assert!(ticks[1] <= MORE * ticks[0].max(FEWEST), "{name}: {ticks:?} ticks");
    }
}

/// Whole archives of the smallest parts, or of what stands for long texts.
const WHOLE: [(&str, Shape); 3] = [
    ("one frame after the other", |bytes| {
        let mut frame = header(&[0]);
        Index::new(frame.len()).footer().write(&mut frame);
        frame.repeat(bytes / frame.len())
    }),
    ("short messages", |bytes| [0xC0, 2, 0xAF, 0x13].repeat(bytes / 4)),
    ("short segments", |bytes| damaged(bytes, usize::MAX / 2)),
];

#[test]
fn reading_takes_time_that_grows_with_the_length() {
    for (name, shape) in WHOLE {
        for command in ["decompress", "test", "inspect"] {
            compare(name, &[command], &shape(400_000), &shape(LONGER * 400_000));
        }
    }
    eprintln!("{} cases", 3 * WHOLE.len());
}

/// Lines made of their number.
fn lines(bytes: usize, line: impl Fn(usize) -> String) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes);
    let mut number = 0;
    while text.len() < bytes {
        text.extend(line(number).into_bytes());
        number += 1;
    }
    text
}

/// Rows of so many columns, four of them.
fn wide(columns: usize) -> Vec<u8> {
    let cell = |row: usize, column: usize| format!("{}", (row * 31 + column * column) % 997);
    let row = |row| (0..columns).map(|column| cell(row, column)).collect::<Vec<_>>().join(",") + "\n";
    (0..4).map(row).collect::<String>().into_bytes()
}

/// Texts that are hard to take apart, or on which models could lose their way.
const TEXTS: [(&str, Shape); 14] = [
    ("one byte", |bytes| vec![b'x'; bytes]),
    ("ends of lines", |bytes| vec![b'\n'; bytes]),
    ("quotes and commas", |bytes| b"\",".repeat(bytes / 2)),
    ("brackets that open", |bytes| b"{\"a\":[".repeat(bytes / 6)),
    ("digits without an end", |bytes| b"1234567890".repeat(bytes / 10)),
    ("rows of any length", |bytes| lines(bytes, |n| "1,".repeat(n % 50) + "1\n")),
    ("words that never come again", |bytes| lines(bytes, |n| format!("w{}\n", n * 7919 % 1_000_003))),
    ("lines of many kinds", |bytes| lines(bytes, |n| format!("k{}={n} v{}={}\n", n % 997, n % 31, n * n))),
    ("names that change", |bytes| {
        lines(bytes, |n| format!("{{\"k{}\":{n},\"x\":{{\"y{}\":1}}}}\n", n % 300, n % 7))
    }),
    ("numbers of all sizes", |bytes| lines(bytes, |n| format!("{}\n", 3u64.pow(n as u32 % 40)))),
    ("numbers without a pattern", |bytes| {
        lines(bytes, |n| format!("{}\n", n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 34))
    }),
    ("long periods", |bytes| lines(bytes, |n| format!("{},{}\n", n % 1009 * (n % 1009) % 997, n % 4099))),
    ("times", |bytes| {
        lines(bytes, |n| format!("2024-{:02}-{:02}T{:02}:00:00,{n}\n", 1 + n % 12, 1 + n % 28, n % 24))
    }),
    ("columns", |bytes| wide(bytes / 80)),
];

#[test]
fn compressing_takes_time_that_grows_with_the_length() {
    for (name, shape) in TEXTS {
        for level in ["-1", "-5", "-9"] {
            let (short, long) =
                compare(name, &["compress", level, "-T1"], &shape(40_000), &shape(LONGER * 40_000));
            compare(name, &["test", "-T1"], &short.output, &long.output);
        }
    }
    eprintln!("{} cases", 6 * TEXTS.len());
}
