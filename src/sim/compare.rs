//! Rules against attacks: newcomers who are told genes by sixteen others, of whom a share lies.
//!
//! Each newcomer is told once in 64 samples. A merging rule puts what it makes of the genes in the place of the newcomer's own
//! weights, which then go on learning by least mean squares; an expert stays beside them. Bits are those of what is missed,
//! by one adaptive Laplace coder for all.

use super::{
    attack::Attack,
    lie::{Aim, Spied, Weights, craft},
    node::identity,
    scenario::{Scenario, Share},
    series::World,
};
use crate::{
    failure::Outcome,
    text::grid::{Align, Grid},
};
use clap::ValueEnum;
use qres_core::{
    neuron::{Linear, Neuron},
    num::{Q16, log2_q16, random},
    swarm::{
        Learnt, Peer, Says, Setup, mark_of,
        rules::{ALL, Aggregate},
        sign,
    },
    trust::Identity,
};
use rayon::prelude::*;

/// Peers that tell a newcomer something, and samples between two times.
const PEERS: usize = 16;
const EVERY: usize = 64;
/// Bad ones that merging rules reckon with.
const RECKONED: usize = 5;
/// Samples that count.
const SAMPLES: usize = 500;
/// Samples that honest peers have seen before the newcomer begins.
const AHEAD: usize = 512;
/// Shares of bad peers, in hundredths.
const SHARES: [u32; 5] = [0, 20, 33, 50, 90];
/// The stream that peers are drawn from.
const DRAWN: u64 = 8 << 40;

/// What a newcomer predicts with.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// Experts beside a neuron that learns alone.
    Experts,
    /// Least mean squares and nothing else.
    Lms,
    /// Weights that a rule has merged, and least mean squares from there.
    Merged(&'static dyn Aggregate),
}

impl Way {
    fn name(self) -> &'static str {
        match self {
            Self::Experts => "experts",
            Self::Lms => "alone, NLMS",
            Self::Merged(rule) => rule.name(),
        }
    }
}

/// A rule's excess over learning alone, in bits a sample.
#[derive(Debug, serde::Serialize)]
struct Line {
    rule: &'static str,
    /// For each share, that of the attack that is worst for the rule in the mean, and its name.
    worst: Vec<(f64, String)>,
}

/// Rules against attacks.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Comparison {
    schema: &'static str,
    newcomers: u32,
    samples: usize,
    seed: u64,
    alone_bits: f64,
    shares: Vec<Share>,
    lines: Vec<Line>,
}

/// Compares all rules under all attacks of the scenario, or all there are.
///
/// # Errors
///
/// Where the scenario cannot be, or its data cannot be read.
pub(crate) fn compare(scenario: &Scenario, newcomers: u32, mut tell: impl FnMut(u64)) -> Outcome<Comparison> {
    scenario.check()?;
    let rounds = (AHEAD + SAMPLES + EVERY) as u32;
    let world = World::new(&Scenario { rounds, ..scenario.clone() })?;
    let ways: Vec<Way> = [Way::Experts].into_iter().chain(ALL.map(Way::Merged)).chain([Way::Lms]).collect();
    let named: Vec<Attack> = scenario.attack.iter().map(|one| one.kind).collect();
    let attacks: Vec<Attack> =
        Attack::value_variants().iter().copied().filter(|attack| counts(*attack, &named)).collect();
    let taught: Vec<Vec<Weights>> =
        (0..newcomers * 2).into_par_iter().map(|node| lessons(&world, node)).collect();
    let alone: Vec<Vec<u32>> =
        (0..newcomers).into_par_iter().map(|node| bits(&world, node, Way::Experts, &[])).collect();
    let alone = mean(alone.iter().map(|bits| total(bits)));
    let mut excess = vec![vec![(f64::MIN, String::new()); SHARES.len()]; ways.len()];
    for (at, share) in SHARES.iter().enumerate() {
        for attack in attacks
            .iter()
            .filter(|_| *share > 0)
            .map(|attack| Some(*attack))
            .chain((*share == 0).then_some(None))
        {
            let told: Vec<Vec<Vec<Weights>>> = (0..newcomers)
                .into_par_iter()
                .map(|node| told(&world, scenario.seed, node, &taught, attack, *share))
                .collect();
            for (way, excess) in ways.iter().zip(&mut excess) {
                let of = |node: u32| total(&bits(&world, node, *way, &told[node as usize]));
                let all: Vec<f64> = (0..newcomers).into_par_iter().map(of).collect();
                let over = mean(all.into_iter()) - alone;
                if over > excess[at].0 {
                    excess[at] = (over, attack.map_or_else(String::new, Attack::name));
                }
            }
            tell(1);
        }
    }
    let lines = ways.iter().zip(excess).map(|(way, worst)| Line { rule: way.name(), worst }).collect();
    let shares = SHARES.iter().map(|share| f64::from(*share) / 100.0).collect();
    Ok(Comparison {
        schema: "qres.sim.compare/1",
        newcomers,
        samples: SAMPLES,
        seed: scenario.seed,
        alone_bits: alone,
        shares,
        lines,
    })
}

/// Attacks and shares that are compared, for the bar.
pub(crate) fn steps(scenario: &Scenario) -> u64 {
    let named: Vec<Attack> = scenario.attack.iter().map(|one| one.kind).collect();
    let attacks = Attack::value_variants().iter().filter(|attack| counts(**attack, &named)).count();
    (attacks * (SHARES.len() - 1) + 1) as u64
}

/// Whether an attack is by what is told, and not by whom, how often or to whom.
fn counts(attack: Attack, named: &[Attack]) -> bool {
    let by_telling = !matches!(
        attack,
        Attack::Equivocation
            | Attack::Whitewash
            | Attack::Sybil
            | Attack::Eclipse
            | Attack::Replay
            | Attack::Withhold
            | Attack::RegimeChange
    );
    by_telling && (named.is_empty() || named.contains(&attack))
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    sum / f64::max(count, 1.0)
}

/// Bits a sample.
fn total(bits: &[u32]) -> f64 {
    mean(bits.iter().map(|bits| f64::from(*bits) / 65_536.0))
}

/// What a node has learnt alone by each time that it may tell it.
fn lessons(world: &World, node: u32) -> Vec<Weights> {
    let mut neuron = Linear::new();
    let mut lessons = Vec::new();
    for row in 0..AHEAD + SAMPLES {
        if row >= AHEAD && (row - AHEAD).is_multiple_of(EVERY) {
            lessons.push(neuron.gene().weights.map(Q16::to_bits));
        }
        neuron.adapt(world.sample(node, row as u32));
    }
    lessons
}

/// What a newcomer is told, time by time, by each peer.
fn told(
    world: &World,
    seed: u64,
    node: u32,
    taught: &[Vec<Weights>],
    attack: Option<Attack>,
    share: u32,
) -> Vec<Vec<Weights>> {
    let bad = (PEERS * share as usize + 50) / 100;
    let peer = |at: usize| {
        let draw = random::at(seed, DRAWN + u64::from(node), at as u64) as usize % (taught.len() - 1);
        // Anybody but the newcomer.
        &taught[draw + usize::from(draw >= node as usize)]
    };
    let turn = |turn: usize| {
        let honest: Vec<Weights> = (bad..PEERS).map(|at| peer(at)[turn]).collect();
        let spied = Spied::new(&honest);
        let aim = |who: usize| Aim {
            world,
            victim: node,
            sample: (AHEAD + turn * EVERY) as u32,
            turn: turn as u32,
            who: who as u64,
            seed,
        };
        let lies = (0..bad).filter_map(|who| Some(craft(attack?, &spied, &aim(who))));
        lies.chain(honest.iter().copied()).collect()
    };
    (0..SAMPLES.div_ceil(EVERY)).map(turn).collect()
}

/// The bits of each of a newcomer's samples.
fn bits(world: &World, node: u32, way: Way, told: &[Vec<Weights>]) -> Vec<u32> {
    let (mut coder, mut newcomer, mut lms) = (Coder::default(), Newcomer::new(node), Lms::default());
    let mut all = Vec::with_capacity(SAMPLES);
    for row in 0..SAMPLES {
        let genes = told.get(row / EVERY).filter(|_| row.is_multiple_of(EVERY));
        let seen = world.sample(node, (AHEAD + row) as u32);
        let said = match way {
            Way::Experts => newcomer.next(row, genes, seen),
            Way::Lms => lms.next(seen),
            Way::Merged(rule) => {
                genes.iter().for_each(|genes| lms.merge(genes, rule));
                lms.next(seen)
            }
        };
        if row > 0 {
            all.push(coder.bits(seen.abs_diff(said)));
        }
    }
    all
}

/// A peer that hears the others.
#[derive(Debug)]
struct Newcomer {
    peer: Peer,
    now: u64,
    others: Vec<Identity>,
}

/// Milliseconds between two packets: nobody is too busy to check a signature.
const PAUSE: u64 = 1000;

impl Newcomer {
    fn new(node: u32) -> Self {
        let setup = Setup { mark: mark_of(b"qres sim"), term: 0, seed: node.into(), period: PAUSE };
        let mut peer = Peer::new(identity(node.into(), 0, 0), setup);
        (0..PEERS as u64).for_each(|contact| peer.meet(contact));
        Self {
            peer,
            now: 0,
            others: (1..=PEERS as u32).map(|other| identity(node.into(), other, 0)).collect(),
        }
    }

    /// What it says of a sample, after it has heard genes, if there are any.
    fn next(&mut self, row: usize, genes: Option<&Vec<Weights>>, seen: i64) -> i64 {
        // It asks around before it begins.
        while row == 0 && self.now < 16 * PAUSE {
            self.now += PAUSE;
            while self.peer.poll_transmit(self.now).is_some() {}
        }
        for ((at, weights), other) in genes.into_iter().flatten().enumerate().zip(&self.others) {
            self.now += PAUSE;
            let says = Says::Gene(Learnt { samples: AHEAD as u32, scale: 0, weights: *weights });
            let packet = sign(other, &mark_of(b"qres sim"), (row / EVERY) as u64, &says);
            self.peer.handle(self.now, at as u64 % 8, &packet);
        }
        let said = self.peer.watch().neuron().predict();
        self.now += PAUSE;
        self.peer.observe(self.now, seen);
        said
    }
}

/// An adaptive Laplace coder.
#[derive(Debug, Default)]
struct Coder {
    /// The mean error of late, Q4, and of how many samples.
    usual: u64,
    count: u64,
}

impl Coder {
    /// Bits of an error, Q16.
    fn bits(&mut self, error: u64) -> u32 {
        /// log2(e), Q16.
        const E: u64 = 94_548;
        let usual = self.usual.max(8);
        let error = error.min(1 << 32) << 4;
        // log2(2 usual / 16) + error / usual * log2(e).
        let bits = log2_q16(2 * usual).saturating_sub(4 << 16) + (error * E / usual).min(40 << 16) as u32;
        self.count = (self.count + 1).min(32);
        self.usual = (self.usual * (self.count - 1) + error) / self.count;
        bits
    }
}

/// Normalised least mean squares over eight steps at a rate of 1/32, whose weights others may move.
#[derive(Debug, Default)]
struct Lms {
    weights: [f64; 8],
    steps: [f64; 8],
    last: Option<i64>,
    envelope: f64,
}

impl Lms {
    fn merge(&mut self, told: &[Weights], rule: &dyn Aggregate) {
        let own: Vec<i32> = self.weights.iter().map(|weight| (weight * 65_536.0) as i32).collect();
        let told: Vec<&[i32]> = told.iter().map(<[i32; 8]>::as_slice).collect();
        let merged = rule.of(&told, &own, RECKONED);
        self.weights.iter_mut().zip(merged).for_each(|(weight, new)| *weight = f64::from(new) / 65_536.0);
    }

    /// What it says of a sample, which it then learns from.
    fn next(&mut self, seen: i64) -> i64 {
        let Some(last) = self.last.replace(seen) else { return 0 };
        let reach = self.steps.iter().fold(self.envelope, |most, step| most.max(step.abs()));
        let dot: f64 = self.weights.iter().zip(&self.steps).map(|(w, x)| w * x).sum();
        let said = dot.clamp(-2.0 * reach, 2.0 * reach);
        let step = (seen - last) as f64;
        if reach > 0.0 {
            let energy: f64 = self.steps.iter().map(|x| x * x).sum();
            let gain = (step - said).clamp(-reach, reach) / 32.0 / energy.max(reach * reach / 4.0);
            self.weights.iter_mut().zip(&self.steps).for_each(|(w, x)| *w += gain * x);
        }
        self.steps.rotate_right(1);
        self.steps[0] = step;
        self.envelope = (self.envelope - self.envelope / 64.0).max(step.abs());
        last + (said + 0.5).floor() as i64
    }
}

impl Comparison {
    /// For people.
    pub(crate) fn text(&self) -> String {
        let mut text = format!(
            "{} newcomers, told every {EVERY} samples by {PEERS} peers of whom a share is bad, seed {}\n\
             bits a sample more than alone ({:.3}), first {} samples, under the attack that is worst for each rule\n\n",
            self.newcomers, self.seed, self.alone_bits, self.samples
        );
        let names: Vec<String> =
            self.shares.iter().map(|share| format!("{:.0} % bad", share * 100.0)).collect();
        let mut columns = vec![("rule", Align::Left)];
        columns.extend(names.iter().map(|name| (name.as_str(), Align::Right)));
        columns.push(("worst at 33 %", Align::Left));
        let mut grid = Grid::new(&columns);
        for line in &self.lines {
            let cells = line.worst.iter().map(|(over, _)| format!("{over:+.3}"));
            let worst = line.worst.get(2).map_or_else(String::new, |(_, name)| name.clone());
            let worst = if line.rule == "alone, NLMS" { String::new() } else { worst };
            grid.row([line.rule.to_owned()].into_iter().chain(cells).chain([worst]));
        }
        text += &grid.lines();
        text
    }
}
