//! Bits one after the other, the most significant first: what Gorilla and Chimp write.

/// Appends bits.
#[derive(Debug, Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
    held: u64,
    count: u32,
}

impl Writer {
    /// Appends the low `bits` bits of `value`, at most 64; the others must be zero.
    pub(super) fn put(&mut self, value: u64, bits: u32) {
        if bits > 32 {
            self.put_few(value >> 32, bits - 32);
            self.put_few(value & u64::from(u32::MAX), 32);
        } else {
            self.put_few(value, bits);
        }
    }

    /// At most 32 bits; at most 31 are held before.
    fn put_few(&mut self, value: u64, bits: u32) {
        self.held = self.held << bits | value;
        self.count += bits;
        if self.count >= 32 {
            self.count -= 32;
            self.bytes.extend(((self.held >> self.count) as u32).to_be_bytes());
        }
    }

    /// The bytes; zeros follow the last bit.
    pub(super) fn finish(mut self) -> Vec<u8> {
        let last = ((self.held << (32 - self.count)) as u32).to_be_bytes();
        self.bytes.extend(&last[..self.count.div_ceil(8) as usize]);
        self.bytes
    }
}

/// Takes bits; behind the end there are zeros.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    held: u64,
    count: u32,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, held: 0, count: 0 }
    }

    /// The next `bits` bits, at most 64.
    pub(super) fn take(&mut self, bits: u32) -> u64 {
        if bits > 32 { self.take_few(bits - 32) << 32 | self.take_few(32) } else { self.take_few(bits) }
    }

    fn take_few(&mut self, bits: u32) -> u64 {
        if self.count < bits {
            let next = match self.bytes.split_first_chunk() {
                Some((next, rest)) => {
                    self.bytes = rest;
                    u32::from_be_bytes(*next)
                }
                None => {
                    let mut last = [0; 4];
                    last[..self.bytes.len()].copy_from_slice(self.bytes);
                    self.bytes = &[];
                    u32::from_be_bytes(last)
                }
            };
            self.held = self.held << 32 | u64::from(next);
            self.count += 32;
        }
        self.count -= bits;
        self.held >> self.count & ((1 << bits) - 1)
    }

    /// The next bit.
    pub(super) fn bit(&mut self) -> bool {
        self.take_few(1) == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn bits_come_back(parts in prop::collection::vec((any::<u64>(), 0u32..=64), 0..200)) {
            let low = |value: u64, bits: u32| if bits == 64 { value } else { value & ((1 << bits) - 1) };
            let mut writer = Writer::default();
            parts.iter().for_each(|(value, bits)| writer.put(low(*value, *bits), *bits));
            let bytes = writer.finish();
            let total: u32 = parts.iter().map(|(_, bits)| bits).sum();
            prop_assert_eq!(bytes.len(), total.div_ceil(8) as usize);
            let mut reader = Reader::new(&bytes);
            for (value, bits) in parts {
                prop_assert_eq!(reader.take(bits), low(value, bits));
            }
        }
    }
}
