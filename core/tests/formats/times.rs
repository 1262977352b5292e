//! The ways in which people and programs print times and durations.

use crate::series::{Dice, Series};

type Print = Box<dyn Fn(i64) -> String>;

/// A way of printing times.
pub(crate) struct Way {
    pub(crate) name: &'static str,
    /// The names of the columns that it takes.
    pub(crate) names: &'static str,
    pub(crate) print: Print,
    /// The same times in digits alone.
    pub(crate) plainly: Print,
    /// What it may take, in hundredths of what the plain form takes.
    pub(crate) percent: usize,
}

const PLAIN: usize = 112;
const DAY: i64 = 86_400;
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];

/// Prints seconds since 1970 as `strftime` does, and a few things more: `%P` is pm, `%1` the month unpadded, `%2` the day
/// unpadded, `%3` the hour of half a day unpadded.
fn stamp(format: &str, at: i64) -> String {
    let (days, second) = (at.div_euclid(DAY), at.rem_euclid(DAY));
    let (year, month, day) = date(days);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let twelve = (hour + 11) % 12 + 1;
    let (month_name, weekday) = (MONTHS[month as usize - 1], WEEKDAYS[days.rem_euclid(7) as usize]);
    let half = if hour < 12 { "AM" } else { "PM" };
    let mut text = String::new();
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        let field = if letter == '%' { letters.next() } else { None };
        text += &match field {
            Some('Y') => format!("{year:04}"),
            Some('y') => format!("{:02}", year % 100),
            Some('m') => format!("{month:02}"),
            Some('1') => month.to_string(),
            Some('d') => format!("{day:02}"),
            Some('e') => format!("{day:2}"),
            Some('2') => day.to_string(),
            Some('H') => format!("{hour:02}"),
            Some('k') => format!("{hour:2}"),
            Some('I') => format!("{twelve:02}"),
            Some('3') => twelve.to_string(),
            Some('M') => format!("{minute:02}"),
            Some('S') => format!("{second:02}"),
            Some('B') => month_name.into(),
            Some('b') => month_name[..3].into(),
            Some('A') => weekday.into(),
            Some('a') => weekday[..3].into(),
            Some('p') => half.into(),
            Some('P') => half.to_lowercase(),
            _ => letter.into(),
        };
    }
    text
}

/// Year, month and day of a day since 1970.
fn date(mut days: i64) -> (i64, i64, i64) {
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let mut year = 1970;
    while days >= 365 + i64::from(leap(year)) {
        days -= 365 + i64::from(leap(year));
        year += 1;
    }
    let mut month = 1;
    let length = |month| match month {
        2 => 28 + i64::from(leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    while days >= length(month) {
        days -= length(month);
        month += 1;
    }
    (year, month, days + 1)
}

fn way(name: &'static str, plainly: &'static str) -> Way {
    Way {
        name,
        names: "time",
        print: Box::new(move |at| stamp(name, at)),
        plainly: Box::new(move |at| stamp(plainly, at)),
        percent: PLAIN,
    }
}

/// Ways of printing seconds since 1970.
pub(crate) fn ways() -> Vec<Way> {
    let (date, minutes, seconds) = ("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S");
    let mut ways: Vec<Way> = [
        "%d.%m.%Y",
        "%1/%2/%Y",
        "%1/%2/%y",
        "%Y%m%d",
        "%d %b %Y",
        "%2 %b %Y",
        "%e %b %Y",
        "%b %d, %Y",
        "%b %2, %Y",
        "%d-%b-%y",
        "%d-%b-%Y",
        "%Y-%b-%d",
        "%Y %b %d",
        "%d%b%Y",
        "%B %2 %Y",
        "%B %d, %Y",
        "%2 %B %Y",
        "%d/%b/%Y",
        "%a %d %b %Y",
        "%A, %B %2, %Y",
        "%a, %d.%m.%Y",
    ]
    .map(|name| way(name, date))
    .into();
    ways.extend(
        [
            "%d/%m/%Y %H:%M",
            "%1/%2/%Y %3:%M %p",
            "%m/%d/%Y %I:%M %p",
            "%H:%M %d/%m/%Y",
            "%b %2, %Y, %3:%M %p",
            "%d-%b-%Y %H:%M",
            "%Y-%m-%dT%H:%MZ",
            "%d %B %Y at %H:%M",
        ]
        .map(|name| way(name, minutes)),
    );
    ways.extend(
        [
            "%Y/%m/%d %H:%M:%S",
            "%Y-%m-%dT%H:%M:%S+00:00",
            "%d.%m.%Y %H:%M:%S",
            "%Y%m%d%H%M%S",
            "%a, %d %b %Y %H:%M:%S +0000",
            "%a, %d %b %Y %H:%M:%S GMT",
            "%a %b %e %H:%M:%S %Y",
            "%a %b %e %H:%M:%S UTC %Y",
            "%a %b %d %H:%M:%S +0000 %Y",
            "%A, %d-%b-%y %H:%M:%S GMT",
            "%b %e %H:%M:%S",
            "%b %d %H:%M:%S",
            "%d/%b/%Y:%H:%M:%S +0000",
            "[%d/%b/%Y:%H:%M:%S +0000]",
            "%d-%b-%Y %H:%M:%S",
            "%d-%b-%y %I.%M.%S %p",
            "%1/%2/%Y %3:%M:%S %p",
            "%m/%d/%Y %I:%M:%S%P",
            "%b %2, %Y %3:%M:%S %p",
            "%1/%2/%Y, %3:%M:%S\u{202f}%p",
            "%H:%M:%S %d.%m.%Y",
            "%H:%M:%S %b %d, %Y",
            "%a %Y-%m-%d %H:%M:%S UTC",
            "%Y-%m-%d %k:%M:%S",
            "%e %b %Y %k:%M:%S",
        ]
        .map(|name| way(name, seconds)),
    );
    for name in ["%3:%M %p", "%I:%M%P", "%k:%M"] {
        ways.push(way(name, "%H:%M"));
    }
    for name in ["%3:%M:%S %p", "%I:%M:%S%P", "%H.%M.%S"] {
        ways.push(way(name, "%H:%M:%S"));
    }
    for name in ["%Y-%m-%d,%H:%M:%S", "%d/%m/%Y,%3:%M:%S %p", "%d %b %Y,%H:%M:%S", "%Y%m%d,%H:%M:%S"] {
        ways.push(Way { names: "date,time", ..way(name, seconds) });
    }
    ways.push(Way { names: "date,time", ..way("%2.%1.%y,%H:%M", minutes) });
    for way in &mut ways {
        if way.name.contains(',') && way.names == "time" {
            let name = way.name;
            way.print = Box::new(move |at| format!("\"{}\"", stamp(name, at)));
        }
    }
    ways
}

/// Ways of printing tenths of seconds since 1970.
pub(crate) fn with_tenths() -> Vec<Way> {
    let tenths = |name: &'static str| -> Print {
        Box::new(move |at| stamp(name, at / 10).replacen('f', &(at % 10).to_string(), 1))
    };
    [
        "%Y-%m-%d %H:%M:%S:f",
        "%Y-%m-%dT%H:%M:%S.fZ",
        "%d %b %Y %H:%M:%S.f",
        "%b %e %Y %H:%M:%S.f",
        "%1/%2/%Y %3:%M:%S.f %p",
        "%H:%M:%S:f",
        "%H:%M:%S.f %d/%m/%Y",
    ]
    .map(|name| {
        let plainly = if name.contains("%Y") { "%Y-%m-%d %H:%M:%S.f" } else { "%H:%M:%S.f" };
        Way { name, names: "time", print: tenths(name), plainly: tenths(plainly), percent: PLAIN }
    })
    .into()
}

fn duration(name: &'static str, print: fn(i64) -> String, plainly: fn(i64) -> String) -> Way {
    Way { name, names: "time", print: Box::new(print), plainly: Box::new(plainly), percent: PLAIN }
}

/// A minus for negative durations.
fn signed(at: i64, print: impl Fn(i64) -> String) -> String {
    format!("{}{}", if at < 0 { "-" } else { "" }, print(at.abs()))
}

fn tenths(at: i64) -> String {
    signed(at, |at| format!("{}.{}", at / 10, at % 10))
}

/// Ways of printing durations in tenths of seconds.
pub(crate) fn of_durations() -> Vec<Way> {
    vec![
        duration(
            "-27:05:09.4",
            |at| {
                signed(at, |at| {
                    format!("{}:{:02}:{:02}.{}", at / 36_000, at / 600 % 60, at / 10 % 60, at % 10)
                })
            },
            tenths,
        ),
        duration(
            "-09:05:09.4",
            |at| {
                signed(at, |at| {
                    format!("{:02}:{:02}:{:02}.{}", at / 36_000, at / 600 % 60, at / 10 % 60, at % 10)
                })
            },
            tenths,
        ),
        duration(
            "-102:03.5",
            |at| signed(at, |at| format!("{}:{:02}.{}", at / 600, at / 10 % 60, at % 10)),
            tenths,
        ),
        duration(
            "-102:03:05",
            |at| signed(at / 10, |at| format!("{}:{:02}:{:02}", at / 3600, at / 60 % 60, at % 60)),
            |at| (at / 10).to_string(),
        ),
    ]
}

/// Ways of printing durations in seconds that are not negative.
pub(crate) fn of_positive_durations() -> Vec<Way> {
    let seconds = |at: i64| at.to_string();
    vec![
        duration("102:03", |at| format!("{}:{:02}", at / 60, at % 60), seconds),
        duration("0102:03", |at| format!("{:02}:{:02}", at / 60, at % 60), seconds),
        duration("1h 02m 03s", |at| format!("{}h {:02}m {:02}s", at / 3600, at / 60 % 60, at % 60), seconds),
        duration("01h02m03s", |at| format!("{:02}h{:02}m{:02}s", at / 3600, at / 60 % 60, at % 60), seconds),
        duration("1h 2m 3s", |at| format!("{}h {}m {}s", at / 3600, at / 60 % 60, at % 60), seconds),
        duration("PT1H2M3S", |at| format!("PT{}H{}M{}S", at / 3600, at / 60 % 60, at % 60), seconds),
        duration("2m 3s", |at| format!("{}m {}s", at / 60, at % 60), seconds),
        duration("1 h 02 min", |at| format!("{} h {:02} min", at / 60, at % 60), seconds),
        duration("3d 04:05:06", |at| format!("{}d {}", at / DAY, stamp("%H:%M:%S", at % DAY)), seconds),
        duration(
            "3 days 04:05:06",
            |at| format!("{} days {}", at / DAY, stamp("%H:%M:%S", at % DAY)),
            seconds,
        ),
    ]
}

/// 2020-01-27 21:30:50, so that a month ends soon.
const START: i64 = 1_580_160_650;

fn series(name: &'static str, places: u8, values: impl Iterator<Item = i64>) -> Series {
    Series { name, places, values: values.map(Some).collect() }
}

/// Times as they follow each other, from the first.
fn steps(rows: usize, start: i64, mut step: impl FnMut() -> i64) -> impl Iterator<Item = i64> {
    let mut at = start;
    (0..rows).map(move |_| {
        at += step();
        at
    })
}

/// Seconds since 1970.
pub(crate) fn moments(rows: usize) -> Vec<Series> {
    let (mut jitter, mut uneven) = (Dice(1), Dice(2));
    vec![
        series("every ten minutes", 0, steps(rows, START, || 600)),
        series("every day", 0, steps(rows, START, || DAY)),
        series("about each minute", 0, steps(rows, START, || 60 + jitter.around(3))),
        series("uneven", 0, steps(rows, START, || (uneven.next() % 5000) as i64)),
    ]
}

/// Tenths of seconds since 1970.
pub(crate) fn tenths_of_moments(rows: usize) -> Vec<Series> {
    let mut jitter = Dice(3);
    vec![
        series("every two seconds and a half", 1, steps(rows, 10 * START, || 25)),
        series("about each minute, in tenths", 1, steps(rows, 10 * START, || 600 + jitter.around(9))),
    ]
}

/// Tenths of seconds, of both signs.
pub(crate) fn durations(rows: usize) -> Vec<Series> {
    let (mut walk, mut noise) = (Dice(4), Dice(5));
    vec![
        series("countdown", 1, (0..rows as i64).map(move |row| 10 * (rows as i64 / 2 - row) * 300)),
        series("walk", 1, steps(rows, 500_000, || walk.around(9_000))),
        series("noise", 1, (0..rows).map(move |_| noise.around(2_000_000))),
    ]
}

/// Seconds that are not negative.
pub(crate) fn positive(rows: usize) -> Vec<Series> {
    let (mut rising, mut noise) = (Dice(6), Dice(7));
    vec![
        series("rising", 0, steps(rows, 0, || 60 + rising.around(30))),
        series("noise", 0, (0..rows).map(move |_| (noise.next() % 500_000) as i64)),
    ]
}

/// The lines of a table: a counter, and the series in this way.
pub(crate) fn table(series: &Series, print: &Print, names: &str) -> String {
    let mut text = format!("n,{names}\n");
    for (row, value) in series.values.iter().enumerate() {
        text += &format!("{row},{}\n", value.map(print).unwrap_or_default());
    }
    text
}
