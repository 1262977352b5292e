//! That a board's program has panicked, as its text says.
//!
//! ```text
//! ====================== PANIC ======================
//! panicked at src/main.rs:7:9:                                  the place
//! no                                                            the words, which may take more lines
//! ```

use crate::{failure::Failure, text::plain};

/// The text before the place in a panic's line.
const PLACE: &str = "panicked at ";

/// A panic, as far as it is known.
#[derive(Debug, Default)]
pub(crate) struct Panic {
    place: Option<String>,
    words: Option<String>,
}

impl Panic {
    /// Takes a line of text; tells whether now all that is to be said of a panic is known.
    pub(crate) fn hear(&mut self, line: &str) -> bool {
        let line = plain::printable(anstream::adapter::strip_str(line).to_string().trim());
        if let Some((_, place)) = line.split_once(PLACE) {
            (self.place, self.words) = (Some(place.trim_end_matches(':').to_owned()), None);
            return false;
        }
        let awaited = self.place.is_some() && self.words.is_none() && !line.is_empty();
        if awaited {
            self.words = Some(line);
        }
        awaited
    }

    /// What is to be said of it, if there was one, of the board `name`.
    pub(crate) fn failure(&self, name: &str) -> Option<Failure> {
        let place = self.place.as_ref()?;
        let words = self.words.as_ref().map(|words| format!(": {words}")).unwrap_or_default();
        Some(Failure::unreachable(
            format!("{name}: the board's program has panicked at {place}{words}"),
            "its watchdog starts it anew; `qres flash --monitor` shows all that it says, and with `--elf` or `--build` \
                   the places in its source",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_known_by_its_place_and_words() {
        let mut panic = Panic::default();
        let lines =
            ["I (24) boot", "==== PANIC ====", "\x1b[31mpanicked at src/main.rs:7:9:", "", "no \u{202e}way"];
        let known: Vec<bool> = lines.iter().map(|line| panic.hear(line)).collect();
        assert_eq!(known, [false, false, false, false, true]);
        assert!(!panic.hear("Backtrace:"));
        let failure = panic.failure("port").unwrap().to_string();
        assert!(
            failure.starts_with("port: the board's program has panicked at src/main.rs:7:9: no "),
            "{failure}"
        );
        assert!(!failure.contains('\u{202e}'));
        assert!(Panic::default().failure("port").is_none());
    }
}
