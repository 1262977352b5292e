//! What a gene is learnt from, and the gene: of rows as `gene train` reads them, or as `gene export` finds them in an archive.
//!
//! Linear neurons learn from all rows; the prior is made of the last rows of each input, which a decoder reads again.

use crate::{
    failure::{Failure, Outcome},
    io::input::Input,
    teach::{self, Choice},
    text::units,
};
use qres_core::{
    codec::Level,
    frame::Prior,
    gene::{Builder, Lineage, Origin, WHOLE},
    neuron::Kind,
    table::{Care, Layout, Script, Table},
};

/// Limit: bytes of text to learn from.
pub(super) const MAX_TEXT: usize = 256 << 20;

/// How to learn
#[derive(Debug, Clone, Copy, clap::Args)]
pub(super) struct Teaching {
    /// Rows at the end of each input that archives go on from: more make larger genes and smaller archives
    #[arg(long, value_name = "N", default_value_t = 4000, value_parser = clap::value_parser!(u32).range(1..))]
    rows: u32,
    /// How hard to work, from 4 to 9: what archives cost to read and to write
    #[arg(long, value_name = "LEVEL", default_value_t = 9, value_parser = clap::value_parser!(u8).range(4..=9))]
    level: u8,
    /// What predicts each column of numbers; archives do not depend on it
    #[arg(long, value_name = "KIND", default_value = "linear")]
    neuron: Choice,
}

/// What there is to learn from.
#[derive(Debug)]
pub(super) struct Lesson {
    layout: Layout,
    /// The rows of all inputs, without what comes before them.
    text: Vec<u8>,
    /// What the prior is made of, column names included.
    recent: Vec<u8>,
    hasher: blake3::Hasher,
    pub(super) rows: u64,
    pub(super) prior_rows: u64,
}

impl Lesson {
    /// Reads all inputs.
    pub(super) fn read(inputs: &mut [Input], how: &Teaching) -> Outcome<Self> {
        let mut lesson: Option<Self> = None;
        let mut room = MAX_TEXT;
        for input in inputs {
            let mut text = Vec::new();
            let read = input.append(&mut text, room + 1)?;
            let name = input.to_string();
            room = room.checked_sub(read).ok_or_else(|| too_long(&name))?;
            match &mut lesson {
                None => lesson = Some(Self::of(&name, &text, how)?),
                Some(lesson) => lesson.add(&name, &text, how)?,
            }
        }
        lesson.ok_or(Failure::bug("nothing to learn from"))
    }

    /// The lesson of the text called `name`.
    pub(super) fn of(name: &str, text: &[u8], how: &Teaching) -> Outcome<Self> {
        let layout = Layout::detect(&Script::lines_of(text)).ok_or_else(|| no_table(name))?;
        let recent = layout.preamble().to_vec();
        let hasher = blake3::Hasher::new();
        let mut lesson = Self { layout, text: vec![], recent, hasher, rows: 0, prior_rows: 0 };
        lesson.add(name, text, how)?;
        Ok(lesson)
    }

    /// Adds the rows of a text; refuses other columns.
    fn add(&mut self, name: &str, text: &[u8], how: &Teaching) -> Outcome {
        let preamble = self.layout.preamble();
        let lines = Script::lines_of(text);
        let behind = lines.strip_prefix(preamble).unwrap_or(&lines);
        let own = Layout::detect(&lines).ok_or_else(|| no_table(name))?;
        let strange = !own.preamble().is_empty() && own.preamble() != preamble;
        if strange || own.columns() != self.layout.columns() || self.split(behind).is_none() {
            let what = format!("{name} has other columns than the first input");
            return Err(Failure::refused(what, "train one gene for each kind of table"));
        }
        self.hasher.update(text);
        let tail = last_rows(behind, how.rows as usize);
        self.rows += count_rows(behind);
        self.prior_rows += count_rows(tail);
        for (all, part) in [(&mut self.text, behind), (&mut self.recent, tail)] {
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

    /// Columns of the table.
    pub(super) fn columns(&self) -> u64 {
        self.layout.columns() as u64
    }

    /// The gene that is learnt.
    pub(super) fn gene(&self, how: &Teaching) -> Outcome<Vec<u8>> {
        let level = Level::new(how.level).ok_or(Failure::bug("a level that is allowed is missing"))?;
        let prior = Prior::train(&self.recent, level).ok_or_else(|| {
            let what = "the last rows of the inputs are no table";
            Failure::refused(what, "take more of them with `--rows`")
        })?;
        let neurons = match self.split(&self.text) {
            Some(table) => teach::teach(&self.layout, table, how.neuron)?,
            None => vec![],
        };
        let columns = u16::try_from(self.layout.columns()).unwrap_or(u16::MAX);
        let mut builder = Builder::new(Kind::most(neurons.iter().map(|taught| taught.kind)), columns);
        let mut schema = Vec::new();
        self.layout.write(&mut schema);
        let built = (|| {
            builder.schema(&schema)?.prior(WHOLE, &prior)?;
            for taught in &neurons {
                builder.neuron(taught.kind, taught.column, &taught.gene)?;
            }
            let origin = Origin::Trained { data: *self.hasher.finalize().as_bytes(), rows: self.rows };
            builder.lineage(&Lineage::new(origin, vec![])?)?;
            Ok(builder.finish())
        })();
        built.map_err(|source| match source {
            qres_core::Error::Limit { asked, allowed } => {
                let (asked, allowed) = (units::size(asked), units::size(allowed));
                let what = format!("the gene is too large: a part of it takes {asked} of {allowed} at most");
                Failure::refused(what, "take fewer rows with `--rows`")
            }
            _ => Failure::bug("a gene that was made is none"),
        })
    }
}

/// The refusal of more text than is learnt from.
pub(super) fn too_long(name: &str) -> Failure {
    let what = format!("{name}: more than {} of text to learn from", units::size(MAX_TEXT as u64));
    Failure::refused(what, "learn from the end of it: `tail -n 100000 FILE | qres gene train -o FILE.gene`")
}

fn no_table(name: &str) -> Failure {
    Failure::refused(format!("{name} is no table"), "genes are learnt from rows of numbers")
}

/// The last `rows` lines of `text`.
fn last_rows(text: &[u8], rows: usize) -> &[u8] {
    let whole = text.strip_suffix(b"\n").unwrap_or(text);
    let before = memchr::memrchr_iter(b'\n', whole).nth(rows.saturating_sub(1));
    before.map_or(text, |end| &text[end + 1..])
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
}
