//! What holds for every neuron: bounded on any input and any gene, exact replay, refusals without effect.

use super::*;
use alloc::vec;
use proptest::prelude::*;

fn all() -> [Box<dyn Neuron>; 5] {
    [
        Box::new(Lag::new(3)),
        Box::new(Linear::new()),
        Box::new(Lstm::new()),
        Box::new(Fusion::new(4)),
        Box::new(Ensemble::new()),
    ]
}

fn exported(neuron: &dyn Neuron) -> Vec<u8> {
    let mut gene = vec![];
    neuron.export_gene(&mut gene);
    gene
}

/// Samples of any size, with runs of extremes and of silence.
fn samples() -> impl Strategy<Value = Vec<Option<i64>>> {
    let one = prop_oneof![
        3 => any::<i64>().prop_map(Some),
        3 => (-50i64..50).prop_map(Some),
        1 => Just(Some(i64::MAX)),
        1 => Just(Some(i64::MIN)),
        1 => Just(None),
    ];
    prop::collection::vec(one, 0..120)
}

fn take(neuron: &mut dyn Neuron, sample: Option<i64>) {
    match sample {
        Some(sample) => neuron.adapt(sample),
        None => neuron.tick(),
    }
}

/// What every neuron learns from one series, as one digest: the same on every machine, in every build.
#[test]
fn learning_is_the_same_everywhere() {
    let mut x = 0x1234_5678_9ABC_u64;
    let mut hash = blake3::Hasher::new();
    for mut neuron in all() {
        for i in 0..3000_i64 {
            x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let noise = (x >> 54) as i64;
            hash.update(&neuron.predict().to_le_bytes());
            if i % 17 == 3 { neuron.tick() } else { neuron.adapt(i * i % 5003 * 40 + noise) }
        }
        hash.update(&exported(&*neuron));
    }
    assert_eq!(
        hash.finalize().to_hex().as_str(),
        "993799de5f7f8dc03b47e2808de2cb86219d6e5d58d236fa5726e0fdb10c7456"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn replay_is_exact_and_genes_survive(samples in samples()) {
        for (mut a, mut b) in all().into_iter().zip(all()) {
            let before = exported(&*a);
            a.install_gene(&before).unwrap();
            b.install_gene(&before).unwrap();
            for &sample in &samples {
                prop_assert_eq!(a.predict(), b.predict());
                if let Some(seen) = sample {
                    prop_assert_eq!(b.predict().wrapping_add(a.surprise(seen)), seen);
                }
                take(&mut *a, sample);
                take(&mut *b, sample);
            }
            let gene = exported(&*a);
            let built = a.kind().build(&gene).unwrap();
            prop_assert_eq!(exported(&*built), gene);
        }
    }

    #[test]
    fn any_bytes_are_refused_or_bounded(
        at in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
        samples in samples(),
    ) {
        for mut neuron in all() {
            let mut gene = exported(&*neuron);
            for (index, byte) in &at {
                let i = index.index(gene.len());
                gene[i] = *byte;
            }
            let before = exported(&*neuron);
            if neuron.install_gene(&gene).is_err() {
                prop_assert_eq!(exported(&*neuron), before);
            } else {
                prop_assert_eq!(neuron.kind().build(&gene).is_ok(), true);
            }
            for &sample in &samples {
                neuron.predict();
                take(&mut *neuron, sample);
            }
            let kind = neuron.kind();
            prop_assert!(kind.build(&exported(&*neuron)).is_ok());
            let shorter = cut.index(gene.len());
            prop_assert!(kind.build(&gene[..shorter]).is_err() && kind.check(&gene[..shorter]).is_err());
            prop_assert_eq!(kind.check(&gene), kind.build(&gene).map(drop));
        }
    }

    #[test]
    fn no_bytes_make_a_neuron_panic(kind in 0u8..8, bytes in prop::collection::vec(any::<u8>(), 0..900)) {
        if let Some(kind) = Kind::from_byte(kind) {
            prop_assert_eq!(kind.check(&bytes), kind.build(&bytes).map(drop));
            let _ = kind.build(&bytes).map(|mut neuron| neuron.adapt(i64::MIN));
        }
    }
}

#[test]
fn the_kind_of_most_is_the_first_of_those_that_are_most() {
    let most = |kinds: &[Kind]| Kind::most(kinds.iter().copied());
    assert_eq!(most(&[]), None);
    assert_eq!(most(&[Kind::Lstm, Kind::Linear, Kind::Lstm]), Some(Kind::Lstm));
    assert_eq!(most(&[Kind::Lag, Kind::Linear]), Some(Kind::Linear));
}
