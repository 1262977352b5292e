//! A column of values in the form that Arrow has it: values one after the other, and a bit for each that says whether it is
//! there.

use super::{
    bare, is_missing,
    kind::Type,
    number::{self, Number},
    summary::{count, time, unit},
};
use alloc::vec::Vec;

/// The values of a column in some rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Values {
    /// The values; anything where there is none.
    pub data: Data,
    /// A bit a row, the lowest of the first byte first: 1 where there is a value. Empty if no value is missing.
    pub validity: Vec<u8>,
    /// Rows that have no value.
    pub nulls: usize,
}

/// Values one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// So many rows without a value.
    Null(usize),
    /// Integers, mantissas of decimals, counts of times: what they count, the column's [`Type`] says.
    Integers(Vec<i64>),
    /// The bits of doubles.
    Floats(Vec<u64>),
    /// Texts.
    Texts {
        /// All of them.
        bytes: Vec<u8>,
        /// Where the first begins, and where each ends.
        offsets: Vec<i32>,
    },
}

impl Data {
    fn new(kind: Type) -> Self {
        match kind {
            Type::Null => Self::Null(0),
            Type::Integer | Type::Decimal { .. } | Type::Time { .. } => Self::Integers(Vec::new()),
            Type::Float => Self::Floats(Vec::new()),
            Type::Text => Self::Texts { bytes: Vec::new(), offsets: alloc::vec![0] },
        }
    }

    /// Returns how many rows there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Null(rows) => *rows,
            Self::Integers(values) => values.len(),
            Self::Floats(values) => values.len(),
            Self::Texts { offsets, .. } => offsets.len().saturating_sub(1),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends what stands where there is no value.
    fn push_nothing(&mut self) {
        match self {
            Self::Null(rows) => *rows += 1,
            Self::Integers(values) => values.push(0),
            Self::Floats(values) => values.push(0),
            Self::Texts { bytes, offsets } => offsets.push(bytes.len() as i32),
        }
    }

    /// Appends the value of a bare cell, or of a whole one where texts are wanted; `None` if it has another type.
    fn push(&mut self, kind: Type, cell: &[u8], bare: &[u8]) -> Option<()> {
        match (self, kind) {
            (Self::Integers(values), kind) => values.push(integer(kind, bare)?),
            (Self::Floats(values), _) => values.push(number::double(bare)?),
            (Self::Texts { bytes, offsets }, _) => {
                unquote(cell, bytes);
                offsets.push(i32::try_from(bytes.len()).ok()?);
            }
            (Self::Null(_), _) => return None,
        }
        Some(())
    }
}

impl Values {
    /// Returns the values of cells; `None` if one of them is not of that type.
    pub(crate) fn of<'c>(kind: Type, cells: impl Iterator<Item = &'c [u8]>) -> Option<Self> {
        let mut values = Self { data: Data::new(kind), validity: Vec::new(), nulls: 0 };
        for cell in cells {
            let bare = bare(cell);
            let is_null = if kind == Type::Text { cell.trim_ascii().is_empty() } else { is_missing(bare) };
            match is_null {
                true => values.push_null(),
                false => values.data.push(kind, cell, bare)?,
            }
            values.mark(!is_null);
        }
        Some(values)
    }

    /// Returns so many integers, all of which are there.
    pub(crate) fn of_integers(values: Vec<i64>) -> Self {
        Self { data: Data::Integers(values), validity: Vec::new(), nulls: 0 }
    }

    /// Returns so many doubles, all of which are there.
    pub(crate) fn of_doubles(values: Vec<u64>) -> Self {
        Self { data: Data::Floats(values), validity: Vec::new(), nulls: 0 }
    }

    fn push_null(&mut self) {
        if self.nulls == 0 {
            let rows = self.data.len();
            self.validity = alloc::vec![u8::MAX; rows / 8];
            self.validity.push((1 << (rows % 8)) - 1);
        }
        self.nulls += 1;
        self.data.push_nothing();
    }

    /// Says whether the value that was appended is there.
    fn mark(&mut self, is_there: bool) {
        if self.nulls == 0 {
            return;
        }
        let row = self.data.len() - 1;
        if self.validity.len() <= row / 8 {
            self.validity.push(0);
        }
        if let Some(byte) = self.validity.get_mut(row / 8) {
            let bit = 1 << (row % 8);
            *byte = if is_there { *byte | bit } else { *byte & !bit };
        }
    }

    /// Returns how many rows there are.
    pub fn len(&self) -> usize {
        self.data.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    /// Whether there is a value in that row.
    pub fn is_valid(&self, row: usize) -> bool {
        match self.data {
            Data::Null(_) => false,
            _ if self.nulls == 0 => row < self.len(),
            _ => {
                row < self.len() && self.validity.get(row / 8).is_some_and(|byte| byte >> (row % 8) & 1 == 1)
            }
        }
    }
}

/// The integer that a bare cell stands for, if it has that type.
fn integer(kind: Type, bare: &[u8]) -> Option<i64> {
    match kind {
        Type::Time { unit: finest, zoned } => {
            let moment = time(bare)?;
            let fits = unit(&moment)? <= finest && moment.ahead().is_some() == zoned;
            count(&moment, finest).filter(|_| fits)
        }
        Type::Decimal { places } => {
            let decimal = Number::parse(bare)?.decimal()?;
            decimal.rounded(places).filter(|_| decimal.places <= places)
        }
        _ => Number::parse(bare)?.decimal().filter(|decimal| decimal.places == 0).map(|whole| whole.mantissa),
    }
}

/// Appends a cell's text without the quotes that tables put around some: between them, two stand for one.
fn unquote(cell: &[u8], out: &mut Vec<u8>) {
    let quoted = cell.strip_prefix(b"\"").and_then(|cell| cell.strip_suffix(b"\""));
    let Some(quoted) = quoted else { return out.extend_from_slice(cell) };
    let mut last = 0;
    for byte in quoted {
        let doubled = *byte == b'"' && last == b'"';
        if !doubled {
            out.push(*byte);
        }
        last = if doubled { 0 } else { *byte };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Summary, Unit};

    fn of(cells: &[&str]) -> Values {
        let bytes = || cells.iter().map(|cell| cell.as_bytes());
        Values::of(Type::of(&Summary::of(bytes())), bytes()).unwrap()
    }

    #[test]
    fn cells_are_values() {
        assert_eq!(of(&["1.5", "-2"]), Values::of_integers([15, -20].into()));
        assert_eq!(of(&["1e-30"]), Values::of_doubles([1e-30_f64.to_bits()].into()));
        assert_eq!(of(&["1970-01-02", "1970-01-01 00:00:03"]).data, Data::Integers([86_400, 3].into()));
        assert_eq!(of(&["1969-12-31T23:00:00-01:30"]).data, Data::Integers([1800].into()));
        let texts = of(&["\"a \"\"b\"\"\"", "", "NA", " c"]);
        let Data::Texts { bytes, offsets } = &texts.data else { panic!("{texts:?}") };
        assert_eq!((&**bytes, &**offsets), (&b"a \"b\"NA c"[..], &[0, 5, 5, 7, 9][..]));
        assert_eq!((texts.nulls, &*texts.validity), (1, &[0b1101][..]));
    }

    #[test]
    fn missing_values_are_marked() {
        let mut cells = std::vec!["7"; 20];
        (cells[8], cells[17]) = ("", "NA");
        let values = of(&cells);
        assert_eq!((values.nulls, values.len()), (2, 20));
        let there: Vec<usize> = (0..21).filter(|row| !values.is_valid(*row)).collect();
        assert_eq!(there, [8, 17, 20]);
        assert_eq!(of(&["", "NA"]).data, Data::Null(2));
    }

    #[test]
    fn what_has_another_type_is_refused() {
        let values = |kind, cell: &str| Values::of(kind, core::iter::once(cell.as_bytes()));
        for (kind, cell) in [
            (Type::Null, "1"),
            (Type::Integer, "1.5"),
            (Type::Decimal { places: 1 }, "1.25"),
            (Type::Decimal { places: 18 }, "100"),
            (Type::Float, "word"),
            (Type::Time { unit: Unit::Second, zoned: false }, "2025-01-01 00:00:00.5"),
            (Type::Time { unit: Unit::Second, zoned: false }, "2025-01-01 00:00:00Z"),
            (Type::Time { unit: Unit::Second, zoned: false }, "1"),
        ] {
            assert_eq!(values(kind, cell), None, "{kind:?} {cell}");
        }
    }
}
