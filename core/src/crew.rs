//! Hands that independent work can be given to: the core has none of its own, whoever calls it may.
//!
//! What comes out is the same for any crew: each job's result depends on its number alone.

use alloc::vec::Vec;

/// Somebody to share work with.
pub trait Crew: Sync {
    /// What `work` makes of each number below `jobs`, in their order; several may be worked on at once.
    fn each<T: Send>(&self, jobs: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T>;
}

/// Nobody: one job after the other.
#[derive(Debug, Clone, Copy, Default)]
pub struct Alone;

impl Crew for Alone {
    fn each<T: Send>(&self, jobs: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
        (0..jobs).map(work).collect()
    }
}
