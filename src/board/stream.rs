//! The rows of a board's live link as they come, until somebody has seen enough.
//!
//! Whoever joins in the middle asks for what is needed to read on, so that the board's next row is readable; what is missing
//! later is asked for again. Another sender at the other end of the port, such as `qres compress --live --error`, is followed
//! as well.

use super::{line::PAUSE, panic::Panic, split::Heard, talk::Talk};
use crate::{
    failure::{Exit, Outcome},
    io::link::{
        page::Sink,
        receive::{Incoming, Totals, first_ask},
    },
    signal,
    text::{plain, units},
    ui::Ui,
};
use qres_core::serial::{Identity, Pace, Steps, is_message, read_note};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// Tuning: milliseconds for which a board keeps a pace at least without being asked again.
const LEASE: u32 = 60_000;

/// Whether somebody has seen enough: from now on the first Ctrl-C only says so.
pub(crate) fn until_enough() -> impl Fn() -> bool {
    let enough = Arc::new(AtomicBool::new(false));
    let told = enough.clone();
    signal::on_first(move || told.store(true, Ordering::Relaxed));
    move || enough.load(Ordering::Relaxed)
}

/// Passes what comes on to `sink` until it is enough; returns what came, and how it ended. For the time that it takes the
/// board takes a row `every` so many milliseconds, if that is said.
pub(crate) fn run(
    mut talk: Talk,
    every: Option<u32>,
    sink: &mut dyn Sink,
    is_enough: &dyn Fn() -> bool,
    ui: Ui,
) -> (Totals, Outcome) {
    let name = talk.line.name().to_owned();
    let panic = Panic::default();
    let mut rows = Rows { incoming: Incoming::joining(sink), name, frames: 0, bytes: 0, panic, ui };
    let pace = every.map(pace_of);
    let done = rows.begin(&mut talk, pace).and_then(|()| {
        let done = rows.follow(&mut talk, pace, is_enough);
        match (&done, pace) {
            (Err(failure), Some(_)) if failure.exit == Exit::Unreachable => done,
            (_, None) => done,
            (_, Some(pace)) => {
                let own = Pace { lease: 0, ..pace };
                let restored = talk.set_pace(own, &mut |heard| rows.take(heard)).map(drop);
                done.and(restored).and(rows.pass(&talk))
            }
        }
    });
    (rows.incoming.totals(), done)
}

/// A row each so many milliseconds. It holds for three rows at least, so that a board which sleeps between them is not
/// woken more often than for its rows.
fn pace_of(step: u32) -> Pace {
    let steps = Steps { calm: step, pre_storm: step, storm: step };
    Pace { steps, lease: step.saturating_mul(3).max(LEASE) }
}

/// What has come.
struct Rows<'s> {
    incoming: Incoming<'s>,
    name: String,
    /// Packets, whether they could be read or not.
    frames: u64,
    /// Bytes that have been passed on.
    bytes: u64,
    panic: Panic,
    ui: Ui,
}

impl Rows<'_> {
    /// Finds out who is there and sets its pace.
    fn begin(&mut self, talk: &mut Talk, pace: Option<Pace>) -> Outcome {
        if let Some(ask) = first_ask() {
            talk.line.send(&ask)?;
        }
        let found = talk.identify(&mut |heard| self.take(heard));
        self.pass(talk)?;
        let board = match found {
            Err(failure) if failure.exit == Exit::Unreachable && self.frames > 0 && pace.is_none() => {
                return Ok(());
            }
            other => other?,
        };
        let held = talk.set_pace(pace.unwrap_or_default(), &mut |heard| self.take(heard))?;
        self.greet(&board, held.now);
        Ok(())
    }

    /// The next row may take hours: says so.
    fn greet(&self, board: &Identity, step: u32) {
        let (chip, step) = (plain::printable(board.chip()), units::time(step.into()));
        self.ui.summary(|| format!("{}: {chip}, a row every {step}; Ctrl-C ends", self.name));
    }

    /// Takes what comes until somebody has seen enough.
    fn follow(&mut self, talk: &mut Talk, pace: Option<Pace>, is_enough: &dyn Fn() -> bool) -> Outcome {
        let (mut senders, mut asked) = (self.incoming.senders().max(1), Instant::now());
        while !is_enough() {
            let heard = talk.line.hear(PAUSE, |heard| self.take(heard));
            self.pass(talk)?;
            heard?;
            if let Some(ask) = self.incoming.ask() {
                talk.line.send(&ask)?;
            }
            // A board that has started anew goes by its own steps again.
            let over = |pace: &Pace| asked.elapsed() >= Duration::from_millis(u64::from(pace.lease / 3));
            if let Some(pace) = pace.filter(|pace| self.incoming.senders() > senders || over(pace)) {
                (senders, asked) = (self.incoming.senders().max(senders), Instant::now());
                talk.set_pace(pace, &mut |heard| self.take(heard))?;
            }
        }
        Ok(())
    }

    fn take(&mut self, heard: Heard<'_>) {
        match heard {
            Heard::Frame(frame) if is_message(frame) => {
                if let Some(note) = read_note(frame) {
                    self.ui.summary(|| format!("{}: {}", self.name, plain::printable(note)));
                }
            }
            Heard::Frame(packet) => {
                self.frames += 1;
                self.incoming.packet(packet);
            }
            Heard::Damaged(bytes) => self.incoming.damaged(bytes),
            // Whatever a bootloader prints is not a row; what a panic says people want to know.
            Heard::Text(text) => text.lines().for_each(|line| self.hear(line)),
        }
    }

    fn hear(&mut self, line: &str) {
        let known = self.panic.hear(line);
        if let Some(failure) = self.panic.failure(&self.name).filter(|_| known) {
            self.ui.warning(&failure.to_string());
        }
    }

    fn pass(&mut self, talk: &Talk) -> Outcome {
        let more = talk.line.bytes() - self.bytes;
        self.bytes += more;
        let (name, ui) = (&self.name, self.ui);
        self.incoming.pass(name, more, &mut |what| ui.warning(&format!("{name}: {what}")))
    }
}
