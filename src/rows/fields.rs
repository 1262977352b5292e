//! Columns of a table, in the order asked for, written side by side: as the table writes its own cells, or as JSON.

use super::{names, section};
use crate::failure::{Failure, Outcome};
use qres_core::table::{Layout, Pick, Schema};
use serde_json::Value;
use std::collections::BTreeSet;

/// Columns that were asked for.
#[derive(Debug, Clone)]
pub(crate) struct Fields {
    columns: Vec<Field>,
    /// Where their cells are in the part that is read, if it has them.
    picks: Vec<Option<Pick>>,
    /// How the first part writes its cells, and so how all are written.
    delimiter: u8,
    /// Whether blanks around cells are no part of them.
    blanks: bool,
    /// Whether its cells keep their quotes.
    quoted: bool,
    /// Whether cells are JSON text between quotes that are not part of them.
    escaped: bool,
}

/// A column as it is asked for in each part.
#[derive(Debug, Clone)]
struct Field {
    name: Option<Vec<u8>>,
    pick: Pick,
}

impl Fields {
    /// Finds the columns that `wanted` lists; all of them if it lists none.
    pub(crate) fn find(wanted: &[String], layout: &Layout, archive: &str) -> Outcome<Self> {
        let found = match wanted {
            [] => Pick::all(layout),
            wanted => names::pick_all(layout, wanted, archive)?,
        };
        let (picks, names): (Vec<Pick>, Vec<Option<Vec<u8>>>) = found.into_iter().unzip();
        let columns =
            picks.iter().zip(names).map(|(pick, name)| Field { name, pick: pick.clone() }).collect();
        let picks = picks.into_iter().map(Some).collect();
        let quoted = matches!(layout, Layout::Fields(shape) if shape.quoted);
        let delimiter = layout.delimiter();
        Ok(Self { columns, picks, delimiter, blanks: delimiter == b' ', quoted, escaped: layout.is_json() })
    }

    /// The same columns as fields between commas, whatever the table has between them.
    pub(crate) fn between_commas(self) -> Self {
        Self { delimiter: b',', quoted: true, ..self }
    }

    /// Goes on with a part of this layout; the names that it has not got.
    pub(crate) fn enter(&mut self, layout: &Layout) -> Vec<String> {
        let known = layout.names();
        let pick = |field: &Field| match &field.name {
            Some(name) if known.iter().any(Option::is_some) => Pick::named(layout, name),
            _ => {
                Some(field.pick.clone()).filter(|pick| pick.columns().all(|column| column < layout.columns()))
            }
        };
        self.picks = self.columns.iter().map(pick).collect();
        let missing = self.columns.iter().zip(&self.picks).filter(|(_, pick)| pick.is_none());
        let name =
            |field: &Field| String::from_utf8_lossy(field.name.as_deref().unwrap_or(b"?")).into_owned();
        missing.map(|(field, _)| name(field)).collect()
    }

    /// Where the cells of each are.
    pub(crate) fn picks(&self) -> &[Option<Pick>] {
        &self.picks
    }

    /// A line of the names, if all have one.
    pub(crate) fn header(&self) -> Option<Vec<u8>> {
        let names: Option<Vec<&[u8]>> = self.columns.iter().map(|column| column.name.as_deref()).collect();
        let mut line = Vec::new();
        for (place, name) in names?.into_iter().enumerate() {
            self.separate(place, &mut line);
            self.write(name, &mut line);
        }
        line.push(b'\n');
        Some(line)
    }

    /// Puts the cells of rows side by side, a line a row, and gives each to `row`.
    pub(crate) fn each_row<E>(
        &self,
        columns: &[Vec<u8>],
        mut row: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut line = Vec::new();
        weave(columns, |cells| {
            line.clear();
            for (place, cell) in cells.iter().enumerate() {
                self.separate(place, &mut line);
                match self.escaped.then(|| unescaped(cell)).flatten() {
                    Some(text) => self.write(text.as_bytes(), &mut line),
                    None => self.write(cell, &mut line),
                }
            }
            line.push(b'\n');
            row(&line)
        })
    }

    /// Makes an object of JSON of each row: numbers as they are written, anything else text, nothing null.
    pub(crate) fn each_object<E>(
        &self,
        columns: &[Vec<u8>],
        mut row: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let keys = self.keys();
        let mut line = Vec::new();
        weave(columns, |cells| {
            line.clear();
            let cells = keys.iter().zip(cells).filter_map(|(key, cell)| Some((key.as_ref()?, cell)));
            for (place, (key, cell)) in cells.enumerate() {
                line.push(if place == 0 { b'{' } else { b',' });
                line.extend_from_slice(key.as_bytes());
                line.push(b':');
                self.write_value(cell, &mut line);
            }
            line.extend_from_slice(b"}\n");
            row(&line)
        })
    }

    /// The keys of an object, each once: a column without a name, or with that of one before it, is called by its number
    /// in the table. A column that was asked for before has none.
    fn keys(&self) -> Vec<Option<String>> {
        let mut taken = BTreeSet::new();
        let key = |(place, field): (usize, &Field)| {
            if self.columns[..place].iter().any(|before| before.pick == field.pick) {
                return None;
            }
            let name = field.name.as_ref().map(|name| String::from_utf8_lossy(name).into_owned());
            let number = field.pick.columns().next().unwrap_or(place) + 1;
            // A column may itself be named `#2`.
            let numbered = (1..).map(|marks| format!("{}{number}", "#".repeat(marks)));
            let mut names = name.filter(|name| !name.is_empty()).into_iter().chain(numbered);
            let free = names.find(|name| taken.insert(name.clone()));
            free.map(|name| Value::from(name).to_string())
        };
        self.columns.iter().enumerate().map(key).collect()
    }

    fn separate(&self, place: usize, line: &mut Vec<u8>) {
        line.extend((place > 0).then_some(self.delimiter));
    }

    /// Writes a cell so that the table's own reader takes it for one.
    fn write(&self, cell: &[u8], line: &mut Vec<u8>) {
        let cell = if self.blanks { cell.trim_ascii() } else { cell };
        if is_whole(cell) || !cell.iter().any(|byte| [self.delimiter, b'"', b'\n', b'\r'].contains(byte)) {
            return line.extend_from_slice(cell);
        }
        // A quote in the middle protects nothing: where quotes mean nothing in this table it is a letter.
        if !self.quoted && !self.escaped && !cell.contains(&self.delimiter) && !cell.starts_with(b"\"") {
            return line.extend_from_slice(cell);
        }
        line.push(b'"');
        for byte in cell {
            line.extend((*byte == b'"').then_some(b'"'));
            line.push(*byte);
        }
        line.push(b'"');
    }

    fn write_value(&self, cell: &[u8], line: &mut Vec<u8>) {
        let bare = cell.trim_ascii();
        match bare {
            b"" => line.extend_from_slice(b"null"),
            number if is_number(number) => line.extend_from_slice(number),
            _ => {
                let text = match self.escaped.then(|| unescaped(cell)).flatten() {
                    Some(text) => text,
                    None => String::from_utf8_lossy(&unquoted(bare)).into_owned(),
                };
                line.extend_from_slice(Value::from(text).to_string().as_bytes());
            }
        }
    }
}

/// The layout of a table, if it is one.
pub(crate) fn layout<'s>(schema: &'s Schema, archive: &str) -> Outcome<&'s Layout> {
    match schema {
        Schema::Table(layout) => Ok(layout),
        _ => {
            let hint =
                "leave `--columns`, `--where` and `--json` out; `qres inspect` shows what is in the archive";
            Err(Failure::usage(format!("{archive} holds no table"), hint))
        }
    }
}

/// Gives the cells of each row.
fn weave<E>(columns: &[Vec<u8>], mut row: impl FnMut(&[&[u8]]) -> Result<(), E>) -> Result<(), E> {
    let mut columns: Vec<_> = columns.iter().map(|column| section::each(column)).collect();
    let mut cells = Vec::with_capacity(columns.len());
    loop {
        cells.clear();
        cells.extend(columns.iter_mut().map_while(Iterator::next));
        if cells.len() < columns.len() || cells.is_empty() {
            return Ok(());
        }
        row(&cells)?;
    }
}

/// Whether a cell is quoted as a whole: quotes within are doubled.
fn is_whole(cell: &[u8]) -> bool {
    let inside = cell.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
    inside.is_some_and(|inside| {
        let mut bytes = inside.iter();
        // The second of a pair is passed over with the first.
        while let Some(byte) = bytes.next() {
            if *byte == b'"' && bytes.next() != Some(&b'"') {
                return false;
            }
        }
        true
    })
}

/// Returns the text of a quoted cell.
fn unquoted(cell: &[u8]) -> Vec<u8> {
    if !is_whole(cell) {
        return cell.to_vec();
    }
    let mut text = Vec::with_capacity(cell.len());
    let mut bytes = cell[1..cell.len() - 1].iter();
    while let Some(byte) = bytes.next() {
        text.push(*byte);
        if *byte == b'"' {
            bytes.next();
        }
    }
    text
}

/// Unescapes a string of JSON; `None` if nothing in it is escaped.
fn unescaped(cell: &[u8]) -> Option<String> {
    if !cell.contains(&b'\\') {
        return None;
    }
    serde_json::from_slice(&[b"\"", cell, b"\""].concat()).ok()
}

/// Whether JSON has such a number.
fn is_number(cell: &[u8]) -> bool {
    let digits = |bytes: &[u8]| bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut rest = cell.strip_prefix(b"-").unwrap_or(cell);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest[0] == b'0') {
        return false;
    }
    rest = &rest[whole..];
    if let Some(behind) = rest.strip_prefix(b".") {
        let fraction = digits(behind);
        if fraction == 0 {
            return false;
        }
        rest = &behind[fraction..];
    }
    let Some((b'e' | b'E', behind)) = rest.split_first() else { return rest.is_empty() };
    let behind = behind.strip_prefix(b"-").or_else(|| behind.strip_prefix(b"+")).unwrap_or(behind);
    !behind.is_empty() && digits(behind) == behind.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fields(delimiter: u8, quoted: bool, escaped: bool, names: &[&str]) -> Fields {
        let layout = Layout::detect(b"1,2,3\n3,4,5\n5,6,7\n").unwrap();
        let pick = |column| Pick::column(&layout, column).unwrap();
        let columns = names.iter().enumerate();
        let field = |(column, name): (usize, &&str)| {
            let name = Some(name.as_bytes().to_vec()).filter(|name| !name.is_empty());
            Field { name, pick: pick(column) }
        };
        let picks = (0..names.len()).map(|column| Some(pick(column))).collect();
        Fields {
            columns: columns.map(field).collect(),
            picks,
            delimiter,
            blanks: delimiter == b' ',
            quoted,
            escaped,
        }
    }

    fn row(fields: &Fields, cells: &[&[u8]], json: bool) -> Vec<u8> {
        let columns: Vec<Vec<u8>> = cells.iter().map(|cell| [cell, &b"\n"[..]].concat()).collect();
        let mut out = Vec::new();
        let mut each = |line: &[u8]| {
            out.extend_from_slice(line);
            Ok::<_, ()>(())
        };
        let done =
            if json { fields.each_object(&columns, &mut each) } else { fields.each_row(&columns, &mut each) };
        done.unwrap();
        out
    }

    #[test]
    fn cells_are_quoted_where_another_reader_would_cut_them() {
        let text = |fields: &Fields, cells: &[&str]| {
            let cells: Vec<&[u8]> = cells.iter().map(|cell| cell.as_bytes()).collect();
            String::from_utf8(row(fields, &cells, false)).unwrap()
        };
        let quoted = fields(b',', true, false, &["a", "b"]);
        assert_eq!(
            text(&quoted, &["\"1,010,064.41\"", "\"x \"\"y\"\"\""]),
            "\"1,010,064.41\",\"x \"\"y\"\"\"\n"
        );
        let lines = fields(b',', false, true, &["a", "b"]);
        assert_eq!(text(&lines, &["1,010,064.41", "say \\\"x\\\""]), "\"1,010,064.41\",\"say \"\"x\"\"\"\n");
        let bare = fields(b';', false, false, &["a", "b"]);
        assert_eq!(text(&bare, &["5\" pipe", "1,5"]), "5\" pipe;1,5\n");
        assert_eq!(
            fields(b',', false, false, &["who, really", "b"]).header().unwrap(),
            b"\"who, really\",b\n"
        );
    }

    #[test]
    fn objects_have_numbers_as_they_are_written() {
        let object = |cells: &[&str]| {
            let cells: Vec<&[u8]> = cells.iter().map(|cell| cell.as_bytes()).collect();
            String::from_utf8(row(&fields(b',', true, false, &["a", "b", "a"]), &cells, true)).unwrap()
        };
        assert_eq!(object(&["1.50", " -2e+03 ", ""]), "{\"a\":1.50,\"b\":-2e+03,\"#3\":null}\n");
        assert_eq!(
            object(&["007", "\"a, \"\"b\"\"\"", ".5"]),
            "{\"a\":\"007\",\"b\":\"a, \\\"b\\\"\",\"#3\":\".5\"}\n"
        );
        assert_eq!(object(&["-0", "NaN", "+1"]), "{\"a\":-0,\"b\":\"NaN\",\"#3\":\"+1\"}\n");
    }

    #[test]
    fn columns_without_a_name_have_the_number_of_the_table() {
        let object = |fields: &Fields| String::from_utf8(row(fields, &[b"1", b"2", b"3"], true)).unwrap();
        let mut named = fields(b',', false, false, &["#2", "", "#2"]);
        assert_eq!(object(&named), "{\"#2\":1,\"##2\":2,\"#3\":3}\n");
        named.columns.swap(0, 2);
        assert_eq!(object(&named), "{\"#2\":1,\"##2\":2,\"#1\":3}\n");
        named.columns[2] = named.columns[1].clone();
        assert_eq!(object(&named), "{\"#2\":1,\"##2\":2}\n");
    }

    proptest! {
        #[test]
        fn whatever_cells_hold_rows_are_csv_and_json(
            cells in prop::collection::vec("[a-z,;\"\\\\ 0-9.\u{e9}-]{0,8}", 3), escaped: bool, comma: bool,
        ) {
            let cells: Vec<&[u8]> = cells.iter().map(String::as_bytes).collect();
            let delimiter = if comma { b',' } else { b';' };
            let fields = fields(delimiter, !escaped, escaped, &["a", "b", "c"]);
            let line = row(&fields, &cells, false);
            let (mut inside, mut delimiters) = (false, 0);
            for byte in &line {
                inside ^= *byte == b'"';
                delimiters += usize::from(!inside && *byte == delimiter);
            }
            prop_assert!(!inside && delimiters == 2, "{}", String::from_utf8_lossy(&line));
            let object: Value = serde_json::from_slice(&row(&fields, &cells, true)).unwrap();
            prop_assert_eq!(object.as_object().map(serde_json::Map::len), Some(3));
        }
    }
}
