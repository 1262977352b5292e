//! `qres prove transition`: a short step between two genes that nobody sees.

use crate::{
    cmd::args::{KeyFlag, StoreFlag, parse_length},
    failure::{Exit, Failure, Outcome},
    io::{
        genes,
        input::Input,
        keys,
        output::{Content, Output, Target},
        sealed,
    },
    text::units,
    ui::Ui,
};
use qres_core::{
    gene::{Gene, Id, Numbers},
    proof::{Circumstances, Commitment, Kind, MAX_NUMBERS, Opening, Statement, Transition, Unprovable},
    trust::{Sealed, Secret},
};
use std::{
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
};

/// Prove that one gene follows from another by a short step, and show neither
///
/// Proves: whoever has the key knew two genes of the same form, and the numbers of their neurons differ by no more than
/// the bound (the root of the sum of squares).
///
/// Does not prove: that either gene is any good, how large its numbers are, or that somebody else saw the first one; a chain of
/// steps (`--after`) is worth as much as its first gene. Nobody outside has reviewed this proof: core/src/proof/PROOFS.md.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Args {
    /// The gene before the step: a file, or a name or id in the store
    #[arg(long, value_name = "GENE")]
    from: OsString,
    /// The gene after it
    #[arg(long, value_name = "GENE")]
    to: OsString,
    /// The step is at most this long, in units of the weights
    #[arg(long, value_name = "B", value_parser = parse_length, allow_negative_numbers = true)]
    bound: u32,
    /// The proof of the step before, whose second gene is the first one here (default: this is the first step)
    #[arg(long, value_name = "PROOF")]
    after: Option<PathBuf>,
    #[command(flatten)]
    key: KeyFlag,
    /// Write to FILE (`-` is stdout)
    #[arg(short, long, value_name = "FILE", required = true)]
    output: PathBuf,
    /// Overwrite files, write binary to a terminal
    #[arg(short, long)]
    force: bool,
    #[command(flatten)]
    store: StoreFlag,
}

const EXAMPLES: &str = "Examples:
  qres prove transition --from monday.gene --to tuesday.gene --bound 0.25 --key station.key -o 1.proof
  qres prove transition --from tuesday.gene --to wednesday.gene --bound 0.25 --key station.key --after 1.proof -o 2.proof
  qres verify 1.proof 2.proof --by did:qres:...";

/// One result, for programs.
#[derive(Debug, serde::Serialize)]
struct Report {
    schema: &'static str,
    output: String,
    did: String,
    round: u64,
    numbers: u64,
    bytes: u64,
}

/// A gene and what is committed to of it.
struct Side {
    name: String,
    id: Id,
    numbers: Numbers,
}

/// What comes before a step: its first gene is what the step before it has committed to last.
struct Before {
    round: u64,
    digest: [u8; 32],
    to: Option<Commitment>,
}

/// Proves what was named.
pub(super) fn run(args: &Args, ui: Ui) -> Outcome<Exit> {
    let secret = args.key.secret()?;
    let (from, to) = (args.side(&args.from)?, args.side(&args.to)?);
    if from.numbers.form != to.numbers.form {
        let what = format!("{} and {} have not the same columns, neurons and lags", from.name, to.name);
        return Err(Failure::refused(what, "a step is between genes that can be compared number by number"));
    }
    let before = args.after.as_deref().map_or(Ok(Before::NOTHING), |path| Before::read(path, &secret))?;
    let numbers = to.numbers.values.len() as u64;
    let round = before.round + 1;
    let file = prove(&secret, (from, to), args.bound, &before)?;
    let target = Target::named(&args.output);
    let mut output = Output::alone(&target, Content::Proof, args.force)?;
    output.write(&file)?;
    output.finish(None, false)?;
    let (did, bytes) = (secret.identity().name().to_string(), file.len() as u64);
    ui.summary(|| {
        let (size, numbers) = (units::size(bytes), units::count(numbers, "number"));
        format!("{}: {size}, step {round} of a gene of {numbers}", target.name())
    });
    let schema = "qres.prove.transition/1";
    let report = Report { schema, output: target.plain(), did, round, numbers, bytes };
    ui.result(&report, target.is_stdout())?;
    Ok(Exit::Done)
}

impl Args {
    /// The gene that `word` names.
    fn side(&self, word: &OsStr) -> Outcome<Side> {
        let (name, bytes) = genes::find(word, &self.store.get())?;
        let gene = Gene::parse(&bytes).map_err(|source| Failure::gene(&name, source))?;
        let numbers = Numbers::of(&gene).map_err(|error| {
            Failure::refused(
                format!("{name}: {error}"),
                "train genes with `--neuron linear`, `lstm` or `fusion`",
            )
        })?;
        if numbers.values.len() > usize::from(MAX_NUMBERS) {
            let what = format!(
                "{name} has {} numbers, and a proof is of {MAX_NUMBERS} at most",
                numbers.values.len()
            );
            return Err(Failure::refused(what, "train genes of fewer columns, or with `--neuron linear`"));
        }
        Ok(Side { id: gene.id(), name, numbers })
    }
}

impl Side {
    /// What is committed to in a round. The blind comes of the key: nothing has to be kept to go on.
    fn opening(self, secret: &Secret, round: u64) -> Opening {
        let blind = secret.derive("qres 2026 blind of a gene 1", &[&round.to_le_bytes(), &self.id]);
        Opening::new(self.numbers.values, &blind)
    }
}

impl Before {
    const NOTHING: Self = Self { round: 0, digest: [0; 32], to: None };

    /// The step that the file at `path` proves, which must be one's own.
    fn read(path: &Path, secret: &Secret) -> Outcome<Self> {
        let mut input = Input::open(path)?;
        let (name, file) = (input.to_string(), sealed::read(&mut input)?);
        let transition = sealed::open(&name, &file)
            .and_then(|sealed| Transition::of(&sealed).map_err(|error| sealed::refuted(&name, error)))?;
        let Statement { name: owner, round, to, .. } = transition.statement;
        if owner != secret.identity().name() {
            let what =
                format!("{name} is a step of {owner}, and the key is that of {}", secret.identity().name());
            return Err(Failure::refused(what, "go on from a step of the same key"));
        }
        Ok(Self { round, digest: Transition::digest(&file), to: Some(to) })
    }
}

/// The file that proves the step.
fn prove(secret: &Secret, (from, to): (Side, Side), bound: u32, before: &Before) -> Outcome<Vec<u8>> {
    let identity = secret.identity();
    let round = before.round + 1;
    let circumstances = Circumstances {
        kind: Kind::Gene,
        context: to.numbers.form,
        bound,
        round,
        previous: before.digest,
        name: identity.name(),
    };
    let what = format!("{} is further from {} than the bound", to.name, from.name);
    let first = from.name.clone();
    let step = (&from.opening(secret, before.round), &to.opening(secret, round));
    let file =
        Transition::prove(&identity, step, &circumstances, &*keys::random()?).map_err(
            |error| match error {
                Unprovable::TooLong => Failure::refuted(
                    what,
                    "only what is so can be proved: allow a longer step with `--bound`",
                ),
                Unprovable::Shape | Unprovable::Bare => {
                    Failure::refused(error.to_string(), "name two genes of the same form")
                }
            },
        )?;
    let opened = Sealed::open(&file).ok().and_then(|sealed| Transition::of(&sealed).ok());
    match (before.to, opened) {
        (Some(to), Some(opened)) if to != opened.statement.from => {
            let what = format!("{first} is not the gene to which the step before led");
            Err(Failure::refuted(what, "name the gene that was `--to` there as `--from` here"))
        }
        _ => Ok(file),
    }
}
