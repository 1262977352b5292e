//! `qres gene merge --masked`: a merge of genes that nobody sees, over files.

use crate::{
    cmd::args::{KeyFlag, StoreFlag, parse_length},
    failure::{Exit, Failure, Outcome},
    io::{
        genes,
        input::Input,
        keys,
        output::{Content, Output, Target},
        sealed,
        trusted::Trusted,
    },
    text::units,
    ui::Ui,
};
use clap::ValueEnum;
use qres_core::{
    gene::{Gene, Numbers, id_of, stepped},
    proof::{
        Unprovable,
        masked::{Chances, Joins, Member, Plan, Steps, Stopped, agreed, choose, sum},
    },
    trust::{Name, Seal},
};
use std::{
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
};

/// How genes are merged that nobody sees
#[derive(Debug, clap::Args)]
pub(super) struct Masked {
    /// Merge genes that nobody sees: write the file of one phase (GENE... are then the files so far)
    ///
    /// Proves: the merged gene is `--from` plus the mean of the steps of the participants listed, each no longer than the
    /// bound. Does not prove: that a step is any good, or that names are different people. A participant's step is hidden unless
    /// more than a third of the plan's names collude; what the mean tells is not. More than two thirds must
    /// take part. Nobody outside has reviewed this: core/src/proof/masked/MASKED.md.
    #[arg(long, value_name = "PHASE", requires = "from")]
    masked: Option<Phase>,
    /// Masked: the gene that everybody has and steps from
    #[arg(long, value_name = "GENE", requires = "masked")]
    from: Option<OsString>,
    /// Masked join and step: your gene
    #[arg(long, value_name = "GENE", requires = "masked")]
    gene: Option<OsString>,
    /// Masked plan and join: the names that may take part, one a line
    #[arg(long, value_name = "FILE", requires = "masked")]
    names: Option<PathBuf>,
    /// Masked plan: no step is longer, in units of the weights
    #[arg(long, value_name = "B", requires = "masked", value_parser = parse_length, allow_negative_numbers = true)]
    bound: Option<u32>,
    /// Masked plan: the number of this merge
    #[arg(long, value_name = "N", requires = "masked", default_value_t = 1)]
    round: u64,
    #[command(flatten)]
    key: KeyFlag,
}

/// Which file is written
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Phase {
    /// Anybody: who takes part, from which gene
    Plan,
    /// Each one: commit to your gene, and share what takes masks off
    Join,
    /// Each one, with the files of all that joined: your step under masks, proved short
    Step,
    /// Each one, with all steps: whose there are
    Roll,
    /// Each one, with all rolls: the shares that take masks off
    Shares,
    /// Anybody, with all files: the merged gene
    Sum,
}

/// One result, for programs.
#[derive(Debug, serde::Serialize)]
struct Report {
    schema: &'static str,
    phase: &'static str,
    output: String,
    bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    participants: u64,
}

/// Files of a round, by what they say.
#[derive(Default)]
struct Files {
    plans: Vec<Vec<u8>>,
    joins: Vec<Vec<u8>>,
    steps: Vec<Vec<u8>>,
    rolls: Vec<Vec<u8>>,
    shares: Vec<Vec<u8>>,
}

/// A gene's numbers, and the gene.
struct Known {
    name: String,
    bytes: Vec<u8>,
    numbers: Numbers,
}

/// What a phase writes.
struct Written {
    bytes: Vec<u8>,
    participants: usize,
    told: String,
}

impl Masked {
    /// Whether a phase is asked for.
    pub(super) fn is_wanted(&self) -> bool {
        self.masked.is_some()
    }

    /// Writes the file of the phase.
    pub(super) fn run(
        &self,
        words: &[OsString],
        (target, force): (&Target, bool),
        store: &StoreFlag,
        ui: Ui,
    ) -> Outcome<Exit> {
        let phase = self.masked.ok_or_else(|| Failure::bug("no phase"))?;
        let from = self.from.as_deref().ok_or_else(|| Failure::bug("no gene to step from"))?;
        let base = Known::find(from, store)?;
        let files = Files::read(words)?;
        let written = match phase {
            Phase::Plan => self.plan(&base)?,
            Phase::Join => self.join(&base, &files, store)?,
            Phase::Step => self.step(&base, &files, store)?,
            Phase::Roll => self.roll(&base, &files)?,
            Phase::Shares => self.shares(&base, &files)?,
            Phase::Sum => total(&base, &files)?,
        };
        let content = if phase == Phase::Sum { Content::Gene } else { Content::Proof };
        let mut output = Output::alone(target, content, force)?;
        output.write(&written.bytes)?;
        output.finish(None, false)?;
        ui.summary(|| {
            format!("{}: {}, {}", target.name(), units::size(written.bytes.len() as u64), written.told)
        });
        let report = Report {
            schema: "qres.gene.merge.masked/1",
            phase: phase.name(),
            output: target.plain(),
            bytes: written.bytes.len() as u64,
            id: (phase == Phase::Sum).then(|| units::hex(&id_of(&written.bytes))),
            participants: written.participants as u64,
        };
        ui.result(&report, target.is_stdout())?;
        Ok(Exit::Done)
    }

    fn plan(&self, base: &Known) -> Outcome<Written> {
        let secret = self.key.secret()?;
        let bound = self.bound.ok_or_else(|| needs("how long a step may be", "say it with `--bound 0.5`"))?;
        let mut names: Vec<_> = Trusted::read(self.names()?)?.names().collect();
        names.sort_unstable();
        names.dedup();
        let count = names.len();
        let (neighbours, threshold) = choose(count).ok_or_else(|| {
            Failure::refused(format!("a plan of {count} names"), "masked merges are of 3 to 100 participants")
        })?;
        let plan = Plan {
            round: self.round,
            numbers: u16::try_from(base.numbers.values.len()).unwrap_or(u16::MAX),
            bound,
            neighbours: neighbours as u8,
            threshold: threshold as u8,
            gene: id_of(&base.bytes),
            form: base.numbers.form,
            names,
            digest: [0; 32],
        };
        let bytes = plan.seal(&secret.identity()).map_err(|_| {
            let hint = "allow shorter steps with `--bound`, or take a gene of fewer columns";
            Failure::refused("no sum of so many numbers and such steps fits", hint)
        })?;
        Ok(Written { bytes, participants: count, told: protection(count, neighbours, threshold) })
    }

    fn join(&self, base: &Known, files: &Files, store: &StoreFlag) -> Outcome<Written> {
        let secret = self.key.secret()?;
        let (plan, caller) = files.plan(base)?;
        let trusted = Trusted::read(self.names()?)?;
        let stranger = plan.names.iter().chain([&caller]).find(|name| trusted.find(**name).is_none());
        if let Some(stranger) = stranger {
            let hint = "join plans of names that you know: a plan is worth as much as they are";
            return Err(Failure::refuted(
                format!("the plan has {stranger}, which is not among `--names`"),
                hint,
            ));
        }
        let own = self.own(base, store)?;
        let bytes =
            Member::new(&plan, &secret).and_then(|me| me.join(&own.numbers.values)).map_err(stopped)?;
        let (count, neighbours) = (plan.names.len(), usize::from(plan.neighbours));
        let told = protection(count, neighbours, plan.threshold.into());
        Ok(Written { bytes, participants: count, told })
    }

    fn step(&self, base: &Known, files: &Files, store: &StoreFlag) -> Outcome<Written> {
        let secret = self.key.secret()?;
        let (plan, _) = files.plan(base)?;
        let joins = files.joined(&plan)?;
        let own = self.own(base, store)?;
        let entropy = keys::random()?;
        let bytes = Member::new(&plan, &secret)
            .and_then(|me| me.step(&base.numbers.values, &own.numbers.values, &joins, &entropy));
        let told = format!("a step for {} participants that joined", files.joins.len());
        Ok(Written { bytes: bytes.map_err(stopped)?, participants: files.joins.len(), told })
    }

    fn roll(&self, base: &Known, files: &Files) -> Outcome<Written> {
        let secret = self.key.secret()?;
        let (plan, _) = files.plan(base)?;
        let joins = files.joined(&plan)?;
        let steps = files.stepped(&plan, base, &joins)?;
        let me = Member::new(&plan, &secret).map_err(stopped)?;
        let told = format!("{} steps that hold", files.steps.len());
        Ok(Written { bytes: me.roll(&joins, &steps), participants: files.steps.len(), told })
    }

    fn shares(&self, base: &Known, files: &Files) -> Outcome<Written> {
        let secret = self.key.secret()?;
        let (plan, _) = files.plan(base)?;
        let joins = files.joined(&plan)?;
        let roll = agreed(&plan, &slices(&files.rolls)).map_err(stopped)?;
        let bytes = Member::new(&plan, &secret).and_then(|me| me.shares(&joins, &roll)).map_err(stopped)?;
        Ok(Written { bytes, participants: files.rolls.len(), told: "shares that take masks off".into() })
    }

    fn names(&self) -> Outcome<&Path> {
        let hint = "name a file of names with `--names`, one a line";
        self.names.as_deref().ok_or_else(|| needs("the names that may take part", hint))
    }

    fn own(&self, base: &Known, store: &StoreFlag) -> Outcome<Known> {
        let word = self.gene.as_deref().ok_or_else(|| needs("your gene", "name it with `--gene`"))?;
        let own = Known::find(word, store)?;
        if own.numbers.form != base.numbers.form {
            let what = format!("{} and {} have not the same columns, neurons and lags", own.name, base.name);
            return Err(Failure::refused(
                what,
                "train it with `gene train --from` the gene that all step from",
            ));
        }
        Ok(own)
    }
}

/// The merged gene.
fn total(base: &Known, files: &Files) -> Outcome<Written> {
    let (plan, _) = files.plan(base)?;
    let joins = files.joined(&plan)?;
    let steps = files.stepped(&plan, base, &joins)?;
    let roll = agreed(&plan, &slices(&files.rolls)).map_err(stopped)?;
    let of = (&joins, &steps, &roll);
    let (sum, count) = sum(&plan, &base.numbers.values, of, &slices(&files.shares)).map_err(stopped)?;
    let parsed = Gene::parse(&base.bytes).map_err(|source| Failure::gene(&base.name, source))?;
    let bytes = stepped(&parsed, &sum, count)
        .map_err(|error| Failure::refused(error.to_string(), "make a plan with shorter steps"))?;
    let told = format!("merged of {count} genes that nobody saw\ngene {}", units::hex(&id_of(&bytes)));
    Ok(Written { bytes, participants: count, told })
}

impl Phase {
    const fn name(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Join => "join",
            Self::Step => "step",
            Self::Roll => "roll",
            Self::Shares => "shares",
            Self::Sum => "sum",
        }
    }
}

impl Known {
    fn find(word: &OsStr, store: &StoreFlag) -> Outcome<Self> {
        let (name, bytes) = genes::find(word, &store.get())?;
        let gene = Gene::parse(&bytes).map_err(|source| Failure::gene(&name, source))?;
        let numbers = Numbers::of(&gene).map_err(|error| {
            let hint = "train genes with `--neuron linear`, `lstm` or `fusion`";
            Failure::refused(format!("{name}: {error}"), hint)
        })?;
        Ok(Self { name, numbers, bytes })
    }
}

impl Files {
    fn read(words: &[OsString]) -> Outcome<Self> {
        let mut files = Self::default();
        for word in words {
            let mut input = Input::open(Path::new(word))?;
            let (name, bytes) = (input.to_string(), sealed::read(&mut input)?);
            let kind = sealed::open(&name, &bytes)?.kind;
            match kind {
                Seal::Plan => &mut files.plans,
                Seal::Join => &mut files.joins,
                Seal::Step => &mut files.steps,
                Seal::Roll => &mut files.rolls,
                Seal::Shares => &mut files.shares,
                Seal::Gene | Seal::Transition | Seal::Replay => {
                    let what = format!("{name} is no file of a masked merge");
                    return Err(Failure::refused(what, "name what `qres gene merge --masked` wrote"));
                }
            }
            .push(bytes);
        }
        Ok(files)
    }

    /// The plan, and who signed it.
    fn plan(&self, base: &Known) -> Outcome<(Plan, Name)> {
        let [plan] = self.plans.as_slice() else {
            let hint = "name the plan that all participants have, once, among the files";
            return Err(Failure::usage(format!("{} plans are named", self.plans.len()), hint));
        };
        let (plan, caller) = Plan::open(plan).map_err(stopped)?;
        if plan.gene != id_of(&base.bytes) || plan.form != base.numbers.form {
            let what =
                format!("the plan is for gene {}, and {} is another", units::hex(&plan.gene), base.name);
            return Err(Failure::refused(what, "name the plan's gene with `--from`"));
        }
        Ok((plan, caller))
    }

    fn joined(&self, plan: &Plan) -> Outcome<Joins> {
        Joins::read(plan, &slices(&self.joins)).map_err(stopped)
    }

    fn stepped(&self, plan: &Plan, base: &Known, joins: &Joins) -> Outcome<Steps> {
        Steps::read(plan, &base.numbers.values, joins, &slices(&self.steps)).map_err(stopped)
    }
}

fn slices(files: &[Vec<u8>]) -> Vec<&[u8]> {
    files.iter().map(Vec::as_slice).collect()
}

fn needs(what: &str, hint: &str) -> Failure {
    Failure::usage(format!("this phase needs {what}"), hint)
}

/// How participants are protected, for people.
fn protection(names: usize, neighbours: usize, threshold: usize) -> String {
    let Chances { privacy, recovery } = Chances::of(names, neighbours, threshold);
    let chance = |bits: u32| if bits > 127 { "never".into() } else { format!("2^-{bits}") };
    format!(
        "{names} participants, {neighbours} neighbours each, of whom {threshold} make a secret\nwith {} colluding and {} dropping out: a step is seen {}, the sum fails {}",
        names / 3,
        names / 5,
        chance(privacy),
        chance(recovery)
    )
}

/// Why a phase stops, and what to do.
fn stopped(error: Stopped) -> Failure {
    let (exit, hint) = match &error {
        Stopped::Few { .. } => (Exit::Failed, "wait for more files, or begin again with another plan"),
        Stopped::Gene => {
            (Exit::Failed, "name the gene with which you joined; for another one, join another plan")
        }
        Stopped::Unprovable(Unprovable::TooLong) => {
            (Exit::Refuted, "only what is so can be proved: take part in a plan with a longer `--bound`")
        }
        Stopped::Unprovable(_) => (Exit::Failed, "a gene that is the one all step from has nothing to add"),
        Stopped::Stranger(_) => (Exit::Refuted, "leave the file out, or ask for a plan that has the name"),
        Stopped::Joined(_) => {
            (Exit::Refuted, "name the same files of those that joined as everybody, or leave the step out")
        }
        _ => (Exit::Refuted, "leave the file out: others can go on without it"),
    };
    Failure::typed(exit, error, hint)
}
