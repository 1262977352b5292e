//! Transcripts of the command line: every snapshot `tests/cli/NAME.snap` is a fact and its name says which.
//!
//! ```text
//! # why
//! $ a line of shell
//! > and its continuation
//! what it prints, stdout and stderr as they come
//! [3]                 its exit code, if it is not 0
//! ```
//! The lines of shell are run again and all of it is compared by insta: `cargo insta review` shows what has changed. To add
//! a fact, write its shell into `tests/cli/NAME.snap` behind two lines `---`. Each transcript runs in its own empty folder
//! without a home and without stdin, after `tests/cli/prelude.sh`. What differs from machine to machine is told as `[..]`.
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
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "snap"));
    paths.sort();
    let trial = |path: PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        // What a machine has not got is listed as ignored, by name.
        let missing = needs(&path).into_iter().any(|needed| !Path::new(needed).exists());
        Trial::test(name.clone(), move || transcript(&name, &path)).with_ignored_flag(missing)
    };
    let mut trials: Vec<Trial> = paths.into_iter().map(trial).collect();
    trials.push(Trial::test("readme", readme));
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn folder() -> PathBuf {
    root().join("tests/cli")
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What of Linux a transcript needs beyond a shell.
fn needs(path: &Path) -> Vec<&'static str> {
    let text = fs::read_to_string(path).unwrap();
    let needed = [("terminal ", "/usr/bin/script"), ("/dev/full", "/dev/full")];
    needed.into_iter().filter(|(word, _)| text.contains(word)).map(|(_, needed)| needed).collect()
}

/// Runs what the snapshot at `path` holds, and compares it with what it prints.
fn transcript(name: &str, path: &Path) -> Result<(), Failed> {
    let text = fs::read_to_string(path)?;
    let shell = text.splitn(3, "---\n").last().unwrap_or_default();
    let (folder_of_its_own, mut printed) = (tempfile::tempdir()?, String::new());
    for step in steps(shell) {
        printed += &step.join("\n");
        printed.push('\n');
        let command: Vec<&str> = step.iter().filter_map(|line| line.get(2..)).collect();
        let comments = step.iter().take_while(|line| line.starts_with("# ")).count();
        for line in execute(&command[comments..].join("\n"), folder_of_its_own.path(), None)? {
            printed += &line;
            printed.push('\n');
        }
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder());
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (_, pattern, told) in FILTERS.into_iter().filter(|(of, ..)| *of == name) {
        settings.add_filter(pattern, told);
    }
    settings.bind(|| insta::assert_snapshot!(name, printed));
    Ok(())
}

/// In which transcript something differs from run to run, and what is told instead.
const FILTERS: [(&str, &str, &str); 3] = [
    ("bench-measures-for-real", r"(?m)^  (qres-1|lz4)  .*$", "  $1  [..]"),
    ("bytes-say-why-they-are", r"\d+ rows?, as bytes: binary", "[..] rows, as bytes: binary"),
    ("keys-are-made-once-for-their-owner", r"did:qres:\w+ \(short: \w+\)", "did:qres:[..]"),
];

/// Comments, a command and its continuations, for each step.
fn steps(shell: &str) -> Vec<Vec<&str>> {
    let mut steps: Vec<Vec<&str>> = Vec::new();
    let mut comments = Vec::new();
    for line in shell.lines() {
        if line.starts_with("$ ") {
            let mut step = std::mem::take(&mut comments);
            step.push(line);
            steps.push(step);
        } else if line.starts_with("# ") {
            comments.push(line);
        } else if let (true, Some(step)) = (line.starts_with("> "), steps.last_mut()) {
            step.push(line);
        }
    }
    steps
}

/// Runs the `console` blocks of the page and compares it with what they would show; `INSTA_UPDATE=always` takes that over.
fn readme() -> Result<(), Failed> {
    let (path, home) = (root().join("README.md"), tempfile::tempdir()?);
    for entry in fs::read_dir(root().join("fixtures"))? {
        let path = entry?.path();
        if let (true, Some(name)) = (path.is_file(), path.file_name()) {
            fs::copy(&path, home.path().join(name))?;
        }
    }
    let (page, mut shown, mut inside) = (fs::read_to_string(&path)?, String::new(), false);
    for line in page.lines() {
        let command = line.strip_prefix("$ ").filter(|_| inside);
        if inside && command.is_none() && line != "```" {
            continue;
        }
        inside = inside && line != "```" || line == "```console";
        shown += &format!("{line}\n");
        if let Some(command) = command {
            let printed = execute(command, home.path(), Some(home.path()))?;
            // A page shows what a terminal shows.
            let printed = printed.iter().filter(|line| !(line.starts_with('[') && line.ends_with(']')));
            printed.for_each(|line| shown += &format!("{line}\n"));
        }
    }
    if std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
        fs::write(path, shown)?;
    } else if shown != page {
        let differs = shown.lines().zip(page.lines()).find(|(shown, page)| shown != page);
        return Err(format!("it shows, and the page says: {differs:#?}").into());
    }
    Ok(())
}

fn execute(command: &str, folder: &Path, home: Option<&Path>) -> Result<Vec<String>, Failed> {
    let binary = Path::new(env!("CARGO_BIN_EXE_qres")).parent().unwrap();
    let prelude = root().join("tests/cli/prelude.sh");
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
