//! Text cut in time: a segment ends after so many rows, or when its oldest row has waited long enough.
//!
//! A thread reads, so that waiting for the next row never holds back the rows that are there. Only whole lines are
//! passed on, save at the end of the input. Where time counts, the first Ctrl-C is the end of the input: what has come is
//! written and the archive is whole.

use super::{buffer_pool::BufferPool, input::Input};
use crate::{
    failure::{Failure, Outcome},
    signal,
};
use qres_core::{archive::Unit, table::Script};
use std::{
    borrow::Cow,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

/// When a segment ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// After that many rows.
    pub(crate) rows: Option<u64>,
    /// After its oldest row has waited that long.
    pub(crate) interval: Option<Duration>,
}

/// What the reading thread says.
#[derive(Debug)]
enum Event {
    Bytes(Vec<u8>),
    End,
    Failed(Failure),
}

/// Cuts an input that comes slowly.
#[derive(Debug)]
pub(crate) struct Live {
    events: Receiver<Event>,
    stopped: Arc<AtomicBool>,
    pace: Pace,
    segment: usize,
    unit: Unit,
    /// What has come; the first `given` bytes have been passed on.
    buffer: Vec<u8>,
    given: usize,
    /// What may stand before the first row without being one.
    names: Vec<u8>,
    /// How the text is written, once that is decided.
    script: Option<Option<Script>>,
    /// Pending bytes in which units have been counted.
    seen: usize,
    /// Whole units among them.
    rows: u64,
    /// When the oldest whole row that is pending must go.
    due: Option<Instant>,
    ended: bool,
    pool: BufferPool,
}

impl Live {
    /// Cuts `input` into segments of at most `segment` bytes, in time.
    /// If it begins with `names`, those are no row. The texts are put into `pool`, which should get them back.
    pub(crate) fn new(
        input: Input,
        segment: usize,
        unit: Unit,
        pace: Pace,
        names: Vec<u8>,
        pool: BufferPool,
    ) -> Self {
        let (sender, events) = sync_channel(4);
        let stopped = Arc::new(AtomicBool::new(false));
        let (flag, wake) = (stopped.clone(), sender.clone());
        let end = move || {
            flag.store(true, Ordering::SeqCst);
            // A full channel wakes the cutter as well.
            let _ = wake.try_send(Event::End);
        };
        // What is not read in time ends with its input.
        if pace.interval.is_some() {
            signal::on_first(end);
        }
        thread::spawn(move || read(input, &sender));
        Self {
            events,
            stopped,
            pace,
            segment,
            unit,
            buffer: Vec::new(),
            given: 0,
            names,
            script: (unit != Unit::Line).then_some(None),
            seen: 0,
            rows: 0,
            due: None,
            ended: false,
            pool,
        }
    }

    /// From now on gives whole rows as soon as they have come.
    pub(crate) fn at_once(&mut self) {
        self.pace = Pace { rows: None, interval: Some(Duration::ZERO) };
    }

    /// How the text is written that has been given, if it is not bytes in lines.
    pub(crate) fn script(&self) -> Option<Script> {
        self.script.flatten()
    }

    /// What has come and has not been passed on.
    fn pending(&self) -> &[u8] {
        &self.buffer[self.given..]
    }

    /// The next segment's text; `None` at the end.
    pub(crate) fn next(&mut self) -> Outcome<Option<Vec<u8>>> {
        loop {
            if let Some(end) = self.count() {
                return Ok(Some(self.split(end)));
            }
            if self.ended || self.stopped.load(Ordering::SeqCst) {
                self.drain();
                let text = self.split(self.pending().len());
                return Ok(Some(text).filter(|text| !text.is_empty()));
            }
            match self.wait() {
                Ok(Event::Bytes(bytes)) => self.buffer.extend_from_slice(&bytes),
                Ok(Event::Failed(failure)) => return Err(failure),
                Ok(Event::End) | Err(RecvTimeoutError::Disconnected) => self.ended = true,
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// Takes what has been read already.
    fn drain(&mut self) {
        while let Ok(Event::Bytes(bytes)) = self.events.try_recv() {
            self.buffer.extend_from_slice(&bytes);
        }
    }

    fn wait(&self) -> Result<Event, RecvTimeoutError> {
        match self.due {
            Some(due) => self.events.recv_timeout(due.saturating_duration_since(Instant::now())),
            None => self.events.recv().map_err(|_| RecvTimeoutError::Disconnected),
        }
    }

    /// Counts the units that have come; where the segment ends if there are enough of them, or too many bytes.
    fn count(&mut self) -> Option<usize> {
        self.script = self.script.or_else(|| Script::tell(self.pending()));
        let script = self.script?;
        if !self.names.is_empty() {
            let names = match script.and_then(Script::of_rows) {
                Some(script) => script.text(self.names.clone()).unwrap_or_default(),
                None => self.names.clone(),
            };
            if self.pending().len() < names.len() && names.starts_with(self.pending()) {
                return None;
            }
            self.names.clear();
            self.seen = if self.pending().starts_with(&names) { names.len() } else { 0 };
        }
        while self.rows < self.pace.rows.unwrap_or(u64::MAX) {
            let Some(end) = self.next_unit() else { break };
            self.seen = end;
            self.rows += 1;
            self.due = self.due.or_else(|| Some(Instant::now() + self.pace.interval?));
        }
        if self.pending().len() >= self.segment {
            let full = &self.pending()[..self.segment];
            return Some(self.unit.cut(full).min(if self.enough() { self.seen } else { usize::MAX }));
        }
        (self.enough() || self.is_due()).then_some(self.seen)
    }

    fn enough(&self) -> bool {
        self.pace.rows.is_some_and(|rows| self.rows >= rows)
    }

    fn is_due(&self) -> bool {
        self.due.is_some_and(|due| due <= Instant::now())
    }

    /// Where the first unit ends that has not been counted.
    fn next_unit(&self) -> Option<usize> {
        let rest = &self.pending()[self.seen..];
        match self.unit {
            Unit::Line if self.script().is_some() => self.script()?.next_end(self.pending(), self.seen),
            Unit::Line => memchr::memchr(b'\n', rest).map(|end| self.seen + end + 1),
            Unit::Row(bytes) => (rest.len() >= bytes).then_some(self.seen + bytes),
        }
    }

    fn split(&mut self, end: usize) -> Vec<u8> {
        let mut text = self.pool.take();
        text.extend_from_slice(&self.pending()[..end]);
        self.given += end;
        (self.seen, self.rows, self.due) = (0, 0, None);
        // Moving what is left only when it is less than what has gone keeps the moves as few as the bytes.
        if self.given >= self.buffer.len() / 2 {
            self.buffer.drain(..self.given);
            self.given = 0;
        }
        text
    }
}

/// The rows of a part of a text.
pub(crate) fn rows_of(part: &[u8], script: Option<Script>) -> Cow<'_, [u8]> {
    script.map_or(Cow::Borrowed(part), |script| Cow::Owned(script.rows(part)))
}

/// The reading thread: ends with the input, or when nobody listens any more.
fn read(mut input: Input, events: &SyncSender<Event>) {
    let mut buffer = vec![0; 64 << 10];
    loop {
        let event = match input.some(&mut buffer) {
            Ok(0) => Event::End,
            Ok(n) => Event::Bytes(buffer[..n].to_vec()),
            Err(failure) => Event::Failed(failure),
        };
        let last = !matches!(event, Event::Bytes(_));
        if events.send(event).is_err() || last {
            return;
        }
    }
}
