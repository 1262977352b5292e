//! `compress --live --error` and `decompress` of what it sends: a live link.

use super::bound::Wanted;
use crate::{
    error::{Failure, Outcome},
    io::{
        input::Input,
        link::{receive, send},
        output::Output,
    },
    ui::{self, Ui},
};
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
    #[arg(long, value_name = "N", requires = "error", default_value_t = 1024)]
    key_every: u32,
}

/// Silent rows that are told.
const HEARTBEAT: NonZeroU16 = NonZeroU16::new(64).unwrap();

impl LinkFlags {
    /// What was meant; the bounds have to be numbers.
    pub(crate) fn setup(&self, bounds: Vec<Wanted>) -> Outcome<send::Setup> {
        if bounds.iter().any(Wanted::is_share) {
            let hint = "give the bound as a number, such as 0.5";
            return Err(Failure::usage("the range of a live stream is not known before its end", hint));
        }
        Ok(send::Setup { bounds, heartbeat: self.heartbeat, key: self.key_every })
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
    bytes_in: u64,
    bytes_out: u64,
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
    let report = Sent {
        schema: "qres.compress.live/1",
        input: name,
        output: to.into(),
        rows: totals.rows,
        silent_rows: totals.silent,
        packets: totals.packets,
        packet_bytes: totals.packet_bytes,
        bytes_in: totals.bytes_in,
        bytes_out: totals.bytes_out,
    };
    ui.summary(|| report.line());
    ui.result(&report, to == "-")
}

impl Sent {
    fn line(&self) -> String {
        let (before, after) = (ui::size(self.bytes_in), ui::size(self.bytes_out));
        let (ratio, name) = (ui::ratio(self.bytes_in, self.bytes_out), ui::label(&self.input));
        let rows = ui::count(self.rows, "row");
        let (packets, silent) = (ui::count(self.packets, "packet"), self.silent_rows);
        format!("{name}: {before} to {after} ({ratio}), {rows}, {silent} of them silent, {packets}")
    }
}

/// One result, for programs.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Received {
    schema: &'static str,
    input: String,
    output: String,
    rows: u64,
    /// Rows that did not come.
    lost_rows: u64,
    packets: u64,
    /// Packets that came late or twice, and that were damaged.
    late_packets: u64,
    damaged_packets: u64,
    bytes_in: u64,
    bytes_out: u64,
    /// Whether the sender ended as it should.
    ended: bool,
}

impl Received {
    /// Writes what comes from `input`, the first bytes of which are used.
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
        Self {
            schema: "qres.decompress.live/1",
            input: from,
            output: to,
            rows: totals.rows,
            lost_rows: totals.lost + totals.missed,
            packets: totals.packets,
            late_packets: totals.late,
            damaged_packets: totals.damaged,
            bytes_in: totals.bytes_in,
            bytes_out: totals.bytes_out,
            ended: totals.ended,
        }
    }

    pub(crate) fn line(&self) -> String {
        let (before, after) = (ui::size(self.bytes_in), ui::size(self.bytes_out));
        format!("{}: {before} to {after}, {}", ui::label(&self.input), ui::count(self.rows, "row"))
    }

    /// Says what is lost of a link that one joins and leaves at will.
    #[cfg(feature = "flash")]
    pub(crate) fn gaps(&self, name: String) -> Outcome {
        match self.lost_rows {
            0 => Ok(()),
            lost => {
                let (lost, rows) = (ui::count(lost, "row"), ui::count(self.rows, "row"));
                Err(Failure::Lost { name, what: format!("{lost} lost, {rows} came") })
            }
        }
    }

    /// Says what is lost, if anything is.
    pub(crate) fn loss(&self, name: String) -> Outcome {
        let rows = ui::count(self.rows, "row");
        let what = match (self.lost_rows, self.ended) {
            (0, true) => return Ok(()),
            (0, false) => format!("the link broke off after {rows}"),
            (lost, _) => format!("{} lost, {rows} came", ui::count(lost, "row")),
        };
        Err(Failure::Lost { name, what })
    }
}
