//! A column that was learnt, and another that goes on from it: by its model as far as that reaches, the rest aside.

use super::{
    super::{
        block::Bounds,
        columns, content,
        pieces::{self, count},
    },
    decimals::Decimals,
    gaps::{Gaps, exceptions_of},
};
use crate::{
    codec::{Beside, Level, Memory, Pair, series},
    entropy::{
        Cursor, put_varint,
        range::{Coder, Decoder, Encoder},
    },
    error::Error,
    num::{unzigzag, zigzag},
    table::{Column, Content, Exceptions, Numbers, Strings},
};
use alloc::{borrow::Cow, vec::Vec};

/// What of a column stands aside, if not all of it does.
const EXCEPTIONS: u8 = 1;
const UNKNOWN: u8 = 2;
const ULPS: u8 = 4;
/// How its numbers are written now; as those of the column before that are written in another way.
const WRITTEN: u8 = 8;
const AGAIN: u8 = 16;
const OTHERWISE: u8 = WRITTEN | AGAIN;
const PARTS: u8 = EXCEPTIONS | UNKNOWN | ULPS | OTHERWISE;

/// A column and its model.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) column: Column,
    pub(super) memory: Option<Memory>,
    /// The values of its parents where it has numbers.
    beside: Vec<Vec<i64>>,
    gaps: Option<Gaps>,
}

const NO_DECIMALS: Error = Error::Corrupt("numbers of no other decimals");

/// The part of columns that is stored apart from their models, and the format of the last column whose format differs from the
/// learnt one.
#[derive(Debug, Default)]
pub(super) struct Aside<B> {
    pub(super) bytes: B,
    written: Option<Column>,
}

impl<B> Aside<B> {
    /// Begins what stands in `bytes`.
    pub(super) fn new(bytes: B) -> Self {
        Self { bytes, written: None }
    }

    fn is_written_so(&self, column: &Column) -> bool {
        self.written.as_ref().is_some_and(|written| content::is_written_alike(written, column))
    }
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

impl Known {
    /// Returns the values of a column in its rows, counted as they were learnt.
    pub(super) fn row_values<'c>(&self, column: &'c Column) -> Option<Cow<'c, [i64]>> {
        let values = columns::row_values(column)?;
        Some(match Decimals::between(&self.column, column) {
            Some(decimals) => values.iter().map(|value| decimals.known(*value)).collect(),
            None => values,
        })
    }

    /// A column with its model and the values of its parents.
    pub(super) fn new(column: Column, memory: Option<Memory>, beside: Vec<Vec<i64>>) -> Self {
        let gaps = Gaps::new(&column);
        Self { column, memory, beside, gaps }
    }

    /// How many columns back its parents are.
    pub(super) fn parents(&self) -> &[usize] {
        self.memory.as_ref().map_or(&[], Memory::parents)
    }

    /// Writes a column; `now` are its parents' values where it has numbers.
    pub(super) fn write(
        &self,
        column: &Column,
        now: &[Vec<i64>],
        kinds: &[u16],
        level: Level,
        coder: &mut Encoder,
        aside: &mut Aside<Vec<u8>>,
    ) {
        let Some(memory) = &self.memory else {
            return columns::write_alone(column, kinds, level, &mut aside.bytes);
        };
        let mut inside = None;
        let (mut apart, mut rest) = (0, Vec::new());
        let decimals = Decimals::between(&self.column, column);
        let (memory, between) = Decimals::model(decimals, memory);
        let codes = match &column.content {
            Content::Numbers(Numbers { values, ulps, exceptions, .. }) => {
                let (coded_values, coded_ulps): (Vec<i64>, Vec<i64>);
                let coded = match between {
                    Some(decimals) => {
                        let coded = values.iter().map(|value| decimals.coded(*value, &memory));
                        (coded_values, coded_ulps) = coded.unzip();
                        (&*coded_values, &*coded_ulps)
                    }
                    None if decimals.is_some() => (&**values, &[][..]),
                    None => (&**values, &**ulps),
                };
                if decimals.is_some() && aside.is_written_so(column) {
                    apart |= AGAIN;
                } else if decimals.is_some() {
                    apart |= WRITTEN;
                    content::write_template(column, &mut rest);
                }
                inside = self.gaps.as_ref().filter(|gaps| gaps.knows(exceptions));
                if inside.is_none() && (self.gaps.is_some() || !exceptions.at.is_empty()) {
                    apart |= EXCEPTIONS;
                    content::write_exceptions(exceptions, level, &mut rest);
                }
                let unknown = memory.unknown(coded.0, coded.1);
                if !unknown.is_empty() {
                    apart |= UNKNOWN;
                    write_unknown(&unknown, &memory, &mut rest);
                }
                if !ulps.is_empty() && (decimals.is_some() || !memory.has_ulps()) {
                    apart |= ULPS;
                    series::encode(ulps, level, &mut rest);
                }
                let memory = memory.knowing(&unknown);
                memory.codes(coded.0, coded.1).map(|codes| (codes, memory))
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
                memory.codes(&ids, &[]).map(|codes| (codes, Cow::Borrowed(&*memory)))
            }
            Content::Text(_) => None,
        };
        let Some((codes, memory)) = codes else {
            Mark::Aside.code(coder);
            return columns::write_alone(column, kinds, level, &mut aside.bytes);
        };
        if apart == 0 {
            Mark::Warm.code(coder);
        } else {
            Mark::Except.code(coder);
            aside.bytes.push(apart);
            aside.bytes.extend(rest);
        }
        if apart & WRITTEN != 0 {
            aside.written = Some(emptied(column));
        }
        if let Some(gaps) = inside {
            gaps.code(coder, column.content.cells(), exceptions_of(column));
        }
        let (known, _) = memory.code(coder, codes.len(), &codes, &self.beside(now));
        if let (Some(decimals), Content::Numbers(numbers)) = (between, &column.content) {
            decimals.behind(coder, &known, &numbers.values);
        }
    }

    /// Reads a column of so many cells; `now` gives its parents' values where it has numbers.
    pub(super) fn read(
        &self,
        cells: usize,
        kinds: &[u16],
        now: impl Fn(&Exceptions) -> Vec<Vec<i64>>,
        bounds: Bounds,
        coder: &mut Decoder<'_>,
        aside: &mut Aside<Cursor<'_>>,
    ) -> Result<Column, Error> {
        let span = self.column.span;
        let mark = match &self.memory {
            Some(_) => Mark::Warm.code(coder),
            None => Mark::Aside,
        };
        let Some(memory) = self.memory.as_ref().filter(|_| mark != Mark::Aside) else {
            return columns::read_alone(&mut aside.bytes, span, cells, kinds, bounds);
        };
        let apart = if mark == Mark::Except { aside.bytes.u8()? } else { 0 };
        if apart & !PARTS != 0 || apart & OTHERWISE == OTHERWISE {
            return Err(Error::Corrupt("unknown parts of a warm column"));
        }
        if apart & WRITTEN != 0 {
            aside.written = Some(content::read_template(&mut aside.bytes, span)?);
        }
        let written = aside.written.as_ref().filter(|_| apart & OTHERWISE != 0);
        let aside = &mut aside.bytes;
        let content = match &self.column.content {
            Content::Numbers(_) => {
                let decimals = written.and_then(|written| Decimals::between(&self.column, written));
                let now_written = &written.unwrap_or(&self.column).content;
                let (Content::Numbers(Numbers { affix, format, .. }), true) =
                    (now_written, decimals.is_some() == (apart & OTHERWISE != 0))
                else {
                    return Err(NO_DECIMALS);
                };
                let (memory, between) = Decimals::model(decimals, memory);
                let exceptions = match (apart & EXCEPTIONS, &self.gaps) {
                    (0, None) => Exceptions::default(),
                    (0, Some(gaps)) => gaps.code(coder, cells, &Exceptions::default()),
                    _ => content::read_exceptions(aside, cells, bounds.text_bytes)?,
                };
                let count = cells - exceptions.at.len();
                let unknown = match apart & UNKNOWN {
                    0 => Vec::new(),
                    _ => read_unknown(aside, count, &memory)?,
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
                let ulps = if more.is_empty() && decimals.is_none() { ulps } else { more };
                let values = match between {
                    Some(decimals) => decimals.behind(coder, &values, &[]).ok_or(NO_DECIMALS)?,
                    None => values,
                };
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

/// A column written alike, without cells.
fn emptied(column: &Column) -> Column {
    let Content::Numbers(Numbers { affix, format, .. }) = &column.content else { return column.clone() };
    let numbers = Numbers {
        affix: affix.clone(),
        format: format.clone(),
        values: Vec::new(),
        ulps: Vec::new(),
        exceptions: Exceptions::default(),
    };
    Column { span: column.span, content: Content::Numbers(numbers) }
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
    /// Codes a mark.
    fn code(self, coder: &mut impl Coder) -> Self {
        if coder.bit(1 << 10, self == Self::Aside) {
            Self::Aside
        } else if coder.bit(1 << 11, self == Self::Except) {
            Self::Except
        } else {
            Self::Warm
        }
    }
}
