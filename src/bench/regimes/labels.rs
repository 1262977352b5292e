//! When something happened, as people labelled it.

use serde_json::Value;
use std::collections::BTreeMap;

/// Windows of seconds since 1970 by the name of a file.
#[derive(Debug)]
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

/// The seconds since 1970 that `2014-07-10 12:29:00.000000` tells, or that stand there as a number; zones are not looked at.
pub(crate) fn seconds(text: &str) -> Option<i64> {
    if let Ok(number) = text.parse::<f64>() {
        return Some(number as i64);
    }
    let mut parts = text.split(|c: char| !c.is_ascii_digit()).map(|part| part.parse::<i64>().ok());
    let mut next = || parts.next().flatten();
    let (year, month, day) = (next()?, next()?, next()?);
    let (hour, minute, second) = (next().unwrap_or(0), next().unwrap_or(0), next().unwrap_or(0));
    let sound = (1..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    let sound = sound && hour <= 24 && minute < 60 && second <= 60;
    sound.then(|| days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second)
}

/// Days since 1970 in the calendar of Gregory, with years that begin in March so that leap days are last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month > 2 { year } else { year - 1 };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_seconds_since_1970() {
        assert_eq!(seconds("1970-01-01 00:00:00"), Some(0));
        assert_eq!(seconds("2000-02-29"), Some(951_782_400));
        assert_eq!(seconds("2014-07-10 12:29:00.000000"), Some(1_404_995_340));
        assert_eq!(seconds("2014-07-10T12:29Z"), Some(1_404_995_340));
        assert_eq!(seconds("1404995340"), Some(1_404_995_340));
        for wrong in ["", "noon", "2014-13-01", "10:20:30", "99999-01-01"] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }

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
