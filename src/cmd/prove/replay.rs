//! `qres prove replay`: a gene that anyone who has the data can train again.

use crate::{
    cmd::{
        args::{KeyFlag, StoreFlag},
        gene::training::Training,
    },
    failure::{Exit, Failure, Outcome},
    io::{
        genes,
        output::{Content, Output, Target},
    },
    text::units,
    ui::Ui,
};
use qres_core::{
    gene::Gene,
    trust::{Seal, Sealed},
};
use std::{ffi::OsString, path::PathBuf};

/// State that a gene is what training on some data gives, so that others can train it again
///
/// Proves, to whoever has the data: training on it gives this gene, byte for byte, and the key stands for that. `qres verify`
/// trains again, all of it, which takes as long as training did.
///
/// Does not prove: anything to who has not got the data, whose digest alone is in the file; that the data is true; that the gene is
/// any good.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Args {
    /// Data that the gene was trained on, in the order in which it was named then
    #[arg(long, value_name = "FILE", required = true)]
    data: Vec<PathBuf>,
    /// The gene: a file, or a name or id in the store
    #[arg(long, value_name = "GENE")]
    gene: OsString,
    #[command(flatten)]
    training: Training,
    #[command(flatten)]
    key: KeyFlag,
    /// Write to FILE (`-` is stdout)
    #[arg(short, long, value_name = "FILE", required = true)]
    output: PathBuf,
    /// Overwrite files, write binary to a terminal
    #[arg(short, long)]
    force: bool,
    #[command(flatten)]
    store: StoreFlag,
}

const EXAMPLES: &str = "Examples:
  qres gene train january.csv -o station.gene
  qres prove replay --data january.csv --gene station.gene --key station.key -o station.replay
  qres verify station.replay --data january.csv --by did:qres:...";

/// One result, for programs.
#[derive(Debug, serde::Serialize)]
struct Report {
    schema: &'static str,
    output: String,
    did: String,
    id: String,
    data: String,
    bytes: u64,
}

/// Trains what was named, and signs that it is so.
pub(super) fn run(args: &Args, ui: Ui) -> Outcome<Exit> {
    let identity = args.key.secret()?.identity();
    let (name, bytes) = genes::find(&args.gene, &args.store.get())?;
    let id = Gene::parse(&bytes).map_err(|source| Failure::gene(&name, source))?.id();
    let replay = args.training.replay(&args.data)?;
    if replay.gene != id {
        let what =
            format!("training on this data gives another gene than {name}: {}", units::hex(&replay.gene));
        return Err(Failure::refuted(what, "name the data and the options with which it was trained"));
    }
    let file = Sealed::seal(&identity, Seal::Replay, &[&replay.to_bytes()]);
    let target = Target::named(&args.output);
    let mut output = Output::alone(&target, Content::Proof, args.force)?;
    output.write(&file)?;
    output.finish(None, false)?;
    let (id, data) = (units::hex(&id), units::hex(&replay.data));
    ui.summary(|| format!("{}: gene {id}, trained on data {data}", target.name()));
    let (schema, bytes) = ("qres.prove.replay/1", file.len() as u64);
    let report = Report { schema, output: target.plain(), did: identity.name().to_string(), id, data, bytes };
    ui.result(&report, target.is_stdout())?;
    Ok(Exit::Done)
}
