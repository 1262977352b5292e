//! The command line of qres: parse, run, turn the error into an exit code.
//!
//! | room | what it is for | may know |
//! |---|---|---|
//! | `signal` | what happens when we are told to end | |
//! | `text` | words, sizes, tables of text and ranges, for people and as they type them | |
//! | `web` | charts and pages | |
//! | `failure` | what went wrong, what to do next, the exit code | `text` |
//! | `rows` | columns, times and bounds by what people call them; rows of segments | `text`, `failure` |
//! | `ui` | what people see beside the data | `text`, `failure` |
//! | `watch` | what is unusual in rows as they come | `text`, `failure`, `rows` |
//! | `io` | files, pipes, threads, the store of genes, live links | `signal`, `text`, `failure`, `rows`, `ui` |
//! | `board` | boards on ports: images, talk, what they send | `signal`, `text`, `failure`, `ui`, `io` |
//! | `node` | peers that deliver rows to each other, and what they keep | `signal`, `text`, `web`, `failure`, `rows`, `ui`, `watch`, `io`, `board` |
//! | `bench` | qres beside other codecs, measured | `text`, `web`, `failure`, `io` |
//! | `sim` | swarms of simulated nodes | `text`, `web`, `failure` |
//! | `cmd` | the commands: one file or folder each, its arguments and `run` | all of them |
//!
//! Arrows run up this table only; a test holds it.

#[cfg(feature = "bench")]
mod bench;
#[cfg(feature = "flash")]
mod board;
mod cmd;
mod failure;
mod io;
#[cfg(feature = "node")]
mod node;
mod rows;
mod signal;
#[cfg(feature = "sim")]
mod sim;
mod text;
mod ui;
mod watch;
#[cfg(any(feature = "bench", feature = "http", feature = "sim"))]
mod web;

use failure::Exit;
use std::{
    io::{Write, stderr},
    process::ExitCode,
};

fn main() -> ExitCode {
    report_panics();
    let cli = cmd::cli::parse();
    signal::watch();
    cmd::run(cli).into()
}

/// A panic is a fault of ours: say so in one line and end with 1, in every build.
fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        #[cfg(feature = "flash")]
        if let Some(exit) = board::blame::blamed(panic) {
            signal::clean_up();
            std::process::exit(i32::from(exit as u8));
        }
        let _ = writeln!(stderr(), "error: fault in qres {}: {panic}", env!("CARGO_PKG_VERSION"));
        let _ = writeln!(stderr(), "  hint: please report this line with the command and the input");
        signal::clean_up();
        std::process::exit(i32::from(Exit::Failed as u8));
    }));
}
