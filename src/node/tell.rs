//! What a node tells of what happens: lines for people, or events for programs.

use crate::text::plain;
use qres_core::trust::Name;
use std::io::Write;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    /// It listens, and can be reached there.
    Ready { ticket: String },
    /// A browser shows there what it does.
    #[cfg(feature = "http")]
    Page { address: String },
    /// A connection with a peer is up.
    Met { name: Name, address: String },
    /// It is down.
    Left { name: Name, why: String },
    /// Somebody knocked who is not trusted.
    Stranger { name: Name, address: String },
    /// A peer gives its lines: so many are here, of so many.
    Following { name: Name, epoch: u32, next: u64, of: u64 },
    /// A peer does not give its lines.
    Refused { name: Name, why: &'static str },
    /// Lines are missing for good.
    Gap { name: Name, first: u64, lines: u64 },
    /// Rows are not exact any more.
    Near { name: Name, first: u64, lines: u64 },
    /// A peer has all lines before this one on its disk.
    Delivered { name: Name, next: u64 },
    /// Rows within their bounds, as they came live.
    Live { name: Name, text: String },
    /// What is lost of the live lane.
    Lost { name: Name, what: String },
    /// Something did not work that may work later.
    Disk { what: String },
    /// A column that is watched is calmer or more surprising than before.
    Regime { column: String, from: &'static str, to: &'static str, world: &'static str },
    /// What a peer has learnt of such a column is heard.
    Adopted { name: Name, column: String },
    /// Nothing more that a peer has learnt of it is heard.
    Banned { name: Name, column: String },
    /// The input has ended.
    Read { lines: u64 },
    /// All is done, or it was told to end.
    Ended { why: &'static str },
}

/// An event, for programs.
#[derive(Debug, Default, serde::Serialize)]
struct Record {
    schema: &'static str,
    event: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    peer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    epoch: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lines: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

impl Event {
    fn record(&self) -> Record {
        let of = |event, name: &Name| Record { event, peer: Some(name.to_string()), ..Record::default() };
        let about = |event, why: &str| Record { event, why: Some(why.to_owned()), ..Record::default() };
        let record = match self {
            Self::Ready { ticket } => {
                Record { event: "ready", address: Some(ticket.clone()), ..Record::default() }
            }
            #[cfg(feature = "http")]
            Self::Page { address } => {
                Record { event: "page", address: Some(address.clone()), ..Record::default() }
            }
            Self::Met { name, address } => Record { address: Some(address.clone()), ..of("met", name) },
            Self::Left { name, why } => Record { why: Some(why.clone()), ..of("left", name) },
            Self::Stranger { name, address } => {
                Record { address: Some(address.clone()), ..of("stranger", name) }
            }
            Self::Following { name, epoch, next, of: end } => {
                Record { epoch: Some(*epoch), next: Some(*next), of: Some(*end), ..of("following", name) }
            }
            Self::Refused { name, why } => Record { why: Some((*why).to_owned()), ..of("refused", name) },
            Self::Gap { name, first, lines } => {
                Record { first: Some(*first), lines: Some(*lines), ..of("gap", name) }
            }
            Self::Near { name, first, lines } => {
                Record { first: Some(*first), lines: Some(*lines), ..of("near", name) }
            }
            Self::Delivered { name, next } => Record { next: Some(*next), ..of("delivered", name) },
            Self::Live { name, text } => Record { text: Some(text.clone()), ..of("live", name) },
            Self::Lost { name, what } => Record { why: Some(what.clone()), ..of("lost", name) },
            Self::Regime { column, from, to, world } => Record {
                column: Some(column.clone()),
                from: Some(from),
                to: Some(to),
                ..about("regime", world)
            },
            Self::Adopted { name, column } => Record { column: Some(column.clone()), ..of("adopted", name) },
            Self::Banned { name, column } => Record { column: Some(column.clone()), ..of("banned", name) },
            Self::Disk { what } => about("disk", what),
            Self::Read { lines } => Record { event: "read", lines: Some(*lines), ..Record::default() },
            Self::Ended { why } => about("ended", why),
        };
        Record { schema: "qres.node.event/1", ..record }
    }

    /// Returns it as a line of JSON, without its end.
    pub(crate) fn json(&self) -> String {
        plain::json(&self.record())
    }

    /// Returns a line for people; `None` for what only programs count.
    fn line(&self) -> Option<String> {
        Some(match self {
            Self::Ready { ticket } => format!("listening: {ticket}"),
            #[cfg(feature = "http")]
            Self::Page { address } => format!("page: {address}"),
            Self::Met { name, address } => format!("{}: connected, at {address}", name.short()),
            Self::Left { name, why } => format!("{}: gone: {why}", name.short()),
            Self::Stranger { name, address } => {
                format!("{name} at {address} is not trusted: `--trust {name}` would let it in")
            }
            Self::Following { name, next, of, .. } => {
                format!("{}: following, {next} of {of} lines are here", name.short())
            }
            Self::Refused { name, why } => format!("{}: cannot be followed: {why}", name.short()),
            Self::Gap { name, first, lines } => {
                format!("{}: lines {first}..{} are gone for good", name.short(), first + lines)
            }
            Self::Near { name, first, lines } => {
                format!("{}: rows {first}..{} are not exact any more", name.short(), first + lines)
            }
            Self::Lost { name, what } => format!("{}: {what}", name.short()),
            Self::Regime { column, from, to, world } => format!("{column}: from {from} to {to}; {world}"),
            Self::Adopted { name, column } => format!("{column}: what {} has learnt is heard", name.short()),
            Self::Banned { name, column } => format!("{column}: {} is not heard any more", name.short()),
            Self::Disk { what } => format!("{what}: trying again"),
            Self::Read { lines } => format!("the input has ended after {lines} lines"),
            Self::Ended { why } => format!("ended: {why}"),
            Self::Delivered { .. } | Self::Live { .. } => return None,
        })
    }

    /// Whether people are told of it even where they did not ask for talk.
    fn is_loud(&self) -> bool {
        #[cfg(feature = "http")]
        if matches!(self, Self::Page { .. }) {
            return true;
        }
        matches!(
            self,
            Self::Ready { .. }
                | Self::Stranger { .. }
                | Self::Refused { .. }
                | Self::Gap { .. }
                | Self::Near { .. }
                | Self::Lost { .. }
                | Self::Regime { .. }
                | Self::Disk { .. }
        )
    }
}

/// To whom it is told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Teller {
    pub(crate) json: bool,
    /// Events go to stderr, as stdout carries rows.
    pub(crate) stdout_is_taken: bool,
    pub(crate) quiet: bool,
    pub(crate) verbose: bool,
}

impl Teller {
    pub(crate) fn tell(self, event: &Event) {
        if self.json {
            let line = event.json();
            // Whoever reads events may go: the node goes on.
            let _ = if self.stdout_is_taken {
                writeln!(std::io::stderr().lock(), "{line}")
            } else {
                writeln!(std::io::stdout().lock(), "{line}")
            };
            return;
        }
        if self.quiet || !(self.verbose || event.is_loud()) {
            return;
        }
        if let Some(line) = event.line() {
            let _ = writeln!(anstream::stderr().lock(), "{line}");
        }
    }
}
