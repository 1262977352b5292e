//! The history lane, as the one who has the lines: a run of rows at a time, and the next when the last is on the other's disk.
//!
//! One run is on its way at a time, and no larger than takes about [`PATIENCE`] until the other has it: a thin link is never
//! filled with history for longer than that, so that what is live comes through.

use super::{
    Node,
    lines::{Lines, What},
    past::Past,
    stream::{Ear, Mouth, Over},
    tell::Event,
    wire::{Follow, Say},
};
use qres_core::trust::Name;
use std::{
    rc::Rc,
    time::{Duration, Instant},
};
use tokio::time::sleep;

/// Tuning: how long a run of rows may take until it is on the other's disk.
const PATIENCE: Duration = Duration::from_secs(1);
/// Tuning: bytes of text of the first run, of the shortest and of the longest.
const FIRST: u64 = 4 << 10;
const FEWEST: u64 = 256;
const MOST: u64 = 128 << 10;
/// How long a peer may take to say that it has a run.
const PATIENCE_FOR_HAVE: Duration = Duration::from_secs(120);
/// How long one waits for a disk that failed.
const PAUSE: Duration = Duration::from_secs(1);

/// Gives `peer` the lines that it asked for, until it goes.
pub(crate) async fn serve(
    node: &Rc<Node>,
    peer: Name,
    follow: Follow,
    mut mouth: Mouth,
    mut ear: Ear,
) -> Result<(), Over> {
    let lines = Rc::clone(&node.own);
    let is_known = follow.epoch == lines.epoch;
    let mut next = if is_known { follow.next.min(lines.durable()) } else { 0 };
    let kept = if is_known { follow.kept } else { 0 };
    let first = lines.log.borrow().first();
    mouth.say(&Say::Start { epoch: lines.epoch, first, next: lines.durable() }).await?;
    node.has(peer, next);
    let (mut past, mut most, mut last) = (Past::default(), FIRST, Instant::now() - node.setup.every);
    loop {
        tokio::select! {
            () = lines.wait_for(next) => {}
            heard = ear.hear() => return heard.and(Err(Over::Wrong("a message that nobody asked for"))),
        }
        // More rows are cheaper together.
        while !node.is_ending() && last.elapsed() < node.setup.every && !is_much(&lines, next, most) {
            sleep((node.setup.every - last.elapsed().min(node.setup.every)).min(PAUSE)).await;
        }
        let Some((end, bytes)) = give(node, &lines, (&mut past, kept), next, most, &mut mouth).await? else {
            sleep(PAUSE).await;
            continue;
        };
        last = Instant::now();
        loop {
            let have = tokio::time::timeout(PATIENCE_FOR_HAVE, ear.hear()).await.map_err(|_| Over::Ended)??;
            let Say::Have { next: had } = have else { return Err(Over::Wrong("a message that nobody asked for")) };
            if had > end {
                return Err(Over::Wrong("lines that were not sent"));
            }
            if had == end {
                break;
            }
        }
        next = end;
        node.has(peer, next);
        most = adapt(most, last.elapsed());
        throttle(node.setup.rate, bytes).await;
    }
}

/// Whether a whole run waits.
fn is_much(lines: &Lines, next: u64, most: u64) -> bool {
    // A row has a few bytes at least.
    lines.durable() - next > most / 4
}

/// Sends what comes at `next`; returns the number after it and the bytes that it took. `None` if the disk failed.
async fn give(
    node: &Node,
    lines: &Lines,
    (past, kept): (&mut Past, u64),
    next: u64,
    most: u64,
    mouth: &mut Mouth,
) -> Result<Option<(u64, u64)>, Over> {
    let mut bytes = 0;
    let batch = match lines.batch(next, most) {
        Ok(batch) => batch,
        Err(error) => {
            node.tell(&Event::Disk { what: error.to_string() });
            return Ok(None);
        }
    };
    let Some(batch) = batch else { return Ok(None) };
    let (text, exact) = match batch.what {
        What::Rows { text, exact } => (text, exact),
        What::Names(line) => {
            past.end();
            let bytes = mouth.say(&Say::Names { number: next, line }).await?;
            return Ok(Some((batch.end, bytes)));
        }
        What::Gap(why) => {
            past.end();
            let said = Say::Gap { first: next, lines: batch.end - next, why: why as u8 };
            return Ok(Some((batch.end, mouth.say(&said).await?)));
        }
    };
    let know = past.propose(&mut lines.log.borrow_mut(), kept, next).ok().flatten();
    if let Some(know) = know {
        let begun = past.begin(&mut lines.log.borrow_mut(), &know);
        if matches!(begun, Ok(true)) {
            bytes += mouth.say(&Say::Know(know)).await?;
        }
    }
    let message = past.write(&text).ok_or(Over::Wrong("a row that is too long to send"))?;
    bytes += mouth.say(&Say::Rows { exact, first: next, lines: batch.end - next, message }).await?;
    Ok(Some((batch.end, bytes)))
}

/// Returns how much text the next run should have, after one of `most` took so long.
fn adapt(most: u64, took: Duration) -> u64 {
    match took {
        _ if took > PATIENCE => (most / 2).max(FEWEST),
        _ if took < PATIENCE / 2 => (most * 2).min(MOST),
        _ => most,
    }
}

/// Waits for as long as so many bytes take, at so many a second.
async fn throttle(rate: Option<u64>, bytes: u64) {
    if let Some(rate) = rate {
        sleep(Duration::from_micros(bytes * 1_000_000 / rate.max(1))).await;
    }
}
