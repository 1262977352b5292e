//! `qres completions`: scripts that let a shell complete the command line.

use crate::{
    cli::Cli,
    error::{Exit, Failure, Outcome},
};
use clap::CommandFactory;
use clap_complete::Shell;
use std::io::Write;

/// Print the script that lets a shell complete qres commands
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

const EXAMPLES: &str = "Examples:
  qres completions bash > ~/.local/share/bash-completion/completions/qres
  qres completions fish > ~/.config/fish/completions/qres.fish
  qres completions zsh > \"${fpath[1]}/_qres\"";

/// Prints the script.
pub(crate) fn run(args: &Args) -> Outcome<Exit> {
    std::io::stdout().lock().write_all(&script(args.shell)).map_err(Failure::writing("the script"))?;
    Ok(Exit::Done)
}

fn script(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "qres", &mut script);
    script
}
