//! No number leaves its bound, and nothing else changes: generated texts through the program and back, live and not.
//!
//! A text is made of pieces, cells and what stands between them, so that it is known where every cell is in what comes back.
//! Each cell is compared as an exact decimal with the tightest bound of the names that it bears; every other byte is
//! compared as it is.
#![cfg(unix)]

use assert_cmd::cargo_bin_cmd;
use std::{fmt::Write as _, fs, io::Write as _, path::Path, process::Output};

/// A reproducible sequence.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mixed = (self.0 ^ (self.0 >> 31)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed >> 32) % end
    }

    fn chance(&mut self, of: u64) -> bool {
        self.below(of) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }
}

/// A number times ten to the twenty-eighth.
type Scaled = i128;
const PLACES: i32 = 28;

/// The number that a cell writes as programs do; none if it is no number.
fn number(cell: &str) -> Option<Scaled> {
    let (negative, magnitude) = match cell.as_bytes().first()? {
        b'-' => (true, &cell[1..]),
        b'+' => (false, &cell[1..]),
        _ => (false, cell),
    };
    let (digits, exponent) = magnitude.split_once(['e', 'E']).unwrap_or((magnitude, "0"));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = whole.to_owned() + fraction;
    if all.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let zeros = PLACES - fraction.len() as i32 + exponent.parse::<i32>().ok()?;
    let scaled = all.parse::<Scaled>().ok()?.checked_mul(10_i128.checked_pow(u32::try_from(zeros).ok()?)?)?;
    Some(if negative { -scaled } else { scaled })
}

/// The number that a cell of `sort` writes; none if it is none, or not written in the way of that sort.
fn value(sort: Sort, cell: &str) -> Option<Scaled> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match sort {
        Sort::Comma => number(&cell.replacen(',', ".", 1)).filter(|_| !cell.contains('.')),
        Sort::Hex => {
            let lower = cell.strip_prefix("0x").filter(|hex| hex.len() == 4 && hex.to_lowercase() == *hex)?;
            Some(Scaled::from_str_radix(lower, 16).ok()? * 10_i128.pow(PLACES as u32))
        }
        Sort::Padded => {
            let whole = cell.split('.').next().unwrap_or_default();
            number(cell).filter(|_| whole.len() == 6)
        }
        Sort::Signed => number(cell).filter(|_| cell.starts_with(['+', '-'])),
        Sort::Unit => number(cell.strip_suffix(" V")?),
        Sort::Percent => number(cell.strip_suffix('%')?),
        Sort::Aligned => number(cell.trim_start()).filter(|_| cell.len() >= 9),
        Sort::Thousands => {
            let whole = cell.split('.').next().unwrap_or_default();
            let mut groups = whole.trim_start_matches('-').split(',');
            let first = groups.next().is_some_and(|group| (1..=3).contains(&group.len()) && digits(group));
            let rest = groups.all(|group| group.len() == 3 && digits(group));
            number(&cell.replace(',', "")).filter(|_| first && rest)
        }
        _ => number(cell),
    }
}

/// A part of a line.
#[derive(Debug, Clone)]
enum Piece {
    Text(String),
    /// A cell with the column of the generator that it belongs to.
    Cell(usize, String),
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Sort {
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

const SORTS: [Sort; 23] = [
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
struct Column {
    name: String,
    sort: Sort,
    now: i64,
}

impl Column {
    fn cell(&mut self, row: usize, random: &mut Random) -> String {
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
fn thousands(hundredths: i64) -> String {
    let whole = (hundredths / 100).unsigned_abs().to_string();
    let groups: Vec<&str> =
        whole.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap()).collect();
    let sign = if hundredths < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", groups.join(","), hundredths.unsigned_abs() % 100)
}

/// How lines are written.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Dialect {
    Csv { delimiter: char, quotes: bool, named: bool },
    Json { nested: bool },
    Logfmt,
    Influx,
    Log,
}

/// A text in pieces, a line each.
struct Text {
    dialect: Dialect,
    columns: Vec<Column>,
    head: String,
    lines: Vec<Vec<Piece>>,
}

impl Text {
    fn new(random: &mut Random, live: bool) -> Self {
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

    fn line(&mut self, row: usize, random: &mut Random) -> Vec<Piece> {
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

    fn bytes(&self) -> String {
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

/// A bound as it was asked for.
#[derive(Debug, Clone)]
struct Bound {
    name: Option<String>,
    text: String,
}

impl Bound {
    /// How far a number of a column of that range may be off.
    fn allows(&self, range: Scaled) -> Scaled {
        match self.text.strip_suffix('%') {
            Some(share) => {
                // A hundredth of a share times the range, in an order that stays exact.
                let hundredths = number(share).unwrap() / 10_i128.pow(PLACES as u32 - 6);
                range / 100_000_000 * hundredths + range % 100_000_000 * hundredths / 100_000_000
            }
            None => number(&self.text).unwrap(),
        }
    }
}

fn bounds(random: &mut Random, text: &Text, live: bool) -> Vec<Bound> {
    let amount = |random: &mut Random| -> String {
        let shares = ["1%", "0.5%", "10%"];
        match live || random.below(4) > 0 {
            true => random.pick(&["0.05", "0.6", "1", "0.3", "5", "0", "1e-3", "25"]).into(),
            false => random.pick(&shares).into(),
        }
    };
    let mut bounds = vec![];
    if !random.chance(4) {
        bounds.push(Bound { name: None, text: amount(random) });
    }
    let named = match text.dialect {
        Dialect::Csv { named, .. } => named,
        // A link takes all lines for fields between delimiters, and those have no names here.
        _ => !live,
    };
    let mut names: Vec<&str> = text.columns.iter().skip(1).map(|column| &*column.name).collect();
    names.dedup();
    for name in names {
        if named && random.chance(3) && bounds.iter().all(|bound| bound.name.as_deref() != Some(name)) {
            bounds.push(Bound { name: Some(name.into()), text: amount(random) });
        }
    }
    if bounds.is_empty() {
        bounds.push(Bound { name: None, text: "1".into() });
    }
    bounds
}

fn qres(folder: &Path, arguments: &[String]) -> Output {
    cargo_bin_cmd!("qres").args(arguments).current_dir(folder).env_remove("HOME").output().unwrap()
}

/// How far each column's numbers may be off: by its name, else by the bound for all.
fn allowed(text: &Text, bounds: &[Bound]) -> Vec<Scaled> {
    let ranges = (0..text.columns.len()).map(|column| {
        // Columns of one name are one.
        let name = &text.columns[column].name;
        let cells = text.lines.iter().flatten().filter_map(|piece| match piece {
            Piece::Cell(at, cell) if text.columns[*at].name == *name => value(text.columns[*at].sort, cell),
            _ => None,
        });
        let numbers: Vec<Scaled> = cells.collect();
        numbers.iter().max().zip(numbers.iter().min()).map_or(0, |(high, low)| high - low)
    });
    let columns = text.columns.iter().zip(ranges);
    columns
        .map(|(column, range)| {
            let own = bounds.iter().find(|bound| bound.name.as_deref() == Some(&*column.name));
            let bound = own.or_else(|| bounds.iter().find(|bound| bound.name.is_none()));
            bound.map_or(0, |bound| bound.allows(range))
        })
        .collect()
}

/// Compares what came back; says what is wrong.
fn compare(text: &Text, back: &str, bounds: &[Bound]) -> Result<(), String> {
    let allowed = allowed(text, bounds);
    let all = bounds.iter().find(|bound| bound.name.is_none());
    let rest = back.strip_prefix(&*text.head).ok_or("the head is another")?;
    let mut lines = rest.split('\n');
    for (at, pieces) in text.lines.iter().enumerate() {
        let line = lines.next().ok_or("a line is missing")?;
        compare_line(pieces, line, &text.columns, &allowed).map_err(|what| {
            let before = pieces.iter().map(|piece| match piece {
                Piece::Text(text) | Piece::Cell(_, text) => &**text,
            });
            format!("line {at}: {what}\n  {}\n  {line}", before.collect::<String>())
        })?;
    }
    if lines.next() != Some("") || lines.next().is_some() {
        return Err("there are more lines".into());
    }
    erased(text, rest, bounds, all)
}

fn compare_line(pieces: &[Piece], line: &str, columns: &[Column], allowed: &[Scaled]) -> Result<(), String> {
    let mut rest = line;
    for (at, piece) in pieces.iter().enumerate() {
        let (column, cell) = match piece {
            Piece::Text(text) => {
                rest = rest.strip_prefix(&**text).ok_or(format!("not `{text}`"))?;
                continue;
            }
            Piece::Cell(column, cell) => (*column, cell),
        };
        // A cell ends where the text behind it begins.
        let behind = pieces[at + 1..].iter().find_map(|piece| match piece {
            Piece::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        });
        let end = behind.map_or(Some(rest.len()), |behind| rest.find(&**behind));
        let (now, behind) = rest.split_at(end.ok_or("a cell has no end")?);
        rest = behind;
        if now == cell {
            continue;
        }
        let sort = columns[column].sort;
        // The second value of an array is a plain one.
        let sort = if value(sort, cell).is_some() { sort } else { Sort::Long };
        let (Some(from), Some(to)) = (value(sort, cell), value(sort, now)) else {
            return Err(format!("`{cell}` became `{now}`"));
        };
        if (from - to).abs() > allowed[column] {
            return Err(format!("`{cell}` became `{now}` within {}", allowed[column]));
        }
    }
    if rest.is_empty() { Ok(()) } else { Err(format!("`{rest}` is too much")) }
}

/// A bound for all columns must leave what is no measurement as it is.
fn erased(text: &Text, back: &str, bounds: &[Bound], all: Option<&Bound>) -> Result<(), String> {
    let Dialect::Csv { delimiter, quotes: false, .. } = text.dialect else { return Ok(()) };
    let spared = |column: &Column| {
        matches!(
            column.sort,
            Sort::Flag | Sort::Clock | Sort::Count | Sort::Word | Sort::Numbered | Sort::Time
        )
    };
    for (at, column) in text.columns.iter().enumerate().filter(|(_, column)| spared(column)) {
        let own = bounds.iter().any(|bound| bound.name.as_deref() == Some(&*column.name));
        if own || all.is_none() || text.lines.len() < 20 {
            continue;
        }
        for (line, pieces) in back.lines().zip(&text.lines) {
            let before = pieces.iter().find_map(|piece| match piece {
                Piece::Cell(of, cell) if *of == at => Some(cell),
                _ => None,
            });
            if line.split(delimiter).nth(at) != before.map(|cell| &**cell) {
                return Err(format!("{} of {:?} was bounded: {line}", column.name, column.sort));
            }
        }
    }
    Ok(())
}

/// Runs one batch of texts with the same bounds through the program, and counts them.
fn batch(seed: u64, live: bool, failures: &mut String) -> [usize; 2] {
    let mut random = Random(seed);
    let folder = tempfile::tempdir().unwrap();
    let (mut cases, mut refused) = (0, 0);
    for at in 0..4 {
        let text = Text::new(&mut random, live);
        let bounds = bounds(&mut random, &text, live);
        let name = format!("{at}.txt");
        fs::write(folder.path().join(&name), text.bytes()).unwrap();
        let mut arguments: Vec<String> = vec!["compress".into(), format!("-{}", random.pick(&[1, 3, 5]))];
        for Bound { name, text } in &bounds {
            let own = name.as_ref().map_or(String::new(), |name| format!("{name}="));
            arguments.extend(["--error".into(), own + text]);
        }
        match live {
            true => arguments.push("--live".into()),
            false if random.chance(2) => arguments.extend(["--segment".into(), "16K".into()]),
            false => {}
        }
        arguments.push(name.clone());
        let done = qres(folder.path(), &arguments);
        if !done.status.success() {
            // What cannot be done is refused, and nothing is written.
            assert!(matches!(done.status.code(), Some(1 | 2)), "{arguments:?}: {done:?}");
            assert!(!folder.path().join(name + ".qres").exists(), "{arguments:?}");
            refused += 1;
            continue;
        }
        let packed = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let packed = packed.filter(|path| path.extension().is_some_and(|end| end != "txt")).max().unwrap();
        let back = qres(folder.path(), &["decompress".into(), "-c".into(), packed.to_string_lossy().into()]);
        fs::remove_file(packed).unwrap();
        let back = String::from_utf8_lossy(&back.stdout).into_owned();
        if let Err(what) = compare(&text, &back, &bounds) {
            let sorts: Vec<_> = text.columns.iter().map(|column| (&column.name, column.sort)).collect();
            let _ =
                writeln!(failures, "seed {seed}/{at} {:?} {sorts:?}\n{arguments:?}\n{what}\n", text.dialect);
        }
        cases += 1;
    }
    [cases, refused]
}

fn run(what: &str, live: bool, batches: u64) {
    let (mut failures, mut cases, mut refused) = (String::new(), 0, 0);
    for seed in 0..batches {
        let [more, no] = batch(seed, live, &mut failures);
        (cases, refused) = (cases + more, refused + no);
    }
    // Past the capture of tests: figures are to be seen.
    let _ = writeln!(
        std::io::stderr(),
        "bounds: {cases} {what} came back within their bounds, {refused} were refused"
    );
    assert!(failures.is_empty(), "{failures}");
    assert!(refused * 2 < cases, "{refused} of {cases}");
}

/// Batches of four: more with `QRES_CASES`.
fn batches() -> u64 {
    std::env::var("QRES_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(240) / 4
}

#[test]
fn archives() {
    run("archives", false, batches());
}

#[test]
fn links() {
    run("links", true, batches());
}

/// A table of a clock, a count that is filled up with zeros, and another in hexadecimal digits, and what bounds make of it.
fn with_width(arguments: &[&str]) -> (Output, Vec<Vec<String>>) {
    let folder = tempfile::tempdir().unwrap();
    let rows = (0..600).map(|i: i64| {
        let (a, b) = (i * i % 997 + 5, 3 + i * 37 % 4096);
        format!("{},{a:06},0x{b:04x}\n", 1_700_000_000 + i)
    });
    fs::write(folder.path().join("a"), format!("t,pad,hex\n{}", rows.collect::<String>())).unwrap();
    let arguments: Vec<String> =
        ["compress", "-q", "-o", "b"].iter().chain(arguments).map(|a| (*a).into()).collect();
    let done = qres(folder.path(), &[&arguments[..], &["a".into()]].concat());
    let back = qres(folder.path(), &["decompress".into(), "-c".into(), "b".into()]);
    let back = String::from_utf8(back.stdout).unwrap();
    (done, back.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect())
}

#[test]
fn columns_with_a_width_obey_the_bounds_of_their_names_and_keep_it() {
    let (done, exact) = with_width(&["--error", "8"]);
    assert!(done.status.success());
    let (done, rows) = with_width(&["--error", "pad=8", "--error", "hex=8"]);
    assert!(done.status.success());
    let mut moved = 0;
    for (row, from) in rows.iter().zip(&exact) {
        assert_eq!((&row[0], row[1].len(), row[2].len()), (&from[0], 6, 6));
        for (sort, at) in [(Sort::Padded, 1), (Sort::Hex, 2)] {
            let (a, b) = (value(sort, &row[at]).unwrap(), value(sort, &from[at]).unwrap());
            assert!((a - b).abs() <= 8 * 10_i128.pow(PLACES as u32), "{row:?} {from:?}");
            moved += usize::from(a != b);
        }
    }
    assert!(moved > 1000, "{moved}");
    assert!(exact.iter().zip(0..).all(|(row, i): (_, i64)| row[1] == format!("{:06}", i * i % 997 + 5)));
}

#[test]
fn a_link_refuses_to_bound_columns_with_a_width() {
    for bound in ["pad=8", "hex=8"] {
        let (done, _) = with_width(&["--live", "--error", bound]);
        assert_eq!(done.status.code(), Some(2), "{done:?}");
    }
    assert!(with_width(&["--live", "--error", "8"]).0.status.success());
}
