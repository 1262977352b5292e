//! What came of a bench: every single run, and what they amount to. As JSON it is `qres.bench/1`.

use super::{
    compare::Compared,
    corpus::Dataset,
    figures::{BEST, geometric_mean, round},
    machine::Machine,
    measure::{Measured, Settings},
    peers::{Codec, values::Values},
    published::Published,
};
use serde::Serialize;
use std::collections::BTreeMap;

/// All of it.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) schema: &'static str,
    pub(crate) machine: Machine,
    pub(crate) settings: Settings,
    pub(crate) datasets: Vec<About>,
    pub(crate) results: Vec<Measured>,
    pub(crate) summary: Vec<Summary>,
    /// What other forms cost, if the wide tables were measured too.
    pub(crate) forms: Vec<FormCost>,
    /// qres beside every peer that was measured elsewhere.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) compared: Vec<Compared>,
}

/// A text.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct About {
    pub(crate) dataset: String,
    /// The dataset that this is a form of.
    #[serde(skip)]
    pub(crate) wide: String,
    pub(crate) form: &'static str,
    pub(crate) bytes: u64,
    pub(crate) rows: u64,
    pub(crate) fields: u64,
    pub(crate) blake3: String,
}

/// What a form costs a codec.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct FormCost {
    pub(crate) codec: String,
    pub(crate) form: &'static str,
    /// Geometric mean of the form's archive bytes by those of the wide table.
    pub(crate) cost: f64,
}

/// A codec over all texts that it takes.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Summary {
    pub(crate) codec: String,
    /// `text`, or `values` for one that takes only the columns of numbers.
    pub(crate) takes: &'static str,
    #[serde(skip)]
    pub(crate) own: bool,
    /// How many texts.
    pub(crate) datasets: usize,
    /// Whether it always gave back what it took.
    pub(crate) same: bool,
    /// Geometric mean of text bytes by archive bytes.
    pub(crate) ratio: f64,
    /// All text by all the time, of the median runs.
    pub(crate) encode_mb_per_second: f64,
    pub(crate) decode_mb_per_second: f64,
    /// The most of all texts.
    pub(crate) encode_peak_bytes: Option<u64>,
    pub(crate) decode_peak_bytes: Option<u64>,
    /// Geometric means of another's archive bytes by this codec's, where the other was measured too.
    pub(crate) gain_over: BTreeMap<String, f64>,
}

/// Those that a codec is compared with; the last is the smallest peer of each text.
pub(crate) const RIVALS: [&str; 3] = ["zstd-19", "pco-12", BEST];

impl About {
    /// What is to be known of a text.
    pub(crate) fn new(dataset: &Dataset, wide: &Dataset, form: &'static str, values: &Values) -> Self {
        Self {
            dataset: dataset.name.clone(),
            wide: wide.name.clone(),
            form,
            bytes: dataset.text.len() as u64,
            rows: values.rows as u64,
            fields: values.fields as u64,
            blake3: blake3::hash(&dataset.text).to_hex().to_string(),
        }
    }
}

impl Report {
    /// Sums up `results`; sizes from `elsewhere`, if there are any, take the place of the rivals measured here.
    pub(crate) fn new(
        settings: Settings,
        datasets: Vec<About>,
        codecs: &[Codec],
        results: Vec<Measured>,
        published: Option<&Published>,
    ) -> Self {
        let machine = if settings.fake_time { Machine::nowhere() } else { Machine::here() };
        let rivals = Rivals { results: &results, codecs, published };
        let mut summary: Vec<Summary> =
            codecs.iter().filter_map(|codec| Summary::new(codec, &results, &rivals)).collect();
        summary.sort_by(|a, b| b.ratio.total_cmp(&a.ratio));
        let own = summary.iter().filter(|summary| summary.own);
        let compared = published.map(|sizes| Compared::all(own.map(|own| &*own.codec), &results, sizes));
        let (compared, forms) = (compared.unwrap_or_default(), vec![]);
        let mut report =
            Self { schema: "qres.bench/1", machine, settings, datasets, results, summary, forms, compared };
        report.forms = report.costs();
        report
    }

    /// The forms that are not wide, in the order asked for.
    pub(crate) fn other_forms(&self) -> impl Iterator<Item = &'static str> {
        let mut forms: Vec<&'static str> = Vec::new();
        for about in self.datasets.iter().filter(|about| about.dataset != about.wide) {
            if !forms.contains(&about.form) {
                forms.push(about.form);
            }
        }
        forms.into_iter()
    }

    fn costs(&self) -> Vec<FormCost> {
        let of_form = |form| self.summary.iter().filter_map(move |summary| self.cost(&summary.codec, form));
        self.other_forms().flat_map(of_form).collect()
    }

    fn cost(&self, codec: &str, form: &'static str) -> Option<FormCost> {
        let bytes =
            |dataset| self.find(dataset, codec).filter(|m| m.same && m.bytes > 0).map(|m| m.bytes as f64);
        let of_form = self.datasets.iter().filter(|about| about.form == form);
        let costs = of_form.filter_map(|about| Some(bytes(&about.dataset)? / bytes(&about.wide)?));
        let cost = round(geometric_mean(costs)?);
        Some(FormCost { codec: codec.to_owned(), form, cost })
    }

    /// Of a codec on a text.
    pub(crate) fn find(&self, dataset: &str, codec: &str) -> Option<&Measured> {
        self.results.iter().find(|measured| measured.dataset == dataset && measured.codec == codec)
    }

    /// Those that gave back something else.
    pub(crate) fn wrong(&self) -> impl Iterator<Item = &Measured> {
        self.results.iter().filter(|measured| !measured.same)
    }
}

impl Measured {
    /// How many times smaller it became; a codec that failed has not made anything smaller.
    pub(crate) fn ratio(&self) -> f64 {
        if self.bytes == 0 || !self.same { 0.0 } else { self.text_bytes as f64 / self.bytes as f64 }
    }

    /// Seconds of the median runs, encoding and decoding.
    fn seconds(&self) -> (f64, f64) {
        let encode = median(self.runs.iter().map(|turn| turn.encode_seconds).collect());
        (encode, median(self.runs.iter().map(|turn| turn.decode_seconds).collect()))
    }
}

/// The sizes that codecs are compared with.
struct Rivals<'a> {
    results: &'a [Measured],
    codecs: &'a [Codec],
    published: Option<&'a Published>,
}

impl Rivals<'_> {
    fn size(&self, rival: &str, measured: &Measured) -> Option<u64> {
        let (dataset, text_bytes) = (&*measured.dataset, measured.text_bytes);
        if let Some(published) = self.published {
            return match rival {
                BEST => published.best(dataset, text_bytes).map(|(_, size)| size),
                _ => published.size(dataset, text_bytes, rival),
            };
        }
        let is_peer = |name: &str| self.codecs.iter().any(|codec| codec.name == name && !codec.own);
        let sound = self.results.iter().filter(|other| other.dataset == dataset && other.same);
        let sizes =
            sound.filter(|other| if rival == BEST { is_peer(&other.codec) } else { other.codec == rival });
        sizes.map(|other| other.bytes).min()
    }
}

impl Summary {
    fn new(codec: &Codec, results: &[Measured], rivals: &Rivals<'_>) -> Option<Self> {
        let all: Vec<&Measured> = results.iter().filter(|measured| measured.codec == codec.name).collect();
        // What a failed codec wrote counts for nothing.
        let sound: Vec<&Measured> =
            all.iter().copied().filter(|measured| measured.same && measured.bytes > 0).collect();
        let gain = |rival: &str| {
            let pairs = sound.iter().filter_map(|m| Some(rivals.size(rival, m)? as f64 / m.bytes as f64));
            Some((rival.to_owned(), geometric_mean(pairs)?))
        };
        let bytes: f64 = sound.iter().map(|measured| measured.text_bytes as f64).sum();
        let encode: f64 = sound.iter().map(|measured| measured.seconds().0).sum();
        let decode: f64 = sound.iter().map(|measured| measured.seconds().1).sum();
        let peaks = || sound.iter().filter_map(|measured| measured.peak_bytes);
        let speed = |seconds: f64| if seconds > 0.0 { round(bytes / 1e6 / seconds) } else { 0.0 };
        (!all.is_empty()).then(|| Self {
            codec: codec.name.clone(),
            takes: if codec.keeps_text() { "text" } else { "values" },
            own: codec.own,
            datasets: all.len(),
            same: all.iter().all(|measured| measured.same),
            ratio: round(geometric_mean(sound.iter().map(|m| m.ratio()).filter(|r| *r > 0.0)).unwrap_or(0.0)),
            encode_mb_per_second: speed(encode),
            decode_mb_per_second: speed(decode),
            encode_peak_bytes: peaks().map(|peak| peak.encode).max(),
            decode_peak_bytes: peaks().map(|peak| peak.decode).max(),
            gain_over: RIVALS
                .into_iter()
                .filter_map(gain)
                .map(|(rival, gain)| (rival, round(gain)))
                .collect(),
        })
    }
}

/// The middle one; of an even number the faster of the two in the middle.
fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds.get(seconds.len().saturating_sub(1) / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::bench::{corpus, measure};

    pub(in crate::bench) fn example() -> Report {
        let settings = Settings { runs: 2, limit_seconds: 3.0, memory: false, fake_time: true };
        let names = ["qres-1", "qres-2", "zstd-3", "pco-8", "gorilla"];
        let codecs = names.map(|name| Codec::find(name).unwrap());
        let (mut about, mut results) = (vec![], vec![]);
        for dataset in corpus::synthetic(1, 300) {
            let values = Values::parse(&dataset.text);
            about.push(About::new(&dataset, &dataset, "wide", &values));
            results.extend(measure::turns(&dataset, &values, &codecs, settings, || ()));
        }
        Report::new(settings, about, &codecs, results, None)
    }

    #[test]
    fn means_are_geometric() {
        assert_eq!(geometric_mean([2.0, 8.0].into_iter()).map(f64::round), Some(4.0));
        assert_eq!(geometric_mean(std::iter::empty()), None);
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![]), 0.0);
    }

    #[test]
    fn what_failed_counts_for_nothing_and_is_named() {
        let mut report = example();
        let codecs = ["zstd-3", "qres-1"].map(|name| Codec::find(name).unwrap());
        let before = report.summary.iter().find(|summary| summary.codec == "zstd-3").unwrap().clone();
        report.results.iter_mut().filter(|m| m.codec == "zstd-3").take(1).for_each(|m| {
            m.same = false;
            m.bytes = 1;
        });
        let after = Report::new(report.settings, vec![], &codecs, report.results, None);
        let zstd = after.summary.iter().find(|summary| summary.codec == "zstd-3").unwrap();
        assert!(before.same && !zstd.same);
        assert!(zstd.ratio < before.ratio * 2.0);
        assert_eq!(after.wrong().count(), 1);
    }

    #[test]
    fn gains_are_against_the_smallest_peer_of_each_text() {
        let report = example();
        for summary in report.summary.iter().filter(|summary| !summary.own) {
            assert!(summary.gain_over[BEST] <= 1.0, "{summary:?}");
        }
    }
}
