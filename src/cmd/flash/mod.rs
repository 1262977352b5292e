//! `qres flash`: firmware, genes and identities onto boards.

mod ports;
mod report;
mod write;

use crate::{
    board::{
        self, builtin,
        chip::Chip,
        firmware,
        image::{self, Image},
        line::Line,
        link::{After, Before},
        monitor,
        store::Wanted,
    },
    cmd::args::StoreFlag,
    failure::{Exit, Failure, Outcome},
    io::{
        genes,
        input::{Input, quoted},
        output::{Content, Output, Target},
    },
    text::units,
    ui::Ui,
};
use clap::{ArgGroup, Subcommand};
use qres_core::{gene::Gene, trust::Name};
use report::{PartReport, Report, line};
use std::{
    ffi::OsString,
    io::Write,
    path::{Path, PathBuf},
    time::Instant,
};
use write::{flash, with_store};

/// Put firmware, genes and identities onto ESP32-C3 and ESP32-C6 boards
///
/// Takes a program from where `--elf`, `--image`, `--build` or `--builtin` say, and writes it through the loader of the chip:
/// what is there already is skipped, what was written is checked, and what the board has stored stays unless `--erase` is
/// given. Genes (`--gene`) and identities (`--key`) go into its store, with a program or alone. Chips that encrypt their flash
/// memory or start signed programs only are refused.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES, args_conflicts_with_subcommands = true)]
#[command(group = ArgGroup::new("source").args(["elf", "image", "build", "builtin"]))]
pub(crate) struct Args {
    #[command(subcommand)]
    view: Option<View>,
    /// The program, as the compiler made it
    #[arg(long, value_name = "FILE")]
    elf: Option<PathBuf>,
    /// All of the flash memory, as `--save-image` makes it
    #[arg(long, value_name = "FILE")]
    image: Option<PathBuf>,
    /// Build the firmware from its source, with cargo
    #[arg(long, requires = "chip")]
    build: bool,
    /// Parts of the firmware to build in: uart, csv, radio (firmware/README.md tells what they are)
    #[arg(long, value_name = "PART", value_delimiter = ',', requires = "build", conflicts_with_all = ["elf", "image", "builtin"])]
    with: Vec<String>,
    /// The program that this qres was released with
    #[arg(long, requires = "chip")]
    builtin: bool,
    /// The folder of the firmware (default: `firmware` here or in a folder around)
    #[arg(long, value_name = "DIR", requires = "build", conflicts_with_all = ["elf", "image", "builtin"])]
    firmware: Option<PathBuf>,
    /// The chip: esp32c3 or esp32c6 (default: what the program or the board says)
    #[arg(long, value_name = "CHIP", value_parser = Chip::parse)]
    chip: Option<Chip>,
    /// The port of the board (default: that of the only one)
    #[arg(long, value_name = "PORT")]
    port: Option<String>,
    /// A gene for its store: a file, or a name or id in the store here
    #[arg(long, value_name = "GENE")]
    gene: Option<OsString>,
    /// An identity for its store: a file of 32 secret bytes; its name is printed
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Write all to FILE instead of a board
    #[arg(long, value_name = "FILE", requires = "source", conflicts_with_all = ["port", "monitor", "erase"])]
    save_image: Option<PathBuf>,
    /// Overwrite FILE
    #[arg(short, long, requires = "save_image")]
    force: bool,
    /// Say what would be written, and do not look for a board
    #[arg(long, conflicts_with_all = ["save_image", "monitor"])]
    dry_run: bool,
    /// Print what the board says, until Ctrl-C
    ///
    /// Its notes and the rows of its live link, and what its bootloader and panics print: with `--elf` or `--build`, the
    /// functions whose addresses are in that, with their places in the source if the program knows them.
    #[arg(long)]
    monitor: bool,
    /// Erase all of the board first, its genes and identity too
    #[arg(long, conflicts_with = "no_stub")]
    erase: bool,
    /// Check what was written: always done, accepted as other tools do
    #[arg(long, hide_short_help = true, conflicts_with = "no_verify")]
    verify: bool,
    /// Do not check what was written
    #[arg(long, hide_short_help = true)]
    no_verify: bool,
    /// Speed of the port, in bits a second
    #[arg(long, value_name = "N", default_value_t = 460_800, value_parser = clap::value_parser!(u32).range(9600..=4_000_000))]
    baud: u32,
    /// Use the loader in the ROM of the chip: slower, for boards on which the better one does not run
    #[arg(long, hide_short_help = true)]
    no_stub: bool,
    /// How to bring the board into its loader
    #[arg(long, value_enum, value_name = "HOW", default_value = "reset", hide_short_help = true)]
    before: Before,
    /// What becomes of the board in the end
    #[arg(long, value_enum, value_name = "HOW", default_value = "reset", hide_short_help = true)]
    after: After,
    #[command(flatten)]
    store: StoreFlag,
}

const EXAMPLES: &str = "Examples:
  qres flash ports
  qres flash --builtin --chip esp32c3
  qres flash --build --chip esp32c3 --monitor
  qres flash --build --chip esp32c3 --with uart,radio
  qres flash --elf target/riscv32imc-unknown-none-elf/release/firmware --gene station
  qres flash --build --chip esp32c6 --save-image station.bin
  qres flash --image station.bin --port /dev/ttyUSB0
  qres flash --gene station.gene --key station.key
  qres flash --monitor

A board that is not found in its loader: hold BOOT, press RESET, let BOOT go, then `--before no-reset`.";

/// What else there is to see
#[derive(Debug, Subcommand)]
enum View {
    Ports(ports::Args),
}

/// Does what was asked.
pub(crate) fn run(args: &Args, ui: Ui) -> Outcome<Exit> {
    if let Some(View::Ports(ports::Args {})) = args.view {
        return ports::run(ui);
    }
    let wanted = wanted(args)?;
    let (image, elf) = program(args, ui)?;
    match (&image, &args.save_image) {
        (Some(image), Some(place)) => save(&with_store(image.clone(), &wanted)?, place, &wanted, args, ui)?,
        (Some(image), None) if args.dry_run => {
            pretend(&with_store(image.clone(), &wanted)?, wanted.name(), ui)?;
        }
        (None, _) if wanted.is_empty() && !args.erase => {
            if !args.monitor {
                let hint =
                    "name a program with `--elf`, `--image` or `--build`; `qres flash --help` has examples";
                return Err(Failure::usage("there is nothing to flash", hint));
            }
            let port = board::ports::choose(args.port.as_deref())?;
            monitor::run(Line::open(&port)?, None, ui)?;
        }
        (None, _) if args.erase && !wanted.is_empty() => {
            let hint = "name a program as well: without one, what is erased has no store";
            return Err(Failure::usage("`--erase` leaves no place for a gene or a key", hint));
        }
        (None, _) if args.dry_run => {
            let hint = "leave `--dry-run` out, or name a program as well";
            return Err(Failure::usage("what would be written depends on the board", hint));
        }
        _ => flash(image, elf.as_deref(), &wanted, args, ui)?,
    }
    Ok(Exit::Done)
}

/// Reads what shall be in the store.
fn wanted(args: &Args) -> Outcome<Wanted> {
    let gene = args.gene.as_ref().map(|word| {
        let (name, bytes) = genes::find(word, &args.store.get())?;
        Gene::parse(&bytes).map_err(|source| Failure::gene(&name, source))?;
        Ok::<_, Failure>((name, bytes))
    });
    let key = args.key.as_ref().map(|path| {
        let bytes = read(path, 33)?;
        if let Ok(key) = bytes.try_into() {
            return Ok(key);
        }
        let what = format!("{} is no key: it has not 32 bytes", quoted(path));
        Err(Failure::refused(
            what,
            "make one with `head -c 32 /dev/urandom > station.key`, and keep it secret",
        ))
    });
    Ok(Wanted { gene: gene.transpose()?, key: key.transpose()? })
}

/// Makes or reads what was named; with its ELF file if there is one, which knows the places of a panic.
fn program(args: &Args, ui: Ui) -> Outcome<(Option<Image>, Option<Vec<u8>>)> {
    let elf = |path: &Path| {
        let bytes = read(path, image::MOST)?;
        let image = Image::from_elf(ui, &quoted(path), &bytes, args.chip)?;
        Ok((Some(image), Some(bytes)))
    };
    if let Some(path) = &args.image {
        let image = Image::from_merged(&quoted(path), &read(path, image::MOST)?, args.chip)?;
        return Ok((Some(image), None));
    }
    if let (true, Some(chip)) = (args.build, args.chip) {
        let folder = firmware::folder(args.firmware.as_deref())?;
        return elf(&firmware::build(&folder, chip, &args.with, ui.is_quiet())?);
    }
    if let (true, Some(chip)) = (args.builtin, args.chip) {
        return Ok((Some(builtin::image(chip)?), None));
    }
    args.elf.as_deref().map_or(Ok((None, None)), elf)
}

fn read(path: &Path, most: usize) -> Outcome<Vec<u8>> {
    let mut bytes = Vec::new();
    Input::open(path)?.append(&mut bytes, most)?;
    Ok(bytes)
}

/// Writes the image to a file.
fn save(image: &Image, place: &Path, wanted: &Wanted, args: &Args, ui: Ui) -> Outcome {
    let started = Instant::now();
    let bytes = image.merged();
    let target = if place == Path::new("-") { Target::Stdout } else { Target::File(place.to_owned()) };
    if !args.force && !target.is_stdout() && place.is_file() {
        let what = format!("{} exists already", quoted(place));
        return Err(Failure::refused(what, "overwrite it with `-f`, or name another file"));
    }
    let mut output = Output::alone(&target, Content::Image, args.force)?;
    output.write(&bytes)?;
    output.finish(None, false)?;
    if args.key.is_some() {
        ui.warning(&format!("{} holds the secret key: keep it as one", target.name()));
    }
    ui.summary(|| format!("{}: {} for an {}", target.name(), units::size(bytes.len() as u64), image.chip));
    let parts = image.parts.iter().map(|part| PartReport::new(part, true)).collect();
    let did = wanted.name().map(|name| name.to_string());
    let report = Report { saved: Some(target.plain()), did, ..Report::new(image.chip, parts, started) };
    if !target.is_stdout() {
        introduce(wanted, ui)?;
    }
    ui.result(&report, target.is_stdout())
}

/// Prints who the board will be, if it was given an identity: whoever has the key wants to know its name.
fn introduce(wanted: &Wanted, ui: Ui) -> Outcome {
    match wanted.name().filter(|_| !ui.json && !ui.is_quiet()) {
        Some(name) => writeln!(std::io::stdout().lock(), "{name}").map_err(Failure::writing("stdout")),
        None => Ok(()),
    }
}

/// Says what would be written.
fn pretend(image: &Image, name: Option<Name>, ui: Ui) -> Outcome {
    if ui.json {
        let parts = image.parts.iter().map(|part| PartReport::new(part, false)).collect();
        let did = name.map(|name| name.to_string());
        let report = Report { dry_run: true, did, ..Report::new(image.chip, parts, Instant::now()) };
        return ui.result(&report, false);
    }
    let mut stdout = std::io::stdout().lock();
    let mut print = |text: String| writeln!(stdout, "{text}").map_err(Failure::writing("stdout"));
    print(format!("for an {}:", image.chip))?;
    image.parts.iter().try_for_each(|part| print(format!("  {}", line(part))))?;
    name.map_or(Ok(()), |name| print(format!("as {name}")))
}
