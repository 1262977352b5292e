//! `qres gene rm`: genes and names out of the store.

use crate::{
    cli::StoreFlag,
    cmd::for_each,
    error::{Exit, Failure, Outcome},
    io::{
        input::quoted,
        store::{Writer, short},
    },
    ui::{self, Ui},
};
use qres_core::gene::Id;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Remove genes from the store
///
/// A name takes its gene with it unless the gene has other names; an id, or the beginning of one, takes the gene and all
/// its names. Archives that go on from a gene cannot be decompressed without it: keep a copy (`qres gene export`).
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Names or ids
    #[arg(value_name = "GENE", required = true)]
    genes: Vec<PathBuf>,
    #[command(flatten)]
    store: StoreFlag,
}

const EXAMPLES: &str = "Examples:
  qres gene rm station
  qres gene export 9ad8de01 -o station.gene && qres gene rm 9ad8de01";

/// One result, for programs.
#[derive(Debug, Serialize)]
struct Report {
    schema: &'static str,
    /// What went; none if only a name did.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    names: Vec<String>,
}

/// Removes what was named.
pub(crate) fn run(args: &Args, ui: Ui) -> Outcome<Exit> {
    let store = args.store.get();
    let writer = store.write()?;
    Ok(for_each(ui, args.genes.clone(), |word: &Path| {
        let missing = || {
            let what = format!("the store has no gene {}", quoted(word));
            Failure::refused(what, "`qres gene list` shows what it has")
        };
        let word = word.to_str().ok_or_else(missing)?;
        let names = store.names()?;
        let (id, names) = match names.get(word) {
            Some(id)
                if id.is_none_or(|id| names.values().filter(|named| **named == Some(id)).count() > 1) =>
            {
                writer.forget(word)?;
                (None, vec![word.to_owned()])
            }
            Some(&Some(id)) => whole(&writer, id)?,
            _ => whole(&writer, store.find(word)?.ok_or_else(missing)?)?,
        };
        ui.summary(|| match &id {
            Some(id) => format!("gene {} removed", short(id)),
            None => format!("`{word}` is no name any more"),
        });
        ui.result(&Report { schema: "qres.gene.rm/1", id: id.map(|id| ui::hex(&id)), names }, false)
    }))
}

fn whole(writer: &Writer<'_>, id: Id) -> Outcome<(Option<Id>, Vec<String>)> {
    Ok((Some(id), writer.remove(&id)?))
}
