//! `GET /streams/NAME.csv`, `/events` and `/genes`: what a node has, as it is asked for or as it happens.

use super::{App, IDLE, Said, ask, pieces::Pieces, query, said};
use crate::{io::store::Store, text::units};
use axum::{
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::HeaderValue,
    response::Response,
};
use serde::Serialize;
use std::io;
use tokio::{
    sync::{broadcast::error::RecvError, mpsc},
    time::timeout,
};

/// Tuning: pieces that wait for a client.
const WAITING: usize = 2;

/// The lines of a stream that are there, from a number on. `Qres-First` says which the first is, as older ones may be gone, and
/// `Qres-Next` what to ask for next, `Qres-Names` whether the first line is names of columns.
pub(super) async fn lines(
    State(app): State<App>,
    Path(file): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Said> {
    let stream = file.strip_suffix(".csv").ok_or_else(|| Said::missing("streams are `NAME.csv`"))?.to_owned();
    let mut from = 0;
    for (name, value) in query::pairs(query.as_deref())? {
        match &name[..] {
            "from" => from = query::number(&name, &value)?,
            _ => return Err(query::unknown(&name, "`from`")),
        }
    }
    let mut lines = ask::lines(&app, &stream, from, true).await?;
    let (first, end) = (lines.first, lines.end.max(lines.next));
    let names = HeaderValue::from_static(if lines.has_names { "yes" } else { "no" });
    let (sender, pieces) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        loop {
            let text = Bytes::from(std::mem::take(&mut lines.text));
            if sender.send(Ok(text)).await.is_err() || lines.next >= end {
                return;
            }
            let before = lines.next;
            lines = match ask::lines(&app, &stream, before, false).await {
                Ok(lines) if lines.next > before => lines,
                _ => {
                    let _ = sender.send(Err(io::ErrorKind::UnexpectedEof.into())).await;
                    return;
                }
            };
        }
    });
    let mut response = said::of("text/csv; charset=utf-8", Pieces(pieces).body());
    for (name, number) in [("qres-first", first), ("qres-next", end)] {
        response.headers_mut().insert(name, HeaderValue::from(number));
    }
    response.headers_mut().insert("qres-names", names);
    Ok(response)
}

/// What happens, from now on. A client that is too slow misses events and is told how many.
pub(super) async fn events(State(app): State<App>) -> Response {
    let mut events = app.events.subscribe();
    drop(app);
    let (sender, pieces) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        let mut text = String::from(": these are events of the node\n\n");
        while sender.send(Ok(Bytes::from(text))).await.is_ok() {
            text = match timeout(IDLE / 2, events.recv()).await {
                Ok(Ok(event)) => format!("data: {event}\n\n"),
                Ok(Err(RecvError::Lagged(missed))) => format!("event: missed\ndata: {missed}\n\n"),
                Ok(Err(RecvError::Closed)) => break,
                Err(_) => ": nothing happens\n\n".to_owned(),
            };
        }
    });
    said::of("text/event-stream", Pieces(pieces).body())
}

#[derive(Serialize)]
struct Genes {
    schema: &'static str,
    genes: Vec<Gene>,
}

#[derive(Serialize)]
struct Gene {
    id: String,
    names: Vec<String>,
}

/// The genes of the store.
pub(super) async fn genes(State(app): State<App>) -> Result<Response, Said> {
    let genes = of_store(move || list(&app.genes)).await?;
    Ok(said::json(&Genes { schema: "qres.node.genes/1", genes }))
}

fn list(store: &Store) -> Option<Vec<Gene>> {
    let names = store.names().ok()?;
    let named = |id| names.iter().filter(move |(_, of)| **of == Some(id)).map(|(name, _)| name.clone());
    let ids = store.ids().ok()?.into_iter();
    Some(ids.map(|id| Gene { id: units::hex(&id), names: named(id).collect() }).collect())
}

/// A gene of the store.
pub(super) async fn gene(State(app): State<App>, Path(id): Path<String>) -> Result<Response, Said> {
    let gene = of_store(move || {
        let id = app.genes.find(&id).ok()?;
        id.map(|id| app.genes.get(&id).ok()).unwrap_or_default()
    });
    let gene = gene.await?.ok_or_else(|| Said::missing("there is no such gene"))?;
    Ok(said::of("application/octet-stream", gene))
}

/// Looks into the store, on a thread that may wait for the disk.
async fn of_store<T: Send + 'static>(look: impl FnOnce() -> Option<T> + Send + 'static) -> Result<T, Said> {
    let found = tokio::task::spawn_blocking(look).await.map_err(|_| Said::failed())?;
    found.ok_or_else(|| Said::missing("there is no such gene, or no store that can be read"))
}
