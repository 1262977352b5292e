//! `qres watch`: rows as they come, and what is unusual in them as it happens.

use crate::{
    error::{Exit, Failure, Outcome},
    io::input::Input,
    ui::{self, Ui},
    watch::{
        column::Column,
        event::{self, Event, Kind},
        lines::Lines,
        sheet::{self, Sheet},
        view::View,
    },
};
use anstream::{AutoStream, ColorChoice};
use std::{
    io::{self, IsTerminal, Write},
    num::NonZeroU64,
    path::PathBuf,
};

/// Tell what is unusual in rows as they come
///
/// Reads CSV (lines with names, such as JSON lines, work as well), predicts each column of numbers and prints what it did
/// not expect as JSON lines, at once: anomalies, changes of regime (calm, prestorm, storm), and drift. On a terminal it
/// draws the columns instead, unless `--json` is given. The first 16 rows decide what the columns are; nothing is told of a
/// column before 16 numbers have taught how it behaves, no anomaly before 80. A cell that is no number is left out, and so is a
/// column that rises by the same step (a clock) unless it is named. Rows
/// count from 0 after the header.
///
/// The thresholds were tuned on the Numenta Anomaly Benchmark (NAB); on other data expect to try `--threshold`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Input to watch (none or `-`: stdin)
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Only these columns, by name or by number from 1
    #[arg(long, value_name = "COLUMN,...", value_delimiter = ',')]
    columns: Vec<String>,
    /// Print a status line each N rows: regime and mean surprise of each column
    #[arg(long, value_name = "N")]
    every: Option<NonZeroU64>,
    /// End with 4 as soon as one of these happens
    #[arg(long, value_name = "EVENT,...", value_delimiter = ',', value_enum)]
    fail_on: Vec<Kind>,
    /// Call a value an anomaly if one in 2^BITS would be as rare
    #[arg(long, value_name = "BITS", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=64))]
    threshold: u32,
}

const EXAMPLES: &str = "Examples:
  tail -f sensor.csv | qres watch
  qres watch --columns temp --threshold 12 log.csv | jq 'select(.event == \"anomaly\")'
  sensor | qres watch -q --fail-on storm || alarm";

/// Watches what was named.
pub(crate) fn run(args: Args, ui: Ui) -> Outcome<Exit> {
    let input = Input::open(&args.file.clone().unwrap_or_else(|| "-".into()))?;
    let name = input.to_string();
    let mut lines = Lines::new(input);
    let mut watching = Watching::new(args, name, ui);
    loop {
        let more = lines.more(|line| watching.line(line));
        // What was told before the input failed, or before what ends the watch, is shown as well.
        let shown = watching.show();
        if !more? {
            return shown.and_then(|()| watching.end());
        }
        shown?;
    }
}

/// What has come, and what is to be told of it.
struct Watching {
    args: Args,
    name: String,
    ui: Ui,
    /// The first lines, until they have told what the columns are.
    first: Vec<u8>,
    count: usize,
    sheet: Option<Sheet>,
    columns: Vec<Column>,
    row: u64,
    events: u64,
    /// Lines not printed yet.
    told: Vec<String>,
    view: Option<View>,
}

impl Watching {
    fn new(args: Args, name: String, ui: Ui) -> Self {
        let colour = AutoStream::choice(&io::stdout()) != ColorChoice::Never;
        let able = io::stdout().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        let view = (able && !ui.json).then(|| View::new(colour));
        let (first, columns, told) = (Vec::new(), Vec::new(), Vec::new());
        Self { args, name, ui, first, count: 0, sheet: None, columns, row: 0, events: 0, told, view }
    }

    fn line(&mut self, line: &[u8]) -> Outcome {
        if self.sheet.is_some() {
            return self.row(line);
        }
        self.first.extend_from_slice(line);
        self.count += 1;
        match Sheet::is_time(self.count, self.first.len()) {
            (true, last) => self.begin(last),
            (false, _) => Ok(()),
        }
    }

    /// Finds the columns in the first lines, and takes these; complains if this is the last chance.
    fn begin(&mut self, last: bool) -> Outcome {
        let Some((sheet, columns)) = Sheet::detect(&self.first) else {
            let what = || format!("{} has no columns of numbers", self.name);
            let hint = "`qres check` tells what it has";
            return if last { Err(Failure::refused(what(), hint)) } else { Ok(()) };
        };
        self.columns = sheet::choose(columns, &self.args.columns)?;
        self.columns.iter_mut().for_each(|column| column.set_threshold(self.args.threshold));
        let first = std::mem::take(&mut self.first);
        let rows = first.get(sheet.preamble()..).unwrap_or_default();
        self.sheet = Some(sheet);
        rows.split_inclusive(|b| *b == b'\n').try_for_each(|line| self.row(line))
    }

    fn row(&mut self, line: &[u8]) -> Outcome {
        let mut events = Vec::new();
        let (row, columns) = (self.row, &mut self.columns);
        if let Some(sheet) = &self.sheet {
            sheet.cells(line, |number, cell| {
                let Some(column) = columns.iter_mut().find(|column| column.number == number) else { return };
                if let Some((value, seen)) = column.push(cell) {
                    events.extend(event::events(row, column, value, &seen));
                }
            });
        }
        self.row += 1;
        events.iter().try_for_each(|event| self.tell(event))?;
        if self.args.every.is_some_and(|every| self.row.is_multiple_of(every.get())) && self.view.is_none() {
            self.told.push(event::status(row, &mut self.columns));
        }
        Ok(())
    }

    fn tell(&mut self, event: &Event) -> Outcome {
        self.events += 1;
        self.told.push(if self.view.is_some() { event.words() } else { event.json() });
        if self.args.fail_on.iter().any(|kind| event.is(*kind)) {
            let hint = "this is what `--fail-on` asked for";
            return Err(Failure::Refuted { what: event.words(), hint: hint.into() });
        }
        Ok(())
    }

    /// Prints what is to be told, and the columns on a terminal.
    fn show(&mut self) -> Outcome {
        let mut told = std::mem::take(&mut self.told);
        if self.ui.is_quiet() && !self.ui.json {
            return Ok(());
        }
        let text = match &mut self.view {
            Some(_) if self.sheet.is_none() => return Ok(()),
            Some(view) => view.draw(self.row, &told, &self.columns),
            None if told.is_empty() => return Ok(()),
            None => {
                told.push(String::new());
                told.join("\n")
            }
        };
        let mut stdout = io::stdout().lock();
        let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
        written.map_err(Failure::writing("stdout"))
    }

    fn end(&mut self) -> Outcome<Exit> {
        if self.sheet.is_none() {
            let begun = self.begin(true);
            self.show()?;
            begun?;
        }
        self.ui.summary(|| {
            let (rows, events) = (ui::count(self.row, "row"), ui::count(self.events, "event"));
            format!("{}: {rows}, {events}", self.name.trim_matches('`'))
        });
        Ok(Exit::Done)
    }
}
