//! Logs on a disk that is unplugged at every call, fails at every call, and rots at every byte.

use super::{
    Entry, Error, Keep, Line, Log, Policy, RealDisk, Why,
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
fn all(log: &mut Log<SimDisk>, from: u64) -> BTreeMap<u64, Told> {
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

    /// Checks what a log holds of the first `least` lines and of others.
    fn check(&self, log: &mut Log<SimDisk>, least: u64, lines: &[Told]) {
        assert!(log.durable() >= least, "{} of {least} lines", log.durable());
        assert_eq!(log.next(), log.durable());
        for (number, told) in all(log, 0) {
            let is_dropped = number < log.first();
            match (&told, &lines[number as usize]) {
                (Told::Gap(Why::Released), _) if is_dropped => assert!(number < self.released),
                (Told::Gap(Why::Room), _) if is_dropped => {}
                (told, line) => assert_eq!(told, line, "line {number}"),
            }
        }
    }

    /// Unplugs the disk before each call.
    fn unplug(&self, dice: &mut Dice) {
        for call in 0..=self.disk.filmed() {
            let least =
                self.acknowledged.iter().take_while(|(at, _)| *at <= call).map(|(_, lines)| *lines).max();
            let disk = self.disk.unplugged(call, dice);
            let mut log = open(&disk, &self.keep);
            self.check(&mut log, least.unwrap_or(0), &self.lines);
            let number = log.append(Line::Row(b"after\n")).unwrap();
            log.sync().unwrap();
            let disk = disk.unplugged(usize::MAX, dice);
            let after = all(&mut open(&disk, &self.keep), number);
            assert_eq!(after.get(&number), Some(&Told::Row(b"after\n".to_vec())));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_acknowledged_outlives_a_power_cut_at_any_call(
        steps in prop::collection::vec(step(), 1..13),
        bytes in prop::sample::select(vec![6000_u64, 20_000, 1 << 20]),
        seed in any::<u64>(),
    ) {
        let mut oracle = Oracle::new(Keep { bytes, ..Keep::default() });
        for step in &steps {
            oracle.take(step);
        }
        oracle.unplug(&mut Dice(seed));
    }
}
