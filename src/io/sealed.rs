//! Files that somebody has signed, as the command line reads them.

use super::input::Input;
use crate::failure::{Exit, Failure, Outcome};
use qres_core::trust::{Broken, Sealed};

/// Limit: bytes of a sealed file.
const MAX: usize = 64 << 20;

/// Reads all of such a file, or of a proof of rows.
pub(crate) fn read(input: &mut Input) -> Outcome<Vec<u8>> {
    let mut bytes = Vec::new();
    if input.append(&mut bytes, MAX + 1)? > MAX {
        return Err(Failure::corrupt(format!("{input} is longer than any proof"), "check the name"));
    }
    Ok(bytes)
}

/// Opens the sealed file called `name`.
pub(crate) fn open<'a>(name: &str, bytes: &'a [u8]) -> Outcome<Sealed<'a>> {
    Sealed::open(bytes).map_err(|error| refuted(name, error))
}

/// What is called `name` does not hold.
pub(crate) fn refuted<E: std::error::Error + Send + Sync + 'static>(name: &str, error: E) -> Failure {
    let broken = (&error as &dyn std::error::Error).downcast_ref::<Broken>();
    let (exit, hint) = match broken {
        Some(Broken::Other) => (Exit::Corrupt, "name what `qres prove` or a command with `--sign` wrote"),
        Some(Broken::Newer(_)) => {
            (Exit::Limit, "install a newer qres; `qres --version` says what this one reads")
        }
        _ => (Exit::Refuted, "fetch the file again from whoever signed it, and believe nothing that it says"),
    };
    Failure::typed(exit, error, hint).of(name)
}
