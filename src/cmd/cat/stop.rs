//! Why printing ended before the rows did.

use crate::{failure::Failure, io::feed::inside};
use qres_core::Error;

/// Why printing ended.
pub(super) enum Stop {
    Archive(Error),
    Other(Failure),
}

impl Stop {
    /// The failure of printing a segment at byte `at` of what is called `name`.
    pub(super) fn failure(self, name: &str, at: u64) -> Failure {
        match self {
            Self::Archive(source) => Failure::archive(name, at, inside(source)),
            Self::Other(failure) => failure,
        }
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Archive(error)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Other(failure)
    }
}
