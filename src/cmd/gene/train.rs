//! `qres gene train`: tables in, a gene out.
//!
//! The neurons learn from all rows; the prior is made of the last rows of each input, which a decoder reads again.

use crate::{
    error::{Exit, Failure, Outcome},
    io::{
        input::{Input, or_stdin},
        output::{Content, Output, Target},
    },
    ui::{self, Ui},
};
use qres_core::{
    codec::Level,
    frame::Prior,
    gene::{Builder, Lineage, Origin, WHOLE, id_of},
    neuron::{Kind, fit},
    table::{Care, Content as Cells, Layout, Table},
};
use serde::Serialize;
use std::path::PathBuf;

/// Learn from tables and write a gene
///
/// All inputs must hold the same columns. FILE.gene is written beside FILE; with several inputs, `-o` says where. The same
/// inputs and options give the same gene on every machine.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Tables to learn from (none or `-`: stdin)
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Write to FILE (`-` is stdout)
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Overwrite files, write binary to a terminal
    #[arg(short, long)]
    force: bool,
    /// Rows at the end of each input that archives go on from: more make larger genes and smaller archives
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..))]
    rows: u32,
    /// How hard to work, from 4 to 9: what archives cost to read and to write
    #[arg(long, value_name = "LEVEL", default_value_t = 9, value_parser = clap::value_parser!(u8).range(4..=9))]
    level: u8,
}

const EXAMPLES: &str = "Examples:
  qres gene train january.csv -o station.gene
  qres gene train --rows 5000 mon.csv tue.csv -o week.gene
  tail -n 10000 log.csv | qres gene train > log.gene";

/// Limit: bytes of text to learn from.
const MOST_TEXT: usize = 256 << 20;

/// One result, for programs.
#[derive(Debug, Serialize)]
struct Report {
    schema: &'static str,
    output: String,
    id: String,
    bytes: u64,
    columns: u64,
    /// Rows that neurons learnt from.
    rows: u64,
    /// Rows that archives go on from.
    prior_rows: u64,
}

/// Learns from what was named.
pub(crate) fn run(args: Args, ui: Ui) -> Outcome<Exit> {
    let level = Level::new(args.level).ok_or(Failure::Bug { what: "a level that is allowed is missing" })?;
    let files = or_stdin(args.files);
    let target = target(args.output, &files)?;
    let mut inputs = files.iter().map(|path| Input::open(path)).collect::<Outcome<Vec<_>>>()?;
    let lesson = Lesson::read(&mut inputs, args.rows as usize)?;
    let gene = lesson.gene(level)?;
    let first = inputs.first().ok_or(Failure::Bug { what: "no input" })?;
    let mut output = Output::create(&target, Content::Gene, args.force, first)?;
    output.write(&gene)?;
    output.finish(None, false)?;
    let report = Report {
        schema: "qres.gene.train/1",
        output: target.plain(),
        id: ui::hex(&id_of(&gene)),
        bytes: gene.len() as u64,
        columns: lesson.layout.columns() as u64,
        rows: lesson.rows,
        prior_rows: lesson.prior_rows,
    };
    ui.summary(|| report.line());
    ui.result(&report, target.is_stdout())?;
    Ok(Exit::Done)
}

/// Where the gene goes: never over an input.
fn target(output: Option<PathBuf>, files: &[PathBuf]) -> Outcome<Target> {
    let target = match (output, files) {
        (Some(path), _) if path.as_os_str() == "-" => Target::Stdout,
        (Some(path), _) => Target::File(path),
        (None, [file]) if file.as_os_str() == "-" => Target::Stdout,
        (None, [file]) => {
            let mut name = file.as_os_str().to_owned();
            name.push(".gene");
            Target::File(name.into())
        }
        (None, _) => {
            let what = format!("{} inputs make one gene", files.len());
            return Err(Failure::usage(what, "say where it goes with `-o FILE`"));
        }
    };
    super::refuse_inputs(&target, files)?;
    Ok(target)
}

/// What there is to learn from.
struct Lesson {
    layout: Layout,
    /// The rows of all inputs, without what comes before them.
    text: Vec<u8>,
    /// What the prior is made of, column names included.
    recent: Vec<u8>,
    digest: [u8; 32],
    rows: u64,
    prior_rows: u64,
}

impl Lesson {
    /// Reads all inputs; of each, the last `rows` rows become part of the prior.
    fn read(inputs: &mut [Input], rows: usize) -> Outcome<Self> {
        let mut hasher = blake3::Hasher::new();
        let mut lesson: Option<Self> = None;
        let mut room = MOST_TEXT;
        for input in inputs {
            let mut text = Vec::new();
            let read = input.append(&mut text, room + 1)?;
            room = room.checked_sub(read).ok_or_else(|| too_long(input))?;
            hasher.update(&text);
            match &mut lesson {
                None => lesson = Some(Self::begin(&text, input, rows)?),
                Some(lesson) => lesson.more(&text, input, rows)?,
            }
        }
        let mut lesson = lesson.ok_or(Failure::Bug { what: "nothing to learn from" })?;
        lesson.digest = *hasher.finalize().as_bytes();
        Ok(lesson)
    }

    fn begin(text: &[u8], input: &Input, rows: usize) -> Outcome<Self> {
        let layout = Layout::detect(text).ok_or_else(|| no_table(input))?;
        let recent = layout.preamble().to_vec();
        let mut lesson = Self { layout, text: vec![], recent, digest: [0; 32], rows: 0, prior_rows: 0 };
        lesson.more(text, input, rows)?;
        Ok(lesson)
    }

    /// Adds the rows of an input; refuses other columns.
    fn more(&mut self, text: &[u8], input: &Input, rows: usize) -> Outcome {
        let preamble = self.layout.preamble();
        let behind = text.strip_prefix(preamble).unwrap_or(text);
        let own = Layout::detect(text).ok_or_else(|| no_table(input))?;
        let strange = !own.preamble().is_empty() && own.preamble() != preamble;
        if strange || own.columns() != self.layout.columns() || self.split(behind).is_none() {
            let what = format!("{input} has other columns than the first input");
            return Err(Failure::refused(what, "train one gene for each kind of table"));
        }
        let tail = last_rows(behind, rows);
        self.rows += count_rows(behind);
        self.prior_rows += count_rows(tail);
        for (all, part) in [(&mut self.text, behind), (&mut self.recent, tail)] {
            all.extend_from_slice(part);
            if part.last().is_some_and(|&byte| byte != b'\n') {
                all.push(b'\n');
            }
        }
        Ok(())
    }

    fn split(&self, text: &[u8]) -> Option<Table> {
        self.layout.split(text, Care::Full)
    }

    /// The gene that is learnt.
    fn gene(&self, level: Level) -> Outcome<Vec<u8>> {
        let prior = Prior::train(&self.recent, level).ok_or_else(|| {
            let what = "the last rows of the inputs are no table";
            Failure::refused(what, "take more of them with `--rows`")
        })?;
        let neurons = self.neurons();
        let kind = (!neurons.is_empty()).then_some(Kind::Linear);
        let columns = u16::try_from(self.layout.columns()).unwrap_or(u16::MAX);
        let mut builder = Builder::new(kind, columns);
        let mut schema = Vec::new();
        self.layout.write(&mut schema);
        let built = (|| {
            builder.schema(&schema)?.prior(WHOLE, &prior)?;
            for (column, values) in &neurons {
                builder.linear(*column, &fit(values).gene())?;
            }
            let origin = Origin::Trained { data: self.digest, rows: self.rows };
            builder.lineage(&Lineage::new(origin, vec![])?)?;
            Ok(builder.finish())
        })();
        built.map_err(|source| match source {
            qres_core::Error::Limit { asked, allowed } => {
                let (asked, allowed) = (ui::size(asked), ui::size(allowed));
                let what = format!("the gene is too large: a part of it takes {asked} of {allowed} at most");
                Failure::refused(what, "take fewer rows with `--rows`")
            }
            _ => Failure::Bug { what: "a gene that was made is none" },
        })
    }

    /// The series of the columns that hold numbers, and where each begins.
    fn neurons(&self) -> Vec<(u16, Vec<i64>)> {
        let Some(table) = self.split(&self.text) else { return vec![] };
        let mut first = 0;
        let mut neurons = Vec::new();
        for column in table.columns {
            if let (Ok(at), Cells::Numbers(numbers)) = (u16::try_from(first), column.content)
                && !numbers.values.is_empty()
            {
                neurons.push((at, numbers.values));
            }
            first += column.span;
        }
        neurons
    }
}

fn too_long(input: &Input) -> Failure {
    let what = format!("{input}: more than {} of text to learn from", ui::size(MOST_TEXT as u64));
    Failure::refused(what, "learn from the end of it: `tail -n 100000 FILE | qres gene train -o FILE.gene`")
}

fn no_table(input: &Input) -> Failure {
    Failure::refused(format!("{input} is no table"), "genes are learnt from rows of numbers")
}

/// The last `rows` lines of `text`.
fn last_rows(text: &[u8], rows: usize) -> &[u8] {
    let whole = text.strip_suffix(b"\n").unwrap_or(text);
    let before = memchr::memrchr_iter(b'\n', whole).nth(rows.saturating_sub(1));
    before.map_or(text, |end| &text[end + 1..])
}

/// Lines, the last one with or without an end.
fn count_rows(text: &[u8]) -> u64 {
    let open = text.last().is_some_and(|&byte| byte != b'\n');
    memchr::memchr_iter(b'\n', text).count() as u64 + u64::from(open)
}

impl Report {
    fn line(&self) -> String {
        let (rows, columns) = (ui::count(self.rows, "row"), ui::count(self.columns, "column"));
        let (size, prior) = (ui::size(self.bytes), ui::count(self.prior_rows, "row"));
        let name = if self.output == "-" { "stdout" } else { &self.output };
        format!(
            "{name}: {size}, learnt from {rows} of {columns}, goes on from the last {prior}\ngene {}",
            self.id
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_rows_are_whole_lines() {
        for (text, rows, last) in [
            ("a\nb\nc\n", 2, "b\nc\n"),
            ("a\nb\nc", 2, "b\nc"),
            ("a\nb\nc\n", 3, "a\nb\nc\n"),
            ("a\nb\nc\n", 9, "a\nb\nc\n"),
            ("a\n\n", 1, "\n"),
            ("", 1, ""),
        ] {
            assert_eq!(last_rows(text.as_bytes(), rows), last.as_bytes(), "{text:?} {rows}");
        }
        assert_eq!([count_rows(b"a\nb"), count_rows(b"a\n"), count_rows(b"")], [2, 1, 0]);
    }
}
