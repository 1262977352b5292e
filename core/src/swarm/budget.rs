//! What a peer may spend: bytes to send, signatures to check, energy.
//!
//! Bytes are paid for with time that was saved up: one byte takes [`A_BYTE`], and at most [`BURST`] bytes' time is saved.

use crate::regime::Regime;

/// Tuning: bytes a day.
const A_DAY: u64 = 1024;
/// Tuning: bytes that may be sent at once.
const BURST: u64 = 4096;
/// Milliseconds of a day.
const DAY: u64 = 86_400_000;
/// Milliseconds that pay for a byte.
const A_BYTE: u64 = DAY / A_DAY;
const _: () = assert!(A_BYTE * A_DAY == DAY);
/// Tuning: signatures that are checked in [`SECOND`].
const CHECKS: u32 = 4;
const SECOND: u64 = 1000;
/// Tuning: below so many hundredths of its energy a peer does as if it were calm, and passes nothing on.
const LOW: u8 = 10;
/// Tuning: milliseconds between samples, regime by regime: four hours, ten minutes, half a minute.
const PACES: [u64; 3] = [4 * 3_600_000, 600_000, 30_000];

/// The means of a peer.
#[derive(Debug, Clone)]
pub(super) struct Budget {
    saved: u64,
    until: u64,
    checks: u32,
    refill: u64,
    /// In hundredths.
    energy: u8,
}

impl Default for Budget {
    fn default() -> Self {
        Self { saved: BURST * A_BYTE, until: 0, checks: CHECKS, refill: 0, energy: 100 }
    }
}

impl Budget {
    /// Pays for so many bytes, if there is enough.
    pub(super) fn pay(&mut self, bytes: usize, now: u64) -> bool {
        self.saved = (self.saved + now.saturating_sub(self.until).min(BURST * A_BYTE)).min(BURST * A_BYTE);
        self.until = self.until.max(now);
        let price = bytes as u64 * A_BYTE;
        let may = self.saved >= price && !self.is_low();
        self.saved -= if may { price } else { 0 };
        may
    }

    /// Whether there is time for so many signatures.
    pub(super) fn may_check(&mut self, count: u32, now: u64) -> bool {
        if now >= self.refill {
            (self.checks, self.refill) = (CHECKS, now.saturating_add(SECOND));
        }
        let may = self.checks >= count;
        self.checks -= if may { count } else { 0 };
        may
    }

    pub(super) const fn set_energy(&mut self, hundredths: u8) {
        self.energy = hundredths;
    }

    pub(super) const fn is_low(&self) -> bool {
        self.energy < LOW
    }

    /// Milliseconds until the next sample, where `draw` moves it by up to an eighth, so that peers do not send at once.
    pub(super) fn pace(&self, regime: Regime, draw: u64) -> u64 {
        let regime = if self.is_low() { Regime::Calm } else { regime };
        let pace = PACES.get(regime as usize).copied().unwrap_or(DAY);
        pace - pace / 16 + draw % (pace / 8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn over_a_week_no_more_is_sent_than_a_burst_and_a_kilobyte_a_day() {
        let mut budget = Budget::default();
        let sent = (0..7 * 86_400).filter(|second| budget.pay(139, second * 1000)).count() as u64 * 139;
        assert!((BURST + 6 * A_DAY..=BURST + 7 * A_DAY).contains(&sent), "{sent}");
    }

    #[test]
    fn who_is_low_is_calm_and_silent() {
        let mut budget = Budget::default();
        budget.set_energy(9);
        assert!(!budget.pay(1, 0));
        assert_eq!(budget.pace(Regime::Storm, 0), budget.pace(Regime::Calm, 0));
        budget.set_energy(10);
        assert!(budget.pay(1, 0) && budget.pace(Regime::Storm, 0) < 30_000);
    }

    #[test]
    fn signatures_are_checked_four_a_second() {
        let mut budget = Budget::default();
        assert!(budget.may_check(4, 0) && !budget.may_check(1, 999) && budget.may_check(2, 1000));
    }
}
