//! What is simulated.

use super::attack::Attack;
use crate::failure::{Failure, Outcome};
use std::path::{Path, PathBuf};

/// A share of something, of one.
pub(crate) type Share = f64;

/// A scenario, as a TOML file has it.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Scenario {
    /// Nodes, bad ones included.
    pub(crate) nodes: u32,
    /// Samples of each.
    pub(crate) rounds: u32,
    /// Minutes of a round.
    pub(crate) minutes: u32,
    pub(crate) seed: u64,
    /// Packets that never arrive, and that arrive twice.
    pub(crate) loss: Share,
    pub(crate) doubled: Share,
    /// Eighths of a round that a packet takes at most.
    pub(crate) delay: u32,
    /// Nodes that begin when half of the rounds are over.
    pub(crate) newcomers: Share,
    /// Nodes that are off at any time, for twenty rounds each.
    pub(crate) churn: Share,
    /// Rounds in which one half of the nodes does not hear the other.
    pub(crate) partition: Option<[u32; 2]>,
    /// Kinds of made-up series.
    pub(crate) kinds: u32,
    /// A folder of series.
    pub(crate) data: Option<PathBuf>,
    /// The column of the files that is dealt out.
    pub(crate) column: Option<String>,
    /// Who lies, and how.
    pub(crate) attack: Vec<Attackers>,
}

/// A share of the nodes that does something.
#[derive(Debug, Clone, Copy, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Attackers {
    pub(crate) kind: Attack,
    pub(crate) share: Share,
}

impl Default for Scenario {
    fn default() -> Self {
        Self {
            nodes: 1000,
            rounds: 200,
            minutes: 10,
            seed: 1,
            loss: 0.0,
            doubled: 0.0,
            delay: 4,
            newcomers: 0.1,
            churn: 0.0,
            partition: None,
            kinds: 4,
            data: None,
            column: None,
            attack: Vec::new(),
        }
    }
}

/// Limit: nodes, rounds, eighths of a round of delay.
const MAX_NODES: u32 = 4_000_000;
const MAX_ROUNDS: u32 = 1_000_000;
const MAX_DELAY: u32 = 64;

impl Scenario {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// With what is wrong, and where.
    pub(crate) fn read(path: &Path) -> Outcome<Self> {
        let name = path.display();
        let text = std::fs::read_to_string(path).map_err(Failure::reading(&name))?;
        let read = toml::from_str::<Self>(&text);
        let mut scenario = read.map_err(|error| {
            let line = error.span().map_or(1, |span| 1 + text[..span.start].matches('\n').count());
            let what = error.message().lines().next().unwrap_or_default().to_owned();
            Failure::usage(format!("{name}:{line}: {what}"), "`qres sim --help` lists the keys")
        })?;
        // A folder is looked for from where the file is.
        if let (Some(data), Some(folder)) = (&mut scenario.data, path.parent()) {
            *data = folder.join(&*data);
        }
        Ok(scenario)
    }

    /// Refuses what cannot be.
    ///
    /// # Errors
    ///
    /// With the first value that is out of its range.
    pub(crate) fn check(&self) -> Outcome<()> {
        let shares = [
            ("loss", self.loss),
            ("doubled", self.doubled),
            ("newcomers", self.newcomers),
            ("churn", self.churn),
        ];
        for (name, share) in shares {
            if !(0.0..=1.0).contains(&share) {
                return refused(&format!("{name} is a share from 0 to 1"));
            }
        }
        let bad: Share = self.attack.iter().map(|one| one.share).sum();
        if self.attack.iter().any(|one| !(0.0..=1.0).contains(&one.share)) || bad > 1.0 {
            return refused("shares of attackers are from 0 to 1, and 1 together at most");
        }
        let within = |value: u32, most: u32| (1..=most).contains(&value);
        if !within(self.nodes, MAX_NODES)
            || !within(self.rounds, MAX_ROUNDS)
            || !within(self.delay, MAX_DELAY)
        {
            let most = format!("{MAX_NODES} nodes, {MAX_ROUNDS} rounds and a delay of {MAX_DELAY}");
            return refused(&format!("at most {most} are simulated, and at least 1 of each"));
        }
        if !within(self.minutes, 7 * 1440) || !within(self.kinds, 64) {
            return refused("rounds are 1 minute to a week long, and there are 1 to 64 kinds");
        }
        Ok(())
    }

    /// Milliseconds of an eighth of a round.
    pub(super) const fn tick(&self) -> u64 {
        self.minutes as u64 * 60_000 / TICKS
    }
}

fn refused(what: &str) -> Outcome<()> {
    Err(Failure::usage(what, "`qres sim --help` explains each"))
}

/// Ticks of a round.
pub(super) const TICKS: u64 = 8;
