//! Nodes as running processes: rows that arrive once and in order, whatever dies and whatever the wire does.
#![cfg(unix)]

mod flood;
#[cfg(feature = "http")]
mod page;
mod wire;

use std::{
    fmt::Write as _,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::UdpSocket,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{atomic::Ordering, mpsc::channel},
    thread,
    time::{Duration, Instant},
};
use wire::Wire;

/// Long enough for a busy machine and a wire that loses much; a test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(120);

fn qres(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qres"));
    command.args(arguments).env_remove("HOME").env_remove("QRES_KEY_FILE");
    command
}

/// A folder with keys, stores and files of two nodes.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        for key in ["a", "b", "c"] {
            assert!(
                qres(&["keygen", "-q", "-o", &place.path(&format!("{key}.key"))])
                    .stdout(Stdio::null())
                    .status()
                    .unwrap()
                    .success()
            );
        }
        place
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    fn name(&self, key: &str) -> String {
        let output = qres(&["keygen", "--show", &self.path(&format!("{key}.key"))]).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// The arguments of the node `key`, its own ones first.
    fn node(&self, key: &str, more: &[&str]) -> Command {
        let (file, store) = (self.path(&format!("{key}.key")), self.path(key));
        let mut command = qres(&["node", "--key", &file, "--store", &store]);
        command.args(more).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.folder.path().join(name)).unwrap_or_default()
    }
}

/// A node that runs; it is killed when it is dropped.
struct Node {
    child: Child,
    ticket: String,
}

impl Node {
    /// Starts it and waits until it listens.
    fn start(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut errors = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        errors.read_line(&mut line).unwrap();
        let ticket = line.trim().strip_prefix("listening: ").unwrap_or_else(|| panic!("{line}")).to_owned();
        thread::spawn(move || {
            let mut rest = String::new();
            while errors.read_line(&mut rest).is_ok_and(|length| length > 0) {
                eprint!("{rest}");
                rest.clear();
            }
        });
        Self { child, ticket }
    }

    fn port(&self) -> u16 {
        self.ticket.rsplit(':').next().unwrap().parse().unwrap()
    }

    /// The most memory that it has had, in KB.
    fn peak(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        peak.trim().split(' ').next().unwrap().parse().unwrap()
    }

    /// Files and sockets that it has open.
    fn descriptors(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.child.id())).unwrap().count()
    }

    /// Sends it a signal.
    fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end, as a shell does.
    fn end(mut self) -> ExitStatus {
        Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        wait(&mut self.child)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
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
    let _ = child.kill();
    panic!("it should have ended");
}

/// Waits until `is_so`.
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < PATIENCE, "{what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// A temperature that wanders, each row another.
fn rows(count: u64) -> String {
    let (mut text, mut temp, mut noise) = ("time,temp,state\n".to_owned(), 2000_i64, 12_345_u64);
    for n in 0..count {
        noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        temp += (noise >> 60) as i64 - 7;
        let state = if n % 300 < 20 { "open" } else { "shut" };
        writeln!(text, "{},{}.{:02},{state}", 1_700_000_000 + 10 * n, temp / 100, temp.unsigned_abs() % 100)
            .unwrap();
    }
    text
}

const ANY: &[&str] = &["--listen", "127.0.0.1:0"];

#[test]
fn rows_of_a_pipe_come_out_of_another() {
    let place = Place::new();
    let (a, b) = (place.name("a"), place.name("b"));
    let text = rows(300);
    let mut command = place.node("a", &[ANY, &["--trust", &b]].concat());
    command.stdin(Stdio::piped());
    let mut from = Node::start(command);
    from.child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let mut to = place
        .node("b", &[ANY, &["--peer", &from.ticket, "--follow", &a, "--once"]].concat())
        .spawn()
        .unwrap();
    let mut came = String::new();
    to.stdout.take().unwrap().read_to_string(&mut came).unwrap();
    assert!(wait(&mut to).success());
    assert_eq!(came, text);
    // Nothing new: nothing is printed again.
    let more = place
        .node("b", &[ANY, &["--peer", &from.ticket, "--follow", &a, "--once"]].concat())
        .output()
        .unwrap();
    assert_eq!((more.status.code(), &more.stdout[..]), (Some(0), &b""[..]));
    // Unless it is asked for; the names of the columns come first.
    let more = place
        .node("b", &[ANY, &["--peer", &from.ticket, "--follow", &a, "--once", "--from", "299"]].concat())
        .output()
        .unwrap();
    let (names, last) = (
        text.lines().next().unwrap(),
        text.lines().skip(299).map(|line| line.to_owned() + "\n").collect::<String>(),
    );
    assert_eq!(String::from_utf8(more.stdout).unwrap(), format!("{names}\n{last}"));
    let status = qres(&["node", "status", "--store", &place.path("a")]).output().unwrap();
    let said = String::from_utf8(status.stdout).unwrap();
    assert!(said.contains("lines 0..301") && said.contains("has lines before 301"), "{said}");
    assert!(from.end().success());
    let gone = qres(&["node", "status", "--store", &place.path("a")]).stderr(Stdio::null()).status().unwrap();
    assert_eq!(gone.code(), Some(6));
}

#[test]
fn a_file_is_delivered_and_goes_on_where_it_grew() {
    let place = Place::new();
    let a = place.name("a");
    let out = place.path("out.csv");
    let to = Node::start(place.node("b", &[ANY, &["--trust", &a, "--follow", &a, "-o", &out]].concat()));
    let text = rows(2000);
    let half = text[..text.len() / 2].rfind('\n').unwrap() + 1;
    let file = place.path("in.csv");
    for end in [half, text.len(), text.len()] {
        fs::write(&file, &text[..end]).unwrap();
        let done = place
            .node("a", &[ANY, &["--peer", &to.ticket, "-i", &file, "--once"]].concat())
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
    until("all rows are in the file", || place.read("out.csv") == fs::read(&file).unwrap());
    assert!(to.end().success());
    assert_eq!(place.read("out.csv"), text.as_bytes());
}

/// Kills either end again and again while rows go from a file to a file.
fn kill_and_start_again(kills: u64, seed: u64, loss: u32) {
    let place = Place::new();
    let (a, b) = (place.name("a"), place.name("b"));
    let text = rows(60 * kills);
    let (file, out) = (place.path("in.csv"), place.path("out.csv"));
    fs::write(&file, &text).unwrap();
    let (first, second) = wire::two_ports();
    let port = first.local_addr().unwrap().port();
    drop((first, second));
    let wire = Wire::before(port, seed);
    wire.weather.loss.store(loss, Ordering::Relaxed);
    let (listen, ticket) = (format!("127.0.0.1:{port}"), format!("{b}@127.0.0.1:{}", wire.port));
    let taker =
        || {
            Node::start(place.node(
                "b",
                &["--listen", &listen, "--trust", &a, "--follow", &a, "-o", &out, "--every", "10ms"],
            ))
        };
    let giver = |more: &[&str]| {
        place.node(
            "a",
            &[ANY, &["--peer", &ticket, "-i", &file, "--every", "10ms", "--rate", "300"], more].concat(),
        )
    };
    let (mut to, mut from) = (taker(), Node::start(giver(&[])));
    let mut random = seed;
    for _ in 0..kills {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        thread::sleep(Duration::from_millis(random >> 40 & 0x7F));
        if random >> 63 == 0 {
            to.kill();
            to = taker();
        } else {
            from.kill();
            from = Node::start(giver(&[]));
        }
        // What is printed is never more than was read, and never other.
        let came = place.read("out.csv");
        assert!(text.as_bytes().starts_with(&came), "after {} bytes", came.len());
    }
    from.kill();
    wire.weather.loss.store(0, Ordering::Relaxed);
    let done = place
        .node("a", &[ANY, &["--peer", &ticket, "-i", &file, "--every", "10ms", "--once"]].concat())
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    until("all rows are in the file", || place.read("out.csv").len() == text.len());
    assert!(to.end().success());
    assert_eq!(place.read("out.csv"), text.as_bytes());
}

#[test]
fn no_row_is_lost_or_doubled_when_ends_are_killed() {
    kill_and_start_again(200, 1, 0);
}

#[test]
fn no_row_is_lost_or_doubled_on_a_bad_wire() {
    kill_and_start_again(20, 2, 300);
}

#[test]
fn live_rows_are_within_their_bound_on_a_bad_wire_and_exact_ones_follow() {
    let place = Place::new();
    let (a, b) = (place.name("a"), place.name("b"));
    let text = rows(1200);
    let out = place.path("out.csv");
    let events = fs::File::create(place.path("events")).unwrap();
    let (first, second) = wire::two_ports();
    let port = first.local_addr().unwrap().port();
    drop((first, second));
    let wire = Wire::before(port, 3);
    wire.weather.loss.store(200, Ordering::Relaxed);
    let mut command = place.node(
        "b",
        &["--listen", &format!("127.0.0.1:{port}"), "--trust", &a, "--follow", &a, "-o", &out, "--json"],
    );
    let mut to = command.stdout(events).stderr(Stdio::null()).spawn().unwrap();
    let ticket = format!("{b}@127.0.0.1:{}", wire.port);
    let mut command = place.node(
        "a",
        &[ANY, &["--peer", &ticket, "--error", "temp=0.5", "--every", "100ms", "--once"]].concat(),
    );
    let mut from = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut input = from.stdin.take().unwrap();
    for line in text.split_inclusive('\n') {
        input.write_all(line.as_bytes()).unwrap();
        thread::sleep(Duration::from_millis(3));
    }
    drop(input);
    assert!(wait(&mut from).success());
    until("all rows are in the file", || place.read("out.csv") == text.as_bytes());
    let _ = to.kill();
    let _ = to.wait();
    let sent: Vec<(&str, i64)> = text.lines().skip(1).map(cells).collect();
    let events = String::from_utf8(place.read("events")).unwrap();
    let mut came = 0;
    for event in events.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()) {
        let Some(rows) = event["text"].as_str().filter(|_| event["event"] == "live") else { continue };
        for (time, temp) in rows.lines().filter(|line| line.starts_with('1')).map(cells) {
            let (_, exact) = sent.iter().find(|(sent, _)| *sent == time).expect("a row that was sent");
            assert!((exact - temp).abs() <= 50, "{time}: {exact} and {temp}");
            came += 1;
        }
    }
    assert!(came > 50, "{came} rows came live");
}

/// The time of a row, and its temperature in hundredths.
fn cells(line: &str) -> (&str, i64) {
    let mut cells = line.split(',');
    let (time, temp) = (cells.next().unwrap(), cells.next().unwrap());
    let (whole, part) = temp.split_once('.').unwrap_or((temp, "0"));
    let part = format!("{part:0<2}");
    (time, whole.parse::<i64>().unwrap() * 100 + part[..2].parse::<i64>().unwrap())
}

#[test]
fn columns_learn_from_those_of_peers_and_say_when_they_are_unusual() {
    let place = Place::new();
    let (a, b) = (place.name("a"), place.name("b"));
    let (first, second) = wire::two_ports();
    let port = first.local_addr().unwrap().port();
    drop((first, second));
    let (listen, ticket) = (format!("127.0.0.1:{port}"), format!("{a}@127.0.0.1:{port}"));
    let mut nodes = [
        place.node("a", &["--listen", &listen, "--trust", &b, "--watch", "temp", "--json"]),
        place.node("b", &[ANY, &["--peer", &ticket, "--watch", "temp", "--json"]].concat()),
    ]
    .map(|mut command| command.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
    let events = nodes.each_mut().map(|node| {
        let (sender, events) = channel();
        let told = BufReader::new(node.stdout.take().unwrap());
        thread::spawn(move || told.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        events
    });
    // A tide that each of them has with other noise: one has seen much of it, the other little.
    let mut inputs = nodes.each_mut().map(|node| node.stdin.take().unwrap());
    inputs.iter_mut().for_each(|input| input.write_all(b"time,temp\n").unwrap());
    let mut write = |at: usize, rows: std::ops::Range<i64>, is_broken: bool| {
        for n in rows {
            let salt = [3, 5][at];
            let tide = [0, 7, 10, 7, 0, -7, -10, -7][n as usize % 8] * 40 + n * salt % 11;
            let temp = if is_broken { n * n * salt % 7919 } else { tide };
            let (whole, part) = (20 + temp / 100, temp.unsigned_abs() % 100);
            writeln!(inputs[at], "{n},{whole}.{part:02}").unwrap();
        }
    };
    let mut said = [String::new(), String::new()];
    let mut hears = |at: usize, word: &str| {
        events[at].try_iter().for_each(|line| said[at] += &(line + "\n"));
        said[at].contains(word)
    };
    write(0, 0..400, false);
    write(1, 0..72, false);
    until("the one that has seen little hears what the other has learnt", || hears(1, "\"adopted\""));
    write(0, 400..440, true);
    until("the one that knows what is usual is stirred", || hears(0, "\"regime\""));
    for mut node in nodes {
        let _ = node.kill();
        let _ = node.wait();
    }
}

#[test]
fn strangers_and_garbage_are_refused_and_cost_nothing() {
    let place = Place::new();
    let (a, b, c) = (place.name("a"), place.name("b"), place.name("c"));
    let mut command = place.node("a", &[ANY, &["--trust", &b]].concat());
    command.stdin(Stdio::piped());
    let mut from = Node::start(command);
    let mut input = from.child.stdin.take().unwrap();
    let text = rows(100);
    input.write_all(text.as_bytes()).unwrap();
    let stranger =
        Node::start(place.node("c", &[ANY, &["--peer", &from.ticket, "--follow", &a, "-v"]].concat()));
    let noise = UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut random = 7_u64;
    for n in 0..20_000_usize {
        let datagram: Vec<u8> = (0..n % 1300)
            .map(|_| {
                random =
                    random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (random >> 56) as u8
            })
            .collect();
        let _ = noise.send_to(&datagram, ("127.0.0.1", from.port() + (n % 2) as u16));
    }
    let to = place
        .node("b", &[ANY, &["--peer", &from.ticket, "--follow", &a, "--once"]].concat())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(to.stdout).unwrap(), text);
    // Who answers is not who was dialled.
    let wrong = from.ticket.replace(&a, &c);
    let nobody = place
        .node("b", &[ANY, &["--peer", &wrong, "--follow", &c, "--until", "time=1s", "-v"]].concat())
        .output()
        .unwrap();
    let said = String::from_utf8(nobody.stderr).unwrap();
    assert!(said.contains("who answers is somebody else"), "{said}");
    drop(stranger);
    assert!(from.peak() < 64 << 10, "{} KB", from.peak());
    assert!(from.end().success());
}

#[test]
fn a_follower_that_stands_still_holds_nobody_up() {
    let place = Place::new();
    let (a, b, c) = (place.name("a"), place.name("b"), place.name("c"));
    let mut command = place.node("a", &[ANY, &["--trust", &b, "--trust", &c]].concat());
    command.stdin(Stdio::piped());
    let mut from = Node::start(command);
    let mut input = from.child.stdin.take().unwrap();
    let follow = |key: &str| {
        let out = place.path(&format!("{key}.csv"));
        Node::start(place.node(key, &[ANY, &["--peer", &from.ticket, "--follow", &a, "-o", &out]].concat()))
    };
    let (still, moving) = (follow("b"), follow("c"));
    let text = rows(60_000);
    let begun = text[..4000].rfind('\n').unwrap() + 1;
    input.write_all(&text.as_bytes()[..begun]).unwrap();
    until("both follow", || ["b.csv", "c.csv"].iter().all(|out| place.read(out).len() == begun));
    still.signal("-STOP");
    let before = from.peak();
    input.write_all(&text.as_bytes()[begun..]).unwrap();
    until("the other has it all", || place.read("c.csv").len() == text.len());
    assert_eq!(place.read("b.csv").len(), begun);
    // The rows themselves lie in the log: what they take in memory does not grow with whoever does not take them.
    assert!(from.peak() < before + (24 << 10), "{} KB, then {} KB", before, from.peak());
    still.signal("-CONT");
    until("it has it all, too", || place.read("b.csv") == text.as_bytes());
    assert!(still.end().success() && moving.end().success());
}

#[test]
fn those_who_come_and_go_leave_nothing_open() {
    let place = Place::new();
    let (a, b) = (place.name("a"), place.name("b"));
    let mut command = place.node("a", &[ANY, &["--trust", &b]].concat());
    command.stdin(Stdio::piped());
    let mut from = Node::start(command);
    from.child.stdin.take().unwrap().write_all(rows(20).as_bytes()).unwrap();
    let come = || {
        let words = [ANY, &["--peer", &from.ticket, "--follow", &a, "--once"]].concat();
        assert!(place.node("b", &words).output().unwrap().status.success());
    };
    (0..3).for_each(|_| come());
    let before = from.descriptors();
    (0..40).for_each(|_| come());
    assert!(from.descriptors() <= before, "{before}, then {}", from.descriptors());
}

#[test]
fn a_peer_that_is_banned_stays_out_until_it_is_forgotten() {
    let place = Place::new();
    let (a, b) = (place.name("a"), place.name("b"));
    let tell = |words: &[&str]| {
        let output = qres(&[&["node"], words, &["--store", &place.path("a")]].concat()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let publisher = |rows: &str| {
        let mut command = place.node("a", &[ANY, &["--trust", &b]].concat());
        command.stdin(Stdio::piped());
        let mut node = Node::start(command);
        node.child.stdin.take().unwrap().write_all(rows.as_bytes()).unwrap();
        node
    };
    let follow = |ticket: &str| {
        let words = [ANY, &["--peer", ticket, "--follow", &a, "--once"]].concat();
        Node::start(place.node("b", &words))
    };
    let text = rows(50);
    let from = publisher(&text);
    assert!(tell(&["ban", &b]).contains("banned"));
    let mut refused = follow(&from.ticket);
    thread::sleep(Duration::from_millis(700));
    assert!(refused.child.try_wait().unwrap().is_none(), "it waits for what it does not get");
    refused.kill();
    // After a restart, too.
    assert!(from.end().success());
    let from = publisher("");
    assert!(tell(&["peers"]).contains("banned"));
    assert!(!tell(&["forget", &b]).contains("banned"));
    let mut to = follow(&from.ticket);
    let mut came = String::new();
    to.child.stdout.take().unwrap().read_to_string(&mut came).unwrap();
    assert_eq!(came, text);
    assert!(tell(&["genes"]).contains("no column is watched"));
}

#[test]
fn a_peer_that_another_knows_is_found() {
    let place = Place::new();
    let (a, c) = (place.name("a"), place.name("c"));
    let middle = Node::start(place.node("b", &[ANY, &["--trust", &a, "--trust", &c]].concat()));
    let mut command = place.node("a", &[ANY, &["--peer", &middle.ticket, "--trust", &c]].concat());
    command.stdin(Stdio::piped());
    let mut from = Node::start(command);
    let text = rows(50);
    from.child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    until("they have met", || {
        let peers = qres(&["node", "peers", "--store", &place.path("b")]).output().unwrap();
        String::from_utf8(peers.stdout).unwrap().lines().any(|line| line.contains(&a) && line.contains("up"))
    });
    let mut to =
        place.node("c", &[ANY, &["--peer", &middle.ticket, "--follow", &a, "--until", "lines=51"]].concat());
    let came = to.output().unwrap();
    assert_eq!(String::from_utf8(came.stdout).unwrap(), text);
}

#[test]
fn peers_on_the_same_network_find_each_other() {
    let place = Place::new();
    let (a, b) = (place.name("a"), place.name("b"));
    let mut command = place.node("a", &[ANY, &["--discover", "--trust", &b]].concat());
    command.stdin(Stdio::piped());
    let mut from = Node::start(command);
    let text = rows(50);
    from.child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let mut to = place.node("b", &[ANY, &["--discover", "--follow", &a, "--until", "lines=51"]].concat());
    let came = to.output().unwrap();
    assert_eq!(String::from_utf8(came.stdout).unwrap(), text);
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let place = Place::new();
    let a = place.name("a");
    fs::write(place.path("other.csv"), "mine\n").unwrap();
    let other = place.path("other.csv");
    for (arguments, said) in [
        (&["--peer", "x@y:1"][..], "is no name of a node"),
        (&["--follow", "x"][..], "a name is `did:qres:`"),
        (&["--follow", &a, "--follow", &a][..], "mixed up"),
        (&["--follow", &a, "-o", &other][..], "exists already"),
        (&["--until", "soon"][..], "a condition is"),
        (&["-i", "nowhere.csv"][..], "cannot read"),
    ] {
        let mut child = place.node("b", &[ANY, arguments].concat()).spawn().unwrap();
        let status = wait(&mut child);
        let mut text = String::new();
        child.stderr.unwrap().read_to_string(&mut text).unwrap();
        assert!(!status.success() && text.contains(said), "{arguments:?}: {text}");
    }
    let held = Node::start(place.node("b", &[ANY, &["--follow", &a]].concat()));
    let second = place.node("b", &[ANY, &["--follow", &a]].concat()).output().unwrap();
    assert!(String::from_utf8(second.stderr).unwrap().contains("in use by another node"));
    drop(held);
    assert!(Path::new(&PathBuf::from(place.path("other.csv"))).exists());
}
