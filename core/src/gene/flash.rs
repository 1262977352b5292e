//! Where a board keeps what must outlive a power cut: its gene and its identity, in flash memory.
//!
//! [`Store`] works on anything that is [`Flash`]: a partition of a board in the firmware, the image of one in
//! `qres flash`. Each kind of record has two slots. Those of genes take turns; an identity is in both of its own:
//!
//! ```text
//!  sector   0           1           2 ..           2 + g ..         g = (sectors - 2) / 2
//!          +-----------+-----------+--------------+--------------+
//!          | identity  | identity  | gene         | gene         |
//!          | slot 0    | slot 1    | slot 0       | slot 1       |
//!          +-----------+-----------+--------------+--------------+
//!
//!  a slot   0       3         4      5          8        12         16         32
//!          +-------+---------+------+----------+--------+----------+----------+-- - -
//!          | "QRS" | version | kind | 0, 0, 0  | length | sequence | checksum | content
//!          +-------+---------+------+----------+--------+----------+----------+-- - -
//! ```
//!
//! Numbers are little-endian. The checksum is the first 16 bytes of BLAKE3 of bytes 0 to 16, as they should be, and the
//! content. A record whose checksum is right is whole. Of two whole records the one with the higher sequence is valid, the
//! first one if they are alike; one with no content says that there is nothing. A record that is not whole is damaged if
//! its bytes 0 to 8 are as they should be but for a few bits; else there is none, whatever lies there.
//!
//! Why does a power cut lose nothing? A record is only ever written into a slot that is not valid, or whose twin is
//! valid, and its bytes 0 to 4 go last: until they are there, the other slot is what counts. What a power cut leaves of a
//! record that was written is therefore never taken for a damaged one.

use alloc::{vec, vec::Vec};
use core::cmp::Reverse;

pub mod table;

/// Bytes that are erased at once.
pub const SECTOR: u32 = 4096;
/// Fewest sectors that make a store.
pub(crate) const FEWEST: u32 = 4;
/// Limit: bytes of the longest gene that a board keeps: its memory holds one in each direction beside its state.
pub const MAX_GENE: u32 = 12 << 10;
/// Bytes before the content of a slot.
const HEAD: usize = 32;
/// Bytes of the head that go last.
const LAST: usize = 4;
/// Bits that may differ in the beginning of a head for it to be taken for a damaged one.
const MAX_FLIPPED: u32 = 8;
/// Bytes of the head that the checksum covers.
const CHECKED: usize = 16;
/// How a record begins: its last byte is the version of this layout.
const MAGIC: [u8; 4] = *b"QRS\x01";

/// Flash memory: bits go from 1 to 0 when written, and back to 1 a whole sector at a time.
pub trait Flash {
    /// Why it did not do what it should.
    type Error;
    /// Sectors that there are.
    fn sectors(&self) -> u32;
    /// Reads from byte `at` on; `at` and the length are multiples of 4.
    fn read(&mut self, at: u32, into: &mut [u8]) -> Result<(), Self::Error>;
    /// Writes to what is erased, in order; `at` and the length are multiples of 4.
    fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), Self::Error>;
    /// Erases a sector: all its bytes are 0xFF then.
    fn erase(&mut self, sector: u32) -> Result<(), Self::Error>;
}

/// What a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A gene: the bytes of its file.
    Gene = 1,
    /// The secret that makes the board itself: 32 bytes.
    Identity = 2,
}

/// The state of one kind of record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Nothing was ever put there, or it was removed.
    Nothing,
    /// Something was put there that cannot be read any more.
    Damaged,
    /// The content of the valid record.
    Whole {
        /// Its bytes.
        content: Vec<u8>,
        /// Another record of the kind is damaged: the twin of this one, or a newer one.
        spoilt: bool,
    },
}

/// Why the store did not do what it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault<E> {
    /// The memory itself failed.
    Flash(E),
    /// The content has more bytes than a slot holds.
    TooLarge {
        /// Bytes that a slot holds.
        limit: u32,
    },
    /// What was written does not read back: the memory has worn out, or there is none.
    Worn,
}

impl<E> From<E> for Fault<E> {
    fn from(error: E) -> Self {
        Self::Flash(error)
    }
}

/// Sectors that take turns with others.
#[derive(Debug, Clone, Copy)]
struct Slot {
    first: u32,
    sectors: u32,
}

impl Slot {
    /// Where it begins.
    fn at(self) -> u32 {
        self.first.saturating_mul(SECTOR)
    }

    /// Bytes of content that it holds.
    fn limit(self) -> u32 {
        self.sectors.saturating_mul(SECTOR).saturating_sub(HEAD as u32)
    }
}

/// What the head of a slot says.
#[derive(Debug, Clone, Copy)]
struct Head {
    slot: Slot,
    length: u32,
    sequence: u32,
    checksum: [u8; HEAD - CHECKED],
    /// It begins as the head of a record, but for a few bits.
    begins: bool,
}

/// A record that is whole.
#[derive(Debug)]
struct Record {
    first: u32,
    sequence: u32,
    content: Vec<u8>,
}

/// The slots of a kind of record.
#[derive(Debug)]
struct Slots {
    valid: Option<Record>,
    /// Where the valid record is as well.
    twin: Option<u32>,
    /// A record that is not whole.
    damaged: bool,
}

/// Records in flash memory.
#[derive(Debug)]
pub struct Store<F> {
    flash: F,
}

impl<F: Flash> Store<F> {
    /// The store in `flash`; nothing needs to have been prepared.
    pub fn new(flash: F) -> Self {
        Self { flash }
    }

    /// The memory.
    pub fn into_flash(self) -> F {
        self.flash
    }

    /// Bytes that a record of this kind can have.
    pub fn limit(&self, kind: Kind) -> u32 {
        self.slots(kind).map_or(0, |[slot, _]| limit(kind, slot))
    }

    /// Returns the state of this kind of record.
    pub fn look(&mut self, kind: Kind) -> Result<Found, Fault<F::Error>> {
        let slots = self.read(kind)?;
        Ok(match slots.valid {
            Some(record) if record.content.is_empty() => Found::Nothing,
            Some(record) => Found::Whole { content: record.content, spoilt: slots.damaged },
            None if slots.damaged => Found::Damaged,
            None => Found::Nothing,
        })
    }

    /// The content of the valid record of this kind.
    pub fn get(&mut self, kind: Kind) -> Result<Option<Vec<u8>>, Fault<F::Error>> {
        Ok(match self.look(kind)? {
            Found::Whole { content, .. } => Some(content),
            Found::Nothing | Found::Damaged => None,
        })
    }

    /// Puts `content` in place of the valid record; one that is the same already is left alone.
    pub fn put(&mut self, kind: Kind, content: &[u8]) -> Result<(), Fault<F::Error>> {
        let [a, b] = self.slots(kind).ok_or(Fault::TooLarge { limit: 0 })?;
        let limit = limit(kind, a);
        let length = u32::try_from(content.len()).ok().filter(|length| *length <= limit);
        let length = length.ok_or(Fault::TooLarge { limit })?;
        let Slots { valid, twin, .. } = self.read(kind)?;
        let same = valid.as_ref().is_some_and(|record| record.content == content);
        if same && (twin.is_some() || !kind.is_twin()) {
            return Ok(());
        }
        let (first, last) =
            if valid.as_ref().is_some_and(|record| record.first == a.first) { (b, a) } else { (a, b) };
        let before = valid.map_or(0, |record| record.sequence);
        let sequence = if same { Some(before) } else { before.checked_add(1) }.ok_or(Fault::Worn)?;
        let head = head(kind, length, sequence, content);
        self.fill(kind, first, head, content)?;
        // An equal one is the last record already.
        if kind.is_twin() && !same { self.fill(kind, last, head, content) } else { Ok(()) }
    }

    /// Lets there be no record of this kind, and erases what it held.
    pub fn remove(&mut self, kind: Kind) -> Result<(), Fault<F::Error>> {
        let Slots { valid, damaged, .. } = self.read(kind)?;
        if valid.is_none() && !damaged {
            return Ok(());
        }
        self.put(kind, &[])?;
        let valid = self.read(kind)?.valid.ok_or(Fault::Worn)?;
        let others = self.slots(kind).into_iter().flatten().filter(|slot| slot.first != valid.first);
        for slot in others {
            self.erase(slot, slot.sectors)?;
        }
        Ok(())
    }

    /// The slots of this kind, if there is room for any.
    fn slots(&self, kind: Kind) -> Option<[Slot; 2]> {
        let sectors = self.flash.sectors();
        if sectors < FEWEST {
            return None;
        }
        let half = (sectors - 2) / 2;
        Some(match kind {
            Kind::Identity => [Slot { first: 0, sectors: 1 }, Slot { first: 1, sectors: 1 }],
            Kind::Gene => [Slot { first: 2, sectors: half }, Slot { first: 2 + half, sectors: half }],
        })
    }

    /// Reads the slots of this kind.
    fn read(&mut self, kind: Kind) -> Result<Slots, Fault<F::Error>> {
        let mut found = Slots { valid: None, twin: None, damaged: false };
        let Some([a, b]) = self.slots(kind) else { return Ok(found) };
        let mut heads = [self.head(kind, a)?, self.head(kind, b)?];
        heads.sort_by_key(|head| Reverse(head.sequence));
        for head in heads {
            match (self.record(kind, &head)?, &found.valid) {
                (Some(record), None) => found.valid = Some(record),
                (Some(record), Some(valid)) if record.content == valid.content => {
                    found.twin = Some(record.first)
                }
                (Some(_), Some(_)) => {}
                (None, _) => found.damaged |= head.begins,
            }
        }
        Ok(found)
    }

    /// The head in `slot`.
    fn head(&mut self, kind: Kind, slot: Slot) -> Result<Head, Fault<F::Error>> {
        let mut bytes = [0; HEAD];
        self.flash.read(slot.at(), &mut bytes)?;
        let (checked, checksum) = bytes.split_at(CHECKED);
        let word = |at: usize| {
            checked.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |word| u32::from_le_bytes(*word))
        };
        let flipped =
            beginning(kind).into_iter().zip(checked).map(|(a, b)| (a ^ b).count_ones()).sum::<u32>();
        let checksum = checksum.first_chunk().copied().unwrap_or_default();
        Ok(Head { slot, length: word(8), sequence: word(12), checksum, begins: flipped <= MAX_FLIPPED })
    }

    /// The record behind `head`, if it is whole.
    fn record(&mut self, kind: Kind, head: &Head) -> Result<Option<Record>, Fault<F::Error>> {
        if head.length > limit(kind, head.slot) {
            return Ok(None);
        }
        let length = head.length as usize;
        let mut content = vec![0; length.next_multiple_of(4)];
        self.flash.read(head.slot.at().saturating_add(HEAD as u32), &mut content)?;
        content.truncate(length);
        let whole = checksum_of(&checked(kind, head.length, head.sequence), &content) == head.checksum;
        Ok(whole.then_some(Record { first: head.slot.first, sequence: head.sequence, content }))
    }

    /// Writes a record over what `slot` held, and looks whether it is there.
    fn fill(
        &mut self,
        kind: Kind,
        slot: Slot,
        head: [u8; HEAD],
        content: &[u8],
    ) -> Result<(), Fault<F::Error>> {
        let needed = (HEAD + content.len()).div_ceil(SECTOR as usize) as u32;
        // Where there shall be nothing, nothing is left of what was.
        self.erase(slot, if content.is_empty() { slot.sectors } else { needed })?;
        let at = slot.at().saturating_add(HEAD as u32);
        let (words, rest) = content.as_chunks::<4>();
        self.flash.write(at, words.as_flattened())?;
        if !rest.is_empty() {
            let mut last = [0xFF; 4];
            last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            self.flash.write(at.saturating_add(words.as_flattened().len() as u32), &last)?;
        }
        let (last, first) = head.split_at(LAST);
        self.flash.write(slot.at().saturating_add(LAST as u32), first)?;
        self.flash.write(slot.at(), last)?;
        let head = self.head(kind, slot)?;
        let written = self.record(kind, &head)?.filter(|record| record.content == content);
        written.map(|_| ()).ok_or(Fault::Worn)
    }

    /// Erases the first `sectors` of a slot.
    fn erase(&mut self, slot: Slot, sectors: u32) -> Result<(), Fault<F::Error>> {
        for sector in slot.first..slot.first.saturating_add(sectors) {
            self.flash.erase(sector)?;
        }
        Ok(())
    }
}

impl Kind {
    /// Whether a record is in both slots: there must be no older one that could take its place.
    const fn is_twin(self) -> bool {
        matches!(self, Self::Identity)
    }
}

/// Bytes of content that a record of this kind in `slot` can have.
fn limit(kind: Kind, slot: Slot) -> u32 {
    match kind {
        Kind::Gene => slot.limit().min(MAX_GENE),
        Kind::Identity => slot.limit(),
    }
}

/// How the head of a record of this kind begins.
fn beginning(kind: Kind) -> [u8; 8] {
    let [q, r, s, version] = MAGIC;
    [q, r, s, version, kind as u8, 0, 0, 0]
}

/// The bytes of a head that its checksum covers.
fn checked(kind: Kind, length: u32, sequence: u32) -> [u8; CHECKED] {
    let fields = beginning(kind).into_iter().chain(length.to_le_bytes()).chain(sequence.to_le_bytes());
    let mut checked = [0; CHECKED];
    checked.iter_mut().zip(fields).for_each(|(to, from)| *to = from);
    checked
}

/// The head of a record.
fn head(kind: Kind, length: u32, sequence: u32, content: &[u8]) -> [u8; HEAD] {
    let checked = checked(kind, length, sequence);
    let mut head = [0; HEAD];
    let bytes = checked.into_iter().chain(checksum_of(&checked, content));
    head.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
    head
}

/// The checksum of a record whose head begins with `checked`.
fn checksum_of(checked: &[u8], content: &[u8]) -> [u8; HEAD - CHECKED] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(checked).update(content);
    hasher.finalize().as_bytes().first_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests;
