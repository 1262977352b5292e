//! What a stretch of the past has taught: a segment that was read, and the models that its columns were read by. A text
//! of the same layout goes on from there.
//!
//! ```text
//! prior := header | segment, which holds a table
//! warm  := flags u8 | [tail bytes varint | tail] | [odd lines varint | gaps series | text] | [kinds] |
//!          [aside bytes varint | aside] | range code
//! flags := 1 a tail; 2 odd lines; 4 something aside
//! aside := of each column, in the order in which columns lead on: [words] | [exceptions], or a block
//! ```
//! In the range code every column says first whether it goes on, does so but for what stands aside, or stands aside as a
//! whole; then its numbers follow.

use super::{
    Config, Header,
    columns::{self, Bounds},
    content, kinds,
    order::Sense,
    pieces::{self, count},
    segment::{Segment, View},
};
use crate::{
    Error,
    codec::{Beside, Level, Memory, Pair, Part, series},
    entropy::{
        Cursor, put_varint,
        range::{Coder, Decoder, Encoder},
    },
    num::{unzigzag, zigzag},
    table::{Column, Content, Exceptions, Input, Layout, Numbers, Roll, Strings, Table},
};
use alloc::{borrow::Cow, vec::Vec};

const TAIL: u8 = 1;
const ODD: u8 = 2;
const ASIDE: u8 = 4;
/// What of a column stands aside, if not all of it does.
const EXCEPTIONS: u8 = 1;
const UNKNOWN: u8 = 2;
const ULPS: u8 = 4;

/// A column and its model.
#[derive(Debug, Clone)]
struct Known {
    column: Column,
    memory: Option<Memory>,
    /// The values of its parents where it has numbers.
    beside: Vec<Vec<i64>>,
    /// How often it stands aside: whether its numbers had exceptions.
    excepted: bool,
}

/// What was learnt.
#[derive(Debug, Clone)]
pub struct Prior {
    layout: Layout,
    sense: Sense,
    columns: Vec<Known>,
}

/// How a column of a warm segment is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// By its model alone.
    Warm,
    /// By its model; words and exceptions stand aside.
    Except,
    /// As a block.
    Aside,
}

impl Prior {
    /// Learns from `text`, a table, and appends what was learnt. `None` if it is none.
    pub fn train(text: &[u8], level: Level) -> Option<Vec<u8>> {
        let left_out = [Part::Season, Part::Echo, Part::Divisors, Part::Groups, Part::Samples, Part::Plain];
        let level = left_out.into_iter().fold(level.max(Level::SQUARES), Level::without);
        let header = Header::detect(text, &Config { level, input: Input::Text, segment: text.len().max(1) });
        let segment = Segment::encode(text, &header, true, level);
        let mut out = Vec::new();
        header.write(&mut out);
        out.extend(segment.bytes);
        Self::read(&out, u64::MAX).ok().map(|_| out)
    }

    /// Reads what was learnt; decoding may take so many bytes of memory.
    pub fn read(bytes: &[u8], limit: u64) -> Result<Self, Error> {
        let mut cursor = Cursor::new(bytes);
        let header = Header::read(&mut cursor, limit)?;
        let view = View::read(&mut cursor, &header)?;
        if !cursor.rest().is_empty() {
            return Err(Error::Corrupt("something behind the segment of a prior"));
        }
        let (layout, body) = view.table(&header)?.ok_or(Error::Corrupt("a prior without a table"))?;
        let decoded = body.remember()?;
        let sense = body.sense;
        let roll = body.roll();
        let rows: Vec<Option<Cow<'_, [i64]>>> =
            decoded.iter().map(|(column, _)| columns::row_values(column)).collect();
        let beside = |index: usize, (column, memory): &(Column, Option<Memory>)| {
            let parents = memory.as_ref().map_or(&[][..], Memory::parents);
            let values = parents.iter().map(|back| {
                let parent = sense.before(index, *back);
                let rows = parent.and_then(|parent| rows.get(parent)?.as_deref());
                values_beside(exceptions_of(column), index, parent, rows, roll)
            });
            values.collect()
        };
        let beside: Vec<Vec<Vec<i64>>> =
            (0..).zip(&decoded).map(|(index, known)| beside(index, known)).collect();
        let known = decoded.into_iter().zip(beside).map(|((column, memory), beside)| {
            let excepted = matches!(&column.content, Content::Numbers(n) if !n.exceptions.at.is_empty());
            Known { column, memory, beside, excepted }
        });
        let columns = known.collect();
        Ok(Self { layout: layout.into_owned().without_preamble(), sense, columns })
    }

    /// Appends `text`, which goes on from here; `None` if it is no table of this layout.
    pub(super) fn write(&self, text: &[u8], level: Level, out: &mut Vec<u8>) -> Option<()> {
        let like: Vec<Column> = self.columns.iter().map(|known| known.column.clone()).collect();
        let table = self.layout.split_like(text, &like)?;
        let roll = Roll::of(&self.layout, &table).ok()?;
        let rows: Vec<Option<Cow<'_, [i64]>>> = table.columns.iter().map(columns::row_values).collect();
        let mut coder = Encoder::default();
        let mut aside = Vec::new();
        for nth in 0..self.columns.len() {
            let index = self.sense.nth(nth, self.columns.len());
            let (known, column) = (self.columns.get(index)?, table.columns.get(index)?);
            let parents = known.memory.as_ref().map_or(&[][..], Memory::parents).iter();
            let now: Vec<Vec<i64>> = parents
                .map(|back| {
                    let parent = self.sense.before(index, *back);
                    let rows = parent.and_then(|parent| rows.get(parent)?.as_deref());
                    values_beside(exceptions_of(column), index, parent, rows, &roll)
                })
                .collect();
            known.write(column, &now, &roll.kinds_of(index), level, &mut coder, &mut aside);
        }
        let mut flags = 0;
        flags |= if table.tail.is_empty() { 0 } else { TAIL };
        flags |= if table.odd_at.is_empty() { 0 } else { ODD };
        flags |= if aside.is_empty() { 0 } else { ASIDE };
        out.push(flags);
        if flags & TAIL != 0 {
            put_varint(out, table.tail.len() as u64);
            out.extend_from_slice(&table.tail);
        }
        if flags & ODD != 0 {
            put_varint(out, table.odd_at.len() as u64);
            pieces::write_gaps(&table.odd_at, level, out);
            pieces::write_text(&table.odd.to_lines(), level, out);
        }
        if self.layout.kinds() > 1 {
            kinds::write(roll.kinds(), level, out);
        }
        if flags & ASIDE != 0 {
            put_varint(out, aside.len() as u64);
            out.extend(aside);
        }
        out.extend(coder.finish());
        Some(())
    }

    /// Reads a table that goes on from here.
    pub(super) fn table(&self, body: &[u8], bounds: Bounds) -> Result<Table, Error> {
        let mut cursor = Cursor::new(body);
        let flags = cursor.u8()?;
        if flags & !(TAIL | ODD | ASIDE) != 0 {
            return Err(Error::Corrupt("unknown flags of a warm segment"));
        }
        let mut table = Table { lines: bounds.lines, ..Table::default() };
        if flags & TAIL != 0 {
            let bytes = count(&mut cursor, bounds.text_bytes)?;
            table.tail = cursor.bytes(bytes)?.to_vec();
        }
        if flags & ODD != 0 {
            let odd = count(&mut cursor, bounds.lines)?;
            table.odd_at = pieces::read_gaps(&mut cursor, odd, bounds.lines)?;
            table.odd = pieces::read_lines(&mut cursor, odd, bounds.text_bytes)?;
        }
        let rows = bounds.lines - table.odd_at.len();
        let kinds = match self.layout.kinds() {
            1 if self.layout.is_lines() => alloc::vec![0; rows],
            1 => Vec::new(),
            _ => kinds::read(&mut cursor, rows)?,
        };
        let mut roll = Roll::new(&self.layout, rows, kinds)?;
        if roll.all_cells(self.layout.columns()).is_none_or(|cells| cells > bounds.text_bytes) {
            return Err(Error::Corrupt("more cells than bytes of text"));
        }
        roll.find_places(&self.layout);
        let aside = if flags & ASIDE != 0 { count(&mut cursor, body.len())? } else { 0 };
        let mut aside = Cursor::new(cursor.bytes(aside)?);
        let mut coder = Decoder::new(cursor.rest());
        let total = self.columns.len();
        let mut decoded: Vec<Option<Column>> = (0..total).map(|_| None).collect();
        for index in (0..total).map(|nth| self.sense.nth(nth, total)) {
            let Some(known) = self.columns.get(index) else { continue };
            let now = |exceptions: &Exceptions| {
                let parents = known.memory.as_ref().map_or(&[][..], Memory::parents).iter();
                let values = parents.map(|back| {
                    let parent = self.sense.before(index, *back);
                    let rows = parent.and_then(|parent| columns::row_values(decoded.get(parent)?.as_ref()?));
                    values_beside(exceptions, index, parent, rows.as_deref(), &roll)
                });
                values.collect()
            };
            let cells = roll.cells(index, known.column.span);
            let column = known.read(cells, &roll.kinds_of(index), now, bounds, &mut coder, &mut aside)?;
            if let Some(place) = decoded.get_mut(index) {
                *place = Some(column);
            }
        }
        if !aside.rest().is_empty() {
            return Err(Error::Corrupt("more stands aside than columns need"));
        }
        table.columns = decoded.into_iter().flatten().collect();
        table.kinds = roll.into_kinds();
        Ok(table)
    }
}

/// The values of the column `parent`, one a row, where the one at `index` has numbers.
fn values_beside(
    exceptions: &Exceptions,
    index: usize,
    parent: Option<usize>,
    rows: Option<&[i64]>,
    roll: &Roll,
) -> Vec<i64> {
    let (Some(parent), Some(values)) = (parent, rows) else { return Vec::new() };
    let aligned = roll.align(parent, index, values);
    columns::at_numbers(exceptions, aligned.as_deref().unwrap_or(values)).into_owned()
}

/// The cells of a column that are no numbers.
fn exceptions_of(column: &Column) -> &Exceptions {
    static NONE: Exceptions = Exceptions { at: Vec::new(), cells: Strings::new() };
    match &column.content {
        Content::Numbers(numbers) => &numbers.exceptions,
        _ => &NONE,
    }
}

impl Prior {
    /// Throw-away.
    pub fn try_message(&self, text: &[u8], level: Level) -> Option<(usize, bool)> {
        let mut out = Vec::new();
        self.write(text, level, &mut out)?;
        let lines = memchr::memchr_iter(b'\n', text).count();
        let table = self.table(&out, Bounds { lines, text_bytes: text.len(), memory: u64::MAX }).ok()?;
        let mut back = Vec::new();
        self.layout.join(&table, text.len(), &mut back).ok()?;
        Some((out.len(), back == text))
    }
}

impl Known {
    /// Writes a column; `now` are its parents' values where it has numbers.
    fn write(
        &self,
        column: &Column,
        now: &[Vec<i64>],
        kinds: &[u16],
        level: Level,
        coder: &mut Encoder,
        aside: &mut Vec<u8>,
    ) {
        let Some(memory) = &self.memory else { return columns::write_alone(column, kinds, level, aside) };
        let excepted = self.excepted;
        let (mut apart, mut rest) = (0, Vec::new());
        let codes = match &column.content {
            Content::Numbers(Numbers { values, ulps, exceptions, .. }) => {
                if !exceptions.at.is_empty() {
                    apart |= EXCEPTIONS;
                    content::write_exceptions(exceptions, level, &mut rest);
                }
                let unknown = memory.unknown(values, ulps);
                if !unknown.is_empty() {
                    apart |= UNKNOWN;
                    write_unknown(&unknown, memory, &mut rest);
                }
                if !ulps.is_empty() && !memory.has_ulps() {
                    apart |= ULPS;
                    series::encode(ulps, level, &mut rest);
                }
                memory.knowing(&unknown).codes(values, ulps).map(|codes| (codes, unknown))
            }
            Content::Tokens { distinct, ids } => {
                if distinct.len() > self.words().len() {
                    apart |= UNKNOWN;
                    pieces::write_words(
                        &distinct.iter().skip(self.words().len()).collect(),
                        level,
                        &mut rest,
                    );
                }
                let ids: Vec<i64> = ids.iter().map(|id| i64::from(*id)).collect();
                memory.codes(&ids, &[]).map(|codes| (codes, Vec::new()))
            }
            Content::Text(_) => None,
        };
        let Some((codes, unknown)) = codes else {
            Mark::Aside.code(coder, excepted);
            return columns::write_alone(column, kinds, level, aside);
        };
        if apart == 0 {
            Mark::Warm.code(coder, excepted);
        } else {
            Mark::Except.code(coder, excepted);
            aside.push(apart);
            aside.extend(rest);
        }
        memory.knowing(&unknown).code(coder, codes.len(), &codes, &self.beside(now));
    }

    /// Reads a column of so many cells; `now` gives its parents' values where it has numbers.
    fn read(
        &self,
        cells: usize,
        kinds: &[u16],
        now: impl Fn(&Exceptions) -> Vec<Vec<i64>>,
        bounds: Bounds,
        coder: &mut Decoder<'_>,
        aside: &mut Cursor<'_>,
    ) -> Result<Column, Error> {
        let span = self.column.span;
        let mark = match &self.memory {
            Some(_) => Mark::Warm.code(coder, self.excepted),
            None => Mark::Aside,
        };
        let Some(memory) = self.memory.as_ref().filter(|_| mark != Mark::Aside) else {
            return columns::read_alone(aside, span, cells, kinds, bounds);
        };
        let apart = if mark == Mark::Except { aside.u8()? } else { 0 };
        let content = match &self.column.content {
            Content::Numbers(Numbers { affix, format, .. }) => {
                let exceptions = match apart & EXCEPTIONS {
                    0 => Exceptions::default(),
                    _ => content::read_exceptions(aside, cells, bounds.text_bytes)?,
                };
                let count = cells - exceptions.at.len();
                let unknown = match apart & UNKNOWN {
                    0 => Vec::new(),
                    _ => read_unknown(aside, count, memory)?,
                };
                let mut more = Vec::new();
                if apart & ULPS != 0 {
                    series::decode(aside, count, &mut more)?;
                }
                let now = now(&exceptions);
                let (values, ulps) = memory.knowing(&unknown).code(coder, count, &[], &self.beside(&now));
                if values.len() != count {
                    return Err(Error::Corrupt("a model that cannot go on"));
                }
                let ulps = if more.is_empty() { ulps } else { more };
                Content::Numbers(Numbers {
                    affix: affix.clone(),
                    format: format.clone(),
                    values,
                    ulps,
                    exceptions,
                })
            }
            Content::Tokens { distinct, .. } => {
                let mut distinct = distinct.clone();
                if apart & UNKNOWN != 0 {
                    let new = pieces::read_words(aside, cells, bounds.text_bytes)?;
                    new.iter().for_each(|word| distinct.push(word));
                }
                let now = now(&Exceptions::default());
                let (ids, _) = memory.code(coder, cells, &[], &self.beside(&now));
                let ids = pieces::word_numbers(&ids, distinct.len())?;
                Content::Tokens { distinct, ids }
            }
            Content::Text(_) => return Err(Error::Corrupt("text with a model of numbers")),
        };
        Ok(Column { span, content })
    }

    /// The words of a column of tokens.
    fn words(&self) -> &Strings {
        static NONE: Strings = Strings::new();
        match &self.column.content {
            Content::Tokens { distinct, .. } => distinct,
            _ => &NONE,
        }
    }

    fn beside<'a>(&'a self, now: &'a [Vec<i64>]) -> Vec<Beside<'a>> {
        self.beside.iter().zip(now).map(|(known, now)| Beside { known, now }).collect()
    }
}

/// Writes values that are to be known.
fn write_unknown(unknown: &[Pair], memory: &Memory, out: &mut Vec<u8>) {
    put_varint(out, unknown.len() as u64);
    let mut above = memory.lowest();
    for (value, ulp) in unknown {
        put_varint(out, zigzag(value.wrapping_sub(above)));
        above = *value;
        if memory.has_ulps() {
            put_varint(out, zigzag(*ulp));
        }
    }
}

/// Reads them.
fn read_unknown(cursor: &mut Cursor<'_>, most: usize, memory: &Memory) -> Result<Vec<Pair>, Error> {
    let unknown = count(cursor, most)?;
    let mut above = memory.lowest();
    let mut read = || {
        above = above.wrapping_add(unzigzag(cursor.varint()?));
        let ulp = if memory.has_ulps() { unzigzag(cursor.varint()?) } else { 0 };
        Ok((above, ulp))
    };
    (0..unknown).map(|_| read()).collect()
}

impl Mark {
    /// Codes a mark; `excepted` if exceptions are to be expected.
    fn code(self, coder: &mut impl Coder, excepted: bool) -> Self {
        if coder.bit(1 << 10, self == Self::Aside) {
            return Self::Aside;
        }
        let chance = if excepted { 1 << 14 } else { 1 << 10 };
        if coder.bit(chance, self == Self::Except) { Self::Except } else { Self::Warm }
    }
}
