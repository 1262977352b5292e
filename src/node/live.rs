//! The live lane: rows within their bounds as sealed datagrams, as soon as they are a surprise.
//!
//! ```text
//! body := a packet of a live link, or an ask (core/src/live/FORMAT.md)
//!       | E0                               there are lines that the receiver has not
//!       | E1 | what columns have learnt    see learn.rs
//!       | E2 | heard u8                    so many of the latest 32 datagrams have come
//! ```
//! A sender needs no answer. Until one comes, each packet is a hello; until it is told that most arrive, each is a key:
//! whatever arrives can be read. Rows that are lost here are told as lost, and come by the history lane.

use super::{
    Lanes, Node,
    seal::{Opener, RECENT, Sealer, Shared},
    store::Reserved,
    tell::Event,
    ticket::Ticket,
    wire::HEADERS,
};
use crate::{
    failure::Outcome,
    io::link::{
        receive::{self, Incoming},
        send::Talker,
    },
};
use qres_core::{
    live::{self, Reach},
    trust::{Identity, Name},
};
use std::{
    cell::RefCell,
    collections::BTreeMap,
    io,
    net::SocketAddr,
    rc::Rc,
    time::{Duration, Instant},
};
use tokio::{net::UdpSocket, time::sleep};

/// Limit: bytes of a packet, so that its datagram passes everywhere.
const MAX_PACKET: usize = 1150;
/// Sequences that are reserved on disk at a time.
const BLOCK: u32 = 1024;
/// What the book calls the latest datagram that was heard of a peer.
pub(super) const HEARD: &str = "heard";
/// Sequences after which it is written down which have been heard.
const HEARD_EVERY: u32 = 64;
/// Wire: there are lines that the receiver has not.
const NEWS: u8 = 0xE0;
/// Wire: what columns have learnt.
pub(super) const LEARNT: u8 = 0xE1;
/// How often that is said at most.
const NEWS_EVERY: Duration = Duration::from_secs(10);
/// How long silent rows wait to be told: 96 datagrams a day, 4 KB.
const HEARTBEAT: Duration = Duration::from_secs(15 * 60);
/// Wire: how many of the latest datagrams have come.
const HEARD_OF: u8 = 0xE2;
/// Datagrams to a peer for which it counts that most arrive, once it has said so.
const LEASE: u32 = 512;
/// Datagrams to a peer that has said nothing, after which it is spoken to as if it followed: perhaps it is not there.
const UNHEARD: u32 = 256;
const AWAY: u32 = 2048;
/// Of [`RECENT`] datagrams fewer arrive where each has to be one that can be read by itself.
const FEW: u32 = RECENT * 27 / 32;
/// Keys in a row after which it is said that most arrive.
const KEYS: u32 = 2;
/// Datagrams to a peer that are long without being keys: so many after a start, and one in so many later.
const LONG_FIRST: u32 = 3;
const LONG_EVERY: u32 = 16;
/// Lines of the log that show what the columns are.
const SHOWN: u64 = 64;

/// Gives more sequences for a peer.
type Reserve<'r> = &'r mut dyn FnMut(Name) -> Option<Reserved>;

/// The live lane of a node.
pub(super) struct Live {
    socket: Rc<UdpSocket>,
    /// The same, for sending: a datagram that does not go at once is lost.
    out: std::net::UdpSocket,
    lines: BTreeMap<Name, Line>,
    talker: Option<Talker>,
    /// Rows that have come before it was clear what the columns are.
    shown: Vec<u8>,
    /// It cannot be: the rows are no table of numbers.
    is_off: bool,
    pub(super) counts: Counts,
}

/// Bytes and datagrams of the live lane, with those of IP and UDP.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    pub(super) sent: u64,
    pub(super) sent_bytes: u64,
    pub(super) heard: u64,
    pub(super) heard_bytes: u64,
    /// Rows that were published live, and packets that told them.
    pub(super) rows: u64,
    pub(super) told: u64,
    /// Datagrams that nobody whom we know has sealed, or that came twice.
    pub(super) refused: u64,
}

/// What is held of one peer.
struct Line {
    out: Shared,
    sealer: Option<Sealer>,
    /// The sequence after the last that is reserved, and the first of this start.
    reserved: u32,
    first: u32,
    opener: Opener,
    written: u32,
    address: Option<SocketAddr>,
    /// A ticket has said so: what comes from elsewhere does not change it.
    is_fixed: bool,
    /// What comes of its rows.
    incoming: Option<Incoming<'static>>,
    text: Rc<RefCell<Vec<u8>>>,
    said_news: Option<Instant>,
    /// Datagrams to it since the start; how many they were when it asked or told something, and when it told that most arrive.
    sent: u32,
    heard_at: Option<u32>,
    fine_at: Option<u32>,
    /// Packets from it since it was told how many arrive, and how many of the latest were keys.
    untold: u32,
    keys: u32,
}

impl Live {
    /// A lane on `socket`.
    pub(super) fn new(socket: std::net::UdpSocket) -> io::Result<Self> {
        let out = socket.try_clone()?;
        Ok(Self {
            socket: Rc::new(UdpSocket::from_std(socket)?),
            out,
            lines: BTreeMap::new(),
            talker: None,
            shown: Vec::new(),
            is_off: false,
            counts: Counts::default(),
        })
    }

    pub(super) fn port(&self) -> u16 {
        self.socket.local_addr().map_or(0, |address| address.port())
    }

    /// Lets datagrams of a peer in.
    pub(super) fn know(&mut self, own: &Identity, name: Name, heard: Option<(u32, u32)>, follows: bool) {
        if self.lines.contains_key(&name) {
            return;
        }
        let Some((out, into)) = Shared::between(own, name) else { return };
        let text = Rc::<RefCell<Vec<u8>>>::default();
        let sink = Rc::clone(&text);
        let give = move |more: &[u8], _: u64| -> Outcome {
            sink.borrow_mut().extend_from_slice(more);
            Ok(())
        };
        let incoming = follows.then(|| Incoming::joining_for(Box::new(give)));
        let opener = Opener::new(into, heard.map_or(0, |heard| heard.0), heard.map(|heard| heard.1));
        let written = heard.map_or(0, |heard| heard.1);
        let line = Line {
            out,
            sealer: None,
            reserved: 0,
            first: 0,
            opener,
            written,
            address: None,
            is_fixed: false,
            incoming,
            text,
            said_news: None,
            sent: 0,
            heard_at: None,
            fine_at: None,
            untold: 0,
            keys: 0,
        };
        self.lines.insert(name, line);
    }

    /// Lets no more datagrams of a peer in; returns the latest that was heard of it.
    pub(super) fn leave(&mut self, name: Name) -> Option<(u32, u32)> {
        self.lines.remove(&name)?.opener.heard()
    }

    /// A peer takes datagrams there, unless a ticket has said where.
    pub(super) fn is_at(&mut self, name: Name, address: SocketAddr) {
        if let Some(line) = self.lines.get_mut(&name).filter(|line| !line.is_fixed) {
            line.address = Some(address);
        }
    }

    /// A ticket says where a peer takes datagrams.
    pub(super) fn stays_at(&mut self, name: Name, address: SocketAddr) {
        self.is_at(name, address);
        if let Some(line) = self.lines.get_mut(&name) {
            line.is_fixed = true;
        }
    }

    pub(super) fn heard(&self, name: Name) -> Option<(u32, u32)> {
        self.lines.get(&name)?.opener.heard()
    }

    /// What is known of those who listen.
    fn reach(&self) -> Reach {
        let reached = self.lines.values().filter(|line| line.address.is_some()).map(Line::reach);
        reached.max().unwrap_or_default()
    }

    /// Sends what the talker says to all who take it; `reserve` gives more sequences.
    fn send(&mut self, reserve: Reserve<'_>) {
        let Some(talker) = &mut self.talker else { return };
        for packet in talker.packets() {
            self.counts.told += 1;
            let is_key = live::is_key(&packet);
            let names: Vec<Name> = self.lines.keys().copied().collect();
            names.into_iter().for_each(|name| self.say(name, &packet, is_key, reserve));
        }
    }

    fn say(&mut self, name: Name, body: &[u8], is_key: bool, reserve: Reserve<'_>) {
        let Some(line) = self.lines.get_mut(&name) else { return };
        let Some(address) = line.address else { return };
        let is_used_up = |sealer: &Sealer| sealer.next() >= line.reserved;
        if line.sealer.as_ref().is_none_or(is_used_up) {
            let Some(more) = reserve(name) else { return };
            if line.sealer.as_ref().is_none_or(|sealer| sealer.epoch() != more.epoch) {
                line.first = more.sequences.start;
                line.sealer = Some(Sealer::new(&line.out, more.epoch, line.first));
            }
            line.reserved = more.sequences.end;
        }
        let Some(sealer) = &mut line.sealer else { return };
        let next = sealer.next();
        let is_long = is_key || next - line.first < LONG_FIRST || next.is_multiple_of(LONG_EVERY);
        let datagram = sealer.seal(body, is_long);
        // A datagram that cannot be sent is lost as others are.
        if self.out.send_to(&datagram, address).is_ok() {
            line.sent = line.sent.saturating_add(1);
            self.counts.sent += 1;
            self.counts.sent_bytes += datagram.len() as u64 + HEADERS;
        }
    }
}

impl Line {
    /// What is known of the peer.
    fn reach(&self) -> Reach {
        let since = |at: u32| self.sent - at;
        match (self.heard_at, self.fine_at) {
            (None, _) if self.sent < UNHEARD => Reach::Unheard,
            (_, Some(fine)) if since(fine) < LEASE => Reach::Follows,
            // One that most reached is more likely gone than cut off.
            (Some(heard), Some(_)) if since(heard) < 2 * LEASE => Reach::Misses,
            (Some(heard), None) if since(heard) < AWAY => Reach::Misses,
            _ => Reach::Follows,
        }
    }

    /// Takes that so many of the latest datagrams have come.
    fn hear_of(&mut self, heard: u8) {
        self.fine_at = (u32::from(heard) >= FEW).then_some(self.sent);
    }

    /// Takes note of a packet that came; returns how many come, when it is time to say so. The fewer come, the more often that
    /// is said, as answers are lost, too; where most come, once the sender shows by its keys that it does not know.
    fn tells(&mut self, is_key: bool) -> Option<u8> {
        let recent = self.opener.recent();
        self.untold += 1;
        self.keys = if is_key { self.keys + 1 } else { 0 };
        let is_due = if recent < FEW { 2 * self.untold > recent } else { self.keys >= KEYS };
        if is_due {
            (self.untold, self.keys) = (0, 0);
        }
        is_due.then_some(recent as u8)
    }
}

impl Node {
    /// More sequences for datagrams to a peer; `None` if they cannot be written down.
    fn reserve(&self, name: Name) -> Option<Reserved> {
        match self.book.reserve(name, BLOCK) {
            Ok(reserved) => Some(reserved),
            Err(error) => {
                self.tell(&Event::Disk { what: error.to_string() });
                None
            }
        }
    }

    /// Takes a line that is published.
    pub(super) fn live_row(&self, line: &[u8], is_names: bool) {
        let Some(setup) = self.setup.live.as_ref().filter(|_| self.setup.lanes != Lanes::Exact) else {
            return;
        };
        let mut live = self.live.borrow_mut();
        let live = &mut *live;
        if is_names {
            live.talker = None;
            live.shown.clear();
        }
        let reach = live.reach();
        if live.talker.is_none() && !live.is_off {
            live.shown.extend_from_slice(line);
            match Talker::begin(&live.shown, MAX_PACKET, setup, "the input") {
                Ok(Some(talker)) => (live.talker, live.shown) = (Some(talker), Vec::new()),
                Ok(None) if memchr::memchr_iter(b'\n', &live.shown).count() as u64 > SHOWN => {
                    (live.is_off, live.shown) = (true, Vec::new());
                    self.tell(&Event::Disk {
                        what: "rows that are no table of numbers go by the history lane only".into(),
                    });
                }
                Ok(None) => {}
                Err(failure) => {
                    live.is_off = true;
                    self.tell(&Event::Disk { what: failure.to_string() });
                }
            }
        } else if let Some(talker) = &mut live.talker {
            live.counts.rows += 1;
            talker.reaches(reach);
            talker.line(line);
        }
        live.send(&mut |name| self.reserve(name));
    }

    /// Asks a peer that has just been met for all that is needed to follow it live.
    pub(super) fn ask_live(&self, name: Name) {
        if let Some(ask) = receive::first_ask().filter(|_| self.follows(name)) {
            self.say_to(|other| other == name, &ask);
        }
    }

    /// Tells that no more rows come.
    pub(super) fn live_end(&self) {
        let mut live = self.live.borrow_mut();
        if let Some(talker) = &mut live.talker {
            talker.end();
        }
        live.send(&mut |name| self.reserve(name));
    }

    /// Says that there are lines, to those whom no connection reaches.
    pub(super) fn say_news(&self) {
        let mut live = self.live.borrow_mut();
        let far: Vec<Name> = {
            let peers = self.peers.borrow();
            peers
                .iter()
                .filter(|(_, peer)| peer.connections == 0 && peer.has.is_some())
                .map(|(name, _)| *name)
                .collect()
        };
        for name in far {
            let Some(line) = live.lines.get_mut(&name) else { continue };
            if line.said_news.is_some_and(|said| said.elapsed() < NEWS_EVERY) {
                continue;
            }
            line.said_news = Some(Instant::now());
            live.say(name, &[NEWS], true, &mut |name| self.reserve(name));
        }
    }

    /// Says something to those who are meant.
    pub(super) fn say_to(&self, is_meant: impl Fn(Name) -> bool, body: &[u8]) {
        let mut live = self.live.borrow_mut();
        let names: Vec<Name> = live.lines.keys().copied().filter(|name| is_meant(*name)).collect();
        for name in names {
            live.say(name, body, true, &mut |name| self.reserve(name));
        }
    }

    /// Takes a datagram.
    fn hear(&self, datagram: &[u8], from: SocketAddr) {
        let mut live = self.live.borrow_mut();
        let live = &mut *live;
        live.counts.heard += 1;
        live.counts.heard_bytes += datagram.len() as u64 + HEADERS;
        let opened =
            live.lines.iter_mut().find_map(|(name, line)| Some((*name, line.opener.open(datagram)?)));
        let Some((name, body)) = opened else {
            live.counts.refused += 1;
            return;
        };
        let Some(line) = live.lines.get_mut(&name) else { return };
        if let Some((epoch, sequence)) = line.opener.heard()
            && sequence.abs_diff(line.written) >= HEARD_EVERY
        {
            line.written = sequence;
            // What is not written down may be opened once more after a restart: a link leaves what it has had.
            let _ = self.book.set_cursor(name, HEARD, (epoch, sequence));
        }
        if !line.is_fixed {
            line.address = Some(from);
        }
        self.woken.notify_waiters();
        match body.first() {
            Some(&NEWS) => return,
            Some(&LEARNT) => return self.hear_learnt(name, &body[1..]),
            Some(&HEARD_OF) => {
                line.heard_at = Some(line.sent);
                body.get(1).into_iter().for_each(|heard| line.hear_of(*heard));
                return;
            }
            Some(head) if head >> 5 == 6 => {
                line.heard_at = Some(line.sent);
                if let Some(talker) = &mut live.talker {
                    talker.hear(&body);
                }
                return;
            }
            _ => {}
        }
        let most_come = line.opener.recent() >= FEW;
        let Some(incoming) = line.incoming.as_mut() else { return };
        incoming.waits(most_come);
        incoming.packet(&body);
        let mut warnings = Vec::new();
        let passed =
            incoming.pass(&name.short(), datagram.len() as u64, &mut |what| warnings.push(what.to_owned()));
        let ask = incoming.ask_again();
        let text = std::mem::take(&mut *line.text.borrow_mut());
        let tells = line.tells(live::is_key(&body)).map(|heard| vec![HEARD_OF, heard]);
        for answer in ask.map(Vec::from).into_iter().chain(tells) {
            live.say(name, &answer, true, &mut |name| self.reserve(name));
        }
        warnings.into_iter().for_each(|what| self.tell(&Event::Lost { name, what }));
        if let Err(failure) = passed {
            self.tell(&Event::Lost { name, what: failure.to_string() });
        }
        if !text.is_empty() {
            self.tell(&Event::Live { name, text: String::from_utf8_lossy(&text).into_owned() });
            if self.live_text.as_ref().is_some_and(|printer| printer.try_send(text).is_err()) {
                let what = "rows that came faster than they are read are not printed".to_owned();
                self.tell(&Event::Lost { name, what });
            }
        }
    }
}

/// Hears datagrams until the node ends.
pub(super) async fn hear(node: Rc<Node>) {
    let mut datagram = vec![0; 2048];
    loop {
        let ready = {
            let live = node.live.borrow();
            live.socket.try_recv_from(&mut datagram)
        };
        match ready {
            Ok((length, from)) => node.hear(&datagram[..length], from),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => wait(&node).await,
            // What a peer's machine says to a datagram of ours is no failure of the socket.
            Err(_) => tokio::task::yield_now().await,
        }
    }
}

/// Waits until a datagram may have come.
async fn wait(node: &Node) {
    let socket = Rc::clone(&node.live.borrow().socket);
    let _ = socket.readable().await;
}

/// Tells silence now and then, so that those who follow know that it was silence.
pub(super) async fn beat(node: Rc<Node>) {
    loop {
        sleep(HEARTBEAT).await;
        let mut live = node.live.borrow_mut();
        if let Some(talker) = &mut live.talker {
            talker.heartbeat();
        }
        live.send(&mut |name| node.reserve(name));
    }
}

/// Where the sealed datagrams of a peer come in: behind its port for connections.
pub(super) fn behind(ticket: &Ticket) -> Option<SocketAddr> {
    let mut address = ticket.look_up()?;
    address.set_port(address.port().checked_add(1)?);
    Some(address)
}
