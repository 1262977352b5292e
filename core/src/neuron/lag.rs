//! The sample of some time ago: persistence, or a season. What every other neuron has to beat.
//!
//! ```text
//! gene := lag u8                    1..=255
//! ```

use super::{Kind, Neuron};
use crate::error::Error;
use alloc::{collections::VecDeque, vec::Vec};

/// Predicts the sample of `lag` samples ago.
#[derive(Debug, Clone)]
pub struct Lag {
    lag: u8,
    /// The newest first; at most 255.
    past: VecDeque<i64>,
}

impl Lag {
    /// One that looks `lag` samples back; 0 is taken as 1.
    pub fn new(lag: u8) -> Self {
        Self { lag: lag.max(1), past: VecDeque::new() }
    }

    fn push(&mut self, sample: i64) {
        self.past.truncate(254);
        self.past.push_front(sample);
    }
}

impl Neuron for Lag {
    fn kind(&self) -> Kind {
        Kind::Lag
    }

    fn predict(&self) -> i64 {
        self.past.get(usize::from(self.lag) - 1).or(self.past.front()).copied().unwrap_or(0)
    }

    fn adapt(&mut self, seen: i64) {
        self.push(seen);
    }

    fn tick(&mut self) {
        self.push(self.predict());
    }

    fn export_gene(&self, out: &mut Vec<u8>) {
        out.push(self.lag);
    }

    fn install_gene(&mut self, gene: &[u8]) -> Result<(), Error> {
        let [lag @ 1..=255] = gene else { return Err(Error::Corrupt("gene of a lag")) };
        self.lag = *lag;
        Ok(())
    }
}
