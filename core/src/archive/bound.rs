//! Bounds as people give them: for all columns, or for those of a name or number.

use crate::{
    error::Unbounded,
    frame::{Header, Sample, Tolerance, Tolerances},
    num::Decimal,
    table::{Cover, Layout, Schema, Script},
};
use alloc::{borrow::ToOwned, string::String, vec::Vec};

/// How far numbers may move: those of one column, or of all that have no bound of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// The column's name, or its number from 1; all columns if there is none.
    pub column: Option<String>,
    /// How far.
    pub tolerance: Tolerance,
}

impl Bound {
    /// The same for all columns.
    pub fn all(tolerance: Tolerance) -> Self {
        Self { column: None, tolerance }
    }

    /// Parses `0.05`, `1%`, `temp=0.05` or `3=1%`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (column, bound) = match text.rsplit_once('=') {
            Some(("", _)) => return None,
            Some((column, bound)) => (Some(column.to_owned()), bound),
            None => (None, text),
        };
        Some(Self { column, tolerance: Tolerance::parse(bound.trim())? })
    }

    /// Refuses `bounds` that cannot be meant, whatever the text is.
    ///
    /// # Errors
    ///
    /// [`Unbounded::Twice`] and [`Unbounded::Floats`].
    pub fn check(bounds: &[Self], raw: Option<Sample>) -> Result<(), Unbounded> {
        for (at, bound) in bounds.iter().enumerate() {
            if bounds.iter().take(at).any(|other| other.column == bound.column) {
                return Err(Unbounded::Twice(bound.column.clone()));
            }
        }
        if !bounds.is_empty() && raw.is_some_and(Sample::is_float) { Err(Unbounded::Floats) } else { Ok(()) }
    }

    /// Returns how far the numbers of each column that `header` knows may move: the tightest of the bounds given to the
    /// names of its cells, or that for all columns if they have none.
    ///
    /// # Errors
    ///
    /// A bound whose column does not exist, or is not one column.
    pub fn tolerances(bounds: &[Self], header: &Header) -> Result<Tolerances, Unbounded> {
        let all = bounds.iter().find(|bound| bound.column.is_none());
        let mut tolerances = Tolerances::new(all.map_or(Tolerance::EXACT, |all| all.tolerance));
        let mut covers = Vec::new();
        for Self { column, tolerance } in bounds {
            if let Some(name) = column {
                covers.push((cover(name, *tolerance, &header.schema)?, *tolerance));
            }
        }
        for (cover, tolerance) in &covers {
            for column in &cover.whole {
                let own = if tolerances.has_own(*column) { tolerances.of(*column) } else { *tolerance };
                tolerances.set(*column, own.tighter(*tolerance));
            }
        }
        for (cover, tolerance) in &covers {
            for column in &cover.partial {
                let both = tolerances.of(*column).tighter(*tolerance);
                if both != tolerances.of(*column) {
                    tolerances.set(*column, both);
                }
            }
        }
        Ok(tolerances)
    }
}

impl Bound {
    /// Refuses `text` of a segment if a line in it names columns in another order than `header`.
    ///
    /// # Errors
    ///
    /// [`Unbounded::Moved`].
    pub fn check_text(bounds: &[Self], header: &Header, text: &[u8]) -> Result<(), Unbounded> {
        match &header.schema {
            Schema::Table(layout) if bounds.iter().any(|bound| bound.column.is_some()) => {
                Self::check_names(bounds, layout, &Script::lines_of(text))
            }
            _ => Ok(()),
        }
    }

    /// Refuses `lines` if one names columns in another order than `layout`.
    ///
    /// # Errors
    ///
    /// [`Unbounded::Moved`].
    pub fn check_names(bounds: &[Self], layout: &Layout, lines: &[u8]) -> Result<(), Unbounded> {
        let names = layout.names();
        for name in bounds.iter().filter_map(|bound| bound.column.as_deref()) {
            let mut last = 0;
            for at in memchr::memmem::find_iter(lines, name.as_bytes()) {
                if at < last {
                    continue;
                }
                let (before, behind) = lines.split_at_checked(at).unwrap_or((lines, &[]));
                let start = memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
                last = memchr::memchr(b'\n', behind).map_or(lines.len(), |end| at + end);
                if moves(layout, &names, name.as_bytes(), lines.get(start..last).unwrap_or_default()) {
                    return Err(Unbounded::Moved(name.to_owned()));
                }
            }
        }
        Ok(())
    }
}

/// Whether a line names columns, without a number in it, and gives `name` to one that has another.
fn moves(layout: &Layout, names: &[Option<Vec<u8>>], name: &[u8], line: &[u8]) -> bool {
    let (mut known, mut moved, mut numbers) = (0, false, false);
    layout.cells(line, |column, cell| {
        let cell = cell.trim_ascii();
        let cell = cell.strip_prefix(b"\"").and_then(|cell| cell.strip_suffix(b"\"")).unwrap_or(cell);
        known += usize::from(names.iter().flatten().any(|name| name == cell));
        moved |= cell == name && names.get(column).and_then(Option::as_deref) != Some(name);
        numbers |= Decimal::parse(cell).is_some();
    });
    moved && !numbers && known > 1
}

/// The columns of that name or number.
fn cover(name: &str, tolerance: Tolerance, schema: &Schema) -> Result<Cover, Unbounded> {
    match schema {
        Schema::Table(layout) => cover_of(layout, name, tolerance),
        Schema::Bytes | Schema::Learnt { .. } => Err(Unbounded::NoTable(name.to_owned())),
        Schema::Raw(raw) => {
            let channel = number(name).filter(|channel| *channel < usize::from(raw.channels));
            let channel = channel.ok_or_else(|| Unbounded::NoChannel(name.to_owned(), raw.channels))?;
            Ok(Cover { known: true, whole: [channel].into(), ..Cover::default() })
        }
    }
}

fn cover_of(layout: &Layout, name: &str, tolerance: Tolerance) -> Result<Cover, Unbounded> {
    let by_name = Cover::of(layout, name.as_bytes());
    if by_name.known {
        let shared = by_name.whole.is_empty() && !tolerance.is_exact();
        return if shared { Err(Unbounded::Shared(name.to_owned())) } else { Ok(by_name) };
    }
    let by_number = number(name).and_then(|number| Cover::column(layout, number));
    by_number.ok_or_else(|| Unbounded::NoColumn(name.to_owned()))
}

/// A number counted from 1 as one from 0.
fn number(name: &str) -> Option<usize> {
    name.parse::<usize>().ok()?.checked_sub(1)
}
