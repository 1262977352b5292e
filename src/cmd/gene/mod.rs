//! `qres gene`: what was learnt, as files. One file for each of its commands.

mod show;
mod train;

use crate::{
    error::{Exit, Outcome},
    ui::Ui,
};
use clap::Subcommand;

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
}

/// Does what was asked.
pub(crate) fn run(args: Args, ui: Ui) -> Outcome<Exit> {
    match args.command {
        Command::Train(args) => train::run(args, ui),
        Command::Show(args) => show::run(args, ui),
    }
}
