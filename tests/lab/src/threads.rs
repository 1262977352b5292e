//! What a second thread brings: the time of the program with one and with two, both ways.
//!
//! The first 1.5 MB of a text are one segment; 100 MB are its rows again and again. Of runs that take turns the quickest
//! count. What comes out must be the same.

use super::Dataset;
use std::{
    env::temp_dir,
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::{self, Command},
    time::{Duration, Instant},
};

const SEGMENT: usize = 1_500_000;
const LONG: usize = 100_000_000;
const LEVELS: [&str; 5] = ["1", "3", "5", "7", "9"];
/// Those that take seconds for 100 MB, not minutes.
const LIGHT: [&str; 3] = ["1", "3", "5"];
/// How long runs take turns.
const TURNS: Duration = Duration::from_secs(2);

/// Times the program at `qres` with each text.
pub(super) fn run(qres: &str, texts: &[Dataset]) -> Result<(), Box<dyn Error>> {
    let bench = Bench {
        qres: fs::canonicalize(qres)?,
        folder: temp_dir().join(format!("threads-{}", process::id())),
    };
    fs::create_dir_all(&bench.folder)?;
    println!("{:16} {:>9} level {:^26}   {:^26}", "", "bytes", "in: ms, ms, times", "out: ms, ms, times");
    let measured = texts.iter().try_for_each(|text| {
        bench.rows(&text.name, &text.text[..text.text.len().min(SEGMENT)], &LEVELS)?;
        let rows = text.text.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let (names, rows) = text.text.split_at(rows);
        bench.rows(&text.name, &[names, &rows.repeat(LONG / rows.len().max(1))].concat(), &LIGHT)
    });
    fs::remove_dir_all(&bench.folder)?;
    measured
}

struct Bench {
    qres: PathBuf,
    folder: PathBuf,
}

impl Bench {
    /// Prints a row for each level.
    fn rows(&self, name: &str, text: &[u8], levels: &[&str]) -> Result<(), Box<dyn Error>> {
        let [plain, packed, back] = ["text", "packed", "back"].map(|file| self.folder.join(file));
        fs::write(&plain, text)?;
        for level in levels {
            let (encode, decode) = (["compress", &format!("-{level}")], ["decompress"]);
            let [one, two] = self.turns(&encode, &plain, &packed)?;
            let [read_one, read_two] = self.turns(&decode, &packed, &back)?;
            if fs::read(&back)? != text {
                return Err(format!("{name} comes back as another text").into());
            }
            println!(
                "{name:16} {:>9} {level:>5} {one:9.1} {two:9.1} {:5.2}x   {read_one:9.1} {read_two:9.1} {:5.2}x",
                text.len(),
                one / two,
                read_one / read_two
            );
        }
        Ok(())
    }

    /// Milliseconds with one thread and with two.
    fn turns(&self, words: &[&str], from: &Path, to: &Path) -> Result<[f64; 2], Box<dyn Error>> {
        let mut least = [f64::INFINITY; 2];
        let mut made: Option<Vec<u8>> = None;
        let start = Instant::now();
        while made.is_none() || start.elapsed() < TURNS {
            for (least, threads) in least.iter_mut().zip(["1", "2"]) {
                // A file that is replaced is taken down first, which takes as long as writing it.
                let _ = fs::remove_file(to);
                let start = Instant::now();
                let done = Command::new(&self.qres)
                    .args(words)
                    .args(["-q", "-T", threads, "-o"])
                    .arg(to)
                    .arg(from)
                    .status()?;
                *least = least.min(start.elapsed().as_secs_f64() * 1e3);
                let bytes = fs::read(to)?;
                if !done.success() || made.as_ref().is_some_and(|made| *made != bytes) {
                    return Err("two threads make another file than one".into());
                }
                made = Some(bytes);
            }
        }
        Ok(least)
    }
}
