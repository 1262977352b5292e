//! The threads a command may use, shared between the segments under way and the columns of each.
//!
//! A segment keeps one hand busy. Where hands are idle, because there are fewer segments than threads, they help with
//! columns. The bytes that come out are the same for any number of hands.

use qres_core::parallel::Parallel;
use std::{
    sync::atomic::{AtomicU64, AtomicUsize, Ordering},
    thread,
};

/// So many hands, and how many of them are busy.
#[derive(Debug)]
pub(crate) struct Hands {
    all: usize,
    busy: AtomicUsize,
}

/// A hand that is busy until it is dropped.
struct Busy<'h>(&'h Hands);

impl Hands {
    pub(crate) fn new(all: usize) -> Self {
        Self { all, busy: AtomicUsize::new(0) }
    }

    /// Does one segment's work; it is not kept waiting for those that help with another's columns.
    pub(crate) fn busy<T>(&self, work: impl FnOnce() -> T) -> T {
        self.busy.fetch_add(1, Ordering::Relaxed);
        let _busy = Busy(self);
        work()
    }

    /// A hand that was idle.
    fn helper(&self) -> Option<Busy<'_>> {
        let one_more = |busy| (busy < self.all).then_some(busy + 1);
        self.busy.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more).ok()?;
        Some(Busy(self))
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.busy.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Parallel for Hands {
    fn each<T: Send>(&self, jobs: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
        let next = AtomicUsize::new(0);
        let share = || {
            let mine = || Some(next.fetch_add(1, Ordering::Relaxed)).filter(|job| *job < jobs);
            std::iter::from_fn(mine).map(|job| (job, work(job))).collect::<Vec<_>>()
        };
        let mut done = thread::scope(|scope| {
            let help = |busy: Busy<'_>| {
                let _busy = busy;
                share()
            };
            // Without a thread to be had, the work is done all the same.
            let spawn = |busy| thread::Builder::new().spawn_scoped(scope, move || help(busy)).ok();
            let helpers: Vec<_> = (1..jobs).map_while(|_| self.helper()).map_while(spawn).collect();
            let mut done = share();
            for helper in helpers {
                match helper.join() {
                    Ok(more) => done.extend(more),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            done
        });
        done.sort_unstable_by_key(|(job, _)| *job);
        done.into_iter().map(|(_, result)| result).collect()
    }
}

/// Hands whose work on one segment is told as it goes on, in bytes of its text.
pub(crate) struct Told<'h, F> {
    hands: &'h Hands,
    text_bytes: u64,
    told: AtomicU64,
    tell: F,
}

impl<'h, F: Fn(u64)> Told<'h, F> {
    /// `tell` is told of each of `text_bytes` once, in several pieces.
    pub(crate) fn new(hands: &'h Hands, text_bytes: u64, tell: F) -> Self {
        Self { hands, text_bytes, told: AtomicU64::new(0), tell }
    }

    /// Tells what has not been told: the segment is done.
    pub(crate) fn finish(self) {
        (self.tell)(self.text_bytes.saturating_sub(self.told.into_inner()));
    }
}

impl<F: Fn(u64) + Sync> Parallel for Told<'_, F> {
    fn each<T: Send>(&self, jobs: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
        self.hands.each(jobs, work)
    }

    fn done(&self, part: u64, of: u64) {
        let bytes = u128::from(self.text_bytes) * u128::from(part) / u128::from(of.max(1));
        // A segment may be tried in more than one way: no more is told than there is.
        let more = |told: u64| Some(told.saturating_add(bytes as u64).min(self.text_bytes));
        let before = self.told.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).unwrap_or(0);
        (self.tell)(bytes.min(u128::from(self.text_bytes - before)) as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use qres_core::{
        codec::Level,
        entropy::Cursor,
        frame::{Config, Header, Input, Segment, View},
    };

    #[test]
    fn results_come_in_order_and_all_hands_are_idle_again() {
        for all in [1, 2, 5] {
            let hands = Hands::new(all);
            let squares = hands.busy(|| hands.each(100, |n| n * n));
            assert_eq!(squares, (0..100).map(|n| n * n).collect::<Vec<_>>());
            assert_eq!(hands.busy.load(Ordering::Relaxed), 0);
        }
    }

    #[test]
    fn no_more_hands_help_than_there_are() {
        let hands = Hands::new(3);
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        hands.busy(|| {
            hands.each(40, |_| {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                thread::sleep(std::time::Duration::from_millis(1));
                now.fetch_sub(1, Ordering::SeqCst);
            })
        });
        let most = most.into_inner();
        assert!(most <= 3, "{most} hands worked at once");
    }

    #[test]
    fn a_segment_is_the_same_for_any_number_of_hands() {
        let text: String = (0..4000_u32)
            .map(|row| format!("{row},{},{},{}\n", row * row % 97, row % 89 * 3, row * 7 % 1009 + row))
            .collect();
        let level = Level::STRONGEST;
        let header = Header::detect(text.as_bytes(), &Config { level, input: Input::Text, segment: 1 << 20 });
        let encode =
            |hands: &Hands| Segment::encode_with(hands, None, text.as_bytes(), &header, true, level).bytes;
        let alone = encode(&Hands::new(1));
        for all in [2, 3, 8] {
            let hands = Hands::new(all);
            assert_eq!(encode(&hands), alone);
            let mut back = Vec::new();
            let view = View::read(&mut Cursor::new(&alone), &header).unwrap();
            view.decode_with(&hands, None, &header, &mut back).unwrap();
            assert!(back == text.as_bytes());
        }
    }

    #[test]
    fn the_work_on_a_segment_is_told_column_by_column() {
        let rows = (0..3000_u32).map(|row| format!("{row},{},{}\n", row * row % 97, row % 89 * 3));
        let (text, hands, level) = (rows.collect::<String>(), Hands::new(2), Level::STRONGEST);
        let header = Header::detect(text.as_bytes(), &Config { level, input: Input::Text, segment: 1 << 20 });
        let (steps, bytes) = (AtomicUsize::new(0), AtomicU64::new(0));
        let told = Told::new(&hands, text.len() as u64, |more| {
            steps.fetch_add(1, Ordering::Relaxed);
            bytes.fetch_add(more, Ordering::Relaxed);
        });
        Segment::encode_with(&told, None, text.as_bytes(), &header, true, level);
        assert!(bytes.load(Ordering::Relaxed) * 10 > text.len() as u64 * 9);
        told.finish();
        assert_eq!((steps.into_inner(), bytes.into_inner()), (4, text.len() as u64));
    }
}
