//! Cells of text in aligned columns, for people.

/// How a column is aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A table that is being put together.
#[derive(Debug)]
pub(crate) struct Grid {
    aligns: Vec<Align>,
    rows: Vec<Vec<String>>,
}

impl Grid {
    /// Begins with the names of the columns.
    pub(crate) fn new(columns: &[(&str, Align)]) -> Self {
        let names = columns.iter().map(|(name, _)| (*name).to_owned()).collect();
        Self { aligns: columns.iter().map(|(_, align)| *align).collect(), rows: vec![names] }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// The lines, each indented by two blanks and without blanks at its end.
    pub(crate) fn lines(&self) -> String {
        let width = |column: usize| {
            self.rows
                .iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.aligns.len()).map(width).collect();
        let mut text = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for ((cell, align), &width) in row.iter().zip(&self.aligns).zip(&widths) {
                match align {
                    Align::Left => line += &format!("  {cell:<width$}"),
                    Align::Right => line += &format!("  {cell:>width$}"),
                }
            }
            text += line.trim_end();
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_end_and_words_begin_together() {
        let mut grid = Grid::new(&[("name", Align::Left), ("bytes", Align::Right)]);
        grid.row(["temp".into(), "7".into()]);
        grid.row(["h".into(), "123456".into()]);
        assert_eq!(grid.lines(), "  name   bytes\n  temp       7\n  h     123456\n");
    }
}
