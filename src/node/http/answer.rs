//! What the node answers to handlers, on its own thread.

use super::{
    super::{Node, lines::Lines as Kept},
    Ask, Lines,
};
use crate::node::{
    status::status,
    store::{Entry, Result},
};
use qres_core::trust::Name;
use std::rc::Rc;
use tokio::sync::mpsc;

/// Tuning: bytes of lines that are given at once.
const MUCH: u64 = 64 << 10;

/// Answers until nobody asks any more.
pub(crate) async fn answer(node: Rc<Node>, mut asks: mpsc::Receiver<Ask>) {
    while let Some(ask) = asks.recv().await {
        // Whoever asked may have gone.
        match ask {
            Ask::Status(reply) => drop(reply.send(status(&node))),
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
