//! `--config`: options of `qres node` in a file, each by its long name.
//!
//! ```toml
//! listen = "0.0.0.0:4600"
//! trust = ["did:qres:..."]
//! error = ["temp=0.5", "hum=2"]
//! exact-only = false
//! ```
//! What is on the command line counts before what is in the file.

use crate::failure::{Failure, Outcome};
use clap::{ArgAction, ArgMatches, Command};
use std::{collections::BTreeMap, ffi::OsString, fs, path::Path};
use toml::{Spanned, Value};

const HINT: &str = "options in the file are those of `qres node --help`, without `--`";

/// Reads the command line again as `node` has it, with what the file at `path` says behind it.
pub(super) fn with_file(path: &Path, node: Command) -> Outcome<ArgMatches> {
    let name = path.display().to_string();
    let text = fs::read_to_string(path).map_err(Failure::reading(&name))?;
    let mut words: Vec<OsString> = std::env::args_os().collect();
    if let Some(at) = words.iter().position(|word| word == "node") {
        words.remove(at);
    }
    words.extend(options(&text, &name, &words, &node)?.into_iter().map(OsString::from));
    node.try_get_matches_from(&words).map_err(|error| {
        let said = error.to_string();
        let first = said.lines().next().unwrap_or_default().trim_start_matches("error: ");
        Failure::usage(format!("{name}: {first}"), HINT)
    })
}

/// The words that the file stands for, without those whose option is on the command line.
fn options(text: &str, name: &str, given: &[OsString], node: &Command) -> Outcome<Vec<String>> {
    let read = toml::from_str::<BTreeMap<String, Spanned<Value>>>(text);
    let table = read.map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(text, span.start));
        let what = format!("{name}:{line}: {}", error.message());
        Failure::usage(what, "write `option = \"value\"`, one a line")
    })?;
    let mut words = Vec::new();
    for (key, value) in table {
        let line = line_of(text, value.span().start);
        let wrong = |what: String| Failure::usage(format!("{name}:{line}: {what}"), HINT);
        let option = node.get_arguments().find(|option| option.get_long() == Some(&key) && key != "config");
        let option = option.ok_or_else(|| wrong(format!("there is no option `{key}`")))?;
        if is_given(given, &key, option.get_short()) {
            continue;
        }
        let is_switch = matches!(option.get_action(), ArgAction::SetTrue);
        words.extend(words_of(&key, value.into_inner(), is_switch).map_err(wrong)?);
    }
    Ok(words)
}

/// Whether an option is among the words of a command line.
fn is_given(words: &[OsString], long: &str, short: Option<char>) -> bool {
    words.iter().filter_map(|word| word.to_str()).any(|word| match word.strip_prefix("--") {
        Some(word) => word.split('=').next() == Some(long),
        None => short.is_some_and(|short| word.strip_prefix('-').is_some_and(|word| word.starts_with(short))),
    })
}

/// The words that an option of the file stands for, or why it stands for none.
fn words_of(key: &str, value: Value, is_switch: bool) -> Result<Vec<String>, String> {
    let word = |value: &Value| plain(value).map(|word| format!("--{key}={word}"));
    match value {
        Value::Boolean(wanted) if is_switch => Ok(wanted.then(|| format!("--{key}")).into_iter().collect()),
        _ if is_switch => Err(format!("`{key}` is true or false")),
        Value::Array(values) => {
            let words: Option<Vec<String>> = values.iter().map(word).collect();
            words.ok_or_else(|| format!("`{key}` is a list of words"))
        }
        value => word(&value).map(|word| vec![word]).ok_or_else(|| format!("`{key}` is a word or a number")),
    }
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
    use clap::Args as _;

    fn read(text: &str, given: &[&str]) -> Result<String, String> {
        let given: Vec<OsString> = given.iter().map(OsString::from).collect();
        options(text, "n.toml", &given, &crate::cmd::node::Args::augment_args(Command::new("node")))
            .map(|words| words.join(" "))
            .map_err(|failure| failure.to_string())
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
