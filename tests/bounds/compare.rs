//! Bounds as they are asked for, and what they allow to come back.

use crate::{
    number::{PLACES, Scaled, number, value},
    random::Random,
    text::{Column, Dialect, Piece, Sort, Text},
};

/// A bound as it was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Bound {
    pub(crate) name: Option<String>,
    pub(crate) text: String,
}

impl Bound {
    /// How far a number of a column of that range may be off.
    pub(crate) fn allows(&self, range: Scaled) -> Scaled {
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

pub(crate) fn bounds(random: &mut Random, text: &Text, live: bool) -> Vec<Bound> {
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

/// How far each column's numbers may be off: by its name, else by the bound for all.
pub(crate) fn allowed(text: &Text, bounds: &[Bound]) -> Vec<Scaled> {
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
pub(crate) fn compare(text: &Text, back: &str, bounds: &[Bound]) -> Result<(), String> {
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

pub(crate) fn compare_line(
    pieces: &[Piece],
    line: &str,
    columns: &[Column],
    allowed: &[Scaled],
) -> Result<(), String> {
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
pub(crate) fn erased(text: &Text, back: &str, bounds: &[Bound], all: Option<&Bound>) -> Result<(), String> {
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
