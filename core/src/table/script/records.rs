//! Arrays of JSON: a record a line, whether all of them stand on one or each on several.
//!
//! Bytes change places where what is around them says so, which stays as it is: what is done twice is undone.

/// How records are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Many on a line.
    OneLine,
    /// Each on several lines.
    SeveralLines,
}

/// Stands for a line end within a record.
const INNER: u8 = 0x0B;
/// Fewer records are not worth it.
const FEWEST: usize = 4;

/// How the records in the beginning of a text are written, if they are not a line each.
pub(super) fn detect(head: &[u8]) -> Option<Kind> {
    let is_array = head.trim_ascii_start().first() == Some(&b'[');
    // Most texts are no JSON: that is told without looking at every comma.
    if is_array || memchr::memchr(b'\n', head).is_none() {
        let lines = memchr::memchr_iter(b'\n', head).count();
        let commas = memchr::memchr_iter(b',', head).filter(|at| is_between(head, *at)).count();
        if commas >= FEWEST && lines * 4 < commas {
            return Some(Kind::OneLine);
        }
    }
    memchr::memchr(b'{', head)?;
    let begins =
        |at: &usize| head.get(at + 1..).unwrap_or_default().trim_ascii_start().first() == Some(&b'{');
    let records = memchr::memchr_iter(b'\n', head).filter(|at| is_behind(head, *at)).filter(begins).count();
    let lines = memchr::memchr_iter(b'\n', head).count();
    (records >= FEWEST && lines >= 3 * records).then_some(Kind::SeveralLines)
}

/// Exchanges commas and line ends between records.
pub(super) fn exchange(text: &mut [u8]) {
    for at in 0..text.len() {
        let other = match text.get(at) {
            Some(b',') => b'\n',
            Some(b'\n') => b',',
            _ => continue,
        };
        if is_between(text, at)
            && let Some(byte) = text.get_mut(at)
        {
            *byte = other;
        }
    }
}

/// Exchanges line ends within records for bytes that are none.
pub(super) fn gather(text: &mut [u8]) {
    for at in 0..text.len() {
        let other = match text.get(at) {
            Some(b'\n') => INNER,
            Some(&INNER) => b'\n',
            _ => continue,
        };
        if !is_behind(text, at)
            && let Some(byte) = text.get_mut(at)
        {
            *byte = other;
        }
    }
}

/// Whether a place lies between two brackets of a kind, or behind one at the end.
fn is_between(text: &[u8], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).and_then(|before| text.get(before)) else { return false };
    let opening = match before {
        b'}' => b'{',
        b']' => b'[',
        _ => return false,
    };
    match text.get(at + 1..) {
        None | Some([]) => true,
        Some([b' ', behind, ..]) => *behind == opening,
        Some([behind, ..]) => *behind == opening,
    }
}

/// Whether a record ended before a place, or an array began.
fn is_behind(text: &[u8], at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let before = before.strip_suffix(b"\r").unwrap_or(before);
    matches!(before, [.., b'}' | b']', b','] | [.., b'['])
}

/// Where the bracket is that closes an array of records at the end of a text. The line end behind it has become a comma.
pub(super) fn last_bracket(text: &[u8]) -> Option<usize> {
    let text = text.strip_suffix(b",").unwrap_or(text).trim_ascii_end();
    let array = text.strip_suffix(b"]")?;
    matches!(array.last(), Some(b'}' | b']')).then_some(array.len())
}

/// Where the last record of a text ends that goes on.
pub(super) fn last_end(text: &[u8]) -> Option<usize> {
    let is_end = |at: &usize| at + 1 < text.len() && is_between(text, *at);
    memchr::memrchr_iter(b',', text).find(is_end).map(|at| at + 1)
}
