//! How a node is, for whoever asks: on its socket, and over HTTP.

use super::{Node, lines::Lines};
use crate::watch::event::regime;
use qres_core::{archive::Bound, swarm::Peer, trust::Name};
use serde::Serialize;

/// How a node is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Status {
    pub(super) schema: &'static str,
    pub(super) name: String,
    pub(super) ticket: String,
    pub(super) seconds: u64,
    /// Bytes on the wire with IP and UDP: by connections and by datagrams, out and in.
    pub(super) bytes: Vec<Moved>,
    /// Lines that were printed.
    pub(super) printed: u64,
    /// Lines of others that are gone for good.
    pub(super) gone: u64,
    /// Rows that went live, and the packets that told them.
    pub(super) live_rows: u64,
    pub(super) live_told: u64,
    pub(super) streams: Vec<StreamStatus>,
    pub(super) peers: Vec<PeerStatus>,
    /// Columns that are watched.
    pub(super) columns: Vec<ColumnStatus>,
}

/// Bytes that went by one lane in one direction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Moved {
    pub(super) lane: &'static str,
    pub(super) direction: &'static str,
    pub(super) bytes: u64,
}

/// How a stream is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct StreamStatus {
    pub(super) name: String,
    pub(super) is_own: bool,
    pub(super) epoch: u32,
    /// The first line that is kept.
    pub(super) first: u64,
    /// The line that comes next.
    pub(super) next: u64,
    /// Lines that there are at its publisher, as far as is known.
    pub(super) of: Option<u64>,
    /// How far numbers may move on the live lane, as it was typed.
    pub(super) bounds: Vec<String>,
}

/// How a peer is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct PeerStatus {
    pub(super) name: String,
    pub(super) connections: u32,
    pub(super) is_stranger: bool,
    /// It may not come.
    pub(super) is_banned: bool,
    /// Its lines are wanted.
    pub(super) is_followed: bool,
    /// It has all lines of ours before this one.
    pub(super) has: Option<u64>,
}

/// How a column that is watched is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct ColumnStatus {
    pub(super) name: String,
    pub(super) regime: &'static str,
    /// Whose genes are heard, and by how many bits each was ahead of late.
    pub(super) experts: Vec<ExpertStatus>,
}

/// How a gene of another does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct ExpertStatus {
    pub(super) name: String,
    pub(super) bits: i64,
}

/// Returns how the node is.
pub(super) fn status(node: &Node) -> Status {
    let live = node.live.borrow().counts;
    let (peers, followed) = (node.peers.borrow(), node.followed.borrow());
    let own = stream(&node.own, true, None, bounds(node));
    let others = followed
        .iter()
        .map(|(name, lines)| stream(lines, false, peers.get(name).and_then(|peer| peer.end), vec![]));
    Status {
        schema: "qres.node.status/1",
        name: node.name.to_string(),
        ticket: node.ticket.clone(),
        seconds: node.started.elapsed().as_secs(),
        bytes: moved(node),
        printed: node.printed.get(),
        gone: node.gone.get(),
        live_rows: live.rows,
        live_told: live.told,
        streams: [own].into_iter().chain(others).collect(),
        peers: peers
            .iter()
            .map(|(name, peer)| PeerStatus {
                name: name.to_string(),
                connections: peer.connections,
                is_stranger: peer.is_stranger,
                is_banned: node.is_banned(*name),
                is_followed: node.follows(*name),
                has: peer.has,
            })
            .collect(),
        columns: node.learning.borrow().columns().map(column).collect(),
    }
}

fn column((name, peer): (&str, &Peer)) -> ColumnStatus {
    let expert = |(name, bits): (&Name, i64)| ExpertStatus { name: name.to_string(), bits: bits >> 16 };
    let regime = regime(peer.watch().regime());
    ColumnStatus { name: name.to_owned(), regime, experts: peer.experts().map(expert).collect() }
}

fn stream(lines: &Lines, is_own: bool, of: Option<u64>, bounds: Vec<String>) -> StreamStatus {
    let log = lines.log.borrow();
    let (name, epoch) = (lines.name.to_string(), lines.epoch);
    StreamStatus { name, is_own, epoch, first: log.first(), next: log.durable(), of, bounds }
}

/// The bounds of the live lane, as they are typed.
fn bounds(node: &Node) -> Vec<String> {
    let typed = |bound: &Bound| match &bound.column {
        Some(column) => format!("{column}={}", bound.tolerance),
        None => bound.tolerance.to_string(),
    };
    node.setup.live.iter().flat_map(|live| live.bounds.iter().map(typed)).collect()
}

fn moved(node: &Node) -> Vec<Moved> {
    let (sent, received) = node.history_bytes();
    let live = node.live.borrow().counts;
    let of = |lane, direction, bytes| Moved { lane, direction, bytes };
    vec![
        of("history", "sent", sent),
        of("history", "received", received),
        of("live", "sent", live.sent_bytes),
        of("live", "received", live.heard_bytes),
    ]
}
