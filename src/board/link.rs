//! A board that its loader answers for: connected, read, written, checked and let go.
//!
//! What can go wrong here is told as what to do about it. An answer that makes no sense can make espflash panic: that is
//! blamed on the board, see [`blame`].

use super::{
    chip::{self, Chip},
    image::{self, NOTHING, Part, Partition},
    ports::Port,
    reason,
};
use crate::{
    board::blame,
    failure::{Exit, Failure, Outcome},
    signal::Pending,
    ui::{Progress, Ui},
};
use clap::ValueEnum;
use espflash::{
    Error,
    command::{Command, CommandResponseValue, CommandType},
    connection::{Connection, ResetAfterOperation, ResetBeforeOperation},
    flasher::{Flasher, SpiAttachParams},
    target::ProgressCallbacks,
};
use serialport::{ErrorKind, FlowControl};
use std::{io, time::Duration};

/// Bytes that the loader in ROM reads at once.
const SLOW: u32 = 64;
/// Bytes that the stub reads at once, and how many such it sends before it wants to hear that they came: espflash drops
/// what comes while it says so.
const FAST: (u32, u32) = (0x1000, 1);
/// What a chip says of itself if it starts signed programs only.
const SECURE_BOOT: u32 = 1;
/// At which speed loaders start.
const FIRST_BAUD: u32 = 115_200;

/// How to bring the board into its loader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Before {
    /// By the reset lines of the port (DTR and RTS)
    Reset,
    /// By the reset lines, as the USB of the chip itself has them
    UsbReset,
    /// Not at all: it is there already, with BOOT held while it was reset
    NoReset,
}

/// What becomes of the board in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum After {
    /// It starts what it was given
    Reset,
    /// It stays in its loader
    NoReset,
}

/// How to talk to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner {
    pub(crate) baud: u32,
    pub(crate) stub: bool,
    pub(crate) before: Before,
    pub(crate) after: After,
    pub(crate) verify: bool,
}

/// A board that its loader answers for.
#[derive(Debug)]
pub(crate) struct Board {
    flasher: Flasher,
    name: String,
    manner: Manner,
    ui: Ui,
}

/// Opens `port` as it is.
pub(crate) fn open(port: &Port) -> Outcome<espflash::connection::Port> {
    let builder = serialport::new(&port.name, FIRST_BAUD).flow_control(FlowControl::None);
    builder.timeout(Duration::from_secs(3)).open_native().map_err(|error| closed(&port.name, &error))
}

impl Board {
    /// Connects with the board at `port`, which must be a `chip` if that is known.
    pub(crate) fn connect(ui: Ui, port: &Port, chip: Option<Chip>, manner: Manner) -> Outcome<Self> {
        let serial = open(port)?;
        let before = match manner.before {
            Before::Reset => ResetBeforeOperation::DefaultReset,
            Before::UsbReset => ResetBeforeOperation::UsbReset,
            Before::NoReset => ResetBeforeOperation::NoReset,
        };
        let after = match manner.after {
            After::Reset => ResetAfterOperation::HardReset,
            After::NoReset => ResetAfterOperation::NoReset,
        };
        let name = port.name.clone();
        let connection = Connection::new(serial, port.usb(), after, before, FIRST_BAUD);
        let flasher = blame::on(ui, nonsense(&name), || {
            Flasher::connect(
                connection,
                manner.stub,
                manner.verify,
                true,
                chip.map(Chip::known),
                Some(manner.baud),
            )
        });
        let flasher = flasher.map_err(|error| unanswered(&name, &error, chip, manner))?;
        if flasher.secure_download_mode() {
            let what = format!(
                "{name}: this chip is locked (secure download mode): what is written cannot be read back"
            );
            return Err(Failure::refused(what, "take a board that is not locked"));
        }
        let mut board = Self { flasher, name, manner, ui };
        board.refuse_secured()?;
        Ok(board)
    }

    /// A chip that decrypts or checks what it reads would not start from what is written in plain.
    fn refuse_secured(&mut self) -> Outcome {
        let info = self.with(Flasher::security_info)?;
        // Each change of the setting burns one more bit.
        let (what, hint) = match (info.flash_crypt_cnt.count_ones() % 2, info.flags & SECURE_BOOT) {
            (1, _) => (
                "this chip encrypts its flash memory: what is written in plain would not start",
                "take a board whose flash memory is not encrypted, or write an encrypted image with esptool",
            ),
            (_, SECURE_BOOT) => (
                "this chip starts signed programs only (secure boot)",
                "take a board without secure boot, or sign the image (`--save-image`) and write it with esptool",
            ),
            _ => return Ok(()),
        };
        Err(Failure::refused(format!("{}: {what}", self.name), hint))
    }

    /// Which chip it is.
    pub(crate) fn chip(&self) -> Outcome<Chip> {
        Chip::of(self.flasher.chip()).ok_or_else(|| {
            let what = format!("{}: the board is an {}", self.name, chip::title(self.flasher.chip()));
            Failure::refused(what, "connect a board with an ESP32-C3 or ESP32-C6")
        })
    }

    /// Does `work` with the flasher, blames the board for panics and tells what failed.
    fn with<T>(&mut self, work: impl FnOnce(&mut Flasher) -> Result<T, Error>) -> Outcome<T> {
        let flasher = &mut self.flasher;
        let done = blame::on(self.ui, nonsense(&self.name), || work(flasher));
        done.map_err(|error| interrupted(&self.name, &error))
    }

    /// Bytes of flash memory that it has.
    pub(crate) fn size(&mut self) -> Outcome<u64> {
        self.with(|flasher| Ok(u64::from(flasher.device_info()?.flash_size.size())))
    }

    /// Where its store is.
    pub(crate) fn store(&mut self) -> Outcome<Option<Partition>> {
        Ok(image::store(&self.read(image::TABLE_AT, image::TABLE_SIZE)?))
    }

    /// Erases all of it.
    pub(crate) fn erase(&mut self) -> Outcome {
        self.with(Flasher::erase_flash)
    }

    /// Reads `length` bytes, a multiple of 4096 or of 64, from `at` on.
    pub(crate) fn read(&mut self, at: u32, length: u32) -> Outcome<Vec<u8>> {
        let nothing = vec![NOTHING; length as usize];
        let digest = u128::from_be_bytes(md5(&nothing));
        if self.with(|flasher| flasher.checksum_md5(at, length))? == digest {
            return Ok(nothing);
        }
        if self.manner.stub { self.read_fast(at, length) } else { self.read_slowly(at, length) }
    }

    fn read_fast(&mut self, at: u32, length: u32) -> Outcome<Vec<u8>> {
        // What is read may hold a secret: it is gone when this ends, however it ends.
        let (place, _pending) = Pending::start(|| {
            let place = tempfile::NamedTempFile::new()?;
            let path = place.path().to_owned();
            Ok((place, Box::new(move || drop(std::fs::remove_file(path))) as Box<dyn FnOnce() + Send>))
        })
        .map_err(Failure::writing("a temporary file"))?;
        let path = place.path().to_owned();
        self.with(|flasher| flasher.read_flash(at, length, FAST.0, FAST.1, path))?;
        let bytes = std::fs::read(place.path()).map_err(Failure::reading("a temporary file"))?;
        if bytes.len() == length as usize { Ok(bytes) } else { Err(nonsense(&self.name)) }
    }

    fn read_slowly(&mut self, at: u32, length: u32) -> Outcome<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut progress = self.ui.progress("reading", Some(length.into()), false);
        for offset in (at..at + length).step_by(SLOW as usize) {
            let command =
                Command::ReadFlashSlow { offset, size: SLOW, block_size: SLOW, max_in_flight: SLOW };
            let answer = self.with(|flasher| {
                flasher
                    .connection()
                    .with_timeout(CommandType::ReadFlashSlow.timeout(), |link| link.command(command))
            })?;
            let CommandResponseValue::Vector(read) = answer else { return Err(nonsense(&self.name)) };
            bytes.extend_from_slice(read.get(..SLOW as usize).ok_or_else(|| nonsense(&self.name))?);
            progress.advance(SLOW.into());
        }
        Ok(bytes)
    }

    /// Writes `part` unless it is there already; whether it was written.
    pub(crate) fn write(&mut self, part: &Part) -> Outcome<bool> {
        let Manner { stub, verify, .. } = self.manner;
        let mut watcher = Watcher { ui: self.ui, part, bar: None, step: 0, skipped: false };
        let segment = espflash::image_format::Segment::new(part.at, &part.bytes);
        self.with(|flasher| {
            let mut target = flasher.chip().flash_target(SpiAttachParams::default(), stub, verify, true);
            target.begin(flasher.connection())?;
            target.write_segment(flasher.connection(), segment, &mut watcher)?;
            // The loader in ROM would leave and run what is there; the stub only ends its writing.
            if stub && !watcher.skipped { target.finish(flasher.connection(), false) } else { Ok(()) }
        })?;
        Ok(!watcher.skipped)
    }

    /// Lets the board go.
    pub(crate) fn finish(mut self) -> Outcome<espflash::connection::Port> {
        let stub = self.manner.stub;
        let reset = self.manner.after == After::Reset;
        let done = self.with(|flasher| {
            let chip = flasher.chip();
            flasher.connection().reset_after(stub, chip)
        });
        match done {
            Err(failure) if reset && failure.exit == Exit::Unreachable => Err(Failure::unreachable(
                failure.to_string(),
                "all is written: press its reset button to start it, and name `--after no-reset` next time",
            )),
            other => other.map(|()| self.flasher.into_connection().into_serial()),
        }
    }
}

/// Draws the progress of a part.
struct Watcher<'a> {
    ui: Ui,
    part: &'a Part,
    bar: Option<Progress>,
    step: u64,
    skipped: bool,
}

impl ProgressCallbacks for Watcher<'_> {
    fn init(&mut self, _at: u32, total: usize) {
        let bytes = self.part.bytes.len() as u64;
        self.step = bytes.div_ceil(total.max(1) as u64);
        self.bar = Some(self.ui.progress(&self.part.name, Some(bytes), false));
    }

    fn update(&mut self, _current: usize) {
        let step = self.step;
        self.bar.iter_mut().for_each(|bar| bar.advance(step));
    }

    fn verifying(&mut self) {}

    fn finish(&mut self, skipped: bool) {
        self.skipped = skipped;
        self.bar = None;
    }
}

/// The MD5 of `bytes`, as loaders tell it.
fn md5(bytes: &[u8]) -> [u8; 16] {
    use md5::Digest;
    md5::Md5::digest(bytes).into()
}

/// A port that cannot be opened.
fn closed(name: &str, error: &serialport::Error) -> Failure {
    let (what, hint) = match error.kind {
        ErrorKind::Io(io::ErrorKind::NotFound) => {
            ("there is no such port", "connect the board; `qres flash ports` lists the ports")
        }
        ErrorKind::Io(io::ErrorKind::PermissionDenied) => (
            "you may not use this port",
            "on Linux, join the group it belongs to (`sudo usermod -aG dialout $USER`) and log in again",
        ),
        ErrorKind::NoDevice => ("the port is busy", "close the program that uses it, such as a monitor"),
        _ => {
            let what =
                format!("{name}: no serial port can be opened there ({})", error.description.to_lowercase());
            return Failure::unreachable(what, "`qres flash ports` lists the ports");
        }
    };
    Failure::unreachable(format!("{name}: {what}"), hint)
}

/// A board that could not be connected with.
fn unanswered(name: &str, error: &Error, chip: Option<Chip>, manner: Manner) -> Failure {
    match (error, chip) {
        (Error::ChipMismatch(_, found), Some(chip)) => {
            let found = Chip::parse(found).map_or_else(|_| found.to_uppercase(), |chip| chip.to_string());
            let what = format!("{name}: the board is an {found}, not an {chip}");
            Failure::refused(what, "connect the right board, or build for the one that you have (`--chip`)")
        }
        _ => Failure::unreachable(
            match error {
                // That it did not connect is all that most of these say.
                Error::Connection(cause) if cause.source().is_none() => {
                    format!("{name}: the board does not answer")
                }
                _ => format!("{name}: the board does not answer ({})", reason::of(error)),
            },
            match manner.before {
                Before::NoReset => {
                    "hold its BOOT button, press RESET, let BOOT go, and try again: a loader that was left by `--after no-reset` \
                     answers no second time, unless that was with `--no-stub --baud 115200`"
                }
                Before::Reset | Before::UsbReset => {
                    "hold its BOOT button, press RESET, let BOOT go, and try again with `--before no-reset`; \
                     or try another cable"
                }
            },
        ),
    }
}

/// A board that was lost, or said no.
fn interrupted(name: &str, error: &Error) -> Failure {
    match error {
        Error::VerifyFailed => Failure::refuted(
            format!("{name}: the board does not hold what was written"),
            "try again slower, with `--baud 115200`; if it stays so, its flash memory is worn out",
        ),
        Error::RomError(_) => Failure::refused(
            format!("{name}: the board says no: {}", reason::of(error)),
            "reset it and try again, with `--no-stub` or `--baud 115200`",
        ),
        _ => Failure::unreachable(
            format!("{name}: the board was lost: {}", reason::of(error)),
            "look at the cable and try again, slower with `--baud 115200`",
        ),
    }
}

/// A board whose answers make no sense.
fn nonsense(name: &str) -> Failure {
    Failure::unreachable(
        format!("{name}: what answers there makes no sense as a board in its loader"),
        "is it the right port? If so, hold BOOT, press RESET and try again, slower with `--baud 115200`",
    )
}
