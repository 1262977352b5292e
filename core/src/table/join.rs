//! Columns to text: print a few hundred rows of each column, weave them, put odd lines back where they were.

use super::{cells::Lane, lines::Run, shape::Shape, split::Table};
use crate::error::Error;
use alloc::vec::Vec;

/// Rows printed at a time: their lanes stay in the processor's cache.
const ROWS: usize = 256;
/// Cells printed at a time at most, however long a row is.
const MAX_CELLS: usize = 1 << 16;

/// Appends the text that `table` was taken from; stops with an error once it is longer than `limit` bytes.
pub(super) fn join(table: &Table, shape: &Shape, limit: usize, out: &mut Vec<u8>) -> Result<(), Error> {
    let start = out.len();
    let most_rows = (MAX_CELLS / shape.columns).clamp(1, ROWS);
    let mut lanes: Vec<Lane> = table.columns.iter().map(|_| Lane::default()).collect();
    let mut row = 0;
    for run in table.runs(most_rows) {
        let rows = match run {
            Run::Rows(rows) => rows,
            other => {
                other.put(out);
                continue;
            }
        };
        if out.len() - start > limit {
            return Err(Error::Corrupt("a table prints more than its text"));
        }
        print_rows(table, shape, row, rows, &mut lanes, out);
        row += rows;
    }
    Ok(())
}

fn print_rows(table: &Table, shape: &Shape, row: usize, rows: usize, lanes: &mut [Lane], out: &mut Vec<u8>) {
    let mut left = table.columns.len();
    for (column, lane) in table.columns.iter().zip(lanes.iter_mut()) {
        left -= 1;
        lane.clear();
        let cells = row * column.span..(row + rows) * column.span;
        if left > 0 {
            column.content.print(cells, shape.delimiter, lane);
        } else {
            print_last(column, cells, shape.delimiter, lane);
        }
    }
    weave(table, rows, lanes, out);
}

/// The last column ends rows: each of its last neighbours ends with a line end.
fn print_last(column: &super::split::Column, cells: core::ops::Range<usize>, delimiter: u8, lane: &mut Lane) {
    if column.span == 1 {
        column.content.print(cells, b'\n', lane);
        return;
    }
    for row in cells.step_by(column.span) {
        let last = row + column.span - 1;
        column.content.print(row..last, delimiter, lane);
        column.content.print(last..last + 1, b'\n', lane);
    }
}

fn weave(table: &Table, rows: usize, lanes: &mut [Lane], out: &mut Vec<u8>) {
    let start = out.len();
    let bytes: usize = lanes.iter().map(Lane::text_bytes).sum();
    out.resize(start + bytes + super::cells::STEP, 0);
    let mut at = start;
    for _ in 0..rows {
        for (lane, column) in lanes.iter_mut().zip(&table.columns) {
            at += lane.weave(column.span, out, at);
        }
    }
    out.truncate(start + bytes);
}
