use super::*;
use crate::num::text::TEXT;
use proptest::prelude::*;
use std::{format, string::String, vec, vec::Vec};

fn printed(pattern: &Pattern, value: i64, cache: &mut Cache) -> Option<String> {
    let mut text = [0; TEXT];
    let length = pattern.print(value, cache, &mut text)?;
    Some(String::from_utf8(text[..length].to_vec()).unwrap())
}

/// Units of a day, or of the largest unit below.
fn per_day(pattern: &Pattern) -> i64 {
    pattern.span() as i64 * pattern.turns_per_day()
}

fn has_date(pattern: &Pattern) -> bool {
    matches!(pattern.kind, Kind::Moment | Kind::OfYear)
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
        (&["31 Jan 1970", "01 Feb 1970"], &[30, 31]),
        (&["31-JAN-70", "01-FEB-70"], &[30, 31]),
        (&["70-jan-31", "70-feb-01"], &[30, 31]),
        (&["Jan 31, 1970", "Feb 1, 1970"], &[30, 31]),
        (&["January 31 1970", "May 1 1970"], &[30, 120]),
        (&["May 1 1970", "May 2 1970"], &[120, 121]),
        (&["31Jan1970"], &[30]),
        (&["Sat, 31 Jan 1970 12:30:59 +0000", "Sun, 01 Feb 1970 00:00:00 +0000"], &[2_637_059, 2_678_400]),
        (&["Sat Jan 31 12:30:59 1970", "Sun Feb  1 12:30:59 1970"], &[2_637_059, 2_723_459]),
        (&["Sat Jan 31 12:30:59 UTC 1970"], &[2_637_059]),
        (&["Sat Jan 31 12:30:59 +0000 1970"], &[2_637_059]),
        (&["Saturday, January 31, 1970 12:30 PM", "Saturday, January 31, 1970 12:31 PM"], &[43_950, 43_951]),
        (&["Jan 31 12:30:59", "Feb  1 12:30:59"], &[65_709_059, 65_795_459]),
        (&["31/Jan/1970:12:30:59 +0000", "01/Feb/1970:12:30:59 +0000"], &[2_637_059, 2_723_459]),
        (&["31/Jan/1970:12:30:59 +01:00"], &[2_637_059]),
        (&["Sat 1970-01-31 12:30:59 UTC"], &[2_637_059]),
        (&["1:05 PM", "12:05 AM", "12:05 PM", "11:59 AM"], &[785, 5, 725, 719]),
        (&["01:05:09pm", "12:05:09am"], &[47_109, 309]),
        (&["1/31/1970 1:05:09.5 PM"], &[26_391_095]),
        (&["12:30 31/01/1970", "12:31 31/01/1970"], &[43_950, 43_951]),
        (&["12:30:59 Jan 31, 1970"], &[2_637_059]),
        (&["12:30:59:250", "12:30:59:251"], &[45_059_250, 45_059_251]),
        (&["1970-01-01 00:00:01:25", "1970-01-01 00:00:02:00"], &[125, 200]),
        (&["1970-01-01  9:05", "1970-01-01 10:00"], &[545, 600]),
        (&["102:03", "9:05"], &[6123, 545]),
        (&["102:03", "-09:05"], &[6123, -545]),
        (&["-27:05:09.4", "1:00:00.0"], &[-975_094, 36_000]),
        (&["102:03.5", "0:59.9"], &[61_235, 599]),
        (&["3d 04:05:06", "-1d 00:00:01"], &[273_906, -86_401]),
        (&["3 days, 4:05:06", "10 days, 12:05:06"], &[273_906, 907_506]),
        (&["1h 02m 03s", "27h 59m 59s"], &[3723, 100_799]),
        (&["1h2m3s", "27h59m59s"], &[3723, 100_799]),
        (&["PT1H2M3S", "PT27H59M59S"], &[3723, 100_799]),
        (&["2m 03.5s", "102m 59.9s"], &[1235, 61_799]),
        (&["1h 5m", "100h 59m"], &[65, 6059]),
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
        &["102:60"],
        &["-1:00:00", "-0:00:00", "1:00:00"],
        &["1h 60m"],
        &["Sat, 30 Jan 1970"],
        &["30 Feb 1970"],
        &["2020-01-01", "x"],
        &["2020-01-01 00:00:00", "2020-01-01T00:00:00"],
        &["2020/01-01"],
        &["1234"],
        &["20201301"],
        &["-"],
        &["9999-12-31 23:59:59.123456789"],
    ] {
        assert!(detect(samples).is_none(), "{samples:?}");
    }
}

#[test]
fn what_contradicts_itself_is_not_read() {
    for (sample, wrong) in [
        ("1:05 PM", "13:05 PM"),
        ("1:05 PM", "0:05 PM"),
        ("01:05 AM", "1:05 AM"),
        ("Sat, 31 Jan 1970", "Sun, 31 Jan 1970"),
        ("Saturday 1970-01-31", "saturday 1970-01-31"),
        ("Jan 31 00:00", "Feb 30 00:00"),
        ("102:03", "-0:00"),
        ("102:03", "0102:03"),
        ("3d 04:05:06", "3d 24:05:06"),
        ("1h 2m 3s", "1h 02m 3s"),
    ] {
        let pattern = Pattern::detect(&[sample.as_bytes()]).unwrap();
        assert_eq!(pattern.parse(wrong.as_bytes(), &mut Cache::new()), None, "{wrong}");
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
    assert!(has_date(&date) && !has_date(&clock));
    assert_eq!(per_day(&nanos), 86_400_000_000_000);
}

#[test]
fn patterns_that_travel_are_sound() {
    let good = Pattern::detect(&[b"2020-01-01 00:00:00.5Z"]).unwrap().to_bytes();
    assert_eq!(good, *b"\xc4\x01 \x02Z\x18\x0e\x01.");
    for (at, byte) in [
        (0, 0),
        (0, 0xc0),
        (0, 0xc3),
        (0, 0xe1),
        (0, 0x44),
        (1, b'-'),
        (2, 0),
        (2, 2),
        (2, 4),
        (3, 31),
        (3, 3),
        (4, 0),
        (5, 0x1b),
        (5, 0x38),
        (6, 0x0f),
        (6, 0x2e),
        (7, 10),
        (7, 0),
        (8, 0),
        (8, b'5'),
    ] {
        let mut bytes = good.clone();
        bytes[at] = byte;
        assert_eq!(Pattern::from_bytes(&bytes), None, "{at} {byte}");
    }
    assert_eq!(Pattern::from_bytes(&good[..8]), None);
    assert_eq!(Pattern::from_bytes(b"\x01\x01\x18-"), None);
    assert_eq!(Pattern::from_bytes(b"\x01\x02\x06:"), None);
    assert!(Pattern::from_bytes(b"\x01\x01\x18/").is_some());
    let followed = [&good[..], b"more"].concat();
    assert_eq!(Pattern::from_bytes(&followed).unwrap().1, b"more");
}

#[test]
fn stamps_are_printed_within_bounds() {
    let wide = [&[16, b' ', 12, b' ', 6, b' ', 4][..], &[b'.'; 14], &[2, 0x0e, 9, b'.']].concat();
    let bytes = |length: u8| [&[128 | length][..], &wide].concat();
    assert_eq!(Pattern::from_bytes(&bytes(22)), None);
    assert!(Pattern::from_bytes(&[&[128 | 9], &wide[..7], b" \x02\x0e\x09."].concat()).is_some());
}

/// Any sound pattern, through its bytes.
fn patterns() -> impl Strategy<Value = Pattern> {
    let literal = || prop::sample::select(vec!["", " ", "-", "/", ":", ".", "T", ", ", "1", "~~"]);
    let days = prop_oneof![
        Just(vec![]),
        Just(vec![1]),
        (4u8..6, 6u8..9, 9u8..15).prop_map(|(year, day, month)| vec![year, month, day]),
        (4u8..6, 6u8..9, 9u8..15).prop_map(|(year, day, month)| vec![day, month, year]),
        (4u8..6, 6u8..9, 9u8..15, 15u8..21).prop_map(|(y, d, m, weekday)| vec![weekday, m, d, y]),
        (6u8..9, 9u8..15).prop_map(|(day, month)| vec![month, day]),
        Just(vec![23]),
        (24u8..26, prop::option::of(28u8..30)).prop_map(|(h, m)| [h].into_iter().chain(m).collect()),
        (24u8..26, 28u8..30).prop_map(|(hours, minute)| vec![hours, minute, 30]),
        Just(vec![26, 30]),
        Just(vec![27]),
    ];
    let clocks = prop_oneof![
        Just(vec![]),
        Just(vec![2]),
        Just(vec![3]),
        (2u8..4, 21u8..23).prop_map(|(clock, half)| vec![clock, half]),
    ];
    let parts = (days, clocks, any::<bool>(), prop::collection::vec(literal(), 8));
    let styles = (
        0u8..32,
        0u8..32,
        prop::sample::select(b"\0-/:.T".to_vec()),
        prop::sample::select(b"::\0.".to_vec()),
    );
    (parts, styles, 1u8..10, prop::sample::select(b".,:".to_vec())).prop_filter_map(
        "unsound",
        |((mut fields, mut clock, turned, literals), (date, style, separator, colon), digits, point)| {
            if turned {
                clock.append(&mut fields)
            } else {
                fields.append(&mut clock)
            }
            fields.append(&mut clock);
            let mut template = vec![];
            for (field, literal) in fields.iter().zip(&literals) {
                template.extend(literal.bytes());
                template.push(*field);
            }
            template.extend(literals.last()?.bytes());
            let has_clock = fields.contains(&2) || fields.contains(&3);
            let dashed = fields.contains(&1) && separator == b'-';
            let coloned = has_clock && colon == b':';
            let mut bytes = vec![template.len() as u8 | u8::from(dashed) << 6 | u8::from(coloned) << 7];
            bytes.extend(&template);
            if fields.contains(&1) {
                bytes.push(date);
                bytes.extend((!dashed).then_some(separator));
            }
            if has_clock {
                bytes.push(style);
                bytes.extend((!coloned).then_some(colon));
                if style & 8 != 0 {
                    bytes.extend([digits, point]);
                }
            }
            Pattern::from_bytes(&bytes).map(|found| found.0)
        },
    )
}

/// A value that the pattern may have, from a number of days and a part of one.
fn value(pattern: &Pattern, days: i64, part: u64) -> Option<i64> {
    let span = i128::from(per_day(pattern));
    let days = match pattern.kind {
        Kind::Moment => days,
        Kind::OfYear => 730 + days.rem_euclid(366),
        Kind::OfDay => 0,
        Kind::Duration => days % 10_000,
    };
    i64::try_from(i128::from(days) * span + i128::from(part) % span).ok()
}

proptest! {
    #![proptest_config(ProptestConfig { max_global_rejects: 10_000_000, ..ProptestConfig::with_cases(4000) })]
    #[test]
    fn any_pattern_any_value(pattern in patterns(), days in -719_528i64..2_932_897, part: u64, steps in prop::collection::vec(-5i64..90_000, 5)) {
        let Some(mut value) = value(&pattern, days, part) else { return Ok(()) };
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
    fn whatever_is_read_prints_back(pattern in patterns(), day in 0i64..30_000, part: u64, at: usize, byte in "[0-9:. T/MamJ-]") {
        let printed_at = |value| printed(&pattern, value, &mut Cache::new());
        if let Some(text) = value(&pattern, day, part).and_then(printed_at) {
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
    fn any_value_any_stamp(pattern in patterns(), value: i64, bits in 0u32..64, stamp: Vec<u8>, near in "[0-9]{1,4}[-/:. T][0-9:hms-]{0,16}") {
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
            let unit = per_day(&pattern) / 1440;
            let start = day * per_day(&pattern) + seconds;
            let mut cache = Cache::new();
            let texts: Vec<String> =
                (0..50).map(|i| printed(&pattern, start + i * step * unit, &mut cache).unwrap()).collect();
            let stamps: Vec<&str> = texts.iter().map(String::as_str).collect();
            let (found, values) = detect(&stamps).unwrap();
            prop_assert!(values.windows(2).all(|w| w[1] - w[0] == step * unit), "{} {:?}", format!("{stamps:?}"), found);
        }
    }
}
