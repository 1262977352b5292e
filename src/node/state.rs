//! What all tasks of a node share, and what they note in it.

#[cfg(feature = "http")]
use super::http;
use super::{
    Lanes, Setup, Until,
    learn::Learning,
    lines::Lines,
    live::{self, Live},
    print,
    quic::Quic,
    store::{self, Book, Cursor},
    tell::{Event, Teller},
    ticket::Ticket,
    wire::{HEADERS, Hello},
};
use qres_core::trust::{Identity, Name};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    net::SocketAddr,
    rc::Rc,
    time::Instant,
};
use tokio::{
    sync::{Notify, mpsc, watch},
    task::AbortHandle,
};

/// What the book calls the lines of ours that a peer has, and those of a peer that are here.
pub(super) const HAS: &str = "has";
pub(super) const LINES: &str = "lines";

/// A peer that may come.
#[derive(Debug, Default)]
pub(super) struct Peer {
    /// It is neither named nor trusted.
    pub(super) is_stranger: bool,
    /// Connections with it that are up.
    pub(super) connections: u32,
    /// Where it is, while one is up.
    pub(super) address: Option<SocketAddr>,
    /// What takes its lines.
    pub(super) followed: Option<AbortHandle>,
    /// All lines of ours before this one are on its disk.
    pub(super) has: Option<u64>,
    /// Lines of its that there were when it said so last.
    pub(super) end: Option<u64>,
}

/// What all tasks of a node share.
pub(super) struct Node {
    pub(super) setup: Setup,
    pub(super) identity: Identity,
    pub(super) name: Name,
    /// Another one each time it starts.
    pub(super) session: u32,
    pub(super) started: Instant,
    /// Who it is and where, as others dial it.
    pub(super) ticket: String,
    pub(super) quic: Quic,
    pub(super) own: Rc<Lines>,
    pub(super) followed: RefCell<BTreeMap<Name, Rc<Lines>>>,
    /// Somebody began another epoch.
    pub(super) renewed: Notify,
    pub(super) peers: RefCell<BTreeMap<Name, Peer>>,
    pub(super) book: Book,
    pub(super) teller: Teller,
    #[cfg(feature = "http")]
    pub(super) events: http::Events,
    pub(super) live: RefCell<Live>,
    pub(super) learning: RefCell<Learning>,
    /// Where live rows are printed, if they are.
    pub(super) live_text: Option<mpsc::Sender<Vec<u8>>>,
    /// Peers that were found, and where.
    pub(super) found: RefCell<BTreeMap<Name, Ticket>>,
    /// How far outputs are.
    pub(super) outputs: RefCell<BTreeMap<Name, print::Printed>>,
    /// A datagram of a peer came in.
    pub(super) woken: Notify,
    /// Connections that are up.
    pub(super) connections: RefCell<Vec<quinn::Connection>>,
    /// Bytes of connections that have ended, with those of IP and UDP: sent and received.
    pub(super) moved_bytes: Cell<(u64, u64)>,
    /// It was told to end.
    pub(super) ending: watch::Sender<bool>,
    /// Something was delivered, printed or read.
    pub(super) progress: Notify,
    pub(super) moved: Cell<Instant>,
    pub(super) input_ended: Cell<bool>,
    pub(super) printed: Cell<u64>,
    /// Lines that are gone for good.
    pub(super) gone: Cell<u64>,
    /// It has an input.
    pub(super) publishes: bool,
}

impl Node {
    pub(super) fn is_ending(&self) -> bool {
        *self.ending.borrow()
    }

    /// Tells of a book that could not be written.
    pub(super) fn wrote<E: std::fmt::Display>(&self, written: Result<(), E>) {
        if let Err(error) = written {
            self.tell(&Event::Disk { what: error.to_string() });
        }
    }

    pub(super) fn tell(&self, event: &Event) {
        if let Event::Gap { lines, .. } = event {
            self.gone.set(self.gone.get() + lines);
        }
        self.teller.tell(event);
        #[cfg(feature = "http")]
        if self.events.receiver_count() > 0 {
            let _ = self.events.send(event.json().into());
        }
    }

    pub(super) fn has_moved(&self) {
        self.moved.set(Instant::now());
        self.progress.notify_one();
    }

    /// Whether a peer may come.
    pub(super) fn trusts(&self, name: Name) -> bool {
        let is_known = self.setup.trusted.contains(&name) || self.peers.borrow().contains_key(&name);
        (self.setup.open || is_known) && !self.is_banned(name)
    }

    pub(super) fn follows(&self, name: Name) -> bool {
        self.setup.follow.iter().any(|follow| follow.name == name)
    }

    pub(super) fn lines_of(&self, name: Name) -> Option<Rc<Lines>> {
        self.followed.borrow().get(&name).cloned()
    }

    /// Begins with the lines of another epoch.
    pub(super) fn begin_epoch(&self, name: Name, epoch: u32) -> store::Result<Rc<Lines>> {
        let lines = Rc::new(Lines::open(&self.setup.store, name, epoch, self.setup.keep.clone())?);
        self.wrote(self.book.set_cursor(name, LINES, Cursor { epoch, number: 0 }));
        self.followed.borrow_mut().insert(name, Rc::clone(&lines));
        self.renewed.notify_waiters();
        Ok(lines)
    }

    /// Notes that all lines before `next` are on the disk of a peer.
    pub(super) fn has(&self, name: Name, next: u64) {
        let mut peers = self.peers.borrow_mut();
        let peer = peers.entry(name).or_default();
        if peer.has.replace(next) == Some(next) {
            return;
        }
        let all = peers.values().filter_map(|peer| peer.has).min();
        drop(peers);
        if let Some(all) = all {
            self.own.log.borrow_mut().release(all);
        }
        self.wrote(self.book.set_cursor(name, HAS, Cursor { epoch: self.own.epoch, number: next }));
        self.tell(&Event::Delivered { name, next });
        self.has_moved();
    }

    /// Notes that there were so many lines of a peer.
    pub(super) fn knows_end(&self, name: Name, end: u64) {
        self.peers.borrow_mut().entry(name).or_default().end = Some(end);
        self.progress.notify_one();
    }

    /// Notes how far an output is.
    pub(super) fn is_at(&self, name: Name, at: print::Printed) {
        self.outputs.borrow_mut().insert(name, at);
    }

    /// Whether these names of columns hold already.
    pub(super) fn holds(&self, names: &[u8]) -> bool {
        let end = self.own.log.borrow().next();
        matches!(self.own.names_at(end), Ok(Some(held)) if held == names)
    }

    pub(super) fn hello(&self, name: Name) -> Hello {
        let live = self.live.borrow();
        let heard = live.heard(name).unwrap_or_default();
        Hello { session: self.session, epoch: self.own.epoch, heard, port: live.port() }
    }

    /// The latest datagram that was opened of a peer.
    pub(super) fn heard_of(&self, name: Name) -> Option<(u32, u32)> {
        self.book.cursor(name, live::HEARD).ok().flatten()
    }

    /// Notes what a peer has said of itself.
    pub(super) fn heard_hello(&self, name: Name, hello: Hello, address: SocketAddr) {
        if hello.port != 0 {
            let mut live = self.live.borrow_mut();
            let address = SocketAddr::new(address.ip(), hello.port);
            live.know(&self.identity, name, self.heard_of(name), self.follows(name));
            live.is_at(name, address);
            self.learning.borrow_mut().meet(name);
            let known = self.book.peer(name).ok().flatten() == Some(address.to_string());
            // A stranger leaves nothing behind.
            if !known && !self.peers.borrow().get(&name).is_some_and(|peer| peer.is_stranger) {
                self.wrote(self.book.set_peer(name, &address.to_string()));
            }
        }
    }

    /// Notes which task takes the lines of a peer; the one before it ends.
    pub(super) fn follows_by(&self, name: Name, task: AbortHandle) {
        let before = self.peers.borrow_mut().entry(name).or_default().followed.replace(task);
        if let Some(before) = before {
            before.abort();
        }
    }

    /// Counts what a connection has moved, which has ended.
    pub(super) fn count(&self, connection: &quinn::Connection) {
        self.connections.borrow_mut().retain(|other| other.stable_id() != connection.stable_id());
        let ((sent, received), (more_sent, more_received)) = (self.moved_bytes.get(), moved(connection));
        self.moved_bytes.set((sent + more_sent, received + more_received));
    }

    /// What all connections have moved.
    pub(super) fn history_bytes(&self) -> (u64, u64) {
        let connections = self.connections.borrow();
        let add = |sum: (u64, u64), more: (u64, u64)| (sum.0 + more.0, sum.1 + more.1);
        connections.iter().map(moved).fold(self.moved_bytes.get(), add)
    }

    /// Why it should end now, if it should.
    pub(super) fn is_done(&self) -> Option<&'static str> {
        match self.setup.until {
            Until::Told => None,
            Until::Lines(lines) => {
                (self.printed.get() >= lines).then_some("all lines that were wanted are printed")
            }
            Until::Time(time) => (self.started.elapsed() >= time).then_some("the time is over"),
            Until::Idle(time) => (self.moved.get().elapsed() >= time).then_some("nothing came"),
            Until::Delivered => self.is_delivered().then_some("everything is delivered"),
        }
    }

    pub(super) fn is_delivered(&self) -> bool {
        let (peers, durable) = (self.peers.borrow(), self.own.durable());
        let sent = !self.publishes
            || (self.input_ended.get()
                && (self.setup.lanes == Lanes::Live
                    || self.setup.peers.iter().all(|ticket| {
                        self.follows(ticket.name)
                            || peers
                                .get(&ticket.name)
                                .and_then(|peer| peer.has)
                                .is_some_and(|has| has >= durable)
                    })));
        let came = self.setup.follow.iter().all(|follow| {
            let (lines, end) =
                (self.lines_of(follow.name), peers.get(&follow.name).and_then(|peer| peer.end));
            let Some((lines, end)) = lines.zip(end) else { return false };
            lines.durable() >= end && print::is_printed(self, follow, &lines, end)
        });
        sent && came
    }
}

/// What a connection has moved, with the bytes of IP and UDP: sent and received.
fn moved(connection: &quinn::Connection) -> (u64, u64) {
    let stats = connection.stats();
    let bytes = |udp: &quinn::UdpStats| udp.bytes + HEADERS * udp.datagrams;
    (bytes(&stats.udp_tx), bytes(&stats.udp_rx))
}
