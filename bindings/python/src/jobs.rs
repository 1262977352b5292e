//! Segments on several threads, taken back in order, while the interpreter runs other things.

use crate::fail;
use pyo3::prelude::*;
use qres_core::parallel::{Parallel, Sequential};
use rayon::{ThreadPoolBuilder, prelude::*};
use std::{
    collections::VecDeque,
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError, sync_channel},
    },
    thread::available_parallelism,
    time::Duration,
};

/// Longest time for which Ctrl-C goes unnoticed while a segment is being coded.
const PATIENCE: Duration = Duration::from_millis(50);
/// A thread that waits for its columns may take up another segment, and so on: its stack has room for some.
const STACK: usize = 16 << 20;

/// Shares the columns of a segment among the threads of the pool that the segment is coded on, if there is one.
#[derive(Debug)]
pub(crate) struct Threads;

impl Parallel for Threads {
    fn each<T: Send>(&self, jobs: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
        match rayon::current_thread_index() {
            Some(_) => (0..jobs).into_par_iter().with_max_len(1).map(&work).collect(),
            None => Sequential.each(jobs, work),
        }
    }
}

/// Returns how many threads are meant: all processors unless told otherwise.
pub(crate) fn threads(asked: Option<usize>) -> PyResult<usize> {
    match asked {
        Some(0) => Err(fail::usage("there must be a thread", "leave `threads` out to use all processors")),
        Some(threads) => Ok(threads),
        None => Ok(available_parallelism().map_or(1, Into::into)),
    }
}

/// Runs `work` on each of `jobs`, on `threads` threads, and hands what it returns to `take` in order. Few jobs are under way
/// at a time. Must be called without the interpreter's lock; ends between two segments on Ctrl-C.
///
/// The pool lives as long as the call: one that outlives it would be dead in a forked child.
pub(crate) fn in_order<J: Send, R: Send>(
    threads: usize,
    mut jobs: impl Iterator<Item = J>,
    work: impl Fn(J) -> R + Sync,
    mut take: impl FnMut(R) -> PyResult<()>,
) -> PyResult<()> {
    let pool = ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK).build();
    let pool = pool.map_err(|_| fail::bug("threads cannot be started"))?;
    let stopped = AtomicBool::new(false);
    pool.in_place_scope(|scope| {
        let mut under_way = VecDeque::new();
        let mut run = || {
            loop {
                while under_way.len() < threads + 2
                    && let Some(job) = jobs.next()
                {
                    let (done, result) = sync_channel(1);
                    let (work, stopped) = (&work, &stopped);
                    scope.spawn(move |_| {
                        if !stopped.load(Ordering::Relaxed) {
                            // Whoever waited may have been interrupted.
                            let _ = done.send(work(job));
                        }
                    });
                    under_way.push_back(result);
                }
                let Some(result) = under_way.pop_front() else { return Ok(()) };
                take(wait(&result)?)?;
            }
        };
        run().inspect_err(|_| stopped.store(true, Ordering::Relaxed))
    })
}

/// Raises what a signal's handler raises: `KeyboardInterrupt` on Ctrl-C.
pub(crate) fn interruptible() -> PyResult<()> {
    Python::attach(|py| py.check_signals())
}

fn wait<R>(result: &Receiver<R>) -> PyResult<R> {
    loop {
        let received = result.recv_timeout(PATIENCE);
        interruptible()?;
        match received {
            Ok(value) => return Ok(value),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Err(fail::bug("a thread ended early")),
        }
    }
}
