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
use tokio::time::{sleep, timeout};

/// Tuning: how long a run of rows may take until it is on the other's disk.
const PATIENCE: Duration = Duration::from_secs(1);
/// Tuning: bytes of text of the first run, of the shortest and of the longest.
const FIRST: u64 = 4 << 10;
const FEWEST: u64 = 256;
const MOST: u64 = 128 << 10;
/// Bytes that a row has, as long as none was seen.
const ROW: u64 = 32;
/// How long a peer may take to say that it has a run.
const PATIENCE_FOR_HAVE: Duration = Duration::from_secs(30);
/// Tuning: bounds of how long it is until a peer that has not said so is asked. Where much is lost, QUIC waits longer each time
/// before it sends again, and takes a wire for slow that only loses. What is new goes out at once, and its acknowledgement tells
/// what is missing and how fast the wire is.
const SOONEST: Duration = Duration::from_millis(250);
const LATEST: Duration = Duration::from_secs(2);
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
    let (mut past, mut pace, mut last) = (Past::default(), Pace::default(), None::<Instant>);
    let mut row = ROW;
    loop {
        tokio::select! {
            () = lines.wait_for(next) => {}
            heard = ear.hear() => match heard? {
                // It was asked more than once.
                Say::Have { next: had } if had == next => continue,
                _ => return Err(Over::Wrong("a message that nobody asked for")),
            },
        }
        // More rows are cheaper together.
        while let Some(rest) = last.and_then(|last| node.setup.every.checked_sub(last.elapsed())) {
            if node.input_ended.get() || (lines.durable() - next) * row >= pace.most {
                break;
            }
            sleep(rest.min(PAUSE)).await;
        }
        let Some(Given { end, text, bytes }) =
            give(node, &lines, (&mut past, kept), next, pace.most, &mut mouth).await?
        else {
            sleep(PAUSE).await;
            continue;
        };
        let sent = Instant::now();
        until_had(end, pace.until_asked(), &mut mouth, &mut ear).await?;
        pace.took(sent.elapsed());
        row = text / (end - next);
        (next, last) = (end, Some(sent));
        node.has(peer, next);
        throttle(node.setup.rate, bytes).await;
    }
}

/// Waits until the peer has all lines before `end`, and asks it each `pause`.
async fn until_had(end: u64, pause: Duration, mouth: &mut Mouth, ear: &mut Ear) -> Result<(), Over> {
    let sent = Instant::now();
    while sent.elapsed() < PATIENCE_FOR_HAVE {
        let Ok(heard) = timeout(pause, ear.hear()).await else {
            mouth.say(&Say::Ask).await?;
            continue;
        };
        match heard? {
            Say::Have { next } if next == end => return Ok(()),
            Say::Have { next } if next < end => {}
            Say::Have { .. } => return Err(Over::Wrong("lines that were not sent")),
            _ => return Err(Over::Wrong("a message that nobody asked for")),
        }
    }
    // Its connection is closed, and it is dialled again.
    Err(Over::Wrong("it does not answer"))
}

/// What was sent.
struct Given {
    /// The number after the last line of it.
    end: u64,
    text: u64,
    /// Bytes that it took.
    bytes: u64,
}

/// Sends what comes at `next`. `None` if the disk failed.
async fn give(
    node: &Node,
    lines: &Lines,
    (past, kept): (&mut Past, u64),
    next: u64,
    most: u64,
    mouth: &mut Mouth,
) -> Result<Option<Given>, Over> {
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
            let text = line.len() as u64;
            let bytes = mouth.say(&Say::Names { number: next, line }).await?;
            return Ok(Some(Given { end: batch.end, text, bytes }));
        }
        What::Gap(why) => {
            past.end();
            let said = Say::Gap { first: next, lines: batch.end - next, why: why as u8 };
            return Ok(Some(Given { end: batch.end, text: 0, bytes: mouth.say(&said).await? }));
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
    Ok(Some(Given { end: batch.end, text: text.len() as u64, bytes }))
}

/// How fast runs get through.
struct Pace {
    /// Bytes of text that the next one should have.
    most: u64,
    /// What the quickest one took.
    quickest: Option<Duration>,
}

impl Default for Pace {
    fn default() -> Self {
        Self { most: FIRST, quickest: None }
    }
}

impl Pace {
    fn took(&mut self, took: Duration) {
        self.quickest = Some(self.quickest.map_or(took, |quickest| quickest.min(took)));
        self.most = match took {
            _ if took > PATIENCE => (self.most / 2).max(FEWEST),
            _ if took < PATIENCE / 2 => (self.most * 2).min(MOST),
            _ => self.most,
        };
    }

    /// How long it is until the peer is asked whether it has a run.
    fn until_asked(&self) -> Duration {
        self.quickest.map_or(SOONEST, |quickest| (quickest * 2).clamp(SOONEST, LATEST))
    }
}

/// Waits for as long as so many bytes take, at so many a second.
async fn throttle(rate: Option<u64>, bytes: u64) {
    if let Some(rate) = rate {
        sleep(Duration::from_micros(bytes * 1_000_000 / rate.max(1))).await;
    }
}
