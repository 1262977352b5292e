//! What is written of a link: rows as lines, lost rows as empty ones, and words about what is lost.
//!
//! Rows that are lost are written with empty cells, and told; nothing is made up for them.

use crate::{
    failure::{Failure, Outcome},
    text::units::count,
};
use qres_core::{
    Error,
    live::{Event, form::Form},
};

/// Text that is passed on before its packet is done.
const MUCH: usize = 1 << 18;
/// Bytes of empty rows in a row; of more rows only the number is told.
const MAX_EMPTY: u64 = 1 << 16;
/// Losses that are told one by one; more are only counted.
const MAX_WARNINGS: u32 = 20;

/// Where the text goes.
pub(crate) trait Sink {
    /// A link begins whose rows are written in this form; its text comes next, the names of its columns first.
    fn begin(&mut self, _: &Form) -> Outcome {
        Ok(())
    }

    /// Whether it reads lines, however the text was written that was sent.
    fn wants_lines(&self) -> bool {
        false
    }

    /// Passes text on at once, which so many bytes of input were.
    fn text(&mut self, text: &[u8], bytes: u64) -> Outcome;
}

impl<F: FnMut(&[u8], u64) -> Outcome> Sink for F {
    fn text(&mut self, text: &[u8], bytes: u64) -> Outcome {
        self(text, bytes)
    }
}

/// A sink that somebody else has.
pub(super) struct Lent<'s>(pub(super) &'s mut dyn Sink);

impl Sink for Lent<'_> {
    fn begin(&mut self, form: &Form) -> Outcome {
        self.0.begin(form)
    }

    fn wants_lines(&self) -> bool {
        self.0.wants_lines()
    }

    fn text(&mut self, text: &[u8], bytes: u64) -> Outcome {
        self.0.text(text, bytes)
    }
}

/// The text to write.
pub(super) struct Page<'s> {
    sink: Box<dyn Sink + 's>,
    pub(super) form: Option<Form>,
    /// The next row is the first that is written of this sender.
    fresh: bool,
    text: Vec<u8>,
    pub(super) bytes: u64,
    warnings: Vec<String>,
    /// How many there have been.
    warned: u32,
    /// Rows that were written of this sender.
    rows: u64,
    /// It is as usual that rows were not heard before the first.
    pub(super) joins: bool,
    /// No sender is followed: none has been heard, or the last has said that it ended.
    pub(super) between: bool,
    /// Why no form can be read.
    pub(super) unreadable: Option<Error>,
    /// Why nothing can be written.
    pub(super) failure: Option<Failure>,
}

impl<'s> Page<'s> {
    pub(super) fn new(sink: Box<dyn Sink + 's>) -> Self {
        Self {
            sink,
            form: None,
            fresh: false,
            text: Vec::new(),
            bytes: 0,
            warnings: Vec::new(),
            warned: 0,
            rows: 0,
            joins: false,
            between: true,
            unreadable: None,
            failure: None,
        }
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.unreadable.is_some() || self.failure.is_some()
    }

    /// What has been lost since this was asked for last.
    pub(super) fn warnings(&mut self) -> impl Iterator<Item = String> {
        self.warnings.drain(..)
    }

    fn warn(&mut self, what: impl FnOnce() -> String) {
        self.warned = self.warned.saturating_add(1);
        match self.warned {
            ..=MAX_WARNINGS => self.warnings.push(what()),
            n if n == MAX_WARNINGS + 1 => self.warnings.push("more losses are only counted".into()),
            _ => {}
        }
    }

    /// Passes on what there is, which so many bytes of input were.
    pub(super) fn pass(&mut self, bytes: u64) {
        let text = self.take_text();
        if self.failure.is_none() {
            self.failure = self.sink.text(&text, bytes).err();
        }
        self.bytes += text.len() as u64;
    }

    /// Takes the text, written as the form says.
    fn take_text(&mut self) -> Vec<u8> {
        let script = self.form.as_ref().and_then(|form| form.script).filter(|_| !self.sink.wants_lines());
        let Some(script) = script else { return std::mem::take(&mut self.text) };
        let rest = self.text.split_off(whole_characters(&self.text));
        let lines = std::mem::replace(&mut self.text, rest);
        script.text(lines.clone()).unwrap_or(lines)
    }

    /// One packet may end many silent rows: they must not pile up.
    fn pass_if_much(&mut self) {
        if self.text.len() >= MUCH {
            self.pass(0);
        }
    }

    pub(super) fn take(&mut self, event: &Event<'_>) {
        match event {
            Event::Form { columns, text } => match Form::read(text, columns) {
                Ok(form) => {
                    // What has come is written as the form before says.
                    if self.form.as_ref().is_some_and(|before| before.script != form.script) {
                        self.pass(0);
                    }
                    self.form = Some(form);
                }
                Err(error) => self.unreadable = Some(error),
            },
            Event::Joined { row, .. } => self.join(*row),
            Event::Lost { rows: 0, packets } => {
                self.warn(|| format!("{} lost: lines that are no rows", count((*packets).into(), "packet")));
            }
            Event::Lost { rows, .. } => self.lose(*rows),
            Event::BrokeOff => {
                let rows = self.rows;
                self.warn(|| format!("a link broke off after {}; another begins", count(rows, "row")));
            }
            Event::Row { cells, .. } => {
                self.greet();
                if let Some(form) = self.form.as_ref().filter(|_| self.failure.is_none()) {
                    form.print(cells.iter(), &mut self.text);
                }
                self.rows = self.rows.saturating_add(1);
                self.pass_if_much();
            }
            Event::Note(note) => {
                self.greet();
                self.text.extend_from_slice(note);
                self.pass_if_much();
            }
            Event::Ended => self.between = true,
        }
    }

    fn join(&mut self, row: u64) {
        (self.fresh, self.between, self.rows) = (true, false, 0);
        if row > 0 && !self.joins {
            self.warn(|| format!("the link is heard from row {} on", row + 1));
        }
    }

    /// The names of the columns come before the first row.
    fn greet(&mut self) {
        if self.form.is_none() || !std::mem::take(&mut self.fresh) {
            return;
        }
        self.pass(0);
        if let Some(form) = self.form.as_ref().filter(|_| self.failure.is_none()) {
            self.failure = self.sink.begin(form).err();
            self.text.extend_from_slice(form.layout.preamble());
        }
    }

    fn lose(&mut self, rows: u64) {
        self.warn(|| format!("{} lost", count(rows, "row")));
        let Some(form) = self.form.take() else { return };
        if rows.saturating_mul(form.empty_bytes() as u64) <= MAX_EMPTY {
            (0..rows).for_each(|_| form.print_empty(&mut self.text));
            self.pass_if_much();
        }
        self.form = Some(form);
    }
}

/// Bytes up to the end of the last character that is whole: notes are cut anywhere.
fn whole_characters(text: &[u8]) -> usize {
    let last = text.len().saturating_sub(4);
    let lead = text[last..].iter().rposition(|byte| byte & 0xC0 != 0x80).map_or(last, |at| last + at);
    let bytes = text.get(lead).map_or(0, |byte| byte.leading_ones().clamp(1, 4) as usize);
    if lead + bytes > text.len() { lead } else { text.len() }
}
