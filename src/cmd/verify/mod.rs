//! `qres verify`: whether what somebody has signed is so.

mod archive;
#[cfg(feature = "proof")]
mod transition;

use super::each::for_each;
use crate::{
    cmd::{
        args::{Learnt, Memory, Threads},
        gene::training::Training,
    },
    failure::{Exit, Failure, Outcome},
    io::{archive::Decoding, input::Input, sealed, sign, trusted::Trusted},
    text::{plain, units},
    ui::Ui,
};
use archive::Check;
use clap::ArgGroup;
use qres_core::{
    archive::Excerpt,
    frame::MAGIC,
    gene::{Gene, Replay},
    trust::{Name, Seal},
};
use std::{io::Write, path::PathBuf};
#[cfg(feature = "proof")]
use transition::Chain;

/// Check what was signed or proved, and by whom
///
/// Archives, genes, and what `qres prove` writes. A file holds if it is as its signer wrote it, if the signer is one that you
/// name, and if its proof is good; all else ends with 4, and what is damaged with 3. Of rows that are proved the rows are printed. That a file holds says
/// who stands for it: not when it was signed, and not that the signer is right about the world.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
#[command(group = ArgGroup::new("whom").args(["by", "trust"]).required(true))]
pub(crate) struct Args {
    /// Files to check
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// The name that must have signed them
    #[arg(long, value_name = "NAME", value_parser = parse_name)]
    by: Option<Name>,
    /// A file of names, of which one must have signed them: one a line, with a comment behind it
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
    /// Replays: the data to train on again, in the order in which it was named then
    #[arg(long, value_name = "FILE")]
    data: Vec<PathBuf>,
    /// Archives: check headers and footers only
    ///
    /// The time does not depend on the size then. It says what was signed, not that this is what the file reads as: somebody may have
    /// put another text in front of the signed end. Only without this option both are compared.
    #[arg(long)]
    index_only: bool,
    /// Each step must go on from the one named before it, the first from nothing
    #[cfg(feature = "proof")]
    #[arg(long)]
    chain: bool,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    learnt: Learnt,
    #[command(flatten)]
    memory: Memory,
}

const EXAMPLES: &str = "Examples:
  qres verify year.csv.qres --by did:qres:...
  qres verify hour.rows --trust stations.txt > hour.csv
  qres verify station.replay --data january.csv --by did:qres:...
  qres verify --chain 1.proof 2.proof 3.proof --trust stations.txt";

/// What holds, for programs.
#[derive(Debug, serde::Serialize)]
struct Report {
    schema: &'static str,
    input: String,
    kind: &'static str,
    did: String,
    /// What the list of trusted names says of it.
    #[serde(skip_serializing_if = "String::is_empty")]
    comment: String,
    #[serde(flatten)]
    holds: Holds,
}

/// What a file says that holds.
#[derive(Debug, serde::Serialize)]
#[serde(untagged)]
enum Holds {
    Archive {
        rows: u64,
        /// The text was compared with what was signed.
        decoded: bool,
    },
    Gene {
        id: String,
        gene_bytes: u64,
    },
    Replay {
        id: String,
        data: String,
    },
    Rows {
        pieces: u64,
        text_bytes: u64,
    },
    #[cfg(feature = "proof")]
    Transition {
        round: u64,
        numbers: u16,
        bound: f64,
    },
}

/// Who has signed, what is written beside that name, and what holds.
type Held = (Name, String, Holds);

/// How files are checked.
struct Checks {
    trusted: Trusted,
    decoding: Decoding,
    index_only: bool,
    data: Vec<PathBuf>,
    #[cfg(feature = "proof")]
    chain: Option<Chain>,
}

/// Checks what was named.
pub(crate) fn run(args: Args, ui: Ui) -> Outcome<Exit> {
    let trusted = match (args.by, &args.trust) {
        (Some(name), _) => Trusted::one(name),
        (None, Some(path)) => Trusted::read(path)?,
        (None, None) => return Err(Failure::bug("nobody is trusted")),
    };
    let genes = args.learnt.genes(args.memory)?;
    let decoding = Decoding { threads: args.threads.get(), memory: args.memory.memory, genes };
    let mut checks = Checks {
        trusted,
        decoding,
        index_only: args.index_only,
        data: args.data,
        #[cfg(feature = "proof")]
        chain: args.chain.then(Chain::default),
    };
    Ok(for_each(ui, args.files, |path| {
        let (by, comment, holds) = checks.check(Input::open(path)?)?;
        let (input, did) = (path.display().to_string(), by.to_string());
        let is_taken = matches!(holds, Holds::Rows { .. });
        let report = Report { schema: "qres.verify/1", input, kind: holds.kind(), did, comment, holds };
        ui.summary(|| {
            format!("{}: {} by {}", plain::label(&report.input), report.holds.told(), report.whom())
        });
        ui.result(&report, is_taken)
    }))
}

impl Checks {
    fn check(&mut self, mut input: Input) -> Outcome<Held> {
        let name = input.to_string();
        if input.look(MAGIC.len())?.starts_with(&MAGIC) {
            let (trusted, decoding, index_only) = (&self.trusted, self.decoding.clone(), self.index_only);
            return Check { trusted, decoding, index_only }.run(input);
        }
        let bytes = sealed::read(&mut input)?;
        match Excerpt::begins(&bytes) {
            true => self.rows(&name, &bytes),
            false => self.sealed(&name, &bytes),
        }
    }

    fn sealed(&mut self, name: &str, bytes: &[u8]) -> Outcome<Held> {
        let sealed = sealed::open(name, bytes)?;
        let comment = self.trusted.comment(sealed.name, name)?.to_owned();
        let holds = match sealed.kind {
            Seal::Gene => gene(name, sealed.content)?,
            Seal::Replay => self.replay(name, sealed.content)?,
            Seal::Plan | Seal::Join | Seal::Step | Seal::Roll | Seal::Shares => {
                let what = format!("{name} is one of many files of a masked merge");
                return Err(Failure::refused(what, "check all of them with `qres gene merge --masked sum`"));
            }
            #[cfg(feature = "proof")]
            Seal::Transition => transition::check(name, &sealed, bytes, self.chain.as_mut())?,
            #[cfg(not(feature = "proof"))]
            Seal::Transition => {
                let hint = "build it with the feature `proof`";
                let what = format!("{name} proves a step, and this qres cannot check that");
                return Err(Failure::refused(what, hint));
            }
        };
        Ok((sealed.name, comment, holds))
    }

    /// Trains again.
    fn replay(&self, name: &str, content: &[u8]) -> Outcome<Holds> {
        let told = Replay::read(content).ok_or_else(|| {
            let hint = "fetch the file again from whoever signed it";
            Failure::refuted(format!("{name} states no training that there is"), hint)
        })?;
        if self.data.is_empty() {
            let hint = "name it with `--data FILE`: training is done again";
            return Err(Failure::usage(
                format!("{name} states what training gives, and the data is needed"),
                hint,
            ));
        }
        let found = Training::of(&told).replay(&self.data)?;
        if found.data != told.data {
            let what = format!("this is not the data that {name} speaks of");
            return Err(Failure::refuted(what, "name the same files in the same order"));
        }
        if found != told {
            let what = format!("{name} is not so: training gives gene {}", units::hex(&found.gene));
            return Err(Failure::refuted(what, "do not use the gene, and tell others what you found"));
        }
        Ok(Holds::Replay { id: units::hex(&told.gene), data: units::hex(&told.data) })
    }

    /// Prints the rows that are shown, once all of them hold.
    fn rows(&self, name: &str, bytes: &[u8]) -> Outcome<Held> {
        let excerpt = Excerpt::open(bytes).map_err(|error| sign::no_excerpt(name, error))?;
        let comment = self.trusted.comment(excerpt.name, name)?.to_owned();
        let mut stdout = std::io::stdout().lock();
        let mut text_bytes = 0;
        for piece in &excerpt.pieces {
            text_bytes += piece.len() as u64;
            stdout.write_all(piece).map_err(Failure::writing("stdout"))?;
        }
        Ok((excerpt.name, comment, Holds::Rows { pieces: excerpt.pieces.len() as u64, text_bytes }))
    }
}

/// The gene that was signed.
fn gene(name: &str, content: &[u8]) -> Outcome<Holds> {
    let gene = Gene::parse(content).map_err(|source| Failure::gene(name, source))?;
    Ok(Holds::Gene { id: units::hex(&gene.id()), gene_bytes: content.len() as u64 })
}

impl Report {
    /// Who has signed, for people.
    fn whom(&self) -> String {
        match self.comment.as_str() {
            "" => self.did.clone(),
            comment => format!("{} ({})", self.did, plain::printable(comment)),
        }
    }
}

impl Holds {
    fn kind(&self) -> &'static str {
        match self {
            Self::Archive { .. } => "archive",
            Self::Gene { .. } => "gene",
            Self::Replay { .. } => "replay",
            Self::Rows { .. } => "rows",
            #[cfg(feature = "proof")]
            Self::Transition { .. } => "transition",
        }
    }

    fn told(&self) -> String {
        match self {
            Self::Archive { rows, decoded: true } => format!("{}, signed", units::count(*rows, "row")),
            Self::Archive { rows, .. } => {
                format!("an index of {}, signed (text not looked at),", units::count(*rows, "row"))
            }
            Self::Gene { id, gene_bytes } => format!("gene {id}, {}, signed", units::size(*gene_bytes)),
            Self::Replay { id, .. } => format!("gene {id} is what training on this data gives, as stated"),
            Self::Rows { text_bytes, .. } => {
                format!("{} of rows, in an archive signed", units::size(*text_bytes))
            }
            #[cfg(feature = "proof")]
            Self::Transition { round, numbers, bound } => {
                let numbers = units::count((*numbers).into(), "number");
                format!("step {round} of a hidden gene of {numbers}, no longer than {bound},")
            }
        }
    }
}

fn parse_name(text: &str) -> Result<Name, String> {
    Name::parse(text)
        .ok_or_else(|| "a name is `did:qres:` and 64 digits, as `qres keygen --show` prints it".into())
}
