//! Numbers and bytes of files, taken one after the other.

use crc::{CRC_32_ISCSI, Crc, Table};

const CRC: Crc<u32, Table<1>> = Crc::<u32, Table<1>>::new(&CRC_32_ISCSI);

/// Returns the CRC-32C of all `parts`.
pub(super) fn check(parts: &[&[u8]]) -> u32 {
    let mut digest = CRC.digest();
    for part in parts {
        digest.update(part);
    }
    digest.finalize()
}

/// What is left of a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Fields<'a> {
    /// Takes the next `length` bytes.
    pub(super) fn bytes(&mut self, length: u64) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(usize::try_from(length).ok()?)?;
        self.0 = rest;
        Some(bytes)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*bytes)
    }

    /// Takes a byte.
    pub(super) fn byte(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    /// Takes a number of 4 bytes.
    pub(super) fn short(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    /// Takes a number of 8 bytes.
    pub(super) fn long(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    /// Takes bytes that stand after their number.
    pub(super) fn counted(&mut self) -> Option<&'a [u8]> {
        let length = self.short()?;
        self.bytes(length.into())
    }
}

/// Returns what a file holds before its last 4 bytes, if those are its check.
pub(super) fn checked(file: &[u8]) -> Option<Fields<'_>> {
    let (bytes, told) = file.split_last_chunk()?;
    (check(&[bytes]) == u32::from_le_bytes(*told)).then_some(Fields(bytes))
}

/// Appends the check that [`checked`] looks for.
pub(super) fn add_check(file: &mut Vec<u8>) {
    let check = check(&[file]);
    file.extend_from_slice(&check.to_le_bytes());
}

/// Appends `bytes` after their number.
pub(super) fn add_counted(file: &mut Vec<u8>, bytes: &[u8]) {
    file.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    file.extend_from_slice(bytes);
}
