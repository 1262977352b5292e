//! A host and a board on a line that loses, doubles, cuts and spoils bytes.

use super::{
    message::{Envelope, Role},
    *,
};
use crate::{
    gene::{Builder, Gene, Summary},
    live::framing::{Deframer, Framed, frame},
    neuron::{Linear, LinearGene, Neuron},
    num::{Q16, Random, bfp::Block},
    regime::Regime,
    trust,
};
use alloc::{vec, vec::Vec};
use proptest::prelude::*;

/// A board that keeps what it is told.
#[derive(Debug)]
struct Thing {
    steps: Steps,
    lease: u32,
    neuron: Linear,
    installs: u32,
    most: u32,
}

impl Thing {
    fn new() -> Self {
        Self { steps: Steps::USUAL, lease: 0, neuron: Linear::new(), installs: 0, most: 4096 }
    }
}

impl Device for Thing {
    fn identity(&self) -> Identity {
        Identity { chip: *b"thing\0\0\0\0\0\0\0", most: self.most, columns: 1, ..Identity::default() }
    }
    fn prove(&self, nonce: &Nonce) -> Proof {
        Proof::new(&trust::Identity::from_secret(&[5; 32]), nonce)
    }
    fn stats(&self) -> Stats {
        Stats { rows: 5, stack: 1 << 31, ..Stats::default() }
    }
    fn weather(&self) -> Weather {
        Weather { regime: Regime::PreStorm, mean: 7, since: 9 }
    }
    fn steps(&self) -> Steps {
        self.steps
    }
    fn lease(&self) -> u32 {
        self.lease
    }
    fn set_pace(&mut self, pace: Pace) {
        (self.steps, self.lease) = (pace.steps, pace.lease);
    }
    fn summary(&self) -> Summary {
        let weights = Block::from_q16(&self.neuron.gene().weights);
        Summary { round: 3, history: [4; 32], weights, variance: Block::ZERO }
    }
    fn export(&self) -> Vec<u8> {
        gene(&self.neuron.gene(), 700)
    }
    fn install(&mut self, gene: &Gene<'_>) -> Result<(), Reason> {
        self.installs += 1;
        let linear = gene.linear(0).ok_or(Reason::Unfit)?;
        self.neuron = Linear::from_gene(linear);
        Ok(())
    }
}

fn gene(linear: &LinearGene, schema: usize) -> Vec<u8> {
    let mut builder = Builder::new(Some(crate::neuron::Kind::Linear), 1);
    builder.schema(&vec![b'x'; schema]).unwrap().linear(0, linear).unwrap();
    builder.finish()
}

fn taught(weight: i32) -> LinearGene {
    let mut linear = LinearGene::FRESH;
    linear.weights[0] = Q16::from_bits(weight);
    linear
}

/// What the line does to each byte, in thousandths.
#[derive(Debug, Clone, Copy, Default)]
struct Noise {
    lost: u64,
    flipped: u64,
    doubled: u64,
    /// Frames that come twice.
    again: u64,
}

/// One direction of the line.
struct Wire {
    noise: Noise,
    random: Random,
    deframer: Deframer,
    before: Vec<u8>,
}

impl Wire {
    fn new(noise: Noise, seed: u64) -> Self {
        Self { noise, random: Random::new(seed, 1), deframer: Deframer::new(MAX_MESSAGE), before: vec![] }
    }

    fn odds(&mut self, thousandths: u64) -> bool {
        self.random.below(1000) < thousandths
    }

    /// The frames that come over; now and then that of an earlier message too.
    fn carry(&mut self, message: &[u8]) -> Vec<Vec<u8>> {
        let mut line = vec![];
        frame(message, &mut line);
        if self.odds(self.noise.again) {
            line.extend_from_slice(&self.before.clone());
        }
        self.before.clear();
        frame(message, &mut self.before);
        let mut came = vec![];
        for mut byte in line {
            if self.odds(self.noise.lost) {
                continue;
            }
            if self.odds(self.noise.flipped) {
                byte ^= 1 << self.random.below(8);
            }
            let times = if self.odds(self.noise.doubled) { 2 } else { 1 };
            for _ in 0..times {
                if let Some(Framed::Packet(packet)) = self.deframer.push(byte) {
                    came.push(packet.to_vec());
                }
            }
        }
        came
    }
}

/// What a task came to.
#[derive(Debug, PartialEq)]
enum Outcome {
    Answer(Vec<u8>),
    Installed,
    Exported(Vec<u8>),
    Refused(Reason),
    Version(u8),
    Silent,
}

fn outcome(event: &Event<'_>) -> Option<Outcome> {
    Some(match event {
        Event::Progress { .. } => return None,
        Event::Answer(answer) => {
            let mut bytes = vec![];
            answer.write(0, &mut bytes);
            Outcome::Answer(bytes)
        }
        Event::Installed => Outcome::Installed,
        Event::Exported(gene) => Outcome::Exported(gene.to_vec()),
        Event::Refused(reason) => Outcome::Refused(*reason),
        Event::Version(version) => Outcome::Version(*version),
        Event::Silent => Outcome::Silent,
    })
}

/// A host, a board, and the line between them, with a clock of its own.
struct Pair {
    host: Host,
    board: Board,
    thing: Thing,
    there: Wire,
    back: Wire,
    now: u64,
}

impl Pair {
    fn new(noise: Noise, seed: u64) -> Self {
        Self {
            host: Host::new(seed as u16),
            board: Board::new(),
            thing: Thing::new(),
            there: Wire::new(noise, seed),
            back: Wire::new(noise, seed + 1),
            now: 0,
        }
    }

    fn run(&mut self, task: Task) -> Outcome {
        self.host.begin(task, self.now);
        loop {
            let mut message = vec![];
            if let Some(end) = self.host.poll_transmit(self.now, &mut message).as_ref().and_then(outcome) {
                return end;
            }
            let mut answer = vec![];
            for packet in self.there.carry(&message) {
                if !is_message(&packet) || !self.board.handle(&packet, &mut self.thing, &mut answer) {
                    continue;
                }
                assert!(answer.len() <= MAX_MESSAGE);
                for packet in self.back.carry(&answer) {
                    let event = self.host.handle(&packet, self.now);
                    if let Some(end) = event.as_ref().and_then(outcome) {
                        assert!(!self.host.is_busy());
                        return end;
                    }
                }
            }
            self.now = self.host.next_timeout().unwrap();
        }
    }
}

#[test]
fn questions_are_answered() {
    let mut pair = Pair::new(Noise::default(), 65_535);
    let answer = |pair: &mut Pair, task| match pair.run(task) {
        Outcome::Answer(bytes) => bytes,
        other => panic!("{other:?}"),
    };
    let bytes = answer(&mut pair, Task::Identify);
    let Some(Answer::Identity(identity)) = Answer::read(0, &bytes[5..]) else { panic!("{bytes:?}") };
    assert_eq!((identity.chip(), identity.most), ("thing", 4096));
    let bytes = answer(&mut pair, Task::Stats);
    let stats = Stats { rows: 5, stack: 1 << 31, ..Stats::default() };
    assert_eq!(Answer::read(1, &bytes[5..]), Some(Answer::Stats(stats)));
    let bytes = answer(&mut pair, Task::Regime);
    let weather = Weather { regime: Regime::PreStorm, mean: 7, since: 9 };
    assert_eq!(Answer::read(2, &bytes[5..]), Some(Answer::Weather(weather)));
    let set = Steps { pre_storm: 60, ..Steps::default() };
    let bytes = answer(&mut pair, Task::Step(Pace { steps: set, lease: 7000 }));
    let steps = Steps { pre_storm: 60, ..Steps::USUAL };
    let held = Some(Answer::Steps { steps, now: 60, lease: 7000 });
    assert_eq!(Answer::read(3, &bytes[5..]), held);
    // Three of 0 only ask.
    let bytes = answer(&mut pair, Task::Step(Pace::default()));
    assert_eq!(Answer::read(3, &bytes[5..]), held);
    let bytes = answer(&mut pair, Task::Summary);
    assert_eq!(Answer::read(4, &bytes[5..]), Some(Answer::Summary(pair.thing.summary())));
    assert_eq!(bytes.len(), 5 + 74);
    let bytes = answer(&mut pair, Task::Prove([3; 32]));
    let Some(Answer::Proof(proof)) = Answer::read(9, &bytes[5..]) else { panic!("{bytes:?}") };
    assert_eq!(proof.name, trust::Identity::from_secret(&[5; 32]).name());
    assert!(proof.holds(&[3; 32]) && !proof.holds(&[4; 32]));
}

#[test]
fn notes_are_text_and_nothing_else() {
    let mut message = vec![];
    note(300, "started: 21.5 \u{b0}C", &mut message);
    assert_eq!(message[..5], [HEAD | 3, VERSION, 0x2c, 1, 0]);
    assert!(is_message(&message));
    assert_eq!(read_note(&message), Some("started: 21.5 \u{b0}C"));
    // Text that is too long ends with a whole character.
    message.clear();
    note(0, &"\u{b0}".repeat(150).replacen('\u{b0}', "-", 1), &mut message);
    assert!(message.len() <= MAX_MESSAGE && read_note(&message).unwrap().ends_with('\u{b0}'));
    // Neither end takes one for anything else, nor anything else for one.
    assert!(!Board::new().handle(&message, &mut Thing::new(), &mut vec![]));
    message.pop();
    assert_eq!(read_note(&message), None);
    let mut request = vec![];
    Request::Identify.write(1, &mut request);
    assert_eq!(read_note(&request), None);
}

#[test]
fn refusals_say_why() {
    let mut pair = Pair::new(Noise::default(), 1);
    pair.thing.most = 100;
    assert_eq!(pair.run(Task::Install(gene(&taught(1), 700))), Outcome::Refused(Reason::Long));
    assert_eq!(pair.run(Task::Install(vec![])), Outcome::Refused(Reason::Unfit));
    assert_eq!(pair.run(Task::Install(vec![7; 50])), Outcome::Refused(Reason::Unfit));
    let mut empty = Builder::new(None, 1);
    let no_neuron = empty.schema(b"x").unwrap().finish();
    assert_eq!(pair.run(Task::Install(no_neuron)), Outcome::Refused(Reason::Unfit));
    assert_eq!(pair.run(Task::Identify), pair.run(Task::Identify));
}

#[test]
fn silence_is_told_in_bounded_time() {
    let mut pair = Pair::new(Noise { lost: 1000, ..Noise::default() }, 1);
    assert_eq!(pair.run(Task::Export), Outcome::Silent);
    assert!((2000..10_000).contains(&pair.now), "{}", pair.now);
}

#[test]
fn another_version_is_told() {
    let (mut host, mut board, mut thing) = (Host::new(0), Board::new(), Thing::new());
    let (mut message, mut answer) = (vec![], vec![]);
    host.begin(Task::Identify, 0);
    host.poll_transmit(0, &mut message);
    message[1] = 9;
    assert!(board.handle(&message, &mut thing, &mut answer));
    assert_eq!(Envelope::read(&answer).map(|e| (e.role, e.version)), Some((Role::Refusal, VERSION)));
    answer[1] = 9;
    assert_eq!(host.handle(&answer, 0), Some(Event::Version(9)));
    assert!(!host.is_busy());
}

#[test]
fn a_transfer_goes_on_where_it_was_cut() {
    let mut pair = Pair::new(Noise::default(), 1);
    let gene = gene(&taught(1 << 14), 2000);
    pair.host.begin(Task::Install(gene.clone()), 0);
    let mut answer = vec![];
    for _ in 0..5 {
        let mut message = vec![];
        pair.host.poll_transmit(pair.now, &mut message);
        pair.board.handle(&message, &mut pair.thing, &mut answer);
        pair.host.handle(&answer, pair.now);
    }
    // Another host process takes over: the board says how much it has.
    pair.host = Host::new(99);
    pair.host.begin(Task::Install(gene.clone()), 0);
    let mut message = vec![];
    pair.host.poll_transmit(pair.now, &mut message);
    pair.board.handle(&message, &mut pair.thing, &mut answer);
    let done = 4 * CHUNK as u32;
    let length = gene.len() as u32;
    assert_eq!(pair.host.handle(&answer, 0), Some(Event::Progress { done, length }));
    // The board loses power: the transfer begins again by itself.
    pair.board = Board::new();
    assert_eq!(pair.run(Task::Install(gene)), Outcome::Installed);
    assert_eq!((pair.thing.installs, pair.thing.neuron.gene()), (1, taught(1 << 14)));
}

#[test]
fn the_gene_of_an_export_stays_as_it_was() {
    let mut pair = Pair::new(Noise::default(), 1);
    let (mut answer, before) = (vec![], pair.thing.export());
    let mut ask = |pair: &mut Pair, request: Request<'_>, number| {
        let mut message = vec![];
        request.write(number, &mut message);
        assert!(pair.board.handle(&message, &mut pair.thing, &mut answer));
        answer.clone()
    };
    let first = ask(&mut pair, Request::Export, 7);
    (0..300).for_each(|n| pair.thing.neuron.adapt(n * n % 97));
    assert_ne!(before, pair.thing.export());
    assert_eq!(ask(&mut pair, Request::Export, 7), first);
    assert_ne!(ask(&mut pair, Request::Export, 8), first);
}

#[test]
fn a_line_that_spoils_every_fifth_message_does() {
    let noise = Noise { lost: 0, flipped: 1, doubled: 0, again: 100 };
    let installed =
        |seed: &u64| Pair::new(noise, *seed).run(Task::Install(gene(&taught(9), 2000))) == Outcome::Installed;
    assert_eq!((0..20).filter(installed).count(), 20);
}

fn noise() -> impl Strategy<Value = Noise> {
    (0_u64..3, 0_u64..3, 0_u64..2, 0_u64..300).prop_map(|(lost, flipped, doubled, again)| Noise {
        lost,
        flipped,
        doubled,
        again,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn genes_come_over_noise_whole_or_not_at_all(noise in noise(), seed in 0_u64..1 << 40, weight in 1_i32..1 << 19) {
        let mut pair = Pair::new(noise, seed);
        let linear = taught(weight);
        let installed = pair.run(Task::Install(gene(&linear, 900)));
        prop_assert!(matches!(installed, Outcome::Installed | Outcome::Silent), "{installed:?}");
        if installed == Outcome::Installed {
            prop_assert_eq!(pair.thing.neuron.gene(), linear);
            prop_assert_eq!(pair.thing.installs, 1);
        } else {
            prop_assert!(pair.thing.installs <= 1);
        }
        match pair.run(Task::Export) {
            Outcome::Exported(bytes) => prop_assert_eq!(bytes, pair.thing.export()),
            other => prop_assert_eq!(other, Outcome::Silent),
        }
    }

    #[test]
    fn any_bytes_are_answered_or_left(messages in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 0..20)) {
        let (mut board, mut thing, mut answer) = (Board::new(), Thing::new(), vec![]);
        let mut host = Host::new(0);
        host.begin(Task::Export, 0);
        for (mut message, at) in messages.into_iter().zip(0_u8..) {
            // Most are made to look right as far as the command.
            if at % 4 != 0 && message.len() > 5 {
                (message[0], message[1], message[4]) = (HEAD | (at % 3), VERSION, message[4] % 11);
            }
            let answered = board.handle(&message, &mut thing, &mut answer);
            prop_assert!(!answered || answer.len() <= MAX_MESSAGE);
            let mut out = vec![];
            host.poll_transmit(u64::from(at) * 100, &mut out);
            if message.len() > 5 && !out.is_empty() {
                message[2..5].copy_from_slice(&out[2..5]);
            }
            host.handle(&message, 0);
        }
    }

    #[test]
    fn what_is_read_was_written(command in 0_u8..10, body in prop::collection::vec(any::<u8>(), 0..100), number: u16) {
        if let Some(request) = Request::read(command, &body) {
            let mut out = vec![];
            request.write(number, &mut out);
            prop_assert_eq!(&out[5..], &body[..]);
        }
        if let Some(answer) = Answer::read(command, &body) {
            let mut out = vec![];
            answer.write(number, &mut out);
            prop_assert_eq!(&out[5..], &body[..]);
            prop_assert_eq!(Envelope::read(&out).map(|e| (e.number, e.command)), Some((number, command)));
        }
    }
}
