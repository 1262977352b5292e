//! Training: of the rows of tables with the same columns to a gene.
//!
//! ```
//! use qres_core::{codec::Level, gene::train::{Choice, Trainer}};
//!
//! let csv: String = (0..100).map(|row| format!("{},{}\n", row * 60, 200 + row % 7)).collect();
//! let trainer = Trainer::new(csv.as_bytes(), 50).unwrap();
//! let gene = trainer.train(Level::STRONGEST, Choice::Linear).unwrap();
//! assert_eq!(qres_core::gene::Gene::parse(&gene).unwrap().columns(), 2);
//! ```
//! Neurons learn from all rows; the prior is made of the last rows of each text, which a decoder reads again.

mod neurons;

pub use neurons::{Choice, Series, series, show, trained};

use super::{Builder, Id, Lineage, Origin, WHOLE};
use crate::{
    codec::Level,
    error::Error,
    frame::Prior,
    neuron::Kind,
    table::{Care, Layout, Script, Table},
};
use alloc::{vec, vec::Vec};

/// Why no gene can be trained.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrainError {
    /// A text is not a table.
    #[error("no table to train on")]
    NoTable,
    /// A text has other columns than the first.
    #[error("a text has other columns than the first")]
    Columns,
    /// The last rows, which a prior is made of, are no table.
    #[error("the last rows are no table")]
    Prior,
    /// Lines have different columns, and a fusion was chosen.
    #[error("the lines have different columns, and a fusion needs all of them in each row")]
    Fusion,
    /// A part of the gene takes more than it may.
    #[error(transparent)]
    Gene(#[from] Error),
}

/// The rows to train on.
#[derive(Debug)]
pub struct Trainer {
    layout: Layout,
    /// Rows at the end of each text that the prior is made of.
    last: u32,
    /// The rows of all texts, without what comes before them.
    text: Vec<u8>,
    /// What the prior is made of, column names included.
    recent: Vec<u8>,
    hasher: blake3::Hasher,
    rows: u64,
    prior_rows: u64,
    parents: Vec<Id>,
}

impl Trainer {
    /// Takes the first text, and of each the `last` rows for the prior.
    pub fn new(text: &[u8], last: u32) -> Result<Self, TrainError> {
        let layout = Layout::detect(&Script::lines_of(text)).ok_or(TrainError::NoTable)?;
        let recent = layout.preamble().to_vec();
        let hasher = blake3::Hasher::new();
        let mut trainer =
            Self { layout, last, text: vec![], recent, hasher, rows: 0, prior_rows: 0, parents: vec![] };
        trainer.add(text)?;
        Ok(trainer)
    }

    /// Takes the rows that the gene called `parent` was learnt from, with the names before them, as the first text: what is
    /// trained is its child. Whoever has the gene and the rows that are added makes the same child.
    ///
    /// # Errors
    ///
    /// As [`Trainer::new`].
    pub fn child_of(parent: Id, rows: &[u8], last: u32) -> Result<Self, TrainError> {
        Ok(Self { parents: vec![parent], ..Self::new(rows, last)? })
    }

    /// Adds the rows of another text with the same columns.
    pub fn add(&mut self, text: &[u8]) -> Result<(), TrainError> {
        let preamble = self.layout.preamble();
        let lines = Script::lines_of(text);
        let rows = lines.strip_prefix(preamble).unwrap_or(&lines);
        let own = Layout::detect(&lines).ok_or(TrainError::NoTable)?;
        let renamed = !own.preamble().is_empty() && own.preamble() != preamble;
        if renamed || own.columns() != self.layout.columns() || self.split(rows).is_none() {
            return Err(TrainError::Columns);
        }
        self.hasher.update(text);
        let last = last_rows(rows, self.last as usize);
        self.rows += count_rows(rows);
        self.prior_rows += count_rows(last);
        for (all, part) in [(&mut self.text, rows), (&mut self.recent, last)] {
            all.extend_from_slice(part);
            if part.last().is_some_and(|&byte| byte != b'\n') {
                all.push(b'\n');
            }
        }
        Ok(())
    }

    fn split(&self, text: &[u8]) -> Option<Table> {
        self.layout.split(text, Care::Full)
    }

    /// BLAKE3 of all texts, one after the other.
    pub fn data(&self) -> [u8; 32] {
        *self.hasher.finalize().as_bytes()
    }

    /// Columns of the table.
    pub fn columns(&self) -> usize {
        self.layout.columns()
    }

    /// Rows that neurons learn from.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Rows that the prior is made of.
    pub fn prior_rows(&self) -> u64 {
        self.prior_rows
    }

    /// Returns the gene: for each column of numbers the neuron that `choice` gives it, and a prior for archives of `level`.
    pub fn train(&self, level: Level, choice: Choice) -> Result<Vec<u8>, TrainError> {
        let prior = Prior::train(&self.recent, level).ok_or(TrainError::Prior)?;
        let table = self.split(&self.text).unwrap_or_default();
        let neurons = neurons::train(&self.layout, table, choice)?;
        let columns = u16::try_from(self.columns()).unwrap_or(u16::MAX);
        let mut builder = Builder::new(Kind::most(neurons.iter().map(|neuron| neuron.kind)), columns);
        let mut schema = Vec::new();
        self.layout.write(&mut schema);
        builder.schema(&schema)?.prior(WHOLE, &prior)?;
        for neuron in &neurons {
            builder.neuron(neuron.kind, neuron.column, &neuron.gene)?;
        }
        let origin = Origin::Trained { data: self.data(), rows: self.rows };
        builder.lineage(&Lineage::new(origin, self.parents.clone())?)?;
        Ok(builder.finish())
    }
}

/// The last `rows` lines of `text`.
fn last_rows(text: &[u8], rows: usize) -> &[u8] {
    let whole = text.strip_suffix(b"\n").unwrap_or(text);
    let before = memchr::memrchr_iter(b'\n', whole).nth(rows.saturating_sub(1));
    before.and_then(|end| text.get(end + 1..)).unwrap_or(text)
}

/// Lines, the last one with or without an end.
fn count_rows(text: &[u8]) -> u64 {
    let open = text.last().is_some_and(|&byte| byte != b'\n');
    memchr::memchr_iter(b'\n', text).count() as u64 + u64::from(open)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_rows_are_whole_lines() {
        for (text, rows, last) in [
            ("a\nb\nc\n", 2, "b\nc\n"),
            ("a\nb\nc", 2, "b\nc"),
            ("a\nb\nc\n", 3, "a\nb\nc\n"),
            ("a\nb\nc\n", 9, "a\nb\nc\n"),
            ("a\n\n", 1, "\n"),
            ("", 1, ""),
        ] {
            assert_eq!(last_rows(text.as_bytes(), rows), last.as_bytes(), "{text:?} {rows}");
        }
        assert_eq!([count_rows(b"a\nb"), count_rows(b"a\n"), count_rows(b"")], [2, 1, 0]);
    }

    #[test]
    fn what_is_no_table_or_another_one_is_refused() {
        assert_eq!(Trainer::new(b"words alone\n", 9).err(), Some(TrainError::NoTable));
        let csv = b"a,b\n1,2\n3,4\n5,6\n7,8\n";
        let mut trainer = Trainer::new(csv, 2).unwrap();
        assert_eq!((trainer.columns(), trainer.rows(), trainer.prior_rows()), (2, 4, 2));
        assert_eq!(trainer.add(b"a,c\n1,2\n3,4\n5,6\n7,8\n"), Err(TrainError::Columns));
        trainer.add(b"9,1\n8,2\n7,3\n").unwrap();
        assert_eq!((trainer.rows(), trainer.prior_rows()), (7, 4));
    }
}
