//! Logs on a disk that is unplugged at every call, fails at every call, and rots at every byte.

use super::{
    Disk, Entry, Error, Keep, Line, Log, Policy, RealDisk, Why,
    sim_disk::{Dice, Fault, SimDisk},
};
use proptest::prelude::*;
use qres_core::archive::Bound;
use std::{collections::BTreeMap, path::Path, time::Duration};

const FOLDER: &str = "log";

/// What a log should give for one number.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Told {
    Names(Vec<u8>),
    Row(Vec<u8>),
    Gap(Why),
}

fn open(disk: &SimDisk, keep: &Keep) -> Log<SimDisk> {
    Log::open(disk.clone(), Path::new(FOLDER), keep.clone()).unwrap()
}

/// All that a log gives from number `from` on, a few bytes at a time: numbers without holes.
fn all<D: Disk>(log: &mut Log<D>, from: u64) -> BTreeMap<u64, Told> {
    let (mut told, mut next) = (BTreeMap::new(), from);
    while next < log.durable() {
        let mut expected = next;
        next = log
            .read(next, 100, |entry| {
                let (first, each) = match entry {
                    Entry::Names { number, bytes } => (number, Told::Names(bytes.to_vec())),
                    Entry::Row { number, bytes, .. } => (number, Told::Row(bytes.to_vec())),
                    Entry::Gap { first, why, .. } => (first, Told::Gap(why)),
                };
                assert_eq!(first, expected);
                expected = entry.end();
                told.extend((first..expected).map(|number| (number, each.clone())));
            })
            .unwrap();
        assert_eq!(next, expected);
    }
    told
}

fn tidy(log: &mut Log<SimDisk>) -> u64 {
    (0..100).take_while(|_| log.tidy().unwrap()).count() as u64
}

#[derive(Debug, Clone)]
enum Step {
    Rows(u8, u16),
    Names(u8),
    Odd(u8),
    Gap(u8),
    Sync,
    Tidy,
    Release(u8),
    Reopen,
    Fault(u8, u8, bool),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1_u8..9, 1_u16..300).prop_map(|(rows, length)| Step::Rows(rows, length)),
        1 => any::<u8>().prop_map(Step::Names),
        1 => any::<u8>().prop_map(Step::Odd),
        1 => (1_u8..5).prop_map(Step::Gap),
        5 => Just(Step::Sync),
        4 => Just(Step::Tidy),
        1 => any::<u8>().prop_map(Step::Release),
        1 => Just(Step::Reopen),
        2 => (0_u8..12, 1_u8..4, any::<bool>()).prop_map(|(calls, times, full)| Step::Fault(calls, times, full)),
    ]
}

/// A log, and what it should hold.
struct Oracle {
    disk: SimDisk,
    keep: Keep,
    log: Log<SimDisk>,
    lines: Vec<Told>,
    /// After how many calls so many lines were acknowledged.
    acknowledged: Vec<(usize, u64)>,
    released: u64,
}

impl Oracle {
    fn new(keep: Keep) -> Self {
        let disk = SimDisk::default();
        disk.film();
        let log = open(&disk, &keep);
        Self { disk, keep, log, lines: vec![], acknowledged: vec![], released: 0 }
    }

    fn append(&mut self, line: Line<'_>) {
        let told = match line {
            Line::Names(bytes) => Told::Names(bytes.to_vec()),
            Line::Row(bytes) => Told::Row(bytes.to_vec()),
        };
        if let Ok(number) = self.log.append(line) {
            assert_eq!(number, self.lines.len() as u64);
            self.lines.push(told);
        }
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Rows(rows, length) => {
                for row in 0..*rows {
                    let text = format!(
                        "{},{}\n",
                        self.lines.len(),
                        "1234567,".repeat(usize::from(*length) / 8 + usize::from(row))
                    );
                    self.append(Line::Row(text.as_bytes()));
                }
            }
            Step::Names(name) => self.append(Line::Names(format!("time,t{name}\n").as_bytes())),
            Step::Odd(kind) => self
                .append(Line::Row([&b"no end"[..], b"\"two\nlines\"\n", b"\n", b""][usize::from(*kind) % 4])),
            Step::Gap(rows) => {
                self.log.append_gap((*rows).into(), Why::Lost).unwrap();
                self.lines.extend((0..*rows).map(|_| Told::Gap(Why::Lost)));
            }
            Step::Sync => {
                if let Ok(number) = self.log.sync() {
                    assert_eq!(number, self.lines.len() as u64);
                    self.acknowledged.push((self.disk.filmed(), number));
                }
            }
            Step::Tidy => {
                (0..20).take_while(|_| self.log.tidy().is_ok_and(|more| more)).count();
                self.acknowledged.push((self.disk.filmed(), self.log.durable()));
            }
            Step::Release(part) => {
                self.released = self.released.max(self.log.durable() * u64::from(*part) / 255);
                self.log.release(self.released);
            }
            Step::Reopen => {
                self.disk.heal();
                self.log = open(&self.disk, &self.keep);
                self.log.release(self.released);
                self.lines.truncate(self.log.next() as usize);
            }
            Step::Fault(calls, times, full) => {
                let fault = if *full { Fault::Full } else { Fault::Io };
                self.disk.fail((*calls).into(), (*times).into(), fault);
            }
        }
    }

    /// Checks what a log holds, which must be the first `least` lines and may be more.
    fn check(&self, log: &mut Log<SimDisk>, least: u64) {
        assert!(log.durable() >= least, "{} of {least} lines", log.durable());
        assert_eq!(log.next(), log.durable());
        let mut names = None;
        for (number, told) in all(log, 0) {
            let line = &self.lines[number as usize];
            if let Told::Names(bytes) = line {
                names = Some(bytes);
            }
            let is_dropped = number < log.first();
            match (&told, line) {
                (Told::Gap(Why::Released), _) if is_dropped => assert!(number < self.released),
                (Told::Gap(Why::Room), _) if is_dropped => {}
                (told, line) => assert_eq!(told, line, "line {number}"),
            }
        }
        assert_eq!(log.names_at(log.next()).unwrap().as_ref(), names);
    }

    /// Ends the program or unplugs the disk before each call, and once more while what is left is opened.
    fn end(&self, dice: &mut Dice) {
        for call in 0..=self.disk.filmed() {
            let least =
                self.acknowledged.iter().take_while(|(at, _)| *at <= call).map(|(_, lines)| *lines).max();
            let least = least.unwrap_or(0);
            let killed =
                if dice.below(2) == 0 { self.disk.killed(call) } else { self.disk.unplugged(call, dice) };
            killed.film();
            self.check(&mut open(&killed, &self.keep), least);
            let disk = killed.unplugged(dice.below(killed.filmed() as u64 + 1) as usize, dice);
            let mut log = open(&disk, &self.keep);
            self.check(&mut log, least);
            self.go_on(&disk, log, dice);
        }
    }

    /// Adds a line to what is left: as long as the one that it had.
    fn go_on(&self, disk: &SimDisk, mut log: Log<SimDisk>, dice: &mut Dice) {
        let length = match self.lines.get(log.next() as usize) {
            Some(Told::Row(row)) => row.len(),
            _ => 1,
        };
        let number = log.append(Line::Row(&vec![b'!'; length])).unwrap();
        log.sync().unwrap();
        let mut log = open(&disk.unplugged(usize::MAX, dice), &self.keep);
        assert_eq!(log.next(), number + 1);
        assert_eq!(all(&mut log, number).get(&number), Some(&Told::Row(vec![b'!'; length])));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_acknowledged_outlives_an_end_at_any_call(
        steps in prop::collection::vec(step(), 1..13),
        bytes in prop::sample::select(vec![6000_u64, 20_000, 1 << 20]),
        seed in any::<u64>(),
    ) {
        let mut oracle = Oracle::new(Keep { bytes, ..Keep::default() });
        for step in &steps {
            oracle.take(step);
        }
        oracle.end(&mut Dice(seed));
    }
}

fn keep(bytes: u64, policy: Policy) -> Keep {
    Keep { bytes, policy, ..Keep::default() }
}

/// A row of a sensor, 24 bytes of it.
fn row(number: u64) -> String {
    format!(
        "{:010},{:.2},{:06}\n",
        1_700_000_000 + number * 10,
        20.0 + (number % 50) as f64 / 100.0,
        number % 7
    )
}

/// Appends rows, each of which is synced.
fn fill(log: &mut Log<SimDisk>, rows: u64) {
    for _ in 0..rows {
        log.append(Line::Row(row(log.next()).as_bytes())).unwrap();
        log.sync().unwrap();
        tidy(log);
    }
}

/// How many numbers are gaps of a kind.
fn gaps(told: &BTreeMap<u64, Told>, why: Why) -> usize {
    told.values().filter(|told| **told == Told::Gap(why)).count()
}

fn with_names() -> (SimDisk, Log<SimDisk>) {
    let disk = SimDisk::default();
    let mut log = open(&disk, &keep(16_000, Policy::Block));
    log.append(Line::Names(b"time,temp,code\n")).unwrap();
    fill(&mut log, 100);
    log.append_gap(3, Why::Lost).unwrap();
    log.append(Line::Names(b"time,heat,code\n")).unwrap();
    fill(&mut log, 30);
    (disk, log)
}

#[test]
fn a_flipped_byte_anywhere_gives_a_gap_or_cuts_the_last_file() {
    let (disk, mut log) = with_names();
    let (whole, next) = (all(&mut log, 0), log.next());
    let names = disk.names();
    assert_eq!(names.iter().filter(|name| name.ends_with(".rows")).count(), 1);
    for name in &names {
        let length = disk.clone().read(Path::new(name)).unwrap().len();
        for at in 0..length {
            let disk = disk.unplugged(usize::MAX, &mut Dice(0));
            disk.damage(Path::new(name), |bytes| bytes[at] ^= 1 << (at % 8));
            let mut log = open(&disk, &keep(16_000, Policy::Block));
            assert!(log.next() == next || name.ends_with(".rows"));
            for (number, told) in all(&mut log, 0) {
                assert!(told == whole[&number] || told == Told::Gap(Why::Damaged), "{name}, byte {at}");
            }
            log.names_at(next).unwrap();
        }
    }
}

#[test]
fn opening_reads_no_full_file() {
    let (disk, log) = with_names();
    let names = disk.names();
    for name in names.iter().filter(|name| name.ends_with(".exact")) {
        disk.damage(Path::new(name), Vec::clear);
    }
    let next = log.next();
    drop(log);
    assert_eq!(open(&disk, &keep(16_000, Policy::Block)).next(), next);
}

#[test]
fn names_hold_until_others_come_in_every_file() {
    let (disk, mut log) = with_names();
    for _ in 0..2 {
        for (number, names) in
            [(0, "temp"), (1, "temp"), (100, "temp"), (103, "temp"), (104, "heat"), (134, "heat")]
        {
            let told = log.names_at(number).unwrap().unwrap();
            assert_eq!(String::from_utf8(told).unwrap(), format!("time,{names},code\n"), "{number}");
        }
        log = open(&disk, &keep(16_000, Policy::Block));
    }
    assert!(open(&SimDisk::default(), &Keep::default()).names_at(5).unwrap().is_none());
}

#[test]
fn the_oldest_go_the_newest_do_not_come_or_all_waits() {
    for policy in [Policy::Oldest, Policy::Newest, Policy::Block] {
        let disk = SimDisk::default();
        let keep = keep(4000, policy);
        let mut log = open(&disk, &keep);
        let mut blocked = 0;
        for number in 0..3000_u64 {
            // What it holds cannot be made much shorter.
            let text = format!("{}\n", number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
            blocked += u64::from(matches!(log.append(Line::Row(text.as_bytes())), Err(Error::Blocked)));
            log.sync().unwrap();
            tidy(&mut log);
            assert!(disk.bytes() <= 4300, "{policy:?}: {}", disk.bytes());
        }
        let mut log = open(&disk, &keep);
        let told = all(&mut log, 0);
        assert_eq!(told.len() as u64 + blocked, 3000);
        let room = gaps(&told, Why::Room);
        match policy {
            Policy::Oldest => assert!(log.first() == room as u64 && room > 1000 && blocked == 0),
            Policy::Newest => assert!(log.first() == 0 && room > 1000 && blocked == 0),
            Policy::Block => assert!(log.first() == 0 && room == 0 && blocked > 1000),
        }
        let was = log.first();
        log.release(log.durable());
        // One that is blocked asks for room.
        let _ = log.append(Line::Row(row(0).as_bytes()));
        tidy(&mut log);
        fill(&mut log, 100);
        assert!(log.first() > was, "what everybody has goes first");
        assert_eq!(gaps(&all(&mut log, 0), Why::Released) as u64, log.first() - was);
    }
}

#[test]
fn lines_that_come_faster_than_they_are_tidied_keep_within_bounds() {
    let disk = SimDisk::default();
    let mut log = open(&disk, &keep(4 << 20, Policy::Oldest));
    for number in 0..300_000 {
        log.append(Line::Row(row(number).as_bytes())).unwrap();
    }
    log.sync().unwrap();
    assert!(disk.bytes() < (4 << 20) + (2 << 19), "{}", disk.bytes());
    assert!(log.first() > 0);
}

#[test]
fn old_rows_move_within_the_bound_before_any_goes() {
    let disk = SimDisk::default();
    let keep = Keep { degrade: vec![Bound::parse("temp=0.1").unwrap()], ..keep(8000, Policy::Oldest) };
    let mut log = open(&disk, &keep);
    log.append(Line::Names(b"time,temp\n")).unwrap();
    let mut dice = Dice(1);
    let rows: Vec<(u64, i64)> =
        (0..2500).map(|row| (row * 10 + dice.below(3), dice.below(30) as i64)).collect();
    let mut moved = None;
    for (time, temp) in &rows {
        log.append(Line::Row(format!("{time},20.{temp:02}\n").as_bytes())).unwrap();
        log.sync().unwrap();
        tidy(&mut log);
        if log.first() == 0 {
            moved = disk.names().iter().any(|name| name.ends_with(".within")).then_some(log.next());
        }
    }
    assert!(moved.is_some() && log.first() > 0, "moved first, dropped then");
    let mut inexact = 0;
    let mut next = log.first();
    while next < log.durable() {
        next = log
            .read(next, 1000, |entry| {
                let Entry::Row { number, bytes, exact } = entry else { panic!("{entry:?}") };
                let (time, temp) = rows[number as usize - 1];
                let told = std::str::from_utf8(bytes).unwrap().trim_end().split_once(',').unwrap();
                let hundredths = (told.1.parse::<f64>().unwrap() * 100.0).round() as i64;
                assert_eq!(told.0, time.to_string());
                assert!((hundredths - 2000 - temp).abs() <= if exact { 0 } else { 10 });
                inexact += u64::from(!exact);
            })
            .unwrap();
    }
    assert!(inexact > 500, "{inexact}");
}

#[test]
fn rows_that_the_bound_does_not_fit_are_dropped_as_they_are() {
    let disk = SimDisk::default();
    let keep = Keep { degrade: vec![Bound::parse("nothing=1").unwrap()], ..keep(4000, Policy::Oldest) };
    let mut log = open(&disk, &keep);
    fill(&mut log, 3000);
    assert!(log.first() > 0 && disk.bytes() < 4500);
    assert!(!disk.names().iter().any(|name| name.ends_with(".within")));
}

#[test]
fn age_goes_by_a_clock_that_does_not_jump() {
    const DAY: u64 = 86_400;
    let disk = SimDisk::default();
    disk.set_clock(1000 * DAY);
    let keep = Keep { age: Some(Duration::from_secs(8 * DAY)), ..keep(1 << 20, Policy::Block) };
    let hours = |log: &mut Log<SimDisk>, hours: u64| {
        for _ in 0..hours {
            disk.set_clock(disk.clock() + 3600);
            fill(log, 1);
        }
    };
    let mut log = open(&disk, &keep);
    hours(&mut log, 4 * 24);
    for clock in [2000 * DAY, 1, 1000 * DAY] {
        disk.set_clock(clock);
        fill(&mut log, 1);
        log = open(&disk, &keep);
        tidy(&mut log);
        assert_eq!(log.first(), 0, "a clock that jumps drops nothing");
    }
    hours(&mut log, 7 * 24);
    let kept = log.next() - log.first();
    assert!((8 * 24..10 * 24).contains(&kept), "{kept} hours");
    assert_eq!(gaps(&all(&mut log, 0), Why::Age) as u64, log.first());
}

#[test]
fn a_full_disk_says_so_and_the_log_goes_on() {
    let disk = SimDisk::default();
    let mut log = open(&disk, &Keep::default());
    fill(&mut log, 5);
    disk.fail(0, u64::MAX, Fault::Full);
    let mut taken = 5;
    let refused = (0..1_000_000)
        .find_map(|number| log.append(Line::Row(row(number).as_bytes())).inspect(|_| taken += 1).err());
    assert!(matches!(refused, Some(Error::Full(_))));
    assert!(matches!(log.sync(), Err(Error::Full(_))));
    assert_eq!((log.durable(), log.next()), (5, taken));
    disk.heal();
    assert_eq!(log.sync().unwrap(), taken);
    assert_eq!(all(&mut log, 0).len() as u64, taken);
}

#[test]
fn lines_and_numbers_have_limits() {
    let mut log = open(&SimDisk::default(), &Keep::default());
    let long = vec![b'x'; super::record::MAX_LINE + 1];
    assert!(matches!(log.append(Line::Row(&long)), Err(Error::Long(_))));
    log.append(Line::Row(&long[1..])).unwrap();
    assert!(matches!(log.append_gap(u64::MAX, Why::Lost), Err(Error::Numbers)));
    log.append_gap(1 << 61, Why::Lost).unwrap();
    log.sync().unwrap();
    let mut rows = 0;
    assert_eq!(log.read(0, u64::MAX, |entry| rows += entry.end()).unwrap(), (1 << 61) + 1);
    assert_eq!(
        log.read(1 << 60, 1, |entry| assert!(matches!(entry, Entry::Gap { first, .. } if first == 1 << 60)))
            .unwrap(),
        (1 << 61) + 1
    );
}

#[test]
fn a_real_disk_keeps_lines() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("a/b");
    let mut log = Log::open(RealDisk, &folder, keep(100_000, Policy::Oldest)).unwrap();
    for number in 0..5000 {
        log.append(Line::Row(row(number).as_bytes())).unwrap();
    }
    assert_eq!(log.sync().unwrap(), 5000);
    while log.tidy().unwrap() {}
    let mut log = Log::open(RealDisk, &folder, keep(100_000, Policy::Oldest)).unwrap();
    let mut next = 0;
    log.read(0, u64::MAX, |entry| {
        assert_eq!((entry.bytes(), entry.end()), (row(next).as_bytes(), next + 1));
        next += 1;
    })
    .unwrap();
    assert_eq!(next, 5000);
}

#[test]
fn a_restart_reads_names_and_one_file() {
    let (folder, mut dice) = (tempfile::tempdir().unwrap(), Dice(1));
    let keep = keep(64 << 20, Policy::Oldest);
    let mut log = Log::open(RealDisk, folder.path(), keep.clone()).unwrap();
    // Three files are closed: more of them are more names.
    for _ in 0..4 {
        for _ in 0..20_000 {
            let row = format!("{},{:016x}{:016x}\n", log.next(), dice.next(), dice.next());
            log.append(Line::Row(row.as_bytes())).unwrap();
        }
        log.sync().unwrap();
        while log.tidy().unwrap() {}
    }
    drop(log);
    let started = std::time::Instant::now();
    let mut log = Log::open(RealDisk, folder.path(), keep).unwrap();
    log.read(log.first(), 1, |_| ()).unwrap();
    assert_eq!(log.next(), 80_000);
    assert!(started.elapsed() < Duration::from_secs(1));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn files_of_any_bytes_are_opened(
        files in prop::collection::btree_map(
            prop::sample::select(vec!["dropped", "0000000000000000.exact", "0000000000000007.within", "0000000000000009.rows", "0.part"]),
            prop::collection::vec(any::<u8>(), 0..200),
            0..5,
        ),
    ) {
        let disk = SimDisk::default();
        for (name, bytes) in files {
            let file = disk.open(&Path::new(FOLDER).join(name)).unwrap();
            disk.write_at(&file, 0, &bytes).unwrap();
        }
        let mut log = open(&disk, &Keep::default());
        fill(&mut log, 3);
        prop_assert_eq!(all(&mut log, 0).len() as u64, log.next());
    }
}

#[test]
fn a_log_that_was_once_kept_is_read_for_ever() {
    let golden = crate::node::golden::fixture("log");
    let keep = Keep { bytes: 32 << 10, ..Keep::default() };
    if !golden.exists() {
        assert!(std::env::var_os("CI").is_none(), "{} is missing", golden.display());
        std::fs::create_dir_all(&golden).unwrap();
        keep_all(&mut Log::open(RealDisk, &golden, keep.clone()).unwrap());
    }
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(golden).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    let disk = SimDisk::default();
    let mut now = open(&disk, &keep);
    keep_all(&mut now);
    let mut kept = Log::open(RealDisk, folder.path(), keep).unwrap();
    assert_eq!((kept.first(), kept.next()), (0, 1203));
    assert_eq!(all(&mut kept, 0), all(&mut now, 0));
}

/// Full files and one that grows, rows and names, and a gap.
fn keep_all<D: Disk>(log: &mut Log<D>) {
    log.append(Line::Names(b"time,temp\n")).unwrap();
    for row in 0..1200_u64 {
        let temp = 2000 + (row * row) % 37;
        let line = format!("{},{}.{:02}\n", 1_700_000_000 + row, temp / 100, temp % 100);
        log.append(Line::Row(line.as_bytes())).unwrap();
    }
    log.append_gap(1, Why::Lost).unwrap();
    log.append(Line::Names(b"time,temp,pressure\n")).unwrap();
    log.sync().unwrap();
    while log.tidy().unwrap() {}
}
