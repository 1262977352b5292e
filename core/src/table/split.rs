//! Text to columns: cut into runs of rows, read each run column by column, keep odd lines apart.

use super::{
    Care, Presence,
    cells::{Cells, Lane, Strings},
    column::{Builder, Content, Plan},
    lines::{Lines, Run},
    rows::Rows,
    shape::Shape,
};
use crate::parallel::{Parallel, Sequential};
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
pub(super) fn split(parallel: &impl Parallel, text: &[u8], shape: &Shape, care: Care) -> Option<Table> {
    let samples = Sample::take(text, shape);
    let spans = if samples.rows == 0 { vec![1; shape.columns] } else { samples.spans() };
    let mut first = 0;
    let placed = spans.into_iter().map(|span| {
        first += span;
        (first - span, span)
    });
    let builder = |(first, span)| (span, Builder::new(Plan::detect(&samples.cells(first, span), care)));
    let builders = parallel.map(placed.collect(), &builder);
    let parts = parts(text, shape, parallel.parts(text.len()));
    if parts.len() > 1
        && let Some(reading) = read_parts(parallel, &parts, shape, &builders)
    {
        return Some(reading.finish(parallel));
    }
    read(text, shape, builders).map(|reading| reading.finish(parallel))
}

/// Cuts `text` into so many parts at line ends, or fewer.
fn parts<'t>(text: &'t [u8], shape: &Shape, parts: usize) -> Vec<&'t [u8]> {
    let mut found = Vec::with_capacity(parts);
    let mut rest = text;
    // Between quotes there may be line ends.
    for left in (2..=parts).rev().filter(|_| !shape.quoted) {
        let from = rest.len() / left;
        let Some(end) = memchr::memchr(b'\n', rest.get(from..).unwrap_or_default()) else { break };
        let (part, later) = rest.split_at(from + end + 1);
        found.push(part);
        rest = later;
    }
    found.push(rest);
    found
}

/// Reads the parts of a text at once; `None` where what comes out would depend on where the text is cut.
fn read_parts(
    parallel: &impl Parallel,
    parts: &[&[u8]],
    shape: &Shape,
    builders: &[(usize, Builder)],
) -> Option<Reading> {
    let readings = parallel.each(parts.len(), |part| {
        read(parts.get(part).copied().unwrap_or_default(), shape, builders.to_vec())
    });
    readings.into_iter().reduce(|before, later| before?.followed_by(later?))?
}

/// As [`split`], each column read as one of `like` was.
pub(super) fn split_like(text: &[u8], shape: &Shape, like: &[&Column]) -> Option<Table> {
    let builders = like.iter().map(|column| (column.span, Builder::like(&column.content)));
    read(text, shape, builders.collect()).map(|reading| reading.finish(&Sequential))
}

fn read(text: &[u8], shape: &Shape, builders: Vec<(usize, Builder)>) -> Option<Reading> {
    match Rows::new(text, shape, &builders) {
        Some(mut rows) => read_runs(builders, |builders| rows.next_run(builders)),
        None => read_lines(text, shape, builders),
    }
}

/// As [`read`], by a list of all field ends: of any text.
fn read_lines(text: &[u8], shape: &Shape, builders: Vec<(usize, Builder)>) -> Option<Reading> {
    let mut lines = Lines::new(text, shape);
    read_runs(builders, |builders| {
        let run = lines.next_run()?;
        if matches!(run, Run::Rows(_)) {
            read_rows(text, lines.ends(), shape.columns, builders);
        }
        Some(run)
    })
}

/// A table whose columns are not finished.
struct Reading {
    table: Table,
    builders: Vec<(usize, Builder)>,
}

impl Reading {
    /// What is read of both texts one after the other; `None` where that may not be what is read of each.
    fn followed_by(mut self, later: Self) -> Option<Self> {
        let lines = self.table.lines;
        let table = &mut self.table;
        table.odd_at.extend(later.table.odd_at.iter().map(|at| at + lines as u32));
        table.odd.append(&later.table.odd);
        if !table.tail.is_empty() || too_odd(table.odd_at.len(), lines) {
            return None;
        }
        table.lines += later.table.lines;
        table.tail = later.table.tail;
        let mut columns = self.builders.iter_mut().zip(later.builders);
        columns.all(|((_, builder), (_, later))| builder.append(later)).then_some(self)
    }

    fn finish(self, parallel: &impl Parallel) -> Table {
        let finish = |(span, builder): (usize, Builder)| Column { span, content: builder.finish() };
        Table { columns: parallel.map(self.builders, &finish), ..self.table }
    }
}

/// Whether so many odd lines among those before them are too many for a table.
fn too_odd(odd: usize, lines: usize) -> bool {
    odd > 64 + lines / 4
}

/// Reads runs; `next_run` gives the builders the cells of each.
fn read_runs<'t>(
    mut builders: Vec<(usize, Builder)>,
    mut next_run: impl FnMut(&mut [(usize, Builder)]) -> Option<Run<'t>>,
) -> Option<Reading> {
    let mut table = Table::default();
    while let Some(run) = next_run(&mut builders) {
        match run {
            Run::Rows(rows) => table.lines += rows,
            Run::Odd(line) => {
                table.odd_at.push(table.lines as u32);
                table.odd.push(line);
                table.lines += 1;
            }
            Run::Tail(tail) => table.tail = tail.to_vec(),
        }
        if too_odd(table.odd_at.len(), table.lines) {
            return None;
        }
    }
    Some(Reading { table, builders })
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn builders(text: &[u8], shape: &Shape) -> Vec<(usize, Builder)> {
        let samples = Sample::take(text, shape);
        let plan = |field| Plan::detect(&samples.cells(field, 1), Care::Quick);
        (0..shape.columns).map(|field| (1, Builder::new(plan(field)))).collect()
    }

    /// A table of all kinds of columns that are read in one pass, and words.
    fn text(rows: usize) -> Vec<u8> {
        let row = |row: usize| {
            let (small, long) = (row * 37 % 1000, row * 1_000_003);
            let negative = small as f64 - 500.5;
            std::format!(
                "{small},{long},{negative:.1},{negative:.2},{},{negative},w{small}\n",
                small as f64 / 8.0
            )
        };
        (0..rows).flat_map(|at| row(at).into_bytes()).collect()
    }

    fn shape() -> Shape {
        let (quoted, blanks, unnamed, preamble) = (false, false, false, vec![]);
        Shape { delimiter: b',', quoted, blanks, columns: 7, unnamed, preamble }
    }

    fn both_ways_agree(text: &[u8]) -> Result<(), TestCaseError> {
        let shape = shape();
        let builders = || builders(text, &shape);
        prop_assert!(Rows::new(text, &shape, &builders()).is_some());
        let finish = |reading: Option<Reading>| reading.map(|reading| reading.finish(&Sequential));
        let whole = finish(read_lines(text, &shape, builders()));
        prop_assert_eq!(&finish(read(text, &shape, builders())), &whole);
        for count in 2..5 {
            let parts = parts(text, &shape, count);
            prop_assert_eq!(parts.concat(), text);
            let reading = read_parts(&Sequential, &parts, &shape, &builders());
            prop_assert!(reading.is_none() || finish(reading) == whole);
        }
        Ok(())
    }

    #[test]
    fn long_tables_are_read_alike() {
        both_ways_agree(&text(3000)).unwrap();
    }

    #[test]
    fn a_table_is_read_in_parts() {
        let text = text(3000);
        let builders = builders(&text, &shape());
        assert!(read_parts(&Sequential, &parts(&text, &shape(), 3), &shape(), &builders).is_some());
    }

    proptest! {
        #[test]
        fn mutated_tables_are_read_alike(rows in 1usize..40, changes in prop::collection::vec((any::<prop::sample::Index>(), 0usize..3, prop::sample::select(&b"0019-.,\n\rx"[..])), 0..12)) {
            let mut text = text(rows);
            for (at, way, byte) in changes {
                let at = at.index(text.len());
                match way {
                    0 => text[at] = byte,
                    1 => text.insert(at, byte),
                    _ => drop(text.splice(at..=at, [])),
                }
                if text.is_empty() {
                    return Ok(());
                }
            }
            both_ways_agree(&text)?;
        }
    }
}
