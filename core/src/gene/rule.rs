//! The rules by which several numbers become one.

/// How several numbers become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// The mean, rounded to nearest, ties to even.
    Mean,
    /// The middle one; of an even count, the mean of the two in the middle.
    Median,
    /// The mean of what is left without the `cut` smallest and the `cut` largest; the median if nothing would be left.
    Trimmed {
        /// How many are left out on each side.
        cut: u8,
    },
}

impl Rule {
    /// The two bytes of a rule in a lineage: which, and the cut.
    pub(super) const fn to_bytes(self) -> [u8; 2] {
        match self {
            Self::Mean => [1, 0],
            Self::Median => [2, 0],
            Self::Trimmed { cut } => [3, cut],
        }
    }

    pub(super) const fn from_bytes(bytes: [u8; 2]) -> Option<Self> {
        match bytes {
            [1, 0] => Some(Self::Mean),
            [2, 0] => Some(Self::Median),
            [3, cut] => Some(Self::Trimmed { cut }),
            _ => None,
        }
    }

    /// One number for all of `values`, whatever their order; 0 for none.
    pub fn of(self, values: &mut [i32]) -> i32 {
        values.sort_unstable();
        let middle = values.len().saturating_sub(1) / 2;
        let cut = match self {
            Self::Mean => 0,
            Self::Median => middle,
            Self::Trimmed { cut } => usize::from(cut).min(middle),
        };
        let kept = values.get(cut..values.len() - cut).unwrap_or(&[]);
        mean(kept)
    }
}

/// The mean to the nearest integer, ties to even.
fn mean(values: &[i32]) -> i32 {
    rounded(values.iter().map(|v| i64::from(*v)).sum(), values.len())
}

/// A sum through its count, to the nearest integer, ties to even.
pub(super) fn rounded(sum: i64, count: usize) -> i32 {
    let count = count.max(1) as i64;
    let (floor, rest) = (sum.div_euclid(count), sum.rem_euclid(count));
    let up = 2 * rest > count || (2 * rest == count && floor & 1 == 1);
    // Between the smallest and the largest of the values.
    (floor + i64::from(up)) as i32
}
