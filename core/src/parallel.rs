//! Runs independent jobs, several at once where the caller has threads: the core starts none itself.
//!
//! The output is the same for every implementation, because a job's result depends on its number alone.

use alloc::vec::Vec;

/// Tuning: a part of less text takes longer to hand over than to work on.
const MIN_PART: usize = 32 << 10;

/// Runs jobs, possibly several at once.
pub trait Parallel: Sync {
    /// Returns what `work` makes of each number below `jobs`, in their order.
    fn each<T: Send>(&self, jobs: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T>;

    /// Returns what both make.
    fn both<A: Send, B: Send>(
        &self,
        first: impl FnOnce() -> A + Send,
        second: impl FnOnce() -> B + Send,
    ) -> (A, B) {
        (first(), second())
    }

    /// How many jobs are worth making of one.
    fn hands(&self) -> usize {
        1
    }

    /// How many parts `bytes` of text are worth cutting into.
    fn parts(&self, bytes: usize) -> usize {
        self.hands().min(bytes / MIN_PART).max(1)
    }

    /// Returns what `work` makes of each of `items`, in their order.
    fn map<A: Send, B: Send>(&self, mut items: Vec<A>, work: &(impl Fn(A) -> B + Sync)) -> Vec<B> {
        if self.hands() == 1 || items.len() < 2 {
            return items.into_iter().map(work).collect();
        }
        let later = items.split_off(items.len() / 2);
        let (mut done, rest) = self.both(|| self.map(items, work), || self.map(later, work));
        done.extend(rest);
        done
    }

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

    fn both<A: Send, B: Send>(
        &self,
        first: impl FnOnce() -> A + Send,
        second: impl FnOnce() -> B + Send,
    ) -> (A, B) {
        self.0.both(first, second)
    }

    fn hands(&self) -> usize {
        self.0.hands()
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

/// Runs one job after the other, in as many parts as if there were so many threads and each text were long.
#[cfg(test)]
#[derive(Debug)]
pub(crate) struct Cut(pub(crate) usize);

#[cfg(test)]
impl Parallel for Cut {
    fn each<T: Send>(&self, jobs: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
        Sequential.each(jobs, work)
    }

    fn hands(&self) -> usize {
        self.0
    }

    fn parts(&self, _bytes: usize) -> usize {
        self.0
    }
}
