//! `qres gene show`: what a gene holds and where it came from.

use super::{plot, provenance, weights};
use crate::{
    cmd::{args::StoreFlag, each::for_each},
    failure::{Exit, Failure, Outcome},
    io::{genes, input::or_stdin},
    text::{
        describe,
        grid::{Align, Grid},
        plain, units,
    },
    ui::Ui,
};
use qres_core::{
    Error,
    entropy::Cursor,
    frame::{self, Header, View},
    gene::{Gene, Lineage, Origin, Tag, VERSION, WHOLE},
    neuron::Kind,
    table::Layout,
};
use serde::Serialize;
use std::{collections::BTreeMap, io::Write, path::PathBuf};

/// Show what genes hold and where they came from
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Genes to look into: files, or names or ids in the store (none or `-`: stdin)
    #[arg(value_name = "GENE")]
    genes: Vec<PathBuf>,
    /// Print where each came from and who has signed it, as JSON-LD in the words of W3C PROV
    #[arg(long)]
    provenance: bool,
    #[command(flatten)]
    store: StoreFlag,
}

const EXAMPLES: &str = "Examples:
  qres gene show station.gene
  qres gene show station
  qres gene show --provenance station.gene | jq
  qres gene show --json station.gene | jq -r .id";

/// Letters of a column's name beside its plot.
const NAME: usize = 12;

/// What a gene holds.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    schema: &'static str,
    pub(super) input: String,
    pub(super) id: String,
    version: u8,
    pub(super) bytes: u64,
    pub(super) kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) lineage: Option<Origins>,
    /// Rows that archives go on from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) prior_rows: Option<u64>,
    sections: Vec<Part>,
    pub(super) columns: Vec<Column>,
}

/// Where it came from.
#[derive(Debug, Serialize)]
pub(super) struct Origins {
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    merged_by: Option<String>,
    parents: Vec<String>,
}

/// Sections of one kind.
#[derive(Debug, Serialize)]
struct Part {
    section: String,
    count: u64,
    bytes: u64,
}

#[derive(Debug, Default, Serialize)]
pub(super) struct Column {
    /// Counted from 1.
    pub(super) field: usize,
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) holds: Option<String>,
    /// What it takes in the prior.
    prior_bytes: u64,
    /// What predicts it.
    #[serde(skip_serializing_if = "Option::is_none")]
    neuron: Option<&'static str>,
    #[serde(skip)]
    neuron_bytes: u64,
    /// The linear neuron, or the one that a fusion has.
    #[serde(skip_serializing_if = "Option::is_none")]
    linear: Option<Linear>,
    /// What the neuron predicts after the rows of the prior.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    predicted: Vec<String>,
    #[serde(skip)]
    plot: Option<String>,
}

/// A linear neuron.
#[derive(Debug, Serialize)]
struct Linear {
    lags: [u8; 8],
    /// In units of 2^-16.
    weights: [i32; 8],
    bias: i32,
    rate: i32,
}

/// Shows what was named.
pub(crate) fn run(args: Args, ui: Ui) -> Outcome<Exit> {
    let store = args.store.get();
    Ok(for_each(ui, or_stdin(args.genes), |path| {
        let (name, bytes, signer) = genes::find_signed(path.as_os_str(), &store)?;
        let gene = Gene::parse(&bytes).map_err(|source| Failure::gene(&name, source))?;
        if args.provenance {
            let line = plain::json(&provenance::document(&gene, signer));
            return writeln!(std::io::stdout().lock(), "{line}").map_err(Failure::writing("stdout"));
        }
        let report = Report::new(path.display().to_string(), &gene);
        let report = report.map_err(|source| Failure::gene(&name, source))?;
        if ui.json {
            return ui.result(&report, false);
        }
        std::io::stdout().lock().write_all(report.text().as_bytes()).map_err(Failure::writing("stdout"))
    }))
}

impl Report {
    pub(super) fn new(input: String, gene: &Gene<'_>) -> Result<Self, Error> {
        let (prior_rows, held) = gene.prior(WHOLE).map(prior).transpose()?.unzip();
        let mut report = Self {
            schema: "qres.gene.show/1",
            input,
            id: units::hex(&gene.id()),
            version: VERSION,
            bytes: gene.bytes().len() as u64,
            kind: gene.kind().map_or("prior", kind),
            lineage: gene.lineage().map(|lineage| Origins::of(&lineage)),
            prior_rows,
            sections: parts(gene),
            columns: vec![],
        };
        let mut held = held.unwrap_or_default();
        let layout = gene.schema().map(|schema| Layout::read(&mut Cursor::new(schema))).transpose()?;
        let names = layout.as_ref().map(Layout::names).unwrap_or_default();
        let mut courses = plot::courses(gene)?;
        for field in 0..usize::from(gene.columns()) {
            let neuron = weights::neuron(gene, field);
            let linear = neuron.and_then(|(kind, bytes)| weights::linear(kind, bytes)).map(Linear::of);
            let (holds, prior_bytes) = held.remove(&field).unzip();
            // A field that is one with the field before it has nothing of its own.
            if neuron.is_some() || holds.is_some() {
                let course = courses.remove(&field);
                let plot = course.as_ref().map(plot::Course::line);
                report.columns.push(Column {
                    field: field + 1,
                    name: describe::column(&names, field),
                    holds,
                    prior_bytes: prior_bytes.unwrap_or(0),
                    neuron: neuron.map(|(neuron, _)| kind(neuron)),
                    neuron_bytes: neuron.map_or(0, |(_, bytes)| bytes.len() as u64),
                    linear,
                    predicted: course.map_or(vec![], |course| course.text),
                    plot,
                });
            }
        }
        Ok(report)
    }

    /// The report for people.
    fn text(&self) -> String {
        let mut lines =
            format!("{}: {}, {}\n", plain::label(&self.input), self.kind, units::size(self.bytes));
        lines += &format!("  gene {}\n", self.id);
        if let Some(lineage) = &self.lineage {
            lines += &lineage.text();
        }
        if let Some(rows) = self.prior_rows {
            lines += &format!("  archives go on from {}\n", units::count(rows, "row"));
        }
        let mut grid =
            Grid::new(&[("section", Align::Left), ("count", Align::Right), ("bytes", Align::Right)]);
        for part in &self.sections {
            grid.row([part.section.clone(), part.count.to_string(), units::size(part.bytes)]);
        }
        lines += &format!("\n{}", grid.lines());
        if !self.columns.is_empty() {
            lines += &format!("\n{}", self.columns_text());
        }
        if self.columns.iter().any(|column| column.plot.is_some()) {
            lines += &format!("\n{}", self.plots_text());
        }
        lines
    }

    /// Fits a terminal of 80 columns, unless a number takes many.
    fn plots_text(&self) -> String {
        let goes_on = format!("goes on for {}", plot::FUTURE);
        let columns = ["#", "column", &goes_on, "next"].map(|name| (name, Align::Left));
        let mut grid = Grid::new(&columns);
        for column in &self.columns {
            if let (Some(plot), Some(next)) = (&column.plot, column.predicted.first()) {
                let name = column.name.chars().take(NAME).collect();
                grid.row([column.field.to_string(), name, plot.clone(), next.clone()]);
            }
        }
        grid.lines()
    }

    fn columns_text(&self) -> String {
        let mut grid = Grid::new(&[
            ("#", Align::Right),
            ("column", Align::Left),
            ("holds", Align::Left),
            ("prior", Align::Right),
            ("neuron", Align::Left),
            ("lags", Align::Left),
            ("weights", Align::Left),
        ]);
        for column in &self.columns {
            let (mut lags, mut weights) = (String::new(), String::new());
            if let Some(linear) = &column.linear {
                lags = linear.lags.map(|lag| lag.to_string()).join(" ");
                weights = linear.weights.map(hundredths).join(" ");
            }
            let holds = column.holds.clone().unwrap_or_default();
            let prior = self.prior_rows.map_or(String::new(), |_| units::size(column.prior_bytes));
            let neuron = column
                .neuron
                .map_or(String::new(), |neuron| format!("{neuron}, {}", units::size(column.neuron_bytes)));
            grid.row([column.field.to_string(), column.name.clone(), holds, prior, neuron, lags, weights]);
        }
        grid.lines()
    }
}

/// A number in units of 2^-16 with two places; what rounds to zero has no sign.
fn hundredths(number: i32) -> String {
    let text = format!("{:.2}", f64::from(number) / 65536.0);
    if text == "-0.00" { "0.00".into() } else { text }
}

/// Columns by their first field: what each holds, and its bytes.
pub(super) type Held = BTreeMap<usize, (String, u64)>;

/// What a prior says of its rows and of its columns.
pub(super) fn prior(bytes: &[u8]) -> Result<(u64, Held), Error> {
    let mut cursor = Cursor::new(bytes);
    let header = Header::read(&mut cursor, u64::MAX)?;
    let view = View::read(&mut cursor, &header)?;
    let columns = view.columns(&header)?.into_iter().map(|info| {
        let holds = match &info.kind {
            frame::Kind::Numbers { format, .. } => format.to_string(),
            frame::Kind::Tokens { distinct } => format!("{distinct} distinct"),
            frame::Kind::Text => "text".into(),
        };
        (info.first, (holds, info.bytes))
    });
    Ok((view.rows, columns.collect()))
}

/// The sections, those of one tag together.
fn parts(gene: &Gene<'_>) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for section in gene.sections() {
        let (name, bytes) = (tag(section.tag), section.bytes.len() as u64);
        match parts.last_mut().filter(|part| part.section == name) {
            Some(part) => {
                part.count += 1;
                part.bytes += bytes;
            }
            None => parts.push(Part { section: name, count: 1, bytes }),
        }
    }
    parts
}

fn tag(tag: Tag) -> String {
    match tag {
        Tag::Schema => "schema".into(),
        Tag::Prior => "prior".into(),
        Tag::Neuron(neuron) => kind(neuron).into(),
        Tag::Lineage => "lineage".into(),
        Tag::Summary => "summary".into(),
        Tag::Unknown(number) => format!("unknown ({number})"),
    }
}

pub(super) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Linear => "linear",
        Kind::Lstm => "lstm",
        Kind::Fusion => "fusion",
        Kind::Ensemble => "ensemble",
        Kind::Lag => "lag",
    }
}

impl Linear {
    fn of(gene: qres_core::neuron::LinearGene) -> Self {
        let (bias, rate) = (gene.bias.to_bits(), gene.rate.to_bits());
        Self { lags: gene.lags, weights: gene.weights.map(qres_core::num::Q16::to_bits), bias, rate }
    }
}

impl Origins {
    fn of(lineage: &Lineage) -> Self {
        let parents = lineage.parents().iter().map(|id| units::hex(id)).collect();
        match lineage.origin() {
            Origin::Trained { data, rows } => {
                Self { rows: Some(rows), data: Some(units::hex(&data)), merged_by: None, parents }
            }
            Origin::Merged(by) => {
                Self { rows: None, data: None, merged_by: Some(provenance::rule_in_words(by)), parents }
            }
        }
    }

    /// In a few words.
    pub(super) fn brief(&self) -> String {
        match (&self.merged_by, self.rows, &self.data) {
            (Some(rule), ..) => {
                format!("{rule} of {}", units::count(self.parents.len() as u64, "gene"))
            }
            (_, Some(rows), Some(data)) => format!("of {}, data {}", units::count(rows, "row"), &data[..12]),
            _ => String::new(),
        }
    }

    fn text(&self) -> String {
        let mut lines = match (&self.merged_by, self.rows, &self.data) {
            (Some(rule), ..) => format!("  merged by {rule} of\n"),
            (_, Some(rows), Some(data)) => {
                format!("  trained on {} of data {data}\n", units::count(rows, "row"))
            }
            _ => String::new(),
        };
        for parent in &self.parents {
            lines += &format!("    gene {parent}\n");
        }
        lines
    }
}
