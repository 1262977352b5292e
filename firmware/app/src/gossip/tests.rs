//! Boards on the air, some of which lie.

use super::*;
use alloc::vec;
use qres_core::{neuron::Experts, num::random};

const SENSOR: Sensor = Sensor { name: "sway", places: 2, within: 0 };
/// Milliseconds between samples.
const STEP: u64 = 1000;
/// The samples of the minute after a newcomer has heard others for the first time and knows the steps that are weighed.
const COUNTED: core::ops::Range<u64> = 1209..1269;

fn who(secret: u8) -> Identity {
    Identity::from_secret(&[secret; 32])
}

/// A board with one sensor.
struct Thing {
    who: Identity,
    neuron: Experts,
    /// None if it is alone.
    gossip: Option<Gossip>,
    /// How far its predictions were off in [`COUNTED`], and from its first sample on.
    missed: u64,
    missed_ever: u64,
    rounds: u64,
}

impl Thing {
    fn new(secret: u8, radio: bool) -> Self {
        let who = who(secret);
        let gossip = radio.then(|| Gossip::new(SENSOR, who.name(), 1));
        Self { who, neuron: Experts::default(), gossip, missed: 0, missed_ever: 0, rounds: 0 }
    }

    /// Takes a sample; gives what it has to tell.
    fn sample(&mut self, sample: i64, now: u64) -> Option<Vec<u8>> {
        let missed = sample.abs_diff(self.neuron.predict());
        self.missed_ever += missed;
        self.missed += if COUNTED.contains(&(now / STEP)) { missed } else { 0 };
        self.neuron.adapt(sample);
        let gossip = self.gossip.as_mut()?;
        gossip.observe(sample, Regime::Calm);
        if let Some(gene) = gossip.consider(&self.neuron.own().gene()) {
            self.neuron.admit(AGREED, &gene);
            self.rounds += 1;
        }
        gossip.tell(&self.who, &self.neuron.own().gene(), now)
    }

    fn hear(&mut self, packet: &[u8], now: u64) {
        let gossip = self.gossip.as_mut().unwrap();
        if gossip.hear(packet, now) == Heard::Taken {
            let (origin, gene) = gossip.newest().unwrap();
            self.neuron.admit(origin, &gene);
        }
    }
}

/// The same world for all, each at its own place in it.
fn world(board: u64, row: u64) -> i64 {
    let turn = row as f64 * 0.37 + board as f64;
    let noise = random::at(3, board, row) % 21;
    (turn.sin() * (800.0 + 40.0 * board as f64)) as i64 + noise as i64 - 10
}

/// What a liar tells in a round: weights of the opposite sign, wild ones, or none.
fn lie(liar: u64, row: u64, honest: &LinearGene) -> [Q16; 8] {
    match liar % 3 {
        0 => honest.weights.map(|weight| Q16::from_bits(-weight.to_bits())),
        1 => core::array::from_fn(|at| {
            Q16::from_bits((random::at(liar, row, at as u64) % (32 << 16)) as i32 - (16 << 16))
        }),
        _ => [Q16::from_bits(3 << 16); 8],
    }
}

/// Honest boards learn, a newcomer joins after a while, and so many liars tell as often as anyone may. How far off the
/// newcomer was once it had heard others, how often it went on from others, and how far off one was that is alone. From its
/// first sample on it must be a tenth better where most are honest, and never more than a fiftieth worse.
fn season(honest: u64, liars: u64) -> (u64, u64, u64) {
    let mut things: Vec<Thing> = (0..honest).map(|board| Thing::new(board as u8 + 1, true)).collect();
    let mut newcomer = Thing::new(100, true);
    let mut alone = Thing::new(101, false);
    let mut sequence = 0;
    for row in 0..1500 {
        let now = row * STEP;
        let mut air = vec![];
        for (thing, board) in things.iter_mut().zip(0..) {
            air.extend(thing.sample(world(board, row), now));
        }
        if row >= 1200 {
            air.extend(newcomer.sample(world(50, row), now));
            alone.sample(world(50, row), now);
        }
        if row % 60 == 0 {
            sequence += 1;
            let model = things.first().map_or(LinearGene::FRESH, |thing| thing.neuron.own().gene());
            for liar in 0..liars {
                let weights = Block::from_q16(&lie(liar, row, &model));
                let summary = Summary { round: row, history: [7; 32], weights, variance: Block::ZERO };
                let mark = Gossip::new(SENSOR, who(0).name(), 0).mark();
                air.push(packet::write(&who(200 + liar as u8), &mark, sequence, &summary));
            }
        }
        for (packet, number) in air.iter().zip(0..) {
            let all = things.iter_mut().chain((row >= 1200).then_some(&mut newcomer));
            for (thing, board) in all.zip(0..) {
                // One in four is lost.
                if random::at(row, board, number) % 100 >= 25 {
                    thing.hear(packet, now);
                }
            }
        }
    }
    let (ever, alone_ever) = (newcomer.missed_ever, alone.missed_ever);
    std::println!("from the first sample on: {ever}, alone {alone_ever}");
    let (better, worse) = if honest > liars { (10, 9) } else { (50, 51) };
    assert!(ever * better <= alone_ever * worse, "{ever} {alone_ever}");
    let (with, rounds, alone) = (newcomer.missed, newcomer.rounds, alone.missed);
    std::println!("{honest} honest boards, {liars} liars: a newcomer is off by {with}, alone by {alone}");
    (with, rounds, alone)
}

#[test]
fn a_newcomer_learns_from_others() {
    let (with, rounds, alone) = season(6, 0);
    assert!(rounds >= 1 && with * 4 < alone * 3, "{with} {rounds} {alone}");
}

#[test]
fn a_third_of_liars_spoils_little_and_a_majority_nothing() {
    let (with, rounds, alone) = season(8, 4);
    assert!(rounds >= 1 && with * 4 < alone * 3, "{with} {rounds} {alone}");
    let (with, rounds, alone) = season(2, 9);
    assert!(with * 50 <= alone * 51, "{with} {rounds} {alone}");
    let (with, rounds, alone) = season(0, 12);
    assert!(rounds == 0 && with * 50 <= alone * 51, "{with} {rounds} {alone}");
}

fn packet(secret: u8, sequence: u64) -> Vec<u8> {
    let weights = Block::from_q16(&[Q16::from_bits(1 << 14); 8]);
    let summary = Summary { round: 1, history: [0; 32], weights, variance: Block::ZERO };
    packet::write(&who(secret), &Gossip::new(SENSOR, who(0).name(), 0).mark(), sequence, &summary)
}

#[test]
fn what_is_not_signed_new_and_about_this_is_left() {
    let mut gossip = Gossip::new(SENSOR, who(1).name(), 0);
    let good = packet(2, 5);
    assert_eq!((good.len(), gossip.hear(&good, 0)), (BYTES, Heard::Taken));
    assert_eq!(gossip.hear(&good, 0), Heard::Old);
    assert_eq!(gossip.hear(&packet(2, 4), 0), Heard::Old);
    assert_eq!(gossip.hear(&packet(2, 6), 0), Heard::Taken);
    assert_eq!(gossip.hear(&packet(1, 9), 0), Heard::Old);
    let mut now = SECOND;
    let newer = packet(2, 7);
    for bit in 0..newer.len() * 8 {
        let mut bad = newer.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        now += SECOND;
        let heard = gossip.hear(&bad, now);
        assert!(!matches!(heard, Heard::Taken | Heard::Full), "bit {bit}: {heard:?}");
    }
    assert_eq!(gossip.hear(&newer[1..], now), Heard::Foreign);
    assert_eq!(gossip.hear(&newer[..BYTES - 1], now), Heard::Foreign);
    assert_eq!(gossip.hear(&[newer.as_slice(), &[0]].concat(), now), Heard::Foreign);
    assert_eq!(gossip.hear(&newer, now), Heard::Taken);
    let mut other = Gossip::new(Sensor { name: "swaz", ..SENSOR }, who(1).name(), 0);
    assert_eq!(other.hear(&newer, now), Heard::Other);
    let mut other = Gossip::new(Sensor { places: 3, ..SENSOR }, who(1).name(), 0);
    assert_eq!(other.hear(&newer, now), Heard::Other);
    let weights = Block::from_q16(&[Q16::from_bits((16 << 16) + 64); 8]);
    let summary = Summary { round: 1, history: [0; 32], weights, variance: Block::ZERO };
    assert_eq!(gossip.hear(&packet::write(&who(9), &gossip.mark(), 1, &summary), now), Heard::Foreign);
}

#[test]
fn neurons_with_other_lags_are_another_matter() {
    let mut gossip = Gossip::new(SENSOR, who(1).name(), 0);
    assert_eq!(gossip.hear(&packet(2, 1), 0), Heard::Taken);
    (0..WINDOW as i64).for_each(|row| gossip.observe(row * row % 91, Regime::Calm));
    let other = LinearGene { lags: [1, 2, 3, 4, 5, 6, 7, 24], ..LinearGene::FRESH };
    assert_eq!(gossip.consider(&other), None);
    assert!(gossip.peers.is_empty());
    assert_eq!(gossip.hear(&packet(2, 2), 0), Heard::Other);
}

#[test]
fn peers_and_checks_are_bounded() {
    let mut gossip = Gossip::new(SENSOR, who(1).name(), 0);
    let packets: Vec<Vec<u8>> = (2..=MAX_PEERS as u8 + 2).map(|secret| packet(secret, 1)).collect();
    let heard: Vec<Heard> = packets.iter().map(|packet| gossip.hear(packet, 0)).collect();
    assert_eq!(heard.iter().filter(|heard| **heard == Heard::Taken).count(), MAX_CHECKS as usize);
    let mut now = 0;
    for packet in &packets[..MAX_PEERS] {
        now += SECOND;
        gossip.hear(packet, now);
    }
    assert_eq!(gossip.peers.len(), MAX_PEERS);
    let last = &packets[MAX_PEERS];
    assert_eq!(gossip.hear(last, now + SECOND), Heard::Full);
    // One that is silent for long gives its place away.
    assert_eq!(gossip.hear(last, now + 2 * STALE), Heard::Taken);
    assert_eq!(gossip.peers.len(), MAX_PEERS);
}

#[test]
fn it_tells_when_it_has_learnt_and_not_too_often() {
    let me = who(1);
    let mut gossip = Gossip::new(SENSOR, me.name(), 3);
    let mut times = vec![];
    for row in 0..1000_u64 {
        // From row 700 on a storm.
        gossip.observe(row as i64, if row >= 700 { Regime::Storm } else { Regime::Calm });
        if let Some(packet) = gossip.tell(&me, &LinearGene::FRESH, row * 10_000) {
            let packet = Packet::read(&packet).unwrap();
            assert!(packet.is_signed());
            assert_eq!(packet.sequence, (3 << 32) + times.len() as u64);
            times.push(row);
        }
    }
    let calm: Vec<u64> = (63..700).step_by(LEARNT as usize).collect();
    assert_eq!(times[..calm.len()], calm);
    assert_eq!(times[calm.len()..], [700, 764, 828, 892, 956]);
    // However fast it learns.
    let mut gossip = Gossip::new(SENSOR, me.name(), 3);
    let told = (0..10_000).filter(|row| {
        gossip.observe(1, Regime::Calm);
        gossip.tell(&me, &LinearGene::FRESH, row * 100).is_some()
    });
    assert_eq!(told.count(), 17);
}
