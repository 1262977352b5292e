//! What a board is: its predictors, the sender of its live link, its regime and its counters.

use crate::{
    Keep, Source,
    form::{columns, text},
    gossip::{self, Gossip},
};
use alloc::{format, string::String, vec, vec::Vec};
use qres_core::{
    gene::{Builder, Gene, Summary, Tag},
    live::{Options, Sample, Sender, Sent},
    neuron::{Kind, LinearGene},
    num::bfp::Block,
    regime::{Regime, Watch},
    serial::{Device, Identity, Nonce, Proof, Reason, Stats, Steps, Weather, features},
    trust,
};

/// Bytes of heap in use, and of stack ever used (0 if that is not known).
pub type Memory = (u32, u32);

/// How a board is set up.
#[derive(Debug, Clone, Copy)]
pub struct Config {
    /// The chip's name, filled with zeros.
    pub chip: [u8; 12],
    /// The board's own number.
    pub id: [u8; 8],
    /// Another one each time it starts.
    pub session: u32,
    /// Milliseconds between samples.
    pub steps: Steps,
    /// The longest gene that its memory allows; there must be room to keep it, too.
    pub most: u32,
    /// Whether it sleeps between samples.
    pub sleeps: bool,
    /// How much memory is used now.
    pub memory: fn() -> Memory,
}

/// The version of this program: that of its package.
const PROGRAM: [u8; 3] = {
    const fn number(text: &str) -> u8 {
        match u8::from_str_radix(text, 10) {
            Ok(number) => number,
            Err(_) => u8::MAX,
        }
    }
    [
        number(env!("CARGO_PKG_VERSION_MAJOR")),
        number(env!("CARGO_PKG_VERSION_MINOR")),
        number(env!("CARGO_PKG_VERSION_PATCH")),
    ]
};

/// A board but for its line.
#[derive(Debug)]
pub(crate) struct Body<S, K> {
    source: S,
    keep: K,
    who: trust::Identity,
    config: Config,
    sender: Sender,
    /// One for each sensor.
    watches: Vec<Watch>,
    row: Vec<i64>,
    weather: Weather,
    /// What others had agreed on when the gene in use was made.
    summary: Option<Summary>,
    /// One for each sensor, if the board has a radio.
    gossips: Vec<Gossip>,
    /// What people may want to hear.
    news: Option<String>,
    pub(crate) stats: Stats,
}

impl<S: Source, K: Keep> Body<S, K> {
    pub(crate) fn new(source: S, keep: K, who: trust::Identity, config: Config) -> Self {
        let sensors = source.sensors();
        let options = Options { session: config.session, ..Options::default() };
        let sender = Sender::new(&columns(sensors), &text(sensors), options);
        let watches = sensors.iter().map(|_| Watch::default()).collect();
        let row = vec![0; sensors.len()];
        let (weather, stats) = (Weather::default(), Stats::default());
        let mut body = Self {
            source,
            keep,
            who,
            config,
            sender,
            watches,
            row,
            weather,
            summary: None,
            gossips: Vec::new(),
            news: None,
            stats,
        };
        if let Some(gene) = body.keep.load() {
            // One that does not fit this program any more is as good as none.
            let _ = Gene::parse(&gene).map(|gene| body.adopt(&gene));
        }
        body
    }

    pub(crate) fn source_mut(&mut self) -> &mut S {
        &mut self.source
    }

    /// What it is, for people.
    pub(crate) fn greeting(&self) -> String {
        let identity = self.identity();
        let [major, minor, patch] = identity.version;
        format!("qres {major}.{minor}.{patch} on {}, {}", identity.chip(), self.who.name())
    }

    /// Whether it sleeps between samples.
    pub(crate) const fn sleeps(&self) -> bool {
        self.config.sleeps
    }

    /// Milliseconds to the next sample.
    pub(crate) const fn step(&self) -> u32 {
        self.config.steps.of(self.weather.regime)
    }

    /// Takes a row for the time `due`; what is to be sent, if anything, is put into `packet`.
    pub(crate) fn sample(&mut self, due: u64, packet: &mut Vec<u8>) -> bool {
        if !self.source.sample(&mut self.row) {
            return false;
        }
        self.stats.rows += 1;
        self.observe();
        let time = Sample::Number(i64::try_from(due).unwrap_or(i64::MAX));
        let rest = self.row.iter().map(|value| Sample::Number(*value));
        let samples: Vec<Sample<'_>> = core::iter::once(time).chain(rest).collect();
        self.sender.row(&samples, packet) == Ok(Sent::Packet)
    }

    /// Lets the neurons see the row.
    fn observe(&mut self) {
        let (mut regime, mut mean) = (Regime::Calm, 0);
        for (watch, value) in self.watches.iter_mut().zip(&self.row) {
            let seen = watch.push(*value);
            (regime, mean) = (regime, mean).max((watch.regime(), seen.mean));
        }
        let since = if regime == self.weather.regime { self.weather.since.saturating_add(1) } else { 0 };
        self.weather = Weather { regime, mean, since };
        for ((gossip, watch), value) in self.gossips.iter_mut().zip(&mut self.watches).zip(&self.row) {
            gossip.observe(*value, watch.regime());
            if let Some(gene) = gossip.consider(&weights(watch)) {
                let mut bytes = Vec::new();
                gene.write(&mut bytes);
                // What gossip makes is a gene of this neuron.
                let _ = watch.install_gene(&bytes);
                self.news = Some(gossip.news());
            }
        }
    }

    /// Begins to hear others and to tell them.
    pub(crate) fn join(&mut self) {
        let (term, name) = (self.keep.begin_term(), self.who.name());
        let sensors = self.source.sensors().iter();
        self.gossips = sensors.map(|sensor| Gossip::new(*sensor, name, term)).collect();
        self.resume();
    }

    /// The summary gene is about the first sensor.
    fn resume(&mut self) {
        if let Some(first) = self.gossips.first_mut() {
            first.resume(self.summary.unwrap_or(gossip::NONE));
        }
    }

    /// What has been agreed on by now.
    fn agreed(&self) -> Option<Summary> {
        self.gossips.first().map(|gossip| *gossip.summary()).filter(|it| *it != gossip::NONE).or(self.summary)
    }

    /// What has happened that people may want to hear.
    pub(crate) const fn news(&mut self) -> Option<String> {
        self.news.take()
    }

    /// Takes a packet that another board has sent.
    pub(crate) fn overhear(&mut self, packet: &[u8], now: u64) {
        // Each neuron takes what is for it.
        self.gossips.iter_mut().for_each(|gossip| {
            gossip.hear(packet, now);
        });
    }

    /// The packet to send to the others now, if there is one.
    pub(crate) fn tell(&mut self, now: u64) -> Option<Vec<u8>> {
        let mut all = self.gossips.iter_mut().zip(&self.watches);
        all.find_map(|(gossip, watch)| gossip.tell(&self.who, &weights(watch), now))
    }

    /// Takes a packet from the receiver of the live link.
    pub(crate) fn asked(&mut self, packet: &[u8]) {
        self.sender.handle(packet);
    }

    /// Goes on from a gene: its neurons of this board's columns, of which the time is the first.
    fn adopt(&mut self, gene: &Gene<'_>) -> bool {
        let linear = |column| gene.neuron(Kind::Linear, column);
        let mut fits = false;
        for (watch, column) in self.watches.iter_mut().zip(1..) {
            fits |= linear(column).is_some_and(|bytes| watch.install_gene(bytes).is_ok());
        }
        if fits {
            self.summary = gene.summary();
            self.resume();
        }
        fits
    }
}

/// What the neuron of a column has learnt: a linear one.
fn weights(watch: &Watch) -> LinearGene {
    let mut gene = Vec::new();
    watch.neuron().export_gene(&mut gene);
    LinearGene::read(&gene).unwrap_or(LinearGene::FRESH)
}

impl<S: Source, K: Keep> Device for Body<S, K> {
    fn identity(&self) -> Identity {
        let able = |able: bool, feature| if able { feature } else { 0 };
        Identity {
            chip: self.config.chip,
            version: PROGRAM,
            columns: u8::try_from(self.watches.len() + 1).unwrap_or(u8::MAX),
            id: self.config.id,
            features: able(K::LASTS, features::KEEPS)
                | able(S::SENSES, features::SENSES)
                | able(self.config.sleeps, features::SLEEPS),
            most: self.config.most.min(self.keep.room()),
        }
    }

    fn prove(&self, nonce: &Nonce) -> Proof {
        Proof::new(&self.who, nonce)
    }

    fn stats(&self) -> Stats {
        let (heap, stack) = (self.config.memory)();
        Stats { heap, stack, ..self.stats }
    }

    fn weather(&self) -> Weather {
        self.weather
    }

    fn steps(&self) -> Steps {
        self.config.steps
    }

    fn set_steps(&mut self, steps: Steps) {
        self.config.steps = steps;
    }

    /// That of the gene in use, with the weights of the first sensor as they are now.
    fn summary(&self) -> Summary {
        let own = self.watches.first().map_or(LinearGene::FRESH, weights);
        Summary { weights: Block::from_q16(&own.weights), ..self.agreed().unwrap_or(gossip::NONE) }
    }

    fn export(&self) -> Vec<u8> {
        // Columns are few: what is built here is never refused.
        let mut builder = Builder::new(Some(Kind::Linear), self.watches.len() as u16 + 1);
        for (watch, column) in self.watches.iter().zip(1..) {
            let mut gene = Vec::new();
            watch.neuron().export_gene(&mut gene);
            let _ = builder.neuron(Kind::Linear, column, &gene);
        }
        if let Some(summary) = self.agreed() {
            let bytes = summary.to_bytes();
            let section =
                qres_core::gene::Section { tag: Tag::Summary, column: qres_core::gene::WHOLE, bytes: &bytes };
            let _ = builder.section(&section);
        }
        builder.finish()
    }

    fn install(&mut self, gene: &Gene<'_>) -> Result<(), Reason> {
        let fits = |column: u16| gene.neuron(Kind::Linear, column).is_some();
        if !(1..).take(self.watches.len()).any(fits) {
            return Err(Reason::Unfit);
        }
        if !self.keep.keep(gene.bytes()) {
            return Err(Reason::Unkept);
        }
        self.adopt(gene);
        Ok(())
    }
}
