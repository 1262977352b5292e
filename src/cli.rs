//! What can be typed. The doc comments are the help; what the options mean is decided in [`crate::cmd`].

#[cfg(feature = "bench")]
use crate::cmd::bench;
#[cfg(feature = "flash")]
use crate::cmd::flash;
use crate::{
    cmd::{cat, check, completions, compress, concat, decompress, gene, inspect, list, repair, test, watch},
    error::{Failure, Outcome},
    io::{
        files::{Place, is_folder},
        genes::Genes,
        output::Target,
        store::Store,
    },
    usage,
};
use clap::{Args, CommandFactory, Parser, Subcommand};
use std::{ffi::OsString, path::PathBuf};

/// Compress and stream what sensors say
#[derive(Debug, Parser)]
#[command(name = "qres", version = VERSION, propagate_version = false, max_term_width = 100)]
#[command(after_help = "Commands read stdin and write stdout when no file is named, or when it is `-`.
`qres COMMAND --help` has examples.")]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Cli {
    /// What to do
    #[command(subcommand)]
    pub(crate) command: Command,
    /// How to talk about it
    #[command(flatten)]
    pub(crate) verbosity: Verbosity,
}

const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (reads and writes format 1)");

const EXAMPLES: &str = "Examples:
  qres compress weather.csv                    writes weather.csv.qres beside it
  qres decompress weather.csv.qres             writes weather.csv back, byte for byte
  qres cat weather.csv.qres --rows 1000..1010  shows ten rows without decoding the rest
  sensor | qres compress > log.qres            works on pipes
  tail -f x.csv | qres compress --live | ssh host qres decompress

Exit codes:
  0 done   1 failed   2 usage   3 corrupt or truncated   4 not so   5 limit or newer format
  6 device unreachable   130 interrupted (of other signals 128 and their number)

`qres -d`, `qres -t` and `qres -l` are `decompress`, `test` and `list`, as in zstd.";

/// What to do
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Compress(compress::Args),
    Decompress(decompress::Args),
    Test(test::Args),
    Repair(repair::Args),
    Inspect(inspect::Args),
    List(list::Args),
    Cat(cat::Args),
    Concat(concat::Args),
    Check(check::Args),
    Watch(watch::Args),
    Gene(gene::Args),
    #[cfg(feature = "bench")]
    Bench(bench::Args),
    #[cfg(feature = "flash")]
    Flash(Box<flash::Args>),
    Completions(completions::Args),
}

/// How to talk about it
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Verbosity {
    /// Say nothing but errors
    #[arg(short, long, global = true, conflicts_with = "verbose", display_order = 900)]
    pub(crate) quiet: bool,
    /// Say what was done, even where stderr is no terminal
    #[arg(short, long, global = true, display_order = 901)]
    pub(crate) verbose: bool,
    /// Print results as JSON lines (on stderr if stdout carries the data)
    #[arg(long, global = true, display_order = 902)]
    pub(crate) json: bool,
}

/// Where the output goes
#[derive(Debug, Clone, Args)]
pub(crate) struct Destination {
    /// Write to FILE (`-` is stdout), or into a folder
    #[arg(short, long, value_name = "FILE", conflicts_with = "stdout")]
    pub(crate) output: Option<PathBuf>,
    /// Write to stdout
    #[arg(short = 'c', long)]
    pub(crate) stdout: bool,
    /// Overwrite files, write binary to a terminal, compress archives again
    #[arg(short, long)]
    pub(crate) force: bool,
}

impl Destination {
    /// The place meant for the outputs of so many inputs.
    pub(crate) fn place(self, inputs: usize) -> Outcome<Place> {
        match self.output {
            Some(path) if path.as_os_str() == "-" => Ok(Place::One(Target::Stdout)),
            Some(path) if is_folder(&path) => Ok(Place::Into(path)),
            Some(_) if inputs > 1 => {
                let hint = "name a folder, with `/` at its end if it is new; leave `-o` out to write beside each input, or send all to one place with `-c > FILE`";
                Err(Failure::usage(format!("`-o` names one output, and there are {inputs} inputs"), hint))
            }
            Some(path) => Ok(Place::One(Target::File(path))),
            None if self.stdout => Ok(Place::One(Target::Stdout)),
            None => Ok(Place::Beside),
        }
    }
}

/// Whether to go into folders
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Recursive {
    /// Take the files in folders, too
    #[arg(short, long)]
    pub(crate) recursive: bool,
}

/// What becomes of the input
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Keeping {
    /// Keep the input: always done, accepted as gzip does
    #[arg(short, long, hide_short_help = true, conflicts_with = "rm")]
    pub(crate) keep: bool,
    /// Remove each input file once its output is safely on disk
    #[arg(long)]
    pub(crate) rm: bool,
}

impl Keeping {
    /// Refuses to remove what was only sent to `target`, where nobody knows whether it arrived.
    pub(crate) fn check(self, target: Option<&Target>) -> Outcome {
        let Some(target) = target.filter(|target| self.rm && !target.keeps()) else { return Ok(()) };
        let what = format!("`--rm` would remove the input while the output goes to {}", target.name());
        Err(Failure::usage(
            what,
            "leave `--rm` out, and remove the input when you know that the output has arrived",
        ))
    }
}

/// How many threads work
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Threads {
    /// Threads (0: one a core); the output is the same for all
    #[arg(short = 'T', long, value_name = "N", default_value_t = 0)]
    pub(crate) threads: u16,
}

impl Threads {
    /// The number meant.
    pub(crate) fn get(self) -> usize {
        match self.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            n => usize::from(n),
        }
    }
}

/// How much memory decoding may take
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Memory {
    /// Refuse archives that need more memory than this to decode
    #[arg(long, value_name = "SIZE", default_value = "1G", value_parser = parse_size)]
    pub(crate) memory: u64,
}

/// How much may be written
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct MaxOutput {
    /// Write no more than this, and end with 5 if there is more (default: no limit)
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub(crate) max_output: Option<u64>,
}

/// Where installed genes are
#[derive(Debug, Clone, Args)]
pub(crate) struct StoreFlag {
    /// Folder of installed genes, instead of QRES_STORE or the one among the user's data
    #[arg(long, value_name = "DIR", display_order = 800)]
    store: Option<PathBuf>,
}

impl StoreFlag {
    /// The store meant.
    pub(crate) fn get(&self) -> Store {
        Store::at(self.store.as_deref())
    }
}

/// What archives go on from
#[derive(Debug, Clone, Args)]
pub(crate) struct Learnt {
    /// The gene that archives go on from: a file, or a name or id in the store (default: found there by id)
    #[arg(long, value_name = "GENE")]
    gene: Option<OsString>,
    #[command(flatten)]
    store: StoreFlag,
}

impl Learnt {
    /// The genes meant.
    pub(crate) fn genes(&self, memory: Memory) -> Outcome<Genes> {
        Genes::open(self.gene.as_deref(), self.store.get(), memory.memory)
    }
}

/// Reads `64K`, `4M`, `1G` or plain bytes.
pub(crate) fn parse_size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let shift = match text[digits.len()..].to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        _ => return Err("a size is a number and K, M or G, such as 64M".into()),
    };
    let number: u64 =
        digits.parse().map_err(|_| "a size is a number and K, M or G, such as 64M".to_owned())?;
    number.checked_mul(1 << shift).ok_or_else(|| "that is more than there is".into())
}

/// Reads `500ms`, `10s`, `5min` or `4h` as milliseconds.
#[cfg(feature = "flash")]
pub(crate) fn parse_time(text: &str) -> Result<u32, String> {
    let wrong = "a time is a number and ms, s, min or h, such as 10s";
    let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let unit = match unit {
        "ms" => 1,
        "s" => 1000,
        "min" | "m" => 60_000,
        "h" => 3_600_000,
        _ => return Err(wrong.into()),
    };
    let number: u32 = digits.parse().map_err(|_| wrong.to_owned())?;
    match number.checked_mul(unit) {
        Some(0) => Err("that is no time at all".into()),
        Some(time) => Ok(time),
        None => Err("that is more than a board can wait: 49 days".into()),
    }
}

/// Numbers from `start` (included) to `end` (not included), counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// The first.
    pub(crate) start: u64,
    /// The one after the last.
    pub(crate) end: u64,
}

impl Span {
    /// All there are.
    pub(crate) const ALL: Self = Self { start: 0, end: u64::MAX };
}

/// Reads `3..7`, `3..`, `..7` or `3`.
pub(crate) fn parse_span(text: &str) -> Result<Span, String> {
    let number = |part: &str, default: u64| match part {
        "" => Ok(default),
        digits => digits.parse::<u64>().map_err(|_| "a range is `3..7`, `3..`, `..7` or `3`".to_owned()),
    };
    let span = match text.split_once("..") {
        Some((start, end)) => Span { start: number(start, 0)?, end: number(end, u64::MAX)? },
        None if text.is_empty() => return Err("a range is `3..7`, `3..`, `..7` or `3`".into()),
        None => {
            let start = number(text, 0)?;
            Span { start, end: start.saturating_add(1) }
        }
    };
    if span.start > span.end { Err("the range ends before it starts".into()) } else { Ok(span) }
}

/// Reads the command line, or says what is wrong with it and ends.
pub(crate) fn parse() -> Cli {
    let arguments = usage::expand(std::env::args_os().collect(), &Cli::command());
    let json = arguments.iter().take_while(|word| *word != "--").any(|word| word == "--json");
    Cli::try_parse_from(&arguments).unwrap_or_else(|error| usage::refuse(error, &arguments, json))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn sizes_are_numbers_with_units() {
        for (text, bytes) in [("16K", 16 << 10), ("4MiB", 4 << 20), ("1g", 1 << 30), ("7", 7)] {
            assert_eq!(parse_size(text), Ok(bytes), "{text}");
        }
        for wrong in ["", "K", "-1", "1.5M", "99999999999G", "1T", "4 M"] {
            assert!(parse_size(wrong).is_err(), "{wrong}");
        }
    }

    #[cfg(feature = "flash")]
    #[test]
    fn times_are_numbers_with_units() {
        for (text, time) in
            [("500ms", 500), ("10s", 10_000), ("5min", 300_000), ("2m", 120_000), ("4h", 14_400_000)]
        {
            assert_eq!(parse_time(text), Ok(time), "{text}");
        }
        for wrong in ["", "10", "s", "0s", "-1s", "1.5s", "1 s", "2000h", "99999999999ms"] {
            assert!(parse_time(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn spans_are_half_open() {
        for (text, start, end) in
            [("3..7", 3, 7), ("3..", 3, u64::MAX), ("..7", 0, 7), ("3", 3, 4), ("..", 0, u64::MAX)]
        {
            assert_eq!(parse_span(text), Ok(Span { start, end }), "{text}");
        }
        for wrong in ["", "7..3", "a..b", "1..2..3", "-1..", "3-7"] {
            assert!(parse_span(wrong).is_err(), "{wrong}");
        }
    }
}
