//! Hands that independent work can be given to: the core has none of its own, whoever calls it may.
//!
//! What comes out is the same for any crew: each job's result depends on its number alone.

use alloc::vec::Vec;

/// Somebody to share work with.
pub trait Crew: Sync {
    /// What `work` makes of each number below `jobs`, in their order; several may be worked on at once.
    fn each<T: Send>(&self, jobs: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T>;

    /// Is told while a segment is encoded that `part` of `of` of it is done: strong levels take a second for a segment.
    fn done(&self, _part: u64, _of: u64) {}
}

/// A crew that is told of nothing: what is only tried is no progress.
#[derive(Debug)]
pub struct Untold<'c, C>(pub &'c C);

impl<C: Crew> Crew for Untold<'_, C> {
    fn each<T: Send>(&self, jobs: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
        self.0.each(jobs, work)
    }
}

/// Nobody: one job after the other.
#[derive(Debug, Clone, Copy, Default)]
pub struct Alone;

impl Crew for Alone {
    fn each<T: Send>(&self, jobs: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
        (0..jobs).map(work).collect()
    }
}
