//! Pseudo-terminals on which boards are played: see `tests/flash.rs` and `tests/serial.rs`.

use serialport::{SerialPort, TTYPort};
use std::{
    process::{Child, Command},
    sync::{Mutex, PoisonError},
};

/// Held where processes are started and where terminals are made: none shall inherit what is not theirs.
static STARTING: Mutex<()> = Mutex::new(());

/// The board's end of a new pseudo-terminal, which no other process inherits, and the name of the other end.
pub(crate) fn pair() -> (TTYPort, String) {
    let _alone = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
    let (inherited, slave) = TTYPort::pair().unwrap();
    (inherited.try_clone_native().unwrap(), slave.name().unwrap())
}

/// Starts `command`.
pub(crate) fn spawn(command: &mut Command) -> Child {
    let _alone = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
    command.spawn().unwrap()
}
