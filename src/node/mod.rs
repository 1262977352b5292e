//! A node: a peer that delivers its rows to others and keeps what it has promised.
//!
//! | file | what it holds |
//! |---|---|
//! | `ticket` | who a peer is, and where |
//! | `wire` | what nodes say to each other on QUIC streams |
//! | `stream` | the two ends of such a stream |
//! | `quic` | connections, and who is at their other end |
//! | `meet` | dialling, answering, and which streams a connection carries |
//! | `found` | peers that others tell of, or that announce themselves |
//! | `serve`, `follow` | the history lane: exact lines, from one disk to another |
//! | `past` | the rows that both ends of it know |
//! | `seal` | sealed datagrams |
//! | `live` | the live lane: rows within their bounds, at once |
//! | `learn` | what columns learn beside those of others |
//! | `source` | where rows come from: an input, or a board |
//! | `publish` | what comes in becomes lines |
//! | `print` | lines of others become output |
//! | [`store`] | what is kept on disk |
//! | `begin`, `state` | opening all of that, and what all tasks share |
//! | `status`, `control` | how it is, and who may ask |
//! | `order` | what its owner tells it about peers |
//! | `lines` | the lines of one name |
//! | `tell` | what is told of what happens |
//! | `http` | the same and more over HTTP, for people and programs (a feature) |
//!
//! All of it runs on one thread: nothing is borrowed over a wait. What is promised is on a disk before it is said: a line is
//! told as had by its receiver, and dropped by its sender, in that order.

mod begin;
#[cfg(unix)]
pub(crate) mod control;
mod follow;
mod found;
#[cfg(test)]
mod golden;
#[cfg(feature = "http")]
mod http;
mod learn;
mod lines;
mod live;
mod meet;
mod order;
mod past;
mod print;
mod publish;
mod quic;
mod seal;
mod serve;
mod source;
mod state;
mod status;
pub(crate) mod store;
mod stream;
mod tell;
pub(crate) mod ticket;
mod wire;

use crate::{
    failure::{Failure, Outcome},
    io::link::send,
    signal,
};
use lines::Lines;
use qres_core::trust::{Name, Secret};
pub(crate) use source::Source;
use state::{Node, Peer};
use std::{net::SocketAddr, path::PathBuf, rc::Rc, time::Duration};
use store::Keep;
use tell::Event;
pub(crate) use tell::Teller;
use ticket::Ticket;
use tokio::{
    sync::mpsc,
    task::{JoinSet, LocalSet, spawn_local},
    time::{sleep, timeout},
};

/// How often it is looked whether all is done, where time counts.
const TICK: Duration = Duration::from_millis(100);
/// How often logs are looked at.
const TIDY: Duration = Duration::from_secs(10);
/// How long a node that was told to end takes to print what it has.
const DRAIN: Duration = Duration::from_millis(500);

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
    pub(crate) input: Option<Source>,
    /// Where the input is, if it can be read again from its beginning.
    pub(crate) place: Option<PathBuf>,
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
    /// It announces itself on its networks, and looks for others.
    pub(crate) discover: bool,
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

async fn live_as(setup: Setup, input: Option<Source>, teller: Teller) -> Outcome {
    let _lock = begin::lock(&setup.store)?;
    let prints_live = setup.lanes == Lanes::Live && !setup.follow.is_empty();
    let (sender, live_text) = prints_live.then(|| mpsc::channel(LIVE_WAITING)).unzip();
    let (node, skip) = begin::begin(setup, input.is_some(), sender, teller)?;
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
    if node.setup.discover {
        found::announce(&node)?;
    }
    spawn_local(meet::answer(Rc::clone(&node)));
    spawn_local(live::hear(Rc::clone(&node)));
    spawn_local(live::beat(Rc::clone(&node)));
    spawn_local(learn::beat(Rc::clone(&node)));
    spawn_local(tidy(Rc::clone(&node)));
    for ticket in node.setup.peers.clone() {
        spawn_local(meet::keep_dialling(Rc::clone(&node), ticket));
    }
    let mut tasks = JoinSet::new();
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
async fn wait(node: &Node, tasks: &mut JoinSet<Outcome>) -> Outcome<&'static str> {
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
