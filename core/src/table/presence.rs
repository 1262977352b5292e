//! Which rows a column has cells in: all of them where rows are fields between delimiters, those of some kinds of lines
//! where they have skeletons.

use super::{Layout, Table};
use crate::error::Error;
use alloc::{vec, vec::Vec};

/// Rows and their columns.
#[derive(Debug, Clone)]
pub struct Presence {
    rows: usize,
    /// The kind of each row; empty where every column has a cell in every row.
    kinds: Vec<u16>,
    /// What is known of each column; empty where every column has a cell in every row.
    columns: Vec<Entry>,
}

/// Where a column has cells.
#[derive(Debug, Clone, Default)]
struct Entry {
    /// Kinds that have the column and occur.
    kinds: Vec<u16>,
    cells: usize,
    /// The rows with a cell, if there are others.
    places: Vec<u32>,
}

impl Presence {
    /// The rows of `layout` whose kinds are known; empty `kinds` are rows with a cell in each column.
    pub(crate) fn new(layout: &Layout, rows: usize, kinds: Vec<u16>) -> Result<Self, Error> {
        let Layout::Lines(skeleton) = layout else {
            return Ok(Self { rows, kinds: Vec::new(), columns: Vec::new() });
        };
        let mut counts = vec![0usize; skeleton.kinds().len()];
        for kind in &kinds {
            *counts.get_mut(usize::from(*kind)).ok_or(Error::Corrupt("a line of no kind"))? += 1;
        }
        let mut columns = vec![Entry::default(); skeleton.columns()];
        for ((kind, of_kind), count) in
            (0..).zip(skeleton.kinds()).zip(&counts).filter(|(_, count)| **count > 0)
        {
            for column in of_kind {
                if let Some(entry) = columns.get_mut(column) {
                    entry.kinds.push(kind);
                    entry.cells = entry.cells.saturating_add(*count);
                }
            }
        }
        Ok(Self { rows, kinds, columns })
    }

    /// The rows of a table.
    pub fn of(layout: &Layout, table: &Table) -> Result<Self, Error> {
        let mut presence = Self::new(layout, table.lines - table.odd_at.len(), table.kinds.clone())?;
        presence.find_places(layout);
        Ok(presence)
    }

    /// Lists the rows of columns that not all rows have: needed before [`Presence::align`] and [`Presence::kinds_of`]. There are
    /// as many as cells, which the caller has to bound first.
    pub(crate) fn find_places(&mut self, layout: &Layout) {
        let Layout::Lines(skeleton) = layout else { return };
        let rows = self.rows;
        let of_kind: Vec<Vec<usize>> = skeleton.kinds().map(Iterator::collect).collect();
        if self.columns.iter().all(|entry| entry.cells == rows || entry.cells == 0) {
            return;
        }
        for (row, kind) in (0..).zip(&self.kinds) {
            for column in of_kind.get(usize::from(*kind)).into_iter().flatten() {
                if let Some(entry) = self.columns.get_mut(*column).filter(|entry| entry.cells < rows) {
                    entry.places.push(row);
                }
            }
        }
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The kind of each row; none where every column has a cell in every row.
    pub(crate) fn kinds(&self) -> &[u16] {
        &self.kinds
    }

    /// The kind of each row, kept.
    pub(crate) fn into_kinds(self) -> Vec<u16> {
        self.kinds
    }

    /// Cells of a column that covers `span` fields of a row.
    pub(crate) fn cells(&self, column: usize, span: usize) -> usize {
        self.columns.get(column).map_or(self.rows.saturating_mul(span), |entry| entry.cells)
    }

    /// Cells of all columns, of which there are `columns` where every one has a cell in every row.
    pub(crate) fn all_cells(&self, columns: usize) -> Option<usize> {
        match self.columns.is_empty() {
            true => self.rows.checked_mul(columns),
            false => self.columns.iter().try_fold(0usize, |sum, entry| sum.checked_add(entry.cells)),
        }
    }

    /// The kinds that occur and have the column.
    pub(crate) fn kinds_with(&self, column: usize) -> &[u16] {
        self.columns.get(column).map_or(&[], |entry| &entry.kinds)
    }

    /// The kind of each row that the column has a cell in.
    pub(crate) fn kinds_of(&self, column: usize) -> Vec<u16> {
        let entry = self.columns.get(column);
        match entry {
            Some(entry) if entry.cells < self.rows => {
                entry.places.iter().filter_map(|row| self.kinds.get(*row as usize)).copied().collect()
            }
            _ => self.kinds.clone(),
        }
    }

    /// The first of the column's cells that is not above `row`.
    pub(crate) fn cell_at(&self, column: usize, span: usize, row: usize) -> usize {
        match self.columns.get(column) {
            Some(entry) if entry.cells < self.rows => {
                entry.places.partition_point(|place| (*place as usize) < row)
            }
            _ => row * span,
        }
    }

    /// Of `values`, one for each cell of the column `from`, the last one above or beside each cell of the column `to`;
    /// `None` if there are equally many, which then belong together one by one.
    pub(crate) fn align(&self, from: usize, to: usize, values: &[i64]) -> Option<Vec<i64>> {
        let (from, to) = (self.columns.get(from)?, self.columns.get(to)?);
        if from.cells == to.cells {
            return None;
        }
        let all: Vec<u32>;
        let every = |entry: &Entry| entry.cells == self.rows;
        let rows = if every(to) {
            all = (0..self.rows as u32).collect();
            &all
        } else {
            &to.places
        };
        let mut last = values.first().copied().unwrap_or(0);
        if every(from) {
            return Some(rows.iter().map(|row| values.get(*row as usize).copied().unwrap_or(last)).collect());
        }
        let mut known = from.places.iter().zip(values).peekable();
        let beside = |row: &u32| {
            while let Some((_, value)) = known.next_if(|(place, _)| *place <= row) {
                last = *value;
            }
            last
        };
        Some(rows.iter().map(beside).collect())
    }
}
