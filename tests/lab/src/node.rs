//! What a node takes on the wire: two processes with a wire between them that counts, loses and delays.
//!
//! A file is named with its columns: `stbernard/1.csv:8,9` is its time and its temperature. Bytes are those of datagrams with 28
//! of IP and UDP each, both ways, with security.

#[path = "../../node/wire.rs"]
mod wire;

use serde_json::Value;
use std::{
    cell::Cell,
    error::Error,
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::Ordering,
        mpsc::{Receiver, channel},
    },
    thread,
    time::{Duration, Instant},
};
use wire::Wire;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// Rows that are sent of each file.
const ROWS: usize = 2000;
/// Between two rows: far below what a loopback holds.
const PACE: Duration = Duration::from_millis(1);
/// How long anything is waited for.
const PATIENCE: Duration = Duration::from_secs(600);

/// Runs what is asked for.
pub(crate) fn run(qres: &str, what: &str, files: &[&str]) -> Outcome {
    let lab = Lab {
        qres: fs::canonicalize(qres)?,
        folder: std::env::temp_dir().join(format!("lab-node-{}", std::process::id())),
        pairs: Cell::new(7),
    };
    fs::create_dir_all(&lab.folder)?;
    let done = match what {
        "bytes" => files.iter().try_for_each(|file| lab.bytes(file)).map(|()| lab.total()),
        "loss" => lab.all_loss(files),
        "outage" => lab.outage(),
        "idle" => lab.idle(),
        _ => Err("lab node QRES bytes|loss|outage|idle FILE:COLUMNS...".into()),
    };
    fs::remove_dir_all(&lab.folder)?;
    done
}

struct Lab {
    qres: PathBuf,
    folder: PathBuf,
    /// The seed of the next wire: what one loses tells nothing of what another does.
    pairs: Cell<u64>,
}

/// A giver and a taker, and the wire between them.
struct Pair {
    giver: Child,
    taker: Child,
    /// What the taker tells, and how many datagrams had been sent to it by then.
    events: Receiver<(Value, u64)>,
    wire: Wire,
}

impl Lab {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.qres);
        command
            .args(arguments)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    fn name(&self, key: &str) -> Outcome<String> {
        if !self.folder.join(key).exists() {
            self.command(&["keygen", "-o", key]).status()?;
        }
        let shown = self.command(&["keygen", "--show", key]).stdout(Stdio::piped()).output()?;
        Ok(String::from_utf8(shown.stdout)?.trim().to_owned())
    }

    /// Starts both, each with a new store.
    fn pair(&self, more: &[&str], giver: &[&str], weather: impl Fn(&Wire)) -> Outcome<Pair> {
        for store in ["giver", "taker"] {
            let _ = fs::remove_dir_all(self.folder.join(store));
        }
        let (from, to) = (self.name("giver.key")?, self.name("taker.key")?);
        let port = {
            let (first, _second) = wire::two_ports();
            first.local_addr()?.port()
        };
        let wire = Wire::before(port, self.pairs.replace(self.pairs.get() + 1));
        weather(&wire);
        let listen = format!("127.0.0.1:{port}");
        let taker = [
            "node",
            "--key",
            "taker.key",
            "--store",
            "taker",
            "--listen",
            &listen,
            "--trust",
            &from,
            "--follow",
            &from,
            "--json",
        ];
        // Rows of the live lane go to stdout where they are all that is wanted, and events to stderr.
        let is_live = more.contains(&"--live-only");
        let output: &[&str] = if is_live { &[] } else { &["-o", "out.csv"] };
        let _ = fs::remove_file(self.folder.join("out.csv"));
        let mut taker = self
            .command(&[&taker[..], output, more].concat())
            .stdout(if is_live { Stdio::null() } else { Stdio::piped() })
            .stderr(Stdio::piped())
            .spawn()?;
        let (sender, events) = channel();
        let told: Box<dyn std::io::Read + Send> = match (is_live, taker.stdout.take(), taker.stderr.take()) {
            (true, _, Some(stderr)) => Box::new(stderr),
            (_, Some(stdout), _) => Box::new(stdout),
            _ => return Err("no pipe".into()),
        };
        let weather = Arc::clone(&wire.weather);
        thread::spawn(move || {
            for line in BufReader::new(told).lines().map_while(Result::ok) {
                let sent = weather.datagrams[2].load(Ordering::Relaxed);
                let _ = serde_json::from_str(&line).map(|event| sender.send((event, sent)));
            }
        });
        let ticket = format!("{to}@127.0.0.1:{}", wire.port);
        let own =
            ["node", "--key", "giver.key", "--store", "giver", "--listen", "127.0.0.1:0", "--peer", &ticket];
        let giver = self.command(&[&own[..], more, giver].concat()).stdin(Stdio::piped()).spawn()?;
        Ok(Pair { giver, taker, events, wire })
    }

    /// Bytes a row, live and exact.
    fn bytes(&self, file: &str) -> Outcome {
        let rows = rows_of(file)?;
        let count = rows.len() - 1;
        let mut pair = self.pair(&["--live-only"], &["--error", "value=0.5"], |_| {})?;
        pair.feed(&rows, PACE)?;
        thread::sleep(Duration::from_millis(500));
        let (_, live, packets) = pair.carried();
        pair.end();
        let mut lanes = vec![];
        for every in ["10ms", "100ms", "1s"] {
            let mut pair = self.pair(&["--exact-only"], &["--every", every, "--once"], |_| {})?;
            pair.feed(&rows, PACE)?;
            pair.wait_for_giver()?;
            lanes.push(pair.carried().0 as f64 / count as f64);
            pair.end();
            if fs::read(self.folder.join("out.csv"))? != rows.concat().as_bytes() {
                return Err(format!("{file}: other rows came").into());
            }
        }
        let told = packets as f64 / count as f64;
        println!(
            "{:28} live {:6.2} bytes a row, {:4.1} % of rows told; exact in runs of 10 {:7.2}, of 100 {:6.2}, of 1000 {:6.2}",
            Path::new(file).file_name().unwrap_or_default().to_string_lossy(),
            live as f64 / count as f64,
            100.0 * told,
            lanes[0],
            lanes[1],
            lanes[2],
        );
        let mut all = fs::OpenOptions::new().create(true).append(true).open(self.folder.join("all"))?;
        writeln!(all, "{} {}", live as f64 / count as f64, told)?;
        Ok(())
    }

    fn total(&self) {
        let all = fs::read_to_string(self.folder.join("all")).unwrap_or_default();
        let of = |at: usize| -> Vec<f64> {
            all.lines().filter_map(|line| line.split(' ').nth(at)?.parse().ok()).collect()
        };
        let mean = |all: &[f64]| all.iter().sum::<f64>() / all.len().max(1) as f64;
        println!(
            "{:28} live {:6.2} bytes a row, {:4.1} % of rows told",
            "mean",
            mean(&of(0)),
            100.0 * mean(&of(1))
        );
    }

    fn all_loss(&self, files: &[&str]) -> Outcome {
        for loss in [0, 300, 500, 900] {
            let mut pushes = Vec::new();
            for file in files {
                pushes.extend(self.loss(file, loss)?);
            }
            println!("{:28} {:2} % lost: from row to row {}", "all", loss / 10, spread(&mut pushes));
        }
        Ok(())
    }

    /// How live rows and exact ones fare where so many of 1000 datagrams are lost; returns how many it took from each live row
    /// to the next.
    fn loss(&self, file: &str, loss: u32) -> Outcome<Vec<u64>> {
        let rows = rows_of(file)?;
        let weather = |wire: &Wire| wire.weather.loss.store(loss, Ordering::Relaxed);
        let mut pair = self.pair(&[], &["--error", "value=0.5", "--every", "200ms"], weather)?;
        pair.feed(&rows, PACE)?;
        thread::sleep(Duration::from_secs(1));
        pair.wire.weather.loss.store(0, Ordering::Relaxed);
        let (started, whole) = (Instant::now(), rows.concat().len() as u64);
        while fs::metadata(self.folder.join("out.csv")).map_or(0, |about| about.len()) < whole {
            if started.elapsed() > PATIENCE {
                return Err("exact rows did not come".into());
            }
            thread::sleep(Duration::from_millis(20));
        }
        let is_same = fs::read(self.folder.join("out.csv"))? == rows.concat().as_bytes();
        let live: Vec<(Value, u64)> =
            pair.events.try_iter().filter(|(event, _)| event["event"] == "live").collect();
        let mut pushes = pushes(&live);
        let (came, wrong) = compare(&live, &rows);
        let datagrams = &pair.wire.weather.datagrams;
        println!(
            "{:28} {:2} % lost: {came} of {} rows live in {} datagrams of {} bytes, and {} that asked; from row to row {}; {wrong} of the rows beyond the bound; all exact {}",
            Path::new(file).file_name().unwrap_or_default().to_string_lossy(),
            loss / 10,
            rows.len() - 1,
            datagrams[2].load(Ordering::Relaxed),
            pair.wire.weather.bytes[2].load(Ordering::Relaxed),
            datagrams[3].load(Ordering::Relaxed),
            spread(&mut pushes),
            if is_same { "behind" } else { "NOT THERE" }
        );
        pair.end();
        Ok(pushes)
    }

    /// A day at one row a second that nobody took, then a wire of 9,600 bits a second.
    fn outage(&self) -> Outcome {
        let (mut rows, mut temp, mut noise) = (vec!["time,value\n".to_owned()], 2000_i64, 12_345_u64);
        for n in 0..86_400_u64 {
            noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            // A sensor of hundredths that moves now and then.
            temp += [-1, 0, 0, 0, 0, 0, 0, 1][(noise >> 61) as usize];
            rows.push(format!("{},{}.{:02}\n", 1_700_000_000 + n, temp / 100, temp % 100));
        }
        fs::write(self.folder.join("day.csv"), rows.concat())?;
        let slow = |wire: &Wire| {
            wire.weather.loss.store(1000, Ordering::Relaxed);
            wire.weather.rate.store(9600, Ordering::Relaxed);
        };
        let mut pair = self.pair(&[], &["--error", "value=0.05", "--every", "1s"], slow)?;
        pair.feed(&rows, Duration::ZERO)?;
        thread::sleep(Duration::from_secs(3));
        let before = pair.carried().0;
        pair.wire.weather.loss.store(0, Ordering::Relaxed);
        let (started, mut latest, mut slowest) = (Instant::now(), 86_400_u64, Duration::ZERO);
        let mut sent = std::collections::BTreeMap::new();
        loop {
            // What is live goes on: a row a second, which is a surprise each time.
            temp += 25;
            let row = format!("{},{}.{:02}\n", 1_700_000_000 + latest, temp / 100, temp % 100);
            pair.write(&row)?;
            sent.insert(format!("{}", 1_700_000_000 + latest), Instant::now());
            latest += 1;
            let until = Instant::now() + Duration::from_secs(1);
            while let Some(left) = until.checked_duration_since(Instant::now()) {
                let Ok((event, _)) = pair.events.recv_timeout(left) else { continue };
                let text = event["text"].as_str().filter(|_| event["event"] == "live").unwrap_or_default();
                for line in text.lines() {
                    if let Some(at) = line.split(',').next().and_then(|time| sent.remove(time)) {
                        slowest = slowest.max(at.elapsed());
                    }
                }
            }
            let length = fs::metadata(self.folder.join("out.csv")).map_or(0, |about| about.len());
            if length >= rows.concat().len() as u64 {
                break;
            }
            if started.elapsed() > PATIENCE {
                return Err(format!("after {PATIENCE:?} {length} bytes are there").into());
            }
        }
        let came = fs::read(self.folder.join("out.csv"))?;
        let (history, live, _) = pair.carried();
        println!(
            "a day of rows in {:.0} s and {} bytes of history at 9,600 bit/s, {} bytes live; the slowest live row took {:.2} s, {} did not come; exact: {}",
            started.elapsed().as_secs_f64(),
            history - before,
            live,
            slowest.as_secs_f64(),
            sent.len(),
            came.starts_with(rows.concat().as_bytes())
        );
        pair.end();
        Ok(())
    }

    /// What a node takes that is followed and has nothing to say, in a minute.
    fn idle(&self) -> Outcome {
        let mut pair = self.pair(&[], &["--error", "value=0.5"], |_| {})?;
        pair.feed(
            &["time,value\n".into(), "1,1.5\n".into(), "2,1.6\n".into(), "3,1.5\n".into(), "4,1.6\n".into()],
            PACE,
        )?;
        thread::sleep(Duration::from_secs(5));
        let begun = pair.carried();
        thread::sleep(Duration::from_secs(60));
        let (history, live, _) = pair.carried();
        println!(
            "to begin: {} bytes of connections, {} live; then in a minute of silence {} and {}",
            begun.0,
            begun.1,
            history - begun.0,
            live - begun.1
        );
        pair.end();
        Ok(())
    }
}

impl Pair {
    fn write(&mut self, text: &str) -> Outcome {
        let input = self.giver.stdin.as_mut().ok_or("no pipe")?;
        input.write_all(text.as_bytes())?;
        Ok(())
    }

    fn feed(&mut self, rows: &[String], pace: Duration) -> Outcome {
        // Once both know each other.
        thread::sleep(Duration::from_millis(500));
        for row in rows {
            self.write(row)?;
            if !pace.is_zero() {
                thread::sleep(pace);
            }
        }
        Ok(())
    }

    fn wait_for_giver(&mut self) -> Outcome {
        drop(self.giver.stdin.take());
        let started = Instant::now();
        while self.giver.try_wait()?.is_none() {
            if started.elapsed() > PATIENCE {
                return Err("the giver did not end".into());
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    /// Bytes of connections and of datagrams, and datagrams to the taker.
    fn carried(&self) -> (u64, u64, u64) {
        let weather = &self.wire.weather;
        let [a, b, c, d] = &weather.bytes;
        let sum = |one: &std::sync::atomic::AtomicU64, other: &std::sync::atomic::AtomicU64| {
            one.load(Ordering::Relaxed) + other.load(Ordering::Relaxed)
        };
        (sum(a, b), sum(c, d), weather.datagrams[2].load(Ordering::Relaxed))
    }

    fn end(&mut self) {
        for child in [&mut self.giver, &mut self.taker] {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        self.end();
    }
}

/// Counts live rows that came, and those of them that are beyond the bound.
fn compare(live: &[(Value, u64)], rows: &[String]) -> (usize, usize) {
    let (mut came, mut wrong) = (0, 0);
    for line in live.iter().filter_map(|(event, _)| event["text"].as_str()).flat_map(str::lines) {
        let Some((time, value)) = line.split_once(',') else { continue };
        let sent = rows.iter().find_map(|row| row.strip_prefix(time)?.strip_prefix(',')?.trim().parse().ok());
        let (Some(sent), Ok(value)) = (sent, value.parse::<f64>()) else { continue };
        let sent: f64 = sent;
        came += 1;
        wrong += usize::from((sent - value).abs() > 0.5 + 1e-9);
    }
    (came, wrong)
}

/// How many datagrams it took from a live row that came to the next.
fn pushes(live: &[(Value, u64)]) -> Vec<u64> {
    live.windows(2).map(|pair| pair[1].1 - pair[0].1).filter(|n| *n > 0).collect()
}

fn spread(pushes: &mut [u64]) -> String {
    pushes.sort_unstable();
    let within = |percent: usize| pushes.get(pushes.len() * percent / 100).copied().unwrap_or(0);
    format!("{} datagrams at the median, {} at 99 %", within(50), within(99))
}

/// The first rows of two columns, below names.
fn rows_of(file: &str) -> Outcome<Vec<String>> {
    let (path, columns) = file.rsplit_once(':').ok_or("a file is named with its columns: FILE:8,9")?;
    let columns: Vec<usize> = columns.split(',').map(str::parse).collect::<Result<_, _>>()?;
    let text = fs::read_to_string(path)?;
    let mut rows = vec!["time,value\n".to_owned()];
    for line in text.lines() {
        let cells: Vec<&str> = line.split([',', ';', '\t']).collect();
        let of = |at: usize| columns.get(at).and_then(|column| cells.get(column.checked_sub(1)?)).copied();
        let (Some(time), Some(value)) = (of(0), of(1)) else { continue };
        if value.parse::<f64>().is_ok_and(f64::is_finite) && !time.is_empty() {
            rows.push(format!("{time},{value}\n"));
        }
        if rows.len() > ROWS {
            break;
        }
    }
    Ok(rows)
}
