//! The body of a segment that holds a table: its columns, each in a block of its own that can be skipped.
//!
//! ```text
//! table      := tail bytes varint | tail | odd lines varint | [gaps series | text] | [kinds] | blocks varint | block*
//! block      := bytes varint | kind u8 | [span varint] | [affix] | content; nothing behind 0 bytes if there are no cells
//! ```
//! Kinds and contents of blocks are drawn in `content`, gaps and text in `pieces`. The kinds of rows are there if the layout has more than one. A block must be used up by its content, and all cells
//! together cannot outnumber the bytes of text.

use super::{
    content::{self, GROUPED, NUMBERS, SPAN, STANDARD, TEXT, TOKENS},
    kinds,
    look::{ColumnInfo, Kind},
    pieces::{self, count},
};
use crate::{
    Error,
    codec::{Level, Part, numbers},
    entropy::{Cursor, put_varint},
    table::{Column, Content, Exceptions, Format, Layout, Roll, Strings, Table},
};
use alloc::{borrow::Cow, vec::Vec};

/// How far back a column looks for parents.
const NEIGHBOURS: usize = 24;
/// The last level that does not look for parents.
const COUPLED_FROM: Level = Level::PACKED;

/// Appends the body of a table.
pub(super) fn write(table: &Table, layout: &Layout, level: Level, out: &mut Vec<u8>) -> Result<(), Error> {
    let roll = Roll::of(layout, table)?;
    put_varint(out, table.tail.len() as u64);
    out.extend_from_slice(&table.tail);
    put_varint(out, table.odd_at.len() as u64);
    if !table.odd_at.is_empty() {
        pieces::write_gaps(&table.odd_at, level, out);
        pieces::write_text(&table.odd.to_lines(), level, out);
    }
    if layout.kinds() > 1 {
        kinds::write(roll.kinds(), level, out);
    }
    put_varint(out, table.columns.len() as u64);
    let mut block = Vec::new();
    let mut known: Vec<Option<Cow<'_, [i64]>>> = Vec::new();
    for (index, column) in table.columns.iter().enumerate() {
        block.clear();
        if !layout.is_lines() || column.content.cells() > 0 {
            let neighbours = if level > COUPLED_FROM && level.has(Part::Parents) {
                neighbours_of(column, &known, &roll)
            } else {
                Vec::new()
            };
            let kinds = if roll.kinds_with(index).len() > 1 { roll.kinds_of(index) } else { Vec::new() };
            content::write_column(column, &neighbours, &kinds, level, &mut block);
        }
        known.push(if level > COUPLED_FROM { row_values(column) } else { None });
        put_varint(out, block.len() as u64);
        out.extend_from_slice(&block);
    }
    Ok(())
}

/// Columns that can be a column's parents: those right before it that hold numbers.
fn neighbours_of<'k>(
    column: &Column,
    known: &'k [Option<Cow<'_, [i64]>>],
    roll: &Roll,
) -> Vec<Cow<'k, [i64]>> {
    if column.span > 1 {
        return Vec::new();
    }
    let none = Exceptions::default();
    let exceptions = match &column.content {
        Content::Numbers(numbers) => &numbers.exceptions,
        Content::Tokens { .. } => &none,
        Content::Text(_) => return Vec::new(),
    };
    let neighbour = |(index, values): (usize, &'k Option<Cow<'_, [i64]>>)| {
        let values = values.as_deref().unwrap_or_default();
        let aligned = if values.is_empty() { None } else { roll.align(index, known.len(), values) };
        match aligned {
            Some(values) => Cow::Owned(at_numbers(exceptions, &values).into_owned()),
            None => at_numbers(exceptions, values),
        }
    };
    known.iter().enumerate().rev().take(NEIGHBOURS).map(neighbour).collect()
}

/// The values of a column that can be a parent, one a row: an exception repeats the value before it.
fn row_values(column: &Column) -> Option<Cow<'_, [i64]>> {
    if column.span > 1 {
        return None;
    }
    let numbers = match &column.content {
        Content::Numbers(numbers) => numbers,
        Content::Tokens { ids, .. } => {
            return Some(Cow::Owned(ids.iter().map(|id| i64::from(*id)).collect()));
        }
        Content::Text(_) => return None,
    };
    if matches!(numbers.format, Format::Time(_)) {
        return None;
    }
    // On a line of significant digits, what stands there and not its place is what others depend on.
    let values = match numbers.format {
        Format::Significant(line, _) => {
            Cow::Owned(numbers.values.iter().map(|value| line.units(*value).unwrap_or(*value)).collect())
        }
        _ => Cow::Borrowed(&*numbers.values),
    };
    if numbers.exceptions.at.is_empty() {
        return Some(values);
    }
    let mut rows = Vec::with_capacity(numbers.cells());
    let mut last = values.first().copied().unwrap_or(0);
    let mut values = values.iter().copied();
    let mut exceptions = numbers.exceptions.at.iter().copied().peekable();
    for row in 0..numbers.cells() {
        if exceptions.next_if(|at| *at as usize == row).is_none() {
            last = values.next().unwrap_or(last);
        }
        rows.push(last);
    }
    Some(Cow::Owned(rows))
}

/// Of another column's values, one a row, those in the rows where this column has numbers.
pub(super) fn at_numbers<'r>(exceptions: &Exceptions, rows: &'r [i64]) -> Cow<'r, [i64]> {
    if exceptions.at.is_empty() {
        return Cow::Borrowed(rows);
    }
    let mut exceptions = exceptions.at.iter().copied().peekable();
    let is_number = |(row, _): &(usize, &i64)| exceptions.next_if(|at| *at as usize == *row).is_none();
    rows.iter().enumerate().filter(is_number).map(|(_, value)| *value).collect()
}

/// What the blocks of a body are read against.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Lines of the segment.
    pub(super) lines: usize,
    /// Bytes of its text.
    pub(super) text_bytes: usize,
    /// Bytes of memory that decoding may take.
    pub(super) memory: u64,
}

/// A body cut into its blocks, which are not decoded yet.
#[derive(Debug)]
pub(super) struct Body<'a> {
    bounds: Bounds,
    roll: Roll,
    tail: &'a [u8],
    odd_at: Vec<u32>,
    odd: Strings,
    /// The blocks with the field each starts at.
    pub(super) blocks: Vec<Block<'a>>,
}

/// One column of a body.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block<'a> {
    /// The first field it covers.
    pub(super) first: usize,
    /// How many it covers.
    pub(super) span: usize,
    /// Bytes it takes in the archive.
    pub(super) bytes: usize,
    pub(super) kind: u8,
    content: &'a [u8],
}

impl Block<'_> {
    /// The fields it covers.
    pub(super) fn fields(&self) -> core::ops::Range<usize> {
        self.first..self.first + self.span
    }
}

impl<'a> Body<'a> {
    /// Cuts a body into blocks.
    pub(super) fn read(body: &'a [u8], layout: &Layout, bounds: Bounds) -> Result<Self, Error> {
        let mut cursor = Cursor::new(body);
        let tail_bytes = count(&mut cursor, bounds.text_bytes)?;
        let tail = cursor.bytes(tail_bytes)?;
        let odd_lines = count(&mut cursor, bounds.lines)?;
        let (mut odd_at, mut odd) = (Vec::new(), Strings::default());
        if odd_lines > 0 {
            odd_at = pieces::read_gaps(&mut cursor, odd_lines, bounds.lines)?;
            odd = pieces::read_lines(&mut cursor, odd_lines, bounds.text_bytes)?;
        }
        let rows = bounds.lines - odd_lines;
        let kinds = match layout.kinds() {
            1 if layout.is_lines() => alloc::vec![0; rows],
            1 => Vec::new(),
            _ => kinds::read(&mut cursor, rows)?,
        };
        let mut roll = Roll::new(layout, rows, kinds)?;
        if roll.all_cells(layout.columns()).is_none_or(|cells| cells > bounds.text_bytes) {
            return Err(Error::Corrupt("more cells than bytes of text"));
        }
        roll.find_places(layout);
        let blocks = read_blocks(&mut cursor, layout)?;
        Ok(Self { bounds, roll, tail, odd_at, odd, blocks })
    }

    /// Regular rows.
    pub(super) fn rows(&self) -> usize {
        self.roll.rows()
    }

    /// Which rows the columns have cells in.
    pub(super) fn roll(&self) -> &Roll {
        &self.roll
    }

    /// Decodes the blocks that are `wanted` and those that they need; the others stay `None`.
    pub(super) fn columns(&self, wanted: impl Fn(usize) -> bool) -> Result<Vec<Option<Column>>, Error> {
        let mut needed: Vec<bool> = (0..self.blocks.len()).map(wanted).collect();
        for (index, block) in self.blocks.iter().enumerate().rev() {
            if needed.get(index) == Some(&true) {
                for back in self.parents(block)? {
                    let parent = index.checked_sub(back + 1).and_then(|parent| needed.get_mut(parent));
                    *parent.ok_or(Error::Corrupt("no such parent of a column"))? = true;
                }
            }
        }
        let mut columns: Vec<Option<Column>> = Vec::new();
        for (block, needed) in self.blocks.iter().zip(needed) {
            let column = if needed { Some(self.column(block, &columns)?) } else { None };
            columns.push(column);
        }
        Ok(columns)
    }

    /// Decodes one block; `before` are the columns left of it.
    fn column(&self, block: &Block<'_>, before: &[Option<Column>]) -> Result<Column, Error> {
        let mut cursor = Cursor::new(block.content);
        let neighbour = |back: usize| {
            let index = before.len().checked_sub(back + 1);
            let parent = index.and_then(|index| before.get(index)?.as_ref()).filter(|_| block.span == 1);
            let values = parent.and_then(row_values).ok_or(Error::Corrupt("a parent without numbers"))?;
            let aligned = index.and_then(|index| self.roll.align(index, block.first, &values));
            Ok(aligned.map_or(values, Cow::Owned))
        };
        let cells = self.cells(block);
        if cells == 0 && block.bytes == 0 {
            return Ok(Column { span: 1, content: Content::Text(Strings::default()) });
        }
        let kinds = || self.roll.kinds_of(block.first);
        let content = content::read_content(&mut cursor, block, cells, self.bounds, &neighbour, &kinds)?;
        if !cursor.rest().is_empty() {
            return Err(Error::Corrupt("a column's block is longer than its content"));
        }
        Ok(Column { span: block.span, content })
    }

    /// Cells of a block's column.
    fn cells(&self, block: &Block<'_>) -> usize {
        self.roll.cells(block.first, block.span)
    }

    /// How many columns back the parents of a block are, less one.
    fn parents(&self, block: &Block<'_>) -> Result<Vec<usize>, Error> {
        let mut cursor = Cursor::new(block.content);
        match block.kind & 3 {
            _ if block.bytes == 0 || block.kind & (GROUPED | STANDARD) != 0 => return Ok(Vec::new()),
            NUMBERS => {
                content::read_writing(&mut cursor, block.kind, self.cells(block), self.bounds.text_bytes)?;
            }
            TOKENS => {
                cursor.varint()?;
            }
            _ => return Ok(Vec::new()),
        }
        numbers::parents(&mut cursor, self.cells(block))
    }

    /// What a block holds, its numbers not decoded.
    pub(super) fn info(&self, block: &Block<'_>) -> Result<ColumnInfo, Error> {
        let cells = self.cells(block);
        let mut cursor = Cursor::new(block.content);
        let kind = if block.bytes == 0 {
            Kind::Text
        } else {
            content::read_kind(&mut cursor, block.kind, cells, self.bounds.text_bytes)?
        };
        Ok(ColumnInfo {
            first: block.first,
            span: block.span,
            bytes: block.bytes as u64,
            cells: cells as u64,
            kind,
        })
    }

    /// Decodes everything.
    pub(super) fn table(self) -> Result<Table, Error> {
        let columns = self.columns(|_| true)?.into_iter().flatten().collect();
        let tail = self.tail.to_vec();
        let kinds = self.roll.into_kinds();
        Ok(Table { lines: self.bounds.lines, columns, kinds, odd_at: self.odd_at, odd: self.odd, tail })
    }
}

fn read_blocks<'a>(cursor: &mut Cursor<'a>, layout: &Layout) -> Result<Vec<Block<'a>>, Error> {
    let columns = layout.columns();
    let mut blocks = Vec::new();
    let mut first = 0;
    for _ in 0..count(cursor, columns)? {
        let bytes = usize::try_from(cursor.varint()?).unwrap_or(usize::MAX);
        let mut inner = Cursor::new(cursor.bytes(bytes)?);
        let empty = bytes == 0 && layout.is_lines();
        let kind = if empty { TEXT } else { inner.u8()? };
        let span = if kind & SPAN != 0 { count(&mut inner, columns - first)? } else { 1 };
        if span == 0 || span > columns - first || (span > 1 && layout.is_lines()) {
            return Err(Error::Corrupt("columns do not cover the fields of a row"));
        }
        blocks.push(Block { first, span, bytes, kind, content: inner.rest() });
        first += span;
    }
    if first != columns || !cursor.rest().is_empty() {
        return Err(Error::Corrupt("columns do not cover the fields of a row"));
    }
    Ok(blocks)
}
