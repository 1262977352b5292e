//! What a stretch of the past has taught: a segment that was read, and the models that its columns were read by. A text
//! of the same layout goes on from there.
//!
//! ```text
//! prior := header | segment, which holds a table
//! warm  := flags u8 | [tail bytes varint | tail] | [odd lines varint | gaps series | text] | [kinds] |
//!          [aside bytes varint | aside] | range code
//! flags := 1 a tail; 2 odd lines; 4 something aside
//! aside := of each column, in the order in which columns lead on: nothing, a part of it, or a block
//! ```
//! In the range code every column says first whether it goes on, does so but for what stands aside, or stands aside as a
//! whole; then its numbers follow.
//!
//! | file | what |
//! |---|---|
//! | `known` | one column |
//! | `decimals` | one whose numbers come with another number of decimals |
//! | `gaps` | its cells that are not numbers |

mod decimals;
mod gaps;
mod known;

use super::{
    block::{self, Bounds},
    columns, kinds,
    pieces::{self, count},
    sense::Sense,
};
use crate::{
    codec::{Level, Memory},
    entropy::{
        Cursor, put_varint,
        range::{Decoder, Encoder},
    },
    error::Error,
    num::Decimal,
    table::{Column, Content, Exceptions, Format, Layout, Numbers, Presence, Table},
};
use alloc::{borrow::Cow, vec::Vec};
use decimals::Decimals;
use gaps::exceptions_of;
use known::{Aside, Known};

const TAIL: u8 = 1;
const ODD: u8 = 2;
const ASIDE: u8 = 4;

/// What was learnt.
#[derive(Debug, Clone)]
pub struct Prior {
    preamble: Vec<u8>,
    layout: Layout,
    sense: Sense,
    columns: Vec<Known>,
}

/// A column of numbers that is written in another way than it was learnt.
#[derive(Debug, Clone, PartialEq)]
pub struct Misfit {
    /// The first field of a row that it covers.
    pub first: usize,
    /// How its numbers were written.
    pub known: Format,
    /// The decimals of those that come, if they are numbers.
    pub places: Option<u8>,
}

impl Misfit {
    /// Compares a column with what was learnt of it; `None` if most cells are written so, or in a way that it bears.
    fn find(first: usize, known: &Known, column: &Column) -> Option<Self> {
        let filled = most_others(column)?;
        if Decimals::detect(&known.column, column, &filled).is_some() {
            return None;
        }
        let Content::Numbers(Numbers { format, .. }) = &column.content else { return None };
        let places = filled.iter().map(|cell| Decimal::parse(cell).map(|number| number.places));
        let places = places.collect::<Option<Vec<u8>>>().and_then(|places| places.into_iter().max());
        Some(Self { first, known: format.clone(), places })
    }
}

/// Returns the cells of a column of numbers that hold something else, if most that hold anything do.
fn most_others(column: &Column) -> Option<Vec<&[u8]>> {
    let Content::Numbers(Numbers { values, exceptions, .. }) = &column.content else { return None };
    let filled: Vec<&[u8]> = exceptions.cells.iter().filter(|cell| !cell.is_empty()).collect();
    (filled.len() > values.len()).then_some(filled)
}

/// A table that goes on from a prior: what comes behind its flags.
pub(super) struct Warm {
    pub(super) flags: u8,
    pub(super) rest: Vec<u8>,
}

impl Prior {
    /// What a table of that layout leaves: its columns and their models.
    pub(super) fn of(
        layout: Layout,
        decoded: Vec<(Column, Option<Memory>)>,
        sense: Sense,
        presence: &Presence,
    ) -> Self {
        let rows: Vec<Option<Cow<'_, [i64]>>> =
            decoded.iter().map(|(column, _)| columns::row_values(column)).collect();
        let beside = |index: usize, (column, memory): &(Column, Option<Memory>)| {
            let parents = memory.as_ref().map_or(&[][..], Memory::parents);
            let values = parents.iter().map(|back| {
                let parent = sense.before(index, *back);
                let rows = parent.and_then(|parent| rows.get(parent)?.as_deref());
                values_beside(exceptions_of(column), index, parent, rows, presence)
            });
            values.collect()
        };
        let beside: Vec<Vec<Vec<i64>>> =
            (0..).zip(&decoded).map(|(index, known)| beside(index, known)).collect();
        let known = decoded
            .into_iter()
            .zip(beside)
            .map(|((column, memory), beside)| Known::new(column, memory, beside));
        let columns = known.collect();
        let preamble = layout.preamble().to_vec();
        Self { preamble, layout: layout.without_preamble(), sense, columns }
    }

    /// Whether a text of this kind begins with what stood before the rows; `None` if it is of another kind.
    pub(super) fn fits(&self, text: &[u8]) -> Option<bool> {
        let (is_named, table) = self.split_behind(text)?;
        let rows = table.lines - table.odd_at.len();
        (rows * 8 > table.lines * 7).then_some(is_named)
    }

    /// Whether a text begins with what stood before the rows, and the table behind that.
    fn split_behind(&self, text: &[u8]) -> Option<(bool, Table)> {
        let behind = text.strip_prefix(&*self.preamble).filter(|_| !self.preamble.is_empty());
        Some((behind.is_some(), self.split(behind.unwrap_or(text))?))
    }

    fn split(&self, text: &[u8]) -> Option<Table> {
        let like: Vec<&Column> = self.columns.iter().map(|known| &known.column).collect();
        self.layout.split_like(text, &like)
    }

    /// Returns the columns of numbers of which most cells in `text` are written in another way than those that were learnt
    /// from, other decimals apart; `None` if `text` is another table.
    pub fn misfits(&self, text: &[u8]) -> Option<Vec<Misfit>> {
        self.fits(text)?;
        let (_, table) = self.split_behind(text)?;
        let firsts = table.columns.iter().scan(0, |next, column| {
            *next += column.span;
            Some(*next - column.span)
        });
        let columns = firsts.zip(&self.columns).zip(&table.columns);
        Some(columns.filter_map(|((first, known), column)| Misfit::find(first, known, column)).collect())
    }

    /// The layout of its rows, with what stood before them or without.
    pub fn layout(&self, named: bool) -> Layout {
        let layout = self.layout.clone();
        if named { layout.with_preamble(&self.preamble) } else { layout }
    }

    /// What stood before the rows that were learnt from: the names of their columns.
    pub(super) fn preamble(&self) -> &[u8] {
        &self.preamble
    }

    /// `text`, which goes on from here; `None` if it is not a table of this layout.
    pub(super) fn write(&self, text: &[u8], level: Level) -> Option<Warm> {
        let table = self.split(text)?;
        let warm = self.write_table(&table, level);
        let other = self.split_otherwise(text, &table).and_then(|table| self.write_table(&table, level));
        warm.into_iter().chain(other).min_by_key(|warm| warm.rest.len())
    }

    /// The columns of `text` where some come with other decimals than they were learnt with, if most cells of some do.
    fn split_otherwise(&self, text: &[u8], table: &Table) -> Option<Table> {
        let detect = |(known, column): (&Known, &Column)| {
            Decimals::detect(&known.column, column, &most_others(column)?)
        };
        let others: Vec<Option<Column>> = self.columns.iter().zip(&table.columns).map(detect).collect();
        if others.iter().all(Option::is_none) {
            return None;
        }
        let like: Vec<&Column> = others
            .iter()
            .zip(&self.columns)
            .map(|(other, known)| other.as_ref().unwrap_or(&known.column))
            .collect();
        self.layout.split_like(text, &like)
    }

    fn write_table(&self, table: &Table, level: Level) -> Option<Warm> {
        let presence = Presence::of(&self.layout, table).ok()?;
        let all = self.columns.iter().zip(&table.columns);
        let rows: Vec<Option<Cow<'_, [i64]>>> = all.map(|(known, column)| known.row_values(column)).collect();
        let mut coder = Encoder::default();
        let mut aside = Aside::new(Vec::new());
        for nth in 0..self.columns.len() {
            let index = self.sense.nth(nth, self.columns.len());
            let (known, column) = (self.columns.get(index)?, table.columns.get(index)?);
            let parents = known.parents().iter();
            let now: Vec<Vec<i64>> = parents
                .map(|back| {
                    let parent = self.sense.before(index, *back);
                    let rows = parent.and_then(|parent| rows.get(parent)?.as_deref());
                    values_beside(exceptions_of(column), index, parent, rows, &presence)
                })
                .collect();
            known.write(column, &now, &presence.kinds_of(index), level, &mut coder, &mut aside);
        }
        let aside = aside.bytes;
        let (mut flags, mut out) = (0, Vec::new());
        flags |= if table.tail.is_empty() { 0 } else { TAIL };
        flags |= if table.odd_at.is_empty() { 0 } else { ODD };
        flags |= if aside.is_empty() { 0 } else { ASIDE };
        if flags & TAIL != 0 {
            put_varint(&mut out, table.tail.len() as u64);
            out.extend_from_slice(&table.tail);
        }
        if flags & ODD != 0 {
            put_varint(&mut out, table.odd_at.len() as u64);
            pieces::write_gaps(&table.odd_at, level, &mut out);
            pieces::write_text(&table.odd.to_lines(), level, &mut out);
        }
        if self.layout.kinds() > 1 {
            kinds::write(presence.kinds(), level, &mut out);
        }
        if flags & ASIDE != 0 {
            put_varint(&mut out, aside.len() as u64);
            out.extend(aside);
        }
        out.extend(coder.finish());
        Some(Warm { flags, rest: out })
    }

    /// Appends the text of a table that goes on from here.
    pub(super) fn read_into(
        &self,
        flags: u8,
        rest: &[u8],
        bounds: Bounds,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        self.layout.join(&self.table(flags, rest, bounds)?, bounds.text_bytes, out)
    }

    fn table(&self, flags: u8, rest: &[u8], bounds: Bounds) -> Result<Table, Error> {
        let mut cursor = Cursor::new(rest);
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
        let presence = columns::read_roll(&mut cursor, &self.layout, rows, bounds)?;
        let aside = if flags & ASIDE != 0 { count(&mut cursor, rest.len())? } else { 0 };
        let mut aside = Aside::new(Cursor::new(cursor.bytes(aside)?));
        let mut coder = Decoder::new(cursor.rest());
        let total = self.columns.len();
        let mut decoded: Vec<Option<Column>> = (0..total).map(|_| None).collect();
        for index in (0..total).map(|nth| self.sense.nth(nth, total)) {
            let Some(known) = self.columns.get(index) else { continue };
            let now = |exceptions: &Exceptions| {
                let parents = known.parents().iter();
                let values = parents.map(|back| {
                    let parent = self.sense.before(index, *back);
                    let rows = parent.and_then(|parent| {
                        self.columns.get(parent)?.row_values(decoded.get(parent)?.as_ref()?)
                    });
                    values_beside(exceptions, index, parent, rows.as_deref(), &presence)
                });
                values.collect()
            };
            let cells = presence.cells(index, known.column.span);
            let column = known.read(cells, &presence.kinds_of(index), now, bounds, &mut coder, &mut aside)?;
            if let Some(place) = decoded.get_mut(index) {
                *place = Some(column);
            }
        }
        coder.finish()?;
        if !aside.bytes.rest().is_empty() {
            return Err(Error::Corrupt("more stands aside than columns need"));
        }
        table.columns = decoded.into_iter().flatten().collect();
        table.kinds = presence.into_kinds();
        Ok(table)
    }
}

/// The values of the column `parent`, one a row, where the one at `index` has numbers.
fn values_beside(
    exceptions: &Exceptions,
    index: usize,
    parent: Option<usize>,
    rows: Option<&[i64]>,
    presence: &Presence,
) -> Vec<i64> {
    let (Some(parent), Some(values)) = (parent, rows) else { return Vec::new() };
    let aligned = presence.align(parent, index, values);
    block::at_numbers(exceptions, aligned.as_deref().unwrap_or(values)).into_owned()
}

#[cfg(test)]
mod tests;
