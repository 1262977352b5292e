//! Real requests to a node that says always the same.

use super::{App, Ask, Events, Lines, listen, serve};
use crate::io::store::Store;
use crate::node::status::{ColumnStatus, ExpertStatus, Moved, PeerStatus, Status, StreamStatus};
use qres_core::{Options, codec::Level};
use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    thread,
    time::Duration,
};
use tokio::sync::{mpsc, oneshot};

const NAME: &str = "did:qres:0707070707070707070707070707070707070707070707070707070707070707";
const OTHER: &str = "did:qres:0808080808080808080808080808080808080808080808080808080808080808";
const ROWS: u64 = 10_000;

fn status() -> Status {
    let stream = |name: &str, is_own| StreamStatus {
        name: name.into(),
        is_own,
        epoch: 3,
        first: 5,
        next: ROWS,
        of: (!is_own).then_some(ROWS + 50),
        bounds: if is_own { vec!["temp=0.5".into()] } else { vec![] },
    };
    let peer = |name: &str, connections, has| PeerStatus {
        name: name.into(),
        connections,
        is_stranger: false,
        is_banned: false,
        is_followed: has == Some(70),
        has,
    };
    Status {
        schema: "qres.node.status/1",
        name: NAME.into(),
        ticket: format!("{NAME}@127.0.0.1:4600"),
        seconds: 3600,
        bytes: vec![
            Moved { lane: "history", direction: "sent", bytes: 5000 },
            Moved { lane: "live", direction: "received", bytes: 700 },
        ],
        printed: 9,
        gone: 3,
        live_rows: 100,
        live_told: 24,
        streams: vec![stream(NAME, true), stream(OTHER, false)],
        peers: vec![peer(OTHER, 1, Some(70)), peer(&OTHER.replace('8', "9"), 0, None)],
        columns: vec![ColumnStatus {
            name: "the \"temp\"".into(),
            regime: "storm",
            experts: vec![ExpertStatus { name: OTHER.into(), bits: -12 }],
        }],
    }
}

fn row(number: u64) -> String {
    format!("{},{:.2}\n", 1_700_000_000 + number, 20.0 + (number as f64 / 20.0).sin())
}

fn lines(stream: &str, from: u64, names: bool) -> Option<Lines> {
    let first = from.clamp(5, ROWS);
    let next = (first + 1000).min(ROWS);
    let head = if names { "time,temp\n" } else { "" };
    let text = head.to_owned() + &(first..next).map(row).collect::<String>();
    let lines = Lines { first, has_names: names, text: text.into(), next, end: ROWS };
    [NAME, OTHER].contains(&stream).then_some(lines)
}

async fn node(mut asks: mpsc::Receiver<Ask>) {
    while let Some(ask) = asks.recv().await {
        match ask {
            Ask::Status(reply) => drop(reply.send(status())),
            Ask::Lines { stream, from, names, reply } => drop(reply.send(lines(&stream, from, names))),
        }
    }
}

/// Runs a node for as long as the test runs, on one thread, as real ones do.
fn with_node(test: impl FnOnce(SocketAddr, &Events)) {
    let (folder, events) = (tempfile::tempdir().unwrap(), super::events());
    let (app, asks) = App::new(events.clone(), Store::at(Some(folder.path())));
    let (end, ended) = oneshot::channel::<()>();
    let (tell, told) = std::sync::mpsc::channel();
    let running = thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (listener, address) = listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
            tell.send(address).unwrap();
            tokio::select! {
                () = node(asks) => {}
                served = serve(listener, app) => served.unwrap(),
                _ = ended => {}
            }
        });
        runtime.shutdown_background();
    });
    test(told.recv().unwrap(), &events);
    drop(end);
    running.join().unwrap();
}

/// What came back.
#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
    is_whole: bool,
}

impl Answer {
    fn parse(bytes: &[u8]) -> Self {
        let end = memchr::memmem::find(bytes, b"\r\n\r\n").expect("a head");
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap().to_lowercase();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let rest = &bytes[end + 4..];
        let (body, is_whole) = match head.contains("transfer-encoding: chunked") {
            true => chunks(rest),
            false => (rest.to_vec(), true),
        };
        Self { status, head, body, is_whole }
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

/// The bytes in chunks, and whether the last one came.
fn chunks(mut rest: &[u8]) -> (Vec<u8>, bool) {
    let mut body = vec![];
    while let Some(end) = memchr::memmem::find(rest, b"\r\n") {
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..end]).unwrap(), 16).unwrap();
        if length == 0 {
            return (body, true);
        }
        let Some(chunk) = rest.get(end + 2..end + 2 + length) else { break };
        body.extend_from_slice(chunk);
        rest = rest.get(end + 4 + length..).unwrap_or_default();
    }
    (body, false)
}

fn send(address: SocketAddr, head: &str, body: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(format!("{head}\r\nConnection: close\r\n\r\n").as_bytes()).unwrap();
    // Whoever refuses need not read all of it.
    let _ = stream.write_all(body);
    stream
}

fn answer(mut stream: TcpStream) -> Answer {
    let mut bytes = vec![];
    let _ = stream.read_to_end(&mut bytes);
    Answer::parse(&bytes)
}

fn get(address: SocketAddr, path: &str) -> Answer {
    answer(send(address, &format!("GET {path} HTTP/1.1\r\nHost: {address}"), &[]))
}

fn post(address: SocketAddr, path: &str, body: &[u8]) -> Answer {
    let head = format!("POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {}", body.len());
    answer(send(address, &head, body))
}

#[test]
fn a_page_elsewhere_cannot_ask() {
    with_node(|address, _| {
        let ask =
            |headers: &str| answer(send(address, &format!("GET /status HTTP/1.1\r\n{headers}"), &[])).status;
        for host in ["localhost", "localhost:80", "127.0.0.1", "[::1]", "[::1]:8", "10.0.0.1:9"] {
            assert_eq!(ask(&format!("Host: {host}")), 200, "{host}");
        }
        for host in [
            "example.org",
            "example.org:80",
            "localhost.example.org",
            "127.0.0.1.example.org",
            "",
            "::1",
            "a:b:c",
        ] {
            assert_eq!(ask(&format!("Host: {host}")), 403, "{host}");
        }
        assert_eq!(ask("Host: localhost:80\r\nOrigin: http://localhost:80"), 200);
        assert_eq!(ask("Host: localhost:80\r\nOrigin: http://example.org"), 403);
        assert_eq!(ask("Host: localhost:80\r\nOrigin: null"), 403);
        let answer = get(address, "/");
        assert!(answer.text().contains("<svg id=\"swarm\""));
        for header in ["content-security-policy: default-src 'none'", "x-content-type-options: nosniff"] {
            assert!(answer.head.contains(header), "{}", answer.head);
        }
        assert!(!answer.head.contains("access-control"));
    });
}

#[test]
fn archives_are_those_of_the_command_line() {
    with_node(|address, _| {
        let text = (0..100_000).map(row).collect::<String>();
        let options = Options { level: Level::new(3).unwrap(), segment: 1 << 20, ..Options::default() };
        let archive = post(address, "/compress?level=3", text.as_bytes());
        assert_eq!(archive.status, 200);
        assert!(archive.is_whole && archive.body == qres_core::compress(text.as_bytes(), &options).unwrap());
        let back = post(address, "/decompress", &archive.body);
        assert!(back.status == 200 && back.is_whole && back.body == text.as_bytes());
        let near = post(address, "/compress?error=2%3D0.5", text.as_bytes());
        assert!(near.status == 200 && near.body.len() * 2 < archive.body.len());
        let empty = post(address, "/compress", b"");
        assert_eq!(post(address, "/decompress", &empty.body).body, b"");
    });
}

#[test]
fn what_is_wrong_is_told() {
    with_node(|address, _| {
        let text = (0..200_000).map(row).collect::<String>();
        let archive = post(address, "/compress?level=1", text.as_bytes()).body;
        let told = |path: &str, body: &[u8]| {
            let answer = post(address, path, body);
            let record: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
            (answer.status, record["error"].as_str().unwrap().to_owned())
        };
        assert_eq!(told("/compress?level=10", b"").0, 400);
        assert_eq!(told("/compress?levle=1", b"").0, 400);
        assert_eq!(told("/compress?error=x", b"1\n").0, 400);
        assert_eq!(told("/compress?error=no=1", b"1,2\n3,4\n").0, 422);
        assert_eq!(told("/decompress?gene=none", &archive).0, 422);
        assert_eq!(told("/decompress", b"").0, 422);
        assert_eq!(told("/decompress", b"no archive").0, 422);
        assert_eq!(told("/nothing", b"").0, 404);
        assert_eq!(get(address, "/compress").status, 405);
        assert_eq!(get(address, "/genes/00").status, 404);
        let cut = post(address, "/decompress", &archive[..archive.len() - 9]);
        assert!(cut.status == 200 && !cut.is_whole, "what has been given is not taken for all");
        assert!(text.as_bytes().starts_with(&cut.body) && cut.body.len() < text.len() + 1);
    });
}

#[test]
fn few_archives_are_made_at_once() {
    with_node(|address, _| {
        let head = format!("POST /compress HTTP/1.1\r\nHost: {address}\r\nContent-Length: 4");
        let mut waiting: Vec<TcpStream> =
            (0..super::MAX_JOBS).map(|_| send(address, &head, b"1\n")).collect();
        let refused = (0..100).find_map(|_| {
            thread::sleep(Duration::from_millis(10));
            Some(post(address, "/compress", b"1\n")).filter(|answer| answer.status != 200)
        });
        let refused = refused.unwrap();
        assert!(refused.status == 503 && refused.head.contains("retry-after: 1"));
        for stream in &mut waiting {
            stream.write_all(b"2\n").unwrap();
        }
        let archive = answer(waiting.pop().unwrap());
        assert_eq!(qres_core::decompress(&archive.body).unwrap(), b"1\n2\n");
        // A client that goes leaves its place to others.
        waiting.pop().unwrap().shutdown(Shutdown::Both).unwrap();
        let is_free = (0..200).any(|_| {
            thread::sleep(Duration::from_millis(10));
            post(address, "/compress", b"1\n").status == 200
        });
        assert!(is_free);
    });
}

#[test]
fn lines_are_given_from_a_number_on() {
    with_node(|address, _| {
        let all = get(address, &format!("/streams/{NAME}.csv"));
        assert!(all.is_whole && all.head.contains("qres-first: 5") && all.head.contains("qres-next: 10000"));
        assert_eq!(all.text(), "time,temp\n".to_owned() + &(5..ROWS).map(row).collect::<String>());
        let last = get(address, &format!("/streams/{NAME}.csv?from=9999"));
        assert_eq!(last.text(), "time,temp\n".to_owned() + &row(9999));
        assert_eq!(get(address, &format!("/streams/{NAME}.csv?form=9999")).status, 400);
        assert_eq!(get(address, "/streams/none.csv").status, 404);
        assert_eq!(get(address, &format!("/streams/{NAME}")).status, 404);
    });
}

#[test]
fn events_come_as_they_happen() {
    with_node(|address, events| {
        let head = format!("GET /events HTTP/1.1\r\nHost: {address}");
        let mut stream = send(address, &head, &[]);
        let (mut bytes, mut piece) = (vec![], [0; 1000]);
        let mut read_until = |what: &str| {
            while memchr::memmem::find(&bytes, what.as_bytes()).is_none() {
                let length = stream.read(&mut piece).unwrap();
                assert!(length > 0, "{what}");
                bytes.extend_from_slice(&piece[..length]);
            }
        };
        read_until("text/event-stream");
        read_until("\n\n");
        events.send("{\"event\":\"met\"}".into()).unwrap();
        read_until("data: {\"event\":\"met\"}\n\n");
    });
}

#[test]
fn numbers_are_those_of_the_status() {
    with_node(|address, _| {
        let metrics = get(address, "/metrics");
        for line in [
            "# TYPE qres_node_bytes_total counter".to_owned(),
            "qres_node_bytes_total{lane=\"history\",direction=\"sent\"} 5000".to_owned(),
            "qres_node_seconds 3600".to_owned(),
            format!("qres_node_first{{stream=\"{NAME}\"}} 5"),
            format!("qres_node_lag{{stream=\"{OTHER}\"}} 50"),
            format!("qres_node_connections{{peer=\"{OTHER}\"}} 1"),
            "qres_node_regime{column=\"the \\\"temp\\\"\"} 2".to_owned(),
            format!("qres_node_expert_bits{{column=\"the \\\"temp\\\"\",peer=\"{OTHER}\"}} -12"),
            format!("qres_node_delivered{{peer=\"{OTHER}\"}} 70"),
        ] {
            assert!(metrics.text().lines().any(|told| told == line), "{line}\n{}", metrics.text());
        }
        let told: serde_json::Value = serde_json::from_slice(&get(address, "/status").body).unwrap();
        assert_eq!(told, serde_json::to_value(status()).unwrap());
        let genes: serde_json::Value = serde_json::from_slice(&get(address, "/genes").body).unwrap();
        assert_eq!(genes["genes"], serde_json::json!([]));
    });
}
