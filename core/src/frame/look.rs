//! Looking into a segment without decoding all of it: what its columns are, and the cells of some of them.

use super::{Header, View};
use crate::{
    codec::numbers::{Map, Tag},
    error::Error,
    parallel::Sequential,
    table::{Column, Format, Layout, Pick, Picked},
};
use alloc::{borrow::Cow, vec::Vec};
use core::ops::Range;

/// What a column of a segment is.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnInfo {
    /// The first field of a row that it covers.
    pub first: usize,
    /// How many fields it covers.
    pub span: usize,
    /// Bytes it takes in the archive.
    pub bytes: u64,
    /// Cells it holds.
    pub cells: u64,
    /// What its cells are.
    pub kind: Kind,
}

/// How the numbers of a column are put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrangement {
    /// One after the other, on one number line.
    Line(Tag),
    /// For each kind of rows on a number line of its own.
    Grouped,
    /// As samples that were standardised row by row.
    Standard,
}

impl Arrangement {
    /// Returns its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Line(tag) if tag.is_modelled() => "modelled",
            Self::Line(tag) => match tag.map {
                Map::Plain => "plain",
                Map::Scaled => "scaled",
                Map::Ranked => "ranked",
                Map::Parts => "parts",
                Map::Coupled => "coupled",
                Map::Bent => "bent",
                Map::Dated => "dated",
            },
            Self::Grouped => "grouped",
            Self::Standard => "samples",
        }
    }
}

/// What a column's cells are.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Numbers or times.
    Numbers {
        /// How they are written.
        format: Format,
        /// What they were made to before they were coded.
        map: Arrangement,
        /// Cells that are none.
        exceptions: u64,
    },
    /// A few distinct cells.
    Tokens {
        /// How many.
        distinct: u64,
    },
    /// Text.
    Text,
}

impl View<'_> {
    /// What the columns are; none where the segment holds no table.
    pub fn columns(&self, header: &Header) -> Result<Vec<ColumnInfo>, Error> {
        match self.table(header)? {
            Some((_, body)) => body.blocks.iter().map(|block| body.info(block)).collect(),
            None => Ok(Vec::new()),
        }
    }

    /// Returns the cells of fields in `rows` without decoding what is not asked for; `None` is a field of empty cells. No
    /// cells unless each line of the segment is a row of a table like `layout`.
    ///
    /// # Errors
    ///
    /// Every way in which the segment can be damaged.
    pub fn picked(
        &self,
        header: &Header,
        layout: &Layout,
        picks: &[Option<Pick>],
        rows: Range<u64>,
    ) -> Result<Option<Picked>, Error> {
        let same = |known: &Layout| match (known, layout) {
            (Layout::Fields(one), Layout::Fields(other)) => {
                one.columns == other.columns && one.delimiter == other.delimiter
            }
            (one, other) => one == other,
        };
        let known = self.layout(header)?;
        if !known.is_some_and(|(known, count)| same(&known) && count as u64 == self.rows) {
            return Ok(None);
        }
        let rows = rows.start.min(self.rows)..rows.end.min(self.rows);
        let place = |row: u64| usize::try_from(row).unwrap_or(usize::MAX);
        let span = place(rows.start)..place(rows.end);
        let mut columns = Vec::new();
        for pick in picks {
            let mut lines = Vec::new();
            match pick {
                Some(pick) => _ = self.cells(header, pick, span.clone(), &mut lines)?,
                None => lines.resize(span.len(), b'\n'),
            }
            columns.push(lines);
        }
        Ok(Some(Picked { lines: rows.collect(), columns, odd: 0 }))
    }

    /// Appends a field's text in the given regular rows (odd lines are not counted), a line each. `None` where the segment
    /// holds no table.
    pub fn cells(
        &self,
        header: &Header,
        pick: &Pick,
        rows: Range<usize>,
        out: &mut Vec<u8>,
    ) -> Result<Option<()>, Error> {
        let Some((_, body)) = self.table(header)? else { return Ok(None) };
        let rows = rows.start.min(body.rows())..rows.end.min(body.rows());
        let fields: Vec<usize> = pick.columns().collect();
        let needed = |index: usize| {
            let block = body.blocks.get(index);
            block.is_some_and(|block| fields.iter().any(|field| block.fields().contains(field)))
        };
        let columns = body.columns(needed, &Sequential)?;
        let decoded: Vec<(usize, &Column)> = body
            .blocks
            .iter()
            .zip(&columns)
            .filter_map(|(b, column)| Some((b.first, column.as_ref()?)))
            .collect();
        pick.print(body.presence(), &decoded, rows, out);
        Ok(Some(()))
    }

    /// Whether its text goes on after the last line end; `None` where only decoding tells.
    pub fn is_open(&self, header: &Header) -> Result<Option<bool>, Error> {
        Ok(match self.table(header)? {
            Some((_, body)) => Some(body.is_open()),
            None => self.is_stored_open(),
        })
    }

    /// The layout of the table inside and its regular rows, if there is one.
    pub fn layout<'h>(&self, header: &'h Header) -> Result<Option<(Cow<'h, Layout>, usize)>, Error> {
        Ok(self.table(header)?.map(|(layout, body)| (layout, body.rows())))
    }
}
