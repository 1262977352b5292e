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

/// The scripts and manual pages in `completions/` and `man/` are what the whole program says of itself. After a change of the
/// command line, `QRES_BLESS=1 cargo test --bin qres` writes them anew.
#[cfg(all(test, feature = "bench", feature = "flash"))]
mod tests {
    use super::*;
    use std::{fs, path::Path};

    /// Compares a committed file with what it should be, or writes it.
    fn check(folder: &str, name: &str, expected: &[u8]) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(name);
        if std::env::var_os("QRES_BLESS").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, expected).unwrap();
        }
        let found = fs::read(&path).unwrap_or_default();
        assert!(found == expected, "{folder}/{name} is old: QRES_BLESS=1 cargo test --bin qres");
    }

    #[test]
    fn committed_completions_are_current() {
        for (shell, name) in [
            (Shell::Bash, "qres.bash"),
            (Shell::Zsh, "_qres"),
            (Shell::Fish, "qres.fish"),
            (Shell::PowerShell, "_qres.ps1"),
        ] {
            check("completions", name, &script(shell));
        }
    }

    #[test]
    fn committed_manual_pages_are_current() {
        let mut command = Cli::command();
        command.build();
        let mut pages = vec![command];
        while let Some(page) = pages.pop() {
            pages.extend(page.get_subcommands().filter(|sub| sub.get_name() != "help").cloned());
            let page = clap_mangen::Man::new(page);
            let mut text = Vec::new();
            page.render(&mut text).unwrap();
            check("man", &page.get_filename(), &text);
        }
    }
}
