//! Looking into a segment without decoding all of it: what its columns are, and the cells of some of them.

use super::{Header, View, columns::Body};
use crate::{
    Error,
    codec::numbers::Map,
    table::{Format, Lane, Layout},
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

/// What a column's cells are.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Numbers or times.
    Numbers {
        /// How they are written.
        format: Format,
        /// The number line they live on; `None` if each kind of rows has its own.
        map: Option<Map>,
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

    /// Appends the given fields of the given regular rows (odd lines are not counted) as lines of a table; a row that has
    /// not got a field has nothing there. `None` where the segment holds no table or has no such field.
    pub fn cells(
        &self,
        header: &Header,
        fields: &[usize],
        rows: Range<usize>,
        out: &mut Vec<u8>,
    ) -> Result<Option<()>, Error> {
        let Some((layout, body)) = self.table(header)? else { return Ok(None) };
        let rows = rows.start.min(body.rows())..rows.end.min(body.rows());
        let mut lanes = Vec::new();
        for (place, field) in fields.iter().enumerate() {
            let Some(index) = body.blocks.iter().position(|b| (b.first..b.first + b.span).contains(field))
            else {
                return Ok(None);
            };
            let ending = if place + 1 == fields.len() { b'\n' } else { layout.delimiter() };
            lanes.push((*field, ending, print_field(&body, index, *field, rows.clone(), ending)?));
        }
        for row in rows {
            for (field, ending, lane) in &mut lanes {
                if body.roll().has(*field, row) {
                    out.extend_from_slice(lane.take_cell());
                } else {
                    out.push(*ending);
                }
            }
        }
        Ok(Some(()))
    }

    /// The layout of the table inside and its regular rows, if there is one.
    pub fn layout<'h>(&self, header: &'h Header) -> Result<Option<(Cow<'h, Layout>, usize)>, Error> {
        Ok(self.table(header)?.map(|(layout, body)| (layout, body.rows())))
    }
}

/// The cells of one field, printed.
fn print_field(
    body: &Body<'_>,
    index: usize,
    field: usize,
    rows: Range<usize>,
    ending: u8,
) -> Result<Lane, Error> {
    let column = body.columns(|column| column == index)?.into_iter().nth(index).flatten();
    let column = column.ok_or(Error::Corrupt("no such column"))?;
    let first = body.blocks.get(index).map_or(0, |block| block.first);
    let mut lane = Lane::default();
    column.print(body.roll(), first, field, rows, ending, &mut lane);
    Ok(lane)
}
