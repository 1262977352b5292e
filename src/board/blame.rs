//! Inputs and answers that make another's code panic: the failure of whoever sent them, not a fault of ours.

use crate::{
    failure::{Exit, Failure},
    ui::Ui,
};
use std::{
    panic::PanicHookInfo,
    path::Path,
    sync::{Mutex, PoisonError},
};

static BLAMED: Mutex<Option<(Ui, Failure)>> = Mutex::new(None);

/// Does `work`, most of which is another's code: if that panics, it is reported as `failure`.
pub(crate) fn on<T>(ui: Ui, failure: Failure, work: impl FnOnce() -> T) -> T {
    set(Some((ui, failure)));
    let done = work();
    set(None);
    done
}

fn set(blamed: Option<(Ui, Failure)>) {
    *BLAMED.lock().unwrap_or_else(PoisonError::into_inner) = blamed;
}

/// Reports what is blamed for a panic outside of our sources, whose paths are relative; how to end.
pub(crate) fn blamed(panic: &PanicHookInfo<'_>) -> Option<Exit> {
    panic.location().filter(|place| Path::new(place.file()).is_absolute())?;
    let (ui, failure) = BLAMED.try_lock().ok()?.take()?;
    ui.failure(&failure);
    Some(failure.exit)
}
