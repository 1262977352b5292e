//! Why a text is kept as bytes: what `compress`, `check` and `inspect` say of it.

use qres_core::table::{Layout, MAX_COLUMNS, Script};

/// Bytes and lines looked at.
const HEAD: usize = 1 << 16;
const LINES: usize = 100;

/// The reason why a text is not a table.
pub(crate) fn reason(text: &[u8]) -> &'static str {
    let lines = Script::lines_of(text);
    let head = &lines[..lines.len().min(HEAD)];
    let control = head.iter().filter(|byte| matches!(byte, 0..=8 | 14..=31 | 127)).count();
    if lines.is_empty() {
        "it is empty"
    } else if control * 50 > head.len() || is_foreign(head) {
        "binary (`--raw` takes samples)"
    } else if !lines.contains(&b'\n') {
        "no line ends"
    } else if is_too_wide(&lines) {
        "more than 65535 columns"
    } else if Layout::detect(&lines).is_some() {
        "columns would cost more than they save"
    } else if !has_numbers(&lines) {
        "hardly any numbers"
    } else {
        "lines have too little in common"
    }
}

/// Whether many bytes are not characters of UTF-8.
fn is_foreign(head: &[u8]) -> bool {
    let wrong: usize = head.utf8_chunks().map(|chunk| chunk.invalid().len()).sum();
    wrong * 10 > head.len()
}

fn is_too_wide(lines: &[u8]) -> bool {
    let mut lines = lines.split(|byte| *byte == b'\n').take(LINES);
    let fields = |line: &[u8], delimiter| memchr::memchr_iter(delimiter, line).count() + 1;
    lines.any(|line| [b',', b';', b'\t', b'|', b' '].into_iter().any(|by| fields(line, by) > MAX_COLUMNS))
}

/// Whether at least every other line has a digit.
fn has_numbers(lines: &[u8]) -> bool {
    let lines: Vec<&[u8]> =
        lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).take(LINES).collect();
    lines.iter().filter(|line| line.iter().any(u8::is_ascii_digit)).count() * 2 > lines.len()
}
