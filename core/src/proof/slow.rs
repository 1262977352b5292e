//! The verifier once more, written from `PROOFS.md` alone: one multiplication after the other, no completed squares shared,
//! generators folded as the prover folds them. Whatever [`super::verify`] says, this must say too.

use super::Statement;
use curve25519_dalek::{RistrettoPoint, Scalar, ristretto::CompressedRistretto, traits::Identity as _};
use std::{vec, vec::Vec};

/// Numbers, bits of a step, bits of the slack, scalars at the end, halvings.
pub(super) struct Sizes(
    pub(super) usize,
    pub(super) usize,
    pub(super) usize,
    pub(super) usize,
    pub(super) usize,
);

struct Log(&'static str, Vec<u8>);

impl Log {
    fn say(&mut self, label: &str, bytes: &[u8]) {
        self.1.push(label.len() as u8);
        self.1.extend(label.as_bytes());
        self.1.extend((bytes.len() as u64).to_le_bytes());
        self.1.extend(bytes);
    }

    fn answer<const N: usize>(&mut self, label: &str) -> [u8; N] {
        self.say("challenge", label.as_bytes());
        let mut answer = [0; N];
        blake3::Hasher::new_derive_key(self.0).update(&self.1).finalize_xof().fill(&mut answer);
        self.say("answer", &answer);
        answer
    }

    fn challenge(&mut self, label: &str) -> Scalar {
        Scalar::from_bytes_mod_order_wide(&self.answer(label))
    }
}

fn generator(family: &str, index: usize) -> RistrettoPoint {
    let mut log = Log("qres 2026 proof generators 1", vec![]);
    log.say("family", family.as_bytes());
    log.say("index", &(index as u32).to_le_bytes());
    RistrettoPoint::from_uniform_bytes(&log.answer("point"))
}

fn power(base: Scalar, exponent: usize) -> Scalar {
    (0..exponent).fold(Scalar::ONE, |product, _| product * base)
}

/// Whether `proof` proves `statement`.
pub(super) fn holds(sizes: &Sizes, statement: &Statement, proof: &[u8]) -> bool {
    evaluate(sizes, statement, proof).unwrap_or(false)
}

fn evaluate(&Sizes(n, k, m, f, r): &Sizes, statement: &Statement, proof: &[u8]) -> Option<bool> {
    let length = f * 2_usize.pow(r as u32);
    if proof.len() != 32 * (4 + 2 * r + f) {
        return None;
    }
    let mut points: Vec<RistrettoPoint> = (0..n).map(|i| generator("number", i)).collect();
    points.extend((0..length - n).map(|i| generator("bit", i)));
    let (g, h) = (generator("value", 0), generator("blinding", 0));

    let mut parameters = Log("qres 2026 proof parameters 1", vec![]);
    [n, k, m, f, r].iter().for_each(|length| parameters.say("length", &(*length as u64).to_le_bytes()));
    points.iter().chain([&g, &h]).for_each(|point| parameters.say("point", point.compress().as_bytes()));

    let mut log = Log("qres 2026 proof of a bounded step 1", vec![]);
    log.say("parameters", &parameters.answer::<32>("digest"));
    log.say("kind", &[statement.kind as u8]);
    log.say("context", &statement.context);
    log.say("from", &statement.from.0);
    log.say("to", &statement.to.0);
    log.say("bound", &u64::from(statement.bound).pow(2).to_le_bytes());
    log.say("round", &statement.round.to_le_bytes());
    log.say("previous", &statement.previous);
    log.say("name", &statement.name.0);

    let word = |at: usize| <[u8; 32]>::try_from(&proof[32 * at..][..32]).unwrap();
    let decode = |bytes: [u8; 32]| {
        let point = CompressedRistretto(bytes).decompress()?;
        (point != RistrettoPoint::identity()).then_some(point)
    };
    let step = decode(statement.to.0)? - decode(statement.from.0)?;
    if step == RistrettoPoint::identity() {
        return None;
    }
    let a = decode(word(0))?;
    log.say("A", &word(0));
    let [e, y, z, w] = ["e", "y", "z", "w"].map(|label| log.challenge(label));

    // Coefficients of v_j^2 and of v_j, and the constant.
    let two = Scalar::from(2_u8);
    let mut roots = vec![w; n];
    let mut linear: Vec<Scalar> = (1..=n).map(|i| -power(z, i)).collect();
    for i in 1..=length - n {
        let of = (i - 1) / k;
        let said = match i - 1 {
            bit if bit < n * k => e * power(z, of + 1) * power(two, bit % k),
            bit if bit < n * k + m => w * w * e * e * power(two, bit - n * k),
            _ => Scalar::ZERO,
        };
        roots.push(power(y, i));
        linear.push(said - power(y, 2 * i));
    }
    let zs: Scalar = (1..=n).map(|i| power(z, i)).sum();
    let square = Scalar::from(u128::from(statement.bound).pow(2));
    let constant = -(e * power(two, k - 1) * zs) - w * w * e * e * square;

    let (e1, e0) = (decode(word(1))?, decode(word(2))?);
    log.say("E1", &word(1));
    log.say("E0", &word(2));
    let x = log.challenge("x");
    log.say("eta", &word(3));
    let eta: Scalar = Option::from(Scalar::from_canonical_bytes(word(3)))?;

    let mut left = a + e * step;
    let mut target = -constant;
    for j in 0..length {
        let half = linear[j] * (two * roots[j]).invert();
        left += half * roots[j].invert() * points[j];
        target += half * half;
    }
    left = x * x * (left + target * g) + x * e1 + e0 - eta * h;
    let mut bases: Vec<RistrettoPoint> = (0..length).map(|j| x * roots[j].invert() * points[j]).collect();
    for round in 0..r {
        let [cross, square] = [4, 5].map(|at| word(at + 2 * round));
        log.say("X", &cross);
        log.say("R", &square);
        let gamma = log.challenge("gamma");
        left += gamma * decode(cross)? + (gamma * gamma - Scalar::ONE) * decode(square)?;
        let half = bases.len() / 2;
        bases = (0..half).map(|j| bases[j] + gamma * bases[half + j]).collect();
    }
    let mut right = RistrettoPoint::identity();
    for (at, base) in bases.iter().enumerate() {
        let u: Scalar = Option::from(Scalar::from_canonical_bytes(word(4 + 2 * r + at)))?;
        right += u * base + u * u * g;
    }
    Some(left == right)
}
