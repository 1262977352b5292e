//! The laboratory: measurements that say how the codec should be made, not what it does for a file.
//!
//! ```sh
//! cargo run --release -p lab -- genes FILE...
//! cargo run --release -p lab -- learner FILE...
//! cargo run --release -p lab -- live FILE...
//! cargo run --release -p lab -- masked
//! cargo run --release -p lab -- neurons FILE...
//! cargo build --release && cargo run --release -p lab -- node target/release/qres bytes|loss|outage|idle FILE:COLUMNS...
//! cargo run --release -p lab -- parts [--level N] FILE...
//! cargo run --release -p lab -- proofs
//! cargo run --release -p lab -- query MEGABYTES QUERIES
//! cargo build --release && cargo run --release -p lab -- regimes LABELS.json FILE...
//! cargo build --release && cargo run --release -p lab -- threads target/release/qres FILE...
//! ```

mod genes;
mod labels;
mod learner;
mod live;
mod lms;
mod masked;
mod neurons;
mod nlms;
mod node;
mod parts;
mod proofs;
mod query;
mod regimes;
mod series;
mod threads;

use std::{error::Error, fs, process::ExitCode};

/// A text to measure on.
struct Dataset {
    name: String,
    text: Vec<u8>,
}

const USAGE: &str = "lab genes FILE... | lab learner FILE... | lab live FILE... | lab masked | lab neurons FILE... | lab node QRES bytes|loss|outage|idle FILE:COLUMNS... | lab parts [--level N] FILE... | lab proofs | lab query MEGABYTES QUERIES | lab regimes LABELS.json FILE... | lab threads QRES FILE...";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["genes", ref files @ ..] if !files.is_empty() => read(files).and_then(|all| genes::run(&all)),
        ["learner", ref files @ ..] if !files.is_empty() => read(files).and_then(|all| learner::run(&all)),
        ["live", ref files @ ..] if !files.is_empty() => read(files).and_then(|all| live::run(&all)),
        ["neurons", ref files @ ..] if !files.is_empty() => read(files).and_then(|all| neurons::run(&all)),
        ["parts", "--level", level, ref files @ ..] if !files.is_empty() => {
            read(files).and_then(|all| parts::run(&all, level))
        }
        ["parts", ref files @ ..] if !files.is_empty() => read(files).and_then(|all| parts::run(&all, "9")),
        ["node", qres, what, ref files @ ..] => node::run(qres, what, files),
        ["masked"] => masked::run(),
        ["proofs"] => proofs::run(),
        ["query", megabytes, queries] => query::run(megabytes, queries),
        ["regimes", ref files @ ..] if files.len() > 1 => {
            read(files).and_then(|all| regimes::run(&all[1..], &all[0]))
        }
        ["threads", qres, ref files @ ..] if !files.is_empty() => {
            read(files).and_then(|all| threads::run(qres, &all))
        }
        _ => Err(USAGE.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn read(files: &[&str]) -> Result<Vec<Dataset>, Box<dyn Error>> {
    let read = |path: &&str| {
        let name = path.rsplit('/').next().unwrap_or(path).to_owned();
        let text = fs::read(path).map_err(|error| format!("{path}: {error}"))?;
        Ok(Dataset { name, text })
    };
    files.iter().map(read).collect()
}

fn geometric_mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0), |(sum, count), value| (sum + value.ln(), count + 1));
    (sum / f64::from(count.max(1))).exp()
}
