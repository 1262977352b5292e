//! `compress --live --error` and `decompress` of what it sends: a live link.

use crate::{
    failure::{Failure, Outcome},
    io::{
        input::Input,
        link::{receive, send},
        output::Output,
    },
    rows::neurons::Neurons,
    text::{plain, units},
    ui::Ui,
};
use qres_core::archive::Bound;
use std::num::NonZeroU16;

/// How a live link is sent
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct LinkFlags {
    /// Live within a bound: say that all is well after N silent rows
    ///
    /// Until then nobody knows whether silent rows were silent or lost, so they are written no earlier.
    #[arg(long, value_name = "N", requires = "error", default_value_t = HEARTBEAT)]
    heartbeat: NonZeroU16,
    /// Live within a bound: after N rows say all that is needed to go on after a loss (0: only at the start)
    ///
    /// Unless this is said, that is said as often as it takes a sixteenth of the bytes, and after 1024 rows at the latest.
    /// A receiver may begin there, and damage costs the rows up to there.
    #[arg(long, value_name = "N", requires = "error")]
    key_every: Option<u32>,
}

/// Silent rows that are told.
const HEARTBEAT: NonZeroU16 = NonZeroU16::new(64).unwrap();

impl LinkFlags {
    /// What was meant; the bounds have to be numbers.
    pub(crate) fn setup(&self, bounds: Vec<Bound>, neurons: Neurons) -> Outcome<send::Setup> {
        if bounds.iter().any(|bound| bound.tolerance.is_share()) {
            let hint = "give the bound as a number, such as 0.5";
            return Err(Failure::usage("the range of a live stream is not known before its end", hint));
        }
        let keys = self.key_every.map_or_else(send::Keys::default, send::Keys::Rows);
        Ok(send::Setup { bounds, heartbeat: self.heartbeat, keys, neurons })
    }
}

/// One result, for programs.
#[derive(Debug, serde::Serialize)]
struct Sent {
    schema: &'static str,
    input: String,
    output: String,
    rows: u64,
    silent_rows: u64,
    packets: u64,
    packet_bytes: u64,
    /// Lines that are no rows, sent as they are.
    odd_lines: u64,
    bytes: u64,
    text_bytes: u64,
}

/// Sends `input`; the result is told when the output has been finished by `finish`.
pub(crate) fn compress(
    input: Input,
    setup: &send::Setup,
    mut output: Output,
    to: &str,
    ui: Ui,
    finish: impl FnOnce(Output) -> Outcome,
) -> Outcome {
    let name = input.plain();
    let mut progress = ui.progress(&input.to_string(), input.length(), output.is_terminal);
    let totals = send::send(input, setup, |frames, bytes| {
        output.write(frames)?;
        progress.advance(bytes);
        output.flush()
    })?;
    drop(progress);
    finish(output)?;
    if totals.long_lines > 0 {
        let (lines, most) = (units::count(totals.long_lines, "line"), units::size(send::LONGEST_ROW as u64));
        ui.warning(&format!("{}: {lines} longer than {most} sent as text, not as rows", plain::label(&name)));
    }
    let report = Sent {
        schema: "qres.compress.live/1",
        input: name,
        output: to.into(),
        rows: totals.rows,
        silent_rows: totals.silent,
        packets: totals.packets,
        packet_bytes: totals.packet_bytes,
        odd_lines: totals.odd_lines,
        bytes: totals.bytes,
        text_bytes: totals.text_bytes,
    };
    ui.summary(|| report.line());
    ui.result(&report, to == "-")
}

impl Sent {
    fn line(&self) -> String {
        let (before, after) = (units::size(self.text_bytes), units::size(self.bytes));
        let (ratio, name) = (units::ratio(self.text_bytes, self.bytes), plain::label(&self.input));
        let rows = units::count(self.rows, "row");
        let (packets, silent) = (units::count(self.packets, "packet"), self.silent_rows);
        format!("{name}: {before} to {after} ({ratio}), {rows}, {silent} of them silent, {packets}")
    }
}

/// What came over links, for programs.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub(crate) struct Counts {
    pub(crate) rows: u64,
    /// Rows that did not come; not known of links that broke off.
    lost_rows: Option<u64>,
    /// Those that are known of.
    #[serde(skip)]
    lost: u64,
    pub(crate) packets: u64,
    pub(crate) lost_packets: u64,
    /// Packets that came late or twice, and that were damaged.
    late_packets: u64,
    damaged_packets: u64,
    /// Packets in which a byte was wrong that could be told.
    mended_packets: u64,
    pub(crate) bytes: u64,
    pub(crate) text_bytes: u64,
    /// Links, one after the other, and those that broke off, of which more rows may be missing.
    pub(crate) links: u64,
    broken_links: u64,
    /// Whether all senders ended as they should.
    ended: bool,
}

/// What is lost of a link that broke off.
const UNKNOWN: &str = "an unknown number of rows may be lost";

impl Counts {
    /// What has come.
    pub(crate) fn of(totals: &receive::Totals) -> Self {
        let ended = totals.links > 0 && totals.broken == 0;
        let lost = totals.lost.saturating_add(totals.missed);
        Self {
            rows: totals.rows,
            lost_rows: ended.then_some(lost),
            lost,
            packets: totals.packets,
            lost_packets: totals.lost_packets,
            late_packets: totals.late,
            damaged_packets: totals.damaged,
            mended_packets: totals.mended,
            bytes: totals.bytes,
            text_bytes: totals.text_bytes,
            links: totals.links,
            broken_links: totals.broken,
            ended,
        }
    }

    /// Says what is lost, if anything is.
    pub(crate) fn loss(&self, name: &str) -> Outcome {
        match self.lost() {
            None => Ok(()),
            Some(what) => Err(Failure::lost(name, &what)),
        }
    }

    fn lost(&self) -> Option<String> {
        let rows = units::count(self.rows, "row");
        let broken = match (self.broken_links, self.links) {
            (0, _) => None,
            (_, ..=1) => Some("the link broke off".to_owned()),
            (broken, links) => Some(format!("{broken} of {links} links broke off")),
        };
        let lost = match (self.lost, self.lost_packets) {
            (0, 0) => None,
            (0, packets) => Some(format!("{} of lines lost, {rows} came", units::count(packets, "packet"))),
            (lost, _) => Some(format!("{} lost, {rows} came", units::count(lost, "row"))),
        };
        match (lost, broken) {
            (None, None) if self.links == 0 => Some("nothing of the link could be read".into()),
            (None, Some(broken)) => Some(format!("{broken}: {rows} came, {UNKNOWN}")),
            (Some(lost), Some(broken)) => Some(format!("{lost}; {broken}: {UNKNOWN}")),
            (lost, None) => lost,
        }
    }
}

/// One result, for programs.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Received {
    schema: &'static str,
    input: String,
    output: String,
    #[serde(flatten)]
    counts: Counts,
}

impl Received {
    /// Writes what comes from `input`.
    pub(crate) fn write(input: Input, output: &mut Output, to: String, ui: Ui) -> Outcome<Self> {
        let (name, plain) = (input.to_string(), input.plain());
        let mut progress = ui.progress(&name, input.length(), output.is_terminal);
        let sink = |text: &[u8], bytes| {
            output.write(text)?;
            progress.advance(bytes);
            output.flush()
        };
        let totals = receive::receive(input, sink, |what| ui.warning(&format!("{name}: {what}")))?;
        Ok(Self::of(plain, to, totals))
    }

    /// What came from `from` and was written to `to`.
    pub(crate) fn of(from: String, to: String, totals: receive::Totals) -> Self {
        Self { schema: "qres.decompress.live/1", input: from, output: to, counts: Counts::of(&totals) }
    }

    pub(crate) fn line(&self) -> String {
        let Counts { rows, bytes, text_bytes, .. } = self.counts;
        let (before, after) = (units::size(bytes), units::size(text_bytes));
        format!("{}: {before} to {after}, {}", plain::label(&self.input), units::count(rows, "row"))
    }

    /// Says what is lost of a link that one joins and leaves at will.
    #[cfg(feature = "flash")]
    pub(crate) fn gaps(&self, name: &str) -> Outcome {
        match self.counts.lost {
            0 => Ok(()),
            lost => {
                let (lost, rows) = (units::count(lost, "row"), units::count(self.counts.rows, "row"));
                Err(Failure::lost(name, &format!("{lost} lost, {rows} came")))
            }
        }
    }

    /// Says what is lost, if anything is.
    pub(crate) fn loss(&self, name: &str) -> Outcome {
        self.counts.loss(name)
    }
}

/// One result, for programs.
#[derive(Debug, serde::Serialize)]
struct Tested {
    schema: &'static str,
    input: String,
    #[serde(flatten)]
    counts: Counts,
}

/// Follows a link to its end, and says whether it is whole.
pub(crate) fn test(input: Input, ui: Ui) -> Outcome {
    let (name, plain) = (input.to_string(), input.plain());
    let mut progress = ui.progress(&name, input.length(), false);
    let sink = |_: &[u8], bytes| {
        progress.advance(bytes);
        Ok(())
    };
    let totals = receive::receive(input, sink, |what| ui.warning(&format!("{name}: {what}")))?;
    drop(progress);
    let report = Tested { schema: "qres.test.live/1", input: plain, counts: Counts::of(&totals) };
    ui.result(&report, false)?;
    report.counts.loss(&name)?;
    ui.summary(|| {
        let Counts { rows, links, text_bytes, .. } = report.counts;
        let (rows, links, name) =
            (units::count(rows, "row"), units::count(links, "live link"), plain::label(&report.input));
        format!("{name}: whole, {rows} of {links}, {} of text", units::size(text_bytes))
    });
    Ok(())
}
