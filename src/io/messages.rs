//! Text cut into messages of some rows each, made on several threads.

use super::{
    buffer_pool::BufferPool,
    genes::Learnt,
    input::Input,
    known_rows::KnownRows,
    live::{Live, Pace, rows_of},
    pipeline::{self, Gone, Taker},
};
use crate::failure::{Failure, Outcome};
use qres_core::{
    archive::Unit,
    codec::Level,
    entropy::Cursor,
    frame::{History, Message, Misfit, message},
    table::Script,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

/// A message and what it holds.
pub(crate) struct Encoded {
    pub(crate) bytes: Vec<u8>,
    pub(crate) text_bytes: u64,
    pub(crate) rows: u64,
    /// Whether it goes on from a gene or a history.
    pub(crate) is_warm: bool,
    /// The columns of the first message that the gene knows otherwise, if it knows the table.
    pub(crate) misfits: Option<Vec<Misfit>>,
}

/// Makes messages of the rows of `input`, as many in each as `pace` says; they go on from `known` where they can, else from
/// `learnt`.
pub(crate) fn encode(
    input: Input,
    pace: Pace,
    (learnt, known): (Option<Learnt>, Option<Arc<KnownRows>>),
    level: Level,
    threads: usize,
) -> Outcome<Taker<Option<Encoded>>> {
    let history = known.as_ref().and_then(|known| known.at(level));
    let names = history.map(|history| history.names().to_vec());
    let names = names.or_else(|| Some(learnt.as_ref()?.past().names().to_vec())).unwrap_or_default();
    let pool = BufferPool::default();
    let mut cutter = Live::new(input, message::MAX_TEXT, Unit::Line, pace, names, pool.clone());
    let looked = AtomicBool::new(false);
    let (mut feeder, taker) = pipeline::start(threads, move |(text, script): (Vec<u8>, Option<Script>)| {
        let history = known.as_ref().and_then(|known| known.at(level));
        let mut encoded = encode_one(&text, script, history, learnt.as_ref(), level);
        if let (Some(encoded), Some(learnt)) = (&mut encoded, &learnt)
            && !looked.swap(true, Ordering::Relaxed)
        {
            encoded.misfits = learnt.prior.misfits(&rows_of(&text, script));
        }
        pool.give(text);
        encoded
    })?;
    thread::spawn(move || {
        // No text at all is a message too: no bytes would look like what a failed download leaves.
        let first = cutter.next().map(Option::unwrap_or_default);
        let mut next = Some(first);
        while let Some(text) = next {
            let submitted = text.map(|text| feeder.submit((text, cutter.script())));
            match submitted {
                Ok(Ok(())) => {}
                Ok(Err(Gone)) => return,
                Err(failure) => return feeder.fail(failure),
            }
            next = cutter.next().transpose();
        }
    });
    Ok(taker)
}

fn encode_one(
    text: &[u8],
    script: Option<Script>,
    history: Option<&History>,
    learnt: Option<&Learnt>,
    level: Level,
) -> Option<Encoded> {
    let going_on = history.filter(|_| script.is_none()).and_then(|history| history.write(text));
    let bytes = match going_on.filter(|bytes| bytes.len() < text.len()) {
        Some(bytes) => bytes,
        None => message::encode_as(text, script, learnt.map(Learnt::past), level)?,
    };
    let message = Message::read(&mut Cursor::new(&bytes));
    let is_warm = message.is_ok_and(|message| message.gene().is_some() || message.history().is_some());
    let rows = memchr::memchr_iter(b'\n', &rows_of(text, script)).count() as u64;
    Some(Encoded { bytes, text_bytes: text.len() as u64, rows, is_warm, misfits: None })
}

impl Encoded {
    /// The message that must be there: texts are cut short enough for one.
    pub(crate) fn there(encoded: Option<Self>) -> Result<Self, Failure> {
        encoded.ok_or(Failure::bug("a text too long for a message"))
    }
}
