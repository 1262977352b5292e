//! A segment that grows: rows come a few at a time, and each flush is coded by what all flushes before it taught.
//!
//! ```text
//! flow  := tag u8 | level u8 | flush* | 0 | text bytes varint | lines varint | check [4]
//! tag   := A9, + 4 if the text starts with the header's preamble
//! flush := bytes of the range code + 1 varint | check [2] | range code
//! code  := plan? | [plan] | rows | tail? | [tail] | row*
//! row   := odd? | cell of each column, or the line
//! plan  := new templates? | [sense | columns | template*] | of each column: new model? | [model? | recipe]
//! ```
//! The encoder decides how cells are written and what models are made of; both ends make them from the rows before, which
//! they have. The check of a flush is the start of the BLAKE3 digest of all rows up to its end; that of the flow is the start
//! of the digest of its text, which is the preamble, if it begins with that, and the rows.
//!
//! | file | what |
//! |---|---|
//! | `lane` | one column |
//! | `plan` | how columns are written and followed, as both ends agree on it |
//! | `write` | what the encoder decides, and when |
//! | `read` | the rows of flushes, checked |
//! | `torn` | where a writer died |
//! | `wire` | the bytes of a flow: its start, its flushes, its end |

mod lane;
mod plan;
mod read;
mod torn;
mod wire;
mod write;

use super::{Header, sense::Sense};
use crate::{
    codec::{Follower, Level},
    entropy::{
        counted::{Bit, Number, Spelling},
        range::{Coder, Decoder, Metered},
    },
    error::Error,
    table::{Column, Content, Layout, Strings, Table},
};
use alloc::{vec, vec::Vec};
use lane::{Cell, Lane};
use plan::{Plan, PlanOdds};
use wire::CHECK_BYTES;

pub use read::FlowReader;
pub use wire::{FlowEnd, FlowStart, Flush};
pub(crate) use write::FlowWriter;

/// Bytes of text of a flush at most.
const MAX_FLUSH: usize = 1 << 17;
/// Values that models are taught before rows that were there already: so many for each cell so far, and at first for each
/// column. Else a few bytes of plans would be work for hours.
const TAUGHT_A_CELL: u64 = 16;
const TAUGHT_A_COLUMN: u64 = 1 << 11;
/// Cells that are read again for a plan and are as much work as a value that is taught.
const READ: u64 = 16;

/// Rows that models are taught at most; sometimes twice as many.
fn taught(level: Level) -> usize {
    if level.get() <= 6 { 512 } else { 2048 }
}

/// What both ends of a flow know.
#[derive(Debug, Clone)]
struct Flow {
    layout: Layout,
    level: Level,
    sense: Sense,
    lanes: Vec<Lane>,
    odds: Odds,
    /// The last regular rows as text.
    recent: Recent,
    /// Of the rows, and of all text.
    checked: blake3::Hasher,
    digest: blake3::Hasher,
    text_bytes: u64,
    lines: u64,
    /// Cells so far, and values that models were taught.
    cells: u64,
    taught: u64,
}

#[derive(Debug, Clone)]
struct Odds {
    planned: Bit,
    plan: PlanOdds,
    rows: Number,
    odd: Bit,
    tail: Bit,
    spelling: Spelling,
}

/// The rows of a flush, before they are coded.
struct Wanted<'a> {
    table: &'a Table,
    /// Of each column.
    cells: &'a [Vec<Cell>],
}

/// The last lines of a text.
#[derive(Debug, Clone)]
struct Recent {
    text: Vec<u8>,
    lines: usize,
    /// As many as are left when the oldest are forgotten.
    most: usize,
}

impl Recent {
    /// Appends whole lines, and forgets the oldest where there are twice as many as are kept.
    fn push(&mut self, text: &[u8]) {
        self.text.extend_from_slice(text);
        self.lines += memchr::memchr_iter(b'\n', text).count();
        if self.lines > 2 * self.most {
            let from = memchr::memchr_iter(b'\n', &self.text).nth(self.lines - self.most - 1);
            self.text.drain(..from.map_or(0, |end| end + 1));
            self.lines = self.most;
        }
    }
}

impl Flow {
    fn new(layout: &Layout, level: Level) -> Self {
        let odds = Odds {
            planned: Bit::rare(),
            plan: PlanOdds::default(),
            rows: Number::default(),
            odd: Bit::rare(),
            tail: Bit::rare(),
            spelling: Spelling::default(),
        };
        let (lanes, recent) = (Vec::new(), Recent { text: Vec::new(), lines: 0, most: taught(level) });
        let [checked, digest] = [blake3::Hasher::new(), blake3::Hasher::new()];
        let layout = layout.clone().without_preamble();
        let (sense, [text_bytes, lines, cells, taught]) = (Sense::Rightward, [0; 4]);
        Self { layout, level, sense, lanes, odds, recent, checked, digest, text_bytes, lines, cells, taught }
    }

    /// Counts the text before the rows.
    fn begin_text(&mut self, preamble: &[u8]) {
        self.digest.update(preamble);
        self.text_bytes = preamble.len() as u64;
    }

    fn end(&self) -> FlowEnd {
        FlowEnd::new(self.text_bytes, self.lines, self.digest.finalize().as_bytes())
    }

    fn templates(&self) -> Vec<&Column> {
        self.lanes.iter().map(|lane| &lane.template).collect()
    }

    /// Values that models may still be taught.
    fn teachable(&self) -> u64 {
        let most = TAUGHT_A_CELL * self.cells + TAUGHT_A_COLUMN * self.layout.columns() as u64;
        most.saturating_sub(self.taught)
    }

    /// Counts values that are taught; `None` if they are too many.
    fn teach(&mut self, values: u64) -> Option<()> {
        let left = self.teachable().checked_sub(values);
        self.taught += values;
        left.map(|_| ())
    }

    /// What it takes to read the recent rows again, as values that are taught.
    fn reading(&self) -> u64 {
        (self.recent.lines * self.layout.columns()) as u64 / READ
    }

    /// Codes what changes before a flush: what is `wanted`, or what the coder says. `None` if that cannot be.
    fn begin(&mut self, coder: &mut impl Coder, wanted: Option<&Plan>) -> Option<()> {
        if self.odds.planned.code(coder, wanted.is_some()) { self.code_plan(coder, wanted) } else { Some(()) }
    }

    /// Appends the text of a range code, of at most `most` bytes; gives its rows, which are not remembered yet.
    fn decode(&mut self, code: &[u8], most: usize, out: &mut Vec<u8>) -> Result<Table, Error> {
        let mut coder = Decoder::new(code);
        let table = self.begin(&mut coder, None).and_then(|()| self.rows(&mut coder, None, most));
        let table = table.ok_or(Error::Corrupt("an impossible flush"))?;
        coder.finish()?;
        self.layout.join(&table, most, out)?;
        Ok(table)
    }

    /// Codes the rows of a flush: those `wanted`, or what the coder says, whose text is at most `most` bytes long. `None` if
    /// the coder says what cannot be.
    fn rows(&mut self, coder: &mut impl Coder, wanted: Option<&Wanted<'_>>, most: usize) -> Option<Table> {
        let lines = wanted.map_or(0, |wanted| wanted.table.lines);
        let lines = usize::try_from(self.odds.rows.code(coder, lines as u64)).ok()?;
        if lines > most {
            return None;
        }
        let mut table = Table { lines, ..Table::default() };
        let tail = wanted.map_or(&[][..], |wanted| &*wanted.table.tail);
        // A cell is a byte of text at least, and what is spelled is text.
        let mut room = Room(2 * most);
        if self.odds.tail.code(coder, !tail.is_empty()) {
            table.tail = self.odds.spelling.code(coder, tail, room.0)?;
            room.take(table.tail.len())?;
        }
        let mut cells: Vec<Vec<Cell>> = self.lanes.iter().map(|_| Vec::new()).collect();
        for line in 0..lines as u32 {
            if !self.odd(coder, wanted, line, (&mut table, &mut room))? {
                self.row(coder, wanted, &mut cells, &mut room)?;
            }
        }
        if self.layout.is_lines() {
            table.kinds = vec![0; lines - table.odd_at.len()];
        }
        self.cells += cells.iter().map(|cells| cells.len() as u64).sum::<u64>();
        table.columns = self.lanes.iter_mut().zip(cells).map(|(lane, cells)| lane.column(cells)).collect();
        Some(table)
    }

    /// Codes whether a line is not a row, and then the line.
    fn odd(
        &mut self,
        coder: &mut impl Coder,
        wanted: Option<&Wanted<'_>>,
        line: u32,
        (table, room): (&mut Table, &mut Room),
    ) -> Option<bool> {
        let nth = table.odd_at.len();
        let is_odd = wanted.is_some_and(|wanted| wanted.table.odd_at.get(nth) == Some(&line));
        if !self.odds.odd.code(coder, is_odd) {
            return Some(false);
        }
        let odd = wanted.map_or(&[][..], |wanted| wanted.table.odd.get(nth));
        let odd = self.odds.spelling.code(coder, odd, room.0)?;
        room.take(odd.len())?;
        table.odd_at.push(line);
        table.odd.push(&odd);
        Some(true)
    }

    /// Codes a cell of each column.
    fn row(
        &mut self,
        coder: &mut impl Coder,
        wanted: Option<&Wanted<'_>>,
        cells: &mut [Vec<Cell>],
        room: &mut Room,
    ) -> Option<()> {
        let (total, sense) = (Some(self.lanes.len()).filter(|lanes| *lanes > 0)?, self.sense);
        let no_words = Strings::new();
        let mut now = Vec::new();
        for index in (0..total).map(|nth| sense.nth(nth, total)) {
            let shown = |parent: &usize| self.lanes.get(*parent).map_or(0, |lane| lane.shown);
            now.clear();
            let model = self.lanes.get(index).and_then(|lane| lane.model.as_ref());
            now.extend(model.into_iter().flat_map(|model| &model.parents).map(shown));
            let (lane, cells) = (self.lanes.get_mut(index)?, cells.get_mut(index)?);
            let words = wanted.and_then(|wanted| words_of(wanted.table.columns.get(index)?));
            for _ in 0..lane.template.span {
                let wanted = wanted.and_then(|wanted| wanted.cells.get(index)?.get(cells.len()));
                let spelling = &mut self.odds.spelling;
                let words = words.unwrap_or(&no_words);
                let aside = (&mut *spelling, words, &mut *room);
                if wanted.is_none() {
                    cells.push(lane.cell(coder, aside, &now, None)?);
                    continue;
                }
                let mut meter = Metered::new(coder);
                cells.push(lane.cell(&mut meter, aside, &now, wanted)?);
                let bits = meter.bits;
                lane.notes.spend(bits);
            }
        }
        Some(())
    }

    /// Remembers the text of a flush and its regular rows, which were coded; gives the check of what has flowed so far.
    fn remember(&mut self, text: &[u8], table: Table) -> [u8; CHECK_BYTES] {
        self.checked.update(text);
        self.digest.update(text);
        self.text_bytes += text.len() as u64;
        self.lines += table.lines as u64;
        let mut at = 0;
        let mut odd = table.odd_at.iter().copied().peekable();
        for line in 0..table.lines as u32 {
            let rest = text.get(at..).unwrap_or_default();
            let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
            if odd.next_if_eq(&line).is_none() {
                self.recent.push(rest.get(..end).unwrap_or_default());
            }
            at += end;
        }
        for (lane, column) in self.lanes.iter_mut().zip(table.columns) {
            lane.take_words(column);
        }
        let [first, second, ..] = *self.checked.finalize().as_bytes();
        [first, second]
    }
}

/// What a decoder may still make, so that a few bytes do not become many.
#[derive(Debug)]
struct Room(usize);

impl Room {
    /// Takes so much; `None` if it is not left.
    fn take(&mut self, bytes: usize) -> Option<()> {
        self.0 = self.0.checked_sub(bytes)?;
        Some(())
    }
}

fn words_of(column: &Column) -> Option<&Strings> {
    match &column.content {
        Content::Tokens { distinct, .. } => Some(distinct),
        _ => None,
    }
}

/// Bytes that decoding a flow of so many columns takes, beside its text.
pub(super) fn memory(columns: usize, level: Level) -> u64 {
    /// Words and what is rare.
    const SHARED: u64 = 1 << 20;
    /// For each byte of the text of a flush: a cell, its number, and what it is spelled by.
    const A_BYTE: u64 = 48;
    SHARED + A_BYTE * MAX_FLUSH as u64 + columns as u64 * Follower::memory(level)
}

/// Bytes of text of a flow at most: models remember each value of it.
fn text_limit(header: &Header) -> u64 {
    header.segment_limit() / 4
}

/// Whether rows of such a layout can flow: each has a cell in every column.
pub(super) fn flows(layout: &Layout) -> bool {
    layout.kinds() == 1
}

#[cfg(test)]
mod tests;
