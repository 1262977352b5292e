//! Integer code that writes what sensors and their programs write.

use alloc::{format, string::String, vec::Vec};
use core::fmt::Write as _;

/// Numbers that look random and are the same everywhere (SplitMix64).
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ z >> 31
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(end)) >> 64) as u64
    }

    /// A number from `-reach` to `reach`, small ones more often.
    pub fn step(&mut self, reach: i64) -> i64 {
        let reach = reach as u64 + 1;
        self.below(reach) as i64 - self.below(reach) as i64
    }

    pub fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    pub fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words.get(self.below(words.len() as u64) as usize).copied().unwrap_or_default()
    }
}

/// A value that wanders around zero and returns.
#[derive(Debug, Clone, Default)]
pub struct Wave {
    speed: i64,
    value: i64,
}

impl Wave {
    pub fn next(&mut self, random: &mut Random) -> i64 {
        self.speed += random.step(9) - self.value / 512 - self.speed / 64;
        self.value += self.speed / 4;
        self.value
    }
}

/// `value` with its last `digits` digits behind `point`.
pub fn decimal(value: i64, digits: u32, point: char) -> String {
    let unit = 10u64.pow(digits);
    let (whole, part) = (value.unsigned_abs() / unit, value.unsigned_abs() % unit);
    let sign = if value < 0 { "-" } else { "" };
    if digits == 0 {
        return format!("{sign}{whole}");
    }
    format!("{sign}{whole}{point}{part:0width$}", width = digits as usize)
}

/// The time `seconds` after the first of March 2024, which was a leap year, up to the end of that month and into April.
pub fn time(seconds: u64, between: char) -> String {
    let (day, second) = (seconds / 86_400, seconds % 86_400);
    let (month, day) = if day < 31 { (3, day + 1) } else { (4, day - 30) };
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("2024-{month:02}-{day:02}{between}{hour:02}:{minute:02}:{second:02}")
}

/// `rows` lines that `row` writes, each ended by `end`.
pub fn lines(head: &str, rows: u64, end: &str, mut row: impl FnMut(u64, &mut String)) -> Vec<u8> {
    let mut text = String::from(head);
    for number in 0..rows {
        row(number, &mut text);
        text.push_str(end);
    }
    text.into_bytes()
}

/// `write!` to a string, which cannot fail.
pub fn put(text: &mut String, arguments: core::fmt::Arguments<'_>) {
    let _ = text.write_fmt(arguments);
}
