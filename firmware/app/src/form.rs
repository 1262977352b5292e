//! The columns of a board's live link, and the text of its hello, which says how a host prints them. The first column is
//! the time in seconds since the board started, to the millisecond.

use alloc::vec::Vec;
use qres_core::{
    gene::Gene,
    live::{
        Column, Expert,
        form::{Form, Kind},
    },
    table::{Affix, Format, Layout, Shape, Style},
};

/// Decimals of the time.
const TIME_PLACES: u8 = 3;

/// What a column of samples is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sensor {
    /// Its name: no commas, no line ends.
    pub name: &'static str,
    /// Samples are in units of 10^-places.
    pub places: u8,
    /// How far what is sent may be from the sample, in those units; 0 is exact.
    pub within: u64,
}

/// The columns of the link, with what a gene knows of each sensor.
pub(crate) fn columns(sensors: &[Sensor], gene: Option<&Gene<'_>>) -> Vec<Column> {
    let expert = |column| gene?.linear(column).and_then(|linear| Expert::of(&linear));
    let sensors = sensors.iter().zip(1..);
    let sensors = sensors.map(|(sensor, at)| Column { within: sensor.within, expert: expert(at) });
    core::iter::once(Column::new(0)).chain(sensors).collect()
}

/// The text of the hello.
pub(crate) fn text(sensors: &[Sensor]) -> Vec<u8> {
    let mut names = Vec::from(*b"time");
    for sensor in sensors {
        names.push(b',');
        names.extend_from_slice(sensor.name.as_bytes());
    }
    names.push(b'\n');
    let time = Kind::Exact {
        affix: Affix::default(),
        format: Format::Decimal { places: TIME_PLACES, style: Style::Trimmed },
    };
    let kinds: Vec<Kind> = core::iter::once(time).chain(sensors.iter().map(kind)).collect();
    let (delimiter, columns, preamble) = (b',', kinds.len(), names);
    let shape = Shape { delimiter, quoted: false, blanks: false, columns, unnamed: false, preamble };
    Form { layout: Layout::Fields(shape), kinds, script: None }.text()
}

/// How the samples of a sensor are printed.
fn kind(sensor: &Sensor) -> Kind {
    let (affix, places) = (Affix::default(), sensor.places);
    match sensor.within {
        0 => Kind::Exact { affix, format: Format::Decimal { places, style: Style::Fixed } },
        within => Kind::Near { affix, places, trimmed: false, within },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_the_hello_stays_byte_for_byte() {
        let sensors =
            [Sensor { name: "t", places: 2, within: 5 }, Sensor { name: "s", places: 0, within: 0 }];
        let kinds = b"\x01\0\0\0\x01\x03\x02\0\0\0\x02\0\x01\0\0\0\0\0";
        assert_eq!(text(&sensors), [&b"\x01,\0\x03\x09time,t,s\n"[..], kinds].concat());
    }
}
