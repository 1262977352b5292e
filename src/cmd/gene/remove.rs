//! `qres gene rm`: genes and names out of the store.

use crate::{
    cmd::{args::StoreFlag, each::for_each},
    failure::{Exit, Failure, Outcome},
    io::{
        input::quoted,
        store::{Store, short},
    },
    text::units,
    ui::Ui,
};
use qres_core::gene::Id;
use serde::Serialize;
use std::path::PathBuf;

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
    Ok(for_each(ui, args.genes.clone(), |word: &PathBuf| {
        let removed = word.to_str().map(|word| remove(&store, word)).transpose()?.flatten();
        let (id, names) = removed.ok_or_else(|| {
            let what = format!("the store has no gene {}", quoted(word));
            Failure::refused(what, "`qres gene list` shows what it has")
        })?;
        ui.summary(|| match &id {
            Some(id) => format!("gene {} removed", short(id)),
            None => format!("{} is no name any more", quoted(word)),
        });
        ui.result(&Report { schema: "qres.gene.rm/1", id: id.map(|id| units::hex(&id)), names }, false)
    }))
}

/// Removes what `word` stands for; the gene, if it went, and the names that did. Nothing is written where there is nothing.
fn remove(store: &Store, word: &str) -> Outcome<Option<(Option<Id>, Vec<String>)>> {
    if !store.names()?.contains_key(word) && store.find(word)?.is_none() {
        return Ok(None);
    }
    let writer = store.write()?;
    let names = store.names()?;
    if let Some(id) = names.get(word) {
        let others = names.iter().any(|(name, named)| name != word && named == id);
        if id.is_none() || others {
            writer.forget(word)?;
            return Ok(Some((None, vec![word.to_owned()])));
        }
    }
    let Some(id) = store.find(word)? else { return Ok(None) };
    Ok(Some((Some(id), writer.remove(&id)?)))
}
