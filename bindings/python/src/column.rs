//! Columns of values as Arrow lays them out: bits that say which values are there, values, and where texts end.

use pyo3::{prelude::*, types::PyBytes};
use qres_core::{
    num::Decimal,
    value::{Data, Range, Summary, Type, Unit, Values},
};

/// How many values are missing, which are there (nothing if all are), the values, and where texts end.
pub(crate) type Column<'py> =
    (usize, Option<Bound<'py, PyBytes>>, Bound<'py, PyBytes>, Option<Bound<'py, PyBytes>>);

/// How many cells are blank, how many are words for a missing value, and the kind, the least and the most of the others.
pub(crate) type Known = (u64, u64, Option<(String, String, String)>);

/// Returns what is known of the cells of a column; of a kind that has no bounds these are empty.
pub(crate) fn known(summary: &Summary) -> Known {
    let number = |decimal: Decimal| format!("{}e-{}", decimal.mantissa, decimal.places);
    let range = match summary.range {
        Range::Empty => None,
        Range::Numbers { min, max, .. } => Some(("number".into(), number(min), number(max))),
        Range::Times { min, max, .. } => {
            Some((kind::name(Type::of(summary)), min.to_string(), max.to_string()))
        }
        Range::Long | Range::Other => Some(("other".into(), String::new(), String::new())),
    };
    (summary.blank, summary.missing, range)
}

/// Returns the buffers of a column.
pub(crate) fn laid_out<'py>(py: Python<'py>, kind: Type, values: &Values) -> PyResult<Column<'py>> {
    let validity = (values.nulls > 0).then(|| PyBytes::new(py, &values.validity));
    let (data, offsets) = match (&values.data, kind) {
        (Data::Null(_), _) => (PyBytes::new(py, &[]), None),
        (Data::Integers(all), Type::Decimal { .. }) => {
            (bytes(py, all.iter().map(|value| i128::from(*value).to_le_bytes()))?, None)
        }
        (Data::Integers(all), Type::Time { unit: Unit::Day, .. }) => {
            // Dates of 32 bits reach to the year 5,881,580.
            (bytes(py, all.iter().map(|value| (*value as i32).to_le_bytes()))?, None)
        }
        (Data::Integers(all), _) => (bytes(py, all.iter().map(|value| value.to_le_bytes()))?, None),
        (Data::Floats(all), _) => (bytes(py, all.iter().map(|value| value.to_le_bytes()))?, None),
        (Data::Texts { bytes: text, offsets }, _) => {
            let ends = bytes(py, offsets.iter().map(|offset| offset.to_le_bytes()))?;
            (PyBytes::new(py, text), Some(ends))
        }
    };
    Ok((values.nulls, validity, data, offsets))
}

/// Returns values one after the other.
fn bytes<const N: usize>(
    py: Python<'_>,
    values: impl ExactSizeIterator<Item = [u8; N]>,
) -> PyResult<Bound<'_, PyBytes>> {
    PyBytes::new_with(py, values.len() * N, |room| {
        let (places, _) = room.as_chunks_mut();
        places.iter_mut().zip(values).for_each(|(place, value)| *place = value);
        Ok(())
    })
}

/// Kinds of columns as words: `null`, `integer`, `decimal 2`, `float`, `time ms`, `time ms zoned`, `text`.
pub(crate) mod kind {
    use pyo3::{exceptions::PyValueError, prelude::*};
    use qres_core::value::{Type, Unit};

    const UNITS: [(&str, Unit); 5] = [
        ("day", Unit::Day),
        ("s", Unit::Second),
        ("ms", Unit::Millisecond),
        ("us", Unit::Microsecond),
        ("ns", Unit::Nanosecond),
    ];

    /// Returns the words for a kind.
    pub(crate) fn name(kind: Type) -> String {
        match kind {
            Type::Null => "null".into(),
            Type::Integer => "integer".into(),
            Type::Decimal { places } => format!("decimal {places}"),
            Type::Float => "float".into(),
            Type::Time { unit, zoned } => {
                let word = UNITS.iter().find(|(_, other)| *other == unit).map_or("ns", |(word, _)| word);
                format!("time {word}{}", if zoned { " zoned" } else { "" })
            }
            Type::Text => "text".into(),
        }
    }

    /// Parses the words for a kind.
    pub(crate) fn parse(words: &str) -> PyResult<Type> {
        let unit = |word: &str| UNITS.iter().find(|(other, _)| *other == word).map(|(_, unit)| *unit);
        let kind = match *words.split(' ').collect::<Vec<_>>() {
            ["null"] => Some(Type::Null),
            ["integer"] => Some(Type::Integer),
            ["decimal", places] => places.parse().ok().map(|places| Type::Decimal { places }),
            ["float"] => Some(Type::Float),
            ["time", word] => unit(word).map(|unit| Type::Time { unit, zoned: false }),
            ["time", word, "zoned"] => unit(word).map(|unit| Type::Time { unit, zoned: true }),
            ["text"] => Some(Type::Text),
            _ => None,
        };
        kind.ok_or_else(|| PyValueError::new_err(format!("there is no kind `{words}`")))
    }
}
