//! The layout of the rows, found in the first lines, and the cells of each line after them.

use super::column::{self, Column};
use crate::{
    cmd::words,
    error::{Failure, Outcome},
};
use qres_core::table::{self, Content, Layout, Strings};

/// Lines that decide what the columns are: a header and as many rows as a watch needs before it can tell anything.
pub(crate) const FIRST: usize = 17;
/// Lines, and bytes, after which no more is waited for.
const MOST: (usize, usize) = (272, 4 << 20);

/// Rows taken apart.
#[derive(Debug)]
pub(crate) struct Sheet {
    layout: Layout,
    /// Reads every cell as the text it is.
    like: Vec<table::Column>,
}

impl Sheet {
    /// The layout of these lines and the columns of numbers in them; `None` if more lines are needed to tell.
    pub(crate) fn detect(text: &[u8]) -> Option<(Self, Vec<Column>)> {
        // What is the same in all of the first rows may be another in the next: fields, but for JSON lines.
        let fields = if text.starts_with(b"{") { None } else { Layout::fields(text) };
        [fields, Layout::detect(text)].into_iter().flatten().find_map(|layout| {
            let sheet = Self::new(layout);
            let columns = sheet.columns(text);
            (!columns.is_empty()).then_some((sheet, columns))
        })
    }

    /// Whether to look for a layout after so many lines and bytes, and whether for the last time.
    pub(crate) fn is_time(lines: usize, bytes: usize) -> (bool, bool) {
        let last = lines >= MOST.0 || bytes >= MOST.1;
        (last || (lines.is_multiple_of(FIRST) && (lines / FIRST).is_power_of_two()), last)
    }

    fn new(layout: Layout) -> Self {
        let like = || table::Column { span: 1, content: Content::Text(Strings::default()) };
        let like = (0..layout.columns()).map(|_| like()).collect();
        Self { layout, like }
    }

    /// How many bytes come before the first row.
    pub(crate) fn preamble(&self) -> usize {
        self.layout.preamble().len()
    }

    /// Gives the number of each column that has a cell in this line, and the cell.
    pub(crate) fn cells(&self, line: &[u8], mut each: impl FnMut(usize, &[u8])) {
        let Some(table) = self.layout.split_like(line, &self.like.iter().collect::<Vec<_>>()) else { return };
        for (number, column) in table.columns.iter().enumerate() {
            match &column.content {
                Content::Text(cells) if cells.len() > 0 => each(number, bare(cells.get(0))),
                Content::Tokens { distinct, .. } if distinct.len() > 0 => each(number, bare(distinct.get(0))),
                _ => {}
            }
        }
    }

    fn columns(&self, text: &[u8]) -> Vec<Column> {
        let names = self.layout.names();
        let mut cells = vec![Vec::new(); self.layout.columns()];
        for line in text.get(self.preamble()..).unwrap_or_default().split_inclusive(|b| *b == b'\n') {
            self.cells(line, |number, cell| cells[number].push(cell.to_vec()));
        }
        let found = cells.iter().enumerate().filter_map(|(number, cells)| {
            let places = column::places(cells)?;
            Some(Column::new(number, words::column(&names, number), places, column::is_clock(cells)))
        });
        found.collect()
    }
}

/// A cell without blanks and quotes around it.
fn bare(cell: &[u8]) -> &[u8] {
    let cell = cell.trim_ascii();
    cell.strip_prefix(b"\"").and_then(|cell| cell.strip_suffix(b"\"")).unwrap_or(cell).trim_ascii()
}

/// Keeps the columns asked for, by name or by number from 1, in this order; if none is named all but clocks.
pub(crate) fn choose(columns: Vec<Column>, asked: &[String]) -> Outcome<Vec<Column>> {
    if asked.is_empty() {
        let clocks = columns.iter().all(|column| column.clock);
        return Ok(columns.into_iter().filter(|column| clocks || !column.clock).collect());
    }
    let (mut left, mut chosen) = (columns, Vec::new());
    for name in asked {
        let number = name.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
        let by_name = left.iter().position(|column| column.name == *name);
        let Some(at) = by_name.or_else(|| left.iter().position(|column| Some(column.number) == number))
        else {
            let what = format!("no column of numbers is `{}`", crate::ui::printable(name));
            return Err(Failure::usage(what, "`qres check FILE` lists the columns; each can be named once"));
        };
        chosen.push(left.remove(at));
    }
    Ok(chosen)
}
