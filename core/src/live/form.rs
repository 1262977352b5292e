//! How the lines of a link are written: what its hello says to whoever prints them.
//!
//! ```text
//! text := version u8 = 1 | layout | kind x columns | [script]  layout and script: as in archives; a row has a cell in each
//!                                                              column, and the script is UTF-16 or CR as line end
//! kind := 0                                                    words
//!       | 1 affix format                                       cells that are written just so, exact
//!       | 2 affix places u8 style u8                           numbers within a bound, printed with so many decimals:
//!                                                              0 all of them, 1 without zeros at the end
//! ```
//! What a cell of another kind holds is sent as a word, byte for byte. Whoever sends rows of text finds a form for them; a
//! board has one of its own.

mod kind;

pub use kind::{Fit, Kind};

use super::{Cell, Column};
use crate::{
    entropy::Cursor,
    error::Error,
    table::{Layout, Script},
};
use alloc::vec::Vec;

/// Wire: the version of the text.
const VERSION: u8 = 1;
/// Limit: bytes before, between and behind cells, on an average.
const MAX_AROUND: usize = 64;

/// How all lines are written.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// What stands between cells.
    pub layout: Layout,
    /// How the cells of each column are written.
    pub kinds: Vec<Kind>,
    /// How the text is written, if it is not bytes in lines.
    pub script: Option<Script>,
}

impl Form {
    /// Whether the rows of a link can have this layout. What stands around their cells is limited: silent rows print it too.
    pub fn suits(layout: &Layout) -> bool {
        layout.is_uniform() && around(layout) <= MAX_AROUND * (layout.columns() + 1)
    }

    /// Bytes of a row with empty cells.
    pub fn empty_bytes(&self) -> usize {
        around(&self.layout) + 1
    }

    /// The bounds of the columns.
    pub fn columns(&self) -> Vec<Column> {
        self.kinds.iter().map(Kind::column).collect()
    }

    /// The text for the hello.
    pub fn text(&self) -> Vec<u8> {
        let mut out = Vec::from([VERSION]);
        self.layout.write(&mut out);
        self.kinds.iter().for_each(|kind| kind.write(&mut out));
        if let Some(script) = self.script {
            script.write(&mut out);
        }
        out
    }

    /// What the text of a hello says.
    pub fn read(text: &[u8], columns: &[Column]) -> Result<Self, Error> {
        let mut cursor = Cursor::new(text);
        match cursor.u8()? {
            VERSION => {}
            version => return Err(Error::Unsupported { version, known: VERSION }),
        }
        let layout = Layout::read(&mut cursor)?;
        if !Self::suits(&layout) {
            return Err(Error::Corrupt("layout of a link"));
        }
        if layout.columns() != columns.len() {
            return Err(Error::Corrupt("columns of a link"));
        }
        let kind = |column: &Column| Kind::parse(&mut cursor, column.within);
        let kinds = columns.iter().map(kind).collect::<Result<_, _>>()?;
        let script = if cursor.rest().is_empty() { None } else { Some(Script::read(&mut cursor)?) };
        let of_rows = script.is_none_or(|script| script.of_rows() == Some(script));
        if !of_rows || !cursor.rest().is_empty() {
            return Err(Error::Corrupt("form of a link"));
        }
        Ok(Self { layout, kinds, script })
    }

    /// Appends a row.
    pub fn print<'a>(&self, cells: impl Iterator<Item = Cell<'a>>, out: &mut Vec<u8>) {
        let mut literals = self.layout.literals().into_iter();
        out.extend_from_slice(literals.next().unwrap_or_default());
        for ((kind, cell), behind) in self.kinds.iter().zip(cells).zip(literals) {
            kind.print(cell, out);
            out.extend_from_slice(behind);
        }
        out.push(b'\n');
    }

    /// Appends a row of which nothing is known.
    pub fn print_empty(&self, out: &mut Vec<u8>) {
        self.layout.literals().into_iter().for_each(|literal| out.extend_from_slice(literal));
        out.push(b'\n');
    }
}

/// Bytes that stand around the cells of a row.
fn around(layout: &Layout) -> usize {
    layout.literals().iter().map(|literal| literal.len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn forms_travel(text in prop::collection::vec(any::<u8>(), 0..60), columns in 0_usize..4) {
            let columns = vec![Column::new(3); columns];
            if let Ok(form) = Form::read(&text, &columns) {
                prop_assert_eq!(Form::read(&form.text(), &columns).unwrap(), form);
            }
        }
    }
}
