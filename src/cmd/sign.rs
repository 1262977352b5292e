//! `qres sign`: signatures into archives that exist.

use super::each::for_each;
use crate::{
    cmd::args::{KeyFlag, Learnt, Memory},
    failure::{Exit, Outcome},
    io::sign,
    text::plain,
    ui::Ui,
};
use std::path::PathBuf;

/// Sign archives where they are
///
/// The signature goes into the last footer and says: this key stands for all rows of the archive, in this order. Segments are
/// not touched, and only headers and footers are read. An archive that is appended to has to be signed again. Several keys may
/// sign one archive. `qres compress --sign` signs what it makes.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Archives to sign
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    key: KeyFlag,
    #[command(flatten)]
    learnt: Learnt,
    #[command(flatten)]
    memory: Memory,
}

const EXAMPLES: &str = "Examples:
  qres sign --key station.key year.csv.qres
  qres compress today.csv --append year.csv.qres && qres sign year.csv.qres
  qres verify year.csv.qres --by did:qres:...";

/// One result, for programs.
#[derive(Debug, serde::Serialize)]
struct Report {
    schema: &'static str,
    input: String,
    did: String,
}

/// Signs what was named.
pub(crate) fn run(args: Args, ui: Ui) -> Outcome<Exit> {
    let secret = args.key.secret()?;
    let genes = args.learnt.genes(args.memory)?;
    let did = secret.identity().name().to_string();
    Ok(for_each(ui, args.files, |path| {
        sign::in_place(path, &secret, &genes, args.memory.memory)?;
        let input = path.display().to_string();
        ui.summary(|| format!("{}: signed by {did}", plain::label(&input)));
        ui.result(&Report { schema: "qres.sign/1", input, did: did.clone() }, false)
    }))
}
