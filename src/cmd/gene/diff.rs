//! `qres gene diff`: what two genes do not share.

use super::{
    show::{self, Origins},
    weights::{self, Named},
};
use crate::{
    cmd::args::StoreFlag,
    failure::{Exit, Failure, Outcome},
    io::genes,
    text::{
        grid::{Align, Grid},
        plain, units,
    },
    ui::Ui,
};
use qres_core::gene::Gene;
use serde::Serialize;
use std::{ffi::OsString, io::Write};

/// Show where two genes differ
///
/// Ends with 0 if they are the same gene, and with 4 if they are not. The distance of two neurons is the root of the sum of
/// the squares of what their weights differ by.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// A gene: a file, or a name or id in the store (`-`: stdin)
    #[arg(value_name = "A")]
    a: OsString,
    /// Another one
    #[arg(value_name = "B")]
    b: OsString,
    #[command(flatten)]
    store: StoreFlag,
}

const EXAMPLES: &str = "Examples:
  qres gene diff january.gene february.gene
  qres gene diff --json north south | jq '.columns[] | {name: .a.name, distance}'";

/// Where two genes differ.
#[derive(Debug, Serialize)]
struct Report {
    schema: &'static str,
    same: bool,
    a: Side,
    b: Side,
    /// The columns have the same names and are written in the same way.
    same_layout: bool,
    /// Archives go on from the same rows.
    same_prior: bool,
    /// Columns that differ.
    columns: Vec<Column>,
}

/// One of the two.
#[derive(Debug, Serialize)]
struct Side {
    input: String,
    id: String,
    bytes: u64,
    kind: &'static str,
    fields: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    prior_rows: Option<u64>,
    prior_bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    lineage: Option<Origins>,
}

#[derive(Debug, Serialize)]
struct Column {
    /// Counted from 1.
    field: usize,
    a: Option<Cell>,
    b: Option<Cell>,
    /// How far their weights are apart, if they have any in common.
    distance: Option<f64>,
    /// The weights that differ.
    weights: Vec<Change>,
}

/// A column of one of the two.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Cell {
    name: String,
    holds: Option<String>,
    neuron: Option<&'static str>,
    bias: Option<f64>,
    #[serde(skip)]
    named: Option<Named>,
}

#[derive(Debug, Serialize)]
struct Change {
    weight: String,
    a: f64,
    b: f64,
}

/// Compares what was named.
pub(crate) fn run(args: &Args, ui: Ui) -> Outcome<Exit> {
    let store = args.store.get();
    let files = [genes::find(&args.a, &store)?, genes::find(&args.b, &store)?];
    let [a, b] = files
        .each_ref()
        .map(|(name, bytes)| Gene::parse(bytes).map_err(|source| Failure::gene(name, source)));
    let inputs = [&args.a, &args.b].map(|input| input.to_string_lossy().into_owned());
    let report = Report::of(&inputs, &a?, &b?).map_err(|(side, source)| {
        let name = files[side].0.clone();
        Failure::gene(&name, source)
    })?;
    if ui.json {
        ui.result(&report, false)?;
    } else {
        std::io::stdout().lock().write_all(report.text().as_bytes()).map_err(Failure::writing("stdout"))?;
    }
    Ok(if report.same { Exit::Done } else { Exit::Refuted })
}

impl Report {
    fn of(inputs: &[String; 2], a: &Gene<'_>, b: &Gene<'_>) -> Result<Self, (usize, qres_core::Error)> {
        let side =
            |at: usize, gene: &Gene<'_>| show::Report::new(inputs[at].clone(), gene).map_err(|e| (at, e));
        let (shown_a, shown_b) = (side(0, a)?, side(1, b)?);
        let whole = qres_core::gene::WHOLE;
        let fields = usize::from(a.columns().max(b.columns()));
        let mut columns = Vec::new();
        for field in 0..fields {
            let (a, b) = (
                Cell::of(&shown_a, a, field).map_err(|e| (0, e))?,
                Cell::of(&shown_b, b, field).map_err(|e| (1, e))?,
            );
            columns.extend((a != b).then(|| Column::of(field + 1, a, b)));
        }
        Ok(Self {
            schema: "qres.gene.diff/1",
            same: a.id() == b.id(),
            same_layout: a.schema() == b.schema(),
            same_prior: a.prior(whole) == b.prior(whole),
            a: Side::of(shown_a, a),
            b: Side::of(shown_b, b),
            columns,
        })
    }

    fn text(&self) -> String {
        let (a, b) = (&self.a, &self.b);
        if self.same {
            return format!("the same gene: {}\n", a.id);
        }
        let left = Align::Left;
        let mut grid =
            Grid::new(&[("", left), (&plain::label(&a.input), left), (&plain::label(&b.input), left)]);
        let mut row = |what: &str, same: bool, a: String, b: String| {
            if !same {
                grid.row([what.into(), a, b]);
            }
        };
        row("gene", false, a.id[..12].into(), b.id[..12].into());
        row("size", a.bytes == b.bytes, units::size(a.bytes), units::size(b.bytes));
        row("kind", a.kind == b.kind, a.kind.into(), b.kind.into());
        let fields = |side: &Side| units::count(side.fields.into(), "column");
        row("layout", self.same_layout, fields(a), fields(b));
        row("prior", self.same_prior, a.prior(), b.prior());
        let [from_a, from_b] = [a, b].map(|side| side.lineage.as_ref().map_or("-".into(), Origins::brief));
        row("made", from_a == from_b, from_a.clone(), from_b.clone());
        let mut lines = grid.lines();
        if !self.columns.is_empty() {
            lines += &format!("\n{}", self.columns_text());
        }
        lines
    }

    fn columns_text(&self) -> String {
        let mut grid = Grid::new(&[
            ("#", Align::Right),
            ("column", Align::Left),
            ("holds", Align::Left),
            ("neuron", Align::Left),
            ("distance", Align::Right),
            ("largest change", Align::Left),
            ("bias", Align::Left),
        ]);
        for column in &self.columns {
            let both = |of: fn(&Cell) -> Option<String>| {
                let [a, b] =
                    [&column.a, &column.b].map(|cell| cell.as_ref().and_then(of).unwrap_or("-".into()));
                if a == b { a } else { format!("{a} | {b}") }
            };
            let size = |change: &&Change| (change.a - change.b).abs();
            let largest = column.weights.iter().max_by(|a, b| size(a).total_cmp(&size(b)));
            grid.row([
                column.field.to_string(),
                both(|cell| Some(cell.name.clone())),
                both(|cell| cell.holds.clone()),
                both(|cell| cell.neuron.map(str::to_owned)),
                column.distance.map_or("-".into(), |distance| format!("{distance:.4}")),
                match (largest, column.distance) {
                    (Some(change), Some(_)) => {
                        format!("{}: {:.2} | {:.2}", change.weight, change.a, change.b)
                    }
                    _ => "-".into(),
                },
                both(|cell| cell.bias.map(|bias| format!("{bias:.2}"))),
            ]);
        }
        grid.lines()
    }
}

impl Side {
    fn of(shown: show::Report, gene: &Gene<'_>) -> Self {
        let show::Report { input, id, bytes, kind, lineage, prior_rows, .. } = shown;
        let prior_bytes = gene.prior(qres_core::gene::WHOLE).map_or(0, |prior| prior.len() as u64);
        Self { input, id, bytes, kind, fields: gene.columns(), prior_rows, prior_bytes, lineage }
    }

    fn prior(&self) -> String {
        let rows = |rows| format!("{}, {}", units::count(rows, "row"), units::size(self.prior_bytes));
        self.prior_rows.map_or("-".into(), rows)
    }
}

impl Cell {
    /// A column of a gene; `None` if the gene says nothing of it.
    fn of(shown: &show::Report, gene: &Gene<'_>, field: usize) -> Result<Option<Self>, qres_core::Error> {
        let Some(column) = shown.columns.iter().find(|column| column.field == field + 1) else {
            return Ok(None);
        };
        let neuron = weights::neuron(gene, field);
        let named = neuron.map(|(kind, bytes)| weights::named(kind, bytes)).transpose()?;
        let (name, holds) = (column.name.clone(), column.holds.clone());
        let bias = named.as_ref().and_then(|named| named.bias);
        Ok(Some(Self { name, holds, neuron: neuron.map(|(kind, _)| show::kind(kind)), bias, named }))
    }
}

impl Column {
    fn of(field: usize, a: Option<Cell>, b: Option<Cell>) -> Self {
        let named = |cell: &Option<Cell>| cell.as_ref().and_then(|cell| cell.named.clone());
        let (distance, weights) = match (named(&a), named(&b)) {
            (Some(a), Some(b)) => {
                let changes = weights::changes(&a, &b).into_iter();
                let changes = changes.map(|(weight, a, b)| Change { weight, a, b });
                (weights::distance(&a, &b), changes.collect())
            }
            _ => (None, vec![]),
        };
        Self { field, a, b, distance, weights }
    }
}
