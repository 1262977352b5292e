//! How likely neighbours fail: a count of draws, exact in 128 bits for as many names as a plan may have.

use super::plan::MAX_NAMES;

/// Limit: a plan's neighbours betray somebody with a chance of at most 2^-40.
const PRIVACY_BITS: u32 = 40;
/// Tuning: the sum cannot be made with a chance of at most 2^-30.
const RECOVERY_BITS: u32 = 30;

/// Chances as negative powers of two, rounded so that they are never better than told; 128 for never. Of `n` names a third
/// collude and a fifth drop out, chosen before neighbours are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chances {
    /// That some participant's step is seen: so many of its neighbours collude, or others are cut off from it.
    pub privacy: u32,
    /// That the sum cannot be made.
    pub recovery: u32,
}

impl Chances {
    /// Those of `names` participants with so many `neighbours`, of whom `threshold` make a secret.
    pub fn of(names: usize, neighbours: usize, threshold: usize) -> Self {
        let others = names.saturating_sub(1);
        let (colluding, dropped) = (names / 3, names / 5);
        let each = |bad: usize, least: usize| {
            let count: u128 = (least..=bad.min(neighbours))
                .map(|x| choices(bad, x) * choices(others - bad, neighbours - x))
                .sum();
            bits(names as u128 * count, choices(others, neighbours))
        };
        // A ring of participants falls apart where two runs of half the neighbours are gone.
        let bad = colluding + dropped;
        let apart = if neighbours >= others || bad < neighbours {
            128
        } else {
            let pairs = choices(names, 2);
            bits(pairs * choices(names - neighbours, bad - neighbours), choices(names, bad))
        };
        let seen = each(colluding, threshold);
        Self { privacy: seen.min(apart), recovery: each(dropped, (neighbours + 1).saturating_sub(threshold)) }
    }

    /// Whether nobody has to fear for its step.
    pub(super) const fn protect(self) -> bool {
        self.privacy >= PRIVACY_BITS
    }
}

/// The fewest neighbours, and the threshold, that fail as seldom as they must; `None` for too few or too many names.
pub fn choose(names: usize) -> Option<(usize, usize)> {
    let others = names.checked_sub(1).filter(|_| (super::MIN_NAMES..=MAX_NAMES).contains(&names))?;
    let fits = |neighbours: usize| {
        let good = |threshold: &usize| {
            let chances = Chances::of(names, neighbours, *threshold);
            chances.protect() && chances.recovery >= RECOVERY_BITS
        };
        (2..=neighbours).find(good).map(|threshold| (neighbours, threshold))
    };
    (2..others).step_by(2).chain([others]).find_map(fits)
}

/// How many ways there are to choose `k` of `n`, below 2^97 for the limits of a plan.
fn choices(n: usize, k: usize) -> u128 {
    if k > n {
        return 0;
    }
    // Each product is a binomial times at most 100.
    (1..=k).fold(1, |ways, i| ways * (n - k + i) as u128 / i as u128)
}

/// How many halvings `of` is above `count`, rounded down.
fn bits(count: u128, of: u128) -> u32 {
    of.checked_div(count).map_or(128, |ratio| ratio.checked_ilog2().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_fail_as_seldom_as_is_told() {
        assert_eq!(choices(100, 50), 100_891_344_545_564_193_334_812_497_256);
        for names in 3..=MAX_NAMES {
            let (neighbours, threshold) = choose(names).unwrap();
            let chances = Chances::of(names, neighbours, threshold);
            assert!(chances.privacy >= 40 && chances.recovery >= 30, "{names}");
            assert!(neighbours == names - 1 || neighbours % 2 == 0);
        }
        assert_eq!((choose(2), choose(101)), (None, None));
        assert_eq!(choose(100), Some((54, 34)));
    }
}
