//! `cat` of a live link: what has come of it is a section of the table.

use super::archive::Cat;
use crate::{
    cmd::link::Counts,
    failure::{Exit, Failure, Outcome},
    io::{
        input::Input,
        link::{page::Sink, receive},
    },
    rows::{filter, section::Section},
};
use qres_core::{live::form::Form, table::Schema};

/// The rows of a link on their way to the printer.
struct Rows {
    cat: Cat,
    schema: Schema,
    /// What comes next are the first rows of a link.
    first: bool,
    /// What has come and is not printed yet.
    text: Vec<u8>,
}

/// Prints what is asked for of a link as it comes, and tells what is lost.
pub(super) fn run(cat: Cat, input: Input) -> Outcome<Exit> {
    let (name, ui) = (cat.name.clone(), cat.ui);
    let mut rows = Rows { cat, schema: Schema::Bytes, first: false, text: Vec::new() };
    let warn = |what: &str| ui.warning(&format!("{name}: {what}"));
    let received = receive::receive_as(input, &mut rows, warn).and_then(|(totals, _)| {
        rows.print()?;
        Ok(Counts::of(&totals))
    });
    let lost = match received {
        Ok(counts) => counts.loss(&name),
        Err(failure) if failure.is_closed_pipe() && rows.cat.is_done() => Ok(()),
        Err(failure) => return Err(failure),
    };
    let exit = rows.cat.finish()?;
    lost.map(|()| exit)
}

impl Sink for Rows {
    fn wants_lines(&self) -> bool {
        true
    }

    fn begin(&mut self, form: &Form) -> Outcome {
        self.print()?;
        (self.schema, self.first) = (Schema::Table(form.layout.clone()), true);
        self.cat.begin_part(&self.schema)
    }

    fn text(&mut self, text: &[u8], _: u64) -> Outcome {
        self.text.extend_from_slice(text);
        let rows = self.schema.rows_of(&self.text);
        if self.cat.table.is_looking() && rows < filter::LOOK { Ok(()) } else { self.print() }
    }
}

impl Rows {
    /// Prints what has come; whoever receives is told when nothing more is wanted.
    fn print(&mut self) -> Outcome {
        let text = std::mem::take(&mut self.text);
        if !text.is_empty() {
            let section = Section::of_text(&text, &self.schema, std::mem::take(&mut self.first));
            self.cat.section(&section).map_err(|stop| stop.failure(&self.cat.name, 0))?;
        }
        if self.cat.is_done() { Err(Failure::closed_pipe()) } else { Ok(()) }
    }
}
