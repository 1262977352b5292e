//! The last samples of a peer's own, on which genes are tried before anything is believed of them.
//!
//! What the own neuron missed is kept as sums of eight samples, so that the window is 56 to 64 samples long and has room on
//! a board.

use crate::neuron::LAGS;

/// Tuning: samples on which genes are tried, at most.
const TRIED: usize = 64;
/// Samples of one sum.
const BLOCK: usize = 8;
const BLOCKS: usize = TRIED / BLOCK;
const STEPS: usize = TRIED + LAGS;
/// Tuning: samples without which nothing is tried.
const FEWEST: usize = 32;
/// Steps are scaled to so many bits.
const BITS: u32 = 20;

/// The steps of late, and by how much the own neuron missed them.
#[derive(Debug, Clone)]
pub(super) struct Window {
    steps: [i64; STEPS],
    newest: usize,
    /// Samples so far, as far as they matter.
    known: usize,
    last: Option<i64>,
    /// The sum of the block that is being filled is at `block`, of so many samples.
    missed: [u64; BLOCKS],
    block: usize,
    filled: usize,
}

impl Default for Window {
    fn default() -> Self {
        Self { steps: [0; STEPS], newest: 0, known: 0, last: None, missed: [0; BLOCKS], block: 0, filled: 0 }
    }
}

impl Window {
    /// Takes a sample that the own neuron missed by this much.
    pub(super) fn push(&mut self, sample: i64, missed: u64) {
        let Some(last) = self.last.replace(sample) else { return };
        self.newest = (self.newest + 1) % STEPS;
        if let Some(step) = self.steps.get_mut(self.newest) {
            *step = sample.saturating_sub(last);
        }
        self.known = (self.known + 1).min(STEPS);
        if self.filled == BLOCK {
            (self.block, self.filled) = ((self.block + 1) % BLOCKS, 0);
        }
        if let Some(sum) = self.missed.get_mut(self.block) {
            *sum = if self.filled == 0 { missed } else { sum.saturating_add(missed) };
        }
        self.filled += 1;
    }

    /// The window, scaled; `None` while too little is known.
    pub(super) fn trial(&self) -> Option<Trial> {
        // As many blocks, the one that is being filled included, as have the steps before them in the window.
        let others = self.known.checked_sub(LAGS + self.filled)? / BLOCK;
        let blocks = others.min(BLOCKS - 1) + 1;
        let tried = (blocks - 1) * BLOCK + self.filled;
        if tried < FEWEST {
            return None;
        }
        let most = self.steps.iter().map(|step| step.unsigned_abs()).max().unwrap_or(0);
        let down = (64 - most.leading_zeros()).saturating_sub(BITS);
        let mut steps = [0; STEPS];
        let (newer, older) = self.steps.split_at((self.newest + 1) % STEPS);
        let ordered = older.iter().chain(newer);
        steps.iter_mut().zip(ordered).for_each(|(to, step)| *to = (*step >> down) as i32);
        let reach = steps.iter().map(|step| step.unsigned_abs()).max().unwrap_or(0);
        let back = |ago: usize| self.missed.get((self.block + BLOCKS - ago) % BLOCKS).copied().unwrap_or(0);
        let own: u64 = (0..blocks).map(back).fold(0, u64::saturating_add);
        Some(Trial { steps, tried, reach: i64::from(reach) * 2, own: own >> down, usual: own / tried as u64 })
    }
}

/// A window that genes are tried on, in scaled units.
#[derive(Debug, Clone)]
pub(super) struct Trial {
    /// The oldest first.
    steps: [i32; STEPS],
    tried: usize,
    reach: i64,
    /// By how much the own neuron missed all samples that are tried.
    pub(super) own: u64,
    /// Its usual error, in units of the samples.
    pub(super) usual: u64,
}

/// What a gene would have said, sample by sample.
pub(super) type Said = [i32; TRIED];

impl Trial {
    /// What weights (Q16, the newest step's first) would have said, and by how much they would have missed.
    pub(super) fn of(&self, weights: &[i32; LAGS]) -> (Said, u64) {
        let (mut said, mut missed) = ([0; TRIED], 0);
        for ((said, window), _) in said.iter_mut().zip(self.windows()).zip(0..self.tried) {
            let Some((came, past)) = window.split_last() else { continue };
            // Below 2^20 * 2^20 * 8.
            let sum: i64 =
                weights.iter().zip(past.iter().rev()).map(|(w, x)| i64::from(*w) * i64::from(*x)).sum();
            *said = (sum >> 16).clamp(-self.reach, self.reach) as i32;
            missed += u64::from(said.abs_diff(*came));
        }
        (said, missed)
    }

    /// The eight steps before each sample that is tried, and its own.
    fn windows(&self) -> impl Iterator<Item = &[i32]> {
        let from = STEPS - LAGS - self.tried;
        self.steps.get(from..).unwrap_or_default().windows(LAGS + 1)
    }
}

/// How far apart two genes are in what they say.
pub(super) fn apart(one: &Said, other: &Said) -> u64 {
    one.iter().zip(other).map(|(a, b)| u64::from(a.abs_diff(*b))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The window of a ramp that the own neuron misses by one each time.
    fn ramp(samples: i64) -> Window {
        let mut window = Window::default();
        (0..samples).for_each(|i| window.push(10 * i, 1));
        window
    }

    #[test]
    fn a_gene_that_knows_the_ramp_misses_nothing() {
        for samples in [49, 60, 73, 100, 107] {
            let trial = ramp(samples).trial().unwrap();
            assert!((32..=64).contains(&trial.tried), "{samples}");
            assert_eq!(trial.own, trial.tried as u64, "{samples}");
            let (_, missed) = trial.of(&[1 << 16, 0, 0, 0, 0, 0, 0, 0]);
            assert_eq!(missed, 0, "{samples}");
            let (_, missed) = trial.of(&[0; 8]);
            assert_eq!(missed, 10 * trial.tried as u64, "{samples}");
        }
        assert!(ramp(40).trial().is_none());
    }

    proptest! {
        #[test]
        fn any_samples_and_weights_are_bounded(
            samples in prop::collection::vec(any::<i64>(), 0..150), weights in prop::array::uniform8(-16 << 16..=16 << 16_i32),
        ) {
            let mut window = Window::default();
            samples.iter().for_each(|sample| window.push(*sample, u64::MAX));
            if let Some(trial) = window.trial() {
                let (said, missed) = trial.of(&weights);
                prop_assert!(missed <= 64 << 23);
                prop_assert_eq!(apart(&said, &said), 0);
            }
        }
    }
}
