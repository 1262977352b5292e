//! Conditions as they are written, what they say of rows, and that what they say of many holds for each.

use super::*;
use crate::value::{Order, Summary};
use proptest::prelude::*;
use std::{format, string::String, vec};

/// What a condition says of a row whose columns are named a, b and so on.
fn holds(condition: &str, row: &[&str]) -> bool {
    let condition = Condition::parse(condition).unwrap_or_else(|why| panic!("{condition}: {why}"));
    let cell = |name: &str| row[usize::from(name.as_bytes()[0] - b'a')].as_bytes();
    condition.holds(&|place| {
        let comparison = &condition.comparisons()[place];
        comparison.holds(cell(&comparison.columns[0]))
    })
}

#[test]
fn conditions_say_what_they_say() {
    for (condition, row, wanted) in [
        ("a>2", &["3"][..], true),
        ("a > 2 and b = on", &["3", "on"], true),
        ("a > 2 AND NOT b = on", &["3", "on"], false),
        ("a<1 or a>2 and b=x", &["0", "y"], true),
        ("(a<1 or a>2) and b=x", &["0", "y"], false),
        ("not (a<1 or b=x)", &["2", "y"], true),
        ("not not a=1", &["1.0"], true),
        ("a<>1", &["2"], true),
        ("a=0.1", &["0.10000000000000001"], false),
        ("a>123456789012345678901234567889", &["123456789012345678901234567890"], true),
        ("a >= 2025-01-01 and a < 2025-01-01 10:00", &["2025-01-01T09:59:59Z"], true),
        ("a >= '2025-01-01 10:00'", &["2025-01-01T09:59:59Z"], false),
        ("a=\"on, \"\"off\"\"\"", &["on, \"off\""], true),
        ("`a`='x and y)'", &["x and y)"], true),
        ("a = on the road and b=1", &["on the road", "1"], true),
        ("a = android", &["android"], true),
        // What says nothing meets nothing, nor its opposite.
        ("a>2", &[""], false),
        ("not a>2", &[""], false),
        ("not a>2", &["NA"], false),
        ("a!=2", &["NA"], false),
        ("a!=on", &["NA"], true),
        ("a>2 or b>2", &["", "3"], true),
        ("a>2 or b>2", &["", "1"], false),
        ("not (a>2 and b>2)", &["", "1"], true),
        ("a=", &[""], true),
        ("a!= and b=1", &["x", "1"], true),
        ("a is null", &["nan"], true),
        ("a is not null", &["nan"], false),
        ("a is null or b>1", &["5", "2"], true),
        ("a is NOT Null and b>1", &["5", "2"], true),
    ] {
        assert_eq!(holds(condition, row), wanted, "{condition} {row:?}");
    }
    assert_eq!(
        Condition::parse("wind speed (m/s) > 3").unwrap().comparisons()[0].columns,
        ["wind speed (m/s)"]
    );
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (condition, at, why) in [
        ("", 1, Why::NoComparison),
        ("a>1 and", 8, Why::NoComparison),
        ("a>1 and >2", 9, Why::NoComparison),
        ("temp", 5, Why::NoSign),
        ("ä>1 or temp", 12, Why::NoSign),
        ("(a>1", 1, Why::Open('(')),
        ("a>1)", 4, Why::Stray),
        ("a>'1", 3, Why::Open('\'')),
        ("a='x' y", 7, Why::Stray),
        ("a>on", 3, Why::Unordered),
        ("not", 4, Why::NoComparison),
        ("a is 5", 7, Why::NoSign),
    ] {
        assert_eq!(Condition::parse(condition), Err(Invalid { at, why }), "{condition}");
    }
    let deep = |depth| format!("{}a=1{}", "(".repeat(depth), ")".repeat(depth));
    assert!(Condition::parse(&deep(60)).is_ok());
    assert_eq!(Condition::parse(&deep(100_000)).unwrap_err().why, Why::Limit);
    assert_eq!(Condition::parse(&"a=1 and ".repeat(100_000)).unwrap_err().why, Why::Limit);
}

/// A cell of one of many kinds; few values, so that borders are met.
fn cell() -> impl Strategy<Value = String> {
    let number = (-40..40_i32, 0..3_usize).prop_map(|(n, places)| format!("{:.places$}", f64::from(n) / 4.0));
    let count = (0..6_i64, 0..3_u32).prop_map(|(n, k)| format!("{}", (99_999_999_998 + n) * 1000_i64.pow(k)));
    let time = (0..4_u32, 0..3_u32, 0..5_usize).prop_map(|(day, hour, form)| {
        let day = day + 1;
        match form {
            0 => format!("2025-01-{day:02}"),
            1 => format!("2025-01-{day:02} {hour:02}:00:00"),
            2 => format!("2025-01-{day:02}T{hour:02}:00:00.5Z"),
            3 => format!("2025-01-{day:02} {hour:02}:00:00+0{hour}:00"),
            _ => format!("2025/01/{day:02} 0{hour}:00"),
        }
    });
    let word = prop::sample::select(vec![
        "",
        "NA",
        "on",
        "1e3",
        "12345678901234567890",
        "1,5",
        "+5",
        "-0",
        "0/1",
        "3 m",
    ]);
    prop_oneof![4 => number, 2 => count, 4 => time, 1 => word.prop_map(String::from)]
}

/// Cells of a column, mostly of one kind.
fn cells() -> impl Strategy<Value = Vec<String>> {
    let one = |prefix: &'static str| {
        prop::collection::vec(cell(), 1..12).prop_map(move |cells| {
            let kept: Vec<String> = cells.iter().filter(|cell| cell.starts_with(prefix)).cloned().collect();
            if kept.is_empty() { cells } else { kept }
        })
    };
    prop_oneof![one(""), one("2025-01"), one("1"), one("9"), one("-")]
}

fn relation() -> impl Strategy<Value = Relation> {
    prop::sample::select(vec![
        Relation::Equal,
        Relation::Unequal,
        Relation::Less,
        Relation::AtMost,
        Relation::More,
        Relation::AtLeast,
        Relation::Null,
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]
    #[test]
    fn whatever_holds_of_a_cell_is_possible(cells in cells(), relation in relation(), value in cell(), by_time: bool) {
        let by_time = if by_time {
            Comparison::of_time(vec!["a".into()], relation, &value, Order::DayFirst)
        } else {
            None
        };
        let comparison = by_time.unwrap_or_else(|| Comparison::new("a", relation, &value));
        let possible = comparison.possible(&Summary::of(cells.iter().map(|cell| cell.as_bytes())));
        for cell in &cells {
            match comparison.holds(cell.as_bytes()) {
                Some(true) => prop_assert!(possible.truth, "{cell} of {cells:?}: {comparison:?}"),
                Some(false) => prop_assert!(possible.falsehood, "{cell} of {cells:?}: {comparison:?}"),
                None => {}
            }
        }
    }

    #[test]
    fn dates_and_times_of_day_are_possible_together(
        rows in prop::collection::vec((0..4_u32, 0..25_u32, 0..9_u8), 1..8),
        relation in relation(), day in 0..5_u32, hour in 0..24_u32,
    ) {
        let value = format!("2025-01-0{} {hour:02}:00", day + 1);
        let columns = vec!["date".into(), "time".into()];
        let comparison = Comparison::of_time(columns, relation, &value, Order::DayFirst).unwrap();
        let date = |(day, _, gap): &(u32, u32, u8)| if *gap == 0 { String::new() } else { format!("2025-01-0{}", day + 1) };
        let dates: Vec<String> = rows.iter().map(date).collect();
        let possible = comparison.possible(&Summary::of(dates.iter().map(|date| date.as_bytes())));
        for (date, (_, hour, _)) in dates.iter().zip(&rows) {
            match comparison.holds(format!("{date} {hour:02}:00").as_bytes()) {
                Some(true) => prop_assert!(possible.truth, "{date} {hour}"),
                Some(false) => prop_assert!(possible.falsehood, "{date} {hour}"),
                None => {}
            }
        }
    }

    #[test]
    fn no_text_is_too_strange_to_parse(text in "[a-c=<>!()'\"` andornisul0-9.-]{0,40}") {
        if let Err(Invalid { at, .. }) = Condition::parse(&text) {
            prop_assert!(at <= text.chars().count() + 1);
        }
    }
}

#[test]
fn some_rows_need_not_be_looked_at() {
    let known = |cells: &[&str]| Summary::of(cells.iter().map(|cell| cell.as_bytes()));
    for (condition, cells, wanted) in [
        ("a>2.5", &["1", "2.5"][..], false),
        ("a>=2.5", &["1", "2.5"], true),
        ("a<1", &["1", "2.5"], false),
        ("a=3", &["1", "2.5"], false),
        ("a!=1", &["1", "1.0"], false),
        ("not a>=1", &["1", "2.5", ""], false),
        ("a>1 and a<0", &["1", "2.5"], false),
        ("a>9 or a<0", &["1", "2.5"], false),
        ("a is null", &["1", "2.5"], false),
        ("a is not null", &["", "NA"], false),
        ("a>0", &["", "NA"], false),
        ("a>=2025-01-02", &["2025-01-01 10:00", "2025-01-01 23:59:59.999"], false),
        ("a>=2025-01-02", &["2025-01-01 23:00:00Z"], false),
        ("a>=2025-01-02", &["2025-01-01 23:00:00-02:00", "2025-01-01 23:00:00+02:00"], true),
        ("a>=2026-01-01", &["1735689600", "1735689601"], false),
        ("a=on", &["off"], true),
    ] {
        let condition = Condition::parse(condition).unwrap();
        let summary = known(cells);
        let may = condition.may_hold(&|place| condition.comparisons()[place].possible(&summary));
        assert_eq!(may, wanted, "{condition:?} {cells:?}");
    }
}
