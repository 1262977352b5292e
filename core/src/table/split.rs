//! Text to columns: cut into runs of rows, read each run column by column, keep odd lines apart.

use super::{
    Care, Presence,
    cells::{Cells, Lane, Strings},
    column::{Builder, Content, Plan},
    lines::{Lines, Run},
    shape::Shape,
};
use alloc::{vec, vec::Vec};
use core::ops::Range;

/// A text taken apart. [`super::Layout::join`] puts it together again.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// Rows and odd lines.
    pub lines: usize,
    /// The columns, each over one or more neighbouring fields of the regular rows.
    pub columns: Vec<Column>,
    /// The kind of each row where lines have skeletons; else empty.
    pub(crate) kinds: Vec<u16>,
    /// Which lines are odd, rising.
    pub odd_at: Vec<u32>,
    /// The odd lines.
    pub odd: Strings,
    /// What follows the last line end.
    pub tail: Vec<u8>,
}

impl Table {
    /// What the text is made of, in order: regular rows, at most `most` at a time, odd lines, and what follows the last
    /// line end.
    pub(super) fn runs(&self, most: usize) -> impl Iterator<Item = Run<'_>> {
        let mut odd = self.odd_at.iter().map(|at| *at as usize).zip(self.odd.iter()).peekable();
        let mut line = 0;
        let lines = core::iter::from_fn(move || {
            if line >= self.lines {
                return None;
            }
            if let Some((_, text)) = odd.next_if(|(at, _)| *at <= line) {
                line += 1;
                return Some(Run::Odd(text));
            }
            let until = odd.peek().map_or(self.lines, |(at, _)| *at);
            let rows = most.min(until - line);
            line += rows;
            Some(Run::Rows(rows))
        });
        lines.chain([Run::Tail(&self.tail)])
    }
}

/// Neighbouring fields of all regular rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// How many neighbours.
    pub span: usize,
    /// Their cells, row after row.
    pub content: Content,
}

impl Column {
    /// Appends the cells of a field, where it has one in these rows; `first` is the first field the column covers.
    pub(super) fn print(
        &self,
        presence: &Presence,
        first: usize,
        field: usize,
        rows: Range<usize>,
        ending: u8,
        lane: &mut Lane,
    ) {
        if self.span == 1 {
            let cells = presence.cell_at(field, 1, rows.start)..presence.cell_at(field, 1, rows.end);
            return self.content.print(cells, ending, lane);
        }
        for row in rows {
            let cell = row * self.span + (field - first);
            self.content.print(cell..cell + 1, ending, lane);
        }
    }
}

/// Places of a text looked at to decide what the columns are.
const PLACES: usize = 8;
/// Rows looked at in each place.
const SAMPLE_ROWS: usize = 48;
/// Cells of a column looked at.
const SAMPLE_CELLS: usize = 512;

/// Takes `text` (without the shape's preamble) apart; `None` if it is not such a table after all.
pub(super) fn split(text: &[u8], shape: &Shape, care: Care) -> Option<Table> {
    let samples = Sample::take(text, shape);
    let spans = if samples.rows == 0 { vec![1; shape.columns] } else { samples.spans() };
    let mut builders: Vec<(usize, Builder)> = Vec::with_capacity(spans.len());
    let mut first = 0;
    for span in spans {
        builders.push((span, Builder::new(Plan::detect(&samples.cells(first, span), care))));
        first += span;
    }
    read(text, shape, builders)
}

/// As [`split`], each column read as one of `like` was.
pub(super) fn split_like(text: &[u8], shape: &Shape, like: &[&Column]) -> Option<Table> {
    let builders = like.iter().map(|column| (column.span, Builder::like(&column.content)));
    read(text, shape, builders.collect())
}

fn read(text: &[u8], shape: &Shape, mut builders: Vec<(usize, Builder)>) -> Option<Table> {
    let mut table = Table::default();
    let mut lines = Lines::new(text, shape);
    while let Some(run) = lines.next_run() {
        match run {
            Run::Rows(rows) => {
                read_rows(text, lines.ends(), shape.columns, &mut builders);
                table.lines += rows;
            }
            Run::Odd(line) => {
                table.odd_at.push(table.lines as u32);
                table.odd.push(line);
                table.lines += 1;
            }
            Run::Tail(tail) => table.tail = tail.to_vec(),
        }
        if table.odd_at.len() > 64 + table.lines / 4 {
            return None;
        }
    }
    table.columns = builders.into_iter().map(|(span, b)| Column { span, content: b.finish() }).collect();
    Some(table)
}

fn read_rows(text: &[u8], ends: &[u32], columns: usize, builders: &mut [(usize, Builder)]) {
    let mut first = 0;
    for (span, builder) in builders {
        builder.push(Cells::fields(text, ends, columns, first, *span));
        first += *span;
    }
}

/// Rows from a few places of a text.
#[derive(Debug)]
struct Sample<'t> {
    columns: usize,
    rows: usize,
    /// Fields, row after row.
    fields: Vec<&'t [u8]>,
}

impl<'t> Sample<'t> {
    fn take(text: &'t [u8], shape: &Shape) -> Self {
        let mut sample = Self { columns: shape.columns, rows: 0, fields: vec![] };
        let part = text.len() / PLACES;
        for start in (0..PLACES).map(|place| part * place) {
            let place = text.get(start..start + part).unwrap_or_default();
            let skip = if start == 0 { Some(0) } else { memchr::memchr(b'\n', place).map(|end| end + 1) };
            sample.add(skip.and_then(|skip| place.get(skip..)).unwrap_or_default(), shape);
        }
        if sample.rows == 0 {
            sample.add(text, shape);
        }
        sample
    }

    fn add(&mut self, place: &'t [u8], shape: &Shape) {
        let mut lines = Lines::new(place, shape);
        let mut wanted = SAMPLE_ROWS;
        while wanted > 0
            && let Some(run) = lines.next_run()
        {
            let Run::Rows(rows) = run else { continue };
            let rows = rows.min(wanted);
            let mut start = lines.ends().first().map_or(0, |e| e.wrapping_add(1) as usize);
            for end in lines.ends().iter().skip(1).take(rows * shape.columns) {
                self.fields.push(place.get(start..*end as usize).unwrap_or_default());
                start = *end as usize + 1;
            }
            self.rows += rows;
            wanted -= rows;
        }
    }

    fn cells(&self, first: usize, span: usize) -> Vec<&'t [u8]> {
        let all =
            self.fields.chunks_exact(self.columns).flat_map(|row| row.get(first..first + span)).flatten();
        let step = (self.rows * span).div_ceil(SAMPLE_CELLS).max(1);
        // A step that divides the row would see only some of the neighbours.
        let step = if span > 1 && step > 1 { step | 1 } else { step };
        all.copied().step_by(step).collect()
    }

    /// How many neighbours each column spans: many alike fields in a row whose values run on along the row are one column.
    fn spans(&self) -> Vec<usize> {
        super::spans::find(&self.fields, self.columns)
    }
}
