//! Columns by what people call them: a name, a number from 1, a range of either, or something near a name.

use crate::{
    failure::{Failure, Outcome},
    text::{describe, plain},
};
use qres_core::table::{Layout, Pick};

/// Names that a refusal lists.
const LISTED: usize = 24;

/// What one asked for: where its cells are, and its name if it has one.
type Found = (Pick, Option<Vec<u8>>);

/// The field of that name or number in `holder`, with its name if it has one.
pub(crate) fn pick(layout: &Layout, wanted: &str, holder: &str) -> Outcome<Found> {
    find(layout, wanted).ok_or_else(|| unknown(layout, wanted, holder))
}

/// The field of that name or number.
pub(crate) fn find(layout: &Layout, wanted: &str) -> Option<Found> {
    let by_name = Pick::named(layout, wanted.as_bytes()).map(|pick| (pick, Some(wanted.as_bytes().to_vec())));
    by_name.or_else(|| numbered(layout, wanted.parse::<usize>().ok()?.checked_sub(1)?))
}

fn numbered(layout: &Layout, column: usize) -> Option<Found> {
    Some((Pick::column(layout, column)?, layout.names().get(column)?.clone()))
}

/// The fields that a list of names, numbers and ranges asks for, in that order. A comma between quotes is part of a name.
pub(crate) fn pick_all(layout: &Layout, lists: &[String], holder: &str) -> Outcome<Vec<Found>> {
    let mut found = Vec::new();
    for list in lists {
        match find(layout, list) {
            Some(one) => found.push(one),
            None => {
                for wanted in items(list) {
                    found.extend(one_or_range(layout, &wanted, holder)?);
                }
            }
        }
    }
    Ok(found)
}

fn one_or_range(layout: &Layout, wanted: &str, holder: &str) -> Outcome<Vec<Found>> {
    if let (None, Some((from, to))) = (find(layout, wanted), wanted.split_once("..")) {
        let place = |name: &str, open: usize| match name {
            "" => Ok(open),
            name => column(layout, name).ok_or_else(|| unknown(layout, name, holder)),
        };
        let (from, to) = (place(from, 0)?, place(to, layout.columns().saturating_sub(1))?);
        if from > to {
            let what = format!("the range of columns `{wanted}` ends before it starts");
            return Err(Failure::usage(what, "name the column further to the left first"));
        }
        return Ok((from..=to).filter_map(|column| numbered(layout, column)).collect());
    }
    Ok(vec![pick(layout, wanted, holder)?])
}

/// The column of that name or number.
fn column(layout: &Layout, wanted: &str) -> Option<usize> {
    let by_name = layout.names().iter().position(|name| name.as_deref() == Some(wanted.as_bytes()));
    let by_number = || wanted.parse::<usize>().ok()?.checked_sub(1).filter(|at| *at < layout.columns());
    by_name.or_else(by_number)
}

/// What stands between the commas of a list that are not between quotes, without the quotes.
fn items(list: &str) -> Vec<String> {
    let (mut items, mut quoted) = (vec![String::new()], false);
    for letter in list.chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => items.push(String::new()),
            other => items.last_mut().into_iter().for_each(|item| item.push(other)),
        }
    }
    items
}

/// The refusal of a column that is not there.
pub(crate) fn unknown(layout: &Layout, wanted: &str, holder: &str) -> Failure {
    let names = layout.names();
    let known: Vec<String> = (0..layout.columns()).map(|field| describe::column(&names, field)).collect();
    let wanted = plain::printable(wanted);
    let what = match near(&known, &wanted) {
        Some(near) => format!("{holder} has no column `{wanted}`; there is `{near}`"),
        None => format!("{holder} has no column `{wanted}`, but {}", listed(&known)),
    };
    Failure::usage(what, "name columns as the first row does, by number from 1, or as a range such as `2..5`")
}

/// The name that was probably meant.
fn near<'n>(known: &'n [String], wanted: &str) -> Option<&'n String> {
    let wanted = wanted.to_lowercase();
    let likeness = |name: &String| strsim::jaro_winkler(&name.to_lowercase(), &wanted);
    let best = known.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(best) > 0.8).then_some(best)
}

fn listed(known: &[String]) -> String {
    let shown = known.get(..LISTED).unwrap_or(known).join(", ");
    match known.len().checked_sub(LISTED) {
        Some(more @ 1..) => format!("{shown} and {more} more"),
        _ => shown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use qres_core::table::Shape;

    fn layout() -> Layout {
        let preamble = b"time,temp,\"a, b\",Hum\n".to_vec();
        Layout::Fields(Shape {
            delimiter: b',',
            quoted: true,
            blanks: false,
            columns: 4,
            unnamed: false,
            preamble,
        })
    }

    fn picked(lists: &[&str]) -> Result<String, String> {
        let lists: Vec<String> = lists.iter().map(|list| (*list).into()).collect();
        let found = pick_all(&layout(), &lists, "it").map_err(|failure| failure.to_string())?;
        let names = found.into_iter().map(|(_, name)| String::from_utf8(name.unwrap_or_default()).unwrap());
        Ok(names.collect::<Vec<_>>().join("|"))
    }

    #[test]
    fn columns_have_names_numbers_and_ranges() {
        for (lists, names) in [
            (&["temp,1"][..], "temp|time"),
            (&["2..3"], "temp|a, b"),
            (&["temp.."], "temp|a, b|Hum"),
            (&["..temp", "4"], "time|temp|Hum"),
            (&["\"a, b\",time"], "a, b|time"),
            (&["a, b"], "a, b"),
        ] {
            assert_eq!(picked(lists).as_deref(), Ok(names), "{lists:?}");
        }
    }

    #[test]
    fn what_is_not_there_is_told_with_what_is() {
        for (list, said) in [
            ("tmep", "it has no column `tmep`; there is `temp`"),
            ("hum", "it has no column `hum`; there is `Hum`"),
            ("9", "it has no column `9`, but time, temp, a, b, Hum"),
            ("3..2", "the range of columns `3..2` ends before it starts"),
            ("1..9", "it has no column `9`, but time, temp, a, b, Hum"),
        ] {
            assert_eq!(picked(&[list]), Err(said.into()), "{list}");
        }
        let many: Vec<String> = (0..100).map(|i| format!("c{i}")).collect();
        assert!(listed(&many).ends_with("c23 and 76 more"), "{}", listed(&many));
    }
}
