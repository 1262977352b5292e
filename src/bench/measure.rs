//! Codecs taking turns on a text: each turn encodes, decodes, and compares what came back.
//!
//! The first turn warms up and is not counted. All codecs take a turn before any takes its next, so that a machine that is
//! slow for a while is slow for all. A codec that has used up its time on a text rests while the others go on.

use super::{
    corpus::Dataset,
    memory::{self, Peak},
    peers::{Codec, Decoded, Job, Tried, values::Values},
};
use serde::Serialize;
use std::{
    hint::black_box,
    time::{Duration, Instant},
};

/// How to measure.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Settings {
    /// Turns that count.
    pub(crate) runs: u32,
    /// Seconds after which a codec takes no further turn on a text.
    pub(crate) limit_seconds: f64,
    /// Whether memory is measured too.
    pub(crate) memory: bool,
    /// Whether times are made up, so that reports can be compared.
    pub(crate) fake_time: bool,
}

/// A turn that counts, in seconds.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Turn {
    pub(crate) encode_seconds: f64,
    pub(crate) decode_seconds: f64,
}

/// What a codec made of a text.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Measured {
    pub(crate) dataset: String,
    pub(crate) codec: String,
    #[serde(skip)]
    pub(crate) text_bytes: u64,
    /// What stands for all of the text: the archive, and what the codec does not take.
    pub(crate) bytes: u64,
    /// Of these, what the codec does not take, packed by zstd -19.
    pub(crate) rest_bytes: u64,
    /// Whether every turn gave back what it was given.
    pub(crate) same: bool,
    /// Why a turn could not be ended.
    pub(crate) fault: Option<String>,
    pub(crate) runs: Vec<Turn>,
    /// Memory at most, where it was measured.
    pub(crate) peak_bytes: Option<Peak>,
}

/// Lets `codecs` take turns on a text; `advance` hears of every one. A codec that finds nothing to take is left out.
pub(crate) fn turns(
    dataset: &Dataset,
    values: &Values,
    codecs: &[Codec],
    settings: Settings,
    mut advance: impl FnMut(),
) -> Vec<Measured> {
    let start = |codec| Player::start(codec, dataset, values);
    let mut players: Vec<Player<'_>> = codecs.iter().filter_map(start).collect();
    for turn in 0..=settings.runs {
        for player in &mut players {
            player.turn(turn, dataset, settings);
            advance();
        }
    }
    players.into_iter().map(|player| player.finish(dataset, settings)).collect()
}

/// A codec on a text.
struct Player<'a> {
    codec: &'a Codec,
    /// What there is to do, if that is not what failed.
    job: Option<Job<'a>>,
    archive: Vec<u8>,
    spent: f64,
    measured: Measured,
}

impl<'a> Player<'a> {
    fn start(codec: &'a Codec, dataset: &'a Dataset, values: &Values) -> Option<Self> {
        let job = codec.job(&dataset.text, values);
        let fault = job.as_ref().err().map(ToString::to_string);
        let job = job.unwrap_or_default();
        if job.is_none() && fault.is_none() {
            return None;
        }
        let measured = Measured {
            dataset: dataset.name.clone(),
            codec: codec.name.clone(),
            text_bytes: dataset.text.len() as u64,
            bytes: 0,
            rest_bytes: job.as_ref().map_or(0, |job| job.rest() as u64),
            same: fault.is_none(),
            fault,
            runs: vec![],
            peak_bytes: None,
        };
        Some(Self { codec, job, archive: vec![], spent: 0.0, measured })
    }

    /// One turn, unless the codec has failed or has had its time.
    fn turn(&mut self, turn: u32, dataset: &Dataset, settings: Settings) {
        let rests = turn > 1 && self.spent > settings.limit_seconds;
        let Some(job) = self.job.as_ref().filter(|_| self.measured.fault.is_none() && !rests) else { return };
        match play(self.codec, job, dataset) {
            Ok((archive, decoded, times)) => {
                self.archive = archive;
                self.measured.same &= job.is_same(&decoded);
                self.spent += times.encode_seconds + times.decode_seconds;
                if turn > 0 {
                    let made_up = || made_up(&self.measured, turn);
                    self.measured.runs.push(if settings.fake_time { made_up() } else { times });
                }
            }
            Err(fault) => {
                self.measured.same = false;
                self.measured.fault = Some(fault.to_string());
            }
        }
    }

    fn finish(mut self, dataset: &Dataset, settings: Settings) -> Measured {
        self.measured.bytes = self.archive.len() as u64 + self.measured.rest_bytes;
        if settings.memory && self.measured.fault.is_none() {
            self.measured.peak_bytes = memory::measure(self.codec, dataset, &self.archive);
        }
        self.measured
    }
}

fn play(codec: &Codec, job: &Job<'_>, dataset: &Dataset) -> Tried<(Vec<u8>, Decoded, Turn)> {
    let start = Instant::now();
    let archive = black_box(job.encode()?);
    let encode = start.elapsed();
    let start = Instant::now();
    let decoded = black_box(codec.decode(black_box(&archive), dataset.text.len())?);
    let decode = start.elapsed();
    let seconds = |time: Duration| time.as_secs_f64().max(1e-9);
    Ok((archive, decoded, Turn { encode_seconds: seconds(encode), decode_seconds: seconds(decode) }))
}

/// Times that depend on names only: tens to hundreds of MB a second, a little different each turn.
fn made_up(measured: &Measured, turn: u32) -> Turn {
    let seconds = |work: &str| {
        let hash = |words: &[&str]| blake3::hash(words.join(" ").as_bytes()).as_bytes()[0];
        let speed = 20.0 + 2.0 * f64::from(hash(&[&measured.codec, work]));
        let jitter =
            1.0 + f64::from(hash(&[&measured.codec, &measured.dataset, work, &turn.to_string()])) / 2560.0;
        (measured.text_bytes.max(1) as f64 / (speed * 1e6) * jitter * 1e9).round() / 1e9
    };
    Turn { encode_seconds: seconds("encode"), decode_seconds: seconds("decode") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::corpus;

    const SETTINGS: Settings = Settings { runs: 2, limit_seconds: 3.0, memory: false, fake_time: true };

    fn measure(settings: Settings) -> (Vec<Measured>, u32) {
        let dataset = corpus::synthetic(1, 200).remove(0);
        let codecs = ["qres-1", "lz4", "pco-4"].map(|name| Codec::find(name).unwrap());
        let values = Values::parse(&dataset.text);
        let mut turns_taken = 0;
        (turns(&dataset, &values, &codecs, settings, || turns_taken += 1), turns_taken)
    }

    #[test]
    fn every_codec_takes_every_turn_and_gives_back_what_it_took() {
        let (measured, turns) = measure(SETTINGS);
        assert_eq!(turns, 9);
        for measured in measured {
            assert!(measured.same && measured.fault.is_none(), "{measured:?}");
            assert_eq!(measured.runs.len(), 2);
            assert!(measured.bytes > 100 && measured.bytes < measured.text_bytes);
            assert_eq!(measured.rest_bytes > 0, measured.codec == "pco-4");
        }
    }

    #[test]
    fn a_codec_that_has_had_its_time_rests() {
        let (measured, _) = measure(Settings { limit_seconds: 0.0, ..SETTINGS });
        assert!(measured.iter().all(|measured| measured.runs.len() == 1));
    }

    #[test]
    fn made_up_times_do_not_change() {
        let lines = || serde_json::to_string(&measure(SETTINGS).0).unwrap();
        assert_eq!(lines(), lines());
    }
}
