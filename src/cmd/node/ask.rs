//! `qres node status` and its kin: what a running node says of itself, and is told about peers.

use crate::{
    failure::{Exit, Failure, Outcome},
    node::control,
    text::units,
    ui::Ui,
};
use qres_core::trust::Name;
use serde_json::Value;
use std::{fmt::Write as _, io::Write, path::PathBuf};

/// Questions to a running node.
#[derive(Debug, Clone, clap::Subcommand)]
pub(crate) enum Question {
    /// Tell how a running node is
    Status(Of),
    /// Tell which peers a running node knows
    Peers(Of),
    /// Tell which lines a running node keeps
    Streams(Of),
    /// Tell which genes a running node hears on the columns that it watches
    Genes(Of),
    /// Let nothing of a peer in any more: not now, and not after a restart
    Ban(About),
    /// Forget a peer: where it was, which lines it has, and that it is banned
    Forget(About),
}

/// Which node.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Of {
    /// The store of the node
    #[arg(long, value_name = "DIR")]
    store: PathBuf,
}

/// Which node, and which of its peers.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct About {
    /// The name of the peer
    #[arg(value_name = "NAME", value_parser = super::parse_name)]
    name: Name,
    #[command(flatten)]
    of: Of,
}

impl Question {
    /// Asks, and prints the answer: a table, or with `--json` all that the node says.
    pub(super) fn ask(&self, ui: Ui) -> Outcome<Exit> {
        let (of, question) = match self {
            Self::Status(of) | Self::Peers(of) | Self::Streams(of) | Self::Genes(of) => {
                (of, control::Question::Status)
            }
            Self::Ban(about) => (&about.of, control::Question::Ban(about.name)),
            Self::Forget(about) => (&about.of, control::Question::Forget(about.name)),
        };
        let answer = control::ask(&of.store, question)?;
        let status: Value = serde_json::from_str(&answer)
            .map_err(|_| Failure::refused("the node did not answer", "is it ending? ask again"))?;
        if let Some(error) = status["error"].as_str() {
            return Err(Failure::refused(error.to_owned(), "check the disk that the store is on"));
        }
        let text = match self {
            _ if ui.json => answer + "\n",
            Self::Status(_) => overview(&status) + &streams(&status) + &peers(&status),
            Self::Peers(_) | Self::Ban(_) | Self::Forget(_) => peers(&status),
            Self::Genes(_) => genes(&status),
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
        let up = match (peer["is_banned"] == true, peer["connections"].as_u64() > Some(0)) {
            (true, _) => "banned",
            (_, true) => "up",
            (_, false) => "away",
        };
        let has = peer["has"].as_u64().map(|has| format!("  has lines before {has}")).unwrap_or_default();
        format!("{}  {up:8}{has}\n", word(&peer["name"]))
    };
    status["peers"].as_array().into_iter().flatten().map(line).collect()
}

fn genes(status: &Value) -> String {
    let mut lines = String::new();
    for column in status["columns"].as_array().into_iter().flatten() {
        let _ = writeln!(lines, "{}  {}", word(&column["name"]), word(&column["regime"]));
        for expert in column["experts"].as_array().into_iter().flatten() {
            let _ = writeln!(lines, "  {}  ahead by {} bits", word(&expert["name"]), expert["bits"]);
        }
    }
    if lines.is_empty() {
        "no column is watched: start the node with `--watch COLUMN`\n".into()
    } else {
        lines
    }
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
