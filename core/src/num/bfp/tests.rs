use super::*;
use crate::num::Random;
use proptest::prelude::*;

fn floats<const N: usize>(block: &Block<N>) -> [f64; N] {
    block.mantissas.map(|m| f64::from(m) * f64::from(block.power()).exp2())
}

#[test]
fn powers_of_two_are_exact() {
    assert_eq!(Block::from_scaled(&[1 << 16], 16), Block { exponent: 128, mantissas: [1 << 14] });
    for k in -142..=127 {
        for sign in [1, -1] {
            let block = Block::<2>::nearest(&[sign, 0], k);
            assert_eq!(floats(&block), [sign as f64 * f64::from(k).exp2(), 0.0], "{k}");
            let mut wire = Vec::new();
            block.write(&mut wire);
            assert_eq!(Block::read(&wire), Some(block));
        }
    }
}

#[test]
fn ties_go_to_even() {
    // The largest sets the unit to 2; 5 is half-way between 4 and 6, 7 between 6 and 8.
    let block = Block::from_scaled(&[65_000, 5, 7, -5, -7, 1, 3], 0);
    assert_eq!(block.to_scaled(0), [65_000, 4, 8, -4, -8, 0, 4]);
    // 65535 would need the mantissa 32768.
    assert_eq!(Block::from_scaled(&[65_535], 0).to_scaled(0), [65_536]);
}

#[test]
fn the_range_is_that_of_f32() {
    let largest = Block::<1>::nearest(&[1 << 100], 100);
    assert_eq!((largest.exponent, largest.mantissas), (255, [32_767]));
    assert!(floats(&largest)[0] > f64::from(f32::MAX) * 0.999);
    assert!(floats(&Block::<1>::nearest(&[1], -142))[0] < f64::from(f32::MIN_POSITIVE));
    assert_eq!(Block::<1>::nearest(&[1], -144), Block::ZERO);
    assert_eq!(largest.to_scaled(255), [i64::MAX]);
    assert_eq!(Block::<1>::nearest(&[-1 << 100], 100).to_scaled(0), [i64::MIN]);
}

#[test]
fn tiny_gradients_keep_fifteen_bits() {
    let gradient = [1e-8_f32, -3e-9, 7.7e-9];
    let block = Block::from_scaled(&gradient.map(|g| (f64::from(g) * 60_f64.exp2()) as i64), 60);
    for (exact, ours) in gradient.iter().zip(floats(&block)) {
        assert!((f64::from(*exact) - ours).abs() <= 1e-8 / 32_768.0);
    }
    let as_q16 = gradient.map(|g| (g * 65_536.0).round() as i32);
    assert_eq!(as_q16, [0, 0, 0]);
}

/// Least mean squares at a rate of 1e-5 on y = w x, |x| < 1, from zero weights: what each arithmetic has learnt.
/// Products are exact in all three, so only the storage of the weights differs.
#[test]
fn at_a_rate_of_1e_5_q16_stalls_a_block_gets_far_and_a_carried_block_arrives() {
    let target: [i64; 8] = [9_000, -7_000, 5_000, -3_000, 2_500, -8_000, 1_000, 6_000];
    let mut random = Random::new(5, 0);
    let (mut q16, mut block, mut carried) = ([Q16::ZERO; 8], Block::<8>::ZERO, Carried::<8>::default());
    for _ in 0..1_200_000 {
        let (a, b) = (random.next_u64().to_le_bytes(), random.next_u64().to_le_bytes());
        let x: [i64; 8] = array::from_fn(|i| i64::from(i16::from_le_bytes([a[i], b[i]])) * 2);
        // Errors in Q32, steps in Q48: rate (Q32) * error * x / 2^32.
        let step = |w: [i64; 8]| {
            let error: i64 = (0..8).map(|i| (target[i] - w[i]) * x[i]).sum();
            x.map(|x| ((i128::from(error) * i128::from(x) * 42_950) >> 32) as i64)
        };
        let steps = step(q16.map(|w| w.to_bits().into()));
        q16 =
            array::from_fn(|i| q16[i].saturating_add(Q16::from_bits(((steps[i] + (1 << 31)) >> 32) as i32)));
        block = block.add(&Block::from_scaled(&step(block.to_scaled(16)), 48));
        carried.add(&Block::from_scaled(&step(carried.weights.to_scaled(16)), 48));
    }
    let missed = |w: [i64; 8]| {
        let sum: i64 = (0..8).map(|i| (w[i] - target[i]).pow(2)).sum();
        let all: i64 = target.iter().map(|t| t * t).sum();
        (sum as f64 / all as f64).sqrt()
    };
    assert_eq!(q16, [Q16::ZERO; 8]);
    let (block, carried) = (missed(block.to_scaled(16)), missed(carried.weights.to_scaled(16)));
    std::println!("missed: block {block}, carried {carried}");
    assert!((0.2..0.9).contains(&block), "{block}");
    assert!(carried < 0.04, "{carried}");
}

proptest! {
    #[test]
    fn nearest_is_within_half_a_unit(values: [i64; 8], keep in 0u32..64, places in -20i32..100) {
        let values = values.map(|v| v >> keep);
        let block = Block::from_scaled(&values, places);
        let most = values.iter().map(|v| v.unsigned_abs()).max().unwrap() as f64;
        for (exact, ours) in values.iter().zip(floats(&block)) {
            let exact = *exact as f64 * (-f64::from(places)).exp2();
            // Half a unit of a mantissa of at least 2^14, and the rounding of f64 itself.
            let bound = most * (-f64::from(places)).exp2() / 32_768.0 * (1.0 + 1e-9);
            prop_assert!((exact - ours).abs() <= bound, "{} {}", exact, ours);
            let f32_error = (f64::from(exact as f32) - exact).abs();
            prop_assert!((exact - ours).abs() <= f32_error.max(bound));
        }
    }

    #[test]
    fn any_bits_are_numbers_and_have_one_wire_form(exponent: u8, mantissas: [i16; 8]) {
        let block = Block::from_parts(exponent, &mantissas);
        let unit = f64::from(i32::from(exponent) - BIAS).exp2();
        for (m, value) in mantissas.iter().zip(floats(&block)) {
            // Exact, but beside -32768, which takes another exponent: then the lowest bit is rounded.
            let bound = if mantissas.contains(&i16::MIN) { unit } else { 0.0 };
            prop_assert!((f64::from(*m) * unit - value).abs() <= bound);
        }
        let mut wire = Vec::new();
        block.write(&mut wire);
        prop_assert_eq!(Block::<8>::read(&wire), Some(block));
        prop_assert_eq!(Block::<8>::read(&wire[1..]), None);
        let mut other = wire.clone();
        other[0] = other[0].wrapping_add(1);
        if let Some(read) = Block::<8>::read(&other) {
            prop_assert_ne!(read, block);
        }
        prop_assert!(block.mantissas.iter().all(|m| *m != i16::MIN));
    }

    #[test]
    fn the_least_mantissa_takes_another_exponent(exponent: u8, mut mantissas: [i16; 8], at in 0usize..8) {
        mantissas[at] = i16::MIN;
        let (block, unit) = (Block::from_parts(exponent, &mantissas), f64::from(i32::from(exponent) - BIAS).exp2());
        for (m, value) in mantissas.iter().zip(floats(&block)) {
            prop_assert!((f64::from(*m) * unit - value).abs() <= unit);
        }
        prop_assert_eq!(block.exponent(), exponent.saturating_add(1));
    }

    #[test]
    fn sums_are_rounded_once(a: (u8, [i16; 3]), b: (u8, [i16; 3]), near in 0u8..60) {
        let x = Block::from_parts(a.0, &a.1);
        let mut b = b;
        if near < 50 { b.0 = a.0.wrapping_add(near).wrapping_sub(25); }
        let y = Block::from_parts(b.0, &b.1);
        let sum = x.add(&y);
        prop_assert_eq!(sum, y.add(&x));
        let exact: [f64; 3] = array::from_fn(|i| floats(&x)[i] + floats(&y)[i]);
        let most = exact.iter().fold(0.0_f64, |m, v| m.max(v.abs())).min(2_f64.powi(128));
        for (exact, ours) in exact.iter().zip(floats(&sum)) {
            prop_assert!((exact - ours).abs() <= most / 32_767.0, "{} {}", exact, ours);
        }
        prop_assert_eq!(x.sub(&x), Block::ZERO);
        prop_assert_eq!(x.add(&Block::ZERO), x);
    }

    #[test]
    fn products_are_rounded_once(a: (u8, [i16; 3]), factor: i64, places in 0i32..80) {
        let x = Block::from_parts(a.0, &a.1);
        let exact = floats(&x).map(|v| v * factor as f64 * (-f64::from(places)).exp2());
        let most = exact.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
        prop_assume!(most < 2_f64.powi(127) && most > 2_f64.powi(-126));
        for (exact, ours) in exact.iter().zip(floats(&x.times(factor, places))) {
            prop_assert!((exact - ours).abs() <= most / 32_768.0 * (1.0 + 1e-9));
        }
    }
}
