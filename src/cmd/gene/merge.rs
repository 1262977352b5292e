//! `qres gene merge`: several genes in, one out.

use crate::{
    cmd::args::StoreFlag,
    failure::{Exit, Failure, Outcome},
    io::{genes, output::Target},
    text::units,
    ui::Ui,
};
use clap::ValueEnum;
use qres_core::gene::{Gene, MergeError, Rule, id_of, merge};
use serde::Serialize;
use std::{collections::BTreeSet, ffi::OsString, path::PathBuf};

/// Make one gene of the neurons of several
///
/// The genes must be of the same columns and have the same kinds of neurons. What archives go on from cannot be merged: the merged gene has neurons only. The
/// order of the genes does not matter, and one that is given twice counts once.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Genes to merge: files, or names or ids in the store
    #[cfg_attr(feature = "proof", arg(value_name = "GENE", required_unless_present = "masked"))]
    #[cfg_attr(not(feature = "proof"), arg(value_name = "GENE", required = true))]
    genes: Vec<OsString>,
    #[command(flatten)]
    store: StoreFlag,
    /// How several weights become one
    #[cfg_attr(feature = "proof", arg(conflicts_with = "masked"))]
    #[arg(long, value_name = "RULE", default_value = "mean")]
    rule: Named,
    /// Trimmed: how many are left out on each side (1 if not said)
    #[arg(long, value_name = "N")]
    cut: Option<u8>,
    #[cfg(feature = "proof")]
    #[command(flatten)]
    masked: super::masked::Masked,
    /// Write to FILE (`-` is stdout)
    #[arg(short, long, value_name = "FILE", required = true)]
    output: PathBuf,
    /// Overwrite files, write binary to a terminal
    #[arg(short, long)]
    force: bool,
}

const EXAMPLES: &str = "Examples:
  qres gene merge north.gene south.gene -o both.gene
  qres gene merge --rule trimmed *.gene -o all.gene
  qres gene merge --masked plan --from all.gene --names who --bound 0.5 --key mine.key -o round/plan
  qres gene merge --masked join --from all.gene --names who --gene mine.gene --key mine.key round/plan -o round/mine.join";

/// A rule by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Named {
    /// The mean of all
    Mean,
    /// The one in the middle
    Median,
    /// The mean without the smallest and the largest
    Trimmed,
}

/// One result, for programs.
#[derive(Debug, Serialize)]
struct Report {
    schema: &'static str,
    output: String,
    id: String,
    bytes: u64,
    parents: u64,
}

/// Merges what was named.
pub(crate) fn run(args: &Args, ui: Ui) -> Outcome<Exit> {
    let target = match args.output.as_os_str() == "-" {
        true => Target::Stdout,
        false => Target::File(args.output.clone()),
    };
    super::refuse_inputs(&target, &args.genes)?;
    #[cfg(feature = "proof")]
    if args.masked.is_wanted() {
        return args.masked.run(&args.genes, (&target, args.force), &args.store, ui);
    }
    let store = args.store.get();
    let files = args.genes.iter().map(|word| genes::find(word, &store)).collect::<Outcome<Vec<_>>>()?;
    let parse = |name: &String, bytes| Gene::parse(bytes).map_err(|source| Failure::gene(name, source));
    let parsed = files.iter().map(|(name, bytes)| parse(name, bytes)).collect::<Outcome<Vec<_>>>()?;
    let parents: BTreeSet<_> = parsed.iter().map(Gene::id).collect();
    let rule = match (args.rule, args.cut) {
        (Named::Mean, None) => Rule::Mean,
        (Named::Median, None) => Rule::Median,
        (Named::Trimmed, cut) => Rule::Trimmed { cut: cut.unwrap_or(1) },
        (_, Some(_)) => {
            return Err(Failure::usage("`--cut` is for trimmed means", "add `--rule trimmed`"));
        }
    };
    let merged = merge(&parsed, rule).map_err(|error| refusal(&error, &files))?;
    super::write(&merged, &target, args.force, None)?;
    let report = Report {
        schema: "qres.gene.merge/1",
        output: target.plain(),
        id: units::hex(&id_of(&merged)),
        bytes: merged.len() as u64,
        parents: parents.len() as u64,
    };
    ui.summary(|| {
        let size = units::size(report.bytes);
        let name = if target.is_stdout() { "stdout" } else { &report.output };
        format!("{name}: {size}, merged of {}\ngene {}", units::count(report.parents, "gene"), report.id)
    });
    ui.result(&report, target.is_stdout())?;
    Ok(Exit::Done)
}

/// Why the genes called so cannot be merged; people count columns from 1.
fn refusal(error: &MergeError, genes: &[(String, Vec<u8>)]) -> Failure {
    let same_neurons = "train them with the same `--neuron`";
    let (what, hint) = match error {
        MergeError::Schema { index } => (
            format!("{} has other columns than the first gene", genes[*index].0),
            "merge genes that were trained on tables with the same columns",
        ),
        MergeError::Missing { column } => {
            (format!("column {} has a neuron in some of the genes only", column + 1), same_neurons)
        }
        MergeError::Kinds { column } => {
            (format!("the neurons of column {} are of different kinds", column + 1), same_neurons)
        }
        MergeError::Shapes { column } => (
            format!("the neurons of column {} look at different lags or columns", column + 1),
            "merge genes of devices whose data repeats with the same period",
        ),
        MergeError::Ensemble { column } => {
            (format!("column {} has an ensemble, which cannot be merged", column + 1), same_neurons)
        }
        MergeError::Nothing | MergeError::NoNeuron | MergeError::Gene(_) => {
            (error.to_string(), "merge genes that `qres gene train` made")
        }
    };
    Failure::refused(what, hint)
}
