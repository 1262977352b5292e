//! `qres gene merge`: several genes in, one out.

use crate::{
    error::{Exit, Failure, Outcome},
    io::{
        genes,
        input::Input,
        output::{Content, Output, Target},
    },
    ui::{self, Ui},
};
use clap::ValueEnum;
use qres_core::gene::{Gene, MergeError, Rule, id_of, merge};
use serde::Serialize;
use std::{collections::BTreeSet, path::PathBuf};

/// Make one gene of the linear neurons of several
///
/// The genes must be of the same columns. What archives go on from cannot be merged: the merged gene has neurons only. The
/// order of the genes does not matter, and one that is given twice counts once.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Genes to merge
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// How several weights become one
    #[arg(long, value_name = "RULE", default_value = "mean")]
    rule: Named,
    /// Trimmed: how many are left out on each side (1 if not said)
    #[arg(long, value_name = "N")]
    cut: Option<u8>,
    /// Write to FILE (`-` is stdout)
    #[arg(short, long, value_name = "FILE", required = true)]
    output: PathBuf,
    /// Overwrite files, write binary to a terminal
    #[arg(short, long)]
    force: bool,
}

const EXAMPLES: &str = "Examples:
  qres gene merge north.gene south.gene -o both.gene
  qres gene merge --rule trimmed *.gene -o all.gene";

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
    super::refuse_inputs(&target, &args.files)?;
    let files = args.files.iter().map(|path| genes::read_bytes(path)).collect::<Outcome<Vec<_>>>()?;
    let parse = |name: &String, bytes| {
        Gene::parse(bytes).map_err(|source| Failure::Gene { name: name.clone(), source })
    };
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
    let merged = merge(&parsed, rule).map_err(|error| {
        let what = match error {
            MergeError::Schema { index } => {
                format!("{} has other columns than the first gene", files[index].0)
            }
            other => other.to_string(),
        };
        Failure::refused(what, "merge genes that were trained on tables with the same columns")
    })?;
    let first = Input::open(&args.files[0])?;
    let mut output = Output::create(&target, Content::Gene, args.force, &first)?;
    output.write(&merged)?;
    output.finish(None, false)?;
    let report = Report {
        schema: "qres.gene.merge/1",
        output: target.plain(),
        id: ui::hex(&id_of(&merged)),
        bytes: merged.len() as u64,
        parents: parents.len() as u64,
    };
    ui.summary(|| {
        let size = ui::size(report.bytes);
        let name = if target.is_stdout() { "stdout" } else { &report.output };
        format!("{name}: {size}, merged of {}\ngene {}", ui::count(report.parents, "gene"), report.id)
    });
    ui.result(&report, target.is_stdout())?;
    Ok(Exit::Done)
}
