//! Dialling and answering, and which streams a connection carries.
//!
//! A connection is kept to each peer whose address is known. Where it is lost the peer is dialled again, later each time up to
//! [`LONGEST`]; one that has ended in silence is dialled when there is something to say.

use super::{
    Lanes, Node, Peer,
    follow::follow,
    quic,
    serve::serve,
    stream::{Ear, Mouth, Over},
    tell::Event,
    ticket::Ticket,
    wire::{Hello, Say},
};
use qres_core::trust::Name;
use quinn::{Connection, VarInt};
use std::{net::SocketAddr, rc::Rc, time::Duration};
use tokio::{
    task::{spawn_blocking, spawn_local},
    time::{sleep, timeout},
};

/// How long a peer is waited for that has been dialled.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long one waits at least for its hello. Where it is long gone QUIC may be pausing: whoever dials anew is there sooner.
const PATIENCE_FOR_HELLO: Duration = Duration::from_secs(3);
/// How long it is until a peer is dialled again, at first and at last.
const SHORTEST: Duration = Duration::from_millis(200);
const LONGEST: Duration = Duration::from_secs(30);
/// How long nothing is said to a peer that says nothing, before it is dialled to see whether it is there.
const SILENCE: Duration = Duration::from_secs(12 * 3600);
/// Connections that one peer may have.
const MAX_CONNECTIONS: u32 = 4;
/// Strangers that are let in at once.
const MAX_STRANGERS: usize = 16;
/// Why a connection is closed: not trusted, too many, what was said makes no sense.
const NOT_TRUSTED: u32 = 1;
const TOO_MANY: u32 = 2;
const WRONG: u32 = 3;

/// Keeps a connection to the peer of a ticket.
pub(super) async fn keep_dialling(node: Rc<Node>, ticket: Ticket) {
    let mut pause = SHORTEST;
    loop {
        if node.is_ending() {
            return;
        }
        let is_up = node.peers.borrow().get(&ticket.name).is_some_and(|peer| peer.connections > 0);
        if !is_up && !node.is_banned(ticket.name) {
            let found = node.found.borrow().get(&ticket.name).cloned();
            match dial(&node, found.as_ref().unwrap_or(&ticket)).await {
                Ok(connection) => {
                    pause = SHORTEST;
                    let ended = meet(&node, connection, true).await;
                    if ended == Ending::Silent {
                        wait_for_news(&node, ticket.name).await;
                    }
                }
                Err(why) => node.tell(&Event::Left { name: ticket.name, why }),
            }
        }
        // Those who lost the same peer do not all come back at the same time.
        let jitter = Duration::from_millis(u64::from(node.session % 97));
        sleep(pause + jitter).await;
        pause = (pause * 2).min(LONGEST);
    }
}

async fn dial(node: &Node, ticket: &Ticket) -> Result<Connection, String> {
    let asked = ticket.clone();
    let address = spawn_blocking(move || asked.look_up()).await.ok().flatten();
    let address = address.ok_or_else(|| format!("{} cannot be found", ticket.address))?;
    let dialled = timeout(PATIENCE, node.quic.dial(ticket.name, address)).await;
    dialled.unwrap_or_else(|_| Err(format!("no answer from {address}")))
}

/// Waits until there is a line that the peer has not, or it says something; but not for ever.
async fn wait_for_news(node: &Node, name: Name) {
    let has = node.peers.borrow().get(&name).and_then(|peer| peer.has).unwrap_or(0);
    tokio::select! {
        () = node.own.wait_for(has) => {}
        () = node.woken.notified() => {}
        () = sleep(SILENCE) => {}
    }
}

/// Answers who knocks.
pub(super) async fn answer(node: Rc<Node>) {
    while let Some(incoming) = node.quic.knock().await {
        let node = Rc::clone(&node);
        spawn_local(async move {
            if let Ok(Ok(connection)) = timeout(PATIENCE, async { incoming.await }).await {
                meet(&node, connection, false).await;
            }
        });
    }
}

/// How a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Silent,
    Broken,
}

/// Talks with a peer as long as the connection is up.
async fn meet(node: &Rc<Node>, connection: Connection, dialled: bool) -> Ending {
    let Some(name) = quic::name_of(&connection) else { return Ending::Broken };
    let at = connection.remote_address();
    let address = at.to_string();
    if let Err((code, event)) = enter(node, name, at) {
        connection.close(VarInt::from_u32(code), b"");
        if let Some(event) = event {
            node.tell(&event);
        }
        return Ending::Broken;
    }
    node.connections.borrow_mut().push(connection.clone());
    node.tell(&Event::Met { name, address });
    let ended = tokio::select! {
        ended = talk(node, name, &connection, dialled) => ended,
        error = connection.closed() => Err(error.to_string()),
    };
    let why = ended.err().unwrap_or_default();
    let is_silent = matches!(connection.close_reason(), Some(quinn::ConnectionError::TimedOut));
    connection.close(VarInt::from_u32(WRONG), b"");
    node.count(&connection);
    if let Some(peer) = node.peers.borrow_mut().get_mut(&name) {
        peer.connections -= 1;
        peer.address = peer.address.filter(|_| peer.connections > 0);
    }
    node.tell(&Event::Left { name, why });
    if is_silent { Ending::Silent } else { Ending::Broken }
}

/// Lets a peer in, or says why not.
fn enter(node: &Node, name: Name, address: SocketAddr) -> Result<(), (u32, Option<Event>)> {
    if !node.trusts(name) || name == node.name {
        return Err((NOT_TRUSTED, Some(Event::Stranger { name, address: address.to_string() })));
    }
    let mut peers = node.peers.borrow_mut();
    let strangers = peers.values().filter(|peer| peer.is_stranger && peer.connections > 0).count();
    let peer = peers.entry(name).or_insert_with(|| Peer { is_stranger: true, ..Peer::default() });
    if peer.connections >= MAX_CONNECTIONS || (peer.is_stranger && strangers >= MAX_STRANGERS) {
        return Err((TOO_MANY, None));
    }
    peer.connections += 1;
    peer.address = Some(address);
    Ok(())
}

/// Says hello, and carries streams both ways.
async fn talk(node: &Rc<Node>, name: Name, connection: &Connection, dialled: bool) -> Result<(), String> {
    let patience = (connection.rtt() * 8).clamp(PATIENCE_FOR_HELLO, PATIENCE);
    let hello = timeout(patience, greet(node, name, connection, dialled)).await;
    let hello = hello.map_err(|_| "it said nothing".to_owned())?.map_err(|over| why(&over))?;
    // Where we dialled it, its datagrams come in behind that port, whatever it calls it itself.
    if !dialled {
        node.heard_hello(name, hello, connection.remote_address());
    }
    if node.setup.lanes != Lanes::Exact {
        node.ask_live(name);
    }
    if node.follows(name) && node.setup.lanes != Lanes::Live {
        let (taker, connection) = (Rc::clone(node), connection.clone());
        let task = spawn_local(async move {
            if let Err(Over::Wrong(what)) = ask(&taker, name, &connection).await {
                taker.tell(&Event::Left { name, why: what.to_owned() });
                connection.close(VarInt::from_u32(WRONG), what.as_bytes());
            }
        });
        // Of two connections the one before may be dead without knowing it.
        node.follows_by(name, task.abort_handle());
    }
    loop {
        let (send, recv) = connection.accept_bi().await.map_err(|error| error.to_string())?;
        let node = Rc::clone(node);
        let connection = connection.clone();
        spawn_local(async move {
            let ended = give(&node, name, Mouth(send), Ear::new(recv)).await;
            if let Err(Over::Wrong(what)) = ended {
                node.tell(&Event::Left { name, why: what.to_owned() });
                connection.close(VarInt::from_u32(WRONG), what.as_bytes());
            }
        });
    }
}

fn why(over: &Over) -> String {
    match over {
        Over::Ended => "it went away".to_owned(),
        Over::Wrong(what) => (*what).to_owned(),
    }
}

async fn greet(node: &Rc<Node>, name: Name, connection: &Connection, dialled: bool) -> Result<Hello, Over> {
    let stream = if dialled { connection.open_bi().await } else { connection.accept_bi().await };
    let (send, recv) = stream.map_err(|_| Over::Ended)?;
    let (mouth, mut ear) = (Mouth(send), Ear::new(recv));
    // A stream is there for the other end when something is said on it.
    let hello = if dialled {
        say_hello(node, name, mouth).await?;
        hear_hello(&mut ear).await?
    } else {
        let hello = hear_hello(&mut ear).await?;
        say_hello(node, name, mouth).await?;
        hello
    };
    match ear.hear().await {
        Ok(Say::Peers(peers)) => peers.into_iter().for_each(|(name, address)| node.found(name, address)),
        Ok(_) => return Err(Over::Wrong("it said more than hello")),
        Err(Over::Ended) => {}
        Err(wrong) => return Err(wrong),
    }
    Ok(hello)
}

async fn hear_hello(ear: &mut Ear) -> Result<Hello, Over> {
    match ear.hear().await? {
        Say::Hello(hello) => Ok(hello),
        _ => Err(Over::Wrong("it did not say hello")),
    }
}

/// Says hello, and which peers are there.
async fn say_hello(node: &Node, name: Name, mut mouth: Mouth) -> Result<(), Over> {
    mouth.say(&Say::Hello(node.hello(name))).await?;
    let peers = node.known(name);
    if !peers.is_empty() {
        mouth.say(&Say::Peers(peers)).await?;
    }
    mouth.end();
    Ok(())
}

/// Asks for the lines of a peer.
async fn ask(node: &Rc<Node>, name: Name, connection: &Connection) -> Result<(), Over> {
    let (send, recv) = connection.open_bi().await.map_err(|_| Over::Ended)?;
    // What is live goes first.
    let _ = send.set_priority(-1);
    follow(node, name, Mouth(send), Ear::new(recv)).await
}

/// Gives a peer what it asks for.
async fn give(node: &Rc<Node>, peer: Name, mut mouth: Mouth, mut ear: Ear) -> Result<(), Over> {
    let heard = timeout(PATIENCE, ear.hear())
        .await
        .map_err(|_| Over::Wrong("it opened a stream and said nothing"))?;
    let Say::Follow(wish) = heard? else { return Err(Over::Wrong("a message that nobody asked for")) };
    let is_other = wish.name != node.name || node.setup.lanes == Lanes::Live;
    if is_other || !node.publishes && node.own.durable() == 0 {
        mouth.say(&Say::Refuse).await?;
        mouth.end();
        return Ok(());
    }
    let _ = mouth.0.set_priority(-1);
    serve(node, peer, wish, mouth, ear).await
}
