use super::*;
use crate::{neuron::measure, num::Random};

/// A target that follows the sum of what modality 1 did just before, beside modalities of noise.
struct World(Random, [i64; 3]);

impl World {
    fn step(&mut self) -> [i64; 3] {
        let mut draw = || self.0.below(2001) as i64 - 1000;
        let [lead, noise, own] = [draw(), draw(), draw() / 20];
        let [target, first, second] = &mut self.1;
        *target += lead + own;
        *first += 3 * lead;
        *second += noise;
        self.1
    }
}

#[test]
fn attention_goes_to_who_knows_and_sums_to_one() {
    let (mut fusion, mut alone) = (Fusion::new(3), Linear::new());
    let mut world = World(Random::new(3, 0), [0; 3]);
    let (mut fused, mut own, mut shares) = (0, 0, [0_u64; 8]);
    for i in 0..4000 {
        let [target, first, second] = world.step();
        fusion.feed(1, first);
        fusion.feed(2, second);
        let attention = fusion.attention();
        assert_eq!(attention.iter().sum::<u32>(), 65_536);
        if i >= 2000 {
            fused += target.abs_diff(fusion.predict());
            own += target.abs_diff(alone.predict());
            shares.iter_mut().zip(attention).for_each(|(s, a)| *s += u64::from(a));
        }
        fusion.adapt(target);
        alone.adapt(target);
    }
    let mean = shares.map(|s| s / 2000);
    std::println!("fused {fused}, own {own}, attention {mean:?}");
    assert!(fused * 4 < own, "{fused} {own}");
    assert!(mean[1] > 55_000 && mean[2] < 8_000, "{mean:?}");
}

#[test]
fn a_quiet_modality_costs_nothing() {
    let mut fusion = Fusion::new(8);
    for i in 0..500 {
        fusion.feed(3, i * 5 % 17);
        fusion.adapt(i * 3 % 11);
    }
    let before = fusion.sides.clone();
    let busy = fusion.work(3);
    for i in 0..100 {
        fusion.feed(1, i * i);
        fusion.predict();
        fusion.adapt(i);
    }
    assert_eq!(fusion.work(1), 200);
    assert_eq!(fusion.work(3), busy);
    assert_eq!(fusion.sides[1..], before[1..]);
    for i in [2, 4, 5, 6, 7] {
        assert_eq!(fusion.work(i), 0);
    }
}

#[test]
fn spikes_are_told() {
    let mut fusion = Fusion::new(2);
    let spikes = (0..100).filter(|i| fusion.feed(1, if *i < 90 { i % 3 } else { 1000 * (i % 2) })).count();
    assert!((3..=12).contains(&spikes), "{spikes}");
}

#[test]
fn a_gene_carries_couplings_and_wrong_ones_are_refused() {
    let mut teacher = Fusion::new(3);
    let mut world = World(Random::new(4, 0), [0; 3]);
    for _ in 0..3000 {
        let [target, first, second] = world.step();
        teacher.feed(1, first);
        teacher.feed(2, second);
        teacher.adapt(target);
    }
    let mut gene = vec![];
    teacher.export_gene(&mut gene);
    assert_eq!(gene.len(), 60);
    let again = Fusion::from_gene(&gene).unwrap();
    assert_eq!(again.sides[0].coupling, teacher.sides[0].coupling);
    assert!(Fusion::new(4).install_gene(&gene).is_err());
    for (at, byte) in [(0, 2), (1, 4), (1, 0), (1, 9), (2, 1), (55, 0x40), (59, 0x80)] {
        let mut wrong = gene.clone();
        wrong[at] = byte;
        assert!(Fusion::from_gene(&wrong).is_err(), "{at}");
    }
    assert!(Fusion::from_gene(&gene[..59]).is_err());
    assert!(Fusion::from_gene(&[]).is_err());
}

#[test]
fn alone_it_is_the_linear_neuron() {
    let series: Vec<i64> = (0..500).map(|i| i * i % 101).collect();
    assert_eq!(measure(&mut Fusion::new(1), &series), measure(&mut Linear::new(), &series));
}
