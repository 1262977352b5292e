//! Columns and segments of an archive, and where a column stands in a frame.

use crate::{
    frame::Header,
    table::{Layout, Pick, Schema},
    value::{Condition, Type, Values},
};
use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use core::ops::Range;

/// A column of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name, or its number from 1 if it has none.
    pub name: Vec<u8>,
    /// Its place among the columns of the first frame that has it.
    pub(super) place: usize,
    /// The type that holds its values in all segments.
    pub kind: Type,
}

/// A segment of an archive, and which of its rows it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// Its rows, counted from 0 through all frames.
    pub rows: Range<u64>,
    /// Bytes it takes in the archive.
    pub bytes: u64,
    pub(super) frame: usize,
    /// Its place in the frame.
    pub(super) number: usize,
    pub(super) at: u64,
}

/// The values of some columns in rows of one segment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// The numbers of the rows. Lines that are no rows of the table have none here.
    pub rows: Vec<u64>,
    /// The values of each column.
    pub columns: Vec<Values>,
}

impl Batch {
    /// No row.
    pub(super) fn none(fields: &[Field]) -> Self {
        let columns = fields.iter().filter_map(|field| Values::of(field.kind, core::iter::empty()));
        Self { rows: Vec::new(), columns: columns.collect() }
    }
}

impl Stretch {
    /// Which of its lines are among `rows`. What follows the last line end is one row more.
    pub(super) fn wanted(&self, rows: &Range<u64>) -> Range<u64> {
        let (first, end) = (self.rows.start, self.rows.end.saturating_add(1));
        rows.start.clamp(first, end) - first..rows.end.clamp(first, end) - first
    }

    /// All lines of it, and one that has no end.
    pub(super) fn lines(&self) -> Range<u64> {
        0..(self.rows.end - self.rows.start).saturating_add(1)
    }
}

impl Field {
    /// Its place among columns of these names, if it is one of them.
    pub(super) fn place_in(&self, names: &[Option<Vec<u8>>]) -> Option<usize> {
        let here = names.get(self.place);
        let is_here = here.is_some_and(|name| {
            let name = name.as_ref().filter(|name| !name.is_empty());
            name.is_none_or(|name| *name == self.name) || self.name == number(self.place)
        });
        let by_name = || names.iter().position(|name| name.as_ref() == Some(&self.name));
        if is_here { Some(self.place) } else { by_name() }
    }

    /// Where its cells are in a table of that layout.
    pub(super) fn pick(&self, layout: &Layout) -> Option<Pick> {
        let (mut picks, names): (Vec<Pick>, Vec<_>) = Pick::all(layout).into_iter().unzip();
        self.place_in(&names).map(|place| picks.swap_remove(place))
    }
}

/// The names of the columns of a frame.
pub(super) fn names(header: &Header) -> Vec<Option<Vec<u8>>> {
    match &header.schema {
        Schema::Table(layout) => Pick::all(layout).into_iter().map(|(_, name)| name).collect(),
        Schema::Raw(raw) => alloc::vec![None; raw.channels.into()],
        _ => Vec::new(),
    }
}

/// The columns of these names, of no type yet. Of several that share a name, the first has it.
pub(super) fn named(names: &[Option<Vec<u8>>]) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for (place, name) in names.iter().enumerate() {
        let is_new = |name: &&Vec<u8>| !name.is_empty() && fields.iter().all(|other| other.name != **name);
        let name = name.as_ref().filter(is_new).cloned().unwrap_or_else(|| number(place));
        fields.push(Field { name, place, kind: Type::Null });
    }
    fields
}

/// What a column without a name is called.
fn number(place: usize) -> Vec<u8> {
    place.saturating_add(1).to_string().into_bytes()
}

/// The columns of a condition, in the order of its comparisons, in a frame with columns of these names.
pub(super) fn asked(condition: &Condition, names: &[Option<Vec<u8>>]) -> Vec<Field> {
    let columns = condition.comparisons().iter().flat_map(|comparison| &comparison.columns);
    let field = |column: &String| {
        let place = place_of(column, names).unwrap_or(usize::MAX);
        Field { name: column.as_bytes().to_vec(), place, kind: Type::Text }
    };
    columns.map(field).collect()
}

/// Where the column of that name, or of that number from 1, stands.
pub(super) fn place_of(column: &str, names: &[Option<Vec<u8>>]) -> Option<usize> {
    let by_name = names.iter().position(|name| name.as_deref() == Some(column.as_bytes()));
    let by_number = || column.parse::<usize>().ok()?.checked_sub(1).filter(|place| *place < names.len());
    by_name.or_else(by_number)
}
