//! Messages come back whole, in any order, and damage is found.

use super::*;
use crate::num::Random;
use alloc::{format, string::String};
use proptest::prelude::*;

const ID: [u8; 32] = [9; 32];

fn rows(seed: u64, count: u64) -> String {
    let mut random = Random::new(seed, 0);
    let mut level = 500 + random.below(300) as i64;
    let row = |row: u64| {
        level += random.below(9) as i64 - 4;
        format!("{},{}.{},{}\n", 1_700_000_000 + 60 * (row + 1000 * seed), level / 10, level % 10, level / 7)
    };
    (0..count).map(row).collect()
}

fn prior() -> Prior {
    let text = format!("time,level,part\n{}", rows(1, 500));
    Prior::read(&Prior::train(text.as_bytes(), Level::STRONGEST).unwrap(), u64::MAX).unwrap()
}

fn there_and_back(text: &str, prior: Option<&Prior>) -> Vec<u8> {
    let past = prior.map(|prior| Past { id: &ID, prior });
    let bytes = encode(text.as_bytes(), past, Level::STRONGEST).unwrap();
    assert_eq!(decoded(&bytes, prior).unwrap(), text.as_bytes());
    bytes
}

fn decoded(bytes: &[u8], prior: Option<&Prior>) -> Result<Vec<u8>, Error> {
    let mut cursor = Cursor::new(bytes);
    let message = Message::read(&mut cursor)?;
    let mut back = Vec::new();
    message.decode(prior.map(|prior| Past { id: &ID, prior }), &mut back)?;
    if cursor.rest().is_empty() { Ok(back) } else { Err(Error::Corrupt("more than a message")) }
}

#[test]
fn any_text_fits_a_message() {
    let prior = prior();
    let long = "x".repeat(300);
    for text in ["", "\n", "7", "time,level,part\n", "other,table\n1,2\n", "1700000000,50.1,71", &long] {
        there_and_back(text, None);
        there_and_back(text, Some(&prior));
    }
    assert_eq!(encode(&alloc::vec![0; MAX_TEXT + 1], None, Level::FASTEST), None);
    assert_eq!(header().memory(), 16 << 20);
}

#[test]
fn texts_of_other_scripts_go_on_from_the_gene_of_their_rows() {
    let (prior, text) = (prior(), rows(5, 50));
    let past = Some(Past { id: &ID, prior: &prior });
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let returns = text.replace('\n', "\r").into_bytes();
    for written in [wide, returns] {
        let message = encode(&written, past, Level::STRONGEST).unwrap();
        assert_eq!(message.first(), Some(&SCRIPTED));
        assert_eq!(decoded(&message, Some(&prior)).as_deref(), Ok(&*written));
        assert!(message.len() <= there_and_back(&text, Some(&prior)).len() + 4);
        for at in 0..message.len() {
            let mut damaged = message.clone();
            damaged[at] ^= 0x11;
            let _ = decoded(&damaged, Some(&prior));
            assert!(decoded(&message[..at], Some(&prior)).is_err(), "{at}");
        }
    }
    let nested = [&[SCRIPTED, 6, 1, SCRIPTED, 3, 1, 0xC0, 0][..], &[0; 9]].concat();
    assert_eq!(decoded(&nested, None), Err(Error::Corrupt("the lines of lines")));
}

#[test]
fn the_frame_of_a_message_takes_a_few_bytes() {
    let (prior, text) = (prior(), rows(5, 50));
    let message = there_and_back(&text, Some(&prior));
    let body = prior.write(text.as_bytes(), Level::STRONGEST).unwrap().rest;
    assert!(message.len() - body.len() <= 7, "{} {}", message.len(), body.len());
    assert!(message.len() * 2 < there_and_back(&text, None).len());
    // The names that the gene knows take no byte.
    let named = there_and_back(&format!("time,level,part\n{text}"), Some(&prior));
    assert_eq!(named.len(), message.len());
    let row = there_and_back(&rows(6, 1), Some(&prior));
    assert!(row.len() < 18, "{}", row.len());
}

#[test]
fn a_message_asks_for_its_gene() {
    let prior = prior();
    let message = there_and_back(&rows(4, 20), Some(&prior));
    assert_eq!(decoded(&message, None), Err(Error::GeneOf([9, 9])));
    let read = Message::read(&mut Cursor::new(&message)).unwrap();
    let mut other = ID;
    other[31] = 0;
    assert!(read.decode(Some(Past { id: &other, prior: &prior }), &mut Vec::new()).is_err());
    other[0] = 0;
    let refused = read.decode(Some(Past { id: &other, prior: &prior }), &mut Vec::new());
    assert_eq!(refused, Err(Error::GeneOf([9, 9])));
}

#[test]
fn a_message_that_was_damaged_is_an_error() {
    let prior = prior();
    let text = rows(3, 12);
    for prior in [None, Some(&prior)] {
        let message = there_and_back(&text, prior);
        for at in 0..message.len() {
            assert!(decoded(&message[..at], prior).is_err());
            for bit in 0..8 {
                let mut damaged = message.clone();
                damaged[at] ^= 1 << bit;
                let decoded = decoded(&damaged, prior);
                assert!(decoded.is_err() || decoded.unwrap() == text.as_bytes(), "bit {bit} of byte {at}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_bytes_are_read_without_harm(mut bytes in proptest::collection::vec(any::<u8>(), 0..120), warm: bool) {
        if let Some(tag) = bytes.first_mut() {
            *tag = if warm { WARM | *tag & 7 } else { COLD | *tag & 3 };
        }
        let _ = decoded(&bytes, None);
    }

    #[test]
    fn any_text_comes_back(text in "([0-9]{1,4}(\\.[0-9])?,(a|b|[0-9]{1,3})\n){0,30}[0-9,a-c]{0,4}") {
        there_and_back(&text, None);
    }
}
