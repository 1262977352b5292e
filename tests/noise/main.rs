//! Of noise, `qres watch` tells less than one event of each kind a day and column.
//!
//! `QRES_ROWS=1000000 cargo test --release --test noise -- --nocapture` watches more rows than usual, and prints what each
//! series told.

mod series;

use assert_cmd::cargo_bin_cmd;
use series::{Noise, Series};
use std::env;

/// Rows a day: one each second, minute, five minutes.
const DAYS: [u64; 3] = [86_400, 1440, 288];
/// The kinds of events, and what the lines that tell them hold.
const KINDS: [(&str, &str); 4] = [
    ("anomalies", r#""event":"anomaly""#),
    ("storms", r#""to":"storm""#),
    ("prestorms", r#""from":"calm""#),
    ("drifts", r#""event":"drift""#),
];
/// A lift takes some alarms to rise: the days that are too few to count.
const FEW_DAYS: f64 = 5.0;

/// Noise as a table with a clock.
fn table(noise: Noise, rows: u64, day: u64) -> String {
    let mut text = String::from("time,value\n");
    for (row, value) in (0..rows).zip(Series::new(noise, 1, day as i64)) {
        let (whole, part) = (value / 100, value.unsigned_abs() % 100);
        let sign = if value < 0 && whole == 0 { "-" } else { "" };
        text += &format!("{},{sign}{whole}.{part:02}\n", 1_600_000_000 + row * (86_400 / day));
    }
    text
}

#[test]
fn less_than_one_event_of_each_kind_is_told_a_day() {
    let rows = env::var("QRES_ROWS").map_or(60_000, |rows| rows.parse().unwrap());
    for day in DAYS {
        for (name, noise) in Noise::ALL {
            let watched = cargo_bin_cmd!("qres")
                .args(["watch", "--json"])
                .write_stdin(table(noise, rows, day))
                .unwrap();
            let told = String::from_utf8(watched.stdout).unwrap();
            assert!(told.contains(r#""event":"begin","columns":["value"]"#), "{name}: {told}");
            let days = rows as f64 / day as f64;
            for (kind, line) in KINDS {
                let count = told.lines().filter(|told| told.contains(line)).count();
                println!("{name}, {day} rows a day: {count} {kind} in {days:.0} days");
                assert!(count as f64 <= days.max(FEW_DAYS), "{name}: {count} {kind} in {days:.1} days");
            }
        }
    }
}
