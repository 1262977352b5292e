//! Sizes that were measured elsewhere: of codecs that cannot be linked, or that take days.
//!
//! ```text
//! {"weather.csv": {"bytes": 1234567, "zpaq-m5": 98765, ...}, ...}
//! ```
//! A file is known by its name and its size together. Sizes within a bound may be of the first `bytes` of a file.

use crate::failure::{Failure, Outcome};
use std::{collections::BTreeMap, fs, path::Path};

/// Families whose archives do not give the text back.
const INEXACT: [&str; 5] = ["parquet", "vortex", "gorilla", "alp", "chimp"];

/// The peer within bounds: its size for a bound of 1% is called `sz3-1%`.
pub(crate) const BOUNDED: &str = "sz3";

/// Sizes by file and codec.
#[derive(Debug, Default)]
pub(crate) struct Published(BTreeMap<String, BTreeMap<String, u64>>);

impl Published {
    /// Reads them.
    pub(crate) fn read(path: &Path) -> Outcome<Self> {
        let name = crate::io::input::quoted(path);
        let text = fs::read(path).map_err(Failure::reading(&name))?;
        let hint = "it should be {\"weather.csv\": {\"bytes\": 1234567, \"zpaq-m5\": 98765}}";
        let sizes = serde_json::from_slice(&text);
        Ok(Self(sizes.map_err(|error| Failure::usage(format!("{name} holds no sizes: {error}"), hint))?))
    }

    #[cfg(test)]
    pub(super) fn of(sizes: &str) -> Self {
        Self(serde_json::from_str(sizes).unwrap())
    }

    fn file(&self, dataset: &str, text_bytes: u64) -> Option<&BTreeMap<String, u64>> {
        self.0.get(dataset).filter(|file| file.get("bytes") == Some(&text_bytes))
    }

    /// What a codec makes of that file.
    pub(crate) fn size(&self, dataset: &str, text_bytes: u64, codec: &str) -> Option<u64> {
        self.file(dataset, text_bytes)?.get(codec).copied()
    }

    /// What codecs whose archives give the text back make of that file.
    pub(crate) fn exact<'e>(
        &'e self,
        dataset: &str,
        text_bytes: u64,
    ) -> impl Iterator<Item = (&'e str, u64)> + use<'e> {
        let exact = |codec: &str| {
            let inexact = ["bytes", BOUNDED].iter().chain(&INEXACT).any(|family| codec.starts_with(family));
            !inexact
        };
        let sizes = self.file(dataset, text_bytes).into_iter().flatten();
        sizes.map(|(codec, size)| (&**codec, *size)).filter(move |(codec, _)| exact(codec))
    }

    /// The codec that makes the smallest archive of that file that gives the text back, and its size.
    pub(crate) fn best(&self, dataset: &str, text_bytes: u64) -> Option<(&str, u64)> {
        self.exact(dataset, text_bytes).min_by_key(|(_, size)| *size)
    }

    /// How much of the start of a file was measured within bounds.
    pub(crate) fn part(&self, dataset: &str) -> Option<u64> {
        let file = self.0.get(dataset)?;
        file.get("bytes").copied().filter(|_| file.keys().any(|codec| codec.starts_with(BOUNDED)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_gives_the_text_back_and_is_of_that_file() {
        let published = Published::of(
            r#"{"a.csv": {"bytes": 1000, "zpaq-m5": 90, "pco-12": 80, "parquet-best": 10, "chimp128": 7, "sz3-1%": 5}}"#,
        );
        assert_eq!(published.best("a.csv", 1000), Some(("pco-12", 80)));
        assert_eq!(published.size("a.csv", 1000, "zpaq-m5"), Some(90));
        assert_eq!(published.best("a.csv", 1001), None);
        assert_eq!(published.best("b.csv", 1000), None);
    }
    #[test]
    fn parts_are_of_files_with_sizes_within_bounds() {
        let published = Published::of(r#"{"a": {"bytes": 10, "sz3-1%": 5}, "b": {"bytes": 10, "xz-9": 5}}"#);
        assert_eq!(["a", "b", "c"].map(|name| published.part(name)), [Some(10), None, None]);
    }
}
