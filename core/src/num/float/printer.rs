//! The printers that real files show: how a program turned a binary float into text.

use super::scaled::{self, Tie};
use super::shortest;
use crate::num::decimal::{Layout, Zeros, print_magnitude, print_parts};
use crate::num::text::Text;

/// Bytes of a printer as it travels.
pub(crate) const PRINTER_BYTES: usize = 6;

/// Which digits are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Digits {
    /// The fewest that read back as the same f64.
    Shortest,
    /// The fewest that read back as the same f32; the value must be one.
    Shortest32,
    /// So many significant digits (1..=17), but no more than so many decimals.
    Significant(u8, u8),
    /// So many decimals (0..=18).
    Decimals(u8),
}

/// A way of printing a binary float.
///
/// ```text
/// byte 0    digits: 0 shortest, 1 shortest32, 2 significant, 3 decimals; plus 128 if ties go away from zero
/// byte 1    the count of digits or decimals; 0 if shortest
/// byte 2    the most decimals if significant, else 0
/// bytes 3-5 the layout
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Printer {
    /// Which digits.
    pub(crate) digits: Digits,
    /// Which way ties go.
    pub(crate) tie: Tie,
    /// How the digits are laid out.
    pub(crate) layout: Layout,
}

impl Printer {
    /// Python's `repr`.
    pub(crate) const PYTHON: Self = Self { digits: Digits::Shortest, tie: Tie::Even, layout: Layout::PYTHON };
    /// JavaScript.
    pub(crate) const JAVASCRIPT: Self =
        Self { digits: Digits::Shortest, tie: Tie::Even, layout: Layout::JAVASCRIPT };
    /// Rust's `{}`.
    pub(crate) const RUST: Self = Self { digits: Digits::Shortest, tie: Tie::Away, layout: Layout::TRIMMED };
    /// numpy's float32.
    pub(crate) const NUMPY32: Self =
        Self { digits: Digits::Shortest32, tie: Tie::Even, layout: Layout::PYTHON };
    /// R's fifteen digits.
    pub(crate) const R: Self =
        Self { digits: Digits::Significant(15, u8::MAX), tie: Tie::Even, layout: Layout::R };
    /// Ten significant digits, at most nine decimals, halves away from zero.
    pub(crate) const TEN_CAPPED: Self =
        Self { digits: Digits::Significant(10, 9), tie: Tie::Away, layout: Layout::TRIMMED };

    /// C's `%.{digits}g`.
    pub(crate) const fn significant(digits: u8) -> Self {
        let from = if digits > 17 { 17 } else { digits.cast_signed() };
        Self { digits: Digits::Significant(digits, u8::MAX), tie: Tie::Even, layout: Layout::c(from) }
    }

    /// C's `%.{places}f`.
    pub(crate) const fn decimals(places: u8) -> Self {
        Self { digits: Digits::Decimals(places), tie: Tie::Even, layout: Layout::FIXED }
    }

    /// Prints a double; `None` outside the domain, or if it is not a single where one is asked for.
    #[inline]
    pub(crate) fn print(&self, bits: u64, text: &mut Text) -> Option<usize> {
        let negative = bits >> 63 != 0;
        let (integer, fraction, places) = match self.digits {
            Digits::Shortest => return self.whole(bits, shortest::shortest64, text),
            Digits::Shortest32 => return self.whole(bits, shortest::shortest32, text),
            Digits::Significant(count, cap) => {
                return self.whole(bits, |bits, tie| scaled::significant(bits, count, cap, tie), text);
            }
            Digits::Decimals(places) if bits == 0 => (0, 0, places.min(18)),
            Digits::Decimals(places) => {
                let (integer, fraction) = scaled::decimals(bits, places, self.tie)?;
                (integer, fraction, places)
            }
        };
        Some(print_parts(negative, integer, fraction, places, self.layout, text))
    }

    /// Prints the digits that `digits` finds, with an exponent if the layout wants one.
    #[inline(always)]
    fn whole(
        &self,
        bits: u64,
        digits: impl FnOnce(u64, Tie) -> Option<(u64, u8)>,
        text: &mut Text,
    ) -> Option<usize> {
        let (m, places) = if bits == 0 { (0, self.places_of_zero()) } else { digits(bits, self.tie)? };
        Some(print_magnitude(bits >> 63 != 0, m, places, self.layout, text))
    }

    /// Where zeros are kept, zero has as many digits as other numbers.
    fn places_of_zero(&self) -> u8 {
        match self.digits {
            Digits::Significant(count, cap) => count.clamp(1, 17).saturating_sub(1).min(cap),
            _ => 0,
        }
    }

    /// The printer as it travels.
    pub(crate) const fn to_bytes(self) -> [u8; PRINTER_BYTES] {
        let (kind, count, cap) = match self.digits {
            Digits::Shortest => (0, 0, 0),
            Digits::Shortest32 => (1, 0, 0),
            Digits::Significant(count, cap) => (2, count, cap),
            Digits::Decimals(places) => (3, places, 0),
        };
        let away = match self.tie {
            Tie::Even => 0,
            Tie::Away => 128,
        };
        let [a, b, c] = self.layout.to_bytes();
        [kind | away, count, cap, a, b, c]
    }

    /// The inverse of [`Printer::to_bytes`]; `None` for what no printer writes.
    pub(crate) fn from_bytes([kind, count, cap, a, b, c]: [u8; PRINTER_BYTES]) -> Option<Self> {
        let digits = match (kind & 127, count, cap) {
            (0, 0, 0) => Digits::Shortest,
            (1, 0, 0) => Digits::Shortest32,
            (2, 1..=17, _) => Digits::Significant(count, cap),
            (3, 0..=18, 0) => Digits::Decimals(count),
            _ => return None,
        };
        let tie = if kind & 128 == 0 { Tie::Even } else { Tie::Away };
        let layout = Layout::from_bytes([a, b, c])?;
        // The fewest digits have no zeros at their end that could stay.
        let shortest = matches!(digits, Digits::Shortest | Digits::Shortest32);
        (!shortest || layout.zeros != Zeros::Keep).then_some(Self { digits, tie, layout })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::text::TEXT;
    use proptest::prelude::*;
    use std::{format, string::String, string::ToString};

    fn printed(printer: Printer, value: f64) -> Option<String> {
        let mut text = [0; TEXT];
        let length = printer.print(value.to_bits(), &mut text)?;
        Some(String::from_utf8(text[..length].to_vec()).unwrap())
    }

    /// A printer that keeps zeros and never uses an exponent.
    fn keeping(digits: Digits) -> Printer {
        Printer { digits, tie: Tie::Even, layout: Layout::FIXED }
    }

    #[test]
    fn by_hand() {
        let trimmed = |digits, tie| Printer { digits, tie, layout: Layout::TRIMMED };
        let small = f64::from(13.597_f32);
        for (printer, value, expected) in [
            (Printer::PYTHON, small, "13.597000122070312"),
            (Printer::RUST, small, "13.597000122070313"),
            (Printer::PYTHON, 7.0, "7.0"),
            (Printer::PYTHON, -0.1, "-0.1"),
            (Printer::PYTHON, 0.0, "0.0"),
            (Printer::PYTHON, 1e-5, "1e-05"),
            (Printer::PYTHON, 0.0001, "0.0001"),
            (Printer::PYTHON, 1.25e-7, "1.25e-07"),
            (Printer::PYTHON, 9_007_199_254_740_991.0, "9007199254740991.0"),
            (Printer::PYTHON, 4_503_599_627_370_495.5, "4503599627370495.5"),
            (Printer::JAVASCRIPT, 1e-7, "1e-7"),
            (Printer::JAVASCRIPT, 100.0, "100"),
            (Printer::NUMPY32, f64::from(0.1_f32), "0.1"),
            (Printer::NUMPY32, f64::from(16_777_216_f32), "16777216.0"),
            (Printer::NUMPY32, f64::from(3e10_f32), "30000000000.0"),
            (Printer::R, 100_000.0, "1e+05"),
            (Printer::R, 1.0 / 3.0, "0.333333333333333"),
            (Printer::R, 0.0, "0"),
            (Printer::significant(6), 1_234_567.0, "1.23457e+06"),
            (Printer::significant(6), 999_999.5, "1e+06"),
            (Printer::significant(8), 0.1, "0.1"),
            (Printer::significant(2), 9.96, "10"),
            (Printer::significant(1), 25.0, "2e+01"),
            (trimmed(Digits::Significant(1, 255), Tie::Even), 25.0, "20"),
            (trimmed(Digits::Significant(1, 255), Tie::Away), 25.0, "30"),
            (keeping(Digits::Significant(17, 255)), 19.89, "19.890000000000001"),
            (keeping(Digits::Significant(17, 255)), 41.0, "41.000000000000000"),
            (keeping(Digits::Significant(17, 255)), 0.0, "0.0000000000000000"),
            (keeping(Digits::Significant(3, 255)), 9.996, "10.0"),
            (keeping(Digits::Significant(3, 255)), 0.000_999_9, "0.00100"),
            (Printer::decimals(0), 2.5, "2"),
            (Printer::decimals(0), 3.5, "4"),
            (Printer::decimals(1), 0.25, "0.2"),
            (Printer { tie: Tie::Away, ..Printer::decimals(1) }, 0.25, "0.3"),
            (Printer::decimals(2), 9.999, "10.00"),
            (Printer::decimals(3), 0.0, "0.000"),
            (Printer::decimals(1), -0.04, "-0.0"),
            (Printer::decimals(2), 2.675, "2.67"),
            (Printer::TEN_CAPPED, f64::from(0.000_123_456_79_f32), "0.000123457"),
            (Printer::TEN_CAPPED, f64::from(1_506.132_9_f32), "1506.132935"),
        ] {
            assert_eq!(printed(printer, value).as_deref(), Some(expected), "{printer:?}");
        }
        for outside in [-0.0, 5e-324, f64::NAN, f64::INFINITY, 1e-12, 9_007_199_254_740_992.0] {
            for printer in [Printer::PYTHON, Printer::NUMPY32, Printer::R, Printer::decimals(3)] {
                assert_eq!(printed(printer, outside), None);
            }
        }
        assert_eq!(printed(Printer::NUMPY32, 0.1), None);
    }

    #[test]
    fn printers_travel() {
        for kind in 0..=255 {
            for count in [0, 1, 17, 18, 19] {
                for cap in [0, 9, 255] {
                    let bytes = [kind, count, cap, 1, 0, 0];
                    if let Some(printer) = Printer::from_bytes(bytes) {
                        assert_eq!(printer.to_bytes(), bytes);
                    }
                }
            }
        }
        assert_eq!(Printer::from_bytes([2, 18, 0, 1, 0, 0]), None);
        assert_eq!(Printer::from_bytes([5, 0, 0, 1, 0, 0]), None);
        assert_eq!(Printer::from_bytes([0, 0, 0, 3, 0, 0]), None);
        assert_eq!(Printer::from_bytes([1, 0, 0, 0, 0, 0]), None);
        for printer in [Printer::PYTHON, Printer::TEN_CAPPED, Printer::significant(17), Printer::decimals(18)]
        {
            assert_eq!(Printer::from_bytes(printer.to_bytes()), Some(printer));
        }
    }

    fn double(bits: u64, exponent: i32) -> f64 {
        f64::from_bits(bits & !(0x7ff << 52) | ((exponent + 1023) as u64) << 52)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        #[test]
        fn shortest_like_std(bits: u64, exponent in -36i32..=52) {
            let v = double(bits, exponent);
            prop_assert_eq!(printed(Printer::RUST, v).unwrap(), v.to_string());
            let python = printed(Printer::PYTHON, v).unwrap();
            prop_assert_eq!(python.parse::<f64>().unwrap(), v);
            prop_assert_eq!(python.contains('e'), v.abs() < 1e-4);
        }

        #[test]
        fn any_printer_any_float(bytes: [u8; 6], kind in 0u8..4, bits: u64, exponent in -37i32..=53) {
            let [_, count, cap, a, b, c] = bytes;
            for bits in [bits, double(bits, exponent).to_bits(), double(bits, exponent).to_bits() >> 29 << 29] {
                let digits = [Digits::Shortest, Digits::Shortest32, Digits::Significant(count & 31, cap),
                    Digits::Decimals(count & 31)][usize::from(kind)];
                if let Some(layout) = Layout::from_bytes([a, b, c]) {
                    let length = Printer { digits, tie: Tie::Away, layout }.print(bits, &mut [0; TEXT]);
                    prop_assert!(length.is_none_or(|length| (1..=40).contains(&length)), "{:?}", length);
                }
            }
        }

        #[test]
        fn decimals_like_std(bits: u64, exponent in -36i32..=52, places in 0u8..=18) {
            let v = double(bits, exponent);
            prop_assert_eq!(printed(Printer::decimals(places), v).unwrap(), format!("{v:.*}", usize::from(places)));
        }

        #[test]
        fn few_bits_make_ties(m in 1u64..1 << 14, shift in 0i32..14, places in 0u8..=18, count in 1u8..=17) {
            let v = m as f64 / 2_f64.powi(shift);
            prop_assert_eq!(printed(Printer::decimals(places), v).unwrap(), format!("{v:.*}", usize::from(places)));
            check_significant(v, count);
        }

        #[test]
        fn significant_like_std(bits: u64, exponent in -36i32..=52, count in 1u8..=17) {
            check_significant(double(bits, exponent), count);
        }

        #[test]
        fn away_is_even_but_for_ties(bits: u64, exponent in -36i32..=52, count in 1u8..=17) {
            let v = double(bits, exponent);
            let even = printed(Printer::significant(count), v);
            let away = printed(Printer { tie: Tie::Away, ..Printer::significant(count) }, v);
            let tie = format!("{:.60e}", v).split_once('e').unwrap().0.trim_end_matches('0').len()
                == usize::from(count) + 2 + usize::from(v < 0.0) + usize::from(count == 1);
            prop_assert!(even == away || tie);
        }

        #[test]
        fn zeros_kept_are_zeros_cut(bits: u64, exponent in -36i32..=52, count in 1u8..=17) {
            let v = double(bits, exponent);
            let digits = Digits::Significant(count, u8::MAX);
            let kept = printed(keeping(digits), v).unwrap();
            let cut = Layout { zeros: Zeros::Cut, ..Layout::FIXED };
            let cut = printed(Printer { layout: cut, ..keeping(digits) }, v).unwrap();
            let expected = if kept.contains('.') { kept.trim_end_matches('0').trim_end_matches('.') } else { &kept };
            prop_assert_eq!(expected, cut);
        }
    }

    /// `%.{count}g` from std's `{:e}`.
    fn check_significant(v: f64, count: u8) {
        let text = printed(Printer::significant(count), v).unwrap();
        let expected = format!("{v:.*e}", usize::from(count) - 1);
        let (mantissa, exponent) = expected.split_once('e').unwrap();
        let exponent: i32 = exponent.parse().unwrap();
        let fixed = (-4..i32::from(count)).contains(&exponent);
        let expected = if fixed {
            let places = usize::try_from(i32::from(count) - 1 - exponent).unwrap();
            let fixed = format!("{:.*}", places, v);
            if places == 0 { fixed } else { String::from(fixed.trim_end_matches('0').trim_end_matches('.')) }
        } else {
            let sign = if exponent < 0 { '-' } else { '+' };
            let mantissa =
                if count > 1 { mantissa.trim_end_matches('0').trim_end_matches('.') } else { mantissa };
            format!("{mantissa}e{sign}{:02}", exponent.abs())
        };
        assert_eq!(text, expected, "{v:?} {count}");
    }
}
