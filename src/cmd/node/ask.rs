//! `qres node status` and its kin: what a running node says of itself.

use crate::{
    failure::{Exit, Failure, Outcome},
    node::control,
    text::units,
    ui::Ui,
};
use serde_json::Value;
use std::{io::Write, path::PathBuf};

/// Questions to a running node.
#[derive(Debug, Clone, clap::Subcommand)]
pub(crate) enum Question {
    /// Tell how a running node is
    Status(Of),
    /// Tell which peers a running node knows
    Peers(Of),
    /// Tell which lines a running node keeps
    Streams(Of),
}

/// Which node.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Of {
    /// The store of the node
    #[arg(long, value_name = "DIR")]
    store: PathBuf,
}

impl Question {
    /// Asks, and prints the answer: a table, or with `--json` all that the node says.
    pub(super) fn ask(&self, ui: Ui) -> Outcome<Exit> {
        let (Self::Status(of) | Self::Peers(of) | Self::Streams(of)) = self;
        let answer = control::ask(&of.store)?;
        let status: Value = serde_json::from_str(&answer)
            .map_err(|_| Failure::refused("the node did not answer", "is it ending? ask again"))?;
        let text = match self {
            _ if ui.json => answer + "\n",
            Self::Status(_) => overview(&status) + &streams(&status) + &peers(&status),
            Self::Peers(_) => peers(&status),
            Self::Streams(_) => streams(&status),
        };
        std::io::stdout().lock().write_all(text.as_bytes()).map_err(Failure::writing("stdout"))?;
        Ok(Exit::Done)
    }
}

fn overview(status: &Value) -> String {
    let bytes = |lane: &str| {
        let all = status["bytes"].as_array().into_iter().flatten().filter(|moved| moved["lane"] == lane);
        units::size(all.filter_map(|moved| moved["bytes"].as_u64()).sum())
    };
    format!(
        "{}\nup for {}; {} of history and {} live moved, headers included\n",
        word(&status["ticket"]),
        units::time(status["seconds"].as_u64().unwrap_or(0).saturating_mul(1000)),
        bytes("history"),
        bytes("live")
    )
}

fn streams(status: &Value) -> String {
    let line = |stream: &Value| {
        let whose = if stream["is_own"] == true { "own" } else { "followed" };
        let of = stream["of"].as_u64().map(|of| format!(", of {of}")).unwrap_or_default();
        format!("{}  {whose:8}  lines {}..{}{of}\n", word(&stream["name"]), stream["first"], stream["next"])
    };
    status["streams"].as_array().into_iter().flatten().map(line).collect()
}

fn peers(status: &Value) -> String {
    let line = |peer: &Value| {
        let up = if peer["connections"].as_u64() > Some(0) { "up" } else { "away" };
        let has = peer["has"].as_u64().map(|has| format!("  has lines before {has}")).unwrap_or_default();
        format!("{}  {up:8}{has}\n", word(&peer["name"]))
    };
    status["peers"].as_array().into_iter().flatten().map(line).collect()
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
