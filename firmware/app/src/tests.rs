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

/// Flash memory that outlives a program.
#[derive(Debug, Clone)]
struct Lasting(Rc<RefCell<Vec<u8>>>);

impl Lasting {
    fn blank(sectors: u32) -> Self {
        Self(Rc::new(RefCell::new(vec![0; (sectors * SECTOR) as usize])))
    }
}

impl Flash for Lasting {
    type Error = Infallible;

    fn sectors(&self) -> u32 {
        self.0.borrow().len() as u32 / SECTOR
    }

    fn read(&mut self, at: u32, into: &mut [u8]) -> Result<(), Infallible> {
        into.copy_from_slice(&self.0.borrow()[at as usize..][..into.len()]);
        Ok(())
    }

    fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), Infallible> {
        self.0.borrow_mut()[at as usize..].iter_mut().zip(bytes).for_each(|(to, from)| *to &= from);
        Ok(())
    }

    fn erase(&mut self, sector: u32) -> Result<(), Infallible> {
        self.0.borrow_mut()[(sector * SECTOR) as usize..][..SECTOR as usize].fill(0xFF);
        Ok(())
    }
}

#[test]
fn genes_go_in_and_out_and_last() {
    let flash = Lasting::blank(4);
    let gene = gene(12_345);
    let mut program = Program::new(Synthetic::new(5), Stored::new(flash.clone()), who(1), config(10));
    assert_eq!(run(&mut program, Task::Install(gene.clone())), "Installed");
    assert_eq!(run(&mut program, Task::Export), std::format!("{:?}", Told::Exported(&gene)));
    // A store of this size holds no longer ones.
    assert!(run(&mut program, Task::Identify).contains("features: 1, most: 4064 "));
    // After a power cut it is still there.
    let mut program = Program::new(Synthetic::new(5), Stored::new(flash), who(1), config(10));
    assert_eq!(run(&mut program, Task::Export), std::format!("{:?}", Told::Exported(&gene)));
    (0..9000).for_each(|now| program.poll(now));
    program.output().clear();
    let learnt = run_from(99, 9000, &mut program, Task::Export);
    assert!(learnt.starts_with("Exported") && learnt != std::format!("{:?}", Told::Exported(&gene)));
    let foreign = Builder::new(None, 1).finish();
    assert!(Gene::parse(&foreign).is_ok());
    assert_eq!(run(&mut program, Task::Install(foreign)), "Refused(Unfit)");
}

#[test]
fn a_board_is_the_same_after_a_power_cut_and_proves_it() {
    let flash = Lasting::blank(16);
    let mut store = Stored::new(flash.clone());
    let (drawn, remark) = identity(&mut store, || [9; 32]);
    assert_eq!((drawn.name(), remark), (who(9).name(), None));
    // It has one now, and draws none; what the host puts there counts as well.
    assert_eq!(identity(&mut Stored::new(flash.clone()), || unreachable!()).0.name(), drawn.name());
    let mut provisioned = Store::new(flash.clone());
    provisioned.put(flash::Kind::Identity, &[8; 32]).unwrap();
    let (who, _) = identity(&mut Stored::new(flash), || unreachable!());
    assert_eq!(who.name(), self::who(8).name());

    let name = who.name();
    let mut program = Program::new(Synthetic::new(5), store, who, config(10));
    let said = frames(program.output()).1;
    let notes: Vec<&str> = said.iter().map(|frame| read_note(frame).unwrap()).collect();
    assert_eq!(notes, [std::format!("qres 0.1.0 on test, {name}")]);
    let proof = Proof::new(&self::who(8), &[6; 32]);
    let answer = run(&mut program, Task::Prove([6; 32]));
    assert_eq!(answer, std::format!("{:?}", Told::Answer(Answer::Proof(proof))));
    assert!(proof.holds(&[6; 32]) && proof.name == name);
}

/// A board that has drawn its name and begins, with what it says.
fn begin(flash: &Lasting, boot: Boot) -> (Program<Synthetic, Stored<Lasting>>, Vec<std::string::String>) {
    let mut keep = Stored::new(flash.clone());
    let start = Start::new(&mut keep, None, boot, || [3; 32]);
    let mut program = Program::new(Synthetic::new(5), keep, start, config(10));
    let said = notes(&mut program);
    (program, said)
}

#[test]
fn a_name_that_is_damaged_or_cannot_be_read_is_told_and_left() {
    let flash = Lasting::blank(16);
    begin(&flash, Boot::default());
    let whole = flash.0.borrow().clone();
    assert_eq!(begin(&flash, Boot::default()).1.len(), 1);
    // One copy: it is mended.
    flash.0.borrow_mut()[40] ^= 1;
    let said = begin(&flash, Boot::default()).1;
    assert!(
        said[0].ends_with(&std::format!("{}", who(3).name())) && said[1].contains("is mended"),
        "{said:?}"
    );
    assert!(*flash.0.borrow() == whole);
    // Both: the name is drawn anew, and what is there stays.
    let mut damaged = whole.clone();
    (damaged[50], damaged[SECTOR as usize + 60]) = (!damaged[50], !damaged[SECTOR as usize + 60]);
    *flash.0.borrow_mut() = damaged.clone();
    let mut keep = Stored::new(flash.clone());
    assert_eq!((keep.secret(), keep.begin_term()), (Kept::Damaged, 0));
    let (drawn, remark) = identity(&mut keep, || [4; 32]);
    assert!(drawn.name() == who(4).name() && remark.unwrap().contains("damaged"));
    assert!(*flash.0.borrow() == damaged);
    // So at memory that fails; what fails for a moment is read again.
    *flash.0.borrow_mut() = whole.clone();
    for (failures, kept) in [(2, Kept::Whole([3; 32])), (u32::MAX, Kept::Unreadable)] {
        let mut keep = Stored::new(Failing { flash: flash.clone(), failures });
        assert_eq!(keep.secret(), kept);
        let mut keep = Stored::new(Failing { flash: flash.clone(), failures });
        let (_, remark) = identity(&mut keep, || [4; 32]);
        assert_eq!(remark.is_some(), failures > 2, "{remark:?}");
        assert!(*flash.0.borrow() == whole);
    }
}

/// Memory that cannot be read a few times.
#[derive(Debug)]
struct Failing {
    flash: Lasting,
    failures: u32,
}

impl Flash for Failing {
    type Error = ();

    fn sectors(&self) -> u32 {
        self.flash.sectors()
    }

    fn read(&mut self, at: u32, into: &mut [u8]) -> Result<(), ()> {
        match self.failures {
            0 => self.flash.read(at, into).map_err(|error| match error {}),
            _ => {
                self.failures -= 1;
                Err(())
            }
        }
    }

    fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), ()> {
        self.flash.write(at, bytes).map_err(|error| match error {})
    }

    fn erase(&mut self, sector: u32) -> Result<(), ()> {
        self.flash.erase(sector).map_err(|error| match error {})
    }
}

#[test]
fn a_board_without_a_store_forgets_and_says_so() {
    for (lack, words) in
        [(Lack::Store, "no partition `qres`"), (Lack::Table, "cannot be read"), (Lack::Unfit, "overlaps")]
    {
        let mut keep = Stored::new(Nowhere);
        let start = Start::new(&mut keep, Some(lack), Boot::default(), || [6; 32]);
        let mut program = Program::new(Synthetic::new(5), keep, start, config(10));
        let said = notes(&mut program);
        assert!(said.len() == 2 && said[1].contains(words) && said[1].contains("forgotten"), "{said:?}");
        // Genes serve until it is switched off.
        assert!(run(&mut program, Task::Identify).contains("features: 0, most: 4096 "));
        assert_eq!(run(&mut program, Task::Install(gene(7))), "Installed");
        assert_eq!(run(&mut program, Task::Export), std::format!("{:?}", Told::Exported(&gene(7))));
    }
}

#[test]
fn starts_are_counted_and_too_many_that_fail_end_in_safe_mode() {
    let flash = Lasting::blank(16);
    let (mut program, _) = begin(&flash, Boot::default());
    assert_eq!(run(&mut program, Task::Install(gene(7))), "Installed");
    let mut words: Words = [1, 2, 3, 4];
    let mut next = |before: fn(&mut Words), reset| {
        before(&mut words);
        Boot::begin(&mut words, reset)
    };
    // Power, and memory that says nothing, begin anew.
    let boots = [
        (next(|_| {}, Reset::Power), Reset::Power, 0),
        (next(panicked, Reset::Watchdog), Reset::Panic, 1),
        (next(|_| {}, Reset::Watchdog), Reset::Watchdog, 2),
        (next(settle, Reset::Watchdog), Reset::Watchdog, 3),
        (next(|_| {}, Reset::Host), Reset::Host, 4),
        (next(panicked, Reset::Unknown), Reset::Panic, 5),
    ];
    for (boot, reset, restarts) in boots {
        assert_eq!((boot.reset, boot.restarts, boot.is_safe()), (reset, restarts, false));
    }
    let boot = next(|_| {}, Reset::Watchdog);
    assert!(boot.is_safe());
    let (mut program, said) = begin(&flash, boot);
    let how = "started anew by its watchdog, 6 times since power came";
    assert!(said[0].ends_with(how) && said[1].starts_with("safe mode"), "{said:?}");
    assert!(run(&mut program, Task::Stats).contains("restarts: 6, reset: Watchdog, safe: true"));
    assert_ne!(run(&mut program, Task::Export), std::format!("{:?}", Told::Exported(&gene(7))));
    // It is over once a start has not failed, and after power was off.
    (0..100 * 16).for_each(|now| program.poll(now));
    assert!(program.settles() && !program.settles());
    assert!(!next(settle, Reset::Watchdog).is_safe());
    let boot = next(|_| {}, Reset::Power);
    assert_eq!((boot.reset, boot.restarts, boot.is_safe()), (Reset::Power, 0, false));
    let (mut program, said) = begin(&flash, Boot::default());
    assert_eq!(
        (said.len(), run(&mut program, Task::Export)),
        (1, std::format!("{:?}", Told::Exported(&gene(7))))
    );
    // A bit that flips makes the count begin anew.
    for bit in 0..128 {
        let mut words: Words = [0; 4];
        for _ in 0..5 {
            Boot::begin(&mut words, Reset::Watchdog);
        }
        words[bit / 32] ^= 1 << (bit % 32);
        assert_eq!(Boot::begin(&mut words, Reset::Watchdog).restarts, 1, "bit {bit}");
    }
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
