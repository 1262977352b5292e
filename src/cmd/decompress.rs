//! `qres decompress`: an archive in, its text out.

use super::{each::for_each, link::Received};
#[cfg(feature = "flash")]
use crate::io::output::Target;
use crate::{
    cmd::args::{Destination, History, Keeping, Learnt, MaxOutput, Memory, Recursive, Threads},
    failure::{Exit, Failure, Outcome},
    io::{
        archive::{self, Decoding, Totals},
        feed::Ending,
        files::{Named, Place, find},
        input::{Input, quoted},
        link,
        output::{Content, Output},
        salvage::{self, Loss, Salvaged},
    },
    text::{plain, units},
    ui::Ui,
};
use std::path::{Path, PathBuf};

/// Decompress archives, or stdin to stdout
///
/// FILE.qres becomes FILE beside it, byte for byte what was compressed; FILE.qres is kept. Each segment is checked
/// before it is written. Archives and messages one after the other give their texts one after the other.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Archives to decompress (none or `-`: stdin)
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    recursive: Recursive,
    #[command(flatten)]
    destination: Destination,
    #[command(flatten)]
    keeping: Keeping,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    learnt: Learnt,
    #[command(flatten)]
    history: History,
    #[command(flatten)]
    memory: Memory,
    #[command(flatten)]
    max_output: MaxOutput,
    /// Write what is still whole of a damaged archive, say what is lost, and end with 3 if anything is
    #[arg(long, conflicts_with = "rm")]
    salvage: bool,
    /// Print the rows of the board at PORT as they come, until Ctrl-C
    ///
    /// A board sends only what surprises, on a live link: silent rows are printed when the next one comes. Whoever joins in
    /// the middle asks the board for what is needed to read on.
    #[cfg(feature = "flash")]
    #[arg(long, value_name = "PORT", conflicts_with_all = ["files", "rm", "salvage", "gene"])]
    serial: Option<String>,
    /// Let that board take a row each TIME meanwhile: 500ms, 10s, 5min, 4h
    ///
    /// Unless this is said it takes them as it is set: while all is calm, one in hours. In the end it goes by its own times
    /// again; if this is killed, a minute later, or after three rows.
    #[cfg(feature = "flash")]
    #[arg(long, value_name = "TIME", value_parser = crate::text::units::parse_time)]
    every: Option<u32>,
}

const EXAMPLES: &str = "Examples:
  qres decompress weather.csv.qres                       writes weather.csv
  qres decompress -c *.qres | head
  cat mon.qres tue.qres | qres decompress > both.csv
  qres decompress --salvage damaged.qres -o rest.csv
  qres decompress --serial /dev/ttyACM0 --every 10s      what a board measures";

/// Everything the command line asks for, with defaults filled in.
struct Plan {
    decoding: Decoding,
    place: Place,
    force: bool,
    remove: bool,
    salvage: bool,
    max_output: Option<u64>,
}

/// Decompresses what was named.
pub(crate) fn run(args: Args, ui: Ui) -> Outcome<Exit> {
    #[cfg(feature = "flash")]
    if let Some(port) = &args.serial {
        let force = args.destination.force;
        let target = args.destination.place(1)?.one().cloned().unwrap_or(Target::Stdout);
        let most = args.max_output.max_output;
        return listen(port, args.every, (&target, most), force, ui);
    }
    #[cfg(feature = "flash")]
    if args.every.is_some() {
        let hint = "name the port of a board with `--serial PORT`";
        return Err(Failure::usage("`--every` is how often a board takes a row", hint));
    }
    let files = find(args.files, args.recursive.recursive, is_archive)?;
    let force = args.destination.force;
    let place = args.destination.place(files.len())?;
    args.keeping.check(place.one())?;
    place.check(&files)?;
    let genes = args.learnt.genes_with(&args.history, args.memory)?;
    let plan = Plan {
        decoding: Decoding { threads: args.threads.get(), memory: args.memory.memory, genes },
        place,
        force,
        remove: args.keeping.rm,
        salvage: args.salvage,
        max_output: args.max_output.max_output,
    };
    Ok(for_each(ui, files, |named| plan.one(named, ui)))
}

/// Prints what the board at a port measures.
#[cfg(feature = "flash")]
fn listen(
    port: &str,
    every: Option<u32>,
    (target, most): (&Target, Option<u64>),
    force: bool,
    ui: Ui,
) -> Outcome<Exit> {
    use crate::board::{ports, stream, talk::Talk};
    let port = ports::choose(Some(port))?;
    let mut output = Output::alone(target, Content::Text, force)?.limited(most);
    let talk = Talk::open(&port)?;
    let mut sink = |text: &[u8], _| {
        output.write(text)?;
        output.flush()
    };
    let (totals, ended) = stream::run(talk, every, &mut sink, &stream::until_enough(), ui);
    // What came before a board was unplugged is as good as if it were still there.
    let ended = match ended {
        Err(failure) if totals.text_bytes == 0 || failure.exit != Exit::Unreachable => {
            return Err(failure);
        }
        other => other,
    };
    output.finish(None, false)?;
    // Rows before somebody listened are not lost.
    let report =
        Received::of(port.name.clone(), target.plain(), link::receive::Totals { missed: 0, ..totals });
    ui.summary(|| report.line());
    ui.result(&report, target.is_stdout())?;
    ended?;
    report.gaps(&port.name).map(|()| Exit::Done)
}

/// One result, for programs.
#[derive(Debug, serde::Serialize)]
struct Report {
    schema: &'static str,
    input: String,
    output: String,
    rows: u64,
    segments: u64,
    bytes: u64,
    text_bytes: u64,
    /// Ranges of bytes of the archive that gave nothing, the first thousand: only a salvage goes on after a loss.
    lost: Vec<(u64, u64)>,
    /// How many there are, if there are more.
    #[serde(skip_serializing_if = "Option::is_none")]
    lost_places: Option<u64>,
    #[serde(skip)]
    loss: Loss,
    /// How the archive ends, if not with a footer.
    #[serde(skip_serializing_if = "Ending::is_whole")]
    ending: Ending,
}

impl Plan {
    fn one(&self, named: &Named, ui: Ui) -> Outcome {
        let mut input = named.open()?;
        let target = self.place.target(named, rename)?;
        let (origin, name, plain) = (input.origin(), input.to_string(), input.plain());
        let output = Output::create(&target, Content::Text, self.force, &input)?;
        let mut output = output.limited(self.max_output);
        // Between the text and the prompt a summary would only be in the way.
        let is_terminal = output.is_terminal;
        if link::is_link(&mut input)? {
            let report = Received::write(input, &mut output, target.plain(), ui)?;
            output.finish(origin.meta.as_ref(), self.remove)?;
            if !is_terminal {
                ui.summary(|| report.line());
            }
            ui.result(&report, target.is_stdout())?;
            report.loss(&name)?;
            return if self.remove { origin.remove() } else { Ok(()) };
        }
        let (totals, loss) = match self.salvage {
            true => {
                let Decoding { memory, genes, .. } = &self.decoding;
                let Salvaged { totals, lost } =
                    salvage::run(input, *memory, genes, |text| output.write(text))?;
                (totals, lost)
            }
            false => (self.decode(input, &mut output, ui)?, Loss::default()),
        };
        output.finish(origin.meta.as_ref(), self.remove)?;
        if self.remove {
            origin.remove()?;
        }
        totals.ending.tell(&name, ui);
        let report = Report {
            schema: "qres.decompress/1",
            input: plain,
            output: target.plain(),
            rows: totals.rows,
            segments: totals.segments,
            bytes: totals.bytes,
            text_bytes: totals.text_bytes,
            lost: loss.told.iter().map(|range| (range.start, range.end)).collect(),
            lost_places: Some(loss.places).filter(|places| *places > loss.told.len() as u64),
            loss,
            ending: totals.ending,
        };
        if !is_terminal {
            ui.summary(|| report.line());
        }
        ui.result(&report, target.is_stdout())?;
        report.loss(ui, &name)
    }

    fn decode(&self, input: Input, output: &mut Output, ui: Ui) -> Outcome<Totals> {
        let mut progress = ui.progress(&input.to_string(), input.length(), output.is_terminal);
        archive::decode(input, self.decoding.clone(), |text, bytes| {
            output.write(text)?;
            progress.advance(bytes);
            // A reader at the other end of a pipe gets each segment at once.
            output.flush()
        })
    }
}

/// Whether a file is one for this command.
fn is_archive(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "qres" || end == link::ENDING)
}

/// The name of the text of the archive called `path`.
fn rename(path: &Path) -> Outcome<PathBuf> {
    if is_archive(path) {
        return Ok(path.with_extension(""));
    }
    let hint = "say where the text goes with `-o FILE`, or `-c` for stdout";
    Err(Failure::usage(format!("{} does not end in `.qres` or `.qlink`", quoted(path)), hint))
}

/// Places of a loss that warnings name.
const WARNED: usize = 10;

impl Report {
    fn line(&self) -> String {
        let (before, after) = (units::size(self.bytes), units::size(self.text_bytes));
        format!("{}: {before} to {after}, {}", plain::label(&self.input), units::count(self.rows, "row"))
    }

    /// Says what is lost, if anything is.
    fn loss(&self, ui: Ui, name: &str) -> Outcome {
        for &(start, end) in self.lost.iter().take(WARNED) {
            ui.warning(&match start == end {
                true => format!("{name}: byte {start}: an archive has no end; rows may be missing here"),
                false => {
                    format!("{name}: bytes {start} to {end} could not be read; the rows they held are lost")
                }
            });
        }
        if self.loss.is_none() {
            return Ok(());
        }
        if let Some(more) = self.loss.places.checked_sub(WARNED as u64).filter(|more| *more > 0) {
            let (places, bytes) = (units::count(more, "more place"), units::size(self.loss.bytes));
            ui.warning(&format!("{name}: {places} could not be read; {bytes} are lost in all"));
        }
        let (saved, places) = (units::count(self.rows, "row"), units::count(self.loss.places, "place"));
        Err(Failure::lost(name, &format!("the archive is damaged in {places}; {saved} saved")))
    }
}
