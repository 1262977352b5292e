//! Rows that stand together, a segment of an archive or what has come of a link: their lines, and the cells of some of
//! their columns. What is not asked for is not decoded.

use super::samples;
use crate::text::span::Span;
use qres_core::{
    Error,
    frame::{Header, Prior, View},
    parallel::Sequential,
    table::{Layout, Pick, Picked, Schema},
};
use std::cell::OnceCell;

/// Rows and where they stand.
#[derive(Debug)]
pub(crate) struct Section<'a> {
    source: Source<'a>,
    /// How they are written.
    schema: &'a Schema,
    /// How many they are.
    pub(crate) rows: u64,
    /// They are the first of their part.
    first: bool,
    /// What their first line is if it is not a row: the column names that stand before the first part's rows.
    names: &'a [u8],
    text: OnceCell<(Vec<u8>, usize)>,
}

/// Where the rows are.
#[derive(Debug)]
enum Source<'a> {
    Segment { view: &'a View<'a>, header: &'a Header, prior: Option<&'a Prior> },
    Text(&'a [u8]),
}

impl<'a> Section<'a> {
    /// The segment that `view` shows.
    pub(crate) fn new(
        view: &'a View<'a>,
        header: &'a Header,
        prior: Option<&'a Prior>,
        first: bool,
        names: &'a [u8],
    ) -> Self {
        let source = Source::Segment { view, header, prior };
        Self { source, schema: &header.schema, rows: view.rows, first, names, text: OnceCell::new() }
    }

    /// These lines; the first of their part begin with its preamble.
    pub(crate) fn of_text(text: &'a [u8], schema: &'a Schema, first: bool) -> Self {
        let preamble = if first { schema.preamble() } else { &[] };
        let rows = schema.rows_of(text.strip_prefix(preamble).unwrap_or(text));
        Self { source: Source::Text(text), schema, rows, first, names: &[], text: OnceCell::new() }
    }

    /// Its text, and how much of that comes before its first row.
    fn decoded(&self) -> Result<&(Vec<u8>, usize), Error> {
        if let Some(decoded) = self.text.get() {
            return Ok(decoded);
        }
        let mut text = Vec::new();
        match &self.source {
            Source::Segment { view, header, prior } => {
                view.decode_lines(&Sequential, *prior, header, &mut text)?;
            }
            Source::Text(lines) => text.extend_from_slice(lines),
        }
        if let Schema::Raw(raw) = self.schema {
            text = samples::lines(&text, *raw);
        }
        let before = self.before(&text);
        Ok(self.text.get_or_init(|| (text, before)))
    }

    /// How much of the text comes before its first row. A preamble that the writer counted as rows is rows.
    fn before(&self, text: &[u8]) -> usize {
        let preamble = self.schema.preamble();
        if !self.first {
            return 0;
        }
        if preamble.is_empty() {
            return if self.is_named_anew(text) { self.names.len() } else { 0 };
        }
        let behind = text.strip_prefix(preamble);
        let counted = behind.is_some_and(|rest| Schema::Bytes.rows_of(rest) != self.rows);
        if behind.is_none() || counted { 0 } else { preamble.len() }
    }

    /// Whether a text without a table begins with the names that are known: a part that has hardly any rows.
    fn is_named_anew(&self, text: &[u8]) -> bool {
        matches!(self.schema, Schema::Bytes) && !self.names.is_empty() && text.starts_with(self.names)
    }

    /// Lines at its beginning that the index counts as rows although they are names.
    pub(crate) fn uncounted(&self) -> Result<u64, Error> {
        if !self.first || !matches!(self.schema, Schema::Bytes) || self.names.is_empty() {
            return Ok(0);
        }
        let (text, before) = self.decoded()?;
        Ok(memchr::memchr_iter(b'\n', &text[..*before]).count() as u64)
    }

    /// Whether its text goes on after the last line end.
    pub(crate) fn is_open(&self) -> Result<bool, Error> {
        if matches!(self.schema, Schema::Raw(_)) {
            return Ok(false);
        }
        let known = match &self.source {
            Source::Segment { view, header, .. } => view.is_open(header)?,
            Source::Text(_) => None,
        };
        match known {
            Some(open) => Ok(open),
            None => Ok(self.decoded()?.0.last().is_some_and(|byte| *byte != b'\n')),
        }
    }

    /// How many rows these lines of it are.
    pub(crate) fn count(&self, lines: &[u8]) -> u64 {
        Schema::Bytes.rows_of(lines) + u64::from(lines.last().is_some_and(|byte| *byte != b'\n'))
    }

    /// The lines `span`, counted from its first row; what follows the last line end is a line too.
    pub(crate) fn slice(&self, span: Span) -> Result<&[u8], Error> {
        let (text, before) = self.decoded()?;
        let text = &text[*before..];
        let nth = |row: u64| match row {
            0 => Some(0),
            _ => {
                let before = usize::try_from(row - 1).ok();
                before.and_then(|before| memchr::memchr_iter(b'\n', text).nth(before)).map(|end| end + 1)
            }
        };
        let place = |row: u64| nth(row).unwrap_or(text.len()).min(text.len());
        let start = place(span.start);
        Ok(&text[start..place(span.end).max(start)])
    }

    /// The cells of some columns, empty ones where there is no such column, in the rows among the lines `span`.
    pub(crate) fn cells(&self, layout: &Layout, picks: &[Option<Pick>], span: Span) -> Result<Picked, Error> {
        // What follows the last line end is not among the columns, nor are names without a table.
        let whole = span.end <= self.rows && self.uncounted()? == 0;
        if let Source::Segment { view, header, .. } = self.source
            && whole
            && let Some(picked) = view.picked(header, layout, picks, span.start..span.end)?
        {
            return Ok(picked);
        }
        let mut lines = self.slice(span)?.to_vec();
        if lines.last().is_some_and(|&byte| byte != b'\n') {
            lines.push(b'\n');
        }
        let mut picked = Picked::of_lines(&lines, layout, picks);
        picked.lines.iter_mut().for_each(|line| *line += span.start);
        Ok(picked)
    }
}

/// The cells of a column, a line each, without their ends. The line end of a table from Windows belongs to its last field.
pub(crate) fn each(column: &[u8]) -> impl Iterator<Item = &[u8]> {
    column.split_inclusive(|&byte| byte == b'\n').map(|cell| {
        let cell = cell.strip_suffix(b"\n").unwrap_or(cell);
        cell.strip_suffix(b"\r").unwrap_or(cell)
    })
}
