//! `--error`: what was typed becomes how far each column's numbers may move, and how that is said again.

use crate::{
    cmd::words,
    error::{Failure, Outcome},
    rows::names,
};
use qres_core::{
    frame::{Cost, Header, Sample, Tolerance, Tolerances},
    table::{Cover, Layout, Schema},
};
use serde::Serialize;

/// `E` or `COLUMN=E`.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    column: Option<String>,
    tolerance: Tolerance,
}

impl Wanted {
    /// The same for all columns.
    #[cfg(feature = "bench")]
    pub(crate) fn all(tolerance: Tolerance) -> Self {
        Self { column: None, tolerance }
    }

    /// Whether it is a share of the range.
    pub(crate) fn is_share(&self) -> bool {
        self.tolerance.is_share()
    }
}

/// Reads `0.05`, `1%`, `temp=0.05` or `3=1%`.
pub(crate) fn parse(text: &str) -> Result<Wanted, String> {
    let (column, bound) = match text.rsplit_once('=') {
        Some((column, bound)) => (Some(column.to_owned()), bound),
        None => (None, text),
    };
    let wrong = || {
        "a bound is a number such as 0.05, or a share of the range such as 1%, and not negative".to_owned()
    };
    let tolerance = Tolerance::parse(bound.trim()).ok_or_else(wrong)?;
    match column {
        Some(column) if column.is_empty() => Err("a column's name goes before the `=`".into()),
        column => Ok(Wanted { column, tolerance }),
    }
}

/// Refuses what cannot be meant, whatever the input is.
pub(crate) fn check(wanted: &[Wanted], raw: Option<Sample>) -> Outcome {
    let twice =
        (1..wanted.len()).find(|at| wanted[..*at].iter().any(|other| other.column == wanted[*at].column));
    if let Some(at) = twice {
        let of = wanted[at].column.as_ref().map_or("all columns".into(), |name| format!("column `{name}`"));
        return Err(Failure::usage(format!("two bounds for {of}"), "leave one of them out"));
    }
    if !wanted.is_empty() && raw.is_some_and(Sample::is_float) {
        let hint = "bound samples of integers, or write the floats as text";
        return Err(Failure::usage("binary floats cannot be bounded", hint));
    }
    Ok(())
}

/// How far the numbers of the columns that `header` knows may move: the tightest of the bounds given to a cell's names, or
/// that for all columns if it has none.
pub(crate) fn tolerances(wanted: &[Wanted], header: &Header, input: &str) -> Outcome<Tolerances> {
    let all = wanted.iter().find(|wanted| wanted.column.is_none());
    let mut tolerances = Tolerances::new(all.map_or(Tolerance::EXACT, |all| all.tolerance));
    let mut covers = Vec::new();
    for Wanted { column, tolerance } in wanted {
        if let Some(name) = column {
            covers.push((cover(name, *tolerance, header, input)?, *tolerance));
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

/// The columns of that name or number.
fn cover(name: &str, tolerance: Tolerance, header: &Header, input: &str) -> Outcome<Cover> {
    match &header.schema {
        Schema::Table(layout) => cover_of(layout, name, tolerance, input),
        Schema::Bytes | Schema::Learnt { .. } => {
            let what = format!("{input} is no table and has no column `{name}`");
            Err(Failure::usage(what, "a bound is for the numbers of tables and of raw samples"))
        }
        Schema::Raw(raw) => {
            let channel = number(name).filter(|channel| *channel < usize::from(raw.channels));
            let whole = channel.into_iter().collect();
            channel.map(|_| Cover { known: true, whole, ..Cover::default() }).ok_or_else(|| {
                let what = format!("{input} has no channel `{name}`, but 1 to {}", raw.channels);
                Failure::usage(what, "channels have numbers, counted from 1")
            })
        }
    }
}

fn cover_of(layout: &Layout, name: &str, tolerance: Tolerance, input: &str) -> Outcome<Cover> {
    let by_name = Cover::of(layout, name.as_bytes());
    if by_name.whole.is_empty() && by_name.known && !tolerance.is_exact() {
        let what =
            format!("`{name}` has no column of its own in {input}: other names share those of its cells");
        return Err(Failure::usage(what, "bound all of a column by its number, as `qres inspect` shows it"));
    }
    let by_number = || Cover::column(layout, number(name)?);
    let found = if by_name.known { Some(by_name) } else { by_number() };
    found.ok_or_else(|| match names::unknown(layout, name, input) {
        Failure::Usage { what, .. } => {
            Failure::usage(what, "name columns as the first row does, or by number from 1")
        }
        other => other,
    })
}

/// A number counted from 1 as one from 0.
fn number(name: &str) -> Option<usize> {
    name.parse::<usize>().ok()?.checked_sub(1)
}

/// The bounds of an archive.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Said {
    /// That of columns that have none of their own.
    all: String,
    /// The others.
    columns: Vec<SaidOf>,
    /// What they cost the first segment's columns.
    costs: Vec<SaidCost>,
}

#[derive(Debug, Clone, Serialize)]
struct SaidOf {
    name: String,
    within: String,
}

/// Distinct values of a column, and how many of them are left.
#[derive(Debug, Clone, Serialize)]
struct SaidCost {
    name: String,
    distinct: u64,
    left: u64,
}

impl Said {
    /// What a header says; nothing if all numbers are exact.
    pub(crate) fn of(header: &Header) -> Option<Self> {
        let names = match &header.schema {
            Schema::Table(layout) => Layout::names(layout),
            _ => vec![],
        };
        let of = |(column, tolerance): (usize, Tolerance)| SaidOf {
            name: words::column(&names, column),
            within: tolerance.to_string(),
        };
        let cost = |(column, Cost { distinct, left }): (usize, Cost)| SaidCost {
            name: words::column(&names, column),
            distinct,
            left,
        };
        (!header.bounds.is_exact()).then(|| Self {
            all: header.bounds.all().to_string(),
            columns: header.bounds.others().map(of).collect(),
            costs: header.bounds.costs().map(cost).collect(),
        })
    }

    /// The same for people: `numbers within 1 (temp within 0.05; time and state exact)`.
    pub(crate) fn line(&self) -> String {
        let (exact, within): (Vec<&SaidOf>, Vec<&SaidOf>) =
            self.columns.iter().partition(|of| of.within == "0");
        let within = within.iter().map(|of| format!("{} within {}", of.name, of.within));
        let within = within.collect::<Vec<_>>().join(", ");
        if self.all == "0" {
            return format!("{within}, all else exact");
        }
        let exact = exact.iter().map(|of| of.name.clone()).collect::<Vec<_>>();
        let exact = if exact.is_empty() { exact } else { vec![words::list(&exact) + " exact"] };
        let own = Some(within).filter(|within| !within.is_empty()).into_iter().chain(exact);
        match own.collect::<Vec<_>>().join("; ") {
            own if own.is_empty() => format!("numbers within {}", self.all),
            own => format!("numbers within {} ({own})", self.all),
        }
    }

    /// The distinct values that are left, of columns that lose any, or more than half of them.
    pub(crate) fn left(&self, most: bool) -> Option<String> {
        let loses =
            |cost: &&SaidCost| if most { cost.left * 2 < cost.distinct } else { cost.left < cost.distinct };
        let costs = self.costs.iter().filter(loses);
        let costs: Vec<String> =
            costs.map(|cost| format!("{} {} of {}", cost.name, cost.left, cost.distinct)).collect();
        (!costs.is_empty()).then(|| words::list(&costs))
    }

    /// Whether there is a bound for columns that were not named.
    pub(crate) fn is_for_all(&self) -> bool {
        self.all != "0"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_may_name_a_column() {
        let wanted = parse("a=b=0.5").unwrap();
        assert_eq!((wanted.column.as_deref(), wanted.tolerance.to_string()), (Some("a=b"), "0.5".into()));
        assert!(parse("1%").unwrap().column.is_none());
        for wrong in ["", "temp", "temp=", "=1", "temp=-1", "-0.1", "1%%", "temp=x"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
