//! Ranges of rows and segments.

/// Numbers from `start` (included) to `end` (not included), counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// The first.
    pub(crate) start: u64,
    /// The one after the last.
    pub(crate) end: u64,
}

impl Span {
    /// All there are.
    pub(crate) const ALL: Self = Self { start: 0, end: u64::MAX };
}

/// Reads `3..7`, `3..`, `..7` or `3`.
pub(crate) fn parse_span(text: &str) -> Result<Span, String> {
    let number = |part: &str, default: u64| match part {
        "" => Ok(default),
        digits => digits.parse::<u64>().map_err(|_| "a range is `3..7`, `3..`, `..7` or `3`".to_owned()),
    };
    let span = match text.split_once("..") {
        Some((start, end)) => Span { start: number(start, 0)?, end: number(end, u64::MAX)? },
        None if text.is_empty() => return Err("a range is `3..7`, `3..`, `..7` or `3`".into()),
        None => {
            let start = number(text, 0)?;
            Span { start, end: start.saturating_add(1) }
        }
    };
    if span.start > span.end { Err("the range ends before it starts".into()) } else { Ok(span) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_half_open() {
        for (text, start, end) in
            [("3..7", 3, 7), ("3..", 3, u64::MAX), ("..7", 0, 7), ("3", 3, 4), ("..", 0, u64::MAX)]
        {
            assert_eq!(parse_span(text), Ok(Span { start, end }), "{text}");
        }
        for wrong in ["", "7..3", "a..b", "1..2..3", "-1..", "3-7"] {
            assert!(parse_span(wrong).is_err(), "{wrong}");
        }
    }
}
