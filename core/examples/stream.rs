//! Compares a stream that is flushed every few rows with one archive of the same text; both are decoded. After the
//! ratio come microseconds a cell, of writing and reading, and the longest that a flush took to be written.
//!
//!     cargo run --release -p qres-core --example stream -- LEVEL,... ROWS,... [first=ROWS] FILE...
use qres_core::{Options, Reader, Writer, codec::Level, compress};
use std::{env, fs, time::Instant};

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    let [levels, flushes, files @ ..] = &*args else { panic!("LEVEL,... ROWS,... [first=ROWS] FILE...") };
    let numbers = |list: &str| list.split(',').map(|number| number.parse().unwrap()).collect::<Vec<usize>>();
    let first =
        files.first().and_then(|file| file.strip_prefix("first=")).map(|rows| rows.parse::<usize>().unwrap());
    let files = &files[usize::from(first.is_some())..];
    for level in numbers(levels).into_iter().map(|level| Level::new(level as u8).unwrap()) {
        let mut logs = vec![0.0; numbers(flushes).len()];
        for path in files {
            let text = fs::read(path).unwrap();
            let lines =
                text.split_inclusive(|byte| *byte == b'\n').take(first.map_or(usize::MAX, |rows| rows + 1));
            let lines: Vec<&[u8]> = lines.collect();
            let whole = compress(&lines.concat(), &Options { level, ..Options::default() }).unwrap();
            let cells = lines
                .iter()
                .map(|line| 1 + line.iter().filter(|byte| b",;\t".contains(byte)).count())
                .sum::<usize>();
            print!("{:28} level {} {:8} bytes", path.rsplit('/').next().unwrap(), level.get(), whole.len());
            for (rows, log) in numbers(flushes).into_iter().zip(&mut logs) {
                let (bytes, [write, read], longest) = stream(&lines, rows, level);
                let ratio = bytes as f64 / whole.len() as f64;
                *log += ratio.ln();
                let micros = |seconds: f64| seconds * 1e6 / cells as f64;
                print!(
                    " | {rows:3} rows {bytes:8} {ratio:.3} {:.1} {:.1} us {:.1} ms",
                    micros(write),
                    micros(read),
                    longest * 1e3
                );
            }
            println!();
        }
        let means: Vec<String> =
            logs.iter().map(|log| format!("{:.3}", (log / files.len() as f64).exp())).collect();
        println!("geometric means at level {}: {}", level.get(), means.join(" / "));
    }
}

/// Returns the bytes of a stream flushed every `rows` rows, the seconds of writing and reading it, and of the longest flush.
fn stream(lines: &[&[u8]], rows: usize, level: Level) -> (usize, [f64; 2], f64) {
    let mut writer = Writer::new(Options { level, live: true, ..Options::default() });
    let (mut archive, mut longest, start) = (Vec::new(), 0f64, Instant::now());
    // The names come with the first rows.
    let (first, rest) = lines.split_at((rows + 1).min(lines.len()));
    for flush in [first].into_iter().chain(rest.chunks(rows)) {
        let start = Instant::now();
        writer.write(&flush.concat(), &mut archive).unwrap();
        writer.flush(&mut archive).unwrap();
        longest = start.elapsed().as_secs_f64().max(longest);
    }
    writer.finish(&mut archive).unwrap();
    let (written, start) = (start.elapsed().as_secs_f64(), Instant::now());
    let (mut reader, mut text) = (Reader::new(1 << 30), Vec::new());
    for piece in archive.chunks(999) {
        reader.read(piece, &mut text).unwrap();
    }
    reader.finish().unwrap();
    let read = start.elapsed().as_secs_f64();
    assert!(text == lines.concat());
    (archive.len(), [written, read], longest)
}
