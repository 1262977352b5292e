//! What an archive to write is asked to be.

use super::Bound;
use crate::{
    codec::Level,
    frame::{Config, Past},
    table::Input,
};
use alloc::vec::Vec;

/// What an archive to write is asked to be.
///
/// ```
/// use qres_core::{archive::Bound, codec::Level, Options};
///
/// let small = Options { level: Level::STRONGEST, ..Options::default() };
/// let within = Options { bounds: vec![Bound::parse("temp=0.05").unwrap()], ..small };
/// ```
#[derive(Debug, Clone)]
pub struct Options<'g> {
    /// How hard to work: 5 of 1 to 9, unless told otherwise.
    pub level: Level,
    /// What comes in: text, unless told otherwise.
    pub input: Input,
    /// Bytes of text in a segment at most, 4 MiB unless told otherwise: the unit of memory, threads and random access.
    pub segment: usize,
    /// Whether text is flushed now and then: what was flushed goes on teaching what comes, and all columns' models take
    /// memory at a time.
    pub live: bool,
    /// How far numbers may move: not at all, unless told otherwise.
    pub bounds: Vec<Bound>,
    /// The gene to start from, if any. Whoever reads the archive needs it too.
    pub gene: Option<Past<'g>>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        let (level, input, segment) = (Level::DEFAULT, Input::Text, 4 << 20);
        Self { level, input, segment, live: false, bounds: Vec::new(), gene: None }
    }
}

impl Options<'_> {
    /// The part of them that shapes a header.
    pub(super) fn config(&self) -> Config {
        Config { level: self.level, input: self.input, segment: self.segment }
    }
}
