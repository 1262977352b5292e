//! A node: a peer that delivers its rows to others and keeps what it has promised.
//!
//! | file | what it holds |
//! |---|---|
//! | `ticket` | who a peer is, and where |
//! | `wire` | what nodes say to each other on QUIC streams |
//! | `stream` | the two ends of such a stream |
//! | `quic` | connections, and who is at their other end |
//! | `meet` | dialling, answering, and which streams a connection carries |
//! | `serve`, `follow` | the history lane: exact lines, from one disk to another |
//! | `past` | the rows that both ends of it know |
//! | `seal` | sealed datagrams |
//! | `live` | the live lane: rows within their bounds, at once |
//! | `learn` | what columns learn beside those of others |
//! | `publish` | what comes in becomes lines |
//! | `print` | lines of others become output |
//! | [`store`] | what is kept on disk |
//! | `status`, `control` | how it is, and who may ask |
//! | `lines` | the lines of one name |
//! | `tell` | what is told of what happens |
//! | `http` | the same and more over HTTP, for people and programs (a feature) |
//!
//! All of it runs on one thread: nothing is borrowed over a wait. What is promised is on a disk before it is said: a line is
//! told as had by its receiver, and dropped by its sender, in that order.

#[cfg(unix)]
pub(crate) mod control;
mod follow;
#[cfg(feature = "http")]
mod http;
mod learn;
mod lines;
mod live;
mod meet;
mod past;
mod print;
mod publish;
mod quic;
mod seal;
mod serve;
mod status;
pub(crate) mod store;
mod stream;
mod tell;
pub(crate) mod ticket;
mod wire;

use crate::{
    failure::{Failure, Outcome},
    io::{input::Input, link::send},
    signal,
};
use learn::Learning;
use lines::Lines;
use live::Live;
use qres_core::trust::{Identity, Name, Secret};
use quic::Quic;
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    fs::{File, OpenOptions},
    net::{SocketAddr, UdpSocket},
    path::{Path, PathBuf},
    rc::Rc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use store::{Book, BookError, Cursor, Keep};
use tell::Event;
pub(crate) use tell::Teller;
use ticket::Ticket;
use tokio::{
    sync::{Notify, mpsc, watch},
    task::{LocalSet, spawn_local},
    time::{sleep, timeout},
};
use wire::Hello;

/// Wire: bytes of IPv4 and UDP before a datagram.
const HEADERS: u64 = 28;
/// How often it is looked whether all is done, where time counts.
const TICK: Duration = Duration::from_millis(100);
/// How often logs are looked at.
const TIDY: Duration = Duration::from_secs(10);
/// How long a node that was told to end takes to print what it has.
const DRAIN: Duration = Duration::from_millis(500);

/// What the book calls the lines of ours that a peer has, and those of a peer that are here.
const HAS: &str = "has";
const LINES: &str = "lines";
/// What the book calls the number of this start.
const TERM: &str = "term";
/// Limit: pieces of live rows that wait to be printed.
const LIVE_WAITING: usize = 256;

/// What a node is to do.
#[derive(Debug)]
pub(crate) struct Setup {
    pub(crate) secret: Secret,
    pub(crate) store: PathBuf,
    pub(crate) listen: SocketAddr,
    pub(crate) peers: Vec<Ticket>,
    pub(crate) trusted: Vec<Name>,
    /// Strangers may come, too.
    pub(crate) open: bool,
    /// What is published, until it is begun.
    pub(crate) input: Option<Input>,
    /// Where the input is, if it can be read again from its beginning.
    pub(crate) source: Option<PathBuf>,
    pub(crate) follow: Vec<Follow>,
    pub(crate) lanes: Lanes,
    /// How rows go on the live lane, if they do.
    pub(crate) live: Option<send::Setup>,
    pub(crate) until: Until,
    pub(crate) keep: Keep,
    /// Columns of the rows that are watched, and learnt of beside others.
    pub(crate) watch: Vec<String>,
    /// How long exact rows wait for more of them.
    pub(crate) every: Duration,
    /// Bytes a second of history to each follower at most.
    pub(crate) rate: Option<u64>,
    /// Where it answers over HTTP, if it does.
    #[cfg(feature = "http")]
    pub(crate) http: Option<SocketAddr>,
}

/// Whose rows are wanted, and where they go.
#[derive(Debug, Clone)]
pub(crate) struct Follow {
    pub(crate) name: Name,
    /// A file; stdout if there is none.
    pub(crate) output: Option<PathBuf>,
    /// The line to print first, whatever has been printed before.
    pub(crate) from: Option<u64>,
}

/// Which lanes rows take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lanes {
    Both,
    Live,
    Exact,
}

/// When a node ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Until {
    /// When it is told to.
    Told,
    /// When the input has ended and all peers have it; when all lines that were there have been printed.
    Delivered,
    /// When so many lines have been printed.
    Lines(u64),
    /// When nothing has happened for so long.
    Idle(Duration),
    /// After so long.
    Time(Duration),
}

/// A peer that may come.
#[derive(Debug, Default)]
struct Peer {
    /// It is neither named nor trusted.
    is_stranger: bool,
    /// Connections with it that are up.
    connections: u32,
    /// The process of it whose lines are taken.
    followed: Option<u32>,
    /// All lines of ours before this one are on its disk.
    has: Option<u64>,
    /// Lines of its that there were when it said so last.
    end: Option<u64>,
}

/// What all tasks of a node share.
struct Node {
    setup: Setup,
    identity: Identity,
    name: Name,
    /// Another one each time it starts.
    session: u32,
    started: Instant,
    /// Who it is and where, as others dial it.
    ticket: String,
    quic: Quic,
    own: Rc<Lines>,
    followed: RefCell<BTreeMap<Name, Rc<Lines>>>,
    /// Somebody began another epoch.
    renewed: Notify,
    peers: RefCell<BTreeMap<Name, Peer>>,
    book: Book,
    teller: Teller,
    #[cfg(feature = "http")]
    events: http::Events,
    live: RefCell<Live>,
    learning: RefCell<Learning>,
    /// Where live rows are printed, if they are.
    live_text: Option<mpsc::Sender<Vec<u8>>>,
    /// How far outputs are.
    outputs: RefCell<BTreeMap<Name, print::Printed>>,
    /// A datagram of a peer came in.
    woken: Notify,
    /// Connections that are up.
    connections: RefCell<Vec<quinn::Connection>>,
    /// Bytes of connections that have ended, with those of IP and UDP: sent and received.
    moved_bytes: Cell<(u64, u64)>,
    /// It was told to end.
    ending: watch::Sender<bool>,
    /// Something was delivered, printed or read.
    progress: Notify,
    moved: Cell<Instant>,
    input_ended: Cell<bool>,
    printed: Cell<u64>,
    /// It has an input.
    publishes: bool,
}

impl Node {
    fn is_ending(&self) -> bool {
        *self.ending.borrow()
    }

    /// Tells of a book that could not be written.
    fn wrote<E: std::fmt::Display>(&self, written: Result<(), E>) {
        if let Err(error) = written {
            self.tell(&Event::Disk { what: error.to_string() });
        }
    }

    fn tell(&self, event: &Event) {
        self.teller.tell(event);
        #[cfg(feature = "http")]
        if self.events.receiver_count() > 0 {
            let _ = self.events.send(event.json().into());
        }
    }

    fn has_moved(&self) {
        self.moved.set(Instant::now());
        self.progress.notify_one();
    }

    /// Whether a peer may come.
    fn trusts(&self, name: Name) -> bool {
        self.setup.open || self.setup.trusted.contains(&name) || self.peers.borrow().contains_key(&name)
    }

    fn follows(&self, name: Name) -> bool {
        self.setup.follow.iter().any(|follow| follow.name == name)
    }

    fn lines_of(&self, name: Name) -> Option<Rc<Lines>> {
        self.followed.borrow().get(&name).cloned()
    }

    /// Begins with the lines of another epoch.
    fn begin_epoch(&self, name: Name, epoch: u32) -> store::Result<Rc<Lines>> {
        let lines = Rc::new(Lines::open(&self.setup.store, name, epoch, self.setup.keep.clone())?);
        self.wrote(self.book.set_cursor(name, LINES, Cursor { epoch, number: 0 }));
        self.followed.borrow_mut().insert(name, Rc::clone(&lines));
        self.renewed.notify_waiters();
        Ok(lines)
    }

    /// Notes that all lines before `next` are on the disk of a peer.
    fn has(&self, name: Name, next: u64) {
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
    fn knows_end(&self, name: Name, end: u64) {
        self.peers.borrow_mut().entry(name).or_default().end = Some(end);
        self.progress.notify_one();
    }

    /// Notes how far an output is.
    fn is_at(&self, name: Name, at: print::Printed) {
        self.outputs.borrow_mut().insert(name, at);
    }

    /// Whether these names of columns hold already.
    fn holds(&self, names: &[u8]) -> bool {
        let end = self.own.log.borrow().next();
        matches!(self.own.names_at(end), Ok(Some(held)) if held == names)
    }

    fn hello(&self, name: Name) -> Hello {
        let live = self.live.borrow();
        let heard = live.heard(name).unwrap_or_default();
        Hello { session: self.session, epoch: self.own.epoch, heard, port: live.port() }
    }

    /// Notes what a peer has said of itself.
    fn heard_hello(&self, name: Name, hello: Hello, address: SocketAddr) {
        if hello.port != 0 {
            let mut live = self.live.borrow_mut();
            let address = SocketAddr::new(address.ip(), hello.port);
            live.know(&self.identity, name, None, self.follows(name));
            live.is_at(name, address);
            self.learning.borrow_mut().meet(name);
            let known = self.book.peer(name).ok().flatten() == Some(address.to_string());
            // A stranger leaves nothing behind.
            if !known && !self.peers.borrow().get(&name).is_some_and(|peer| peer.is_stranger) {
                self.wrote(self.book.set_peer(name, &address.to_string()));
            }
        }
    }

    /// Whether the lines of a peer are taken now for the first time from this process of it.
    fn begins_to_follow(&self, name: Name, session: u32) -> bool {
        let mut peers = self.peers.borrow_mut();
        let followed = &mut peers.entry(name).or_default().followed;
        followed.replace(session) != Some(session)
    }

    fn ends_to_follow(&self, name: Name, session: u32) {
        if let Some(peer) = self.peers.borrow_mut().get_mut(&name)
            && peer.followed == Some(session)
        {
            peer.followed = None;
        }
    }

    /// Counts what a connection has moved, which has ended.
    fn count(&self, connection: &quinn::Connection) {
        self.connections.borrow_mut().retain(|other| other.stable_id() != connection.stable_id());
        let ((sent, received), (more_sent, more_received)) = (self.moved_bytes.get(), moved(connection));
        self.moved_bytes.set((sent + more_sent, received + more_received));
    }

    /// What all connections have moved.
    fn history_bytes(&self) -> (u64, u64) {
        let connections = self.connections.borrow();
        let add = |sum: (u64, u64), more: (u64, u64)| (sum.0 + more.0, sum.1 + more.1);
        connections.iter().map(moved).fold(self.moved_bytes.get(), add)
    }

    /// Why it should end now, if it should.
    fn is_done(&self) -> Option<&'static str> {
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

    fn is_delivered(&self) -> bool {
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

/// Runs a node until it is done, or told to end.
pub(crate) fn run(mut setup: Setup, teller: Teller) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::io("cannot begin", error))?;
    let input = setup.input.take();
    let done = LocalSet::new().block_on(&runtime, live_as(setup, input, teller));
    // Whoever waits for a terminal or a pipe is not waited for.
    runtime.shutdown_background();
    done
}

async fn live_as(setup: Setup, input: Option<Input>, teller: Teller) -> Outcome {
    let _lock = lock(&setup.store)?;
    let prints_live = setup.lanes == Lanes::Live && !setup.follow.is_empty();
    let (sender, live_text) = prints_live.then(|| mpsc::channel(LIVE_WAITING)).unzip();
    let (node, skip) = begin(setup, input.is_some(), sender, teller)?;
    let ending = node.ending.clone();
    signal::on_first(move || {
        ending.send_replace(true);
    });
    #[cfg(unix)]
    spawn_local(control::answer(Rc::clone(&node), control::listen(&node.setup.store)?));
    node.tell(&Event::Ready { ticket: node.ticket.clone() });
    #[cfg(feature = "http")]
    if let Some(address) = node.setup.http {
        answer_http(&node, address).await?;
    }
    spawn_local(meet::answer(Rc::clone(&node)));
    spawn_local(live::hear(Rc::clone(&node)));
    spawn_local(live::beat(Rc::clone(&node)));
    spawn_local(learn::beat(Rc::clone(&node)));
    spawn_local(tidy(Rc::clone(&node)));
    for ticket in node.setup.peers.clone() {
        spawn_local(meet::keep_dialling(Rc::clone(&node), ticket));
    }
    let mut tasks = tokio::task::JoinSet::new();
    match live_text {
        Some(text) => drop(tasks.spawn_local(print::print_live(Rc::clone(&node), text))),
        None => node.setup.follow.iter().cloned().for_each(|follow| {
            tasks.spawn_local(print::print(Rc::clone(&node), follow));
        }),
    }
    if let Some(input) = input {
        tasks.spawn_local(publish::publish(Rc::clone(&node), input, skip));
    }
    let done = wait(&node, &mut tasks).await;
    node.ending.send_replace(true);
    let _ = timeout(DRAIN, async {
        while !tasks.is_empty() {
            tasks.join_next().await;
        }
    })
    .await;
    let kept = node.own.sync();
    node.quic.close().await;
    let why = done?;
    kept.map_err(|error| {
        Failure::refused(error.to_string(), "the lines that came last may be missing: check the disk")
    })?;
    node.tell(&Event::Ended { why });
    Ok(())
}

/// Answers over HTTP as long as the node runs.
#[cfg(feature = "http")]
async fn answer_http(node: &Rc<Node>, address: SocketAddr) -> Outcome {
    let cannot = |error| Failure::io(format_args!("cannot listen at {address}"), error);
    let (listener, address) = http::listen(address).await.map_err(cannot)?;
    let (app, asks) = http::App::new(node.events.clone(), crate::io::store::Store::at(None));
    spawn_local(http::answer(Rc::clone(node), asks));
    spawn_local(http::serve(listener, app));
    node.tell(&Event::Page { address: format!("http://{address}/") });
    Ok(())
}

/// Waits until all is done, or the node is told to end, or a task fails.
async fn wait(node: &Node, tasks: &mut tokio::task::JoinSet<Outcome>) -> Outcome<&'static str> {
    let mut ending = node.ending.subscribe();
    loop {
        if let Some(why) = node.is_done() {
            return Ok(why);
        }
        tokio::select! {
            () = node.progress.notified() => {}
            () = sleep(TICK) => {}
            _ = ending.wait_for(|ending| *ending) => return Ok("told to"),
            Some(ended) = tasks.join_next() => ended.map_err(|_| Failure::bug("a task of the node broke off"))??,
        }
    }
}

/// Keeps the logs within what they may take, a step at a time.
async fn tidy(node: Rc<Node>) {
    loop {
        let mut logs: Vec<Rc<Lines>> = node.followed.borrow().values().cloned().collect();
        logs.push(Rc::clone(&node.own));
        let mut is_busy = false;
        for lines in logs {
            match lines.log.borrow_mut().tidy() {
                Ok(more) => is_busy |= more,
                Err(error) => node.tell(&Event::Disk { what: error.to_string() }),
            }
        }
        sleep(if is_busy { TICK } else { TIDY }).await;
    }
}

/// Opens all that a node has; returns also how many lines of its input have been published before.
fn begin(
    setup: Setup,
    publishes: bool,
    live_text: Option<mpsc::Sender<Vec<u8>>>,
    teller: Teller,
) -> Outcome<(Rc<Node>, u64)> {
    let folder = setup.store.clone();
    let broken = |error: &dyn std::fmt::Display| {
        Failure::refused(format!("{}: {error}", folder.display()), "check the disk that the store is on")
    };
    let unread = |error: BookError| broken(&error);
    let unopened = |error: store::Error| broken(&error);
    let clock = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let book = Book::open(&folder.join("book"), clock).map_err(unread)?;
    let (identity, epoch) = (setup.secret.identity(), book.epoch().map_err(unread)?);
    let name = identity.name();
    let own = Lines::open(&folder, name, epoch, setup.keep.clone()).map_err(unopened)?;
    let (quic_socket, live_socket) = sockets(setup.listen)?;
    let quic = Quic::listen(&setup.secret, quic_socket)?;
    let mut live = Live::new(live_socket).map_err(|error| Failure::io("cannot listen", error))?;
    let (mut peers, mut followed) = (BTreeMap::<Name, Peer>::new(), BTreeMap::new());
    let named = setup.peers.iter().map(|ticket| ticket.name);
    let wanted = setup.follow.iter().map(|follow| follow.name);
    for other in named.chain(setup.trusted.iter().copied()).chain(wanted) {
        let has: Option<Cursor> = book.cursor(other, HAS).map_err(unread)?;
        peers.entry(other).or_default().has = has.filter(|has| has.epoch == epoch).map(|has| has.number);
        let follows = setup.follow.iter().any(|follow| follow.name == other);
        live.know(&identity, other, book.cursor(other, live::HEARD).map_err(unread)?, follows);
        let lines: Option<Cursor> = book.cursor(other, LINES).map_err(unread)?;
        if let Some(Cursor { epoch, .. }) = lines.filter(|_| follows) {
            let lines = Lines::open(&folder, other, epoch, setup.keep.clone()).map_err(unopened)?;
            followed.insert(other, Rc::new(lines));
        }
    }
    // Where they were last; a ticket knows better.
    for (other, address) in book.peers::<String>().map_err(unread)? {
        if let Some(address) = address.parse().ok().filter(|_| peers.contains_key(&other)) {
            live.is_at(other, address);
        }
    }
    for ticket in &setup.peers {
        if let Some(address) = live::behind(ticket) {
            live.stays_at(ticket.name, address);
        }
    }
    let skip = match setup.source.as_ref().filter(|_| publishes) {
        Some(source) => publish::skip(&book, name, source, own.log.borrow().next()).map_err(unread)?,
        None => 0,
    };
    let mut random = [0; 4];
    getrandom::fill(&mut random).map_err(|error| {
        Failure::refused(format!("the system has no random numbers: {error}"), "a node needs some to begin")
    })?;
    let session = u32::from_le_bytes(random);
    let term: u32 = book.cursor(name, TERM).map_err(unread)?.unwrap_or(0_u32) + 1;
    book.set_cursor(name, TERM, term).map_err(unread)?;
    let mut learning = Learning::new(&setup.secret, &setup.watch, term, session);
    peers.keys().for_each(|name| learning.meet(*name));
    let (ending, _) = watch::channel(false);
    let node = Node {
        identity,
        name,
        session,
        started: Instant::now(),
        ticket: Ticket { name, address: quic.address()?.to_string() }.to_string(),
        quic,
        own: Rc::new(own),
        followed: RefCell::new(followed),
        renewed: Notify::new(),
        peers: RefCell::new(peers),
        book,
        teller,
        #[cfg(feature = "http")]
        events: http::events(),
        live: RefCell::new(live),
        learning: RefCell::new(learning),
        live_text,
        outputs: RefCell::default(),
        woken: Notify::new(),
        connections: RefCell::default(),
        moved_bytes: Cell::default(),
        ending,
        progress: Notify::new(),
        moved: Cell::new(Instant::now()),
        input_ended: Cell::new(false),
        printed: Cell::new(0),
        publishes,
        setup,
    };
    Ok((Rc::new(node), skip))
}

/// Binds the port for connections, and the one behind it for sealed datagrams.
fn sockets(listen: SocketAddr) -> Outcome<(UdpSocket, UdpSocket)> {
    let cannot =
        |address: SocketAddr| move |error| Failure::io(format_args!("cannot listen at {address}"), error);
    // Where any port will do, one is looked for that has a free one behind it.
    for _ in 0..64 {
        let first = UdpSocket::bind(listen).map_err(cannot(listen))?;
        let mut behind = first.local_addr().map_err(cannot(listen))?;
        let Some(port) = behind.port().checked_add(1) else { continue };
        behind.set_port(port);
        match UdpSocket::bind(behind) {
            Ok(second) => {
                second.set_nonblocking(true).map_err(cannot(behind))?;
                return Ok((first, second));
            }
            Err(_) if listen.port() == 0 => {}
            Err(error) => return Err(cannot(behind)(error)),
        }
    }
    Err(Failure::refused("no two ports in a row are free", "name a port with `--listen`"))
}

/// Holds the store for this process alone.
fn lock(store: &Path) -> Outcome<File> {
    let name = store.display().to_string();
    std::fs::create_dir_all(store).map_err(Failure::writing(&name))?;
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(store.join("lock"));
    let file = file.map_err(Failure::writing(&name))?;
    file.try_lock().map_err(|_| {
        Failure::refused(
            format!("{name} is in use by another node"),
            "end that one first, or name another folder with `--store`",
        )
    })?;
    Ok(file)
}
