//! Live links between running processes: rows that come at once, wires that lose, double, reorder and damage frames.
#![cfg(unix)]

use assert_cmd::cargo_bin_cmd;
use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

/// Long enough for a busy machine; a test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(20);

fn qres(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qres"));
    command
        .args(arguments)
        .env_remove("HOME")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

/// The bytes that a command makes of others, and its exit code.
fn through(arguments: &[&str], bytes: &[u8]) -> (Vec<u8>, i32) {
    let mut command = cargo_bin_cmd!("qres");
    let output = command.args(arguments).env_remove("HOME").write_stdin(bytes).output().unwrap();
    (output.stdout, output.status.code().unwrap())
}

/// A wave with noise, by a clock that skips now and then: `time,temp,state`.
fn rows(count: u64) -> Vec<(u64, i64, &'static str)> {
    let mut noise = 12_345_u64;
    let row = |i: u64| {
        noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let wave = (f64::sin(i as f64 / 90.0) * 600.0) as i64;
        let time = 1_600_000_000 + 10 * i + 3600 * (i / 500);
        (time, 2000 + wave + (noise >> 60) as i64, if i % 300 < 20 { "open" } else { "shut" })
    };
    (0..count).map(row).collect()
}

fn text(rows: &[(u64, i64, &str)]) -> String {
    let line =
        |(time, temp, state): &(u64, i64, &str)| format!("{time},{}.{:02},{state}\n", temp / 100, temp % 100);
    "time,temp,state\n".to_owned() + &rows.iter().map(line).collect::<String>()
}

/// How many rows came whole; each has to be within 0.2 of the one sent at its place.
fn check(text: &[u8], sent: &[(u64, i64, &str)], skipped: usize) -> usize {
    let text = String::from_utf8(text.to_vec()).unwrap();
    let lines: Vec<&str> = text.lines().skip(1).collect();
    assert!(lines.len() + skipped <= sent.len());
    let mut whole = 0;
    for (line, (time, temp, state)) in lines.iter().zip(&sent[skipped..]) {
        let cells: Vec<&str> = line.split(',').collect();
        if cells == ["", "", ""] {
            continue;
        }
        whole += 1;
        assert_eq!((cells[0], cells[2]), (time.to_string().as_str(), *state), "{line}");
        let given = (cells[1].parse::<f64>().unwrap() * 100.0).round() as i64;
        assert!(given.abs_diff(*temp) <= 20, "{line}: {temp}");
    }
    whole
}

const SEND: [&str; 7] = ["compress", "--live", "--error", "temp=0.2", "--key-every", "100", "--heartbeat=16"];

#[test]
fn a_wire_that_does_its_worst_never_gives_a_wrong_row() {
    let sent = rows(4000);
    let (link, code) = through(&SEND, text(&sent).as_bytes());
    assert_eq!(code, 0);
    let (clean, code) = through(&["decompress"], &link);
    assert_eq!((check(&clean, &sent, 0), code), (4000, 0));
    assert!(link.len() * 6 < clean.len(), "{} {}", link.len(), clean.len());
    let (magic, rest) = link.split_at(4);
    let frames: Vec<&[u8]> = rest.split_inclusive(|byte| *byte == 0).collect();
    for seed in 0..8_u64 {
        let mut state = seed;
        let mut chance = move |of: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % of
        };
        let mut wire: Vec<(usize, Vec<u8>)> = vec![];
        for (at, frame) in frames.iter().enumerate() {
            let mut frame = frame.to_vec();
            match chance(60) {
                // The hello has to come, or rows before the next are no one's.
                _ if at == 0 => {}
                0 => continue,
                1 => wire.push((at + 3, frame.clone())),
                2 => {
                    wire.push((at + chance(30) as usize, frame));
                    continue;
                }
                3 => {
                    let byte = chance(frame.len() as u64) as usize;
                    frame[byte] ^= 1 << chance(8);
                }
                4 => frame.truncate(frame.len() / 2),
                _ => {}
            }
            wire.push((at, frame));
        }
        wire.sort_by_key(|(at, _)| *at);
        let bytes: Vec<u8> =
            magic.iter().copied().chain(wire.into_iter().flat_map(|(_, frame)| frame)).collect();
        let (given, code) = through(&["decompress"], &bytes);
        let whole = check(&given, &sent, 0);
        assert!(whole > 800, "{whole}");
        assert_eq!(code, 3, "something is always lost here");
    }
}

/// `qres compress --live --error ... | qres decompress`, fed by the test.
struct Stream {
    compress: Child,
    decompress: Child,
    lines: Receiver<String>,
}

impl Stream {
    fn start(arguments: &[&str]) -> Self {
        let mut compress = qres(&[&["compress", "--live"], arguments].concat()).spawn().unwrap();
        let link = compress.stdout.take().unwrap();
        let mut decompress = qres(&["decompress"]).stdin(link).spawn().unwrap();
        let (sender, lines) = channel();
        let text = BufReader::new(decompress.stdout.take().unwrap());
        thread::spawn(move || text.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { compress, decompress, lines }
    }

    fn line(&self) -> String {
        self.lines.recv_timeout(PATIENCE).expect("a row should have come through")
    }
}

#[test]
fn rows_come_through_while_the_input_is_open() {
    let mut stream = Stream::start(&["--error", "v=0.5", "--heartbeat", "3"]);
    let mut input = stream.compress.stdin.take().unwrap();
    // The names alone are no table; with a row they are, and it comes through a second later at most.
    writeln!(input, "t,v").unwrap();
    writeln!(input, "2020-01-01 00:00,20.0").unwrap();
    assert_eq!([stream.line(), stream.line()], ["t,v", "2020-01-01 00:00,20.0"]);
    // The clock is a surprise twice, then it is known.
    for minute in 1..=2 {
        writeln!(input, "2020-01-01 00:0{minute},20.1").unwrap();
        assert!(stream.line().starts_with(&format!("2020-01-01 00:0{minute},")));
    }
    for minute in 3..=4 {
        writeln!(input, "2020-01-01 00:0{minute},20.3").unwrap();
    }
    assert!(
        stream.lines.recv_timeout(Duration::from_millis(200)).is_err(),
        "silent rows wait for the heartbeat"
    );
    writeln!(input, "2020-01-01 00:05,20.3").unwrap();
    for minute in 3..=5 {
        assert!(stream.line().starts_with(&format!("2020-01-01 00:0{minute},")));
    }
    writeln!(input, "2020-01-01 00:06,25.0").unwrap();
    assert!(stream.line().starts_with("2020-01-01 00:06,2"));
    drop(input);
    assert!(stream.compress.wait().unwrap().success());
    assert!(stream.decompress.wait().unwrap().success());
}

#[test]
fn cat_prints_what_has_come_and_ends_when_it_has_enough() {
    let (link, _) = through(&["compress", "--live", "--error", "temp=0.2"], text(&rows(1000)).as_bytes());
    for how in [&["--where", "temp>0"][..], &["--json"]] {
        let mut cat = qres(&[&["cat", "--rows", "..200"], how].concat()).spawn().unwrap();
        let mut wire = cat.stdin.take().unwrap();
        wire.write_all(&link[..link.len() / 2]).unwrap();
        // The wire stays open.
        let lines = BufReader::new(cat.stdout.take().unwrap()).lines();
        assert_eq!(lines.count(), if how.len() == 1 { 200 } else { 201 });
        assert!(cat.wait().unwrap().success());
    }
}

#[test]
fn a_sender_that_is_killed_is_told_of() {
    let mut stream = Stream::start(&["--error", "0.5"]);
    let mut input = stream.compress.stdin.take().unwrap();
    write!(input, "1.0,7\n9.0,7\n1.5,7\n9.9,7\n").unwrap();
    assert!(stream.line().contains(",7"));
    stream.compress.kill().unwrap();
    assert_eq!(stream.decompress.wait().unwrap().code(), Some(3));
    drop(input);
}

#[test]
fn the_first_signal_ends_a_link_whole() {
    let mut stream = Stream::start(&["--error", "0.5"]);
    let mut input = stream.compress.stdin.take().unwrap();
    write!(input, "1.0,7\n9.0,7\n1.5,7\n9.9,7\n9.9,").unwrap();
    assert!(stream.line().contains(",7"));
    let id = stream.compress.id().to_string();
    assert!(Command::new("kill").args(["-s", "TERM", &id]).status().unwrap().success());
    assert!(stream.compress.wait().unwrap().success());
    assert_eq!(stream.decompress.wait().unwrap().code(), Some(0));
    drop(input);
}

/// Rows that came with numbers of their own: whatever happens to links that follow each other, what is missing is told.
#[test]
fn links_after_links_tell_what_is_missing() {
    let sent = rows(600);
    let (link, code) = through(&SEND, text(&sent).as_bytes());
    assert_eq!(code, 0);
    let (other, _) = through(&SEND, text(&rows(50)).as_bytes());
    let (whole, (clean, _)) = ("time,temp,state\n".len(), through(&["decompress"], &link));
    for cut in (5..link.len()).step_by(97) {
        let stream = [&link[..cut], &other[..]].concat();
        let (given, code) = through(&["decompress"], &stream);
        let came = String::from_utf8(given).unwrap().matches('\n').count();
        assert_eq!(code, 3, "{cut}: {came} rows, and the end of the first is missing");
        let (_, tested) = through(&["test"], &stream);
        assert_eq!(tested, 3, "{cut}");
        assert!(came > 50, "{cut}: the second link is whole");
        // One who begins there hears of what was before.
        let (late, code) = through(&["decompress"], &link[cut..]);
        assert!(late.is_empty() || late.len() > whole, "{cut}");
        // One byte of a frame that is missing is found.
        assert!(code == 3 || (code == 0 && late == clean), "{cut}");
    }
    let (both, code) = through(&["decompress"], &[&link[..], &other[..]].concat());
    assert_eq!((both.iter().filter(|byte| **byte == b'\n').count(), code), (652, 0));
}
