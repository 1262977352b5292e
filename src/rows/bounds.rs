//! `--error`: bounds as they are typed, and why one cannot be meant.

use super::names;
use crate::failure::{Failure, Outcome};
use qres_core::{
    archive::Bound,
    error::Unbounded,
    frame::{Header, Sample, Tolerances},
    table::{Layout, Schema},
};

/// Reads `0.05`, `1%`, `temp=0.05` or `3=1%`.
pub(crate) fn parse(text: &str) -> Result<Bound, String> {
    Bound::parse(text).ok_or_else(|| match text.starts_with('=') {
        true => "a column's name goes before the `=`".into(),
        false => {
            "a bound is a number such as 0.05, or a share of the range such as 1%, and not negative".into()
        }
    })
}

/// Refuses what cannot be meant, whatever the input is.
pub(crate) fn check(bounds: &[Bound], raw: Option<Sample>) -> Outcome {
    Bound::check(bounds, raw).map_err(|unbounded| match unbounded {
        Unbounded::Twice(column) => {
            let of = column.map_or("all columns".into(), |name| format!("column `{name}`"));
            Failure::usage(format!("two bounds for {of}"), "leave one of them out")
        }
        other => Failure::usage(other.to_string(), "bound samples of integers, or write the floats as text"),
    })
}

/// How far the numbers of the columns that `header` knows may move; the input is called `input`.
pub(crate) fn tolerances(bounds: &[Bound], header: &Header, input: &str) -> Outcome<Tolerances> {
    Bound::tolerances(bounds, header).map_err(|unbounded| refused(&unbounded, &header.schema, input))
}

/// Refuses lines that name columns in another order: a bound for a name would hold for the cells of another.
pub(crate) fn check_names(bounds: &[Bound], layout: &Layout, lines: &[u8], input: &str) -> Outcome {
    Bound::check_names(bounds, layout, lines).map_err(|unbounded| {
        let hint = "compress what is before it and what is behind it one by one";
        Failure::refused(format!("{input}: {unbounded}"), hint)
    })
}

/// Says why a bound cannot be meant for `input`, which has that `schema`.
pub(crate) fn refused(unbounded: &Unbounded, schema: &Schema, input: &str) -> Failure {
    match (unbounded, schema) {
        (Unbounded::NoColumn(name), Schema::Table(layout)) => {
            let what = names::unknown(layout, name, input).to_string();
            Failure::usage(what, "name columns as the first row does, or by number from 1")
        }
        (Unbounded::NoChannel(name, channels), _) => {
            let what = format!("{input} has no channel `{name}`, but 1 to {channels}");
            Failure::usage(what, "channels have numbers, counted from 1")
        }
        (Unbounded::NoTable(name), _) => {
            let what = format!("{input} is no table and has no column `{name}`");
            Failure::usage(what, "a bound is for the numbers of tables and of raw samples")
        }
        (Unbounded::Shared(name), _) => {
            let what =
                format!("`{name}` has no column of its own in {input}: other names share those of its cells");
            Failure::usage(what, "bound all of a column by its number, as `qres inspect` shows it")
        }
        _ => Failure::usage(unbounded.to_string(), "leave the bound out"),
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
