//! What cannot be made smaller hardly grows, and short texts are as small as general compressors make them.

use qres_core::{
    codec::Level,
    frame::{Config, Input},
    num::Random,
};
use vectors::archive;

fn archive_bytes(text: &[u8], level: u8) -> usize {
    let level = Level::new(level).unwrap();
    let archive = archive::compress(text, &Config { level, input: Input::Text, segment: 4 << 20 });
    assert_eq!(archive::decompress(&archive, u64::MAX).as_deref(), Ok(text));
    archive.len()
}

fn noise(length: usize) -> Vec<u8> {
    let mut random = Random::new(length as u64, 1);
    (0..length).map(|_| random.below(256) as u8).collect()
}

/// Rows, settings, prose, JSON and logs in turn, cut at a length.
fn text(length: usize) -> Vec<u8> {
    let mut random = Random::new(length as u64, 2);
    let mut text = String::new();
    let words = ["interval", "host", "offset", "sensor", "mode", "unit", "retry", "path"];
    for row in 0.. {
        if text.len() >= length {
            break;
        }
        let (number, word) = (random.below(5000), words[random.below(8) as usize]);
        text += &match length % 6 {
            0 => format!("{},{}.{},{word}\n", 1_600_000_000 + 10 * row, number / 10, number % 10),
            1 => format!("{word} = {number}\n"),
            2 => format!("The {word} of row {row} is {number}, as before. "),
            3 => format!("{{\"t\":{row},\"{word}\":{number}}}\n"),
            4 => format!("2024-05-01 10:{:02}:00 {word}[{number}]: started\n", row % 60),
            _ => format!("{word};{number};;\"{word}, {row}\"\r\n"),
        };
    }
    text.truncate(length);
    text.into_bytes()
}

/// Every short length, then every thirteenth, at one level after the other.
fn lengths() -> impl Iterator<Item = (usize, u8)> {
    (0..300).chain((300..=4096).step_by(13)).enumerate().map(|(at, length)| (length, (1 + at % 9) as u8))
}

#[test]
fn nothing_grows_by_more_than_64_bytes() {
    let (mut most, mut cases) = (0, 0);
    for (length, level) in lengths() {
        for text in [noise(length), text(length)] {
            let grown = archive_bytes(&text, level).saturating_sub(length);
            assert!(grown <= 43, "{length} bytes at level {level} grow by {grown}");
            most = most.max(grown);
            cases += 1;
        }
    }
    println!("{cases} texts of 0 to 4096 bytes: none grows by more than {most} bytes");
}

#[test]
fn short_texts_are_as_small_as_others_make_them() {
    let (mut worst, mut cases) = (i64::MIN, 0);
    for (length, _) in lengths() {
        let text = text(length);
        let other = zstd::bulk::compress(&text, 19).unwrap().len();
        let more = archive_bytes(&text, 5) as i64 - other as i64;
        assert!(more <= 64, "{length} bytes: {more} more than zstd");
        worst = worst.max(more);
        cases += 1;
    }
    println!("{cases} texts of 0 to 4096 bytes: at most {worst} bytes more than `zstd -19`");
}
