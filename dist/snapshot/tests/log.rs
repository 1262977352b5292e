//! What the log holds, as snapshots: a column that changes its form, or a log that grows, fails a test.
//! `cargo insta review` shows what has changed.

use assert_cmd::{Command, cargo::cargo_bin_cmd};

/// Returns what the program logs.
fn log() -> Vec<u8> {
    cargo_bin_cmd!("hall").output().unwrap().stdout
}

/// Runs qres on `input`, and returns what it prints.
fn qres(arguments: &[&str], input: Vec<u8>) -> Vec<u8> {
    Command::new("qres").args(arguments).write_stdin(input).assert().success().get_output().stdout.clone()
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// The part of a report that says how columns are written, without what they take.
fn forms(report: &str) -> String {
    let table = report.lines().skip_while(|line| !line.contains("holds"));
    let end = table.clone().next().and_then(|head| head.find("map")).unwrap();
    table.map(|line| line[..end.min(line.len())].trim_end().to_owned() + "\n").collect()
}

#[test]
fn columns_keep_their_form() {
    let archive = qres(&["compress", "-c"], log());
    insta::assert_snapshot!(forms(&text(qres(&["inspect"], archive))), @r"
    #  column    holds
    1  time      time
    2  temp      decimal, 1 place
    3  state     2 distinct
       the rest
    ");
}

#[test]
fn rows_are_as_they_were() {
    let archive = qres(&["compress", "-c"], log());
    insta::assert_snapshot!(text(qres(&["cat", "--rows", "478..481"], archive)), @r"
    time,temp,state
    2025-06-01 07:58,23.9,on
    2025-06-01 07:59,23.9,on
    2025-06-01 08:00,24.0,on
    ");
}

#[test]
fn the_log_stays_small() {
    let (log, archive) = (log(), qres(&["compress", "-c"], log()));
    assert!(archive.len() * 40 < log.len(), "{} bytes of {}", archive.len(), log.len());
}

#[test]
fn it_is_data_that_qres_is_made_for() {
    qres(&["check", "--fail"], log());
}
