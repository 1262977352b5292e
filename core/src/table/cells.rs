//! The cells of a column on their way in and out.

use crate::num::text::{TEXT, Text};
use alloc::vec::Vec;

/// The cells of a column in one run of rows, row after row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cells<'a> {
    /// The text they lie in.
    pub(crate) text: &'a [u8],
    places: Places<'a>,
}

/// Where cells lie.
#[derive(Debug, Clone, Copy)]
enum Places<'a> {
    /// In `span` neighbouring fields from the `first` of the `columns` in each row, whose ends are listed as
    /// [`super::lines::Lines::ends`] does.
    Fields { ends: &'a [u32], columns: usize, first: usize, span: usize },
    /// From a start to an end each.
    Listed(&'a [(u32, u32)]),
}

impl<'a> Cells<'a> {
    /// Cells of neighbouring fields.
    pub(crate) fn fields(text: &'a [u8], ends: &'a [u32], columns: usize, first: usize, span: usize) -> Self {
        Self { text, places: Places::Fields { ends, columns, first, span } }
    }

    /// Cells anywhere.
    pub(crate) fn listed(text: &'a [u8], places: &'a [(u32, u32)]) -> Self {
        Self { text, places: Places::Listed(places) }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        match self.places {
            Places::Fields { ends, columns, span, .. } => ends.len() / columns * span,
            Places::Listed(places) => places.len(),
        }
    }

    /// Calls `visit` with where each cell starts and ends.
    #[inline(always)]
    pub(crate) fn for_each_range(&self, mut visit: impl FnMut(usize, usize)) {
        let (ends, columns, first, span) = match self.places {
            Places::Fields { ends, columns, first, span } => (ends, columns, first, span),
            Places::Listed(places) => {
                places.iter().for_each(|(start, end)| visit(*start as usize, *end as usize));
                return;
            }
        };
        if span == 1 {
            let starts = ends.iter().skip(first).step_by(columns);
            let ends = ends.iter().skip(first + 1).step_by(columns);
            for (start, end) in starts.zip(ends) {
                visit(start.wrapping_add(1) as usize, *end as usize);
            }
            return;
        }
        let mut before = *ends.first().unwrap_or(&0);
        for row in ends.get(1..).unwrap_or_default().chunks_exact(columns) {
            let cells = row.get(first..first + span).unwrap_or_default();
            let mut start = first.checked_sub(1).and_then(|left| row.get(left)).copied().unwrap_or(before);
            for end in cells {
                visit(start.wrapping_add(1) as usize, *end as usize);
                start = *end;
            }
            before = *row.last().unwrap_or(&0);
        }
    }

    /// Calls `visit` with each cell.
    #[inline(always)]
    pub(crate) fn for_each(&self, mut visit: impl FnMut(&'a [u8])) {
        self.for_each_range(|start, end| visit(self.text.get(start..end).unwrap_or_default()));
    }
}

/// Byte strings one after the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Strings {
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

impl Strings {
    /// None yet.
    pub(crate) const fn new() -> Self {
        Self { bytes: Vec::new(), ends: Vec::new() }
    }

    /// Appends a string.
    #[inline]
    pub(crate) fn push(&mut self, string: &[u8]) {
        self.bytes.extend_from_slice(string);
        self.ends.push(self.bytes.len() as u32);
    }

    /// Appends all strings of another list.
    pub(crate) fn append(&mut self, later: &Self) {
        let before = self.bytes.len() as u32;
        self.bytes.extend_from_slice(&later.bytes);
        self.ends.extend(later.ends.iter().map(|end| end + before));
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The string of that number; empty if there is none.
    #[inline]
    pub(crate) fn get(&self, index: usize) -> &[u8] {
        let end = self.ends.get(index).map_or(0, |end| *end as usize);
        let start =
            index.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize);
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).map(|index| self.get(index))
    }

    /// All of them as lines; none of them may hold a line end.
    pub fn to_lines(&self) -> Vec<u8> {
        let mut lines = Vec::with_capacity(self.bytes.len() + self.len());
        for string in self.iter() {
            lines.extend_from_slice(string);
            lines.push(b'\n');
        }
        lines
    }

    /// The strings that [`Strings::to_lines`] made lines of.
    pub(crate) fn from_lines(lines: &[u8]) -> Self {
        let mut strings = Self::default();
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', lines) {
            strings.push(lines.get(start..end).unwrap_or_default());
            start = end + 1;
        }
        strings
    }
}

impl<'a> FromIterator<&'a [u8]> for Strings {
    fn from_iter<I: IntoIterator<Item = &'a [u8]>>(strings: I) -> Self {
        let mut all = Self::default();
        strings.into_iter().for_each(|string| all.push(string));
        all
    }
}

/// Cells that do not fit their column's format, with their place among the column's cells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exceptions {
    /// Places, rising.
    pub at: Vec<u32>,
    /// The cells as they stand in the text.
    pub cells: Strings,
}

impl Exceptions {
    /// Appends an exception.
    #[cold]
    pub fn push(&mut self, at: u32, cell: &[u8]) {
        self.at.push(at);
        self.cells.push(cell);
    }
}

/// Bytes of one short copy: the length that most cells stay below.
pub(super) const STEP: usize = 16;
/// Bytes that a lane has to spare at least after it grew.
const SLACK: usize = 1 << 10;

/// The printed cells of one column, each with what ends it, waiting to be woven into rows.
#[derive(Debug, Default)]
pub struct Lane {
    bytes: Vec<u8>,
    /// Bytes of `bytes` that are text.
    len: usize,
    ends: Vec<u32>,
    taken: usize,
    from: usize,
}

impl Lane {
    /// Forgets the cells.
    pub(crate) fn clear(&mut self) {
        (self.len, self.taken, self.from) = (0, 0, 0);
        self.ends.clear();
    }

    /// Appends what `print` writes, which says how many bytes that are.
    #[inline]
    pub(crate) fn write(&mut self, print: impl FnOnce(&mut Text) -> usize) {
        if self.bytes.len() < self.len + TEXT {
            self.grow(&[]);
        }
        if let Some(space) = self.bytes.get_mut(self.len..).and_then(<[u8]>::first_chunk_mut) {
            self.len += print(space).min(TEXT);
        }
    }

    /// Appends the first `n` bytes of `padded`: copying all of it spares the length of the copy.
    #[inline]
    pub(crate) fn put_padded<const N: usize>(&mut self, padded: &[u8; N], n: usize) {
        match self.bytes.get_mut(self.len..).and_then(<[u8]>::first_chunk_mut::<N>) {
            Some(space) => *space = *padded,
            None => self.grow(padded.get(..n).unwrap_or(padded)),
        }
        self.len += n.min(N);
    }

    /// Appends bytes to the cell.
    #[inline]
    pub(crate) fn put(&mut self, bytes: &[u8]) {
        match self.bytes.get_mut(self.len..self.len + bytes.len()) {
            Some(space) => space.copy_from_slice(bytes),
            None => self.grow(bytes),
        }
        self.len += bytes.len();
    }

    /// Writes `bytes` where there is no room yet, and makes plenty.
    #[cold]
    fn grow(&mut self, bytes: &[u8]) {
        self.bytes.truncate(self.len);
        self.bytes.extend_from_slice(bytes);
        self.bytes.resize(self.bytes.len() * 2 + SLACK, 0);
    }

    /// Ends the cell with its delimiter.
    #[inline]
    pub(crate) fn end_cell(&mut self, delimiter: u8) {
        self.put_padded(&[delimiter], 1);
        self.ends.push(self.len as u32);
    }

    /// Bytes of all the cells.
    pub fn text_bytes(&self) -> usize {
        self.len
    }

    /// The next cell with what ends it.
    pub fn take_cell(&mut self) -> &[u8] {
        let end = self.ends.get(self.taken).map_or(self.len, |end| *end as usize);
        let cell = self.bytes.get(self.from..end).unwrap_or_default();
        self.taken += 1;
        self.from = end;
        cell
    }

    /// Copies the next `cells` cells to `out` at `at`, which must have [`STEP`] bytes to spare, and says how many bytes.
    #[inline]
    pub(super) fn weave(&mut self, cells: usize, out: &mut [u8], at: usize) -> usize {
        self.taken += cells;
        let end =
            self.taken.checked_sub(1).and_then(|last| self.ends.get(last)).map_or(self.from, |e| *e as usize);
        let length = end - self.from;
        let source = self.bytes.get(self.from..).unwrap_or_default();
        let target = out.get_mut(at..).unwrap_or_default();
        if length <= STEP
            && let (Some(source), Some(target)) =
                (source.first_chunk::<STEP>(), target.first_chunk_mut::<STEP>())
        {
            *target = *source;
        } else if let (Some(source), Some(target)) = (source.get(..length), target.get_mut(..length)) {
            target.copy_from_slice(source);
        }
        self.from = end;
        length
    }
}
