//! Numbers cost what they say, however they are printed: series in every way of printing that people and programs have
//! come back byte for byte, and take hardly more than the same numbers printed plainly.

mod series;
mod times;
mod ways;

use qres_core::{Options, codec::Level, compress, decompress};
use series::Series;

/// Bytes that a way of printing may take whatever the plain form takes: a format has to be described.
const SPARE: usize = 60;
const LEVELS: [u8; 2] = [1, 5];
/// Levels at which times are compared.
const LEVELS_OF_TIMES: [u8; 3] = [1, 5, 9];

/// What was compared, and what was worst.
#[derive(Default)]
struct Tally {
    cases: usize,
    failed: Vec<String>,
    worst: Vec<(usize, String)>,
}

impl Tally {
    /// Compares a text with its plain form; `percent` is what it may take of that.
    fn compare(&mut self, name: &str, series: &str, level: u8, text: &str, plain: usize, percent: usize) {
        let size = compressed(text.as_bytes(), level);
        self.cases += 1;
        let ratio = size * 100 / plain;
        match self.worst.iter_mut().find(|(_, known)| known == name) {
            Some((worst, _)) => *worst = ratio.max(*worst),
            None => self.worst.push((ratio, name.into())),
        }
        if size > plain * percent / 100 + SPARE {
            self.failed.push(format!("{name}, {series}, level {level}: {size} bytes, plainly {plain}"));
        }
    }

    fn finish(self, what: &str) {
        println!("{what}: {} cases", self.cases);
        for (percent, name) in &self.worst {
            println!("{percent:5} %  {name}");
        }
        assert!(
            self.failed.is_empty(),
            "{} of {}:\n{}",
            self.failed.len(),
            self.cases,
            self.failed.join("\n")
        );
    }
}

/// Compresses a text, sees to it that it comes back, and returns the size.
fn compressed(text: &[u8], level: u8) -> usize {
    let level = Level::new(level).expect("a level");
    let archive = compress(text, &Options { level, ..Options::default() }).expect("an archive");
    let back = decompress(&archive).expect("a text");
    assert!(back == text, "level {level:?}: {}", String::from_utf8_lossy(text));
    archive.len()
}

fn levels(usual: &[u8]) -> Vec<u8> {
    std::env::var("QRES_FORMATS_LEVELS")
        .map_or(usual.to_vec(), |levels| levels.bytes().map(|b| b - b'0').collect())
}

fn rows() -> usize {
    std::env::var("QRES_FORMATS_ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(1000)
}

fn compare_all(all: &[Series], ways: Vec<ways::Way>, gap: (&str, &str), tally: &mut Tally) {
    for series in all {
        for level in levels(&LEVELS) {
            let size = |plainly: fn(i64, u8) -> String| {
                compressed(ways::table(series, ',', &plainly, gap.0).as_bytes(), level)
            };
            for way in &ways {
                let text = ways::table(series, way.delimiter, &way.print, gap.1);
                let plain = size(way.plainly);
                let name =
                    if gap.1.is_empty() { way.name.clone() } else { format!("{}, {}", way.name, gap.1) };
                tally.compare(&name, series.name, level, &text, plain, way.percent);
            }
        }
    }
}

#[test]
fn dressed_numbers_cost_what_plain_ones_do() {
    let mut tally = Tally::default();
    compare_all(&series::all(1, rows()), ways::dressed(), ("", ""), &mut tally);
    tally.finish("dressed");
}

#[test]
fn numbers_with_exponents_cost_half_as_much_again_at_most() {
    let mut tally = Tally::default();
    compare_all(&series::all(2, rows()), ways::with_exponents(), ("", ""), &mut tally);
    tally.finish("with exponents");
}

#[test]
fn hexadecimal_numbers_cost_what_plain_ones_do() {
    let mut tally = Tally::default();
    compare_all(&series::all(3, rows()), ways::hexadecimal(), ("", ""), &mut tally);
    tally.finish("hexadecimal");
}

#[test]
fn numbers_among_gaps_cost_what_plain_ones_do() {
    let mut tally = Tally::default();
    for gap in ["", "NaN", "NA", "null", "-", "#N/A", "-999", "  ", "\"\""] {
        let all: Vec<Series> =
            series::all(4, rows()).into_iter().map(|s| series::with_gaps(s, 5, 30)).collect();
        let ways = ways::dressed().into_iter().step_by(7).chain([ways::with_exponents().remove(0)]).collect();
        let plainly = if gap == "-999" { gap } else { "NaN" };
        compare_all(&all, ways, (plainly, gap), &mut tally);
    }
    tally.finish("among gaps");
}

fn compare_times(all: &[Series], ways: &[times::Way], tally: &mut Tally) {
    for series in all {
        for level in levels(&LEVELS_OF_TIMES) {
            for way in ways {
                let plain = compressed(times::table(series, &way.plainly, "time").as_bytes(), level);
                let text = times::table(series, &way.print, way.names);
                tally.compare(way.name, series.name, level, &text, plain, way.percent);
            }
        }
    }
}

#[test]
fn times_cost_what_they_do_in_digits() {
    let mut tally = Tally::default();
    compare_times(&times::moments(rows()), &times::ways(), &mut tally);
    compare_times(&times::tenths_of_moments(rows()), &times::with_tenths(), &mut tally);
    tally.finish("times");
}

#[test]
fn durations_cost_what_their_seconds_do() {
    let mut tally = Tally::default();
    compare_times(&times::durations(rows()), &times::of_durations(), &mut tally);
    compare_times(&times::positive(rows()), &times::of_positive_durations(), &mut tally);
    tally.finish("durations");
}
