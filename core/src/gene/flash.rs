//! Where a board keeps what must outlive a power cut: its gene and its identity, in flash memory.
//!
//! [`Store`] works on anything that is [`Flash`]: a partition of a board in the firmware, the image of one in
//! `qres flash`. Each kind of record has two slots, which take turns:
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
//! Numbers are little-endian. The checksum is the first 16 bytes of BLAKE3 of bytes 0 to 16 and the content. A record
//! that is not exactly so counts as none, whatever lies there. Of two whole records the one with the higher sequence is
//! valid; one with no content says that there is nothing.
//!
//! Why does a power cut lose nothing? A record is only ever written into the slot that is not valid, and its head
//! goes last: until the last byte of the head is there, the other slot is what counts, and it is not touched.

use alloc::{vec, vec::Vec};
use core::cmp::Reverse;

/// Bytes that are erased at once.
pub const SECTOR: u32 = 4096;
/// Fewest sectors that make a store.
pub const FEWEST: u32 = 4;
/// Bytes before the content of a slot.
const HEAD: usize = 32;
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
    bytes: [u8; HEAD],
    length: u32,
    sequence: u32,
}

/// A record that is whole.
#[derive(Debug)]
struct Record {
    first: u32,
    sequence: u32,
    content: Vec<u8>,
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
        self.slots(kind).map_or(0, |[slot, _]| slot.limit())
    }

    /// The content of the valid record of this kind.
    pub fn get(&mut self, kind: Kind) -> Result<Option<Vec<u8>>, Fault<F::Error>> {
        let record = self.valid(kind)?;
        Ok(record.map(|record| record.content).filter(|content| !content.is_empty()))
    }

    /// Puts `content` in place of the valid record; one that is the same already is left alone.
    pub fn put(&mut self, kind: Kind, content: &[u8]) -> Result<(), Fault<F::Error>> {
        let [a, b] = self.slots(kind).ok_or(Fault::TooLarge { limit: 0 })?;
        let length = u32::try_from(content.len()).ok().filter(|length| *length <= a.limit());
        let length = length.ok_or(Fault::TooLarge { limit: a.limit() })?;
        let valid = self.valid(kind)?;
        if valid.as_ref().is_some_and(|record| record.content == content) {
            return Ok(());
        }
        let slot = if valid.as_ref().is_some_and(|record| record.first == a.first) { b } else { a };
        let sequence = valid.map_or(0, |record| record.sequence).checked_add(1).ok_or(Fault::Worn)?;
        self.fill(slot, head(kind, length, sequence, content), content)?;
        let written = self.valid(kind)?.filter(|record| record.first == slot.first);
        written.filter(|record| record.content == content).map(|_| ()).ok_or(Fault::Worn)
    }

    /// Lets there be no record of this kind, and erases what it held.
    pub fn remove(&mut self, kind: Kind) -> Result<(), Fault<F::Error>> {
        if self.valid(kind)?.is_none() {
            return Ok(());
        }
        self.put(kind, &[])?;
        let valid = self.valid(kind)?.ok_or(Fault::Worn)?;
        let others = self.slots(kind).into_iter().flatten().filter(|slot| slot.first != valid.first);
        for slot in others {
            self.erase(slot)?;
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

    /// The newest record that is whole.
    fn valid(&mut self, kind: Kind) -> Result<Option<Record>, Fault<F::Error>> {
        let Some([a, b]) = self.slots(kind) else { return Ok(None) };
        let mut heads = [self.head(kind, a)?, self.head(kind, b)?];
        heads.sort_by_key(|head| Reverse(head.map(|head| head.sequence)));
        for head in heads.into_iter().flatten() {
            if let Some(record) = self.record(&head)? {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }

    /// The head in `slot`, if it could be that of a record.
    fn head(&mut self, kind: Kind, slot: Slot) -> Result<Option<Head>, Fault<F::Error>> {
        let mut bytes = [0; HEAD];
        self.flash.read(slot.at(), &mut bytes)?;
        let word = |at: usize| bytes.get(at..)?.first_chunk().copied().map(u32::from_le_bytes);
        let (Some(length), Some(sequence)) = (word(8), word(12)) else { return Ok(None) };
        let ours = bytes.starts_with(&beginning(kind)) && length <= slot.limit();
        Ok(ours.then_some(Head { slot, bytes, length, sequence }))
    }

    /// The record behind `head`, if it is whole.
    fn record(&mut self, head: &Head) -> Result<Option<Record>, Fault<F::Error>> {
        let length = head.length as usize;
        let mut content = vec![0; length.next_multiple_of(4)];
        self.flash.read(head.slot.at().saturating_add(HEAD as u32), &mut content)?;
        content.truncate(length);
        let (checked, checksum) = head.bytes.split_at(CHECKED);
        let whole = checksum_of(checked, &content) == checksum;
        Ok(whole.then_some(Record { first: head.slot.first, sequence: head.sequence, content }))
    }

    /// Writes a record over what `slot` held, its head last.
    fn fill(&mut self, slot: Slot, head: [u8; HEAD], content: &[u8]) -> Result<(), Fault<F::Error>> {
        self.erase(slot)?;
        let at = slot.at().saturating_add(HEAD as u32);
        let (words, rest) = content.as_chunks::<4>();
        self.flash.write(at, words.as_flattened())?;
        if !rest.is_empty() {
            let mut last = [0xFF; 4];
            last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            self.flash.write(at.saturating_add(words.as_flattened().len() as u32), &last)?;
        }
        self.flash.write(slot.at(), &head)?;
        Ok(())
    }

    fn erase(&mut self, slot: Slot) -> Result<(), Fault<F::Error>> {
        for sector in slot.first..slot.first.saturating_add(slot.sectors) {
            self.flash.erase(sector)?;
        }
        Ok(())
    }
}

/// How the head of a record of this kind begins.
fn beginning(kind: Kind) -> [u8; 8] {
    let [q, r, s, version] = MAGIC;
    [q, r, s, version, kind as u8, 0, 0, 0]
}

/// The head of a record.
fn head(kind: Kind, length: u32, sequence: u32, content: &[u8]) -> [u8; HEAD] {
    let fields = beginning(kind).into_iter().chain(length.to_le_bytes()).chain(sequence.to_le_bytes());
    let mut checked = [0; CHECKED];
    checked.iter_mut().zip(fields).for_each(|(to, from)| *to = from);
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
