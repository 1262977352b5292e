//! A wire between two nodes that loses, delays and reorders datagrams, seeded, and counts what it carries.
//!
//! It stands before the two ports of a node: whoever dials it talks to that node, and each who dials gets a socket of its own
//! towards it, as behind a router.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
    net::{SocketAddr, UdpSocket},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// Bytes of IPv4 and UDP before a datagram.
const HEADERS: u64 = 28;

/// How a wire treats datagrams; may be changed while it runs.
#[derive(Debug, Default)]
pub(crate) struct Weather {
    /// Datagrams that are lost, of 1000.
    pub(crate) loss: AtomicU32,
    /// Milliseconds that a datagram takes, and up to as many more, so that they overtake each other.
    pub(crate) delay: AtomicU32,
    /// Bits a second; 0 is without limit.
    pub(crate) rate: AtomicU32,
    /// Bytes with their headers: of connections and of sealed datagrams, towards the node and from it.
    pub(crate) bytes: [AtomicU64; 4],
    /// Datagrams, likewise.
    pub(crate) datagrams: [AtomicU64; 4],
    stopped: AtomicBool,
}

/// A running wire.
pub(crate) struct Wire {
    pub(crate) port: u16,
    pub(crate) weather: Arc<Weather>,
}

impl Wire {
    /// Stands before the node at `port` and the port behind it.
    pub(crate) fn before(port: u16, seed: u64) -> Self {
        let weather = Arc::<Weather>::default();
        let (first, second) = two_ports();
        let own = first.local_addr().unwrap().port();
        for (lane, socket) in [first, second].into_iter().enumerate() {
            let weather = Arc::clone(&weather);
            let node = SocketAddr::from(([127, 0, 0, 1], port + lane as u16));
            thread::spawn(move || carry(&socket, node, &weather, lane, seed + lane as u64));
        }
        Self { port: own, weather }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.weather.stopped.store(true, Ordering::Relaxed);
    }
}

/// Two free ports in a row.
pub(crate) fn two_ports() -> (UdpSocket, UdpSocket) {
    loop {
        let first = UdpSocket::bind("127.0.0.1:0").unwrap();
        let port = first.local_addr().unwrap().port();
        if let Some(Ok(second)) = port.checked_add(1).map(|port| UdpSocket::bind(("127.0.0.1", port))) {
            return (first, second);
        }
    }
}

/// What is on its way: when it arrives, its number, from which client, whether towards the node, its bytes.
type Flight = Reverse<(Instant, u64, SocketAddr, bool, Vec<u8>)>;

fn carry(socket: &UdpSocket, node: SocketAddr, weather: &Weather, lane: usize, seed: u64) {
    let mut random = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut dice = move || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random >> 33) as u32
    };
    socket.set_read_timeout(Some(Duration::from_millis(2))).unwrap();
    let mut clients = BTreeMap::<SocketAddr, UdpSocket>::new();
    let mut flights = BinaryHeap::<Flight>::new();
    let (mut number, mut free) = (0, [Instant::now(); 2]);
    let mut buffer = [0; 2048];
    while !weather.stopped.load(Ordering::Relaxed) {
        let mut came = Vec::new();
        if let Ok((length, from)) = socket.recv_from(&mut buffer) {
            clients.entry(from).or_insert_with(|| {
                let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
                socket.set_nonblocking(true).unwrap();
                socket
            });
            came.push((from, true, buffer[..length].to_vec()));
        }
        for (client, own) in &clients {
            while let Ok(length) = own.recv(&mut buffer) {
                came.push((*client, false, buffer[..length].to_vec()));
            }
        }
        let now = Instant::now();
        for (client, inwards, bytes) in came {
            let at = 2 * lane + usize::from(!inwards);
            weather.bytes[at].fetch_add(bytes.len() as u64 + HEADERS, Ordering::Relaxed);
            weather.datagrams[at].fetch_add(1, Ordering::Relaxed);
            if dice() % 1000 < weather.loss.load(Ordering::Relaxed) {
                continue;
            }
            let mut arrives = now;
            let bits = (bytes.len() as u64 + HEADERS) * 8_000_000;
            if let Some(micros) = bits.checked_div(u64::from(weather.rate.load(Ordering::Relaxed))) {
                let free = &mut free[usize::from(inwards)];
                *free = (*free).max(now) + Duration::from_micros(micros);
                arrives = *free;
            }
            let delay = weather.delay.load(Ordering::Relaxed);
            if delay > 0 {
                arrives += Duration::from_millis(u64::from(delay + dice() % delay));
            }
            number += 1;
            flights.push(Reverse((arrives, number, client, inwards, bytes)));
        }
        while flights.peek().is_some_and(|Reverse(flight)| flight.0 <= Instant::now()) {
            let Some(Reverse((_, _, client, inwards, bytes))) = flights.pop() else { break };
            let _ = match inwards {
                true => clients[&client].send_to(&bytes, node),
                false => socket.send_to(&bytes, client),
            };
        }
    }
}
