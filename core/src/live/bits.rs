//! Bits from the most significant of the first byte on, and the codes of numbers in them.
//!
//! ```text
//! golomb(k, v) := zeros: one less than the bits of n | n, from its highest bit on | the k low bits of v      n = (v >> k) + 1
//! sized(v)     := bits u6: those of zigzag(v), at most 63 | so many bits
//! ```
//! The bits behind the last that is used are zeros, fewer than eight.

use crate::{
    error::Error,
    num::{unzigzag, zigzag},
};
use alloc::vec::Vec;

/// Appends bits.
#[derive(Debug)]
pub(super) struct BitWriter<'o> {
    out: &'o mut Vec<u8>,
    /// Bits of the last byte that are free.
    free: u32,
}

impl<'o> BitWriter<'o> {
    /// Begins with the byte after the last of `out`.
    pub(super) fn new(out: &'o mut Vec<u8>) -> Self {
        Self { out, free: 0 }
    }

    /// The low `bits` bits of `value`, at most 64.
    pub(super) fn put(&mut self, value: u64, bits: u32) {
        let mut left = bits;
        while left > 0 {
            if self.free == 0 {
                self.out.push(0);
                self.free = 8;
            }
            let take = left.min(self.free);
            (left, self.free) = (left - take, self.free - take);
            let part = (value >> left) as u8 & (0xFF_u16 >> (8 - take)) as u8;
            if let Some(last) = self.out.last_mut() {
                *last |= part << self.free;
            }
        }
    }

    pub(super) fn flag(&mut self, flag: bool) {
        self.put(u64::from(flag), 1);
    }

    /// A number below 2^64 - 1.
    pub(super) fn golomb(&mut self, k: u32, value: u64) {
        let n = (value >> k).saturating_add(1);
        let bits = 64 - n.leading_zeros();
        self.put(0, bits - 1);
        self.put(n, bits);
        self.put(value, k);
    }

    /// A number within +-2^62.
    pub(super) fn sized(&mut self, value: i64) {
        let code = zigzag(value);
        let bits = 64 - code.leading_zeros();
        self.put(bits.into(), 6);
        self.put(code, bits);
    }
}

/// Reads bits; every read is checked.
#[derive(Debug)]
pub(super) struct BitReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> BitReader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The next `bits` bits, at most 64.
    pub(super) fn get(&mut self, bits: u32) -> Result<u64, Error> {
        let (mut value, mut left) = (0_u64, bits);
        while left > 0 {
            let byte = *self.bytes.get(self.at / 8).ok_or(Error::Truncated)?;
            let have = 8 - (self.at % 8) as u32;
            let take = left.min(have);
            let part = (u32::from(byte) >> (have - take)) & ((1 << take) - 1);
            value = value << take | u64::from(part);
            self.at += take as usize;
            left -= take;
        }
        Ok(value)
    }

    pub(super) fn flag(&mut self) -> Result<bool, Error> {
        Ok(self.get(1)? == 1)
    }

    pub(super) fn golomb(&mut self, k: u32) -> Result<u64, Error> {
        let mut bits = 0;
        while !self.flag()? {
            bits += 1;
            if bits + k > 63 {
                return Err(Error::Corrupt("a number of a packet is too long"));
            }
        }
        let n = 1 << bits | self.get(bits)?;
        Ok((n - 1) << k | self.get(k)?)
    }

    pub(super) fn sized(&mut self) -> Result<i64, Error> {
        let bits = self.get(6)? as u32;
        Ok(unzigzag(self.get(bits)?))
    }

    /// Whether only the zeros that fill the last byte are left.
    pub(super) fn finish(mut self) -> Result<(), Error> {
        let left = self.bytes.len() * 8 - self.at;
        if left < 8 && self.get(left as u32)? == 0 {
            return Ok(());
        }
        Err(Error::Corrupt("a packet has too many bits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use proptest::prelude::*;

    #[test]
    fn small_numbers_are_short() {
        let mut out = vec![];
        let mut bits = BitWriter::new(&mut out);
        bits.golomb(0, 0);
        bits.golomb(2, 3);
        bits.golomb(0, 1);
        // 1, then 1 11, then 010.
        assert_eq!(out, [0b1111_0100]);
    }

    proptest! {
        #[test]
        fn what_was_put_comes_back(items in prop::collection::vec((0_u32..20, 0..u64::MAX, 0_u32..64), 0..20)) {
            let mut out = vec![];
            let mut bits = BitWriter::new(&mut out);
            for (k, value, down) in &items {
                let value = value >> down >> 1;
                bits.golomb(*k, value);
                bits.sized((value >> 2).cast_signed());
                bits.flag(k % 2 == 0);
            }
            let mut bits = BitReader::new(&out);
            for (k, value, down) in &items {
                let value = value >> down >> 1;
                prop_assert_eq!(bits.golomb(*k), Ok(value));
                prop_assert_eq!(bits.sized(), Ok((value >> 2).cast_signed()));
                prop_assert_eq!(bits.flag(), Ok(k % 2 == 0));
            }
            prop_assert!(bits.finish().is_ok());
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..30), k in 0_u32..64) {
            let mut bits = BitReader::new(&bytes);
            while bits.golomb(k).is_ok() && bits.sized().is_ok() {}
            let _ = bits.finish();
        }
    }
}
