//! The peer itself: what comes in, what goes out, and when.

use super::{
    Address,
    budget::Budget,
    contacts::Contacts,
    names::Names,
    neighbours::{Neighbours, Usual},
    packet::{self, GENE_BYTES, HELD, Learnt, Packet, Says, Signed},
    slots::{Slot, Slots, Verdict},
    window::Window,
};
use crate::{
    neuron::{LinearGene, Neuron, Origin},
    num::{Q16, log2_q16, random},
    regime::{Regime, Seen, Watch},
    trust::{Identity, Name},
};
use alloc::{boxed::Box, collections::VecDeque, vec::Vec};

/// What numbers are about: see the format.
pub type Mark = [u8; 8];

/// The mark of what a text names, say `temperature, 2 places`.
pub fn mark_of(text: &[u8]) -> Mark {
    packet::id_of(text).to_le_bytes()
}

/// Limit: packets that wait to be sent, and events to be taken.
const WAITING: usize = 16;
/// Tuning: samples after which the own gene is told for the first time; then after four times as many, and so on, and from
/// some number on after each as many.
const LEARNT: u32 = 64;
const MOST_LEARNT: u32 = 4096;
/// Tuning: how often what is the peer's own is told.
const PUSHES: u8 = 4;
/// Tuning: periods between hellos, and how many a newcomer sends one each period; periods between answers to one contact.
const SETTLED: u64 = 64;
const NEW: u8 = 6;
const ANSWERS: u64 = 8;
/// Genes of an answer: what was asked with is as long as one.
const ANSWER: usize = 3;
/// Names without which nobody can say whether the world is stirred.
const FEW: usize = 3;

/// What a peer begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setup {
    /// What its samples are.
    pub mark: Mark,
    /// Larger each time that its name begins.
    pub term: u32,
    /// What it draws from; another one for each peer.
    pub seed: u64,
    /// Milliseconds between two packets of its own accord, at least: that of its samples, say.
    pub period: u64,
}

/// A packet to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transmit {
    /// Whom to.
    pub to: Address,
    /// A datagram.
    pub bytes: Vec<u8>,
}

/// What became of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// A gene that is an expert from now on, a vote that counts, evidence that holds, a hello that is answered.
    Taken,
    /// Not a packet of this version.
    Foreign,
    /// About something else.
    Other,
    /// The peer's own, known, or not the newest of its name.
    Old,
    /// It would not have predicted the own samples better.
    Useless,
    /// No time to check it now.
    Busy,
    /// Its name is banned, or its sender has sent forged packets.
    Ignored,
    /// Not signed by its name.
    Forged,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A gene of this name is an expert now.
    Adopted(Name),
    /// A gene of this name has predicted better than the own neuron.
    Served(Name),
    /// Nothing more of this name is heard.
    Banned(Name),
    /// The regime has changed.
    Regime(Regime, Regime),
    /// So many events were lost because nobody took them.
    Lagged(u32),
}

/// Whose fault it is that samples are unusual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum World {
    /// Most of the names that were heard of late see it, too.
    Stirred,
    /// Most of them are calm: look at the sensor.
    Calm,
    /// Too few are heard.
    Unknown,
}

/// What has come and gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Bytes and packets sent.
    pub sent: (u64, u64),
    /// Bytes and packets that came.
    pub heard: (u64, u64),
    /// Signatures checked.
    pub checks: u32,
    /// Genes that became experts.
    pub adopted: u32,
}

/// A peer of a swarm, for one series.
#[derive(Debug)]
pub struct Peer {
    who: Identity,
    mark: Mark,
    seed: u64,
    period: u64,
    sequence: u64,
    draws: u32,
    watch: Watch,
    window: Window,
    usual: Usual,
    /// The last sample's error, in usual ones, Q10.
    surprise: i16,
    neighbours: Option<Box<Neighbours>>,
    slots: Slots,
    contacts: Contacts,
    names: Names,
    /// Samples seen, and after how many the own gene is told.
    learnt: u32,
    due: u32,
    /// The own gene as it was told, a vote and evidence, and how often each is still to be told.
    own: Option<(Vec<u8>, u8)>,
    vote: Option<(Vec<u8>, u8)>,
    evidence: Option<(Vec<u8>, u8)>,
    out: VecDeque<Transmit>,
    events: VecDeque<Event>,
    lagged: u32,
    budget: Budget,
    next_push: u64,
    next_hello: u64,
    hellos: u8,
    counts: Counts,
}

impl Peer {
    /// One that knows nobody and has seen nothing.
    pub fn new(who: Identity, setup: Setup) -> Self {
        let mut peer = Self {
            who,
            mark: setup.mark,
            seed: setup.seed,
            period: setup.period,
            sequence: u64::from(setup.term) << 32,
            draws: 0,
            watch: Watch::default(),
            window: Window::default(),
            usual: Usual::default(),
            surprise: 0,
            neighbours: None,
            slots: Slots::default(),
            contacts: Contacts::default(),
            names: Names::default(),
            learnt: 0,
            due: LEARNT,
            own: None,
            vote: None,
            evidence: None,
            out: VecDeque::new(),
            events: VecDeque::new(),
            lagged: 0,
            budget: Budget::default(),
            next_push: 0,
            next_hello: 0,
            hellos: 0,
            counts: Counts::default(),
        };
        peer.next_hello = peer.jitter(1);
        peer
    }

    /// The name that it signs with.
    pub fn name(&self) -> Name {
        self.who.name()
    }

    /// The column, its neuron and the experts beside it.
    pub const fn watch(&self) -> &Watch {
        &self.watch
    }

    /// What has come and gone.
    pub const fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Names that it has banned so far.
    pub const fn bans(&self) -> usize {
        self.names.bans()
    }

    /// The names whose genes it hears, and by how many bits (Q16) each was ahead of its own neuron of late.
    pub fn experts(&self) -> impl Iterator<Item = (&Name, i64)> {
        self.slots.iter().map(|slot| (&slot.name, slot.credit))
    }

    /// Lets the neuron go on from a gene of its own, from before it began.
    pub fn install(&mut self, gene: &LinearGene) {
        self.watch.install(gene);
    }

    /// Knows whom it can send to. The first few that are named stay; those who only talk never take their places.
    pub fn meet(&mut self, contact: Address) {
        self.contacts.meet(contact);
    }

    /// Says how much energy is left, in hundredths.
    pub const fn set_energy(&mut self, hundredths: u8) {
        self.budget.set_energy(hundredths);
    }

    /// Milliseconds until the next sample, by the regime.
    pub fn pace(&mut self) -> u64 {
        let draw = self.draw();
        self.budget.pace(self.watch.regime(), draw)
    }

    /// Whether others see it too, when the own samples are unusual.
    pub fn world(&self, now: u64) -> World {
        match self.names.votes(now) {
            (heard, _) if heard < FEW => World::Unknown,
            (heard, stirred) if 2 * stirred > heard => World::Stirred,
            _ => World::Calm,
        }
    }

    /// Hears what a neighbour was surprised by in this round, as its [`Self::surprise`] is, from packets of its stream that
    /// are on the air anyway.
    pub fn overhear(&mut self, from: Address, surprise: i16) {
        self.neighbours.get_or_insert_with(|| Box::new(Neighbours::new())).hear(from, surprise);
    }

    /// The next sample, by its own neuron, what others have learnt, and what neighbours are surprised by.
    pub fn predict(&self) -> i64 {
        let correction = self.neighbours.as_ref().map_or(0, |neighbours| neighbours.correction(&self.usual));
        self.watch.neuron().predict().saturating_add(correction)
    }

    /// By how many usual errors (Q10, within +-8) the last sample was off what was predicted without neighbours.
    pub const fn surprise(&self) -> i16 {
        self.surprise
    }

    /// Takes a sample of its own.
    pub fn observe(&mut self, now: u64, sample: i64) -> Seen {
        let alone = self.watch.neuron().own().predict();
        let seen = self.watch.push(sample);
        let error = sample.saturating_sub(seen.predicted);
        self.surprise = self.usual.normalised(error);
        self.neighbours.iter_mut().for_each(|neighbours| neighbours.learn(self.surprise));
        self.usual.push(error);
        self.window.push(sample, sample.abs_diff(alone));
        self.judge(now);
        self.learnt = self.learnt.saturating_add(1);
        if self.learnt >= self.due {
            self.due = self.learnt.saturating_add((self.learnt * 3).min(MOST_LEARNT));
            self.tell_own();
        }
        if let Some((from, to)) = seen.regime {
            self.event(Event::Regime(from, to));
            if to > from {
                self.vote = Some((self.sign(&Says::Vote(to, 0)), 2));
            }
        }
        seen
    }

    /// Gives credit where it is due.
    fn judge(&mut self, now: u64) {
        let Some(lost) = self.watch.neuron().lost() else { return };
        let (mut told, is_calm) = (Vec::new(), self.watch.regime() == Regime::Calm);
        self.slots.judge(lost, |slot, verdict| told.push((slot.name, slot.from, verdict)));
        for (name, from, verdict) in told {
            match verdict {
                Verdict::Served => {
                    self.names.served(&name, now);
                    self.contacts.credit(from);
                    self.event(Event::Served(name));
                }
                // When the world changes, whoever was right is wrong.
                Verdict::Misled if is_calm && self.names.misled(&name, now) => {
                    self.event(Event::Banned(name))
                }
                Verdict::Misled => {}
            }
        }
    }

    /// The own gene is worth telling, as it is now.
    fn tell_own(&mut self) {
        let scale = self.window.trial().map_or(0, |trial| trial.usual);
        let weights = self.watch.neuron().own().gene().weights.map(Q16::to_bits);
        let learnt = Learnt { samples: self.learnt, scale: (log2_q16(scale) >> 16) as u8, weights };
        self.own = Some((self.sign(&Says::Gene(learnt)), PUSHES));
    }

    fn sign(&mut self, says: &Says) -> Vec<u8> {
        let packet = packet::sign(&self.who, &self.mark, self.sequence, says);
        self.sequence = self.sequence.saturating_add(1);
        packet
    }

    /// Takes a packet that came from a contact. What is cheap is checked first.
    pub fn handle(&mut self, now: u64, from: Address, bytes: &[u8]) -> Heard {
        let (all, packets) = self.counts.heard;
        self.counts.heard = (all + bytes.len() as u64, packets + 1);
        let Some(packet) = Packet::read(bytes) else { return Heard::Foreign };
        if *packet.mark() != self.mark {
            return Heard::Other;
        }
        if !self.contacts.hears(from, now) {
            return Heard::Ignored;
        }
        let heard = match packet {
            Packet::Hello(_, held) => self.answer(now, from, &held),
            Packet::Evidence(one, other) => self.convict(now, &one, &other, bytes),
            Packet::Signed(signed) => self.signed(now, from, &signed),
        };
        if heard == Heard::Forged {
            self.contacts.strike(from);
        }
        heard
    }

    fn signed(&mut self, now: u64, from: Address, signed: &Signed<'_>) -> Heard {
        if self.names.is_banned(&signed.name) {
            return Heard::Ignored;
        }
        if signed.name == self.who.name() {
            return Heard::Old;
        }
        if let Some(slot) = self.slots.find(&signed.name, signed.sequence) {
            let told = slot.packet;
            return if told[..] == *signed.bytes { Heard::Old } else { self.compare(now, &told, signed) };
        }
        if self.names.newest(&signed.name).is_some_and(|newest| newest >= signed.sequence) {
            return Heard::Old;
        }
        match signed.says {
            Says::Gene(learnt) => self.offer(now, from, signed, &learnt),
            Says::Vote(regime, _) => self.check(now, signed, |peer| {
                peer.names.hear(&signed.name, signed.sequence, now);
                peer.names.vote(&signed.name, regime, now);
            }),
        }
    }

    /// Does something if the signature is good.
    fn check(&mut self, now: u64, signed: &Signed<'_>, then: impl FnOnce(&mut Self)) -> Heard {
        if !self.budget.may_check(1, now) {
            return Heard::Busy;
        }
        self.counts.checks = self.counts.checks.saturating_add(1);
        if !signed.is_good() {
            return Heard::Forged;
        }
        then(self);
        Heard::Taken
    }

    /// A gene that nobody has vouched for: it is tried, and checked only if it would be heard.
    fn offer(&mut self, now: u64, from: Address, signed: &Signed<'_>, learnt: &Learnt) -> Heard {
        // As long as nothing can be tried only those are heard who were asked: anybody might be first.
        let place = match self.window.trial() {
            Some(trial) => self.slots.place(&signed.name, &learnt.weights, &trial),
            None if self.contacts.is_asked(from) => self.slots.cold_place(&signed.name, from),
            None => None,
        };
        let Some(place) = place else { return Heard::Useless };
        let Ok(packet) = <[u8; GENE_BYTES]>::try_from(signed.bytes) else { return Heard::Foreign };
        self.check(now, signed, |peer| {
            let origin: Origin = signed.name.0.first_chunk().copied().unwrap_or_default();
            let place = peer.watch.seat(place, origin, &learnt.gene());
            peer.slots.seat(place, Slot::new(packet, signed.name, signed.sequence, learnt.weights, from));
            peer.names.hear(&signed.name, signed.sequence, now);
            peer.counts.adopted = peer.counts.adopted.saturating_add(1);
            peer.event(Event::Adopted(signed.name));
        })
    }

    /// Two packets of one name and sequence that differ: which is a fault of the name, if both are signed.
    fn compare(&mut self, now: u64, told: &[u8], other: &Signed<'_>) -> Heard {
        let Some(Packet::Signed(one)) = Packet::read(told) else { return Heard::Old };
        if !one.contradicts(other) {
            return Heard::Old;
        }
        let evidence = packet::evidence(told, other.bytes);
        self.check(now, other, |peer| peer.ban(&other.name, evidence))
    }

    /// Somebody shows that a name has told one thing to some and another to others.
    fn convict(&mut self, now: u64, one: &Signed<'_>, other: &Signed<'_>, bytes: &[u8]) -> Heard {
        if self.names.is_banned(&one.name) {
            return Heard::Old;
        }
        // The second check is paid for here, the first below.
        if !self.budget.may_check(1, now) {
            return Heard::Busy;
        }
        self.counts.checks = self.counts.checks.saturating_add(1);
        if !other.is_good() {
            return Heard::Forged;
        }
        self.check(now, one, |peer| peer.ban(&one.name, bytes.to_vec()))
    }

    fn ban(&mut self, name: &Name, evidence: Vec<u8>) {
        self.names.ban(name);
        self.evidence = Some((evidence, PUSHES));
        self.event(Event::Banned(*name));
    }

    /// Answers a hello with genes that are not held: the own one, and those that have served most.
    fn answer(&mut self, now: u64, from: Address, held: &[u64; HELD]) -> Heard {
        if !self.contacts.may_answer(from, now, self.period.saturating_mul(ANSWERS)) {
            return Heard::Busy;
        }
        let mut served: Vec<&Slot> = self.slots.iter().filter(|slot| slot.credit > 0).collect();
        served.sort_by_key(|slot| core::cmp::Reverse(slot.credit));
        let own = self.own.iter().map(|(packet, _)| &packet[..]);
        let genes = own.chain(served.iter().map(|slot| &slot.packet[..]));
        let wanted = genes.filter(|packet| held.binary_search(&packet::id_of(packet)).is_err());
        let genes: Vec<Vec<u8>> = wanted.take(ANSWER).map(<[u8]>::to_vec).collect();
        genes.into_iter().for_each(|bytes| self.send(now, from, bytes));
        Heard::Taken
    }

    /// The next packet to send. To be asked until there is none.
    pub fn poll_transmit(&mut self, now: u64) -> Option<Transmit> {
        if self.out.is_empty() && now >= self.next_push {
            self.push(now);
        }
        if self.out.is_empty() && now >= self.next_hello {
            self.greet(now);
        }
        let transmit = self.out.pop_front()?;
        let (bytes, packets) = self.counts.sent;
        self.counts.sent = (bytes + transmit.bytes.len() as u64, packets + 1);
        Some(transmit)
    }

    /// Says something of its own accord, if there is something to say.
    fn push(&mut self, now: u64) {
        let Some((bytes, from)) = self.subject() else { return };
        self.next_push = now.saturating_add(self.jitter(1));
        let draws = [self.draw(), self.draw()];
        let contacts = self.contacts.draw(from, draws);
        contacts.into_iter().flatten().for_each(|to| self.send(now, to, bytes.clone()));
    }

    /// What to say: evidence, a vote, the own gene, one that has served; and whom not to tell.
    fn subject(&mut self) -> Option<(Vec<u8>, Option<Address>)> {
        for told in [&mut self.evidence, &mut self.vote, &mut self.own] {
            if let Some((bytes, left)) = told.as_mut().filter(|(_, left)| *left > 0) {
                *left -= 1;
                return Some((bytes.clone(), None));
            }
        }
        let slot = self.slots.next(|name| self.names.influence(name))?;
        slot.pushes -= 1;
        Some((slot.packet.to_vec(), Some(slot.from)))
    }

    /// Whether there is something to say.
    fn has_subject(&self) -> bool {
        let own = [&self.evidence, &self.vote, &self.own];
        own.iter().any(|told| told.as_ref().is_some_and(|(_, left)| *left > 0))
            || self.slots.iter().any(|slot| slot.pushes > 0 && slot.credit > 0)
    }

    /// Asks a contact for genes.
    fn greet(&mut self, now: u64) {
        let is_new = self.hellos < NEW && self.slots.iter().count() < HELD;
        self.hellos = self.hellos.saturating_add(1);
        self.next_hello = now.saturating_add(self.jitter(if is_new { 1 } else { SETTLED }));
        let mut held = [0; HELD];
        held.iter_mut().zip(self.slots.iter()).for_each(|(id, slot)| *id = packet::id_of(&slot.packet));
        let draw = self.draw();
        if let Some(to) = self.contacts.ask(draw) {
            self.send(now, to, packet::hello(&self.mark, held));
        }
    }

    fn send(&mut self, now: u64, to: Address, bytes: Vec<u8>) {
        if self.out.len() < WAITING && self.budget.pay(bytes.len(), now) {
            self.out.push_back(Transmit { to, bytes });
        }
    }

    /// When [`Self::poll_transmit`] has to be asked again at the latest, if nothing happens before.
    pub fn next_timeout(&self) -> Option<u64> {
        if !self.out.is_empty() {
            return Some(0);
        }
        self.contacts.addresses().next()?;
        Some(if self.has_subject() { self.next_push.min(self.next_hello) } else { self.next_hello })
    }

    /// The next thing that happened. To be asked until there is none.
    pub fn poll_event(&mut self) -> Option<Event> {
        if self.lagged > 0 {
            return Some(Event::Lagged(core::mem::take(&mut self.lagged)));
        }
        self.events.pop_front()
    }

    fn event(&mut self, event: Event) {
        if self.events.len() == WAITING {
            self.events.pop_front();
            self.lagged = self.lagged.saturating_add(1);
        }
        self.events.push_back(event);
    }

    fn draw(&mut self) -> u64 {
        self.draws = self.draws.wrapping_add(1);
        random::at(self.seed, 0, self.draws.into())
    }

    /// So many periods, and up to half of that more or less.
    fn jitter(&mut self, periods: u64) -> u64 {
        let whole = self.period.saturating_mul(periods);
        whole / 2 + self.draw().checked_rem(whole.max(1)).unwrap_or(0)
    }
}
