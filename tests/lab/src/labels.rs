//! When something happened, as people labelled it, and what times say.

use serde_json::Value;
use std::collections::BTreeMap;

/// Seconds of a day.
pub(crate) const DAY: f64 = 86_400.0;

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
            let window = |[begin, end]: &[Value; 2]| Some([time(begin)?, time(end)?]);
            let windows: Option<Vec<[i64; 2]>> = windows.iter().map(window).collect();
            let windows = windows.ok_or(format!("{file}: a window has no times"))?;
            labels.insert(last_part(&file).to_owned(), windows);
        }
        Ok(Self(labels))
    }

    /// The windows of a file; none if it has no labels.
    pub(crate) fn of(&self, file: &str) -> &[[i64; 2]] {
        self.0.get(last_part(file)).map_or(&[], Vec::as_slice)
    }
}

fn last_part(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// The seconds that a value of JSON tells.
pub(crate) fn time(value: &Value) -> Option<i64> {
    value.as_str().map_or_else(|| value.as_i64(), seconds)
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
    sound.then(|| since_1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second)
}

/// Days since 1970 in the calendar of Gregory, with years that begin in March so that leap days are last.
fn since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month > 2 { year } else { year - 1 };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + of_year - 719_468
}

/// The usual time between two of them, in seconds: holes do not count.
pub(crate) fn step(times: &[Option<i64>]) -> Option<f64> {
    let known: Vec<i64> = times.iter().flatten().copied().collect();
    let mut steps: Vec<i64> = known.windows(2).map(|two| two[1] - two[0]).collect();
    steps.sort_unstable();
    let usual = *steps.get(steps.len() / 2)?;
    (usual > 0).then_some(usual as f64)
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
    fn the_usual_step_is_the_middle_one() {
        assert_eq!(step(&[Some(0), Some(10), None, Some(20), Some(500)]), Some(10.0));
        assert_eq!((step(&[Some(3)]), step(&[Some(3), Some(3)])), (None, None));
    }

    #[test]
    fn a_file_is_known_by_the_last_part_of_its_path() {
        let labels = Labels::read(br#"{"real/a.csv": [["1970-01-01", 60]], "b.csv": []}"#).unwrap();
        assert_eq!(labels.of("x/a.csv"), [[0, 60]]);
        assert!(labels.of("b.csv").is_empty() && labels.of("c.csv").is_empty());
        for wrong in [&b"[]"[..], b"{", br#"{"a":[["x","y"]]}"#, br#"{"a":[[1]]}"#] {
            assert!(Labels::read(wrong).is_err());
        }
    }
}
