//! Who knocks by the thousand: beginnings of connections that never go on, and connections of strangers that do.

use crate::{ANY, Node, PATIENCE, Place, rows};
use quinn::{ClientConfig, Endpoint, crypto::rustls::QuicClientConfig};
use std::{
    io::Write,
    net::{SocketAddr, UdpSocket},
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::channel,
    },
    thread,
    time::{Duration, Instant},
};
use tokio::time::{sleep, timeout};

/// Beginnings that never go on, and strangers that do.
const BEGINNINGS: usize = 2000;
const STRANGERS: usize = 100;
/// What a flood may add to the memory that a node takes, in KB.
const MAX_MORE: u64 = 8 << 10;

fn stranger() -> ClientConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"qres/1".to_vec()];
    ClientConfig::new(Arc::new(QuicClientConfig::try_from(tls).unwrap()))
}

/// The first datagrams of so many connections, as QUIC makes them.
async fn beginnings(endpoint: &Endpoint, count: usize) -> Vec<Vec<u8>> {
    let ear = UdpSocket::bind("127.0.0.1:0").unwrap();
    ear.set_nonblocking(true).unwrap();
    let (mut all, mut buffer) = (Vec::new(), [0; 2048]);
    while all.len() < count {
        let connecting = endpoint.connect_with(stranger(), ear.local_addr().unwrap(), "qres").unwrap();
        while all.len() < count {
            let Ok(length) = ear.recv(&mut buffer) else { break };
            all.push(buffer[..length].to_vec());
        }
        sleep(Duration::from_micros(200)).await;
        drop(connecting);
    }
    all
}

/// Knocks at a node.
async fn flood(endpoint: &Endpoint, node: SocketAddr, beginnings: &[Vec<u8>]) {
    let sockets: Vec<_> = (0..16).map(|_| UdpSocket::bind("127.0.0.1:0").unwrap()).collect();
    for (n, datagram) in beginnings.iter().enumerate() {
        let _ = sockets[n % sockets.len()].send_to(datagram, node);
        if n % (BEGINNINGS / STRANGERS) == 0 {
            let connecting = endpoint.connect_with(stranger(), node, "qres").unwrap();
            let _ = timeout(Duration::from_millis(20), connecting).await;
        }
        if n % 16 == 0 {
            sleep(Duration::from_millis(1)).await;
        }
    }
}

#[test]
fn a_flood_of_strangers_costs_little_and_holds_nobody_up() {
    let place = Place::new();
    let (a, b) = (place.name("a"), place.name("b"));
    let mut command = place.node("a", &[ANY, &["--trust", &b, "--every", "1ms"]].concat());
    command.stdin(Stdio::piped());
    let mut from = Node::start(command);
    let mut input = from.child.stdin.take().unwrap();
    let out = place.path("b.csv");
    let follower =
        Node::start(place.node("b", &[ANY, &["--peer", &from.ticket, "--follow", &a, "-o", &out]].concat()));
    let text = rows(200);
    let mut lines = text.split_inclusive('\n');
    let mut written = 0;
    let mut row_in = |count: usize| {
        let mut latencies: Vec<_> = lines
            .by_ref()
            .take(count)
            .map(|line| {
                let sent = Instant::now();
                input.write_all(line.as_bytes()).unwrap();
                written += line.len();
                while place.read("b.csv").len() < written {
                    assert!(sent.elapsed() < PATIENCE, "a row comes");
                    thread::sleep(Duration::from_micros(200));
                }
                sent.elapsed()
            })
            .collect();
        latencies.sort_unstable();
        latencies[count / 2]
    };
    row_in(20);
    let (before, quiet) = (from.peak(), row_in(60));
    let node = SocketAddr::from(([127, 0, 0, 1], from.port()));
    let is_over = Arc::new(AtomicBool::new(false));
    let (said, begins) = channel();
    let flooding = thread::spawn({
        let is_over = Arc::clone(&is_over);
        move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let endpoint = Endpoint::client(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
                let beginnings = beginnings(&endpoint, BEGINNINGS).await;
                said.send(()).unwrap();
                let mut floods = 0;
                while !is_over.load(Ordering::Relaxed) || floods < 1 {
                    flood(&endpoint, node, &beginnings).await;
                    floods += 1;
                }
                floods
            })
        }
    });
    begins.recv().unwrap();
    let flooded = row_in(60);
    is_over.store(true, Ordering::Relaxed);
    let floods = flooding.join().unwrap();
    let after = row_in(20);
    let more = from.peak() - before;
    println!(
        "a row in {quiet:?}, in {floods} floods {flooded:?}, later {after:?}; {more} KB more than {before}"
    );
    assert!(more < MAX_MORE, "{more} KB");
    // A busy machine is slow now and then, too.
    assert!(flooded < 2 * quiet + Duration::from_millis(100), "{quiet:?}, flooded {flooded:?}");
    assert!(follower.end().success() && from.end().success());
}
