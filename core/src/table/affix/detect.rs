//! Finds the text that a sample's cells share around their values, and the dress of the values.

use super::{
    Affix, LONGEST,
    dress::{Dress, Mark, Sign},
};
use crate::num::{decimal, text::TEXT};
use alloc::{vec, vec::Vec};

/// Values looked at to find their dress.
const SAMPLE: usize = 96;
const MINUS: &[u8] = "\u{2212}".as_bytes();
/// The mark between thousands.
const MARKS: [&[u8]; 9] = [
    b",",
    b".",
    b" ",
    b"'",
    b"_",
    "\u{a0}".as_bytes(),
    "\u{202f}".as_bytes(),
    "\u{2009}".as_bytes(),
    "\u{2019}".as_bytes(),
];

impl Affix {
    /// Returns the text that the sampled cells share. Only what cannot be part of a number is taken off.
    pub(crate) fn detect(sample: &[&[u8]]) -> Self {
        let mut cells: Vec<&[u8]> = sample.iter().copied().filter(|cell| !cell.is_empty()).collect();
        if cells.iter().all(|cell| is_bare(cell)) {
            return Self { dress: dress(&cells, Dress::default()), ..Self::default() };
        }
        let quotes = quoted_for_commas(&cells);
        if quotes {
            cells.iter_mut().for_each(|cell| *cell = unquoted(cell));
        }
        let (prefix, sign_first) = prefix(&cells);
        let split = Dress { sign_first, ..Dress::default() };
        let behind: Vec<&[u8]> =
            cells.iter().filter_map(|cell| split.split_sign(cell).1.strip_prefix(&*prefix)).collect();
        let suffix = suffix(&behind);
        let mut values: Vec<&[u8]> = behind.iter().filter_map(|cell| cell.strip_suffix(&*suffix)).collect();
        let mut affix = Self { prefix, suffix, ..Self::default() };
        affix.take_blanks(&mut values);
        affix.dress = dress(&values, Dress { quotes, sign_first, ..Dress::default() });
        affix
    }

    /// Blanks before and behind the values: as many everywhere, or such that the values are as long.
    fn take_blanks(&mut self, values: &mut [&[u8]]) {
        let leading = |value: &[u8]| blanks(value.iter());
        let trailing = |value: &[u8]| blanks(value.iter().rev());
        let (mut before, mut behind) = (shared(values, leading), shared(values, trailing));
        let width = values.first().map_or(0, |value| value.len());
        let same = nearly_all(values, |value| value.len() == width) && (2..=LONGEST).contains(&width);
        let to_right = same && (before > 1 || values.iter().any(|value| leading(value) > before));
        let to_left =
            same && !to_right && (behind > 1 || values.iter().any(|value| trailing(value) > behind));
        before = if to_right { 0 } else { before.min(LONGEST - self.prefix.len()) };
        behind = if to_left { 0 } else { behind.min(LONGEST - self.suffix.len()) };
        self.prefix.extend(vec![b' '; before]);
        self.suffix.splice(..0, vec![b' '; behind]);
        if to_right || to_left {
            (self.width, self.behind) = (width.saturating_sub(before + behind), to_left);
        }
        for value in values.iter_mut() {
            let inner = value.get(before..value.len().saturating_sub(behind)).unwrap_or(value);
            *value = if self.width == 0 { inner } else { self.trim(inner) };
        }
    }
}

/// Whether nothing can stand around the number or time, as in most columns.
fn is_bare(cell: &[u8]) -> bool {
    let digit = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    let body = cell.strip_prefix(b"-").unwrap_or(cell);
    body.first().is_some_and(digit)
        && body.last().is_some_and(digit)
        && body.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b':' | b'/' | b' '))
}

fn blanks<'v>(bytes: impl Iterator<Item = &'v u8>) -> usize {
    bytes.take_while(|byte| **byte == b' ').count()
}

fn nearly_all<'c>(cells: &[&'c [u8]], is: impl Fn(&&'c [u8]) -> bool) -> bool {
    cells.iter().filter(|cell| is(cell)).count() * 20 >= cells.len() * 19
}

/// The number that nearly all cells reach.
fn shared(cells: &[&[u8]], count: impl Fn(&[u8]) -> usize) -> usize {
    let mut counts: Vec<usize> = cells.iter().map(|cell| count(cell)).collect();
    counts.sort_unstable();
    counts.get(counts.len() / 20).copied().unwrap_or(0)
}

/// Whether cells stand in quotes if they have a comma, and only then.
fn quoted_for_commas(cells: &[&[u8]]) -> bool {
    let quoted = |cell: &&&[u8]| cell.starts_with(b"\"") && cell.len() > 2;
    let with_comma = cells.iter().filter(quoted).filter(|cell| cell.contains(&b',')).count();
    let all = cells.iter().filter(quoted).count();
    with_comma > 0 && with_comma == all && all < cells.len()
}

fn unquoted(cell: &[u8]) -> &[u8] {
    cell.strip_prefix(b"\"").and_then(|cell| cell.strip_suffix(b"\"")).unwrap_or(cell)
}

/// A cell with a number from the middle.
fn model<'c>(cells: &[&'c [u8]]) -> Option<&'c [u8]> {
    let numbers = || cells.iter().filter(|cell| cell.iter().any(u8::is_ascii_digit));
    numbers().nth(numbers().count() / 2).copied()
}

/// Returns the beginning of nearly all cells, and whether signs stand before it.
fn prefix(cells: &[&[u8]]) -> (Vec<u8>, bool) {
    let bodies: Vec<&[u8]> = cells.iter().map(|cell| behind_sign(cell)).collect();
    let Some(model) = model(&bodies) else { return (Vec::new(), false) };
    let start = model.iter().position(|byte| is_number_start(*byte)).map(|at| at + base(model.get(at..)));
    let Some(run) = start.filter(|n| *n <= LONGEST).and_then(|n| model.get(..n)) else {
        return (Vec::new(), false);
    };
    if run.is_empty() || run == MINUS || !nearly_all(&bodies, |cell| cell.starts_with(run)) {
        return (Vec::new(), false);
    }
    let signed = |(cell, body): (&&[u8], &&[u8])| cell.len() > body.len() && body.starts_with(run);
    let sign_first = cells.iter().zip(&bodies).any(signed);
    (run.to_vec(), sign_first)
}

/// Bytes that say that hexadecimal digits follow.
fn base(number: Option<&[u8]>) -> usize {
    if matches!(number, Some([b'0', b'x' | b'X', ..])) { 2 } else { 0 }
}

fn behind_sign(cell: &[u8]) -> &[u8] {
    cell.strip_prefix(b"-").or_else(|| cell.strip_prefix(b"+")).unwrap_or(cell)
}

fn is_number_start(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b' ')
}

/// Returns the end of nearly all cells, from where no number can be.
fn suffix(cells: &[&[u8]]) -> Vec<u8> {
    let Some(model) = model(cells) else { return Vec::new() };
    let common = |cell: &[u8]| cell.iter().rev().zip(model.iter().rev()).take_while(|(a, b)| a == b).count();
    let run = shared(cells, common).min(LONGEST);
    let tail = model.get(model.len() - run..).unwrap_or_default();
    let digits = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    let after_digits = tail.iter().rposition(digits).map_or(0, |at| at + 1);
    // Digits may be part of a unit: `m3/h`.
    let unit = tail.windows(2).position(|two| matches!(two, [b' ', letter] if letter.is_ascii_alphabetic()));
    let unit = unit.filter(|at| tail.get(*at..).is_some_and(is_unit)).unwrap_or(after_digits);
    let start = unit.min(after_digits);
    let tail = tail.get(start..).unwrap_or_default();
    // Blanks that align are left to the width; a sign behind numbers belongs to them.
    if tail == b"-" || tail.iter().all(|byte| *byte == b' ') { Vec::new() } else { tail.to_vec() }
}

/// Whether digits stand behind letters only.
fn is_unit(tail: &[u8]) -> bool {
    tail.windows(2).all(|two| match two {
        [before, digit] if digit.is_ascii_digit() => before.is_ascii_alphanumeric(),
        [_, byte] => !matches!(byte, b':' | b'.'),
        _ => true,
    })
}

/// The dress in which the most of the values are plain decimals, if those are more than without one. `worn` is what is
/// known of it.
fn dress(values: &[&[u8]], worn: Dress) -> Option<Dress> {
    let values: Vec<&[u8]> = values.iter().copied().step_by(values.len().div_ceil(SAMPLE).max(1)).collect();
    let fallback = (worn != Dress::default()).then_some(worn);
    let ambiguous = points_between_thousands(&values);
    // Most columns are decimals without exponents, which takes least to see.
    if !ambiguous && values.iter().all(|value| decimal::parse_any(value).is_some()) {
        return fallback;
    }
    let numbers = values.iter().filter(|value| may_be_number(value)).count();
    if numbers * 2 < values.len() {
        return fallback;
    }
    let plain = fit(&Dress::default(), &values);
    if plain.0 == values.len() && !ambiguous {
        return fallback;
    }
    let others = candidates(&values, worn).into_iter().filter(|dress| *dress != Dress::default());
    let judged = others.map(|dress| (fit(&dress, &values), dress));
    let best = judged.reduce(|best, next| if next.0 > best.0 { next } else { best });
    let better = best.filter(|(fit, _)| *fit > plain && fit.0 * 5 >= values.len() * 4);
    better.map(|(_, dress)| dress).or(fallback)
}

/// Whether numbers read as decimals that no program prints: zeros that some cut and others do not.
fn points_between_thousands(values: &[&[u8]]) -> bool {
    let thousands = |value: &&[u8]| matches!(value, [.., b'.', _, _, b'0']);
    values.iter().any(thousands) && values.iter().any(|value| !value.contains(&b'.'))
}

/// Digits, and besides only what people put between and around them.
fn may_be_number(value: &[u8]) -> bool {
    let mark = |byte: &u8| byte.is_ascii_digit() || !byte.is_ascii() || b"+-.,'_ ()eEdD".contains(byte);
    value.iter().any(u8::is_ascii_digit) && value.iter().all(mark)
}

/// How many values are decimals in this dress, and how alike their decimals are.
fn fit(dress: &Dress, values: &[&[u8]]) -> (usize, usize) {
    let mut count = 0;
    let mut places = [false; decimal::MAX_PLACES as usize + 1];
    let affix =
        Affix { dress: Some(Dress { quotes: false, sign_first: false, ..*dress }), ..Affix::default() };
    // Nothing is taken off for the plain dress.
    let is_plain = *dress == Dress::default();
    for value in values {
        let mut bare = [0; TEXT];
        let bare = if is_plain { Some(*value) } else { affix.strip(value, &mut bare) };
        let read = bare.and_then(decimal::parse_exponent);
        if let Some((_, of_value)) = read {
            count += 1;
            if let Some(seen) = places.get_mut(usize::from(of_value)) {
                *seen = true;
            }
        }
    }
    (count, places.iter().filter(|seen| !**seen).count())
}

/// The dresses that the signs and marks of these values speak for.
fn candidates(values: &[&[u8]], worn: Dress) -> Vec<Dress> {
    let mut all = Vec::new();
    let marks: Vec<&[u8]> =
        MARKS.into_iter().filter(|mark| values.iter().any(|value| is_between_digits(value, mark))).collect();
    let commas = values.iter().any(|value| value.contains(&b',')) || points_between_thousands(values);
    for sign in signs(values) {
        let mut fills = vec![(0, false)];
        fills.extend(zeros(values, sign));
        for point in if commas { &b",."[..] } else { &b"."[..] } {
            let starts = values.iter().any(|value| unsigned(sign, value).first() == Some(point));
            let marks = marks.iter().filter(|mark| **mark != [*point]);
            for mark in core::iter::once(&&b""[..]).chain(marks) {
                all.extend(fills.iter().map(|(zeros, zeros_count_sign)| Dress {
                    sign,
                    zeros: *zeros,
                    zeros_count_sign: *zeros_count_sign,
                    bare_point: starts,
                    point: *point,
                    thousands: Mark::new(mark).unwrap_or_default(),
                    ..worn
                }));
            }
        }
    }
    all
}

fn is_between_digits(value: &[u8], mark: &[u8]) -> bool {
    value.windows(mark.len() + 2).any(|window| {
        matches!(window, [before, inner @ .., behind]
            if before.is_ascii_digit() && behind.is_ascii_digit() && inner == mark)
    })
}

/// The ways of writing signs that these values speak for.
fn signs(values: &[&[u8]]) -> Vec<Sign> {
    let any = |is: &dyn Fn(&[u8]) -> bool| values.iter().any(|value| is(value));
    if any(&|value| value.starts_with(b"+")) {
        return vec![Sign::Plus, Sign::PlusIfPositive];
    }
    let sign = if any(&|value| matches!(value, [b' ', b'0'..=b'9' | b'.' | b',', ..])) {
        Sign::Blank
    } else if any(&|value| value.starts_with(b"(")) {
        Sign::Brackets
    } else if any(&|value| value.starts_with(MINUS)) {
        Sign::Typographic
    } else if any(&|value| matches!(value, [.., b'0'..=b'9', b'-'])) {
        Sign::Behind
    } else {
        Sign::Minus
    };
    vec![sign]
}

fn unsigned(sign: Sign, value: &[u8]) -> &[u8] {
    sign.split(value).1
}

/// The length that zeros fill, with the sign or without, if some values begin with a needless zero.
fn zeros(values: &[&[u8]], sign: Sign) -> Option<(u8, bool)> {
    let filled = |value: &&[u8]| matches!(unsigned(sign, value), [b'0', digit, ..] if digit.is_ascii_digit());
    let model = values.iter().copied().find(|value| filled(value))?;
    let bare = unsigned(sign, model).len();
    let with_sign = values.iter().filter(|value| value.len() == model.len()).count();
    let without = values.iter().filter(|value| unsigned(sign, value).len() == bare).count();
    let (length, counts) = if with_sign > without { (model.len(), true) } else { (bare, false) };
    u8::try_from(length).ok().filter(|length| usize::from(*length) < TEXT).map(|length| (length, counts))
}
