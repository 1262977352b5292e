//! The rounds. In each tick all nodes live side by side, on as many threads as there are; what they send is then taken in the
//! order of the nodes, which makes the run, and its digest, the same for any number of threads.

use super::{
    attack::Attack,
    lie::{Spied, Weights},
    net::{Net, Packet},
    node::{Air, Bad, Honest, Node, Run, Step, Tally, identity},
    replay::Replay,
    report::{Part, Report, Round, Spread},
    scenario::{Scenario, Share, TICKS},
    series::World,
};
use crate::failure::Outcome;
use qres_core::{
    num::random,
    swarm::{Address, mark_of},
    trust::Name,
};
use rayon::prelude::*;
use std::{
    collections::{HashMap, HashSet},
    mem::take,
};

/// Streams of random numbers.
const ROLES: u64 = 6 << 40;
const CONTACTS: u64 = 7 << 40;
/// Contacts that each node draws; as many, about, draw it.
const MET: u64 = 4;
/// Nodes whose streams each node hears, where series are of one world.
const NEIGHBOURS: u32 = 6;
/// One in so many honest nodes knows bad ones alone, where they eclipse.
const ECLIPSED: u32 = 10;
/// Nodes that a thread takes at once.
const AT_ONCE: usize = 64;
/// Honest nodes whose genes bad ones know, and rounds between two looks at them.
const SPIED: usize = 16;
const LOOK: u64 = 16;

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Honest { begins: u32 },
    Attacker(Attack),
}

/// Runs a scenario, and keeps what a page shows of it if it is to be shown; `tell` is told of each round that is over.
///
/// # Errors
///
/// Where the scenario cannot be, or its data cannot be read.
pub(crate) fn run(scenario: &Scenario, is_shown: bool, mut tell: impl FnMut(u64)) -> Outcome<Report> {
    scenario.check()?;
    let roles = roles(scenario);
    let is_honest =
        |role: &Role| matches!(role, Role::Honest { .. }) || *role == Role::Attacker(Attack::RegimeChange);
    let names = roles.par_iter().zip(0..scenario.nodes).filter(|(role, _)| is_honest(role));
    let honest: HashSet<_> = names.map(|(_, node)| identity(scenario.seed, node, 0).name()).collect();
    let run = Run {
        world: World::new(scenario)?,
        seed: scenario.seed,
        nodes: scenario.nodes,
        tick: scenario.tick(),
        mark: mark_of(b"qres sim"),
        churn: (scenario.churn * 4_294_967_296.0) as u64,
        loss: (scenario.loss * 4_294_967_296.0) as u64,
        honest,
    };
    let mut nodes: Vec<Node> =
        roles.par_iter().zip(0..scenario.nodes).map(|(role, node)| born(&run, *role, node)).collect();
    meet(&mut nodes, scenario, &roles);
    let (mut net, mut digest) = (Net::new(scenario), blake3::Hasher::new());
    let (mut rounds, mut spied) = (Vec::new(), Spied::default());
    let mut air = vec![(0, 0); nodes.len()];
    let mut stage = is_shown.then(|| Stage::new(&nodes, &roles));
    for round in 0..u64::from(scenario.rounds) {
        if round % LOOK == 0 {
            spied = Spied::new(&learnt(&nodes));
        }
        let mut told = Round::default();
        for tick in round * TICKS..(round + 1) * TICKS {
            let steps = step(&mut nodes, &run, tick, &net.arrived(tick), (&spied, &air));
            for (node, step) in steps {
                told.add(&step);
                step.told.into_iter().for_each(|told| air[node as usize] = told);
                stage.iter_mut().for_each(|stage| stage.see(node, &step));
                for (to, bytes) in step.sent {
                    digest.update(&tick.to_le_bytes()).update(&node.to_le_bytes()).update(&to.to_le_bytes());
                    digest.update(&bytes);
                    net.send(tick, Packet { to, from: node, bytes });
                }
            }
        }
        stage.iter_mut().for_each(|stage| stage.end(&nodes, &run, round as u32, &told));
        rounds.push(told);
        tell(1);
    }
    let mut report = report(scenario, &run, &nodes, &roles, rounds, &digest);
    report.replay = stage.map(|stage| stage.replay);
    Ok(report)
}

/// What is kept of a run for a page.
struct Stage {
    replay: Replay,
    names: HashMap<Name, u32>,
    sends: Vec<u32>,
    bans: Vec<u32>,
}

impl Stage {
    fn new(nodes: &[Node], roles: &[Role]) -> Self {
        let role = |role: &Role| match role {
            Role::Honest { begins: 1.. } => '1',
            Role::Attacker(attack) if !attack.is_honest() => '2',
            Role::Honest { .. } | Role::Attacker(_) => '0',
        };
        let names = nodes.iter().zip(0..).map(|(node, at)| (node.name(), at)).collect();
        Self { replay: Replay::new(roles.iter().map(role)), names, sends: Vec::new(), bans: Vec::new() }
    }

    fn see(&mut self, node: u32, step: &Step) {
        self.sends.extend(step.sent.iter().flat_map(|(to, _)| [node, *to]));
        self.bans.extend(step.banned.iter().filter_map(|(name, _)| self.names.get(name)));
    }

    fn end(&mut self, nodes: &[Node], run: &Run, round: u32, told: &Round) {
        let shown = nodes.iter().zip(0..).map(|(node, at)| node.shown(run, at, round));
        let told = told.shown(self.replay.stirred());
        self.replay.push(shown, take(&mut self.sends), take(&mut self.bans), told);
    }
}

/// What each node is: as many attackers of each kind as their share says, then as many newcomers.
fn roles(scenario: &Scenario) -> Vec<Role> {
    let mut order: Vec<u32> = (0..scenario.nodes).collect();
    order.par_sort_by_key(|node| (random::at(scenario.seed, ROLES, (*node).into()), *node));
    let count = |share: Share| (share * f64::from(scenario.nodes)).round() as usize;
    let mut roles = vec![Role::Honest { begins: 0 }; order.len()];
    let mut order = order.into_iter();
    for attackers in &scenario.attack {
        let role = Role::Attacker(attackers.kind);
        order.by_ref().take(count(attackers.share)).for_each(|node| roles[node as usize] = role);
    }
    let begins = scenario.rounds / 2;
    let newcomers = order.len().min((scenario.newcomers * order.len() as f64).round() as usize);
    order.take(newcomers).for_each(|node| roles[node as usize] = Role::Honest { begins });
    roles
}

fn born(run: &Run, role: Role, node: u32) -> Node {
    let mut born = of_role(run, role, node);
    if let Node::Honest(honest) = &mut born {
        honest.neighbours =
            run.world.neighbours(node, NEIGHBOURS).filter(|other| *other < run.nodes).collect();
    }
    born
}

fn of_role(run: &Run, role: Role, node: u32) -> Node {
    match role {
        Role::Honest { begins } => Node::Honest(Box::new(Honest::new(run, node, begins, false))),
        Role::Attacker(attack) if attack.is_honest() => {
            Node::Honest(Box::new(Honest::new(run, node, 0, true)))
        }
        Role::Attacker(attack) => Node::Bad(Box::new(Bad::new(run.seed, node, attack))),
    }
}

/// Tells the honest nodes whom they can send to: each knows some, and those who know it.
fn meet(nodes: &mut [Node], scenario: &Scenario, roles: &[Role]) {
    let is_eclipser = |role: &Role| *role == Role::Attacker(Attack::Eclipse);
    let eclipsers: Vec<u32> =
        (0..).zip(roles).filter(|(_, role)| is_eclipser(role)).map(|(at, _)| at).collect();
    let all: Vec<u32> = (0..scenario.nodes).collect();
    let mut tell = |node: u32, contact: u32| {
        if let Some(Node::Honest(honest)) = nodes.get_mut(node as usize).filter(|_| node != contact) {
            honest.peer.meet(Address::from(contact));
        }
    };
    for number in 0..MET {
        for node in 0..scenario.nodes {
            let is_eclipsed = !eclipsers.is_empty() && node.is_multiple_of(ECLIPSED);
            let known = if is_eclipsed { &eclipsers } else { &all };
            let draw = random::at(scenario.seed, CONTACTS + u64::from(node), number);
            let contact = known[(draw % known.len() as u64) as usize];
            tell(node, contact);
            if !is_eclipsed && (eclipsers.is_empty() || !contact.is_multiple_of(ECLIPSED)) {
                tell(contact, node);
            }
        }
    }
}

/// What some honest nodes have learnt.
fn learnt(nodes: &[Node]) -> Vec<Weights> {
    let honest = nodes.iter().filter_map(|node| match node {
        Node::Honest(honest) => Some(honest.learnt()),
        Node::Bad(_) => None,
    });
    honest.take(SPIED).collect()
}

/// One tick of all nodes; what those did that did something, in their order.
fn step(
    nodes: &mut [Node],
    run: &Run,
    tick: u64,
    arrived: &[Packet],
    told: (&Spied, &Air),
) -> Vec<(u32, Step)> {
    let chunks = nodes.par_chunks_mut(AT_ONCE).enumerate();
    let steps: Vec<Vec<(u32, Step)>> = chunks
        .map(|(chunk, nodes)| {
            let first = (chunk * AT_ONCE) as u32;
            let from = arrived.partition_point(|packet| packet.to < first);
            let mut rest = &arrived[from..];
            let mut done = Vec::new();
            for (node, at) in nodes.iter_mut().zip(first..) {
                let (own, others) = rest.split_at(rest.partition_point(|packet| packet.to <= at));
                rest = others;
                let step = node.step(run, at, tick, own, told);
                if !step.is_idle() {
                    done.push((at, step));
                }
            }
            done
        })
        .collect();
    steps.into_iter().flatten().collect()
}

impl Step {
    fn is_idle(&self) -> bool {
        self.told.is_none()
            && self.sent.is_empty()
            && self.tally.samples == 0
            && self.adopted == 0
            && self.stormy == 0
            && self.banned.is_empty()
    }
}

fn report(
    scenario: &Scenario,
    run: &Run,
    nodes: &[Node],
    roles: &[Role],
    rounds: Vec<Round>,
    digest: &blake3::Hasher,
) -> Report {
    let (mut old, mut new) = (Part::default(), Part::default());
    let mut seats = (0, 0);
    for (node, role) in nodes.iter().zip(roles) {
        let Node::Honest(honest) = node else { continue };
        let part = if matches!(role, Role::Honest { begins: 1.. }) { &mut new } else { &mut old };
        part.add(honest);
        for (name, _) in honest.peer.experts() {
            if run.honest.contains(name) {
                seats.0 += 1;
            } else {
                seats.1 += 1;
            }
        }
    }
    let mut bad: HashMap<String, u32> = HashMap::new();
    for role in roles {
        if let Role::Attacker(attack) = role {
            *bad.entry(attack.name()).or_default() += 1;
        }
    }
    let spread = Spread::new(&rounds, old.nodes + new.nodes);
    Report::new(
        scenario,
        old,
        new,
        seats,
        spread,
        rounds,
        run.world.len(),
        digest.finalize().to_hex().to_string(),
    )
}

impl Part {
    fn add(&mut self, honest: &Honest) {
        self.nodes += 1;
        let counts = honest.peer.counts();
        self.bytes += counts.sent.0;
        self.packets += counts.sent.1;
        self.heard += counts.heard.0;
        self.checks += u64::from(counts.checks);
        self.adopted += u64::from(counts.adopted);
        self.worst = self.worst.max(honest.worst);
        self.first.add(&honest.first);
        self.all.add(&Tally { samples: honest.all.samples.saturating_sub(1), ..honest.all });
    }
}
