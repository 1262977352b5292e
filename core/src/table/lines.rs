//! Where the fields of a text end: the first pass over every byte, eight at a time.
//!
//! A text is cut into *runs*: up to [`RUN_ROWS`] regular rows whose field ends are listed flat, row after row, or one odd
//! line that has another number of fields. Called by `split`, which parses a run column by column while it is in cache; the
//! columns are put together again in the same runs. Most texts are read by [`super::rows`], without a list of ends.

use super::shape::Shape;
use alloc::vec::Vec;

/// Bytes of text in a run at most, roughly: a run stays in the processor's cache while its columns are parsed.
pub(super) const RUN_BYTES: usize = 1 << 15;

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Run<'t> {
    /// This many rows; of a text that is cut, [`Lines::ends`] lists where their fields end.
    Rows(usize),
    /// One line of another shape, without its line end.
    Odd(&'t [u8]),
    /// What follows the last line end: half a line.
    Tail(&'t [u8]),
}

impl Run<'_> {
    /// How many rows it is.
    pub(super) fn rows(self) -> usize {
        match self {
            Self::Rows(rows) => rows,
            Self::Odd(_) | Self::Tail(_) => 0,
        }
    }

    /// Appends what is not a row.
    pub(super) fn put(self, out: &mut Vec<u8>) {
        match self {
            Self::Rows(_) => {}
            Self::Odd(line) => {
                out.extend_from_slice(line);
                out.push(b'\n');
            }
            Self::Tail(tail) => out.extend_from_slice(tail),
        }
    }
}

/// Cuts a text into runs.
#[derive(Debug)]
pub(super) struct Lines<'t, 's> {
    text: &'t [u8],
    shape: &'s Shape,
    /// Start of the next row.
    at: usize,
    ends: Vec<u32>,
    odd: Option<&'t [u8]>,
}

impl<'t, 's> Lines<'t, 's> {
    /// Starts at the first byte of `text`, which must be shorter than 4 GiB.
    pub(super) fn new(text: &'t [u8], shape: &'s Shape) -> Self {
        Self { text, shape, at: 0, ends: Vec::new(), odd: None }
    }

    /// Field ends of the last run of rows: before the first field one entry that is its start minus one (wrapping), so
    /// that field `i` is `ends[i] + 1 .. ends[i + 1]`.
    pub(super) fn ends(&self) -> &[u32] {
        &self.ends
    }

    /// The next run, or `None` at the end.
    pub(super) fn next_run(&mut self) -> Option<Run<'t>> {
        if let Some(line) = self.odd.take() {
            return Some(Run::Odd(line));
        }
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        self.ends.clear();
        self.ends.push((self.at as u32).wrapping_sub(1));
        let rows =
            if self.shape.quoted || self.shape.blanks { self.scan_slowly(rest) } else { self.scan(rest) };
        if rows > 0 {
            return Some(Run::Rows(rows));
        }
        if let Some(line) = self.odd.take() {
            return Some(Run::Odd(line));
        }
        self.at = self.text.len();
        Some(Run::Tail(rest))
    }

    /// Lists the ends of regular rows until the run is full or a line is odd; leaves `at` behind the last line taken.
    fn scan(&mut self, rest: &'t [u8]) -> usize {
        let base = self.at;
        let (delimiters, newlines) = (splat(self.shape.delimiter), splat(b'\n'));
        let columns = self.shape.columns;
        let mut rows = 0;
        let mut row_end = 1 + columns;
        let (words, last) = rest.as_chunks::<8>();
        let mut padded = [0; 8];
        for (byte, from) in padded.iter_mut().zip(last) {
            *byte = *from;
        }
        // A pad of zeros would be a delimiter if NUL is one: it lies behind the text and is cut off below.
        let mut position = base as u32;
        for word in words.iter().chain([&padded]) {
            let word = u64::from_le_bytes(*word);
            let breaks = zero_bytes(word ^ newlines);
            let mut marks = zero_bytes(word ^ delimiters) | breaks;
            while marks != 0 {
                let bit = marks & marks.wrapping_neg();
                let end = position + (marks.trailing_zeros() >> 3);
                self.ends.push(end);
                marks ^= bit;
                if breaks & bit != 0 {
                    if self.ends.len() != row_end {
                        return self.stop_at_odd_line(rows);
                    }
                    rows += 1;
                    row_end += columns;
                    self.at = end as usize + 1;
                    if self.at - base >= RUN_BYTES {
                        return rows;
                    }
                }
            }
            if self.ends.len() >= row_end {
                return self.stop_at_odd_line(rows);
            }
            position += 8;
        }
        self.ends.truncate(1 + rows * columns);
        rows
    }

    /// The same with quotes and blanks, a line at a time.
    fn scan_slowly(&mut self, rest: &'t [u8]) -> usize {
        let base = self.at;
        let mut rows = 0;
        for newline in memchr::memchr_iter(b'\n', rest) {
            let line_end = base + newline;
            let line = self.text.get(self.at..line_end).unwrap_or_default();
            let before = self.ends.len();
            let mut end = self.at;
            for field in self.shape.fields(line).take(self.shape.columns + 1) {
                end += field.len();
                self.ends.push(end as u32);
                end += 1;
            }
            if self.ends.len() != before + self.shape.columns {
                return self.stop_at_odd_line(rows);
            }
            rows += 1;
            self.at = line_end + 1;
            if self.at - base >= RUN_BYTES {
                return rows;
            }
        }
        rows
    }

    /// Keeps the rows before a line of another shape and remembers the line for the next run.
    fn stop_at_odd_line(&mut self, rows: usize) -> usize {
        self.ends.truncate(1 + rows * self.shape.columns);
        let rest = self.text.get(self.at..).unwrap_or_default();
        if let Some(length) = memchr::memchr(b'\n', rest) {
            self.odd = rest.get(..length);
            self.at += length + 1;
        }
        rows
    }
}

/// Where the cell that starts at `at` ends: at a delimiter or at the line end.
pub(super) fn end_of_cell(text: &[u8], at: usize, delimiter: u8) -> Option<usize> {
    let rest = text.get(at..)?;
    let (delimiters, newlines) = (splat(delimiter), splat(b'\n'));
    let (words, last) = rest.as_chunks::<8>();
    for (start, word) in (at..).step_by(8).zip(words) {
        let word = u64::from_le_bytes(*word);
        let marks = zero_bytes(word ^ delimiters) | zero_bytes(word ^ newlines);
        if marks != 0 {
            return Some(start + marks.trailing_zeros() as usize / 8);
        }
    }
    let place = last.iter().position(|byte| *byte == delimiter || *byte == b'\n')?;
    Some(at + 8 * words.len() + place)
}

const fn splat(byte: u8) -> u64 {
    byte as u64 * 0x0101_0101_0101_0101
}

/// The high bit of every byte of `word` that is zero, and no other bit.
const fn zero_bytes(word: u64) -> u64 {
    const LOW: u64 = splat(0x7F);
    !(((word & LOW) + LOW) | word | LOW)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use proptest::prelude::*;

    fn shape(columns: usize, quoted: bool, blanks: bool) -> Shape {
        Shape {
            delimiter: if blanks { b' ' } else { b',' },
            quoted,
            blanks,
            columns,
            unnamed: false,
            preamble: vec![],
        }
    }

    fn runs(text: &[u8], shape: &Shape) -> Vec<Vec<Vec<u8>>> {
        let mut lines = Lines::new(text, shape);
        let mut all = vec![];
        while let Some(run) = lines.next_run() {
            match run {
                Run::Rows(rows) => {
                    assert_eq!(lines.ends().len(), 1 + rows * shape.columns);
                    for row in 0..rows {
                        let field = |c: usize| {
                            let i = row * shape.columns + c;
                            let (a, b) =
                                (lines.ends()[i].wrapping_add(1) as usize, lines.ends()[i + 1] as usize);
                            text[a..b].to_vec()
                        };
                        all.push((0..shape.columns).map(field).collect());
                    }
                }
                Run::Odd(line) => all.push(vec![b"odd".to_vec(), line.to_vec()]),
                Run::Tail(tail) => all.push(vec![b"tail".to_vec(), tail.to_vec()]),
            }
        }
        all
    }

    fn expected(text: &[u8], shape: &Shape) -> Vec<Vec<Vec<u8>>> {
        let mut all = vec![];
        for line in text.split_inclusive(|&b| b == b'\n') {
            let Some(line) = line.strip_suffix(b"\n") else {
                all.push(vec![b"tail".to_vec(), line.to_vec()]);
                continue;
            };
            let cells: Vec<Vec<u8>> = shape.fields(line).map(<[u8]>::to_vec).collect();
            let odd = cells.len() != shape.columns;
            all.push(if odd { vec![b"odd".to_vec(), line.to_vec()] } else { cells });
        }
        all
    }

    #[test]
    fn quotes_protect_delimiters_and_blanks_are_one() {
        let cells: Vec<_> = shape(3, true, false).fields(b"\"a,b\",,c").collect();
        assert_eq!(cells, [&b"\"a,b\""[..], b"", b"c"]);
        let cells: Vec<_> = shape(3, false, true).fields(b"  1   22 3").collect();
        assert_eq!(cells, [&b"  1"[..], b"  22", b"3"]);
    }

    proptest! {
        #[test]
        fn runs_hold_every_line(text in "[ab,\" \n]{0,200}", columns in 1usize..4, quoted: bool, blanks: bool) {
            let shape = shape(columns, quoted, blanks);
            prop_assert_eq!(runs(text.as_bytes(), &shape), expected(text.as_bytes(), &shape));
        }
    }

    #[test]
    fn long_texts_come_in_several_runs() {
        let text = "1.25,2.5\n".repeat(20_000);
        assert_eq!(runs(text.as_bytes(), &shape(2, false, false)).len(), 20_000);
    }
}
