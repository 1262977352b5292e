//! `qres concat`: several archives into one.

use crate::{
    cmd::args::{Destination, Learnt, Memory},
    failure::{Exit, Failure, Outcome},
    io::{
        feed::{Feed, inside},
        genes::Genes,
        input::{Input, or_stdin},
        output::{Content, Output, Target},
        walk::{Piece, Walk},
    },
    text::{plain, units},
    ui::Ui,
};
use qres_core::{
    Error,
    archive::Frames,
    frame::{Header, Prior, Segment, View},
    parallel::Sequential,
    table::Schema,
};
use std::{path::PathBuf, sync::Arc};

/// Put several archives into one, in the order in which they are named
///
/// Segments are copied, not compressed again, and checked on the way. Tables whose columns agree become one table: the names
/// of the columns stand in front of it once. Where they do not agree, one table follows the other.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Archives to put together (none or `-`: stdin)
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    destination: Destination,
    #[command(flatten)]
    learnt: Learnt,
    #[command(flatten)]
    memory: Memory,
}

const EXAMPLES: &str = "Examples:
  qres concat 2026-*.csv.qres -o 2026.csv.qres
  cat mon.qres tue.qres | qres concat | qres cat --columns temp";

/// The result, for programs.
#[derive(Debug, serde::Serialize)]
struct Report {
    schema: &'static str,
    inputs: Vec<String>,
    output: String,
    /// Archives that were put together, and tables that came of them.
    parts: u64,
    tables: u64,
    segments: u64,
    rows: u64,
    bytes: u64,
    text_bytes: u64,
}

/// Puts together what was named.
pub(crate) fn run(args: Args, ui: Ui) -> Outcome<Exit> {
    let force = args.destination.force;
    let target = args.destination.place(1)?.one().cloned().unwrap_or(Target::Stdout);
    let files = or_stdin(args.files);
    let genes = args.learnt.genes(args.memory)?;
    let inputs = files.iter().map(|path| Input::open(path)).collect::<Outcome<Vec<_>>>()?;
    let report = Report {
        schema: "qres.concat/1",
        inputs: inputs.iter().map(Input::plain).collect(),
        output: target.plain(),
        parts: 0,
        tables: 0,
        segments: 0,
        rows: 0,
        bytes: 0,
        text_bytes: 0,
    };
    let output = Output::alone(&target, Content::Archive, force)?;
    let mut concat = Concat { output, genes, report, open: None, is_cut: false };
    for input in inputs {
        concat.add(input, args.memory.memory, ui)?;
    }
    let Concat { output, report, .. } = concat.finish()?;
    output.finish(None, false)?;
    ui.summary(|| report.line());
    ui.result(&report, target.is_stdout())?;
    Ok(Exit::Done)
}

/// The archive being put together.
struct Concat {
    output: Output,
    genes: Genes,
    report: Report,
    open: Option<Open>,
    /// The text so far ends within a line.
    is_cut: bool,
}

/// The table that is being written.
struct Open {
    frames: Frames,
    /// As it was read.
    header: Header,
    /// As segments need it.
    resolved: Header,
    prior: Option<Arc<Prior>>,
    /// Names that a segment begins with belong in front of the table, and are there.
    goes_on: bool,
}

impl Concat {
    fn add(&mut self, input: Input, limit: u64, ui: Ui) -> Outcome {
        let name = input.to_string();
        let mut walk = Walk::new(Feed::new(input), limit);
        let mut step = |at: u64, _, piece: Piece<'_>, header: &Header| {
            let corrupt = |source| Failure::archive(&name, at, inside(source));
            Ok(match piece {
                Piece::Header => self.begin(&name, header),
                Piece::Segment(view) => self.copied(&view).map_err(corrupt).and_then(|copy| self.write(copy)),
                Piece::Index | Piece::Footer => Ok(()),
                Piece::Message(_) => {
                    let what = format!("{name} holds messages and no archive");
                    Err(Failure::refused(what, "messages are put together by writing one behind the other"))
                }
            })
        };
        while let Some(done) = walk.next(&mut step)? {
            done?;
        }
        walk.ending().tell(&name, ui);
        Ok(())
    }

    /// Goes on with the table if it is the same, else begins another.
    fn begin(&mut self, name: &str, header: &Header) -> Outcome {
        self.report.parts += 1;
        let is_cut = std::mem::take(&mut self.is_cut);
        if let Some(open) = self.open.as_mut().filter(|open| open.header == *header && !is_cut) {
            open.goes_on = true;
            return Ok(());
        }
        self.end()?;
        self.report.tables += 1;
        let prior = self.genes.prior(name, header)?;
        let failed = |source| Failure::archive(name, 0, source);
        let resolved = header.resolved(prior.as_deref()).map_err(failed)?.into_owned();
        let frames = Frames::new(header);
        self.open = Some(Open { frames, header: header.clone(), resolved, prior, goes_on: false });
        Ok(())
    }

    /// The segment as it is in the table being written, checked.
    fn copied(&mut self, view: &View<'_>) -> Result<Option<Segment>, Error> {
        let Some(open) = &self.open else { return Ok(None) };
        let mut text = Vec::new();
        view.decode_with(&Sequential, open.prior.as_deref(), &open.resolved, &mut text)?;
        self.is_cut = !matches!(open.header.schema, Schema::Raw(_)) && !text.ends_with(b"\n");
        Ok(Some(match open.goes_on {
            true => view.going_on(&open.resolved, &text),
            false => view.copied(&text),
        }))
    }

    fn write(&mut self, segment: Option<Segment>) -> Outcome {
        let (Some(segment), Some(open)) = (segment, &mut self.open) else { return Ok(()) };
        self.report.segments += 1;
        self.report.rows += segment.rows;
        self.report.text_bytes += segment.text_bytes;
        let mut bytes = Vec::new();
        open.frames.push(&segment, &mut bytes);
        self.put(&bytes)?;
        self.output.flush()
    }

    fn put(&mut self, bytes: &[u8]) -> Outcome {
        self.report.bytes += bytes.len() as u64;
        self.output.write(bytes)
    }

    fn end(&mut self) -> Outcome {
        let Some(mut open) = self.open.take() else { return Ok(()) };
        let mut bytes = Vec::new();
        open.frames.finish(&mut bytes);
        self.put(&bytes)
    }

    fn finish(mut self) -> Outcome<Self> {
        self.end()?;
        Ok(self)
    }
}

impl Report {
    fn line(&self) -> String {
        let (parts, tables) = (units::count(self.parts, "archive"), units::count(self.tables, "table"));
        let name = if self.output == "-" { "stdout".into() } else { plain::label(&self.output) };
        let (rows, bytes) = (units::count(self.rows, "row"), units::size(self.bytes));
        format!("{name}: {parts} in {tables}, {rows}, {bytes}")
    }
}
