//! The numbers that cells write, exactly.

use crate::text::Sort;

/// A number times ten to the twenty-eighth.
pub(crate) type Scaled = i128;
pub(crate) const PLACES: i32 = 28;

/// The number that a cell writes as programs do; none if it is no number.
pub(crate) fn number(cell: &str) -> Option<Scaled> {
    let (negative, magnitude) = match cell.as_bytes().first()? {
        b'-' => (true, &cell[1..]),
        b'+' => (false, &cell[1..]),
        _ => (false, cell),
    };
    let (digits, exponent) = magnitude.split_once(['e', 'E']).unwrap_or((magnitude, "0"));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = whole.to_owned() + fraction;
    if all.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let zeros = PLACES - fraction.len() as i32 + exponent.parse::<i32>().ok()?;
    let scaled = all.parse::<Scaled>().ok()?.checked_mul(10_i128.checked_pow(u32::try_from(zeros).ok()?)?)?;
    Some(if negative { -scaled } else { scaled })
}

/// The number that a cell of `sort` writes; none if it is none, or not written in the way of that sort.
pub(crate) fn value(sort: Sort, cell: &str) -> Option<Scaled> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match sort {
        Sort::Comma => number(&cell.replacen(',', ".", 1)).filter(|_| !cell.contains('.')),
        Sort::Hex => {
            let lower = cell.strip_prefix("0x").filter(|hex| hex.len() == 4 && hex.to_lowercase() == *hex)?;
            Some(Scaled::from_str_radix(lower, 16).ok()? * 10_i128.pow(PLACES as u32))
        }
        Sort::Padded => {
            let whole = cell.split('.').next().unwrap_or_default();
            number(cell).filter(|_| whole.len() == 6)
        }
        Sort::Signed => number(cell).filter(|_| cell.starts_with(['+', '-'])),
        Sort::Unit => number(cell.strip_suffix(" V")?),
        Sort::Percent => number(cell.strip_suffix('%')?),
        Sort::Aligned => number(cell.trim_start()).filter(|_| cell.len() >= 9),
        Sort::Thousands => {
            let whole = cell.split('.').next().unwrap_or_default();
            let mut groups = whole.trim_start_matches('-').split(',');
            let first = groups.next().is_some_and(|group| (1..=3).contains(&group.len()) && digits(group));
            let rest = groups.all(|group| group.len() == 3 && digits(group));
            number(&cell.replace(',', "")).filter(|_| first && rest)
        }
        _ => number(cell),
    }
}
