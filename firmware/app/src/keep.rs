//! Where a board keeps what must outlive a power cut: the gene it goes on from, and the secret that makes it itself.
//!
//! [`Stored`] is flash memory of any board, laid out by [`qres_core::gene::flash`]: a power cut at any moment leaves the old
//! record or the new one. Boards bring the [`Flash`].

use alloc::vec::Vec;
use core::convert::Infallible;
use qres_core::{
    gene::flash::{Flash, Found, Kind, Store, table::Lack},
    trust::{Identity, SECRET_BYTES},
};

/// Tuning: times that memory is read before what it says is believed to be lost.
const TRIES: u32 = 3;

/// What makes an identity.
pub type Secret = [u8; SECRET_BYTES];

/// What there is of something that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept<T> {
    /// Nothing was kept.
    Never,
    /// Something was, and it is lost.
    Damaged,
    /// The memory cannot be read.
    Unreadable,
    /// It is whole.
    Whole(T),
    /// It is whole, and another record is not: its copy, or a newer one.
    Spoilt(T),
}

impl<T> Kept<T> {
    fn map<U>(self, change: impl FnOnce(T) -> U) -> Kept<U> {
        match self {
            Self::Never => Kept::Never,
            Self::Damaged => Kept::Damaged,
            Self::Unreadable => Kept::Unreadable,
            Self::Whole(it) => Kept::Whole(change(it)),
            Self::Spoilt(it) => Kept::Spoilt(change(it)),
        }
    }

    /// What was kept, if it can be read.
    pub fn found(self) -> Option<T> {
        match self {
            Self::Whole(it) | Self::Spoilt(it) => Some(it),
            Self::Never | Self::Damaged | Self::Unreadable => None,
        }
    }
}

/// A place for one gene and one secret.
pub trait Keep {
    /// Whether what is kept outlives a power cut.
    fn lasts(&self) -> bool;
    /// Bytes of the longest gene that there is room for.
    fn room(&self) -> u32;
    /// The gene that was kept last.
    fn load(&mut self) -> Kept<Vec<u8>>;
    /// Keeps a gene in place of the one before; tells whether that worked.
    fn keep(&mut self, gene: &[u8]) -> bool;
    /// The secret that was kept last.
    fn secret(&mut self) -> Kept<Secret>;
    /// Keeps a secret in place of the one before; tells whether that worked.
    fn keep_secret(&mut self, secret: &Secret) -> bool;
    /// How many times the board with this secret has begun to tell others, this time included; 0 if it cannot count. It
    /// is what makes all that it tells from now on newer than what it told before.
    fn begin_term(&mut self) -> u32;
}

/// Who the board is: what its secret says, or one drawn now and kept; and what people should know about that. `draw` gives
/// bytes that nobody can guess. A record that cannot be read is left as it is: the next start, or a host, may read more.
pub fn identity(keep: &mut impl Keep, draw: impl FnOnce() -> Secret) -> (Identity, Option<&'static str>) {
    let secret = keep.secret();
    let remark = match &secret {
        Kept::Whole(_) | Kept::Never => None,
        Kept::Spoilt(_) => Some("a copy of its name was damaged, and is mended"),
        Kept::Damaged => Some(
            "the record of its name is damaged: it goes by this one until it starts again; `qres flash --key` gives it one",
        ),
        Kept::Unreadable => {
            Some("its flash memory cannot be read: it goes by this name until it starts again")
        }
    };
    let is_new = secret == Kept::Never;
    let secret = secret.found().unwrap_or_else(draw);
    let kept = !is_new || keep.keep_secret(&secret);
    let lost = "its name cannot be kept: it goes by this one until it starts again";
    (Identity::from_secret(&secret), if kept { remark } else { Some(lost) })
}

/// What people should know about the gene that was kept.
pub(crate) const fn remark<T>(gene: &Kept<T>) -> Option<&'static str> {
    match gene {
        Kept::Never | Kept::Whole(_) => None,
        Kept::Spoilt(_) => Some("the gene that it kept last is damaged: it goes on from the one before"),
        Kept::Damaged => Some("the gene that it kept is damaged: it begins without one"),
        Kept::Unreadable => Some("its flash memory cannot be read: it begins without a gene"),
    }
}

/// What people should know about a board that has no store.
pub(crate) const fn forgetful(lack: Lack) -> &'static str {
    match lack {
        Lack::Table => {
            "its table of partitions cannot be read: its name and genes are forgotten when it is switched off"
        }
        Lack::Store => {
            "its flash memory has no partition `qres`: its name and genes are forgotten when it is switched off"
        }
        Lack::Unfit => {
            "its partition `qres` overlaps another or cannot be a store, and is left alone: its name and genes are \
             forgotten when it is switched off"
        }
    }
}

/// Flash memory that there is none of.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nowhere;

impl Flash for Nowhere {
    type Error = Infallible;

    fn sectors(&self) -> u32 {
        0
    }

    fn read(&mut self, _: u32, _: &mut [u8]) -> Result<(), Infallible> {
        Ok(())
    }

    fn write(&mut self, _: u32, _: &[u8]) -> Result<(), Infallible> {
        Ok(())
    }

    fn erase(&mut self, _: u32) -> Result<(), Infallible> {
        Ok(())
    }
}

/// A board with flash memory. The record of its identity is the secret, and once it has told others the count of its terms
/// (`u32`, little-endian). With memory that has no room for a store it forgets: a gene serves until it is switched off.
#[derive(Debug)]
pub struct Stored<F>(Store<F>);

impl<F: Flash> Stored<F> {
    /// Keeps things in `flash`; nothing needs to have been prepared.
    pub fn new(flash: F) -> Self {
        Self(Store::new(flash))
    }

    /// What there is of a kind. Why several tries? What fails for a moment is not lost.
    fn look(&mut self, kind: Kind) -> Kept<Vec<u8>> {
        let mut kept = Kept::Never;
        for _ in 0..TRIES {
            kept = match self.0.look(kind) {
                Ok(Found::Nothing) => return Kept::Never,
                Ok(Found::Whole { content, spoilt: false }) => return Kept::Whole(content),
                Ok(Found::Whole { content, spoilt: true }) => Kept::Spoilt(content),
                Ok(Found::Damaged) => Kept::Damaged,
                Err(_) => Kept::Unreadable,
            };
        }
        kept
    }

    fn put(&mut self, kind: Kind, content: &[u8]) -> bool {
        !self.lasts() || self.0.put(kind, content).is_ok()
    }
}

impl<F: Flash> Keep for Stored<F> {
    fn lasts(&self) -> bool {
        self.0.limit(Kind::Gene) > 0
    }

    fn room(&self) -> u32 {
        if self.lasts() { self.0.limit(Kind::Gene) } else { u32::MAX }
    }

    fn load(&mut self) -> Kept<Vec<u8>> {
        self.look(Kind::Gene)
    }

    fn keep(&mut self, gene: &[u8]) -> bool {
        self.put(Kind::Gene, gene)
    }

    /// Makes whole again what is damaged of it, too.
    fn secret(&mut self) -> Kept<Secret> {
        let record = self.look(Kind::Identity);
        if let Kept::Whole(record) | Kept::Spoilt(record) = &record {
            self.put(Kind::Identity, record);
        }
        match record.map(|record| record.first_chunk().copied()) {
            Kept::Whole(None) | Kept::Spoilt(None) => Kept::Damaged,
            record => record.map(Option::unwrap_or_default),
        }
    }

    fn keep_secret(&mut self, secret: &Secret) -> bool {
        self.put(Kind::Identity, secret)
    }

    fn begin_term(&mut self) -> u32 {
        let Some(record) = self.look(Kind::Identity).found() else { return 0 };
        let Some((secret, terms)) = record.split_first_chunk::<SECRET_BYTES>() else { return 0 };
        let before = terms.first_chunk().copied().map_or(0, u32::from_le_bytes);
        let term = before.saturating_add(1);
        let record = [&secret[..], &term.to_le_bytes()].concat();
        if self.0.put(Kind::Identity, &record).is_ok() { term } else { 0 }
    }
}
