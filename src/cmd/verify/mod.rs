//! `qres verify`: whether what somebody has signed is so.

#[cfg(feature = "proof")]
mod transition;

use super::each::for_each;
use crate::{
    failure::{Exit, Failure, Outcome},
    io::{sealed, trusted::Trusted},
    text::{plain, units},
    ui::Ui,
};
use clap::ArgGroup;
use qres_core::{
    gene::Gene,
    trust::{Name, Seal},
};
use std::path::PathBuf;
#[cfg(feature = "proof")]
use transition::Chain;

/// Check what was signed or proved, and by whom
///
/// A file holds if it is as its signer wrote it, if the signer is one that you name, and if its proof is good. All else ends
/// with 4. That a file holds says who stands for it: not when it was signed, and not that the signer is right about the
/// world.
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
    /// Each step must go on from the one named before it, the first from nothing
    #[cfg(feature = "proof")]
    #[arg(long)]
    chain: bool,
}

const EXAMPLES: &str = "Examples:
  qres verify 1.proof --by did:qres:...
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
    Gene {
        id: String,
        gene_bytes: u64,
    },
    #[cfg(feature = "proof")]
    Transition {
        round: u64,
        numbers: u16,
        bound: f64,
    },
}

/// Checks what was named.
pub(crate) fn run(args: Args, ui: Ui) -> Outcome<Exit> {
    let trusted = match (args.by, &args.trust) {
        (Some(name), _) => Trusted::one(name),
        (None, Some(path)) => Trusted::read(path)?,
        (None, None) => return Err(Failure::bug("nobody is trusted")),
    };
    #[cfg(feature = "proof")]
    let mut chain = args.chain.then(Chain::default);
    Ok(for_each(ui, args.files, |path| {
        let (name, bytes) = sealed::read(path)?;
        let sealed = sealed::open(&name, &bytes)?;
        let comment = trusted.comment(sealed.name, &name)?.to_owned();
        let (kind, holds) = match sealed.kind {
            Seal::Gene => ("gene", gene(&name, sealed.content)?),
            #[cfg(feature = "proof")]
            Seal::Transition => ("transition", transition::check(&name, &sealed, &bytes, chain.as_mut())?),
            #[cfg(not(feature = "proof"))]
            Seal::Transition => ("transition", refuse_transition(&name)?),
        };
        let did = sealed.name.to_string();
        let report =
            Report { schema: "qres.verify/1", input: path.display().to_string(), kind, did, comment, holds };
        ui.summary(|| {
            format!("{}: {} by {}", plain::label(&report.input), report.holds.told(), report.whom())
        });
        ui.result(&report, false)
    }))
}

/// The gene that was signed.
fn gene(name: &str, content: &[u8]) -> Outcome<Holds> {
    let gene = Gene::parse(content).map_err(|source| Failure::gene(name, source))?;
    Ok(Holds::Gene { id: units::hex(&gene.id()), gene_bytes: content.len() as u64 })
}

/// This program was made without the proofs of steps.
#[cfg(not(feature = "proof"))]
fn refuse_transition(name: &str) -> Outcome<Holds> {
    let hint = "build it with the feature `proof`";
    Err(Failure::refused(format!("{name} proves a step, and this qres cannot check that"), hint))
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
    fn told(&self) -> String {
        match self {
            Self::Gene { id, gene_bytes } => format!("gene {id}, {}, signed", units::size(*gene_bytes)),
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
