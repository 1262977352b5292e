//! `qres prove`: files that show something without showing the rest. One file for each of its commands.

mod transition;

use crate::{
    failure::{Exit, Outcome},
    ui::Ui,
};
use clap::Subcommand;

/// Make a signed proof of something, without showing the rest
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
    Transition(transition::Args),
}

/// Proves what was asked.
pub(crate) fn run(args: Args, ui: Ui) -> Outcome<Exit> {
    match args.command {
        Command::Transition(args) => transition::run(&args, ui),
    }
}
