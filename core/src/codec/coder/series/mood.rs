//! Moods: how surprising each lane of a block has been of late.

use alloc::{vec, vec::Vec};

/// Lanes of a block: their chains of states run side by side.
pub(super) const LANES: usize = 4;

/// How surprising a lane has been.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mood(i32);

impl Mood {
    /// The mood in steps of a quarter bit.
    #[inline]
    pub(super) fn key(self) -> u8 {
        (self.0 >> 6).min(255) as u8
    }

    /// Follows a surprise of so many bits.
    #[inline]
    pub(super) fn follow(&mut self, bits: u32, speed: u32) {
        self.0 += ((bits as i32) * 256 - self.0) >> speed;
    }
}

/// Bits of a number.
#[inline]
pub(super) fn bits_of(number: u64) -> u32 {
    u64::BITS - number.leading_zeros()
}

/// A block cut into its lanes and what is left behind the last.
pub(super) fn lanes<T>(values: &mut [T]) -> ([&mut [T]; LANES], &mut [T]) {
    let quarter = values.len() / LANES;
    let (one, rest) = values.split_at_mut_checked(quarter).unwrap_or_default();
    let (two, rest) = rest.split_at_mut_checked(quarter).unwrap_or_default();
    let (three, rest) = rest.split_at_mut_checked(quarter).unwrap_or_default();
    let (four, left) = rest.split_at_mut_checked(quarter).unwrap_or_default();
    ([one, two, three, four], left)
}

/// The mood before each surprise, as keys.
pub(super) fn keys(surprises: &[u64], speed: u32) -> Vec<u8> {
    let mut keys = vec![0; surprises.len()];
    let quarter = surprises.len() / LANES;
    let ([one, two, three, four], left) = lanes(&mut keys);
    let mut moods = [Mood::default(); LANES];
    let from = |lane: usize| surprises.iter().skip(lane * quarter);
    let key = |mood: &mut Mood, surprise: &u64| {
        let key = mood.key();
        mood.follow(bits_of(*surprise), speed);
        key
    };
    let [a, b, c, d] = &mut moods;
    let slots = one.iter_mut().zip(two).zip(three).zip(four);
    for ((((one, two), three), four), (((s, t), u), v)) in
        slots.zip(from(0).zip(from(1)).zip(from(2)).zip(from(3)))
    {
        (*one, *two, *three, *four) = (key(a, s), key(b, t), key(c, u), key(d, v));
    }
    for (slot, surprise) in left.iter_mut().zip(from(LANES)) {
        *slot = key(d, surprise);
    }
    keys
}
