//! Sealed datagrams: what two nodes say to each other without a handshake.
//!
//! ```text
//! datagram := short | long
//! short    := hint u8, bit 0 clear | the lowest byte of the sequence | sealed
//! long     := hint u8, bit 0 set   | epoch u32 | sequence u32        | sealed
//! sealed   := AES-256-CCM of the body, with a tag of 8 bytes
//! key      := BLAKE3 of (X25519 of both keys, the sender's name, the receiver's name, epoch)
//! nonce    := sequence u32 | zeros
//! ```
//! Numbers are little-endian. The seven bits of the hint are of a hash of both names: they tell a receiver whose datagram it may
//! be. What stands before the seal is sealed with it.
//!
//! Invariants: one key seals a sequence once, over restarts too, as the sequences of an epoch are reserved on disk before they
//! are used. A receiver opens a sequence once, and never one of an epoch before the latest that it has opened. Nothing
//! that a stranger sends changes a state, and costs at most [`GUESSES`] openings for each name that it may be of.
//!
//! There is no forward secrecy: whoever takes a key can open what was sealed for it.

use aes::Aes256;
use ccm::{
    Ccm, KeyInit,
    aead::AeadInOut,
    consts::{U8, U13},
};
use qres_core::trust::{Identity, Name};
use zeroize::Zeroizing;

type Cipher = Ccm<Aes256, U8, U13>;

/// Wire: bytes that a short datagram takes beside its body.
#[cfg(test)]
pub(crate) const SHORT: usize = 2 + 8;
/// Bytes before the seal of a long datagram.
const LONG_HEAD: usize = 9;
/// Bytes before the seal of a short datagram.
const SHORT_HEAD: usize = 2;
/// Sequences that a short datagram may have: how often its lowest byte may have come round unheard.
pub(crate) const GUESSES: u32 = 8;
/// Sequences behind the latest that may still come.
const WINDOW: u32 = 1024;
/// Sequences among which it is counted how many have been opened.
pub(crate) const RECENT: u32 = 32;
/// Short datagrams behind the latest byte that are taken as late ones and not as those of the next round.
const LATE: u32 = 64;

/// What two names share, from which the keys of their epochs are made.
#[derive(Debug, Clone)]
pub(crate) struct Shared {
    secret: Zeroizing<[u8; 32]>,
    from: Name,
    to: Name,
}

impl Shared {
    /// What `own` shares with `other`, for what goes out and for what comes in; `None` if `other` is the name of everybody.
    pub(crate) fn between(own: &Identity, other: Name) -> Option<(Self, Self)> {
        let (secret, me) = (own.agree(&other)?, own.name());
        let out = Self { secret: secret.clone(), from: me, to: other };
        Some((out, Self { secret, from: other, to: me }))
    }

    fn cipher(&self, epoch: u32) -> Cipher {
        let mut hasher = blake3::Hasher::new_derive_key("qres 2026 sealed datagrams 1");
        for part in [&self.secret[..], &self.from.0, &self.to.0, &epoch.to_le_bytes()] {
            hasher.update(part);
        }
        let key = Zeroizing::new(*hasher.finalize().as_bytes());
        Cipher::new((&*key).into())
    }

    /// Bits 1..=7 of the first byte.
    fn hint(&self) -> u8 {
        let mut hasher = blake3::Hasher::new_derive_key("qres 2026 hint of sealed datagrams 1");
        hasher.update(&self.from.0).update(&self.to.0);
        hasher.finalize().as_bytes()[0] & !1
    }
}

fn nonce(sequence: u32) -> [u8; 13] {
    let mut nonce = [0; 13];
    nonce[..4].copy_from_slice(&sequence.to_le_bytes());
    nonce
}

/// What is sealed with a datagram: its head, and its whole sequence.
fn bound(head: &[u8], sequence: u32) -> Vec<u8> {
    [head, &sequence.to_le_bytes()].concat()
}

/// Seals what goes to one peer.
pub(crate) struct Sealer {
    cipher: Cipher,
    epoch: u32,
    hint: u8,
    /// The sequence of the next datagram.
    next: u32,
}

impl Sealer {
    /// Seals for the receiver of `shared`, from the sequence `next` on.
    pub(crate) fn new(shared: &Shared, epoch: u32, next: u32) -> Self {
        Self { cipher: shared.cipher(epoch), epoch, hint: shared.hint(), next }
    }

    /// The epoch in which it seals.
    pub(crate) fn epoch(&self) -> u32 {
        self.epoch
    }

    /// The sequence of the next datagram: it has to be reserved.
    pub(crate) fn next(&self) -> u32 {
        self.next
    }

    /// Returns the datagram that holds `body`; one that is `long` can be opened by a receiver that knows nothing, or has
    /// missed many.
    pub(crate) fn seal(&mut self, body: &[u8], long: bool) -> Vec<u8> {
        let sequence = self.next;
        self.next += 1;
        let mut datagram = Vec::with_capacity(LONG_HEAD + body.len() + 8);
        if long {
            datagram.push(self.hint | 1);
            datagram.extend(self.epoch.to_le_bytes());
            datagram.extend(sequence.to_le_bytes());
        } else {
            datagram.extend([self.hint, sequence as u8]);
        }
        let associated = bound(&datagram, sequence);
        let mut sealed = body.to_vec();
        // Bodies are far below the length that the cipher cannot count.
        let _ = self.cipher.encrypt_in_place(&nonce(sequence).into(), &associated, &mut sealed);
        datagram.append(&mut sealed);
        datagram
    }
}

/// Opens what comes from one peer.
pub(crate) struct Opener {
    shared: Shared,
    hint: u8,
    cipher: Option<Cipher>,
    epoch: u32,
    seen: Window,
}

impl Opener {
    /// Opens what the sender of `shared` seals, in no epoch before `epoch`, and of that nothing up to `heard`.
    pub(crate) fn new(shared: Shared, epoch: u32, heard: Option<u32>) -> Self {
        let cipher = heard.map(|_| shared.cipher(epoch));
        let hint = shared.hint();
        let seen = heard.map_or_else(Window::default, Window::after);
        Self { shared, hint, cipher, epoch, seen }
    }

    /// The epoch and the latest sequence that have been opened.
    pub(crate) fn heard(&self) -> Option<(u32, u32)> {
        self.seen.latest.map(|latest| (self.epoch, latest))
    }

    /// Returns how many of the latest [`RECENT`] datagrams have been opened; those before the first count as if they were.
    pub(crate) fn recent(&self) -> u32 {
        self.seen.recent()
    }

    /// Returns the body of a datagram, if it is of the sender and has not been opened before.
    pub(crate) fn open(&mut self, datagram: &[u8]) -> Option<Vec<u8>> {
        let first = *datagram.first()?;
        match first {
            _ if first & !1 != self.hint => None,
            _ if first & 1 == 1 => self.open_long(datagram),
            _ => self.open_short(datagram),
        }
    }

    fn open_long(&mut self, datagram: &[u8]) -> Option<Vec<u8>> {
        let (head, sealed) = datagram.split_at_checked(LONG_HEAD)?;
        let (epoch, sequence) = (number(&head[1..5])?, number(&head[5..])?);
        let is_known = self.cipher.is_some() && epoch == self.epoch;
        if is_known {
            let body = self.fresh(sequence)?.opened(head, sequence, sealed)?;
            self.seen.add(sequence);
            return Some(body);
        }
        if epoch < self.epoch {
            return None;
        }
        let cipher = self.shared.cipher(epoch);
        let body = opened(&cipher, head, sequence, sealed)?;
        (self.cipher, self.epoch, self.seen) = (Some(cipher), epoch, Window::default());
        self.seen.add(sequence);
        Some(body)
    }

    fn open_short(&mut self, datagram: &[u8]) -> Option<Vec<u8>> {
        let (head, sealed) = datagram.split_at_checked(SHORT_HEAD)?;
        let oldest = self.seen.latest?.saturating_sub(LATE);
        let first = oldest + u32::from(head[1].wrapping_sub(oldest as u8));
        for sequence in (0..GUESSES).filter_map(|round| first.checked_add(256 * round)) {
            let body = self.fresh(sequence).and_then(|this| this.opened(head, sequence, sealed));
            if body.is_some() {
                self.seen.add(sequence);
                return body;
            }
        }
        None
    }

    fn fresh(&self, sequence: u32) -> Option<&Self> {
        self.seen.is_new(sequence).then_some(self)
    }

    fn opened(&self, head: &[u8], sequence: u32, sealed: &[u8]) -> Option<Vec<u8>> {
        opened(self.cipher.as_ref()?, head, sequence, sealed)
    }
}

fn opened(cipher: &Cipher, head: &[u8], sequence: u32, sealed: &[u8]) -> Option<Vec<u8>> {
    let mut body = sealed.to_vec();
    cipher.decrypt_in_place(&nonce(sequence).into(), &bound(head, sequence), &mut body).ok()?;
    Some(body)
}

fn number(bytes: &[u8]) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

/// Which of the last sequences have been opened.
#[derive(Debug, Default)]
struct Window {
    latest: Option<u32>,
    /// The first that was opened.
    first: u32,
    /// One bit for each of the last [`WINDOW`] sequences, at their number modulo the window.
    bits: [u64; WINDOW as usize / 64],
}

impl Window {
    /// All up to `latest` count as opened.
    fn after(latest: u32) -> Self {
        Self { latest: Some(latest), first: latest, bits: [u64::MAX; WINDOW as usize / 64] }
    }

    fn is_new(&self, sequence: u32) -> bool {
        let Some(latest) = self.latest else { return true };
        sequence > latest || (latest - sequence < WINDOW && self.bits[word(sequence)] & bit(sequence) == 0)
    }

    fn recent(&self) -> u32 {
        let Some(latest) = self.latest else { return RECENT };
        let is_lost = |sequence: &u32| self.bits[word(*sequence)] & bit(*sequence) == 0;
        let known = RECENT.min(latest - self.first);
        RECENT - (0..known).map(|back| latest - back).filter(is_lost).count() as u32
    }

    fn add(&mut self, sequence: u32) {
        let passed = match self.latest {
            Some(latest) if sequence <= latest => 0,
            Some(latest) => (sequence - latest).min(WINDOW),
            None => {
                self.first = sequence;
                WINDOW
            }
        };
        // Those that were passed over have not come yet, and share bits with sequences a window before.
        for unheard in (0..passed).map(|back| sequence.wrapping_sub(back)) {
            self.bits[word(unheard)] &= !bit(unheard);
        }
        self.bits[word(sequence)] |= bit(sequence);
        self.latest = self.latest.max(Some(sequence));
    }
}

fn word(sequence: u32) -> usize {
    (sequence % WINDOW) as usize / 64
}

fn bit(sequence: u32) -> u64 {
    1 << (sequence % 64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pair(epoch: u32) -> (Sealer, Opener) {
        let (one, two) = (Identity::from_secret(&[1; 32]), Identity::from_secret(&[2; 32]));
        let out = Shared::between(&one, two.name()).unwrap().0;
        let into = Shared::between(&two, one.name()).unwrap().1;
        (Sealer::new(&out, epoch, 0), Opener::new(into, 0, None))
    }

    #[test]
    fn a_packet_of_five_bytes_takes_fifteen() {
        let (mut sealer, mut opener) = pair(1);
        assert_eq!(opener.open(&sealer.seal(b"hello", true)).unwrap(), b"hello");
        let short = sealer.seal(b"12345", false);
        assert_eq!(short.len(), 5 + SHORT);
        assert_eq!(opener.open(&short).unwrap(), b"12345");
        assert_eq!(opener.open(&short), None, "once");
    }

    #[test]
    fn what_was_once_sealed_is_opened_for_ever() {
        let (mut sealer, mut opener) = pair(1);
        let said: [&[u8]; 3] = [b"hello", b"12345", b""];
        let sealed = said.map(|said| sealer.seal(said, said == b"hello")).to_vec();
        let golden = crate::node::golden::golden("sealed.txt", &sealed);
        assert_eq!(golden, sealed);
        assert!(golden.iter().zip(said).all(|(datagram, said)| opener.open(datagram).unwrap() == said));
    }

    #[test]
    fn any_bit_that_is_flipped_is_refused() {
        let (mut sealer, mut opener) = pair(1);
        opener.open(&sealer.seal(b"hello", true)).unwrap();
        for datagram in [sealer.seal(b"short", false), sealer.seal(b"long", true)] {
            for bit in 0..8 * datagram.len() {
                let mut bad = datagram.clone();
                bad[bit / 8] ^= 1 << (bit % 8);
                assert_eq!(opener.open(&bad), None, "bit {bit}");
            }
            for length in 0..datagram.len() {
                assert_eq!(opener.open(&datagram[..length]), None);
            }
            assert!(opener.open(&datagram).is_some());
        }
    }

    #[test]
    fn what_was_sealed_for_others_or_by_others_is_refused() {
        let (mut sealer, _) = pair(1);
        let [one, two, three] = [1, 2, 3].map(|seed| Identity::from_secret(&[seed; 32]));
        let datagram = sealer.seal(b"hello", true);
        for (own, other) in [(&three, &one), (&two, &three), (&one, &two)] {
            let mut opener = Opener::new(Shared::between(own, other.name()).unwrap().1, 0, None);
            let mut datagram = datagram.clone();
            datagram[0] = opener.hint | 1;
            assert_eq!(opener.open(&datagram), None);
        }
    }

    #[test]
    fn an_epoch_that_has_passed_never_comes_back() {
        let ((mut old, mut opener), (mut new, _)) = (pair(1), pair(2));
        let datagram = old.seal(b"old", true);
        assert!(opener.open(&old.seal(b"old", true)).is_some());
        assert!(opener.open(&new.seal(b"new", true)).is_some());
        assert_eq!(opener.open(&datagram), None);
        assert_eq!(opener.open(&old.seal(b"old", true)), None);
        assert_eq!(opener.heard(), Some((2, 0)));
        // A receiver that starts again goes on where it was.
        let (one, two) = (Identity::from_secret(&[1; 32]), Identity::from_secret(&[2; 32]));
        let into = Shared::between(&two, one.name()).unwrap().1;
        let mut again = Opener::new(into, 2, Some(0));
        let (mut twin, _) = pair(2);
        assert_eq!(again.open(&twin.seal(b"new", true)), None, "opened before");
        assert!(again.open(&new.seal(b"next", false)).is_some());
    }

    #[test]
    fn it_is_known_how_many_come() {
        let (mut sealer, mut opener) = pair(1);
        sealer.next = 100;
        opener.open(&sealer.seal(b"", true)).unwrap();
        opener.open(&sealer.seal(b"", false)).unwrap();
        assert_eq!(opener.recent(), RECENT);
        sealer.next += 19;
        opener.open(&sealer.seal(b"", false)).unwrap();
        assert_eq!(opener.recent(), RECENT - 19);
        sealer.next += 1000;
        opener.open(&sealer.seal(b"", true)).unwrap();
        assert_eq!(opener.recent(), 1);
    }

    #[test]
    fn short_ones_are_opened_after_long_gaps() {
        let (mut sealer, mut opener) = pair(1);
        opener.open(&sealer.seal(b"", true)).unwrap();
        for gap in [1, 100, 190, 255, 256, 257, 1000, 1900] {
            sealer.next += gap;
            assert!(opener.open(&sealer.seal(b"x", false)).is_some(), "{gap}");
        }
        sealer.next += 256 * (GUESSES + 1);
        assert_eq!(opener.open(&sealer.seal(b"x", false)), None);
        assert!(opener.open(&sealer.seal(b"x", true)).is_some());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn everything_is_opened_once_in_any_near_order(order in Just((0..200_usize).collect::<Vec<_>>()).prop_shuffle(), near in 1..60_usize) {
            let (mut sealer, mut opener) = pair(7);
            let datagrams: Vec<_> = (0..200).map(|n: usize| sealer.seal(&n.to_le_bytes(), n == 0)).collect();
            let mut at: Vec<usize> = (0..200).collect();
            at.sort_by_key(|n| n / near * 1000 + order[*n] % near);
            at.retain(|n| *n != 0);
            at.insert(0, 0);
            for n in &at {
                prop_assert_eq!(opener.open(&datagrams[*n]), Some(n.to_le_bytes().to_vec()));
            }
            for n in &at {
                prop_assert_eq!(opener.open(&datagrams[*n]), None);
            }
        }

        #[test]
        fn garbage_is_refused(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let (mut sealer, mut opener) = pair(7);
            opener.open(&sealer.seal(b"", true)).unwrap();
            prop_assert_eq!(opener.open(&bytes), None);
            prop_assert_eq!(opener.heard(), Some((7, 0)));
        }
    }
}
