//! The scripts and manual pages in `completions/` and `man/` are what the whole program says of itself. After a change of the
//! command line, `QRES_BLESS=1 cargo test --bin qres` writes them anew.

use super::*;
use crate::cmd::cli::Cli;
use clap::CommandFactory;
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
        check("completions", name, &script(shell, &mut Cli::command()));
    }
}

#[test]
fn committed_manual_pages_are_current() {
    let mut command = Cli::command();
    command.build();
    let mut pages = vec![command];
    while let Some(page) = pages.pop() {
        pages.extend(page.get_subcommands().filter(|sub| sub.get_name() != "help").cloned());
        let usage = page.clone().render_usage().to_string();
        let page = clap_mangen::Man::new(page).source(concat!("qres ", env!("CARGO_PKG_VERSION")));
        let mut text = Vec::new();
        page.render(&mut text).unwrap();
        let text = with_synopsis(&String::from_utf8(text).unwrap(), &usage);
        check("man", &page.get_filename(), text.as_bytes());
    }
}

/// The page with the usage that the help shows instead of a list of all options.
fn with_synopsis(page: &str, usage: &str) -> String {
    let (head, rest) = page.split_once(".SH SYNOPSIS\n").unwrap();
    let (_, rest) = rest.split_once(".SH DESCRIPTION\n").unwrap();
    let lines = usage.trim_start_matches("Usage:").lines().map(|line| line.trim().replace('-', "\\-"));
    let usage = lines.collect::<Vec<_>>().join("\n.br\n");
    format!("{head}.SH SYNOPSIS\n{usage}\n.SH DESCRIPTION\n{rest}")
}

#[test]
fn scripts_offer_the_genes_of_the_store() {
    for (shell, times) in [(Shell::Bash, 9), (Shell::Zsh, 9), (Shell::Fish, 5)] {
        let script = String::from_utf8(script(shell, &mut Cli::command())).unwrap();
        let offered = script.matches("gene list --names").count() + script.matches(":_qres_genes'").count();
        assert!(offered >= times, "{shell}: {offered}");
    }
}
