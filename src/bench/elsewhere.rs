//! Sizes that were measured elsewhere: of codecs that cannot be linked, or that take days.
//!
//! ```text
//! {"weather.csv": {"bytes": 1234567, "zpaq-m5": 98765, ...}, ...}
//! ```
//! A file is known by its name and its size together.

use crate::error::{Failure, Outcome};
use std::{collections::BTreeMap, fs, path::Path};

/// Families whose archives do not give the text back.
const INEXACT: [&str; 5] = ["parquet", "vortex", "gorilla", "alp", "chimp"];

/// Sizes by file and codec.
#[derive(Debug, Default)]
pub(crate) struct Elsewhere(BTreeMap<String, BTreeMap<String, u64>>);

impl Elsewhere {
    /// Reads them.
    pub(crate) fn read(path: &Path) -> Outcome<Self> {
        let name = crate::io::input::quoted(path);
        let text = fs::read(path).map_err(Failure::reading(&name))?;
        let hint = "it should be {\"weather.csv\": {\"bytes\": 1234567, \"zpaq-m5\": 98765}}";
        let sizes = serde_json::from_slice(&text);
        Ok(Self(sizes.map_err(|error| Failure::usage(format!("{name} holds no sizes: {error}"), hint))?))
    }

    fn file(&self, dataset: &str, text_bytes: u64) -> Option<&BTreeMap<String, u64>> {
        self.0.get(dataset).filter(|file| file.get("bytes") == Some(&text_bytes))
    }

    /// What a codec makes of that file.
    pub(crate) fn size(&self, dataset: &str, text_bytes: u64, codec: &str) -> Option<u64> {
        self.file(dataset, text_bytes)?.get(codec).copied()
    }

    /// The smallest archive of that file that gives the text back.
    pub(crate) fn best(&self, dataset: &str, text_bytes: u64) -> Option<u64> {
        let exact = |codec: &str| codec != "bytes" && INEXACT.iter().all(|family| !codec.starts_with(family));
        let sizes = self.file(dataset, text_bytes)?.iter().filter(|(codec, _)| exact(codec));
        sizes.map(|(_, size)| *size).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_gives_the_text_back_and_is_of_that_file() {
        let sizes =
            r#"{"a.csv": {"bytes": 1000, "zpaq-m5": 90, "pco-12": 80, "parquet-best": 10, "chimp128": 7}}"#;
        let elsewhere = Elsewhere(serde_json::from_str(sizes).unwrap());
        assert_eq!(elsewhere.best("a.csv", 1000), Some(80));
        assert_eq!(elsewhere.size("a.csv", 1000, "zpaq-m5"), Some(90));
        assert_eq!(elsewhere.best("a.csv", 1001), None);
        assert_eq!(elsewhere.best("b.csv", 1000), None);
    }
}
