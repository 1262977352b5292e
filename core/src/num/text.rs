//! Eight digits at a time: the step between text and integers that every reader and printer shares.
//!
//! A *word* is eight ASCII bytes in a `u64`, the first character in the lowest byte (little endian as text is).
//! Printers write whole words into a `Text` and return the length that counts; what lies beyond is rubble.
//! A caller may hand in the tail of its output as the `Text` and so save a copy.

/// Bytes a printer may touch; no printed cell is longer than half of it.
pub const TEXT: usize = 64;

/// Where printers write.
pub(crate) type Text = [u8; TEXT];

/// Eight times the digit zero.
pub(crate) const ZEROS: u64 = 0x3030_3030_3030_3030;

/// Returns what `print` writes.
#[cfg(test)]
pub(super) fn printed(print: impl FnOnce(&mut Text) -> usize) -> alloc::vec::Vec<u8> {
    let mut text = [0; TEXT];
    let length = print(&mut text);
    text[..length].to_vec()
}

/// Writes a word at a place; nothing where it does not fit.
#[inline(always)]
pub(crate) fn put(text: &mut Text, at: usize, word: u64) {
    if let Some(slot) = text.get_mut(at..).and_then(|tail| tail.first_chunk_mut()) {
        *slot = word.to_le_bytes();
    }
}

/// Writes one byte at a place; nothing where it does not fit.
#[inline(always)]
pub(crate) fn put_byte(text: &mut Text, at: usize, byte: u8) {
    if let Some(slot) = text.get_mut(at) {
        *slot = byte;
    }
}

/// The eight digits of a number below 10^8, leading zeros included.
#[inline(always)]
pub(crate) const fn to_word(n: u32) -> u64 {
    let halves = (n / 10_000) as u64 | ((n % 10_000) as u64) << 32;
    let hundreds = ((halves * 10_486) >> 20) & 0x7f_0000_007f;
    let pairs = hundreds | (halves - 100 * hundreds) << 16;
    let tens = ((pairs * 103) >> 10) & 0x000f_000f_000f_000f;
    (tens | (pairs - 10 * tens) << 8) | ZEROS
}

/// The four digits of a number below 10^4, leading zeros included.
#[inline(always)]
pub(crate) const fn to_half_word(n: u32) -> u32 {
    let hundreds = (n * 10_486) >> 20;
    let pairs = hundreds | (n - 100 * hundreds) << 16;
    let tens = ((pairs * 103) >> 10) & 0x000f_000f;
    (tens | (pairs - 10 * tens) << 8) | ZEROS as u32
}

/// The number that eight digits spell; `None` if one of them is not a digit.
#[inline(always)]
pub(crate) const fn from_word(word: u64) -> Option<u64> {
    let digits = word ^ ZEROS;
    if marks_of_others(digits) == 0 { Some(from_digits(digits)) } else { None }
}

/// Marks the first byte of a word that is not below ten, and bytes behind it.
#[inline(always)]
pub(crate) const fn marks_of_others(digits: u64) -> u64 {
    (digits.wrapping_add(0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080
}

/// The number that eight bytes below ten spell.
#[inline(always)]
pub(crate) const fn from_digits(digits: u64) -> u64 {
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let even = (pairs & 0x0000_00ff_0000_00ff).wrapping_mul(100 + (1_000_000 << 32));
    let odd = ((pairs >> 16) & 0x0000_00ff_0000_00ff).wrapping_mul(1 + (10_000 << 32));
    even.wrapping_add(odd) >> 32
}

/// At most eight bytes as a word, the first in the lowest byte, zero bytes after the last.
#[inline(always)]
pub(crate) fn load(bytes: &[u8]) -> u64 {
    if let Some(word) = bytes.first_chunk::<8>() {
        return u64::from_le_bytes(*word);
    }
    let n = bytes.len();
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
        return u64::from(first) | u64::from(last) << (8 * (n & 3));
    }
    match *bytes {
        [a] => u64::from(a),
        [a, b] => u64::from(u16::from_le_bytes([a, b])),
        [a, b, c] => u64::from(u32::from_le_bytes([a, b, c, 0])),
        _ => 0,
    }
}

/// Eight points.
pub(crate) const POINTS: u64 = 0x2e2e_2e2e_2e2e_2e2e;

/// The last eight bytes of a text, the last in the highest byte; zeros before the first.
#[inline(always)]
pub(crate) fn last_word(text: &[u8]) -> u64 {
    match text.last_chunk() {
        Some(word) => u64::from_le_bytes(*word),
        None => load(text).checked_shl(64 - 8 * text.len() as u32).unwrap_or(0),
    }
}

/// A mask of the last `n` bytes of a word; n in 0..=8.
#[inline(always)]
#[expect(
    clippy::indexing_slicing,
    reason = "the index is masked to sixteen entries; the rest runs while compiling"
)]
pub(crate) const fn last_bytes(n: u32) -> u64 {
    const MASKS: [u64; 16] = {
        let mut masks = [!0; 16];
        let mut n = 0;
        while n < 8 {
            masks[n] = !(!0 >> (8 * n as u32));
            n += 1;
        }
        masks
    };
    MASKS[n as usize & 15]
}

/// The last `n` bytes of a word behind zeros; n in 1..=8.
#[inline(always)]
pub(crate) const fn fill(word: u64, n: u32) -> u64 {
    let keep = last_bytes(n);
    word & keep | ZEROS & !keep
}

/// How many bytes of a word follow its last point.
#[inline(always)]
pub(crate) const fn after_point(word: u64) -> Option<u32> {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    let x = word ^ POINTS;
    let zero_bytes = !(((x & LOW) + LOW) | x | LOW);
    if zero_bytes == 0 { None } else { Some(zero_bytes.leading_zeros() / 8) }
}

/// The first `n` digits of a word moved to its end, zeros before them; n in 1..=8.
#[inline(always)]
pub(crate) const fn lead_with_zeros(word: u64, n: u32) -> u64 {
    let gap = 64 - 8 * n;
    word << gap | ZEROS & !(u64::MAX << gap)
}

/// How many of the first digits of a word are zeros.
#[inline(always)]
pub(crate) const fn leading_zeros(word: u64) -> u32 {
    (word ^ ZEROS).trailing_zeros() / 8
}

/// How many of the last digits of a word are zeros.
#[inline(always)]
pub(crate) const fn trailing_zeros(word: u64) -> u32 {
    (word ^ ZEROS).leading_zeros() / 8
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::format;

    #[test]
    fn only_digits_are_digits() {
        for place in 0..8 {
            for byte in 0..=255_u8 {
                let mut bytes = *b"00000000";
                bytes[place] = byte;
                let expected =
                    byte.is_ascii_digit().then(|| u64::from(byte - b'0') * 10_u64.pow(7 - place as u32));
                assert_eq!(from_word(u64::from_le_bytes(bytes)), expected);
            }
        }
    }

    proptest! {
        #[test]
        fn words_are_eight_digits(n in 0u32..100_000_000) {
            let text = format!("{n:08}");
            prop_assert_eq!(&to_word(n).to_le_bytes()[..], text.as_bytes());
            prop_assert_eq!(from_word(to_word(n)), Some(u64::from(n)));
            prop_assert_eq!(to_half_word(n % 10_000), (to_word(n % 10_000) >> 32) as u32);
        }

        #[test]
        fn loads_what_is_there(bytes: [u8; 8], n in 0usize..9) {
            let mut expected = [0; 8];
            expected[..n].copy_from_slice(&bytes[..n]);
            prop_assert_eq!(load(&bytes[..n]), u64::from_le_bytes(expected));
        }

        #[test]
        fn ends_of_texts(bytes: [u8; 12], n in 0usize..=12, keep in 1u32..=8) {
            let mut expected = [0; 8];
            let shown = n.min(8);
            expected[8 - shown..].copy_from_slice(&bytes[n - shown..n]);
            prop_assert_eq!(last_word(&bytes[..n]), u64::from_le_bytes(expected));
            let kept = 8 - keep as usize;
            let mut filled = expected;
            filled[..kept].fill(b'0');
            prop_assert_eq!(fill(u64::from_le_bytes(expected), keep), u64::from_le_bytes(filled));
            let after = expected.iter().rev().position(|&b| b == b'.').map(|at| at as u32);
            prop_assert_eq!(after_point(u64::from_le_bytes(expected)), after);
        }

        #[test]
        fn counts_zeros(n in 0u32..100_000_000) {
            let text = format!("{n:08}");
            prop_assert_eq!(leading_zeros(to_word(n)) as usize, 8 - text.trim_start_matches('0').len());
            prop_assert_eq!(trailing_zeros(to_word(n)) as usize, 8 - text.trim_end_matches('0').len());
        }
    }
}
