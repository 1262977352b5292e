//! `GET /metrics`: how a node is, as numbers.

use super::{App, Said, Status, ask, said};
use axum::{extract::State, response::Response};
use std::fmt::{Display, Write};

pub(super) async fn metrics(State(app): State<App>) -> Result<Response, Said> {
    let status = ask::status(&app).await?;
    Ok(said::of("text/plain; version=0.0.4; charset=utf-8", text(&status)))
}

/// Regimes by their numbers.
const REGIMES: [&str; 3] = ["calm", "prestorm", "storm"];

/// The numbers of a node. Names of nodes are hex digits, which need no escape.
pub(super) fn text(status: &Status) -> String {
    let mut page = Page(String::new());
    page.metric("qres_node_seconds", "gauge", "How long the node runs.", [(String::new(), status.seconds)]);
    let bytes = status
        .bytes
        .iter()
        .map(|moved| (format!("{{lane=\"{}\",direction=\"{}\"}}", moved.lane, moved.direction), moved.bytes));
    page.metric("qres_node_bytes_total", "counter", "Bytes on the wire, with IP and UDP.", bytes);
    for (name, help, count) in [
        ("qres_node_printed_total", "Lines that were printed.", status.printed),
        ("qres_node_gone_total", "Lines of others that are gone for good.", status.gone),
        ("qres_node_live_rows_total", "Rows that went live.", status.live_rows),
        ("qres_node_live_told_total", "Packets that told them: the others were foreseen.", status.live_told),
    ] {
        page.metric(name, "counter", help, [(String::new(), count)]);
    }
    let streams = |number: fn(&super::StreamStatus) -> Option<u64>| {
        status.streams.iter().filter_map(move |of| Some((format!("{{stream=\"{}\"}}", of.name), number(of)?)))
    };
    page.metric("qres_node_first", "gauge", "The first line that is kept.", streams(|of| Some(of.first)));
    page.metric("qres_node_next", "gauge", "The line that comes next.", streams(|of| Some(of.next)));
    let lag = |of: &super::StreamStatus| of.of.map(|of_all| of_all.saturating_sub(of.next));
    page.metric(
        "qres_node_lag",
        "gauge",
        "Lines that the publisher has and this node has not.",
        streams(lag),
    );
    let peers = |number: fn(&super::PeerStatus) -> Option<u64>| {
        status.peers.iter().filter_map(move |of| Some((format!("{{peer=\"{}\"}}", of.name), number(of)?)))
    };
    let connections = peers(|of| Some(of.connections.into()));
    page.metric("qres_node_connections", "gauge", "Connections that are up.", connections);
    page.metric("qres_node_delivered", "gauge", "Lines of ours that the peer has.", peers(|of| of.has));
    let regimes = status.columns.iter().map(|column| {
        let number = REGIMES.iter().position(|regime| *regime == column.regime).unwrap_or(0);
        (format!("{{column=\"{}\"}}", escaped(&column.name)), number as i64)
    });
    page.metric(
        "qres_node_regime",
        "gauge",
        "How surprising a column is: 0 calm, 1 prestorm, 2 storm.",
        regimes,
    );
    let experts = status.columns.iter().flat_map(|column| {
        let label = |name: &str| format!("{{column=\"{}\",peer=\"{name}\"}}", escaped(&column.name));
        column.experts.iter().map(move |expert| (label(&expert.name), expert.bits))
    });
    page.metric("qres_node_expert_bits", "gauge", "By how much genes of a peer were ahead of late.", experts);
    page.0
}

/// A name as a label has it.
fn escaped(name: &str) -> String {
    name.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

struct Page(String);

impl Page {
    fn metric<N: Display>(
        &mut self,
        name: &str,
        kind: &str,
        help: &str,
        values: impl IntoIterator<Item = (String, N)>,
    ) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for (labels, value) in values {
            let _ = writeln!(self.0, "{name}{labels} {value}");
        }
    }
}
