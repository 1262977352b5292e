//! Runs independent jobs, several at once where the caller has threads: the core starts none itself.
//!
//! The output is the same for every implementation, because a job's result depends on its number alone.

use alloc::vec::Vec;

/// Runs jobs, possibly several at once.
pub trait Parallel: Sync {
    /// Returns what `work` makes of each number below `jobs`, in their order.
    fn each<T: Send>(&self, jobs: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T>;

    /// Called while a segment is encoded, when `part` of `of` of it is done: strong levels take a second for a segment.
    fn done(&self, _part: u64, _of: u64) {}
}

/// Runs jobs as another does, and reports no progress: for work that is only a trial.
#[derive(Debug)]
pub struct Silent<'p, P>(pub &'p P);

impl<P: Parallel> Parallel for Silent<'_, P> {
    fn each<T: Send>(&self, jobs: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
        self.0.each(jobs, work)
    }
}

/// Runs one job after the other, on the caller's thread.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sequential;

impl Parallel for Sequential {
    fn each<T: Send>(&self, jobs: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
        (0..jobs).map(work).collect()
    }
}
