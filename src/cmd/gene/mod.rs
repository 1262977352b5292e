//! `qres gene`: what was learnt, as files. One file for each of its commands.

#[cfg(feature = "flash")]
mod board;
mod diff;
mod export;
mod install;
mod list;
#[cfg(feature = "proof")]
mod masked;
mod merge;
mod plot;
#[cfg(feature = "privacy")]
mod private;
mod provenance;
mod remove;
mod report;
mod show;
mod train;
pub(crate) mod training;
mod weights;

use crate::{
    failure::{Exit, Failure, Outcome},
    io::{
        input::{Input, quoted},
        output::{Content, Output, Target},
    },
    ui::Ui,
};
use clap::Subcommand;
use qres_core::trust::{Seal, Sealed, Secret};
use std::{ffi::OsStr, path::Path};

/// Learn from earlier data, so that short messages become small
///
/// A gene is a file that holds what was learnt from a stretch of data: its columns, how they go on, and models of them.
/// `qres compress --gene` starts from it, and `qres decompress` needs the same gene. Genes are named by file, or installed
/// in a store, where names and ids stand for them and where `qres decompress` finds what an archive needs by itself.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  qres gene train january.csv -o station.gene
  qres compress --gene station.gene message.csv
  qres decompress --gene station.gene message.csv.qres
  qres gene show station.gene
  qres gene install --name station station.gene
  qres compress --gene station message.csv
  qres decompress message.csv.qres";

/// What to do with genes
#[derive(Debug, Subcommand)]
enum Command {
    Train(train::Args),
    Show(show::Args),
    Merge(merge::Args),
    Install(install::Args),
    List(list::Args),
    Export(export::Args),
    Diff(diff::Args),
    Rm(remove::Args),
}

/// Does what was asked.
pub(crate) fn run(args: Args, ui: Ui) -> Outcome<Exit> {
    match args.command {
        Command::Train(args) => train::run(args, ui),
        Command::Show(args) => show::run(args, ui),
        Command::Merge(args) => merge::run(&args, ui),
        Command::Install(args) => install::run(args, ui),
        Command::List(args) => list::run(&args, ui),
        Command::Export(args) => export::run(&args, ui),
        Command::Diff(args) => diff::run(&args, ui),
        Command::Rm(args) => remove::run(&args, ui),
    }
}

/// Refuses to write over one of `files`, which are read.
fn refuse_inputs(target: &Target, files: &[impl AsRef<OsStr>]) -> Outcome {
    let Target::File(path) = target else { return Ok(()) };
    let same = |file: &&Path| same_file::is_same_file(file, path).unwrap_or(false);
    files.iter().map(|file| Path::new(file.as_ref())).find(same).map_or(Ok(()), |input| {
        let what = format!("input and output are the same file ({})", quoted(input));
        Err(Failure::refused(what, "write to another file with `-o`"))
    })
}

/// The file of a gene: the gene itself, or signed.
fn signed(gene: Vec<u8>, secret: Option<&Secret>) -> Vec<u8> {
    match secret {
        Some(secret) => Sealed::seal(&secret.identity(), Seal::Gene, &[&gene]),
        None => gene,
    }
}

/// Writes the file of a gene, which was made of `input` if it was made of a file or stdin.
fn write(gene: &[u8], target: &Target, force: bool, input: Option<&Input>) -> Outcome {
    let mut output = match input {
        Some(input) => Output::create(target, Content::Gene, force, input)?,
        None => Output::alone(target, Content::Gene, force)?,
    };
    output.write(gene)?;
    output.finish(None, false)
}
