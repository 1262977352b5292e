//! What streams takes the same memory however long it is: each command that reads a pipe, at a length and at ten times it.
//!
//! The system counts. A process is watched while it works, and once more when it has read everything and waits for the end.
#![cfg(target_os = "linux")]

use qres_core::frame::{Index, MAGIC, MAX_SEGMENTS, VERSION};
use std::{
    fs,
    io::{Read, Write},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Bytes of text: the short length.
const SHORT: usize = 1_000_000;
/// The same for `check`, which looks at the first 4 MiB.
const CHECKED: usize = 4_400_000;
/// KiB that the long length may take more: allocators and threads never take quite the same.
const SLACK: u64 = 4 << 10;
const PATIENCE: Duration = Duration::from_secs(120);

fn qres(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qres"));
    // What is freed goes back at once, so that resident is what is in use.
    command
        .args(arguments)
        .env_remove("HOME")
        .env("MALLOC_ARENA_MAX", "1")
        .env("MALLOC_MMAP_THRESHOLD_", "65536")
        .env("MALLOC_TRIM_THRESHOLD_", "65536")
        .env("MALLOC_TOP_PAD_", "0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

/// The most memory a process has used, in KiB; `None` once it has ended.
fn peak(child: &Child) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// How a command ended, what it made of its input, and the memory it took in KiB.
struct Run {
    code: Option<i32>,
    output: Vec<u8>,
    peak: u64,
}

fn run(arguments: &[&str], input: &[u8]) -> Run {
    let mut child = qres(arguments).spawn().unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let started = Instant::now();
    thread::scope(|scope| {
        let reader = scope.spawn(move || {
            let mut output = Vec::new();
            stdout.read_to_end(&mut output).unwrap();
            output
        });
        // Who has seen enough does not read on.
        let feeder = scope.spawn(move || stdin.write_all(input).map(|()| stdin));
        let (mut most, mut fed) = (0, Some(feeder));
        let code = loop {
            most = most.max(peak(&child).unwrap_or(0));
            // The end of the input only comes when the memory that it took has been seen.
            if let Some(feeder) = fed.take_if(|feeder| feeder.is_finished()) {
                let stdin = feeder.join().unwrap();
                most = most.max(peak(&child).unwrap_or(0));
                drop(stdin);
            }
            if let Some(status) = child.try_wait().unwrap() {
                break status.code();
            }
            assert!(started.elapsed() < PATIENCE, "{arguments:?} does not end");
            thread::sleep(Duration::from_millis(1));
        };
        Run { code, output: reader.join().unwrap(), peak: most }
    })
}

fn made(arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let run = run(arguments, input);
    assert_eq!(run.code, Some(0), "{arguments:?}");
    run.output
}

/// Rows of a triangle with noise on it: neither constant nor free.
fn rows(bytes: usize) -> Vec<u8> {
    let mut text = b"time,wave,kind\n".to_vec();
    for row in 0_u64.. {
        if text.len() > bytes {
            break;
        }
        let wave = (row % 20_000).abs_diff(10_000) + row.wrapping_mul(0x9E37_79B9) % 97;
        writeln!(text, "{},{}.{:02},{}", 1_600_000_000 + row, wave / 100, wave % 100, wave % 7).unwrap();
    }
    text
}

/// A command, and the one that makes its input of rows, if it does not take them as they are.
const CASES: [(&[&str], &[&str]); 15] = [
    (&["compress", "-1", "-T1", "--segment", "64K"], &[]),
    (&["compress", "-1", "-T2", "--segment", "64K", "--live"], &[]),
    (&["compress", "-1", "-T2", "--live", "--flush-rows", "50"], &[]),
    (&["compress", "-1", "-T2", "--messages", "500"], &[]),
    (&["compress", "-1", "-T1", "--segment", "64K", "--raw", "i16"], &[]),
    (&["decompress", "-T2"], &["compress", "-1", "--segment", "64K"]),
    (&["decompress", "-T2"], &["compress", "-1", "--live", "--flush-rows", "50"]),
    (&["decompress", "-T2"], &["compress", "-1", "--messages", "500"]),
    (&["decompress", "--salvage"], &["compress", "-1", "--segment", "64K"]),
    (&["test", "-T2"], &["compress", "-1", "--segment", "64K"]),
    (&["cat"], &["compress", "-1", "--segment", "64K"]),
    (&["cat", "--columns", "wave"], &["compress", "-1", "--segment", "64K"]),
    (&["inspect"], &["compress", "-1", "--live", "--flush-rows", "50"]),
    (&["watch"], &[]),
    (&["check"], &[]),
];

/// The memory that a command takes for so many bytes of rows.
fn measure((command, maker): (&[&str], &[&str]), bytes: usize) -> u64 {
    let text = rows(bytes);
    let input = if maker.is_empty() { text } else { made(maker, &text) };
    let run = run(command, &input);
    assert_eq!(run.code, Some(0), "{command:?}");
    run.peak
}

#[test]
fn ten_times_the_input_takes_no_more_memory() {
    for case in CASES {
        let bytes = if case.0 == ["check"] { CHECKED } else { SHORT };
        let (short, long) = (measure(case, bytes), measure(case, 10 * bytes));
        // The memory that a short process takes may be gone before it is seen: whoever seems to grow is looked at again.
        let again = |seen: u64| if long <= seen + SLACK { seen } else { seen.max(measure(case, bytes)) };
        let short = (0..5).fold(short, |seen, _| again(seen));
        let name = [case.0.join(" "), case.1.join(" ")].join(" of ");
        eprintln!("{short:6} KiB, ten times the length {long:6} KiB: {name}");
        assert!(long <= short + SLACK, "{name}: {short} KiB, ten times the length {long} KiB");
    }
    eprintln!("{} commands", CASES.len());
}

/// An index is bounded too: a stream that goes on and on is one frame after the other.
#[test]
fn more_segments_than_a_frame_may_have_make_another_frame() {
    let rows = "7\n".repeat(MAX_SEGMENTS + 10);
    let archive = made(&["compress", "-1", "--live", "--flush-rows", "1"], rows.as_bytes());
    let magic = archive.windows(4).filter(|bytes| *bytes == MAGIC);
    assert_eq!(magic.count(), 2);
    assert!(made(&["decompress"], &archive) == rows.as_bytes());
    made(&["test"], &archive);
}

/// A header of class 24, 16 MiB, and what is put behind it.
fn forged(schema: &[u8], behind: &[u8]) -> Vec<u8> {
    [&MAGIC[..], &[VERSION, 24], schema, behind].concat()
}

fn varint(value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    qres_core::entropy::put_varint(&mut out, value);
    out
}

/// Archives that would take more memory than is allowed, if they were believed, and how reading them ends.
fn hostile() -> Vec<(&'static str, Vec<u8>, i32)> {
    let columns = &[1, b',', 0, 3][..];
    let filler = vec![b'x'; 40 << 20];
    let preamble = forged(&[columns, &varint(filler.len() as u64)].concat(), &filler);
    // Each a bound of the next column.
    let bounds =
        [&MAGIC[..], &[VERSION, 24 + 0x80, 1, 5, 0], &varint(10 << 20), &[0, 1, 5, 0].repeat(10 << 20)];
    let entries = [&[0xF7, 8], &varint(4 << 20)[..], &[1, 1].repeat(4 << 20)].concat();
    let empty = [0xA1, 0, 0, 0, 0xAF, 0x13, 0x49, 0xB9];
    let different =
        [frame_of_nothing(&[0]), frame_of_nothing(&[1, b',', 0, 3, 6, b'a', b',', b'b', b',', b'c', b'\n'])]
            .concat();
    let stored = [0xA0, 1, 0, 1, 0, 0, 0, 0, b'x'];
    vec![
        ("a long preamble", preamble, 3),
        ("bounds without end", bounds.concat(), 3),
        ("a footer without end", forged(&[0], &entries), 3),
        ("segments that promise the class", forged(&[0], &[0xA0, 0xD5, 0xAA, 0x55, 0].repeat(1 << 20)), 3),
        ("empty segments", forged(&[0], &empty.repeat(1 << 20)), 3),
        ("wrong short segments", forged(&[0], &stored.repeat(1 << 20)), 3),
        ("short messages", [0xC0, 2, 0xAF, 0x13].repeat(1 << 20), 0),
        ("frames of nothing", frame_of_nothing(&[0]).repeat(1 << 17), 0),
        ("frames that differ", different.repeat(1 << 16), 0),
    ]
}

fn frame_of_nothing(schema: &[u8]) -> Vec<u8> {
    let mut frame = forged(schema, &[]);
    Index::new(frame.len()).footer().write(&mut frame);
    frame
}

#[test]
fn the_limit_holds_for_headers_and_footers() {
    // What ends at once is hardly seen: one of several is.
    let base = (0..30).map(|_| run(&["inspect"], &frame_of_nothing(&[0])).peak).max().unwrap_or(0);
    let mut cases = 0;
    for (name, archive, code) in hostile() {
        for command in ["decompress", "test", "cat", "inspect"] {
            // `cat` has no rows of messages.
            if archive[0] == 0xC0 && command == "cat" {
                continue;
            }
            let run = run(&[command, "--memory", "16M"], &archive);
            eprintln!("{:6} KiB of {base}: {command} of {name}, {} bytes", run.peak, archive.len());
            assert!(run.peak < base + (16 << 10), "{command} of {name}: {} KiB", run.peak);
            // What decodes nothing does not see all that is wrong.
            let expected = if command == "cat" || command == "inspect" { run.code } else { Some(code) };
            assert!(run.code == expected, "{command} of {name}: {:?}", run.code);
            cases += 1;
        }
    }
    eprintln!("{cases} cases");
}
