//! `qres bench live`: what a live link sends of single series within a bound, beside what others would send.
//!
//! | way | a report | the receiver takes for a silent sample |
//! |---|---|---|
//! | hold | 4 bytes, the sample | the last report (send-on-delta) |
//! | lms | 4 bytes, the sample | what the [`lms`] filter at both ends predicts |
//! | qres | a packet, all its bytes | what the link's neurons at both ends predict |
//!
//! The first two are counted without packet headers, and a lost report would lead them astray; the packets of qres hold
//! what tells losses, and its heartbeats, keys and schema are counted. Every row that its receiver gives is compared with
//! the one sent. Floats only here, and only in the filter that is compared with.

pub(crate) mod damage;
mod lms;
mod series;

use super::{corpus::Dataset, figures::round, machine::Machine};
use crate::{
    io::link::send::Keys,
    text::{
        grid::{Align, Grid},
        plain,
    },
};
use lms::{Lms, Rule};
use qres_core::{
    frame::Tolerance,
    live::{Column, Event, Receiver, Sender, Sent, framing},
};
use serde::Serialize;
pub(crate) use series::Wanted;
use series::{Series, series};
use std::num::NonZeroU16;

/// What came of it: `qres.bench.live/1`.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    schema: &'static str,
    machine: Machine,
    heartbeat: u16,
    keys: String,
    results: Vec<Linked>,
    summary: Vec<Mean>,
}

/// A series within a bound.
#[derive(Debug, Serialize)]
struct Linked {
    series: String,
    bound: String,
    samples: u64,
    hold: Reports,
    /// The filter with the number of taps that sends the least, known only afterwards.
    lms: Reports,
    lms_taps: usize,
    /// The same, silent as soon as one prediction was good, with a step that follows the power.
    lms_eager: Reports,
    qres: Packets,
    /// Bytes of a day, if the table tells the time.
    #[serde(skip_serializing_if = "Option::is_none")]
    a_day: Option<Daily>,
    /// What the receiver gave that was not within the bound, if anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<String>,
}

/// What a way without packets sends.
#[derive(Debug, Clone, Copy, Serialize)]
struct Reports {
    reports: u64,
    bytes: u64,
    suppressed: f64,
}

/// What a day takes.
#[derive(Debug, Clone, Copy, Serialize)]
struct Daily {
    /// Every sample, without headers.
    raw: f64,
    /// The packets of the link.
    qres: f64,
    /// The same on a line of bytes, each in a frame.
    raw_framed: f64,
    qres_framed: f64,
}

/// What the link sends.
#[derive(Debug, Clone, Copy, Default, Serialize)]
struct Packets {
    /// Rows that were told: surprises and keys.
    told: u64,
    /// These and heartbeats.
    packets: u64,
    bytes: u64,
    /// With the frames that serial lines and pipes need.
    framed_bytes: u64,
    suppressed: f64,
}

/// All series within a bound.
#[derive(Debug, Serialize)]
struct Mean {
    bound: String,
    series: usize,
    /// Mean shares of samples that were not sent.
    hold: f64,
    lms: f64,
    lms_eager: f64,
    qres: f64,
    /// Bytes that qres sends, packets whole, by what the raw samples of each way take.
    bytes_by_hold: f64,
    bytes_by_lms: f64,
    /// Means over the series of tables that tell the time: bytes a day on a line of bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    a_day: Option<Daily>,
}

/// How links are set up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setup {
    pub(crate) heartbeat: NonZeroU16,
    pub(crate) keys: Keys,
}

/// Bytes of a raw sample.
const SAMPLE: u64 = 4;
/// Bytes of a frame around it: [`framing`].
const FRAME: u64 = 4;

/// Measures every series of every text within every bound; nothing if there are none.
pub(crate) fn measure(
    datasets: &[Dataset],
    bounds: &[Tolerance],
    wanted: &Wanted,
    setup: Setup,
    fake_time: bool,
) -> Option<Report> {
    let mut results = vec![];
    for bound in bounds {
        let all = datasets.iter().flat_map(|dataset| series(dataset, wanted, *bound));
        results.extend(all.map(|series| Linked::new(&series, *bound, setup)));
    }
    let summary = bounds.iter().filter_map(|bound| Mean::of(bound, &results)).collect();
    let machine = if fake_time { Machine::nowhere() } else { Machine::here() };
    let (heartbeat, keys) = (setup.heartbeat.get(), setup.keys.to_string());
    let schema = "qres.bench.live/1";
    (!results.is_empty()).then_some(Report { schema, machine, heartbeat, keys, results, summary })
}

impl Linked {
    fn new(series: &Series, bound: Tolerance, setup: Setup) -> Self {
        let samples = series.cells.len() as u64;
        let reports = |reports: u64| Reports {
            reports,
            bytes: reports * SAMPLE,
            suppressed: share(samples - reports.min(samples), samples),
        };
        let best = |rule: Rule| {
            let sent = Lms::TAPS.map(|taps| (Lms::sent(&series.values, series.within, taps, rule), taps));
            sent.into_iter().min().unwrap_or((samples, 0))
        };
        let ((lms, lms_taps), (eager, _)) = (best(Rule::Published), best(Rule::Eager));
        let (qres, fault) = Packets::of(series, setup);
        let a_day = series.a_day.map(|a_day| {
            let bytes = |bytes: u64| round(a_day * bytes as f64 / samples.max(1) as f64);
            Daily {
                raw: bytes(samples * SAMPLE),
                qres: bytes(qres.bytes),
                raw_framed: bytes(samples * (SAMPLE + FRAME)),
                qres_framed: bytes(qres.framed_bytes),
            }
        });
        Self {
            series: series.name.clone(),
            bound: bound.to_string(),
            samples,
            hold: reports(lms::held(&series.values, series.within)),
            lms: reports(lms),
            lms_taps,
            lms_eager: reports(eager),
            qres,
            a_day,
            fault,
        }
    }
}

impl Packets {
    /// Sends a series, and follows it.
    fn of(series: &Series, setup: Setup) -> (Self, Option<String>) {
        let options = setup.keys.options(setup.heartbeat);
        let column = Column { within: series.steps };
        let mut sender = Sender::new(&[column], series.name.as_bytes(), options);
        let (mut receiver, mut given, mut fault) = (Receiver::default(), 0, None);
        let (mut packet, mut frame, mut all) = (Vec::new(), Vec::new(), Self::default());
        let mut pass = |packet: &[u8], told: bool| {
            all.told += u64::from(told);
            all.packets += 1;
            all.bytes += packet.len() as u64;
            frame.clear();
            framing::frame(packet, &mut frame);
            all.framed_bytes += frame.len() as u64;
            receiver.packet(packet, |event| {
                let Event::Row { cells, .. } = event else { return };
                let good = cells.iter().next().is_some_and(|cell| series.is_within(given, cell));
                if !good && fault.is_none() {
                    fault = Some(format!("row {given}"));
                }
                given += 1;
            });
        };
        for sample in &series.cells {
            let sample = sample.sample();
            // Nothing here is too large for a packet.
            if sender.row(&[sample], &mut packet) == Ok(Sent::Packet) {
                pass(&packet, !matches!(packet.first(), Some(head) if head >> 5 == QUIET));
            }
        }
        if sender.end(&mut packet) == Ok(Sent::Packet) {
            pass(&packet, false);
        }
        let samples = series.cells.len();
        if given != samples && fault.is_none() {
            fault = Some(format!("{given} rows of {samples}"));
        }
        all.suppressed = share(samples as u64 - all.told, samples as u64);
        (all, fault)
    }
}

/// The kind of a packet that is only a heartbeat.
const QUIET: u8 = 1;

fn share(part: u64, all: u64) -> f64 {
    round(part as f64 / all.max(1) as f64)
}

impl Daily {
    fn mean(of: impl Iterator<Item = Self>) -> Option<Self> {
        let of: Vec<Self> = of.collect();
        let mean = |value: fn(&Self) -> f64| round(of.iter().map(value).sum::<f64>() / of.len() as f64);
        (!of.is_empty()).then(|| Self {
            raw: mean(|day| day.raw),
            qres: mean(|day| day.qres),
            raw_framed: mean(|day| day.raw_framed),
            qres_framed: mean(|day| day.qres_framed),
        })
    }

    /// What people see of it: what goes over a line.
    fn cells(day: Option<Self>) -> [String; 2] {
        day.map_or_else(Default::default, |day| {
            [day.raw_framed, day.qres_framed].map(|bytes| format!("{bytes:.0}"))
        })
    }
}

impl Mean {
    fn of(bound: &Tolerance, results: &[Linked]) -> Option<Self> {
        let of: Vec<&Linked> = results.iter().filter(|linked| linked.bound == bound.to_string()).collect();
        let mean =
            |value: fn(&Linked) -> f64| round(of.iter().map(|l| value(l)).sum::<f64>() / of.len() as f64);
        let ratio = |raw: fn(&Linked) -> u64| {
            let (ours, theirs) = of.iter().fold((0, 0), |(a, b), l| (a + l.qres.bytes, b + raw(l)));
            round(ours as f64 / theirs.max(1) as f64)
        };
        (!of.is_empty()).then(|| Self {
            bound: bound.to_string(),
            series: of.len(),
            hold: mean(|l| l.hold.suppressed),
            lms: mean(|l| l.lms.suppressed),
            lms_eager: mean(|l| l.lms_eager.suppressed),
            qres: mean(|l| l.qres.suppressed),
            bytes_by_hold: ratio(|l| l.hold.bytes),
            bytes_by_lms: ratio(|l| l.lms.bytes),
            a_day: Daily::mean(of.iter().filter_map(|l| l.a_day)),
        })
    }
}

impl Report {
    /// What was not within its bound.
    pub(crate) fn wrong(&self) -> Option<String> {
        let wrong = self.results.iter().find_map(|linked| Some((linked, linked.fault.as_ref()?)));
        wrong.map(|(linked, fault)| format!("{}: {fault}", plain::printable(&linked.series)))
    }

    /// The report for people.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for mean in &self.summary {
            let mut grid = Grid::new(&[
                ("series", Align::Left),
                ("samples", Align::Right),
                ("hold", Align::Right),
                ("lms", Align::Right),
                ("eager", Align::Right),
                ("qres", Align::Right),
                ("packets", Align::Right),
                ("bytes", Align::Right),
                ("framed", Align::Right),
                ("lms bytes", Align::Right),
                ("raw a day", Align::Right),
                ("qres a day", Align::Right),
            ]);
            for linked in self.results.iter().filter(|linked| linked.bound == mean.bound) {
                let shares =
                    [linked.hold, linked.lms, linked.lms_eager].map(|reports| percent(reports.suppressed));
                let Packets { suppressed, packets, bytes, framed_bytes, .. } = linked.qres;
                let counts = [packets, bytes, framed_bytes, linked.lms.bytes].map(|count| count.to_string());
                let name = [plain::printable(&linked.series), linked.samples.to_string()];
                let row = name.into_iter().chain(shares).chain([percent(suppressed)]).chain(counts);
                grid.row(row.chain(Daily::cells(linked.a_day)));
            }
            let Mean { hold, lms, lms_eager, qres, .. } = mean;
            let all = [hold, lms, lms_eager, qres].map(|value| percent(*value));
            let row = ["mean".to_owned(), String::new()].into_iter().chain(all);
            grid.row(row.chain(vec![String::new(); 4]).chain(Daily::cells(mean.a_day)));
            text +=
                &format!("within {}: samples that are not sent, in per cent\n{}\n", mean.bound, grid.lines());
        }
        let [a, b] = self.machine.lines();
        text + &format!(
            "hold, lms: reports of 4 bytes without headers; lms: the best of 4 to 10 taps, chosen afterwards;\n\
             eager: silent after one good prediction, the step follows the power; qres: a heartbeat after {} rows, {}, all counted\n\
             a day: bytes on the line of a board, frames and all: raw is a frame of 4 bytes for each sample\n\
             {a}\n{b}\n",
            self.heartbeat, self.keys
        )
    }
}

fn percent(share: f64) -> String {
    format!("{:.1}", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::corpus;

    #[test]
    fn made_up_weather_is_mostly_silent_and_always_within_the_bound() {
        let datasets = corpus::synthetic(1, 3000);
        let bounds = ["0.5", "0.1"].map(|bound| Tolerance::parse(bound).unwrap());
        let wanted = Wanted::Named(vec!["temperature".into(), "dew_point".into()]);
        let setup = Setup { heartbeat: NonZeroU16::new(64).unwrap(), keys: Keys::default() };
        let report = measure(&datasets[..1], &bounds, &wanted, setup, true).unwrap();
        assert_eq!(report.wrong(), None);
        assert_eq!(report.results.len(), 4);
        let wide = &report.results[0];
        assert!(wide.qres.suppressed > 0.7 && wide.qres.suppressed > report.results[2].qres.suppressed);
        assert!(wide.qres.framed_bytes > wide.qres.bytes && wide.qres.packets >= wide.qres.told);
    }
}
