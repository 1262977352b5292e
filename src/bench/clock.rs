//! What the time columns of tables tell.

/// Seconds of a day.
pub(crate) const DAY: f64 = 86_400.0;

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
}
