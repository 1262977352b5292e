//! `qres gene export`: a gene out of the store, or the one that an archive stands for.

#[cfg(feature = "privacy")]
use super::private::Private;
use super::{
    report::Exported,
    training::{self, MAX_TEXT, Training},
};
use crate::{
    cmd::args::{Memory, Signing, StoreFlag, Threads},
    failure::{Exit, Failure, Outcome},
    io::{
        archive::{self, Decoding},
        genes::{self, Genes},
        input::Input,
        output::Target,
        store::Store,
    },
    text::units,
    ui::Ui,
};
use qres_core::{
    Error,
    gene::{Gene, MAGIC, id_of},
    trust::Sealed,
};
use std::{
    ffi::{OsStr, OsString},
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

/// Write a gene of the store, or the gene of an archive
///
/// Of an archive that goes on from a gene, that gene (the first of several), if the store has it. Of any other archive, the
/// gene that `qres gene train` would learn from its text: with the same options it has the same id.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// An archive (`-`: stdin), or the name or id of a gene in the store
    #[cfg_attr(feature = "flash", arg(value_name = "SOURCE", required_unless_present = "serial"))]
    #[cfg_attr(not(feature = "flash"), arg(value_name = "SOURCE", required = true))]
    source: Option<OsString>,
    /// Take what the board at PORT has learnt
    #[cfg(feature = "flash")]
    #[arg(long, value_name = "PORT", conflicts_with = "source")]
    serial: Option<String>,
    /// Write to FILE (`-` is stdout, and so if nothing is said)
    #[arg(short, long, value_name = "FILE", default_value = "-", hide_default_value = true)]
    output: PathBuf,
    /// Overwrite files, write binary to a terminal
    #[arg(short, long)]
    force: bool,
    #[command(flatten)]
    training: Training,
    #[cfg(feature = "privacy")]
    #[command(flatten)]
    private: Private,
    #[command(flatten)]
    signing: Signing,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    memory: Memory,
    #[command(flatten)]
    store: StoreFlag,
}

const EXAMPLES: &str = "Examples:
  qres gene export station -o station.gene
  qres gene export message.csv.qres > station.gene      what the archive goes on from
  qres gene export january.csv.qres -o january.gene     as trained on january.csv
  qres gene export january.csv.qres --private --epsilon-budget january.ledger -o told.gene
  qres gene export --serial /dev/ttyACM0 -o board.gene  what a board has learnt";

/// Exports what was named.
pub(crate) fn run(args: &Args, ui: Ui) -> Outcome<Exit> {
    let target = match args.output.as_os_str() == "-" {
        true => Target::Stdout,
        false => Target::File(args.output.clone()),
    };
    let secret = args.signing.secret()?;
    #[cfg(all(feature = "flash", feature = "privacy"))]
    if args.serial.is_some() && args.private.is_wanted() {
        let hint = "export it to a file of yours first, and `qres gene install` it";
        return Err(Failure::usage("`--private` tells of genes here, not on boards", hint));
    }
    #[cfg(feature = "flash")]
    if let Some(port) = &args.serial {
        return super::board::export(port, &target, args.force, secret.as_ref(), ui);
    }
    let source = args.source.clone().unwrap_or_default();
    super::refuse_inputs(&target, &[&source])?;
    let (gene, trained) = match is_archive(&source) {
        true => args.of_archive(&source)?,
        false => (stored(&source, &args.store.get())?, false),
    };
    #[cfg(feature = "privacy")]
    let (gene, cost) = args.private.apply(&source.to_string_lossy(), gene)?;
    let id = id_of(&gene);
    let file = super::signed(gene, secret.as_ref());
    super::write(&file, &target, args.force, None)?;
    let input = source.to_string_lossy().into_owned();
    let exported = Exported::new(input, &target, id, file.len(), trained);
    #[cfg(feature = "privacy")]
    let exported = exported.with(cost);
    exported.tell(&target, ui)?;
    Ok(Exit::Done)
}

/// Whether `word` names a file, or stdin, that does not begin as a gene does.
fn is_archive(word: &OsStr) -> bool {
    let mut first = [0; MAGIC.len()];
    let path = Path::new(word);
    let mut is_gene =
        || File::open(path)?.read_exact(&mut first).map(|()| first == MAGIC || Sealed::begins(&first));
    word == "-" || (genes::is_file(path) && !is_gene().unwrap_or(false))
}

/// The gene that `word` names.
fn stored(word: &OsStr, store: &Store) -> Outcome<Vec<u8>> {
    let (name, bytes) = genes::find(word, store)?;
    Gene::parse(&bytes).map_err(|source| Failure::gene(&name, source))?;
    Ok(bytes)
}

impl Args {
    /// The gene of an archive, and whether it was learnt just now.
    fn of_archive(&self, source: &OsStr) -> Outcome<(Vec<u8>, bool)> {
        let input = Input::open(Path::new(source))?;
        let name = input.to_string();
        let decoding =
            Decoding { threads: self.threads.get(), memory: self.memory.memory, genes: Genes::refused() };
        let mut text = Vec::new();
        let decoded = archive::decode(input, decoding, |part, _| {
            text.extend_from_slice(part);
            if text.len() > MAX_TEXT { Err(training::too_long(&name)) } else { Ok(()) }
        });
        let Err(failure) = decoded else {
            let trainer = self.training.trainer(&name, &text)?;
            return Ok((self.training.gene(&trainer)?, true));
        };
        let store = self.store.get();
        let id = match failure.cause() {
            Some(Error::Gene(id)) => Some(*id),
            Some(Error::GeneOf(beginning)) => store.beginning(&units::hex(beginning))?,
            _ => None,
        };
        let gene = id.map(|id| store.get(&id)).transpose()?.flatten();
        Ok((gene.ok_or(failure)?, false))
    }
}
