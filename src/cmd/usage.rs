//! The command line before and after clap reads it: letters that zstd's users type instead of commands, and what to say of
//! a line that makes no sense. Called by [`super::cli::parse`].

use crate::{failure::Exit, ui};
use clap::{
    Command,
    error::{ContextKind, ContextValue, ErrorKind},
};
use std::ffi::OsString;

/// Puts the command in place of `-d`, `-t` or `-l` in front of all commands, alone or among letters such as `-dc`.
pub(crate) fn expand(mut arguments: Vec<OsString>, known: &Command) -> Vec<OsString> {
    let mut at = 1;
    while let Some(word) = arguments.get(at).and_then(|word| word.to_str()).filter(|w| w.starts_with('-')) {
        if let Some((command, rest)) = command_in(word).filter(|(c, _)| known.find_subcommand(c).is_some()) {
            match rest {
                Some(rest) => arguments[at] = rest.into(),
                None => drop(arguments.remove(at)),
            }
            arguments.insert(1, command.into());
            break;
        }
        at += 1;
    }
    arguments
}

/// The command that a word stands for, and what is left of the word.
fn command_in(word: &str) -> Option<(&'static str, Option<String>)> {
    let letters = word.strip_prefix('-')?;
    match letters {
        "-decompress" | "-uncompress" => return Some(("decompress", None)),
        "-test" => return Some(("test", None)),
        "-list" => return Some(("list", None)),
        _ if !letters.chars().all(|letter| "cdfklqtv".contains(letter)) => return None,
        _ => {}
    }
    let place = letters.find(['d', 't', 'l'])?;
    let command = match &letters[place..=place] {
        "d" => "decompress",
        "t" => "test",
        _ => "list",
    };
    let rest = letters[..place].to_owned() + &letters[place + 1..];
    Some((command, (!rest.is_empty()).then(|| format!("-{rest}"))))
}

/// Options that other tools have, and what does the same here.
const MEANT: &[(&[&str], &str)] = &[
    (&["-d", "--decompress", "--uncompress", "-x", "--extract"], "`qres decompress FILE` brings a text back"),
    (&["-z", "--compress"], "`qres compress FILE` makes an archive"),
    (&["-t", "--test"], "`qres test FILE` says whether an archive is whole"),
    (&["-l", "--list", "--info"], "`qres list FILE` tells what is in archives, a line each"),
    (&["-r", "--recursive"], "name the files: `FOLDER/*.csv`"),
    (
        &["-0", "-1", "-2", "-3", "-4", "-5", "-6", "-7", "-8", "-9"],
        "a level is an option of `compress`, from `-1` to `-9`",
    ),
    (&["--level", "--compression-level", "--quality"], "a level is one of `-1` to `-9`"),
    (&["--fast"], "`-1` is the fastest level"),
    (
        &["--best", "--ultra", "--max", "-e", "--extreme"],
        "`-9` is the level that makes the smallest archives",
    ),
    (&["--to-stdout"], "`-c` writes to stdout"),
    (&["-i", "--input", "--in"], "inputs are named without an option: `qres COMMAND FILE`"),
    (&["--out", "--output-file"], "`-o FILE` says where the output goes"),
    (&["--output-dir", "--outdir", "--output-dir-flat"], "`-o FOLDER` puts outputs into a folder"),
    (&["-n", "--no-name", "-N", "--name"], "archives have no names in them: leave it out"),
    (&["-C", "--check", "--no-check"], "checksums are always there: leave it out"),
    (&["-p", "--processes", "-j", "--jobs"], "`-T N` says how many threads work"),
    (
        &["-D", "--dict", "--dictionary", "--train", "--patch-from"],
        "`qres gene train` learns from earlier data, and `--gene GENE` goes on from it",
    ),
    (
        &["--tolerance", "--bound", "--max-error", "--lossy", "--precision", "--abs", "--rel", "--eps"],
        "`qres compress --error E` lets numbers differ by up to E",
    ),
    (&["--delimiter", "--sep", "--separator"], "the delimiter is found in the data: leave it out"),
    (&["--header", "--no-header", "--headers"], "the header is found in the data: leave it out"),
    (&["--column", "--select", "--fields"], "`qres cat --columns NAME` prints columns"),
    (&["--overwrite", "--force-overwrite", "-y", "--yes"], "`-f` overwrites files"),
    (&["-s", "--silent", "--no-progress"], "`-q` says nothing but errors"),
    (&["--format", "--output-format", "-J"], "`--json` prints results as JSON lines"),
    (&["--rm-input", "--delete", "--remove"], "`--rm` removes each input once its output is safely on disk"),
    (&["-V", "--version"], "`qres --version` says it"),
];

/// Says what is wrong with a command line and what to do, or prints the help that was asked for, and ends.
pub(crate) fn refuse(mut error: clap::Error, arguments: &[OsString], json: bool, known: Command) -> ! {
    if !error.use_stderr() {
        // Help into a closed pipe is no failure.
        let _ = error.print();
        std::process::exit(error.exit_code())
    }
    let command = command_of(arguments, known);
    let hint = hint(&error, &command);
    if error.kind() == ErrorKind::UnknownArgument
        && let Some(hint) = &hint
    {
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![hint.into()]));
        error.remove(ContextKind::SuggestedArg);
        // It is that of the option that clap would suggest.
        error.remove(ContextKind::Usage);
    }
    if json {
        let hint = hint.unwrap_or_else(|| help(&command));
        ui::refusal(Exit::Usage, &message(&error), hint);
    } else {
        let _ = error.print();
    }
    std::process::exit(error.exit_code())
}

/// Hints for options that do not exist.
fn hint(error: &clap::Error, command: &str) -> Option<String> {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let unknown = text(ContextKind::InvalidArg).filter(|_| error.kind() == ErrorKind::UnknownArgument)?;
    let flag = unknown.split('=').next().unwrap_or(unknown);
    let meant = MEANT.iter().find(|(flags, _)| flags.contains(&flag)).map(|(_, meant)| (*meant).to_owned());
    let near = || Some(format!("there is `{}`", text(ContextKind::SuggestedArg)?));
    meant.or_else(near).or_else(|| Some(help(command)))
}

/// Where the options of a command are listed.
fn help(command: &str) -> String {
    format!("`{command} --help` shows what there is")
}

/// The command that was typed, as far as there is such.
fn command_of(arguments: &[OsString], mut known: Command) -> String {
    let mut command = "qres".to_owned();
    for word in arguments.iter().skip(1) {
        let Some(found) = known.find_subcommand(word) else { continue };
        command = format!("{command} {}", found.get_name());
        known = found.clone();
    }
    command
}

/// Returns the error in one line.
fn message(error: &clap::Error) -> String {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return "a command is missing".into();
    }
    let text = error.render().to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    let words = first.trim_start_matches("error:").split_whitespace();
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cmd::cli::Cli;
    use clap::CommandFactory;

    #[test]
    fn letters_of_zstd_are_commands() {
        let known = Command::new("qres").subcommands(["decompress", "test", "list"].map(Command::new));
        for (typed, expanded) in [
            ("qres -d a.qres", "qres decompress a.qres"),
            ("qres -dc a.qres", "qres decompress -c a.qres"),
            ("qres -fd a.qres -o b", "qres decompress -f a.qres -o b"),
            ("qres -q -t a.qres", "qres test -q a.qres"),
            ("qres -l a.qres", "qres list a.qres"),
            ("qres --decompress -", "qres decompress -"),
            ("qres test -d", "qres test -d"),
            ("qres -h", "qres -h"),
            ("qres - -d", "qres decompress -"),
            ("qres", "qres"),
        ] {
            let words = typed.split(' ').map(OsString::from).collect();
            assert_eq!(expand(words, &known).join(&OsString::from(" ")), expanded, "{typed}");
        }
    }

    #[test]
    fn every_unknown_option_has_a_hint() {
        let hint_of = |line: &str| {
            let error = Cli::command().try_get_matches_from(line.split(' ')).unwrap_err();
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            hint(&error, &command_of(&words, Cli::command())).unwrap_or_else(|| panic!("{line}: {error}"))
        };
        assert!(hint_of("qres compress --no-such-option").contains("`qres compress --help`"));
        assert!(hint_of("qres compress --eror 5").contains("--error"));
        let subcommands: Vec<String> =
            Cli::command().get_subcommands().map(|c| c.get_name().to_owned()).collect();
        let mut unknown = 0;
        for (flags, meant) in MEANT {
            for (flag, command) in flags.iter().flat_map(|flag| subcommands.iter().map(move |c| (flag, c))) {
                let Err(error) = Cli::command().try_get_matches_from(["qres", command.as_str(), flag]) else {
                    continue;
                };
                if error.kind() == ErrorKind::UnknownArgument {
                    assert_eq!(hint(&error, "qres").as_deref(), Some(*meant), "{command} {flag}");
                    unknown += 1;
                }
            }
        }
        assert!(unknown > 100, "{unknown}");
    }
}
