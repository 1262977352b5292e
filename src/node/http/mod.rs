//! What a node does, over HTTP: for people a page, for programs the rest.
//!
//! | path | what |
//! |-|-|
//! | `GET /` | the page |
//! | `GET /status` | the node, its peers and streams, as JSON |
//! | `GET /metrics` | the same as numbers, for Prometheus |
//! | `GET /events` | what happens, as server-sent events |
//! | `GET /genes`, `/genes/ID` | the genes of the store, and one of them |
//! | `GET /streams/NAME.csv?from=N` | the lines of a stream that are kept, from number N on |
//! | `POST /compress?level=N&error=BOUND&gene=NAME` | text to an archive, as it comes |
//! | `POST /decompress?gene=NAME` | an archive to text, as it comes |
//!
//! A web page elsewhere must not use it: `Host` has to be an address or `localhost`, `Origin` the same if there is one, and
//! there is no CORS. Nothing that a client does takes memory without bound: connections, jobs, bodies and times are limited.
//! The handlers know no node: they put [`Ask`]s into a channel, which the node's own thread answers.

mod answer;
mod ask;
mod codec;
mod connections;
mod metrics;
mod page;
mod pieces;
mod query;
mod said;
mod streams;
#[cfg(test)]
mod tests;

pub(super) use answer::answer;
use ask::{Ask, Lines};

use super::status::{PeerStatus, Status, StreamStatus};
use crate::io::store::Store;
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use connections::Connections;
use said::Said;
use std::{io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::TcpListener,
    sync::{Semaphore, broadcast, mpsc},
};

/// Limit: archives that are written or read at once.
const MAX_JOBS: usize = 2;
/// Limit: how long a client may do nothing.
const IDLE: Duration = Duration::from_secs(30);

/// Questions that wait for the node.
const WAITING: usize = 16;

/// Events of a node, as JSON, for those who listen.
pub(super) type Events = broadcast::Sender<Arc<str>>;

/// Returns where events go. Whoever is so many behind misses some.
pub(super) fn events() -> Events {
    broadcast::channel(256).0
}

/// What handlers need.
#[derive(Debug, Clone)]
pub(super) struct App {
    /// Questions to the node.
    asks: mpsc::Sender<Ask>,
    events: Events,
    genes: Store,
    jobs: Arc<Semaphore>,
}

impl App {
    /// Returns it, and where its questions come out.
    pub(super) fn new(events: Events, genes: Store) -> (Self, mpsc::Receiver<Ask>) {
        let (asks, asked) = mpsc::channel(WAITING);
        (Self { asks, events, genes, jobs: Arc::new(Semaphore::new(MAX_JOBS)) }, asked)
    }
}

/// Listens at `address`; returns also where it listens.
pub(super) async fn listen(address: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Answers whoever comes, until it is dropped.
pub(super) async fn serve(listener: TcpListener, app: App) -> io::Result<()> {
    let router = Router::new()
        .route("/", get(page::page))
        .route("/status", get(status))
        .route("/metrics", get(metrics::metrics))
        .route("/events", get(streams::events))
        .route("/genes", get(streams::genes))
        .route("/genes/{id}", get(streams::gene))
        .route("/streams/{file}", get(streams::lines))
        .route("/compress", post(codec::compress))
        .route("/decompress", post(codec::decompress))
        .fallback(|| async { Said::missing("there is nothing of that name") })
        .layer(middleware::from_fn(guard))
        .with_state(app);
    axum::serve(Connections::new(listener), router).await
}

async fn status(State(app): State<App>) -> Result<Response, Said> {
    Ok(said::json(&ask::status(&app).await?))
}

/// Refuses what a web page elsewhere may have sent, and tells browsers to trust nothing else.
async fn guard(request: Request, next: Next) -> Response {
    let mut response = match check(request.headers()) {
        Ok(()) => next.run(request).await,
        Err(said) => said.into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A name that somebody else may make point here is refused: addresses are not names.
fn check(headers: &HeaderMap) -> Result<(), Said> {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let host = text(header::HOST).filter(|host| is_address(host));
    let host = host.ok_or_else(|| Said::forbidden("ask by an address, or as `localhost`"))?;
    match text(header::ORIGIN) {
        Some(origin) if origin.strip_prefix("http://") != Some(host) => {
            Err(Said::forbidden("pages of others may not ask"))
        }
        _ => Ok(()),
    }
}

/// Whether `host` is an address or `localhost`, and perhaps a port.
fn is_address(host: &str) -> bool {
    let is_host = |host: &str| host == "localhost" || host.parse::<std::net::Ipv4Addr>().is_ok();
    let is_port = |port: &str| port.parse::<u16>().is_ok();
    let bracketed = |host: &str| format!("{host}:0").parse::<std::net::SocketAddrV6>().is_ok();
    host.parse::<SocketAddr>().is_ok()
        || is_host(host)
        || bracketed(host)
        || host.rsplit_once(':').is_some_and(|(host, port)| is_host(host) && is_port(port))
}
