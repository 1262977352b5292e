//! Secrets as files.
//!
//! ```text
//! did:qres:<64 hexadecimal digits>       the name
//! secret:<64 hexadecimal digits>         the secret that makes it
//! ```
//! One way to write each key: small digits, `\n` after both lines, nothing more. The name tells people whose key it is, and a
//! secret that does not make it is damaged.

use super::{Identity, Name, SECRET_BYTES, name::digits};
use alloc::string::String;
use core::fmt::{self, Write as _};
use zeroize::Zeroizing;

/// Wire: bytes of a key's file.
pub const KEY_BYTES: usize = 146;
/// Wire: what stands before the digits of a secret.
const SECRET: &str = "secret:";

/// A secret, wiped when it is dropped.
#[derive(Clone)]
pub struct Secret(Zeroizing<[u8; SECRET_BYTES]>);

/// Why the text of a key is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadKey {
    /// Not written as keys are.
    #[error("not a key")]
    Form,
    /// The secret does not make the name above it.
    #[error("the key is damaged: its secret does not make its name")]
    Damaged,
}

impl Secret {
    /// A secret of 32 bytes that nobody can guess.
    pub fn new(bytes: [u8; SECRET_BYTES]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes, for whoever stores them.
    pub fn bytes(&self) -> &[u8; SECRET_BYTES] {
        &self.0
    }

    /// The identity that it makes.
    pub fn identity(&self) -> Identity {
        Identity::from_secret(&self.0)
    }

    /// 64 bytes that nobody else can make, of what is told in `parts`: what hides a commitment, say. For one purpose the
    /// number of parts is fixed, and all but the last have a fixed length.
    pub fn derive(&self, purpose: &'static str, parts: &[&[u8]]) -> Zeroizing<[u8; 64]> {
        let mut hasher = blake3::Hasher::new_derive_key(purpose);
        hasher.update(&*self.0);
        for part in parts {
            hasher.update(part);
        }
        let mut bytes = Zeroizing::new([0; 64]);
        hasher.finalize_xof().fill(&mut *bytes);
        bytes
    }

    /// Reads the text of a key.
    ///
    /// # Errors
    ///
    /// [`BadKey`] where it is not as [`Self::to_text`] writes it.
    pub fn parse(text: &[u8]) -> Result<Self, BadKey> {
        let text = core::str::from_utf8(text).map_err(|_| BadKey::Form)?;
        let (name, secret) =
            text.strip_suffix('\n').and_then(|lines| lines.split_once('\n')).ok_or(BadKey::Form)?;
        let name = Name::parse(name).ok_or(BadKey::Form)?;
        let secret = Self::new(secret.strip_prefix(SECRET).and_then(digits).ok_or(BadKey::Form)?);
        if secret.identity().name() == name { Ok(secret) } else { Err(BadKey::Damaged) }
    }

    /// The text of the key.
    pub fn to_text(&self) -> Zeroizing<String> {
        // Never grown: what a longer one would be copied from is not wiped.
        let mut text = Zeroizing::new(String::with_capacity(KEY_BYTES));
        let mut write = || {
            writeln!(text, "{}", self.identity().name())?;
            text.write_str(SECRET)?;
            self.0.iter().try_for_each(|byte| write!(text, "{byte:02x}"))?;
            text.write_char('\n')
        };
        // Strings take everything.
        let _ = write();
        text
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    #[test]
    fn keys_come_back_and_are_written_in_one_way() {
        let secret = Secret::new([0xab; 32]);
        let text = secret.to_text();
        assert_eq!(text.len(), KEY_BYTES);
        assert_eq!(Secret::parse(text.as_bytes()).unwrap().bytes(), secret.bytes());
        assert!(text.ends_with(&format!("\nsecret:{}\n", "ab".repeat(32))));
        for other in
            [text.to_uppercase(), format!("{}\n", *text), text.replace('\n', "\r\n"), format!(" {}", *text)]
        {
            assert_eq!(Secret::parse(other.as_bytes()).unwrap_err(), BadKey::Form, "{other}");
        }
    }

    #[test]
    fn keys_that_are_cut_or_damaged_are_refused() {
        let text = Secret::new([7; 32]).to_text();
        for length in 0..text.len() {
            assert_eq!(Secret::parse(&text.as_bytes()[..length]).unwrap_err(), BadKey::Form, "{length}");
        }
        let mut damaged = 0;
        for bit in 0..8 * text.len() {
            let mut bytes = text.as_bytes().to_vec();
            bytes[bit / 8] ^= 1 << (bit % 8);
            damaged += usize::from(Secret::parse(&bytes).unwrap_err() == BadKey::Damaged);
        }
        assert!(damaged > 128, "digits that are others are told: {damaged}");
    }

    #[test]
    fn secrets_are_not_printed() {
        assert_eq!(format!("{:?}", Secret::new([7; 32])), "Secret { .. }");
    }
}
