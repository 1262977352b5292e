//! How much a log keeps, and what happens when that is passed.

use super::record::MAX_LINE;
use qres_core::archive::Bound;
use std::time::Duration;

/// How much a log keeps.
#[derive(Debug, Clone)]
pub(crate) struct Keep {
    /// Bytes on the disk, beside those of the file that grows.
    pub(crate) bytes: u64,
    /// How old lines get. The log's own clock counts it, so that a wrong clock of the machine drops nothing that is young:
    /// it advances by an hour at once, and over a restart by an eighth of this and an hour.
    pub(crate) age: Option<Duration>,
    /// What goes when there is no room.
    pub(crate) policy: Policy,
    /// How far numbers of old rows may move, to save room before any is dropped.
    pub(crate) degrade: Vec<Bound>,
}

/// What goes when a log has no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Policy {
    /// The oldest lines.
    Oldest,
    /// Those that come.
    Newest,
    /// Nothing: whoever brings more must wait until lines are released.
    Block,
}

impl Default for Keep {
    fn default() -> Self {
        Self { bytes: 64 << 20, age: None, policy: Policy::Oldest, degrade: vec![] }
    }
}

impl Keep {
    /// Returns the bytes of a file that is full.
    pub(super) fn full(&self) -> u64 {
        (self.bytes / 8).min(MAX_LINE as u64)
    }

    /// Returns the seconds after which a file is full, so that it does not keep old lines for the new ones.
    pub(super) fn long(&self) -> u64 {
        self.age.map_or(u64::MAX, |age| age.as_secs() / 8 + 1)
    }
}
