//! Looking into a segment without decoding all of it: what its columns are, and the cells of some of them.

use super::{Header, View};
use crate::{
    Error,
    codec::numbers::Tag,
    parallel::Sequential,
    table::{Column, Format, Layout, Pick},
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
