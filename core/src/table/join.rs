//! Columns to text, a few hundred rows at a time: numbers are printed where they stand in their row, other cells before, and
//! copied between them; odd lines are put back where they were.

use super::{
    cells::{Exceptions, Lane},
    column::{Content, Numbers},
    format::{Format, Printer, Style},
    lines::Run,
    shape::Shape,
    split::{Column, Table},
};
use crate::{
    error::Error,
    num::{decimal::print_fixed, text::TEXT},
    parallel::Parallel,
};
use alloc::vec::Vec;
use core::ops::Range;

/// Rows printed at a time: what is printed before stays in the processor's cache.
const ROWS: usize = 256;
/// Cells printed at a time at most, however long a row is.
const MAX_CELLS: usize = 1 << 16;

/// Appends the text that `table` was taken from; stops with an error once it is longer than `limit` bytes.
pub(super) fn join(
    parallel: &impl Parallel,
    table: &Table,
    shape: &Shape,
    limit: usize,
    out: &mut Vec<u8>,
) -> Result<(), Error> {
    let most_rows = (MAX_CELLS / shape.columns).clamp(1, ROWS);
    let mut row = 0;
    let placed = table.runs(most_rows).map(|run| {
        let first = row;
        row += run.rows();
        (first, run)
    });
    let runs: Vec<(usize, Run<'_>)> = placed.collect();
    Printing { parallel, table, shape, limit }.put(&runs, parallel.parts(limit), out)
}

/// A table that is printed.
struct Printing<'t, C> {
    parallel: &'t C,
    table: &'t Table,
    shape: &'t Shape,
    limit: usize,
}

impl<C: Parallel> Printing<'_, C> {
    /// Appends runs, which follow the row that stands beside each, in so many parts at once.
    fn put(&self, runs: &[(usize, Run<'_>)], parts: usize, out: &mut Vec<u8>) -> Result<(), Error> {
        if parts < 2 || runs.len() < parts {
            let mut page = Page { at: out.len(), out };
            let printed = page.put_all(self.table, self.shape, runs, self.limit);
            page.end();
            return printed;
        }
        let half = parts / 2;
        let (first, second) = runs.split_at(runs.len() * half / parts);
        let start = out.len();
        let behind = || {
            let mut out = Vec::new();
            self.put(second, parts - half, &mut out).map(|()| out)
        };
        let (before, behind) = self.parallel.both(|| self.put(first, half, &mut *out), behind);
        before?;
        let behind = behind?;
        if out.len() - start + behind.len() > self.limit {
            return Err(TOO_LONG);
        }
        out.extend_from_slice(&behind);
        Ok(())
    }
}

const TOO_LONG: Error = Error::Corrupt("a table prints more than its text");

/// The text so far.
struct Page<'o> {
    /// Holds rubble from `at` on.
    out: &'o mut Vec<u8>,
    at: usize,
}

impl Page<'_> {
    fn put_all(
        &mut self,
        table: &Table,
        shape: &Shape,
        runs: &[(usize, Run<'_>)],
        limit: usize,
    ) -> Result<(), Error> {
        let start = self.at;
        let mut lanes: Vec<Lane> = table.columns.iter().map(|_| Lane::default()).collect();
        for &(row, run) in runs {
            let Run::Rows(rows) = run else {
                self.end();
                run.put(self.out);
                self.at = self.out.len();
                continue;
            };
            if self.at - start > limit {
                return Err(TOO_LONG);
            }
            self.put_rows(&mut cells_of(table, shape, row..row + rows, &mut lanes), rows);
        }
        Ok(())
    }

    fn put_rows(&mut self, columns: &mut [Cells<'_, '_>], rows: usize) {
        let most: usize = columns.iter().map(Cells::most_bytes).sum();
        // A cell is printed with a whole `Text` to spare.
        let room = self.at + most + TEXT;
        if self.out.len() < room {
            self.out.resize(room, 0);
        }
        for _ in 0..rows {
            for cells in &mut *columns {
                self.at = cells.put_next(self.out, self.at);
            }
        }
    }

    /// Takes the rubble away.
    fn end(&mut self) {
        self.out.truncate(self.at);
    }
}

/// The cells of a column in some rows.
struct Cells<'t, 'l> {
    source: Source<'t, 'l>,
    /// Cells in a row.
    span: usize,
    /// Stands behind each cell of a row but the last.
    delimiter: u8,
    /// Stands behind the last.
    ending: u8,
}

/// Where cells come from.
enum Source<'t, 'l> {
    /// Printed where they stand, with so many decimals: most cells of most tables.
    Fixed(&'t [i64], u8),
    /// Printed where they stand.
    Numbers(Bare<'t>),
    /// Printed before, with what ends them.
    Lane(&'l mut Lane),
}

fn cells_of<'t, 'l>(
    table: &'t Table,
    shape: &Shape,
    rows: Range<usize>,
    lanes: &'l mut [Lane],
) -> Vec<Cells<'t, 'l>> {
    let last = table.columns.len() - 1;
    let endings = (0..).map(|column| if column == last { b'\n' } else { shape.delimiter });
    let columns = table.columns.iter().zip(lanes).zip(endings);
    columns.map(|((column, lane), ending)| Cells::new(column, &rows, shape.delimiter, ending, lane)).collect()
}

impl<'t, 'l> Cells<'t, 'l> {
    fn new(column: &'t Column, rows: &Range<usize>, delimiter: u8, ending: u8, lane: &'l mut Lane) -> Self {
        let span = column.span;
        let cells = rows.start * span..rows.end * span;
        let source = match &column.content {
            Content::Numbers(numbers) if Bare::writes(numbers) => {
                Bare::new(numbers, cells).source(numbers, span)
            }
            _ => {
                lane.clear();
                print_ahead(column, cells, delimiter, ending, lane);
                Source::Lane(lane)
            }
        };
        Self { source, span, delimiter, ending }
    }

    /// Bytes of all its cells at most.
    fn most_bytes(&self) -> usize {
        match &self.source {
            Source::Fixed(values, _) => values.len() * TEXT,
            Source::Numbers(bare) => bare.most_bytes(),
            Source::Lane(lane) => lane.text_bytes(),
        }
    }

    /// Writes the cells of the next row at `at` and says where they end.
    #[inline(always)]
    fn put_next(&mut self, out: &mut [u8], at: usize) -> usize {
        let Source::Fixed(values, places) = &mut self.source else { return self.put_other(out, at) };
        let text = out.get_mut(at..).and_then(<[u8]>::first_chunk_mut::<TEXT>);
        let (Some((value, later)), Some(text)) = (values.split_first(), text) else { return at };
        *values = later;
        let length = print_fixed(*value, *places, text);
        if let Some(end) = text.get_mut(length) {
            *end = self.ending;
        }
        at + length + 1
    }

    #[inline(always)]
    fn put_other(&mut self, out: &mut [u8], mut at: usize) -> usize {
        match &mut self.source {
            Source::Fixed(..) => at,
            Source::Lane(lane) => at + lane.weave(self.span, out, at),
            Source::Numbers(bare) => {
                for _ in 1..self.span {
                    at = bare.put_next(self.delimiter, out, at);
                }
                bare.put_next(self.ending, out, at)
            }
        }
    }
}

/// Numbers that wear nothing, and the exceptions among them.
struct Bare<'t> {
    printer: Printer<'t>,
    values: &'t [i64],
    exceptions: &'t Exceptions,
    /// The next exception, and how many numbers come before it.
    exception: usize,
    until: usize,
    most_bytes: usize,
}

impl<'t> Bare<'t> {
    /// Whether a column has only such numbers.
    fn writes(numbers: &Numbers) -> bool {
        numbers.affix.is_empty() && numbers.ulps.is_empty()
    }

    fn new(numbers: &'t Numbers, cells: Range<usize>) -> Self {
        let before = |cell: usize| numbers.exceptions.at.partition_point(|at| (*at as usize) < cell);
        let (exception, behind) = (before(cells.start), before(cells.end));
        let values = numbers.values.get(cells.start - exception..cells.end - behind).unwrap_or_default();
        let written = (exception..behind).map(|exception| numbers.exceptions.cells.get(exception).len() + 1);
        let most_bytes = values.len() * TEXT + written.sum::<usize>();
        let next = numbers.exceptions.at.get(exception).map_or(usize::MAX, |at| *at as usize);
        Self {
            // What stands behind a cell is put there by others.
            printer: numbers.format.printer(&numbers.affix, 0),
            values,
            exceptions: &numbers.exceptions,
            exception,
            until: next.saturating_sub(cells.start),
            most_bytes,
        }
    }

    /// The cells, of a column of such a span, as they are printed soonest: an exception among them is in the way.
    fn source<'l>(self, numbers: &Numbers, span: usize) -> Source<'t, 'l> {
        match numbers.format {
            Format::Decimal { places, style: Style::Fixed }
                if span == 1 && self.until > self.values.len() =>
            {
                Source::Fixed(self.values, places)
            }
            _ => Source::Numbers(self),
        }
    }

    /// Bytes of all cells at most.
    fn most_bytes(&self) -> usize {
        self.most_bytes
    }

    /// Writes the next cell at `at`, with what ends it, and says where that ends.
    #[inline(always)]
    fn put_next(&mut self, ending: u8, out: &mut [u8], at: usize) -> usize {
        let Some(until) = self.until.checked_sub(1) else { return self.put_exception(ending, out, at) };
        self.until = until;
        let text = out.get_mut(at..).and_then(<[u8]>::first_chunk_mut::<TEXT>);
        let (Some((value, later)), Some(text)) = (self.values.split_first(), text) else { return at };
        self.values = later;
        let length = self.printer.put(*value, text);
        if let Some(end) = text.get_mut(length) {
            *end = ending;
        }
        at + length + 1
    }

    #[inline(never)]
    fn put_exception(&mut self, ending: u8, out: &mut [u8], at: usize) -> usize {
        let cell = self.exceptions.cells.get(self.exception);
        let end = at + cell.len();
        if let Some([to @ .., last]) = out.get_mut(at..=end) {
            to.copy_from_slice(cell);
            *last = ending;
        }
        let mut places = self.exceptions.at.iter().skip(self.exception);
        let (here, next) = (places.next().copied().unwrap_or(0), places.next());
        self.until = next.map_or(usize::MAX, |next| (*next - here).saturating_sub(1) as usize);
        self.exception += 1;
        end + 1
    }
}

/// Appends the cells of a column to a lane, each with what ends it.
fn print_ahead(column: &Column, cells: Range<usize>, delimiter: u8, ending: u8, lane: &mut Lane) {
    if column.span == 1 || ending == delimiter {
        column.content.print(cells, ending, lane);
        return;
    }
    for row in cells.step_by(column.span) {
        let last = row + column.span - 1;
        column.content.print(row..last, delimiter, lane);
        column.content.print(last..last + 1, ending, lane);
    }
}
