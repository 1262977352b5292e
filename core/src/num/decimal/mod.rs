//! Plain decimal text as an integer and a number of decimals, and back, byte for byte.
//!
//! Grammar of the strict reader: optional `-`; digits without leading zeros (a lone `0` before the point is fine);
//! optionally `.` and at least one digit. No `+`, no negative zero, |mantissa| < 10^18, at most [`MAX_PLACES`]
//! decimals. Whatever is read prints back to the same text with [`Layout::FIXED`] and the same places.
//! Called by the value maps of `table` and by the printers of binary floats.

mod layout;
mod print;
mod read;
mod significant;

pub use layout::{Exponent, Layout, Lead, Mark, Scientific, Zeros};
pub use print::print;
pub(crate) use print::{print_magnitude, print_parts, put_fraction};
pub(crate) use read::digits;
pub use read::{
    MAX_MANTISSA, exponent, parse_any, parse_any_at, parse_exponent, parse_fixed, parse_fixed_at,
    parse_shifted, split_exponent,
};
pub use significant::Significant;

/// The most decimals a number may have.
pub const MAX_PLACES: u8 = 27;

/// The number `mantissa / 10^places`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    /// All digits as one integer.
    pub mantissa: i64,
    /// How many of them stand after the point.
    pub places: u8,
}

/// A mantissa without the zeros at its end.
pub fn without_zeros(mut mantissa: u64) -> u64 {
    while mantissa != 0 && mantissa.is_multiple_of(10) {
        mantissa /= 10;
    }
    mantissa
}

impl Decimal {
    /// Reads plain decimal text.
    pub fn parse(field: &[u8]) -> Option<Self> {
        parse_any(field).map(|(mantissa, places)| Self { mantissa, places })
    }

    /// Reads plain decimal text or the exponent form of programs (`1.5e-05`, `0.15D-4`).
    pub fn parse_exponent(field: &[u8]) -> Option<Self> {
        parse_exponent(field).map(|(mantissa, places)| Self { mantissa, places })
    }
}
