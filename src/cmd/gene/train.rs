//! `qres gene train`: tables in, a gene out.

use super::training::Training;
use crate::{
    cmd::args::{Signing, StoreFlag},
    failure::{Exit, Failure, Outcome},
    io::{
        genes,
        input::{Input, or_stdin},
        output::Target,
    },
    text::units,
    ui::Ui,
};
use qres_core::gene::id_of;
use serde::Serialize;
use std::{ffi::OsString, path::PathBuf};

/// Bytes of memory that a gene may take.
const MEMORY: u64 = 1 << 30;

/// Learn from tables and write a gene
///
/// All inputs must hold the same columns. FILE.gene is written beside FILE; with several inputs, `-o` says where. The same
/// inputs and options give the same gene on every machine.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Tables to learn from (none or `-`: stdin)
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Write to FILE (`-` is stdout)
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Overwrite files, write binary to a terminal
    #[arg(short, long)]
    force: bool,
    /// Start from a gene: its rows come before those of the inputs
    ///
    /// A few rows of one's own behind those of another device are worth nearly as much as many. Whoever has the gene and the
    /// same rows makes the same child, so it need not be sent; `gene show` names its parent.
    #[arg(long, value_name = "GENE")]
    from: Option<OsString>,
    #[command(flatten)]
    store: StoreFlag,
    #[command(flatten)]
    training: Training,
    #[command(flatten)]
    signing: Signing,
}

const EXAMPLES: &str = "Examples:
  qres gene train january.csv -o station.gene
  qres gene train --rows 5000 mon.csv tue.csv -o week.gene
  qres gene train --from station.gene own.csv -o own.gene   its child
  qres gene train january.csv -o - | qres gene install --name station -
  tail -n 10000 log.csv | qres gene train > log.gene
  qres gene train january.csv --sign --key station.key -o station.gene";

/// One result, for programs.
#[derive(Debug, Serialize)]
struct Report {
    schema: &'static str,
    output: String,
    id: String,
    bytes: u64,
    columns: u64,
    /// Rows that neurons learnt from.
    rows: u64,
    /// Rows that archives go on from.
    prior_rows: u64,
}

/// Learns from what was named.
pub(crate) fn run(args: Args, ui: Ui) -> Outcome<Exit> {
    let secret = args.signing.secret()?;
    let files = or_stdin(args.files);
    let target = target(args.output, &files)?;
    let mut inputs = files.iter().map(|path| Input::open(path)).collect::<Outcome<Vec<_>>>()?;
    let parent = args.from.as_deref().map(|word| genes::rows(word, &args.store.get(), MEMORY)).transpose()?;
    let trainer = args.training.read(&mut inputs, parent)?;
    let gene = args.training.gene(&trainer)?;
    let id = units::hex(&id_of(&gene));
    let file = super::signed(gene, secret.as_ref());
    super::write(&file, &target, args.force, inputs.first())?;
    let report = Report {
        schema: "qres.gene.train/1",
        output: target.plain(),
        id,
        bytes: file.len() as u64,
        columns: trainer.columns() as u64,
        rows: trainer.rows(),
        prior_rows: trainer.prior_rows(),
    };
    ui.summary(|| report.line());
    ui.result(&report, target.is_stdout())?;
    Ok(Exit::Done)
}

/// Where the gene goes: never over an input.
fn target(output: Option<PathBuf>, files: &[PathBuf]) -> Outcome<Target> {
    let target = match (output, files) {
        (Some(path), _) if path.as_os_str() == "-" => Target::Stdout,
        (Some(path), _) => Target::File(path),
        (None, [file]) if file.as_os_str() == "-" => Target::Stdout,
        (None, [file]) => {
            let mut name = file.as_os_str().to_owned();
            name.push(".gene");
            Target::File(name.into())
        }
        (None, _) => {
            let what = format!("{} inputs make one gene", files.len());
            return Err(Failure::usage(what, "say where it goes with `-o FILE`"));
        }
    };
    super::refuse_inputs(&target, files)?;
    Ok(target)
}

impl Report {
    fn line(&self) -> String {
        let (rows, columns) = (units::count(self.rows, "row"), units::count(self.columns, "column"));
        let (size, prior) = (units::size(self.bytes), units::count(self.prior_rows, "row"));
        let name = if self.output == "-" { "stdout" } else { &self.output };
        format!(
            "{name}: {size}, learnt from {rows} of {columns}, goes on from the last {prior}\ngene {}",
            self.id
        )
    }
}
