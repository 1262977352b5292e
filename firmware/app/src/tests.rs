//! A board in a test: its line is a vector, its clock a loop.

use crate::{
    Config, Keep, Program, Sensor, Source,
    gossip::{Gossip, Heard},
    keep::{Forgets, Stored, identity},
    source::{Csv, ROOM, Synthetic},
};
use alloc::{rc::Rc, vec, vec::Vec};
use core::{cell::RefCell, convert::Infallible};
use qres_core::{
    gene::{
        Builder, Gene,
        flash::{self, Flash, SECTOR, Store},
    },
    live::{
        Cell, Event, Receiver,
        framing::{Deframer, Framed, frame},
    },
    neuron::{Kind, LinearGene},
    num::Q16,
    regime::Regime,
    serial::{Answer, Event as Told, Host, Proof, Steps, Task, is_message, read_note},
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

/// Lets a host do one task; `Debug` of its last event.
fn run<S: Source, K: Keep>(program: &mut Program<S, K>, task: Task) -> std::string::String {
    run_from(3, program, task)
}

/// The same with requests numbered from `seed` on.
fn run_from<S: Source, K: Keep>(seed: u16, program: &mut Program<S, K>, task: Task) -> std::string::String {
    let mut host = Host::new(seed);
    host.begin(task, 0);
    for _ in 0..200 {
        let (mut message, mut line) = (vec![], vec![]);
        assert!(host.poll_transmit(0, &mut message).is_none());
        frame(&message, &mut line);
        line.iter().for_each(|byte| program.receive(*byte, 0));
        for answer in frames(program.output()).1 {
            match host.handle(&answer, 0) {
                None | Some(Told::Progress { .. }) => {}
                Some(event) => return std::format!("{event:?}"),
            }
        }
    }
    panic!("no end");
}

#[test]
fn rows_come_over_and_storms_quicken_them() {
    let mut program = Program::new(Synthetic::new(5), Forgets, who(1), config(10));
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
    let learnt = run_from(99, &mut program, Task::Export);
    assert!(learnt.starts_with("Exported") && learnt != std::format!("{:?}", Told::Exported(&gene)));
    let foreign = Builder::new(None, 1).finish();
    assert!(Gene::parse(&foreign).is_ok());
    assert_eq!(run(&mut program, Task::Install(foreign)), "Refused(Unfit)");
}

#[test]
fn a_board_is_the_same_after_a_power_cut_and_proves_it() {
    let flash = Lasting::blank(16);
    let mut store = Stored::new(flash.clone());
    let drawn = identity(&mut store, || [9; 32]);
    assert_eq!(drawn.name(), who(9).name());
    // It has one now, and draws none; what the host puts there counts as well.
    assert_eq!(identity(&mut Stored::new(flash.clone()), || unreachable!()).name(), drawn.name());
    let mut provisioned = Store::new(flash.clone());
    provisioned.put(flash::Kind::Identity, &[8; 32]).unwrap();
    let who = identity(&mut Stored::new(flash), || unreachable!());
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

#[test]
fn a_shorter_step_holds_at_once() {
    let mut program = Program::new(Synthetic::new(5), Forgets, who(1), config(1_000_000));
    program.poll(0);
    program.output().clear();
    assert_eq!(program.due(), 8_000_000);
    let answer = run(&mut program, Task::Step(Steps { calm: 50, ..Steps::default() }));
    let steps = Steps { calm: 50, pre_storm: 4_000_000, storm: 1_000_000 };
    assert_eq!(answer, std::format!("{:?}", Told::Answer(Answer::Steps { steps, now: 50 })));
    assert_eq!(program.due(), 50);
    assert_eq!(steps.of(Regime::Storm), 1_000_000);
}

/// A pendulum.
struct Sway(u64);

impl Source for Sway {
    const SENSES: bool = false;

    fn sensors(&self) -> &[Sensor] {
        &[Sensor { name: "sway", places: 1, within: 0 }]
    }

    fn sample(&mut self, row: &mut [i64]) -> bool {
        self.0 += 1;
        row.fill((f64::sin(self.0 as f64 * 0.37) * 900.0) as i64);
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
        let who = identity(&mut keep, || [2; 32]);
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
    let mut pupil = Program::new(Sway(500), Forgets, who(1), config(10));
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
    assert_eq!(last, Some("sway: goes on from what others have told (1 of them)"));
    // A gene that is installed tells what was agreed on; others hear what comes after a restart as news.
    assert_eq!(run(&mut pupil, Task::Install(gene_of(1))), "Installed");
    assert_eq!(round(&mut pupil), 0);
    let mut gossip = Gossip::new(Sway(0).sensors()[0], who(1).name(), 0);
    assert_eq!(gossip.hear(&told[told.len() - 1], 0), Heard::Taken);
    assert_eq!(gossip.hear(&told[0], 0), Heard::Old);
    assert_eq!(gossip.hear(&later[0], 0), Heard::Taken);
    let mut keep = Stored::new(flash);
    assert_eq!((keep.begin_term(), keep.secret()), (3, Some([2; 32])));
}

#[test]
fn a_board_sleeps_only_while_nothing_is_to_be_done() {
    let sleeper = Config { sleeps: true, ..config(1_000_000) };
    let mut program = Program::new(Synthetic::new(5), Forgets, who(1), sleeper);
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
    let mut program = Program::new(Synthetic::new(5), Forgets, who(1), config(1_000_000));
    program.poll(0);
    program.output().clear();
    assert_eq!(program.rest(7000), None);
}

#[test]
fn lines_of_csv_are_rows() {
    let sensor = |name, places| Sensor { name, places, within: 0 };
    let mut csv = Csv::new([sensor("a", 2), sensor("b", 0)]);
    let mut row = [0; 2];
    let mut give = |text: &[u8]| {
        text.iter().for_each(|byte| csv.push(*byte));
        csv.sample(&mut row).then_some(row)
    };
    assert_eq!(give(b"a,b\n"), None);
    assert_eq!(give(b"1.5, -7\r\n"), Some([150, -7]));
    assert_eq!(give(b"1.5,-7"), None);
    assert_eq!(give(b"\n-0.005,2.5\n"), Some([0, 3]));
    assert_eq!(give(b"1,2,3\n1\n,\n"), None);
    assert_eq!(give(&[b'1'; 5000]), None);
    assert_eq!(give(b"\n-0.006,-2.5\n"), Some([-1, -2]));
    assert_eq!(give(b"99999999999999999999,1\n99999999999999999,1\n"), None);
}
