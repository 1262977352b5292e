//! What goes into the flash memory of a board: a bootloader, a table of partitions, a program, a store.
//!
//! ```text
//!  0x00000  bootloader                                     of espflash, made by ESP-IDF
//!  0x08000  table of partitions                            below
//!  0x09000  nvs       data, nvs        24 KiB              of the radio
//!  0x0F000  phy_init  data, phy         4 KiB              of the radio
//!  0x10000  qres      data, undefined  64 KiB              the store: qres_core::gene::flash
//!  0x20000  factory   app, factory   1920 KiB              the program
//! ```
//! All of it fits chips with 2 MiB and is the same on all, and the program can grow without the store moving. A merged
//! image is that from byte 0 on, with 0xFF where there is nothing; only the parts of it that hold something are flashed, so
//! that what a board has stored survives a new program.

use super::{chip::Chip, reason};
use crate::{
    board::blame,
    failure::{Failure, Outcome},
    ui::Ui,
};
use espflash::{
    Error,
    flasher::{FlashData, FlashSettings, FlashSize},
    image_format::{Metadata, idf::IdfBootloaderFormat},
    target::XtalFrequency,
};
use qres_core::gene::flash::table;
use std::io::Write;

/// The table of partitions.
const TABLE: &str = "\
nvs, data, nvs, 0x9000, 0x6000,
phy_init, data, phy, 0xf000, 0x1000,
qres, data, undefined, 0x10000, 0x10000,
factory, app, factory, 0x20000, 0x1e0000,
";
/// Where the table is.
pub(super) const TABLE_AT: u32 = table::AT;
/// Bytes that it can have.
pub(super) const TABLE_SIZE: u32 = table::BYTES as u32;
/// How images of programs begin.
const MAGIC: u8 = 0xE9;
/// Where the header of an image names its chip.
const CHIP_AT: usize = 12;
/// The word at the front of a program that says what it is, and where it is in an image.
const DESCRIPTOR: (usize, [u8; 4]) = (32, 0xABCD_5432_u32.to_le_bytes());
/// Limit: bytes of a merged image.
pub(crate) const MAX: usize = 128 << 20;
/// What takes its place where nothing is.
pub(super) const NOTHING: u8 = 0xFF;

/// Bytes and where they go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) at: u32,
    pub(crate) bytes: Vec<u8>,
}

impl Part {
    /// Without the nothing at its end, in whole words.
    fn trimmed(name: impl Into<String>, at: u32, bytes: &[u8]) -> Option<Self> {
        let end = bytes.iter().rposition(|byte| *byte != NOTHING)? + 1;
        let mut bytes = bytes[..end].to_vec();
        bytes.resize(end.next_multiple_of(4), NOTHING);
        Some(Self { name: name.into(), at, bytes })
    }

    /// The byte after its last.
    pub(crate) fn end(&self) -> u64 {
        u64::from(self.at) + self.bytes.len() as u64
    }
}

/// A partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Partition {
    pub(crate) name: String,
    pub(crate) at: u32,
    pub(crate) size: u32,
}

impl From<table::Partition> for Partition {
    fn from(part: table::Partition) -> Self {
        let name = String::from_utf8_lossy(part.label()).into_owned();
        Self { name, at: part.at, size: part.size }
    }
}

/// What goes onto a board.
#[derive(Debug, Clone)]
pub(crate) struct Image {
    pub(crate) chip: Chip,
    pub(crate) parts: Vec<Part>,
    /// Where its store is, if it has one.
    pub(crate) store: Option<Partition>,
}

impl Image {
    /// Makes the image of a program; `name` is what messages call it, `chip` what it must be for, if that was said.
    pub(crate) fn from_elf(ui: Ui, name: &str, elf: &[u8], chip: Option<Chip>) -> Outcome<Self> {
        check_elf(name, elf)?;
        let odd = || {
            Failure::refused(
                format!("{name} is no ELF file that can be flashed"),
                "build the firmware again, for the chip that you named",
            )
        };
        let chip = blame::on(ui, odd(), || chip_of_elf(name, elf, chip))?;
        let segments =
            blame::on(ui, odd(), || segments(elf, chip)).map_err(|error| unusable(name, &error))?;
        let names = ["bootloader", "partition table", "program"];
        let parts = names.into_iter().zip(segments);
        let parts: Vec<Part> =
            parts.filter_map(|(name, (at, bytes))| Part::trimmed(name, at, &bytes)).collect();
        let described = parts.last().and_then(|program| program.bytes.get(DESCRIPTOR.0..)?.first_chunk());
        if described != Some(&DESCRIPTOR.1) {
            let what = format!("{name} does not say what it is: the bootloader would not start it");
            return Err(Failure::refused(
                what,
                "put `esp_bootloader_esp_idf::esp_app_desc!()` into the program",
            ));
        }
        let store = parts.iter().find(|part| part.at == TABLE_AT).and_then(|table| store(&table.bytes));
        Ok(Self { chip, parts, store })
    }

    /// Takes a merged image apart.
    pub(crate) fn from_merged(name: &str, bytes: &[u8], chip: Option<Chip>) -> Outcome<Self> {
        let refused = |what: String, hint: &str| Err(Failure::refused(format!("{name} {what}"), hint));
        if bytes.starts_with(b"\x7FELF") {
            return refused("is an ELF file and no image".into(), "flash it with `--elf`");
        }
        let id = bytes.get(CHIP_AT..).and_then(|bytes| bytes.first_chunk()).map(|id| u16::from_le_bytes(*id));
        let (Some(&MAGIC), Some(id)) = (bytes.first(), id) else {
            return refused(
                "is no image of an ESP32".into(),
                "make one with `qres flash --elf FILE --save-image OUT.bin`",
            );
        };
        let made_for = Chip::of_id(id);
        let Some(made_for) = made_for.filter(|made_for| chip.is_none_or(|chip| chip == *made_for)) else {
            let other = made_for.map_or_else(|| "another chip".into(), |chip| chip.to_string());
            return refused(format!("is for {other}"), "take the image that was made for your chip");
        };
        let whole = "merged images begin with the bootloader and hold all: `qres flash --elf FILE --save-image OUT.bin`";
        let Some(table) = bytes.get(TABLE_AT as usize..).map(partitions).filter(|table| !table.is_empty())
        else {
            return refused("has no table of partitions".into(), whole);
        };
        let mut places = vec![
            Partition { name: "bootloader".into(), at: 0, size: TABLE_AT },
            Partition { name: "partition table".into(), at: TABLE_AT, size: 0x1000 },
        ];
        places.extend(table.iter().cloned());
        places.sort_by_key(|place| place.at);
        let mut parts = Vec::new();
        let mut end = 0;
        for place in &places {
            let (at, next) = (place.at as usize, place.at as usize + place.size as usize);
            if at < end || holds(bytes, end, at) {
                return refused(format!("has bytes between its partitions, before {at:#x}"), whole);
            }
            let held = bytes.get(at..next.min(bytes.len())).unwrap_or_default();
            let name = match place.name.as_str() {
                table::STORE => "store",
                "factory" => "program",
                name => name,
            };
            parts.extend(Part::trimmed(name, place.at, held));
            end = next;
        }
        if holds(bytes, end, bytes.len()) {
            return refused(format!("has bytes behind its partitions, after {end:#x}"), whole);
        }
        Ok(Self { chip: made_for, parts, store: store(&bytes[TABLE_AT as usize..]) })
    }

    /// All of it in one, from byte 0 on.
    pub(crate) fn merged(&self) -> Vec<u8> {
        let end = self.parts.iter().map(Part::end).max().unwrap_or(0);
        let mut bytes = vec![NOTHING; end as usize];
        for part in &self.parts {
            bytes[part.at as usize..][..part.bytes.len()].copy_from_slice(&part.bytes);
        }
        bytes
    }
}

/// Whether there is something from `start` to `end`.
fn holds(bytes: &[u8], start: usize, end: usize) -> bool {
    bytes.get(start..end.min(bytes.len())).is_some_and(|bytes| bytes.iter().any(|byte| *byte != NOTHING))
}

/// Whether it is a program of a RISC-V chip at all.
fn check_elf(name: &str, elf: &[u8]) -> Outcome {
    let refused = |what: &str, hint: &str| Err(Failure::refused(format!("{name} {what}"), hint));
    let machine =
        elf.get(18..).and_then(|bytes| bytes.first_chunk()).map(|machine| u16::from_le_bytes(*machine));
    match (elf.starts_with(b"\x7FELF\x01\x01"), machine) {
        (true, Some(243)) => Ok(()),
        (true, Some(94)) => refused(
            "is for an Xtensa chip (ESP32, ESP32-S2, ESP32-S3)",
            "build it for an ESP32-C3 or ESP32-C6; espflash can flash this one",
        ),
        (false, _) if elf.starts_with(&[MAGIC]) => {
            refused("is an image and no ELF file", "flash it with `--image`")
        }
        _ => refused("is no ELF file of a chip with 32 bits of RISC-V", "build the firmware with `--build`"),
    }
}

/// The chip that a program is for: what it says itself, if it does, or what was said.
fn chip_of_elf(name: &str, elf: &[u8], said: Option<Chip>) -> Outcome<Chip> {
    let metadata = Metadata::from_bytes(Some(elf));
    match (metadata.chip_name(), said) {
        (Some(made_for), Some(chip)) if made_for != chip.name() => {
            let made_for =
                Chip::parse(made_for).map_or_else(|_| made_for.to_owned(), |chip| chip.to_string());
            let what = format!("{name} is a program for an {made_for}, not for an {chip}");
            Err(Failure::refused(what, "name that chip with `--chip`, or build the program for yours"))
        }
        (_, Some(chip)) => Ok(chip),
        (Some(made_for), None) => Chip::parse(made_for)
            .map_err(|why| Failure::refused(format!("{name} is a program for an {made_for}"), why)),
        (None, None) => Err(Failure::usage(
            format!("{name} does not say for which chip it is"),
            "say it with `--chip esp32c3`",
        )),
    }
}

/// Bootloader, table and program, each with its place.
fn segments(elf: &[u8], chip: Chip) -> Result<Vec<(u32, Vec<u8>)>, Error> {
    let mut table = tempfile::NamedTempFile::new()?;
    table.write_all(TABLE.as_bytes())?;
    let known = chip.known();
    let settings = FlashSettings::new(None, Some(FlashSize::_2Mb), None);
    let data = FlashData::new(settings, 0, None, known, XtalFrequency::_40Mhz);
    let made = IdfBootloaderFormat::new(elf, &data, Some(table.path()), None, Some(TABLE_AT), None)?;
    Ok(made.flash_segments().map(|segment| (segment.addr, segment.data.into_owned())).collect())
}

fn unusable(name: &str, error: &Error) -> Failure {
    let what = format!("{name} cannot be flashed: {}", reason::of(error));
    match error {
        Error::ElfTooBig(..) => Failure::refused(what, "build it with `--release`, or leave parts of it out"),
        _ => Failure::refused(what, "build the firmware again, for the chip that you named"),
    }
}

/// The partitions of a table.
fn partitions(table: &[u8]) -> Vec<Partition> {
    table::partitions(table).map(Partition::from).collect()
}

/// The store among the partitions of a table, if it can be one.
pub(super) fn store(table: &[u8]) -> Option<Partition> {
    table::store(table, u32::MAX).ok().map(Partition::from)
}
