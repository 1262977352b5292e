//! English names of months and weekdays, and how they are written.

/// January first.
pub(super) const MONTHS: [&[u8]; 12] = [
    b"january",
    b"february",
    b"march",
    b"april",
    b"may",
    b"june",
    b"july",
    b"august",
    b"september",
    b"october",
    b"november",
    b"december",
];
/// Sunday first.
pub(super) const WEEKDAYS: [&[u8]; 7] =
    [b"sunday", b"monday", b"tuesday", b"wednesday", b"thursday", b"friday", b"saturday"];

/// Letters of an abbreviated name.
const SHORT: usize = 3;

/// Whether a word is a month, a weekday or a half of the day, in any case.
pub(super) fn is_name(word: &[u8]) -> bool {
    let is = |name: &[u8]| name.eq_ignore_ascii_case(word);
    let mut days_and_months = MONTHS.iter().chain(&WEEKDAYS);
    is(b"am") || is(b"pm") || days_and_months.any(|name| is(name) || name.get(..SHORT).is_some_and(is))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// The first letter is a capital.
    Title,
    Upper,
    Lower,
}

/// How a name is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Style {
    pub(super) long: bool,
    pub(super) case: Case,
}

impl Style {
    pub(super) const ALL: [Self; 6] = [
        Self { long: false, case: Case::Title },
        Self { long: false, case: Case::Upper },
        Self { long: false, case: Case::Lower },
        Self { long: true, case: Case::Title },
        Self { long: true, case: Case::Upper },
        Self { long: true, case: Case::Lower },
    ];

    /// The letters of a name in this style.
    pub(super) fn write(self, name: &'static [u8]) -> impl Iterator<Item = u8> {
        let length = if self.long { name.len() } else { SHORT };
        name.iter().take(length).enumerate().map(move |(at, letter)| match self.case {
            Case::Title if at == 0 => letter.to_ascii_uppercase(),
            Case::Upper => letter.to_ascii_uppercase(),
            Case::Title | Case::Lower => *letter,
        })
    }

    /// Which of the names stands at the start of `text` in this style, and what follows it.
    pub(super) fn read<'t>(self, names: &[&'static [u8]], text: &'t [u8]) -> Option<(u32, &'t [u8])> {
        (0..).zip(names).find_map(|(number, name)| {
            let mut rest = text;
            for letter in self.write(name) {
                rest = rest.strip_prefix(&[letter])?;
            }
            Some((number, rest))
        })
    }

    /// The style in which `word` is one of the names; of May, the short one.
    pub(super) fn of(names: &[&'static [u8]], word: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|style| style.read(names, word).is_some_and(|(_, rest)| rest.is_empty()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_tell_their_style() {
        let style = |long, case| Some(Style { long, case });
        assert_eq!(Style::of(&MONTHS, b"Jan"), style(false, Case::Title));
        assert_eq!(Style::of(&MONTHS, b"SEPTEMBER"), style(true, Case::Upper));
        assert_eq!(Style::of(&MONTHS, b"may"), style(false, Case::Lower));
        assert_eq!(Style::of(&WEEKDAYS, b"Wed"), style(false, Case::Title));
        for word in [&b"Mayo"[..], b"Sept", b"jAN", b"", b"J"] {
            assert_eq!(Style::of(&MONTHS, word), None);
        }
    }
}
