//! Work spread over threads and taken back in the order it was given, with bounded memory.
//!
//! [`start`] gives two ends. The feeding thread submits jobs and waits when `threads + 2` are under way; the taking
//! thread gets each result in its turn.
//! Neither end waits for the other to finish: a taker that fails simply goes away, and the feeder learns of it.

use crate::failure::{Failure, Outcome};
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::{
    io,
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
};

/// A thread that waits for its columns may take up another segment, and so on: its stack has room for some.
const STACK: usize = 16 << 20;

type Work<J, R> = Arc<dyn Fn(J) -> R + Send + Sync>;

/// The end that gives work.
pub(crate) struct Feeder<J, R> {
    slots: SyncSender<Outcome<Receiver<R>>>,
    pool: ThreadPool,
    work: Work<J, R>,
}

/// The end that takes results.
pub(crate) struct Taker<R> {
    slots: Receiver<Outcome<Receiver<R>>>,
}

/// The taker has gone: there is nobody to work for.
#[derive(Debug)]
pub(crate) struct Gone;

/// Both ends of a pipeline that does `work` on `threads` threads.
pub(crate) fn start<J, R>(
    threads: usize,
    work: impl Fn(J) -> R + Send + Sync + 'static,
) -> Outcome<(Feeder<J, R>, Taker<R>)>
where
    J: Send + 'static,
    R: Send + 'static,
{
    // One more job is in the taker's hand and one in the feeder's.
    let (slots, taken) = sync_channel(threads);
    let pool = ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK).build();
    let pool = pool.map_err(|error| Failure::io("threads cannot be started", io::Error::other(error)))?;
    Ok((Feeder { slots, pool, work: Arc::new(work) }, Taker { slots: taken }))
}

impl<J: Send + 'static, R: Send + 'static> Feeder<J, R> {
    /// Gives a job; waits while too many are under way.
    pub(crate) fn submit(&mut self, job: J) -> Result<(), Gone> {
        let (done, result) = sync_channel(1);
        self.slots.send(Ok(result)).map_err(|_| Gone)?;
        let work = self.work.clone();
        // A taker that has gone does not want it.
        self.pool.spawn(move || drop(done.send(work(job))));
        Ok(())
    }

    /// Ends with a failure, after the results of all jobs given.
    pub(crate) fn fail(&mut self, failure: Failure) {
        // A taker that has gone has a failure of its own.
        let _ = self.slots.send(Err(failure));
    }
}

impl<R> Taker<R> {
    /// The next result, in the order of the jobs; `None` at the end.
    pub(crate) fn take(&mut self) -> Option<Outcome<R>> {
        let slot = self.slots.recv().ok()?;
        Some(slot.and_then(|result| result.recv().map_err(|_| Failure::bug("a thread of work ended early"))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        thread,
        time::Duration,
    };

    #[test]
    fn results_come_in_order_for_any_number_of_threads() {
        for threads in [1, 2, 7] {
            let (mut feeder, mut taker) = start(threads, |n: u64| {
                thread::sleep(Duration::from_micros(n * 7919 % 300));
                n * n
            })
            .unwrap();
            thread::spawn(move || (0..200).try_for_each(|n| feeder.submit(n)));
            let squares: Vec<u64> = std::iter::from_fn(|| taker.take()).map(Result::unwrap).collect();
            assert_eq!(squares, (0..200).map(|n| n * n).collect::<Vec<_>>());
        }
    }

    #[test]
    fn no_more_jobs_are_under_way_than_allowed() {
        let given = Arc::new(AtomicUsize::new(0));
        let (mut feeder, mut taker) = start(3, |n: u64| n).unwrap();
        let counter = given.clone();
        thread::spawn(move || {
            (0..100).try_for_each(|n| {
                counter.fetch_add(1, Ordering::SeqCst);
                feeder.submit(n)
            })
        });
        for taken in 0..100 {
            thread::sleep(Duration::from_micros(200));
            assert!(given.load(Ordering::SeqCst) <= taken + 3 + 2);
            assert!(taker.take().is_some());
        }
    }

    #[test]
    fn a_feeder_learns_that_the_taker_has_gone() {
        let (mut feeder, taker) = start(1, |n: u64| n).unwrap();
        drop(taker);
        assert!(feeder.submit(1).is_err());
    }

    #[test]
    fn a_failure_comes_after_the_results_before_it() {
        let (mut feeder, mut taker) = start(2, |n: u64| n).unwrap();
        feeder.submit(1).unwrap();
        feeder.fail(Failure::closed_pipe());
        drop(feeder);
        assert_eq!(taker.take().unwrap().unwrap(), 1);
        assert!(taker.take().unwrap().unwrap_err().is_closed_pipe());
        assert!(taker.take().is_none());
    }
}
