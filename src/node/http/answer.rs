//! What the node answers to handlers, on its own thread.

use super::{
    super::{Node, lines::Lines as Kept},
    Ask, Lines, PeerStatus, Status, StreamStatus,
    ask::Moved,
};
use crate::node::store::{Entry, Result};
use qres_core::{archive::Bound, trust::Name};
use std::{rc::Rc, time::Instant};
use tokio::sync::mpsc;

/// Tuning: bytes of lines that are given at once.
const MUCH: u64 = 64 << 10;

/// Answers until nobody asks any more.
pub(crate) async fn answer(node: Rc<Node>, ticket: String, mut asks: mpsc::Receiver<Ask>) {
    let started = Instant::now();
    while let Some(ask) = asks.recv().await {
        // Whoever asked may have gone.
        match ask {
            Ask::Status(reply) => drop(reply.send(status(&node, &ticket, started))),
            Ask::Lines { stream, from, names, reply } => {
                let lines = find(&node, &stream).and_then(|kept| lines(&kept, from, names).ok());
                drop(reply.send(lines));
            }
        }
    }
}

fn find(node: &Node, stream: &str) -> Option<Rc<Kept>> {
    let name = Name::parse(stream)?;
    if name == node.name { Some(Rc::clone(&node.own)) } else { node.lines_of(name) }
}

fn lines(kept: &Kept, from: u64, names: bool) -> Result<Lines> {
    let mut log = kept.log.borrow_mut();
    let end = log.durable();
    let (mut first, mut text) = (None, vec![]);
    let next = log.read(from.min(end), MUCH, |entry| {
        if !matches!(entry, Entry::Gap { .. }) && first.is_none() {
            first = Some((entry.end() - 1, matches!(entry, Entry::Names { .. })));
        }
        text.extend_from_slice(entry.bytes());
    })?;
    let (first, is_names) = first.unwrap_or((next, false));
    let head = if names && !is_names { log.names_at(first)? } else { None };
    let has_names = is_names || head.is_some();
    let text = [head.unwrap_or_default(), text].concat();
    Ok(Lines { first, has_names, text, next, end })
}

fn status(node: &Node, ticket: &str, started: Instant) -> Status {
    let (peers, followed) = (node.peers.borrow(), node.followed.borrow());
    let own = stream(&node.own, true, None, bounds(node));
    let others = followed
        .iter()
        .map(|(name, lines)| stream(lines, false, peers.get(name).and_then(|peer| peer.end), vec![]));
    Status {
        schema: "qres.node.status/1",
        name: node.name.to_string(),
        ticket: ticket.to_owned(),
        seconds: started.elapsed().as_secs(),
        bytes: moved(node),
        printed: node.printed.get(),
        streams: [own].into_iter().chain(others).collect(),
        peers: peers
            .iter()
            .map(|(name, peer)| PeerStatus {
                name: name.to_string(),
                connections: peer.connections,
                is_stranger: peer.is_stranger,
                is_followed: node.follows(*name),
                has: peer.has,
            })
            .collect(),
    }
}

fn stream(lines: &Kept, is_own: bool, of: Option<u64>, bounds: Vec<String>) -> StreamStatus {
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
