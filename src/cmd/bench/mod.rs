//! `qres bench`: how small, how fast, beside others, on one's own data.

mod messages;

use crate::{
    bench::{
        bounded,
        corpus::{self, Dataset},
        forms::Form,
        measure::{self, Settings},
        memory, page,
        peers::{self, Codec, values::Values},
        published::Published,
        report::{About, Report},
        table,
    },
    failure::{Exit, Failure, Outcome},
    io::{
        input::{Input, quoted},
        output::{Content, Output, Target},
    },
    text::plain,
    ui::Ui,
};
use qres_core::{codec::Level, frame::Tolerance};
use std::{
    collections::BTreeSet,
    io::{Read, Write},
    path::{Path, PathBuf},
};

/// Measure qres beside other codecs on your own data
///
/// All codecs take turns on each file, on one thread and in memory; the first turn warms up and is not counted. What comes
/// back is compared with what went in, every time. Codecs that pack only numbers (pco, gorilla, chimp, parquet) get the
/// columns parsed, and what they cannot take is added to their size. Without files, series made from a seed are measured.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub(crate) struct Args {
    /// What else to measure
    #[command(subcommand)]
    view: Option<View>,
    /// Texts to measure on (`-`: stdin; none: made-up series)
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Read more names from LIST, one a line (`-`: stdin)
    #[arg(long, value_name = "LIST")]
    files_from: Option<PathBuf>,
    /// Runs that count
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    runs: u32,
    /// Begin no further run of a codec on a file after so long
    #[arg(long, value_name = "SECONDS", default_value_t = 3.0)]
    limit: f64,
    /// Levels of qres, such as 1,3 (`none`: without qres)
    #[arg(long, value_name = "LIST")]
    levels: Option<String>,
    /// Codecs beside it, such as zstd-19,pco-12 (`none`: qres alone)
    #[arg(long, value_name = "LIST", default_value = peers::USUAL, hide_default_value = true)]
    peers: String,
    /// Compare with sizes measured elsewhere
    ///
    /// {"weather.csv": {"bytes": 1234567, "zpaq-m5": 98765}}: a file is known by its name and its size. For every peer the
    /// geometric mean over the files that it has sizes of is told, and which files qres is worse on than the best peer.
    #[arg(long, value_name = "FILE")]
    peers_file: Option<PathBuf>,
    /// Measure sizes within a bound instead, such as 0.05, or 1% of the range; may be given again
    ///
    /// What comes back is compared number by number, and the largest error is told. Sizes of SZ3 for the same bound are
    /// taken from the `--peers-file`, where they are called `sz3-1%`; where they are of the first bytes of a file, only
    /// those are measured.
    #[arg(long, value_name = "E", value_parser = parse_bound, conflicts_with_all = ["form", "peers"])]
    error: Vec<Tolerance>,
    /// Write each table in other forms
    #[arg(long, value_name = "FORM", value_delimiter = ',', default_value = "wide")]
    form: Vec<Form>,
    /// Write a page with charts
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Overwrite the page
    #[arg(short, long)]
    force: bool,
    /// Do not measure memory
    #[arg(long)]
    no_memory: bool,
    /// Seed of the made-up series
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with_all = ["files", "files_from"])]
    seed: u64,
    /// Rows of the made-up series
    #[arg(long, value_name = "N", default_value_t = 20_000, conflicts_with_all = ["files", "files_from"])]
    rows: u32,
    /// Make times up, and leave machine and memory out, so that reports can be compared
    #[arg(long, hide_short_help = true)]
    fake_time: bool,
    /// Print the memory that one codec takes for what stdin holds
    #[arg(long, value_name = "CODEC", hide = true)]
    memory_of: Option<String>,
    /// Bytes of text in the archive that stdin holds
    #[arg(long, value_name = "BYTES", hide = true, requires = "memory_of")]
    decoding: Option<usize>,
}

/// What else to measure
#[derive(Debug, clap::Subcommand)]
enum View {
    Messages(messages::Args),
}

const EXAMPLES: &str = "Examples:
  qres bench                                   on made-up series, the same everywhere
  qres bench weather.csv --html report.html    writes a page with charts too
  qres bench --levels 2,3 --peers zstd-19,pco-12 *.csv
  qres bench --levels 9 --peers none --peers-file peers.json *.csv
  qres bench --levels 5,9 --error 0.1% --error 1% *.csv
  find . -name '*.csv' | qres bench --files-from - --json > report.json

Codecs:
  lz4  zstd-1..22  xz-0..9 (xz-9e)  brotli-0..11  pco-0..12  gorilla  chimp
  parquet-1..22 (zstd pages), if qres was built with `--features bench-parquet`";

fn parse_bound(text: &str) -> Result<Tolerance, String> {
    let bound = Tolerance::parse(text).filter(|bound| !bound.is_exact());
    bound.ok_or_else(|| {
        "a bound is a number such as 0.05, or a share of the range such as 1%, and not 0".into()
    })
}

/// What is to be done.
struct Plan {
    codecs: Vec<Codec>,
    settings: Settings,
    published: Option<Published>,
    forms: Vec<Form>,
    page: Option<Output>,
}

/// Measures.
pub(crate) fn run(mut args: Args, ui: Ui) -> Outcome<Exit> {
    match args.view.take() {
        Some(View::Messages(args)) => return messages::run(&args, ui),
        None => {}
    }
    if let Some(codec) = &args.memory_of {
        return print_memory(codec, args.decoding);
    }
    if !args.error.is_empty() {
        return within_bounds(args, ui);
    }
    let plan = plan(&args)?;
    let datasets = datasets(args)?;
    let report = measure(&plan, &datasets, ui);
    if let Some(mut page) = plan.page {
        page.write(page::html(&report).as_bytes())?;
        page.finish(None, false)?;
    }
    show(&report, || table::text(&report), ui)?;
    match report.wrong().next() {
        None => Ok(Exit::Done),
        Some(wrong) => Err(Failure::refuted(
            format!("{} did not give {} back as it was", wrong.codec, plain::printable(&wrong.dataset)),
            "please report it with the file",
        )),
    }
}

/// Measures sizes within bounds.
fn within_bounds(args: Args, ui: Ui) -> Outcome<Exit> {
    let levels = levels(args.levels.as_deref())?;
    let page = page_of(&args)?;
    let published = args.peers_file.as_deref().map(Published::read).transpose()?;
    let (bounds, fake_time) = (args.error.clone(), args.fake_time);
    let report = bounded::measure(&datasets(args)?, &levels, &bounds, published.as_ref(), fake_time);
    if let Some(mut page) = page {
        page.write(bounded::page::html(&report).as_bytes())?;
        page.finish(None, false)?;
    }
    show(&report, || report.text(), ui)?;
    match report.wrong() {
        None => Ok(Exit::Done),
        Some(wrong) => {
            let what = format!("not within the bound: {wrong}");
            Err(Failure::refuted(what, "please report it with the file"))
        }
    }
}

/// Prints a report as JSON or for people.
fn show(report: &impl serde::Serialize, text: impl FnOnce() -> String, ui: Ui) -> Outcome<()> {
    if ui.json {
        ui.result(report, false)?;
    } else if !ui.is_quiet() {
        std::io::stdout().lock().write_all(text().as_bytes()).map_err(Failure::writing("stdout"))?;
    }
    Ok(())
}

/// What was typed becomes what is meant; a file that cannot be written is found out before hours of measuring.
fn plan(args: &Args) -> Outcome<Plan> {
    let mut codecs = own(args.levels.as_deref())?;
    codecs.extend(list(&args.peers).map(Codec::find).collect::<Outcome<Vec<_>>>()?);
    let twice = (1..codecs.len()).find(|at| codecs[..*at].iter().any(|codec| codec.name == codecs[*at].name));
    if codecs.is_empty() || twice.is_some() {
        let what = twice
            .map_or("no codec is to be measured".into(), |at| format!("{} is named twice", codecs[at].name));
        return Err(Failure::usage(what, "leave `--levels` and `--peers` out to get the usual ones"));
    }
    if !args.limit.is_finite() || args.limit < 0.0 {
        return Err(Failure::usage("`--limit` is a number of seconds", "leave it out to get 3 seconds"));
    }
    Ok(Plan {
        codecs,
        settings: Settings {
            runs: args.runs,
            limit_seconds: args.limit,
            memory: !args.no_memory && !args.fake_time,
            fake_time: args.fake_time,
        },
        published: args.peers_file.as_deref().map(Published::read).transpose()?,
        forms: args.form.clone(),
        page: page_of(args)?,
    })
}

/// Where the page goes, if one is asked for.
fn page_of(args: &Args) -> Outcome<Option<Output>> {
    let named = args.files.iter().filter(|file| args.html.as_ref().is_some_and(|html| is_same(html, file)));
    if let Some(file) = named.take(1).next() {
        let what = format!("the page would replace {}, which is measured", quoted(file));
        return Err(Failure::refused(what, "write the page to another file"));
    }
    args.html.clone().map(|html| Output::alone(&Target::File(html), Content::Text, args.force)).transpose()
}

fn is_same(a: &Path, b: &Path) -> bool {
    same_file::is_same_file(a, b).unwrap_or(false)
}

/// The words of a list; `none` has none.
fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|word| !word.is_empty() && *word != "none")
}

/// qres at the levels named, or at all.
fn own(levels_named: Option<&str>) -> Outcome<Vec<Codec>> {
    Ok(levels(levels_named)?.into_iter().map(Codec::own).collect())
}

fn levels(named: Option<&str>) -> Outcome<Vec<Level>> {
    let Some(named) = named else {
        return Ok((Level::FASTEST.get()..=Level::STRONGEST.get()).filter_map(Level::new).collect());
    };
    let find = |word: &str| {
        let unknown = || {
            Failure::usage(format!("there is no level `{word}` in this version"), "name levels such as 1,3")
        };
        word.parse().ok().and_then(Level::new).ok_or_else(unknown)
    };
    list(named).map(find).collect()
}

/// The texts to measure on.
fn datasets(args: Args) -> Outcome<Vec<Dataset>> {
    let mut paths = args.files;
    if let Some(list) = &args.files_from {
        let mut names = String::new();
        let mut input = Input::open(list)?;
        input.read_to_string(&mut names).map_err(Failure::reading(&input))?;
        paths.extend(names.lines().filter(|line| !line.is_empty()).map(PathBuf::from));
    } else if paths.is_empty() {
        return Ok(corpus::synthetic(args.seed, args.rows));
    }
    read_all(paths)
}

/// The texts of files; one that is named twice is measured once.
fn read_all(mut paths: Vec<PathBuf>) -> Outcome<Vec<Dataset>> {
    let mut seen = BTreeSet::new();
    paths.retain(|path| seen.insert(path.clone()));
    let datasets: Vec<Dataset> = paths.iter().map(|path| read(path)).collect::<Outcome<_>>()?;
    Ok(named_apart(datasets, &paths))
}

fn read(path: &Path) -> Outcome<Dataset> {
    let mut input = Input::open(path)?;
    let mut text = Vec::new();
    input.append(&mut text, usize::MAX)?;
    let name = path.file_name().filter(|name| *name != "-").map(|name| name.to_string_lossy().into_owned());
    Ok(Dataset { name: name.unwrap_or_else(|| "stdin".into()), text })
}

/// Files of the same name in other folders are called by their path.
fn named_apart(mut datasets: Vec<Dataset>, paths: &[PathBuf]) -> Vec<Dataset> {
    let names: Vec<String> = datasets.iter().map(|dataset| dataset.name.clone()).collect();
    for (dataset, path) in datasets.iter_mut().zip(paths) {
        if names.iter().filter(|name| **name == dataset.name).count() > 1 {
            dataset.name = path.display().to_string();
        }
    }
    datasets
}

fn measure(plan: &Plan, datasets: &[Dataset], ui: Ui) -> Report {
    let forms = || datasets.iter().flat_map(|dataset| plan.forms.iter().map(move |form| (dataset, *form)));
    let turns = plan.codecs.len() as u64 * u64::from(plan.settings.runs + 1);
    let total = forms().map(|(dataset, _)| dataset.text.len() as u64 * turns).sum();
    let mut progress = ui.progress("measuring", Some(total), false);
    let (mut about, mut results) = (Vec::new(), Vec::new());
    for (wide, form) in forms() {
        let Some(dataset) = form.of(wide) else {
            ui.warning(&format!(
                "{} is no table and has no form `{}`",
                plain::printable(&wide.name),
                form.name()
            ));
            continue;
        };
        let values = Values::parse(&dataset.text);
        about.push(About::new(&dataset, wide, form.name(), &values));
        let advance = || progress.advance(wide.text.len() as u64);
        results.extend(measure::turns(&dataset, &values, &plan.codecs, plan.settings, advance));
    }
    drop(progress);
    Report::new(plan.settings, about, &plan.codecs, results, plan.published.as_ref())
}

/// What [`memory::measure`] starts.
fn print_memory(codec: &str, decoding: Option<usize>) -> Outcome<Exit> {
    let mut input = Input::open(Path::new("-"))?;
    let mut bytes = Vec::new();
    input.append(&mut bytes, usize::MAX)?;
    let peak = memory::of(&Codec::find(codec)?, &bytes, decoding);
    let peak = peak.map_err(|error| Failure::refused(error.to_string(), "measure on Linux"))?;
    writeln!(std::io::stdout(), "{peak}").map_err(Failure::writing("stdout"))?;
    Ok(Exit::Done)
}
