//! What boards with a radio tell each other: what a neuron has learnt, one packet a neuron ([`mod@format`]).
//!
//! ```text
//! own samples ──▶ observe ──▶ window of the last 64 ─────────────────┐
//! radio ──▶ hear ──▶ checks ──▶ peers, 16 at most ──▶ merged ──▶ consider: better on the window? ──▶ an expert
//!                                  │ └──▶ an expert            tell ◀── learnt for a while, or another regime
//! ```
//! Invariants: what others say is an expert beside the board's own neuron, which counts for as much as it predicts of the
//! board's own samples ([`Experts`](qres_core::neuron::Experts)); the neuron itself learns alone, and tells its own.
//! What is kept is bounded, and so is the time that packets take, whatever comes. No I/O and no clock. Called by `body`,
//! one [`Gossip`] for each sensor.

#[doc = include_str!("FORMAT.md")]
pub mod format {}

mod packet;
#[cfg(test)]
mod tests;

pub use packet::BYTES;

use crate::Sensor;
use alloc::{collections::VecDeque, format, string::String, vec::Vec};
use packet::Packet;
use qres_core::{
    gene::{Rule, Summary, id_of},
    neuron::{Linear, LinearGene, Neuron, Origin},
    num::{Q16, bfp::Block},
    regime::Regime,
    trust::{Identity, Name},
};

/// Limit: peers that are remembered.
pub const MAX_PEERS: usize = 16;
/// Limit: signatures that are checked in [`SECOND`].
const MAX_CHECKS: u32 = 4;
/// Milliseconds.
const SECOND: u64 = 1000;
/// Tuning: milliseconds after which a peer that is silent gives its place to another.
const STALE: u64 = 6 * 3_600_000;
/// Tuning: samples that teach before the neuron is told of.
const LEARNT: u32 = 64;
/// Tuning: milliseconds between packets at least.
const PERIOD: u64 = 60_000;
/// Tuning: own samples on which others are tried.
const WINDOW: usize = 64;
/// Tuning: samples of them that only go ahead: more than the neuron's lags.
const AHEAD: usize = 12;
/// Tuning: samples without which nothing is tried.
const FEWEST: usize = 32;
/// Tuning: by how much others have to be better: by one part in so many.
const MARGIN: u64 = 16;
/// Wire: the largest weight, in Q16.16.
const MAX_WEIGHT: u32 = 16 << 16;

/// Nothing was agreed on.
pub(crate) const NONE: Summary =
    Summary { round: 0, history: [0; 32], weights: Block::ZERO, variance: Block::ZERO };

/// The origin of what the board has agreed on with others.
pub(crate) const AGREED: Origin = [0; 8];

/// What weights are for.
pub type Mark = [u8; 8];
type Weights = [i32; 8];

/// What became of a packet that was heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// It counts from now on.
    Taken,
    /// It is not a packet of this version, or says what cannot be.
    Foreign,
    /// It is about another sensor, or neurons of another kind.
    Other,
    /// It is the board's own, or not newer than what is known.
    Old,
    /// There is no place for another peer now, or no time.
    Full,
    /// It is not signed by the name that it has.
    Forged,
}

#[derive(Debug, Clone, Copy)]
struct Peer {
    name: Name,
    sequence: u64,
    weights: Weights,
    /// When it last told.
    heard: u64,
}

/// The gossip about one sensor's neuron.
#[derive(Debug)]
pub struct Gossip {
    sensor: Sensor,
    lags: [u8; 8],
    name: Name,
    /// The sequence number of the next packet.
    sequence: u64,
    peers: Vec<Peer>,
    /// The place of the one that was heard last.
    newest: usize,
    window: VecDeque<i64>,
    /// What the boards have agreed on as far as this one has taken part.
    summary: Summary,
    /// Whether something was heard that has not been tried.
    news: bool,
    /// Samples since the last trial, and since the last packet.
    tried: u32,
    learnt: u32,
    /// Whether a packet is worth while before enough has been learnt.
    changed: bool,
    regime: Regime,
    /// When it last told.
    told: Option<u64>,
    /// Signatures that may be checked before `refill`.
    checks: u32,
    refill: u64,
}

impl Gossip {
    /// Knows nobody. `term` is larger each time that `name` begins.
    pub fn new(sensor: Sensor, name: Name, term: u32) -> Self {
        Self {
            sensor,
            lags: LinearGene::FRESH.lags,
            name,
            sequence: u64::from(term) << 32,
            peers: Vec::new(),
            newest: 0,
            window: VecDeque::with_capacity(WINDOW),
            summary: NONE,
            news: false,
            tried: 0,
            learnt: 0,
            changed: false,
            regime: Regime::Calm,
            told: None,
            checks: MAX_CHECKS,
            refill: 0,
        }
    }

    /// What the board has agreed on with others.
    pub const fn summary(&self) -> &Summary {
        &self.summary
    }

    /// What happened in its last round, for people.
    pub(crate) fn news(&self) -> String {
        let (sensor, peers) = (self.sensor.name, self.peers.len());
        format!("{sensor}: hears what others have told ({peers} of them)")
    }

    /// Goes on from what others have agreed on.
    pub const fn resume(&mut self, summary: Summary) {
        self.summary = summary;
    }

    /// Takes a sample of the board, after which its column is in this regime.
    pub fn observe(&mut self, sample: i64, regime: Regime) {
        if self.window.len() == WINDOW {
            self.window.pop_front();
        }
        self.window.push_back(sample);
        self.tried = self.tried.saturating_add(1);
        self.learnt = self.learnt.saturating_add(1);
        // What a neuron knows that has seen little is not worth a packet in any regime.
        self.changed |= regime != self.regime && self.told.is_some();
        self.regime = regime;
    }

    /// What the weights of `own` are for.
    fn mark(&self) -> Mark {
        let mut what = Vec::from(self.sensor.name);
        what.extend_from_slice(&[0, self.sensor.places]);
        what.extend_from_slice(&self.lags);
        id_of(&what).first_chunk().copied().unwrap_or_default()
    }

    /// Goes by the lags of the neuron. Weights for others are of no use.
    fn follow(&mut self, own: &LinearGene) {
        if self.lags != own.lags {
            self.lags = own.lags;
            self.peers.clear();
        }
    }

    /// The packet to send now, if there is one: the board's neuron is `own`.
    pub fn tell(&mut self, who: &Identity, own: &LinearGene, now: u64) -> Option<Vec<u8>> {
        let early = self.told.is_some_and(|told| now.saturating_sub(told) < PERIOD);
        if early || (self.learnt < LEARNT && !self.changed) {
            return None;
        }
        self.follow(own);
        (self.told, self.learnt, self.changed) = (Some(now), 0, false);
        let summary = Summary { weights: Block::from_q16(&own.weights), ..self.summary };
        let packet = packet::write(who, &self.mark(), self.sequence, &summary);
        self.sequence = self.sequence.saturating_add(1);
        Some(packet)
    }

    /// Takes a packet that somebody has sent. What is cheap is checked first.
    pub fn hear(&mut self, bytes: &[u8], now: u64) -> Heard {
        let Some(packet) = Packet::read(bytes) else { return Heard::Foreign };
        let weights = packet.summary.weights.to_q16().map(Q16::to_bits);
        if weights.iter().any(|weight| weight.unsigned_abs() > MAX_WEIGHT) {
            return Heard::Foreign;
        }
        if packet.mark != self.mark() {
            return Heard::Other;
        }
        let known = self.peers.iter().position(|peer| peer.name == packet.name);
        let newest = known.and_then(|at| self.peers.get(at)).map(|peer| peer.sequence);
        if packet.name == self.name || newest.is_some_and(|newest| packet.sequence <= newest) {
            return Heard::Old;
        }
        let Some(place) = known.or_else(|| self.place(now)).filter(|_| self.may_check(now)) else {
            return Heard::Full;
        };
        if !packet.is_signed() {
            return Heard::Forged;
        }
        let peer = Peer { name: packet.name, sequence: packet.sequence, weights, heard: now };
        match self.peers.get_mut(place) {
            Some(old) => *old = peer,
            None => self.peers.push(peer),
        }
        (self.news, self.newest) = (true, place);
        Heard::Taken
    }

    /// What the peer has told that was heard last, and who it is.
    pub(crate) fn newest(&self) -> Option<(Origin, LinearGene)> {
        let peer = self.peers.get(self.newest)?;
        let weights = peer.weights.map(Q16::from_bits);
        let gene = LinearGene { lags: self.lags, weights, ..LinearGene::FRESH };
        Some((id_of(&peer.name.0).first_chunk().copied()?, gene))
    }

    /// Where another peer would go: to the end, or in place of one that is silent.
    fn place(&self, now: u64) -> Option<usize> {
        if self.peers.len() < MAX_PEERS {
            return Some(self.peers.len());
        }
        self.peers.iter().position(|peer| now.saturating_sub(peer.heard) > STALE)
    }

    /// Whether there is time for another signature.
    fn may_check(&mut self, now: u64) -> bool {
        if now >= self.refill {
            (self.checks, self.refill) = (MAX_CHECKS, now.saturating_add(SECOND));
        }
        let may = self.checks > 0;
        self.checks = self.checks.saturating_sub(1);
        may
    }

    /// What others have learnt together, if that would have been better than `own`. To be asked after each sample.
    pub fn consider(&mut self, own: &LinearGene) -> Option<LinearGene> {
        self.follow(own);
        let again = self.tried as usize >= WINDOW;
        if self.peers.is_empty() || self.window.len() < FEWEST || !(self.news || again) {
            return None;
        }
        (self.news, self.tried) = (false, 0);
        let peers: Vec<Weights> = self.peers.iter().map(|peer| peer.weights).collect();
        let mut all = peers.clone();
        all.push(own.weights.map(Q16::to_bits));
        let missed = self.missed(own);
        let trials = [peers, all].map(|weights| (merged(&weights, own), weights));
        let trials = trials.iter().map(|(gene, weights)| (self.missed(gene), gene, weights));
        let (best, gene, weights) = trials.min_by_key(|(missed, ..)| *missed)?;
        if best >= missed - missed / MARGIN {
            return None;
        }
        self.agree(gene, weights);
        Some(*gene)
    }

    /// How far a neuron with these weights would have been from the window's samples, all in all.
    fn missed(&self, gene: &LinearGene) -> u64 {
        // What is tried are the weights, not how fast they are learnt.
        let mut neuron = Linear::from_gene(LinearGene { rate: Q16::ZERO, ..*gene });
        let mut missed = 0_u64;
        for (at, sample) in self.window.iter().enumerate() {
            if at >= AHEAD {
                missed = missed.saturating_add(sample.abs_diff(neuron.predict()));
            }
            neuron.follow(*sample);
        }
        missed
    }

    /// A round has ended with `gene`, made of `weights`.
    fn agree(&mut self, gene: &LinearGene, weights: &[Weights]) {
        let mut history = Vec::from(self.summary.history);
        history.extend_from_slice(&self.mark());
        let block = Block::from_q16(&gene.weights);
        block.write(&mut history);
        self.summary = Summary {
            round: self.summary.round.saturating_add(1),
            history: id_of(&history),
            weights: block,
            variance: variance(gene, weights),
        };
    }
}

/// The neuron `own` with other weights: of each the mean without the largest and the smallest third.
fn merged(weights: &[Weights], own: &LinearGene) -> LinearGene {
    let rule = Rule::Trimmed { cut: (weights.len() / 3) as u8 };
    let mut gene = *own;
    for (at, (weight, lag)) in gene.weights.iter_mut().zip(own.lags).enumerate() {
        let mut values: Vec<i32> = weights.iter().filter_map(|one| one.get(at)).copied().collect();
        // The weight of a lag that is not used is 0.
        *weight = Q16::from_bits(if lag == 0 { 0 } else { rule.of(&mut values) });
    }
    gene
}

/// How much `weights` differ from what was made of them: the mean square, weight by weight.
fn variance(gene: &LinearGene, weights: &[Weights]) -> Block<8> {
    let mut squares = [0_i64; 8];
    for one in weights {
        for ((square, weight), mean) in squares.iter_mut().zip(one).zip(&gene.weights) {
            let far = i64::from(*weight) - i64::from(mean.to_bits());
            // Below 16 * 2^42: weights are within +-16.
            *square += far * far;
        }
    }
    let count = weights.len().max(1) as i64;
    Block::from_scaled(&squares.map(|square| square / count), 32)
}
