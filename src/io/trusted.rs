//! Names that are trusted.
//!
//! ```text
//! did:qres:<64 hexadecimal digits> COMMENT      one a line; empty lines, and lines that begin with `#`, are passed over
//! ```

use super::input::Input;
use crate::failure::{Failure, Outcome};
use qres_core::trust::Name;
use std::path::Path;

/// Limit: bytes of such a file.
const MAX: usize = 1 << 20;

/// Names that are trusted, each with what was written beside it.
#[derive(Debug, Clone)]
pub(crate) struct Trusted(Vec<(Name, String)>);

impl Trusted {
    /// One name.
    pub(crate) fn one(name: Name) -> Self {
        Self(vec![(name, String::new())])
    }

    /// Those in the file at `path`.
    pub(crate) fn read(path: &Path) -> Outcome<Self> {
        let mut input = Input::open(path)?;
        let (file, mut text) = (input.to_string(), Vec::new());
        let too_long = input.append(&mut text, MAX + 1)? > MAX;
        let text = String::from_utf8(text).ok().filter(|_| !too_long);
        let hint = "write one name a line (`qres keygen --show` prints them), with a comment behind it";
        let text = text.ok_or_else(|| Failure::corrupt(format!("{file} is no list of names"), hint))?;
        let lines = text
            .lines()
            .map(str::trim)
            .zip(1..)
            .filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
        let names = lines.map(|(line, number)| {
            parse(line).ok_or_else(|| Failure::corrupt(format!("{file}:{number}: no name"), hint))
        });
        Ok(Self(names.collect::<Outcome<_>>()?))
    }

    /// The names.
    #[cfg(any(feature = "node", feature = "proof"))]
    pub(crate) fn names(&self) -> impl Iterator<Item = Name> {
        self.0.iter().map(|(name, _)| *name)
    }

    /// What is written beside `name`, if it is there.
    pub(crate) fn find(&self, name: Name) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, comment)| comment.as_str())
    }

    /// The same, or a refusal; `of` is what the name has signed.
    pub(crate) fn comment(&self, name: Name, of: &str) -> Outcome<&str> {
        self.find(name).ok_or_else(|| Self::refusal(name, of))
    }

    /// Why `of` is refused, which `name` has signed.
    pub(crate) fn refusal(name: Name, of: &str) -> Failure {
        let what = format!("{of} is signed by {name}, which is not trusted here");
        Failure::refuted(what, "if you know whose name that is, add it to what you trust")
    }
}

fn parse(line: &str) -> Option<(Name, String)> {
    let (name, comment) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    Some((Name::parse(name)?, comment.trim().to_owned()))
}
