//! What people see beside the data: colours, progress, sizes, summary lines. All of it goes to stderr,
//! save a `--json` line when stdout carries nothing else.

use crate::{
    failure::{Exit, Failure},
    text::{plain, units},
};
use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::{
    io::{self, IsTerminal, Write},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default();

/// Who is watching, and how much they want to see.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ui {
    quiet: bool,
    /// Results are for programs.
    pub(crate) json: bool,
    summary: bool,
    progress: bool,
    /// The terminal can only write line after line.
    dumb: bool,
}

impl Ui {
    /// Decides once, for the whole run.
    pub(crate) fn new(quiet: bool, verbose: bool, json: bool) -> Self {
        let terminal = io::stderr().is_terminal();
        Self {
            quiet,
            json,
            summary: !quiet && !json && (terminal || verbose),
            progress: terminal && !quiet && !json,
            dumb: std::env::var_os("TERM").is_some_and(|term| term == "dumb"),
        }
    }

    /// Whether only errors are to be said.
    pub(crate) fn is_quiet(self) -> bool {
        self.quiet
    }

    /// One line about something done, for people.
    pub(crate) fn summary(self, line: impl FnOnce() -> String) {
        if self.summary {
            tell(&line());
        }
    }

    /// Something worth knowing that is not an error.
    pub(crate) fn warning(self, what: &str) {
        if !self.quiet {
            tell(&format!("{WARNING}warning:{WARNING:#} {what}"));
        }
    }

    /// Why the command failed, and what to do.
    pub(crate) fn failure(self, failure: &Failure) {
        if self.json {
            let (exit, hint) = (failure.exit as u8, failure.hint.clone());
            let line = ErrorLine { schema: "qres.error/1", exit, error: failure.to_string(), hint };
            return tell(&plain::json(&line));
        }
        tell(&format!("{ERROR}error:{ERROR:#} {failure}"));
        if let Some(hint) = &failure.hint {
            tell(&format!("  {HINT}hint:{HINT:#} {hint}"));
        }
    }

    /// One result for programs: on stdout, unless the data goes there.
    pub(crate) fn result(self, value: &impl serde::Serialize, stdout_is_taken: bool) -> Result<(), Failure> {
        if !self.json {
            return Ok(());
        }
        let line = plain::json(value);
        if stdout_is_taken {
            tell(&line);
            return Ok(());
        }
        writeln!(io::stdout().lock(), "{line}").map_err(Failure::writing("the result"))
    }

    /// A bar for work on `name`, of `total` bytes if that is known.
    pub(crate) fn progress(self, name: &str, total: Option<u64>, output_is_terminal: bool) -> Progress {
        let wanted = self.progress && !output_is_terminal;
        let bar = wanted.then(|| bar(name, total));
        let (shown, lines) = Default::default();
        Progress(Steps { bar, started: Instant::now(), shown, dumb: self.dumb, lines })
    }
}

/// A failure, for programs.
#[derive(Debug, serde::Serialize)]
struct ErrorLine {
    schema: &'static str,
    exit: u8,
    error: String,
    hint: Option<String>,
}

/// A command line that makes no sense, for programs: nothing of it has been read that could say how to talk.
pub(crate) fn refusal(exit: Exit, error: &str, hint: String) {
    let line = ErrorLine { schema: "qres.error/1", exit: exit as u8, error: error.into(), hint: Some(hint) };
    tell(&plain::json(&line));
}

fn tell(line: &str) {
    // stderr is the last resort: if it is closed there is nobody to tell.
    let _ = writeln!(anstream::stderr().lock(), "{line}");
}

/// A progress bar that appears once the work turns out to take a while, and goes when it is done.
#[derive(Debug)]
pub(crate) struct Progress(Steps);

/// Advances a progress bar from any thread.
#[derive(Debug, Clone)]
pub(crate) struct Steps {
    bar: Option<ProgressBar>,
    started: Instant,
    shown: Arc<AtomicBool>,
    /// Where a bar cannot be drawn a line tells now and then how far the work is; so many have.
    dumb: bool,
    lines: Arc<AtomicU64>,
}

const PATIENCE: Duration = Duration::from_millis(400);
/// Seconds between two lines.
const PAUSE: u64 = 5;

impl Progress {
    /// So many bytes of the input are done.
    pub(crate) fn advance(&mut self, bytes: u64) {
        self.0.advance(bytes);
    }

    /// For the threads that do the work.
    pub(crate) fn steps(&self) -> Steps {
        self.0.clone()
    }
}

impl Steps {
    /// So many bytes of the input are done.
    pub(crate) fn advance(&self, bytes: u64) {
        let Some(bar) = &self.bar else { return };
        bar.inc(bytes);
        if self.dumb {
            let due = self.started.elapsed().as_secs() / PAUSE;
            if self.lines.fetch_max(due, Ordering::Relaxed) < due {
                tell(&far(&bar.message(), bar.position(), bar.length()));
            }
            return;
        }
        if self.started.elapsed() > PATIENCE && !self.shown.swap(true, Ordering::Relaxed) {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }
}

/// How far the work is, in a line.
fn far(name: &str, done: u64, total: Option<u64>) -> String {
    let share = total.filter(|total| *total > 0).map(|total| done.min(total) * 100 / total);
    let share = share.map(|share| format!(", {share}%")).unwrap_or_default();
    format!("{name}: {}{share}", units::size(done))
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.0.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar(name: &str, total: Option<u64>) -> ProgressBar {
    let template = match total {
        Some(_) => "{msg} [{bar:24}] {percent}% {bytes_per_sec} {eta}",
        None => "{msg} {spinner} {bytes} {bytes_per_sec}",
    };
    let bar =
        ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden()).with_message(name.to_owned());
    bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_how_far_the_work_is() {
        let line = |total| far("a.csv", 3 << 20, total);
        assert_eq!(line(Some(4 << 20)), "a.csv: 3.00 MiB, 75%");
        assert_eq!(line(None), "a.csv: 3.00 MiB");
        assert_eq!(line(Some(1)), "a.csv: 3.00 MiB, 100%");
    }
}
