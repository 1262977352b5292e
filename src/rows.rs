//! Rows and fields of one segment, as `cat` prints them.

use crate::{
    cli::Span,
    cmd::words,
    error::{Failure, Outcome},
};
use qres_core::{
    Error,
    crew::Alone,
    frame::{Header, Prior, View},
    table::{Care, Column, Layout, Pick, Roll, Schema, Table},
};

/// Where in its frame a segment may stand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// It is the first.
    pub(crate) first: bool,
    /// It may be the last.
    pub(crate) last: bool,
}

/// Appends the rows `span` of a segment, after its preamble if that is due.
pub(crate) fn write_rows(
    view: &View<'_>,
    header: &Header,
    prior: Option<&Prior>,
    first: bool,
    preamble_due: bool,
    span: Span,
    out: &mut Vec<u8>,
) -> Result<(), Error> {
    let (text, preamble) = decode(view, header, prior, first)?;
    if preamble_due {
        // A preamble that is not in front of the first row is counted as rows.
        let shown = if first { &text[..preamble] } else { header.schema.preamble() };
        out.extend_from_slice(shown);
    }
    out.extend_from_slice(slice(&text[preamble..], &header.schema, span));
    Ok(())
}

/// The text of a segment, and how much of it comes before its first row.
fn decode(
    view: &View<'_>,
    header: &Header,
    prior: Option<&Prior>,
    first: bool,
) -> Result<(Vec<u8>, usize), Error> {
    let mut text = Vec::new();
    view.decode_with(&Alone, prior, header, &mut text)?;
    let preamble = header.schema.preamble();
    let behind = text.strip_prefix(preamble).filter(|rest| first && header.schema.rows_of(rest) == view.rows);
    let before = behind.map_or(0, |_| preamble.len());
    Ok((text, before))
}

/// The rows `span` of `text`; what follows the last line end is a row too.
fn slice<'t>(text: &'t [u8], schema: &Schema, span: Span) -> &'t [u8] {
    let nth = |row: u64| match schema {
        Schema::Raw(raw) => usize::try_from(row).ok().and_then(|row| row.checked_mul(raw.row_bytes())),
        _ if row == 0 => Some(0),
        _ => {
            let before = usize::try_from(row - 1).ok();
            before.and_then(|before| memchr::memchr_iter(b'\n', text).nth(before)).map(|end| end + 1)
        }
    };
    let place = |row: u64| nth(row).unwrap_or(text.len()).min(text.len());
    let start = place(span.start);
    &text[start..place(span.end).max(start)]
}

/// The field of that name or number in `holder`, with its name if it has one.
pub(crate) fn pick(layout: &Layout, wanted: &str, holder: &str) -> Outcome<(Pick, Option<Vec<u8>>)> {
    let names = layout.names();
    let by_name = Pick::named(layout, wanted.as_bytes()).map(|pick| (pick, Some(wanted.as_bytes().to_vec())));
    let by_number = || {
        let column = wanted.parse::<usize>().ok()?.checked_sub(1)?;
        Some((Pick::column(layout, column)?, names.get(column)?.clone()))
    };
    by_name.or_else(by_number).ok_or_else(|| {
        let known: Vec<String> = (0..layout.columns()).map(|field| words::column(&names, field)).collect();
        let what = format!("{holder} has no column `{wanted}`, but {}", known.join(", "));
        Failure::usage(what, "name columns as the first row does, or by number from 1")
    })
}

/// Fields of a table, in the order asked for.
#[derive(Debug)]
pub(crate) struct Fields {
    picks: Vec<Pick>,
    /// What they are called; nothing if one of them has no name.
    names: Option<Vec<Vec<u8>>>,
    layout: Layout,
}

impl Fields {
    /// Finds the columns of that name or number.
    pub(crate) fn find(wanted: &[String], header: &Header, archive: &str) -> Outcome<Self> {
        let Schema::Table(layout) = &header.schema else {
            let hint = "leave `--columns` out; `qres inspect` shows what is in the archive";
            return Err(Failure::usage(format!("{archive} holds no table"), hint));
        };
        let found = wanted.iter().map(|wanted| pick(layout, wanted, archive)).collect::<Outcome<Vec<_>>>()?;
        let (picks, names): (Vec<Pick>, Vec<Option<Vec<u8>>>) = found.into_iter().unzip();
        Ok(Self { picks, names: names.into_iter().collect(), layout: layout.clone() })
    }

    /// Appends a line of the names, if there are any.
    pub(crate) fn write_names(&self, out: &mut Vec<u8>) {
        if let Some(names) = &self.names {
            out.extend_from_slice(&names.join(&self.layout.delimiter()));
            out.push(b'\n');
        }
    }

    /// Appends the fields of the rows `span`; the number of lines that are no rows.
    pub(crate) fn write_rows(
        &self,
        view: &View<'_>,
        header: &Header,
        prior: Option<&Prior>,
        place: Place,
        span: Span,
        out: &mut Vec<u8>,
    ) -> Result<u64, Error> {
        // A last line without an end is not among the cells.
        let complete = !place.last || span.end <= view.rows;
        if complete && self.every_line_is_a_row(view, header)? {
            let range = |end: u64| usize::try_from(end).unwrap_or(usize::MAX);
            let rows = range(span.start)..range(span.end);
            let mut columns = Vec::new();
            for pick in &self.picks {
                let mut lines = Vec::new();
                view.cells(header, pick, rows.clone(), &mut lines)?;
                columns.push(lines);
            }
            self.weave(&columns, out);
            return Ok(0);
        }
        let (text, preamble) = decode(view, header, prior, place.first)?;
        let mut lines = slice(&text[preamble..], &header.schema, span).to_vec();
        if lines.last().is_some_and(|&byte| byte != b'\n') {
            lines.push(b'\n');
        }
        let split = self.layout.split(&lines, Care::Quick);
        let roll = split.as_ref().and_then(|table| Roll::of(&self.layout, table).ok());
        let (columns, rows) = split.zip(roll).map_or((vec![], 0), |(table, roll)| {
            (self.picks.iter().map(|pick| print_field(&table, &roll, pick)).collect(), roll.rows())
        });
        self.weave(&columns, out);
        let all = memchr::memchr_iter(b'\n', &lines).count();
        Ok(all.saturating_sub(rows) as u64)
    }

    /// Whether the table inside can be read by columns: it has this shape and no odd lines.
    fn every_line_is_a_row(&self, view: &View<'_>, header: &Header) -> Result<bool, Error> {
        let fits = |layout: &Layout| match (layout, &self.layout) {
            (Layout::Fields(one), Layout::Fields(other)) => {
                one.columns == other.columns && one.delimiter == other.delimiter
            }
            (one, other) => one == other,
        };
        Ok(view.layout(header)?.is_some_and(|(layout, rows)| fits(&layout) && rows as u64 == view.rows))
    }

    /// Puts columns, one cell a line, side by side.
    fn weave(&self, columns: &[Vec<u8>], out: &mut Vec<u8>) {
        let mut cells: Vec<_> =
            columns.iter().map(|column| column.split_inclusive(|&b| b == b'\n')).collect();
        loop {
            for (place, cells) in cells.iter_mut().enumerate() {
                let Some(cell) = cells.next() else { return };
                if place > 0 {
                    out.push(self.layout.delimiter());
                }
                let cell = cell.strip_suffix(b"\n").unwrap_or(cell);
                // The line end of a table from Windows belongs to its last field.
                out.extend_from_slice(cell.strip_suffix(b"\r").unwrap_or(cell));
            }
            if cells.is_empty() {
                return;
            }
            out.push(b'\n');
        }
    }
}

/// The cells of one field, a line each.
fn print_field(table: &Table, roll: &Roll, pick: &Pick) -> Vec<u8> {
    let starts = table.columns.iter().scan(0, |first, column| {
        *first += column.span;
        Some(*first - column.span)
    });
    let columns: Vec<(usize, &Column)> = starts.zip(&table.columns).collect();
    let mut lines = Vec::new();
    pick.print(roll, &columns, 0..roll.rows(), &mut lines);
    lines
}
