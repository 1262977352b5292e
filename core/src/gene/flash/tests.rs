//! The store beside a memory whose power can go at any byte.

use super::*;
use proptest::prelude::*;
use std::vec;

/// Memory that behaves as flash does, and loses power when its budget of bytes is spent.
#[derive(Debug, Clone)]
struct Memory {
    bytes: Vec<u8>,
    budget: usize,
    /// What a cut leaves of the byte it comes in.
    torn: u8,
    /// Sectors that were erased.
    erased: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct PowerCut;

impl Memory {
    fn new(sectors: usize) -> Self {
        Self { bytes: vec![0xFF; sectors * SECTOR as usize], budget: usize::MAX, torn: 0xFF, erased: 0 }
    }
}

impl Flash for Memory {
    type Error = PowerCut;

    fn sectors(&self) -> u32 {
        self.bytes.len() as u32 / SECTOR
    }

    fn read(&mut self, at: u32, into: &mut [u8]) -> Result<(), PowerCut> {
        assert_eq!((at % 4, into.len() % 4), (0, 0));
        into.copy_from_slice(&self.bytes[at as usize..][..into.len()]);
        Ok(())
    }

    fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), PowerCut> {
        assert_eq!((at % 4, bytes.len() % 4), (0, 0));
        for (to, from) in self.bytes[at as usize..].iter_mut().zip(bytes) {
            assert_eq!(*to, 0xFF, "written to what was not erased");
            let Some(left) = self.budget.checked_sub(1) else {
                *to &= *from | self.torn;
                return Err(PowerCut);
            };
            self.budget = left;
            *to = *from;
        }
        Ok(())
    }

    fn erase(&mut self, sector: u32) -> Result<(), PowerCut> {
        self.erased += 1;
        for byte in self.bytes.iter_mut().skip((sector * SECTOR) as usize).take(SECTOR as usize) {
            let left = self.budget.checked_sub(1);
            *byte |= if left.is_some() { 0xFF } else { self.torn };
            self.budget = left.ok_or(PowerCut)?;
        }
        Ok(())
    }
}

fn get(memory: &Memory, kind: Kind) -> Option<Vec<u8>> {
    Store::new(memory.clone()).get(kind).unwrap()
}

#[test]
fn what_was_put_is_there_and_kinds_are_apart() {
    let mut store = Store::new(Memory::new(16));
    assert_eq!(store.get(Kind::Gene), Ok(None));
    for round in 0..5_u8 {
        let gene = vec![round; 3000 * usize::from(round) + 3];
        store.put(Kind::Gene, &gene).unwrap();
        store.put(Kind::Identity, &[round; 32]).unwrap();
        assert_eq!(store.get(Kind::Gene), Ok(Some(gene)));
        assert_eq!(store.get(Kind::Identity), Ok(Some(vec![round; 32])));
    }
    store.remove(Kind::Identity).unwrap();
    assert_eq!(store.get(Kind::Identity), Ok(None));
    assert!(store.get(Kind::Gene).unwrap().is_some());
    // What was a secret is nowhere any more.
    let memory = store.into_flash();
    assert!(!memory.bytes[..2 * SECTOR as usize].windows(32).any(|bytes| bytes == [4; 32]));
    assert!(!memory.bytes[..2 * SECTOR as usize].windows(32).any(|bytes| bytes == [3; 32]));
}

#[test]
fn the_layout_is_as_drawn() {
    let mut store = Store::new(Memory::new(16));
    store.put(Kind::Identity, &[7; 32]).unwrap();
    store.put(Kind::Gene, b"first").unwrap();
    store.put(Kind::Gene, b"second").unwrap();
    let bytes = store.into_flash().bytes;
    assert_eq!(bytes[..16], *b"QRS\x01\x02\0\0\0\x20\0\0\0\x01\0\0\0");
    assert_eq!(bytes[..64], bytes[4096..][..64]);
    assert_eq!(bytes[2 * 4096..][..16], *b"QRS\x01\x01\0\0\0\x05\0\0\0\x01\0\0\0");
    assert_eq!(bytes[9 * 4096..][..16], *b"QRS\x01\x01\0\0\0\x06\0\0\0\x02\0\0\0");
    let hash = blake3::hash(b"QRS\x01\x01\0\0\0\x06\0\0\0\x02\0\0\0second");
    assert_eq!(bytes[9 * 4096 + 16..][..16], hash.as_bytes()[..16]);
    assert_eq!(bytes[9 * 4096 + 32..][..8], *b"second\xFF\xFF");
}

#[test]
fn the_same_again_is_not_written() {
    let mut store = Store::new(Memory::new(4));
    store.put(Kind::Gene, b"gene").unwrap();
    let mut memory = store.into_flash();
    memory.budget = 0;
    assert_eq!(Store::new(memory).put(Kind::Gene, b"gene"), Ok(()));
}

#[test]
fn limits_are_kept() {
    let mut store = Store::new(Memory::new(16));
    let limit = store.limit(Kind::Gene);
    assert_eq!((limit, Store::new(Memory::new(8)).limit(Kind::Gene)), (MAX_GENE, 3 * 4096 - 32));
    store.put(Kind::Gene, &vec![1; limit as usize]).unwrap();
    assert_eq!(store.put(Kind::Gene, &vec![2; limit as usize + 1]), Err(Fault::TooLarge { limit }));
    assert_eq!(store.get(Kind::Gene), Ok(Some(vec![1; limit as usize])));
    let mut small = Store::new(Memory::new(3));
    assert_eq!(small.put(Kind::Identity, &[1]), Err(Fault::TooLarge { limit: 0 }));
    assert_eq!(small.get(Kind::Identity), Ok(None));
}

#[test]
fn only_what_a_record_needs_is_erased() {
    let mut store = Store::new(Memory::new(16));
    for (bytes, sectors) in [(380, 1), (4064, 1), (4065, 2), (MAX_GENE as usize, 4)] {
        let before = store.flash.erased;
        store.put(Kind::Gene, &vec![bytes as u8; bytes]).unwrap();
        assert_eq!(store.flash.erased - before, sectors, "{bytes} bytes");
    }
    // Of what is removed nothing is left.
    store.remove(Kind::Gene).unwrap();
    assert!(
        store.into_flash().bytes[2 * 4096..]
            .chunks(4096)
            .all(|sector| sector[32..].iter().all(|b| *b == 0xFF))
    );
}

/// A store with an identity and no more.
fn named() -> Memory {
    let mut store = Store::new(Memory::new(4));
    store.put(Kind::Identity, &[9; 32]).unwrap();
    store.into_flash()
}

#[test]
fn a_flipped_bit_anywhere_leaves_the_identity_and_is_mended() {
    let before = named();
    for slot in [0, SECTOR as usize] {
        for bit in 0..64 * 8 {
            let mut memory = before.clone();
            memory.bytes[slot + bit / 8] ^= 1 << (bit % 8);
            let mut store = Store::new(memory);
            // Bytes that are always the same need not be read.
            let spoilt = bit >= 64;
            let whole = Found::Whole { content: vec![9; 32], spoilt };
            assert_eq!(store.look(Kind::Identity), Ok(whole), "bit {bit}");
            if spoilt {
                store.put(Kind::Identity, &[9; 32]).unwrap();
                assert!(store.into_flash().bytes == before.bytes, "bit {bit}");
            }
        }
    }
}

#[test]
fn what_was_never_there_is_told_from_what_is_damaged() {
    let before = named();
    let spoil = |bits: &[usize]| {
        let mut memory = before.clone();
        bits.iter().for_each(|bit| memory.bytes[bit / 8] ^= 1 << (bit % 8));
        Store::new(memory).look(Kind::Identity).unwrap()
    };
    let second = SECTOR as usize * 8;
    (64..512).for_each(|bit| assert_eq!(spoil(&[bit, second + 575 - bit]), Found::Damaged, "bit {bit}"));
    assert_eq!(spoil(&[100, 3, 5, 40, second + 70]), Found::Damaged);
    for filling in [0xFF, 0, 0x6B] {
        let memory = Memory { bytes: vec![filling; 4 * SECTOR as usize], ..before.clone() };
        assert_eq!(Store::new(memory).look(Kind::Identity), Ok(Found::Nothing));
    }
    // An older gene takes the place of a newer one that is damaged, and that is told.
    let mut store = Store::new(before.clone());
    (1..3).for_each(|round| store.put(Kind::Gene, &[round; 50]).unwrap());
    store.flash.bytes[3 * SECTOR as usize + 40] ^= 1;
    assert_eq!(store.look(Kind::Gene), Ok(Found::Whole { content: vec![1; 50], spoilt: true }));
}

#[test]
fn a_power_cut_at_any_byte_leaves_no_damaged_identity() {
    let (mut cuts, old) = (0, Found::Whole { content: vec![9; 32], spoilt: false });
    for (before, old) in [(Memory::new(4), Found::Nothing), (named(), old)] {
        for budget in 0.. {
            for torn in [0xFF, 0x5A, 0] {
                let mut store = Store::new(Memory { budget, torn, ..before.clone() });
                let done = store.put(Kind::Identity, &[7; 32]).is_ok();
                let mut after = Store::new(Memory { budget: usize::MAX, ..store.into_flash() });
                let found = after.look(Kind::Identity).unwrap();
                let is_new = matches!(&found, Found::Whole { content, .. } if *content == [7; 32]);
                let is_old = match (&found, &old) {
                    (Found::Whole { content: a, .. }, Found::Whole { content: b, .. }) => a == b,
                    (a, b) => a == b,
                };
                assert!(is_new || (is_old && !done), "cut after {budget} bytes: {found:?}");
                cuts += 1;
            }
            if budget > 2 * (SECTOR as usize + 64) {
                break;
            }
        }
    }
    std::println!("{cuts} power cuts");
}

/// Memory whose second sector has worn out.
struct Broken(Memory);

impl Flash for Broken {
    type Error = PowerCut;
    fn sectors(&self) -> u32 {
        self.0.sectors()
    }
    fn read(&mut self, at: u32, into: &mut [u8]) -> Result<(), PowerCut> {
        self.0.read(at, into)
    }
    fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), PowerCut> {
        if at / SECTOR == 1 { Ok(()) } else { self.0.write(at, bytes) }
    }
    fn erase(&mut self, sector: u32) -> Result<(), PowerCut> {
        self.0.erase(sector)
    }
}

#[test]
fn worn_out_memory_is_noticed_and_the_old_record_stays() {
    let mut store = Store::new(Broken(Memory::new(4)));
    for secret in [1, 2] {
        assert_eq!(store.put(Kind::Identity, &[secret; 32]), Err(Fault::Worn));
    }
    assert_eq!(store.get(Kind::Identity), Ok(Some(vec![1; 32])));
}

/// Puts `new` over `old` and cuts the power after `budget` bytes: one of them must be there, and all still work.
fn cut(before: &Memory, old: Option<&[u8]>, new: &[u8], budget: usize, torn: u8) -> bool {
    let mut store = Store::new(Memory { budget, torn, ..before.clone() });
    let result = store.put(Kind::Gene, new);
    let mut after = store.into_flash();
    let found = get(&after, Kind::Gene);
    let done = result.is_ok();
    if done {
        assert_eq!(found.as_deref(), Some(new));
    } else {
        // The last bit of the head may have made it although the power went.
        assert!(found.as_deref() == old || found.as_deref() == Some(new), "cut after {budget} bytes");
    }
    assert_eq!(get(&after, Kind::Identity), Some(vec![9; 32]));
    after.budget = usize::MAX;
    let mut store = Store::new(after);
    store.put(Kind::Gene, b"afterwards").unwrap();
    assert_eq!(store.get(Kind::Gene), Ok(Some(b"afterwards".to_vec())));
    done
}

#[test]
fn a_power_cut_at_any_byte_leaves_the_old_or_the_new() {
    for rounds in 0..3_u8 {
        let mut store = Store::new(Memory::new(6));
        store.put(Kind::Identity, &[9; 32]).unwrap();
        (0..rounds).for_each(|round| store.put(Kind::Gene, &[round; 40]).unwrap());
        let old = store.get(Kind::Gene).unwrap();
        let before = store.into_flash();
        // Two sectors are erased, then come 4100 bytes and the head, whose first bytes are the last.
        let steps = (0..8192).step_by(61).chain(8185..8200).chain((8200..12_280).step_by(61)).chain(12_285..);
        let done = steps.take_while(|budget| !cut(&before, old.as_deref(), &[0xA5; 4100], *budget, 0x5A));
        assert!(done.count() > 200);
    }
}

fn content() -> impl Strategy<Value = Vec<u8>> {
    (1..9000_usize, any::<u8>()).prop_map(|(length, seed)| {
        (0..length).map(|at| (at as u8).wrapping_mul(seed | 1).wrapping_add((at >> 8) as u8)).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn power_cuts_lose_nothing(
        puts in prop::collection::vec((content(), 0..24_000_usize, any::<u8>()), 1..6)
    ) {
        let mut memory = Memory::new(8);
        let mut old: Option<Vec<u8>> = None;
        for (new, budget, torn) in puts {
            let mut store = Store::new(Memory { budget, torn, ..memory });
            let result = store.put(Kind::Gene, &new);
            memory = Memory { budget: usize::MAX, ..store.into_flash() };
            let found = get(&memory, Kind::Gene);
            prop_assert!(found.as_ref() == Some(&new) || (result.is_err() && found == old));
            old = found;
        }
    }

    #[test]
    fn any_bytes_at_all_are_a_store(
        noise in prop::collection::vec(any::<u8>(), 64), length in any::<u32>(), sequence in any::<u32>()
    ) {
        let mut memory = Memory::new(4);
        for sector in 0..4 {
            let at = sector * SECTOR as usize;
            memory.bytes[at..at + 64].copy_from_slice(&noise);
            memory.bytes[at..at + 5].copy_from_slice(b"QRS\x01\x01");
            memory.bytes[at + 8..at + 12].copy_from_slice(&length.to_le_bytes());
            memory.bytes[at + 12..at + 16].copy_from_slice(&sequence.to_le_bytes());
        }
        let mut store = Store::new(memory);
        prop_assert_eq!(store.get(Kind::Gene), Ok(None));
        prop_assert_eq!(store.get(Kind::Identity), Ok(None));
        store.put(Kind::Identity, &[3; 32]).unwrap();
        prop_assert_eq!(store.get(Kind::Identity), Ok(Some(vec![3; 32])));
    }
}
