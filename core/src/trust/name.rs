//! Names: who somebody is, for programs and for people.

use super::{Domain, SIGNATURE_BYTES, identity::signed};
use core::fmt;
use ed25519_dalek::{Signature, VerifyingKey};

/// Wire: how the text of a name begins.
const METHOD: &str = "did:qres:";

/// Who somebody is: an Ed25519 public key. Its text is `did:qres:` and 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Name(pub [u8; 32]);

impl Name {
    /// Reads the text of a name, which has small digits; `None` if it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        text.strip_prefix(METHOD).and_then(digits).map(Self)
    }

    /// Whether it has signed the parts. Strict: a name or a signature that is not as it would be written is refused, and
    /// so is a name for which others could sign.
    pub fn verify(&self, domain: Domain, parts: &[&[u8]], signature: &[u8; SIGNATURE_BYTES]) -> bool {
        let signature = Signature::from_bytes(signature);
        VerifyingKey::from_bytes(&self.0)
            .is_ok_and(|key| key.verify_strict(&signed(domain, parts), &signature).is_ok())
    }

    /// Enough of it for people to tell a few apart: the first eight digits.
    pub fn short(&self) -> Short {
        Short(*self)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(METHOD)?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The short form of a [`Name`], for people: it is easy to make another name that has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Short(Name);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.0.iter().take(4).try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Reads 64 small hexadecimal digits.
pub(super) fn digits(text: &str) -> Option<[u8; 32]> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let mut bytes = [0; 32];
    if pairs.len() != bytes.len() || !rest.is_empty() {
        return None;
    }
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(bytes)
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{format, string::ToString};

    #[test]
    fn names_come_back_from_their_text_and_from_no_other() {
        let mut name = Name([0x5a; 32]);
        name.0[31] = 0xf0;
        let text = name.to_string();
        assert_eq!(Name::parse(&text), Some(name));
        for length in 0..text.len() {
            assert_eq!(Name::parse(&text[..length]), None, "{length}");
        }
        for other in [
            text.to_uppercase(),
            format!("{text}0"),
            format!("{text}00"),
            text.replace("f0", "g0"),
            text.replace("qres", "key"),
        ] {
            assert_eq!(Name::parse(&other), None, "{other}");
        }
    }
}
