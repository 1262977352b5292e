//! Inputs in which there is next to nothing, through every mode and back.

use assert_cmd::cargo_bin_cmd;
use std::{fs, path::Path, process::Output};

const INPUTS: &[(&str, &[u8])] = &[
    ("nothing", b""),
    ("one byte", b"7"),
    ("a zero", b"\0"),
    ("a line end", b"\n"),
    ("line ends", b"\n\n\n\n\n"),
    ("foreign line ends", b"\r\n\r\n\r"),
    ("a header", b"time,temp\n"),
    ("a header without end", b"time,temp"),
    ("a row", b"1,2.5\n"),
    ("a row without end", b"1,2.5"),
    ("a header and a row", b"time,temp\n1,2.5\n"),
    ("a mark", b"\xEF\xBB\xBF"),
];

/// Ways to compress that give the text back.
const EXACT: &[&[&str]] = &[
    &["-1"],
    &["-3"],
    &["-5"],
    &["-7"],
    &["-9"],
    &["-T1", "--segment", "16K"],
    &["--live"],
    &["--live", "--flush-rows", "1"],
    &["--error", "0"],
    &["--gene", "it.gene"],
    &["--raw", "i16", "--channels", "3"],
    &["--raw", "f64"],
    &["--messages", "1"],
    &["--messages", "50", "--gene", "it.gene"],
];

fn qres(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut command = cargo_bin_cmd!("qres");
    command.args(arguments).current_dir(folder).env_remove("HOME").write_stdin(input);
    command.output().unwrap()
}

/// What a command prints that has to succeed.
fn printed(folder: &Path, arguments: &[&str], input: &[u8], what: &str) -> Vec<u8> {
    let output = qres(folder, arguments, input);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{what}: {arguments:?}: {said}");
    output.stdout
}

fn room() -> tempfile::TempDir {
    let room = tempfile::tempdir().unwrap();
    let rows: String = (0..40).map(|n| format!("{n},{}.{}\n", n * n % 17, n % 10)).collect();
    fs::write(room.path().join("it.csv"), format!("time,temp\n{rows}")).unwrap();
    printed(room.path(), &["gene", "train", "it.csv", "-o", "it.gene"], b"", "a gene");
    room
}

#[test]
fn what_is_next_to_nothing_comes_back() {
    let room = room();
    let folder = room.path();
    let mut cases = 0;
    for (name, input) in INPUTS {
        for mode in EXACT {
            let what = format!("{name}, {mode:?}");
            let archive = printed(folder, &[&["compress"], *mode].concat(), input, &what);
            let gene = ["--gene", "it.gene"];
            let text = printed(folder, &[&["decompress"][..], &gene].concat(), &archive, &what);
            assert!(text == *input, "{what}");
            let salvaged =
                printed(folder, &[&["decompress", "--salvage"][..], &gene].concat(), &archive, &what);
            assert!(salvaged == *input, "{what}");
            for command in [&["test", "--gene", "it.gene"][..], &["inspect"], &["list"]] {
                printed(folder, command, &archive, &what);
            }
            cases += 1;
        }
    }
    println!("{cases} inputs and modes");
}

#[test]
fn what_is_next_to_nothing_is_appended_put_together_and_mended() {
    let room = room();
    let folder = room.path();
    let mut cases = 0;
    for (first, second) in INPUTS.iter().zip(INPUTS.iter().cycle().skip(3)) {
        let what = format!("{} and {}", first.0, second.0);
        let both = [first.1, second.1].concat();
        for live in [&[][..], &["--live"]] {
            let append = [&["compress", "--append", "log"][..], live].concat();
            for input in [first.1, second.1] {
                printed(folder, &append, input, &what);
            }
            assert!(printed(folder, &["decompress", "-c", "log"], b"", &what) == both, "{what}");
            printed(folder, &["repair", "log"], b"", &what);
            printed(folder, &["cat", "log"], b"", &what);
            let one = printed(folder, &["concat", "log"], b"", &what);
            printed(folder, &["test"], &one, &what);
            fs::remove_file(folder.join("log")).unwrap();
            cases += 1;
        }
    }
    println!("{cases} pairs");
}

#[test]
fn what_is_next_to_nothing_is_no_failure_of_ours() {
    let room = room();
    let folder = room.path();
    let mut cases = 0;
    for (name, input) in INPUTS {
        for command in [
            &["compress", "--live", "--error", "0.5"][..],
            &["compress", "--error", "0.5"],
            &["compress", "--error", "1%"],
            &["check"],
            &["watch"],
            &["cat"],
            &["decompress"],
            &["decompress", "--salvage"],
            &["test"],
            &["inspect"],
            &["list"],
            &["concat"],
            &["gene", "train", "-"],
            &["gene", "show", "-"],
        ] {
            let output = qres(folder, command, input);
            let said = String::from_utf8_lossy(&output.stderr);
            let code = output.status.code();
            assert!(code.is_some_and(|code| code < 7), "{name}: {command:?}: {said}");
            assert!(output.status.success() || said.contains("error:"), "{name}: {command:?}");
            assert!(!said.contains("fault in qres"), "{name}: {command:?}: {said}");
            cases += 1;
        }
    }
    println!("{cases} inputs and commands");
}
