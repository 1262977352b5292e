//! Numbers in cells, compared exactly as far as integers reach.

use qres_core::num::Decimal;
use std::cmp::Ordering;

/// Decimals that two numbers may differ by and still be compared as integers.
const REACH: u8 = 19;

/// A number as it is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Number {
    exact: Option<Decimal>,
    near: f64,
}

impl Number {
    /// The number that a cell is, blanks around it aside; a comma is a point where there is no other.
    pub(crate) fn parse(cell: &[u8]) -> Option<Self> {
        let cell = cell.trim_ascii();
        // `inf`, `nan` and the like are words here.
        if !cell.iter().any(u8::is_ascii_digit) {
            return None;
        }
        let text = std::str::from_utf8(cell).ok()?;
        let pointed = if is_grouped(text) { text.replace(',', "") } else { text.replacen(',', ".", 1) };
        let near = pointed.parse::<f64>().ok().filter(|near| near.is_finite())?;
        let bare = pointed.strip_prefix('+').unwrap_or(&pointed);
        Some(Self { exact: Decimal::parse_exponent(bare.as_bytes()), near })
    }

    /// Which of two is larger.
    pub(crate) fn compare(self, other: Self) -> Ordering {
        let exact = self.exact.zip(other.exact).filter(|(a, b)| a.places.abs_diff(b.places) <= REACH);
        let Some((a, b)) = exact else { return self.near.total_cmp(&other.near) };
        let power = |short: u8| 10_i128.pow(short.into());
        let scaled = |one: Decimal, to: u8| i128::from(one.mantissa) * power(to - one.places);
        let places = a.places.max(b.places);
        scaled(a, places).cmp(&scaled(b, places))
    }
}

/// Whether commas stand between thousands: several of them, or one and a point.
fn is_grouped(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut groups = whole.trim_start_matches(['+', '-']).split(',');
    let first = groups.next().is_some_and(|first| (1..=3).contains(&first.len()));
    let groups: Vec<&str> = groups.collect();
    let marks = groups.len() + usize::from(!fraction.is_empty());
    first && !groups.is_empty() && marks > 1 && groups.iter().all(|group| group.len() == 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(a: &str, b: &str) -> Option<Ordering> {
        Some(Number::parse(a.as_bytes())?.compare(Number::parse(b.as_bytes())?))
    }

    #[test]
    fn numbers_are_compared_by_what_they_are() {
        for (a, b) in
            [("9", "10"), ("-1.5", "-1.25"), ("1,5", "1.75"), ("0.1", "0.10000000000000001"), ("9e2", "1e3")]
        {
            assert_eq!(compared(a, b), Some(Ordering::Less), "{a} {b}");
            assert_eq!(compared(b, a), Some(Ordering::Greater), "{b} {a}");
        }
        for (a, b) in [
            ("1.50", "1.5"),
            ("+3", "3.000"),
            ("2E3", " 2000 "),
            ("1e300", "1e300"),
            ("1,010,064.5", "1010064.50"),
            ("-12,345.0", "-12345"),
        ] {
            assert_eq!(compared(a, b), Some(Ordering::Equal), "{a} {b}");
        }
        for word in ["", "nan", "inf", "on", "7 apples", "1,2,3", "2014-07-01"] {
            assert_eq!(compared(word, "1"), None, "{word}");
        }
    }
}
