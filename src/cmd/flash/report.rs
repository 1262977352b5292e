//! What `qres flash` did, for programs and for people.

use crate::{
    board::{chip::Chip, image::Part, store::Wanted},
    failure::{Failure, Outcome},
    text::{plain, units},
    ui::Ui,
};
use serde::Serialize;
use std::{io::Write, time::Instant};

/// What was done, for programs.
#[derive(Debug, Serialize)]
pub(super) struct Report<'a> {
    pub(super) schema: &'static str,
    pub(super) chip: &'static str,
    pub(super) port: Option<&'a str>,
    pub(super) saved: Option<String>,
    pub(super) dry_run: bool,
    pub(super) verified: bool,
    /// The name of the identity that was given to the board.
    pub(super) did: Option<String>,
    pub(super) bytes: u64,
    /// Those that were not there already.
    pub(super) written: u64,
    pub(super) seconds: f64,
    pub(super) parts: Vec<PartReport>,
}

/// What was done with a part of it.
#[derive(Debug, Serialize)]
pub(super) struct PartReport {
    name: String,
    at: u32,
    bytes: u64,
    written: bool,
}

impl Report<'_> {
    /// What was done with `parts` since `started`.
    pub(super) fn new(chip: Chip, parts: Vec<PartReport>, started: Instant) -> Self {
        let bytes = |all: bool| parts.iter().filter(|part| all || part.written).map(|part| part.bytes).sum();
        Self {
            schema: "qres.flash/1",
            chip: chip.name(),
            port: None,
            saved: None,
            dry_run: false,
            verified: false,
            did: None,
            bytes: bytes(true),
            written: bytes(false),
            seconds: (started.elapsed().as_secs_f64() * 1000.0).round() / 1000.0,
            parts,
        }
    }
}

impl PartReport {
    /// What was done with `part`.
    pub(super) fn new(part: &Part, written: bool) -> Self {
        Self { name: part.name.clone(), at: part.at, bytes: part.bytes.len() as u64, written }
    }
}

/// A part for people: where it goes, how large it is, what it is.
pub(super) fn line(part: &Part) -> String {
    format!(
        "{:#08x}  {:>10}  {}",
        part.at,
        units::size(part.bytes.len() as u64),
        plain::printable(&part.name)
    )
}

/// Prints who the board will be, if it was given an identity: whoever has the key wants to know its name.
pub(super) fn introduce(wanted: &Wanted, ui: Ui) -> Outcome {
    match wanted.name().filter(|_| !ui.json && !ui.is_quiet()) {
        Some(name) => writeln!(std::io::stdout().lock(), "{name}").map_err(Failure::writing("stdout")),
        None => Ok(()),
    }
}
