use super::*;
use crate::{num::Random, trust::Identity};
use proptest::prelude::*;
use std::vec::Vec;

const PERIOD: u64 = 600_000;

fn who(n: u8) -> Identity {
    Identity::from_secret(&[n; 32])
}

/// One that nobody has told whom it can send to.
fn lone(n: u8) -> Peer {
    Peer::new(who(n), Setup { mark: mark_of(b"t"), term: 0, seed: n.into(), period: PERIOD })
}

/// One that knows 8 and 9, and has asked both.
fn peer(n: u8) -> Peer {
    let mut peer = lone(n);
    [8, 9].iter().for_each(|contact| peer.meet(*contact));
    for turn in 1..6 {
        assert_eq!(peer.poll_transmit(turn * 2 * PERIOD).unwrap().bytes.len(), GENE_BYTES);
    }
    peer
}

/// A series that swings, and noise.
struct Swing(Random, i64, i64);

impl Swing {
    fn new(seed: u64) -> Self {
        Self(Random::new(seed, 0), 0, 0)
    }
}

impl Iterator for Swing {
    type Item = i64;

    fn next(&mut self) -> Option<i64> {
        let noise = self.0.below(2001) as i64 - 1000;
        (self.1, self.2) = ((self.1 * 3 / 2 - self.2 * 4 / 5) + noise, self.1);
        Some(50_000 + self.1)
    }
}

/// A gene of a name that has seen some of a series.
fn taught(n: u8, seed: u64) -> Vec<u8> {
    let mut teacher = lone(n);
    teacher.meet(1);
    Swing::new(seed).take(64).for_each(|sample| {
        teacher.observe(0, sample);
    });
    loop {
        let sent = teacher.poll_transmit(10 * PERIOD).unwrap().bytes;
        if matches!(Packet::read(&sent), Some(Packet::Signed(_))) {
            return sent;
        }
    }
}

fn events(peer: &mut Peer) -> Vec<Event> {
    core::iter::from_fn(|| peer.poll_event()).collect()
}

#[test]
fn a_gene_is_taken_once_and_passed_on_unchanged_when_it_has_served() {
    let gene = taught(2, 9);
    let mut new = peer(1);
    (0..4).for_each(|contact| new.meet(contact));
    assert_eq!(new.handle(0, 9, &gene), Heard::Taken);
    assert_eq!(new.handle(1, 9, &gene), Heard::Old);
    let mut passed = Vec::new();
    for (turn, sample) in Swing::new(5).take(60).enumerate() {
        let now = turn as u64 * PERIOD;
        new.observe(now, sample);
        passed.extend(core::iter::from_fn(|| new.poll_transmit(now)));
    }
    assert!(events(&mut new).contains(&Event::Served(who(2).name())));
    let passed: Vec<&Transmit> = passed.iter().filter(|sent| sent.bytes == gene).collect();
    assert!(passed.len() == 6 && passed.iter().all(|sent| sent.to != 9), "{passed:?}");
}

#[test]
fn what_does_not_predict_is_left_before_its_signature_is_checked() {
    let mut peer = peer(1);
    Swing::new(1).take(200).for_each(|sample| {
        peer.observe(0, sample);
    });
    let wild = Says::Gene(Learnt { samples: 9, scale: 0, weights: [-(1 << 17); 8] });
    let wild = sign(&who(2), &mark_of(b"t"), 0, &wild);
    assert_eq!(peer.handle(0, 2, &wild), Heard::Useless);
    assert_eq!(peer.counts().checks, 0);
}

#[test]
fn forged_foreign_and_other_packets_are_told_apart_and_forgers_are_left_alone() {
    let (gene, mut peer) = (taught(2, 9), peer(1));
    let mut forged = gene.clone();
    *forged.last_mut().unwrap() ^= 1;
    for turn in 0..3 {
        assert_eq!(peer.handle(turn * 1000, 9, &forged), Heard::Forged);
    }
    assert_eq!(peer.handle(3000, 9, &gene), Heard::Ignored);
    assert_eq!(peer.handle(3000, 8, &gene), Heard::Taken);
    assert_eq!(peer.handle(0, 8, b"QRS"), Heard::Foreign);
    let other = sign(&who(2), &mark_of(b"u"), 0, &Says::Vote(crate::regime::Regime::Calm, 0));
    assert_eq!(peer.handle(0, 8, &other), Heard::Other);
}

#[test]
fn who_tells_one_thing_here_and_another_there_is_banned_by_all_who_see_both() {
    let gene = |weight| {
        let says = Says::Gene(Learnt { samples: 64, scale: 0, weights: [weight, 0, 0, 0, 0, 0, 0, 0] });
        sign(&who(2), &mark_of(b"t"), 5, &says)
    };
    let (mut one, mut other) = (peer(1), peer(3));
    one.meet(0);
    assert_eq!(one.handle(0, 9, &gene(1 << 14)), Heard::Taken);
    assert_eq!(one.handle(0, 9, &gene(1 << 13)), Heard::Taken);
    assert!(events(&mut one).contains(&Event::Banned(who(2).name())) && one.bans() == 1);
    let evidence = one.poll_transmit(0).unwrap().bytes;
    assert_eq!(evidence.len(), MAX_PACKET);
    assert_eq!(other.handle(0, 9, &evidence), Heard::Taken);
    assert_eq!((other.handle(0, 9, &gene(1 << 12)), other.bans()), (Heard::Ignored, 1));
    // Nobody can be accused of what he has not signed.
    let mut forged = evidence;
    forged[200] ^= 1;
    assert_ne!(peer(4).handle(0, 9, &forged), Heard::Taken);
}

#[test]
fn old_packets_are_not_heard_again() {
    let vote =
        |sequence| sign(&who(2), &mark_of(b"t"), sequence, &Says::Vote(crate::regime::Regime::Storm, 3));
    let mut peer = peer(1);
    assert_eq!(peer.handle(0, 9, &vote(7)), Heard::Taken);
    for sequence in 0..=7 {
        assert_eq!(peer.handle(0, 9, &vote(sequence)), Heard::Old);
    }
    assert_eq!(peer.handle(0, 9, &vote(8)), Heard::Taken);
}

#[test]
fn a_majority_of_the_names_heard_tells_the_world_from_the_sensor() {
    let mut peer = peer(1);
    let vote = |n: u8, regime| sign(&who(n), &mark_of(b"t"), 0, &Says::Vote(regime, 3));
    assert_eq!(peer.world(0), World::Unknown);
    for n in 10..15 {
        let regime = if n < 12 { crate::regime::Regime::Storm } else { crate::regime::Regime::Calm };
        assert_eq!(peer.handle(u64::from(n) * 1000, 9, &vote(n, regime)), Heard::Taken);
    }
    assert_eq!(peer.world(20_000), World::Calm);
    for n in 20..23 {
        peer.handle(u64::from(n) * 1000, 9, &vote(n, crate::regime::Regime::Storm));
    }
    assert_eq!(peer.world(30_000), World::Stirred);
}

#[test]
fn a_newcomer_asks_and_is_answered_with_three_times_its_bytes_at_most() {
    let (mut old, mut new) = (peer(1), lone(2));
    old.meet(2);
    new.meet(1);
    for n in 10..16 {
        old.handle(u64::from(n) * 1000, 8 + u64::from(n % 2), &taught(n, n.into()));
    }
    Swing::new(1).take(100).for_each(|sample| {
        old.observe(0, sample);
    });
    core::iter::from_fn(|| old.poll_transmit(PERIOD)).for_each(drop);
    let hello = new.poll_transmit(9 * PERIOD).unwrap();
    assert_eq!((hello.to, hello.bytes.len()), (1, GENE_BYTES));
    assert_eq!(old.handle(9 * PERIOD, 2, &hello.bytes), Heard::Taken);
    let answer: Vec<Transmit> =
        core::iter::from_fn(|| old.poll_transmit(9 * PERIOD)).filter(|sent| sent.to == 2).collect();
    assert!(answer.len() >= 3, "{answer:?}");
    let taken = answer.iter().filter(|sent| new.handle(9 * PERIOD, 1, &sent.bytes) == Heard::Taken).count();
    assert!(taken >= 3, "{taken}");
    assert_eq!(old.handle(9 * PERIOD, 2, &hello.bytes), Heard::Busy);
}

#[test]
fn who_has_nothing_to_say_is_silent() {
    let mut peer = lone(1);
    assert_eq!(peer.next_timeout(), None);
    peer.meet(2);
    let sent: usize = (0..2000)
        .map(|turn| {
            peer.observe(turn * PERIOD, 7);
            core::iter::from_fn(|| peer.poll_transmit(turn * PERIOD))
                .map(|sent| sent.bytes.len())
                .sum::<usize>()
        })
        .sum();
    assert!(sent <= 4096 + 14 * 1024, "{sent}");
}

#[test]
fn a_flood_of_fresh_names_takes_no_time_and_leaves_what_has_served() {
    let mut peer = peer(1);
    let mut samples = Swing::new(1);
    for n in 10..14 {
        assert_eq!(
            peer.handle(u64::from(n) * 1000, 8 + u64::from(n % 2), &taught(n, n.into())),
            Heard::Taken
        );
    }
    samples.by_ref().take(100).for_each(|sample| {
        peer.observe(0, sample);
    });
    let before = peer.counts().checks;
    for n in 0..100 {
        let says = Says::Gene(Learnt { samples: 1 << 20, scale: 0, weights: [0, n << 13, 0, 0, 0, 0, 0, 0] });
        let mut fresh = sign(&who(200), &mark_of(b"t"), n as u64, &says);
        fresh[20] = n as u8;
        peer.handle(100_000, 1000 + n as u64, &fresh);
    }
    assert!(peer.counts().checks - before <= 4);
    assert!((10..14).all(|n| peer.experts().any(|(name, _)| *name == who(n).name())));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn nothing_that_comes_grows_or_breaks_it(
        inputs in prop::collection::vec((any::<u64>(), any::<u64>(), 0_u8..6, prop::collection::vec(any::<u8>(), 0..200), any::<i64>()), 0..80),
    ) {
        let (mut a, mut b) = (peer(1), peer(1));
        for (now, from, kind, bytes, sample) in inputs {
            let framed = [b"QRS\x01", &[kind][..], &mark_of(b"t")[..], &bytes].concat();
            for packet in [&bytes, &framed] {
                prop_assert_eq!(a.handle(now, from, packet), b.handle(now, from, packet));
            }
            a.meet(from);
            b.meet(from);
            prop_assert_eq!(a.observe(now, sample), b.observe(now, sample));
            prop_assert_eq!(a.poll_transmit(now), b.poll_transmit(now));
            prop_assert_eq!(a.next_timeout(), b.next_timeout());
        }
    }
}

#[test]
fn its_own_state_is_less_than_a_kilobyte_and_so_is_what_it_keeps_of_each_other() {
    use super::{contacts::Contacts, names::Names, slots::Slot, slots::Slots};
    let others = size_of::<Slots>() + size_of::<Contacts>() + size_of::<Names>();
    // Beside the predictor and the key.
    let own = size_of::<Peer>() - size_of::<crate::regime::Watch>() - size_of::<Identity>() - others;
    assert!(own < 1024, "{own}");
    assert!(size_of::<Slot>() + (size_of::<Contacts>() + size_of::<Names>()) / 16 < 1024);
}
