//! The receiving end of a link on a pipe: frames in, lines of text out as soon as they are known.
//!
//! Links may come one after the other, break off, and begin in the middle. Whatever is missing is told.

use super::{
    MAX,
    page::{Lent, Page, Sink},
};
use crate::{
    failure::{Failure, Outcome},
    io::input::Input,
};
use qres_core::live::{
    Event, MAGIC, Receiver,
    form::Form,
    framing::{Deframer, Framed},
    mend::{MAX_CHANGED, mend, mend_joined},
};
use std::fmt::Display;

/// What came.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Totals {
    pub(crate) rows: u64,
    /// Of these, rows that took no packet.
    pub(crate) silent: u64,
    pub(crate) lost: u64,
    /// Rows before the first that was heard of each sender.
    pub(crate) missed: u64,
    pub(crate) packets: u64,
    /// Of these, those from which a receiver can begin.
    pub(crate) keys: u64,
    pub(crate) lost_packets: u64,
    pub(crate) late: u64,
    pub(crate) damaged: u64,
    /// Packets of which a byte was wrong that could be found.
    pub(crate) mended: u64,
    pub(crate) bytes: u64,
    pub(crate) text_bytes: u64,
    /// Links, one after the other.
    pub(crate) links: u64,
    /// Links that have not been ended by their senders: how much is missing of them is not known.
    pub(crate) broken: u64,
}

/// Packets that may wait for one that is missing.
const REORDER: usize = 4;

/// Writes what comes to `sink`, and tells `warn` of what is lost.
pub(crate) fn receive(
    input: Input,
    mut sink: impl FnMut(&[u8], u64) -> Outcome,
    warn: impl FnMut(&str),
) -> Outcome<Totals> {
    Ok(receive_as(input, &mut sink, warn)?.0)
}

/// The same, and how the lines of the last link are written.
pub(crate) fn receive_as(
    mut input: Input,
    sink: &mut dyn Sink,
    mut warn: impl FnMut(&str),
) -> Outcome<(Totals, Option<Form>)> {
    let (mut line, mut buffer) = (Line::new(), vec![0; 64 << 10]);
    let mut incoming = Incoming::new(sink);
    loop {
        let bytes = input.some(&mut buffer)?;
        line.take(&buffer[..bytes], &mut incoming);
        if bytes == 0 {
            line.end(&mut incoming);
        }
        incoming.pass(&input, bytes as u64, &mut warn)?;
        if bytes == 0 {
            return Ok((incoming.totals(), incoming.page.form));
        }
    }
}

/// The text and the totals of a link that has come whole.
#[cfg(test)]
pub(crate) fn follow(bytes: &[u8]) -> (Vec<u8>, Totals) {
    let mut text = Vec::new();
    let mut sink = |more: &[u8], _: u64| {
        text.extend_from_slice(more);
        Ok(())
    };
    let (mut line, mut incoming) = (Line::new(), Incoming::new(&mut sink));
    line.take(bytes, &mut incoming);
    line.end(&mut incoming);
    incoming.page.pass(0);
    let totals = incoming.totals();
    drop(incoming);
    (text, totals)
}

/// The bytes of a pipe, which hold links one after the other.
struct Line {
    deframer: Deframer,
    /// The last bytes.
    last: [u8; MAGIC.len()],
    /// What has come since the last zero, as far as it could be mended.
    frame: Vec<u8>,
    /// What was damaged before that.
    before: Vec<u8>,
}

impl Line {
    fn new() -> Self {
        Self { deframer: Deframer::new(MAX), last: [0; MAGIC.len()], frame: Vec::new(), before: Vec::new() }
    }

    /// Takes what has come.
    fn take(&mut self, bytes: &[u8], incoming: &mut Incoming<'_>) {
        for byte in bytes {
            self.push(*byte, incoming);
            if incoming.page.is_stopped() {
                return;
            }
        }
    }

    /// Takes the next byte.
    fn push(&mut self, byte: u8, incoming: &mut Incoming<'_>) {
        self.last.rotate_left(1);
        self.last[MAGIC.len() - 1] = byte;
        if byte != 0 && self.frame.len() <= MAX_CHANGED {
            self.frame.push(byte);
        }
        match self.deframer.push(byte) {
            Some(Framed::Packet(packet)) => {
                incoming.packet(packet);
                self.before.clear();
            }
            Some(Framed::Garbage(_)) if self.last == MAGIC => {
                // A link that broke off may have left the beginning of a frame.
                if self.frame.len() + 1 > MAGIC.len() {
                    incoming.damaged(self.frame.len());
                }
                incoming.begin();
                self.before.clear();
            }
            Some(Framed::Garbage(_)) => self.mend(incoming),
            None => {}
        }
        if byte == 0 {
            self.frame.clear();
        }
    }

    /// Takes a damaged frame for what it must have been, if that can be told.
    fn mend(&mut self, incoming: &mut Incoming<'_>) {
        if mend(&self.frame, |packet| incoming.offer(packet)) {
            incoming.mended += 1;
        } else if !self.before.is_empty()
            && mend_joined(&self.before, &self.frame, |packet| incoming.offer(packet))
        {
            // The frame before has been counted as damaged.
            (incoming.mended, incoming.broken) = (incoming.mended + 1, incoming.broken - 1);
        } else {
            incoming.damaged(self.frame.len());
            std::mem::swap(&mut self.before, &mut self.frame);
            return;
        }
        self.before.clear();
    }

    /// No more bytes come.
    fn end(&mut self, incoming: &mut Incoming<'_>) {
        if !self.deframer.is_between() {
            incoming.damaged(self.frame.len());
        }
        incoming.end();
    }
}

/// What comes over a link, packet by packet; where they begin is known to whoever brings them.
pub(crate) struct Incoming<'s> {
    receiver: Receiver,
    pub(super) page: Page<'s>,
    /// Frames that were none.
    broken: u64,
    /// Of these, packets that could be told all the same.
    mended: u64,
    /// A link has begun of which nothing could be read yet.
    begun: bool,
    /// Something has come between links that could not be read.
    stray: bool,
    /// Links of which nothing could be read at all.
    unread: u64,
    bytes: u64,
}

impl<'s> Incoming<'s> {
    /// What comes goes to `sink`, with the number of bytes that it took.
    pub(crate) fn new(sink: &'s mut dyn Sink) -> Self {
        Self::of(Box::new(Lent(sink)))
    }

    fn of(sink: Box<dyn Sink + 's>) -> Self {
        let (receiver, page) = (Receiver::new(REORDER), Page::new(sink));
        Self { receiver, page, broken: 0, mended: 0, begun: false, stray: false, unread: 0, bytes: 0 }
    }

    /// The same of a link that one joins whenever one likes.
    #[cfg(feature = "flash")]
    pub(crate) fn joining(sink: &'s mut dyn Sink) -> Self {
        Self::joining_for(Box::new(Lent(sink)))
    }

    /// The same, with a sink of its own.
    #[cfg(any(feature = "flash", feature = "node"))]
    pub(crate) fn joining_for(sink: Box<dyn Sink + 's>) -> Self {
        let mut incoming = Self::of(sink);
        incoming.page.joins = true;
        incoming
    }

    /// Goes on so that packets wait for one that is missing, or not, where that one hardly ever comes.
    #[cfg(feature = "node")]
    pub(crate) fn waits(&mut self, waits: bool) {
        self.receiver.waits(if waits { REORDER } else { 0 });
    }

    /// Takes a packet.
    pub(crate) fn packet(&mut self, packet: &[u8]) {
        self.hear(|receiver, tell| receiver.packet(packet, tell));
    }

    /// Takes a packet that may have been sent, if it is the one that comes next; says whether it is.
    fn offer(&mut self, packet: &[u8]) -> bool {
        self.hear(|receiver, tell| receiver.offer(packet, tell))
    }

    /// Lets the receiver hear something, and notes whether a link can be read, or something can not.
    fn hear<T>(&mut self, give: impl FnOnce(&mut Receiver, &mut dyn FnMut(Event<'_>)) -> T) -> T {
        let (damaged, is_between) = (self.receiver.counts().damaged, self.is_between());
        let (mut joined, page) = (None, &mut self.page);
        let given = give(&mut self.receiver, &mut |event| {
            if let Event::Joined { packet, .. } = event {
                joined = Some(packet);
            }
            page.take(&event);
        });
        self.stray |= is_between && self.receiver.counts().damaged > damaged;
        if let Some(first) = joined {
            // What comes before the first packet of a link is of another one.
            self.unread += u64::from(self.stray && first == 0);
            (self.begun, self.stray) = (false, false);
        }
        given
    }

    /// Whether what cannot be read belongs to no link that is known.
    fn is_between(&self) -> bool {
        self.page.between && !self.begun && !self.page.joins
    }

    /// So many bytes have come that are no packet.
    pub(crate) fn damaged(&mut self, bytes: usize) {
        self.broken += 1;
        if self.is_between() {
            // What is as short as the beginning of a link is one that was damaged.
            self.begun = bytes <= MAGIC.len();
            self.stray |= !self.begun;
        }
    }

    /// Another link begins.
    pub(crate) fn begin(&mut self) {
        self.finish(true);
        self.begun = true;
    }

    /// No more packets come; that a link broke off is for whoever ends to tell.
    pub(crate) fn end(&mut self) {
        self.finish(false);
    }

    fn finish(&mut self, another: bool) {
        self.hear(|receiver, tell| {
            receiver.finish(|event| match event {
                Event::BrokeOff if !another => {}
                event => tell(event),
            });
        });
        self.unread += u64::from(std::mem::take(&mut self.begun) | std::mem::take(&mut self.stray));
    }

    /// Passes on what is known, after so many more bytes of what is called `from`; tells `warn` of what is lost.
    pub(crate) fn pass(&mut self, from: &dyn Display, bytes: u64, warn: &mut dyn FnMut(&str)) -> Outcome {
        self.page.warnings().for_each(|warning| warn(&warning));
        self.page.pass(bytes);
        if let Some(source) = self.page.unreadable.take() {
            return Err(Failure::archive(&from.to_string(), self.bytes, source));
        }
        self.bytes += bytes;
        self.page.failure.take().map_or(Ok(()), Err)
    }

    /// What to send back, if something is missing and it is time to ask for it.
    #[cfg(feature = "flash")]
    pub(crate) fn ask(&mut self) -> Option<[u8; 3]> {
        self.receiver.ask()
    }

    /// What to send back as long as nothing can be read of what comes.
    #[cfg(feature = "node")]
    pub(crate) fn ask_again(&mut self) -> Option<[u8; 3]> {
        self.receiver.ask().or_else(|| if self.receiver.is_following() { None } else { first_ask() })
    }

    /// How many senders have been followed so far, one after the other: one that starts anew is another one.
    #[cfg(feature = "flash")]
    pub(crate) fn senders(&self) -> u64 {
        self.receiver.counts().senders
    }

    /// What has come so far.
    pub(crate) fn totals(&self) -> Totals {
        let counts = self.receiver.counts();
        Totals {
            rows: counts.rows,
            silent: counts.silent,
            lost: counts.lost,
            missed: counts.missed,
            packets: counts.packets,
            keys: counts.keys,
            lost_packets: counts.lost_packets,
            late: counts.late,
            damaged: counts.damaged + self.broken,
            mended: self.mended,
            bytes: self.bytes,
            text_bytes: self.page.bytes,
            links: counts.senders + self.unread,
            broken: counts.broken + self.unread,
        }
    }
}

/// What asks a sender of which nothing has come for its form.
#[cfg(any(feature = "flash", feature = "node"))]
pub(crate) fn first_ask() -> Option<[u8; 3]> {
    let mut nobody = Receiver::default();
    // Whoever cannot read what has come asks.
    nobody.packet(&[], |_| {});
    nobody.ask()
}
