//! Every file of some folders to an archive and back, at every level.
//!
//! ```text
//! cargo bench --bench roundtrip -- [--seconds N] [--program N] [--up-to LEVEL] [FOLDER...]
//! ```
//! Regular files of up to 5 MB below each folder, in the order of their names; by default `../shared/datasets` where it
//! exists, `/usr/share` and `/usr/bin`. Once a folder has taken `--seconds` (default: no end) no further file of it is
//! begun, and the last line of the folder says how many were left. Levels go `--up-to` one (default 9). `--program N` sends the first N files of each folder
//! (default 20) also through the program `qres`. Prints files, bytes and the bytes of the archives for each folder, each
//! failure by name, and ends with 1 if there was any.

use qres_core::{
    codec::Level,
    frame::{Config, Input},
};
use std::{
    env, fs,
    panic::catch_unwind,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};
use vectors::archive;

const MAX_BYTES: u64 = 5_000_000;
/// Text in a segment: several segments of the larger files.
const SEGMENT: usize = 1 << 20;

struct Plan {
    /// Time for a folder.
    time: Option<Duration>,
    program: usize,
    levels: Vec<Level>,
    folders: Vec<PathBuf>,
}

/// What became of a folder's files.
#[derive(Default)]
struct Report {
    files: usize,
    bytes: usize,
    /// Bytes of archives by level.
    archives: Vec<usize>,
    through_program: usize,
    unreadable: usize,
    failures: Vec<String>,
}

fn main() -> ExitCode {
    let plan = plan();
    let mut failures = 0;
    for folder in &plan.folders {
        let files = files_below(folder);
        let report = try_all(&files, &plan);
        println!("{}: {} files, {} bytes", folder.display(), report.files, report.bytes);
        for (level, bytes) in plan.levels.iter().zip(&report.archives) {
            println!("  level {}: {bytes} bytes", level.get());
        }
        let left = files.len() - report.files - report.unreadable;
        println!(
            "  {} failures, {} files also through the program, {} unreadable, {left} left for want of time",
            report.failures.len(),
            report.through_program,
            report.unreadable
        );
        report.failures.iter().for_each(|failure| println!("  FAILED {failure}"));
        failures += report.failures.len();
    }
    ExitCode::from(u8::from(failures > 0))
}

fn plan() -> Plan {
    let mut plan = Plan { time: None, program: 20, levels: vectors::levels().collect(), folders: vec![] };
    let mut arguments = env::args().skip(1).filter(|argument| argument != "--bench");
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next().and_then(|n| n.parse().ok()).expect("a number after an option");
        match &*argument {
            "--seconds" => plan.time = Some(Duration::from_secs(number())),
            "--up-to" => {
                let most = number();
                plan.levels.retain(|level| u64::from(level.get()) <= most);
            }
            "--program" => plan.program = number() as usize,
            _ => plan.folders.push(argument.into()),
        }
    }
    if plan.folders.is_empty() {
        let usual = ["../shared/datasets", "/usr/share", "/usr/bin"].map(PathBuf::from);
        plan.folders.extend(usual.into_iter().filter(|folder| folder.is_dir()));
    }
    plan
}

/// Regular files, links not followed, in the order of their names.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
    entries.sort();
    let mut files = vec![];
    for path in entries {
        match fs::symlink_metadata(&path) {
            Ok(about) if about.is_dir() => files.extend(files_below(&path)),
            Ok(about) if about.is_file() && about.len() <= MAX_BYTES => files.push(path),
            _ => {}
        }
    }
    files
}

/// Spreads the files over the machine's cores.
fn try_all(files: &[PathBuf], plan: &Plan) -> Report {
    let report = Mutex::new(Report { archives: vec![0; plan.levels.len()], ..Report::default() });
    let (next, start) = (AtomicUsize::new(0), Instant::now());
    let work = || {
        while plan.time.is_none_or(|time| start.elapsed() < time) {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(path) = files.get(place) else { return };
            try_file(path, place < plan.program, plan, &report);
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    report.into_inner().expect("no worker panicked")
}

fn try_file(path: &Path, through_program: bool, plan: &Plan, report: &Mutex<Report>) {
    let Ok(bytes) = fs::read(path) else {
        report.lock().expect("no worker panicked").unreadable += 1;
        return;
    };
    let tried: Vec<Result<usize, String>> = plan
        .levels
        .iter()
        .map(|&level| {
            let config = Config { level, input: Input::Text, segment: SEGMENT };
            let in_process =
                catch_unwind(|| in_process(&bytes, &config)).unwrap_or_else(|_| Err("panicked".into()));
            let size =
                in_process.map_err(|what| format!("{} at level {}: {what}", path.display(), level.get()))?;
            if through_program && through_the_program(path, level.get()).as_deref() != Some(&*bytes) {
                return Err(format!("{} at level {}: through the program", path.display(), level.get()));
            }
            Ok(size)
        })
        .collect();
    let mut report = report.lock().expect("no worker panicked");
    report.files += 1;
    report.bytes += bytes.len();
    report.through_program += usize::from(through_program);
    for (level, result) in tried.into_iter().enumerate() {
        match result {
            Ok(size) => report.archives[level] += size,
            Err(failure) => report.failures.push(failure),
        }
    }
}

/// The archive's size, if it decodes to `bytes`.
fn in_process(bytes: &[u8], config: &Config) -> Result<usize, String> {
    let archive = archive::compress(bytes, config);
    match archive::decompress(&archive, 1 << 30) {
        Ok(decoded) if decoded == bytes => Ok(archive.len()),
        Ok(_) => Err("other bytes".into()),
        Err(error) => Err(error.to_string()),
    }
}

/// What comes out of `qres compress FILE | qres decompress`; `None` if either fails.
fn through_the_program(path: &Path, level: u8) -> Option<Vec<u8>> {
    let qres = env!("CARGO_BIN_EXE_qres");
    let level = format!("-{level}");
    let mut compress =
        Command::new(qres).args(["compress", "-c", &level]).arg(path).stdout(Stdio::piped()).spawn().ok()?;
    let output =
        Command::new(qres).args(["decompress", "-c"]).stdin(compress.stdout.take()?).output().ok()?;
    (compress.wait().ok()?.success() && output.status.success()).then_some(output.stdout)
}
