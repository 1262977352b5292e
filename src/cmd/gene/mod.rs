//! `qres gene`: what was learnt, as files. One file for each of its commands.

mod merge;
mod show;
mod train;

use crate::{
    error::{Exit, Failure, Outcome},
    io::{input::quoted, output::Target},
    ui::Ui,
};
use clap::Subcommand;
use std::path::PathBuf;

/// Learn from earlier data, so that short messages become small
///
/// A gene is a file that holds what was learnt from a stretch of data: its columns, how they go on, and models of them.
/// `qres compress --gene` starts from it, and `qres decompress` needs the same gene.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  qres gene train january.csv -o station.gene
  qres compress --gene station.gene message.csv
  qres decompress --gene station.gene message.csv.qres
  qres gene show station.gene";

/// What to do with genes
#[derive(Debug, Subcommand)]
enum Command {
    Train(train::Args),
    Show(show::Args),
    Merge(merge::Args),
}

/// Does what was asked.
pub(crate) fn run(args: Args, ui: Ui) -> Outcome<Exit> {
    match args.command {
        Command::Train(args) => train::run(args, ui),
        Command::Show(args) => show::run(args, ui),
        Command::Merge(args) => merge::run(&args, ui),
    }
}

/// Refuses to write over one of `files`, which are read.
fn refuse_inputs(target: &Target, files: &[PathBuf]) -> Outcome {
    let Target::File(path) = target else { return Ok(()) };
    let same = |file: &&PathBuf| same_file::is_same_file(file, path).unwrap_or(false);
    files.iter().find(same).map_or(Ok(()), |input| {
        let what = format!("input and output are the same file ({})", quoted(input));
        Err(Failure::refused(what, "write to another file with `-o`"))
    })
}
