//! `--config`: options of `qres node` in a file, each by its long name.
//!
//! ```toml
//! listen = "0.0.0.0:4600"
//! trust = ["did:qres:..."]
//! error = ["temp=0.5", "hum=2"]
//! exact-only = false
//! ```
//! What is on the command line counts before what is in the file.

use crate::{
    cmd::cli::{Cli, Command},
    failure::{Failure, Outcome},
};
use clap::{ArgAction, CommandFactory, Parser};
use std::{collections::BTreeMap, ffi::OsString, fs, path::Path};
use toml::{Spanned, Value};

/// Reads the command line again, with what the file at `path` says behind it.
pub(super) fn with_file(path: &Path) -> Outcome<Box<super::Args>> {
    let name = path.display().to_string();
    let text = fs::read_to_string(path).map_err(Failure::reading(&name))?;
    let mut words: Vec<OsString> = std::env::args_os().collect();
    words.extend(options(&text, &name, &words)?.into_iter().map(OsString::from));
    let cli = Cli::try_parse_from(&words).map_err(|error| {
        let said = error.to_string();
        let first = said.lines().next().unwrap_or_default().trim_start_matches("error: ");
        Failure::usage(
            format!("{name}: {first}"),
            "options in the file are those of `qres node --help`, without `--`",
        )
    })?;
    match cli.command {
        Command::Node(args) => Ok(args),
        _ => Err(Failure::bug("a node was asked for, and another command was read")),
    }
}

/// The words that the file stands for, without those whose option is on the command line.
fn options(text: &str, name: &str, given: &[OsString]) -> Outcome<Vec<String>> {
    let read = toml::from_str::<BTreeMap<String, Spanned<Value>>>(text);
    let table = read.map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(text, span.start));
        Failure::usage(
            format!("{name}:{line}: {}", error.message()),
            "write `option = \"value\"`, one a line",
        )
    })?;
    let cli = Cli::command();
    let node = cli.find_subcommand("node").ok_or(Failure::bug("there is no node"))?;
    let mut words = Vec::new();
    for (key, value) in table {
        let line = line_of(text, value.span().start);
        let wrong = |what: String| {
            Failure::usage(
                format!("{name}:{line}: {what}"),
                "options are those of `qres node --help`, without `--`",
            )
        };
        let option = node.get_arguments().find(|option| option.get_long() == Some(&key) && key != "config");
        let option = option.ok_or_else(|| wrong(format!("there is no option `{key}`")))?;
        let short = option.get_short().map(|letter| format!("-{letter}"));
        let is_given = given.iter().filter_map(|word| word.to_str()).any(|word| {
            let long = word.strip_prefix("--").map(|word| word.split('=').next().unwrap_or_default());
            long == Some(&key)
                || short.as_ref().is_some_and(|short| word.starts_with(short) && !word.starts_with("--"))
        });
        if is_given {
            continue;
        }
        let is_switch = matches!(option.get_action(), ArgAction::SetTrue);
        match value.into_inner() {
            Value::Boolean(wanted) if is_switch => words.extend(wanted.then(|| format!("--{key}"))),
            Value::Array(values) if !is_switch => {
                for value in values {
                    words.push(format!(
                        "--{key}={}",
                        plain(&value).ok_or_else(|| wrong(format!("`{key}` is a list of words")))?
                    ));
                }
            }
            value => {
                let word = plain(&value).filter(|_| !is_switch);
                let kind = if is_switch { "true or false" } else { "a word or a number" };
                words.push(format!("--{key}={}", word.ok_or_else(|| wrong(format!("`{key}` is {kind}")))?));
            }
        }
    }
    Ok(words)
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(word) => Some(word.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        _ => None,
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, given: &[&str]) -> Result<String, String> {
        let given: Vec<OsString> = given.iter().map(OsString::from).collect();
        options(text, "n.toml", &given).map(|words| words.join(" ")).map_err(|failure| failure.to_string())
    }

    #[test]
    fn options_of_a_file_are_those_of_the_command_line() {
        let text =
            "listen = \"0.0.0.0:1\"\nerror = [\"a=1\", 0.5]\nopen = true\nexact-only = false\nkeep = 1000\n";
        assert_eq!(read(text, &[]).unwrap(), "--error=a=1 --error=0.5 --keep=1000 --listen=0.0.0.0:1 --open");
        assert_eq!(read(text, &["--listen=[::]:2", "-e1", "--keep", "5"]).unwrap(), "--open");
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        for (text, said) in [
            ("keep = 1\nlisten_to = 2\n", "n.toml:2: there is no option `listen_to`"),
            ("config = \"x\"\n", "n.toml:1: there is no option `config`"),
            ("\n\nopen = 1\n", "n.toml:3: `open` is true or false"),
            ("keep = {}\n", "n.toml:1: `keep` is a word or a number"),
            ("peer = [1, []]\n", "n.toml:1: `peer` is a list of words"),
            ("keep = 1\nkeep = 2\n", "n.toml:2: duplicate key"),
        ] {
            assert_eq!(read(text, &[]).unwrap_err(), said);
        }
    }
}
