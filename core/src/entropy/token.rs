//! Numbers of any size as a token from a small alphabet and some raw bits.
//!
//! With `split` s and `top` t, a number below 2^s is its own token. A larger one of n bits has the token
//! `2^s + (n - 1 - s) * 2^t + the t bits below its leading one`, and its other bits below those are raw.

/// How numbers are cut: `split` is at least `top`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cut {
    /// Numbers below two to this are tokens themselves.
    pub(crate) split: u32,
    /// Bits of a larger number that go into its token.
    pub(crate) top: u32,
}

/// The cuts that exist, by their number in an archive. The first is the finest: every token of another is made of whole
/// tokens of this one.
pub(crate) const CUTS: [Cut; 6] = [
    Cut { split: 8, top: 3 },
    Cut { split: 6, top: 2 },
    Cut { split: 4, top: 2 },
    Cut { split: 4, top: 1 },
    Cut { split: 3, top: 1 },
    Cut { split: 2, top: 0 },
];

impl Cut {
    /// The token of `number`, its raw bits and how many they are.
    #[inline]
    pub(crate) fn token(self, number: u64) -> (u32, u64, u32) {
        if number >> self.split == 0 {
            return (number as u32, 0, 0);
        }
        let log = 63 - number.leading_zeros();
        let raw = log - self.top;
        let token = (1 << self.split)
            + ((log - self.split) << self.top)
            + ((number >> raw) as u32 & ((1 << self.top) - 1));
        (token, number & ((1 << raw) - 1), raw)
    }

    /// The smallest number of a token, and how many raw bits are added to it.
    pub(crate) fn base(self, token: u32) -> (u64, u32) {
        let Some(above) = token.checked_sub(1 << self.split) else { return (u64::from(token), 0) };
        let log = (self.split + (above >> self.top)).min(63);
        let raw = log - self.top;
        let leading = u64::from(above & ((1 << self.top) - 1)) | 1 << self.top;
        (leading << raw, raw)
    }

    /// How many tokens there are.
    pub(crate) const fn tokens(self) -> usize {
        (1 << self.split) + ((64 - self.split as usize) << self.top)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_number_comes_back(number: u64, shift in 0u32..64, cut in prop::sample::select(&CUTS)) {
            let number = number >> shift;
            let (token, raw, bits) = cut.token(number);
            prop_assert!((token as usize) < cut.tokens() && cut.tokens() <= CUTS[0].tokens());
            let (base, base_bits) = cut.base(token);
            prop_assert_eq!((base | raw, base_bits), (number, bits));
        }

        #[test]
        fn the_first_cut_is_the_finest(number: u64, shift in 0u32..64, cut in prop::sample::select(&CUTS)) {
            let number = number >> shift;
            let (fine, _) = CUTS[0].base(CUTS[0].token(number).0);
            prop_assert_eq!(cut.token(fine).0, cut.token(number).0);
        }
    }
}
