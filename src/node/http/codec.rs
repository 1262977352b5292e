//! `POST /compress` and `POST /decompress`: the same bytes as the command line, in bounded memory.
//!
//! A thread does the work; pieces go to it and from it by channels that hold few, so that a slow client slows the work. What is
//! wrong before the first piece of the answer has its status; after that the connection breaks off.

use super::{
    App, IDLE, Said,
    pieces::{self, Pieces},
    query, said,
};
use crate::{
    io::{
        genes::{self, Learnt},
        store::Store,
        threads::Threads,
    },
    rows::bounds,
    text::units,
};
use axum::{
    body::{Body, Bytes},
    extract::{RawQuery, State},
    response::Response,
};
use qres_core::{Error, Options, Reader, Writer, archive::Bound, codec::Level};
use std::io;
use tokio::{runtime::Handle, sync::mpsc, time::timeout};

/// Limit: bytes of a body.
const MAX_BODY: u64 = 4 << 30;
/// Limit: bytes of memory that decoding takes, beside the text of a segment.
const MAX_MEMORY: u64 = 64 << 20;
/// Tuning: bytes of text in a segment.
const SEGMENT: usize = 1 << 20;
/// Tuning: pieces that wait.
const WAITING: usize = 2;
/// Tuning: bytes of a piece of the answer.
const PIECE: usize = 64 << 10;

/// What is asked of a job.
#[derive(Debug)]
struct Wish {
    level: Level,
    bounds: Vec<Bound>,
    gene: Option<String>,
}

pub(super) async fn compress(
    State(app): State<App>,
    RawQuery(query): RawQuery,
    body: Body,
) -> Result<Response, Said> {
    let mut wish = Wish { level: Level::DEFAULT, bounds: vec![], gene: None };
    for (name, value) in query::pairs(query.as_deref())? {
        match &name[..] {
            "level" => wish.level = level(&value)?,
            "error" => wish.bounds.push(bounds::parse(&value).map_err(Said::wrong)?),
            "gene" => wish.gene = Some(value),
            _ => return Err(query::unknown(&name, "`level`, `error` and `gene`")),
        }
    }
    Bound::check(&wish.bounds, None).map_err(|wrong| Said::wrong(wrong.to_string()))?;
    let store = app.genes.clone();
    let work = move |pieces: &mut In, out: &mut Out| {
        let gene = learnt(wish.gene.as_deref(), &store)?;
        let gene = gene.as_ref().map(Learnt::past);
        let (level, bounds) = (wish.level, wish.bounds);
        let options = Options { level, bounds, gene, segment: SEGMENT, ..Options::default() };
        let mut writer = Writer::with_parallel(options, Threads);
        while let Some(piece) = pieces.next()? {
            writer.write(&piece, &mut out.bytes).map_err(|error| unreadable(&error))?;
            out.give(PIECE)?;
        }
        writer.finish(&mut out.bytes).map_err(|error| unreadable(&error))?;
        out.give(1)
    };
    answer(&app, body, "application/octet-stream", work).await
}

pub(super) async fn decompress(
    State(app): State<App>,
    RawQuery(query): RawQuery,
    body: Body,
) -> Result<Response, Said> {
    let mut gene = None;
    for (name, value) in query::pairs(query.as_deref())? {
        match &name[..] {
            "gene" => gene = Some(value),
            _ => return Err(query::unknown(&name, "`gene`")),
        }
    }
    let store = app.genes.clone();
    let work = move |pieces: &mut In, out: &mut Out| {
        let gene = learnt(gene.as_deref(), &store)?;
        let mut reader = Reader::with_parallel(MAX_MEMORY, Threads);
        if let Some(gene) = &gene {
            reader = reader.with_gene(gene.past());
        }
        while let Some(piece) = pieces.next()? {
            // What is right before an error is given.
            let read = reader.read(&piece, &mut out.bytes).map_err(|error| unreadable(&error));
            out.give(1)?;
            read?;
        }
        reader.finish().map_err(|error| unreadable(&error))
    };
    answer(&app, body, "text/plain; charset=utf-8", work).await
}

fn level(text: &str) -> Result<Level, Said> {
    let level = text.parse().ok().and_then(Level::new);
    level.ok_or_else(|| Said::wrong("`level` must be 1 to 9"))
}

/// The gene of that name or id, which must be in the store: a client names no files.
fn learnt(word: Option<&str>, store: &Store) -> Result<Option<Learnt>, Said> {
    let Some(word) = word else { return Ok(None) };
    let id = store.find(word).ok().flatten();
    let id = id.ok_or_else(|| Said::unreadable(format!("`{word}` is no gene of this node's store")))?;
    let learnt = genes::read(units::hex(&id).as_ref(), store, MAX_MEMORY);
    learnt.map(Some).map_err(|failure| Said::unreadable(failure.to_string()))
}

fn unreadable(error: &Error) -> Said {
    match error {
        Error::Gene(id) => {
            let id = units::hex(id);
            Said::unreadable(format!("it goes on from gene {id}: `?gene={id}` if this node's store has it"))
        }
        _ => Said::unreadable(error.to_string()),
    }
}

/// What comes to a job.
struct In(mpsc::Receiver<Result<Bytes, Said>>);

impl In {
    /// Returns the next piece; nothing at the end.
    fn next(&mut self) -> Result<Option<Bytes>, Said> {
        self.0.blocking_recv().transpose()
    }
}

/// What a job gives.
struct Out {
    bytes: Vec<u8>,
    pieces: mpsc::Sender<Result<Bytes, Said>>,
    runtime: Handle,
}

impl Out {
    /// Gives what there is, if it is `enough` bytes, in pieces: of a segment no more waits than these.
    fn give(&mut self, enough: usize) -> Result<(), Said> {
        if self.bytes.len() >= enough {
            let mut bytes = Bytes::from(std::mem::take(&mut self.bytes));
            while !bytes.is_empty() {
                self.send(Ok(bytes.split_to(bytes.len().min(PIECE))))?;
            }
        }
        Ok(())
    }

    /// Waits until the client takes a piece, but not for ever.
    fn send(&self, piece: Result<Bytes, Said>) -> Result<(), Said> {
        let sent = self.runtime.block_on(async { timeout(IDLE, self.pieces.send(piece)).await });
        sent.ok().and_then(Result::ok).ok_or_else(Said::slow)
    }
}

/// Does `work` on a body, and answers with what it gives.
async fn answer(
    app: &App,
    mut body: Body,
    kind: &'static str,
    work: impl FnOnce(&mut In, &mut Out) -> Result<(), Said> + Send + 'static,
) -> Result<Response, Said> {
    let permit = app.jobs.clone().try_acquire_owned().map_err(|_| Said::busy())?;
    let ((to_job, from_client), (to_client, mut from_job)) = (mpsc::channel(WAITING), mpsc::channel(WAITING));
    tokio::spawn(async move {
        let mut bytes = 0;
        while let Some(piece) = pieces::next(&mut body).await.transpose() {
            bytes += piece.as_ref().map_or(0, |piece| piece.len() as u64);
            let piece = if bytes > MAX_BODY { Err(Said::long(MAX_BODY)) } else { piece };
            let is_last = piece.is_err();
            if to_job.send(piece).await.is_err() || is_last {
                break;
            }
        }
    });
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || {
        let _permit = permit;
        let mut out = Out { bytes: Vec::new(), pieces: to_client, runtime };
        if let Err(said) = work(&mut In(from_client), &mut out) {
            let _ = out.send(Err(said));
        }
    });
    let first = match from_job.recv().await {
        Some(piece) => piece?,
        None => Bytes::new(),
    };
    let (sender, pieces) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        let mut piece = Some(Ok(first));
        while let Some(next) = piece {
            let next = next.map_err(|_: Said| io::Error::from(io::ErrorKind::InvalidData));
            if sender.send(next).await.is_err() {
                break;
            }
            piece = from_job.recv().await;
        }
    });
    Ok(said::of(kind, Pieces(pieces).body()))
}
