//! `qres check`: is this the data that qres is made for, and what would it gain?

mod classify;

use self::classify::Nature;
use super::{
    each::for_each,
    source::{self, Source},
};
use crate::{
    cmd::args::{Learnt, Memory},
    failure::{Exit, Failure, Outcome},
    io::{
        genes::Genes,
        input::{Input, or_stdin},
    },
    text::{
        describe,
        grid::{Align, Grid},
        plain, units, untabled,
    },
    ui::Ui,
};
use qres_core::{
    Options,
    codec::Level,
    compress,
    table::{Care, Layout, Script, Table},
};
use serde::Serialize;
use std::{io::Write, path::PathBuf};

/// Tell whether data is what qres is made for, and what it would gain
///
/// qres is for numbers that change smoothly: what sensors say. It keeps anything byte for byte, but data that is discrete
/// (states, categories, text) or jumpy (random, encrypted, without any trend) gains little over a general compressor. The
/// beginning of each input, or of the text in an archive, is looked at, and compressed at each level without writing anything.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Inputs to look at (none or `-`: stdin)
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// End with 4 unless the data is continuous
    #[arg(long)]
    fail: bool,
    #[command(flatten)]
    learnt: Learnt,
}

const EXAMPLES: &str = "Examples:
  qres check weather.csv
  qres check --fail --quiet unknown.csv && qres compress unknown.csv
  qres check --json *.csv | jq '{input, verdict}'";

/// How much of an input is looked at.
const SAMPLE: usize = 4 << 20;

/// What one input is.
#[derive(Debug, Serialize)]
struct Report {
    schema: &'static str,
    input: String,
    sample_bytes: u64,
    rows: u64,
    verdict: &'static str,
    /// How the text is written, if it is not bytes in lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    script: Option<&'static str>,
    /// Why there is no table.
    #[serde(skip_serializing_if = "Option::is_none")]
    why_bytes: Option<&'static str>,
    levels: Vec<Gain>,
    columns: Vec<Column>,
    #[serde(skip)]
    about: &'static str,
}

/// What a level makes of the sample.
#[derive(Debug, Serialize)]
struct Gain {
    level: u8,
    bytes: u64,
    ratio: f64,
}

#[derive(Debug, Serialize)]
struct Column {
    name: String,
    holds: String,
    nature: &'static str,
    /// Bits between the smallest and the largest value.
    bits_range: f64,
    /// Bits that a step from value to value takes.
    bits_step: f64,
}

/// Looks at what was named.
pub(crate) fn run(args: Args, ui: Ui) -> Outcome<Exit> {
    let genes = args.learnt.genes(Memory { memory: source::MEMORY })?;
    Ok(for_each(ui, or_stdin(args.files), |path| {
        let input = Input::open(path)?;
        let name = input.to_string();
        let report = look(input, genes.clone(), ui)?;
        if ui.json {
            ui.result(&report, false)?;
        } else if !ui.is_quiet() {
            std::io::stdout()
                .lock()
                .write_all(report.text().as_bytes())
                .map_err(Failure::writing("stdout"))?;
        }
        let hint = "compress it all the same and nothing is lost; or try a general compressor";
        match args.fail && report.verdict != CONTINUOUS.0 {
            true => Err(Failure::refuted(format!("{name} is {}", report.verdict), hint)),
            false => Ok(()),
        }
    }))
}

fn look(input: Input, genes: Genes, ui: Ui) -> Outcome<Report> {
    let name = input.plain();
    let text = Source::new(input, genes, ui)?.beginning(SAMPLE)?;
    let lines = Script::lines_of(&text);
    let layout = Layout::detect(&lines);
    let split = layout.as_ref().and_then(|layout| {
        let rows = lines.strip_prefix(layout.preamble()).unwrap_or(&lines);
        layout.split(rows, Care::Full)
    });
    let columns = match (&layout, &split) {
        (Some(layout), Some(table)) => columns(layout, table),
        _ => Vec::new(),
    };
    let (verdict, about) = verdict(&columns, &text);
    Ok(Report {
        schema: "qres.check/1",
        input: name,
        sample_bytes: text.len() as u64,
        rows: split.map_or(0, |table| table.lines as u64),
        verdict,
        script: Script::detect(&text).map(Script::name),
        why_bytes: (verdict == NO_TABLE.0).then(|| untabled::reason(&text)),
        levels: levels().map(|level| gain(&text, level)).collect(),
        columns: columns.into_iter().map(|(column, _)| column).collect(),
        about,
    })
}

fn levels() -> impl Iterator<Item = Level> {
    (Level::FASTEST.get()..=Level::STRONGEST.get()).filter_map(Level::new)
}

fn gain(text: &[u8], level: Level) -> Gain {
    // Without bounds nothing can be refused.
    let bytes = compress(text, &Options { level, ..Options::default() }).unwrap_or_default();
    let ratio = (text.len() as f64 / bytes.len() as f64 * 100.0).round() / 100.0;
    Gain { level: level.get(), bytes: bytes.len() as u64, ratio }
}

fn columns(layout: &Layout, table: &Table) -> Vec<(Column, Nature)> {
    let names = layout.names();
    let mut first = 0;
    let mut found = Vec::new();
    for column in &table.columns {
        let seen = classify::classify(&column.content);
        let name = describe::column(&names, first);
        first += column.span;
        // A column of lines that do not occur is nothing to show.
        if layout.is_lines() && column.content.cells() == 0 {
            continue;
        }
        let rounded = |bits: f64| (bits * 10.0).round() / 10.0;
        let (bits_range, bits_step) = (rounded(seen.bits_range), rounded(seen.bits_step));
        found.push((
            Column { name, holds: seen.holds, nature: seen.nature.name(), bits_range, bits_step },
            seen.nature,
        ));
    }
    found
}

const CONTINUOUS: (&str, &str) = ("continuous", "numbers that change smoothly: qres is made for this");
const DISCRETE: (&str, &str) =
    ("discrete", "states and categories: qres gains by packing, not by predicting");
const JUMPY: (&str, &str) = ("jumpy", "numbers without a trend: nobody can predict them, little is gained");
const TEXT: (&str, &str) = ("text", "a table of words: a general compressor does as well");
const NO_TABLE: (&str, &str) =
    ("no table", "no rows of fields were found: a general compressor does as well");
const EMPTY: (&str, &str) = ("empty", "there is nothing to look at");

/// What most columns are, those apart that cost nothing whatever they are; a tie goes to the better one.
fn verdict(columns: &[(Column, Nature)], text: &[u8]) -> (&'static str, &'static str) {
    if text.is_empty() {
        return EMPTY;
    }
    let count = |nature| columns.iter().filter(|(_, found)| *found == nature).count();
    let smooth = count(Nature::Smooth);
    // A clock alone is no data.
    let regular = count(Nature::Regular);
    let votes = [
        (smooth, CONTINUOUS),
        (count(Nature::Discrete), DISCRETE),
        (count(Nature::Jumpy), JUMPY),
        (count(Nature::Text), TEXT),
    ];
    let most = votes.iter().map(|(votes, _)| *votes).max().unwrap_or(0);
    match votes.iter().find(|(votes, _)| *votes == most) {
        _ if columns.is_empty() => NO_TABLE,
        Some((votes, verdict)) if *votes > 0 => *verdict,
        _ if regular > 0 => CONTINUOUS,
        _ => DISCRETE,
    }
}

impl Report {
    /// The report for people.
    fn text(&self) -> String {
        let sample = units::size(self.sample_bytes);
        let mut lines = format!("{}: {}: {}\n", plain::label(&self.input), self.verdict, self.about);
        if self.sample_bytes == 0 {
            return lines;
        }
        if let Some(why) = self.why_bytes {
            lines += &format!("  {why}\n");
        }
        let script = self.script.map_or(String::new(), |script| format!(", written as {script}"));
        lines += &format!("  looked at {sample}, {}{script}\n\n", units::count(self.rows, "row"));
        let mut grid =
            Grid::new(&[("level", Align::Right), ("bytes", Align::Right), ("ratio", Align::Right)]);
        for gain in &self.levels {
            grid.row([gain.level.to_string(), units::size(gain.bytes), format!("{:.2}x", gain.ratio)]);
        }
        lines += &grid.lines();
        if self.columns.is_empty() {
            return lines;
        }
        let right = Align::Right;
        let mut grid = Grid::new(&[
            ("column", Align::Left),
            ("holds", Align::Left),
            ("is", Align::Left),
            ("bits of range", right),
            ("bits of a step", right),
        ]);
        for column in &self.columns {
            let bits = |bits: f64| format!("{bits:.1}");
            let (range, step) = (bits(column.bits_range), bits(column.bits_step));
            grid.row([column.name.clone(), column.holds.clone(), column.nature.into(), range, step]);
        }
        lines.push('\n');
        lines + &grid.lines()
    }
}
