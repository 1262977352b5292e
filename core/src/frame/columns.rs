//! The body of a segment that holds a table: its columns, each in a block of its own that can be skipped.
//!
//! ```text
//! table      := tail bytes varint | tail | odd lines varint | [gaps series | text] | [kinds] |
//!               2 * blocks + sense varint | block*
//! block      := bytes varint | kind u8 | [span varint] | [affix] | content; nothing behind 0 bytes if there are no cells
//! ```
//! Kinds and contents of blocks are drawn in `content`, gaps and text in `pieces`. The kinds of rows are there if the
//! layout has more than one. A block must be used up by its content, and all cells together cannot outnumber the bytes
//! of text.

use super::{
    block::{Block, Bounds, GROUPED, NUMBERS, SPAN, STANDARD, TEXT, TOKENS, at_numbers},
    content, kinds,
    look::{ColumnInfo, Kind},
    pieces::{self, count},
    sense::Sense,
};
use crate::{
    codec::{
        Level, Memory, Part,
        numbers::{self, Dates},
    },
    entropy::{Cursor, put_varint},
    error::Error,
    parallel::Parallel,
    table::{Column, Content, Exceptions, Format, Layout, Numbers, Presence, Strings, Table},
};
use alloc::{borrow::Cow, vec::Vec};

/// How far back a column looks for parents.
const NEIGHBOURS: usize = 24;
/// The last level that does not look for parents.
const COUPLED_FROM: Level = Level::PACKED;

/// Appends the body of a table; the columns are worked out by `parallel`.
pub(super) fn write(
    table: &Table,
    layout: &Layout,
    sense: Sense,
    level: Level,
    parallel: &impl Parallel,
    out: &mut Vec<u8>,
) -> Result<(), Error> {
    let presence = Presence::of(layout, table)?;
    put_varint(out, table.tail.len() as u64);
    out.extend_from_slice(&table.tail);
    put_varint(out, table.odd_at.len() as u64);
    if !table.odd_at.is_empty() {
        pieces::write_gaps(&table.odd_at, level, out);
        pieces::write_text(&table.odd.to_lines(), level, out);
    }
    if layout.kinds() > 1 {
        kinds::write(presence.kinds(), level, out);
    }
    let columns = &table.columns;
    put_varint(out, 2 * columns.len() as u64 + sense.bit());
    let coupled = level > COUPLED_FROM && level.has(Part::Parents);
    let known: Vec<Option<Cow<'_, [i64]>>> =
        columns.iter().map(|column| if coupled { row_values(column) } else { None }).collect();
    let days: Vec<Option<Cow<'_, [i64]>>> =
        columns.iter().map(|column| if level.has(Part::Parents) { row_days(column) } else { None }).collect();
    let all_cells = columns.iter().map(|column| column.content.cells() as u64).sum();
    let blocks = parallel.each(columns.len(), |index| {
        let mut block = Vec::new();
        let Some(column) = columns.get(index).filter(|c| !layout.is_lines() || c.content.cells() > 0) else {
            return block;
        };
        let neighbours = neighbours_of(column, index, &known, sense, &presence);
        let kinds = if presence.kinds_with(index).len() > 1 { presence.kinds_of(index) } else { Vec::new() };
        let dates = dates_of(column, index, &days, sense, &presence);
        content::write_column(column, &neighbours, dates.as_ref(), &kinds, level, &mut block);
        parallel.done(column.content.cells() as u64, all_cells);
        block
    });
    for block in blocks {
        put_varint(out, block.len() as u64);
        out.extend_from_slice(&block);
    }
    Ok(())
}

/// Columns that can be a column's parents, the nearest first: those that come before it and hold numbers.
pub(super) fn neighbours_of<'k>(
    column: &Column,
    index: usize,
    known: &'k [Option<Cow<'_, [i64]>>],
    sense: Sense,
    presence: &Presence,
) -> Vec<Cow<'k, [i64]>> {
    let none = Exceptions::default();
    let exceptions = match &column.content {
        Content::Numbers(numbers) if column.span == 1 => &numbers.exceptions,
        Content::Tokens { .. } if column.span == 1 => &none,
        _ => return Vec::new(),
    };
    let neighbour = |back: usize| {
        let at = sense.before(index, back)?;
        let values = known.get(at)?.as_deref().unwrap_or_default();
        Some(beside(exceptions, index, at, values, presence))
    };
    (0..NEIGHBOURS).map_while(neighbour).collect()
}

/// Of the values of the column at `at`, one a row, those in the rows where the column at `index` has numbers.
fn beside<'k>(
    exceptions: &Exceptions,
    index: usize,
    at: usize,
    values: &'k [i64],
    presence: &Presence,
) -> Cow<'k, [i64]> {
    let aligned = if values.is_empty() { None } else { presence.align(at, index, values) };
    match aligned {
        Some(values) => Cow::Owned(at_numbers(exceptions, &values).into_owned()),
        None => at_numbers(exceptions, values),
    }
}

/// The nearest dates before a column of times of day.
fn dates_of<'k>(
    column: &Column,
    index: usize,
    days: &'k [Option<Cow<'_, [i64]>>],
    sense: Sense,
    presence: &Presence,
) -> Option<Dates<'k>> {
    let Content::Numbers(numbers) = &column.content else { return None };
    let Format::Time(pattern) = numbers.format else { return None };
    let units = pattern.units_of_day().filter(|_| column.span == 1)?;
    (0..NEIGHBOURS).map_while(|back| Some((back, sense.before(index, back)?))).find_map(|(back, at)| {
        let days = beside(&numbers.exceptions, index, at, days.get(at)?.as_deref()?, presence);
        (days.len() == numbers.values.len()).then_some(Dates { back, days, units })
    })
}

/// The values of a column that can be a parent, one a row: an exception repeats the value before it.
pub(super) fn row_values(column: &Column) -> Option<Cow<'_, [i64]>> {
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
    Some(repeated(values, numbers))
}

/// The days of a column of dates, one a row: an exception repeats the one before it.
fn row_days(column: &Column) -> Option<Cow<'_, [i64]>> {
    match &column.content {
        Content::Numbers(numbers @ Numbers { format: Format::Time(pattern), .. })
            if pattern.is_date() && column.span == 1 =>
        {
            Some(repeated(Cow::Borrowed(&*numbers.values), numbers))
        }
        _ => None,
    }
}

/// The values of numbers, one a row: an exception repeats the value before it.
fn repeated<'v>(values: Cow<'v, [i64]>, numbers: &Numbers) -> Cow<'v, [i64]> {
    if numbers.exceptions.at.is_empty() {
        return values;
    }
    let mut rows = Vec::with_capacity(numbers.cells());
    let mut left = &*values;
    for at in &numbers.exceptions.at {
        let run = (*at as usize).saturating_sub(rows.len()).min(left.len());
        let (before, after) = left.split_at(run);
        rows.extend_from_slice(before);
        let last = rows.last().or(values.first()).copied().unwrap_or(0);
        rows.push(last);
        left = after;
    }
    rows.extend_from_slice(left);
    Cow::Owned(rows)
}

/// Models that are kept of a table: each takes more than a megabyte.
const MAX_MEMORIES: usize = 64;

/// A body cut into its blocks, which are not decoded yet.
#[derive(Debug)]
pub(super) struct Body<'a> {
    bounds: Bounds,
    presence: Presence,
    tail: &'a [u8],
    odd_at: Vec<u32>,
    odd: Strings,
    pub(super) sense: Sense,
    /// The blocks with the field each starts at.
    pub(super) blocks: Vec<Block<'a>>,
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
        let presence = read_roll(&mut cursor, layout, rows, bounds)?;
        let (sense, blocks) = read_blocks(&mut cursor, layout)?;
        Ok(Self { bounds, presence, tail, odd_at, odd, sense, blocks })
    }

    /// Regular rows.
    pub(super) fn rows(&self) -> usize {
        self.presence.rows()
    }

    /// Whether the text goes on after the last line end.
    pub(super) fn is_open(&self) -> bool {
        !self.tail.is_empty()
    }

    /// Which rows the columns have cells in.
    pub(super) fn presence(&self) -> &Presence {
        &self.presence
    }

    /// Decodes the blocks that are `wanted` and those that they need; the others stay `None`.
    pub(super) fn columns(
        &self,
        wanted: impl Fn(usize) -> bool,
        parallel: &impl Parallel,
    ) -> Result<Vec<Option<Column>>, Error> {
        let mut columns: Vec<Option<Column>> = self.blocks.iter().map(|_| None).collect();
        for wave in self.waves(wanted)? {
            let decoded = parallel.each(wave.len(), |job| {
                let index = wave.get(job).copied().unwrap_or_default();
                Ok((index, self.column(index, &columns, None)?))
            });
            for column in decoded {
                let (index, column) = column?;
                if let Some(place) = columns.get_mut(index) {
                    *place = Some(column);
                }
            }
        }
        Ok(columns)
    }

    /// Decodes everything, with the models of the columns that can go on with others.
    pub(super) fn remember(&self) -> Result<Vec<(Column, Option<Memory>)>, Error> {
        let count = self.blocks.len();
        let mut columns: Vec<Option<Column>> = self.blocks.iter().map(|_| None).collect();
        let mut memories: Vec<Option<Memory>> = self.blocks.iter().map(|_| None).collect();
        let mut left = MAX_MEMORIES;
        for index in (0..count).map(|nth| self.sense.nth(nth, count)) {
            let keep = memories.get_mut(index).filter(|_| left > 0);
            let column = self.column(index, &columns, keep)?;
            left -= usize::from(memories.get(index).is_some_and(Option::is_some));
            if let Some(place) = columns.get_mut(index) {
                *place = Some(column);
            }
        }
        Ok(columns.into_iter().flatten().zip(memories).collect())
    }

    /// The blocks that are `wanted` and those that they need, each in a later wave than its parents.
    fn waves(&self, wanted: impl Fn(usize) -> bool) -> Result<Vec<Vec<usize>>, Error> {
        let count = self.blocks.len();
        let mut needed: Vec<bool> = (0..count).map(wanted).collect();
        let mut parents: Vec<Vec<usize>> = (0..count).map(|_| Vec::new()).collect();
        for index in (0..count).rev().map(|nth| self.sense.nth(nth, count)) {
            let (Some(block), Some(true)) = (self.blocks.get(index), needed.get(index)) else { continue };
            let mut found = Vec::new();
            for back in self.parents(block)? {
                let parent = self.sense.before(index, back).filter(|parent| *parent < count);
                let parent = parent.ok_or(Error::Corrupt("no such parent of a column"))?;
                if let Some(needed) = needed.get_mut(parent) {
                    *needed = true;
                }
                found.push(parent);
            }
            if let Some(place) = parents.get_mut(index) {
                *place = found;
            }
        }
        let mut waves: Vec<Vec<usize>> = Vec::new();
        let mut wave_of = alloc::vec![0; count];
        for index in (0..count).map(|nth| self.sense.nth(nth, count)) {
            if needed.get(index) != Some(&true) {
                continue;
            }
            let behind = |parent: &usize| wave_of.get(*parent).map_or(0, |wave| wave + 1);
            let wave = parents.get(index).into_iter().flatten().map(behind).max().unwrap_or(0);
            if let Some(place) = wave_of.get_mut(index) {
                *place = wave;
            }
            match waves.get_mut(wave) {
                Some(wave) => wave.push(index),
                None => waves.push(alloc::vec![index]),
            }
        }
        Ok(waves)
    }

    /// Decodes one block; the columns that it needs are there.
    fn column(
        &self,
        index: usize,
        columns: &[Option<Column>],
        keep: Option<&mut Option<Memory>>,
    ) -> Result<Column, Error> {
        let block = self.blocks.get(index).ok_or(Error::Corrupt("no such column"))?;
        let mut cursor = Cursor::new(block.content);
        let neighbour = |back: usize| {
            let at = self.sense.before(index, back);
            let parent = at.and_then(|at| columns.get(at)?.as_ref()).filter(|_| block.span == 1);
            let values = parent.and_then(|parent| row_values(parent).or_else(|| row_days(parent)));
            let values = values.ok_or(Error::Corrupt("a parent without numbers"))?;
            let first = at.and_then(|at| Some(self.blocks.get(at)?.first));
            let aligned = first.and_then(|first| self.presence.align(first, block.first, &values));
            Ok(aligned.map_or(values, Cow::Owned))
        };
        let cells = self.cells(block);
        if cells == 0 && block.bytes == 0 {
            return Ok(Column { span: 1, content: Content::Text(Strings::default()) });
        }
        let kinds = || self.presence.kinds_of(block.first);
        let content =
            content::read_content(&mut cursor, block, cells, self.bounds, &neighbour, &kinds, keep)?;
        if !cursor.rest().is_empty() {
            return Err(Error::Corrupt("a column's block is longer than its content"));
        }
        Ok(Column { span: block.span, content })
    }

    /// Cells of a block's column.
    fn cells(&self, block: &Block<'_>) -> usize {
        self.presence.cells(block.first, block.span)
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
    pub(super) fn table(self, parallel: &impl Parallel) -> Result<Table, Error> {
        let columns = self.columns(|_| true, parallel)?.into_iter().flatten().collect();
        let tail = self.tail.to_vec();
        let kinds = self.presence.into_kinds();
        Ok(Table { lines: self.bounds.lines, columns, kinds, odd_at: self.odd_at, odd: self.odd, tail })
    }
}

/// Reads the kinds of so many rows, if the layout has more than one.
pub(super) fn read_roll(
    cursor: &mut Cursor<'_>,
    layout: &Layout,
    rows: usize,
    bounds: Bounds,
) -> Result<Presence, Error> {
    let kinds = match layout.kinds() {
        1 if layout.is_lines() => alloc::vec![0; rows],
        1 => Vec::new(),
        _ => kinds::read(cursor, rows)?,
    };
    let mut presence = Presence::new(layout, rows, kinds)?;
    if presence.all_cells(layout.columns()).is_none_or(|cells| cells > bounds.text_bytes) {
        return Err(Error::Corrupt("more cells than bytes of text"));
    }
    presence.find_places(layout);
    Ok(presence)
}

fn read_blocks<'a>(cursor: &mut Cursor<'a>, layout: &Layout) -> Result<(Sense, Vec<Block<'a>>), Error> {
    let columns = layout.columns();
    let mut blocks = Vec::new();
    let mut first = 0;
    let blocks_and_sense = count(cursor, 2 * columns + 1)?;
    for _ in 0..blocks_and_sense / 2 {
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
    Ok((Sense::of_bit(blocks_and_sense), blocks))
}

/// Appends a column that has no parents.
pub(super) fn write_alone(column: &Column, kinds: &[u16], level: Level, out: &mut Vec<u8>) {
    let mut block = Vec::new();
    content::write_column(column, &[], None, kinds, level, &mut block);
    put_varint(out, block.len() as u64);
    out.extend(block);
}

/// Reads a column that has no parents.
pub(super) fn read_alone(
    cursor: &mut Cursor<'_>,
    span: usize,
    cells: usize,
    kinds: &[u16],
    bounds: Bounds,
) -> Result<Column, Error> {
    let bytes = usize::try_from(cursor.varint()?).unwrap_or(usize::MAX);
    let mut inner = Cursor::new(cursor.bytes(bytes)?);
    let kind = inner.u8()?;
    if kind & SPAN != 0 && inner.varint()? != span as u64 {
        return Err(Error::Corrupt("columns do not cover the fields of a row"));
    }
    let content = inner.rest();
    let block = Block { first: 0, span, bytes, kind, content };
    let mut cursor = Cursor::new(content);
    let none = |_| Err(Error::Corrupt("a column aside that has parents"));
    let content = content::read_content(&mut cursor, &block, cells, bounds, &none, &|| kinds.to_vec(), None)?;
    if !cursor.rest().is_empty() {
        return Err(Error::Corrupt("a column's block is longer than its content"));
    }
    Ok(Column { span, content })
}
