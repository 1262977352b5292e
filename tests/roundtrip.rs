//! Whatever goes in comes out: any bytes, any table, any samples, at every level, in segments of any size.

use proptest::{collection::vec, prelude::*, string::string_regex};
use qres_core::{
    codec::Level,
    frame::{Config, Header, Index, Input, Raw, Sample, Segment},
};
use vectors::archive;

fn level() -> impl Strategy<Value = Level> {
    proptest::sample::select(vectors::levels().collect::<Vec<_>>())
}

/// From a few bytes, which cut lines apart, to more than any input here.
fn segment() -> impl Strategy<Value = usize> {
    prop_oneof![1usize..64, 64usize..4096, Just(1 << 20)]
}

fn comes_back(bytes: &[u8], config: &Config) -> Result<(), TestCaseError> {
    let archive = archive::compress(bytes, config);
    let decoded = archive::decompress(&archive, u64::MAX);
    prop_assert_eq!(decoded.as_deref(), Ok(bytes));
    if config.segment == 1 << 20 {
        prop_assert!(archive.len() <= bytes.len() + bytes.len() / 1000 + 64, "{} bytes", archive.len());
    }
    Ok(())
}

/// Cells of one column: what a sensor, a clock or a person writes.
fn column() -> impl Strategy<Value = Vec<String>> {
    let cell = prop_oneof![
        Just("-?[0-9]{1,9}"),
        Just("-?[0-9]{1,4}\\.[0-9]{2}"),
        Just("[0-9]{1,3}\\.[0-9]{0,17}"),
        Just("20[0-9]{2}-[01][0-9]-[0-3][0-9][ T][0-2][0-9]:[0-5][0-9]:[0-5][0-9](\\.[0-9]{3})?Z?"),
        Just("[0-9]\\.[0-9]{3,6}e-?[0-9]{1,2}"),
        Just("(idle|run|stop|NA|NaN|inf|-0|)"),
        Just("[ -~]{0,12}"),
        Just("\"([^\"]|\"\"){0,6}\""),
    ];
    let odd = prop_oneof![Just("NA".to_owned()), Just(String::new()), Just("-9999".to_owned()), "[ -~]{0,4}"];
    (cell, 0u32..20).prop_flat_map(move |(cell, odd_in_100)| {
        let cell = string_regex(cell).unwrap().boxed();
        vec(prop_oneof![100 - odd_in_100 => cell, odd_in_100 => odd.clone()], 1..120)
    })
}

/// A column that follows a rule, so that steps, gaps and constants are met.
fn ruled_column() -> impl Strategy<Value = Vec<String>> {
    (any::<i32>(), -1000i64..1000, 0u32..4, 1usize..300).prop_map(|(start, step, digits, rows)| {
        let unit = 10i64.pow(digits);
        let print = |value: i64| match digits {
            0 => value.to_string(),
            _ => format!("{}.{:0width$}", value / unit, value.abs() % unit, width = digits as usize),
        };
        (0..rows as i64).map(|row| print(i64::from(start) + row * step + row % 3)).collect()
    })
}

#[derive(Debug, Clone)]
struct Written {
    delimiter: &'static str,
    line_end: &'static str,
    head: &'static str,
    /// Rows that get another line after them.
    odd: Vec<(usize, String)>,
    cut: usize,
}

fn written() -> impl Strategy<Value = Written> {
    let delimiter = proptest::sample::select(vec![",", ";", "\t", " ", "|", "  "]);
    let line_end = proptest::sample::select(vec!["\n", "\r\n", "\n", "\r"]);
    let head = proptest::sample::select(vec!["", "a,b\n", "\u{feff}x;y;z\r\n", "# made\n\n\"a\",\"b\"\n"]);
    let odd = vec((0usize..300, "[ -~]{0,20}"), 0..4);
    (delimiter, line_end, head, odd, 0usize..8).prop_map(|(delimiter, line_end, head, odd, cut)| Written {
        delimiter,
        line_end,
        head,
        odd,
        cut,
    })
}

fn table() -> impl Strategy<Value = Vec<u8>> {
    (vec(prop_oneof![column(), ruled_column()], 1..6), written()).prop_map(|(columns, how)| {
        let rows = columns.iter().map(Vec::len).max().unwrap_or(0);
        let mut text = how.head.to_owned();
        for row in 0..rows {
            let cells: Vec<&str> = columns.iter().map(|column| &*column[row % column.len()]).collect();
            text += &cells.join(how.delimiter);
            text += how.line_end;
            for (_, odd) in how.odd.iter().filter(|(at, _)| *at == row) {
                text += &format!("{odd}\n");
            }
        }
        let mut bytes = text.into_bytes();
        bytes.truncate(bytes.len().saturating_sub(how.cut));
        bytes
    })
}

/// Lines that are no fields between delimiters: a few sorts, some of them with keys that tell series apart.
fn lines() -> impl Strategy<Value = Vec<u8>> {
    let sort = proptest::sample::select(vec![
        r#"{"t":T,"k":"K","v":V}"#,
        r#"{"t": T, "v": V, "o": {"a": [V, V]}}"#,
        "K,site=K v=V,w=Vi T",
        "ts=T level=K msg=\"K V\" v=V",
        "T,K,V",
        "T host K[V]: K of V",
        "K=V",
        "",
    ]);
    let word = proptest::sample::select(vec!["a", "bb", "", "x y", "\u{e9}", "\\\"q\\\"", "1"]);
    let row = (0usize..3, word, -999i32..999, 0u32..3);
    let line_end = proptest::sample::select(vec!["\n", "\r\n"]);
    (vec(sort, 1..4), vec(row, 1..150), line_end, 0usize..9).prop_map(|(sorts, rows, line_end, cut)| {
        let mut text = String::new();
        for (at, (sort, word, value, places)) in rows.iter().enumerate() {
            let value = format!("{:.*}", *places as usize, f64::from(*value) / 100.0);
            let (time, sort) = ((1_600_000_000 + at / 3 * 60).to_string(), sorts[sort % sorts.len()]);
            text += &sort.replace('T', &time).replace('K', word).replace('V', &value);
            text += line_end;
        }
        let mut bytes = text.into_bytes();
        bytes.truncate(bytes.len().saturating_sub(cut));
        bytes
    })
}

fn samples() -> impl Strategy<Value = Raw> {
    let sample = proptest::sample::select(Sample::ALL.to_vec());
    (sample, any::<bool>(), 1u16..5).prop_map(|(sample, high, channels)| Raw {
        sample,
        high_first: high && sample.bytes() > 1,
        channels,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_bytes(bytes in vec(any::<u8>(), 0..2000), level in level(), segment in segment()) {
        comes_back(&bytes, &Config { level, input: Input::Text, segment })?;
    }

    #[test]
    fn any_text_of_few_letters(text in "[0-9,.;\\-\n\r \t\"a]{0,600}", level in level(), segment in segment()) {
        comes_back(text.as_bytes(), &Config { level, input: Input::Text, segment })?;
    }

    #[test]
    fn any_table(text in table(), level in level(), segment in segment()) {
        comes_back(&text, &Config { level, input: Input::Text, segment })?;
    }

    #[test]
    fn any_lines(text in lines(), level in level(), segment in segment()) {
        comes_back(&text, &Config { level, input: Input::Text, segment })?;
    }

    #[test]
    fn any_samples(bytes in vec(any::<u8>(), 0..2000), raw in samples(), level in level(), segment in segment()) {
        comes_back(&bytes, &Config { level, input: Input::Raw(raw), segment })?;
    }

    /// A table's text as samples, samples as a table: what the user says may be wrong.
    #[test]
    fn tables_taken_for_samples(text in table(), raw in samples(), level in level()) {
        comes_back(&text, &Config { level, input: Input::Raw(raw), segment: 1 << 20 })?;
    }

    /// A header found on one text serves segments of another: files are appended to, logs change their columns.
    #[test]
    fn segments_of_another_shape(
        first in prop_oneof![table(), lines()], second in prop_oneof![table(), lines()], level in level(),
    ) {
        let config = Config { level, input: Input::Text, segment: 1 << 20 };
        let header = Header::detect(&first, &config);
        let mut archive = vec![];
        header.write(&mut archive);
        let mut index = Index::new(archive.len());
        for (i, text) in [&first, &second, &first].into_iter().enumerate() {
            let segment = Segment::encode(text, &header, i == 0, level);
            index.push(&segment);
            archive.extend(segment.bytes);
        }
        index.footer().write(&mut archive);
        let all = [&*first, &second, &first].concat();
        prop_assert_eq!(archive::decompress(&archive, u64::MAX), Ok(all));
    }

    #[test]
    fn archives_one_after_the_other(texts in vec(table(), 2..4), level in level()) {
        let config = Config { level, input: Input::Text, segment: 1 << 20 };
        let archives: Vec<u8> = texts.iter().flat_map(|text| archive::compress(text, &config)).collect();
        prop_assert_eq!(archive::decompress(&archives, u64::MAX), Ok(texts.concat()));
    }

    #[test]
    fn the_same_bytes_again(text in table(), level in level(), segment in segment()) {
        let config = Config { level, input: Input::Text, segment };
        prop_assert_eq!(archive::compress(&text, &config), archive::compress(&text, &config));
    }
}
