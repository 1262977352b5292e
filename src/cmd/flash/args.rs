//! What can be asked of `qres flash`. The doc comments are the help.

use super::ports;
use crate::{
    board::{
        chip::Chip,
        link::{After, Before},
    },
    cmd::args::StoreFlag,
};
use clap::{ArgGroup, Subcommand};
use std::{ffi::OsString, path::PathBuf};

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
    pub(super) view: Option<View>,
    /// The program, as the compiler made it
    #[arg(long, value_name = "FILE")]
    pub(super) elf: Option<PathBuf>,
    /// All of the flash memory, as `--save-image` makes it
    #[arg(long, value_name = "FILE")]
    pub(super) image: Option<PathBuf>,
    /// Build the firmware from its source, with cargo
    #[arg(long, requires = "chip")]
    pub(super) build: bool,
    /// Parts of the firmware to build in: uart, csv, radio (firmware/README.md tells what they are)
    #[arg(long, value_name = "PART", value_delimiter = ',', requires = "build", conflicts_with_all = ["elf", "image", "builtin"])]
    pub(super) with: Vec<String>,
    /// The program that this qres was released with
    #[arg(long, requires = "chip")]
    pub(super) builtin: bool,
    /// The folder of the firmware (default: `firmware` here or in a folder around)
    #[arg(long, value_name = "DIR", requires = "build", conflicts_with_all = ["elf", "image", "builtin"])]
    pub(super) firmware: Option<PathBuf>,
    /// The chip: esp32c3 or esp32c6 (default: what the program or the board says)
    #[arg(long, value_name = "CHIP", value_parser = Chip::parse)]
    pub(super) chip: Option<Chip>,
    /// The port of the board (default: that of the only one)
    #[arg(long, value_name = "PORT")]
    pub(super) port: Option<String>,
    /// A gene for its store: a file, or a name or id in the store here
    #[arg(long, value_name = "GENE")]
    pub(super) gene: Option<OsString>,
    /// An identity for its store: a key of `qres keygen`; its name is printed
    #[arg(long, value_name = "FILE")]
    pub(super) key: Option<PathBuf>,
    /// Write all to FILE instead of a board
    #[arg(long, value_name = "FILE", requires = "source", conflicts_with_all = ["port", "monitor", "erase"])]
    pub(super) save_image: Option<PathBuf>,
    /// Overwrite FILE
    #[arg(short, long, requires = "save_image")]
    pub(super) force: bool,
    /// Say what would be written, and do not look for a board
    #[arg(long, conflicts_with_all = ["save_image", "monitor"])]
    pub(super) dry_run: bool,
    /// Print what the board says, until Ctrl-C
    ///
    /// Its notes and the rows of its live link, and what its bootloader and panics print: with `--elf` or `--build`, the
    /// functions whose addresses are in that, with their places in the source if the program knows them.
    #[arg(long)]
    pub(super) monitor: bool,
    /// Erase all of the board first, its genes and identity too
    #[arg(long, conflicts_with = "no_stub")]
    pub(super) erase: bool,
    /// Check what was written: always done, accepted as other tools do
    #[arg(long, hide_short_help = true, conflicts_with = "no_verify")]
    pub(super) verify: bool,
    /// Do not check what was written
    #[arg(long, hide_short_help = true)]
    pub(super) no_verify: bool,
    /// Speed of the port, in bits a second
    #[arg(long, value_name = "N", default_value_t = 460_800, value_parser = clap::value_parser!(u32).range(9600..=4_000_000))]
    pub(super) baud: u32,
    /// Use the loader in the ROM of the chip: slower, for boards on which the better one does not run
    #[arg(long, hide_short_help = true)]
    pub(super) no_stub: bool,
    /// How to bring the board into its loader
    #[arg(long, value_enum, value_name = "HOW", default_value = "reset", hide_short_help = true)]
    pub(super) before: Before,
    /// What becomes of the board in the end
    #[arg(long, value_enum, value_name = "HOW", default_value = "reset", hide_short_help = true)]
    pub(super) after: After,
    #[command(flatten)]
    pub(super) store: StoreFlag,
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
pub(super) enum View {
    Ports(ports::Args),
}
