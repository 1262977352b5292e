//! Where a board keeps what must outlive a power cut: the gene it goes on from, and the secret that makes it itself.
//!
//! [`Stored`] is flash memory of any board, laid out by [`qres_core::gene::flash`]: a power cut at any moment leaves the old
//! record or the new one. Boards bring the [`Flash`].

use alloc::vec::Vec;
use qres_core::gene::flash::{Flash, Kind, Store};

/// Bytes of a secret.
pub const SECRET: usize = 32;

/// A place for one gene and one secret.
pub trait Keep {
    /// Whether what is kept outlives a power cut.
    const LASTS: bool;
    /// Bytes of the longest gene that there is room for.
    fn room(&self) -> u32;
    /// The gene that was kept last.
    fn load(&mut self) -> Option<Vec<u8>>;
    /// Keeps a gene in place of the one before; tells whether that worked.
    fn keep(&mut self, gene: &[u8]) -> bool;
    /// The secret that was kept last.
    fn secret(&mut self) -> Option<[u8; SECRET]>;
    /// Keeps a secret in place of the one before; tells whether that worked.
    fn keep_secret(&mut self, secret: &[u8; SECRET]) -> bool;
}

/// A board that forgets: a gene serves until it is switched off.
#[derive(Debug, Clone, Copy, Default)]
pub struct Forgets;

impl Keep for Forgets {
    const LASTS: bool = false;

    fn room(&self) -> u32 {
        u32::MAX
    }

    fn load(&mut self) -> Option<Vec<u8>> {
        None
    }

    fn keep(&mut self, _: &[u8]) -> bool {
        true
    }

    fn secret(&mut self) -> Option<[u8; SECRET]> {
        None
    }

    fn keep_secret(&mut self, _: &[u8; SECRET]) -> bool {
        true
    }
}

/// A board with flash memory.
#[derive(Debug)]
pub struct Stored<F>(Store<F>);

impl<F: Flash> Stored<F> {
    /// Keeps things in `flash`; nothing needs to have been prepared.
    pub fn new(flash: F) -> Self {
        Self(Store::new(flash))
    }
}

impl<F: Flash> Keep for Stored<F> {
    const LASTS: bool = true;

    fn room(&self) -> u32 {
        self.0.limit(Kind::Gene)
    }

    /// None if the memory cannot be read: the board starts all the same.
    fn load(&mut self) -> Option<Vec<u8>> {
        self.0.get(Kind::Gene).ok().flatten()
    }

    fn keep(&mut self, gene: &[u8]) -> bool {
        self.0.put(Kind::Gene, gene).is_ok()
    }

    fn secret(&mut self) -> Option<[u8; SECRET]> {
        self.0.get(Kind::Identity).ok().flatten()?.try_into().ok()
    }

    fn keep_secret(&mut self, secret: &[u8; SECRET]) -> bool {
        self.0.put(Kind::Identity, secret).is_ok()
    }
}
