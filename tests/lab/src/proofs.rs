//! What proofs of a hidden step take: bytes, and times beside one multiplication of a point in the same run.

use curve25519_dalek::{RistrettoPoint, Scalar};
use qres_core::{
    proof::{Circumstances, Generators, Kind, Opening, Shape, Statement, prove, verify, verify_all},
    trust::Name,
};
use std::{
    error::Error,
    hint::black_box,
    time::{Duration, Instant},
};

/// Proofs that are checked together.
const TOGETHER: u64 = 64;
/// The largest step that 16 bits hold, and one beyond.
const BOUNDS: [u32; 2] = [(1 << 15) - 1, 1 << 16];

/// Prints a line for each shape.
pub(super) fn run() -> Result<(), Box<dyn Error>> {
    let point = RistrettoPoint::from_uniform_bytes(&[7; 64]);
    let scalar = Scalar::from_bytes_mod_order_wide(&[9; 64]);
    let unit = best(200, || point * scalar);
    println!("one multiplication of a point: {:.1} us (the best of 200)", unit.as_secs_f64() * 1e6);
    println!(
        "numbers  bound  bytes  generators ms  prove ms   (x)  verify ms   (x)  each of {TOGETHER} together ms   (x)"
    );
    for bound in BOUNDS {
        for numbers in [8, 16, 64] {
            line(unit, numbers, bound)?;
        }
    }
    Ok(())
}

fn line(unit: Duration, numbers: u16, bound: u32) -> Result<(), Box<dyn Error>> {
    let shape = Shape::new(numbers, bound).ok_or("no such shape")?;
    let setup = best(3, || Generators::new(shape));
    let generators = Generators::new(shape);
    let runs = 400 / usize::from(numbers);
    let proofs: Vec<_> =
        (0..TOGETHER).map(|round| one(&generators, numbers, bound, round)).collect::<Result<_, _>>()?;
    let (statement, first) = &proofs[0];
    let proving = best(runs, || one(&generators, numbers, bound, 0).is_ok());
    let verifying = best(runs, || verify(&generators, statement, first).is_ok());
    verify(&generators, statement, first)?;
    let all: Vec<(Statement, &[u8])> =
        proofs.iter().map(|(statement, proof)| (*statement, &proof[..])).collect();
    verify_all(&generators, &all)?;
    let together = best(5, || verify_all(&generators, &all).is_ok()) / TOGETHER as u32;
    let told = |time: Duration| {
        format!("{:9.2} {:5.0}", time.as_secs_f64() * 1e3, time.as_secs_f64() / unit.as_secs_f64())
    };
    let (bytes, setup) = (first.len(), setup.as_secs_f64() * 1e3);
    println!(
        "{numbers:7} {bound:6} {bytes:6} {setup:14.1} {}  {}  {:>24}",
        told(proving),
        told(verifying),
        told(together)
    );
    Ok(())
}

/// A proof of a step that is about as long as its bound.
fn one(
    generators: &Generators,
    numbers: u16,
    bound: u32,
    round: u64,
) -> Result<(Statement, Vec<u8>), Box<dyn Error>> {
    let from: Vec<i32> = (0..i32::from(numbers)).map(|index| index * 104_729 % 65_536).collect();
    let most = (f64::from(bound) / f64::from(numbers).sqrt()) as i32;
    let to = from.iter().enumerate().map(|(index, from)| from + most - (index as i32 % 7)).collect();
    let blinds = [1, 2].map(|seed| [seed ^ round as u8; 64]);
    let step = (&Opening::new(from, &blinds[0]), &Opening::new(to, &blinds[1]));
    let (context, previous, name) = ([3; 32], [4; 32], Name([5; 32]));
    let circumstances = Circumstances { kind: Kind::Gene, context, bound, round, previous, name };
    Ok(prove(generators, step, &circumstances, &[6; 32])?)
}

/// The shortest of several times.
fn best<T>(runs: usize, mut work: impl FnMut() -> T) -> Duration {
    let once = |_| {
        let start = Instant::now();
        black_box(work());
        start.elapsed()
    };
    (0..runs.max(3)).map(once).min().unwrap_or_default()
}
