use super::*;
use crate::neuron::{Lag, Linear, measure};
use alloc::vec;

/// The logistic map: each sample says the next, and no linear rule knows how.
fn chaos(count: usize) -> Vec<i64> {
    let mut x = 312_345_i64;
    core::iter::repeat_with(|| {
        x = 391 * x * (1_000_000 - x) / 100_000_000;
        x
    })
    .take(count)
    .collect()
}

#[test]
fn it_learns_what_no_linear_neuron_can() {
    let series = chaos(16_000);
    let (early, late) = series.split_at(14_000);
    let (mut lstm, mut linear, mut lag) = (Lstm::new(), Linear::new(), Lag::new(1));
    let neurons: [&mut dyn Neuron; 3] = [&mut lstm, &mut linear, &mut lag];
    let [lstm, linear, lag] = neurons.map(|neuron| {
        measure(neuron, early);
        measure(neuron, late).missed / late.len() as u128
    });
    std::println!("missed: lstm {lstm}, linear {linear}, persistence {lag}");
    assert!(lstm * 4 < linear, "{lstm} {linear}");
    assert!(lstm * 4 < lag, "{lstm} {lag}");
}

#[test]
fn a_gene_carries_what_was_learnt() {
    let series = chaos(9000);
    let mut teacher = Lstm::new();
    measure(&mut teacher, &series);
    let mut gene = vec![];
    teacher.export_gene(&mut gene);
    assert_eq!(gene.len(), 833);
    let (mut cold, mut warm) = (Lstm::new(), Lstm::new());
    warm.install_gene(&gene).unwrap();
    let mut again = vec![];
    warm.export_gene(&mut again);
    assert_eq!(gene, again);
    let early = &series[..300];
    let (warm, cold) = (measure(&mut warm, early).missed, measure(&mut cold, early).missed);
    assert!(warm * 2 < cold, "{warm} {cold}");
}

#[test]
fn genes_that_are_wrong_are_refused() {
    let mut neuron = Lstm::new();
    let mut gene = vec![];
    neuron.export_gene(&mut gene);
    assert!(neuron.install_gene(&gene).is_ok());
    for (at, byte) in [(0, 2), (1, 5), (2, 9), (3, 1), (8, 200), (808, 255)] {
        let mut wrong = gene.clone();
        wrong[at] = byte;
        wrong[at + 2] |= 0x40;
        assert!(neuron.install_gene(&wrong).is_err(), "{at}");
    }
    assert!(neuron.install_gene(&gene[..832]).is_err());
}
