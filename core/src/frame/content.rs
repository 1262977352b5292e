//! What a column's block holds: numbers, tokens or text, and how they are written.
//!
//! ```text
//! kind       := 0 numbers, 1 tokens, 2 text; + 4 more than one field; + 8 affix; + 16 exceptions; + 32 grouped or
//!               + 64 standard
//! content    := format | [exceptions] | numbers, grouped or standard               numbers
//!             | words varint | numbers of token numbers | text, a line a word    tokens
//!             | text                                                             text, a line a cell
//! exceptions := count varint | gaps series | words | [series of word numbers, if fewer words than exceptions]
//! ```

use super::{
    block::{AFFIX, Block, Bounds, EXCEPTIONS, GROUPED, NUMBERS, SPAN, STANDARD, TEXT, TOKENS, at_numbers},
    grouped::{self, Grouped},
    look::{Arrangement, Kind},
    pieces::{self, count},
    standard::{self, Standard},
};
use crate::{
    codec::{
        Level, Memory, Part,
        numbers::{self, Dates, Tag},
        series,
    },
    entropy::{Cursor, put_varint},
    error::Error,
    table::{Affix, Column, Content, Exceptions, Format, Numbers, Strings, Tokens},
};
use alloc::{borrow::Cow, vec::Vec};

/// `kinds` are those of the column's rows if there are several.
pub(super) fn write_column(
    column: &Column,
    neighbours: &[Cow<'_, [i64]>],
    dates: Option<&Dates<'_>>,
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
            if let Some(dates) = dates {
                return numbers::encode_dated(&numbers.values, dates, &neighbours, level, out);
            }
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
            pieces::write_text(&distinct.to_lines(), level, out);
        }
        Content::Text(text) => pieces::write_text(&text.to_lines(), level, out),
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
pub(super) fn kinds_of_numbers(exceptions: &Exceptions, kinds: &[u16]) -> Vec<u16> {
    let mut exceptions = exceptions.at.iter().copied().peekable();
    let is_number = |(row, _): &(usize, &u16)| exceptions.next_if(|at| *at as usize == *row).is_none();
    kinds.iter().enumerate().filter(is_number).map(|(_, kind)| *kind).collect()
}

pub(super) fn write_exceptions(exceptions: &Exceptions, level: Level, out: &mut Vec<u8>) {
    put_varint(out, exceptions.at.len() as u64);
    pieces::write_gaps(&exceptions.at, level, out);
    let mut tokens = Tokens::default();
    exceptions.cells.iter().for_each(|cell| tokens.push_cell(cell));
    pieces::write_words(&tokens.distinct, level, out);
    if tokens.distinct.len() < tokens.ids.len() {
        series::encode(&tokens.ids.iter().map(|id| i64::from(*id)).collect::<Vec<_>>(), level, out);
    }
}

pub(super) fn read_content<'n>(
    cursor: &mut Cursor<'_>,
    block: &Block<'_>,
    cells: usize,
    bounds: Bounds,
    neighbour: &dyn Fn(usize) -> Result<Cow<'n, [i64]>, Error>,
    kinds: &dyn Fn() -> Vec<u16>,
    keep: Option<&mut Option<Memory>>,
) -> Result<Content, Error> {
    let text_bytes = bounds.text_bytes;
    match block.kind & !SPAN {
        TOKENS => {
            let words = count(cursor, cells)?;
            within(cursor, bounds)?;
            let (ids, _) = numbers::decode_keeping(cursor, cells, neighbour, keep)?;
            let ids = pieces::word_numbers(&ids, words)?;
            let distinct = pieces::read_lines(cursor, words, text_bytes)?;
            bounded(&distinct, &ids, text_bytes)?;
            Ok(Content::Tokens { distinct, ids })
        }
        TEXT => Ok(Content::Text(pieces::read_lines(cursor, cells, text_bytes)?)),
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
            let count = cells - exceptions.at.len();
            let (values, ulps) = numbers::decode_keeping(cursor, count, here, keep)?;
            Ok(Content::Numbers(Numbers { affix, format, values, ulps, exceptions }))
        }
        _ => Err(Error::Corrupt("unknown kind of column")),
    }
}

/// Refuses numbers whose model is larger than the memory that the header declares.
pub(super) fn within(cursor: &Cursor<'_>, bounds: Bounds) -> Result<(), Error> {
    if numbers::memory(cursor) > bounds.memory {
        return Err(Error::Corrupt("a model larger than its header allows"));
    }
    Ok(())
}

/// Appends how the cells of a column are written, without any of them.
pub(super) fn write_template(column: &Column, out: &mut Vec<u8>) {
    let mut kind = if column.span > 1 { SPAN } else { 0 };
    kind |= match &column.content {
        Content::Numbers(numbers) if numbers.affix.is_empty() => NUMBERS,
        Content::Numbers(_) => NUMBERS | AFFIX,
        Content::Tokens { .. } => TOKENS,
        Content::Text(_) => TEXT,
    };
    out.push(kind);
    if column.span > 1 {
        put_varint(out, column.span as u64);
    }
    if let Content::Numbers(numbers) = &column.content {
        if kind & AFFIX != 0 {
            numbers.affix.write(out);
        }
        numbers.format.write(out);
    }
}

/// Whether the cells of two columns are written in the same way.
pub(super) fn is_written_alike(one: &Column, other: &Column) -> bool {
    let [mut bytes, mut other_bytes] = [const { Vec::new() }; 2];
    write_template(one, &mut bytes);
    write_template(other, &mut other_bytes);
    bytes == other_bytes
}

/// Reads what [`write_template`] wrote: a column without cells, which covers at most `fields` fields.
pub(super) fn read_template(cursor: &mut Cursor<'_>, fields: usize) -> Result<Column, Error> {
    let kind = cursor.u8()?;
    let span = if kind & SPAN != 0 { count(cursor, fields)? } else { 1 };
    if span == 0 || span > fields {
        return Err(Error::Corrupt("columns do not cover the fields of a row"));
    }
    let content = match kind & !SPAN {
        TOKENS => Content::Tokens { distinct: Strings::new(), ids: Vec::new() },
        TEXT => Content::Text(Strings::new()),
        kind if kind & !AFFIX == NUMBERS => {
            let affix = if kind & AFFIX != 0 { Affix::read(cursor)? } else { Affix::default() };
            let (format, exceptions) = (Format::read(cursor)?, Exceptions::default());
            Content::Numbers(Numbers { affix, format, values: Vec::new(), ulps: Vec::new(), exceptions })
        }
        _ => return Err(Error::Corrupt("unknown kind of column")),
    };
    Ok(Column { span, content })
}

/// What comes before the numbers of a column.
pub(super) fn read_writing(
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
pub(super) fn read_kind(
    cursor: &mut Cursor<'_>,
    kind: u8,
    cells: usize,
    text_bytes: usize,
) -> Result<Kind, Error> {
    match kind & 3 {
        NUMBERS => {
            let (_, format, exceptions) = read_writing(cursor, kind, cells, text_bytes)?;
            let map = match kind & (GROUPED | STANDARD) {
                0 => Arrangement::Line(Tag::peek(cursor)?),
                GROUPED => Arrangement::Grouped,
                _ => Arrangement::Standard,
            };
            Ok(Kind::Numbers { format, map, exceptions: exceptions.at.len() as u64 })
        }
        TOKENS => Ok(Kind::Tokens { distinct: cursor.varint()? }),
        _ => Ok(Kind::Text),
    }
}

pub(super) fn read_exceptions(
    cursor: &mut Cursor<'_>,
    cells: usize,
    text_bytes: usize,
) -> Result<Exceptions, Error> {
    let excepted = count(cursor, cells)?;
    let at = pieces::read_gaps(cursor, excepted, cells)?;
    let words = pieces::read_words(cursor, excepted, text_bytes)?;
    if words.len() == excepted {
        return Ok(Exceptions { at, cells: words });
    }
    let numbers = pieces::read_word_numbers(cursor, excepted, words.len())?;
    bounded(&words, &numbers, text_bytes)?;
    Ok(Exceptions { at, cells: numbers.iter().map(|number| words.get(*number as usize)).collect() })
}

/// Refuses words that are longer together, each as often as it is named, than the text.
fn bounded(words: &Strings, numbers: &[u32], text_bytes: usize) -> Result<(), Error> {
    let lengths: Vec<usize> = words.iter().map(<[u8]>::len).collect();
    let all: usize = numbers.iter().filter_map(|number| lengths.get(*number as usize)).sum();
    if all > text_bytes { Err(Error::Corrupt("words longer than the text they stand in")) } else { Ok(()) }
}
