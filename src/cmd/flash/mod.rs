//! `qres flash`: firmware, genes and identities onto boards.

mod args;
mod ports;
mod report;
mod write;

use crate::{
    board::{
        self, builtin, firmware,
        image::{self, Image},
        line::Line,
        monitor,
        store::Wanted,
    },
    failure::{Exit, Failure, Outcome},
    io::{
        genes,
        input::{Input, quoted},
        keys,
        output::{Content, Output, Target},
    },
    text::units,
    ui::Ui,
};
pub(crate) use args::Args;
use args::View;
use qres_core::{gene::Gene, trust::Name};
use report::{PartReport, Report, introduce, line};
use std::{io::Write, path::Path, time::Instant};
use write::{flash, with_store};

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
    let key = args.key.as_deref().map(keys::read);
    Ok(Wanted { gene: gene.transpose()?, key: key.transpose()? })
}

/// Makes or reads what was named; with its ELF file if there is one, which knows the places of a panic.
fn program(args: &Args, ui: Ui) -> Outcome<(Option<Image>, Option<Vec<u8>>)> {
    let elf = |path: &Path| {
        let bytes = read(path, image::MAX)?;
        let image = Image::from_elf(ui, &quoted(path), &bytes, args.chip)?;
        Ok((Some(image), Some(bytes)))
    };
    if let Some(path) = &args.image {
        let image = Image::from_merged(&quoted(path), &read(path, image::MAX)?, args.chip)?;
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
