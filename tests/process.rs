//! What only shows in a running process: rows that come through a live pipe at once, signals, and memory.
#![cfg(unix)]

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    path::Path,
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

/// Long enough for a busy machine; a test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(20);

fn qres(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qres"));
    command.args(arguments).env_remove("HOME").stderr(Stdio::null());
    command
}

/// `qres compress --live ... | qres decompress`, fed by the test.
struct Stream {
    compress: Child,
    decompress: Child,
    lines: Receiver<String>,
}

impl Stream {
    fn start(arguments: &[&str]) -> (Self, ChildStdin) {
        let arguments = [&["compress", "--live"], arguments].concat();
        let mut compress = qres(&arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let archive = compress.stdout.take().unwrap();
        let mut decompress = qres(&["decompress"]).stdin(archive).stdout(Stdio::piped()).spawn().unwrap();
        let (sender, lines) = channel();
        let text = BufReader::new(decompress.stdout.take().unwrap());
        thread::spawn(move || text.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let input = compress.stdin.take().unwrap();
        (Self { compress, decompress, lines }, input)
    }

    fn line(&self) -> String {
        self.lines.recv_timeout(PATIENCE).expect("a row should have come through")
    }

    fn end(mut self) {
        assert!(wait(&mut self.compress).success());
        assert!(wait(&mut self.decompress).success());
        assert_eq!(self.lines.iter().count(), 0, "nothing is left");
    }
}

fn wait(child: &mut Child) -> ExitStatus {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    panic!("the process should have ended");
}

fn signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
}

#[test]
fn live_rows_come_through_while_the_input_is_open() {
    let (stream, mut input) = Stream::start(&["--flush-interval", "20"]);
    for row in ["t,v", "1,2.5", "2,2.6", "3,2.6"] {
        writeln!(input, "{row}").unwrap();
        assert_eq!(stream.line(), row);
    }
    drop(input);
    stream.end();
}

#[test]
fn live_rows_wait_for_each_other_when_counted() {
    let (stream, mut input) = Stream::start(&["--flush-rows", "3", "--flush-interval", "3600000"]);
    input.write_all(b"1\n2\n").unwrap();
    assert!(stream.lines.recv_timeout(Duration::from_millis(200)).is_err(), "two rows are not three");
    input.write_all(b"3\n4\n").unwrap();
    assert_eq!([stream.line(), stream.line(), stream.line()], ["1", "2", "3"]);
    drop(input);
    assert_eq!(stream.line(), "4");
    stream.end();
}

#[test]
fn half_a_live_row_is_not_passed_on() {
    let (stream, mut input) = Stream::start(&["--flush-interval", "20"]);
    input.write_all(b"1,2\n3,").unwrap();
    assert_eq!(stream.line(), "1,2");
    assert!(stream.lines.recv_timeout(Duration::from_millis(200)).is_err());
    input.write_all(b"4\n").unwrap();
    assert_eq!(stream.line(), "3,4");
    drop(input);
    stream.end();
}

#[test]
fn the_first_signal_ends_a_live_stream_whole() {
    let (stream, mut input) = Stream::start(&["--flush-interval", "20"]);
    input.write_all(b"1,2\n3,").unwrap();
    assert_eq!(stream.line(), "1,2");
    signal(&stream.compress, "INT");
    assert_eq!(stream.line(), "3,");
    stream.end();
    drop(input);
}

/// Starts compressing into a file without an end of the input; what it has read by then is more than a pipe holds, so that
/// it is writing.
fn endless(folder: &Path) -> (Child, ChildStdin) {
    let mut child = qres(&["compress", "--segment", "16K", "-o", "out.qres"])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(&b"1,2,3\n".repeat(20_000)).unwrap();
    (child, input)
}

#[test]
fn signals_kill_and_leave_nothing() {
    use std::os::unix::process::ExitStatusExt;
    for (name, number) in [("INT", 2), ("TERM", 15), ("HUP", 1), ("QUIT", 3), ("XCPU", 24), ("KILL", 9)] {
        let folder = tempfile::tempdir().unwrap();
        let (mut child, _input) = endless(folder.path());
        signal(&child, name);
        assert_eq!(wait(&mut child).signal(), Some(number), "the shell must learn that SIG{name} killed it");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "after SIG{name}");
    }
}

#[test]
fn signals_leave_an_archive_that_is_appended_to_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("out.qres");
    let (mut child, input) = endless(folder.path());
    drop(input);
    assert!(wait(&mut child).success());
    let before = fs::read(&archive).unwrap();
    // The signal may come anywhere between two writes.
    for _ in 0..10 {
        let mut child = qres(&["compress", "--segment", "16K", "--append", "out.qres"])
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        // More than it has read when the signal comes: segments are still being written then.
        let mut input = child.stdin.take().unwrap();
        let feeder = thread::spawn(move || while input.write_all(&b"1,2,3\n".repeat(20_000)).is_ok() {});
        let started = Instant::now();
        while fs::metadata(&archive).unwrap().len() == before.len() as u64 {
            assert!(started.elapsed() < PATIENCE, "something should have been appended");
            thread::sleep(Duration::from_millis(5));
        }
        signal(&child, "TERM");
        assert!(!wait(&mut child).success());
        feeder.join().unwrap();
        assert!(fs::read(&archive).unwrap() == before, "the archive must be as it was");
    }
}

/// The most memory a process has used, in KiB.
#[cfg(target_os = "linux")]
fn peak(child: &Child) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// Feeds rows that change until 300 MB are through; the reader of the output is the next stage, or nobody.
#[cfg(target_os = "linux")]
#[test]
fn an_endless_pipe_takes_bounded_memory() {
    let mut compress =
        qres(&["compress", "-T1"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let archive = compress.stdout.take().unwrap();
    let mut decompress = qres(&["decompress", "-T1"]).stdin(archive).stdout(Stdio::piped()).spawn().unwrap();
    let mut text = decompress.stdout.take().unwrap();
    let mut input = compress.stdin.take().unwrap();
    const BYTES: u64 = 300_000_000;
    let feeder = thread::spawn(move || {
        let mut sent = 0;
        let mut rows = Vec::new();
        for block in 0_u64.. {
            rows.clear();
            for row in block * 5000..(block + 1) * 5000 {
                // A triangle with noise on it: neither constant nor free.
                let wave = (row % 20_000).abs_diff(10_000) + row.wrapping_mul(0x9E37_79B9) % 97;
                writeln!(rows, "{},{}.{:02},{}", 1_600_000_000 + row, wave / 100, wave % 100, wave % 7)
                    .unwrap();
            }
            input.write_all(&rows).unwrap();
            sent += rows.len() as u64;
            if sent > BYTES {
                return (sent, input);
            }
        }
        unreachable!("the rows do not end")
    });
    let reader = thread::spawn(move || {
        let (mut read, mut buffer) = (0, vec![0; 1 << 16]);
        loop {
            match text.read(&mut buffer).unwrap() {
                0 => return read,
                n => read += n as u64,
            }
        }
    });
    let (sent, input) = feeder.join().unwrap();
    // Both are still running: their peak can be read.
    let peaks = [peak(&compress), peak(&decompress)];
    drop(input);
    assert!(wait(&mut compress).success());
    assert!(wait(&mut decompress).success());
    assert_eq!(reader.join().unwrap(), sent);
    eprintln!("peak memory: compress {} KiB, decompress {} KiB", peaks[0], peaks[1]);
    assert!(peaks.iter().all(|&peak| peak < 64 << 10), "{peaks:?} KiB");
}

/// A gene that takes a while to write, told apart by a number.
fn large_gene(number: u8) -> Vec<u8> {
    let mut builder = qres_core::gene::Builder::new(None, 1);
    builder.prior(qres_core::gene::WHOLE, &vec![number; 8 << 20]).unwrap();
    builder.finish()
}

fn gene(store: &Path, arguments: &[&str]) -> Command {
    let mut command = qres(&[&["gene"], arguments].concat());
    command.env("QRES_STORE", store).stdout(Stdio::piped());
    command
}

#[test]
fn installs_at_once_do_not_hurt_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let files: Vec<String> = (0..4)
        .map(|number| {
            let path = folder.path().join(format!("{number}.gene"));
            // Two of them are the same gene.
            fs::write(&path, large_gene(number.max(1))).unwrap();
            path.display().to_string()
        })
        .collect();
    let start = |file: &String| gene(&store, &["install", "-f", "--name", "it", file]).spawn().unwrap();
    let mut children: Vec<Child> = files.iter().map(start).collect();
    assert!(children.iter_mut().all(|child| wait(child).success()));
    let output = gene(&store, &["list", "--json"]).output().unwrap();
    assert!(output.status.success(), "nothing is damaged");
    let list: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let genes = list["genes"].as_array().unwrap();
    let named = genes.iter().filter(|gene| gene["names"] == serde_json::json!(["it"]));
    assert_eq!((genes.len(), named.count()), (3, 1), "{list}");
}

#[test]
fn a_killed_install_leaves_no_damage() {
    let folder = tempfile::tempdir().unwrap();
    let (store, file) = (folder.path().join("store"), folder.path().join("a.gene"));
    fs::write(&file, large_gene(1)).unwrap();
    let install = ["install", "--name", "it", file.to_str().unwrap()];
    let mut interrupted = 0;
    for delay in 0..30 {
        let mut child = gene(&store, &install).spawn().unwrap();
        thread::sleep(Duration::from_millis(3 * delay));
        child.kill().unwrap();
        interrupted += u32::from(!wait(&mut child).success());
        assert!(gene(&store, &["list"]).output().unwrap().status.success(), "after {delay}");
        if gene(&store, &["export", "it"]).output().is_ok_and(|output| output.status.success()) {
            assert!(gene(&store, &["rm", "it"]).output().unwrap().status.success());
        }
    }
    assert!(interrupted > 0, "at least the first was killed before it was done");
    assert!(gene(&store, &install).output().unwrap().status.success());
    let left = fs::read_dir(&store).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(left.count(), 3, "the lock, the names and the gene");
    assert_eq!(gene(&store, &["export", "it"]).output().unwrap().stdout, large_gene(1));
}

#[test]
fn watch_tells_while_the_input_is_open() {
    let mut watch =
        qres(&["watch", "--every", "1"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (sender, lines) = channel();
    let text = BufReader::new(watch.stdout.take().unwrap());
    thread::spawn(move || text.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
    let mut input = watch.stdin.take().unwrap();
    writeln!(input, "t").unwrap();
    let next = || lines.recv_timeout(PATIENCE).expect("something should have been told");
    let mut jolt_told = false;
    for row in 0..200 {
        // A jolt at the end.
        writeln!(input, "{}", if row == 199 { 9000 } else { row % 7 }).unwrap();
        // The first rows are told of together, when they have told what the columns are.
        if row < 15 {
            continue;
        }
        for told in if row == 15 { 0..=15 } else { row..=row } {
            let state = format!(r#""event":"state","row":{told},"#);
            while let line = next()
                && !line.contains(&state)
            {
                jolt_told |= line.contains(r#""event":"anomaly","row":199,"column":"t""#);
                assert!(row == 199 || row == 15 && line.contains(r#""event":"begin""#), "{line}");
            }
        }
    }
    drop(input);
    assert!(wait(&mut watch).success());
    assert!(jolt_told);
}

/// A file is small if a thread would take longer to start than to do its work.
#[test]
fn small_files_take_no_threads_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let texts: Vec<String> = (0..20).map(|n| format!("t,v\n{}", format!("{n},{n}.5\n").repeat(9))).collect();
    let traced = |arguments: &[&str], log: &str| {
        let mut strace = Command::new("strace");
        strace
            .args(["-f", "-o", log, "-e", "trace=clone,clone3", env!("CARGO_BIN_EXE_qres")])
            .args(arguments);
        let done = strace.current_dir(folder.path()).env_remove("HOME").stderr(Stdio::null()).status();
        let log = fs::read_to_string(folder.path().join(log)).unwrap_or_default();
        let is_traced = done.is_ok_and(|status| status.success());
        is_traced.then(|| log.lines().filter(|line| line.contains(" clone")).count())
    };
    for (number, text) in texts.iter().enumerate() {
        fs::write(folder.path().join(format!("{number}.csv")), text).unwrap();
    }
    let Some(compress) = traced(&["compress", "-r", ".", "-o", "packed/"], "1.log") else {
        return println!("0 small files: processes cannot be traced here");
    };
    let decompress = traced(&["decompress", "-T4", "-r", "packed", "-o", "texts/"], "2.log").unwrap();
    let test = traced(&["test", "-T4", "-r", "packed"], "3.log").unwrap();
    for (number, text) in texts.iter().enumerate() {
        assert_eq!(fs::read_to_string(folder.path().join(format!("texts/{number}.csv"))).unwrap(), *text);
    }
    // One waits for signals.
    assert_eq!([compress, decompress, test], [1, 1, 1]);
}
