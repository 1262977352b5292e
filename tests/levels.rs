//! A higher level is never larger than a lower one by more than what a header takes.
//!
//! `QRES_DATA=FOLDER cargo test --test levels -- --nocapture` also looks at the heads of all files below a folder.

use qres_core::{
    codec::Level,
    frame::{Config, Header, Input},
    num::Random,
};
use std::{env, fs, path::Path};
use vectors::archive;

/// Bytes of each file that are looked at.
const HEAD: usize = 20_000;
const DATA_HEAD: usize = 256 << 10;

/// Sizes at all levels, the lowest first.
fn sizes(text: &[u8]) -> Vec<usize> {
    let size = |level| archive::compress(text, &Config { level, input: Input::Text, segment: 4 << 20 }).len();
    vectors::levels().map(size).collect()
}

fn header_bytes(text: &[u8]) -> usize {
    let mut bytes = Vec::new();
    Header::detect(text, &Config { level: Level::FASTEST, input: Input::Text, segment: 4 << 20 })
        .write(&mut bytes);
    bytes.len()
}

/// Series of one sort each: noise, walks, waves, steps, words, states that last, and a column that follows another.
fn series(sort: u64, rows: i64) -> Vec<u8> {
    let mut random = Random::new(sort, 7);
    let mut now = 5000i64;
    let mut text = String::from("time,value\n");
    for row in 0..rows {
        let step = random.below(21) as i64 - 10;
        now += step;
        let wave = (row % 288 - 144).abs() * 7;
        text += &match sort {
            0 => format!("{row},{}\n", random.below(100_000)),
            1 => format!("{row},{}.{:02}\n", now / 100, now % 100),
            2 => format!("{},{}\n", 1_600_000_000 + 300 * row, wave + step / 5),
            3 => format!("{row},{}\n", row * row % 97),
            4 => format!("{row},{}\n", ["idle", "run", "stop"][(random.below(40) / 19) as usize]),
            5 => format!("{row},{},{}\n", now, now / 3 + step / 9),
            6 => format!("{row},{}\n", if random.below(50) == 0 { now } else { now - step }),
            _ => format!("{row},{}.{}\n", wave / 10, random.below(10)),
        };
    }
    text.into_bytes()
}

/// The heads of all files below a folder, by name.
fn heads(folder: &Path, bytes: usize) -> Vec<(String, Vec<u8>)> {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let head = |path: &Path| {
        let text = fs::read(path).unwrap();
        vec![(path.display().to_string(), text[..text.len().min(bytes)].to_vec())]
    };
    paths.iter().flat_map(|path| if path.is_dir() { heads(path, bytes) } else { head(path) }).collect()
}

fn generated() -> impl Iterator<Item = (String, Vec<u8>)> {
    let of_sort =
        |sort| [60, 700, 5000].map(|rows| (format!("series {sort} of {rows} rows"), series(sort, rows)));
    (0..8).flat_map(of_sort)
}

#[test]
fn higher_levels_are_not_larger() {
    let mut texts = heads(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"), HEAD);
    texts.retain(|(name, _)| !name.ends_with(".qres"));
    texts.extend(generated());
    if let Some(folder) = env::var_os("QRES_DATA") {
        texts.extend(heads(Path::new(&folder), DATA_HEAD));
    }
    let (mut worst, mut totals, mut larger) = (0, vec![0; vectors::levels().count()], 0);
    for (name, text) in &texts {
        let sizes = sizes(text);
        let least = sizes.iter().scan(usize::MAX, |least, size| {
            *least = (*least).min(*size);
            Some(*least)
        });
        let more = sizes.iter().zip(least).map(|(size, least)| size - least).max().unwrap_or(0);
        if more > header_bytes(text) {
            println!("{name}: a level is {more} bytes larger than a lower one: {sizes:?}");
            larger += 1;
        }
        worst = worst.max(more);
        totals.iter_mut().zip(sizes).for_each(|(total, size)| *total += size);
    }
    println!(
        "{} texts, bytes by level {totals:?}: none is more than {worst} bytes larger than a lower one",
        texts.len()
    );
    assert_eq!(larger, 0, "texts with levels that are larger than a lower one");
}
