//! What `inspect` and `check` call the things they find in a table.

use crate::text::plain;
use qres_core::table::{Format, Style};

/// How decimals of so many places at most are written.
pub(crate) fn places(places: u8) -> String {
    Format::Decimal { places, style: Style::Fixed }.to_string()
}

/// What ends a field.
pub(crate) fn delimiter(delimiter: &str, blanks: bool) -> String {
    match delimiter {
        " " if blanks => "blanks".into(),
        " " => "blank".into(),
        "\t" => "tab".into(),
        other => format!("`{}`", other.escape_default()),
    }
}

/// The name of a column: as the header gives it, else its number.
pub(crate) fn column(names: &[Option<Vec<u8>>], field: usize) -> String {
    match names.get(field).and_then(Option::as_ref).filter(|name| !name.is_empty()) {
        Some(name) => plain::printable(&String::from_utf8_lossy(name)),
        None => format!("#{}", field + 1),
    }
}

/// Names or figures one after the other; of many, the first.
pub(crate) fn list(items: &[String]) -> String {
    const MAX: usize = 12;
    let (shown, rest) = items.split_at(items.len().min(MAX));
    let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
    shown.join(", ") + &more
}
