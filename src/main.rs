//! The command line of qres: parse, run, turn the error into an exit code.

#[cfg(feature = "bench")]
mod bench;
#[cfg(feature = "flash")]
mod board;
mod cli;
mod cmd;
mod error;
mod grid;
mod io;
mod litmus;
mod rows;
mod signal;
mod teach;
mod ui;
mod untabled;
mod usage;
mod watch;
#[cfg(feature = "bench")]
mod web;

use std::process::ExitCode;

fn main() -> ExitCode {
    error::report_panics();
    signal::watch();
    cmd::run(cli::parse()).into()
}
