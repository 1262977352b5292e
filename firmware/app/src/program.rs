//! The loop's side of a board: bytes from the line in, bytes for the line out, and when the next sample is due.

use crate::{Config, Keep, Source, body::Body};
use alloc::vec::Vec;
use qres_core::{
    live::framing::{Deframer, Framed, frame},
    serial::{Board, MOST_MESSAGE, is_message, note},
    trust::Identity,
};

/// Tuning: milliseconds for which a board that sleeps stays awake after it has heard something.
const AWAKE: u64 = 5000;

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
    /// When it last heard something, or may have.
    heard: u64,
    /// Notes said.
    notes: u16,
    message: Vec<u8>,
    output: Vec<u8>,
}

impl<S: Source, K: Keep> Program<S, K> {
    /// Starts, with the gene that was kept, and says so.
    pub fn new(source: S, keep: K, who: Identity, config: Config) -> Self {
        let mut program = Self {
            body: Body::new(source, keep, who, config),
            board: Board::new(),
            deframer: Deframer::new(MOST_MESSAGE),
            due: 0,
            last: 0,
            heard: 0,
            notes: 0,
            message: Vec::new(),
            output: Vec::new(),
        };
        program.say(&program.body.greeting());
        program
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
        // A request may have changed the step.
        self.due = self.due.min(self.last.saturating_add(self.body.step().into()).max(now));
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
        if now < self.due {
            return;
        }
        if self.body.sample(self.due, &mut self.message) {
            let before = self.output.len();
            frame(&self.message, &mut self.output);
            self.body.stats.packets += 1;
            self.body.stats.bytes += (self.output.len() - before) as u64;
        }
        if let Some(news) = self.body.news() {
            self.say(&news);
        }
        self.last = self.due;
        let next = self.due.saturating_add(self.body.step().into());
        // Times stay on a grid unless the board cannot keep up.
        self.due = if next > now { next } else { now.saturating_add(1) };
    }
}
