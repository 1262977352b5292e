//! Archives made once decode for ever to the fixture they were made of.
//!
//! `fixtures/golden/vV-levelL-NAME.qres` holds `fixtures/NAME` as format version V at level L. A missing archive of the
//! present version is made, except in CI; none is ever written again. `vV-flushedL-NAME.qres` is a stream of it.

use qres_core::{
    codec::Level,
    frame::{Config, Input, Raw, Sample, VERSION},
};
use std::{
    env, fs,
    path::{Path, PathBuf},
};
use vectors::archive;

/// Levels of streams, and lines of a flush.
const FLUSHED: [u8; 2] = [5, 9];
const LINES: usize = 7;
/// Several segments of most fixtures.
const SEGMENT: usize = 8 << 10;

fn fixtures() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "fixtures"].iter().collect()
}

/// The inputs among the fixtures, by name.
fn inputs() -> Vec<(String, Vec<u8>)> {
    let ends = ["csv", "tsv", "txt", "jsonl", "influx", "logfmt", "log", "i16", "bin"];
    let is_input = |name: &str| ends.iter().any(|end| name.ends_with(end));
    let mut inputs: Vec<_> = fs::read_dir(fixtures())
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry.path())))
        .filter(|(name, _)| is_input(name) && name != "vectors.txt")
        .map(|(name, path)| (name, fs::read(path).unwrap()))
        .collect();
    inputs.sort();
    inputs
}

fn input_of(name: &str) -> Input {
    if name.ends_with(".i16") { Input::Raw(Raw::new(Sample::I16, 2)) } else { Input::Text }
}

#[test]
fn archives_of_every_version_decode_to_their_fixtures() {
    make_missing();
    for entry in fs::read_dir(fixtures().join("golden")).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let fixture = name.strip_suffix(".qres").and_then(|name| name.splitn(3, '-').nth(2)).unwrap();
        let text = archive::decompress(&fs::read(entry.path()).unwrap(), u64::MAX);
        assert!(
            text.as_ref() == Ok(&fs::read(fixtures().join(fixture)).unwrap()),
            "{name}: {:?}",
            text.err()
        );
    }
}

/// Sees to it that every fixture has an archive of every level.
fn make_missing() {
    let folder = fixtures().join("golden");
    fs::create_dir_all(&folder).unwrap();
    for (name, bytes) in inputs() {
        for level in vectors::levels() {
            let path = folder.join(format!("v{VERSION}-level{}-{name}.qres", level.get()));
            make(&path, || compress(&name, &bytes, level));
        }
        for level in FLUSHED.into_iter().filter_map(Level::new) {
            let path = folder.join(format!("v{VERSION}-flushed{}-{name}.qres", level.get()));
            make(&path, || archive::stream(&bytes, &config(&name, level), LINES));
        }
    }
}

/// Makes the archive at `path` if there is none.
fn make(path: &Path, archive: impl FnOnce() -> Vec<u8>) {
    if !path.exists() {
        let path_name = path.display();
        assert!(env::var_os("CI").is_none(), "{path_name} is missing: run this test and commit it");
        fs::write(path, archive()).unwrap();
    }
}

fn compress(name: &str, bytes: &[u8], level: Level) -> Vec<u8> {
    archive::compress(bytes, &config(name, level))
}

fn config(name: &str, level: Level) -> Config {
    Config { level, input: input_of(name), segment: SEGMENT }
}
