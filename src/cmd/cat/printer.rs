//! What `cat` prints: rows one by one, each under the header that it belongs to, only the first or the last of them if
//! that is asked for.

use crate::{
    failure::{Failure, Outcome},
    io::output::Output,
    text::units,
};
use std::collections::VecDeque;

/// Bytes that are worth a write.
const READY: usize = 64 << 10;

/// Rows on their way out.
#[derive(Debug)]
pub(super) struct Printer {
    output: Output,
    /// What goes out with the next flush.
    ready: Vec<u8>,
    /// The header of the rows that come, and whether it stands above them already.
    header: Vec<u8>,
    due: bool,
    /// Rows that may still be printed.
    left: u64,
    last: Option<Last>,
    /// The last byte printed was no line end.
    open: bool,
    /// What comes begins a line.
    anew: bool,
    /// Rows that were asked for.
    pub(super) rows: u64,
}

/// The last rows so far, and which header each belongs to.
#[derive(Debug)]
struct Last {
    most: u64,
    rows: VecDeque<(usize, Vec<u8>)>,
    headers: Vec<Vec<u8>>,
    bytes: u64,
    /// Bytes that they may take.
    limit: u64,
}

impl Printer {
    /// Prints the first `head` and of those the last `tail` rows, which may take `limit` bytes.
    pub(super) fn new(output: Output, head: Option<u64>, tail: Option<u64>, limit: u64) -> Self {
        let (rows, headers) = Default::default();
        let last = tail.map(|most| Last { most, rows, headers, bytes: 0, limit });
        let left = head.unwrap_or(u64::MAX);
        let (ready, header) = Default::default();
        Self { output, ready, header, due: false, left, last, open: false, anew: false, rows: 0 }
    }

    /// A part begins: its first row begins a line, whether the last row of the one before has an end or not.
    pub(super) fn begin_part(&mut self) {
        self.anew = true;
    }

    /// Rows that follow belong to this header.
    pub(super) fn header(&mut self, header: Vec<u8>) {
        if let Some(last) = &mut self.last {
            last.headers.push(header);
            return;
        }
        self.due = !header.is_empty();
        self.header = header;
    }

    /// Whether no more rows are wanted.
    pub(super) fn is_full(&self) -> bool {
        self.left == 0
    }

    /// Prints the first of these lines that are still wanted.
    pub(super) fn lines(&mut self, lines: &[u8], rows: u64) -> Outcome {
        if self.last.is_none() && rows <= self.left {
            self.take(rows);
            return self.print(lines);
        }
        lines.split_inclusive(|byte| *byte == b'\n').try_for_each(|line| self.row(line))
    }

    /// Prints a row, if it is still wanted.
    pub(super) fn row(&mut self, line: &[u8]) -> Outcome {
        if self.is_full() {
            return Ok(());
        }
        self.take(1);
        match &mut self.last {
            Some(last) => last.push(line),
            None => self.print(line),
        }
    }

    fn take(&mut self, rows: u64) {
        self.rows += rows;
        self.left -= if self.left == u64::MAX { 0 } else { rows };
    }

    fn print(&mut self, lines: &[u8]) -> Outcome {
        if lines.is_empty() {
            return Ok(());
        }
        if std::mem::take(&mut self.anew) && self.open {
            self.ready.push(b'\n');
        }
        self.open = !lines.ends_with(b"\n");
        if std::mem::take(&mut self.due) {
            self.ready.append(&mut self.header);
        }
        self.ready.extend_from_slice(lines);
        if self.ready.len() >= READY { self.flush() } else { Ok(()) }
    }

    /// Shows what there is.
    pub(super) fn flush(&mut self) -> Outcome {
        self.output.write(&std::mem::take(&mut self.ready))?;
        self.output.flush()
    }

    /// Prints what was held back, and the header if there was no row at all.
    pub(super) fn finish(mut self) -> Outcome {
        if let Some(Last { rows, mut headers, .. }) = self.last.take() {
            let mut shown = None;
            for (header, row) in rows {
                self.anew = true;
                if shown.replace(header) != Some(header) {
                    self.header = headers.get_mut(header).map(std::mem::take).unwrap_or_default();
                    self.due = true;
                }
                self.print(&row)?;
            }
            if shown.is_none() && !headers.is_empty() {
                (self.header, self.due) = (headers.swap_remove(0), true);
            }
        }
        if self.due {
            self.ready.append(&mut self.header);
        }
        self.flush()?;
        self.output.finish(None, false)
    }
}

impl Last {
    fn push(&mut self, row: &[u8]) -> Outcome {
        self.bytes += row.len() as u64;
        self.rows.push_back((self.headers.len().saturating_sub(1), row.to_vec()));
        while self.rows.len() as u64 > self.most
            && let Some((_, row)) = self.rows.pop_front()
        {
            self.bytes -= row.len() as u64;
        }
        if self.bytes <= self.limit {
            return Ok(());
        }
        let what = format!("the last {} rows take more than {}", self.most, units::size(self.limit));
        Err(Failure::refused(what, "ask for fewer with `--tail`, or allow more with `--memory`"))
    }
}
