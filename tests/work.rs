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
/// Clock ticks, of which a second has a hundred, that are too few to compare.
const NOISE: u64 = 25;
/// Bytes of warnings at most.
const TOLD: usize = 4000;

/// Clock ticks that the processor has spent; `None` once it has been waited for.
fn ticks(child: &Child) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", child.id())).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    Some(fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?)
}

/// The clock ticks that the command takes for `input`, and what it says on stderr.
fn run(arguments: &[&str], input: &[u8]) -> (u64, Vec<u8>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qres"));
    command.args(arguments).env_remove("HOME");
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let (mut stdin, mut stderr) = (child.stdin.take().unwrap(), child.stderr.take().unwrap());
    thread::scope(|scope| {
        let reader = scope.spawn(move || {
            let mut said = Vec::new();
            stderr.read_to_end(&mut said).unwrap();
            said
        });
        // Who has seen enough does not read on.
        scope.spawn(move || drop(stdin.write_all(input)));
        let (mut spent, started) = (0, Instant::now());
        while child.try_wait().unwrap().is_none() {
            spent = ticks(&child).unwrap_or(spent);
            assert!(started.elapsed() < PATIENCE, "{arguments:?} does not end");
            thread::sleep(Duration::from_millis(2));
        }
        (spent, reader.join().unwrap())
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

fn compare(name: &str, arguments: &[&str], shape: Shape, bytes: usize) {
    let (short, long) = (run(arguments, &shape(bytes)), run(arguments, &shape(LONGER * bytes)));
    eprintln!("{:5} of {:5} ticks: {} of {name}", short.0, long.0, arguments.join(" "));
    let allowed = MORE * short.0.max(NOISE / MORE + 1);
    assert!(long.0 <= allowed.max(NOISE), "{name}: {} ticks, {LONGER} times the length {}", short.0, long.0);
    assert!(long.1.len() < TOLD, "{name}: {} bytes of warnings", long.1.len());
}

#[test]
fn a_salvage_takes_time_that_grows_with_the_length() {
    for (name, shape) in DAMAGE {
        compare(name, &["decompress", "--salvage"], shape, 1_000_000);
    }
    eprintln!("{} shapes", DAMAGE.len());
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
            compare(name, &[command], shape, 200_000);
        }
    }
    eprintln!("{} cases", 3 * WHOLE.len());
}
