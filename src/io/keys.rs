//! Keys as files: made once, for their owner alone.

use super::{
    draft::{self, Draft, Readers},
    input::quoted,
};
use crate::failure::{Failure, Outcome};
use qres_core::trust::{KEY_BYTES, Secret};
use std::{
    fs::File,
    io::{self, Read, Write},
    path::Path,
};
use zeroize::Zeroizing;

/// Makes a key that nobody has.
pub(crate) fn generate() -> Outcome<Secret> {
    Ok(Secret::new(*random()?))
}

/// Bytes that nobody can guess.
pub(crate) fn random() -> Outcome<Zeroizing<[u8; 32]>> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *bytes).map_err(|error| {
        Failure::refused(
            format!("the system has no random numbers: {error}"),
            "nothing secret can be made here",
        )
    })?;
    Ok(bytes)
}

/// Writes a key to a new file that only its owner may read.
pub(crate) fn write(secret: &Secret, place: &Path) -> Outcome {
    let name = quoted(place);
    let put = || {
        let mut draft = Draft::begin(place, Readers::Owner)?;
        draft.file.write_all(secret.to_text().as_bytes())?;
        draft.file.sync_all()?;
        draft.put(false)?;
        draft::settle(draft::folder(place))
    };
    put().map_err(|error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => Failure::refused(
            format!("{name} exists already, and keys are never overwritten"),
            "name another file with `-o`; `qres keygen --show FILE` tells whose key a file is",
        ),
        _ => Failure::writing(&name)(error),
    })
}

/// Reads the key at `path`, unless others may read it too.
pub(crate) fn read(path: &Path) -> Outcome<Secret> {
    let name = quoted(path);
    let mut file = File::open(path).map_err(|error| missing(&name, error))?;
    refuse_readers(&file, &name)?;
    let mut text = Zeroizing::new(Vec::with_capacity(KEY_BYTES + 1));
    Read::by_ref(&mut file)
        .take(KEY_BYTES as u64 + 1)
        .read_to_end(&mut text)
        .map_err(Failure::reading(&name))?;
    Secret::parse(&text).map_err(|error| {
        let hint = "take the file that `qres keygen` wrote; a lost key cannot be made again";
        Failure::corrupt(format!("{name}: {error}"), hint)
    })
}

fn missing(name: &str, error: io::Error) -> Failure {
    let is_missing = error.kind() == io::ErrorKind::NotFound;
    let mut failure = Failure::reading(name)(error);
    if is_missing {
        failure.hint = Some("make one with `qres keygen -o FILE`, or check the name".into());
    }
    failure
}

/// Refuses a key that group or others may read or write: it may be known already.
#[cfg(unix)]
fn refuse_readers(file: &File, name: &str) -> Outcome {
    use std::os::unix::fs::PermissionsExt;
    let mode = file.metadata().map_err(Failure::reading(name))?.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let what = format!("{name} is open to others (mode {mode:04o})");
    Err(Failure::refused(
        what,
        "make it yours alone with `chmod 600`; if others may have read it, make a new key",
    ))
}

#[cfg(not(unix))]
fn refuse_readers(_: &File, _: &str) -> Outcome {
    Ok(())
}
