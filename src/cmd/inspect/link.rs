//! `inspect` of a live link: how its rows are written, what they took, and what is lost.

use crate::{
    cmd::link::Counts,
    failure::{Failure, Outcome},
    io::{
        input::Input,
        link::receive::{self, Totals},
    },
    text::{
        describe,
        grid::{Align, Grid},
        plain, units,
    },
    ui::Ui,
};
use qres_core::live::form::{Form, Kind};
use serde::Serialize;
use std::io::Write;

/// The contents of a link: `qres.inspect.live/1`.
#[derive(Debug, Serialize)]
struct Report {
    schema: &'static str,
    input: String,
    #[serde(flatten)]
    counts: Counts,
    /// Rows that took no packet.
    silent_rows: u64,
    /// Packets from which a receiver can begin.
    keys: u64,
    delimiter: String,
    /// Those of the last link.
    columns: Vec<Column>,
}

#[derive(Debug, Serialize)]
struct Column {
    field: usize,
    name: String,
    holds: String,
    /// How far its numbers may be from those that came in.
    #[serde(skip_serializing_if = "Option::is_none")]
    within: Option<String>,
}

/// Reads a link to its end and shows what it was.
pub(super) fn run(input: Input, ui: Ui) -> Outcome {
    let (name, plain) = (input.to_string(), input.plain());
    let warn = |what: &str| ui.warning(&format!("{name}: {what}"));
    let (totals, form) = receive::receive_as(input, &mut |_: &[u8], _| Ok(()), warn)?;
    let report = Report::new(plain, &totals, form.as_ref());
    if ui.json {
        ui.result(&report, false)?;
    } else {
        let text = report.text();
        std::io::stdout().lock().write_all(text.as_bytes()).map_err(Failure::writing("stdout"))?;
    }
    report.counts.loss(&name)
}

impl Report {
    fn new(input: String, totals: &Totals, form: Option<&Form>) -> Self {
        let names = form.map(|form| form.layout.names()).unwrap_or_default();
        let kinds = form.iter().flat_map(|form| &form.kinds).enumerate();
        Self {
            schema: "qres.inspect.live/1",
            input,
            counts: Counts::of(totals),
            silent_rows: totals.silent,
            keys: totals.keys,
            delimiter: form.map(|form| char::from(form.layout.delimiter()).to_string()).unwrap_or_default(),
            columns: kinds.map(|(field, kind)| Column::new(field, &names, kind)).collect(),
        }
    }

    fn text(&self) -> String {
        let Counts { rows, packets, links, bytes, text_bytes, .. } = self.counts;
        let (bytes, text, ratio) =
            (units::size(bytes), units::size(text_bytes), units::ratio(text_bytes, bytes));
        let mut lines = format!("{}: {bytes} for {text} of text ({ratio})\n", plain::label(&self.input));
        let (rows, packets, keys) = (units::count(rows, "row"), units::count(packets, "packet"), self.keys);
        let links = units::count(links, "live link");
        lines += &format!(
            "  {links}, {rows}, {} of them silent, {packets}, {keys} of them keys\n",
            self.silent_rows
        );
        if !self.columns.is_empty() {
            let columns = units::count(self.columns.len() as u64, "column");
            let delimiter = describe::delimiter(&self.delimiter, false);
            lines += &format!("  table of {columns}, delimiter {delimiter}\n\n{}", self.columns_text());
        }
        lines
    }

    fn columns_text(&self) -> String {
        let mut grid = Grid::new(&[("#", Align::Right), ("column", Align::Left), ("holds", Align::Left)]);
        for column in &self.columns {
            let within = column.within.as_ref().map_or(String::new(), |within| format!(" ± {within}"));
            grid.row([column.field.to_string(), column.name.clone(), column.holds.clone() + &within]);
        }
        grid.lines()
    }
}

impl Column {
    fn new(field: usize, names: &[Option<Vec<u8>>], kind: &Kind) -> Self {
        let holds = match kind {
            Kind::Words => "words".into(),
            Kind::Exact { format, .. } => format.to_string(),
            Kind::Near { places, .. } => describe::places(*places),
        };
        Self { field: field + 1, name: describe::column(names, field), holds, within: kind.bound() }
    }
}
