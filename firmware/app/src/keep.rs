//! Where a board keeps what must outlive a power cut: the gene it goes on from, and the secret that makes it itself.
//!
//! [`Stored`] is flash memory of any board, laid out by [`qres_core::gene::flash`]: a power cut at any moment leaves the old
//! record or the new one. Boards bring the [`Flash`].

use alloc::vec::Vec;
use qres_core::{
    gene::flash::{Flash, Kind, Store},
    trust::{Identity, SECRET_BYTES},
};

/// What makes an identity.
pub type Secret = [u8; SECRET_BYTES];

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
    fn secret(&mut self) -> Option<Secret>;
    /// Keeps a secret in place of the one before; tells whether that worked.
    fn keep_secret(&mut self, secret: &Secret) -> bool;
    /// How many times the board with this secret has begun to tell others, this time included; 0 if it cannot count. It
    /// is what makes all that it tells from now on newer than what it told before.
    fn begin_term(&mut self) -> u32;
}

/// Who the board is: what its secret says, or one drawn now and kept. `draw` gives bytes that nobody can guess.
pub fn identity(keep: &mut impl Keep, draw: impl FnOnce() -> Secret) -> Identity {
    let secret = keep.secret().unwrap_or_else(|| {
        let secret = draw();
        // If it cannot be kept the board has this name until it is switched off.
        let _ = keep.keep_secret(&secret);
        secret
    });
    Identity::from_secret(&secret)
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

    fn secret(&mut self) -> Option<Secret> {
        None
    }

    fn keep_secret(&mut self, _: &Secret) -> bool {
        true
    }

    fn begin_term(&mut self) -> u32 {
        0
    }
}

/// A board with flash memory. The record of its identity is the secret, and once it has told others the count of its terms
/// (`u32`, little-endian).
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

    fn secret(&mut self) -> Option<Secret> {
        self.0.get(Kind::Identity).ok().flatten()?.first_chunk().copied()
    }

    fn keep_secret(&mut self, secret: &Secret) -> bool {
        self.0.put(Kind::Identity, secret).is_ok()
    }

    fn begin_term(&mut self) -> u32 {
        let Some(record) = self.0.get(Kind::Identity).ok().flatten() else { return 0 };
        let Some((secret, terms)) = record.split_first_chunk::<SECRET_BYTES>() else { return 0 };
        let before = terms.first_chunk().copied().map_or(0, u32::from_le_bytes);
        let term = before.saturating_add(1);
        let record = [&secret[..], &term.to_le_bytes()].concat();
        if self.0.put(Kind::Identity, &record).is_ok() { term } else { 0 }
    }
}
