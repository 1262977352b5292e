//! qres beside peers that were measured elsewhere: what each gains on the files that a size is known of, and on which of
//! them a peer makes less.
//!
//! [`super::report`] works it out; [`super::table`] and [`super::page`] show it.

use super::{
    figures::{BEST, geometric_mean, round},
    measure::Measured,
    published::Published,
};
use crate::text::{plain, units};
use serde::Serialize;
use std::collections::BTreeSet;

/// What the first column of the table is called.
pub(super) const TITLE: &str = "measured elsewhere";
/// What its numbers are.
pub(super) const NOTE: &str = "measured elsewhere: geometric mean of the bytes that the peer makes by those of qres, over the files that\n   \
                               the peer has sizes of; best peer: the smallest that gives the text back, file by file\n";

/// A level of qres and a peer, over the files that both have sizes of.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Compared {
    codec: String,
    peer: String,
    datasets: usize,
    /// Geometric mean of the peer's archive bytes by the codec's.
    gain: f64,
    /// Where the codec makes more than the peer.
    worse: Vec<Worse>,
}

/// A file that a peer makes less of.
#[derive(Debug, Clone, Serialize)]
struct Worse {
    dataset: String,
    peer: String,
    peer_bytes: u64,
    bytes: u64,
}

impl Compared {
    /// All peers beside all of `codecs`, the best peer of each file first.
    pub(super) fn all<'c>(
        codecs: impl Iterator<Item = &'c str>,
        results: &[Measured],
        published: &Published,
    ) -> Vec<Self> {
        let of = |m: &Measured| published.exact(&m.dataset, m.text_bytes).map(|(peer, _)| peer.to_owned());
        let peers: BTreeSet<String> = results.iter().flat_map(of).collect();
        let peers: Vec<&str> = [BEST].into_iter().chain(peers.iter().map(|peer| &**peer)).collect();
        let pairs = codecs.flat_map(|codec| peers.iter().map(move |peer| (codec, *peer)));
        pairs.filter_map(|(codec, peer)| Self::new(codec, peer, results, published)).collect()
    }

    fn new(codec: &str, peer: &str, results: &[Measured], published: &Published) -> Option<Self> {
        let size = |m: &Measured| match peer {
            BEST => published.best(&m.dataset, m.text_bytes).map(|(peer, bytes)| (peer.to_owned(), bytes)),
            _ => Some((peer.to_owned(), published.size(&m.dataset, m.text_bytes, peer)?)),
        };
        let own = results.iter().filter(|m| m.codec == codec && m.same && m.bytes > 0);
        let pairs: Vec<Worse> = own
            .filter_map(|m| {
                let (peer, peer_bytes) = size(m)?;
                Some(Worse { dataset: m.dataset.clone(), peer, peer_bytes, bytes: m.bytes })
            })
            .collect();
        let gain =
            round(geometric_mean(pairs.iter().map(|pair| pair.peer_bytes as f64 / pair.bytes as f64))?);
        let (codec, peer, datasets) = (codec.to_owned(), peer.to_owned(), pairs.len());
        let worse = pairs.into_iter().filter(|pair| pair.bytes > pair.peer_bytes).collect();
        Some(Self { codec, peer, datasets, gain, worse })
    }
}

/// The levels of qres, in the order of the report.
pub(super) fn codecs(all: &[Compared]) -> Vec<&str> {
    all.iter().filter(|one| one.peer == BEST).map(|one| &*one.codec).collect()
}

/// For each peer: its name, how many files, and what each level gains.
pub(super) fn rows(all: &[Compared]) -> impl Iterator<Item = Vec<String>> {
    let first = all.first().map(|one| &one.codec);
    all.iter().filter(move |one| Some(&one.codec) == first).map(|row| {
        let gain = |codec| all.iter().find(|one| one.peer == row.peer && one.codec == codec);
        let cell = |codec| gain(codec).map_or("-".into(), |one| format!("{:.3}", one.gain));
        let mut cells = vec![plain::printable(&row.peer), row.datasets.to_string()];
        cells.extend(codecs(all).into_iter().map(cell));
        cells
    })
}

/// For each level, on which files a peer makes less than it.
pub(super) fn worse(all: &[Compared]) -> impl Iterator<Item = String> {
    all.iter().filter(|one| one.peer == BEST).map(|one| {
        let (codec, files) = (&one.codec, units::count(one.datasets as u64, "file"));
        if one.worse.is_empty() {
            return format!("{codec} is worse than a peer on none of {files}");
        }
        let names = one.worse.iter().map(|worse| {
            let times = worse.bytes as f64 / worse.peer_bytes as f64;
            format!("{} ({times:.3} of {})", plain::printable(&worse.dataset), plain::printable(&worse.peer))
        });
        let (worse, names) = (one.worse.len(), names.collect::<Vec<_>>().join(", "));
        format!("{codec} is worse than a peer on {worse} of {files}: {names}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(dataset: &str, codec: &str, bytes: u64) -> Measured {
        Measured {
            dataset: dataset.into(),
            codec: codec.into(),
            text_bytes: 1000,
            bytes,
            rest_bytes: 0,
            same: true,
            fault: None,
            runs: vec![],
            peak_bytes: None,
        }
    }

    #[test]
    fn means_are_over_the_files_of_the_peer() {
        let published = Published::of(
            r#"{"a": {"bytes": 1000, "xz": 80, "paq": 40}, "b": {"bytes": 1000, "xz": 90}, "c": {"bytes": 999, "xz": 1}}"#,
        );
        let results = ["a", "b", "c"].map(|dataset| measured(dataset, "qres-1", 50));
        let all = Compared::all(["qres-1"].into_iter(), &results, &published);
        let rows: Vec<_> = rows(&all).collect();
        assert_eq!(
            rows,
            [["best peer", "2", "1.200"], ["paq", "1", "0.800"], ["xz", "2", "1.697"]]
                .map(|row| row.map(String::from))
        );
        let worse: Vec<_> = worse(&all).collect();
        assert_eq!(worse, ["qres-1 is worse than a peer on 1 of 2 files: a (1.250 of paq)"]);
    }
}
