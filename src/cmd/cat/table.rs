//! The one table that the parts of an archive are: which of its rows and columns are wanted, and what stands above them.

use super::{Written, printer::Printer, stop::Stop};
use crate::{
    failure::Outcome,
    rows::{
        fields::{self, Fields},
        filter::{self, Filter},
        section::Section,
    },
    text::{span::Span, units},
    ui::Ui,
};
use qres_core::{
    table::{Layout, Pick, Schema},
    value::Summary,
};
use std::collections::BTreeSet;

/// What is wanted of a table, and what is known of it.
#[derive(Debug)]
pub(super) struct Table {
    archive: String,
    columns: Vec<String>,
    wanted: filter::Wanted,
    /// How rows are printed, if not as they are written.
    written: Option<Written>,
    header: bool,
    /// How the last part with a table writes it, and the names that stood before its rows or those of one before.
    layout: Option<Layout>,
    names: Vec<u8>,
    fields: Option<Fields>,
    filter: Option<Filter>,
    /// What is to be told of the part that has begun, once a row of it is printed.
    change: Option<String>,
    changes: u64,
    /// Lines that are no rows of the table and so have no columns.
    odd: u64,
}

impl Table {
    /// Nothing of the archive seen yet.
    pub(super) fn new(
        archive: String,
        columns: Vec<String>,
        wanted: filter::Wanted,
        written: Option<Written>,
        header: bool,
    ) -> Self {
        let (layout, names, fields, filter, change) = Default::default();
        let (changes, odd) = (0, 0);
        Self {
            archive,
            columns,
            wanted,
            written,
            header,
            layout,
            names,
            fields,
            filter,
            change,
            changes,
            odd,
        }
    }

    /// Whether every row is wanted.
    pub(super) fn takes_all(&self) -> bool {
        self.wanted.is_all()
    }

    /// Whether rows have to be looked at to find out what is wanted.
    pub(super) fn is_looking(&self) -> bool {
        self.filter.is_none() && !self.takes_all()
    }

    /// Whether a row of which only this is known may be wanted.
    pub(super) fn may_hold(&self, summaries: &[Summary]) -> bool {
        self.filter.as_ref().is_none_or(|filter| filter.may_hold(summaries))
    }

    /// The names that stand before the rows.
    pub(super) fn names(&self) -> &[u8] {
        &self.names
    }

    /// Whether a part with this schema may begin with the names that are known although it is no table.
    pub(super) fn may_be_named_anew(&self, schema: &Schema) -> bool {
        matches!(schema, Schema::Bytes) && !self.names().is_empty()
    }

    /// A part with this schema begins.
    pub(super) fn enter(&mut self, schema: &Schema, printer: &mut Printer) -> Outcome {
        self.change = None;
        let samples = match schema {
            Schema::Raw(raw) => Some(Layout::of_samples(*raw)),
            _ => None,
        };
        let ((Schema::Table(layout), _) | (_, Some(layout))) = (schema, &samples) else {
            return if self.needs_table() { fields::layout(schema, &self.archive).map(drop) } else { Ok(()) };
        };
        let missing = match &mut self.fields {
            Some(fields) => fields.enter(layout),
            None => Vec::new(),
        };
        match &self.layout {
            None => self.begin(layout, printer)?,
            _ if !missing.is_empty() => {
                self.change = Some(format!("there is no {}: empty cells", missing.join(", ")));
            }
            Some(known) if self.fields.is_none() && !agree(known, layout) => {
                self.print_header(layout, printer);
                self.change = Some("the columns are others".into());
            }
            Some(_) => {}
        }
        if let Some(filter) = &mut self.filter {
            filter.enter(layout);
        }
        if !layout.preamble().is_empty() {
            self.names = layout.preamble().to_vec();
        }
        self.layout = Some(layout.clone());
        Ok(())
    }

    /// Whether there must be a table, and none is known.
    fn needs_table(&self) -> bool {
        let by_columns = self.written.is_some() || !self.columns.is_empty() || !self.wanted.is_all();
        by_columns && self.layout.is_none()
    }

    /// The first table begins.
    fn begin(&mut self, layout: &Layout, printer: &mut Printer) -> Outcome {
        if self.written.is_some() || !self.columns.is_empty() {
            let mut fields = Fields::find(&self.columns, layout, &self.archive)?;
            if self.written == Some(Written::Csv) {
                fields = fields.between_commas();
            }
            let has_header = self.header && self.written != Some(Written::Jsonl);
            printer.header(fields.header().filter(|_| has_header).unwrap_or_default());
            self.fields = Some(fields);
        } else {
            self.print_header(layout, printer);
        }
        Ok(())
    }

    fn print_header(&self, layout: &Layout, printer: &mut Printer) {
        printer.header(if self.header { layout.preamble().to_vec() } else { Vec::new() });
    }

    /// Prints what is wanted of the rows `span` of a section, the first row of which has the number `row`.
    pub(super) fn print(
        &mut self,
        section: &Section<'_>,
        span: Span,
        row: u64,
        printer: &mut Printer,
        ui: Ui,
    ) -> Result<(), Stop> {
        let Some(layout) = self.layout.clone() else { return print_lines(section, span, None, printer) };
        if self.is_looking() {
            self.filter = Some(Filter::find(&self.wanted, &layout, section, &self.archive)??);
        }
        let kept = match &self.filter {
            Some(filter) => Some(filter.lines(section, &layout, span)?),
            None => None,
        };
        let span = match kept.as_deref() {
            Some([]) => return Ok(()),
            Some([first, .., last]) => Span { start: *first, end: last + 1 },
            Some([one]) => Span { start: *one, end: one + 1 },
            None => span,
        };
        self.tell_change(row + span.start, printer, ui);
        match &self.fields {
            Some(fields) => {
                let cells = section.cells(&layout, fields.picks(), span)?;
                self.odd += if kept.is_some() { 0 } else { cells.odd };
                let mut lines = cells.lines.iter();
                let mut print = |line: &[u8]| match (lines.next(), &kept) {
                    (Some(number), Some(kept)) if kept.binary_search(number).is_err() => Ok(()),
                    _ => printer.row(line),
                };
                match self.written {
                    Some(Written::Jsonl) => fields.each_object(&cells.columns, &mut print)?,
                    _ => fields.each_row(&cells.columns, &mut print)?,
                }
                Ok(())
            }
            None => print_lines(section, span, kept.as_deref(), printer),
        }
    }

    fn tell_change(&mut self, row: u64, printer: &Printer, ui: Ui) {
        let Some(change) = self.change.take().filter(|_| printer.rows > 0) else { return };
        if self.changes == 0 {
            ui.warning(&format!("{}: from row {row} on {change}", self.archive));
        }
        self.changes += 1;
    }

    /// Says what has not been printed as it was.
    pub(super) fn finish(&self, ui: Ui) {
        let archive = &self.archive;
        if self.changes > 1 {
            ui.warning(&format!("{}: columns change {} times", archive, self.changes));
        }
        if self.odd > 0 {
            let lines = units::count(self.odd, "line");
            ui.warning(&format!("{archive}: {lines} with another number of fields left out"));
        }
    }
}

/// Prints lines as they are: all, or those that are kept.
fn print_lines(
    section: &Section<'_>,
    span: Span,
    kept: Option<&[u64]>,
    printer: &mut Printer,
) -> Result<(), Stop> {
    let lines = section.slice(span)?;
    let Some(kept) = kept else { return Ok(printer.lines(lines, section.count(lines))?) };
    let mut kept = kept.iter().peekable();
    for (number, line) in (span.start..).zip(lines.split_inclusive(|byte| *byte == b'\n')) {
        if kept.next_if_eq(&&number).is_some() {
            printer.row(line)?;
        }
    }
    Ok(())
}

/// Whether the names that stand above the rows of one part are right for those of another.
fn agree(known: &Layout, new: &Layout) -> bool {
    match (known, new) {
        (Layout::Fields(one), Layout::Fields(other)) => {
            let (names, others) = (one.names(), other.names());
            let unnamed = others.iter().all(Option::is_none);
            one.columns == other.columns && one.delimiter == other.delimiter && (unnamed || names == others)
        }
        (Layout::Lines(_), Layout::Lines(_)) => {
            let names =
                |layout| Pick::all(layout).into_iter().filter_map(|(_, name)| name).collect::<BTreeSet<_>>();
            known.preamble() == new.preamble() || names(known) == names(new)
        }
        _ => false,
    }
}
