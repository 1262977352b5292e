//! `qres repair`: makes an archive whole whose writer died.

use super::each::for_each;
use crate::{
    cmd::args::{Learnt, Memory},
    failure::{Exit, Failure, Outcome},
    io::{append, genes::Genes, input::quoted, mend},
    text::{plain, units},
    ui::Ui,
};
use std::path::{Path, PathBuf};

/// End archives whole that were cut off while they were written
///
/// A log of `compress --live` that a power cut has ended has no index, and perhaps half a segment at its end: that is cut
/// off, and the index written. So is what an `--append` has left that was killed. Every segment that can be read stays.
/// `compress --append` does the same before it goes on. Other damage is refused: see `decompress --salvage`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Archives to mend in their place
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    learnt: Learnt,
    #[command(flatten)]
    memory: Memory,
}

const EXAMPLES: &str = "Examples:
  qres repair log.qres && qres decompress log.qres
  qres repair --json *.qres";

/// One result, for programs.
#[derive(Debug, serde::Serialize)]
struct Report {
    schema: &'static str,
    input: String,
    /// Whether anything was to be done.
    mended: bool,
    /// Bytes at the end that were no whole segment.
    cut_bytes: u64,
    /// Segments that have an index now.
    segments: u64,
    bytes: u64,
}

/// Mends what was named.
pub(crate) fn run(args: Args, ui: Ui) -> Outcome<Exit> {
    let genes = args.learnt.genes(args.memory)?;
    Ok(for_each(ui, args.files, |path| one(path, &genes, args.memory.memory, ui)))
}

fn one(path: &Path, genes: &Genes, limit: u64, ui: Ui) -> Outcome {
    let mut file = append::claim(path)?;
    let mending = mend::examine(&mut file, path, genes, limit)?;
    if !mending.is_idle() {
        mending.apply(&mut file).and_then(|()| file.sync_all()).map_err(Failure::writing(quoted(path)))?;
    }
    let report = Report {
        schema: "qres.repair/1",
        input: path.display().to_string(),
        mended: !mending.is_idle(),
        cut_bytes: mending.torn,
        segments: mending.segments,
        bytes: mending.length(),
    };
    ui.summary(|| report.line());
    ui.result(&report, false)
}

impl Report {
    fn line(&self) -> String {
        let name = plain::label(&self.input);
        if !self.mended {
            return format!("{name}: nothing to mend");
        }
        let cut = match self.cut_bytes {
            0 => String::new(),
            bytes => format!(", {} cut off behind what is whole", units::count(bytes, "byte")),
        };
        format!("{name}: mended, {} kept in the last part{cut}", units::count(self.segments, "segment"))
    }
}
