//! `qres flash`: firmware, genes and identities onto boards.

use crate::{
    board::{
        chip::Chip,
        firmware,
        image::{self, Image, Part, Partition},
        link::{self, After, Before, Board, Manner},
        monitor, ports,
        store::{self, Wanted},
    },
    cli::StoreFlag,
    error::{Exit, Failure, Outcome},
    io::{
        genes,
        input::{Input, quoted},
        output::{Content, Output, Target},
    },
    ui::{self, Ui},
};
use clap::{ArgGroup, Subcommand};
use qres_core::gene::Gene;
use serde::Serialize;
use std::{
    ffi::OsString,
    io::Write,
    path::{Path, PathBuf},
    time::Instant,
};

/// Put firmware, genes and identities onto ESP32-C3 and ESP32-C6 boards
///
/// Takes a program from where `--elf`, `--image` or `--build` say, and writes it through the loader of the chip: what is
/// there already is skipped, what was written is checked, and what the board has stored stays unless `--erase` is given.
/// Genes (`--gene`) and identities (`--key`) go into its store, with a program or alone.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES, args_conflicts_with_subcommands = true)]
#[command(group = ArgGroup::new("source").args(["elf", "image", "build"]))]
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
    /// The folder of the firmware (default: `firmware` here or in a folder around)
    #[arg(long, value_name = "DIR", requires = "build")]
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
    /// An identity for its store: a file of 32 secret bytes
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
  qres flash --build --chip esp32c3 --monitor
  qres flash --elf target/riscv32imc-unknown-none-elf/release/firmware --gene station
  qres flash --build --chip esp32c6 --save-image station.bin
  qres flash --image station.bin --port /dev/ttyUSB0
  qres flash --gene station.gene --key station.key
  qres flash --monitor

A board that is not found in its loader: hold BOOT, press RESET, let BOOT go, then `--before no-reset`.";

/// What else there is to see
#[derive(Debug, Subcommand)]
enum View {
    Ports(Ports),
}

/// List the serial ports, and which look like boards
#[derive(Debug, clap::Args)]
struct Ports {}

/// A port, for programs.
#[derive(Debug, Serialize)]
struct PortLine<'a> {
    schema: &'static str,
    port: &'a str,
    /// What it looks like, if it looks like a board.
    board: Option<&'static str>,
    usb: Option<String>,
    product: Option<&'a str>,
    serial: Option<&'a str>,
}

/// What was done, for programs.
#[derive(Debug, Serialize)]
struct Report<'a> {
    schema: &'static str,
    chip: &'static str,
    port: Option<&'a str>,
    saved: Option<String>,
    dry_run: bool,
    verified: bool,
    bytes: u64,
    written: u64,
    seconds: f64,
    parts: Vec<PartReport>,
}

/// What was done with a part of it.
#[derive(Debug, Serialize)]
struct PartReport {
    name: String,
    at: u32,
    bytes: u64,
    written: bool,
}

impl PartReport {
    fn new(part: &Part, written: bool) -> Self {
        Self { name: part.name.clone(), at: part.at, bytes: part.bytes.len() as u64, written }
    }
}

/// Does what was asked.
pub(crate) fn run(args: Args, ui: Ui) -> Outcome<Exit> {
    if let Some(View::Ports(Ports {})) = args.view {
        return list_ports(ui);
    }
    let wanted = wanted(&args)?;
    let image = image(&args, ui)?;
    match (&image, &args.save_image) {
        (Some(image), Some(place)) => save(with_store(image.clone(), &wanted)?, place, &args, ui)?,
        (Some(image), None) if args.dry_run => pretend(&with_store(image.clone(), &wanted)?, ui)?,
        (None, _) if wanted.is_empty() && !args.erase => {
            if !args.monitor {
                let hint =
                    "name a program with `--elf`, `--image` or `--build`; `qres flash --help` has examples";
                return Err(Failure::usage("there is nothing to flash", hint));
            }
            let port = ports::choose(args.port.as_deref())?;
            monitor::run(link::open(&port)?, &port.name)?;
        }
        (None, _) if args.dry_run => {
            let hint = "leave `--dry-run` out, or name a program as well";
            return Err(Failure::usage("what would be written depends on the board", hint));
        }
        _ => flash(image, &wanted, &args, ui)?,
    }
    Ok(Exit::Done)
}

/// Reads what shall be in the store.
fn wanted(args: &Args) -> Outcome<Wanted> {
    let gene = args.gene.as_ref().map(|word| {
        let (name, bytes) = genes::find(word, &args.store.get())?;
        Gene::parse(&bytes).map_err(|source| Failure::Gene { name: name.clone(), source })?;
        Ok((name, bytes))
    });
    let key = args.key.as_ref().map(|path| {
        let bytes = read(path, 33)?;
        if bytes.len() == 32 {
            return Ok(bytes);
        }
        let what = format!("{} is no key: it has not 32 bytes", quoted(path));
        Err(Failure::refused(
            what,
            "make one with `head -c 32 /dev/urandom > station.key`, and keep it secret",
        ))
    });
    Ok(Wanted { gene: gene.transpose()?, key: key.transpose()? })
}

/// Makes or reads what was named.
fn image(args: &Args, ui: Ui) -> Outcome<Option<Image>> {
    let elf = |path: &Path| Image::from_elf(ui, &quoted(path), &read(path, image::MOST)?, args.chip);
    if let Some(path) = &args.image {
        return Image::from_merged(&quoted(path), &read(path, image::MOST)?, args.chip).map(Some);
    }
    if let (true, Some(chip)) = (args.build, args.chip) {
        let folder = firmware::folder(args.firmware.as_deref())?;
        return elf(&firmware::build(&folder, chip, ui.is_quiet())?).map(Some);
    }
    args.elf.as_deref().map(elf).transpose()
}

fn read(path: &Path, most: usize) -> Outcome<Vec<u8>> {
    let mut bytes = Vec::new();
    Input::open(path)?.append(&mut bytes, most)?;
    Ok(bytes)
}

/// The image with what is wanted in its store.
fn with_store(mut image: Image, wanted: &Wanted) -> Outcome<Image> {
    if wanted.is_empty() {
        return Ok(image);
    }
    let place = image.store.clone().ok_or_else(no_store)?;
    let mut before = vec![0xFF; place.size as usize];
    for part in image.parts.extract_if(.., |part| part.at == place.at) {
        before[..part.bytes.len()].copy_from_slice(&part.bytes);
    }
    let after = wanted.put_into(before)?;
    image.parts.extend(store_parts(&place, &vec![0xFF; after.len()], &after));
    image.parts.sort_by_key(|part| part.at);
    Ok(image)
}

/// What has to be written for the store to become `after`.
fn store_parts(place: &Partition, before: &[u8], after: &[u8]) -> Vec<Part> {
    let part = |(at, bytes)| Part { name: "store".into(), at: place.at + at, bytes };
    store::changes(before, after).into_iter().map(part).collect()
}

fn no_store() -> Failure {
    Failure::refused(
        "there is no partition `qres` for a gene or a key",
        "flash a program with `--elf` or `--build` first",
    )
}

/// Writes the image to a file.
fn save(image: Image, place: &Path, args: &Args, ui: Ui) -> Outcome {
    let started = Instant::now();
    let bytes = image.merged();
    let target = if place == Path::new("-") { Target::Stdout } else { Target::File(place.to_owned()) };
    let mut output = Output::alone(&target, Content::Image, args.force)?;
    output.write(&bytes)?;
    output.finish(None, false)?;
    if args.key.is_some() {
        ui.warning(&format!("{} holds the secret key: keep it as one", target.name()));
    }
    ui.summary(|| format!("{}: {} for an {}", target.name(), ui::size(bytes.len() as u64), image.chip));
    let parts = image.parts.iter().map(|part| PartReport::new(part, true)).collect();
    report(ui, image.chip, None, Some(target.plain()), parts, started, args)
}

/// Says what would be written.
fn pretend(image: &Image, ui: Ui) -> Outcome {
    if ui.json {
        let parts: Vec<PartReport> = image.parts.iter().map(|part| PartReport::new(part, false)).collect();
        let bytes = parts.iter().map(|part| part.bytes).sum();
        let (chip, schema) = (image.chip.name(), "qres.flash/1");
        let report = Report {
            schema,
            chip,
            port: None,
            saved: None,
            dry_run: true,
            verified: false,
            bytes,
            written: 0,
            seconds: 0.0,
            parts,
        };
        return ui.result(&report, false);
    }
    let mut stdout = std::io::stdout().lock();
    let mut line = |text: String| writeln!(stdout, "{text}").map_err(Failure::writing("stdout"));
    line(format!("for an {}:", image.chip))?;
    image.parts.iter().try_for_each(|part| {
        line(format!(
            "  {:#08x}  {:>10}  {}",
            part.at,
            ui::size(part.bytes.len() as u64),
            ui::printable(&part.name)
        ))
    })
}

/// Writes to a board.
fn flash(image: Option<Image>, wanted: &Wanted, args: &Args, ui: Ui) -> Outcome {
    let started = Instant::now();
    let port = ports::choose(args.port.as_deref())?;
    let manner = Manner {
        baud: args.baud,
        stub: !args.no_stub,
        before: args.before,
        after: args.after,
        verify: !args.no_verify,
    };
    let chip = image.as_ref().map(|image| image.chip).or(args.chip);
    let mut board = Board::connect(ui, &port, chip, manner)?;
    let chip = board.chip()?;
    // What an image has in its store is what the board shall have there, and what is wanted comes to that.
    let brings_store = |image: &Image| {
        image.store.as_ref().is_some_and(|place| image.parts.iter().any(|part| part.at == place.at))
    };
    let (image, wanted) = match image {
        Some(image) if brings_store(&image) => (Some(with_store(image, wanted)?), &Wanted::default()),
        other => (other, wanted),
    };
    let mut parts = image.as_ref().map(|image| image.parts.clone()).unwrap_or_default();
    if args.erase {
        board.erase()?;
    }
    if !wanted.is_empty() {
        let place = match &image {
            Some(image) => image.store.clone(),
            None => board.store()?,
        };
        let place = place.ok_or_else(no_store)?;
        let before = board.read(place.at, place.size)?;
        let after = wanted.put_into(before.clone())?;
        parts.extend(store_parts(&place, &before, &after));
    }
    let size = board.size()?;
    if let Some(part) = parts.iter().find(|part| part.end() > size) {
        let what =
            format!("the {} does not fit: the board has {} of flash memory", part.name, ui::size(size));
        return Err(Failure::refused(what, "take a board with more, or a smaller program"));
    }
    let mut reports = Vec::new();
    for part in &parts {
        let written = board.write(part)?;
        ui.summary(|| {
            let how = if written { "written" } else { "there already" };
            format!(
                "{:#08x}  {:>10}  {}: {how}",
                part.at,
                ui::size(part.bytes.len() as u64),
                ui::printable(&part.name)
            )
        });
        reports.push(PartReport::new(part, written));
    }
    let serial = board.finish()?;
    ui.summary(|| format!("{}: an {} in {:.1} s", port.name, chip, started.elapsed().as_secs_f64()));
    report(ui, chip, Some(&port.name), None, reports, started, args)?;
    if args.monitor { monitor::run(serial, &port.name) } else { Ok(()) }
}

fn report(
    ui: Ui,
    chip: Chip,
    port: Option<&str>,
    saved: Option<String>,
    parts: Vec<PartReport>,
    started: Instant,
    args: &Args,
) -> Outcome {
    let bytes = |all: bool| parts.iter().filter(|part| all || part.written).map(|part| part.bytes).sum();
    let stdout_is_taken = saved.as_deref() == Some("-");
    let report = Report {
        schema: "qres.flash/1",
        chip: chip.name(),
        port,
        dry_run: false,
        verified: saved.is_none() && !args.no_verify,
        bytes: bytes(true),
        written: bytes(false),
        seconds: (started.elapsed().as_secs_f64() * 1000.0).round() / 1000.0,
        saved,
        parts,
    };
    ui.result(&report, stdout_is_taken)
}

/// Prints the ports.
fn list_ports(ui: Ui) -> Outcome<Exit> {
    let ports = ports::all()?;
    let mut stdout = std::io::stdout().lock();
    for port in &ports {
        let usb = port.usb.as_ref();
        let line = PortLine {
            schema: "qres.flash.port/1",
            port: &port.name,
            board: port.board(),
            usb: usb.map(|usb| format!("{:04x}:{:04x}", usb.vid, usb.pid)),
            product: usb.and_then(|usb| usb.product.as_deref()),
            serial: usb.and_then(|usb| usb.serial_number.as_deref()),
        };
        let text = match ui.json {
            true => serde_json::to_string(&line).unwrap_or_default(),
            false => {
                let words =
                    [line.board, line.usb.as_deref(), line.product].map(|word| word.map(ui::printable));
                format!("{}  {}", port.name, words.into_iter().flatten().collect::<Vec<_>>().join(", "))
            }
        };
        writeln!(stdout, "{}", text.trim_end()).map_err(Failure::writing("stdout"))?;
    }
    if ports.is_empty() {
        ui.warning("there are no serial ports");
    }
    Ok(Exit::Done)
}
