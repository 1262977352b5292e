//! What people see beside the data: colours, progress, sizes, summary lines. All of it goes to stderr,
//! save a `--json` line when stdout carries nothing else.

use crate::{
    cli::Verbosity,
    error::{Exit, Failure},
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
    pub(crate) fn new(asked: Verbosity) -> Self {
        let terminal = io::stderr().is_terminal();
        Self {
            quiet: asked.quiet,
            json: asked.json,
            summary: !asked.quiet && !asked.json && (terminal || asked.verbose),
            progress: terminal && !asked.quiet && !asked.json,
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

    /// Something worth knowing that is no error.
    pub(crate) fn warning(self, what: &str) {
        if !self.quiet {
            tell(&format!("{WARNING}warning:{WARNING:#} {what}"));
        }
    }

    /// Why the command failed, and what to do.
    pub(crate) fn failure(self, failure: &Failure) {
        if self.json {
            let (exit, hint) = (failure.exit() as u8, failure.hint());
            let line = ErrorLine { schema: "qres.error/1", exit, error: failure.to_string(), hint };
            return tell(&json(&line));
        }
        tell(&format!("{ERROR}error:{ERROR:#} {failure}"));
        if let Some(hint) = failure.hint() {
            tell(&format!("  {HINT}hint:{HINT:#} {hint}"));
        }
    }

    /// One result for programs: on stdout, unless the data goes there.
    pub(crate) fn result(self, value: &impl serde::Serialize, stdout_is_taken: bool) -> Result<(), Failure> {
        if !self.json {
            return Ok(());
        }
        let line = json(value);
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
    tell(&json(&line));
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
    format!("{name}: {}{share}", size(done))
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

/// A value as one line of JSON that does no harm to a terminal either: what is [`misleading`] is escaped.
pub(crate) fn json(value: &impl serde::Serialize) -> String {
    let plain = serde_json::to_string(value).unwrap_or_default();
    let mut line = String::with_capacity(plain.len());
    for c in plain.chars() {
        match misleading(c) {
            // Such a letter can only stand in a string: JSON's own are plain ones.
            true => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| line += &format!("\\u{unit:04x}")),
            false => line.push(c),
        }
    }
    line
}

/// The name of an input for people, `-` being stdin.
pub(crate) fn label(plain: &str) -> String {
    if plain == "-" { "stdin".into() } else { printable(plain) }
}

/// Text without what could confuse a terminal, or whoever reads it there.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if misleading(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// Whether a letter steers a terminal, turns the direction of what follows, or cannot be seen at all.
fn misleading(c: char) -> bool {
    let steers = matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    c.is_control() || steers
}

/// Bytes for people: three digits and a binary unit.
pub(crate) fn size(bytes: u64) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64 / 1024.0;
    let mut unit = 0;
    while value >= 1023.5 && unit + 1 < units.len() {
        value /= 1024.0;
        unit += 1;
    }
    let digits = if value < 9.995 { 2 } else { usize::from(value < 99.95) };
    format!("{value:.digits$} {}", units[unit])
}

/// Bytes as an option takes them: the smallest whole unit that is enough.
pub(crate) fn size_argument(bytes: u64) -> String {
    let units = [(30, "G"), (20, "M"), (10, "K")];
    let fitting = units.into_iter().find(|(shift, _)| bytes.trailing_zeros() >= *shift && bytes > 0);
    fitting.map_or_else(|| bytes.to_string(), |(shift, unit)| format!("{}{unit}", bytes >> shift))
}

/// Milliseconds for people: the two largest units of it that matter.
#[cfg(feature = "flash")]
pub(crate) fn time(milliseconds: u64) -> String {
    let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1000, "s")];
    let Some(first) = units.iter().position(|(unit, _)| milliseconds >= *unit) else {
        return format!("{milliseconds} ms");
    };
    let (unit, name) = units[first];
    let head = format!("{} {name}", milliseconds / unit);
    let rest = milliseconds % unit;
    let second = units.get(first + 1).map_or((1, "ms"), |second| *second);
    match rest / second.0 {
        0 => head,
        rest => format!("{head} {rest} {}", second.1),
    }
}

/// How many times smaller `after` is than `before`.
pub(crate) fn ratio(before: u64, after: u64) -> String {
    if after == 0 { "-".into() } else { format!("{:.2}x", before as f64 / after as f64) }
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `n` of something, in words.
pub(crate) fn count(n: u64, one: &str) -> String {
    format!("{n} {one}{}", if n == 1 { "" } else { "s" })
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

    #[test]
    fn sizes_have_three_digits() {
        let said: Vec<String> = [0, 1023, 1024, 10_240, 1_048_575, 1 << 20, 1 << 62].map(size).into();
        assert_eq!(said, ["0 B", "1023 B", "1.00 KiB", "10.0 KiB", "1.00 MiB", "1.00 MiB", "4.00 EiB"]);
    }

    #[test]
    fn names_neither_steer_terminals_nor_turn_around() {
        let name = "a\u{202e}vsc.\u{1b}[2J\u{9b}x\u{200b}é";
        assert_eq!(printable(name), "a\u{fffd}vsc.\u{fffd}[2J\u{fffd}x\u{fffd}é");
        assert_eq!(json(&name), r#""a\u202evsc.\u001b[2J\u009bx\u200bé""#);
        assert_eq!(serde_json::from_str::<String>(&json(&name)).unwrap(), name);
        assert_eq!(json(&"\u{e0041}"), r#""\udb40\udc41""#);
    }

    #[cfg(feature = "flash")]
    #[test]
    fn times_have_two_units() {
        let said: Vec<String> =
            [0, 999, 1000, 30_500, 600_000, 14_400_000, 5_400_000, 1 << 40].map(time).into();
        assert_eq!(
            said,
            ["0 ms", "999 ms", "1 s", "30 s 500 ms", "10 min", "4 h", "1 h 30 min", "12725 d 19 h"]
        );
        assert_eq!(time(86_400_001), "1 d");
    }

    #[test]
    fn size_arguments_are_exact() {
        let said: Vec<String> = [0, 1000, 1 << 10, 3 << 20, (1 << 30) + 1024].map(size_argument).into();
        assert_eq!(said, ["0", "1000", "1K", "3M", "1048577K"]);
        for bytes in [1000, 1 << 10, 3 << 20, (1 << 30) + 1024] {
            assert_eq!(crate::cli::parse_size(&size_argument(bytes)), Ok(bytes));
        }
    }
}
