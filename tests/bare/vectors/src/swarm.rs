//! Peers that talk: the same packets, experts and predictions on every machine. Lines are as those of archives.

use alloc::{format, vec::Vec};
use qres_core::{
    num::Random,
    swarm::{MAX_PACKET, Peer, Setup, mark_of},
    trust::Identity,
};

/// Peers, and samples of each.
const PEERS: u8 = 4;
const ROWS: u64 = 150;
/// Milliseconds of a round.
const PERIOD: u64 = 600_000;

/// Makes the line.
pub fn lines(mut line: impl FnMut(&str)) {
    let said = talked();
    line(&format!("swarm {ROWS} 0 {} {}", said.len(), blake3::hash(&said).to_hex()));
}

fn peer(n: u8) -> Peer {
    let setup = Setup { mark: mark_of(b"vectors"), term: 0, seed: n.into(), period: PERIOD };
    Peer::new(Identity::from_secret(&[n; 32]), setup)
}

/// What peers on one weather send and predict.
fn talked() -> Vec<u8> {
    let mut peers: Vec<Peer> = (0..PEERS).map(peer).collect();
    for (at, peer) in peers.iter_mut().enumerate() {
        (0..usize::from(PEERS)).filter(|other| *other != at).for_each(|other| peer.meet(other as u64));
    }
    let (mut random, mut weather, mut step, mut said) = (Random::new(3, 0), 0_i64, 0_i64, Vec::new());
    for row in 0..ROWS {
        step = step * 3 / 4 + random.below(201) as i64 - 100;
        weather += step;
        for at in 0..peers.len() {
            let now = row * PERIOD + at as u64;
            let sample = weather + random.below(41) as i64;
            said.extend_from_slice(&peers[at].predict().to_le_bytes());
            peers[at].observe(now, sample);
            let surprise = peers[at].surprise();
            for (_, other) in peers.iter_mut().enumerate().filter(|(other, _)| *other != at) {
                other.overhear(at as u64, surprise);
            }
            while let Some(packet) = peers[at].poll_transmit(now) {
                said.extend_from_slice(&packet.bytes);
                if let Some(other) = peers.get_mut(packet.to as usize) {
                    other.handle(now, at as u64, &packet.bytes);
                }
            }
        }
    }
    said
}

/// Any bytes as what two peers hear, sense and are asked, a part each between bytes FE: both do the same, whatever it is.
pub fn drive(data: &[u8]) {
    let (mut one, mut two) = (peer(1), peer(1));
    for (part, now) in data.split(|byte| *byte == 0xFE).zip((0..).step_by(300_000)) {
        let Some((what, rest)) = part.split_first() else { continue };
        let number = rest.first_chunk().copied().map_or(i64::from(*what), i64::from_le_bytes);
        for peer in [&mut one, &mut two] {
            match what % 6 {
                0 => _ = peer.handle(now, u64::from(*what / 6), rest),
                1 => {
                    _ = peer.handle(
                        now,
                        1,
                        &[b"QRS\x01", &[*what / 6][..], &mark_of(b"vectors"), rest].concat(),
                    )
                }
                2 => _ = peer.observe(now, number),
                3 => peer.overhear(number as u64, number as i16),
                4 => peer.meet(number as u64),
                _ => peer.set_energy(*what),
            }
        }
        assert_eq!(one.predict(), two.predict());
        assert_eq!(one.next_timeout(), two.next_timeout());
        let sent = (one.poll_transmit(now), two.poll_transmit(now));
        assert_eq!(sent.0, sent.1);
        assert!(sent.0.is_none_or(|sent| sent.bytes.len() <= MAX_PACKET));
        assert_eq!(one.poll_event(), two.poll_event());
        assert!(one.experts().count() <= 8);
    }
}
