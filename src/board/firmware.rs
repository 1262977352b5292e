//! The firmware made from its source, by cargo, which shows its own progress.

use super::chip::Chip;
use crate::{
    failure::{Failure, Outcome},
    io::input::quoted,
    text::units,
};
use serde::Deserialize;
use std::{
    env, fs,
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// What a build may know of the world around it: where its tools are, how to reach the registry, how to draw.
/// Anything else, such as flags for the compiler or another target folder, would make another firmware.
const KEPT: [&str; 27] = [
    "PATH",
    "HOME",
    "USER",
    "USERPROFILE",
    "SYSTEMROOT",
    "TEMP",
    "TMP",
    "TMPDIR",
    "TERM",
    "LANG",
    "CARGO_HOME",
    "RUSTUP_HOME",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "http_proxy",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "CARGO_HTTP_CAINFO",
    "CARGO_HTTP_PROXY",
    "CARGO_NET_OFFLINE",
    "LC_ALL",
    "NO_COLOR",
];

/// The folder of the firmware: the one named, or `firmware` here or in a folder around.
pub(crate) fn folder(named: Option<&Path>) -> Outcome<PathBuf> {
    if let Some(folder) = named {
        return match folder.join("Cargo.toml").is_file() {
            true => Ok(folder.to_owned()),
            false => Err(Failure::refused(
                format!("{} is no folder of a firmware: it has no Cargo.toml", quoted(folder)),
                "name the folder `firmware` of the source of qres",
            )),
        };
    }
    let here = env::current_dir().map_err(Failure::reading("the current folder"))?;
    let mut places = here.ancestors().map(|place| place.join("firmware"));
    places.find(|place| place.join("Cargo.toml").is_file()).ok_or_else(|| {
        Failure::refused(
            "there is no folder `firmware` here or around",
            "go to the source of qres, or name its folder with `--firmware DIR`",
        )
    })
}

/// Builds the firmware for `chip`, with these features of it; the ELF file that it became.
pub(crate) fn build(folder: &Path, chip: Chip, with: &[String], quiet: bool) -> Outcome<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo.args([
        "build",
        "--release",
        "--message-format",
        "json-render-diagnostics",
        "--no-default-features",
    ]);
    let features: Vec<&str> = std::iter::once(chip.name()).chain(with.iter().map(String::as_str)).collect();
    cargo.args(["--features", &features.join(","), "--target", chip.target()]);
    cargo.args(["--config", &without_places(folder)]);
    cargo.args(quiet.then_some("--quiet"));
    cargo
        .current_dir(folder)
        .env_clear()
        .envs(env::vars_os().filter(|(name, _)| KEPT.iter().any(|kept| name == kept)));
    let started = cargo.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    let mut child = started.map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => Failure::refused(
            "cargo, which builds the firmware, is not to be found",
            "install Rust (https://rustup.rs), or take a program that is built already: `--elf` or `--image`",
        ),
        _ => Failure::io("cannot run cargo", source),
    })?;
    let lines =
        child.stdout.take().into_iter().flat_map(|out| BufReader::new(out).lines()).map_while(Result::ok);
    let made: Vec<PathBuf> = lines.filter_map(|line| executable(&line)).collect();
    let ended = child.wait().map_err(|source| Failure::io("cannot run cargo", source))?;
    if !ended.success() {
        let what = format!("the firmware in {} cannot be built for {chip}", quoted(folder));
        return Err(Failure::refused(
            what,
            format!("cargo says why above; it needs `rustup target add {}`", chip.target()),
        ));
    }
    match made.as_slice() {
        [one] => Ok(one.clone()),
        _ => Err(Failure::refused(
            format!(
                "the firmware in {} became {}",
                quoted(folder),
                units::count(made.len() as u64, "program")
            ),
            "build it yourself and name the program to flash with `--elf`",
        )),
    }
}

/// Settings that keep the names of folders out of the program, those of the source and of its packages: they are nobody
/// else's business. What panics say of places is then as it is from the folder of the source.
fn without_places(folder: &Path) -> String {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    let source = fs::canonicalize(folder).ok().and_then(|folder| Some(folder.parent()?.to_owned()));
    let places = [(home, "/cargo"), (source, ".")];
    let flags = places.into_iter().filter_map(|(place, instead)| {
        let flag = format!("--remap-path-prefix={}={instead}", place?.to_str()?);
        // A string of JSON is one of TOML, too.
        serde_json::to_string(&flag).ok()
    });
    let flags: Vec<String> = flags.collect();
    format!("target.'cfg(target_arch = \"riscv32\")'.rustflags = [{}]", flags.join(", "))
}

/// What cargo says of a thing it made.
#[derive(Debug, Deserialize)]
struct Made {
    executable: Option<PathBuf>,
}

fn executable(line: &str) -> Option<PathBuf> {
    serde_json::from_str::<Made>(line).ok()?.executable
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_found_in_what_cargo_says() {
        assert_eq!(executable(r#"{"reason":"compiler-artifact","executable":"/a/b"}"#), Some("/a/b".into()));
        for line in
            [r#"{"reason":"compiler-artifact","executable":null}"#, r#"{"reason":"build-finished"}"#, "words"]
        {
            assert_eq!(executable(line), None, "{line}");
        }
    }
}
