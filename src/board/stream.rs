//! The rows of a board's live link as they come, until somebody has seen enough.
//!
//! Whoever joins in the middle asks for what is needed to read on, so that the board's next row is readable; what is missing
//! later is asked for again. Another sender at the other end of the port, such as `qres compress --live --error`, is followed
//! as well.

use super::{line::PAUSE, split::Heard, talk::Talk};
use crate::{
    error::{Failure, Outcome},
    io::link::receive::{Incoming, Totals, first_ask},
    signal,
    ui::{self, Ui},
};
use qres_core::serial::{Identity, Steps, is_message, read_note};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Whether somebody has seen enough: from now on the first Ctrl-C only says so.
pub(super) fn until_enough() -> impl Fn() -> bool {
    let enough = Arc::new(AtomicBool::new(false));
    let told = enough.clone();
    signal::on_first(move || told.store(true, Ordering::Relaxed));
    move || enough.load(Ordering::Relaxed)
}

/// Passes what comes on to `sink`; what came, and how it ended. For the time that it takes the board takes a row `every`
/// so many milliseconds, if that is said.
pub(crate) fn run(
    mut talk: Talk,
    every: Option<u32>,
    sink: &mut dyn FnMut(&[u8], u64) -> Outcome,
    ui: Ui,
) -> (Totals, Outcome) {
    let name = talk.line.name().to_owned();
    let mut rows = Rows { incoming: Incoming::joining(sink), name, frames: 0, bytes: 0, ui };
    let pace = every.map(|step| Steps { calm: step, pre_storm: step, storm: step });
    let done = rows.begin(&mut talk, pace).and_then(|before| {
        let done = rows.follow(&mut talk, pace);
        match (&done, before) {
            (Err(Failure::Unreachable { .. }), _) | (_, None) => done,
            (_, Some(before)) => {
                let restored = talk.set_steps(before, &mut |heard| rows.take(heard)).map(drop);
                done.and(restored).and(rows.pass(&talk))
            }
        }
    });
    (rows.incoming.totals(), done)
}

/// What has come.
struct Rows<'s> {
    incoming: Incoming<'s>,
    name: String,
    /// Packets, whether they could be read or not.
    frames: u64,
    /// Bytes that have been passed on.
    bytes: u64,
    ui: Ui,
}

impl Rows<'_> {
    /// Finds out who is there and sets its steps; those that it had, if they are to be set again.
    fn begin(&mut self, talk: &mut Talk, pace: Option<Steps>) -> Outcome<Option<Steps>> {
        if let Some(ask) = first_ask() {
            talk.line.send(&ask)?;
        }
        let found = talk.identify(&mut |heard| self.take(heard));
        self.pass(talk)?;
        let board = match found {
            Err(Failure::Unreachable { .. }) if self.frames > 0 && pace.is_none() => return Ok(None),
            other => other?,
        };
        let (before, now) = talk.set_steps(Steps::default(), &mut |heard| self.take(heard))?;
        self.greet(&board, pace.map_or(now, |pace| pace.calm));
        let Some(pace) = pace else { return Ok(None) };
        talk.set_steps(pace, &mut |heard| self.take(heard))?;
        Ok(Some(before))
    }

    /// The next row may take hours: says so.
    fn greet(&self, board: &Identity, step: u32) {
        let (chip, step) = (ui::printable(board.chip()), ui::time(step.into()));
        self.ui.summary(|| format!("{}: {chip}, a row every {step}; Ctrl-C ends", self.name));
    }

    /// Takes what comes until somebody has seen enough.
    fn follow(&mut self, talk: &mut Talk, pace: Option<Steps>) -> Outcome {
        let is_enough = until_enough();
        let mut senders = self.incoming.senders().max(1);
        while !is_enough() {
            let heard = talk.line.hear(PAUSE, |heard| self.take(heard));
            self.pass(talk)?;
            heard?;
            if let Some(ask) = self.incoming.ask() {
                talk.line.send(&ask)?;
            }
            if let Some(pace) = pace.filter(|_| self.incoming.senders() > senders) {
                senders = self.incoming.senders();
                // A board that has started anew goes by its own steps again.
                talk.set_steps(pace, &mut |heard| self.take(heard))?;
            }
        }
        Ok(())
    }

    fn take(&mut self, heard: Heard<'_>) {
        match heard {
            Heard::Frame(frame) if is_message(frame) => {
                if let Some(note) = read_note(frame) {
                    self.ui.summary(|| format!("{}: {}", self.name, ui::printable(note)));
                }
            }
            Heard::Frame(packet) => {
                self.frames += 1;
                self.incoming.packet(packet);
            }
            Heard::Damaged(_) => self.incoming.damaged(),
            // Whatever a bootloader prints is no row.
            Heard::Text(_) => {}
        }
    }

    fn pass(&mut self, talk: &Talk) -> Outcome {
        let more = talk.line.bytes() - self.bytes;
        self.bytes += more;
        let (name, ui) = (&self.name, self.ui);
        self.incoming.pass(name, more, &mut |what| ui.warning(&format!("{name}: {what}")))
    }
}
