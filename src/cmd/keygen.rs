//! `qres keygen`: keys, and the names that they make.

use crate::{
    cmd::args::KeyFlag,
    failure::{Exit, Failure, Outcome},
    io::keys,
    text::plain,
    ui::Ui,
};
use clap::ArgGroup;
use qres_core::trust::Name;
use std::{
    io::Write,
    path::{Path, PathBuf},
};

/// Make a key that signs, and print its name
///
/// The name is the public half of an Ed25519 key: give it to all who shall trust what you sign. The file is the secret half:
/// it is made new, for its owner alone (mode 0600), and never overwritten. There is no other copy, and no way to take a key
/// back: whoever has the file can sign as you.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
#[command(group = ArgGroup::new("what").args(["output", "show"]).required(true))]
pub(crate) struct Args {
    /// Write a new key to FILE, which must not exist
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Print the name of the key in FILE instead (default: of QRES_KEY_FILE)
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    show: Option<Option<PathBuf>>,
}

const EXAMPLES: &str = "Examples:
  qres keygen -o station.key
  qres keygen --show station.key
  qres flash --builtin --chip esp32c3 --key station.key
  export QRES_KEY_FILE=~/.station.key; qres keygen --show";

/// A key, for programs.
#[derive(Debug, serde::Serialize)]
struct Report {
    schema: &'static str,
    /// The file that was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<String>,
    did: String,
    short: String,
}

/// Makes a key or shows one.
pub(crate) fn run(args: Args, ui: Ui) -> Outcome<Exit> {
    let (name, output) = match (args.output, args.show) {
        (Some(place), _) => (make(&place, ui)?, Some(place)),
        (None, show) => (KeyFlag { key: show.flatten() }.secret()?.identity().name(), None),
    };
    if ui.json {
        let report = Report {
            schema: "qres.keygen/1",
            output: output.map(|place| place.display().to_string()),
            did: name.to_string(),
            short: name.short().to_string(),
        };
        ui.result(&report, false)?;
    } else {
        writeln!(std::io::stdout().lock(), "{name}").map_err(Failure::writing("stdout"))?;
    }
    Ok(Exit::Done)
}

fn make(place: &Path, ui: Ui) -> Outcome<Name> {
    if place == Path::new("-") {
        return Err(Failure::usage("stdout is no place for a key", "name a file: `-o station.key`"));
    }
    let secret = keys::generate()?;
    keys::write(&secret, place)?;
    let name = secret.identity().name();
    ui.summary(|| {
        format!("{}: the key of {name} (short: {})", plain::label(&place.to_string_lossy()), name.short())
    });
    Ok(name)
}
