//! `qres watch`: rows as they come, and what is unusual in them as it happens.

use crate::{
    cmd::{
        args::StoreFlag,
        source::{self, Source},
    },
    failure::{Exit, Failure, Outcome},
    io::{
        genes::{self, Genes},
        input::{Input, or_stdin},
        store::Store,
    },
    rows::neurons::Neurons,
    signal::Pending,
    text::units,
    ui::Ui,
    watch::{
        event::{Event, Kind},
        lines::Lines,
        rows::{Knowledge, Rows, Wanted},
        view::{View, WRAP},
    },
};
use anstream::{AutoStream, ColorChoice};
use console::Term;
use std::{
    ffi::OsString,
    io::{self, IsTerminal, Write},
    num::NonZeroU64,
    path::PathBuf,
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

/// Tell what is unusual in rows as they come
///
/// Reads CSV, JSON lines or other lines with numbers, or an archive or a live link of them, predicts each column of numbers and prints what it did not expect as
/// JSON lines, at once: anomalies, changes of regime (calm, prestorm, storm) and drift. On a terminal it draws the columns
/// instead, unless `--json` is given. Files are watched one after another, each by itself.
///
/// The first 16 rows decide what the columns are, and the first line printed tells them; nothing is told of a column before
/// 80 numbers have taught how it behaves. A cell that is no number counts as time that passes. Left out are columns that
/// are no numbers, and clocks (numbers that rise by the same step, or as seconds since 1970) unless they are named. Rows
/// count from 0 after the header.
///
/// How unusual a value is, its score, is told in bits: one of 11 bits comes once in 2048 values by chance. It is by what the
/// column itself has done so far: the steps that could not be predicted, and how far it is from its usual level. What a column
/// has told of late makes it slower to tell again: of noise it tells less than one anomaly and one prestorm a day, by its
/// own clock, or in 1440 rows where no column tells the time.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Inputs to watch, live links too (none or `-`: stdin)
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Only these columns, by name or by number from 1
    #[arg(long, value_name = "COLUMN,...", value_delimiter = ',')]
    columns: Vec<String>,
    /// Print a state each N rows: regime, value and mean surprise of each column
    #[arg(long, value_name = "N")]
    every: Option<NonZeroU64>,
    /// End with 4 as soon as one of these happens
    #[arg(long, value_name = "EVENT,...", value_delimiter = ',', value_enum)]
    fail_on: Vec<Kind>,
    /// Call every value an anomaly of which one in 2^BITS would be as rare (default: 11, more where much is told)
    #[arg(long, value_name = "BITS", value_parser = clap::value_parser!(u32).range(1..=64))]
    threshold: Option<u32>,
    /// Know from a gene what is normal: a file, or a name or id in the store (may be given several times)
    ///
    /// The rows that a gene of `qres gene train` has kept teach what is usual of columns of their names, so that unusual
    /// values are told from the tenth row on. What genes predict counts beside what the rows teach, each for as much as it
    /// predicts: a gene that does not fit does no harm for long. The first line printed tells which columns are known.
    #[arg(long, value_name = "GENE")]
    gene: Vec<OsString>,
    #[command(flatten)]
    store: StoreFlag,
}

const EXAMPLES: &str = "Examples:
  tail -f sensor.csv | qres watch
  qres watch --gene station today.csv           knows from the first rows what is normal
  qres watch --columns temp --threshold 16 log.csv | jq 'select(.event == \"anomaly\")'
  sensor | qres watch -q --fail-on storm || alarm";

/// The terminal is drawn no more often.
const PAUSE: Duration = Duration::from_millis(100);

/// Watches what was named.
pub(crate) fn run(args: Args, ui: Ui) -> Outcome<Exit> {
    let Args { files, columns, every, fail_on, threshold, gene, store } = args;
    let store = store.get();
    let known = knowledge(&gene, &store)?;
    let genes = Genes::among(&gene, store, source::MEMORY);
    let files = or_stdin(files);
    let wanted = Wanted { columns, threshold, every, known };
    for path in &files {
        let input = Input::open(path)?;
        let named = (files.len() > 1).then(|| input.plain());
        let name = input.to_string();
        let source = Source::new(input, genes.clone(), ui)?;
        let screen = (!ui.json && !ui.is_quiet()).then(Screen::open).flatten();
        let teller = Teller { ui, named, fail_on: fail_on.clone(), events: 0, told: Vec::new(), screen };
        Watching { name, lines: Lines::default(), rows: Rows::new(wanted.clone()), teller }.run(source)?;
    }
    Ok(Exit::Done)
}

/// What the genes that `words` name know.
fn knowledge(words: &[OsString], store: &Store) -> Outcome<Knowledge> {
    let (mut neurons, mut texts) = (Neurons::default(), Vec::new());
    for word in words {
        let (name, bytes) = genes::find(word, store)?;
        neurons.add(&name, &bytes)?;
        let (_, text) = genes::rows(word, store, source::MEMORY)?;
        texts.extend(Some(text).filter(|text| !text.is_empty()));
    }
    Knowledge::new(&texts, neurons)
}

/// An input that is watched.
struct Watching {
    name: String,
    lines: Lines,
    rows: Rows,
    teller: Teller,
}

impl Watching {
    fn run(mut self, source: Source) -> Outcome {
        let read = if self.teller.screen.is_some() { self.draw(source) } else { self.print(source) };
        let ended = read.and_then(|()| {
            let Self { lines, rows, teller, .. } = &mut self;
            lines.end(|line| rows.line(line, &mut |event| teller.tell(event)))?;
            rows.end(&mut |event| teller.tell(event))
        });
        // What was told before the input failed, or before what ends the watch, is shown as well.
        self.teller.show(&self.rows)?;
        // Whoever refuses a row does not know what it came from.
        ended.map_err(|failure| match failure.exit {
            Exit::Failed if failure.cause::<io::Error>().is_none() => failure.of(self.name.trim_matches('`')),
            _ => failure,
        })?;
        self.teller.ui.summary(|| {
            let (rows, events) =
                (units::count(self.rows.count, "row"), units::count(self.teller.events, "event"));
            format!("{}: {rows}, {events}", self.name.trim_matches('`'))
        });
        Ok(())
    }

    fn feed(&mut self, bytes: &[u8]) -> Outcome {
        let Self { lines, rows, teller, .. } = self;
        lines.feed(bytes, |line| rows.line(line, &mut |event| teller.tell(event)))
    }

    /// Prints what is told as soon as it is known.
    fn print(&mut self, source: Source) -> Outcome {
        source.read(|text| {
            self.feed(text)?;
            self.teller.show(&self.rows)
        })
    }

    /// Draws what there is, not too often, and never late: another thread waits for the input.
    fn draw(&mut self, source: Source) -> Outcome {
        let (sender, chunks) = mpsc::sync_channel(4);
        thread::spawn(move || {
            let each = |text: &[u8]| sender.send(Ok(text.to_vec())).map_err(|_| Failure::closed_pipe());
            let read = source.read(each);
            // The end, or why it has come.
            let _ = sender.send(read.map(|()| Vec::new()));
        });
        let mut due: Option<Instant> = None;
        loop {
            let wait = due.map_or(PAUSE, |due| due.saturating_duration_since(Instant::now()));
            match chunks.recv_timeout(wait) {
                Ok(bytes) => {
                    let bytes = bytes?;
                    if bytes.is_empty() {
                        return Ok(());
                    }
                    self.feed(&bytes)?;
                    due.get_or_insert_with(|| Instant::now() + PAUSE);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
            if due.is_some_and(|due| due <= Instant::now()) || self.teller.is_resized() {
                self.teller.show(&self.rows)?;
                due = None;
            }
        }
    }
}

/// Says what is to be said.
struct Teller {
    ui: Ui,
    /// The name of the input, if there are several.
    named: Option<String>,
    fail_on: Vec<Kind>,
    events: u64,
    /// Lines not shown yet.
    told: Vec<String>,
    screen: Option<Screen>,
}

impl Teller {
    fn tell(&mut self, event: &Event) -> Outcome {
        self.events += u64::from(event.is_news());
        let is_quiet = self.ui.is_quiet() && !self.ui.json;
        if self.screen.is_some() {
            // The columns that are drawn are the state.
            self.told.extend((!event.is_state()).then(|| event.words()));
        } else if !is_quiet {
            self.told.push(event.json(self.named.as_deref()));
        }
        if self.fail_on.iter().any(|kind| event.is(*kind)) {
            let hint = "this is what `--fail-on` asked for";
            return Err(Failure::refuted(event.words(), hint));
        }
        Ok(())
    }

    /// Whether the terminal is another size than when it was drawn on.
    fn is_resized(&self) -> bool {
        self.screen.as_ref().is_some_and(|screen| screen.size != Term::stdout().size_checked())
    }

    /// Prints what is to be told, and the columns on a terminal.
    fn show(&mut self, rows: &Rows) -> Outcome {
        let mut told = std::mem::take(&mut self.told);
        let text = match &mut self.screen {
            Some(_) if rows.reader().is_none() => return Ok(()),
            Some(screen) => {
                let head =
                    format!("{}, {}", units::count(rows.count, "row"), units::count(self.events, "event"));
                screen.size = Term::stdout().size_checked();
                let height = screen.size.map(|(height, _)| height.into());
                screen.view.draw(&head, &told, &rows.columns, height)
            }
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
}

/// A terminal that is drawn on.
struct Screen {
    view: View,
    /// Lines and columns when it was drawn on.
    size: Option<(u16, u16)>,
    /// Leaves it as it was if a signal comes while it is drawn on.
    _pending: Pending,
}

impl Screen {
    /// The terminal that stdout is, if it can be drawn on.
    fn open() -> Option<Self> {
        let able = io::stdout().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        let colour = AutoStream::choice(&io::stdout()) != ColorChoice::Never;
        let restore = || _ = Term::stdout().write_str(WRAP);
        let begun = || Ok(((), restore));
        let ((), pending) = able.then(|| Pending::start(begun).ok()).flatten()?;
        Some(Self { view: View::new(colour), size: Term::stdout().size_checked(), _pending: pending })
    }
}
