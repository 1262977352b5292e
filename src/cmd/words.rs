//! What `inspect` and `check` call the things they find in a table.

use qres_core::{
    codec::numbers::Map,
    table::{Format, Shape, Style, float::Line},
};

/// How numbers are written.
pub(crate) fn format(format: &Format) -> String {
    match format {
        Format::Decimal { places: 0, .. } => "integer".into(),
        Format::Decimal { places, style: Style::Fixed } => format!("decimal, {places} places"),
        Format::Decimal { places, style: Style::Trimmed } => format!("decimal, up to {places} places"),
        Format::Decimal { places, style: Style::Pointed } => format!("decimal, 1 to {places} places"),
        Format::Time(_) => "time".into(),
        Format::Float(float) => match float.line {
            Line::Decimal32(places) => format!("float32 of {places} decimals"),
            Line::Decimal64(places) => format!("float64 of {places} decimals"),
            Line::Ratio(denominator) | Line::RoundedRatio(denominator) => {
                format!("float64 of n/{denominator}")
            }
            Line::Step(_) => "float64 of steps".into(),
            Line::Bits32 => "float32".into(),
            Line::Bits64 => "float64".into(),
        },
    }
}

/// The number line that values live on.
pub(crate) fn map(map: Map) -> &'static str {
    match map {
        Map::Plain => "plain",
        Map::Scaled => "scaled",
        Map::Ranked => "ranked",
        Map::Parts => "parts",
        Map::Coupled => "coupled",
    }
}

/// What ends a field.
pub(crate) fn delimiter(shape: &Shape) -> String {
    match shape.delimiter {
        b' ' if shape.blanks => "blanks".into(),
        b' ' => "blank".into(),
        b'\t' => "tab".into(),
        other => format!("`{}`", other.escape_ascii()),
    }
}

/// The name of a column: as the header gives it, else its number.
pub(crate) fn column(names: &[Option<Vec<u8>>], field: usize) -> String {
    match names.get(field).and_then(Option::as_ref).filter(|name| !name.is_empty()) {
        Some(name) => printable(name),
        None => format!("#{}", field + 1),
    }
}

/// Text of any kind without what could confuse a terminal.
pub(crate) fn printable(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}
