//! `qres compress`: text or samples in, an archive, messages or a live link out. What may be asked for is here, how it is
//! done in [`work`].

mod live;
mod work;

use super::{each::for_each, level::LevelFlag, link::LinkFlags};
use crate::{
    cmd::args::{Destination, History, Keeping, Recursive, Signing, StoreFlag, Threads},
    failure::{Exit, Failure, Outcome},
    io::{
        files::{Named, Place, find, has_ending, is_folder},
        genes::{self, Genes, Learnt},
        live::Pace,
        output::Target,
        store::Store,
    },
    rows::{bounds, neurons::Neurons},
    text::{plain, units::parse_size},
    ui::Ui,
};
use qres_core::{
    archive::{Bound, Unit},
    codec::Level,
    frame::{self, Config, Raw, Sample},
};
use std::{
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use work::{MEMORY, Plan};

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
    /// COLUMN=E is for all cells of one name, or for a column by its number from 1, and may be given again for others;
    /// COLUMN=0 keeps one exact. A cell that bears several names is held to the tightest. What comes back is text of the
    /// same rows and columns whose numbers are within E of those written, compared as decimals; they may have more
    /// decimals. Times, words and odd cells stay as they are. So do, unless they are named, clocks, counts of rows, numbers
    /// that zeros fill up or in hexadecimal digits, and columns that E would leave next to nothing of: flags, states, few
    /// distinct values, a range below four times E. `qres inspect` tells what a bound costs. A share is of the column's range
    /// in each segment, which is never more than that of all rows.
    #[arg(long, value_name = "[COLUMN=]E", value_parser = bounds::parse, allow_negative_numbers = true)]
    error: Vec<Bound>,
    #[command(flatten)]
    recursive: Recursive,
    #[command(flatten)]
    destination: Destination,
    /// Go on from a gene, at levels 4 to 9: a file, or a name or id in the store
    ///
    /// What `qres gene train` learnt from earlier data of the same device makes short texts much smaller. Whoever
    /// decompresses needs the same gene: the archive says which. An archive's own frame takes about 80 bytes then, and
    /// `--messages` does without. What has a folder in it or is the name of a file is a
    /// file; anything else is looked up among the genes that `qres gene list` shows. A live link (`--live --error E`) says
    /// itself what the gene knows of its columns, by their names, so that who decompresses needs no gene: it sends less of
    /// what comes again and again, from the first rows on.
    #[arg(long, value_name = "GENE", conflicts_with = "raw")]
    gene: Option<OsString>,
    #[command(flatten)]
    store: StoreFlag,
    #[command(flatten)]
    keeping: Keeping,
    #[command(flatten)]
    threads: Threads,
    /// Add to the end of ARCHIVE instead
    ///
    /// It then decompresses to all texts one after the other, as if archives had been concatenated. Whatever happens, even to
    /// the machine, it is what it was or what it becomes. What a run before that was killed has left at its end is mended
    /// first, as `qres repair` does.
    #[arg(long, value_name = "ARCHIVE", conflicts_with_all = ["output", "stdout"])]
    append: Option<PathBuf>,
    /// Text in a segment at most
    ///
    /// What one thread works on, and what a reader of one row decodes: from 16K to 64M.
    #[arg(long, value_name = "SIZE", default_value = "4M", value_parser = parse_segment)]
    segment: usize,
    /// Pass rows on in time instead of waiting for a full segment
    ///
    /// The first Ctrl-C ends the stream: what has come is written and the archive is whole. A file can be read while it
    /// grows; if the power fails it keeps what was there a second before, and `--live --append` goes on with it. With `--error` only rows that
    /// surprise are sent, each at once: both ends predict the others within the bound.
    #[arg(long)]
    live: bool,
    /// Live: pass rows on when N have come
    #[arg(long, value_name = "N", requires = "live", value_parser = clap::value_parser!(u64).range(1..))]
    flush_rows: Option<u64>,
    /// Live: pass rows on when the oldest has waited MS milliseconds
    #[arg(long, value_name = "MS", requires = "live", default_value_t = 1000)]
    flush_interval: u32,
    /// Live: let a reader begin anew after N rows at most
    ///
    /// Rows that are flushed go on from all rows since the last such place, so they are as small as in one archive; who reads
    /// some of them decodes those too, and damage loses what follows up to the next place. Each costs some forty bytes a column.
    #[arg(long, value_name = "N", requires = "live", default_value_t = 65_536, value_parser = clap::value_parser!(u64).range(1..=65_536))]
    entry_every: u64,
    /// Make a message of each N rows instead of an archive
    ///
    /// For radios and brokers: each message can be decompressed by itself, whatever happens to the others, and takes about
    /// seven bytes more than its rows need. They are written one behind the other. With `--gene` they become small; with
    /// `--live` a message also goes when its oldest row has waited long enough.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000), conflicts_with_all = ["append", "error", "flush_rows", "raw", "segment"])]
    messages: Option<u64>,
    #[command(flatten)]
    signing: Signing,
    #[command(flatten)]
    history: History,
    #[command(flatten)]
    link: LinkFlags,
    /// The input is binary samples: u8, i8, u16, ... i64, f32 or f64
    ///
    /// Little-endian, or big-endian with `be` behind it (`i16be`); several channels are interleaved. `qres cat` prints them
    /// as numbers, a column for each channel.
    #[arg(long, value_name = "TYPE", value_parser = parse_samples)]
    raw: Option<SampleType>,
    /// Raw: samples in a row, interleaved
    #[arg(long, value_name = "N", requires = "raw", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=MAX_CHANNELS))]
    channels: u16,
}

const EXAMPLES: &str = "Examples:
  qres compress *.csv                         each beside its input
  qres compress -r logs -o packed/            a tree of files into another
  qres compress -1 -c big.csv | ssh host 'cat > big.csv.qres'
  qres compress today.csv --append year.qres  as `qres compress -c today.csv >> year.qres` does
  tail -f x.csv | qres compress --live --flush-rows 10 | ssh host qres decompress
  sensor | qres compress --live --append log.qres      goes on after a power cut
  tail -f x.csv | qres compress --live --error 0.5 | ssh host qres decompress
  qres compress --error 1% --error temp=0.05 weather.csv
  qres compress --gene station.gene --messages 10 today.csv
  qres compress --sign --key station.key weather.csv
  qres compress --raw i16 --channels 3 accelerometer.bin";

/// The type of a binary sample and whether its high byte comes first.
#[derive(Debug, Clone, Copy)]
struct SampleType {
    sample: Sample,
    high_first: bool,
}

/// Reads `i16`, `u32le` or `f64be`.
fn parse_samples(text: &str) -> Result<SampleType, String> {
    let (name, high_first) = match (text.strip_suffix("be"), text.strip_suffix("le")) {
        (Some(name), _) => (name, true),
        (None, name) => (name.unwrap_or(text), false),
    };
    let sample = Sample::ALL.into_iter().find(|sample| sample.name() == name);
    sample.map(|sample| SampleType { sample, high_first: high_first && sample.bytes() > 1 }).ok_or_else(
        || {
            let names = Sample::ALL.map(Sample::name).join(", ");
            format!("samples are {names}, with `be` behind it if the high byte comes first")
        },
    )
}

const MAX_CHANNELS: i64 = qres_core::table::MAX_COLUMNS as i64;
const SEGMENTS: std::ops::RangeInclusive<u64> = 16 << 10..=64 << 20;

fn parse_segment(text: &str) -> Result<usize, String> {
    let bytes = Some(parse_size(text)?).filter(|bytes| SEGMENTS.contains(bytes));
    let bytes = bytes.and_then(|bytes| usize::try_from(bytes).ok());
    bytes.ok_or_else(|| "a segment is from 16K to 64M".into())
}

/// Compresses what was named.
pub(crate) fn run(args: Args, ui: Ui) -> Outcome<Exit> {
    let (plan, files) = plan(args)?;
    Ok(for_each(ui, files, |named| plan.one(named, ui)))
}

fn plan(args: Args) -> Outcome<(Plan, Vec<Named>)> {
    let secret = args.signing.secret()?;
    if secret.is_some() && (args.live || args.messages.is_some() || args.append.is_some()) {
        let hint = "leave it out, and sign the archive with `qres sign` when it is whole";
        return Err(Failure::usage("`--sign` is for archives that are written in one go", hint));
    }
    let files = find(args.files, args.recursive.recursive, |path| !is_output(path))?;
    let force = args.destination.force;
    let is_archive = |file: &&Named| has_ending(&file.path, ".qres");
    if let (Some(archive), [_, _, ..], Some(output), false) =
        (files.iter().find(is_archive), &*files, &args.destination.output, force)
        && !is_folder(output)
    {
        let what = format!(
            "`{}` is an archive by its name already",
            plain::printable(&archive.path.to_string_lossy())
        );
        return Err(Failure::usage(what, "add texts to an archive with `--append ARCHIVE`"));
    }
    let place = match args.append {
        Some(archive) => Place::One(Target::After(archive)),
        None => args.destination.place(files.len())?,
    };
    args.keeping.check(place.one())?;
    place.check(&files)?;
    let raw =
        args.raw.map(|SampleType { sample, high_first }| Raw { sample, high_first, channels: args.channels });
    bounds::check(&args.error, raw.map(|raw| raw.sample))?;
    let is_link = args.live && !args.error.is_empty();
    if args.gene.is_some() && !args.error.is_empty() && !is_link {
        let hint = "leave one of them out, or send a live link with `--live`";
        return Err(Failure::usage("what is held within a bound does not go on from a gene", hint));
    }
    let learnt = || neurons(args.gene.as_deref(), &args.store.get());
    let link = is_link.then(|| args.link.setup(args.error.clone(), learnt()?)).transpose()?;
    if link.is_some()
        && (raw.is_some() || args.flush_rows.is_some() || matches!(place, Place::One(Target::After(_))))
    {
        let what = "`--live` within a bound sends rows of text, each at once, to one who follows";
        return Err(Failure::usage(what, "leave `--raw`, `--flush-rows` and `--append` out"));
    }
    let config = Config {
        level: args.level.get()?,
        input: raw.map_or(frame::Input::Text, frame::Input::Raw),
        segment: args.segment,
    };
    let known = args.history.rows(args.gene.as_deref(), &args.store, MEMORY)?;
    if known.is_some() && args.messages.is_none() {
        let hint = "say how many rows a message has with `--messages N`";
        return Err(Failure::usage("only messages go on from a history", hint));
    }
    let plan = Plan {
        config,
        bounds: args.error,
        gene: args
            .gene
            .filter(|_| !is_link)
            .map(|word| gene(&word, &args.store.get(), config.level))
            .transpose()?,
        genes: Genes::open(None, args.store.get(), MEMORY)?,
        unit: raw.map_or(Unit::Line, |raw| Unit::Row(raw.row_bytes())),
        pace: args.live.then(|| Pace {
            rows: args.flush_rows,
            interval: Some(Duration::from_millis(args.flush_interval.into())),
        }),
        entry_every: args.entry_every,
        messages: args.messages,
        known: known.map(Arc::new),
        link,
        secret,
        threads: args.threads.get(),
        place,
        force,
        remove: args.keeping.rm,
    };
    Ok((plan, files))
}

/// What the gene that is given knows of columns.
fn neurons(word: Option<&OsStr>, store: &Store) -> Outcome<Neurons> {
    let mut neurons = Neurons::default();
    if let Some(word) = word {
        let (name, bytes) = genes::find(word, store)?;
        neurons.add(&name, &bytes)?;
    }
    Ok(neurons)
}

/// Whether a file is what this command writes.
fn is_output(path: &Path) -> bool {
    [".qres", ".qlink"].iter().any(|ending| has_ending(path, ending))
}

/// The gene to go on from.
fn gene(word: &OsStr, store: &Store, level: Level) -> Outcome<Learnt> {
    if level.get() < MIN_WARM {
        let what = format!("level {} does not go on from genes", level.get());
        return Err(Failure::usage(what, "choose a level from 4 to 9, or leave `--gene` out"));
    }
    genes::read(word, store, MEMORY)
}

/// The lowest level that has models to go on with.
const MIN_WARM: u8 = 4;
