//! The command line of qres: parse, run, turn the error into an exit code.

#[cfg(feature = "bench")]
mod bench;
#[cfg(feature = "flash")]
mod board;
mod cmd;
mod failure;
mod io;
mod litmus;
mod rows;
mod signal;
mod teach;
mod text;
mod ui;
mod untabled;
mod watch;
#[cfg(feature = "bench")]
mod web;

use failure::Exit;
use std::{
    io::{Write, stderr},
    process::ExitCode,
};

fn main() -> ExitCode {
    report_panics();
    signal::watch();
    cmd::run(cmd::cli::parse()).into()
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
