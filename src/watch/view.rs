//! One line a column on a terminal, redrawn in place: its name, last value, regime and last values. Events scroll above.

use super::{column::Column, event};
use crate::text::{plain, units};
use anstyle::{AnsiColor, Style};
use qres_core::regime::Regime;
use std::fmt::Write;

/// Lines kept free: what was counted, what is not shown, and where the cursor is.
const FREE: usize = 3;
/// Lines of a terminal that does not tell.
const USUAL_HEIGHT: usize = 24;
/// From the least of the last values to the largest.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Long lines are cut by the terminal while the columns are drawn, so that a line drawn is a line of it.
const CUT: &str = "\x1b[?7l";
/// Long lines go on in the next: what a terminal does if not told otherwise.
pub(crate) const WRAP: &str = "\x1b[?7h";

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

    /// What to print to show these events above, and the columns as they are, on a terminal of so many lines.
    pub(crate) fn draw(
        &mut self,
        head: &str,
        events: &[String],
        columns: &[Column],
        height: Option<usize>,
    ) -> String {
        let room = height.unwrap_or(USUAL_HEIGHT).saturating_sub(FREE).max(1);
        let mut text = String::new();
        // A terminal that has shrunk has not got all the lines any more.
        match self.drawn.min(room + FREE - 1) {
            0 => {}
            drawn => _ = write!(text, "\x1b[{drawn}A"),
        }
        text += "\r\x1b[J";
        for event in events {
            let _ = writeln!(text, "{event}");
        }
        let _ = writeln!(text, "{CUT}{head}");
        let shown = columns.len().min(room);
        for column in &columns[..shown] {
            let _ = writeln!(text, "{}", self.line(column));
        }
        if shown < columns.len() {
            let _ = writeln!(text, "and {} more", units::count((columns.len() - shown) as u64, "column"));
        }
        text += WRAP;
        self.drawn = 1 + shown + usize::from(shown < columns.len());
        text
    }

    fn line(&self, column: &Column) -> String {
        let name: String = plain::printable(&column.name).chars().take(16).collect();
        let value = column.value().unwrap_or_else(|| "-".into());
        let style = match column.regime() {
            _ if !self.colour => Style::new(),
            Regime::Calm => AnsiColor::Green.on_default(),
            Regime::PreStorm => AnsiColor::Yellow.on_default(),
            Regime::Storm => AnsiColor::Red.on_default().bold(),
        };
        let regime = event::regime(column.regime());
        let spark: String = spark(&column.recent).collect();
        format!("{name:16}  {value:>18}  {style}{regime:8}{style:#}  {spark}")
    }
}

/// A bar for each value.
fn spark<'v>(values: impl IntoIterator<Item = &'v i64> + Copy) -> impl Iterator<Item = char> {
    let least = values.into_iter().min().copied().unwrap_or(0);
    let range = values.into_iter().max().map_or(0, |most| most.abs_diff(least));
    let step = move |value: &i64| u128::from(value.abs_diff(least)) * 7 / u128::from(range.max(1));
    values.into_iter().map(move |value| BARS[step(value) as usize])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str) -> Column {
        let mut column = Column::of(0, name, &[b"0.5".to_vec()]).unwrap();
        column.push(b"2.5");
        column
    }

    #[test]
    fn it_is_drawn_over_and_events_stay_above() {
        let columns = [column("temp")];
        let mut view = View::new(false);
        let line = "temp                             2.5  calm      ▁";
        assert_eq!(view.draw("1 row", &[], &columns, None), format!("\r\x1b[J{CUT}1 row\n{line}\n{WRAP}"));
        let again = view.draw("2 rows", &["row 1: x".into()], &columns, None);
        assert_eq!(again, format!("\x1b[2A\r\x1b[Jrow 1: x\n{CUT}2 rows\n{line}\n{WRAP}"));
        assert!(View::new(true).draw("", &[], &columns, None).contains("\x1b[32mcalm    \x1b[0m"));
    }

    #[test]
    fn no_more_is_drawn_than_there_is_room_for() {
        let columns: Vec<Column> = (0..50).map(|_| column("x")).collect();
        let mut view = View::new(false);
        let text = view.draw("50 rows", &[], &columns, Some(10));
        assert_eq!(text.lines().count(), 10);
        assert!(text.contains("and 43 columns more"), "{text}");
        // Shrunk: no further up than there are lines.
        assert!(view.draw("", &[], &columns, Some(6)).starts_with("\x1b[5A"));
        assert!(view.draw("", &[], &columns, Some(0)).lines().count() < 5);
    }

    #[test]
    fn the_least_value_is_the_lowest_bar_and_the_largest_the_highest() {
        let bars = |values: &[i64]| spark(values).collect::<String>();
        assert_eq!(bars(&[0, 7, 3]), "▁█▄");
        assert_eq!(bars(&[5, 5]), "▁▁");
        assert_eq!(bars(&[i64::MIN, 0, i64::MAX]), "▁▄█");
        assert_eq!(bars(&[]), "");
    }
}
