//! What handlers ask the node.

use super::{App, Said};
use crate::node::status::Status;
use tokio::sync::oneshot;

/// A question to the node; who asks may have gone when it is answered.
#[derive(Debug)]
pub(in crate::node) enum Ask {
    /// How it is.
    Status(oneshot::Sender<Status>),
    /// Lines of a stream, from a number on, perhaps with the names of columns that hold there; nothing if there is no such
    /// stream.
    Lines { stream: String, from: u64, names: bool, reply: oneshot::Sender<Option<Lines>> },
}

/// Some lines of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::node) struct Lines {
    /// The number of the first of them.
    pub(in crate::node) first: u64,
    /// The text begins with names of columns.
    pub(in crate::node) has_names: bool,
    pub(in crate::node) text: Vec<u8>,
    /// The number after them.
    pub(in crate::node) next: u64,
    /// The number after the last line that is kept.
    pub(in crate::node) end: u64,
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
