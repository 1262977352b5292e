//! Steps of hidden genes, one by one or as a chain.

use super::Holds;
use crate::{
    failure::{Failure, Outcome},
    io::sealed,
};
use qres_core::{
    proof::{Statement, Transition},
    trust::Sealed,
};

/// Steps that go on from each other: the last one, and the digest of its file.
#[derive(Debug, Default)]
pub(super) struct Chain(Option<(Statement, [u8; 32])>);

/// Checks the step in the file called `name`, and that it goes on from the chain if there is to be one.
pub(super) fn check(
    name: &str,
    sealed: &Sealed<'_>,
    file: &[u8],
    chain: Option<&mut Chain>,
) -> Outcome<Holds> {
    let transition = Transition::of(sealed).map_err(|error| sealed::refuted(name, error))?;
    let statement = transition.statement;
    if let Some(chain) = &chain {
        chain.check(name, &statement)?;
    }
    transition.verify().map_err(|error| sealed::refuted(name, error))?;
    if let Some(chain) = chain {
        chain.0 = Some((statement, Transition::digest(file)));
    }
    let bound = f64::from(statement.bound) / 65536.0;
    Ok(Holds::Transition { round: statement.round, numbers: transition.numbers, bound })
}

impl Chain {
    /// Refuses a step that does not go on from the last one.
    fn check(&self, name: &str, statement: &Statement) -> Outcome {
        let what = match &self.0 {
            None if (statement.round, statement.previous) == (1, [0; 32]) => return Ok(()),
            None => format!("{name} is no first step, but step {}", statement.round),
            Some((last, _)) if last.name != statement.name => format!("{name} is a step of another key"),
            Some((last, _)) if last.context != statement.context => {
                format!("{name} is a step of another form of gene")
            }
            Some((last, digest)) if goes_on(last, digest, statement) => return Ok(()),
            Some(_) => format!("{name} does not go on from the step before it"),
        };
        Err(Failure::refuted(what, "name all steps of one key, from the first on, in their order"))
    }
}

fn goes_on(last: &Statement, digest: &[u8; 32], next: &Statement) -> bool {
    last.to == next.from && last.round.checked_add(1) == Some(next.round) && *digest == next.previous
}
