//! Rows that are known to have arrived, as messages go on from them.

use super::input::Input;
use crate::{
    failure::{Failure, Outcome},
    text::units,
};
use qres_core::{codec::Level, frame::History};
use std::{path::Path, sync::OnceLock};

/// Limit: bytes of rows that messages go on from.
const MAX_TEXT: usize = 64 << 20;
/// Levels at which a history can be, from the first that differs.
const LEVELS: usize = 4;

/// The rows, and the histories made of them: one for each level that is asked for.
#[derive(Debug)]
pub(crate) struct KnownRows {
    text: Vec<u8>,
    made: [OnceLock<Option<History>>; LEVELS],
}

impl KnownRows {
    /// Reads the rows of the file at `path`; those of `before`, which may have names before them, come first.
    pub(crate) fn read(path: &Path, before: Vec<u8>) -> Outcome<Self> {
        if path.as_os_str() == "-" {
            let hint = "name a file: both ends must have the same rows";
            return Err(Failure::usage("`--history` takes no stdin", hint));
        }
        let mut text = before;
        let mut input = Input::open(path)?;
        let name = input.to_string();
        let mut rows = Vec::new();
        if input.append(&mut rows, MAX_TEXT + 1)? > MAX_TEXT {
            let what = format!("{name}: more than {} of rows to go on from", units::size(MAX_TEXT as u64));
            return Err(Failure::refused(what, "take the last ones: `tail -n 10000 FILE > known.csv`"));
        }
        let names =
            History::new(&text, Level::DEFAULT).map_or(Vec::new(), |history| history.names().to_vec());
        text.extend_from_slice(rows.strip_prefix(&*names).unwrap_or(&rows));
        let this = Self { text, made: Default::default() };
        if this.at(Level::DEFAULT).is_none() {
            let what = format!("{name} is no table that messages could go on from");
            return Err(Failure::refused(what, "it must hold rows as the messages do, at least one"));
        }
        Ok(this)
    }

    /// The history of these rows at a level.
    pub(crate) fn at(&self, level: Level) -> Option<&History> {
        let place = usize::from(level.get().saturating_sub(Level::STRONG.get()));
        self.made.get(place)?.get_or_init(|| History::new(&self.text, level)).as_ref()
    }
}
