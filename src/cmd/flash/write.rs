//! What goes onto a board, and onto it: the program, and what comes into its store beside what is there.

use super::{
    args::Args,
    report::{PartReport, Report, introduce, line},
};
use crate::{
    board::{
        self,
        image::{Image, Part, Partition},
        line::Line,
        link::{Board, Manner},
        monitor,
        store::{self, Wanted},
    },
    failure::{Failure, Outcome},
    text::units,
    ui::Ui,
};
use std::time::Instant;

/// The image with what is wanted in its store.
pub(super) fn with_store(mut image: Image, wanted: &Wanted) -> Outcome<Image> {
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

/// What has to be written to `board`, which is erased first if asked for.
fn parts(
    board: &mut Board,
    image: Option<Image>,
    wanted: &Wanted,
    erase: bool,
    ui: Ui,
) -> Outcome<Vec<Part>> {
    // What an image has in its store is what the board shall have there, and what is wanted comes to that.
    let brings_store = |image: &Image| {
        image.store.as_ref().is_some_and(|place| image.parts.iter().any(|part| part.at == place.at))
    };
    let (image, wanted) = match image {
        Some(image) if brings_store(&image) => (Some(with_store(image, wanted)?), &Wanted::default()),
        other => (other, wanted),
    };
    let mut parts = image.as_ref().map(|image| image.parts.clone()).unwrap_or_default();
    let size = board.size()?;
    if let Some(part) = parts.iter().find(|part| part.end() > size) {
        let what =
            format!("the {} does not fit: the board has {} of flash memory", part.name, units::size(size));
        return Err(Failure::refused(what, "take a board with more, or a smaller program"));
    }
    let place = match &image {
        _ if wanted.is_empty() => None,
        Some(image) => Some(image.store.clone().ok_or_else(no_store)?),
        None => Some(board.store()?.ok_or_else(no_store)?),
    };
    if erase {
        board.erase()?;
        ui.summary(|| "all of the flash memory: erased".into());
    }
    if let Some(place) = place {
        let before = board.read(place.at, place.size)?;
        let after = wanted.put_into(before.clone())?;
        parts.extend(store_parts(&place, &before, &after));
    }
    Ok(parts)
}

/// Writes to a board.
pub(super) fn flash(
    image: Option<Image>,
    elf: Option<&[u8]>,
    wanted: &Wanted,
    args: &Args,
    ui: Ui,
) -> Outcome {
    let started = Instant::now();
    let port = board::ports::choose(args.port.as_deref())?;
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
    let parts = parts(&mut board, image, wanted, args.erase, ui)?;
    let mut reports = Vec::new();
    for part in &parts {
        let written = board.write(part)?;
        ui.summary(|| format!("{}: {}", line(part), if written { "written" } else { "there already" }));
        reports.push(PartReport::new(part, written));
    }
    let serial = board.finish()?;
    ui.summary(|| format!("{}: an {} in {:.1} s", port.name, chip, started.elapsed().as_secs_f64()));
    let (verified, did) = (manner.verify, wanted.name().map(|name| name.to_string()));
    let report = Report { port: Some(&port.name), verified, did, ..Report::new(chip, reports, started) };
    introduce(wanted, ui)?;
    ui.result(&report, false)?;
    if args.monitor { monitor::run(Line::over(serial, &port.name), elf, ui) } else { Ok(()) }
}
