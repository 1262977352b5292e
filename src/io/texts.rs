//! The texts of segments, cut from an input that is read as fast as it comes, or in time.

use super::{buffer_pool::BufferPool, input::Input, live::Live};
use crate::failure::Outcome;
use qres_core::archive::Cutter;

/// Gives the text of one segment after the other.
#[derive(Debug)]
pub(crate) enum Texts {
    /// As fast as the input comes.
    Whole(Whole),
    /// In time.
    Live(Live),
}

impl Texts {
    /// The next segment's text; `None` at the end.
    pub(crate) fn next(&mut self) -> Outcome<Option<Vec<u8>>> {
        match self {
            Self::Whole(whole) => whole.next(),
            Self::Live(live) => live.next(),
        }
    }

    /// Whether the text that was given last is known to be the end.
    pub(crate) fn has_ended(&self) -> bool {
        match self {
            Self::Whole(whole) => whole.ended,
            Self::Live(_) => false,
        }
    }
}

/// Cuts an input that is read as fast as it comes.
#[derive(Debug)]
pub(crate) struct Whole {
    input: Input,
    cutter: Cutter,
    ended: bool,
    pool: BufferPool,
}

impl Whole {
    /// Cuts `input` with `cutter`.
    pub(crate) fn new(input: Input, cutter: Cutter, pool: BufferPool) -> Self {
        Self { input, cutter, ended: false, pool }
    }

    /// The next segment's text; `None` at the end.
    pub(crate) fn next(&mut self) -> Outcome<Option<Vec<u8>>> {
        let missing = self.cutter.missing();
        // A small file does not pay for a large buffer; the extra byte finds its end without growing.
        let expected = self.input.length().and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(missing);
        let pending = self.cutter.pending();
        pending.reserve_exact(missing.min(expected.saturating_add(1)));
        self.input.append(pending, missing)?;
        self.ended = self.cutter.missing() > 0;
        Ok(if self.ended { self.cutter.rest() } else { self.cutter.cut(self.pool.take()) })
    }
}
