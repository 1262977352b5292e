//! Boards at serial ports: the board's own program at the other end of a pseudo-terminal, talked with by the tool.
#![cfg(unix)]

mod terminal;

use qres_board::{
    Config, Program,
    keep::{Nowhere, Stored},
    source::{ROOM, Synthetic},
};
use qres_core::{
    gene::{Builder, Gene},
    live::framing::{Deframer, Framed, frame},
    neuron::{Kind, LinearGene},
    num::{Q16, Random},
    serial::{Steps, is_message, note},
    trust::Identity,
};
use serialport::{SerialPort, TTYPort};
use std::{
    fs,
    io::{BufRead, BufReader, ErrorKind, Read, Write},
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// The seed of the samples.
const SEED: u64 = 5;
/// Milliseconds between two of them.
const STEP: u32 = 4;
/// The secret of the board.
const SECRET: [u8; 32] = [9; 32];

/// How a board and its line behave.
#[derive(Debug, Clone, Copy, Default)]
struct Habit {
    /// Bytes lost and spoilt in each direction, in a hundred thousand.
    noise: u64,
    /// Rows after which it goes away, once somebody listens.
    last: Option<u64>,
    /// It gives another name than the one it can prove.
    lies: bool,
    /// Rows after which it starts anew, once, if somebody listens.
    restarts: Option<u64>,
    /// It prints what bootloaders print, and a note, before its first frame.
    boots: bool,
    /// It panics at the first request that changes something, and says so.
    panics: bool,
}

/// A board.
struct Station {
    port: String,
    stop: Arc<AtomicBool>,
    rows: Arc<AtomicU64>,
    /// The row that was next when somebody came.
    came: Arc<AtomicU64>,
    thread: Option<JoinHandle<()>>,
}

impl Station {
    fn start(habit: Habit) -> Self {
        let (port, name) = terminal::pair();
        let (stop, rows) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let came = Arc::new(AtomicU64::new(u64::MAX));
        let (stopped, counted, seen) = (stop.clone(), rows.clone(), came.clone());
        let thread = thread::spawn(move || Station::run(port, habit, &stopped, &counted, &seen));
        Self { port: name, stop, rows, came, thread: Some(thread) }
    }

    /// Waits until it has taken so many rows.
    fn wait(&self, rows: u64) {
        while self.rows.load(Ordering::Relaxed) < rows {
            thread::sleep(Duration::from_millis(2));
        }
    }

    fn run(mut port: TTYPort, habit: Habit, stop: &AtomicBool, rows: &AtomicU64, came: &AtomicU64) {
        let config = Config {
            chip: *b"esp32c3\0\0\0\0\0",
            id: [0xA0, 1, 2, 3, 4, 5, 0, 0],
            session: 1,
            steps: Steps { calm: STEP, pre_storm: STEP, storm: STEP },
            most: 4096,
            sleeps: false,
            memory: || (1234, 0),
        };
        let start = |config| {
            Program::new(Synthetic::new(SEED), Stored::new(Nowhere), Identity::from_secret(&SECRET), config)
        };
        let mut program = start(config);
        let (mut begun, mut next, mut restarts) = (Instant::now(), 0, habit.restarts);
        let (mut random, mut bytes, mut booted) = (Random::new(1, habit.noise), [0; 4096], false);
        let mut asked = false;
        port.set_timeout(Duration::from_millis(1)).unwrap();
        while !stop.load(Ordering::Relaxed) {
            let now = u64::try_from(begun.elapsed().as_millis()).unwrap();
            let read = port.read(&mut bytes);
            let somebody = !matches!(&read, Err(error) if error.kind() == ErrorKind::BrokenPipe);
            for byte in noisy(&bytes[..read.unwrap_or(0)], habit.noise, &mut random) {
                program.receive(byte, now);
                asked |= byte == 0;
            }
            if habit.panics && asked {
                let _ = port.write_all(b"\n====================== PANIC ======================\r\n");
                let _ = port.write_all(b"panicked at src/body.rs:7:9:\r\nout of memory\r\n\nBacktrace:\r\n");
                while !stop.load(Ordering::Relaxed) {
                    thread::sleep(Duration::from_millis(5));
                }
                return;
            }
            if somebody {
                came.fetch_min(rows.load(Ordering::Relaxed), Ordering::Relaxed);
            }
            while next <= now {
                next = program.due().max(next);
                if next > now {
                    break;
                }
                program.poll(next);
                rows.store(next / u64::from(STEP) + 1, Ordering::Relaxed);
            }
            next = next.min(now);
            let said = std::mem::take(program.output());
            if somebody {
                if habit.boots && !booted {
                    booted = true;
                    let mut line = b"ESP-ROM:esp32c3-api1-20210207\r\nrst:0x1 (POWERON)\r\n".to_vec();
                    let mut message = vec![];
                    note(0, "qres 0.1.0 on esp32c3", &mut message);
                    frame(&message, &mut line);
                    let _ = port.write_all(&line);
                }
                let said = if habit.lies { lying(&said) } else { said };
                let said: Vec<u8> = noisy(&said, habit.noise, &mut random).collect();
                let _ = port.write_all(&said);
            } else {
                thread::sleep(Duration::from_millis(1));
            }
            if restarts.is_some_and(|after| somebody && rows.load(Ordering::Relaxed) > after) {
                (begun, next, restarts) = (Instant::now(), 0, None);
                program = start(Config { session: 2, ..config });
            }
            if habit.last.is_some_and(|last| {
                somebody && rows.load(Ordering::Relaxed) > last + came.load(Ordering::Relaxed)
            }) {
                // What was written last is still read.
                thread::sleep(Duration::from_millis(800));
                return;
            }
        }
    }
}

impl Drop for Station {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = self.thread.take().unwrap().join();
    }
}

/// What a line makes of bytes.
fn noisy<'a>(bytes: &'a [u8], noise: u64, random: &'a mut Random) -> impl Iterator<Item = u8> + use<'a> {
    bytes.iter().filter_map(move |byte| match random.below(200_000) {
        at if at < noise => None,
        at if at < 2 * noise => Some(byte ^ 1 << random.below(8)),
        _ => Some(*byte),
    })
}

/// The same frames, but for the name in proofs.
fn lying(line: &[u8]) -> Vec<u8> {
    let (mut deframer, mut out) = (Deframer::new(1000), vec![]);
    for byte in line {
        if let Some(Framed::Packet(packet)) = deframer.push(*byte) {
            let mut packet = packet.to_vec();
            if is_message(&packet) && packet[4] == 9 {
                packet[5..37].copy_from_slice(&Identity::from_secret(&[1; 32]).name().0);
            }
            frame(&packet, &mut out);
        }
    }
    out
}

/// A folder to work in.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn start(&self, words: &[&str]) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qres"));
        command.args(words).current_dir(self.0.path()).env_clear().env("PATH", "/usr/bin:/bin");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        terminal::spawn(&mut command)
    }

    /// The exit code, what was printed, and what was said beside it.
    fn run(&self, words: &[&str]) -> (i32, String, String) {
        told(self.start(words).wait_with_output().unwrap())
    }
}

fn told(output: Output) -> (i32, String, String) {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

/// A gene for the board's columns.
fn gene(weight: i32) -> Vec<u8> {
    let mut linear = LinearGene::FRESH;
    linear.weights[0] = Q16::from_bits(weight);
    let mut builder = Builder::new(Some(Kind::Linear), 3);
    builder.linear(1, &linear).unwrap().linear(2, &linear).unwrap().finish()
}

/// The rows of a table of the board's, each compared with the sample that it was made from; those without one.
fn check_rows(csv: &str) -> (Vec<u64>, usize) {
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some("time,temperature,humidity"));
    let (mut numbers, mut empty) = (vec![], 0);
    for line in lines {
        if line == ",," {
            empty += 1;
            continue;
        }
        let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
        let number = (cells[0] * 1000.0).round() as u64 / u64::from(STEP);
        let [temperature, humidity] = Synthetic::at(SEED, number);
        assert_eq!((cells[1] * 100.0).round() as i64, temperature, "{line}");
        assert!(((cells[2] * 100.0).round() as i64).abs_diff(humidity) <= ROOM[1].within, "{line}");
        numbers.push(number);
    }
    (numbers, empty)
}

#[test]
fn a_board_s_rows_are_printed_until_it_goes_away() {
    let station = Station::start(Habit { last: Some(400), boots: true, ..Habit::default() });
    // Who comes late asks for what is needed to read on.
    station.wait(200);
    let (code, csv, said) = Desk::new().run(&["decompress", "-v", "--serial", &station.port]);
    assert!(code == 6 && said.contains("gone away"), "{code}: {said}");
    assert!(
        said.contains("esp32c3, a row every 4 ms") && said.contains(": qres 0.1.0 on esp32c3\n"),
        "{said}"
    );
    let (numbers, empty) = check_rows(&csv);
    assert!(empty == 0 && numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{numbers:?}");
    // It began soon after it came, long before the board would have said all by itself, and ended with the last rows but
    // those that were silent, or that a busy machine had not read before the port was gone.
    let came = station.came.load(Ordering::Relaxed);
    assert!(came >= 200 && (came - 1..came + 300).contains(&numbers[0]), "{came} {numbers:?}");
    assert!(*numbers.last().unwrap() >= came + 200, "{came} {numbers:?}");
}

#[test]
fn rows_come_as_they_are_taken_and_the_pace_is_given_back() {
    let (desk, station) = (Desk::new(), Station::start(Habit::default()));
    let mut child = desk.start(&["decompress", "--serial", &station.port, "--every", "20ms"]);
    // While it is still running, rows come, and soon at the pace that was asked for.
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert_eq!(lines.next().as_deref(), Some("time,temperature,humidity"));
    let (mut before, mut slow) = (f64::MAX, 0);
    while slow < 10 {
        let time: f64 = lines.next().unwrap().split(',').next().unwrap().parse().unwrap();
        slow += usize::from(time - before > 0.019);
        before = time;
    }
    let mut command = Command::new("kill");
    assert!(terminal::spawn(command.args(["-INT", &child.id().to_string()])).wait().unwrap().success());
    assert!(lines.all(|line| line.split(',').count() == 3));
    let (code, _, said) = told(child.wait_with_output().unwrap());
    assert_eq!(code, 0, "{said}");
    let (code, json, said) = desk.run(&["inspect", "--json", "--serial", &station.port]);
    assert!(code == 0 && json.contains(r#""step_ms":4,"lease_ms":0}"#), "{said}{json}");
}

#[test]
fn a_pace_ends_some_time_after_who_asked_for_it_was_killed() {
    let (desk, station) = (Desk::new(), Station::start(Habit::default()));
    let mut child = desk.start(&["decompress", "--serial", &station.port, "--every", "20ms"]);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    (0..20).for_each(|_| drop(lines.next().unwrap()));
    child.kill().unwrap();
    child.wait().unwrap();
    let (code, json, said) = desk.run(&["inspect", "--json", "--serial", &station.port]);
    assert!(code == 0 && json.contains(r#""step_ms":20,"lease_ms":"#), "{said}{json}");
    let left = json.split("lease_ms\":").nth(1).unwrap().trim_end().trim_end_matches('}');
    assert!((1..=60_000).contains(&left.parse::<u32>().unwrap()), "{json}");
    let (_, text, _) = desk.run(&["inspect", "--serial", &station.port]);
    assert!(text.contains("storm 20 ms, as a host has asked, for "), "{text}");
}

#[test]
fn a_panic_is_told_and_not_blamed_on_the_cable() {
    let desk = Desk::new();
    for words in [&["inspect"][..], &["decompress"], &["gene", "export", "-o", "x"]] {
        let station = Station::start(Habit { panics: true, ..Habit::default() });
        let (code, _, said) = desk.run(&[words, &["--serial", &station.port]].concat());
        let told = "the board's program has panicked at src/body.rs:7:9: out of memory";
        assert!(code == 6 && said.contains(told) && said.contains("flash --monitor"), "{code}: {said}");
        assert!(!said.contains("cable"), "{said}");
    }
}

#[test]
fn a_board_that_starts_anew_is_followed_at_the_same_pace() {
    let (desk, station) = (Desk::new(), Station::start(Habit { restarts: Some(300), ..Habit::default() }));
    let mut child = desk.start(&["decompress", "--serial", &station.port, "--every", "20ms"]);
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut again =
        lines.skip_while(|line| !line.starts_with("0.")).skip_while(|line| !line.starts_with("time"));
    assert_eq!(again.next().as_deref(), Some("time,temperature,humidity"));
    let time = |line: String| line.split(',').next().unwrap().parse::<f64>().unwrap();
    let times: Vec<f64> = again.by_ref().take(40).map(time).collect();
    assert_eq!(times[0], 0.0);
    assert!(times.windows(2).filter(|pair| pair[1] - pair[0] > 0.019).count() > 5, "{times:?}");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn noise_costs_rows_and_is_told() {
    let station = Station::start(Habit { noise: 100, last: Some(1200), ..Habit::default() });
    station.wait(50);
    let (code, csv, said) = Desk::new().run(&["decompress", "--json", "--serial", &station.port]);
    assert_eq!(code, 6, "{said}");
    let (numbers, empty) = check_rows(&csv);
    assert!(numbers.len() > 100 && numbers.windows(2).all(|pair| pair[0] < pair[1]), "{said}");
    // What is missing between the rows is what was told to be lost.
    let gaps: u64 = numbers.windows(2).map(|pair| pair[1] - pair[0] - 1).sum();
    assert!(gaps > 0 && empty as u64 >= gaps && said.contains(" lost"), "{gaps} {empty} {said}");
}

#[test]
fn genes_go_to_boards_and_come_back() {
    for noise in [0, 200] {
        let (desk, station) = (Desk::new(), Station::start(Habit { noise, ..Habit::default() }));
        fs::write(desk.path("g.gene"), gene(12_345)).unwrap();
        let id = Gene::parse(&gene(12_345)).unwrap().id();
        let id: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
        let (code, printed, said) = desk.run(&["gene", "install", "-v", "--serial", &station.port, "g.gene"]);
        assert!(
            code == 0 && printed == format!("{id}\n") && said.contains("installed on the board"),
            "{said}"
        );
        assert!(said.contains("it forgets the gene when it is switched off"), "{said}");
        let (code, printed, said) =
            desk.run(&["gene", "export", "--json", "--serial", &station.port, "-o", "back.gene"]);
        assert!(code == 0 && printed.contains(r#""schema":"qres.gene.export/1","input":"/dev/"#), "{said}");
        let back = fs::read(desk.path("back.gene")).unwrap();
        let back = Gene::parse(&back).unwrap();
        // The board has learnt since.
        assert!(back.linear(1).is_some() && back.linear(2).is_some());
        // By name, from the store here; and what does not fit is refused.
        desk.run(&["gene", "install", "--store", "s", "--name", "room", "g.gene"]);
        let (code, printed, said) =
            desk.run(&["gene", "install", "--store", "s", "--serial", &station.port, "room"]);
        assert!(code == 0 && printed.starts_with(&id), "{said}");
        fs::write(desk.path("none.gene"), Builder::new(None, 1).finish()).unwrap();
        let (code, _, said) = desk.run(&["gene", "install", "--serial", &station.port, "none.gene"]);
        assert!(code == 1 && said.contains("nothing for this board"), "{code}: {said}");
    }
}

#[test]
fn a_board_is_inspected_and_proves_its_name() {
    let (desk, station) = (Desk::new(), Station::start(Habit::default()));
    let did = Identity::from_secret(&SECRET).name().to_string();
    let (code, text, said) = desk.run(&["inspect", "--serial", &station.port]);
    assert!(code == 0 && text.contains(&format!("{did} (proved)")), "{said}{text}");
    assert!(text.contains("ESP32-C3, qres 0.1.0, address a0:01:02:03:04:05"), "{text}");
    assert!(text.contains("4 ms now; calm 4 ms") && text.contains("1.21 KiB of heap\n"), "{text}");
    let (code, json, said) = desk.run(&["inspect", "--json", "--serial", &station.port]);
    assert!(
        code == 0 && json.contains(&did) && json.contains(r#""schema":"qres.inspect.board/1""#),
        "{said}{json}"
    );
    drop(station);
    let station = Station::start(Habit { lies: true, ..Habit::default() });
    let (code, text, said) = desk.run(&["inspect", "--serial", &station.port]);
    assert!(code == 4 && text.is_empty() && said.contains("cannot prove it"), "{code}: {said}");
}

#[test]
fn what_a_running_board_says_is_shown() {
    let station = Station::start(Habit { last: Some(300), boots: true, ..Habit::default() });
    let (code, text, said) = Desk::new().run(&["flash", "--monitor", "--port", &station.port]);
    assert!(code == 6 && said.contains("gone away"), "{code}: {said}");
    let first: Vec<&str> = text.lines().take(4).collect();
    let expected = ["ESP-ROM:esp32c3-api1-20210207", "rst:0x1 (POWERON)", "qres 0.1.0 on esp32c3"];
    assert_eq!(first, [&expected[..], &["time,temperature,humidity"]].concat());
    assert!(check_rows(&text[text.find("time").unwrap()..]).0.len() > 50, "{text}");
}

#[test]
fn ports_without_a_board_end_with_6() {
    let desk = Desk::new();
    let asked = [&["inspect"][..], &["decompress", "-o", "x"], &["gene", "export", "-o", "x"]];
    let begun = Instant::now();
    let silent = asked.map(|words| {
        let (end, port) = terminal::pair();
        (end, desk.start(&[words, &["--serial", &port]].concat()))
    });
    for (_end, child) in silent {
        let (code, _, said) = told(child.wait_with_output().unwrap());
        assert!(code == 6 && said.contains("no board answers") && said.contains("hint:"), "{code}: {said}");
        assert!(begun.elapsed() < Duration::from_secs(8) && !desk.path("x").exists());
    }
    for words in [&["inspect"][..], &["decompress"], &["gene", "export"]] {
        let (code, _, said) = desk.run(&[words, &["--serial", "/dev/nowhere"]].concat());
        assert!(code == 6 && said.contains("there is no such port"), "{code}: {said}");
    }
}

#[cfg(feature = "node")]
#[test]
fn a_node_publishes_the_rows_of_a_board() {
    let (desk, station) = (Desk::new(), Station::start(Habit::default()));
    let name = |key: &str| {
        let (code, name, said) = desk.run(&["keygen", "-o", key]);
        assert_eq!(code, 0, "{said}");
        name.trim().to_owned()
    };
    let (from, to) = (name("from.key"), name("to.key"));
    let node = |key, store| ["node", "--key", key, "--store", store, "--listen", "127.0.0.1:0"];
    let mut publisher =
        desk.start(&[&node("from.key", "from")[..], &["--serial", &station.port, "--trust", &to]].concat());
    let mut told = BufReader::new(publisher.stderr.take().unwrap()).lines().map(Result::unwrap);
    let ticket = told.find_map(|line| line.strip_prefix("listening: ").map(str::to_owned)).unwrap();
    let wanted = ["--peer", &ticket, "--follow", &from, "--until", "lines=200"];
    let (code, csv, said) = desk.run(&[&node("to.key", "to")[..], &wanted].concat());
    publisher.kill().unwrap();
    publisher.wait().unwrap();
    assert_eq!(code, 0, "{said}");
    let (numbers, empty) = check_rows(&csv);
    assert!(empty == 0 && numbers.len() >= 199, "{numbers:?}");
    assert!(numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{numbers:?}");
}
