//! How decimals are laid out: zeros, exponents, and the same as bytes.

use crate::num::power;

/// What happens to zeros at the end of the decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Zeros {
    /// They stay.
    Keep,
    /// They go, and the point with the last of them.
    Cut,
    /// They go, but one decimal stays (`7.0`).
    CutToOne,
}

/// When a number is written with an exponent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exponent {
    /// Never.
    Never,
    /// When its decimal exponent is below the first or not below the second number.
    Outside(i8, i8),
    /// When that is shorter, as R decides.
    Shorter,
    /// Always, 0 as well.
    Always(Scientific),
}

/// How numbers look that always have an exponent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Scientific {
    /// Digits shown at least.
    pub(crate) digits: u8,
    /// Digits before the point.
    pub(crate) lead: Lead,
    /// `D`, not `E`, as Fortran writes doubles.
    pub(crate) double: bool,
    /// `e+005`, as old libraries write it.
    pub(crate) three_digits: bool,
    /// The exponent is so much larger than that of the decimal.
    pub(crate) shift: i8,
}

/// Digits before the point of a number with an exponent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Lead {
    /// One.
    #[default]
    One,
    /// A zero, as Fortran writes it.
    Zero,
    /// One to three, such that three divides the exponent.
    Three,
}

impl Mark {
    pub(super) const fn letter(self, style: Scientific) -> u8 {
        match (style.double, self.capital) {
            (false, false) => b'e',
            (false, true) => b'E',
            (true, false) => b'd',
            (true, true) => b'D',
        }
    }
}

/// How an exponent looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Mark {
    /// `E`, not `e`.
    pub(crate) capital: bool,
    /// `e+16`, not `e16`.
    pub(crate) plus: bool,
    /// `e-05`, not `e-5`.
    pub(crate) two_digits: bool,
    /// `1.0e5`, not `1e5`.
    pub(crate) point: bool,
}

/// A way of writing decimals.
///
/// ```text
/// byte 0  zeros (0 keep, 1 cut, 2 cut to one) | exponent (0 never, 4 outside, 8 shorter, 12 always) | mark: capital 16,
///         plus 32, two digits 64, point 128 (always: three digits)
/// byte 1  outside: exponents below this; always: digits at least 0..=18 | lead (0 one, 32 zero, 64 three) | D 128; else 0
/// byte 2  outside: exponents from this; always: the shift; else 0
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Zeros at the end.
    pub(crate) zeros: Zeros,
    /// When to use an exponent.
    pub(crate) exponent: Exponent,
    /// How it looks.
    pub(crate) mark: Mark,
}

const PLAIN: Mark = Mark { capital: false, plus: false, two_digits: false, point: false };
const C: Mark = Mark { capital: false, plus: true, two_digits: true, point: false };

impl Layout {
    /// Always all places.
    pub(crate) const FIXED: Self = Self { zeros: Zeros::Keep, exponent: Exponent::Never, mark: PLAIN };
    /// Zeros cut, no point after an integer.
    pub(crate) const TRIMMED: Self = Self { zeros: Zeros::Cut, exponent: Exponent::Never, mark: PLAIN };
    /// As Python's `repr`: `7.0`, `1e-05`, `1e+16`.
    pub(crate) const PYTHON: Self =
        Self { zeros: Zeros::CutToOne, exponent: Exponent::Outside(-4, 16), mark: C };
    /// As JavaScript: `7`, `1e-7`, `1e+21`.
    pub(crate) const JAVASCRIPT: Self =
        Self { zeros: Zeros::Cut, exponent: Exponent::Outside(-6, 21), mark: Mark { plus: true, ..PLAIN } };
    /// As Java: `7.0`, `1.0E-4`, `1.0E7`.
    #[cfg(test)]
    pub(crate) const JAVA: Self = Self {
        zeros: Zeros::CutToOne,
        exponent: Exponent::Outside(-3, 7),
        mark: Mark { capital: true, point: true, ..PLAIN },
    };
    /// As R: whichever of `1e+05` and `100000` is shorter.
    pub(crate) const R: Self = Self { zeros: Zeros::Cut, exponent: Exponent::Shorter, mark: C };

    /// As C's `%g` with `digits` significant digits.
    pub(crate) const fn c(digits: i8) -> Self {
        Self { zeros: Zeros::Cut, exponent: Exponent::Outside(-4, digits), mark: C }
    }

    /// The layout as it travels.
    pub(crate) const fn to_bytes(self) -> [u8; 3] {
        let (exponent, below, from) = match self.exponent {
            Exponent::Never => (0, 0, 0),
            Exponent::Outside(below, from) => (4, below.cast_unsigned(), from.cast_unsigned()),
            Exponent::Shorter => (8, 0, 0),
            Exponent::Always(Scientific { digits, lead, double, three_digits, shift }) => {
                let style = digits | (lead as u8) << 5 | (double as u8) << 7;
                (12 | (three_digits as u8) << 7, style, shift.cast_unsigned())
            }
        };
        let Mark { capital, plus, two_digits, point } = self.mark;
        let mark = (capital as u8) << 4 | (plus as u8) << 5 | (two_digits as u8) << 6 | (point as u8) << 7;
        [self.zeros as u8 | exponent | mark, below, from]
    }

    /// The inverse of [`Layout::to_bytes`]; `None` for what it never writes.
    pub(crate) const fn from_bytes([flags, below, from]: [u8; 3]) -> Option<Self> {
        let zeros = match flags & 3 {
            0 => Zeros::Keep,
            1 => Zeros::Cut,
            2 => Zeros::CutToOne,
            _ => return None,
        };
        let exponent = match (flags & 12, below, from) {
            (0, 0, 0) => Exponent::Never,
            (4, below, from) => Exponent::Outside(below.cast_signed(), from.cast_signed()),
            (8, 0, 0) => Exponent::Shorter,
            (12, style, shift) => match Scientific::from_bytes(style, shift, flags & 128 != 0) {
                Some(scientific) => Exponent::Always(scientific),
                None => return None,
            },
            _ => return None,
        };
        let always = flags & 12 == 12;
        let mark = Mark {
            capital: flags & 16 != 0,
            plus: flags & 32 != 0,
            two_digits: flags & 64 != 0,
            point: flags & 128 != 0 && !always,
        };
        Some(Self { zeros, exponent, mark })
    }

    /// How it looks where there always is an exponent.
    pub(crate) const fn scientific(self) -> Option<Scientific> {
        if let Exponent::Always(scientific) = self.exponent { Some(scientific) } else { None }
    }

    /// Decimals that stay even if they are zeros.
    #[inline(always)]
    pub(super) const fn kept(self, places: u8) -> u8 {
        match self.zeros {
            Zeros::Keep => places,
            Zeros::Cut => 0,
            Zeros::CutToOne => 1,
        }
    }

    #[inline(always)]
    pub(super) fn wants_exponent(self, magnitude: u64, places: u8) -> bool {
        match self.exponent {
            Exponent::Never => false,
            Exponent::Outside(below, from) => {
                magnitude != 0 && (!reaches(magnitude, places, below) || reaches(magnitude, places, from))
            }
            Exponent::Shorter => shorter_with_exponent(magnitude, places),
            Exponent::Always(_) => true,
        }
    }
}

impl Scientific {
    const fn from_bytes(style: u8, shift: u8, three_digits: bool) -> Option<Self> {
        let lead = match style >> 5 & 3 {
            0 => Lead::One,
            1 => Lead::Zero,
            2 => Lead::Three,
            _ => return None,
        };
        let (digits, double) = (style & 31, style & 128 != 0);
        // A mantissa with that many digits fits 64 bits.
        if digits > 18 {
            return None;
        }
        Some(Self { digits, lead, double, three_digits, shift: shift.cast_signed() })
    }
}

/// Whether the decimal exponent of magnitude / 10^places is at least `exponent`.
#[inline(always)]
fn reaches(magnitude: u64, places: u8, exponent: i8) -> bool {
    match u8::try_from(i16::from(places) + i16::from(exponent)) {
        Ok(power) => power::pow10(power).is_some_and(|power| magnitude >= power),
        Err(_) => i16::from(places) + i16::from(exponent) < 0,
    }
}

/// R writes an exponent when the fixed form would be longer: only integers with zeros at their end and small numbers.
fn shorter_with_exponent(magnitude: u64, places: u8) -> bool {
    if magnitude == 0 {
        return false;
    }
    let (mut significant, mut last) = (magnitude, i16::from(places));
    while significant.is_multiple_of(10) {
        (significant, last) = (significant / 10, last - 1);
    }
    let digits = i16::from(power::digits(significant));
    let exponent = digits - 1 - last;
    let with = digits + i16::from(digits > 1) + 4;
    let without = 1 + exponent.max(0) + if last > 0 { 1 + last } else { 0 };
    without > with
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts_travel() {
        for flags in 0..=255 {
            for rest in [[0, 0], [252, 16], [1, 0]] {
                let bytes = [flags, rest[0], rest[1]];
                if let Some(layout) = Layout::from_bytes(bytes) {
                    assert_eq!(layout.to_bytes(), bytes);
                } else {
                    let style = flags & 12 != 12 || rest[0] & 96 == 96 || rest[0] & 31 > 18;
                    assert!(
                        flags & 3 == 3 || style && (flags & 12 == 12 || flags & 4 == 0 && rest != [0, 0])
                    );
                }
            }
        }
        for layout in [Layout::FIXED, Layout::TRIMMED, Layout::PYTHON, Layout::JAVA, Layout::R, Layout::c(6)]
        {
            assert_eq!(Layout::from_bytes(layout.to_bytes()), Some(layout));
        }
    }
}
