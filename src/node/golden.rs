//! What nodes have once said and kept is understood for ever: `fixtures/node`.

use std::{env, fs, path::PathBuf};

pub(super) fn fixture(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "fixtures", "node", name].iter().collect()
}

/// Returns the lines of a fixture, each of them bytes in hexadecimal; makes it of `lines` where it is missing, except in CI.
pub(super) fn golden(name: &str, lines: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let path = fixture(name);
    if !path.exists() {
        assert!(env::var_os("CI").is_none(), "{name} is missing");
        let text: String = lines.iter().map(|line| hex(line) + "\n").collect();
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }
    fs::read_to_string(path).unwrap().lines().map(bytes).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}
