//! No number leaves its bound, and nothing else changes: generated texts through the program and back, live and not.
//!
//! A text is made of pieces, cells and what stands between them, so that it is known where every cell is in what comes back.
//! Each cell is compared as an exact decimal with the tightest bound of the names that it bears; every other byte is
//! compared as it is.
#![cfg(unix)]

mod compare;
mod number;
mod random;
mod text;
mod width;

use assert_cmd::cargo_bin_cmd;
use compare::{Bound, bounds, compare};
use random::Random;
use std::{fmt::Write as _, fs, io::Write as _, path::Path, process::Output};
use text::Text;

fn qres(folder: &Path, arguments: &[String]) -> Output {
    cargo_bin_cmd!("qres").args(arguments).current_dir(folder).env_remove("HOME").output().unwrap()
}

/// Runs one batch of texts with the same bounds through the program, and counts them.
fn batch(seed: u64, live: bool, failures: &mut String) -> [usize; 2] {
    let mut random = Random(seed);
    let folder = tempfile::tempdir().unwrap();
    let (mut cases, mut refused) = (0, 0);
    for at in 0..4 {
        let text = Text::new(&mut random, live);
        let bounds = bounds(&mut random, &text, live);
        let name = format!("{at}.txt");
        fs::write(folder.path().join(&name), text.bytes()).unwrap();
        let mut arguments: Vec<String> = vec!["compress".into(), format!("-{}", random.pick(&[1, 3, 5]))];
        for Bound { name, text } in &bounds {
            let own = name.as_ref().map_or(String::new(), |name| format!("{name}="));
            arguments.extend(["--error".into(), own + text]);
        }
        match live {
            true => arguments.push("--live".into()),
            false if random.chance(2) => arguments.extend(["--segment".into(), "16K".into()]),
            false => {}
        }
        arguments.push(name.clone());
        let done = qres(folder.path(), &arguments);
        if !done.status.success() {
            // What cannot be done is refused, and nothing is written.
            assert!(matches!(done.status.code(), Some(1 | 2)), "{arguments:?}: {done:?}");
            assert!(!folder.path().join(name + ".qres").exists(), "{arguments:?}");
            refused += 1;
            continue;
        }
        let packed = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let packed = packed.filter(|path| path.extension().is_some_and(|end| end != "txt")).max().unwrap();
        let back = qres(folder.path(), &["decompress".into(), "-c".into(), packed.to_string_lossy().into()]);
        fs::remove_file(packed).unwrap();
        let back = String::from_utf8_lossy(&back.stdout).into_owned();
        if let Err(what) = compare(&text, &back, &bounds) {
            let sorts: Vec<_> = text.columns.iter().map(|column| (&column.name, column.sort)).collect();
            let _ =
                writeln!(failures, "seed {seed}/{at} {:?} {sorts:?}\n{arguments:?}\n{what}\n", text.dialect);
        }
        cases += 1;
    }
    [cases, refused]
}

fn run(what: &str, live: bool, batches: u64) {
    let (mut failures, mut cases, mut refused) = (String::new(), 0, 0);
    for seed in 0..batches {
        let [more, no] = batch(seed, live, &mut failures);
        (cases, refused) = (cases + more, refused + no);
    }
    // Past the capture of tests: figures are to be seen.
    let _ = writeln!(
        std::io::stderr(),
        "bounds: {cases} {what} came back within their bounds, {refused} were refused"
    );
    assert!(failures.is_empty(), "{failures}");
    assert!(refused * 2 < cases, "{refused} of {cases}");
}

/// Batches of four: more with `QRES_CASES`.
fn batches() -> u64 {
    std::env::var("QRES_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(240) / 4
}

#[test]
fn archives() {
    run("archives", false, batches());
}

#[test]
fn links() {
    run("links", true, batches());
}
