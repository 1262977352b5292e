//! Lines of a stream and where they are missing, as the log takes and gives them.

/// A line that is put into a log, with its line end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line<'a> {
    /// Names of columns, which hold for the rows after them.
    Names(&'a [u8]),
    /// A row.
    Row(&'a [u8]),
}

/// What a log gives for the numbers that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry<'a> {
    /// Names of columns.
    Names { number: u64, bytes: &'a [u8] },
    /// A row, whose numbers were moved within the bound of [`super::Keep::degrade`] unless it is `exact`.
    Row { number: u64, bytes: &'a [u8], exact: bool },
    /// Numbers whose lines are not here.
    Gap { first: u64, rows: u64, why: Why },
}

/// Why lines are not in a log. The numbers are written to disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// They never came.
    Lost = 0,
    /// Everybody had them.
    Released = 1,
    /// There was no room for them.
    Room = 2,
    /// They were too old.
    Age = 3,
    /// The disk gave them back damaged, or not at all.
    Damaged = 4,
}

impl Why {
    /// Returns the reason with that number.
    pub(crate) fn new(number: u8) -> Option<Self> {
        [Self::Lost, Self::Released, Self::Room, Self::Age, Self::Damaged].get(usize::from(number)).copied()
    }
}

impl<'a> Entry<'a> {
    /// Returns the number after those of the entry.
    pub(crate) fn end(&self) -> u64 {
        match self {
            Self::Names { number, .. } | Self::Row { number, .. } => number + 1,
            Self::Gap { first, rows, .. } => first + rows,
        }
    }

    /// Returns the bytes of its line; a gap has none.
    pub(crate) fn bytes(&self) -> &'a [u8] {
        match self {
            Self::Names { bytes, .. } | Self::Row { bytes, .. } => bytes,
            Self::Gap { .. } => &[],
        }
    }

    /// Returns what is in it of the numbers from `from` on.
    pub(super) fn since(self, from: u64) -> Option<Self> {
        match self {
            Self::Gap { first, why, .. } => {
                let (rows, first) = (self.end().checked_sub(from.max(first))?, from.max(first));
                (rows > 0).then_some(Self::Gap { first, rows, why })
            }
            _ => (self.end() > from).then_some(self),
        }
    }
}
