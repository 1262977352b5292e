//! Where a gene is kept when the power is off.

use alloc::vec::Vec;

/// A place for one gene.
pub trait Keep {
    /// Whether what is kept outlives a power cut.
    const LASTS: bool;
    /// The gene that was kept last.
    fn load(&mut self) -> Option<Vec<u8>>;
    /// Keeps a gene in place of the one before; tells whether that worked.
    fn keep(&mut self, gene: &[u8]) -> bool;
}

/// A board that forgets: a gene serves until it is switched off.
#[derive(Debug, Clone, Copy, Default)]
pub struct Forgets;

impl Keep for Forgets {
    const LASTS: bool = false;

    fn load(&mut self) -> Option<Vec<u8>> {
        None
    }

    fn keep(&mut self, _: &[u8]) -> bool {
        true
    }
}
