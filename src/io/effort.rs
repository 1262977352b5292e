//! How much work may still be done in vain to find what is whole among damage.
//!
//! Damage can look like parts at every byte, each of which promises a long text: trying them all would take time that
//! grows with the square of the archive's length. So a try that fails is paid from an allowance, which every byte that
//! has been passed adds to.

use std::cell::Cell;

/// Tuning: bytes of text tried in vain for each byte of the archive, and at first.
const A_BYTE: u64 = 32;
const AT_FIRST: u64 = 32 << 20;
/// Tuning: what any try costs beside its text: a model is made before the first byte turns out wrong.
const A_TRY: u64 = 4 << 10;

/// An allowance, in bytes of text.
#[derive(Debug)]
pub(crate) struct Effort {
    left: Cell<u64>,
    /// The allowance at the start.
    first: Cell<u64>,
}

impl Default for Effort {
    fn default() -> Self {
        Self { left: Cell::new(AT_FIRST), first: Cell::new(AT_FIRST) }
    }
}

impl Effort {
    /// Sees to it that two texts of so many bytes could be tried at first: none is too long to be tried at all.
    pub(crate) fn allow(&self, text_bytes: u64) {
        let first = text_bytes.saturating_mul(2).max(self.first.get());
        self.left.set(self.left.get().saturating_add(first - self.first.replace(first)));
    }

    /// So many bytes of the archive have been passed.
    pub(crate) fn passed(&self, bytes: u64) {
        self.left.set(self.left.get().saturating_add(bytes.saturating_mul(A_BYTE)));
    }

    /// Makes a try that may take `cost`, if that is left; what succeeds costs nothing.
    pub(crate) fn attempt<T>(&self, cost: u64, attempt: impl FnOnce() -> Option<T>) -> Option<T> {
        let left = self.left.get().checked_sub(cost.saturating_add(A_TRY))?;
        let made = attempt();
        if made.is_none() {
            self.left.set(left);
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
        assert_eq!(effort.attempt(AT_FIRST - A_TRY, || Some(1)), Some(1));
        assert_eq!(effort.attempt(AT_FIRST - A_TRY, || None::<u8>), None);
        assert_eq!(effort.attempt(1, || Some(1)), None);
        effort.passed(A_TRY);
        assert_eq!(effort.attempt(A_BYTE, || Some(1)), Some(1));
    }

    #[test]
    fn the_longest_texts_are_allowed_once() {
        let effort = Effort::default();
        effort.allow(AT_FIRST);
        effort.allow(AT_FIRST);
        assert_eq!(effort.attempt(2 * AT_FIRST, || Some(1)), None);
        assert_eq!(effort.attempt(AT_FIRST, || Some(1)), Some(1));
    }
}
