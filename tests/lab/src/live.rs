//! What a live link sends of single series within a bound, beside what others would send.
//!
//! | way | a report | the receiver takes for a silent sample |
//! |---|---|---|
//! | hold | 4 bytes, the sample | the last report (send-on-delta) |
//! | lms | 4 bytes, the sample | what the [`lms`](crate::lms) filter at both ends predicts |
//! | qres | a packet, all its bytes | what the link's neurons at both ends predict |
//!
//! The first two are counted without packet headers, and a lost report would lead them astray; the packets of qres hold
//! what tells losses, and its heartbeats, keys and schema are counted. Every row that its receiver gives is compared with
//! the one sent.

use crate::{
    Dataset,
    lms::{Lms, Rule, held},
    series::{Series, series},
};
use qres_core::{
    frame::Tolerance,
    live::{Column, Event, Expert, Options, Receiver, Sender, Sent, framing},
};
use std::{error::Error, num::NonZeroU16};

pub(crate) const BOUNDS: [&str; 2] = ["0.5", "0.1"];
/// Silent rows after which a heartbeat is sent.
const HEARTBEAT: NonZeroU16 = NonZeroU16::new(64).unwrap();
/// Bytes of a raw sample, and of a frame around it.
const SAMPLE: u64 = 4;
const FRAME: u64 = 4;

/// A series within a bound.
#[derive(Debug, Clone, Copy, Default)]
struct Linked {
    samples: u64,
    hold: u64,
    /// The filter with the number of taps that sends the least, known only afterwards.
    lms: u64,
    /// The same, silent as soon as one prediction was good, with a step that follows the power.
    eager: u64,
    packets: Packets,
    /// Samples of a day, if the table tells the time.
    a_day: Option<f64>,
}

/// What the link sends.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Packets {
    /// Rows that were told: surprises and keys.
    pub(crate) told: u64,
    /// These and heartbeats.
    pub(crate) packets: u64,
    pub(crate) bytes: u64,
    /// With the frames that serial lines and pipes need.
    framed_bytes: u64,
}

/// Prints every series within every bound, and means.
pub(crate) fn run(datasets: &[Dataset]) -> Result<(), Box<dyn Error>> {
    for bound in BOUNDS.iter().filter_map(|bound| Tolerance::parse(bound)) {
        println!("within {bound}: per cent of the samples that are not sent, and the link's bytes");
        let mut all = Vec::new();
        for series in datasets.iter().flat_map(|dataset| series(dataset, bound)) {
            let linked = Linked::new(&series)?;
            println!(
                "  {}: {}, {} of {}",
                series.name,
                linked.shares(),
                linked.packets.line(),
                linked.samples
            );
            all.push(linked);
        }
        let mean = |value: fn(&Linked) -> f64| all.iter().map(value).sum::<f64>() / all.len() as f64;
        println!(
            "  mean of {}: hold {:.1}, lms {:.1}, eager {:.1}, qres {:.1}",
            all.len(),
            mean(|one| one.silent(one.hold)),
            mean(|one| one.silent(one.lms)),
            mean(|one| one.silent(one.eager)),
            mean(|one| one.silent(one.packets.told))
        );
        let days: Vec<(f64, &Linked)> = all.iter().filter_map(|one| Some((one.a_day?, one))).collect();
        let a_day = |bytes: fn(&Linked) -> u64| {
            let of = |(samples, one): &(f64, &Linked)| samples * bytes(one) as f64 / one.samples as f64;
            days.iter().map(of).sum::<f64>() / days.len() as f64
        };
        if !days.is_empty() {
            println!(
                "  bytes a day on a line, mean of {}: raw {:.0}, qres {:.0}",
                days.len(),
                a_day(|one| one.samples * (SAMPLE + FRAME)),
                a_day(|one| one.packets.framed_bytes)
            );
        }
    }
    println!("lms: the best of 4 to 10 taps, chosen afterwards; eager: silent after one good prediction");
    Ok(())
}

impl Linked {
    fn new(series: &Series) -> Result<Self, String> {
        let best = |rule: Rule| {
            let sent = Lms::TAPS.map(|taps| Lms::sent(&series.values, series.within, taps, rule));
            sent.into_iter().min().unwrap_or_default()
        };
        Ok(Self {
            samples: series.cells.len() as u64,
            hold: held(&series.values, series.within),
            lms: best(Rule::Published),
            eager: best(Rule::Eager),
            packets: Packets::of(series, None)?,
            a_day: series.a_day,
        })
    }

    /// Per cent of the samples that are left out where so many are sent.
    fn silent(&self, sent: u64) -> f64 {
        self.samples.saturating_sub(sent) as f64 / self.samples.max(1) as f64 * 100.0
    }

    fn shares(&self) -> String {
        let [hold, lms, eager, qres] =
            [self.hold, self.lms, self.eager, self.packets.told].map(|sent| self.silent(sent));
        format!("hold {hold:.1}, lms {lms:.1}, eager {eager:.1}, qres {qres:.1}")
    }
}

impl Packets {
    /// Sends a series, and follows it.
    pub(crate) fn of(series: &Series, expert: Option<Expert>) -> Result<Self, String> {
        let options = Options { heartbeat: HEARTBEAT, ..Options::default() };
        let column = Column { within: series.steps, expert };
        let mut sender = Sender::new(&[column], series.name.as_bytes(), options);
        let (mut receiver, mut given, mut wrong) = (Receiver::default(), 0, None);
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
                if !cells.iter().next().is_some_and(|cell| series.is_within(given, cell)) {
                    wrong.get_or_insert(given);
                }
                given += 1;
            });
        };
        for sample in &series.cells {
            // Nothing here is too large for a packet.
            if sender.row(&[sample.sample()], &mut packet) == Ok(Sent::Packet) {
                pass(&packet, !matches!(packet.first(), Some(head) if head >> 5 == QUIET));
            }
        }
        if sender.end(&mut packet) == Ok(Sent::Packet) {
            pass(&packet, false);
        }
        match wrong {
            Some(row) => Err(format!("{}: row {row} is not within the bound", series.name)),
            None if given == series.cells.len() => Ok(all),
            None => Err(format!("{}: {given} rows of {} came", series.name, series.cells.len())),
        }
    }

    fn line(&self) -> String {
        format!("{} packets, {} bytes, {} with frames", self.packets, self.bytes, self.framed_bytes)
    }
}

/// The kind of a packet that is only a heartbeat.
const QUIET: u8 = 1;

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;

    #[test]
    fn slow_waves_are_mostly_silent_and_always_within_the_bound() {
        let mut text = String::from("time,temp\n");
        for row in 0..3000 {
            let noise = f64::from(row * 7919 % 101) / 1000.0;
            writeln!(text, "{},{:.2}", row * 600, 20.0 + 6.0 * f64::sin(f64::from(row) / 40.0) + noise)
                .unwrap();
        }
        let dataset = Dataset { name: "a.csv".into(), text: text.into_bytes() };
        let silent = BOUNDS.map(|bound| {
            let all = series(&dataset, Tolerance::parse(bound).unwrap());
            let linked = Linked::new(&all[0]).unwrap();
            assert!(linked.packets.framed_bytes > linked.packets.bytes);
            assert!(linked.packets.packets >= linked.packets.told);
            linked.silent(linked.packets.told)
        });
        assert!(silent[0] > 70.0 && silent[0] > silent[1], "{silent:?}");
    }
}
