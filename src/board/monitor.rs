//! What a board says, as it comes, until it goes away or somebody has seen enough.

use crate::{
    error::{Failure, Outcome},
    signal,
};
use espflash::connection::Port;
use serialport::SerialPort;
use std::{
    io::{self, Read, Write},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

/// How often it looks whether it shall end.
const PAUSE: Duration = Duration::from_millis(100);
/// At which speed boards talk.
pub(super) const BAUD: u32 = 115_200;

/// Prints what comes from `port`, which is called `name`, until Ctrl-C.
pub(crate) fn run(mut port: Port, name: &str) -> Outcome {
    let enough = Arc::new(AtomicBool::new(false));
    let told = enough.clone();
    signal::on_first(move || told.store(true, Ordering::Relaxed));
    let gone = |error: &dyn std::fmt::Display| Failure::Unreachable {
        what: format!("{name}: the board has gone away: {error}"),
        hint: "look at the cable".into(),
    };
    port.set_baud_rate(BAUD).and_then(|()| port.set_timeout(PAUSE)).map_err(|error| gone(&error))?;
    let mut bytes = [0; 4096];
    while !enough.load(Ordering::Relaxed) {
        match port.read(&mut bytes) {
            Ok(0) => return Err(gone(&"nothing more comes")),
            Ok(read) => show(&bytes[..read]).map_err(Failure::writing("stdout"))?,
            Err(error) if is_patient(error.kind()) => {}
            Err(error) => return Err(gone(&error)),
        }
    }
    Ok(())
}

fn is_patient(kind: io::ErrorKind) -> bool {
    matches!(kind, io::ErrorKind::TimedOut | io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock)
}

fn show(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    stdout.flush()
}
