//! `qres compress`: text or samples in, an archive out.

use super::{
    bound::{self, Said, Wanted},
    for_each,
    level::LevelFlag,
    link::{self, LinkFlags},
};
use crate::{
    cli::{Destination, Keeping, StoreFlag, Threads, parse_size},
    error::{Exit, Failure, Outcome},
    io::{
        cutter::{Cutter, Unit, Whole},
        genes::{self, Learnt},
        hands::Hands,
        input::{Input, or_stdin},
        link::send::Setup,
        live::{Live, Pace},
        messages::{self, Encoded},
        output::{Content, Output, Target},
        pipeline::{self, Feeder, Taker},
        spares::Spares,
        store::Store,
    },
    ui::{self, Progress, Ui},
};
use clap::ValueEnum;
use qres_core::{
    codec::Level,
    frame::{self, Config, Header, Index, Raw, Sample, Segment},
    table::Schema,
};
use std::{
    ffi::{OsStr, OsString},
    path::PathBuf,
    sync::Arc,
    thread,
    time::Duration,
};

/// Compress files, or stdin to stdout
///
/// FILE becomes FILE.qres beside it; FILE is kept. Any bytes can be compressed and come back exactly as they were;
/// tables of numbers become small. Memory is bounded: about ten times the segment size a thread, whatever the input.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Files to compress (none or `-`: stdin)
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    level: LevelFlag,
    /// Let numbers differ by up to E, such as 0.05, or 1% of their range
    ///
    /// COLUMN=E is for one column, by name or by number from 1, and may be given again for others; COLUMN=0 keeps one
    /// exact. What comes back is text of the same rows and columns whose numbers are within E of those written, compared
    /// as decimals; they may have more decimals. Times, words and odd cells stay as they are, and so do clocks and counts
    /// of rows unless they are named. A share is of the column's range in each segment, which is never more than that of
    /// all rows.
    #[arg(long, value_name = "[COLUMN=]E", value_parser = bound::parse, allow_negative_numbers = true)]
    error: Vec<Wanted>,
    #[command(flatten)]
    destination: Destination,
    /// Go on from a gene, at levels 4 to 9: a file, or a name or id in the store
    ///
    /// What `qres gene train` learnt from earlier data of the same device makes short texts much smaller. Whoever
    /// decompresses needs the same gene: the archive says which. An archive's own frame takes about 80 bytes then, and
    /// `--messages` does without. What has a folder in it or is the name of a file is a
    /// file; anything else is looked up among the genes that `qres gene list` shows.
    #[arg(long, value_name = "GENE", conflicts_with_all = ["error", "raw"])]
    gene: Option<OsString>,
    #[command(flatten)]
    store: StoreFlag,
    #[command(flatten)]
    keeping: Keeping,
    #[command(flatten)]
    threads: Threads,
    /// Add to the end of ARCHIVE instead
    ///
    /// It then decompresses to all texts one after the other, as if archives had been concatenated. If anything fails, it
    /// is left as it was.
    #[arg(long, value_name = "ARCHIVE", conflicts_with_all = ["output", "stdout"])]
    append: Option<PathBuf>,
    /// Text in a segment at most
    ///
    /// What one thread works on, and what a reader of one row decodes: from 16K to 64M.
    #[arg(long, value_name = "SIZE", default_value = "4M", value_parser = parse_segment)]
    segment: usize,
    /// Pass rows on in time instead of waiting for a full segment
    ///
    /// The first Ctrl-C ends the stream: what has come is written and the archive is whole. With `--error` only rows that
    /// surprise are sent, each at once: both ends predict the others within the bound.
    #[arg(long)]
    live: bool,
    /// Live: pass rows on when N have come
    #[arg(long, value_name = "N", requires = "live", value_parser = clap::value_parser!(u64).range(1..))]
    flush_rows: Option<u64>,
    /// Live: pass rows on when the oldest has waited MS milliseconds
    #[arg(long, value_name = "MS", requires = "live", default_value_t = 1000)]
    flush_interval: u32,
    /// Make a message of each N rows instead of an archive
    ///
    /// For radios and brokers: each message can be decompressed by itself, whatever happens to the others, and takes about
    /// seven bytes more than its rows need. They are written one behind the other. With `--gene` they become small; with
    /// `--live` a message also goes when its oldest row has waited long enough.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000), conflicts_with_all = ["append", "error", "flush_rows", "raw", "segment"])]
    messages: Option<u64>,
    #[command(flatten)]
    link: LinkFlags,
    /// The input is binary samples: i16, i32, f32 or f64
    ///
    /// Little-endian; several channels are interleaved.
    #[arg(long, hide_possible_values = true, value_name = "TYPE")]
    raw: Option<SampleType>,
    /// Raw: samples in a row, interleaved
    #[arg(long, value_name = "N", requires = "raw", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=MAX_CHANNELS))]
    channels: u16,
}

const EXAMPLES: &str = "Examples:
  qres compress *.csv                         each beside its input
  qres compress -1 -c big.csv | ssh host 'cat > big.csv.qres'
  qres compress today.csv --append year.qres  as `qres compress -c today.csv >> year.qres` does
  tail -f x.csv | qres compress --live --flush-rows 10 | ssh host qres decompress
  tail -f x.csv | qres compress --live --error 0.5 | ssh host qres decompress
  qres compress --error 1% --error temp=0.05 weather.csv
  qres compress --gene station.gene --messages 10 today.csv
  qres compress --raw i16 --channels 3 accelerometer.bin";

/// The type of a binary sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SampleType {
    /// Signed 16 bits
    I16,
    /// Signed 32 bits
    I32,
    /// IEEE single
    F32,
    /// IEEE double
    F64,
}

impl SampleType {
    fn get(self) -> Sample {
        match self {
            Self::I16 => Sample::I16,
            Self::I32 => Sample::I32,
            Self::F32 => Sample::F32,
            Self::F64 => Sample::F64,
        }
    }
}

const MAX_CHANNELS: i64 = qres_core::table::MAX_COLUMNS as i64;
const SEGMENTS: std::ops::RangeInclusive<u64> = 16 << 10..=64 << 20;

fn parse_segment(text: &str) -> Result<usize, String> {
    let bytes = Some(parse_size(text)?).filter(|bytes| SEGMENTS.contains(bytes));
    let bytes = bytes.and_then(|bytes| usize::try_from(bytes).ok());
    bytes.ok_or_else(|| "a segment is from 16K to 64M".into())
}

/// What was meant.
struct Plan {
    config: Config,
    bounds: Vec<Wanted>,
    gene: Option<Learnt>,
    unit: Unit,
    pace: Option<Pace>,
    /// Rows in a message, if messages are to be made.
    messages: Option<u64>,
    /// A live link instead of an archive.
    link: Option<Setup>,
    threads: usize,
    /// Where the output goes; `None` is beside each input.
    target: Option<Target>,
    force: bool,
    remove: bool,
}

/// Compresses what was named.
pub(crate) fn run(args: Args, ui: Ui) -> Outcome<Exit> {
    let (plan, files) = plan(args)?;
    Ok(for_each(ui, files, |path| plan.one(Input::open(path)?, ui)))
}

fn plan(args: Args) -> Outcome<(Plan, Vec<PathBuf>)> {
    let files = or_stdin(args.files);
    let force = args.destination.force;
    let target = match args.append {
        Some(archive) => Some(Target::After(archive)),
        None => args.destination.target(files.len())?,
    };
    args.keeping.check(target.as_ref())?;
    let raw = args.raw.map(|sample| Raw { sample: sample.get(), channels: args.channels });
    bound::check(&args.error, raw.map(|raw| raw.sample))?;
    let link =
        (args.live && !args.error.is_empty()).then(|| args.link.setup(args.error.clone())).transpose()?;
    if link.is_some()
        && (raw.is_some() || args.flush_rows.is_some() || matches!(target, Some(Target::After(_))))
    {
        let what = "`--live` within a bound sends rows of text, each at once, to one who follows";
        return Err(Failure::usage(what, "leave `--raw`, `--flush-rows` and `--append` out"));
    }
    let config = Config {
        level: args.level.get()?,
        input: raw.map_or(frame::Input::Text, frame::Input::Raw),
        segment: args.segment,
    };
    let plan = Plan {
        config,
        bounds: args.error,
        gene: args.gene.map(|word| gene(&word, &args.store.get(), config.level)).transpose()?,
        unit: raw.map_or(Unit::Line, |raw| Unit::Row(raw.row_bytes())),
        pace: args.live.then(|| Pace {
            rows: args.flush_rows,
            interval: Some(Duration::from_millis(args.flush_interval.into())),
        }),
        messages: args.messages,
        link,
        threads: args.threads.get(),
        target,
        force,
        remove: args.keeping.rm,
    };
    Ok((plan, files))
}

/// The gene to go on from.
fn gene(word: &OsStr, store: &Store, level: Level) -> Outcome<Learnt> {
    if level.get() < LEAST_WARM {
        let what = format!("level {} does not go on from genes", level.get());
        return Err(Failure::usage(what, "choose a level from 4 to 9, or leave `--gene` out"));
    }
    genes::read(word, store, MEMORY)
}

/// The lowest level that has models to go on with.
const LEAST_WARM: u8 = 4;
/// Bytes of memory that a gene may take: what `decompress` allows if it is not told otherwise.
const MEMORY: u64 = 1 << 30;

/// One result, for programs.
#[derive(Debug, Default, serde::Serialize)]
struct Report {
    schema: &'static str,
    input: String,
    output: String,
    level: u8,
    rows: u64,
    segments: u64,
    bytes_in: u64,
    bytes_out: u64,
    /// Instead of segments, where messages were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gene: Option<String>,
    /// Segments or messages that go on from the gene.
    #[serde(skip_serializing_if = "Option::is_none")]
    warm_segments: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bounds: Option<Said>,
}

impl Plan {
    fn one(&self, input: Input, ui: Ui) -> Outcome {
        let target = self.target(&input)?;
        let mut report = Report {
            schema: "qres.compress/1",
            input: input.plain(),
            output: target.plain(),
            level: self.config.level.get(),
            gene: self.gene.as_ref().map(|gene| ui::hex(&gene.id)),
            messages: self.messages.map(|_| 0),
            warm_segments: self.gene.as_ref().map(|_| 0),
            ..Report::default()
        };
        let origin = input.origin();
        if let Some(setup) = &self.link {
            let output = Output::create(&target, Content::Link, self.force, &input)?;
            let finish = |output: Output| output.finish(origin.meta.as_ref(), self.remove);
            link::compress(input, setup, output, &target.plain(), ui, finish)?;
            return if self.remove { origin.remove() } else { Ok(()) };
        }
        let mut output = Output::create(&target, Content::Archive, self.force, &input)?;
        let mut progress = ui.progress(&input.to_string(), input.length(), output.is_terminal);
        match self.messages {
            Some(rows) => self.write_messages(rows, input, &mut output, &mut progress, &mut report)?,
            None => self.write(input, &mut output, &mut progress, &mut report, ui)?,
        }
        drop(progress);
        output.finish(origin.meta.as_ref(), self.remove)?;
        if self.remove {
            origin.remove()?;
        }
        if report.warm_segments == Some(0) && report.bytes_in > 0 {
            let name = ui::label(&report.input);
            ui.warning(&format!("{name}: nothing goes on from the gene: its table is another one"));
        }
        ui.summary(|| report.line());
        ui.result(&report, target.is_stdout())
    }

    fn target(&self, input: &Input) -> Outcome<Target> {
        match (&self.target, input.path()) {
            (Some(target), _) => Ok(target.clone()),
            (None, None) => Ok(Target::Stdout),
            (None, Some(path)) if path.extension().is_some_and(|end| end == "qres") && !self.force => {
                let hint = "to compress it once more, insist with `-f`";
                Err(Failure::refused(format!("{input} is an archive by its name"), hint))
            }
            (None, Some(path)) => {
                let mut name = path.as_os_str().to_owned();
                name.push(".qres");
                Ok(Target::File(name.into()))
            }
        }
    }

    /// The header of the archive whose first segment holds `first`.
    fn header(&self, first: &[u8], report: &mut Report, ui: Ui) -> Outcome<Header> {
        if let Some(gene) = &self.gene {
            return Ok(Header::detect_learnt(first, &self.config, gene.id, &gene.prior));
        }
        let mut header = Header::detect(first, &self.config);
        if !self.bounds.is_empty() {
            let name = ui::label(&report.input);
            header.within(bound::tolerances(&self.bounds, &header, name)?, first);
            report.bounds = Said::of(&header);
            if header.schema == Schema::Bytes {
                ui.warning(&format!("{} is no table: all of it stays as it is", ui::label(&report.input)));
            }
        }
        Ok(header)
    }

    fn cutter(&self, input: Input, spares: Spares) -> Cutter {
        match self.pace {
            Some(pace) => Cutter::Live(Live::new(input, self.config.segment, self.unit, pace, Vec::new())),
            None => Cutter::Whole(Whole::new(input, self.config.segment, self.unit, spares)),
        }
    }

    fn write(
        &self,
        input: Input,
        output: &mut Output,
        progress: &mut Progress,
        report: &mut Report,
        ui: Ui,
    ) -> Outcome {
        let spares = Spares::default();
        let mut cutter = self.cutter(input, spares.clone());
        let first = cutter.next()?;
        let header = self.header(first.as_deref().unwrap_or_default(), report, ui)?;
        let mut bytes = Vec::new();
        header.write(&mut bytes);
        let mut index = Index::new(bytes.len());
        output.write(&bytes)?;
        report.bytes_out = bytes.len() as u64;
        let prior = self.gene.as_ref().map(|gene| &*gene.prior);
        let header =
            header.resolved(prior).map_err(|_| Failure::Bug { what: "a gene's schema without it" })?;
        let mut taker = encode(first, cutter, header.into_owned(), spares, self);
        while let Some(encoded) = taker.take() {
            let (segment, text_bytes) = encoded?;
            index.push(&segment);
            output.write(&segment.bytes)?;
            // A reader at the other end of a pipe gets each segment at once.
            output.flush()?;
            progress.advance(text_bytes);
            report.rows += segment.rows;
            report.segments += 1;
            report.warm_segments = report.warm_segments.map(|warm| warm + u64::from(segment.is_warm()));
            report.bytes_in += text_bytes;
            report.bytes_out += segment.bytes.len() as u64;
        }
        bytes.clear();
        index.footer().write(&mut bytes);
        report.bytes_out += bytes.len() as u64;
        output.write(&bytes)
    }

    /// Writes a message of each `rows` rows.
    fn write_messages(
        &self,
        rows: u64,
        input: Input,
        output: &mut Output,
        progress: &mut Progress,
        report: &mut Report,
    ) -> Outcome {
        let pace = Pace { rows: Some(rows), interval: self.pace.and_then(|pace| pace.interval) };
        let mut taker = messages::encode(input, pace, self.gene.clone(), self.config.level, self.threads);
        while let Some(encoded) = taker.take() {
            let encoded = Encoded::there(encoded?)?;
            output.write(&encoded.bytes)?;
            // A reader at the other end of a pipe gets each message at once.
            output.flush()?;
            progress.advance(encoded.text_bytes);
            report.rows += encoded.rows;
            report.messages = report.messages.map(|messages| messages + 1);
            report.warm_segments = report.warm_segments.map(|warm| warm + u64::from(encoded.is_warm));
            report.bytes_in += encoded.text_bytes;
            report.bytes_out += encoded.bytes.len() as u64;
        }
        Ok(())
    }
}

/// Encodes `first` and what `cutter` gives after it.
fn encode(
    first: Option<Vec<u8>>,
    cutter: Cutter,
    header: Header,
    spares: Spares,
    plan: &Plan,
) -> Taker<(Segment, u64)> {
    let (header, level) = (Arc::new(header), plan.config.level);
    let prior = plan.gene.as_ref().map(|gene| gene.prior.clone());
    let hands = Hands::new(plan.threads);
    let (feeder, taker) = pipeline::start(plan.threads, move |(text, is_first): (Vec<u8>, bool)| {
        let segment =
            hands.busy(|| Segment::encode_with(&hands, prior.as_deref(), &text, &header, is_first, level));
        let text_bytes = text.len() as u64;
        spares.give(text);
        (segment, text_bytes)
    });
    thread::spawn(move || feed(first, cutter, feeder));
    taker
}

/// The thread that reads.
fn feed(first: Option<Vec<u8>>, mut cutter: Cutter, mut feeder: Feeder<(Vec<u8>, bool), (Segment, u64)>) {
    let (mut next, mut is_first) = (first, true);
    while let Some(text) = next {
        if feeder.submit((text, is_first)).is_err() {
            return;
        }
        is_first = false;
        next = match cutter.next() {
            Ok(next) => next,
            Err(failure) => return feeder.fail(failure),
        };
    }
}

impl Report {
    fn line(&self) -> String {
        let (before, after) = (ui::size(self.bytes_in), ui::size(self.bytes_out));
        let ratio = ui::ratio(self.bytes_in, self.bytes_out);
        let within = self.bounds.as_ref().map_or(String::new(), |bounds| format!(", {}", bounds.line()));
        let messages = self.messages.map(|count| format!(" in {}", ui::count(count, "message")));
        let rows = ui::count(self.rows, "row") + &messages.unwrap_or_default();
        format!("{}: {before} to {after} ({ratio}), {rows}{within}", ui::label(&self.input))
    }
}
