//! Ctrl-C and its kin: leave nothing half-done behind, then die of the signal as the shell expects.
//!
//! At most one thing at a time is half-done: a temporary file, or an archive being appended to. Whoever does it
//! holds a [`Pending`], whose closure undoes it. A live stream asks to be ended instead: see [`on_first`].

use std::sync::{Mutex, MutexGuard, PoisonError};

type Undo = Box<dyn FnOnce() + Send>;

static UNDO: Mutex<Option<Undo>> = Mutex::new(None);
static END: Mutex<Option<Undo>> = Mutex::new(None);

fn lock(cell: &'static Mutex<Option<Undo>>) -> MutexGuard<'static, Option<Undo>> {
    cell.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Something half-done, undone by a signal until it is dropped.
#[derive(Debug)]
pub(crate) struct Pending(());

impl Pending {
    /// Starts something and says how to undo it; no signal comes between the two.
    pub(crate) fn start<T, E>(begin: impl FnOnce() -> Result<(T, Undo), E>) -> Result<(T, Self), E> {
        let mut undo = lock(&UNDO);
        let (started, how) = begin()?;
        *undo = Some(how);
        Ok((started, Self(())))
    }

    /// Goes on with it; no signal comes between, so that nothing is added to what a signal has undone.
    pub(crate) fn go_on<T>(&self, step: impl FnOnce() -> T) -> T {
        let _undo = lock(&UNDO);
        step()
    }

    /// Completes it; no signal comes between.
    pub(crate) fn complete<T>(self, end: impl FnOnce() -> T) -> T {
        let mut undo = lock(&UNDO);
        let done = end();
        *undo = None;
        done
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        *lock(&UNDO) = None;
    }
}

/// Undoes what is half-done.
pub(crate) fn clean_up() {
    // Whoever panics may hold the lock: then there is nothing this thread could safely undo.
    if let Ok(mut undo) = UNDO.try_lock()
        && let Some(undo) = undo.take()
    {
        undo();
    }
}

/// Calls `end` at the first signal instead of dying; the second one kills.
pub(crate) fn on_first(end: impl FnOnce() + Send + 'static) {
    *lock(&END) = Some(Box::new(end));
}

/// Starts watching.
#[cfg(unix)]
pub(crate) fn watch() {
    use signal_hook::{consts, iterator::Signals, low_level};
    let ignored = ignored();
    let ours =
        [consts::SIGINT, consts::SIGTERM, consts::SIGHUP].into_iter().filter(|s| ignored >> (s - 1) & 1 == 0);
    let Ok(mut signals) = Signals::new(ours) else { return };
    std::thread::spawn(move || {
        for signal in signals.forever() {
            let end = lock(&END).take();
            if let Some(end) = end {
                end();
                continue;
            }
            // Held to the end: nobody goes on with what has been undone.
            let mut undo = lock(&UNDO);
            if let Some(undo) = undo.take() {
                undo();
            }
            let _ = low_level::emulate_default_handler(signal);
        }
    });
}

/// The signals that were ignored when we were started, as `nohup` and `&` in a script do: they stay so.
#[cfg(unix)]
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

/// Starts watching: elsewhere the system's own handling stands.
#[cfg(not(unix))]
pub(crate) fn watch() {}
