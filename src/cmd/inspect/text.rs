//! Reports for people.

use super::{
    Messages, Report,
    frame::{Frame, Rows, Samples, SegmentLine, Table},
    values::Values,
};
use crate::text::{
    describe,
    grid::{Align, Grid},
    plain, units,
};

impl Report {
    /// The report for people.
    pub(super) fn text(&self) -> String {
        let (bytes, text) = (units::size(self.bytes), units::size(self.text_bytes));
        let mut lines = format!("{}: {bytes}", plain::label(&self.input));
        if !self.frames.is_empty() {
            lines += &format!(" for {text} of text ({})", units::ratio(self.text_bytes, self.bytes));
        }
        lines += "\n";
        lines += &self.messages.text();
        let (mut number, all) = (1, self.parts);
        for frame in &self.frames {
            let last = number + frame.parts - 1;
            lines += &match frame.parts {
                _ if all == 1 => String::new(),
                1 => format!("\narchive {number} of {all}, from byte {}\n", frame.at),
                _ => format!("\narchives {number} to {last} of {all}, from byte {}\n", frame.at),
            };
            lines += &frame.text();
            number = last + 1;
        }
        if self.unlisted > 0 {
            lines += &format!("\narchives {number} to {all} differ in too much to be shown\n");
        }
        lines
    }
}

impl Messages {
    fn text(&self) -> String {
        if self.is_none() {
            return String::new();
        }
        let (count, bytes, rows) =
            (units::count(self.count, "message"), units::size(self.bytes), units::count(self.rows, "row"));
        let tables = if self.rows > 0 || self.histories.is_empty() {
            format!(", tables of {rows}")
        } else {
            String::new()
        };
        let mut lines = format!("  {count} of {bytes}{tables}\n");
        for (gene, count) in &self.genes {
            lines += &format!("  {} from gene {gene}...\n", units::count(*count, "message"));
        }
        for (history, count) in &self.histories {
            let count = units::count(*count, "message");
            lines += &format!("  {count} from rows that had arrived, whose id begins with {history}\n");
        }
        lines
    }
}

impl Frame {
    fn text(&self) -> String {
        let (rows, count) = (units::count(self.rows, "row"), units::count(self.segments, "segment"));
        let mut lines = format!("  {rows} in {count}, format {}, ", self.version);
        lines += &format!("decoding takes up to {}\n", units::size(self.memory));
        lines += &match &self.table {
            Some(table) => table.text(),
            None if self.kind == "learnt" => "  table of the gene's columns\n".into(),
            None => self.no_table(),
        };
        if let Some(script) = self.script {
            lines += &format!("  written as {script}\n");
        }
        if let (Some(gene), Some(warm)) = (&self.gene, self.warm_segments) {
            lines += &format!("  {} from gene {gene}\n", units::count(warm, "segment"));
        }
        if let Some(bounds) = &self.bounds {
            lines += &format!("  not exact: {}\n", bounds.line());
            if let Some(left) = bounds.left(false) {
                lines += &format!("  distinct values left in the first segment: {left}\n");
            }
        }
        if !self.columns.is_empty() {
            lines.push('\n');
            lines += &self.columns_text();
        }
        if !self.values.is_empty() {
            lines.push('\n');
            lines += &Values::text(&self.values);
        }
        if let Some(each) = &self.each {
            lines.push('\n');
            lines += &segments_text(each);
            let more = self.segments - each.len() as u64;
            if more > 0 {
                lines += &format!("  and {}\n", units::count(more, "more segment"));
            }
        }
        lines
    }

    fn no_table(&self) -> String {
        match (&self.samples, self.why_bytes) {
            (Some(samples), _) => samples.text(),
            (None, Some(why)) => format!("  bytes, no table: {why}\n"),
            (None, None) => format!("  {}, no table\n", self.kind),
        }
    }

    fn columns_text(&self) -> String {
        let mut grid = Grid::new(&[
            ("#", Align::Right),
            ("column", Align::Left),
            ("holds", Align::Left),
            ("map", Align::Left),
            ("exceptions", Align::Right),
            ("bytes", Align::Right),
            ("share", Align::Right),
        ]);
        let share = |bytes: u64| format!("{:.1}%", 100.0 * bytes as f64 / self.bytes.max(1) as f64);
        for column in &self.columns {
            let number = match column.span {
                1 => column.field.to_string(),
                span => format!("{}-{}", column.field, column.field + span - 1),
            };
            let within = column.within.as_ref().map_or(String::new(), |within| format!(" ± {within}"));
            let (holds, map) = (column.holds.clone() + &within, column.map.unwrap_or("").to_owned());
            let (exceptions, bytes) = (column.exceptions.to_string(), units::size(column.bytes));
            grid.row([number, column.name.clone(), holds, map, exceptions, bytes, share(column.bytes)]);
        }
        let rest = self.bytes - self.columns.iter().map(|column| column.bytes).sum::<u64>().min(self.bytes);
        let blank = String::new;
        grid.row([blank(), "the rest".into(), blank(), blank(), blank(), units::size(rest), share(rest)]);
        grid.lines()
    }
}

fn segments_text(segments: &[SegmentLine]) -> String {
    let right = Align::Right;
    let mut grid = Grid::new(&[
        ("segment", right),
        ("at byte", right),
        ("bytes", right),
        ("text", right),
        ("rows", right),
    ]);
    for (number, segment) in segments.iter().enumerate() {
        let sizes = [units::size(segment.bytes), units::size(segment.text_bytes)];
        let [bytes, text] = sizes;
        grid.row([number.to_string(), segment.at.to_string(), bytes, text, segment.rows.to_string()]);
    }
    grid.lines()
}

impl Samples {
    fn text(&self) -> String {
        let end = if self.big_endian { ", big-endian" } else { "" };
        format!("  samples of {}{end} in {}\n", self.r#type, units::count(self.channels.into(), "channel"))
    }
}

impl Table {
    pub(super) fn text(&self) -> String {
        let columns = units::count(self.columns as u64, "column");
        match &self.rows {
            Rows::Fields { delimiter, blanks, .. } => {
                let names = if self.named { "named in the header" } else { "without names" };
                format!(
                    "  table of {columns} {names}, delimiter {}\n",
                    describe::delimiter(delimiter, *blanks)
                )
            }
            Rows::Lines { patterns, keys } => {
                let patterns = units::count(*patterns as u64, "pattern");
                let keys = match keys {
                    0 => String::new(),
                    keys => format!(", told apart by {}", units::count(*keys as u64, "key")),
                };
                format!("  lines of {patterns} with {columns}{keys}\n")
            }
        }
    }
}
