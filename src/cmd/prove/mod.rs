//! `qres prove`: files that show something without showing the rest. One file for each of its commands.

mod replay;
mod rows;
#[cfg(feature = "proof")]
mod transition;

use crate::{
    failure::{Exit, Outcome},
    ui::Ui,
};
use clap::Subcommand;

/// Prove something without showing the rest
///
/// `qres verify` checks what these commands write.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

/// What to prove
#[derive(Debug, Subcommand)]
enum Command {
    Rows(rows::Args),
    Replay(replay::Args),
    #[cfg(feature = "proof")]
    Transition(transition::Args),
}

/// Proves what was asked.
pub(crate) fn run(args: Args, ui: Ui) -> Outcome<Exit> {
    match args.command {
        Command::Rows(args) => rows::run(&args, ui),
        Command::Replay(args) => replay::run(&args, ui),
        #[cfg(feature = "proof")]
        Command::Transition(args) => transition::run(&args, ui),
    }
}
