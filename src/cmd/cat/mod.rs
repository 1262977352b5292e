//! `qres cat`: some rows, columns or segments of an archive as text; rows and columns of a live link.
//!
//! In a file, the index at its end leads to the segments that are wanted; on a pipe the others are stepped over. Either
//! way only what is asked for is decoded. An archive of several parts is one table.

mod archive;
mod link;
mod printer;
mod stop;
mod table;

use crate::{
    cmd::args::{Learnt, MaxOutput, Memory},
    failure::{Exit, Failure, Outcome},
    io::{
        input::Input,
        link::is_link,
        output::{Content, Output, Target},
    },
    rows::filter,
    text::span::{Span, parse_span},
    ui::Ui,
};
use archive::Cat;
use printer::Printer;
use std::path::PathBuf;
use table::Table;

/// Print rows or columns of an archive without decoding the rest
///
/// Rows are counted from 0 and do not include the column names, which are printed first. A range `3..7` includes 3 and
/// not 7; `3..`, `..7` and `3` work as well. Whole rows are checked before they are printed.
///
/// An archive that was appended to is one table: its rows are numbered through, and column names are printed once. Where
/// columns change, the new names stand above the rows that have them, and a warning tells; with `--columns` those
/// that a part has not got are empty there.
///
/// Conditions are comparisons (`=`, `!=`, `<`, `<=`, `>`, `>=`, `is null`), `and`, `or`, `not` and brackets. Names and values
/// with such words in them stand between quotes. Cells are compared as numbers, however long, or as times where they are
/// some, else as words. A cell that says nothing (empty, or `NA`, `nan`, `null` or the like among numbers) meets only `COLUMN=` or
/// `COLUMN is null`, and the opposite of another comparison neither. `--since` and `--until` look at the first column that
/// tells the time. Segments of a file that hold no such row by what its index says are not read, and of others only the
/// columns that decide, until a row meets the conditions.
///
/// Rows of a live link are printed as they come, those that are lost with empty cells.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// The archive or live link (none or `-`: stdin)
    #[arg(value_name = "FILE", default_value = "-", hide_default_value = true)]
    file: PathBuf,
    /// Only these rows
    #[arg(long, value_name = "A..B", value_parser = parse_span)]
    rows: Option<Span>,
    /// Only these columns, in this order: names, numbers from 1, ranges with both ends (`2..5`, `a..c`)
    #[arg(long, value_name = "NAMES")]
    columns: Vec<String>,
    /// Only rows of which this is so: `temp>20`, `state=on and not (id<7 or v is null)` (again: of which all is so)
    #[arg(long = "where", value_name = "CONDITION")]
    conditions: Vec<String>,
    /// Only rows from this time on: as the column writes it, as 2025-10-25T13:40, or in seconds since 1970
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<String>,
    /// Only rows before this time
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    until: Option<String>,
    /// Only the first N of the rows that are asked for
    #[arg(long, value_name = "N")]
    head: Option<u64>,
    /// Only the last N of them
    #[arg(long, value_name = "N")]
    tail: Option<u64>,
    /// Only what is in these segments, counted from 0
    #[arg(long, value_name = "A..B", value_parser = parse_span)]
    segments: Option<Span>,
    /// Print in another form than the text has
    #[arg(long, value_enum, value_name = "FORM")]
    to: Option<Written>,
    /// Leave the column names out
    #[arg(long)]
    no_header: bool,
    #[command(flatten)]
    learnt: Learnt,
    #[command(flatten)]
    memory: Memory,
    #[command(flatten)]
    max_output: MaxOutput,
}

/// How rows are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Written {
    /// Fields between commas, in quotes where they need them, below their names
    Csv,
    /// An object of JSON for each row, as with `--json`
    Jsonl,
}

const EXAMPLES: &str = "Examples:
  qres cat weather.csv.qres --rows 1000..1010
  qres cat weather.csv.qres --columns time,temp | plot
  qres cat year.qres --since 2025-03-01 --until 2025-04-01 --where 'temp<0'
  qres cat --json --tail 10 weather.csv.qres | jq .temp
  qres cat --to csv log.jsonl.qres | head
  ssh host cat year.qres | qres cat --segments 3 --no-header
  qres cat year.qres --where 'temp > 30 and time >= 2025-01-01 or rain is null'
  qres cat --where 'temp>30' --json weather.csv.qlink

With `--json` or `--to jsonl` each row is an object of JSON: numbers as they are written, other cells as text, empty ones null.";

/// Prints what was asked for.
pub(crate) fn run(args: Args, ui: Ui) -> Outcome<Exit> {
    let mut input = Input::open(&args.file)?;
    let output = Output::create(&Target::Stdout, Content::Text, false, &input)?;
    let output = output.limited(args.max_output.max_output);
    let wanted = filter::Wanted { conditions: args.conditions, since: args.since, until: args.until };
    let name = input.to_string();
    let written = args.to.or(ui.json.then_some(Written::Jsonl));
    let mut cat = Cat {
        ui,
        rows: args.rows.unwrap_or(Span::ALL),
        segments: args.segments.unwrap_or(Span::ALL),
        tail: args.tail,
        limit: args.memory.memory,
        genes: args.learnt.genes(args.memory)?,
        printer: Printer::new(output, args.head, args.tail, args.memory.memory),
        table: Table::new(name.clone(), args.columns, wanted, written, !args.no_header),
        name,
        part: None,
        row: 0,
        segment: 0,
        open: false,
    };
    if is_link(&mut input)? {
        if cat.segments != Span::ALL {
            let what = format!("{} is a live link and has no segments", cat.name);
            return Err(Failure::usage(what, "take rows with `--rows`, `--head` or `--tail`"));
        }
        return link::run(cat, input);
    }
    if !cat.by_index(&mut input)? {
        cat.by_walking(input)?;
    }
    cat.finish()
}
