//! Whole tables there and back within bounds, compared digit by digit.

use super::{Cost, Tolerance, Tolerances};
use crate::{
    codec::Level,
    frame::{Config, Header, Input, Parser, Segment},
    table::Schema,
};
use alloc::{collections::BTreeSet, format, string::String, vec, vec::Vec};
use core::cmp::Ordering;
use proptest::prelude::*;

/// A natural number, its lowest digit first, without zeros at the top.
type Natural = Vec<u8>;

fn trimmed(mut digits: Natural) -> Natural {
    while digits.last() == Some(&0) {
        digits.pop();
    }
    digits
}

fn compare(a: &Natural, b: &Natural) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.iter().rev().cmp(b.iter().rev()))
}

fn add(a: &Natural, b: &Natural) -> Natural {
    let mut carry = 0;
    let digits = (0..=a.len().max(b.len())).map(|at| {
        let sum = a.get(at).unwrap_or(&0) + b.get(at).unwrap_or(&0) + carry;
        carry = sum / 10;
        sum % 10
    });
    trimmed(digits.collect())
}

/// The larger less the smaller.
fn distance(a: &Natural, b: &Natural) -> Natural {
    let (a, b) = if compare(a, b) == Ordering::Less { (b, a) } else { (a, b) };
    let mut borrow = 0;
    let digits = (0..a.len()).map(|at| {
        let less = b.get(at).unwrap_or(&0) + borrow;
        borrow = u8::from(a[at] < less);
        a[at] + 10 * borrow - less
    });
    trimmed(digits.collect())
}

fn times(a: &Natural, b: u64) -> Natural {
    let mut carry = 0u128;
    let mut digits: Natural = Vec::new();
    for digit in a.iter().copied().chain([0; 21]) {
        carry += u128::from(digit) * u128::from(b);
        digits.push((carry % 10) as u8);
        carry /= 10;
    }
    trimmed(digits)
}

/// Decimals that every number is scaled by.
const SCALE: i32 = 360;

/// A cell as a number times ten to [`SCALE`], with its sign; `None` if it is none.
fn number(cell: &str) -> Option<(bool, Natural)> {
    cell.parse::<f64>().ok().filter(|value| value.is_finite())?;
    let (negative, magnitude) = cell.strip_prefix('-').map_or((false, cell), |rest| (true, rest));
    let (digits, exponent) = magnitude.split_once(['e', 'E']).unwrap_or((magnitude, "0"));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let zeros = SCALE - fraction.len() as i32 + exponent.parse::<i32>().unwrap();
    let digits = whole.bytes().chain(fraction.bytes()).map(|digit| digit - b'0').rev();
    Some((negative, trimmed(vec![0; usize::try_from(zeros).unwrap()].into_iter().chain(digits).collect())))
}

fn apart(a: &(bool, Natural), b: &(bool, Natural)) -> Natural {
    if a.0 == b.0 { distance(&a.1, &b.1) } else { add(&a.1, &b.1) }
}

/// `mantissa / 10^places`, or that share of the range.
#[derive(Debug, Clone, Copy)]
struct Bound {
    mantissa: u64,
    places: u8,
    share: bool,
}

impl Bound {
    fn tolerance(self) -> Tolerance {
        let exponent = if self.share { 2 } else { 0 } - i32::from(self.places);
        Tolerance::parse(&format!("{}e{exponent}{}", self.mantissa, if self.share { "%" } else { "" }))
            .unwrap()
    }

    fn holds(self, error: &Natural, range: &Natural) -> bool {
        let scaled = (0..self.places).fold(error.clone(), |error, _| times(&error, 10));
        let allowed = if self.share {
            times(range, self.mantissa)
        } else {
            times(&number("1").unwrap().1, self.mantissa)
        };
        compare(&scaled, &allowed) != Ordering::Greater
    }
}

fn bound() -> impl Strategy<Value = Bound> {
    (0u64..3000, 0u8..6, any::<bool>()).prop_map(|(mantissa, places, share)| Bound {
        mantissa,
        places: places + if share { 2 } else { 0 },
        share,
    })
}

/// The cells of a column, mostly of one kind.
fn column(rows: usize) -> impl Strategy<Value = Vec<String>> {
    let decimals = prop::collection::vec(
        (-99_999i64..99_999).prop_map(|v| format!("{}.{:02}", v / 100, v.unsigned_abs() % 100)),
        rows,
    );
    let integers = prop::collection::vec((-50i64..50).prop_map(|v| format!("{v}")), rows);
    let large = prop::collection::vec(any::<i64>().prop_map(|v| format!("{v}")), rows);
    let floats = prop::collection::vec((-1000.0..1000.0).prop_map(|v: f64| format!("{v:?}")), rows);
    let singles = prop::collection::vec((-1.0f32..1.0).prop_map(|v| format!("{}", f64::from(v))), rows);
    let wild = prop::collection::vec(any::<f64>().prop_map(|v| format!("{v:e}")), rows);
    let words = prop::collection::vec("[a-c]{0,3}", rows);
    let times = Just((0..rows).map(|row| format!("2020-01-01 00:{:02}:{:02}", row / 60, row % 60)).collect());
    let mostly = prop_oneof![4 => decimals, 3 => integers, 1 => large, 4 => floats, 2 => singles, 1 => wild, 1 => words, 1 => times];
    let odd = prop_oneof![20 => Just(None), 1 => Just(Some("nan".into())), 1 => Just(Some(String::new())), 1 => Just(Some("7e-3".into())), 1 => Just(Some("-0.0".into()))];
    (mostly, prop::collection::vec(odd, rows)).prop_map(|(cells, odd): (Vec<String>, Vec<Option<String>>)| {
        cells.into_iter().zip(odd).map(|(cell, odd)| odd.unwrap_or(cell)).collect()
    })
}

/// What an archive of `text` within `tolerances` holds.
fn there_and_back(text: &[u8], tolerances: Tolerances, level: u8) -> (Header, Vec<u8>) {
    let level = Level::new(level).unwrap();
    let mut header = Header::detect(text, &Config { level, input: Input::Text, segment: 1 << 20 });
    header.within(tolerances, text);
    let mut archive = Vec::new();
    header.write(&mut archive);
    archive.extend(Segment::encode(text, &header, true, level).bytes);
    let mut parser = Parser::new(u64::MAX);
    let (_, start) = parser.next(&archive).unwrap();
    let read = parser.header().unwrap().clone();
    assert_eq!(read, header);
    let (crate::frame::Part::Segment(view), _) = parser.next(&archive[start..]).unwrap() else {
        panic!("no segment")
    };
    let mut back = Vec::new();
    view.decode(&read, &mut back).unwrap();
    (header, back)
}

fn cells(text: &str) -> Vec<Vec<&str>> {
    text.split('\n').map(|line| line.split(',').collect()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]
    #[test]
    fn no_cell_leaves_its_bound(
        columns in (1usize..70).prop_flat_map(|rows| prop::collection::vec(column(rows), 1..5)),
        all in bound(), other in bound(), level in prop_oneof![Just(1u8), Just(3), Just(5)], tail: bool,
    ) {
        let rows = (0..columns[0].len()).map(|row| columns.iter().map(|column| column[row].as_str()).collect::<Vec<_>>().join(","));
        let names = (0..columns.len()).map(|column| format!("c{column}")).collect::<Vec<_>>().join(",");
        let mut text = core::iter::once(names).chain(rows).collect::<Vec<_>>().join("\n");
        if tail {
            text.push('\n');
        }
        let mut tolerances = Tolerances::new(all.tolerance());
        tolerances.set(1, other.tolerance());
        let (header, back) = there_and_back(text.as_bytes(), tolerances, level);
        let back = String::from_utf8(back).unwrap();
        let (before, after) = (cells(&text), cells(&back));
        prop_assert_eq!(before.len(), after.len());
        let ranges: Vec<Natural> = columns.iter().map(|column| {
            let numbers: Vec<(bool, Natural)> = column.iter().filter_map(|cell| number(cell)).collect();
            let distances = numbers.iter().flat_map(|a| numbers.iter().map(move |b| apart(a, b)));
            distances.max_by(compare).unwrap_or_default()
        }).collect();
        for (before, after) in before.iter().zip(&after) {
            prop_assert_eq!(before.len(), after.len());
            for (column, (before, after)) in before.iter().zip(after).enumerate().filter(|(_, (b, a))| b != a) {
                let (Some(from), Some(to)) = (number(before), number(after)) else {
                    panic!("{before:?} became {after:?}");
                };
                let bound = if column == 1 { other } else { all };
                prop_assert!(bound.holds(&apart(&from, &to), &ranges[column]), "{} became {} within {:?}", before, after, bound);
                prop_assert!(!header.bounds.of(column).is_exact());
            }
        }
    }
}

#[test]
fn numbered_names_are_no_measurements() {
    let text: String = (0..300).map(|i| format!("m{},{}.5\n", i * 37 % 90, i % 50)).collect();
    let (_, back) = there_and_back(text.as_bytes(), Tolerances::new(Tolerance::parse("3").unwrap()), 5);
    let back = String::from_utf8(back).unwrap();
    assert_ne!(back, text);
    for (before, after) in cells(&text).iter().zip(cells(&back)) {
        assert_eq!(before.first(), after.first());
    }
}

#[test]
fn lines_with_skeletons_stay_within_their_bound() {
    let text: String = (0..400)
        .map(|i| match i % 3 {
            0 => format!("{{\"t\":{},\"temp\":{}.{}}}\n", 1_600_000_000 + i, 20 + i % 9, i % 10),
            1 => format!("{{\"t\":{},\"hum\":{}}}\n", 1_600_000_000 + i, 50 + i * 7 % 13),
            _ => format!("{{\"t\":{},\"state\":\"ok\"}}\n", 1_600_000_000 + i),
        })
        .collect();
    let (header, back) =
        there_and_back(text.as_bytes(), Tolerances::new(Tolerance::parse("0.5").unwrap()), 5);
    assert!(matches!(&header.schema, Schema::Table(layout) if layout.is_lines()));
    let back = String::from_utf8(back).unwrap();
    assert_ne!(back, text);
    for (before, after) in text.lines().zip(back.lines()) {
        let split = |line: &str| -> (String, f64) {
            let (front, number) = line.trim_end_matches('}').rsplit_once(':').unwrap();
            (front.into(), number.parse().unwrap_or(0.0))
        };
        assert_eq!(split(before).0, split(after).0);
        assert!((split(before).1 - split(after).1).abs() <= 0.5 + 1e-9, "{before} {after}");
    }
}

#[test]
fn a_bound_for_all_erases_no_column() {
    let row = |i: u64| {
        let jumps = i * i * 104_729 % 613;
        format!("{},{},{}.{},20.{}\n", i / 40 % 2, jumps % 5, jumps / 10, i % 10, jumps % 10)
    };
    let text: String = (0..900).map(row).collect();
    let (header, back) = there_and_back(text.as_bytes(), Tolerances::new(Tolerance::parse("1").unwrap()), 5);
    let back = String::from_utf8(back).unwrap();
    let own: Vec<(usize, Tolerance)> = header.bounds.others().collect();
    assert_eq!(own, [0, 1, 3].map(|column| (column, Tolerance::EXACT)));
    let costs: Vec<(usize, Cost)> = header.bounds.costs().collect();
    let column = |text: &str| {
        let cells: BTreeSet<String> =
            text.lines().map(|line| line.split(',').nth(2).unwrap().into()).collect();
        cells.len() as u64
    };
    assert_eq!(costs, [(2, Cost { distinct: column(&text), left: column(&back) })]);
    for (before, after) in cells(&text).iter().zip(cells(&back)) {
        assert!(before.len() < 4 || [0, 1, 3].iter().all(|column| before[*column] == after[*column]));
    }
}

#[test]
fn silence_costs_nothing() {
    let text: String =
        (0..5000i64).map(|i| format!("{i},20.{}\n", (i * i * 104_729 + i * i * i) % 1013 % 10)).collect();
    let size = |bound: &str| {
        let mut header = Header::detect(
            text.as_bytes(),
            &Config { level: Level::new(5).unwrap(), input: Input::Text, segment: 1 << 20 },
        );
        let mut bounds = Tolerances::default();
        bounds.set(1, Tolerance::parse(bound).unwrap());
        header.within(bounds, text.as_bytes());
        Segment::encode(text.as_bytes(), &header, true, Level::new(5).unwrap()).bytes.len()
    };
    assert!(size("1") < 120, "{}", size("1"));
    assert!(size("0") > 1000, "{}", size("0"));
}
