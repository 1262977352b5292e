//! A higher level is never larger than a lower one by more than what a header takes, from the first that codes on: bit
//! packing alone (level 1) may suit a short series better.

use qres_core::{
    codec::Level,
    frame::{Config, Header, Input},
    num::Random,
};
use std::{fs, path::Path};
use vectors::archive;

/// Sizes at all levels but the first, the lowest first.
fn sizes(text: &[u8]) -> Vec<usize> {
    let size = |level| archive::compress(text, &Config { level, input: Input::Text, segment: 4 << 20 }).len();
    vectors::levels().skip(1).map(size).collect()
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

fn fixtures() -> impl Iterator<Item = Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "csv" || end == "tsv" || end == "jsonl"));
    paths.sort();
    paths.into_iter().map(|path| {
        let text = fs::read(path).unwrap();
        let end = text.len().min(20_000);
        text[..end].to_vec()
    })
}

#[test]
fn higher_levels_are_not_larger() {
    let (mut worst, mut cases) = (0, 0);
    let texts = fixtures().chain((0..8).flat_map(|sort| [60, 700, 5000].map(|rows| series(sort, rows))));
    for text in texts {
        let sizes = sizes(&text);
        for (level, size) in sizes.iter().enumerate().skip(1) {
            let least = sizes[..level].iter().min().unwrap();
            let more = size.saturating_sub(*least);
            assert!(more <= header_bytes(&text), "level {}: {more} more of {sizes:?}", level + 2);
            worst = worst.max(more);
            cases += 1;
        }
    }
    println!("{cases} levels of texts: none is more than {worst} bytes larger than a lower one");
}
