//! What `inspect` and `check` call the things they find in a table.

use crate::text::{plain, units};
use qres_core::{
    codec::numbers::{Map, Tag},
    frame::Arrangement,
    table::{Format, Style, float::Line},
};

/// How numbers are written.
pub(crate) fn format(format: &Format) -> String {
    match format {
        Format::Decimal { places: 0, .. } => "integer".into(),
        Format::Decimal { places, style: Style::Fixed } => format!("decimal, {}", count(*places)),
        Format::Decimal { places, style: Style::Trimmed } => format!("decimal, up to {}", count(*places)),
        Format::Decimal { places: 1, style: Style::Pointed } => "decimal, 1 place".into(),
        Format::Decimal { places, style: Style::Pointed } => format!("decimal, 1 to {}", count(*places)),
        Format::Time(_) => "time".into(),
        Format::Hex(_) => "hexadecimal".into(),
        Format::Significant(line, _) => format!("decimal, {} digits", line.digits()),
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

/// How decimals of so many places at most are written.
pub(crate) fn places(places: u8) -> String {
    if places == 0 { "integer".into() } else { format!("decimal, {}", count(places)) }
}

fn count(places: u8) -> String {
    units::count(places.into(), "place")
}

/// What numbers were made to before they were coded.
pub(crate) fn map(arrangement: Arrangement) -> &'static str {
    match arrangement {
        Arrangement::Line(tag) => line(tag),
        Arrangement::Grouped => "grouped",
        Arrangement::Standard => "samples",
    }
}

fn line(tag: Tag) -> &'static str {
    match tag.map {
        _ if tag.is_modelled() => "modelled",
        Map::Plain => "plain",
        Map::Scaled => "scaled",
        Map::Ranked => "ranked",
        Map::Parts => "parts",
        Map::Coupled => "coupled",
        Map::Bent => "bent",
        Map::Dated => "dated",
    }
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
