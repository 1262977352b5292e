use super::*;
use proptest::prelude::*;
use std::{string::String, vec};

const VECTORS: &str = include_str!("vectors.txt");

/// Cases of another implementation: rows, how many are bad, and what rules make of them.
#[derive(Debug, Default)]
struct Case {
    name: String,
    bad: usize,
    rows: Vec<Vec<i32>>,
    expected: Vec<(bool, String, Vec<i32>)>,
}

fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = vec![];
    for line in VECTORS.lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.split(' ').collect();
        let numbers = |words: &[&str]| words.iter().map(|word| word.parse().unwrap()).collect();
        match words[..] {
            ["case", name, bad] => {
                let bad = bad.strip_prefix("bad=").unwrap().parse().unwrap();
                cases.push(Case { name: name.into(), bad, ..Case::default() });
            }
            ["row", ref row @ ..] => cases.last_mut().unwrap().rows.push(numbers(row)),
            [how, rule, ref row @ ..] => {
                cases.last_mut().unwrap().expected.push((how == "exact", rule.into(), numbers(row)));
            }
            _ => panic!("{line}"),
        }
    }
    cases
}

fn rule(name: &str) -> &'static dyn Aggregate {
    match name {
        "mean" => &Mean,
        "median" => &Median,
        "trimmed" => &Trimmed,
        "krum" => &Krum,
        "multi" => &MultiKrum,
        "mixing" => &Mixing,
        "geometric" => &GeometricMedian,
        _ => panic!("{name}"),
    }
}

#[test]
fn rules_are_what_others_make_of_them() {
    let cases = cases();
    assert!(cases.len() > 15);
    for case in &cases {
        let rows: Vec<&[i32]> = case.rows.iter().map(Vec::as_slice).collect();
        for (is_exact, name, expected) in &case.expected {
            let made = rule(name).of(&rows, &[0; 8], case.bad);
            let off = made.iter().zip(expected).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
            // What is divided twice is rounded twice. Weiszfeld comes near, as near as where it begins lets it.
            let allowed = match (is_exact, name.as_str()) {
                (true, _) => 0,
                (_, "geometric") => {
                    200 + expected.iter().map(|value| value.unsigned_abs()).max().unwrap() / 200
                }
                _ => 2,
            };
            assert!(off <= allowed, "{} {name}: off by {off}", case.name);
        }
    }
}

#[test]
fn rules_around_oneself_stay_near_it() {
    let near: Vec<Vec<i32>> = (0..6).map(|n| vec![1000 + n, -n]).collect();
    let far: Vec<Vec<i32>> = (0..3).map(|n| vec![1 << 20, n << 18]).collect();
    let rows: Vec<&[i32]> = near.iter().chain(&far).map(Vec::as_slice).collect();
    for rule in [&Averaging as &dyn Aggregate, &Clipped] {
        let made = rule.of(&rows, &[1003, 0], 3);
        assert!(made[0].abs_diff(1003) < 10 && made[1].abs() < 10, "{} {made:?}", rule.name());
    }
}

#[test]
fn the_mean_by_reputation_is_weighed_and_the_adaptive_rule_turns_robust() {
    let rows: [&[i32]; 3] = [&[100], &[200], &[1 << 20]];
    assert_eq!(Weighted(&[3, 1, 0]).of(&rows, &[0], 1), [125]);
    assert_eq!(Weighted(&[0, 0, 0]).of(&rows, &[7], 1), [7]);
    assert_eq!(Adaptive(crate::regime::Regime::Calm, &[3, 1, 0]).of(&rows, &[0], 1), [125]);
    assert_eq!(Adaptive(crate::regime::Regime::Storm, &[0, 0, 9]).of(&rows, &[0], 1), [150]);
}

proptest! {
    #[test]
    fn rules_take_any_rows_and_stay_among_them(
        rows in prop::collection::vec(prop::collection::vec(any::<i32>(), 3), 0..9),
        own in prop::collection::vec(any::<i32>(), 3),
        bad in 0_usize..12,
    ) {
        let told: Vec<&[i32]> = rows.iter().map(Vec::as_slice).collect();
        for rule in ALL {
            let made = rule.of(&told, &own, bad);
            prop_assert_eq!(made.len(), 3);
            for (place, value) in made.iter().enumerate() {
                let all = || rows.iter().chain([&own]).map(|row| row[place]);
                // Ways are shortened by division, which may be off by one.
                let (low, high) = (all().min().unwrap(), all().max().unwrap());
                prop_assert!((low.saturating_sub(2)..=high.saturating_add(2)).contains(value), "{} {made:?}", rule.name());
            }
        }
    }
}
