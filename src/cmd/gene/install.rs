//! `qres gene install`: genes into the store.

use super::report;
use crate::{
    cmd::{args::StoreFlag, each::for_each},
    failure::{Exit, Failure, Outcome},
    io::{
        genes,
        input::or_stdin,
        store::{self, Installed},
    },
    text::units,
    ui::Ui,
};
use qres_core::gene::Gene;
use std::{io::Write, path::PathBuf};

/// Put genes into the store, where `qres decompress` finds them by itself
///
/// Each gene is checked and its id printed. One that is there already stays as it is.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Files of genes to install (none or `-`: stdin)
    #[arg(value_name = "GENE")]
    files: Vec<PathBuf>,
    /// Put one gene onto the board at PORT instead: a file, or a name or id in the store
    ///
    /// The board goes on from it at once, and keeps it when the power is off if it can.
    #[cfg(feature = "flash")]
    #[arg(long, value_name = "PORT", conflicts_with_all = ["name", "force"])]
    serial: Option<String>,
    /// Call the gene NAME: letters, digits, `.`, `-` and `_`
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Let NAME stand for this gene if it stands for another one
    #[arg(short, long, requires = "name")]
    force: bool,
    #[command(flatten)]
    store: StoreFlag,
}

const EXAMPLES: &str = "Examples:
  qres gene install --name station station.gene
  qres gene train january.csv -o - | qres gene install --name january
  scp host:*.gene . && qres gene install *.gene
  qres gene install --serial /dev/ttyACM0 station";

/// Installs what was named.
pub(crate) fn run(args: Args, ui: Ui) -> Outcome<Exit> {
    let files = or_stdin(args.files);
    #[cfg(feature = "flash")]
    if let Some(port) = &args.serial {
        return super::board::install(port, &files, &args.store.get(), ui);
    }
    if let Some(name) = &args.name {
        store::check_name(name)?;
        if files.len() > 1 {
            let what = format!("`--name` is one name, and there are {} genes", files.len());
            return Err(Failure::usage(what, "install them one by one, or without names"));
        }
    }
    let store = args.store.get();
    store.folder()?;
    Ok(for_each(ui, files, |path: &PathBuf| {
        let (name, bytes) = genes::read_file(path)?;
        let gene = Gene::parse(&bytes).map_err(|source| Failure::gene(&name, source))?;
        let installed = store.write()?.install(&bytes, args.name.as_deref(), args.force)?;
        let report = report::Installed {
            schema: "qres.gene.install/1",
            input: path.display().to_string(),
            id: units::hex(&gene.id()),
            name: args.name.as_deref(),
            bytes: bytes.len() as u64,
            store: store.folder()?.display().to_string(),
            installed: installed != Installed::Already,
        };
        ui.summary(|| {
            let how = match installed {
                Installed::New => "installed",
                Installed::Already => "was there already",
                Installed::Mended => "was there and damaged: installed again",
            };
            format!("{name}: {how}{}", report.name.map_or(String::new(), |name| format!(", called `{name}`")))
        });
        if ui.json || ui.is_quiet() {
            return ui.result(&report, false);
        }
        writeln!(std::io::stdout().lock(), "{}", report.id).map_err(Failure::writing("stdout"))
    }))
}
