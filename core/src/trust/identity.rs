//! Ed25519 identities.
//!
//! ```text
//! signed := domain [u8; 16] | BLAKE3 of the parts, one after the other [u8; 32]
//! ```
//! Parts are not kept apart: whoever signs several gives all but the last a fixed length.

use super::Name;
use core::fmt;
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use zeroize::Zeroizing;

/// Wire: bytes of a secret.
pub const SECRET_BYTES: usize = 32;
/// Wire: bytes of a signature.
pub const SIGNATURE_BYTES: usize = 64;
/// Bytes of what is signed in the end.
const SIGNED: usize = 48;

/// What a signature is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Domain {
    /// A board shows on its line that it has the secret of its name.
    Line,
    /// A board gives its summary gene to others by radio.
    Radio,
    /// A peer of a swarm tells others what it has learnt.
    Swarm,
    /// A file says something for good: see [`Sealed`](super::Sealed).
    File,
    /// An archive is all that it is.
    Archive,
}

impl Domain {
    const fn tag(self) -> &'static [u8; 16] {
        match self {
            Self::Line => b"qres board line\x01",
            Self::Radio => b"qres board air \x01",
            Self::Swarm => b"qres swarm air \x01",
            Self::File => b"qres sealed file",
            Self::Archive => b"qres archive sig",
        }
    }
}

/// A secret, and the name that it makes.
pub struct Identity {
    key: SigningKey,
}

impl Identity {
    /// The identity of a secret, which may be any 32 bytes that nobody can guess.
    pub fn from_secret(secret: &[u8; SECRET_BYTES]) -> Self {
        Self { key: SigningKey::from_bytes(secret) }
    }

    /// Its name.
    pub fn name(&self) -> Name {
        Name(self.key.verifying_key().to_bytes())
    }

    /// A signature of the parts.
    pub fn sign(&self, domain: Domain, parts: &[&[u8]]) -> [u8; SIGNATURE_BYTES] {
        self.key.sign(&signed(domain, parts)).to_bytes()
    }

    /// Returns the secret that this identity and `other` can make, and nobody else: X25519 of the two keys. `None` if `other`
    /// is a name for which anybody could make it.
    pub fn agree(&self, other: &Name) -> Option<Zeroizing<[u8; 32]>> {
        let other = VerifyingKey::from_bytes(&other.0).ok().filter(|key| !key.is_weak())?;
        let own = Zeroizing::new(self.key.to_scalar_bytes());
        Some(Zeroizing::new(other.to_montgomery().mul_clamped(*own).to_bytes()))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("name", &self.name()).finish_non_exhaustive()
    }
}

pub(super) fn signed(domain: Domain, parts: &[&[u8]]) -> [u8; SIGNED] {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(part);
    }
    let digest = hasher.finalize();
    let bytes = domain.tag().iter().chain(digest.as_bytes()).copied();
    let mut signed = [0; SIGNED];
    signed.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
    signed
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{format, string::ToString};

    fn identity() -> Identity {
        Identity::from_secret(&[7; 32])
    }

    #[test]
    fn names_have_a_long_and_a_short_text() {
        // RFC 8032, 7.1, test 1.
        let secret = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
        let mut bytes = [0; 32];
        for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
            *byte = u8::from_str_radix(&secret[at..at + 2], 16).unwrap();
        }
        let name = Identity::from_secret(&bytes).name();
        let text = "did:qres:d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
        assert_eq!(name.to_string(), text);
        assert_eq!(name.short().to_string(), "d75a9801");
    }

    #[test]
    fn a_signature_is_good_for_its_parts_its_domain_and_its_name() {
        let (me, other) = (identity(), Identity::from_secret(&[8; 32]).name());
        let signature = me.sign(Domain::Line, &[b"one", b"two"]);
        assert!(me.name().verify(Domain::Line, &[b"one", b"two"], &signature));
        assert!(me.name().verify(Domain::Line, &[b"onetwo"], &signature));
        assert!(!me.name().verify(Domain::Line, &[b"one", b"twO"], &signature));
        assert!(!me.name().verify(Domain::Radio, &[b"one", b"two"], &signature));
        assert!(!other.verify(Domain::Line, &[b"one", b"two"], &signature));
    }

    #[test]
    fn any_bit_that_is_flipped_is_seen() {
        let me = identity();
        let signature = me.sign(Domain::Radio, &[b"part"]);
        for bit in 0..512 {
            let mut bad = signature;
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(!me.name().verify(Domain::Radio, &[b"part"], &bad), "bit {bit}");
        }
        for bit in 0..256 {
            let mut bad = me.name();
            bad.0[bit / 8] ^= 1 << (bit % 8);
            assert!(!bad.verify(Domain::Radio, &[b"part"], &signature), "bit {bit}");
        }
    }

    #[test]
    fn names_of_everybody_and_second_writings_are_refused() {
        // The neutral point, for which a signature of zeros would do.
        let mut neutral = Name::default();
        neutral.0[0] = 1;
        let mut signature = [0; 64];
        signature[0] = 1;
        assert!(!neutral.verify(Domain::Line, &[b""], &signature));
        // The same scalar with the order of the group added to it.
        let order = [
            0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10_u8,
        ];
        let me = identity();
        let mut signature = me.sign(Domain::Line, &[b"part"]);
        let mut carry = 0;
        for (byte, plus) in signature[32..].iter_mut().zip(order) {
            let sum = u16::from(*byte) + u16::from(plus) + carry;
            (*byte, carry) = (sum as u8, sum >> 8);
        }
        assert!(!me.name().verify(Domain::Line, &[b"part"], &signature));
    }

    #[test]
    fn two_agree_on_a_secret_and_a_third_on_another() {
        let (one, two, three) =
            (identity(), Identity::from_secret(&[8; 32]), Identity::from_secret(&[9; 32]));
        let shared = one.agree(&two.name()).unwrap();
        assert_eq!(two.agree(&one.name()).unwrap(), shared);
        assert_ne!(three.agree(&one.name()).unwrap(), shared);
        let mut neutral = Name::default();
        neutral.0[0] = 1;
        assert_eq!(one.agree(&neutral), None);
    }

    #[test]
    fn secrets_are_not_printed() {
        assert!(!format!("{:?}", identity()).contains("7, 7, 7"));
    }
}
