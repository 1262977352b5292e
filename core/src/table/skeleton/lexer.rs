//! What may vary in a line: quoted strings, numbers, times, words. The rest, names before a colon or an equals sign
//! included, is taken to be the same in all lines of a sort.

use alloc::{collections::BTreeMap, vec::Vec};

/// Words that vary though nearly all lines of a short time have the same.
const CALENDAR: [&[u8]; 19] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec", b"Mon",
    b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun",
];

/// How often each word of prose occurs.
pub(super) type Words<'l> = BTreeMap<&'l [u8], usize>;

/// Where the fields of a line are.
#[derive(Debug, Default)]
pub(super) struct Fields {
    places: Vec<(usize, usize)>,
}

impl Fields {
    /// Finds the fields of a line; words of prose that are in `fixed` are none.
    pub(super) fn of(line: &[u8], fixed: &Words<'_>) -> Self {
        let mut fields = Self::default();
        let mut at = 0;
        while let Some(byte) = line.get(at) {
            at = match byte {
                b'"' => fields.quoted(line, at),
                byte if is_separator(*byte) || b"():'.!?#\\".contains(byte) => at + 1,
                _ => fields.run(line, at, fixed),
            };
        }
        fields
    }

    /// Counts the words of prose.
    pub(super) fn count<'l>(&self, line: &'l [u8], words: &mut Words<'l>) {
        for place in &self.places {
            if let Some(word) = prose(line, *place) {
                *words.entry(word).or_default() += 1;
            }
        }
    }

    /// The line with a line end for each field.
    pub(super) fn pattern(&self, line: &[u8]) -> Vec<u8> {
        let mut pattern = Vec::with_capacity(line.len());
        let mut behind = 0;
        for (start, end) in &self.places {
            pattern.extend_from_slice(line.get(behind..*start).unwrap_or_default());
            pattern.push(b'\n');
            behind = *end;
        }
        pattern.extend_from_slice(line.get(behind..).unwrap_or_default());
        pattern
    }

    /// A string between quotes, unless a colon behind it makes it a name; gives the place behind it.
    fn quoted(&mut self, line: &[u8], at: usize) -> usize {
        let start = at + 1;
        let inside = line.get(start..).unwrap_or_default();
        let mut escaped = false;
        let length = inside.iter().position(|byte| {
            let closing = *byte == b'"' && !escaped;
            escaped = *byte == b'\\' && !escaped;
            closing
        });
        let Some(end) = length.map(|length| start + length) else { return start };
        let behind = line.get(end + 1..).unwrap_or_default();
        if behind.trim_ascii_start().first() != Some(&b':') {
            self.places.push((start, end));
        }
        end + 1
    }

    /// A number, a time or a word; gives the place behind it.
    fn run(&mut self, line: &[u8], start: usize, fixed: &Words<'_>) -> usize {
        let run = line.get(start..).unwrap_or_default();
        let mut escaped = false;
        let length = run.iter().position(|byte| {
            let separates = is_separator(*byte) && !escaped;
            escaped = *byte == b'\\' && !escaped;
            separates
        });
        let mut run = run.get(..length.unwrap_or(run.len())).unwrap_or_default();
        let opens = run.contains(&b'(');
        while let [rest @ .., last] = run
            && (b":.!?'".contains(last) || (*last == b')' && !opens))
        {
            run = rest;
        }
        let end = start + run.len().max(1);
        let behind = line.get(end..).unwrap_or_default();
        let is_name = match behind {
            [b'=', ..] => true,
            [b':'] | [b':', b' ', ..] => run.iter().all(u8::is_ascii_alphabetic),
            _ => false,
        };
        let is_fixed = || prose(line, (start, end)).is_some_and(|word| fixed.contains_key(word));
        if !is_name && !is_fixed() {
            self.places.push((start, end));
        }
        end
    }
}

/// The word in a place, if it is one of prose: letters between blanks.
fn prose(line: &[u8], (start, end): (usize, usize)) -> Option<&[u8]> {
    let before = start.checked_sub(1).and_then(|before| line.get(before));
    let word = line.get(start..end)?;
    let alone =
        before.is_none_or(|byte| *byte == b' ') && line.get(end).is_none_or(|byte| b" .,:".contains(byte));
    let letters = word.iter().all(u8::is_ascii_alphabetic);
    (alone && letters && !word.is_empty() && !CALENDAR.contains(&word)).then_some(word)
}

fn is_separator(byte: u8) -> bool {
    matches!(
        byte,
        b' ' | b'\t'
            | b','
            | b';'
            | b'"'
            | b'{'
            | b'}'
            | b'['
            | b']'
            | b'='
            | b'|'
            | b'<'
            | b'>'
            | b'\r'
            | b'\n'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{string::String, vec};

    fn pattern(line: &str) -> String {
        let pattern = Fields::of(line.as_bytes(), &Words::new()).pattern(line.as_bytes());
        String::from_utf8(pattern).unwrap().replace('\n', "_")
    }

    #[test]
    fn names_stay_and_values_go() {
        for (line, expected) in [
            (r#"{"t":1,"s":"a \"b\"","x":[1,-2.5],"ok":true}"#, r#"{"t":_,"s":"_","x":[_,_],"ok":_}"#),
            ("weather,station=a t=21.5,h=40i 1700000000", "_,station=_ t=_,h=_ _"),
            (r#"ts=2024-01-01T00:00:00Z msg="all well""#, r#"ts=_ msg="_""#),
            ("Jan  5 10:00:01 host sshd[12]: bad: x (y)", "_  _ _ _ _[_]: bad: _ (_)"),
            (r"p\ (mbar)=1008.89", r"p\ (mbar)=_"),
            ("10.0.0.1 - - [x] \"open", "_ _ _ [_] \"_"),
        ] {
            assert_eq!(pattern(line), expected);
        }
    }

    #[test]
    fn frequent_words_of_prose_are_fixed() {
        let line = b"started session 5 for bob, level=info";
        let fixed: Words<'_> = vec![(&b"started"[..], 9), (b"info", 9)].into_iter().collect();
        assert_eq!(Fields::of(line, &fixed).pattern(line), b"started \n \n \n \n, level=\n");
    }
}
