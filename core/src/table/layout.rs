//! What the lines of a table have in common: fields between delimiters, or skeletons.
//!
//! ```text
//! layout := shape | 0A lines
//! ```
//! A delimiter is never a line end, so the first byte tells them apart.

use super::{
    Care, Column, Raw, Shape, Table, detect, header, join,
    skeleton::{self, Skeleton},
    split, split_like,
};
use crate::{
    entropy::Cursor,
    error::Error,
    parallel::{Parallel, Sequential},
};
use alloc::{collections::BTreeSet, vec::Vec};

/// How the lines of a table are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Layout {
    /// Fields between delimiters.
    Fields(Shape),
    /// Fields between what their lines share.
    Lines(Skeleton),
}

impl Layout {
    /// The layout of `text`, if it is a table.
    pub fn detect(text: &[u8]) -> Option<Self> {
        let shape = detect::shape(text);
        match skeleton::detect(text, shape.as_ref()) {
            Some(skeleton) => Some(Self::Lines(skeleton)),
            None => shape.map(Self::Fields),
        }
    }

    /// Returns the layout of binary samples where they are printed.
    pub fn of_samples(raw: Raw) -> Self {
        let columns = usize::from(raw.channels);
        let (quoted, blanks, unnamed, preamble) = (false, false, false, Vec::new());
        Self::Fields(Shape { delimiter: b',', quoted, blanks, columns, unnamed, preamble })
    }

    /// The layout of `text` as fields between delimiters, whatever else its lines may share.
    pub fn fields(text: &[u8]) -> Option<Self> {
        detect::shape(text).map(Self::Fields)
    }

    /// The layout of the rows that the first line of `text` announces, if it is several names and each other line has as many
    /// fields: a few rows alone may look like others.
    pub(crate) fn announced(text: &[u8]) -> Option<Self> {
        header::announced(text).map(Self::Fields)
    }

    /// Takes `text` (without the preamble) apart; `None` if it is not such a table after all.
    pub fn split(&self, text: &[u8], care: Care) -> Option<Table> {
        self.split_with(&Sequential, text, care)
    }

    /// As [`Layout::split`], with the help of `parallel`.
    pub(crate) fn split_with(&self, parallel: &impl Parallel, text: &[u8], care: Care) -> Option<Table> {
        match self {
            Self::Fields(shape) => split(parallel, text, shape, care),
            Self::Lines(skeleton) => skeleton.split(text, care),
        }
    }

    /// As [`Layout::split`], each column read as one of `like`, which are those of another text in this layout.
    pub(crate) fn split_like(&self, text: &[u8], like: &[&Column]) -> Option<Table> {
        match self {
            Self::Fields(shape) => split_like(text, shape, like),
            Self::Lines(skeleton) => skeleton.split_like(text, like),
        }
    }

    /// Calls `visit` with the column and the text of each cell of a line without its end. A line of another number of fields
    /// gives as many as there are columns at most, one of no pattern gives none.
    pub fn cells<'l>(&self, line: &'l [u8], mut visit: impl FnMut(usize, &'l [u8])) {
        match self {
            Self::Fields(shape) => {
                shape.fields(line).take(shape.columns).enumerate().for_each(|(at, cell)| visit(at, cell));
            }
            Self::Lines(skeleton) => skeleton.cells(line, visit),
        }
    }

    /// Returns the cells of a line without its end, if it has one for each column. Only where the layout
    /// is uniform do all rows have them.
    pub fn row<'l>(&self, line: &'l [u8]) -> Option<Vec<&'l [u8]>> {
        let mut cells = Vec::with_capacity(self.columns());
        match self {
            Self::Fields(shape) => cells.extend(shape.fields(line).take(shape.columns + 1)),
            Self::Lines(skeleton) => skeleton.cells(line, |_, cell| cells.push(cell)),
        }
        (cells.len() == self.columns()).then_some(cells)
    }

    /// Whether every row has one cell in each column, in the order of the columns.
    pub(crate) fn is_uniform(&self) -> bool {
        match self {
            Self::Fields(_) => true,
            Self::Lines(skeleton) => {
                let mut kinds = skeleton.kinds();
                let first = kinds.next();
                first.is_some_and(|columns| columns.eq(0..skeleton.columns())) && kinds.next().is_none()
            }
        }
    }

    /// Returns what stands before, between and behind the cells of a row, where the layout is uniform.
    pub(crate) fn literals(&self) -> Vec<&[u8]> {
        match self {
            Self::Fields(shape) => {
                let between =
                    core::iter::repeat_n(core::slice::from_ref(&shape.delimiter), shape.columns - 1);
                core::iter::once(&b""[..]).chain(between).chain([&b""[..]]).collect()
            }
            Self::Lines(skeleton) => skeleton.literals(),
        }
    }

    /// Appends the text that `table` was taken from; stops with an error once it is longer than `limit` bytes.
    pub fn join(&self, table: &Table, limit: usize, out: &mut Vec<u8>) -> Result<(), Error> {
        self.join_with(&Sequential, table, limit, out)
    }

    /// As [`Layout::join`], with the help of `parallel`.
    pub(crate) fn join_with(
        &self,
        parallel: &impl Parallel,
        table: &Table,
        limit: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        match self {
            Self::Fields(shape) => join(parallel, table, shape, limit, out),
            Self::Lines(skeleton) => skeleton.join(table, limit, out),
        }
    }

    /// Whether lines have skeletons.
    pub fn is_lines(&self) -> bool {
        matches!(self, Self::Lines(_))
    }

    /// Whether lines are objects of JSON.
    pub fn is_json(&self) -> bool {
        matches!(self, Self::Lines(skeleton) if skeleton.is_json())
    }

    /// How many kinds of rows there are.
    pub fn kinds(&self) -> usize {
        match self {
            Self::Fields(_) => 1,
            Self::Lines(skeleton) => skeleton.kinds().len(),
        }
    }

    /// How many columns there are.
    pub fn columns(&self) -> usize {
        match self {
            Self::Fields(shape) => shape.columns,
            Self::Lines(skeleton) => skeleton.columns(),
        }
    }

    /// What the columns are called, where that is known.
    pub fn names(&self) -> Vec<Option<Vec<u8>>> {
        match self {
            Self::Fields(shape) => shape.names(),
            Self::Lines(skeleton) => skeleton.names(),
        }
    }

    /// The columns whose cells touch what could be part of a number: another number in their place would be another text.
    pub fn glued(&self) -> BTreeSet<usize> {
        match self {
            Self::Fields(_) => BTreeSet::new(),
            Self::Lines(skeleton) => skeleton.glued(),
        }
    }

    /// Everything before the first row.
    pub fn preamble(&self) -> &[u8] {
        match self {
            Self::Fields(shape) => &shape.preamble,
            Self::Lines(skeleton) => &skeleton.preamble,
        }
    }

    /// The same layout for text that starts with a row.
    pub(crate) fn without_preamble(self) -> Self {
        match self {
            Self::Fields(shape) => Self::Fields(shape.without_preamble()),
            Self::Lines(skeleton) => Self::Lines(skeleton.without_preamble()),
        }
    }

    /// The same layout for text that starts with `preamble`.
    pub(crate) fn with_preamble(mut self, preamble: &[u8]) -> Self {
        let place = match &mut self {
            Self::Fields(shape) => &mut shape.preamble,
            Self::Lines(skeleton) => &mut skeleton.preamble,
        };
        *place = preamble.to_vec();
        if let Self::Fields(shape) = &mut self {
            shape.unnamed = header::is_short(shape);
        }
        self
    }

    /// What stands between cells that are printed side by side.
    pub fn delimiter(&self) -> u8 {
        match self {
            Self::Fields(shape) => shape.delimiter,
            Self::Lines(_) => b',',
        }
    }

    /// Appends the layout.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Fields(shape) => shape.write(out),
            Self::Lines(skeleton) => {
                out.push(b'\n');
                skeleton.write(out);
            }
        }
    }

    /// Reads a layout.
    pub fn read(cursor: &mut Cursor<'_>) -> Result<Self, Error> {
        Self::read_within(cursor, u64::MAX)
    }

    /// Reads a layout whose preamble has at most `preamble` bytes: a longer one is refused at once.
    pub(crate) fn read_within(cursor: &mut Cursor<'_>, preamble: u64) -> Result<Self, Error> {
        if cursor.rest().first() != Some(&b'\n') {
            return Shape::read(cursor, preamble).map(Self::Fields);
        }
        cursor.u8()?;
        Skeleton::read(cursor, preamble).map(Self::Lines)
    }
}
