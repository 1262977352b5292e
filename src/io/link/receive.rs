//! The receiving end of a link on a pipe: frames in, lines of text out as soon as they are known.
//!
//! Rows that are lost are written with empty cells, and told; nothing is made up for them.

use super::{MOST, form::Form};
use crate::{
    error::{Failure, Outcome},
    io::input::Input,
};
use qres_core::{
    Error,
    live::{
        Event, Receiver,
        framing::{Deframer, Framed},
    },
};
use std::fmt::Display;

/// What came.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Totals {
    pub(crate) rows: u64,
    pub(crate) lost: u64,
    /// Rows before the first that was heard.
    pub(crate) missed: u64,
    pub(crate) packets: u64,
    pub(crate) late: u64,
    pub(crate) damaged: u64,
    pub(crate) bytes_in: u64,
    pub(crate) bytes_out: u64,
    /// The sender has said that it ended.
    pub(crate) ended: bool,
}

/// Packets that may wait for one that is missing.
const REORDER: usize = 4;
/// Text that is passed on before its packet is done.
const MUCH: usize = 1 << 18;
/// Rows in a row that are written empty; of more only the number is told.
const MOST_EMPTY: u64 = 1 << 14;

/// Writes what comes to `sink`, which passes it on at once, and tells `warn` of what is lost.
pub(crate) fn receive(
    mut input: Input,
    mut sink: impl FnMut(&[u8], u64) -> Outcome,
    mut warn: impl FnMut(&str),
) -> Outcome<Totals> {
    let (mut deframer, mut buffer) = (Deframer::new(MOST), vec![0; 64 << 10]);
    let mut incoming = Incoming::new(&mut sink);
    incoming.bytes = super::MAGIC.len() as u64;
    loop {
        let bytes = input.some(&mut buffer)?;
        for byte in &buffer[..bytes] {
            match deframer.push(*byte) {
                Some(Framed::Packet(packet)) => incoming.packet(packet),
                Some(Framed::Garbage(_)) => incoming.damaged(),
                None => {}
            }
            if incoming.page.is_stopped() {
                break;
            }
        }
        incoming.pass(&input, bytes as u64, &mut warn)?;
        if bytes == 0 {
            break;
        }
    }
    if !deframer.is_between() {
        incoming.damaged();
    }
    Ok(incoming.totals())
}

/// What comes over a link, packet by packet; where they begin is known to whoever brings them.
pub(crate) struct Incoming<'s> {
    receiver: Receiver,
    page: Page<'s>,
    /// Frames that were none.
    broken: u64,
    bytes: u64,
}

impl<'s> Incoming<'s> {
    /// What comes goes to `sink`, with the number of bytes that it took.
    pub(crate) fn new(sink: &'s mut dyn FnMut(&[u8], u64) -> Outcome) -> Self {
        Self { receiver: Receiver::new(REORDER), page: Page::new(sink), broken: 0, bytes: 0 }
    }

    /// The same of a link that one joins whenever one likes.
    #[cfg(feature = "flash")]
    pub(crate) fn joining(sink: &'s mut dyn FnMut(&[u8], u64) -> Outcome) -> Self {
        let mut incoming = Self::new(sink);
        incoming.page.joins = true;
        incoming
    }

    /// Takes a packet.
    pub(crate) fn packet(&mut self, packet: &[u8]) {
        self.receiver.packet(packet, |event| self.page.take(&event));
    }

    /// Something has come that is no packet.
    pub(crate) fn damaged(&mut self) {
        self.broken += 1;
    }

    /// Passes on what is known, after so many more bytes of what is called `from`; tells `warn` of what is lost.
    pub(crate) fn pass(&mut self, from: &dyn Display, bytes: u64, warn: &mut dyn FnMut(&str)) -> Outcome {
        self.page.warnings.drain(..).for_each(|warning| warn(&warning));
        self.page.pass(bytes);
        if let Some(source) = self.page.unreadable.take() {
            return Err(Failure::Archive { name: from.to_string(), at: self.bytes, source });
        }
        self.bytes += bytes;
        self.page.failure.take().map_or(Ok(()), Err)
    }

    /// What to send back, if something is missing and it is time to ask for it.
    #[cfg(feature = "flash")]
    pub(crate) fn ask(&mut self) -> Option<[u8; 3]> {
        self.receiver.ask()
    }

    /// How many senders have been followed so far, one after the other: one that starts anew is another one.
    #[cfg(feature = "flash")]
    pub(crate) fn senders(&self) -> u64 {
        self.page.senders
    }

    /// What has come so far.
    pub(crate) fn totals(&self) -> Totals {
        let counts = self.receiver.counts();
        Totals {
            rows: counts.rows,
            lost: counts.lost,
            missed: self.page.missed,
            packets: counts.packets,
            late: counts.late,
            damaged: counts.damaged + self.broken,
            bytes_in: self.bytes,
            bytes_out: self.page.bytes,
            ended: self.page.ended,
        }
    }
}

/// What asks a sender of which nothing has come for its form.
#[cfg(feature = "flash")]
pub(crate) fn first_ask() -> Option<[u8; 3]> {
    let mut nobody = Receiver::default();
    // Whoever cannot read what has come asks.
    nobody.packet(&[], |_| {});
    nobody.ask()
}

/// What is to be written.
struct Page<'s> {
    sink: &'s mut dyn FnMut(&[u8], u64) -> Outcome,
    form: Option<Form>,
    /// The next row is the first that is written of this sender.
    fresh: bool,
    text: Vec<u8>,
    bytes: u64,
    warnings: Vec<String>,
    missed: u64,
    /// It is as usual that rows were not heard before the first.
    joins: bool,
    /// Senders that have been joined.
    senders: u64,
    ended: bool,
    /// Why no form can be read.
    unreadable: Option<Error>,
    /// Why nothing can be written.
    failure: Option<Failure>,
}

impl<'s> Page<'s> {
    fn new(sink: &'s mut dyn FnMut(&[u8], u64) -> Outcome) -> Self {
        Self {
            sink,
            form: None,
            fresh: false,
            text: Vec::new(),
            bytes: 0,
            warnings: Vec::new(),
            missed: 0,
            joins: false,
            senders: 0,
            ended: false,
            unreadable: None,
            failure: None,
        }
    }

    fn is_stopped(&self) -> bool {
        self.unreadable.is_some() || self.failure.is_some()
    }

    /// Passes on what there is, which so many bytes of input were.
    fn pass(&mut self, bytes_in: u64) {
        if self.failure.is_none() {
            self.failure = (self.sink)(&self.text, bytes_in).err();
        }
        self.bytes += self.text.len() as u64;
        self.text.clear();
    }

    /// One packet may end many silent rows: they must not pile up.
    fn pass_if_much(&mut self) {
        if self.text.len() >= MUCH {
            self.pass(0);
        }
    }

    fn take(&mut self, event: &Event<'_>) {
        match event {
            Event::Form { columns, text } => match Form::read(text, columns) {
                Ok(form) => self.form = Some(form),
                Err(error) => self.unreadable = Some(error),
            },
            Event::Joined { row } => {
                (self.fresh, self.ended, self.missed) = (true, false, self.missed.saturating_add(*row));
                self.senders += 1;
                if *row > 0 && !self.joins {
                    self.warnings.push(format!("the link is heard from row {} on", row + 1));
                }
            }
            Event::Lost { rows } => self.lose(*rows),
            Event::Row { cells, .. } => {
                self.greet();
                if let Some(form) = self.form.as_ref().filter(|_| self.failure.is_none()) {
                    form.print(cells.iter(), &mut self.text);
                }
                self.pass_if_much();
            }
            Event::Note(note) => {
                self.greet();
                self.text.extend_from_slice(note);
            }
            Event::Ended => self.ended = true,
        }
    }

    /// The names of the columns come before the first row.
    fn greet(&mut self) {
        if let Some(form) = self.form.as_ref().filter(|_| std::mem::take(&mut self.fresh)) {
            self.text.extend_from_slice(&form.shape.preamble);
        }
    }

    fn lose(&mut self, rows: u64) {
        self.warnings.push(format!("{} lost", crate::ui::count(rows, "row")));
        let Some(form) = self.form.take() else { return };
        for _ in 0..if rows <= MOST_EMPTY { rows } else { 0 } {
            form.print_empty(&mut self.text);
            self.pass_if_much();
        }
        self.form = Some(form);
    }
}
