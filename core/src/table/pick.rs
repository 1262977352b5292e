//! A field of a table as people ask for it: one column, or what any of the columns has that share its name.

use super::{Care, Column, Lane, Layout, Presence, Table};
use alloc::{collections::BTreeMap, vec, vec::Vec};
use core::ops::Range;

/// Cells of some fields in some rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Picked {
    /// Which of the lines each row is.
    pub lines: Vec<u64>,
    /// For each field a line a row.
    pub columns: Vec<Vec<u8>>,
    /// Lines that are not rows.
    pub odd: u64,
}

impl Picked {
    /// Returns the cells of fields in `lines`, each of which has an end; `None` is a field of empty cells.
    pub fn of_lines(lines: &[u8], layout: &Layout, picks: &[Option<Pick>]) -> Self {
        let all = memchr::memchr_iter(b'\n', lines).count() as u64;
        let split = layout.split(lines, Care::Quick);
        let presence = split.as_ref().and_then(|table| Presence::of(layout, table).ok());
        let Some((table, presence)) = split.zip(presence) else {
            return Self { lines: Vec::new(), columns: vec![Vec::new(); picks.len()], odd: all };
        };
        let mut odd = table.odd_at.iter().map(|at| u64::from(*at)).peekable();
        let lines: Vec<u64> = (0..all).filter(|line| odd.next_if_eq(line).is_none()).collect();
        let columns = picks.iter().map(|pick| table.print(&presence, pick.as_ref())).collect();
        Self { odd: all - lines.len() as u64, lines, columns }
    }
}

impl Table {
    /// The cells of one field, a line each.
    pub(crate) fn print(&self, presence: &Presence, pick: Option<&Pick>) -> Vec<u8> {
        let Some(pick) = pick else { return vec![b'\n'; presence.rows()] };
        let starts = self.columns.iter().scan(0, |first, column| {
            *first += column.span;
            Some(*first - column.span)
        });
        let columns: Vec<(usize, &Column)> = starts.zip(&self.columns).collect();
        let mut lines = Vec::new();
        pick.print(presence, &columns, 0..presence.rows(), &mut lines);
        lines
    }
}

/// Where a field's text comes from in each kind of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    of_kind: Vec<Source>,
}

/// Where a field's text comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// A column's cell.
    Cell(usize),
    /// A word that all rows of the kind have.
    Word(Vec<u8>),
    /// Rows of the kind have no such field.
    Nothing,
}

impl Pick {
    pub(super) fn new(of_kind: Vec<Source>) -> Self {
        Self { of_kind }
    }

    /// One column of a table.
    pub fn column(layout: &Layout, column: usize) -> Option<Self> {
        let source = |has: bool| if has { Source::Cell(column) } else { Source::Nothing };
        let of_kind = match layout {
            Layout::Fields(_) => vec![source(true)],
            Layout::Lines(skeleton) => {
                skeleton.kinds().map(|mut columns| source(columns.any(|other| other == column))).collect()
            }
        };
        (column < layout.columns()).then_some(Self { of_kind })
    }

    /// The field of that name: one that all kinds of rows share before one of a single series.
    pub fn named(layout: &Layout, name: &[u8]) -> Option<Self> {
        let shared = match layout {
            Layout::Fields(_) => None,
            Layout::Lines(skeleton) => skeleton.pick(name),
        };
        let column = || layout.names().iter().position(|known| known.as_deref() == Some(name));
        shared.or_else(|| Self::column(layout, column()?))
    }

    /// All fields, each with its name if it has one: as rows have them, whatever the series they belong to.
    pub fn all(layout: &Layout) -> Vec<(Self, Option<Vec<u8>>)> {
        let Layout::Lines(skeleton) = layout else {
            let columns = layout.names().into_iter().enumerate();
            return columns
                .filter_map(|(column, name)| Some((Self::column(layout, column)?, name)))
                .collect();
        };
        skeleton.fields()
    }

    /// The columns it needs.
    pub fn columns(&self) -> impl Iterator<Item = usize> {
        self.of_kind.iter().filter_map(|source| match source {
            Source::Cell(column) => Some(*column),
            _ => None,
        })
    }

    /// Appends the field's text in each of some rows, a line each. `columns` are decoded, with the first field of each.
    pub fn print(
        &self,
        presence: &Presence,
        columns: &[(usize, &Column)],
        rows: Range<usize>,
        out: &mut Vec<u8>,
    ) {
        let mut lanes: BTreeMap<usize, Lane> = BTreeMap::new();
        for field in self.columns() {
            let covers =
                |(first, column): &&(usize, &Column)| (*first..*first + column.span).contains(&field);
            if let Some((first, column)) = columns.iter().find(covers) {
                let lane = lanes.entry(field).or_default();
                lane.clear();
                column.print(presence, *first, field, rows.clone(), b'\n', lane);
            }
        }
        for row in rows {
            let kind = presence.kinds().get(row).map_or(0, |kind| usize::from(*kind));
            match self.of_kind.get(kind) {
                Some(Source::Cell(column)) => {
                    out.extend_from_slice(lanes.get_mut(column).map_or(b"\n", |lane| lane.take_cell()));
                }
                Some(Source::Word(word)) => {
                    out.extend_from_slice(word);
                    out.push(b'\n');
                }
                _ => out.push(b'\n'),
            }
        }
    }
}
