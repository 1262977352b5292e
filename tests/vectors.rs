//! The host's digests of the vectors are those in `fixtures/vectors.txt`, which the emulated machines are compared with.
//!
//! A missing file is made, except in CI. After a change of what the encoder writes, `QRES_BLESS=1 cargo test --test vectors`
//! writes it anew.

use std::{env, fs, path::Path};

#[test]
fn the_host_makes_the_committed_digests() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/vectors.txt");
    let mut made = String::new();
    vectors::lines(|line| made += &format!("{line}\n"));
    let failed: Vec<&str> = made.lines().filter(|line| line.contains("decode")).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    if env::var_os("QRES_BLESS").is_some() || (!path.exists() && env::var_os("CI").is_none()) {
        fs::write(&path, &made).unwrap();
    }
    let known = fs::read_to_string(&path).unwrap();
    let changed: Vec<&str> = made.lines().filter(|line| !known.lines().any(|known| known == *line)).collect();
    assert!(
        changed.is_empty() && made.lines().count() == known.lines().count(),
        "other archives: {changed:#?}"
    );
}
