//! The threads a command may use, shared between the segments under way and the columns of each.
//!
//! A thread that waits for the columns of its segment takes up others' work meanwhile. The bytes that come out are the same
//! for any number of threads.

use qres_core::parallel::Parallel;
use rayon::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};

/// The threads of the pool whose job this is called from.
#[derive(Debug)]
pub(crate) struct Threads;

impl Parallel for Threads {
    fn each<T: Send>(&self, jobs: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
        (0..jobs).into_par_iter().with_max_len(1).map(&work).collect()
    }

    fn both<A: Send, B: Send>(
        &self,
        first: impl FnOnce() -> A + Send,
        second: impl FnOnce() -> B + Send,
    ) -> (A, B) {
        rayon::join(first, second)
    }

    fn hands(&self) -> usize {
        rayon::current_num_threads()
    }
}

/// [`Threads`] whose progress with one segment is told, in bytes of its text.
pub(crate) struct Told<F> {
    text_bytes: u64,
    told: AtomicU64,
    tell: F,
}

impl<F: Fn(u64)> Told<F> {
    /// `tell` is told of each of `text_bytes` once, in several pieces.
    pub(crate) fn new(text_bytes: u64, tell: F) -> Self {
        Self { text_bytes, told: AtomicU64::new(0), tell }
    }

    /// Tells what has not been told: the segment is done.
    pub(crate) fn finish(self) {
        (self.tell)(self.text_bytes.saturating_sub(self.told.into_inner()));
    }
}

impl<F: Fn(u64) + Sync> Parallel for Told<F> {
    fn each<T: Send>(&self, jobs: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
        Threads.each(jobs, work)
    }

    fn both<A: Send, B: Send>(
        &self,
        first: impl FnOnce() -> A + Send,
        second: impl FnOnce() -> B + Send,
    ) -> (A, B) {
        Threads.both(first, second)
    }

    fn hands(&self) -> usize {
        Threads.hands()
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
    use std::sync::atomic::AtomicUsize;

    fn on<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
    }

    #[test]
    fn a_segment_is_the_same_for_any_number_of_threads() {
        let text: String = (0..4000_u32)
            .map(|row| format!("{row},{},{},{}\n", row * row % 97, row % 89 * 3, row * 7 % 1009 + row))
            .collect();
        let level = Level::STRONGEST;
        let header = Header::detect(text.as_bytes(), &Config { level, input: Input::Text, segment: 1 << 20 });
        let encode = || Segment::encode_with(&Threads, None, text.as_bytes(), &header, true, level).bytes;
        let alone = on(1, encode);
        for threads in [2, 3, 8] {
            assert_eq!(on(threads, encode), alone);
            let mut back = Vec::new();
            let view = View::read(&mut Cursor::new(&alone), &header).unwrap();
            on(threads, || view.decode_with(&Threads, None, &header, &mut back)).unwrap();
            assert!(back == text.as_bytes());
        }
    }

    #[test]
    fn the_work_on_a_segment_is_told_column_by_column() {
        let rows = (0..3000_u32).map(|row| format!("{row},{},{}\n", row * row % 97, row % 89 * 3));
        let (text, level) = (rows.collect::<String>(), Level::STRONGEST);
        let header = Header::detect(text.as_bytes(), &Config { level, input: Input::Text, segment: 1 << 20 });
        let (steps, bytes) = (AtomicUsize::new(0), AtomicU64::new(0));
        let told = Told::new(text.len() as u64, |more| {
            steps.fetch_add(1, Ordering::Relaxed);
            bytes.fetch_add(more, Ordering::Relaxed);
        });
        on(2, || Segment::encode_with(&told, None, text.as_bytes(), &header, true, level));
        assert!(bytes.load(Ordering::Relaxed) * 10 > text.len() as u64 * 9);
        told.finish();
        assert_eq!((steps.into_inner(), bytes.into_inner()), (4, text.len() as u64));
    }
}
