//! What a stream takes that is flushed every few rows: beside the same text as one archive, and beside zstd flushed alike.
//!
//! `QRES_DATA=FOLDER cargo test --release --test streams -- --nocapture` prints it for the tables there instead of the
//! fixtures, of each the first QRES_ROWS rows (2000). Everything is decoded and compared.

use qres_core::{Options, Reader, Writer, codec::Level, compress, table::Layout};
use std::{env, fs, io::Write, path::PathBuf};

const LEVELS: [u8; 2] = [5, 9];
const FLUSHES: [usize; 3] = [1, 10, 50];
/// How much larger than the whole archive, in hundredths, streams of the fixtures are at most in the mean.
const MAX: [[u32; 3]; 2] = [[230, 120, 120], [230, 120, 120]];

/// The beginning of a table, line by line.
struct Table {
    name: String,
    lines: Vec<Vec<u8>>,
}

fn tables() -> Vec<Table> {
    let rows = env::var("QRES_ROWS").map_or(2000, |rows| rows.parse().unwrap());
    let fixtures = || [env!("CARGO_MANIFEST_DIR"), "fixtures"].iter().collect();
    let folder = env::var_os("QRES_DATA").map_or_else(fixtures, PathBuf::from);
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let table = |path: PathBuf| {
        let is_table = path.extension().is_some_and(|end| end == "csv" || end == "tsv");
        let text = fs::read(&path).ok().filter(|_| is_table)?;
        let lines = text.split_inclusive(|byte| *byte == b'\n').take(rows + 1).map(<[u8]>::to_vec);
        let lines: Vec<Vec<u8>> = lines.collect();
        let layout = Layout::detect(&lines.concat())?;
        let flows = layout.kinds() == 1 && !layout.is_lines() && lines.len() > 50;
        flows.then(|| Table { name: path.file_name().unwrap().to_string_lossy().into_owned(), lines })
    };
    paths.into_iter().filter_map(table).collect()
}

impl Table {
    /// The texts of flushes of so many rows; the names come with the first.
    fn flushes(&self, rows: usize) -> Vec<Vec<u8>> {
        let (first, rest) = self.lines.split_at((rows + 1).min(self.lines.len()));
        [first].into_iter().chain(rest.chunks(rows)).map(<[Vec<u8>]>::concat).collect()
    }

    fn stream(&self, rows: usize, level: Level) -> usize {
        let mut writer = Writer::new(Options { level, live: true, ..Options::default() });
        let (mut reader, mut text, mut bytes) = (Reader::new(1 << 30), vec![], 0);
        for flush in self.flushes(rows) {
            let (mut piece, before) = (vec![], text.len());
            writer.write(&flush, &mut piece).unwrap();
            writer.flush(&mut piece).unwrap();
            bytes += piece.len();
            reader.read(&piece, &mut text).unwrap();
            assert!(text[before..] == flush, "{}: a flush is readable when it has come", self.name);
        }
        let mut end = vec![];
        writer.finish(&mut end).unwrap();
        reader.read(&end, &mut text).unwrap();
        reader.finish().unwrap();
        bytes + end.len()
    }

    fn zstd(&self, rows: usize, level: i32) -> usize {
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), level).unwrap();
        for flush in self.flushes(rows) {
            encoder.write_all(&flush).unwrap();
            encoder.flush().unwrap();
        }
        encoder.finish().unwrap().len()
    }
}

#[test]
fn streams_are_hardly_larger_than_archives() {
    let tables = tables();
    for (level, most) in LEVELS.into_iter().zip(MAX) {
        let level = Level::new(level).unwrap();
        let mut logs = [[0f64; 3]; 3];
        for table in &tables {
            let whole =
                compress(&table.lines.concat(), &Options { level, ..Options::default() }).unwrap().len();
            print!("{:28} level {} {whole:8} bytes", table.name, level.get());
            for (at, rows) in FLUSHES.into_iter().enumerate() {
                let ours = table.stream(rows, level);
                let theirs = [table.zstd(rows, 3), table.zstd(rows, 19)];
                print!(" | {rows:2} rows {ours:8}, zstd -3 {:8}, -19 {:8}", theirs[0], theirs[1]);
                for (log, other) in logs[at].iter_mut().zip([whole, theirs[0], theirs[1]]) {
                    *log += (ours as f64 / other as f64).ln();
                }
                print!("{}", if ours < theirs[1] { "" } else { " (smaller)" });
            }
            println!();
        }
        let mean = |log: f64| (log / tables.len() as f64).exp();
        for ((rows, [whole, three, nineteen]), most) in FLUSHES.into_iter().zip(logs).zip(most) {
            let (whole, three, nineteen) = (mean(whole), mean(three), mean(nineteen));
            println!(
                "level {}, {rows} rows: {whole:.3} of the archive, {three:.3} of zstd -3, {nineteen:.3} of zstd -19",
                level.get()
            );
            let is_small = whole * 100.0 <= f64::from(most) && three < 0.8 && nineteen < 0.8;
            assert!(
                is_small || env::var_os("QRES_DATA").is_some(),
                "larger than streams of the fixtures were"
            );
        }
    }
}
