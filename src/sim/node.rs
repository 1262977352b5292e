//! A node of the simulation: an honest one drives a peer, a bad one tells what its attack says.

use super::{
    attack::Attack,
    lie::{Aim, Spied, Weights, craft},
    net::Packet,
    replay::Shown,
    scenario::TICKS,
    series::World,
};
use qres_core::{
    neuron::Neuron,
    num::{Q16, log2_q16, random},
    regime::Regime,
    swarm::{Event, Learnt, Mark, Peer, Says, Setup, sign},
    trust::{Identity, Name},
};
use std::{collections::HashSet, sync::Arc};

/// What all nodes are told of the run.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) world: World,
    pub(super) seed: u64,
    pub(super) nodes: u32,
    pub(super) tick: u64,
    pub(super) mark: Mark,
    pub(super) churn: u64,
    /// The share of what is on the air that is not heard, of 2^32.
    pub(super) loss: u64,
    /// The names of all honest nodes.
    pub(super) honest: HashSet<Name>,
}

/// Streams of random numbers.
const AWAY: u64 = 3 << 40;
const AIM: u64 = 4 << 40;
const SECRET: u64 = 5 << 40;
const AIR: u64 = 9 << 40;
/// Rounds for which a node is off, and between two genes of a bad node.
const OFF: u32 = 20;
const TURN: u32 = 16;
/// Old packets that a bad node keeps to send again.
const KEPT: usize = 8;

/// The identity of a node; a bad one may have many.
pub(super) fn identity(seed: u64, node: u32, which: u32) -> Identity {
    let mut secret = [0; 32];
    for (part, at) in secret.as_chunks_mut::<8>().0.iter_mut().zip(0..) {
        *part = random::at(seed, SECRET + u64::from(node), u64::from(which) * 4 + at).to_le_bytes();
    }
    Identity::from_secret(&secret)
}

/// What a node has predicted, alone and with the swarm, in bits, Q16.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    pub(super) samples: u64,
    /// log2(1 + twice the error), the error of the own neuron, and that of all together.
    pub(super) alone: u64,
    pub(super) swarm: u64,
}

impl Tally {
    fn push(&mut self, alone: u32, swarm: u32) {
        self.samples += 1;
        self.alone += u64::from(alone);
        self.swarm += u64::from(swarm);
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.samples += other.samples;
        self.alone += other.alone;
        self.swarm += other.swarm;
    }
}

/// Samples that count as the first ones.
const FIRST: u64 = 200;

/// A node that senses, learns, and drives a peer.
#[derive(Debug)]
pub(super) struct Honest {
    pub(super) peer: Peer,
    pub(super) begins: u32,
    /// Whether its world changes.
    changes: bool,
    pub(super) first: Tally,
    pub(super) all: Tally,
    /// What the mixture has cost beyond the own neuron, in bits of the densities, Q16: now and at most.
    excess: i64,
    pub(super) worst: i64,
    due: u64,
    /// Whose surprises it hears.
    pub(super) neighbours: Vec<u32>,
    /// Whether an honest gene was taken.
    has_heard: bool,
}

/// A node that lies.
#[derive(Debug)]
pub(super) struct Bad {
    pub(super) attack: Attack,
    who: Identity,
    sequence: u64,
    told: Vec<Arc<[u8]>>,
}

/// A node.
#[derive(Debug)]
pub(super) enum Node {
    Honest(Box<Honest>),
    Bad(Box<Bad>),
}

/// What was last on the air of each node's stream: the round, counted from 1, and by how many usual errors it was off.
pub(super) type Air = [(u32, i16)];

/// What a node did in a tick.
#[derive(Debug, Default)]
pub(super) struct Step {
    pub(super) sent: Vec<(u32, Arc<[u8]>)>,
    pub(super) tally: Tally,
    /// What its stream has put on the air.
    pub(super) told: Option<(u32, i16)>,
    pub(super) adopted: u32,
    /// Whether the node has its first expert of an honest name now.
    pub(super) is_heard: bool,
    pub(super) stormy: i32,
    /// Names that were banned, and whether they are honest.
    pub(super) banned: Vec<(Name, bool)>,
}

impl Honest {
    pub(super) fn new(run: &Run, node: u32, begins: u32, changes: bool) -> Self {
        let setup = Setup {
            mark: run.mark,
            term: 0,
            seed: run.seed ^ (u64::from(node) << 20),
            period: run.tick * TICKS,
        };
        let peer = Peer::new(identity(run.seed, node, 0), setup);
        let (first, all) = Default::default();
        Self {
            peer,
            begins,
            changes,
            first,
            all,
            excess: 0,
            worst: 0,
            due: 0,
            neighbours: Vec::new(),
            has_heard: false,
        }
    }

    fn step(&mut self, run: &Run, node: u32, tick: u64, arrived: &[Packet], air: &Air) -> Step {
        let (mut step, now, round) = (Step::default(), tick * run.tick, (tick / TICKS) as u32);
        if round < self.begins || is_away(run, node, round) {
            return step;
        }
        let samples = tick % TICKS == phase(node);
        if arrived.is_empty() && !samples && tick < self.due {
            return step;
        }
        let had = self.peer.counts().adopted;
        for packet in arrived {
            self.peer.handle(now, packet.from.into(), &packet.bytes);
        }
        if samples && run.world.is_there(node, round) {
            self.listen(run, node, round, air);
            self.observe(run, node, round, now, &mut step);
        }
        while let Some(packet) = self.peer.poll_transmit(now) {
            step.sent.push((packet.to as u32, packet.bytes.into()));
        }
        self.due = self.peer.next_timeout().map_or(u64::MAX, |then| then.div_ceil(run.tick));
        let has = self.peer.counts().adopted;
        step.adopted = has - had;
        self.events(run, &mut step);
        step
    }

    /// Hears what its contacts were surprised by in this round, as far as they came first and the air carried it.
    fn listen(&mut self, run: &Run, node: u32, round: u32, air: &Air) {
        for (number, contact) in self.neighbours.iter().enumerate() {
            let draw = random::at(run.seed, AIR + u64::from(node), u64::from(round) * 8 + number as u64);
            let (then, surprise) = air[*contact as usize];
            if then == round + 1 && draw & 0xFFFF_FFFF >= run.loss {
                self.peer.overhear((*contact).into(), surprise);
            }
        }
    }

    fn observe(&mut self, run: &Run, node: u32, round: u32, now: u64, step: &mut Step) {
        let world = &run.world;
        let sample = if self.changes { world.changed(node, round) } else { world.sample(node, round) };
        let experts = self.peer.watch().neuron();
        let (alone, swarm) = (experts.own().predict(), self.peer.predict());
        self.peer.observe(now, sample);
        step.told = Some((round + 1, self.peer.surprise()));
        if let Some(lost) = self.peer.watch().neuron().lost() {
            self.excess += i64::from(lost.all) - i64::from(lost.own);
            self.worst = self.worst.max(self.excess);
        }
        let bits = |said: i64| log2_q16(sample.abs_diff(said).saturating_mul(2).saturating_add(1));
        step.tally.push(bits(alone), bits(swarm));
        // The first samples of all show nothing but the level.
        if self.all.samples > 0 {
            if self.first.samples < FIRST {
                self.first.push(bits(alone), bits(swarm));
            }
            self.all.push(bits(alone), bits(swarm));
        } else {
            self.all.samples = 1;
        }
    }

    fn events(&mut self, run: &Run, step: &mut Step) {
        while let Some(event) = self.peer.poll_event() {
            match event {
                Event::Banned(name) => step.banned.push((name, run.honest.contains(&name))),
                Event::Regime(from, to) => {
                    step.stormy += i32::from(to != Regime::Calm) - i32::from(from != Regime::Calm);
                }
                Event::Adopted(name) => {
                    step.is_heard |= !self.has_heard && run.honest.contains(&name);
                    self.has_heard |= step.is_heard;
                }
                Event::Served(_) | Event::Lagged(_) => {}
            }
        }
    }

    /// What the node has learnt itself.
    pub(super) fn learnt(&self) -> Weights {
        self.peer.watch().neuron().own().gene().weights.map(Q16::to_bits)
    }
}

/// When in a round a node samples.
fn phase(node: u32) -> u64 {
    u64::from(node.wrapping_mul(0x9E37_79B1) >> 16) % TICKS
}

fn is_away(run: &Run, node: u32, round: u32) -> bool {
    run.churn > 0
        && random::at(run.seed, AWAY + u64::from(node), (round / OFF).into()) & 0xFFFF_FFFF < run.churn
}

impl Bad {
    pub(super) fn new(seed: u64, node: u32, attack: Attack) -> Self {
        Self { attack, who: identity(seed, node, 0), sequence: 0, told: Vec::new() }
    }

    fn step(&mut self, run: &Run, node: u32, tick: u64, arrived: &[Packet], spied: &Spied) -> Step {
        let (mut step, round) = (Step::default(), (tick / TICKS) as u32);
        if self.attack == Attack::Replay {
            let room = KEPT - self.told.len().min(KEPT);
            self.told.extend(arrived.iter().take(room).map(|packet| packet.bytes.clone()));
        }
        if tick % TICKS != phase(node) {
            return step;
        }
        let lie = random::at(run.seed, AIR + u64::from(node), round.into()) as i16 / 4;
        step.told = Some((round + 1, lie));
        for number in 0..self.attack.packets() {
            let draw = random::at(run.seed, AIM + u64::from(node), u64::from(round) * 16 + number);
            let victim = (draw % u64::from(run.nodes)) as u32;
            if let Some(bytes) = self.tell(run, node, round, victim, number, spied) {
                step.sent.push((victim, bytes));
            }
        }
        step
    }

    /// What it tells somebody now.
    fn tell(
        &mut self,
        run: &Run,
        node: u32,
        round: u32,
        victim: u32,
        number: u64,
        spied: &Spied,
    ) -> Option<Arc<[u8]>> {
        if self.attack == Attack::Replay {
            return self.told.get(number as usize * (round as usize + 1) % KEPT).cloned();
        }
        let is_new =
            self.attack.is_fresh() || self.attack.is_aimed() || round.is_multiple_of(TURN) && number == 0;
        if is_new || self.told.is_empty() {
            self.make(run, node, round, victim, number, spied);
        }
        // Two genes under one number, and now and then a vote.
        let which = if round % TURN == 1 { 1 } else { number as usize % self.told.len().max(1) };
        self.told.get(which).or(self.told.first()).cloned()
    }

    fn make(&mut self, run: &Run, node: u32, round: u32, victim: u32, number: u64, spied: &Spied) {
        if self.attack.is_fresh() {
            self.who = identity(run.seed, node, 1 + round * 16 + number as u32);
        }
        let who = if self.attack == Attack::Cartel { 0 } else { node.into() };
        let aim = Aim { world: &run.world, victim, sample: round, turn: round / TURN, who, seed: run.seed };
        let weights = craft(self.attack, spied, &aim);
        let says = |weights| Says::Gene(Learnt { samples: round * 8, scale: 5, weights });
        let signed = |says: &Says| Arc::from(sign(&self.who, &run.mark, self.sequence, says));
        self.told = vec![signed(&says(weights))];
        match self.attack {
            Attack::Equivocation => self.told.push(signed(&says(weights.map(|weight| weight / 2)))),
            Attack::Cartel => {
                self.sequence += 1;
                self.told.push(Arc::from(sign(
                    &self.who,
                    &run.mark,
                    self.sequence,
                    &Says::Vote(Regime::Storm, 9),
                )));
            }
            _ => {}
        }
        self.sequence += 1;
    }
}

impl Node {
    /// The name that it began with.
    pub(super) fn name(&self) -> Name {
        match self {
            Self::Honest(honest) => honest.peer.name(),
            Self::Bad(bad) => bad.who.name(),
        }
    }

    /// What a replay shows of it.
    pub(super) fn shown(&self, run: &Run, node: u32, round: u32) -> Shown {
        let Self::Honest(honest) = self else { return Shown { is_off: false, regime: 0, experts: 0 } };
        Shown {
            is_off: round < honest.begins || is_away(run, node, round),
            regime: honest.peer.watch().regime() as u8,
            experts: honest.peer.experts().count() as u8,
        }
    }

    /// Lives through a tick; bad nodes know what is spied out, and all hear the air.
    pub(super) fn step(
        &mut self,
        run: &Run,
        node: u32,
        tick: u64,
        arrived: &[Packet],
        told: (&Spied, &Air),
    ) -> Step {
        match self {
            Self::Honest(honest) => honest.step(run, node, tick, arrived, told.1),
            Self::Bad(bad) => bad.step(run, node, tick, arrived, told.0),
        }
    }
}
