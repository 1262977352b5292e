//! Numbers no longer than a bound.

/// Shortens `numbers`, as a vector, to at most `bound`, towards zero. Says whether that was needed.
pub fn clip(numbers: &mut [i32], bound: u32) -> bool {
    let square: u128 = numbers.iter().map(|number| u128::from(number.unsigned_abs()).pow(2)).sum();
    if square <= u128::from(bound).pow(2) {
        return false;
    }
    // At least the length: what is divided by it is never too long.
    let length = square.isqrt() + 1;
    for number in numbers {
        let size = u128::from(number.unsigned_abs()) * u128::from(bound) / length;
        // Smaller than before.
        let size = size as i32;
        *number = if *number < 0 { -size } else { size };
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_are_no_longer_than_the_bound_and_short_ones_stay() {
        for (numbers, bound) in
            [([3, -4, 0], 5), ([3, -4, 1], 5), ([i32::MIN, i32::MAX, 7], 9), ([1, 1, 1], 0), ([0; 3], 0)]
        {
            let mut clipped = numbers;
            let is_cut = clip(&mut clipped, bound);
            let square: i128 = clipped.iter().map(|number| i128::from(*number).pow(2)).sum();
            assert!(square <= i128::from(bound).pow(2), "{numbers:?}");
            assert_eq!(is_cut, clipped != numbers);
            assert!(
                clipped
                    .iter()
                    .zip(numbers)
                    .all(|(a, b)| a.signum() * b.signum() >= 0 && a.abs() <= b.saturating_abs())
            );
        }
    }
}
