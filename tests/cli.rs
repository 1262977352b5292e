//! Transcripts of the command line: every file `tests/cli/NAME.txt` is a fact and its name says which.
//!
//! ```text
//! # why
//! $ a line of shell
//! > and its continuation
//! what it prints, stdout and stderr as they come
//! [3]                 its exit code, if it is not 0
//! ```
//! `[..]` in an expected line stands for anything within it. Each transcript runs in its own empty folder without a home
//! and without stdin, after `tests/cli/prelude.sh`. `QRES_BLESS=1 cargo test --test cli` writes what is printed into the
//! transcripts; lines that match already keep their `[..]`.
//!
//! `README.md` is one as well: what its `console` blocks hold runs in a copy of `fixtures/`, which is the home too, one after
//! the other.

use libtest_mimic::{Arguments, Failed, Trial};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "txt"));
    paths.sort();
    let trial = |path: PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        // What a machine has not got is listed as ignored, by name.
        let missing = needs(&path).into_iter().any(|needed| !Path::new(needed).exists());
        Trial::test(name, move || run(&path)).with_ignored_flag(missing)
    };
    let mut trials: Vec<Trial> = paths.into_iter().map(trial).collect();
    trials.push(Trial::test("readme", || run(&Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"))));
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// Steps, and the lines behind the last.
#[derive(Debug, Default)]
struct Transcript {
    steps: Vec<Step>,
    rest: Vec<String>,
}

/// A command and what it must print.
#[derive(Debug)]
struct Step {
    /// Lines before it that are not part of any step.
    before: Vec<String>,
    command: Vec<String>,
    expected: Vec<String>,
}

/// What of Linux a transcript needs beyond a shell.
fn needs(path: &Path) -> Vec<&'static str> {
    let text = fs::read_to_string(path).unwrap();
    let needed = [("terminal ", "/usr/bin/script"), ("/dev/full", "/dev/full")];
    needed.into_iter().filter(|(word, _)| text.contains(word)).map(|(_, needed)| needed).collect()
}

fn run(path: &Path) -> Result<(), Failed> {
    let text = fs::read_to_string(path)?;
    let is_page = path.extension().is_some_and(|end| end == "md");
    let mut transcript = if is_page { parse_page(&text) } else { parse(&text) };
    let folder = tempfile::tempdir()?;
    if is_page {
        copy_fixtures(folder.path())?;
    }
    let mut wrong = String::new();
    for step in &mut transcript.steps {
        let home = is_page.then(|| folder.path());
        let mut printed = execute(&step.command.join("\n"), folder.path(), home)?;
        // A page shows what a terminal shows.
        printed.retain(|line| !(is_page && line.starts_with('[') && line.ends_with(']')));
        if !matches_all(&step.expected, &printed) {
            wrong += &format!("$ {}\n{}", step.command.join("\n> "), difference(&step.expected, &printed));
            step.expected = merge(&step.expected, printed);
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    if std::env::var_os("QRES_BLESS").is_some() {
        return Ok(fs::write(path, print(&transcript))?);
    }
    Err(format!("{wrong}\n(`QRES_BLESS=1 cargo test --test cli` takes it over)").into())
}

fn copy_fixtures(folder: &Path) -> Result<(), Failed> {
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"))? {
        let path = entry?.path();
        if let (true, Some(name)) = (path.is_file(), path.file_name()) {
            fs::copy(&path, folder.join(name))?;
        }
    }
    Ok(())
}

/// The steps in the `console` blocks of a page.
fn parse_page(text: &str) -> Transcript {
    let mut transcript = Transcript::default();
    let mut inside = false;
    for line in text.lines() {
        let (steps, rest) = (&mut transcript.steps, &mut transcript.rest);
        match (inside, line.strip_prefix("$ ")) {
            (true, Some(command)) => {
                let (before, command) = (std::mem::take(rest), vec![command.to_owned()]);
                steps.push(Step { before, command, expected: vec![] });
            }
            (true, None) if line != "```" => steps.last_mut().unwrap().expected.push(line.to_owned()),
            _ => {
                inside = line == "```console";
                rest.push(line.to_owned());
            }
        }
    }
    transcript
}

fn parse(text: &str) -> Transcript {
    let mut steps: Vec<Step> = Vec::new();
    let mut before = Vec::new();
    for line in text.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            let (before, command) = (std::mem::take(&mut before), vec![command.to_owned()]);
            steps.push(Step { before, command, expected: vec![] });
        } else if line.starts_with("# ") {
            before.push(line.to_owned());
        } else if let Some(more) = line.strip_prefix("> ") {
            steps.last_mut().unwrap().command.push(more.to_owned());
        } else {
            steps.last_mut().unwrap().expected.push(line.to_owned());
        }
    }
    assert!(before.is_empty(), "a comment stands before a command");
    Transcript { steps, rest: vec![] }
}

fn execute(command: &str, folder: &Path, home: Option<&Path>) -> Result<Vec<String>, Failed> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let binary = Path::new(env!("CARGO_BIN_EXE_qres")).parent().unwrap();
    let prelude = root.join("tests/cli/prelude.sh");
    let output = Command::new("timeout")
        .args(["60", "sh", "-c"])
        .arg(format!(". '{}'\nexec 2>&1\n{command}", prelude.display()))
        .current_dir(folder)
        .env_clear()
        .env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", binary.display()))
        .env("LC_ALL", "C")
        .env("COLUMNS", "100")
        .envs(home.map(|home| ("HOME", home)))
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()?;
    let mut lines: Vec<String> = String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect();
    match output.status.code() {
        Some(0) => {}
        Some(code) => lines.push(format!("[{code}]")),
        None => lines.push("[killed]".into()),
    }
    Ok(lines)
}

fn matches_all(expected: &[String], printed: &[String]) -> bool {
    expected.len() == printed.len()
        && expected.iter().zip(printed).all(|(line, printed)| matches(line, printed))
}

/// Whether `line` is `expected`, in which `[..]` stands for anything.
fn matches(expected: &str, line: &str) -> bool {
    let mut parts = expected.split("[..]");
    let Some(mut rest) = line.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    true
}

fn difference(expected: &[String], printed: &[String]) -> String {
    let lines =
        |sign: char, lines: &[String]| lines.iter().map(|line| format!("{sign}{line}\n")).collect::<String>();
    lines('-', expected) + &lines('+', printed)
}

/// What was printed, but where a line that stood in its place matches it.
fn merge(expected: &[String], printed: Vec<String>) -> Vec<String> {
    let keep = |line: String| expected.iter().find(|old| matches(old, &line)).cloned().unwrap_or(line);
    printed.into_iter().map(keep).collect()
}

fn print(transcript: &Transcript) -> String {
    let mut text = String::new();
    for step in &transcript.steps {
        for line in &step.before {
            text += &format!("{line}\n");
        }
        text += &format!("$ {}\n", step.command.join("\n> "));
        for line in &step.expected {
            text += &format!("{line}\n");
        }
    }
    transcript.rest.iter().for_each(|line| text += &format!("{line}\n"));
    text
}
