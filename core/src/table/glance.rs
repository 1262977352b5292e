//! What a field may be, told at a glance: a number, a time, a word, or a word for a number that is missing.

use super::time::Pattern;
use alloc::borrow::Cow;

/// Words that stand for a number that is not there.
const MISSING: [&[u8]; 10] =
    [b"na", b"n/a", b"nan", b"null", b"none", b"nil", b"inf", b"infinity", b"missing", b"undefined"];

/// Whether a field may be a number or a time.
pub(super) fn looks_numeric(field: &[u8]) -> bool {
    is_in_digits(field) || Pattern::is_in_words(field)
}

/// Digits with the marks that numbers and times need, and at most a short unit or zone of letters.
pub(super) fn is_in_digits(field: &[u8]) -> bool {
    let bare = field.trim_ascii();
    let bare = bare.strip_prefix(b"\"").and_then(|b| b.strip_suffix(b"\"")).unwrap_or(bare).trim_ascii();
    let (mut digits, mut marks) = (0, 0);
    for byte in bare {
        match byte {
            b'0'..=b'9' => digits += 1,
            b'+' | b'-' | b'.' | b':' | b'/' | b' ' | b',' | b'%' => marks += 1,
            // Other fields follow.
            b'"' | b';' | b'|' | b'\t' => return false,
            _ => {}
        }
    }
    digits > 0 && bare.len() - digits - marks <= 1 && marks <= digits + 1
}

/// Whether a cell begins as a word does, and is not one of those that stand for a number.
pub(super) fn is_word(field: &[u8]) -> bool {
    let bare = field.trim_ascii();
    let first = bare.strip_prefix(b"\"").unwrap_or(bare).trim_ascii_start().first();
    first.is_some_and(|first| first.is_ascii_alphabetic() || *first == b'_' || *first > 0x7F)
        && !is_missing(field)
}

/// Whether a cell is empty or a word that stands for a number.
pub(super) fn is_missing(field: &[u8]) -> bool {
    let bare = unquote(field);
    bare.is_empty() || MISSING.iter().any(|word| bare.eq_ignore_ascii_case(word))
}

/// A field without the quotes around it, those inside written once.
pub(super) fn unquote(field: &[u8]) -> Cow<'_, [u8]> {
    let field = field.trim_ascii();
    let Some(bare) = field.strip_prefix(b"\"").and_then(|field| field.strip_suffix(b"\"")) else {
        return Cow::Borrowed(field);
    };
    let mut before = 0;
    let once = |byte: &u8| {
        before = if *byte == b'"' { before + 1 } else { 0 };
        before % 2 == 0 || *byte != b'"'
    };
    match memchr::memchr(b'"', bare) {
        None => Cow::Borrowed(bare),
        Some(_) => bare.iter().copied().filter(once).collect(),
    }
}
