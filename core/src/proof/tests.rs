//! Proofs against those who cheat, and against the slow verifier.

use super::{
    form::Form,
    group::{dot, number},
    prove::{Said, Witness, fold, prove_witness},
    slow::{self, Sizes},
    *,
};
use crate::{num::Random, trust::Name};
use curve25519_dalek::{
    RistrettoPoint, Scalar,
    traits::{Identity as _, MultiscalarMul as _},
};
use std::{vec, vec::Vec};

/// Generators of a small and of an ordinary shape, with what the document says of their sizes.
fn shapes() -> [(Generators, Sizes); 3] {
    [
        (generators(1, 900), Sizes(1, 16, 30, 3, 4)),
        (generators(2, 1 << 16), Sizes(2, 32, 62, 2, 6)),
        (generators(8, 900), Sizes(8, 16, 30, 3, 6)),
    ]
}

fn generators(numbers: u16, bound: u32) -> Generators {
    Generators::new(Shape::new(numbers, bound).unwrap())
}

fn small() -> (Generators, Sizes) {
    let [small, ..] = shapes();
    small
}

fn scalar(seed: u8) -> Scalar {
    Scalar::from_bytes_mod_order_wide(&[seed; 64])
}

fn circumstances(bound: u32) -> Circumstances {
    let (context, previous, name) = ([4; 32], [5; 32], Name([6; 32]));
    Circumstances { kind: Kind::Gene, context, bound, round: 7, previous, name }
}

/// A proof of a step, and what it is about.
fn proof(generators: &Generators, steps: &[i32], bound: u32) -> Result<(Statement, Vec<u8>), Unprovable> {
    let from: Vec<i32> = (0..steps.len() as i32).map(|index| index * 1009 - 4000).collect();
    let to = from.iter().zip(steps).map(|(from, step)| from + step).collect();
    let (from, to) = (Opening::new(from, &[1; 64]), Opening::new(to, &[2; 64]));
    prove(generators, (&from, &to), &circumstances(bound), &[9; 32])
}

/// What both verifiers say.
fn holds((generators, sizes): &(Generators, Sizes), statement: &Statement, proof: &[u8]) -> bool {
    let holds = verify(generators, statement, proof).is_ok();
    assert_eq!(slow::holds(sizes, statement, proof), holds);
    holds
}

/// A statement about a step of any scalars at all, and what a prover would say who knows `claimed` instead.
fn cheat(
    generators: &Generators,
    steps: &[Scalar],
    claimed: (&[i64], u128),
    bound: u32,
) -> (Statement, Vec<u8>) {
    let blind = scalar(3);
    let points = generators.numbers().chain([&generators.blinding]);
    let step = RistrettoPoint::multiscalar_mul(steps.iter().chain([&blind]), points);
    let from = generators.blinding * scalar(8);
    let [from, to] = [from, from + step].map(|point| Commitment(point.compress().to_bytes()));
    let Circumstances { kind, context, round, previous, name, .. } = circumstances(bound);
    let statement = Statement { kind, context, from, to, bound, round, previous, name };
    let mut witness = Witness::new(generators.shape(), claimed.0, claimed.1, &blind);
    *witness.steps = steps.to_vec();
    let proof = prove_witness(generators, &statement, &witness, &[9; 32]);
    (statement, proof)
}

#[test]
fn a_step_within_the_bound_is_proved_and_one_beyond_it_is_not() {
    for shape in shapes() {
        let (generators, Sizes(n, ..)) = &shape;
        let bound = if *n == 2 { 1 << 16 } else { 900 };
        let mut exact = vec![0; *n];
        exact[n - 1] = -(bound as i32);
        for steps in [vec![0; *n], vec![-1; *n], exact.clone()] {
            let (statement, proof) = proof(generators, &steps, bound).unwrap();
            assert_eq!(proof.len(), generators.shape().proof_bytes());
            assert!(holds(&shape, &statement, &proof), "{steps:?}");
        }
        exact[n - 1] -= 1;
        assert_eq!(proof(generators, &exact, bound).unwrap_err(), Unprovable::TooLong);
    }
}

#[test]
fn bounds_of_nothing_and_the_largest_are_bounds() {
    for (bound, steps) in [(0, [0, 0]), (MAX_BOUND, [i32::MAX, 0]), (MAX_BOUND, [-1, i32::MIN + 6000])] {
        let generators = generators(2, bound);
        let (statement, proof) = proof(&generators, &steps, bound).unwrap();
        assert_eq!(verify(&generators, &statement, &proof), Ok(()), "{bound}");
    }
    assert_eq!(proof(&generators(2, 0), &[0, 1], 0).unwrap_err(), Unprovable::TooLong);
}

#[test]
fn what_cannot_be_proved_is_told() {
    let generators = generators(2, 900);
    assert_eq!(proof(&generators, &[1], 900).unwrap_err(), Unprovable::Shape);
    assert_eq!(proof(&generators, &[1, 2], 1 << 15).unwrap_err(), Unprovable::Shape);
    let [a, b] = [0, 1].map(|last| Opening::new(vec![0, last], &[1; 64]));
    let bare = prove(&generators, (&a, &b), &circumstances(900), &[9; 32]);
    assert_eq!(bare.unwrap_err(), Unprovable::Bare);
}

#[test]
fn every_public_input_counts() {
    let shape = small();
    let (statement, proof) = proof(&shape.0, &[-800], 900).unwrap();
    assert!(holds(&shape, &statement, &proof));
    let Statement { from, to, .. } = statement;
    let doubled = |commitment: &Commitment| {
        let point = commitment.point().unwrap();
        Commitment((point + point).compress().to_bytes())
    };
    let shifted = |commitment: &Commitment| {
        Commitment((commitment.point().unwrap() + shape.0.value).compress().to_bytes())
    };
    for other in [
        Statement { kind: Kind::Masked, ..statement },
        Statement { context: [3; 32], ..statement },
        Statement { from: to, to: from, ..statement },
        Statement { from: doubled(&from), ..statement },
        Statement { to: doubled(&to), ..statement },
        // The step is the same.
        Statement { from: shifted(&from), to: shifted(&to), ..statement },
        Statement { bound: 899, ..statement },
        Statement { bound: 901, ..statement },
        Statement { bound: 800, ..statement },
        Statement { round: 8, ..statement },
        Statement { previous: [0; 32], ..statement },
        Statement { name: Name([7; 32]), ..statement },
    ] {
        assert!(!holds(&shape, &other, &proof), "{other:?}");
    }
    assert_eq!(verify(&generators(1, 1 << 15), &statement, &proof), Err(Refused::Shape));
    let other = generators(2, 900);
    let length = other.shape().proof_bytes();
    assert_eq!(verify(&other, &statement, &proof), Err(Refused::Length(proof.len(), length)));
}

#[test]
fn commitments_that_are_none_are_refused() {
    let (generators, _) = small();
    let (statement, proof) = proof(&generators, &[1], 900).unwrap();
    let twisted = Commitment([0xff; 32]);
    for other in [
        Statement { from: Commitment([0; 32]), ..statement },
        Statement { to: Commitment([0; 32]), ..statement },
        Statement { to: twisted, ..statement },
        Statement { to: statement.from, ..statement },
    ] {
        assert_eq!(verify(&generators, &other, &proof), Err(Refused::Commitment));
    }
}

#[test]
fn every_bit_counts_and_every_length_but_one_is_refused() {
    let shape = small();
    let (statement, mut proof) = proof(&shape.0, &[-800], 900).unwrap();
    for bit in 0..8 * proof.len() {
        proof[bit / 8] ^= 1 << (bit % 8);
        assert!(verify(&shape.0, &statement, &proof).is_err(), "bit {bit}");
        proof[bit / 8] ^= 1 << (bit % 8);
    }
    for length in 0..proof.len() {
        let refused = Err(Refused::Length(length, proof.len()));
        assert_eq!(verify(&shape.0, &statement, &proof[..length]), refused);
    }
    for more in 1..33 {
        let mut long = proof.clone();
        long.resize(proof.len() + more, 0);
        assert!(verify(&shape.0, &statement, &long).is_err(), "{more}");
    }
}

/// The order of the group.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// Bytes that stand for the same scalar modulo the order, and are not its encoding.
fn second_writing(word: &mut [u8]) {
    let mut carry = 0;
    for (byte, plus) in word.iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(plus) + carry;
        (*byte, carry) = (sum as u8, sum >> 8);
    }
}

#[test]
fn points_and_scalars_have_one_encoding_and_no_point_is_neutral() {
    let shape = small();
    let (statement, proof) = proof(&shape.0, &[-800], 900).unwrap();
    let words = proof.len() / 32;
    let scalars: Vec<usize> = [3].into_iter().chain(words - 3..words).collect();
    for word in 0..words {
        let with = |change: &dyn Fn(&mut [u8])| {
            let mut bad = proof.clone();
            change(&mut bad[32 * word..][..32]);
            verify(&shape.0, &statement, &bad).unwrap_err()
        };
        if scalars.contains(&word) {
            assert_eq!(with(&second_writing), Refused::Encoding, "{word}");
            assert_eq!(with(&|scalar| scalar.fill(0xff)), Refused::Encoding, "{word}");
        } else {
            assert_eq!(with(&|point| point.fill(0)), Refused::Encoding, "{word}");
            // A negative field element, and one that is not below the prime.
            assert_eq!(with(&|point| point[0] |= 1), Refused::Encoding, "{word}");
            assert_eq!(with(&|point| point.fill(0xff)), Refused::Encoding, "{word}");
        }
        for other in 0..word {
            let mut bad = proof.clone();
            let (low, high) = bad.split_at_mut(32 * word);
            low[32 * other..][..32].swap_with_slice(&mut high[..32]);
            assert!(verify(&shape.0, &statement, &bad).is_err(), "{other} {word}");
        }
    }
}

#[test]
fn steps_that_only_look_short_are_refused() {
    let (bound, square) = (900, 900 * 900_u128);
    let generators = generators(2, bound);
    let shape = (generators, Sizes(2, 16, 30, 2, 5));
    let generators = &shape.0;
    let whole = number;
    let (honest, proof) = cheat(generators, &[whole(900), whole(0)], (&[900, 0], 0), bound);
    assert!(holds(&shape, &honest, &proof), "the cheat is honest here");
    // A square root of -1: 1 + i^2 = 0.
    let root = sqrt_of_minus_one();
    let half = Scalar::from(2_u8).invert();
    let cut = |slack: i128| slack as u128 & ((1 << 30) - 1);
    let cases: [(&str, [Scalar; 2], [i64; 2], u128); 11] = [
        ("one more than the bound", [whole(901), whole(0)], [901, 0], cut(810_000 - 811_801)),
        ("one more in the square", [whole(900), whole(1)], [900, 1], cut(-1)),
        ("no slack of its own", [whole(900), whole(1)], [900, 1], 0),
        ("slack that is too large", [whole(0), whole(0)], [0, 0], square + 1),
        ("-1 said to be 1", [whole(-1), whole(0)], [1, 0], square - 1),
        ("the order less one", [-Scalar::ONE, whole(0)], [0, 0], square - 1),
        ("squares that cancel", [Scalar::ONE, root], [1, 0], square),
        ("a half", [half, half], [0, 0], square),
        ("too large for its bits", [whole(1 << 15), whole(0)], [-(1 << 15), 0], cut(810_000 - (1 << 30))),
        ("a wrap of the square", [whole(1 << 40), whole(0)], [0, 0], square),
        ("numbers exchanged", [whole(3), whole(5)], [5, 3], square - 34),
    ];
    for (what, steps, claimed, slack) in cases {
        let (statement, proof) = cheat(generators, &steps, (&claimed, slack), bound);
        assert!(!holds(&shape, &statement, &proof), "{what}");
    }
}

fn sqrt_of_minus_one() -> Scalar {
    // 2 generates no square: its power of (order - 1) / 4 is a root of -1.
    let mut exponent = ORDER;
    exponent[0] -= 1;
    for _ in 0..2 {
        let mut carry = 0;
        for byte in exponent.iter_mut().rev() {
            let low = *byte & 1;
            (*byte, carry) = (*byte >> 1 | carry << 7, low);
        }
    }
    let root = (0..256).rev().fold(Scalar::ONE, |power, bit| {
        let square = power * power;
        if exponent[bit / 8] >> (bit % 8) & 1 == 1 { square + square } else { square }
    });
    assert_eq!(root * root, -Scalar::ONE);
    root
}

#[test]
fn commitments_to_more_than_numbers_are_refused() {
    let (generators, sizes) = small();
    let (honest, _) = cheat(&generators, &[number(5)], (&[5], 810_000 - 25), 900);
    let shape = (generators, sizes);
    for junk in [shape.0.value, *shape.0.bits().next().unwrap(), shape.0.bases()[47]] {
        let to = Commitment((honest.to.point().unwrap() + junk).compress().to_bytes());
        let statement = Statement { to, ..honest };
        let witness = Witness::new(shape.0.shape(), &[5], 810_000 - 25, &scalar(3));
        let proof = prove_witness(&shape.0, &statement, &witness, &[9; 32]);
        assert!(!holds(&shape, &statement, &proof));
    }
}

/// A proof as the simulator of zero knowledge makes it: the response first, with a challenge `x` of its own choice. It is good
/// for whoever does not look where `x` came from.
#[test]
fn who_chooses_the_challenge_proves_nothing() {
    let (generators, sizes) = small();
    let (statement, _) = cheat(&generators, &[number(5000)], (&[0], 0), 900);
    let shape = generators.shape();
    let (x, eta) = (scalar(21), scalar(22));
    let [a, e1] = [23, 24].map(|seed| generators.blinding * scalar(seed));
    let mut transcript = statement.transcript(&generators);
    transcript.put("A", a.compress().as_bytes());
    let form = Form::draw(shape, statement.square(), &mut transcript);
    let step = statement.to.point().unwrap() - statement.from.point().unwrap();
    let response: Vec<Scalar> = (0..shape.length()).map(|index| scalar(index as u8)).collect();
    let left = generators.bases().iter().zip(form.half.iter().zip(&form.inverse));
    let left = left.map(|(base, (half, inverse))| base * (half * inverse)).sum::<RistrettoPoint>();
    let left = x * x * (a + form.e * step + left + form.target * generators.value) + x * e1
        - eta * generators.blinding;
    let bases = generators.bases().iter().zip(form.inverse.iter().zip(&response));
    let right = bases.map(|(base, (inverse, u))| base * (x * inverse * u)).sum::<RistrettoPoint>()
        + generators.value * dot(&response, &response);
    let e0 = right - left;
    assert_ne!(e0, RistrettoPoint::identity());
    let mut said = Said { bytes: a.compress().to_bytes().to_vec(), transcript };
    said.point("E1", &e1);
    said.point("E0", &e0);
    assert_ne!(said.transcript.challenge("x"), x);
    said.word("eta", eta.to_bytes());
    fold(&mut said, &generators, response, form.inverse.iter().map(|inverse| x * inverse).collect());
    assert_eq!(said.bytes.len(), shape.proof_bytes());
    assert!(!holds(&(generators, sizes), &statement, &said.bytes));
}

#[test]
fn many_proofs_hold_together_only_if_each_holds() {
    let generators = generators(2, 900);
    let mut proofs: Vec<_> =
        [[1, 2], [-30, 40], [0, 900]].iter().map(|steps| proof(&generators, steps, 900).unwrap()).collect();
    let together = |proofs: &[(Statement, Vec<u8>)]| {
        let proofs: Vec<_> = proofs.iter().map(|(statement, proof)| (*statement, &proof[..])).collect();
        verify_all(&generators, &proofs)
    };
    assert_eq!(together(&proofs), Ok(()));
    assert_eq!(together(&[]), Ok(()));
    let honest = proofs.clone();
    let (first, second) = (proofs[0].1.clone(), proofs[1].1.clone());
    (proofs[0].1, proofs[1].1) = (second, first);
    assert_eq!(together(&proofs), Err(Refused::Equation));
    // What one has too much the other has too little.
    let mut cancelling = honest;
    for (index, change) in [(0, Scalar::ONE), (1, -Scalar::ONE)] {
        let word = &mut cancelling[index].1[96..128];
        let eta = Scalar::from_canonical_bytes(word.try_into().unwrap()).unwrap() + change;
        word.copy_from_slice(eta.as_bytes());
    }
    assert_eq!(together(&cancelling), Err(Refused::Equation));
}

#[test]
fn generators_are_points_of_their_own() {
    let generators = generators(8, 900);
    let mut all: Vec<_> = generators.all().map(|point| point.compress().to_bytes()).collect();
    // Nor does one come of another by a small factor, as where H = 2 G opens everything.
    let mut multiple = generators.value;
    for _ in 0..64 {
        multiple += generators.value;
        all.push(multiple.compress().to_bytes());
    }
    let count = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!((all.len(), all.contains(&[0; 32])), (count, false));
}

#[test]
fn nonces_depend_on_secrets_and_on_entropy() {
    let (generators, _) = small();
    let opening = |number, blind| Opening::new(vec![number], &[blind; 64]);
    let from = opening(0, 1);
    let proof = |to: &Opening, entropy| {
        prove(&generators, (&from, to), &circumstances(900), &[entropy; 32]).unwrap().1
    };
    let proofs = [
        proof(&opening(5, 2), 0),
        proof(&opening(5, 2), 1),
        proof(&opening(5, 3), 0),
        proof(&opening(6, 2), 0),
    ];
    for (index, a) in proofs.iter().enumerate() {
        for b in &proofs[..index] {
            assert!(a.chunks(32).zip(b.chunks(32)).all(|(a, b)| a != b), "no word comes twice");
        }
    }
    assert_eq!(proof(&opening(5, 2), 0), proofs[0]);
}

/// Bits of every word of many proofs: where two steps of the same length differ, no bit does.
#[test]
fn no_field_tells_steps_of_equal_length_apart() {
    const PROOFS: u8 = 60;
    let generators = generators(2, 900);
    let mut random = Random::new(11, 0);
    let mut ones = |steps: [i32; 2]| {
        let mut ones = vec![0_i32; 8 * generators.shape().proof_bytes()];
        for _ in 0..PROOFS {
            let mut fresh = || core::array::from_fn::<u8, 64, _>(|_| random.next_u64() as u8);
            let (from, to) = (Opening::new(vec![0; 2], &fresh()), Opening::new(steps.to_vec(), &fresh()));
            let entropy = *fresh().first_chunk().unwrap();
            let (_, proof) = prove(&generators, (&from, &to), &circumstances(900), &entropy).unwrap();
            for (bit, ones) in ones.iter_mut().enumerate() {
                *ones += i32::from(proof[bit / 8] >> (bit % 8) & 1);
            }
        }
        ones
    };
    let (a, b) = (ones([300, 400]), ones([0, -500]));
    // The difference of two counts of 60 fair coins varies by 30: of 4,000 such, none is 5.2 deviations off.
    let worst = a.iter().zip(&b).map(|(a, b)| (a - b).abs()).max().unwrap();
    assert!(worst <= 29, "{worst}");
    let (sum_a, sum_b): (i32, i32) = (a.iter().sum(), b.iter().sum());
    assert!((sum_a - sum_b).pow(2) < 16 * 30 * a.len() as i32, "{sum_a} {sum_b}");
}
