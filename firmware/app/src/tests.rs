//! A board in a test: its line is a vector, its clock a loop.

use crate::{
    Config, Program, Sensor, Source,
    gossip::{Gossip, Heard},
    keep::{Keep, Kept, Nowhere, Stored, identity},
    source::{Csv, ROOM, Synthetic, mean},
    start::{Boot, Start, Words, panicked, settle},
};
use alloc::{rc::Rc, vec, vec::Vec};
use core::{cell::RefCell, convert::Infallible};
use qres_core::{
    gene::{
        Builder, Gene,
        flash::{self, Flash, SECTOR, Store, table::Lack},
    },
    live::{
        Cell, Event, Receiver,
        framing::{Deframer, Framed, frame},
    },
    neuron::{Kind, Linear, LinearGene, Neuron},
    num::Q16,
    regime::Regime,
    serial::{Answer, Event as Told, Host, Pace, Proof, Reset, Steps, Task, is_message, read_note},
    trust::Identity,
};

mod lasting;
use lasting::Lasting;

fn config(step: u32) -> Config {
    Config {
        chip: *b"test\0\0\0\0\0\0\0\0",
        id: [7; 8],
        session: 1,
        steps: Steps { calm: step * 8, pre_storm: step * 4, storm: step },
        most: 4096,
        sleeps: false,
        memory: || (0, 0),
    }
}

fn who(secret: u8) -> Identity {
    Identity::from_secret(&[secret; 32])
}

/// Takes the line apart: packets of the live link, and messages.
fn frames(line: &mut Vec<u8>) -> (Vec<Vec<u8>>, Vec<Vec<u8>>) {
    let mut deframer = Deframer::new(2000);
    let mut all: Vec<Vec<u8>> = vec![];
    for byte in line.drain(..) {
        match deframer.push(byte) {
            Some(Framed::Packet(packet)) => all.push(packet.to_vec()),
            Some(Framed::Garbage(bytes)) => panic!("{bytes} bytes of garbage"),
            None => {}
        }
    }
    all.into_iter().partition(|frame| !is_message(frame))
}

/// What it has said to people.
fn notes<S: Source, K: Keep>(program: &mut Program<S, K>) -> Vec<std::string::String> {
    frames(program.output()).1.iter().filter_map(|frame| read_note(frame).map(Into::into)).collect()
}

/// Lets a host do one task; `Debug` of its last event.
fn run<S: Source, K: Keep>(program: &mut Program<S, K>, task: Task) -> std::string::String {
    run_from(3, 0, program, task)
}

/// The same with requests numbered from `seed` on, at a time.
fn run_from<S: Source, K: Keep>(
    seed: u16,
    now: u64,
    program: &mut Program<S, K>,
    task: Task,
) -> std::string::String {
    let mut host = Host::new(seed);
    host.begin(task, now);
    for _ in 0..200 {
        let (mut message, mut line) = (vec![], vec![]);
        assert!(host.poll_transmit(now, &mut message).is_none());
        frame(&message, &mut line);
        line.iter().for_each(|byte| program.receive(*byte, now));
        for answer in frames(program.output()).1 {
            match host.handle(&answer, now) {
                None | Some(Told::Progress { .. }) => {}
                Some(event) => return std::format!("{event:?}"),
            }
        }
    }
    panic!("no end");
}

#[test]
fn rows_come_over_and_storms_quicken_them() {
    let mut program = Program::new(Synthetic::new(5), Stored::new(Nowhere), who(1), config(10));
    let (mut receiver, mut rows) = (Receiver::default(), vec![]);
    for time in 0..800_000 {
        program.poll(time);
        for packet in frames(program.output()).0 {
            receiver.packet(&packet, |event| {
                if let Event::Row { cells, .. } = event {
                    rows.push(
                        cells
                            .iter()
                            .map(|cell| match cell {
                                Cell::Number(n) => n,
                                Cell::Word(_) => i64::MIN,
                            })
                            .collect::<Vec<_>>(),
                    );
                }
            });
        }
    }
    assert!(rows.len() > 10_000, "{}", rows.len());
    let mut steps = [0; 3];
    for (number, row) in rows.iter().enumerate() {
        let meant = Synthetic::at(5, number as u64);
        assert_eq!(row[1], meant[0]);
        assert!(row[2].abs_diff(meant[1]) <= ROOM[1].within);
        if let Some(before) = number.checked_sub(1).and_then(|before| rows.get(before)) {
            steps[[80, 40, 10].iter().position(|step| row[0] - before[0] == *step).unwrap()] += 1;
        }
    }
    // A storm lasts 50 rows at least.
    assert!(steps.iter().all(|count| *count >= 50), "{steps:?}");
    let stats = run(&mut program, Task::Stats);
    assert!(stats.contains("requests: 1, damaged: 0"), "{stats}");
}

/// A gene for a board of one sensor.
fn gene_of(weight: i32) -> Vec<u8> {
    let mut linear = LinearGene::FRESH;
    linear.weights[0] = Q16::from_bits(weight);
    let mut builder = Builder::new(Some(Kind::Linear), 2);
    builder.linear(1, &linear).unwrap().finish()
}

fn gene(weight: i32) -> Vec<u8> {
    let mut linear = LinearGene::FRESH;
    linear.weights[0] = Q16::from_bits(weight);
    let mut builder = Builder::new(Some(Kind::Linear), 3);
    builder.linear(1, &linear).unwrap().linear(2, &linear).unwrap().finish()
}

#[test]
fn a_shorter_step_holds_at_once_and_ends_with_its_lease() {
    let mut program = Program::new(Synthetic::new(5), Stored::new(Nowhere), who(1), config(1_000_000));
    program.poll(0);
    program.output().clear();
    assert_eq!(program.due(), 8_000_000);
    let pace = Pace { steps: Steps { calm: 50, ..Steps::default() }, lease: 1000 };
    let answer = run(&mut program, Task::Step(pace));
    let steps = Steps { calm: 50, pre_storm: 4_000_000, storm: 1_000_000 };
    assert_eq!(answer, std::format!("{:?}", Told::Answer(Answer::Steps { steps, now: 50, lease: 1000 })));
    assert_eq!(program.due(), 50);
    assert_eq!(steps.of(Regime::Storm), 1_000_000);
    // Whoever asks again in time goes on.
    (0..=900).for_each(|now| program.poll(now));
    let answer = run_from(9, 900, &mut program, Task::Step(pace));
    assert!(answer.ends_with("now: 50, lease: 1000 })"), "{answer}");
    (901..1900).for_each(|now| program.poll(now));
    let stats = run_from(20, 1899, &mut program, Task::Stats);
    assert!(stats.contains("rows: 38, "), "{stats}");
    // A host that has gone leaves the board at its own pace.
    (1900..9000).for_each(|now| program.poll(now));
    assert_eq!(program.due(), 1900 + 8_000_000);
    let answer = run_from(30, 9000, &mut program, Task::Step(Pace::default()));
    assert!(answer.contains("calm: 8000000") && answer.ends_with("now: 8000000, lease: 0 })"), "{answer}");
    // A longer step, given back: the next row comes when it would have come.
    let slow = Pace { steps: Steps { calm: u32::MAX, ..Steps::default() }, lease: u32::MAX };
    run_from(40, 9000, &mut program, Task::Step(slow));
    program.poll(8_001_900);
    assert_eq!(program.due(), 8_001_900 + u64::from(u32::MAX));
    run_from(50, 8_002_000, &mut program, Task::Step(Pace { lease: 0, ..slow }));
    assert_eq!(program.due(), 16_001_900);
}

/// A sensor that answers now and then.
struct Moody<'a>(&'a [Option<bool>], usize);

impl Source for Moody<'_> {
    const SENSES: bool = true;

    fn sensors(&self) -> &[Sensor] {
        &[Sensor { name: "count", places: 0, within: 0 }, Sensor { name: "humidity", places: 0, within: 0 }]
    }

    fn sample(&mut self, row: &mut [Option<i64>]) -> bool {
        let mood = self.0.get(self.1).copied().flatten();
        self.1 += 1;
        row.copy_from_slice(&[Some(self.1 as i64), mood.unwrap_or(true).then_some(7)]);
        mood.is_some()
    }
}

/// The rows of packets, as text.
fn printed(packets: &[Vec<u8>]) -> Vec<std::string::String> {
    let (mut receiver, mut rows) = (Receiver::default(), vec![]);
    for packet in packets {
        receiver.packet(packet, |event| {
            if let Event::Row { cells, .. } = event {
                let cell = |cell: Cell<'_>| match cell {
                    Cell::Number(number) => std::format!("{number}"),
                    Cell::Word(word) => std::string::String::from_utf8(word.to_vec()).unwrap(),
                };
                rows.push(cells.iter().map(cell).collect::<Vec<_>>().join(","));
            }
        });
    }
    rows
}

#[test]
fn a_dead_sensor_costs_its_cells_and_is_told_once() {
    let moods = [Some(true), Some(false), Some(false), Some(true)];
    let mut program = Program::new(Moody(&moods, 0), Stored::new(Nowhere), who(1), config(10));
    let (mut packets, mut said) = (vec![], vec![]);
    for time in 0..320 {
        program.poll(time);
        let (rows, notes) = frames(program.output());
        packets.extend(rows);
        said.extend(notes.iter().filter_map(|note| read_note(note).map(std::string::String::from)));
    }
    assert_eq!(printed(&packets), ["0,1,7", "80,2,", "160,3,", "240,4,7"]);
    let told =
        ["humidity: the sensor does not answer: its cells are empty", "humidity: the sensor answers again"];
    assert_eq!(said[1..], told);
    assert!(run(&mut program, Task::Stats).contains("rows: 4, "));
    // One that never answers is not waited for.
    let mut asked = 0;
    let mut dead = || {
        asked += 1;
        None
    };
    assert_eq!((mean(16, 100, &mut dead), asked), (None, 100));
    let mut readings = (0_u16..).map(|n| n.is_multiple_of(3).then_some(n));
    assert_eq!(mean(4, 3, || readings.next().flatten()), Some(5));
}

#[test]
fn the_first_row_is_taken_when_it_comes() {
    let moods = [&[None; 20][..], &[Some(true); 2]].concat();
    let mut program = Program::new(Moody(&moods, 0), Stored::new(Nowhere), who(1), config(10_000));
    let mut packets = vec![];
    for time in 0..200_000 {
        program.poll(time);
        packets.extend(frames(program.output()).0);
    }
    // The grid begins with the first row; while there is none nobody asks more often than ten times a second.
    assert_eq!(printed(&packets), ["2000,21,7", "82000,22,7"]);
}

/// A pendulum that is told to within a unit.
struct Coarse(Sway);

impl Source for Coarse {
    const SENSES: bool = false;

    fn sensors(&self) -> &[Sensor] {
        &[Sensor { name: "sway", places: 1, within: 10 }]
    }

    fn sample(&mut self, row: &mut [Option<i64>]) -> bool {
        self.0.sample(row)
    }
}

#[test]
fn packets_shrink_when_the_gene_gets_better() {
    let sent = |gene: Option<Vec<u8>>| {
        let mut program = Program::new(Coarse(Sway(5000)), Stored::new(Nowhere), who(1), config(10));
        if let Some(gene) = gene {
            assert_eq!(run(&mut program, Task::Install(gene)), "Installed");
        }
        let (mut receiver, mut given, mut bytes) = (Receiver::default(), 0, 0);
        for time in 0..16_000 {
            program.poll(time);
            for packet in frames(program.output()).0 {
                bytes += packet.len();
                receiver.packet(&packet, |event| given += u64::from(matches!(event, Event::Row { .. })));
            }
        }
        assert!(given > 100, "{given}");
        bytes
    };
    let taught = |rows: u64| {
        let (mut neuron, mut row) = (Linear::new(), [None]);
        let mut sway = Sway(0);
        for _ in 0..rows {
            sway.sample(&mut row);
            neuron.adapt(row[0].unwrap());
        }
        Builder::new(Some(Kind::Linear), 2).linear(1, &neuron.gene()).unwrap().finish()
    };
    let [cold, little, much] = [None, Some(taught(20)), Some(taught(3000))].map(sent);
    assert!(much * 10 < cold * 8 && much < little, "{cold} {little} {much}");
}

/// A pendulum.
struct Sway(u64);

impl Source for Sway {
    const SENSES: bool = false;

    fn sensors(&self) -> &[Sensor] {
        &[Sensor { name: "sway", places: 1, within: 0 }]
    }

    fn sample(&mut self, row: &mut [Option<i64>]) -> bool {
        self.0 += 1;
        row.fill(Some((f64::sin(self.0 as f64 * 0.37) * 900.0) as i64));
        true
    }
}

fn round<K: Keep>(program: &mut Program<Sway, K>) -> u64 {
    let answer = run(program, Task::Summary);
    answer.split("round: ").nth(1).unwrap().split(',').next().unwrap().parse().unwrap()
}

#[test]
fn a_board_goes_on_from_what_another_has_told() {
    let teach = |flash: &Lasting| {
        let mut keep = Stored::new(flash.clone());
        let who = identity(&mut keep, || [2; 32]).0;
        let mut teacher = Program::new(Sway(0), keep, who, config(10));
        teacher.join();
        let mut told = vec![];
        for time in 0..160_000 {
            teacher.poll(time);
            told.extend(teacher.tell(time));
            teacher.output().clear();
        }
        told
    };
    let flash = Lasting::blank(4);
    let (told, later) = (teach(&flash), teach(&flash));
    assert!((2..=4).contains(&told.len()), "{}", told.len());
    let mut pupil = Program::new(Sway(500), Stored::new(Nowhere), who(1), config(10));
    pupil.join();
    assert_eq!(round(&mut pupil), 0);
    pupil.overhear(&told[told.len() - 1], 0);
    let mut said = vec![];
    for time in 0..4000 {
        pupil.poll(time);
        said.extend(frames(pupil.output()).1);
    }
    assert_eq!(round(&mut pupil), 1);
    let last = said.last().and_then(|note| read_note(note));
    assert_eq!(last, Some("sway: hears what others have told (1 of them)"));
    // A gene that is installed tells what was agreed on; others hear what comes after a restart as news.
    assert_eq!(run(&mut pupil, Task::Install(gene_of(1))), "Installed");
    assert_eq!(round(&mut pupil), 0);
    let mut gossip = Gossip::new(Sway(0).sensors()[0], who(1).name(), 0);
    assert_eq!(gossip.hear(&told[told.len() - 1], 0), Heard::Taken);
    assert_eq!(gossip.hear(&told[0], 0), Heard::Old);
    assert_eq!(gossip.hear(&later[0], 0), Heard::Taken);
    let mut keep = Stored::new(flash);
    assert_eq!((keep.begin_term(), keep.secret()), (3, Kept::Whole([2; 32])));
}

#[test]
fn a_board_sleeps_only_while_nothing_is_to_be_done() {
    let sleeper = Config { sleeps: true, ..config(1_000_000) };
    let mut program = Program::new(Synthetic::new(5), Stored::new(Nowhere), who(1), sleeper);
    // It has something to say, and somebody may want to talk to a board that was just switched on.
    assert_eq!(program.rest(6000), None);
    program.poll(0);
    program.output().clear();
    assert_eq!((program.rest(4999), program.rest(5000)), (None, Some(8_000_000)));
    program.receive(b'x', 6000);
    assert_eq!((program.rest(10_999), program.rest(11_000)), (None, Some(8_000_000)));
    // What woke it is lost; it stays awake for what follows.
    program.wake(20_000);
    assert_eq!((program.rest(24_999), program.rest(25_000)), (None, Some(8_000_000)));
    assert_eq!(program.rest(8_000_000), None);
    // A board that does not sleep never does.
    let mut program = Program::new(Synthetic::new(5), Stored::new(Nowhere), who(1), config(1_000_000));
    program.poll(0);
    program.output().clear();
    assert_eq!(program.rest(7000), None);
}

#[test]
fn lines_of_csv_are_rows() {
    let sensor = |name, places| Sensor { name, places, within: 0 };
    let mut csv = Csv::new([sensor("a", 2), sensor("b", 0)]);
    let mut row = [Some(0); 2];
    let mut give = |text: &[u8]| {
        text.iter().for_each(|byte| csv.push(*byte));
        csv.sample(&mut row).then_some(row.map(Option::unwrap))
    };
    assert_eq!(give(b"a,b\n"), None);
    assert_eq!(give(b"1.5, -7\r\n"), Some([150, -7]));
    assert_eq!(give(b"1.5,-7"), None);
    assert_eq!(give(b"\n-0.005,2.5\n"), Some([-1, 3]));
    assert_eq!(give(b"1,2,3\n1\n,\n"), None);
    assert_eq!(give(&[b'1'; 5000]), None);
    assert_eq!(give(b"\n-0.004,-2.5\n"), Some([0, -3]));
    assert_eq!(give(b"99999999999999999999,1\n99999999999999999,1\n"), None);
}

#[test]
fn what_is_left_of_lines_whose_bytes_were_lost_is_no_row() {
    let sensor = |name| Sensor { name, places: 0, within: 0 };
    let mut csv = Csv::new([sensor("a"), sensor("b")]);
    let mut row = [Some(0); 2];
    // "1,2" and "30,4": the end of one and the beginning of the other are lost.
    let mut give = |before: &[u8], after: &[u8]| {
        before.iter().for_each(|byte| csv.push(*byte));
        csv.lost();
        after.iter().for_each(|byte| csv.push(*byte));
        csv.sample(&mut row).then_some(row.map(Option::unwrap))
    };
    assert_eq!(give(b"1,", b"0,4\n"), None);
    assert_eq!(give(b"1,", b"4\n"), None);
    assert_eq!(give(b"1,2\n", b"4\n"), Some([1, 2]));
    assert_eq!(give(b"", b"4\n5,6\n"), Some([5, 6]));
}
