//! Both ends with a hostile wire between them: properties.

use super::*;

/// Something that happens to a packet on the wire.
#[derive(Debug, Clone)]
enum Fate {
    Passes,
    IsLost,
    ComesTwice,
    /// So many packets later.
    ComesLate(usize),
    /// A byte is changed.
    IsDamaged(prop::sample::Index, u8),
    IsCut(prop::sample::Index),
}

fn fates() -> impl Strategy<Value = Vec<Fate>> {
    let fate = prop_oneof![
        30 => Just(Fate::Passes),
        2 => Just(Fate::IsLost),
        2 => Just(Fate::ComesTwice),
        2 => (1_usize..60).prop_map(Fate::ComesLate),
        1 => (any::<prop::sample::Index>(), 1_u8..).prop_map(|(at, flip)| Fate::IsDamaged(at, flip)),
        1 => any::<prop::sample::Index>().prop_map(Fate::IsCut),
    ];
    prop::collection::vec(fate, 400)
}

fn wire(packets: &[Vec<u8>], fates: &[Fate]) -> Vec<Vec<u8>> {
    let mut out: Vec<(usize, Vec<u8>)> = vec![];
    for (at, (packet, fate)) in packets.iter().zip(fates.iter().cycle()).enumerate() {
        let mut packet = packet.clone();
        match fate {
            Fate::Passes => out.push((at, packet)),
            Fate::IsLost => {}
            Fate::ComesTwice => out.extend([(at, packet.clone()), (at + 2, packet)]),
            Fate::ComesLate(by) => out.push((at + by, packet)),
            Fate::IsDamaged(place, flip) => {
                let place = place.index(packet.len());
                packet[place] ^= flip;
                out.push((at, packet));
            }
            Fate::IsCut(place) => {
                packet.truncate(place.index(packet.len()));
                out.push((at, packet));
            }
        }
    }
    out.sort_by_key(|(at, _)| *at);
    out.into_iter().map(|(_, packet)| packet).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_the_wire_does_rows_are_within_their_bounds(
        seed: u64, fates in fates(), reorder in 0_usize..8, heartbeat in 1_u16..40, key in 0_u32..300
    ) {
        let rows = made(800, seed);
        let sent = packets(&rows, options(heartbeat, key));
        let mut receiver = Receiver::new(reorder);
        let mut got = heard(&mut receiver, &wire(&sent, &fates));
        receiver.finish(|event| got.take(event));
        got.check(&rows);
        let is_heard = !got.joined.is_empty();
        prop_assert_eq!(got.broken, u64::from(is_heard && !got.ended));
        let last = if got.ended { 800 } else { got.rows.last().map_or(0, |(number, _)| number + 1) };
        let joined = got.joined.first().copied().unwrap_or(0);
        // Each row up to the last one given is given, told as lost, or before the first that was heard.
        prop_assert_eq!(got.rows.len() as u64 + got.lost + joined, last);
        // After a wire that is clean again, a key brings it back.
        if key > 0 && !got.rows.is_empty() {
            let rest = heard(&mut receiver, &packets(&rows, Options { session: 9, ..options(heartbeat, key) }));
            rest.check(&rows);
            prop_assert_eq!(rest.rows.len(), 800);
        }
    }

    #[test]
    fn any_packets_are_taken(
        noise in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..40), at in 0_usize..60
    ) {
        let rows = made(100, 1);
        let mut sent = packets(&rows, options(4, 9));
        let at = at.min(sent.len());
        sent.splice(at..at, noise.iter().cloned());
        let got = heard(&mut Receiver::default(), &sent);
        got.check(&rows);
        let mut sender = Sender::new(&COLUMNS, b"", options(4, 9));
        noise.iter().for_each(|packet| sender.handle(packet));
    }

    #[test]
    fn any_samples_are_within_their_bounds(
        samples in prop::collection::vec(prop_oneof![-500_i64..500, -1_i64 << 61..=1 << 61], 1..200),
        within in prop_oneof![0_u64..300, Just(MAX_WITHIN)], near: bool
    ) {
        let mut sender = Sender::new(&[Column::new(within)], b"", options(3, 20));
        let (mut receiver, mut out, mut at) = (Receiver::default(), vec![], 0);
        for sample in &samples {
            let given = if near && within > 0 { Sample::Near(*sample) } else { Sample::Number(*sample) };
            let bound = if near { within.saturating_sub(1) } else { within };
            if sender.row(&[given], &mut out) == Ok(Sent::Packet) {
                receiver.packet(&out, |event| {
                    let Event::Row { cells, .. } = event else { return };
                    let Some(Cell::Number(number)) = cells.iter().next() else { panic!() };
                    assert!(number.abs_diff(samples[at]) <= bound);
                    at += 1;
                });
            }
        }
        prop_assert!(at + 3 > samples.len());
    }
}
