//! Rows to columns in one pass: the digits of a cell are read together with what ends them, eight bytes at a time.
//!
//! Only plain decimals are read here. Every other cell is found and left to its column's [`Builder`]: the result is the
//! same as that of listing all cells first, which [`super::lines`] does for quotes and blanks.

use super::{
    cells::Cells,
    column::Builder,
    format::Style,
    lines::{RUN_BYTES, Run, end_of_cell},
    shape::Shape,
};
use crate::num::decimal::plain;
use alloc::vec::Vec;

/// Rows whose values wait beside each other before they go to their columns.
const STAGE: usize = 256;
/// Columns at most: the stages of more do not stay in the processor's cache.
const MAX_COLUMNS: usize = 256;

/// Reads rows.
#[derive(Debug)]
pub(super) struct Rows<'t> {
    text: &'t [u8],
    delimiter: u8,
    /// Start of the next row.
    at: usize,
    columns: Vec<Column>,
    odd: Option<&'t [u8]>,
}

/// The cells of a column that no builder has seen yet.
#[derive(Debug)]
struct Column {
    kind: Kind,
    span: usize,
    /// Stands behind the last cell of the column in each row.
    ending: u8,
    /// Values of the rows, but for those of `missed` cells.
    stage: [i64; STAGE],
    /// Rows of the stage whose cell is not plain, rising, and all cells where none is.
    missed: Vec<usize>,
    places: Vec<(u32, u32)>,
}

/// What the cells of a column mostly are.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Integer,
    /// With so many decimals.
    Fixed(u8),
    /// With so many decimals at most, zeros at the end cut off, the point as well if it would be last.
    Trimmed(u8),
    /// The same, but for the zero behind a point that would be last.
    Pointed(u8),
    /// Nothing that is read here.
    Other,
}

impl<'t> Rows<'t> {
    /// Starts at the first byte of `text`, which must be shorter than 4 GiB; `None` where rows must be read in another way.
    pub(super) fn new(text: &'t [u8], shape: &Shape, builders: &[(usize, Builder)]) -> Option<Self> {
        let delimiter = shape.delimiter;
        let is_in_numbers = delimiter.is_ascii_digit() || matches!(delimiter, b'-' | b'.');
        if shape.quoted || shape.blanks || is_in_numbers || builders.len() > MAX_COLUMNS {
            return None;
        }
        let column = |(span, builder): &(usize, Builder)| Column {
            kind: Kind::of(*span, builder),
            span: *span,
            ending: delimiter,
            stage: [0; STAGE],
            missed: Vec::new(),
            places: Vec::new(),
        };
        let mut columns: Vec<Column> = builders.iter().map(column).collect();
        columns.last_mut()?.ending = b'\n';
        Some(Self { text, delimiter, at: 0, columns, odd: None })
    }

    /// The next run, whose cells the builders have got; `None` at the end.
    pub(super) fn next_run(&mut self, builders: &mut [(usize, Builder)]) -> Option<Run<'t>> {
        if let Some(line) = self.odd.take() {
            return Some(Run::Odd(line));
        }
        let start = self.at;
        let rest = self.text.get(start..).filter(|rest| !rest.is_empty())?;
        let mut rows = 0;
        while self.at - start < RUN_BYTES
            && let Some(next) = self.read_row(rows)
        {
            self.at = next;
            rows += 1;
            if rows % STAGE == 0 {
                self.unload(STAGE, builders);
            }
        }
        if self.at - start < RUN_BYTES {
            self.stop_at_odd_line(rows);
        }
        self.unload(rows % STAGE, builders);
        self.hand_over(builders);
        if rows > 0 {
            return Some(Run::Rows(rows));
        }
        if let Some(line) = self.odd.take() {
            return Some(Run::Odd(line));
        }
        self.at = self.text.len();
        Some(Run::Tail(rest))
    }

    /// Reads a row and returns where the next one starts, unless it has another number of fields or no end.
    #[inline(always)]
    fn read_row(&mut self, row: usize) -> Option<usize> {
        let (text, mut at) = (self.text, self.at);
        for column in &mut self.columns {
            let read = match column.kind {
                Kind::Integer => plain::integer(text, at, column.ending),
                Kind::Fixed(places) => plain::fixed(text, at, places, column.ending),
                Kind::Trimmed(places) => plain::trimmed::<false>(text, at, places, column.ending),
                Kind::Pointed(places) => plain::trimmed::<true>(text, at, places, column.ending),
                Kind::Other => None,
            };
            at = match read {
                Some((value, next)) => {
                    if let Some(to) = column.stage.get_mut(row % STAGE) {
                        *to = value;
                    }
                    next
                }
                None => column.find(text, at, row, self.delimiter)?,
            };
        }
        Some(at)
    }

    /// Forgets what was read of a line that is not a row, and remembers the line, if it has an end, for the next run.
    fn stop_at_odd_line(&mut self, rows: usize) {
        self.columns.iter_mut().for_each(|column| column.forget(rows));
        let rest = self.text.get(self.at..).unwrap_or_default();
        if let Some(length) = memchr::memchr(b'\n', rest) {
            self.odd = rest.get(..length);
            self.at += length + 1;
        }
    }

    /// Gives the values of the stages to the builders.
    fn unload(&mut self, rows: usize, builders: &mut [(usize, Builder)]) {
        for (column, (_, builder)) in self.columns.iter_mut().zip(builders) {
            column.unload(self.text, rows, builder);
        }
    }

    /// Gives the builders the cells that they read themselves.
    fn hand_over(&mut self, builders: &mut [(usize, Builder)]) {
        for (column, (_, builder)) in self.columns.iter_mut().zip(builders) {
            if matches!(column.kind, Kind::Other) {
                builder.push(Cells::listed(self.text, &column.places));
                column.places.clear();
            }
        }
    }
}

impl Kind {
    fn of(span: usize, builder: &Builder) -> Self {
        match builder.plain_decimals().filter(|_| span == 1) {
            Some((0, Style::Fixed)) => Self::Integer,
            Some((places, Style::Fixed)) => Self::Fixed(places),
            Some((places, Style::Trimmed)) => Self::Trimmed(places),
            Some((places, Style::Pointed)) => Self::Pointed(places),
            None => Self::Other,
        }
    }
}

impl Column {
    /// Lists the cells of a row that are not plain and returns what follows them; `None` if the line ends too early or late.
    #[inline(never)]
    fn find(&mut self, text: &[u8], mut at: usize, row: usize, delimiter: u8) -> Option<usize> {
        for left in (0..self.span).rev() {
            let end = end_of_cell(text, at, delimiter)?;
            if *text.get(end)? != if left == 0 { self.ending } else { delimiter } {
                return None;
            }
            self.places.push((at as u32, end as u32));
            at = end + 1;
        }
        if !matches!(self.kind, Kind::Other) {
            self.missed.push(row % STAGE);
        }
        Some(at)
    }

    /// Forgets the cells of the last row, of which there are `rows` before it in the run.
    fn forget(&mut self, rows: usize) {
        if matches!(self.kind, Kind::Other) {
            self.places.truncate(rows * self.span);
        } else if self.missed.last() == Some(&(rows % STAGE)) {
            self.missed.pop();
            self.places.pop();
        }
    }

    /// Gives the values of the stage to the column's builder, and the cells between them that it reads itself.
    fn unload(&mut self, text: &[u8], rows: usize, builder: &mut Builder) {
        if matches!(self.kind, Kind::Other) {
            return;
        }
        let mut from = 0;
        for (missed, place) in self.missed.drain(..).zip(self.places.chunks(1)) {
            builder.extend(self.stage.get(from..missed).unwrap_or_default());
            builder.push(Cells::listed(text, place));
            from = missed + 1;
        }
        builder.extend(self.stage.get(from..rows).unwrap_or_default());
        self.places.clear();
    }
}
