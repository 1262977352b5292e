//! `qres completions`: scripts that let a shell complete the command line.

use crate::failure::{Exit, Failure, Outcome};
use clap::Command;
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

/// Prints the script for the command line `known`.
pub(crate) fn run(args: &Args, known: &mut Command) -> Outcome<Exit> {
    std::io::stdout().lock().write_all(&script(args.shell, known)).map_err(Failure::writing("the script"))?;
    Ok(Exit::Done)
}

fn script(shell: Shell, known: &mut Command) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, known, "qres", &mut script);
    with_genes(shell, String::from_utf8_lossy(&script).into_owned()).into_bytes()
}

/// The command that prints the genes of the store for a script.
const GENES: &str = "$(qres gene list --names 2>/dev/null)";

/// The script that offers the genes of the store as well, where a gene is wanted.
fn with_genes(shell: Shell, script: String) -> String {
    match shell {
        Shell::Bash => of_bash(&script),
        Shell::Zsh => of_zsh(&script),
        Shell::Fish => of_fish(&script),
        _ => script,
    }
}

fn of_bash(script: &str) -> String {
    let files = "--gene)\n                    COMPREPLY=($(compgen -f \"${cur}\"))";
    let both = format!(
        "--gene)\n                    COMPREPLY=($(compgen -f -- \"${{cur}}\") $(compgen -W \"{GENES}\" -- \"${{cur}}\"))"
    );
    let mut script = script.replace(files, &both);
    for command in COMMANDS {
        let head = format!("qres__subcmd__gene__subcmd__{command})\n            opts=\"");
        script = script.replace(&head, &format!("{head}{GENES} "));
    }
    script
}

fn of_zsh(script: &str) -> String {
    let function = "#compdef qres\n\n_qres_genes() {\n    local -a genes\n    genes=(${(f)\"$(qres gene list --names 2>/dev/null)\"})\n    compadd -a genes\n    _files\n}\n";
    let mut script =
        script.replacen("#compdef qres\n", function, 1).replace(":GENE:_default'", ":GENE:_qres_genes'");
    for wanted in
        ["in the store (none or `-`\\: stdin)", "in the store", "in the store (`-`\\: stdin)", "Names or ids"]
    {
        for files in ["_files", "_default"] {
            script = script.replace(&format!("{wanted}:{files}'"), &format!("{wanted}:_qres_genes'"));
        }
    }
    script
}

fn of_fish(script: &str) -> String {
    let genes = "(qres gene list --names 2>/dev/null)";
    let line = |line: &str| match line.contains(" -l gene -d ") && line.ends_with(" -r") {
        true => format!("{line} -a '{genes}'\n"),
        false => format!("{line}\n"),
    };
    let commands = COMMANDS.join(" ");
    let positional = format!(
        "complete -c qres -n \"__fish_qres_using_subcommand gene; and __fish_seen_subcommand_from {commands}\" -a '{genes}'\n"
    );
    script.lines().map(line).chain([positional]).collect()
}

/// Commands of `qres gene` that take genes of the store.
const COMMANDS: [&str; 5] = ["show", "merge", "export", "diff", "rm"];

#[cfg(all(test, feature = "bench", feature = "flash"))]
mod tests;
