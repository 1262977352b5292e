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
    let (mut deframer, mut receiver) = (Deframer::new(MOST), Receiver::new(REORDER));
    let (mut page, mut broken, mut buffer) = (Page::new(&mut sink), 0, vec![0; 64 << 10]);
    let mut at = super::MAGIC.len() as u64;
    loop {
        let bytes = input.some(&mut buffer)?;
        for byte in &buffer[..bytes] {
            match deframer.push(*byte) {
                Some(Framed::Packet(packet)) => receiver.packet(packet, |event| page.take(&event)),
                Some(Framed::Garbage(_)) => broken += 1,
                None => {}
            }
            if page.is_stopped() {
                break;
            }
        }
        page.pass(bytes as u64);
        page.warnings.drain(..).for_each(|warning| warn(&warning));
        if let Some(source) = page.unreadable.take() {
            return Err(Failure::Archive { name: input.to_string(), at, source });
        }
        if let Some(failure) = page.failure.take() {
            return Err(failure);
        }
        at += bytes as u64;
        if bytes == 0 {
            break;
        }
    }
    broken += u64::from(!deframer.is_between());
    let counts = receiver.counts();
    Ok(Totals {
        rows: counts.rows,
        lost: counts.lost,
        missed: page.missed,
        packets: counts.packets,
        late: counts.late,
        damaged: counts.damaged + broken,
        bytes_in: at,
        bytes_out: page.bytes,
        ended: page.ended,
    })
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
                if *row > 0 {
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
