//! What handlers ask the node.

use super::{App, Said};
use serde::Serialize;
use tokio::sync::oneshot;

/// A question to the node; who asks may have gone when it is answered.
#[derive(Debug)]
pub(crate) enum Ask {
    /// How it is.
    Status(oneshot::Sender<Status>),
    /// Lines of a stream, from a number on, perhaps with the names of columns that hold there; nothing if there is no such
    /// stream.
    Lines { stream: String, from: u64, names: bool, reply: oneshot::Sender<Option<Lines>> },
}

/// Some lines of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lines {
    /// The number of the first of them.
    pub(crate) first: u64,
    /// The text begins with names of columns.
    pub(crate) has_names: bool,
    pub(crate) text: Vec<u8>,
    /// The number after them.
    pub(crate) next: u64,
    /// The number after the last line that is kept.
    pub(crate) end: u64,
}

/// How a node is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Status {
    pub(crate) schema: &'static str,
    pub(crate) name: String,
    pub(crate) ticket: String,
    pub(crate) seconds: u64,
    /// Bytes on the wire with IP and UDP: by connections and by datagrams, out and in.
    pub(crate) bytes: Vec<Moved>,
    /// Lines that were printed.
    pub(crate) printed: u64,
    pub(crate) streams: Vec<StreamStatus>,
    pub(crate) peers: Vec<PeerStatus>,
}

/// Bytes that went by one lane in one direction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Moved {
    pub(crate) lane: &'static str,
    pub(crate) direction: &'static str,
    pub(crate) bytes: u64,
}

/// How a stream is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct StreamStatus {
    pub(crate) name: String,
    pub(crate) is_own: bool,
    pub(crate) epoch: u32,
    /// The first line that is kept.
    pub(crate) first: u64,
    /// The line that comes next.
    pub(crate) next: u64,
    /// Lines that there are at its publisher, as far as is known.
    pub(crate) of: Option<u64>,
    /// How far numbers may move on the live lane, as it was typed.
    pub(crate) bounds: Vec<String>,
}

/// How a peer is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct PeerStatus {
    pub(crate) name: String,
    pub(crate) connections: u32,
    pub(crate) is_stranger: bool,
    /// Its lines are wanted.
    pub(crate) is_followed: bool,
    /// It has all lines of ours before this one.
    pub(crate) has: Option<u64>,
}

/// Asks how the node is.
pub(super) async fn status(app: &App) -> Result<Status, Said> {
    let (reply, answer) = oneshot::channel();
    app.asks.send(Ask::Status(reply)).await.map_err(|_| Said::ending())?;
    answer.await.map_err(|_| Said::ending())
}

/// Asks for lines of a stream.
pub(super) async fn lines(app: &App, stream: &str, from: u64, names: bool) -> Result<Lines, Said> {
    let (reply, answer) = oneshot::channel();
    let ask = Ask::Lines { stream: stream.to_owned(), from, names, reply };
    app.asks.send(ask).await.map_err(|_| Said::ending())?;
    let lines = answer.await.map_err(|_| Said::ending())?;
    lines.ok_or_else(|| Said::missing("there is no such stream: `/status` names those that there are"))
}
