//! What a node learns beside others: a peer of the swarm for each column that is watched.
//!
//! ```text
//! body := E1 | a packet of the swarm (core/src/swarm/FORMAT.md)
//! ```
//! Packets go as sealed datagrams to the peers of the node. Columns of one name are about the same, in thousandths: what others
//! have learnt of theirs is tried on this one, and heard beside its own neuron where it serves.

use super::{Node, live::LEARNT, tell::Event};
use crate::watch::event::regime;
use qres_core::{
    num::Decimal,
    swarm::{self, Peer, Setup, World, mark_of},
    trust::{Name, Secret},
};
use std::{
    rc::Rc,
    time::{Duration, Instant},
};
use tokio::time::sleep;

/// How often it is looked whether there is something to say, and between two packets of one's own accord at least.
const TICK: Duration = Duration::from_secs(1);
const PERIOD: u64 = 10_000;
/// Decimals of samples.
const PLACES: u8 = 3;

/// The columns that are watched.
pub(super) struct Learning {
    columns: Vec<Column>,
    started: Instant,
}

struct Column {
    name: String,
    /// Where it stands in rows, once names were heard.
    at: Option<usize>,
    peer: Peer,
}

impl Learning {
    /// One that watches the columns of these names; `term` is larger at each start.
    pub(super) fn new(secret: &Secret, columns: &[String], term: u32, session: u32) -> Self {
        let column = |(name, number): (&String, u64)| {
            let seed = u64::from(session) << 8 | number;
            let setup = Setup { mark: mark_of(name.as_bytes()), term, seed, period: PERIOD };
            Column { name: name.clone(), at: None, peer: Peer::new(secret.identity(), setup) }
        };
        Self { columns: columns.iter().zip(0..).map(column).collect(), started: Instant::now() }
    }

    fn now(&self) -> u64 {
        self.started.elapsed().as_millis().try_into().unwrap_or(u64::MAX)
    }

    /// Knows that a peer can be sent to.
    pub(super) fn meet(&mut self, name: Name) {
        self.columns.iter_mut().for_each(|column| column.peer.meet(address(name)));
    }

    /// How each column is: its name, its regime, and those whose genes are heard.
    pub(super) fn columns(&self) -> impl Iterator<Item = (&str, &Peer)> {
        self.columns.iter().map(|column| (&*column.name, &column.peer))
    }

    /// Takes a line that is published.
    fn take(&mut self, line: &[u8], is_names: bool) {
        let now = self.now();
        let cells: Vec<&[u8]> =
            line.trim_ascii_end().split(|byte| matches!(byte, b',' | b';' | b'\t')).collect();
        for column in &mut self.columns {
            if is_names {
                let is_it = |cell: &&[u8]| cell.trim_ascii() == column.name.as_bytes();
                column.at = cells.iter().position(is_it);
            } else if let Some(sample) = column.at.and_then(|at| sample(cells.get(at)?)) {
                column.peer.observe(now, sample);
            }
        }
    }
}

/// What the peer calls a contact.
fn address(name: Name) -> u64 {
    let [first, ..] = name.0.as_chunks::<8>().0 else { return 0 };
    u64::from_le_bytes(*first)
}

/// A cell in thousandths; nothing if it is no number.
fn sample(cell: &[u8]) -> Option<i64> {
    Decimal::parse(cell.trim_ascii())?.rounded(PLACES)
}

impl Node {
    /// Lets the columns learn from a line.
    pub(super) fn learn(&self, line: &[u8], is_names: bool) {
        self.learning.borrow_mut().take(line, is_names);
        self.say_learnt();
    }

    /// Takes a packet of the swarm.
    pub(super) fn hear_learnt(&self, name: Name, packet: &[u8]) {
        let mut learning = self.learning.borrow_mut();
        let now = learning.now();
        let heard =
            |column: &mut Column| column.peer.handle(now, address(name), packet) != swarm::Heard::Other;
        let _ = learning.columns.iter_mut().any(heard);
    }

    /// Sends what the columns have to say, and tells what happened to them.
    fn say_learnt(&self) {
        let mut learning = self.learning.borrow_mut();
        let now = learning.now();
        let mut packets = Vec::new();
        for column in &mut learning.columns {
            while let Some(packet) = column.peer.poll_transmit(now) {
                packets.push(packet);
            }
            while let Some(event) = column.peer.poll_event() {
                let world = column.peer.world(now);
                if let Some(event) = told(&column.name, event, world) {
                    self.tell(&event);
                }
            }
        }
        for packet in packets {
            let body = [&[LEARNT], &packet.bytes[..]].concat();
            self.say_to(|name| address(name) == packet.to, &body);
        }
    }
}

fn told(column: &str, event: swarm::Event, world: World) -> Option<Event> {
    let column = column.to_owned();
    Some(match event {
        swarm::Event::Regime(from, to) => {
            let world = match world {
                World::Stirred => "others see it, too",
                World::Calm => "others are calm: look at the sensor",
                World::Unknown => "nobody else says so",
            };
            Event::Regime { column, from: regime(from), to: regime(to), world }
        }
        swarm::Event::Adopted(name) => Event::Adopted { name, column },
        swarm::Event::Banned(name) => Event::Banned { name, column },
        swarm::Event::Served(_) | swarm::Event::Lagged(_) => return None,
    })
}

/// Says what is to be said in time.
pub(super) async fn beat(node: Rc<Node>) {
    loop {
        sleep(TICK).await;
        node.say_learnt();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_thousandths() {
        for (cell, is) in [("20.1", 20_100), (" -0.0004 ", 0), ("7", 7000), ("1.2345", 1235)] {
            assert_eq!(sample(cell.as_bytes()), Some(is), "{cell}");
        }
        for cell in ["", "open", "NaN", "99999999999999999999"] {
            assert_eq!(sample(cell.as_bytes()), None, "{cell}");
        }
    }
}
