//! Where a store lies: the table of partitions in the flash memory of Espressif's chips.
//!
//! ```text
//!  entry   0       2      3         4      8      12           28
//!         +-------+------+---------+------+------+------------+-------+
//!         | AA 50 | type | subtype | at   | size | label      | flags |      numbers are little-endian
//!         +-------+------+---------+------+------+------------+-------+
//! ```
//! Entries follow each other; whatever begins otherwise ends the table. The store is the partition with the label `qres`.
//! A board erases what it takes for its store, so [`store`] gives none that could hold anything else, and a [`Region`]
//! reaches nothing outside of it.

use super::{FEWEST, Flash, SECTOR};
use alloc::vec;

/// Where tables are.
pub const AT: u32 = 0x8000;
/// Bytes of a table at most.
pub const BYTES: usize = 0xC00;
/// The name of the store's partition.
pub const STORE: &str = "qres";
/// Limit: bytes of a store.
pub(crate) const MAX_STORE: u32 = 1 << 20;
/// Bytes of an entry.
const ENTRY: usize = 32;
/// How an entry begins.
const MAGIC: [u8; 2] = [0xAA, 0x50];
/// The type of partitions that hold data.
const DATA: u8 = 1;
/// The first byte after the table, where partitions may begin.
const FIRST: u32 = AT + SECTOR;

/// A partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Partition {
    /// Program or data.
    pub(crate) kind: u8,
    /// What it is among those.
    pub(crate) subtype: u8,
    /// Its first byte.
    pub at: u32,
    /// Its bytes.
    pub size: u32,
    label: [u8; 16],
}

/// Why there is no store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// There is no table, or it cannot be read.
    Table,
    /// The table names no store.
    Store,
    /// The partition overlaps another one, or cannot be a store.
    Unfit,
}

impl Partition {
    fn read(entry: &[u8; ENTRY]) -> Option<Self> {
        let word = |at: usize| entry.get(at..)?.first_chunk().copied().map(u32::from_le_bytes);
        let [first, second, kind, subtype, ..] = *entry;
        let label = entry.get(12..)?.first_chunk().copied()?;
        ([first, second] == MAGIC).then_some(Self { kind, subtype, at: word(4)?, size: word(8)?, label })
    }

    /// Its label, up to the first zero.
    pub fn label(&self) -> &[u8] {
        self.label.split(|byte| *byte == 0).next().unwrap_or_default()
    }

    fn overlaps(&self, other: &Self) -> bool {
        let end = |it: &Self| u64::from(it.at) + u64::from(it.size);
        u64::from(self.at) < end(other) && u64::from(other.at) < end(self)
    }

    /// Whether a store can be there, in `flash` bytes of memory.
    fn holds_a_store(&self, flash: u32) -> bool {
        let whole = self.at.is_multiple_of(SECTOR) && self.size.is_multiple_of(SECTOR);
        let large = (FEWEST * SECTOR..=MAX_STORE).contains(&self.size);
        let there = self.at >= FIRST && self.at.checked_add(self.size).is_some_and(|end| end <= flash);
        self.kind == DATA && whole && large && there
    }
}

/// The partitions of a table.
pub fn partitions(table: &[u8]) -> impl Iterator<Item = Partition> + '_ {
    let table = table.get(..BYTES).unwrap_or(table);
    table.as_chunks::<ENTRY>().0.iter().map_while(Partition::read)
}

/// Where the store is, by its table, in `flash` bytes of memory.
pub fn store(table: &[u8], flash: u32) -> Result<Partition, Lack> {
    partitions(table).next().ok_or(Lack::Table)?;
    let is_store = |part: &Partition| part.label() == STORE.as_bytes();
    let found = partitions(table).find(is_store).ok_or(Lack::Store)?;
    let alone = partitions(table).filter(|other| found.overlaps(other)).count() == 1;
    if alone && found.holds_a_store(flash) { Ok(found) } else { Err(Lack::Unfit) }
}

/// A part of flash memory, as memory of its own.
#[derive(Debug)]
pub struct Region<F> {
    flash: F,
    first: u32,
    sectors: u32,
}

impl<F: Flash> Region<F> {
    /// The store in all of a chip's memory, by the table in it. Without one it is a region of no sectors, and why.
    pub fn store(mut flash: F) -> (Self, Option<Lack>) {
        let (found, lack) = match find(&mut flash) {
            Ok(part) => ((part.at / SECTOR, part.size / SECTOR), None),
            Err(lack) => ((0, 0), Some(lack)),
        };
        (Self { flash, first: found.0, sectors: found.1 }, lack)
    }
}

/// Where the store is. Why is the table read twice? What a failing line to the memory makes of it could be another one.
fn find(flash: &mut impl Flash) -> Result<Partition, Lack> {
    let (mut table, mut again) = (vec![0; BYTES], vec![0; BYTES]);
    for table in [&mut table, &mut again] {
        flash.read(AT, table).map_err(|_| Lack::Table)?;
    }
    if table != again {
        return Err(Lack::Table);
    }
    store(&table, flash.sectors().saturating_mul(SECTOR))
}

impl<F: Flash> Flash for Region<F> {
    type Error = F::Error;

    fn sectors(&self) -> u32 {
        self.sectors
    }

    fn read(&mut self, at: u32, into: &mut [u8]) -> Result<(), F::Error> {
        self.flash.read(self.first.saturating_mul(SECTOR).saturating_add(at), into)
    }

    fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), F::Error> {
        self.flash.write(self.first.saturating_mul(SECTOR).saturating_add(at), bytes)
    }

    fn erase(&mut self, sector: u32) -> Result<(), F::Error> {
        self.flash.erase(self.first.saturating_add(sector))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::vec::Vec;

    const FLASH: u32 = 4 << 20;

    fn entry(label: &str, kind: u8, at: u32, size: u32) -> Vec<u8> {
        let mut entry = [&MAGIC[..], &[kind, 2], &at.to_le_bytes(), &size.to_le_bytes()].concat();
        entry.extend(label.bytes());
        entry.resize(ENTRY, 0);
        entry
    }

    fn table(entries: &[(&str, u8, u32, u32)]) -> Vec<u8> {
        let mut table: Vec<u8> =
            entries.iter().flat_map(|(l, k, at, size)| entry(l, *k, *at, *size)).collect();
        table.resize(BYTES, 0xFF);
        table
    }

    const NVS: (&str, u8, u32, u32) = ("nvs", 1, 0x9000, 0x6000);

    #[test]
    fn the_store_is_where_the_table_says() {
        let table = table(&[NVS, ("qres", 1, 0x1_0000, 0x1_0000), ("factory", 0, 0x2_0000, 0x1E_0000)]);
        let found = store(&table, FLASH).unwrap();
        assert_eq!((found.at, found.size, found.label()), (0x1_0000, 0x1_0000, &b"qres"[..]));
        assert_eq!(partitions(&table).count(), 3);
    }

    #[test]
    fn a_usual_table_of_esp_idf_has_no_store() {
        let usual = table(&[NVS, ("phy_init", 1, 0xF000, 0x1000), ("factory", 0, 0x1_0000, 0x10_0000)]);
        assert_eq!(store(&usual, FLASH), Err(Lack::Store));
        assert_eq!(store(&[0xFF; BYTES], FLASH), Err(Lack::Table));
        assert_eq!(store(&[], FLASH), Err(Lack::Table));
    }

    #[test]
    fn what_overlaps_or_does_not_fit_is_no_store() {
        let app = ("factory", 0, 0x2_0000, 0x10_0000);
        for at_and_size in [
            (0x1_0000, 0x1_1000),
            (0x1_F000, 0x4000),
            (0x11_F000, 0x4000),
            (0x2_0000, 0x10_0000), // the program
            (0xD000, 0x4000),
            (0x8000, 0x4000),
            (0, 0x4000), // other data, the table, the bootloader
            (0x1_0800, 0x8000),
            (0x1_0000, 0x3000),
            (0x1_0000, 0),
            (0x12_0000, 0x11_0000), // no store at all
            (0x3F_F000, 0x4000),
            (0xFFFF_F000, 0x4000), // outside of the memory
        ] {
            let table = table(&[NVS, ("qres", 1, at_and_size.0, at_and_size.1), app]);
            assert_eq!(store(&table, FLASH), Err(Lack::Unfit), "{at_and_size:x?}");
        }
        assert_eq!(store(&table(&[("qres", 0, 0x1_0000, 0x1_0000)]), FLASH), Err(Lack::Unfit));
    }

    proptest! {
        #[test]
        fn a_store_never_overlaps_a_program(
            parts in prop::collection::vec((any::<bool>(), 0..3_u8, 0..0x500_u32, 0..0x100_u32), 0..8)
        ) {
            let parts: Vec<_> = parts.into_iter()
                .map(|(own, kind, at, size)| (if own { STORE } else { "x" }, kind, at * SECTOR, size * SECTOR))
                .collect();
            let table = table(&parts);
            if let Ok(found) = store(&table, FLASH) {
                let end = found.at + found.size;
                prop_assert!(found.at >= 0x9000 && end <= FLASH);
                for other in partitions(&table).filter(|other| *other != found) {
                    prop_assert!(other.at >= end || other.at + other.size <= found.at, "{:?}", other);
                }
            }
        }
    }
}
