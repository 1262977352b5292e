use super::*;
use crate::num::text::TEXT;
use proptest::prelude::*;
use std::{format, string::String, vec::Vec};

fn printed(pattern: &Pattern, value: i64, cache: &mut Cache) -> Option<String> {
    let mut text = [0; TEXT];
    let length = pattern.print(value, cache, &mut text)?;
    Some(String::from_utf8(text[..length].to_vec()).unwrap())
}

/// The likeliest pattern of the samples; their values must print back, with a warm cache and with a cold one.
fn detect(samples: &[&str]) -> Option<(Pattern, Vec<i64>)> {
    let bytes: Vec<&[u8]> = samples.iter().map(|s| s.as_bytes()).collect();
    let pattern = Pattern::detect(&bytes)?;
    let (mut reader, mut writer) = (Cache::new(), Cache::new());
    let mut values = Vec::new();
    for sample in samples {
        let value = pattern.parse(sample.as_bytes(), &mut reader).unwrap();
        assert_eq!(pattern.parse(sample.as_bytes(), &mut Cache::new()), Some(value));
        assert_eq!(printed(&pattern, value, &mut writer).as_deref(), Some(*sample));
        assert_eq!(printed(&pattern, value, &mut Cache::new()).as_deref(), Some(*sample));
        values.push(value);
    }
    let travelled = pattern.to_bytes();
    assert_eq!(Pattern::from_bytes(&travelled), Some((pattern, &[][..])));
    Some((pattern, values))
}

#[test]
fn what_files_write() {
    for (samples, values) in [
        (&["2016-07-01 00:00:00", "2016-07-01 01:00:00"][..], &[1_467_331_200, 1_467_334_800][..]),
        (&["1970-01-01T00:00:01Z", "1969-12-31T23:59:59Z"], &[1, -1]),
        (&["1970-01-01 00:00:00.250", "1970-01-02 00:00:00.000"], &[250, 86_400_000]),
        (&["1970-01-01 00:00:01.000001"], &[1_000_001]),
        (&["1970-01-01T00:00:01,123456789+00:00"], &[1_123_456_789]),
        (&["1970-01-01 00:00:01+00:00"], &[1]),
        (&["02.01.1970 00:00:10"], &[86_410]),
        (&["31/01/1970", "01/02/1970", "02/02/1970"], &[30, 31, 32]),
        (&["01/31/1970", "02/01/1970"], &[30, 31]),
        (&["01/01/1970", "02/01/1970", "03/01/1970"], &[0, 1, 2]),
        (&["01/01/1970", "01/02/1970", "01/03/1970"], &[0, 1, 2]),
        (&["1970-01-11"], &[10]),
        (&["1970-01-01 01:01"], &[61]),
        (&["23:59:59", "00:00:00"], &[86_399, 0]),
        (&["09:05", "10:00"], &[545, 600]),
        (&["9:05", "10:00"], &[545, 600]),
        (&["01 02 1970 00:01", "13 02 1970 00:00"], &[31 * 1440 + 1, 43 * 1440]),
        (&["1970.1.2 9:05", "1970.11.12 19:05"], &[1440 + 545, 315 * 1440 + 1145]),
        (&["01/02/1970 9:05", "31/12/1970 10:00"], &[31 * 1440 + 545, 364 * 1440 + 600]),
        (&["1/31/1970 0:00", "10/1/1970 0:00"], &[30 * 1440, 273 * 1440]),
        (&["1/31/70", "2/1/70"], &[30, 31]),
        (&["19700102", "19700103"], &[1, 2]),
        (&["19700101T000010", "19700101T000011"], &[10, 11]),
        (&["197001010010"], &[10]),
        (&["19700101000010"], &[10]),
        (&["1970-01-01 13"], &[13]),
        (&["1970-01-01 00:00:01 UTC"], &[1]),
        (&["1970-01-01 00:00:01", "1970-01-01 00:00:01.500000"], &[1_000_000, 1_500_000]),
        (&["0000-01-01", "9999-12-31"], &[-719_528, 2_932_896]),
    ] {
        let (_, found) = detect(samples).unwrap_or_else(|| panic!("{samples:?}"));
        assert_eq!(found, values, "{samples:?}");
    }
}

#[test]
fn what_is_no_time() {
    for samples in [
        &[][..],
        &[""],
        &["12.50", "13.75"],
        &["1.5"],
        &["192.168.0.1"],
        &["2020-13-01"],
        &["2021-02-29"],
        &["2020-00-01"],
        &["2020-01-01 24:00"],
        &["2020-01-01 12:60"],
        &["12:00:60"],
        &["1:2"],
        &["2020-01-01", "x"],
        &["2020-01-01 00:00:00", "2020-01-01T00:00:00"],
        &["2020/01-01"],
        &["1234"],
        &["20201301"],
        &["2020-01-01 some words"],
        &["-"],
        &["9999-12-31 23:59:59.123456789"],
    ] {
        assert!(detect(samples).is_none(), "{samples:?}");
    }
}

#[test]
fn ambiguous_dates_give_both_orders() {
    let samples: [&[u8]; 2] = [b"03/04/2020", b"05/04/2020"];
    let found = Pattern::candidates(&samples);
    assert_eq!(found.len(), 2);
    let value = |p: &Pattern, stamp| p.parse(stamp, &mut Cache::new()).unwrap();
    let spans: Vec<i64> = found.iter().map(|p| value(p, samples[1]) - value(p, samples[0])).collect();
    assert_eq!(spans, [2, 61]);
}

#[test]
fn values_without_a_stamp() {
    let date = Pattern::detect(&[b"2020-01-01"]).unwrap();
    let short = Pattern::detect(&[b"1/31/70"]).unwrap();
    let clock = Pattern::detect(&[b"10:00:00"]).unwrap();
    let nanos = Pattern::detect(&[b"2020-01-01 00:00:00.000000001"]).unwrap();
    let mut text = [0; TEXT];
    for (pattern, value) in [
        (date, 2_932_897),
        (date, -719_529),
        (date, i64::MAX),
        (date, i64::MIN),
        (short, -1),
        (short, 36_525),
        (clock, -1),
        (clock, 86_400),
        (nanos, i64::MIN),
    ] {
        assert_eq!(pattern.print(value, &mut Cache::new(), &mut text), None, "{value}");
    }
    let mut last_day = Cache::new();
    assert!(nanos.print(i64::MAX, &mut last_day, &mut text).is_some());
    assert_eq!(nanos.print(i64::MIN, &mut last_day, &mut text), None);
    assert!(date.has_date() && !clock.has_date());
    assert_eq!(nanos.units_per_day(), 86_400_000_000_000);
}

#[test]
fn patterns_that_travel_are_sound() {
    let good = Pattern::detect(&[b"2020-01-01 00:00:00.5Z"]).unwrap().to_bytes();
    assert_eq!(good, *b"\xed- :\x01.\x01Z");
    for (at, byte) in [(0, 0), (1, b'1'), (2, b'0'), (3, b'5'), (4, 10), (4, 0), (5, 0), (6, 8), (6, 2)] {
        let mut bytes = good.clone();
        bytes[at] = byte;
        assert_eq!(Pattern::from_bytes(&bytes), None, "{at} {byte}");
    }
    assert_eq!(Pattern::from_bytes(&good[..7]), None);
    assert_eq!(Pattern::from_bytes(&[1, 0, 0, 0, 0, 0, 0]), None);
    let followed = [&good[..], b"more"].concat();
    assert_eq!(Pattern::from_bytes(&followed).unwrap().1, b"more");
}

/// Any sound pattern, through its bytes.
fn patterns() -> impl Strategy<Value = Pattern> {
    let separators = || prop::sample::select(b"\0-/:. T".to_vec());
    let suffixes = prop::sample::select(std::vec!["", "Z", "+00:00"]);
    (any::<u8>(), separators(), separators(), separators(), 0u8..26, separators(), suffixes).prop_filter_map(
        "unsound",
        |(flags, date, join, clock, fraction, point, suffix)| {
            let head = [flags, date, join, clock, fraction, point, suffix.len() as u8];
            Pattern::from_bytes(&[&head[..], suffix.as_bytes()].concat()).map(|found| found.0)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { max_global_rejects: 10_000_000, ..ProptestConfig::with_cases(4000) })]
    #[test]
    fn any_pattern_any_value(pattern in patterns(), days in -719_528i64..2_932_897, part: u64, steps in prop::collection::vec(-5i64..90_000, 5)) {
        let span = i128::from(pattern.units_per_day());
        let days = if pattern.has_date() { days } else { 0 };
        let Ok(mut value) = i64::try_from(i128::from(days) * span + i128::from(part) % span) else { return Ok(()) };
        let (mut reader, mut writer) = (Cache::new(), Cache::new());
        for step in steps {
            let Some(text) = printed(&pattern, value, &mut writer) else { break };
            prop_assert_eq!(printed(&pattern, value, &mut Cache::new()), Some(text.clone()));
            prop_assert_eq!(pattern.parse(text.as_bytes(), &mut reader), Some(value), "{} {:?}", text, pattern);
            prop_assert_eq!(pattern.parse(text.as_bytes(), &mut Cache::new()), Some(value));
            value = value.saturating_add(step);
        }
    }

    #[test]
    fn whatever_is_read_prints_back(pattern in patterns(), day in 0i64..30_000, part: u64, at: usize, byte in "[0-9:. T/-]") {
        let span = pattern.units_per_day();
        let value = if pattern.has_date() { day.saturating_mul(span as i64) } else { 0 }.saturating_add((part % span) as i64);
        if let Some(text) = printed(&pattern, value, &mut Cache::new()) {
            let mut stamp = text.clone();
            let at = at % (stamp.len() + 1);
            for stamp in [{ stamp.insert_str(at, &byte); stamp.clone() }, { stamp.replace_range(at.min(text.len()).., &byte); stamp }] {
                let mut cache = Cache::new();
                pattern.parse(text.as_bytes(), &mut cache);
                let read = pattern.parse(stamp.as_bytes(), &mut cache);
                prop_assert_eq!(read, pattern.parse(stamp.as_bytes(), &mut Cache::new()));
                if let Some(value) = read {
                    prop_assert_eq!(printed(&pattern, value, &mut Cache::new()), Some(stamp));
                }
            }
        }
    }

    #[test]
    fn any_value_any_stamp(pattern in patterns(), value: i64, bits in 0u32..64, stamp: Vec<u8>, near in "[0-9]{1,4}[-/:. T][0-9:-]{0,16}") {
        let mut cache = Cache::new();
        if let Some(text) = printed(&pattern, value >> bits, &mut cache) {
            prop_assert_eq!(pattern.parse(text.as_bytes(), &mut cache), Some(value >> bits));
        }
        for stamp in [&stamp[..], near.as_bytes()] {
            if let Some(value) = pattern.parse(stamp, &mut cache) {
                let text = printed(&pattern, value, &mut cache).unwrap();
                prop_assert_eq!(text.as_bytes(), stamp);
            }
            if let Some(found) = Pattern::detect(&[stamp]) {
                prop_assert!(found.parse(stamp, &mut Cache::new()).is_some());
            }
        }
    }

    #[test]
    fn detects_what_it_prints(day in 0i64..30_000, seconds in 0i64..86_400, step in 1i64..5_000) {
        for format in ["2016-07-01 00:00:00", "2016-07-01T00:00:00.000Z", "1/31/2016 9:00", "31.12.2016 09:00:00"] {
            let pattern = Pattern::detect(&[format.as_bytes()]).unwrap();
            let unit = pattern.units_per_day() as i64 / 1440;
            let start = day * pattern.units_per_day() as i64 + seconds;
            let mut cache = Cache::new();
            let texts: Vec<String> =
                (0..50).map(|i| printed(&pattern, start + i * step * unit, &mut cache).unwrap()).collect();
            let stamps: Vec<&str> = texts.iter().map(String::as_str).collect();
            let (found, values) = detect(&stamps).unwrap();
            prop_assert!(values.windows(2).all(|w| w[1] - w[0] == step * unit), "{} {:?}", format!("{stamps:?}"), found);
        }
    }
}
