//! When something happened, as people labelled it.

use crate::bench::clock::seconds;
use serde_json::Value;
use std::collections::BTreeMap;

/// Windows of seconds since 1970 by the name of a file.
#[derive(Debug, Default)]
pub(crate) struct Labels(BTreeMap<String, Vec<[i64; 2]>>);

impl Labels {
    /// Reads an object of JSON: for each file a list of windows, each a begin and an end.
    pub(crate) fn read(text: &[u8]) -> Result<Self, String> {
        let files: BTreeMap<String, Vec<[Value; 2]>> =
            serde_json::from_slice(text).map_err(|error| error.to_string())?;
        let mut labels = BTreeMap::new();
        for (file, windows) in files {
            let window = |[begin, end]: &[Value; 2]| Some([seconds(&plain(begin))?, seconds(&plain(end))?]);
            let windows: Option<Vec<[i64; 2]>> = windows.iter().map(window).collect();
            labels.insert(
                last_part(&file).to_owned(),
                windows.ok_or(format!("{file}: a window has no times"))?,
            );
        }
        Ok(Self(labels))
    }

    /// The windows of a file, if it is labelled.
    pub(crate) fn of(&self, file: &str) -> Option<&[[i64; 2]]> {
        self.0.get(last_part(file)).map(Vec::as_slice)
    }
}

fn last_part(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_the_last_part_of_its_path() {
        let labels = Labels::read(br#"{"real/a.csv": [["1970-01-01", 60]], "b.csv": []}"#).unwrap();
        assert_eq!(labels.of("x/a.csv"), Some(&[[0, 60]][..]));
        assert_eq!((labels.of("b.csv"), labels.of("c.csv")), (Some(&[][..]), None));
        for wrong in [&b"[]"[..], b"{", br#"{"a":[["x","y"]]}"#, br#"{"a":[[1]]}"#] {
            assert!(Labels::read(wrong).is_err());
        }
    }
}
