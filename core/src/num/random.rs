//! Counter-based random numbers: Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011).
//!
//! The n-th number is a pure function of (seed, stream, n), so any place can be reached at once, streams of one
//! seed are independent, and every machine draws the same. Statistical quality, not secrecy.
//!
//! ```text
//! key      seed low 32 | seed high 32
//! counter  block low 32 | block high 32 | stream low 32 | stream high 32
//! ```
//! One block gives two `u64`: words 0 and 1, then words 2 and 3, low word first.

const ROUNDS: u32 = 10;

/// The four words of one block.
pub(crate) const fn philox(key: [u32; 2], counter: [u32; 4]) -> [u32; 4] {
    let [mut k0, mut k1] = key;
    let [mut a, mut b, mut c, mut d] = counter;
    let mut round = 0;
    while round < ROUNDS {
        let x = 0xd251_1f53_u64 * a as u64;
        let y = 0xcd9e_8d57_u64 * c as u64;
        (a, b, c, d) = ((y >> 32) as u32 ^ b ^ k0, y as u32, (x >> 32) as u32 ^ d ^ k1, x as u32);
        k0 = k0.wrapping_add(0x9e37_79b9);
        k1 = k1.wrapping_add(0xbb67_ae85);
        round += 1;
    }
    [a, b, c, d]
}

/// The `position`-th number of a stream.
pub const fn at(seed: u64, stream: u64, position: u64) -> u64 {
    let block = position >> 1;
    let [a, b, c, d] = philox(
        [seed as u32, (seed >> 32) as u32],
        [block as u32, (block >> 32) as u32, stream as u32, (stream >> 32) as u32],
    );
    if position & 1 == 0 { a as u64 | (b as u64) << 32 } else { c as u64 | (d as u64) << 32 }
}

/// A place in a stream of random numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Random {
    seed: u64,
    stream: u64,
    position: u64,
}

impl Random {
    /// The start of a stream.
    pub const fn new(seed: u64, stream: u64) -> Self {
        Self { seed, stream, position: 0 }
    }

    /// The next number.
    pub(crate) const fn next_u64(&mut self) -> u64 {
        let value = at(self.seed, self.stream, self.position);
        self.position = self.position.wrapping_add(1);
        value
    }

    /// A number below `bound`, every one equally likely; zero when `bound` is zero.
    pub const fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 {
            return 0;
        }
        // Lemire's method: draws that would favour some results are repeated, less than once on average.
        let refused = bound.wrapping_neg() % bound;
        loop {
            let wide = self.next_u64() as u128 * bound as u128;
            if wide as u64 >= refused {
                return (wide >> 64) as u64;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers_of_the_authors() {
        let all = u32::MAX;
        assert_eq!(philox([0; 2], [0; 4]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(philox([all; 2], [all; 4]), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
        let counter = [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344];
        let words = [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1];
        assert_eq!(philox([0xa409_3822, 0x299f_31d0], counter), words);
    }

    #[test]
    fn begins_anywhere() {
        let mut walker = Random::new(7, 3);
        let walked: std::vec::Vec<u64> = (0..20).map(|_| walker.next_u64()).collect();
        let mut jumper = Random { position: 13, ..Random::new(7, 3) };
        assert_eq!(jumper.next_u64(), walked[13]);
        assert_eq!(jumper.position, 14);
        assert_ne!(Random::new(7, 4).next_u64(), walked[0]);
        assert_ne!(Random::new(8, 3).next_u64(), walked[0]);
    }

    #[test]
    fn below_is_even() {
        let mut random = Random::new(1, 0);
        let mut counts = [0_u32; 6];
        for _ in 0..60_000 {
            counts[random.below(6) as usize] += 1;
        }
        assert!(counts.iter().all(|&c| c.abs_diff(10_000) < 400), "{counts:?}");
        assert_eq!(random.below(0), 0);
        assert_eq!(random.below(1), 0);
        assert!((0..100).all(|_| random.below(u64::MAX) < u64::MAX));
    }
}
