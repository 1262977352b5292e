//! Opening all that a node has: its store, its sockets, and what is known of its peers.

#[cfg(feature = "http")]
use super::http;
use super::{
    Setup,
    learn::Learning,
    lines::Lines,
    live::{self, Live},
    order::BANNED,
    publish,
    quic::Quic,
    state::{HAS, LINES, Node, Peer},
    store::{self, Book, BookError, Cursor, Why},
    tell::Teller,
    ticket::Ticket,
};
use crate::failure::{Failure, Outcome};
use qres_core::trust::Name;
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    fs::{File, OpenOptions},
    net::{SocketAddr, UdpSocket},
    path::Path,
    rc::Rc,
    time::{Instant, SystemTime, UNIX_EPOCH},
};
use tokio::sync::{Notify, mpsc, watch};

/// What the book calls the number of this start.
const TERM: &str = "term";

/// Opens all that a node has; returns also how many lines of its input have been published before.
pub(super) fn begin(
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
    let quic = Quic::listen(&setup.secret, quic_socket, setup.rate)?;
    let mut live = Live::new(live_socket).map_err(|error| Failure::io("cannot listen", error))?;
    let (mut peers, mut followed) = (BTreeMap::<Name, Peer>::new(), BTreeMap::new());
    let named = setup.peers.iter().map(|ticket| ticket.name);
    let wanted = setup.follow.iter().map(|follow| follow.name);
    for other in named.chain(setup.trusted.iter().copied()).chain(wanted) {
        let has: Option<Cursor> = book.cursor(other, HAS).map_err(unread)?;
        peers.entry(other).or_default().has = has.filter(|has| has.epoch == epoch).map(|has| has.number);
        let follows = setup.follow.iter().any(|follow| follow.name == other);
        if !matches!(book.cursor(other, BANNED), Ok(Some(true))) {
            live.know(&identity, other, book.cursor(other, live::HEARD).map_err(unread)?, follows);
        }
        let lines: Option<Cursor> = book.cursor(other, LINES).map_err(unread)?;
        if let Some(Cursor { epoch, .. }) = lines.filter(|_| follows) {
            let lines = Lines::open(&folder, other, epoch, setup.keep.clone()).map_err(unopened)?;
            followed.insert(other, Rc::new(lines));
        }
    }
    fill_up(&own, peers.values().filter_map(|peer| peer.has).max()).map_err(unopened)?;
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
    let skip = match setup.place.as_ref().filter(|_| publishes) {
        Some(place) => publish::skip(&book, name, place, own.log.borrow().next()).map_err(unread)?,
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
        found: RefCell::default(),
        outputs: RefCell::default(),
        woken: Notify::new(),
        connections: RefCell::default(),
        moved_bytes: Cell::default(),
        ending,
        progress: Notify::new(),
        moved: Cell::new(Instant::now()),
        input_ended: Cell::new(false),
        printed: Cell::new(0),
        gone: Cell::new(0),
        publishes,
        setup,
    };
    Ok((Rc::new(node), skip))
}

/// Where a disk has lost lines that peers have, their numbers are not given again.
fn fill_up(own: &Lines, had: Option<u64>) -> store::Result<()> {
    let next = own.log.borrow().next();
    let lost = had.unwrap_or(0).saturating_sub(next);
    if lost > 0 {
        own.log.borrow_mut().append_gap(lost, Why::Damaged)?;
        own.sync()?;
    }
    Ok(())
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
pub(super) fn lock(store: &Path) -> Outcome<File> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::{
        lines::{Batch, What},
        store::{Keep, Line},
    };

    #[test]
    fn numbers_that_peers_have_seen_are_not_given_again() {
        let folder = tempfile::tempdir().unwrap();
        let own = Lines::open(folder.path(), Name([7; 32]), 1, Keep::default()).unwrap();
        own.add(Line::Row(b"1\n")).unwrap();
        own.sync().unwrap();
        for had in [None, Some(0), Some(1)] {
            fill_up(&own, had).unwrap();
            assert_eq!(own.durable(), 1);
        }
        fill_up(&own, Some(5)).unwrap();
        assert_eq!(own.add(Line::Row(b"6\n")).unwrap(), 5);
        let Some(Batch { what, end }) = own.batch(1, 1000).unwrap() else { panic!("a gap") };
        assert_eq!((what, end), (What::Gap(Why::Damaged), 5));
    }
}
