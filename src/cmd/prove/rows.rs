//! `qres prove rows`: an hour of a signed archive without the year.

use crate::{
    cmd::args::{Learnt, Memory},
    failure::{Exit, Failure, Outcome},
    io::{
        input::Input,
        output::{Content, Output, Target},
        sign,
    },
    text::{
        span::{Span, parse_span},
        units,
    },
    ui::Ui,
};
use std::path::PathBuf;

/// Prove that rows are in a signed archive, and show nothing else of it
///
/// Proves: the signer of the archive has signed one in which these lines stand, each run of them one after the other.
///
/// Does not prove: where in the archive they stand, or what stands around them. Up to a kilobyte of text on both sides is in the
/// file too: it shows that lines begin and end where they are cut. All segments of the table are decoded to make the proof; its
/// size is that of the rows, 2 KiB, 32 bytes for each halving of the segments and of a segment's kilobytes, and 300.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Args {
    /// A signed archive
    #[arg(value_name = "ARCHIVE")]
    archive: PathBuf,
    /// The rows, counted from 0: A..B, without B
    #[arg(long, value_name = "A..B", value_parser = parse_span)]
    rows: Span,
    /// Write to FILE (`-` is stdout)
    #[arg(short, long, value_name = "FILE", required = true)]
    output: PathBuf,
    /// Overwrite files, write binary to a terminal
    #[arg(short, long)]
    force: bool,
    #[command(flatten)]
    learnt: Learnt,
    #[command(flatten)]
    memory: Memory,
}

const EXAMPLES: &str = "Examples:
  qres prove rows --rows 8640..8700 year.csv.qres -o hour.rows
  qres verify hour.rows --by did:qres:... > hour.csv";

/// One result, for programs.
#[derive(Debug, serde::Serialize)]
struct Report {
    schema: &'static str,
    input: String,
    output: String,
    bytes: u64,
}

/// Proves what was named.
pub(super) fn run(args: &Args, ui: Ui) -> Outcome<Exit> {
    let mut input = Input::open(&args.archive)?;
    let name = input.to_string();
    let genes = args.learnt.genes(args.memory)?;
    let Some(file) = input.seekable() else {
        let what = format!("{name} is a pipe, and signatures stand at the end");
        return Err(Failure::refused(what, "write it to a file first"));
    };
    let proof = sign::excerpt(file, &name, args.rows, &genes, args.memory.memory)?;
    let target = Target::named(&args.output);
    let mut output = Output::create(&target, Content::Proof, args.force, &input)?;
    output.write(&proof)?;
    output.finish(None, false)?;
    let bytes = proof.len() as u64;
    ui.summary(|| format!("{}: {}", target.name(), units::size(bytes)));
    let report = Report { schema: "qres.prove.rows/1", input: input.plain(), output: target.plain(), bytes };
    ui.result(&report, target.is_stdout())?;
    Ok(Exit::Done)
}
