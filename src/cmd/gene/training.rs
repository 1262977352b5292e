//! Training for the command line: its options, its inputs and its refusals. Used by `gene train`, and by `gene export` for
//! the rows of an archive.

use crate::{
    failure::{Failure, Outcome},
    io::{genes, input::Input},
    text::units,
};
use clap::ValueEnum;
use qres_core::{
    Error,
    codec::Level,
    frame,
    gene::{
        Id, Replay, id_of,
        train::{Choice, TrainError, Trainer},
    },
};
use std::path::PathBuf;

/// Limit: bytes of text to learn from.
pub(super) const MAX_TEXT: usize = 256 << 20;

/// How to learn
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Training {
    /// Rows at the end of each input that archives go on from: more make larger genes and smaller archives
    #[arg(long, value_name = "N", default_value_t = 4000, value_parser = clap::value_parser!(u32).range(1..))]
    rows: u32,
    /// How hard to work, from 4 to 9: what archives cost to read and to write
    #[arg(long, value_name = "LEVEL", default_value_t = 9, value_parser = clap::value_parser!(u8).range(4..=9))]
    level: u8,
    /// What predicts each column of numbers; archives do not depend on it
    #[arg(long, value_name = "KIND", default_value = "linear")]
    neuron: Neuron,
}

/// What predicts each column of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Neuron {
    /// A weighted sum of eight past steps, learnt from all rows: 48 bytes a column, can be merged
    Linear,
    /// A small recurrent net, learnt from the last 20000 rows: 833 bytes a column
    Lstm,
    /// Linear, corrected by up to seven other columns of numbers, learnt from the last 20000 rows
    Fusion,
    /// For each column the one of these, or the last value, that surprises least in the last fifth of those rows: slowest
    Auto,
}

impl Training {
    /// Reads all inputs; what is learnt is the child of `parent`, if there is one: a gene and its rows.
    pub(super) fn read(&self, inputs: &mut [Input], parent: Option<(Id, Vec<u8>)>) -> Outcome<Trainer> {
        let child = parent.map(|(id, rows)| Trainer::child_of(id, &rows, self.rows));
        let mut trainer = child.transpose().map_err(|error| refusal("the gene", &error))?;
        let mut room = MAX_TEXT;
        for input in inputs {
            let mut text = Vec::new();
            let read = input.append(&mut text, room + 1)?;
            let name = input.to_string();
            room = room.checked_sub(read).ok_or_else(|| too_long(&name))?;
            match &mut trainer {
                None => trainer = Some(self.trainer(&name, &text)?),
                Some(trainer) => trainer.add(&text).map_err(|error| refusal(&name, &error))?,
            }
        }
        trainer.ok_or(Failure::bug("nothing to learn from"))
    }

    /// Takes the rows of the text called `name`.
    pub(super) fn trainer(&self, name: &str, text: &[u8]) -> Outcome<Trainer> {
        if text.starts_with(&frame::MAGIC) {
            return Err(Failure::refused(format!("{name} is an archive"), genes::LEARN_FROM_TEXT));
        }
        Trainer::new(text, self.rows).map_err(|error| refusal(name, &error))
    }

    /// Returns the gene that is learnt.
    pub(super) fn gene(&self, trainer: &Trainer) -> Outcome<Vec<u8>> {
        trainer.train(self.level()?, self.choice()).map_err(|error| refusal("the input", &error))
    }

    fn level(&self) -> Outcome<Level> {
        Level::new(self.level).ok_or(Failure::bug("a level that is allowed is missing"))
    }

    fn choice(&self) -> Choice {
        match self.neuron {
            Neuron::Linear => Choice::Linear,
            Neuron::Lstm => Choice::Lstm,
            Neuron::Fusion => Choice::Fusion,
            Neuron::Auto => Choice::Auto,
        }
    }

    /// The options with which `replay` was made.
    pub(crate) fn of(replay: &Replay) -> Self {
        let neuron = match replay.neuron {
            Choice::Linear => Neuron::Linear,
            Choice::Lstm => Neuron::Lstm,
            Choice::Fusion => Neuron::Fusion,
            Choice::Auto => Neuron::Auto,
        };
        Self { rows: replay.rows, level: replay.level.get(), neuron }
    }

    /// What training on some files gives.
    pub(crate) fn replay(&self, data: &[PathBuf]) -> Outcome<Replay> {
        let mut inputs = data.iter().map(|path| Input::open(path)).collect::<Outcome<Vec<_>>>()?;
        let trainer = self.read(&mut inputs, None)?;
        let (gene, data) = (id_of(&self.gene(&trainer)?), trainer.data());
        Ok(Replay { data, gene, rows: self.rows, level: self.level()?, neuron: self.choice() })
    }
}

/// The refusal of more text than is learnt from.
pub(super) fn too_long(name: &str) -> Failure {
    let what = format!("{name}: more than {} of text to learn from", units::size(MAX_TEXT as u64));
    Failure::refused(what, "learn from the end of it: `tail -n 100000 FILE | qres gene train -o FILE.gene`")
}

/// Why no gene can be learnt from `name`.
fn refusal(name: &str, error: &TrainError) -> Failure {
    let (what, hint) = match error {
        TrainError::NoTable => (format!("{name} is no table"), "genes are learnt from rows of numbers"),
        TrainError::Columns => (
            format!("{name} has other columns than the first input"),
            "train one gene for each kind of table",
        ),
        TrainError::Prior => {
            ("the last rows of the inputs are no table".into(), "take more of them with `--rows`")
        }
        TrainError::Fusion => (
            "the lines of this text have different columns, and a fusion needs all of them in each row"
                .into(),
            "choose another neuron: `--neuron auto`",
        ),
        TrainError::Gene(Error::Limit { asked, allowed }) => {
            let (asked, allowed) = (units::size(*asked), units::size(*allowed));
            let what = format!("the gene is too large: a part of it takes {asked} of {allowed} at most");
            (what, "take fewer rows with `--rows`")
        }
        TrainError::Gene(_) => return Failure::bug("a gene that was made is none"),
    };
    Failure::refused(what, hint)
}
