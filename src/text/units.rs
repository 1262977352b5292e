//! Sizes, times, counts and ratios: for people, and as options take them.

/// Bytes for people: three digits and a binary unit.
pub(crate) fn size(bytes: u64) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64 / 1024.0;
    let mut unit = 0;
    while value >= 1023.5 && unit + 1 < units.len() {
        value /= 1024.0;
        unit += 1;
    }
    let digits = if value < 9.995 { 2 } else { usize::from(value < 99.95) };
    format!("{value:.digits$} {}", units[unit])
}

/// Bytes as an option takes them: the smallest whole unit that is enough.
pub(crate) fn size_argument(bytes: u64) -> String {
    let units = [(30, "G"), (20, "M"), (10, "K")];
    let fitting = units.into_iter().find(|(shift, _)| bytes.trailing_zeros() >= *shift && bytes > 0);
    fitting.map_or_else(|| bytes.to_string(), |(shift, unit)| format!("{}{unit}", bytes >> shift))
}

/// Milliseconds for people: the two largest units of it that matter.
#[cfg(any(feature = "flash", feature = "node", feature = "sim"))]
pub(crate) fn time(milliseconds: u64) -> String {
    let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1000, "s")];
    let Some(first) = units.iter().position(|(unit, _)| milliseconds >= *unit) else {
        return format!("{milliseconds} ms");
    };
    let (unit, name) = units[first];
    let head = format!("{} {name}", milliseconds / unit);
    let rest = milliseconds % unit;
    let second = units.get(first + 1).map_or((1, "ms"), |second| *second);
    match rest / second.0 {
        0 => head,
        rest => format!("{head} {rest} {}", second.1),
    }
}

/// How many times smaller `after` is than `before`.
pub(crate) fn ratio(before: u64, after: u64) -> String {
    if after == 0 { "-".into() } else { format!("{:.2}x", before as f64 / after as f64) }
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `n` of something, in words.
pub(crate) fn count(n: u64, one: &str) -> String {
    format!("{n} {one}{}", if n == 1 { "" } else { "s" })
}

/// Reads `64K`, `4M`, `1G` or plain bytes.
pub(crate) fn parse_size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let shift = match text[digits.len()..].to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        _ => return Err("a size is a number and K, M or G, such as 64M".into()),
    };
    let number: u64 =
        digits.parse().map_err(|_| "a size is a number and K, M or G, such as 64M".to_owned())?;
    number.checked_mul(1 << shift).ok_or_else(|| "that is more than there is".into())
}

/// Reads `500ms`, `10s`, `5min` or `4h` as milliseconds.
#[cfg(any(feature = "flash", feature = "node"))]
pub(crate) fn parse_time(text: &str) -> Result<u32, String> {
    let wrong = "a time is a number and ms, s, min or h, such as 10s";
    let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let unit = match unit {
        "ms" => 1,
        "s" => 1000,
        "min" | "m" => 60_000,
        "h" => 3_600_000,
        _ => return Err(wrong.into()),
    };
    let number: u32 = digits.parse().map_err(|_| wrong.to_owned())?;
    match number.checked_mul(unit) {
        Some(0) => Err("that is no time at all".into()),
        Some(time) => Ok(time),
        None => Err("that is more than a board can wait: 49 days".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_three_digits() {
        let said: Vec<String> = [0, 1023, 1024, 10_240, 1_048_575, 1 << 20, 1 << 62].map(size).into();
        assert_eq!(said, ["0 B", "1023 B", "1.00 KiB", "10.0 KiB", "1.00 MiB", "1.00 MiB", "4.00 EiB"]);
    }

    #[cfg(feature = "flash")]
    #[test]
    fn times_have_two_units() {
        let said: Vec<String> =
            [0, 999, 1000, 30_500, 600_000, 14_400_000, 5_400_000, 1 << 40].map(time).into();
        assert_eq!(
            said,
            ["0 ms", "999 ms", "1 s", "30 s 500 ms", "10 min", "4 h", "1 h 30 min", "12725 d 19 h"]
        );
        assert_eq!(time(86_400_001), "1 d");
    }

    #[test]
    fn size_arguments_are_exact() {
        let said: Vec<String> = [0, 1000, 1 << 10, 3 << 20, (1 << 30) + 1024].map(size_argument).into();
        assert_eq!(said, ["0", "1000", "1K", "3M", "1048577K"]);
        for bytes in [1000, 1 << 10, 3 << 20, (1 << 30) + 1024] {
            assert_eq!(parse_size(&size_argument(bytes)), Ok(bytes));
        }
    }

    #[test]
    fn sizes_are_numbers_with_units() {
        for (text, bytes) in [("16K", 16 << 10), ("4MiB", 4 << 20), ("1g", 1 << 30), ("7", 7)] {
            assert_eq!(parse_size(text), Ok(bytes), "{text}");
        }
        for wrong in ["", "K", "-1", "1.5M", "99999999999G", "1T", "4 M"] {
            assert!(parse_size(wrong).is_err(), "{wrong}");
        }
    }

    #[cfg(feature = "flash")]
    #[test]
    fn times_are_numbers_with_units() {
        for (text, time) in
            [("500ms", 500), ("10s", 10_000), ("5min", 300_000), ("2m", 120_000), ("4h", 14_400_000)]
        {
            assert_eq!(parse_time(text), Ok(time), "{text}");
        }
        for wrong in ["", "10", "s", "0s", "-1s", "1.5s", "1 s", "2000h", "99999999999ms"] {
            assert!(parse_time(wrong).is_err(), "{wrong}");
        }
    }
}
