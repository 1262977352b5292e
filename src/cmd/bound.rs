//! `--error`: what was typed becomes how far each column's numbers may move, and how that is said again.

use crate::{
    cmd::words,
    error::{Failure, Outcome},
    rows::names,
};
use qres_core::{
    frame::{Header, Sample, Tolerance, Tolerances},
    table::{Layout, Schema},
};
use serde::Serialize;

/// `E` or `COLUMN=E`.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    column: Option<String>,
    tolerance: Tolerance,
}

impl Wanted {
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
    if !wanted.is_empty() && matches!(raw, Some(Sample::F32 | Sample::F64)) {
        let hint = "bound i16 or i32 samples, or write the floats as text";
        return Err(Failure::usage("binary floats cannot be bounded", hint));
    }
    Ok(())
}

/// How far the numbers of the columns that `header` knows may move.
pub(crate) fn tolerances(wanted: &[Wanted], header: &Header, input: &str) -> Outcome<Tolerances> {
    let all = wanted.iter().find(|wanted| wanted.column.is_none());
    let mut tolerances = Tolerances::new(all.map_or(Tolerance::EXACT, |all| all.tolerance));
    for Wanted { column, tolerance } in wanted {
        for column in
            column.iter().map(|name| columns(name, header, input)).collect::<Outcome<Vec<_>>>()?.concat()
        {
            tolerances.set(column, *tolerance);
        }
    }
    Ok(tolerances)
}

/// The columns of that name or number.
fn columns(name: &str, header: &Header, input: &str) -> Outcome<Vec<usize>> {
    match &header.schema {
        Schema::Table(layout) => Ok(names::pick(layout, name, input)?.0.columns().collect()),
        Schema::Bytes | Schema::Learnt { .. } => {
            let what = format!("{input} is no table and has no column `{name}`");
            Err(Failure::usage(what, "a bound is for the numbers of tables and of raw samples"))
        }
        Schema::Raw(raw) => {
            let channel = name.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            let channel = channel.filter(|channel| *channel < usize::from(raw.channels));
            channel.map(|channel| vec![channel]).ok_or_else(|| {
                let what = format!("{input} has no channel `{name}`, but 1 to {}", raw.channels);
                Failure::usage(what, "channels have numbers, counted from 1")
            })
        }
    }
}

/// The bounds of an archive.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Said {
    /// That of columns that have none of their own.
    all: String,
    /// The others.
    columns: Vec<SaidOf>,
}

#[derive(Debug, Clone, Serialize)]
struct SaidOf {
    column: String,
    bound: String,
}

impl Said {
    /// What a header says; nothing if all numbers are exact.
    pub(crate) fn of(header: &Header) -> Option<Self> {
        let names = match &header.schema {
            Schema::Table(layout) => Layout::names(layout),
            _ => vec![],
        };
        let of = |(column, tolerance): (usize, Tolerance)| SaidOf {
            column: words::column(&names, column),
            bound: tolerance.to_string(),
        };
        (!header.bounds.is_exact()).then(|| Self {
            all: header.bounds.all().to_string(),
            columns: header.bounds.others().map(of).collect(),
        })
    }

    /// The same for people: `1% (time exact, temp 0.05)`.
    pub(crate) fn line(&self) -> String {
        let bound = |bound: &str| if bound == "0" { "exact".into() } else { format!("within {bound}") };
        let columns = self.columns.iter().map(|of| format!("{} {}", of.column, bound(&of.bound)));
        let columns = columns.collect::<Vec<_>>().join(", ");
        match (self.all.as_str(), columns.is_empty()) {
            ("0", _) => format!("{columns}, all else exact"),
            (all, true) => format!("numbers within {all}"),
            (all, false) => format!("numbers within {all} ({columns})"),
        }
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
