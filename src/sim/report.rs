//! What came of a run, for people and for programs.

use super::{
    node::{Step, Tally},
    replay::{Replay, Told},
    scenario::{Attackers, Scenario},
};
use crate::text::{
    grid::{Align, Grid},
    units::{self, count},
};

/// What happened in a round.
#[derive(Debug, Clone, Copy, Default, serde::Serialize)]
pub(crate) struct Round {
    packets: u64,
    bytes: u64,
    /// Genes that became experts, and nodes that have their first one now.
    adopted: u32,
    heard: u32,
    /// By how many more nodes something is stirred.
    stirred: i32,
    banned_honest: u32,
    banned_bad: u32,
    #[serde(skip)]
    tally: Tally,
}

impl Round {
    pub(super) fn add(&mut self, step: &Step) {
        self.packets += step.sent.len() as u64;
        self.bytes += step.sent.iter().map(|(_, bytes)| bytes.len() as u64).sum::<u64>();
        self.adopted += step.adopted;
        self.heard += u32::from(step.is_heard);
        self.stirred += step.stormy;
        self.banned_honest += step.banned.iter().filter(|(_, is_honest)| *is_honest).count() as u32;
        self.banned_bad += step.banned.iter().filter(|(_, is_honest)| !is_honest).count() as u32;
        self.tally.add(&step.tally);
    }

    /// What a replay shows, after a round with so many stirred.
    pub(super) fn shown(&self, stirred: i32) -> Told {
        let bits = Bits::new(&self.tally);
        (self.packets, self.adopted, stirred + self.stirred, bits.alone, bits.swarm)
    }
}

/// Rounds after an honest gene was taken first until this share of the honest nodes had taken one.
#[derive(Debug, Clone, Copy, Default, serde::Serialize)]
pub(crate) struct Spread {
    half: Option<u32>,
    nine_tenths: Option<u32>,
    all_but_a_hundredth: Option<u32>,
}

impl Spread {
    pub(super) fn new(rounds: &[Round], nodes: u64) -> Self {
        let mut heard = 0;
        let reached: Vec<u64> = rounds
            .iter()
            .map(|round| {
                heard += u64::from(round.heard);
                heard
            })
            .collect();
        let from = reached.iter().position(|heard| *heard > 0).unwrap_or(0);
        let after = |hundredths: u64| {
            let at = reached.iter().position(|heard| heard * 100 >= nodes * hundredths)?;
            Some((at - from.min(at)) as u32)
        };
        Self { half: after(50), nine_tenths: after(90), all_but_a_hundredth: after(99) }
    }
}

/// Some of the honest nodes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Part {
    pub(super) nodes: u64,
    pub(super) packets: u64,
    pub(super) bytes: u64,
    pub(super) heard: u64,
    pub(super) checks: u64,
    pub(super) adopted: u64,
    pub(super) worst: i64,
    pub(super) first: Tally,
    pub(super) all: Tally,
}

/// The same, for programs.
#[derive(Debug, serde::Serialize)]
struct Group {
    nodes: u64,
    first: Bits,
    all: Bits,
    /// Bits of the densities that the worst off of them has ever lost by the swarm.
    worst_bits: f64,
    sent_bytes_a_day: f64,
    heard_bytes_a_day: f64,
    checks_a_round: f64,
    adopted_a_node: f64,
}

/// Bits a sample.
#[derive(Debug, serde::Serialize)]
struct Bits {
    samples: u64,
    alone: f64,
    swarm: f64,
}

impl Bits {
    fn new(tally: &Tally) -> Self {
        let a_sample = |bits: u64| bits as f64 / 65_536.0 / tally.samples.max(1) as f64;
        Self { samples: tally.samples, alone: a_sample(tally.alone), swarm: a_sample(tally.swarm) }
    }

    /// By how much fewer bits the swarm does, of one.
    fn saved(&self) -> f64 {
        if self.alone > 0.0 { 1.0 - self.swarm / self.alone } else { 0.0 }
    }
}

/// What came of a run.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Report {
    schema: &'static str,
    nodes: u32,
    rounds: u32,
    minutes: u32,
    seed: u64,
    loss: f64,
    attack: Vec<Attackers>,
    series: usize,
    old: Group,
    newcomers: Group,
    /// Experts at the end that are of honest names, and others.
    honest_experts: u64,
    bad_experts: u64,
    /// How often an honest name was banned by somebody, and a bad one.
    banned_honest: u64,
    banned_bad: u64,
    spread: Spread,
    /// BLAKE3 of all packets in order.
    digest: String,
    #[serde(skip)]
    each: Vec<Round>,
    /// What a page shows, if it was asked for.
    #[serde(skip)]
    pub(crate) replay: Option<Replay>,
}

impl Report {
    #[expect(clippy::too_many_arguments, reason = "the parts are made where all nodes are at hand")]
    pub(super) fn new(
        scenario: &Scenario,
        old: Part,
        new: Part,
        seats: (u64, u64),
        spread: Spread,
        each: Vec<Round>,
        series: usize,
        digest: String,
    ) -> Self {
        let days = f64::from(scenario.rounds) * f64::from(scenario.minutes) / 1440.0;
        let group = |part: &Part, share: f64| {
            let nodes = part.nodes.max(1) as f64;
            Group {
                nodes: part.nodes,
                first: Bits::new(&part.first),
                all: Bits::new(&part.all),
                worst_bits: part.worst as f64 / 65_536.0,
                sent_bytes_a_day: part.bytes as f64 / nodes / days / share,
                heard_bytes_a_day: part.heard as f64 / nodes / days / share,
                checks_a_round: part.checks as f64 / nodes / f64::from(scenario.rounds) / share,
                adopted_a_node: part.adopted as f64 / nodes,
            }
        };
        let sum = |of: fn(&Round) -> u32| each.iter().map(|round| u64::from(of(round))).sum();
        Self {
            schema: "qres.sim/1",
            nodes: scenario.nodes,
            rounds: scenario.rounds,
            minutes: scenario.minutes,
            seed: scenario.seed,
            loss: scenario.loss,
            attack: scenario.attack.clone(),
            series,
            old: group(&old, 1.0),
            newcomers: group(&new, 0.5),
            honest_experts: seats.0,
            bad_experts: seats.1,
            banned_honest: sum(|round| round.banned_honest),
            banned_bad: sum(|round| round.banned_bad),
            spread,
            digest,
            each,
            replay: None,
        }
    }

    /// For people.
    pub(crate) fn text(&self) -> String {
        let attackers = |one: &Attackers| format!("{:.0} % {}", one.share * 100.0, one.kind.name());
        let bad: Vec<String> = self.attack.iter().map(attackers).collect();
        let bad = if bad.is_empty() { "nobody lies".into() } else { bad.join(", ") };
        let mut text = format!(
            "{} on {} series, {} of {}, {:.0} % loss, seed {}: {bad}\n\n",
            count(self.nodes.into(), "node"),
            self.series,
            count(self.rounds.into(), "round"),
            units::time(u64::from(self.minutes) * 60_000),
            self.loss * 100.0,
            self.seed
        );
        text += &self.groups();
        let share = |part: u64, rest: u64| part as f64 * 100.0 / (part + rest).max(1) as f64;
        text += &format!(
            "\nexperts at the end   {:.1} % of bad names\n",
            share(self.bad_experts, self.honest_experts)
        );
        text += &format!(
            "bans                 {} of bad names, {} of honest ones\n",
            self.banned_bad, self.banned_honest
        );
        let rounds = |rounds: Option<u32>| rounds.map_or("never".into(), |rounds| rounds.to_string());
        let Spread { half, nine_tenths, all_but_a_hundredth } = self.spread;
        text += &format!(
            "an honest expert for 50 % of the nodes after {} rounds, 90 % after {}, 99 % after {}\n",
            rounds(half),
            rounds(nine_tenths),
            rounds(all_but_a_hundredth)
        );
        text + &format!("digest               {}\n", self.digest)
    }

    /// Honest nodes from the beginning, and newcomers.
    fn groups(&self) -> String {
        let columns = [("", Align::Left), ("from the start", Align::Right), ("newcomers", Align::Right)];
        let mut grid = Grid::new(&columns);
        let mut row = |name: &str, of: &dyn Fn(&Group) -> String| {
            let cell = |group: &Group| if group.nodes == 0 { "-".into() } else { of(group) };
            grid.row([name.to_owned(), cell(&self.old), cell(&self.newcomers)]);
        };
        row("honest nodes", &|group| group.nodes.to_string());
        for (name, of) in [
            ("first 200 samples", (|group| &group.first) as fn(&Group) -> &Bits),
            ("all samples", |group| &group.all),
        ] {
            row(&format!("bits a sample alone, {name}"), &|group| format!("{:.3}", of(group).alone));
            row("  with the swarm", &|group| format!("{:.3}", of(group).swarm));
            row("  fewer", &|group| format!("{:.2} %", 100.0 * of(group).saved()));
        }
        row("most that one ever lost by it, bits in all", &|group| format!("{:.2}", group.worst_bits));
        row("bytes sent a node and day", &|group| format!("{:.0}", group.sent_bytes_a_day));
        row("bytes heard a node and day", &|group| format!("{:.0}", group.heard_bytes_a_day));
        row("signatures checked a node and round", &|group| format!("{:.3}", group.checks_a_round));
        row("experts taken a node", &|group| format!("{:.1}", group.adopted_a_node));
        grid.lines()
    }

    /// A line for each round.
    pub(crate) fn csv(&self) -> String {
        let mut text = String::from(
            "round,packets,bytes,adopted,heard,stirred,banned_honest,banned_bad,bits_alone,bits_swarm\n",
        );
        let (mut heard, mut stirred) = (0, 0);
        for (at, round) in self.each.iter().enumerate() {
            heard += round.heard;
            stirred += round.stirred;
            let Round { packets, bytes, adopted, banned_honest, banned_bad, .. } = round;
            let bits = Bits::new(&round.tally);
            text += &format!(
                "{at},{packets},{bytes},{adopted},{heard},{stirred},{banned_honest},{banned_bad},{:.4},{:.4}\n",
                bits.alone, bits.swarm
            );
        }
        text
    }
}
