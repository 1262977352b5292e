//! The loop's side of a board: bytes from the line in, bytes for the line out, and when the next sample is due.

use crate::{
    Config, Keep, Source, Start,
    body::{Body, Sampled},
};
use alloc::vec::Vec;
use qres_core::{
    live::framing::{Deframer, Framed, frame},
    serial::{Board, MAX_MESSAGE, is_message, note},
};

/// Tuning: milliseconds for which a board that sleeps stays awake after it has heard something.
const AWAKE: u64 = 5000;
/// Tuning: milliseconds after which a source that had no row is asked again.
const AGAIN: u64 = 100;

/// A board's program. Times are milliseconds since the board started.
#[derive(Debug)]
pub struct Program<S, K> {
    body: Body<S, K>,
    board: Board,
    deframer: Deframer,
    /// When the next sample is due.
    due: u64,
    /// When the last one was.
    last: u64,
    /// Milliseconds from that to the next one, as they were when it was taken.
    step: u32,
    /// Whether somebody has been told that this start has not failed.
    settled: bool,
    /// When it last heard something, or may have.
    heard: u64,
    /// Notes said.
    notes: u16,
    message: Vec<u8>,
    output: Vec<u8>,
}

impl<S: Source, K: Keep> Program<S, K> {
    /// Starts, with the gene that was kept, and says so.
    pub fn new(source: S, keep: K, start: impl Into<Start>, config: Config) -> Self {
        let body = Body::new(source, keep, start.into(), config);
        let mut program = Self {
            step: body.step(),
            body,
            board: Board::new(),
            deframer: Deframer::new(MAX_MESSAGE),
            due: 0,
            last: 0,
            settled: false,
            heard: 0,
            notes: 0,
            message: Vec::new(),
            output: Vec::new(),
        };
        // What a bootloader or a panic has printed is not a part of the first frame.
        program.output.push(0);
        program.say(&program.body.greeting());
        program.tell_news();
        program
    }

    /// Says what has happened that people may want to hear.
    fn tell_news(&mut self) {
        for news in self.body.news() {
            self.say(&news);
        }
    }

    /// Whether this start has not failed; `true` once.
    pub fn settles(&mut self) -> bool {
        let before = core::mem::replace(&mut self.settled, self.body.has_settled());
        !before && self.settled
    }

    /// Says something to people who may be listening.
    pub fn say(&mut self, text: &str) {
        self.message.clear();
        note(self.notes, text, &mut self.message);
        frame(&self.message, &mut self.output);
        self.notes = self.notes.wrapping_add(1);
    }

    /// When the next sample is due.
    pub const fn due(&self) -> u64 {
        self.due
    }

    /// Until when it may sleep: it has nothing to send, no sample is due, and nobody has said anything of late.
    pub fn rest(&self, now: u64) -> Option<u64> {
        let quiet = self.output.is_empty() && now.saturating_sub(self.heard) >= AWAKE;
        (self.body.sleeps() && quiet && now < self.due).then_some(self.due)
    }

    /// The line has woken it: what woke it was lost and will be said again.
    pub const fn wake(&mut self, now: u64) {
        self.heard = now;
    }

    /// Where samples come from.
    pub fn source_mut(&mut self) -> &mut S {
        self.body.source_mut()
    }

    /// What is to be sent; whoever sends it clears it.
    pub const fn output(&mut self) -> &mut Vec<u8> {
        &mut self.output
    }

    /// Takes a byte from the line.
    pub fn receive(&mut self, byte: u8, now: u64) {
        self.heard = now;
        let Self { body, board, deframer, message, output, .. } = self;
        let stats = &mut body.stats;
        stats.uptime = now;
        match deframer.push(byte) {
            Some(Framed::Packet(packet)) if is_message(packet) => {
                stats.requests = stats.requests.saturating_add(1);
                if board.handle(packet, body, message) {
                    frame(message, output);
                }
            }
            Some(Framed::Packet(packet)) => body.asked(packet),
            Some(Framed::Garbage(_)) => stats.damaged = stats.damaged.saturating_add(1),
            None => {}
        }
        self.retime(now);
    }

    /// Brings the next sample forward if a host has asked for a shorter step, or has given a longer one back.
    fn retime(&mut self, now: u64) {
        let step = self.body.step();
        if step < self.step {
            self.due = self.due.min(self.last.saturating_add(step.into()).max(now));
        }
        self.step = step;
    }

    /// Begins to hear other boards and to tell them: it has a radio.
    pub fn join(&mut self) {
        self.body.join();
    }

    /// Takes a packet that another board has sent.
    pub fn overhear(&mut self, packet: &[u8], now: u64) {
        self.body.overhear(packet, now);
    }

    /// The packet to send to other boards now, if there is one.
    pub fn tell(&mut self, now: u64) -> Option<Vec<u8>> {
        self.body.tell(now)
    }

    /// Takes a sample if one is due.
    pub fn poll(&mut self, now: u64) {
        self.body.stats.uptime = now;
        self.retime(now);
        if now < self.due {
            return;
        }
        match self.body.sample(self.due, &mut self.message) {
            Sampled::Nothing => {
                self.due = now.saturating_add(AGAIN.min(self.step.into()).max(1));
                return;
            }
            Sampled::Silent => {}
            Sampled::Packet => self.send(),
        }
        self.tell_news();
        self.last = self.due;
        self.step = self.body.step();
        let next = self.due.saturating_add(self.step.into());
        // Times stay on a grid unless the board cannot keep up.
        self.due = if next > now { next } else { now.saturating_add(1) };
    }

    /// Sends a packet of the live link.
    fn send(&mut self) {
        let before = self.output.len();
        frame(&self.message, &mut self.output);
        self.body.stats.packets += 1;
        self.body.stats.bytes += (self.output.len() - before) as u64;
    }
}
