//! Integers in hexadecimal digits and back, byte for byte.
//!
//! ```text
//! hex := digits u8 | flags u8 (1 capital letters, 2 signed)
//! ```

use super::text::{Text, put_byte};

/// A way of writing integers in hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hex {
    digits: u8,
    capital: bool,
    signed: bool,
}

/// Digits of 64 bits.
const MAX: u8 = 16;

impl Hex {
    /// At least `digits` digits; numbers that are `signed` have just so many, and the first bit is their sign.
    pub(crate) fn new(digits: u8, capital: bool, signed: bool) -> Option<Self> {
        let possible = digits <= MAX && (digits > 0 || !signed);
        possible.then_some(Self { digits, capital, signed })
    }

    /// The integer that a cell writes, if it is written just so.
    pub(crate) fn parse(self, cell: &[u8]) -> Option<i64> {
        let length = u8::try_from(cell.len()).ok().filter(|length| (1..=MAX).contains(length))?;
        let needless = length > self.digits.max(1) && cell.first() == Some(&b'0');
        if needless || length < self.digits || (self.signed && length > self.digits) {
            return None;
        }
        let value = cell.iter().try_fold(0, |value, byte| Some(value << 4 | self.digit(*byte)?))?;
        let above = 64 - 4 * u32::from(self.digits);
        Some(if self.signed { value << above >> above } else { value })
    }

    fn digit(self, byte: u8) -> Option<i64> {
        let first = if self.capital { b'A' } else { b'a' };
        match byte {
            b'0'..=b'9' => Some(i64::from(byte - b'0')),
            _ => byte.checked_sub(first).filter(|n| *n < 6).map(|n| i64::from(n) + 10),
        }
    }

    /// Prints an integer, whose bits above those of the digits count only if it is not signed; returns the length.
    pub(crate) fn print(self, value: i64, text: &mut Text) -> usize {
        let needed = (64 - value.leading_zeros()).div_ceil(4).max(1);
        let length = if self.signed { self.digits } else { self.digits.max(needed as u8) };
        for place in 0..length {
            let digit = (value >> (4 * u32::from(length - 1 - place)) & 15) as u8;
            let first = if self.capital { b'A' } else { b'a' };
            put_byte(text, place.into(), if digit < 10 { b'0' + digit } else { first + digit - 10 });
        }
        length.into()
    }

    /// The way as it travels.
    pub(crate) fn to_bytes(self) -> [u8; 2] {
        [self.digits, u8::from(self.capital) | u8::from(self.signed) << 1]
    }

    /// The inverse of [`Hex::to_bytes`]; `None` for what it never writes.
    pub(crate) fn from_bytes([digits, flags]: [u8; 2]) -> Option<Self> {
        Self::new(digits, flags & 1 != 0, flags & 2 != 0).filter(|_| flags < 4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::text::TEXT;
    use proptest::prelude::*;
    use std::string::String;

    fn printed(hex: Hex, value: i64) -> String {
        let mut text = [0; TEXT];
        let length = hex.print(value, &mut text);
        String::from_utf8_lossy(&text[..length]).into()
    }

    #[test]
    fn by_hand() {
        let hex = |digits, capital, signed| Hex::new(digits, capital, signed).unwrap();
        for (hex, text, value) in [
            (hex(4, false, false), "00ff", Some(255)),
            (hex(4, false, false), "1ffff", Some(0x1_ffff)),
            (hex(4, false, false), "0ff", None),
            (hex(4, false, false), "000ff", None),
            (hex(4, true, true), "FFFE", Some(-2)),
            (hex(4, true, true), "1FFFE", None),
            (hex(4, true, false), "fffe", None),
            (hex(0, true, false), "0", Some(0)),
            (hex(0, true, false), "00", None),
            (hex(0, true, false), "", None),
            (hex(16, false, true), "ffffffffffffffff", Some(-1)),
            (hex(0, false, false), "ffffffffffffffff", Some(-1)),
            (hex(0, false, false), "1ffffffffffffffff", None),
        ] {
            assert_eq!(hex.parse(text.as_bytes()), value, "{text}");
            if let Some(value) = value {
                assert_eq!(printed(hex, value), text);
            }
        }
        assert_eq!((Hex::new(17, true, false), Hex::new(0, true, true)), (None, None));
    }

    proptest! {
        #[test]
        fn cells_come_back(cell in "[0-9a-f]{1,17}|[0-9A-F]{1,17}|[0-9g]{1,3}", digits in 0u8..18, capital: bool, signed: bool) {
            if let Some(hex) = Hex::new(digits, capital, signed) {
                prop_assert_eq!(Hex::from_bytes(hex.to_bytes()), Some(hex));
                if let Some(value) = hex.parse(cell.as_bytes()) {
                    prop_assert_eq!(printed(hex, value), cell);
                }
            }
        }

        #[test]
        fn any_integer_prints(value: i64, digits in 0u8..18, signed: bool) {
            if let Some(hex) = Hex::new(digits, false, signed) {
                prop_assert!((1..=16).contains(&printed(hex, value).len()));
            }
        }
    }
}
