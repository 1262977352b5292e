//! Bit packing: 64 values of one width are exactly that many 64-bit words.
//!
//! ```text
//! group of width w := w words of 64 bits, value i in bits i*w .. (i+1)*w counted from the least significant of the first
//! ```
//! The last group of a series is filled up with zeros.

use super::Cursor;
use crate::error::Error;
use alloc::vec::Vec;

/// Values in a group.
pub(crate) const GROUP: usize = 64;

/// Appends a group; values must fit `width` bits, at most 64.
pub(crate) fn pack(values: &[u64; GROUP], width: u32, out: &mut Vec<u8>) {
    macro_rules! widths {
        ($($w:literal)*) => {
            match width {
                $($w => out.extend_from_slice(pack_words::<$w>(values).as_flattened()),)*
                _ => {}
            }
        };
    }
    widths!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39
        40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64);
}

/// Reads a group.
pub(crate) fn unpack(cursor: &mut Cursor<'_>, width: u32, values: &mut [u64; GROUP]) -> Result<(), Error> {
    macro_rules! widths {
        ($($w:literal)*) => {
            match width {
                0 => *values = [0; GROUP],
                $($w => unpack_words::<$w>(cursor.bytes(8 * $w)?, values),)*
                _ => return Err(Error::Corrupt("a width over 64 bits")),
            }
        };
    }
    widths!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39
        40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64);
    Ok(())
}

#[expect(
    clippy::indexing_slicing,
    reason = "i * W / 64 is below W as i is below 64, and so is the next word when one is needed"
)]
fn pack_words<const W: usize>(values: &[u64; GROUP]) -> [[u8; 8]; W] {
    let mut words = [0u64; W];
    for (i, value) in values.iter().enumerate() {
        let (word, shift) = (i * W / 64, i * W % 64);
        words[word] |= value << shift;
        if shift + W > 64 {
            words[word + 1] |= value >> (64 - shift);
        }
    }
    words.map(u64::to_le_bytes)
}

#[expect(
    clippy::indexing_slicing,
    reason = "i * W / 64 is below W as i is below 64, and so is the next word when one is needed"
)]
fn unpack_words<const W: usize>(bytes: &[u8], values: &mut [u64; GROUP]) {
    let mut words = [0u64; W];
    for (word, bytes) in words.iter_mut().zip(bytes.as_chunks::<8>().0) {
        *word = u64::from_le_bytes(*bytes);
    }
    let mask = u64::MAX >> (64 - W);
    for (i, value) in values.iter_mut().enumerate() {
        let (word, shift) = (i * W / 64, i * W % 64);
        let mut bits = words[word] >> shift;
        if shift + W > 64 {
            bits |= words[word + 1] << (64 - shift);
        }
        *value = bits & mask;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_group_of_any_width_comes_back(words in prop::array::uniform32(any::<[u64; 2]>()), width in 0u32..=64) {
            let mut values = [0; GROUP];
            for (value, word) in values.iter_mut().zip(words.as_flattened()) {
                *value = word & u64::MAX.checked_shr(64 - width).unwrap_or(0);
            }
            let mut out = Vec::new();
            pack(&values, width, &mut out);
            prop_assert_eq!(out.len(), 8 * width as usize);
            let mut back = [1; GROUP];
            unpack(&mut Cursor::new(&out), width, &mut back).unwrap();
            prop_assert_eq!(values, back);
        }
    }
}
