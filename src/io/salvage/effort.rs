//! How much work a salvage may still do in vain.
//!
//! Damage can look like parts at every byte, each of which promises a long text: trying them all would take time that
//! grows with the square of the archive's length. So a try that fails is paid from an allowance, which every byte that
//! has been passed adds to.

use std::cell::Cell;

/// Tuning: bytes of text tried in vain for each byte of the archive, and at first.
const A_BYTE: u64 = 32;
const AT_FIRST: u64 = 32 << 20;

/// An allowance, in bytes of text.
#[derive(Debug)]
pub(super) struct Effort(Cell<u64>);

impl Default for Effort {
    fn default() -> Self {
        Self(Cell::new(AT_FIRST))
    }
}

impl Effort {
    /// So many bytes of the archive have been passed.
    pub(super) fn passed(&self, bytes: u64) {
        self.0.set(self.0.get().saturating_add(bytes.saturating_mul(A_BYTE)));
    }

    /// Makes a try that may take `cost`, if that is left; what succeeds costs nothing.
    pub(super) fn attempt<T>(&self, cost: u64, attempt: impl FnOnce() -> Option<T>) -> Option<T> {
        let left = self.0.get().checked_sub(cost)?;
        let made = attempt();
        if made.is_none() {
            self.0.set(left);
        }
        made
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_failures_cost_and_bytes_earn() {
        let effort = Effort::default();
        assert_eq!(effort.attempt(AT_FIRST, || Some(1)), Some(1));
        assert_eq!(effort.attempt(AT_FIRST, || None::<u8>), None);
        assert_eq!(effort.attempt(1, || Some(1)), None);
        effort.passed(1);
        assert_eq!(effort.attempt(A_BYTE, || Some(1)), Some(1));
    }
}
