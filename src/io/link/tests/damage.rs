//! The cost of damage: whole tables sent as links, each damaged in one place after another, and the rows lost to it.

use super::{link, table};
use crate::io::link::{
    receive::{Totals, follow},
    send::Keys,
};

/// Places in which each link is damaged.
const PLACES: usize = 24;
const HEARTBEAT: u16 = 64;

/// Damage to a link in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Harm {
    /// A byte is another one.
    Byte,
    /// A byte is missing.
    Lost,
    /// Eight bytes are others.
    Burst,
    /// Sixty-four bytes are missing.
    Gap,
}

const HARMS: [Harm; 4] = [Harm::Byte, Harm::Lost, Harm::Burst, Harm::Gap];

/// The link, damaged in one place of several that are as far from each other as they can be.
fn harmed(link: &[u8], harm: Harm, place: usize, places: usize) -> Vec<u8> {
    let at = (link.len() - 1) * (2 * place + 1) / (2 * places.max(1));
    let (before, behind) = link.split_at(at);
    let change = |byte: &u8, turn: usize| byte ^ (1 + (place * 31 + turn * 7) as u8 % 255);
    let (lost, new): (usize, Vec<u8>) = match harm {
        Harm::Byte => (1, vec![change(&behind[0], 0)]),
        Harm::Lost => (1, vec![]),
        Harm::Burst => {
            (8, behind.iter().take(8).enumerate().map(|(turn, byte)| change(byte, turn)).collect())
        }
        Harm::Gap => (64, vec![]),
    };
    [before, &new, behind.get(lost..).unwrap_or(&[])].concat()
}

/// What is wrong with what a damaged link gave: lines that were not sent, or rows lost and not told.
fn wrong(clean: &[u8], given: &[u8], sent: Totals, came: Totals, harm: Harm, place: usize) -> Option<String> {
    let mut lines = clean.split(|byte| *byte == b'\n');
    let is_blank = |line: &[u8]| line.iter().all(|byte| *byte == line[0]);
    let strange = given.split(|byte| *byte == b'\n').find(|line| {
        // Rows that are lost are written empty, and come in place of those that were sent.
        !line.is_empty() && !is_blank(line) && !lines.any(|sent| sent == *line)
    });
    let told = came.rows + came.lost + came.missed == sent.rows || came.broken > 0;
    let what = match strange {
        Some(line) => format!("`{}` was not sent", line.escape_ascii()),
        None if told => return None,
        None => format!("{} of {} came, {} told as lost", came.rows, sent.rows, came.lost + came.missed),
    };
    Some(format!("{harm:?} at {place}: {what}"))
}

/// The mean share of the rows that damage in one place loses.
fn lost(tables: &[String], harm: Harm) -> f64 {
    let of = |text: &String| {
        let sent = link(text, Keys::default(), HEARTBEAT);
        let (clean, totals) = follow(&sent);
        assert_eq!(totals.broken + totals.lost, 0, "a whole link is read whole");
        let lost = (0..PLACES).map(|place| {
            let (given, after) = follow(&harmed(&sent, harm, place, PLACES));
            assert_eq!(wrong(&clean, &given, totals, after, harm, place), None);
            (totals.rows - after.rows.min(totals.rows)) as f64 / totals.rows as f64
        });
        lost.sum::<f64>() / PLACES as f64
    };
    tables.iter().map(of).sum::<f64>() / tables.len() as f64
}

/// The share of the bytes that keys take, against a link that has only the first.
fn key_share(text: &str) -> f64 {
    let [all, first] = [Keys::default(), Keys::Rows(0)].map(|keys| link(text, keys, HEARTBEAT).len() as f64);
    1.0 - first / all
}

#[test]
fn damage_costs_little_and_is_told() {
    let tables: Vec<String> = (1..6).map(|seed| table(1500, seed)).collect();
    let [byte, missing, burst, gap] = HARMS.map(|harm| lost(&tables, harm));
    let keys = tables.iter().map(|text| key_share(text)).sum::<f64>() / tables.len() as f64;
    println!(
        "rows lost to a byte changed {byte:.4}, a byte lost {missing:.4}, 8 bytes changed {burst:.4}, 64 lost {gap:.4}"
    );
    println!("bytes that keys take {keys:.4}");
    assert!(byte < 0.01 && missing < 0.01, "{byte} {missing}");
    assert!(gap < 0.2 && keys < 0.12, "{gap} {keys}");
}
