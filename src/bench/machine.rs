//! What was measured on and with what: a number without its machine says nothing.

use crate::text::units;
use serde::Serialize;
use std::{env, fs, thread};

/// Where the numbers come from.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Machine {
    pub(crate) cpu: String,
    pub(crate) cores: usize,
    pub(crate) system: String,
    pub(crate) compiler: String,
    pub(crate) profile: &'static str,
    pub(crate) version: &'static str,
    pub(crate) commit: String,
}

impl Machine {
    /// This one.
    pub(crate) fn here() -> Self {
        Self {
            cpu: cpu().unwrap_or_else(|| "unknown".into()),
            cores: thread::available_parallelism().map_or(1, usize::from),
            system: format!("{} {}", env::consts::OS, env::consts::ARCH),
            compiler: env!("QRES_COMPILER").into(),
            profile: if cfg!(debug_assertions) { "debug" } else { "release" },
            version: env!("CARGO_PKG_VERSION"),
            commit: env!("QRES_COMMIT").into(),
        }
    }

    /// One that is nowhere, for reports that must not change.
    pub(crate) fn nowhere() -> Self {
        let none = || "none".to_owned();
        let (cpu, system, compiler, commit) = (none(), none(), none(), none());
        Self { cpu, cores: 0, system, compiler, profile: "none", version: env!("CARGO_PKG_VERSION"), commit }
    }

    /// In two lines, for people.
    pub(crate) fn lines(&self) -> [String; 2] {
        let Self { cpu, cores, system, compiler, profile, version, commit } = self;
        let cores = units::count(*cores as u64, "core");
        [
            format!("{cpu}, {cores}, {system}"),
            format!("qres {version} ({profile}, commit {commit}), {compiler}"),
        ]
    }
}

/// The name that Linux knows; other systems tell only those who ask in unsafe ways.
fn cpu() -> Option<String> {
    let info = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = info.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.split_whitespace().collect::<Vec<_>>().join(" "))
}
