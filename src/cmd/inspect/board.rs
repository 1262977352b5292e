//! `qres inspect --serial`: who a board is, and how it is.

use crate::{
    board::{
        chip::Chip,
        ports,
        talk::{Held, Talk},
    },
    failure::{Exit, Failure, Outcome},
    text::{plain, units},
    ui::Ui,
};
use qres_core::{
    regime::Regime,
    serial::{Identity, Pace, Reset, Stats, Weather, features},
    trust::Name,
};
use serde::Serialize;
use std::io::Write;

/// What a board is and how it is, for programs.
#[derive(Debug, Serialize)]
struct Report<'a> {
    schema: &'static str,
    port: &'a str,
    chip: String,
    /// The version of its program.
    version: String,
    /// Its name, which it has just proved.
    did: String,
    /// Its hardware address.
    id: String,
    columns: u8,
    keeps: bool,
    senses: bool,
    sleeps: bool,
    longest_gene: u32,
    uptime_ms: u64,
    /// Times that it has started anew since power came.
    restarts: u32,
    /// Why it started last.
    reset: &'static str,
    /// It fails again and again, and does without its gene.
    safe_mode: bool,
    rows: u64,
    packets: u64,
    bytes: u64,
    requests: u32,
    damaged_frames: u32,
    heap: u32,
    stack: Option<u32>,
    regime: &'static str,
    /// How unusual its last samples are: 0 as usual, to 1.
    surprise: f64,
    regime_rows: u32,
    /// Milliseconds between two rows.
    steps_ms: StepsLine,
    step_ms: u32,
    /// Milliseconds until it goes by its own steps again, if a host has asked for others.
    lease_ms: u32,
}

/// Milliseconds between two rows in each regime.
#[derive(Debug, Serialize)]
struct StepsLine {
    calm: u32,
    prestorm: u32,
    storm: u32,
}

/// Shows the board at `port`.
pub(super) fn run(port: &str, ui: Ui) -> Outcome<Exit> {
    let port = ports::choose(Some(port))?;
    let mut talk = Talk::open(&port)?;
    let identity = talk.identify(&mut |_| {})?;
    let name = talk.prove()?;
    let (stats, weather) = (talk.stats()?, talk.weather()?);
    // What is not set stays: this only asks.
    let held = talk.set_pace(Pace::default(), &mut |_| {})?;
    let report = Report::new(&port.name, &identity, &name, &stats, &weather, &held);
    if ui.json {
        ui.result(&report, false)?;
    } else {
        let text = report.text();
        std::io::stdout().lock().write_all(text.as_bytes()).map_err(Failure::writing("stdout"))?;
    }
    Ok(Exit::Done)
}

impl<'a> Report<'a> {
    fn new(
        port: &'a str,
        identity: &Identity,
        name: &Name,
        stats: &Stats,
        weather: &Weather,
        held: &Held,
    ) -> Self {
        let can = |feature| identity.features & feature != 0;
        let [major, minor, patch] = identity.version;
        // A hardware address has six bytes, the rest is filling.
        let address = identity.id.iter().take(6).map(|byte| format!("{byte:02x}")).collect::<Vec<_>>();
        Self {
            schema: "qres.inspect.board/1",
            port,
            chip: plain::printable(identity.chip()),
            version: format!("{major}.{minor}.{patch}"),
            did: name.to_string(),
            id: address.join(":"),
            columns: identity.columns,
            keeps: can(features::KEEPS),
            senses: can(features::SENSES),
            sleeps: can(features::SLEEPS),
            longest_gene: identity.most,
            uptime_ms: stats.uptime,
            restarts: stats.restarts,
            reset: match stats.reset {
                Reset::Unknown => "unknown",
                Reset::Power => "power",
                Reset::Host => "host",
                Reset::Watchdog => "watchdog",
                Reset::Panic => "panic",
                Reset::Brownout => "brownout",
            },
            safe_mode: stats.safe,
            rows: stats.rows,
            packets: stats.packets,
            bytes: stats.bytes,
            requests: stats.requests,
            damaged_frames: stats.damaged,
            heap: stats.heap,
            stack: Some(stats.stack).filter(|stack| *stack > 0),
            regime: match weather.regime {
                Regime::Calm => "calm",
                Regime::PreStorm => "prestorm",
                Regime::Storm => "storm",
            },
            surprise: (f64::from(weather.mean) / 65.536).round() / 1000.0,
            regime_rows: weather.since,
            steps_ms: StepsLine {
                calm: held.steps.calm,
                prestorm: held.steps.pre_storm,
                storm: held.steps.storm,
            },
            step_ms: held.now,
            lease_ms: held.lease,
        }
    }

    /// For how long it has been running, and why.
    fn up(&self) -> String {
        let safe = if self.safe_mode { ", in safe mode: it does without the gene that it keeps" } else { "" };
        let how = match self.restarts {
            0 => String::new(),
            restarts => {
                format!(", {} (the last by: {})", units::count(restarts.into(), "restart"), self.reset)
            }
        };
        units::time(self.uptime_ms) + &how + safe
    }

    /// For how long its steps still are what a host has asked for.
    fn lease(&self) -> String {
        match self.lease_ms {
            0 => String::new(),
            lease => format!(", as a host has asked, for {}", units::time(lease.into())),
        }
    }

    /// The report for people.
    fn text(&self) -> String {
        let chip = Chip::parse(&self.chip).map_or_else(|_| self.chip.clone(), |chip| chip.to_string());
        let which = |is: bool, yes: &'static str, no: &'static str| if is { yes } else { no };
        let kinds = [
            which(self.senses, "from sensors", "made up"),
            which(self.sleeps, "asleep between rows", "awake between rows"),
        ];
        let [calm, prestorm, storm] = [self.steps_ms.calm, self.steps_ms.prestorm, self.steps_ms.storm]
            .map(|step| units::time(step.into()));
        let stack = self
            .stack
            .map_or(String::new(), |stack| format!(", {} of stack at most", units::size(stack.into())));
        let lines = [
            ("board", format!("{chip}, qres {}, address {}", self.version, self.id)),
            ("name", format!("{} (proved)", self.did)),
            ("up", self.up()),
            (
                "rows",
                format!(
                    "{} of {}, {}",
                    self.rows,
                    units::count(self.columns.into(), "column"),
                    kinds.join(", ")
                ),
            ),
            ("sent", format!("{} of {}", units::count(self.packets, "packet"), units::size(self.bytes))),
            (
                "heard",
                format!(
                    "{}, {}",
                    units::count(self.requests.into(), "request"),
                    units::count(self.damaged_frames.into(), "damaged frame")
                ),
            ),
            (
                "regime",
                format!(
                    "{} for {}, surprise {:.3}",
                    self.regime,
                    units::count(self.regime_rows.into(), "row"),
                    self.surprise
                ),
            ),
            (
                "steps",
                format!(
                    "{} now; calm {calm}, prestorm {prestorm}, storm {storm}{}",
                    units::time(self.step_ms.into()),
                    self.lease()
                ),
            ),
            ("memory", format!("{} of heap{stack}", units::size(self.heap.into()))),
            (
                "genes",
                format!(
                    "up to {}, {}",
                    units::size(self.longest_gene.into()),
                    which(self.keeps, "kept without power", "forgotten without power")
                ),
            ),
        ];
        let mut text = format!("{}\n", self.port);
        lines.iter().for_each(|(name, line)| text += &format!("  {name:<8}{line}\n"));
        text
    }
}
