//! Texts in pieces: cells, and what stands between them.

use crate::random::Random;

/// A part of a line.
#[derive(Debug, Clone)]
pub(crate) enum Piece {
    Text(String),
    /// A cell with the column of the generator that it belongs to.
    Cell(usize, String),
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Sort {
    Clock,
    Count,
    Walk {
        places: usize,
    },
    Long,
    Scientific,
    Ranging,
    Flag,
    Narrow,
    Word,
    Numbered,
    Mixed,
    Padded,
    Upper,
    Signed,
    Unit,
    Percent,
    Hex,
    /// Only where the delimiter is no comma.
    Comma,
    /// Only between quotes.
    Thousands,
    Aligned,
    Time,
}

pub(crate) const SORTS: [Sort; 23] = [
    Sort::Upper,
    Sort::Signed,
    Sort::Unit,
    Sort::Percent,
    Sort::Hex,
    Sort::Comma,
    Sort::Aligned,
    Sort::Walk { places: 0 },
    Sort::Walk { places: 1 },
    Sort::Walk { places: 2 },
    Sort::Walk { places: 3 },
    Sort::Walk { places: 6 },
    Sort::Clock,
    Sort::Count,
    Sort::Long,
    Sort::Scientific,
    Sort::Ranging,
    Sort::Flag,
    Sort::Narrow,
    Sort::Word,
    Sort::Numbered,
    Sort::Mixed,
    Sort::Padded,
];

/// A column on its way down.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) sort: Sort,
    pub(crate) now: i64,
}

impl Column {
    pub(crate) fn cell(&mut self, row: usize, random: &mut Random) -> String {
        self.now += random.below(401) as i64 - 200;
        let now = self.now;
        match self.sort {
            Sort::Clock => format!("{}", 1_600_000_000 + 10 * row),
            Sort::Count => format!("{row}"),
            Sort::Walk { places: 0 } => format!("{}", now / 100),
            Sort::Walk { places } => format!("{:.places$}", now as f64 / 1000.0),
            Sort::Long => format!("{:?}", now as f64 / 997.0),
            Sort::Scientific => format!("{:.4e}", now as f64 / 1e5),
            Sort::Ranging => format!("{}", (now as f64 / 1000.0).powi(3) / 1000.0),
            Sort::Flag => format!("{}", row / 20 % 2),
            Sort::Narrow => format!("20.{}", random.below(8)),
            Sort::Word => random.pick(&["on", "off", "idle"]).into(),
            Sort::Numbered => format!("v1.{}", random.below(60)),
            Sort::Mixed if random.chance(12) => {
                random.pick(&["NA", "nan", "-", "n/a", "7e-3", "-0.0", "1e5"]).into()
            }
            Sort::Mixed => format!("{:.2}", now as f64 / 100.0),
            Sort::Upper => {
                format!("{:.3E}", now as f64 / 7.0).replace('E', if now % 2 == 0 { "E+0" } else { "E" })
            }
            Sort::Signed => format!("{:+.2}", now as f64 / 100.0),
            Sort::Unit => format!("{:.1} V", now as f64 / 100.0),
            Sort::Percent => format!("{:.1}%", now as f64 / 1000.0),
            Sort::Hex => format!("0x{:04x}", now.unsigned_abs() % 65_536),
            Sort::Comma => format!("{:.2}", now as f64 / 100.0).replace('.', ","),
            Sort::Thousands => thousands(now * 37),
            Sort::Aligned => format!("{:>9.2}", now as f64 / 100.0),
            Sort::Padded => format!("{:06}", now.unsigned_abs() % 1_000_000),
            Sort::Time => {
                format!("2024-03-{:02} {:02}:{:02}:00", 1 + row / 1440 % 28, row / 60 % 24, row % 60)
            }
        }
    }
}

/// A number of hundredths with commas.
pub(crate) fn thousands(hundredths: i64) -> String {
    let whole = (hundredths / 100).unsigned_abs().to_string();
    let groups: Vec<&str> =
        whole.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap()).collect();
    let sign = if hundredths < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", groups.join(","), hundredths.unsigned_abs() % 100)
}

/// How lines are written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Dialect {
    Csv { delimiter: char, quotes: bool, named: bool },
    Json { nested: bool },
    Logfmt,
    Influx,
    Log,
}

/// A text in pieces, a line each.
pub(crate) struct Text {
    pub(crate) dialect: Dialect,
    pub(crate) columns: Vec<Column>,
    pub(crate) head: String,
    pub(crate) lines: Vec<Vec<Piece>>,
}

impl Text {
    pub(crate) fn new(random: &mut Random, live: bool) -> Self {
        // A link needs a table, which few lines of the other dialects are.
        let dialect =
            match if live { random.pick(&[0, 0, 0, 0, 0, 0, 0, 0, 4, 6, 8, 9]) } else { random.below(10) } {
                0..4 => Dialect::Csv {
                    delimiter: random.pick(&[',', ';', '\t']),
                    quotes: random.chance(5),
                    named: !random.chance(4),
                },
                4..6 => Dialect::Json { nested: random.chance(2) },
                6..8 => Dialect::Logfmt,
                8 => Dialect::Influx,
                _ => Dialect::Log,
            };
        let mut columns =
            vec![Column { name: "t".into(), sort: random.pick(&[Sort::Clock, Sort::Time]), now: 0 }];
        let names = random.pick(&[["no2", "temp", "v", "o3", "state"], ["c0", "c1", "c2", "c3", "c4"]]);
        for name in names.into_iter().take(1 + random.below(5) as usize) {
            let sort = match (random.pick(&SORTS), dialect) {
                (Sort::Comma, Dialect::Csv { delimiter: ';' | '\t', .. }) => Sort::Comma,
                (Sort::Comma, Dialect::Csv { delimiter: ',', quotes: true, .. }) => {
                    random.pick(&[Sort::Comma, Sort::Thousands])
                }
                (Sort::Comma, _) => Sort::Upper,
                (Sort::Unit | Sort::Aligned, Dialect::Logfmt | Dialect::Influx | Dialect::Log) => {
                    Sort::Signed
                }
                (sort, _) => sort,
            };
            columns.push(Column { name: name.into(), sort, now: random.below(90_000) as i64 });
        }
        if dialect != (Dialect::Csv { delimiter: ',', quotes: false, named: true }) && random.chance(3) {
            // A name again: both columns have it.
            let again = columns[1].clone();
            columns.push(Column { now: 55_555, ..again });
        }
        // A few lines that are no CSV show no names.
        let rows = match dialect {
            Dialect::Csv { .. } => random.pick(&[0, 1, 3, 20, 150, 400, 1200]),
            _ => random.pick(&[20, 150, 150, 400, 1200]),
        };
        let mut text = Self { dialect, columns, head: String::new(), lines: vec![] };
        if let Dialect::Csv { delimiter, named: true, .. } = dialect {
            let names: Vec<&str> = text.columns.iter().map(|column| &*column.name).collect();
            text.head = names.join(&delimiter.to_string()) + "\n";
        }
        for row in 0..rows {
            let line = text.line(row, random);
            text.lines.push(line);
        }
        text
    }

    pub(crate) fn line(&mut self, row: usize, random: &mut Random) -> Vec<Piece> {
        let dialect = self.dialect;
        let mut pieces = vec![];
        let put = |pieces: &mut Vec<Piece>, text: &str| pieces.push(Piece::Text(text.into()));
        match dialect {
            Dialect::Json { .. } => put(&mut pieces, "{"),
            Dialect::Influx => put(&mut pieces, random.pick(&["m,site=a ", "m,site=b "])),
            Dialect::Log => put(&mut pieces, random.pick(&["INFO app[12]: ", "WARN app[12]: "])),
            _ => {}
        }
        let mut first = true;
        for at in 0..self.columns.len() {
            let cell = self.columns[at].cell(row, random);
            let (name, sort) = (self.columns[at].name.clone(), self.columns[at].sort);
            // Lines of several sorts: some lack a value, some have a sign before it.
            let free = !matches!(dialect, Dialect::Csv { .. });
            if free && at > 1 && row % 3 == 1 {
                continue;
            }
            // In some texts the lines with a sign are the most.
            let mostly = self.columns[0].sort == Sort::Time;
            let below = free && at == 1 && random.chance(4) != mostly;
            let between = match dialect {
                _ if first => String::new(),
                Dialect::Csv { delimiter, .. } => delimiter.into(),
                Dialect::Json { .. } | Dialect::Influx => ",".into(),
                Dialect::Logfmt => " ".into(),
                Dialect::Log => random.pick(&[", ", "; "]).into(),
            };
            first = false;
            let is_word = cell.parse::<f64>().is_err() || cell.starts_with('+');
            let (before, behind) = match dialect {
                Dialect::Csv { quotes: true, .. } => ("\"".into(), "\"".into()),
                Dialect::Csv { .. } => (String::new(), String::new()),
                Dialect::Json { nested: true } if at == 1 => (format!("\"{name}\":["), ",".into()),
                Dialect::Json { nested: true } if at == 2 => (format!("\"{name}\":{{\"x\":"), "}".into()),
                Dialect::Json { .. } if is_word => (format!("\"{name}\":\""), "\"".into()),
                Dialect::Json { .. } => (format!("\"{name}\":"), String::new()),
                Dialect::Logfmt | Dialect::Log if sort == Sort::Time => (format!("{name}=\""), "\"".into()),
                Dialect::Logfmt => (format!("{name}="), String::new()),
                Dialect::Influx if sort == Sort::Count => (format!("{name}="), "i".into()),
                Dialect::Influx if is_word => (format!("{name}=\""), "\"".into()),
                Dialect::Influx => (format!("{name}="), String::new()),
                Dialect::Log => (format!("{name}: "), " units".into()),
            };
            let sign = if below && !is_word && matches!(dialect, Dialect::Logfmt) { "<" } else { "" };
            put(&mut pieces, &(between + &before + sign));
            pieces.push(Piece::Cell(at, cell));
            put(&mut pieces, &behind);
            if dialect == (Dialect::Json { nested: true }) && at == 1 {
                pieces.push(Piece::Cell(at, format!("{}", row * 31 % 97)));
                put(&mut pieces, "]");
            }
        }
        match dialect {
            Dialect::Json { .. } => put(&mut pieces, "}"),
            Dialect::Influx => put(&mut pieces, &format!(" {}", 1_600_000_000_000_000_000 + row * 1_000_000)),
            _ => {}
        }
        pieces
    }

    pub(crate) fn bytes(&self) -> String {
        let mut out = self.head.clone();
        for line in &self.lines {
            for piece in line {
                let (Piece::Text(text) | Piece::Cell(_, text)) = piece;
                out += text;
            }
            out.push('\n');
        }
        out
    }
}
