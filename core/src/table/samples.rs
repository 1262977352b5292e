//! Binary samples: their types and how they lie in a row.

/// Binary samples, row after row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raw {
    /// One sample's type.
    pub sample: Sample,
    /// Whether the high byte of a sample comes first.
    pub high_first: bool,
    /// Samples in a row.
    pub channels: u16,
}

impl Raw {
    /// Samples of a type whose low byte comes first.
    pub fn new(sample: Sample, channels: u16) -> Self {
        Self { sample, high_first: false, channels }
    }

    /// Returns the bits of the sample in that place of a row; 0 where there is none.
    pub(crate) fn sample_at(self, row: &[u8], place: usize) -> u64 {
        let sample = row.chunks_exact(self.sample.bytes()).nth(place).unwrap_or_default();
        let shift = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        if self.high_first { sample.iter().fold(0, shift) } else { sample.iter().rev().fold(0, shift) }
    }

    /// Bytes in a row.
    pub fn row_bytes(self) -> usize {
        self.sample.bytes() * usize::from(self.channels.max(1))
    }
}

/// The type of a binary sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sample {
    /// Unsigned 8 bits.
    U8,
    /// Signed 8 bits.
    I8,
    /// Unsigned 16 bits.
    U16,
    /// Signed 16 bits.
    I16,
    /// Unsigned 32 bits.
    U32,
    /// Signed 32 bits.
    I32,
    /// Unsigned 64 bits.
    U64,
    /// Signed 64 bits.
    I64,
    /// IEEE single.
    F32,
    /// IEEE double.
    F64,
}

impl Sample {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 10] = [
        Self::U8,
        Self::I8,
        Self::U16,
        Self::I16,
        Self::U32,
        Self::I32,
        Self::U64,
        Self::I64,
        Self::F32,
        Self::F64,
    ];

    /// Bytes a sample takes.
    pub fn bytes(self) -> usize {
        match self {
            Self::U8 | Self::I8 => 1,
            Self::U16 | Self::I16 => 2,
            Self::U32 | Self::I32 | Self::F32 => 4,
            Self::U64 | Self::I64 | Self::F64 => 8,
        }
    }

    /// Returns the integer that a sample of these bits is.
    pub(crate) fn integer(self, bits: u64) -> i64 {
        match self {
            Self::I8 => i64::from(bits as i8),
            Self::I16 => i64::from(bits as i16),
            Self::I32 => i64::from(bits as i32),
            _ => bits.cast_signed(),
        }
    }

    /// Returns the bits of the double next to a sample of these bits, which is no negative integer.
    pub(crate) fn double(self, bits: u64) -> u64 {
        match self {
            Self::F32 => f64::from(f32::from_bits(bits as u32)).to_bits(),
            Self::F64 => bits,
            _ => (bits as f64).to_bits(),
        }
    }

    /// Whether it is not an integer.
    pub(crate) fn is_float(self) -> bool {
        matches!(self, Self::F32 | Self::F64)
    }

    /// Returns its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::U8 => "u8",
            Self::I8 => "i8",
            Self::U16 => "u16",
            Self::I16 => "i16",
            Self::U32 => "u32",
            Self::I32 => "i32",
            Self::U64 => "u64",
            Self::I64 => "i64",
            Self::F32 => "f32",
            Self::F64 => "f64",
        }
    }
}
