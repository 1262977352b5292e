//! One line a column on a terminal, redrawn in place: its name, last value, regime and last surprises. Events scroll above.

use super::{column::Column, event};
use crate::ui;
use anstyle::{AnsiColor, Style};
use qres_core::regime::Regime;
use std::fmt::Write;

/// Columns shown at most; the rest is counted.
const MOST: usize = 20;
/// A surprise as usual, up to one that cannot be larger.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// What stands on the terminal.
#[derive(Debug)]
pub(crate) struct View {
    colour: bool,
    /// Lines drawn, to be drawn over.
    drawn: usize,
}

impl View {
    /// Nothing drawn yet.
    pub(crate) fn new(colour: bool) -> Self {
        Self { colour, drawn: 0 }
    }

    /// What to print to show these events above, and the columns as they are.
    pub(crate) fn draw(&mut self, row: u64, events: &[String], columns: &[Column]) -> String {
        let mut text = String::new();
        if self.drawn > 0 {
            let _ = write!(text, "\x1b[{}A", self.drawn);
        }
        // Long lines are cut, so that a line drawn is a line of the terminal.
        text += "\x1b[J\x1b[?7l";
        for event in events {
            let _ = writeln!(text, "{event}");
        }
        let _ = writeln!(text, "{}", ui::count(row, "row"));
        let shown = columns.len().min(MOST);
        for column in &columns[..shown] {
            let _ = writeln!(text, "{}", self.line(column));
        }
        if shown < columns.len() {
            let _ = writeln!(text, "and {} more", ui::count((columns.len() - shown) as u64, "column"));
        }
        text += "\x1b[?7h";
        self.drawn = 1 + shown + usize::from(shown < columns.len());
        text
    }

    fn line(&self, column: &Column) -> String {
        let name: String = ui::printable(&column.name).chars().take(16).collect();
        let value = column.value.map_or_else(|| "-".into(), |value| column.decimal(value));
        let style = match column.regime() {
            _ if !self.colour => Style::new(),
            Regime::Calm => AnsiColor::Green.on_default(),
            Regime::PreStorm => AnsiColor::Yellow.on_default(),
            Regime::Storm => AnsiColor::Red.on_default().bold(),
        };
        let regime = event::regime(column.regime());
        let spark: String = column.recent.iter().map(|size| BARS[usize::from(size >> 5)]).collect();
        format!("{name:16}  {value:>18}  {style}{regime:8}{style:#}  {spark}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_drawn_over_and_events_stay_above() {
        let mut column = Column::new(0, "temp".into(), 1, false);
        column.push(b"2.5");
        let columns = [column];
        let mut view = View::new(false);
        let line = "temp                             2.5  calm      ▁";
        assert_eq!(view.draw(1, &[], &columns), format!("\x1b[J\x1b[?7l1 row\n{line}\n\x1b[?7h"));
        let again = view.draw(2, &["row 1: x".into()], &columns);
        assert_eq!(again, format!("\x1b[2A\x1b[J\x1b[?7lrow 1: x\n2 rows\n{line}\n\x1b[?7h"));
        assert!(View::new(true).draw(1, &[], &columns).contains("\x1b[32mcalm    \x1b[0m"));
    }
}
