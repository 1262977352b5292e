//! How a board has come to run: who it is, why it has started, how often it has failed, and what people should hear of it.
//!
//! ```text
//! memory that a reset leaves, words of 32 bits:  QRSt | restarts | panicked, bit 31; failures | check of those before
//! ```
//! A start fails if its program panics or its watchdog runs out before it has taken [`ROWS`] rows. After [`MAX_FAILURES`]
//! such starts in a row the board is in safe mode: it does without what it has been given, the gene that it keeps and
//! what others tell, so that it can be given something better.

use crate::keep::{self, Keep, Secret};
use alloc::{format, string::String, vec::Vec};
use qres_core::{gene::flash::table::Lack, serial::Reset, trust::Identity};

/// Tuning: rows after which a start has not failed.
pub(crate) const ROWS: u64 = 16;
/// Tuning: starts that fail, one after the other, before the board is in safe mode.
const MAX_FAILURES: u32 = 3;
/// How the words begin.
const MAGIC: u32 = u32::from_le_bytes(*b"QRSt");
/// The program has panicked.
const PANICKED: u32 = 1 << 31;

/// Memory that outlives a reset, but no power cut.
pub type Words = [u32; 4];

/// How a board has started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Boot {
    /// Why.
    pub reset: Reset,
    /// Times that it has started since power came, but for the first.
    pub restarts: u32,
    /// Starts that have failed right before this one.
    failures: u32,
}

impl Boot {
    /// Counts a start, which the chip says was for this reason.
    pub fn begin(words: &mut Words, reset: Reset) -> Self {
        let [_, restarts, state, _] = *words;
        let valid = *words == sealed(restarts, state) && reset != Reset::Power;
        let (restarts, state) = if valid { (restarts, state) } else { (0, 0) };
        // That a program has panicked is not what the chip knows: its watchdog has ended that.
        let reset = if state & PANICKED != 0 { Reset::Panic } else { reset };
        let failed = matches!(reset, Reset::Panic | Reset::Watchdog);
        let failures = (state & !PANICKED).saturating_add(failed.into()).min(!PANICKED);
        let restarts = restarts.saturating_add((reset != Reset::Power).into());
        *words = sealed(restarts, failures);
        Self { reset, restarts, failures }
    }

    /// Whether the board is in safe mode.
    pub const fn is_safe(&self) -> bool {
        self.failures >= MAX_FAILURES
    }

    /// What its greeting says of it.
    pub(crate) fn words(&self) -> String {
        match self.restarts {
            0 => String::new(),
            1 => format!(", started anew by {}", self.reset.words()),
            restarts => {
                format!(", started anew by {}, {restarts} times since power came", self.reset.words())
            }
        }
    }
}

/// Notes that this start has not failed.
pub fn settle(words: &mut Words) {
    *words = sealed(words[1], 0);
}

/// Notes that the program has panicked.
pub fn panicked(words: &mut Words) {
    *words = sealed(words[1], words[2] | PANICKED);
}

const fn sealed(restarts: u32, state: u32) -> Words {
    [MAGIC, restarts, state, !(MAGIC ^ restarts.rotate_left(7) ^ state.rotate_left(13))]
}

/// What a program begins with.
#[derive(Debug)]
pub struct Start {
    pub(crate) who: Identity,
    pub(crate) boot: Boot,
    pub(crate) remarks: Vec<&'static str>,
}

impl Start {
    /// Finds out who the board is, see [`keep::identity`]; `lack` says why it has no store, if it has none.
    pub fn new(keep: &mut impl Keep, lack: Option<Lack>, boot: Boot, draw: impl FnOnce() -> Secret) -> Self {
        let (who, remark) = keep::identity(keep, draw);
        let safe = "safe mode: it failed again and again soon after it started, and does without the gene that it keeps \
                    and without its radio; install another gene";
        let remarks = [lack.map(keep::forgetful), remark, boot.is_safe().then_some(safe)];
        Self { who, boot, remarks: remarks.into_iter().flatten().collect() }
    }
}

impl From<Identity> for Start {
    fn from(who: Identity) -> Self {
        Self { who, boot: Boot::default(), remarks: Vec::new() }
    }
}
