//! One input after the other: what fails is told and does not keep the rest from being done.

use crate::{
    failure::{Exit, Failure, Outcome},
    ui::Ui,
};

/// Says what has failed, if that is a failure of ours, and how the process ends.
pub(crate) fn report(ui: Ui, failure: &Failure) -> Exit {
    if !failure.is_closed_pipe() {
        ui.failure(failure);
    }
    failure.exit
}

/// Does `each` for every one of `inputs`: what fails is reported and does not keep the rest from being done.
/// The exit is that of the first failure.
pub(crate) fn for_each<T>(ui: Ui, inputs: Vec<T>, mut each: impl FnMut(&T) -> Outcome) -> Exit {
    let mut exit = Exit::Done;
    for input in inputs {
        match each(&input) {
            Ok(()) => {}
            // Nobody reads: the rest would be done for nobody.
            Err(failure) if failure.is_closed_pipe() => break,
            Err(failure) => {
                let failed = report(ui, &failure);
                exit = if exit == Exit::Done { failed } else { exit };
            }
        }
    }
    exit
}
