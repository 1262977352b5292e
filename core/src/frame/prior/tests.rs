//! Texts that go on from a prior come back, usual or not; damage is found.

use super::{
    super::{Config, Header, Segment, View},
    *,
};
use crate::{num::Random, parallel::Sequential, table::Input};
use alloc::{format, string::String, vec};
use proptest::prelude::*;

const GENE: [u8; 32] = [7; 32];

/// Rows of a station: time, temperature, a multiple of it, a word, and a number that is sometimes missing.
fn rows(seed: u64, count: u64) -> String {
    let mut random = Random::new(seed, 0);
    let mut temperature = 2000 + random.below(500) as i64;
    let row = |row: u64| {
        temperature += random.below(7) as i64 - 3;
        let (whole, part) = (temperature / 100, temperature % 100);
        let word = ["idle", "busy", "down"].get(random.below(40) as usize / 19).copied().unwrap_or("down");
        let level = if random.below(9) == 0 { String::new() } else { format!("{}", random.below(50)) };
        let time = 1_600_000_000 + 600 * (row + 10_000 * seed);
        format!("{time},{whole}.{part:02},{}.{:02},{word},{level}\n", 2 * whole, 2 * part % 100)
    };
    (0..count).map(row).collect()
}

fn prior(level: u8) -> Prior {
    let text = format!("time,t,tt,state,level\n{}", rows(1, 600));
    Prior::read(&Prior::train(text.as_bytes(), Level::new(level).unwrap()).unwrap(), u64::MAX).unwrap()
}

fn header(text: &str) -> Header {
    let config = Config { level: Level::STRONGEST, input: Input::Text, segment: 1 << 20 };
    Header { gene: Some(GENE), ..Header::detect(text.as_bytes(), &config) }
}

#[test]
fn what_the_gene_knows_of_columns_is_not_said_again() {
    let (prior, text) = (prior(7), rows(3, 50));
    let names = "time,t,tt,state,level\n";
    let config = Config { level: Level::STRONGEST, input: Input::Text, segment: 1 << 20 };
    for (preamble, schema) in [("", 7), (names, 6), ("a,b,c,d,e\n", 1)] {
        let text = format!("{preamble}{text}");
        let header = Header::detect_learnt(text.as_bytes(), &config, GENE, &prior);
        let mut bytes = Vec::new();
        header.write(&mut bytes);
        assert_eq!(bytes.get(38), Some(&schema), "{preamble}");
        let read = Header::read(&mut Cursor::new(&bytes), u64::MAX).unwrap();
        let whole = read.resolved(Some(&prior)).unwrap();
        assert_eq!(whole.schema.preamble(), preamble.as_bytes());
        let segment =
            Segment::encode_with(&Sequential, Some(&prior), text.as_bytes(), &whole, true, config.level);
        let view = View::read(&mut Cursor::new(&segment.bytes), &read).unwrap();
        let mut back = Vec::new();
        view.decode_with(&Sequential, Some(&prior), &read, &mut back).unwrap();
        assert_eq!(String::from_utf8(back).unwrap(), text);
        if schema > 1 {
            assert_eq!(bytes.len(), 39);
            assert_eq!(read.resolved(None).err(), Some(Error::Gene(GENE)));
            assert_eq!(view.decode(&read, &mut Vec::new()), Err(Error::Gene(GENE)));
            // Without its gene there is no such schema.
            let alone = [bytes.get(..5).unwrap(), &[bytes[5] & 0x3F, schema]].concat();
            assert!(Header::read(&mut Cursor::new(&alone), u64::MAX).is_err());
        }
    }
    for other in ["", "a b\n", "1,2\n3,4\n"] {
        let header = Header::detect_learnt(other.as_bytes(), &config, GENE, &prior);
        assert!(!matches!(header.schema, crate::table::Schema::Learnt { .. }), "{other}");
    }
}

/// The segment of a text that goes on from a prior, after it came back.
fn there_and_back(prior: &Prior, text: &str) -> Segment {
    let header = header(text);
    let segment =
        Segment::encode_with(&Sequential, Some(prior), text.as_bytes(), &header, true, Level::STRONGEST);
    let view = View::read(&mut Cursor::new(&segment.bytes), &header).unwrap();
    let mut back = Vec::new();
    view.decode_with(&Sequential, Some(prior), &header, &mut back).unwrap();
    assert_eq!(String::from_utf8(back).unwrap(), text);
    segment
}

#[test]
fn a_message_takes_much_less() {
    for level in [4, 7, 9] {
        let (prior, text) = (prior(level), rows(3, 50));
        let warm = there_and_back(&prior, &text);
        let cold = Segment::encode(text.as_bytes(), &header(&text), true, Level::STRONGEST);
        assert!(9 * warm.bytes.len() < 5 * cold.bytes.len(), "{} {}", warm.bytes.len(), cold.bytes.len());
    }
}

#[test]
fn without_the_gene_it_is_asked_for() {
    let (text, prior) = (rows(3, 50), prior(7));
    let header = header(&text);
    let segment = there_and_back(&prior, &text);
    let view = View::read(&mut Cursor::new(&segment.bytes), &header).unwrap();
    assert_eq!(view.decode(&header, &mut Vec::new()), Err(Error::Gene(GENE)));
    let mut other = rows(8, 600);
    other.insert_str(0, "time,t,tt,state,level\n");
    let other = Prior::train(other.as_bytes(), Level::new(7).unwrap()).unwrap();
    let other = Prior::read(&other, u64::MAX).unwrap();
    assert!(view.decode_with(&Sequential, Some(&other), &header, &mut Vec::new()).is_err());
}

#[test]
fn what_the_prior_never_saw_comes_back() {
    let prior = prior(9);
    let usual = rows(4, 30);
    for unusual in [
        "1700000000,21.5,43,idle,1\n",
        "1700000000,-99999999999.5,43.00,wholly new,99999999\n",
        "noon,21.50,43.00,\"quoted, twice\",\n",
        "\nthree,fields,only\n# a comment\n",
        ",,,,\n",
        "1700000001,21.50,43.00,busy,7",
    ] {
        for text in [format!("{unusual}{usual}"), format!("{usual}{unusual}"), unusual.into()] {
            there_and_back(&prior, &text);
        }
    }
    there_and_back(&prior, "");
    there_and_back(&prior, "another,shape\n1,2\n");
}

/// The same rows, in which the temperatures have other decimals.
fn with_decimals(text: &str, places: usize) -> String {
    let row = |(at, line): (usize, &str)| {
        let cells: Vec<&str> = line.split(',').collect();
        let number = |cell: &str| {
            let (whole, part) = cell.split_once('.').unwrap();
            let digits = format!("{part}{:04}", at * 7919 % 10_000);
            if places == 0 { whole.into() } else { format!("{whole}.{}", &digits[..places]) }
        };
        format!("{},{},{},{},{}\n", cells[0], number(cells[1]), number(cells[2]), cells[3], cells[4])
    };
    text.lines().enumerate().map(row).collect()
}

#[test]
fn columns_with_other_decimals_go_on() {
    for level in [4, 7, 9] {
        let prior = prior(level);
        for (places, rows_of) in
            [0, 1, 3, 5].into_iter().flat_map(|places| [1, 2, 5, 10, 50].map(|n| (places, n)))
        {
            let text = with_decimals(&rows(3, rows_of), places);
            assert_eq!(prior.misfits(text.as_bytes()), Some(Vec::new()));
            let warm = there_and_back(&prior, &text);
            let cold = Segment::encode(text.as_bytes(), &header(&text), true, Level::STRONGEST);
            let (warm, cold) = (warm.bytes.len(), cold.bytes.len());
            // Framing dominates a message of one row.
            let most = if rows_of < 5 { cold } else { cold * 7 / 10 };
            assert!(warm <= most, "{places} decimals, {rows_of} rows at level {level}: {warm} {cold}");
            there_and_back(&prior, &[rows(3, 4), text].concat());
        }
    }
}

#[test]
fn columns_that_are_written_in_another_way_are_told() {
    let prior = prior(6);
    let misfits = |text: &str| {
        let all = prior.misfits(text.as_bytes())?;
        Some(all.into_iter().map(|misfit| (misfit.first, misfit.places)).collect::<Vec<_>>())
    };
    assert_eq!(misfits(&rows(3, 20)), Some(vec![]));
    let finer = "1700000000,21.505,43.00,idle,1\n1700000600,21.515,43.02,idle,\n";
    assert_eq!(misfits(finer), Some(vec![]));
    let others = "noon,21.50,0x2b,idle,1\nnight,21.51,0x2b,idle,\n";
    assert_eq!(misfits(others), Some(vec![(0, None), (2, None)]));
    assert_eq!(misfits("another,shape\n"), None);
}

#[test]
fn a_warm_segment_that_was_damaged_is_an_error() {
    let prior = prior(6);
    for text in [rows(5, 20), with_decimals(&rows(5, 20), 1), with_decimals(&rows(5, 20), 3)] {
        damage_is_found(&prior, &text);
    }
}

fn damage_is_found(prior: &Prior, text: &str) {
    let header = header(text);
    let segment = there_and_back(prior, text);
    for at in 0..segment.bytes.len() {
        for bit in 0..8 {
            let mut bytes = segment.bytes.clone();
            bytes[at] ^= 1 << bit;
            let mut back = Vec::new();
            let decoded = View::read(&mut Cursor::new(&bytes), &header)
                .and_then(|view| view.decode_with(&Sequential, Some(prior), &header, &mut back));
            assert!(decoded.is_err() || back == text.as_bytes(), "bit {bit} of byte {at}");
        }
    }
}

#[test]
fn a_prior_that_was_damaged_does_no_harm() {
    let bytes = Prior::train(rows(2, 60).as_bytes(), Level::new(6).unwrap()).unwrap();
    let text = rows(5, 5);
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1 << (at % 8);
        assert!(Prior::read(bytes.get(..at).unwrap(), u64::MAX).is_err());
        if let Ok(prior) = Prior::read(&damaged, 1 << 30)
            && at % 8 == 0
        {
            there_and_back(&prior, &text);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_table_comes_back(
        known in "([0-9]{1,3}(\\.[0-9]{1,2})?,(a|b|[0-9]{1,4}),[0-9.e-]{0,6}\n){3,60}",
        text in "([0-9]{1,5}(\\.[0-9]{1,3})?,(a|c|[0-9]{1,9}),[0-9.e-]{0,6}\n){0,20}[0-9,]{0,4}",
    ) {
        if let Some(bytes) = Prior::train(known.as_bytes(), Level::new(6).unwrap()) {
            there_and_back(&Prior::read(&bytes, u64::MAX).unwrap(), &text);
        }
    }
}
