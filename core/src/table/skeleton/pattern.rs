//! A line as what is the same in all of its sort: literals, with a field between each two.
//!
//! A field ends where the literal behind it begins. What stands before a field says what may be in it, so that a line of
//! another sort is told apart early: behind a quote anything up to the closing literal; before the end of a line
//! anything; elsewhere no comma, quote or bracket, and not the first byte of the literal behind it, unless a backslash
//! stands before it. These are the writer's rules: a reader only puts literals and fields together again.

use alloc::vec::Vec;

/// What ends a field that is neither quoted nor the last.
const STOPS: [bool; 256] = {
    let mut stops = [false; 256];
    let bytes = *b",\"{}[]";
    let mut at = 0;
    while at < bytes.len() {
        #[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which would refuse it")]
        let byte = bytes[at] as usize;
        #[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which would refuse it")]
        {
            stops[byte] = true;
        }
        at += 1;
    }
    stops
};

/// Literals, one more than there are fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    first: Vec<u8>,
    /// For each field, the literal behind it and how far the field goes.
    fields: Vec<(Vec<u8>, Reach)>,
}

/// How far a field goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// To the next stop.
    Bare,
    /// To the next literal.
    Quoted,
    /// To the last literal.
    Rest,
}

impl Pattern {
    /// The pattern whose text has a line end for each field; `None` if two fields touch.
    pub(super) fn new(text: &[u8]) -> Option<Self> {
        let mut literals = text.split(|byte| *byte == b'\n');
        let first = literals.next()?.to_vec();
        let mut before = first.last().copied();
        let mut fields: Vec<(Vec<u8>, Reach)> = Vec::new();
        for literal in literals {
            let reach = match literal {
                [] | [b'\r'] => Reach::Rest,
                [b'"', ..] if before == Some(b'"') => Reach::Quoted,
                _ => Reach::Bare,
            };
            before = literal.last().copied();
            fields.push((literal.to_vec(), reach));
        }
        let inner = fields.iter().rev().skip(1);
        let touching = inner.clone().any(|(literal, _)| literal.is_empty());
        (!touching).then_some(Self { first, fields })
    }

    /// Its text.
    pub(super) fn text(&self) -> Vec<u8> {
        let mut text = self.first.clone();
        for (literal, _) in &self.fields {
            text.push(b'\n');
            text.extend_from_slice(literal);
        }
        text
    }

    /// How many fields there are.
    pub(super) fn fields(&self) -> usize {
        self.fields.len()
    }

    /// Returns the delimiter of its fields, if it is one byte throughout and nothing surrounds them.
    pub(super) fn delimiter(&self) -> Option<u8> {
        let ((last, _), between) = self.fields.split_last()?;
        let [delimiter] = *between.first()?.0.as_slice() else { return None };
        let alike = self.first.is_empty() && between.iter().all(|(literal, _)| *literal == [delimiter]);
        (alike && matches!(&**last, [] | [b'\r'])).then_some(delimiter)
    }

    /// Its literals.
    pub(super) fn literals(&self) -> impl Iterator<Item = &[u8]> {
        core::iter::once(&*self.first).chain(self.fields.iter().map(|(literal, _)| &**literal))
    }

    /// Finds where in `line`, which starts at `base` of its text, each field starts and ends; whether it is such a line.
    #[inline]
    pub(super) fn find(&self, line: &[u8], base: usize, places: &mut Vec<(u32, u32)>) -> bool {
        places.clear();
        let Some(mut rest) = line.strip_prefix(&*self.first) else { return false };
        let mut at = base + self.first.len();
        let mut left = self.fields.len();
        for (literal, reach) in &self.fields {
            left -= 1;
            let length = match reach {
                Reach::Bare => bare(rest, literal),
                Reach::Quoted => memchr::memmem::find(rest, literal),
                Reach::Rest => rest.len().checked_sub(literal.len()),
            };
            let Some((field, behind)) = length.and_then(|length| rest.split_at_checked(length)) else {
                return false;
            };
            let behind = match (&**literal, behind) {
                // A delimiter: spares a call.
                ([wanted], [found, behind @ ..]) if wanted == found => Some(behind),
                _ => behind.strip_prefix(&**literal),
            };
            let Some(behind) = behind else { return false };
            places.push((at as u32, (at + field.len()) as u32));
            at += field.len() + literal.len();
            rest = behind;
            if left == 0 && !rest.is_empty() {
                return false;
            }
        }
        rest.is_empty()
    }

    /// What each field is called, as far as the literal before it tells.
    pub(super) fn names(&self) -> impl Iterator<Item = Option<&[u8]>> {
        self.literals().take(self.fields.len()).map(name)
    }
}

/// Bytes before the first stop that no backslash takes away.
#[inline]
fn bare(rest: &[u8], literal: &[u8]) -> Option<usize> {
    let first = *literal.first()?;
    let mut from = 0;
    loop {
        let stops = |byte: &u8| *byte == first || STOPS.get(usize::from(*byte)) == Some(&true);
        let at = from + rest.get(from..)?.iter().position(stops)?;
        if at == 0 || rest.get(at - 1) != Some(&b'\\') {
            return Some(at);
        }
        from = at + 1;
    }
}

/// The word at the end of a literal, before a colon or an equals sign.
pub(super) fn name(literal: &[u8]) -> Option<&[u8]> {
    let literal = literal.strip_suffix(b"\"").unwrap_or(literal).trim_ascii_end();
    let literal = literal.strip_suffix(b"=").or_else(|| literal.strip_suffix(b":"))?;
    if let Some(quoted) = literal.strip_suffix(b"\"") {
        let start = memchr::memrchr(b'"', quoted)? + 1;
        return quoted.get(start..).filter(|name| !name.is_empty());
    }
    let mut escaped = literal.iter().rev().skip(1).chain(&[0]);
    let is_end = |byte: &u8| {
        let before = escaped.next();
        matches!(byte, b' ' | b',' | b'{' | b'[' | b'\t' | b';' | b'&' | b'?') && before != Some(&b'\\')
    };
    let start = literal.iter().rev().position(is_end).map_or(0, |from_end| literal.len() - from_end);
    literal.get(start..).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use proptest::prelude::*;

    fn found(pattern: &[u8], line: &[u8]) -> Option<Vec<Vec<u8>>> {
        let mut places = vec![];
        let is = Pattern::new(pattern).unwrap().find(line, 0, &mut places);
        is.then(|| places.iter().map(|(a, b)| line[*a as usize..*b as usize].to_vec()).collect())
    }

    #[test]
    fn fields_end_where_the_next_literal_begins() {
        assert_eq!(
            found(b"{\"a\":\n,\"b\":\"\n\"}", b"{\"a\":1.5,\"b\":\"x, y\"}").unwrap(),
            [&b"1.5"[..], b"x, y"]
        );
        assert_eq!(found(b"\n,\n,\n", b"10:00 am,t,a b,c").unwrap(), [&b"10:00 am"[..], b"t", b"a b,c"]);
        assert_eq!(found(b"a=\n\r", b"a=1\r").unwrap(), [b"1"]);
        assert_eq!(found(b"end", b"end").unwrap(), [b""; 0]);
        assert_eq!(found(b"a=\n b=\n", b"a=x\\ y b=\\").unwrap(), [&b"x\\ y"[..], b"\\"]);
    }

    #[test]
    fn a_line_with_more_fields_is_another() {
        assert_eq!(found(b"{\"v\":\n}", b"{\"v\":1,\"w\":2}"), None);
        assert_eq!(found(b"{\"v\":\n}", b"{\"v\":1} "), None);
        assert_eq!(found(b"a", b"ab"), None);
    }

    #[test]
    fn fields_that_touch_are_no_pattern() {
        assert_eq!(Pattern::new(b"a\n\nb"), None);
    }

    #[test]
    fn names_are_keys() {
        let pattern = Pattern::new(b"{\"the time\":\"\n\",\"v\": \n} a=\n,b\\ c=\n\n").is_none();
        assert!(pattern);
        let pattern = Pattern::new(b"{\"the time\":\"\n\",\"v\": \n} a=\n,b\\ c=\n \n").unwrap();
        let names: Vec<_> = pattern.names().collect();
        assert_eq!(names, [Some(&b"the time"[..]), Some(b"v"), Some(b"a"), Some(b"b\\ c"), None]);
    }

    proptest! {
        #[test]
        fn found_fields_and_literals_are_the_line(pattern in "[a,\"=\n]{0,12}", line in "[ab,\"=]{0,20}") {
            let Some(pattern) = Pattern::new(pattern.as_bytes()) else { return Ok(()) };
            let mut places = vec![];
            if pattern.find(line.as_bytes(), 0, &mut places) {
                let mut back = vec![];
                for (index, literal) in pattern.literals().enumerate() {
                    back.extend_from_slice(literal);
                    if let Some((a, b)) = places.get(index) {
                        back.extend_from_slice(&line.as_bytes()[*a as usize..*b as usize]);
                    }
                }
                prop_assert_eq!(back, line.as_bytes());
            }
        }
    }
}
