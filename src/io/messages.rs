//! Text cut into messages of some rows each, made on several threads.

use super::{
    buffer_pool::BufferPool,
    genes::Learnt,
    input::Input,
    live::{Live, Pace, rows_of},
    pipeline::{self, Gone, Taker},
};
use crate::failure::{Failure, Outcome};
use qres_core::{
    archive::Unit,
    codec::Level,
    entropy::Cursor,
    frame::{Message, Misfit, message},
    table::Script,
};
use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

/// A message and what it holds.
pub(crate) struct Encoded {
    pub(crate) bytes: Vec<u8>,
    pub(crate) text_bytes: u64,
    pub(crate) rows: u64,
    /// Whether it goes on from a gene.
    pub(crate) is_warm: bool,
    /// The columns of the first message that the gene knows otherwise.
    pub(crate) misfits: Vec<Misfit>,
}

/// Makes messages of the rows of `input`, as many in each as `pace` says; they go on from `learnt`.
pub(crate) fn encode(
    input: Input,
    pace: Pace,
    learnt: Option<Learnt>,
    level: Level,
    threads: usize,
) -> Outcome<Taker<Option<Encoded>>> {
    let names = learnt.as_ref().map_or(Vec::new(), |learnt| learnt.past().names().to_vec());
    let pool = BufferPool::default();
    let mut cutter = Live::new(input, message::MAX_TEXT, Unit::Line, pace, names, pool.clone());
    let looked = AtomicBool::new(false);
    let (mut feeder, taker) = pipeline::start(threads, move |(text, script): (Vec<u8>, Option<Script>)| {
        let mut encoded = encode_one(&text, script, learnt.as_ref(), level);
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

fn encode_one(text: &[u8], script: Option<Script>, learnt: Option<&Learnt>, level: Level) -> Option<Encoded> {
    let bytes = message::encode_as(text, script, learnt.map(Learnt::past), level)?;
    let is_warm = Message::read(&mut Cursor::new(&bytes)).is_ok_and(|message| message.gene().is_some());
    let rows = memchr::memchr_iter(b'\n', &rows_of(text, script)).count() as u64;
    Some(Encoded { bytes, text_bytes: text.len() as u64, rows, is_warm, misfits: Vec::new() })
}

impl Encoded {
    /// The message that must be there: texts are cut short enough for one.
    pub(crate) fn there(encoded: Option<Self>) -> Result<Self, Failure> {
        encoded.ok_or(Failure::bug("a text too long for a message"))
    }
}
