//! Ctrl-C and its kin: leave nothing half-done behind, then die of the signal as the shell expects.
//!
//! What is half-done is a draft that has a name, or an archive being appended to. Whoever does it holds a [`Pending`],
//! whose closure undoes it. A live stream asks to be ended instead: see [`on_first`].

use std::{
    collections::BTreeMap,
    io,
    sync::{Mutex, MutexGuard, PoisonError},
};

type Undo = Box<dyn FnOnce() + Send>;

static UNDO: Mutex<BTreeMap<u64, Undo>> = Mutex::new(BTreeMap::new());
static END: Mutex<Option<Undo>> = Mutex::new(None);

fn lock<T>(cell: &'static Mutex<T>) -> MutexGuard<'static, T> {
    cell.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Something half-done, undone by a signal until it is dropped.
#[derive(Debug)]
pub(crate) struct Pending(u64);

impl Pending {
    /// Starts something and says how to undo it; no signal comes between the two.
    pub(crate) fn start<T, U>(begin: impl FnOnce() -> io::Result<(T, U)>) -> io::Result<(T, Self)>
    where
        U: FnOnce() + Send + 'static,
    {
        let mut undo = lock(&UNDO);
        let (started, how) = begin()?;
        let number = undo.last_key_value().map_or(0, |(last, _)| last + 1);
        undo.insert(number, Box::new(how));
        Ok((started, Self(number)))
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
        undo.remove(&self.0);
        done
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        lock(&UNDO).remove(&self.0);
    }
}

/// Undoes what is half-done.
pub(crate) fn clean_up() {
    // Whoever panics may hold the lock: then there is nothing this thread could safely undo.
    if let Ok(mut undo) = UNDO.try_lock() {
        undo_all(&mut undo);
    }
}

fn undo_all(undo: &mut BTreeMap<u64, Undo>) {
    std::mem::take(undo).into_values().for_each(|undo| undo());
}

/// Calls `end` at the first signal instead of dying; the second one kills.
pub(crate) fn on_first(end: impl FnOnce() + Send + 'static) {
    *lock(&END) = Some(Box::new(end));
}

/// Starts watching.
#[cfg(unix)]
pub(crate) fn watch() {
    use signal_hook::{consts::*, flag, iterator::Signals, low_level};
    use std::sync::Arc;
    let ignored = ignored();
    let is_ours = |signal: &i32| ignored >> (signal - 1) & 1 == 0;
    if is_ours(&SIGXFSZ) {
        // Where nothing dies of it, writing fails and says why.
        let _ = flag::register(SIGXFSZ, Arc::default());
    }
    let ours = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXCPU].into_iter().filter(is_ours);
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
            undo_all(&mut undo);
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
