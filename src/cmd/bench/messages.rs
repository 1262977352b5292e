//! `qres bench messages`: how small short messages become.

use super::{read_all, show};
use crate::{
    bench::messages::{Settings, measure},
    failure::{Exit, Failure, Outcome},
    ui::Ui,
};
use qres_core::codec::Level;
use std::path::PathBuf;

/// Measure short messages with a gene, beside zstd with a dictionary
///
/// Genes and dictionaries learn from the first half of each text, and messages are made of rows of the second half.
/// zstd works at level 19, with dictionaries of 4 to 64 KiB trained on messages, and with the last 64 KiB of the first half;
/// the best of them counts, without its id in each message.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Texts to measure on
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Rows in a message
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..))]
    rows: u16,
    /// Rows that the gene goes on from
    #[arg(long, value_name = "N", default_value_t = 4000, value_parser = clap::value_parser!(u32).range(1..))]
    prior_rows: u32,
    /// Level of qres, from 4 to 9
    #[arg(long, value_name = "LEVEL", default_value_t = 9, value_parser = clap::value_parser!(u8).range(4..=9))]
    level: u8,
    /// Messages of a text at most, spread over its second half
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    most: u32,
}

/// Measures.
pub(super) fn run(args: &Args, ui: Ui) -> Outcome<Exit> {
    let settings = Settings {
        rows: args.rows.into(),
        prior_rows: args.prior_rows as usize,
        level: Level::new(args.level).ok_or(Failure::bug("a level that is allowed is missing"))?,
        most: args.most as usize,
    };
    let datasets = read_all(args.files.clone())?;
    let total = datasets.iter().map(|dataset| dataset.text.len() as u64).sum();
    let mut progress = ui.progress("measuring", Some(total), false);
    let report = measure(&datasets, settings, |bytes| progress.advance(bytes));
    drop(progress);
    show(&report, || report.text(), ui)?;
    match report.wrong() {
        None => Ok(Exit::Done),
        Some(what) => Err(Failure::refuted(what, "please report it with the file")),
    }
}
