//! What a board is: its predictors, the sender of its live link, its regime and its counters.

use crate::{
    Keep, Source, Start,
    form::{columns, text},
    gossip::{self, Gossip, Heard},
    keep,
    start::{Boot, ROWS},
};
use alloc::{format, string::String, vec, vec::Vec};
use qres_core::{
    gene::{Builder, Gene, Summary, Tag},
    live::{Options, Sample, Sender, Sent},
    neuron::{Kind, LinearGene},
    num::bfp::Block,
    regime::Watch,
    serial::{Device, Identity, Nonce, Pace, Proof, Reason, Stats, Steps, Weather, features},
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
    /// Milliseconds between samples, unless a host has asked for others for a while.
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

/// What has become of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sampled {
    /// There is no row yet.
    Nothing,
    /// The receiver knows it without being told.
    Silent,
    /// A packet is to be sent.
    Packet,
}

/// A board but for its line.
#[derive(Debug)]
pub(crate) struct Body<S, K> {
    source: S,
    keep: K,
    who: trust::Identity,
    boot: Boot,
    config: Config,
    /// What a host has asked for, and until when.
    lease: Option<(Steps, u64)>,
    sender: Sender,
    /// One for each sensor.
    watches: Vec<Watch>,
    /// What came from each sensor last.
    row: Vec<Option<i64>>,
    weather: Weather,
    /// What others had agreed on when the gene in use was made.
    summary: Option<Summary>,
    /// One for each sensor, if the board has a radio.
    gossips: Vec<Gossip>,
    /// What people may want to hear.
    news: Vec<String>,
    pub(crate) stats: Stats,
}

impl<S: Source, K: Keep> Body<S, K> {
    pub(crate) fn new(source: S, keep: K, start: Start, config: Config) -> Self {
        let Start { who, boot, remarks } = start;
        let sensors = source.sensors();
        let options = Options { session: config.session, ..Options::default() };
        let sender = Sender::new(&columns(sensors, None), &text(sensors), options);
        let watches = sensors.iter().map(|_| Watch::default()).collect();
        let row = vec![Some(0); sensors.len()];
        let (safe, restarts, reset) = (boot.is_safe(), boot.restarts, boot.reset);
        let (weather, stats) = (Weather::default(), Stats { safe, restarts, reset, ..Stats::default() });
        let mut body = Self {
            source,
            keep,
            who,
            boot,
            config,
            lease: None,
            sender,
            watches,
            row,
            weather,
            summary: None,
            gossips: Vec::new(),
            news: remarks.into_iter().map(String::from).collect(),
            stats,
        };
        if !body.boot.is_safe() {
            body.load();
        }
        body
    }

    /// Goes on from the gene that was kept.
    fn load(&mut self) {
        let gene = self.keep.load();
        self.news.extend(keep::remark(&gene).map(String::from));
        // One that does not fit this program any more is as good as none.
        let _ = gene.found().map(|gene| Gene::parse(&gene).map(|gene| self.adopt(&gene)));
    }

    /// Whether this start has not failed.
    pub(crate) const fn has_settled(&self) -> bool {
        self.stats.rows >= ROWS
    }

    pub(crate) fn source_mut(&mut self) -> &mut S {
        &mut self.source
    }

    /// What it is, for people.
    pub(crate) fn greeting(&self) -> String {
        let identity = self.identity();
        let [major, minor, patch] = identity.version;
        let how = self.boot.words();
        format!("qres {major}.{minor}.{patch} on {}, {}{how}", identity.chip(), self.who.name())
    }

    /// Whether it sleeps between samples.
    pub(crate) const fn sleeps(&self) -> bool {
        self.config.sleeps
    }

    /// Milliseconds to the next sample.
    pub(crate) fn step(&self) -> u32 {
        self.steps().of(self.weather.regime)
    }

    /// Takes a row for the time `due`; what is to be sent, if anything, is put into `packet`. The cell of a sensor from
    /// which nothing comes is empty.
    pub(crate) fn sample(&mut self, due: u64, packet: &mut Vec<u8>) -> Sampled {
        let before = self.row.clone();
        if !self.source.sample(&mut self.row) {
            return Sampled::Nothing;
        }
        self.stats.rows += 1;
        self.listen(&before);
        self.observe();
        let time = Sample::Number(i64::try_from(due).unwrap_or(i64::MAX));
        let rest = self.row.iter().map(|value| value.map_or(Sample::Word(b""), Sample::Number));
        let samples: Vec<Sample<'_>> = core::iter::once(time).chain(rest).collect();
        if self.sender.row(&samples, packet) == Ok(Sent::Packet) { Sampled::Packet } else { Sampled::Silent }
    }

    /// Tells which sensors have fallen silent, and which speak again.
    fn listen(&mut self, before: &[Option<i64>]) {
        for ((sensor, value), before) in self.source.sensors().iter().zip(&self.row).zip(before) {
            let what = match (value.is_some(), before.is_some()) {
                (false, true) => "the sensor does not answer: its cells are empty",
                (true, false) => "the sensor answers again",
                _ => continue,
            };
            self.news.push(format!("{}: {what}", sensor.name));
        }
    }

    /// Lets the neurons see the row.
    fn observe(&mut self) {
        let seen = self.watches.iter_mut().zip(&self.row).filter_map(|(watch, value)| {
            let seen = watch.push((*value)?);
            Some((watch.regime(), seen.mean))
        });
        let (regime, mean) = seen.max().unwrap_or((self.weather.regime, self.weather.mean));
        let since = if regime == self.weather.regime { self.weather.since.saturating_add(1) } else { 0 };
        self.weather = Weather { regime, mean, since };
        for ((gossip, watch), value) in self.gossips.iter_mut().zip(&mut self.watches).zip(&self.row) {
            let Some(value) = value else { continue };
            gossip.observe(*value, watch.regime());
            if let Some(gene) = gossip.consider(&weights(watch)) {
                watch.admit(gossip::AGREED, &gene);
                self.news.push(gossip.news());
            }
        }
    }

    /// Begins to hear others and to tell them, unless it is in safe mode.
    pub(crate) fn join(&mut self) {
        if self.boot.is_safe() {
            return;
        }
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
    pub(crate) fn news(&mut self) -> Vec<String> {
        core::mem::take(&mut self.news)
    }

    /// Takes a packet that another board has sent.
    pub(crate) fn overhear(&mut self, packet: &[u8], now: u64) {
        // Each neuron takes what is for it.
        for (gossip, watch) in self.gossips.iter_mut().zip(&mut self.watches) {
            if gossip.hear(packet, now) == Heard::Taken
                && let Some((origin, gene)) = gossip.newest()
            {
                watch.admit(origin, &gene);
            }
        }
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

    /// Goes on from a gene: its neurons of this board's columns, of which the time is the first. The next hello of the live
    /// link says what it knows.
    fn adopt(&mut self, gene: &Gene<'_>) -> bool {
        let mut fits = false;
        for (watch, column) in self.watches.iter_mut().zip(1..) {
            let Some(linear) = gene.linear(column) else { continue };
            watch.install(&linear);
            fits = true;
        }
        if fits {
            let sensors = self.source.sensors();
            self.sender.change(&columns(sensors, Some(gene)), &text(sensors));
            self.summary = gene.summary();
            self.resume();
        }
        fits
    }
}

/// What the neuron of a column has learnt alone.
fn weights(watch: &Watch) -> LinearGene {
    watch.neuron().own().gene()
}

impl<S: Source, K: Keep> Device for Body<S, K> {
    fn identity(&self) -> Identity {
        let able = |able: bool, feature| if able { feature } else { 0 };
        Identity {
            chip: self.config.chip,
            version: PROGRAM,
            columns: u8::try_from(self.watches.len() + 1).unwrap_or(u8::MAX),
            id: self.config.id,
            features: able(self.keep.lasts(), features::KEEPS)
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
        let lease = self.lease.filter(|(_, until)| self.stats.uptime < *until);
        lease.map_or(self.config.steps, |(steps, _)| steps)
    }

    fn lease(&self) -> u32 {
        let until = self.lease.map_or(0, |(_, until)| until);
        u32::try_from(until.saturating_sub(self.stats.uptime)).unwrap_or(u32::MAX)
    }

    fn set_pace(&mut self, Pace { steps, lease }: Pace) {
        self.lease = Some((steps, self.stats.uptime.saturating_add(lease.into())));
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
            weights(watch).write(&mut gene);
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
