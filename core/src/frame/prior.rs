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
    gaps: Option<Gaps>,
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
            let gaps = Gaps::new(&column);
            Known { column, memory, beside, gaps }
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

    /// Appends the text of a table that goes on from here.
    pub(super) fn read_into(&self, body: &[u8], bounds: Bounds, out: &mut Vec<u8>) -> Result<(), Error> {
        self.layout.join(&self.table(body, bounds)?, bounds.text_bytes, out)
    }

    fn table(&self, body: &[u8], bounds: Bounds) -> Result<Table, Error> {
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
        coder.finish()?;
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
        let mut inside = None;
        let (mut apart, mut rest) = (0, Vec::new());
        let codes = match &column.content {
            Content::Numbers(Numbers { values, ulps, exceptions, .. }) => {
                inside = self.gaps.as_ref().filter(|gaps| gaps.knows(exceptions));
                if inside.is_none() && (self.gaps.is_some() || !exceptions.at.is_empty()) {
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
            Mark::Aside.code(coder);
            return columns::write_alone(column, kinds, level, aside);
        };
        if apart == 0 {
            Mark::Warm.code(coder);
        } else {
            Mark::Except.code(coder);
            aside.push(apart);
            aside.extend(rest);
        }
        if let Some(gaps) = inside {
            gaps.code(coder, column.content.cells(), exceptions_of(column));
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
            Some(_) => Mark::Warm.code(coder),
            None => Mark::Aside,
        };
        let Some(memory) = self.memory.as_ref().filter(|_| mark != Mark::Aside) else {
            return columns::read_alone(aside, span, cells, kinds, bounds);
        };
        let apart = if mark == Mark::Except { aside.u8()? } else { 0 };
        let content = match &self.column.content {
            Content::Numbers(Numbers { affix, format, .. }) => {
                let exceptions = match (apart & EXCEPTIONS, &self.gaps) {
                    (0, None) => Exceptions::default(),
                    (0, Some(gaps)) => gaps.code(coder, cells, &Exceptions::default()),
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

/// Where a column of numbers has other cells, and which.
#[derive(Debug, Clone)]
struct Gaps {
    words: Strings,
    /// How likely a cell is one: behind a number, and behind another such cell.
    chances: [u32; 2],
}

/// Other cells that are known by a number.
const MOST_WORDS: usize = 16;

impl Gaps {
    /// What a column shows; `None` if all its cells are numbers, or the others are of many kinds.
    fn new(column: &Column) -> Option<Self> {
        let exceptions = exceptions_of(column);
        let mut words = Strings::new();
        for cell in exceptions.cells.iter() {
            if !words.iter().any(|word| word == cell) {
                words.push(cell);
            }
            if words.len() > MOST_WORDS {
                return None;
            }
        }
        if words.is_empty() {
            return None;
        }
        let (cells, all) = (column.content.cells() as u64, exceptions.at.len() as u64);
        let pairs = exceptions.at.iter().zip(exceptions.at.iter().skip(1));
        let behind = pairs.filter(|(above, here)| **above + 1 == **here).count() as u64;
        let chance = |yes: u64, of: u64| ((((2 * yes + 1) << 15) / (of + 1)) as u32).clamp(64, 65_472);
        Some(Self { words, chances: [chance(all - behind, cells - all), chance(behind, all)] })
    }

    /// Whether all these cells have a number.
    fn knows(&self, exceptions: &Exceptions) -> bool {
        exceptions.cells.iter().all(|cell| self.words.iter().any(|word| word == cell))
    }

    /// Codes which of some cells are no numbers: those that are `wanted`, or what the coder says.
    fn code(&self, coder: &mut impl Coder, cells: usize, wanted: &Exceptions) -> Exceptions {
        let bits = usize::BITS - (self.words.len() - 1).leading_zeros();
        let mut next = wanted.at.iter().zip(wanted.cells.iter()).peekable();
        let mut found = Exceptions::default();
        let mut behind = false;
        for cell in 0..cells as u32 {
            let word = next.next_if(|(at, _)| **at == cell).map(|(_, word)| word);
            let [usual, again] = self.chances;
            behind = coder.bit(if behind { again } else { usual }, word.is_some());
            if behind {
                let number = self.words.iter().position(|known| Some(known) == word).unwrap_or(0);
                let number = coder.bits(bits, number as u64) as usize;
                found.push(cell, self.words.get(number));
            }
        }
        found
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{crew::Alone, num::Random};
    use alloc::{format, string::String};
    use proptest::prelude::*;

    const GENE: [u8; 32] = [7; 32];

    /// Rows of a station: time, temperature, a multiple of it, a word, and a number that is sometimes missing.
    fn rows(seed: u64, count: u64) -> String {
        let mut random = Random::new(seed, 0);
        let mut temperature = 2000 + random.below(500) as i64;
        let row = |row: u64| {
            temperature += random.below(7) as i64 - 3;
            let (whole, part) = (temperature / 100, temperature % 100);
            let word =
                ["idle", "busy", "down"].get(random.below(40) as usize / 19).copied().unwrap_or("down");
            let level = if random.below(9) == 0 { String::new() } else { format!("{}", random.below(50)) };
            let time = 1_600_000_000 + 600 * (row + 10_000 * seed);
            format!("{time},{whole}.{part:02},{}.{:02},{word},{level}\n", 2 * whole, 2 * part % 100)
        };
        (0..count).map(row).collect()
    }

    fn prior(level: u8) -> Prior {
        let text = format!("time,t,tt,state,level\n{}", rows(1, 600));
        Prior::read(&Prior::train(text.as_bytes(), Level::new(level).unwrap()).unwrap(), u64::MAX).unwrap()
    }

    fn header(text: &str) -> Header {
        let config = Config { level: Level::STRONGEST, input: Input::Text, segment: 1 << 20 };
        Header { gene: Some(GENE), ..Header::detect(text.as_bytes(), &config) }
    }

    /// The segment of a text that goes on from a prior, after it came back.
    fn there_and_back(prior: &Prior, text: &str) -> Segment {
        let header = header(text);
        let segment =
            Segment::encode_with(&Alone, Some(prior), text.as_bytes(), &header, true, Level::STRONGEST);
        let view = View::read(&mut Cursor::new(&segment.bytes), &header).unwrap();
        let mut back = Vec::new();
        view.decode_with(&Alone, Some(prior), &header, &mut back).unwrap();
        assert_eq!(String::from_utf8(back).unwrap(), text);
        segment
    }

    #[test]
    fn a_message_takes_much_less() {
        for level in [4, 7, 9] {
            let (prior, text) = (prior(level), rows(3, 50));
            let warm = there_and_back(&prior, &text);
            let cold = Segment::encode(text.as_bytes(), &header(&text), true, Level::STRONGEST);
            assert!(9 * warm.bytes.len() < 5 * cold.bytes.len(), "{} {}", warm.bytes.len(), cold.bytes.len());
        }
    }

    #[test]
    fn without_the_gene_it_is_asked_for() {
        let (text, prior) = (rows(3, 50), prior(7));
        let header = header(&text);
        let segment = there_and_back(&prior, &text);
        let view = View::read(&mut Cursor::new(&segment.bytes), &header).unwrap();
        assert_eq!(view.decode(&header, &mut Vec::new()), Err(Error::Gene(GENE)));
        let mut other = rows(8, 600);
        other.insert_str(0, "time,t,tt,state,level\n");
        let other = Prior::train(other.as_bytes(), Level::new(7).unwrap()).unwrap();
        let other = Prior::read(&other, u64::MAX).unwrap();
        assert!(view.decode_with(&Alone, Some(&other), &header, &mut Vec::new()).is_err());
    }

    #[test]
    fn what_the_prior_never_saw_comes_back() {
        let prior = prior(9);
        let usual = rows(4, 30);
        for unusual in [
            "1700000000,21.5,43,idle,1\n",
            "1700000000,-99999999999.5,43.00,wholly new,99999999\n",
            "noon,21.50,43.00,\"quoted, twice\",\n",
            "\nthree,fields,only\n# a comment\n",
            ",,,,\n",
            "1700000001,21.50,43.00,busy,7",
        ] {
            for text in [format!("{unusual}{usual}"), format!("{usual}{unusual}"), unusual.into()] {
                there_and_back(&prior, &text);
            }
        }
        there_and_back(&prior, "");
        there_and_back(&prior, "another,shape\n1,2\n");
    }

    #[test]
    fn a_warm_segment_that_was_damaged_is_an_error() {
        let (prior, text) = (prior(6), rows(5, 20));
        let header = header(&text);
        let segment = there_and_back(&prior, &text);
        for at in 0..segment.bytes.len() {
            for bit in 0..8 {
                let mut bytes = segment.bytes.clone();
                bytes[at] ^= 1 << bit;
                let mut back = Vec::new();
                let decoded = View::read(&mut Cursor::new(&bytes), &header)
                    .and_then(|view| view.decode_with(&Alone, Some(&prior), &header, &mut back));
                assert!(decoded.is_err() || back == text.as_bytes(), "bit {bit} of byte {at}");
            }
        }
    }

    #[test]
    fn a_prior_that_was_damaged_does_no_harm() {
        let bytes = Prior::train(rows(2, 60).as_bytes(), Level::new(6).unwrap()).unwrap();
        let text = rows(5, 5);
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << (at % 8);
            assert!(Prior::read(bytes.get(..at).unwrap(), u64::MAX).is_err());
            if let Ok(prior) = Prior::read(&damaged, 1 << 30)
                && at % 8 == 0
            {
                there_and_back(&prior, &text);
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn any_table_comes_back(
            known in "([0-9]{1,3}(\\.[0-9]{1,2})?,(a|b|[0-9]{1,4}),[0-9.e-]{0,6}\n){3,60}",
            text in "([0-9]{1,5}(\\.[0-9]{1,3})?,(a|c|[0-9]{1,9}),[0-9.e-]{0,6}\n){0,20}[0-9,]{0,4}",
        ) {
            if let Some(bytes) = Prior::train(known.as_bytes(), Level::new(6).unwrap()) {
                there_and_back(&Prior::read(&bytes, u64::MAX).unwrap(), &text);
            }
        }
    }
}
