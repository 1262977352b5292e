use super::*;
use crate::{
    error::Error,
    neuron::{Ensemble, Kind, Linear, LinearGene, Lstm, Neuron},
    num::{Q16, bfp::Block},
};
use alloc::{vec, vec::Vec};
use proptest::prelude::*;

fn linear(seed: i32) -> LinearGene {
    let mut n = seed;
    let weights = [(); 8].map(|()| {
        n = n.wrapping_mul(1_103_515_245).wrapping_add(12_345);
        Q16::from_bits(n >> 12)
    });
    LinearGene { weights, bias: Q16::from_bits(seed), ..LinearGene::FRESH }
}

fn sample(seed: i32) -> Vec<u8> {
    let mut builder = Builder::new(Some(Kind::Linear), 2);
    builder.schema(b"two columns").unwrap();
    builder.linear(0, &linear(seed)).unwrap().linear(1, &linear(seed / 2)).unwrap();
    builder.finish()
}

fn full() -> Vec<u8> {
    let mut gene = Builder::new(Some(Kind::Ensemble), 3);
    let (mut lstm, mut ensemble) = (vec![], vec![]);
    Lstm::new().export_gene(&mut lstm);
    Ensemble::new().export_gene(&mut ensemble);
    gene.schema(b"s").unwrap().prior(WHOLE, b"p").unwrap().prior(1, b"").unwrap();
    gene.linear(0, &linear(1)).unwrap();
    gene.neuron(Kind::Lstm, 2, &lstm).unwrap().neuron(Kind::Ensemble, 1, &ensemble).unwrap();
    gene.neuron(Kind::Lag, 1, &[7]).unwrap();
    let origin = Origin::Trained { data: [9; 32], rows: 1234 };
    gene.lineage(&Lineage::new(origin, vec![[2; 32], [1; 32], [2; 32]]).unwrap()).unwrap();
    gene.section(&Section { tag: Tag::Unknown(77), column: WHOLE, bytes: b"later" }).unwrap();
    gene.section(&Section { tag: Tag::Summary, column: WHOLE, bytes: &summary().to_bytes() }).unwrap();
    gene.finish()
}

fn summary() -> Summary {
    Summary {
        round: 0x1_2345_6789,
        history: [0xAB; 32],
        weights: Block::from_scaled(&[65_536, -30_000, 20_000, 5, 0, -900, 44_444, -65_535], 16),
        variance: Block::from_scaled(&[100, 90, 50, 25, 3, 0, 77, 100], 16),
    }
}

#[test]
fn what_is_built_is_read() {
    let bytes = full();
    let gene = Gene::parse(&bytes).unwrap();
    assert_eq!((gene.kind(), gene.columns()), (Some(Kind::Ensemble), 3));
    assert_eq!(
        (gene.schema(), gene.prior(WHOLE), gene.prior(1)),
        (Some(&b"s"[..]), Some(&b"p"[..]), Some(&b""[..]))
    );
    assert_eq!((gene.linear(0), gene.linear(1)), (Some(linear(1)), None));
    assert_eq!(gene.section(Tag::Unknown(77), WHOLE), Some(&b"later"[..]));
    assert_eq!(gene.lineage().unwrap().parents(), [[1; 32], [2; 32]]);
    assert_eq!(gene.summary(), Some(summary()));
    assert_eq!(gene.id(), *blake3::hash(&bytes).as_bytes());
    assert_eq!(gene.bytes(), bytes);
    for (kind, column) in [(Kind::Lstm, 2), (Kind::Ensemble, 1), (Kind::Lag, 1), (Kind::Linear, 0)] {
        assert_eq!(kind.build(gene.neuron(kind, column).unwrap()).unwrap().kind(), kind);
    }
    let mut again = Builder::new(gene.kind(), gene.columns());
    for section in gene.sections().collect::<Vec<_>>().iter().rev() {
        again.section(section).unwrap();
    }
    assert_eq!(again.finish(), bytes);
}

#[test]
fn a_gene_byte_by_byte() {
    let mut builder = Builder::new(None, 1);
    builder.schema(b"ab").unwrap();
    let expected =
        [&[0xF1, b'G', 13, 10, 1, 0, 1, 0, 8, 0, 1, 0][..], &[1, 0, 0xFF, 0xFF, 2, 0, 0, 0], b"ab"];
    assert_eq!(builder.finish(), expected.concat());
}

#[test]
fn every_cut_and_every_trailing_byte_is_refused() {
    let mut bytes = full();
    for cut in 0..bytes.len() {
        assert!(Gene::parse(&bytes[..cut]).is_err(), "{cut}");
    }
    bytes.push(0);
    assert!(Gene::parse(&bytes).is_err());
}

#[test]
fn headers_that_are_wrong_are_told_apart() {
    let bytes = sample(5);
    let with = |at: usize, byte: u8| {
        let mut wrong = bytes.clone();
        wrong[at] = byte;
        Gene::parse(&wrong).unwrap_err()
    };
    assert_eq!(with(0, b'x'), Error::Corrupt("not a gene"));
    assert_eq!(with(4, 2), Error::Unsupported { version: 2, known: 1 });
    assert_eq!(with(4, 0), Error::Unsupported { version: 0, known: 1 });
    assert_eq!(with(5, 6), Error::Corrupt("kind of gene"));
    assert_eq!(with(6, 1), Error::Corrupt("column of a gene's section"));
    assert_eq!(with(8, 4), Error::Corrupt("dimensions of a gene"));
    assert_eq!(with(9, 1), Error::Corrupt("dimensions of a gene"));
    assert_eq!(with(30, 0), Error::Corrupt("order of a gene's sections"));
    assert_eq!(with(29, 0x80), Error::Corrupt("a section of a newer gene"));
    assert_eq!(with(35, 1), Error::Truncated);
    assert!(matches!(with(24, 49), Error::Limit { asked: 49, allowed: 48 }));
    assert_eq!(with(24, 47), Error::Corrupt("gene of a linear neuron"));
}

#[test]
fn builders_refuse_what_readers_refuse() {
    let mut builder = Builder::new(None, 1);
    let mut add = |tag, column, bytes: &[u8]| builder.section(&Section { tag, column, bytes }).is_err();
    assert!(add(Tag::Schema, 0, b""));
    assert!(add(Tag::Neuron(Kind::Linear), 0, b"short"));
    assert!(add(Tag::Neuron(Kind::Lag), 1, &[1]));
    assert!(add(Tag::Neuron(Kind::Lag), WHOLE, &[1]));
    assert!(add(Tag::Unknown(1), 0, b""));
    assert!(add(Tag::Unknown(0x8001), 0, b""));
    assert!(add(Tag::Schema, WHOLE, &vec![0; (256 << 10) + 1]));
    assert!(!add(Tag::Prior, 0, b""));
}

#[test]
fn merging_is_by_rule_and_without_order() {
    let genes: Vec<Vec<u8>> = [4000, -900, 100, 70_000, 101].map(sample).to_vec();
    let views: Vec<Gene<'_>> = genes.iter().map(|g| Gene::parse(g).unwrap()).collect();
    let mut turned = views.clone();
    turned.rotate_left(2);
    turned.push(views[0]);
    for (rule, bias) in [
        (Rule::Mean, 14_660),
        (Rule::Median, 101),
        (Rule::Trimmed { cut: 1 }, 1400),
        (Rule::Trimmed { cut: 9 }, 101),
    ] {
        let merged = merge(&views, rule).unwrap();
        assert_eq!(merged, merge(&turned, rule).unwrap());
        let gene = Gene::parse(&merged).unwrap();
        assert_eq!(gene.linear(0).unwrap().bias, Q16::from_bits(bias), "{rule:?}");
        let lineage = gene.lineage().unwrap();
        assert_eq!((lineage.origin(), lineage.parents().len()), (Origin::Merged(rule), 5));
        assert_eq!(gene.schema(), Some(&b"two columns"[..]));
    }
    assert_eq!(Rule::Mean.of(&mut [1, 2]), 2);
    assert_eq!(Rule::Mean.of(&mut [0, 1]), 0);
    assert_eq!(Rule::Mean.of(&mut [-1, -2]), -2);
    assert_eq!(Rule::Median.of(&mut [i32::MAX, i32::MAX, i32::MIN, i32::MIN]), 0);
    assert_eq!(Rule::Trimmed { cut: 3 }.of(&mut []), 0);
}

#[test]
fn what_does_not_fit_is_not_merged() {
    let built = |schema: &[u8], columns: &[u16], lags: u8| {
        let mut builder = Builder::new(Some(Kind::Linear), 2);
        builder.schema(schema).unwrap();
        let gene = LinearGene { lags: [lags; 8], ..LinearGene::FRESH };
        for column in columns {
            builder.linear(*column, &gene).unwrap();
        }
        builder.finish()
    };
    let error = |a: &[u8], b: &[u8]| merge(&[Gene::parse(a).unwrap(), Gene::parse(b).unwrap()], Rule::Mean);
    let first = built(b"a", &[0], 1);
    assert_eq!(error(&first, &built(b"b", &[0], 1)), Err(MergeError::Schema { index: 1 }));
    assert!(error(&first, &built(b"a", &[0], 2)).is_ok(), "other lags are merged");
    assert_eq!(error(&first, &built(b"a", &[0, 1], 1)), Err(MergeError::Missing { column: 1 }));
    assert_eq!(error(&built(b"a", &[], 1), &built(b"a", &[], 1)), Err(MergeError::NoNeuron));
    assert_eq!(merge(&[], Rule::Mean), Err(MergeError::Nothing));
}

#[test]
fn a_merged_neuron_predicts_about_as_well_as_its_parents() {
    let series = |phase: f64| (0..4000).map(move |i| (f64::sin(f64::from(i) * 0.2 + phase) * 1e6) as i64);
    let genes: Vec<Vec<u8>> = [0.0, 1.0, 2.0]
        .map(|phase| {
            let mut neuron = Linear::new();
            series(phase).for_each(|s| neuron.adapt(s));
            let mut builder = Builder::new(Some(Kind::Linear), 1);
            builder.linear(0, &neuron.gene()).unwrap();
            builder.finish()
        })
        .to_vec();
    let views: Vec<Gene<'_>> = genes.iter().map(|g| Gene::parse(g).unwrap()).collect();
    let merged = merge(&views, Rule::Median).unwrap();
    let mut neuron = Linear::from_gene(Gene::parse(&merged).unwrap().linear(0).unwrap());
    let samples: Vec<i64> = series(0.5).take(200).collect();
    crate::neuron::measure(&mut neuron, &samples[..10]);
    let missed = crate::neuron::measure(&mut neuron, &samples[10..]).missed / 190;
    assert!(missed < 10_000, "{missed}");
}

#[test]
fn a_summary_is_74_bytes_and_its_code_22() {
    let summary = summary();
    let bytes = summary.to_bytes();
    assert_eq!((bytes.len(), Bottleneck::BYTES), (74, 22));
    assert_eq!(Summary::read(&bytes), Ok(summary));
    let code = Bottleneck::from_bytes(&Bottleneck::of(&summary).to_bytes());
    assert_eq!(code, Bottleneck::of(&summary));
    assert_eq!(code.round(0x1_2345_0000), summary.round);
    assert_eq!(code.round(0x1_F000_0000), 0x2_2345_6789);
    assert!(code.follows(&summary.history) && !code.follows(&[0; 32]));
    let mut coarse = bytes;
    (41..57).for_each(|at| coarse[at] = 0);
    assert!(Summary::read(&coarse).is_err());
    let mut negative = bytes;
    negative[59] = 0x80;
    assert!(Summary::read(&negative).is_err());
    assert!(Summary::read(&bytes[1..]).is_err());
}

fn value(block: &Block<8>, i: usize) -> f64 {
    f64::from(block.mantissas()[i]) * f64::from(block.power()).exp2()
}

proptest! {
    #[test]
    fn any_bytes_parse_or_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), headed: bool) {
        let mut input = if headed { vec![0xF1, b'G', 13, 10, 1, 1, 2, 0, 8, 0] } else { vec![] };
        input.extend(bytes);
        if let Ok(gene) = Gene::parse(&input) {
            prop_assert!(gene.sections().count() <= input.len());
        }
    }

    #[test]
    fn a_flipped_bit_is_refused_or_changes_the_id(at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let bytes = full();
        let id = id_of(&bytes);
        let mut wrong = bytes;
        let at = at.index(wrong.len());
        wrong[at] ^= 1 << bit;
        if let Ok(gene) = Gene::parse(&wrong) {
            prop_assert_ne!(gene.id(), id);
            let mut again = Builder::new(gene.kind(), gene.columns());
            for section in gene.sections() {
                again.section(&section).unwrap();
            }
            prop_assert_eq!(again.finish(), wrong);
        }
    }

    #[test]
    fn the_bottleneck_loses_what_it_says(weights: [i64; 8], variance: [u64; 8], keep in 0u32..60, places in -40i32..100) {
        let summary = Summary {
            round: 7,
            history: [1; 32],
            weights: Block::from_scaled(&weights.map(|w| w >> keep), places),
            variance: Block::from_scaled(&variance.map(|v| (v >> keep >> 1).cast_signed()), places),
        };
        prop_assert_eq!(Summary::read(&summary.to_bytes()), Ok(summary));
        let code = Bottleneck::from_bytes(&Bottleneck::of(&summary).to_bytes());
        let most = |b: &Block<8>| (0..8).map(|i| value(b, i).abs()).fold(0.0, f64::max);
        let (most_weight, most_variance) = (most(&summary.weights), most(&summary.variance));
        for i in 0..8 {
            let (exact, ours) = (value(&summary.weights, i), value(&code.weights(), i));
            prop_assert!((exact - ours).abs() <= most_weight / 128.0, "{} {}", exact, ours);
            let (exact, ours) = (value(&summary.variance, i), value(&code.variance(), i));
            if ours == 0.0 {
                prop_assert!(exact <= most_variance * (-6.5_f64).exp2() * 1.001, "{} {}", exact, most_variance);
            } else {
                let factor = (exact / ours).max(ours / exact);
                prop_assert!(factor <= 0.25_f64.exp2() * 1.001, "{} {}", exact, ours);
            }
        }
    }

    #[test]
    fn any_22_bytes_are_a_code(bytes: [u8; 22], near: u64) {
        let code = Bottleneck::from_bytes(&bytes);
        prop_assert_eq!(code.to_bytes(), bytes);
        prop_assert_eq!(code.round(near) as u32, u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]));
        prop_assert!(code.variance().mantissas().iter().all(|m| *m >= 0));
        code.weights();
    }

    #[test]
    fn any_bytes_are_a_lineage_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..120), first in 0u8..4) {
        let mut bytes = bytes;
        if let Some(byte) = bytes.first_mut() { *byte = first; }
        if let Ok(lineage) = Lineage::read(&bytes) {
            let mut again = vec![];
            lineage.write(&mut again);
            prop_assert_eq!(again, bytes);
        }
    }

    #[test]
    fn rules_stay_between_the_values(mut values in prop::collection::vec(any::<i32>(), 1..20), cut: u8) {
        let (least, most) = (*values.iter().min().unwrap(), *values.iter().max().unwrap());
        for rule in [Rule::Mean, Rule::Median, Rule::Trimmed { cut }] {
            let one = rule.of(&mut values);
            prop_assert!((least..=most).contains(&one));
        }
    }
}
