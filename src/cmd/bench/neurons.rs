//! `qres bench neurons`: what each kind of neuron gains.

use super::{read_all, show};
use crate::{
    bench::neurons,
    failure::{Exit, Failure, Outcome},
    ui::Ui,
};
use std::path::PathBuf;

/// Measure what each kind of neuron gains, takes and costs
///
/// Of each column of numbers, neurons learn from the first half of its last 20000 rows. A fresh one that starts from their
/// gene predicts the second half, and learns on. Its surprises are compared with those of the last value, in bits.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Texts to measure on
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Leave times out, so that reports can be compared
    #[arg(long, hide_short_help = true)]
    fake_time: bool,
}

/// Measures.
pub(super) fn run(args: &Args, ui: Ui) -> Outcome<Exit> {
    let datasets = read_all(args.files.clone())?;
    let total = datasets.iter().map(|dataset| dataset.text.len() as u64).sum();
    let mut progress = ui.progress("measuring", Some(total), false);
    let report = neurons::run(&datasets, args.fake_time, |bytes| progress.advance(bytes));
    drop(progress);
    let report = report.map_err(|_| Failure::bug("a gene that was exported is none"))?;
    show(&report, || report.text(), ui)?;
    Ok(Exit::Done)
}
