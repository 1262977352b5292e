//! Compares messages over acknowledged rows with the share that the same rows take in one archive. Each message continues
//! all rows before it and is decoded with the receiver's own history. Prints bytes, their ratio to the share, and the ratio
//! without the six bytes of framing that each message carries.
//!
//!     cargo run --release -p qres-core --example messages -- LEVEL,... ROWS,... KNOWN SENT FILE...
use qres_core::{
    Options,
    codec::Level,
    compress,
    entropy::Cursor,
    frame::{History, Message},
};
use std::{env, fs};

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    let [levels, sizes, known, sent, files @ ..] = &*args else {
        panic!("LEVEL,... ROWS,... KNOWN SENT FILE...")
    };
    let numbers = |list: &str| list.split(',').map(|number| number.parse().unwrap()).collect::<Vec<usize>>();
    let [known, sent] = [known, sent].map(|rows| rows.parse::<usize>().unwrap());
    for level in numbers(levels).into_iter().map(|level| Level::new(level as u8).unwrap()) {
        let mut logs = vec![[0.0; 2]; numbers(sizes).len()];
        for path in files {
            let text = fs::read(path).unwrap();
            let lines: Vec<&[u8]> =
                text.split_inclusive(|byte| *byte == b'\n').take(1 + known + sent).collect();
            let (known, sent) = lines.split_at(1 + known.min(lines.len() - 2));
            let archive = |lines: &[&[u8]]| {
                compress(&lines.concat(), &Options { level, ..Options::default() }).unwrap().len()
            };
            let share = (archive(&lines) - archive(known)) as f64;
            print!("{:28} level {} share {share:8}", path.rsplit('/').next().unwrap(), level.get());
            for (rows, log) in numbers(sizes).into_iter().zip(&mut logs) {
                let (bytes, count) = messages(known, sent, rows, level);
                let ratios = [bytes, bytes - 6 * count].map(|bytes| bytes as f64 / share);
                log.iter_mut().zip(ratios).for_each(|(log, ratio)| *log += ratio.ln());
                print!(" | {rows:3} rows {bytes:8} {:.3} {:.3}", ratios[0], ratios[1]);
            }
            println!();
        }
        let mean = |log: &f64| format!("{:.3}", (log / files.len() as f64).exp());
        for (rows, [with, without]) in numbers(sizes).into_iter().zip(&logs) {
            println!(
                "geometric means at level {}, {rows} rows: {} {}",
                level.get(),
                mean(with),
                mean(without)
            );
        }
    }
}

/// Returns the bytes of messages of `rows` rows, and how many they are.
fn messages(known: &[&[u8]], sent: &[&[u8]], rows: usize, level: Level) -> (usize, usize) {
    let mut here = History::new(&known.concat(), level).expect("a table");
    let mut there = here.clone();
    let (mut bytes, mut count) = (0, 0);
    for rows in sent.chunks(rows) {
        let (text, mut decoded) = (rows.concat(), Vec::new());
        let message = here.write(&text).expect("rows as those before");
        let read = Message::read(&mut Cursor::new(&message)).unwrap();
        there.read(&read, &mut decoded).unwrap();
        assert!(decoded == text);
        // It has arrived, and both know.
        here.push(&text);
        there.push(&text);
        bytes += message.len();
        count += 1;
    }
    assert!(here.id() == there.id());
    (bytes, count)
}
