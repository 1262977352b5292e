//! The body of a segment that holds a table: its columns, each in a block of its own that can be skipped.
//!
//! ```text
//! table      := tail bytes varint | tail | odd lines varint | [gaps series | text] | [kinds] | blocks varint | block*
//! block      := bytes varint | kind u8 | [span varint] | [affix] | content; nothing behind 0 bytes if there are no cells
//! kind       := 0 numbers, 1 tokens, 2 text; + 4 more than one field; + 8 affix; + 16 exceptions; + 32 grouped or
//!               + 64 standard
//! content    := format | [exceptions] | numbers, grouped or standard               numbers
//!             | words varint | numbers of token numbers | text, a line a word    tokens
//!             | text                                                             text, a line a cell
//! exceptions := count varint | gaps series | words | [series of word numbers, if fewer words than exceptions]
//! words      := count varint | text, a line a word
//! text       := bytes varint | byte run
//! gaps       := place of each one minus the place behind the one before
//! ```
//! The kinds of rows are there if the layout has more than one. A block must be used up by its content, and all cells
//! together cannot outnumber the bytes of text.

use super::{
    grouped::{self, Grouped},
    kinds,
    look::{Arrangement, ColumnInfo, Kind},
    standard::{self, Standard},
};
use crate::{
    Error,
    codec::{
        Level, Part, bytes,
        numbers::{self, Map},
        series,
    },
    entropy::{Cursor, put_varint},
    table::{Affix, Column, Content, Exceptions, Format, Layout, Numbers, Roll, Strings, Table, Tokens},
};
use alloc::{borrow::Cow, vec::Vec};

const NUMBERS: u8 = 0;
const TOKENS: u8 = 1;
const TEXT: u8 = 2;
const SPAN: u8 = 4;
const AFFIX: u8 = 8;
const EXCEPTIONS: u8 = 16;
const GROUPED: u8 = 32;
const STANDARD: u8 = 64;

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
        write_gaps(&table.odd_at, level, out);
        write_text(&table.odd.to_lines(), level, out);
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
            write_column(column, &neighbours, &kinds, level, &mut block);
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
fn at_numbers<'r>(exceptions: &Exceptions, rows: &'r [i64]) -> Cow<'r, [i64]> {
    if exceptions.at.is_empty() {
        return Cow::Borrowed(rows);
    }
    let mut exceptions = exceptions.at.iter().copied().peekable();
    let is_number = |(row, _): &(usize, &i64)| exceptions.next_if(|at| *at as usize == *row).is_none();
    rows.iter().enumerate().filter(is_number).map(|(_, value)| *value).collect()
}

/// `kinds` are those of the column's rows if there are several.
fn write_column(
    column: &Column,
    neighbours: &[Cow<'_, [i64]>],
    kinds: &[u16],
    level: Level,
    out: &mut Vec<u8>,
) {
    let arranged = Arranged::find(column, kinds, level);
    let mut kind = if column.span > 1 { SPAN } else { 0 };
    kind |= match &column.content {
        Content::Numbers(numbers) => {
            let affix = if numbers.affix.is_empty() { 0 } else { AFFIX };
            let arranged = arranged.as_ref().map_or(0, Arranged::flag);
            NUMBERS | affix | arranged | if numbers.exceptions.at.is_empty() { 0 } else { EXCEPTIONS }
        }
        Content::Tokens { .. } => TOKENS,
        Content::Text(_) => TEXT,
    };
    out.push(kind);
    if column.span > 1 {
        put_varint(out, column.span as u64);
    }
    match &column.content {
        Content::Numbers(numbers) => {
            if kind & AFFIX != 0 {
                numbers.affix.write(out);
            }
            numbers.format.write(out);
            if kind & EXCEPTIONS != 0 {
                write_exceptions(&numbers.exceptions, level, out);
            }
            if let Some(arranged) = arranged {
                return arranged.write(level, out);
            }
            let neighbours: Vec<&[i64]> = neighbours.iter().map(|values| &**values).collect();
            let digits = match numbers.format {
                Format::Significant(line, _) if level.has(Part::Bends) => line.digits(),
                _ => 0,
            };
            numbers::encode_on(digits, &numbers.values, &numbers.ulps, &neighbours, level, out);
        }
        Content::Tokens { distinct, ids } => {
            put_varint(out, distinct.len() as u64);
            let ids: Vec<i64> = ids.iter().map(|id| i64::from(*id)).collect();
            let neighbours: Vec<&[i64]> = neighbours.iter().map(|values| &**values).collect();
            numbers::encode_codes(&ids, &neighbours, level, out);
            write_text(&distinct.to_lines(), level, out);
        }
        Content::Text(text) => write_text(&text.to_lines(), level, out),
    }
}

/// Another arrangement of a column's numbers than one after the other.
enum Arranged {
    Grouped(Grouped),
    Standard(Standard),
}

impl Arranged {
    /// The arrangement that suits a column, if one does; `kinds` are those of its rows.
    fn find(column: &Column, kinds: &[u16], level: Level) -> Option<Self> {
        let Content::Numbers(numbers) = &column.content else { return None };
        if !numbers.ulps.is_empty() {
            return None;
        }
        if column.span > 1 {
            if !level.has(Part::Samples) {
                return None;
            }
            return Standard::new(numbers, column.span).map(Self::Standard);
        }
        if !level.has(Part::Groups) {
            return None;
        }
        let kinds = kinds_of_numbers(&numbers.exceptions, kinds);
        Grouped::new(&numbers.values, &kinds, level).map(Self::Grouped)
    }

    fn flag(&self) -> u8 {
        match self {
            Self::Grouped(_) => GROUPED,
            Self::Standard(_) => STANDARD,
        }
    }

    fn write(&self, level: Level, out: &mut Vec<u8>) {
        match self {
            Self::Grouped(grouped) => grouped.write(level, out),
            Self::Standard(standard) => standard.write(level, out),
        }
    }
}

/// Of the kinds of a column's rows, those where it has numbers.
fn kinds_of_numbers(exceptions: &Exceptions, kinds: &[u16]) -> Vec<u16> {
    let mut exceptions = exceptions.at.iter().copied().peekable();
    let is_number = |(row, _): &(usize, &u16)| exceptions.next_if(|at| *at as usize == *row).is_none();
    kinds.iter().enumerate().filter(is_number).map(|(_, kind)| *kind).collect()
}

fn write_exceptions(exceptions: &Exceptions, level: Level, out: &mut Vec<u8>) {
    put_varint(out, exceptions.at.len() as u64);
    write_gaps(&exceptions.at, level, out);
    let mut tokens = Tokens::default();
    exceptions.cells.iter().for_each(|cell| tokens.push_cell(cell));
    write_words(&tokens.distinct, level, out);
    if tokens.distinct.len() < tokens.ids.len() {
        series::encode(&tokens.ids.iter().map(|id| i64::from(*id)).collect::<Vec<_>>(), level, out);
    }
}

fn write_words(words: &Strings, level: Level, out: &mut Vec<u8>) {
    put_varint(out, words.len() as u64);
    write_text(&words.to_lines(), level, out);
}

fn write_text(text: &[u8], level: Level, out: &mut Vec<u8>) {
    put_varint(out, text.len() as u64);
    bytes::encode(text, level, out);
}

fn write_gaps(at: &[u32], level: Level, out: &mut Vec<u8>) {
    let mut behind = 0;
    let gaps: Vec<i64> = at
        .iter()
        .map(|at| {
            let gap = i64::from(*at) - behind;
            behind = i64::from(*at) + 1;
            gap
        })
        .collect();
    series::encode(&gaps, level, out);
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
    kind: u8,
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
            odd_at = read_gaps(&mut cursor, odd_lines, bounds.lines)?;
            odd = read_lines(&mut cursor, odd_lines, bounds.text_bytes)?;
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
        let content = read_content(&mut cursor, block, cells, self.bounds, &neighbour, &kinds)?;
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
                read_writing(&mut cursor, block.kind, self.cells(block), self.bounds.text_bytes)?;
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
            read_kind(&mut cursor, block.kind, cells, self.bounds.text_bytes)?
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

fn read_content<'n>(
    cursor: &mut Cursor<'_>,
    block: &Block<'_>,
    cells: usize,
    bounds: Bounds,
    neighbour: &dyn Fn(usize) -> Result<Cow<'n, [i64]>, Error>,
    kinds: &dyn Fn() -> Vec<u16>,
) -> Result<Content, Error> {
    let text_bytes = bounds.text_bytes;
    match block.kind & !SPAN {
        TOKENS => {
            let words = count(cursor, cells)?;
            within(cursor, bounds)?;
            let (ids, _) = numbers::decode(cursor, cells, neighbour)?;
            let ids = word_numbers(&ids, words)?;
            let distinct = read_lines(cursor, words, text_bytes)?;
            bounded(&distinct, &ids, text_bytes)?;
            Ok(Content::Tokens { distinct, ids })
        }
        TEXT => Ok(Content::Text(read_lines(cursor, cells, text_bytes)?)),
        kind if kind & !(AFFIX | EXCEPTIONS | GROUPED | STANDARD) == NUMBERS && kind < GROUPED | STANDARD => {
            let (affix, format, exceptions) = read_writing(cursor, kind, cells, text_bytes)?;
            if kind & GROUPED != 0 {
                let kinds = kinds_of_numbers(&exceptions, &kinds());
                let values = grouped::read(cursor, &kinds, bounds.memory)?;
                if values.len() + exceptions.at.len() != cells {
                    return Err(Error::Corrupt("a column of no kinds in groups"));
                }
                return Ok(Content::Numbers(Numbers { affix, format, values, ulps: Vec::new(), exceptions }));
            }
            if kind & STANDARD != 0 {
                let Format::Significant(line, _) = &format else {
                    return Err(Error::Corrupt("standardised samples without significant digits"));
                };
                let rows = (cells, block.span);
                let values = standard::read(cursor, *line, rows, &exceptions, bounds.memory)?;
                return Ok(Content::Numbers(Numbers { affix, format, values, ulps: Vec::new(), exceptions }));
            }
            let here = |back: usize| {
                let rows = neighbour(back)?;
                Ok(if exceptions.at.is_empty() {
                    rows
                } else {
                    Cow::Owned(at_numbers(&exceptions, &rows).into_owned())
                })
            };
            within(cursor, bounds)?;
            let (values, ulps) = numbers::decode(cursor, cells - exceptions.at.len(), here)?;
            Ok(Content::Numbers(Numbers { affix, format, values, ulps, exceptions }))
        }
        _ => Err(Error::Corrupt("unknown kind of column")),
    }
}

/// Refuses numbers whose model is larger than the memory that the header declares.
fn within(cursor: &Cursor<'_>, bounds: Bounds) -> Result<(), Error> {
    if numbers::memory(cursor) > bounds.memory {
        return Err(Error::Corrupt("a model larger than its header allows"));
    }
    Ok(())
}

/// Numbers that have neither parents nor ulps.
pub(super) fn alone(cursor: &mut Cursor<'_>, count: usize, memory: u64) -> Result<Vec<i64>, Error> {
    if numbers::memory(cursor) > memory {
        return Err(Error::Corrupt("a model larger than its header allows"));
    }
    let alone = |_| Err(Error::Corrupt("numbers that have no parents"));
    let (numbers, ulps) = numbers::decode(cursor, count, alone)?;
    if ulps.is_empty() { Ok(numbers) } else { Err(Error::Corrupt("numbers that have no ulps")) }
}

/// What comes before the numbers of a column.
fn read_writing(
    cursor: &mut Cursor<'_>,
    kind: u8,
    cells: usize,
    text_bytes: usize,
) -> Result<(Affix, Format, Exceptions), Error> {
    let affix = if kind & AFFIX != 0 { Affix::read(cursor)? } else { Affix::default() };
    let format = Format::read(cursor)?;
    let excepted = kind & EXCEPTIONS != 0;
    let exceptions =
        if excepted { read_exceptions(cursor, cells, text_bytes)? } else { Exceptions::default() };
    Ok((affix, format, exceptions))
}

/// What a block says before its series.
fn read_kind(cursor: &mut Cursor<'_>, kind: u8, cells: usize, text_bytes: usize) -> Result<Kind, Error> {
    match kind & 3 {
        NUMBERS => {
            let (_, format, exceptions) = read_writing(cursor, kind, cells, text_bytes)?;
            let map = match kind & (GROUPED | STANDARD) {
                0 => Arrangement::Line(Map::peek(cursor)?),
                GROUPED => Arrangement::Grouped,
                _ => Arrangement::Standard,
            };
            Ok(Kind::Numbers { format, map, exceptions: exceptions.at.len() as u64 })
        }
        TOKENS => Ok(Kind::Tokens { distinct: cursor.varint()? }),
        _ => Ok(Kind::Text),
    }
}

fn read_exceptions(cursor: &mut Cursor<'_>, cells: usize, text_bytes: usize) -> Result<Exceptions, Error> {
    let excepted = count(cursor, cells)?;
    let at = read_gaps(cursor, excepted, cells)?;
    let words = read_words(cursor, excepted, text_bytes)?;
    if words.len() == excepted {
        return Ok(Exceptions { at, cells: words });
    }
    let numbers = read_word_numbers(cursor, excepted, words.len())?;
    bounded(&words, &numbers, text_bytes)?;
    Ok(Exceptions { at, cells: numbers.iter().map(|number| words.get(*number as usize)).collect() })
}

fn read_words(cursor: &mut Cursor<'_>, most: usize, text_bytes: usize) -> Result<Strings, Error> {
    let words = count(cursor, most)?;
    read_lines(cursor, words, text_bytes)
}

fn read_word_numbers(cursor: &mut Cursor<'_>, cells: usize, words: usize) -> Result<Vec<u32>, Error> {
    let mut numbers = Vec::new();
    series::decode(cursor, cells, &mut numbers)?;
    word_numbers(&numbers, words)
}

fn word_numbers(numbers: &[i64], words: usize) -> Result<Vec<u32>, Error> {
    let checked = numbers.iter().map(|&number| u32::try_from(number).ok().filter(|n| (*n as usize) < words));
    checked.collect::<Option<_>>().ok_or(Error::Corrupt("a cell names a word that does not exist"))
}

/// Refuses words that are longer together, each as often as it is named, than the text.
fn bounded(words: &Strings, numbers: &[u32], text_bytes: usize) -> Result<(), Error> {
    let lengths: Vec<usize> = words.iter().map(<[u8]>::len).collect();
    let all: usize = numbers.iter().filter_map(|number| lengths.get(*number as usize)).sum();
    if all > text_bytes { Err(Error::Corrupt("words longer than the text they stand in")) } else { Ok(()) }
}

fn read_lines(cursor: &mut Cursor<'_>, lines: usize, most_bytes: usize) -> Result<Strings, Error> {
    let length = count(cursor, most_bytes)?;
    let mut text = Vec::new();
    bytes::decode(cursor, length, &mut text)?;
    let strings = Strings::from_lines(&text);
    if strings.len() != lines || text.last().is_some_and(|last| *last != b'\n') {
        return Err(Error::Corrupt("wrong number of lines in a run of text"));
    }
    Ok(strings)
}

fn read_gaps(cursor: &mut Cursor<'_>, gaps: usize, end: usize) -> Result<Vec<u32>, Error> {
    let mut values = Vec::new();
    series::decode(cursor, gaps, &mut values)?;
    let mut next = 0i64;
    let places = values.iter().map(|gap| {
        let at = next.checked_add(*gap).filter(|at| *gap >= 0 && (*at as usize) < end)?;
        next = at + 1;
        u32::try_from(at).ok()
    });
    places.collect::<Option<_>>().ok_or(Error::Corrupt("a place behind the end"))
}

/// A number that cannot be more than `most`.
fn count(cursor: &mut Cursor<'_>, most: usize) -> Result<usize, Error> {
    let n = cursor.varint()?;
    usize::try_from(n).ok().filter(|n| *n <= most).ok_or(Error::Corrupt("a count is larger than it can be"))
}
