//! Text without what could confuse a terminal, or whoever reads it there.

/// A value as one line of JSON that does no harm to a terminal either: what is [`misleading`] is escaped.
pub(crate) fn json(value: &impl serde::Serialize) -> String {
    let plain = serde_json::to_string(value).unwrap_or_default();
    let mut line = String::with_capacity(plain.len());
    for c in plain.chars() {
        match misleading(c) {
            // Such a letter can only stand in a string: JSON's own are plain ones.
            true => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| line += &format!("\\u{unit:04x}")),
            false => line.push(c),
        }
    }
    line
}

/// The name of an input for people, `-` being stdin.
pub(crate) fn label(plain: &str) -> String {
    if plain == "-" { "stdin".into() } else { printable(plain) }
}

/// Text without what could confuse a terminal, or whoever reads it there.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if misleading(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// Whether a letter steers a terminal, turns the direction of what follows, or cannot be seen at all.
fn misleading(c: char) -> bool {
    let steers = matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    c.is_control() || steers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_neither_steer_terminals_nor_turn_around() {
        let name = "a\u{202e}vsc.\u{1b}[2J\u{9b}x\u{200b}é";
        assert_eq!(printable(name), "a\u{fffd}vsc.\u{fffd}[2J\u{fffd}x\u{fffd}é");
        assert_eq!(json(&name), r#""a\u202evsc.\u001b[2J\u009bx\u200bé""#);
        assert_eq!(serde_json::from_str::<String>(&json(&name)).unwrap(), name);
        assert_eq!(json(&"\u{e0041}"), r#""\udb40\udc41""#);
    }
}
