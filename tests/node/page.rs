//! What a running node answers over HTTP.

use super::{Place, rows, until};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

/// A node with a page, and where that is.
struct Served {
    child: Child,
    address: String,
}

impl Served {
    /// Starts it; its input stays open.
    fn start(place: &Place, more: &[&str]) -> Self {
        let mut command =
            place.node("a", &[&["--listen", "127.0.0.1:0", "--http", "127.0.0.1:0"], more].concat());
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        let errors = BufReader::new(child.stderr.take().unwrap());
        let told = errors.lines().map_while(Result::ok).find_map(|line| {
            line.strip_prefix("page: http://").and_then(|rest| rest.strip_suffix('/')).map(str::to_owned)
        });
        Self { child, address: told.expect("where the page is") }
    }

    /// Asks, and returns what follows the head of the answer.
    fn ask(&self, what: &str, body: &[u8]) -> Vec<u8> {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let head =
            format!("{what} HTTP/1.0\r\nHost: {}\r\nContent-Length: {}\r\n\r\n", self.address, body.len());
        stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
        let mut answer = vec![];
        stream.read_to_end(&mut answer).unwrap();
        assert!(answer.starts_with(b"HTTP/1.0 200 "), "{}", String::from_utf8_lossy(&answer));
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        answer.split_off(end + 4)
    }

    fn text(&self, what: &str) -> String {
        String::from_utf8(self.ask(what, &[])).unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_node_answers_browsers_and_programs() {
    let (place, text) = (Place::new(), rows(500));
    let mut node = Served::start(&place, &["--error", "temp=0.5"]);
    node.child.stdin.as_mut().unwrap().write_all(text.as_bytes()).unwrap();
    let name = place.name("a");
    let stream = format!("GET /streams/{name}.csv");
    until("all rows are there", || node.text(&stream) == text);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(node.text(&format!("{stream}?from=499")), [lines[0], lines[499], lines[500], ""].join("\n"));
    let status: serde_json::Value = serde_json::from_slice(&node.ask("GET /status", &[])).unwrap();
    assert_eq!(status["name"], name);
    assert_eq!(
        (&status["streams"][0]["next"], &status["streams"][0]["bounds"][0]),
        (&501.into(), &"temp=0.5".into())
    );
    assert!(node.text("GET /metrics").contains(&format!("qres_node_next{{stream=\"{name}\"}} 501\n")));
    assert!(node.text("GET /").contains("<h2>Swarm</h2>"));
    let archive = node.ask("POST /compress?level=9", text.as_bytes());
    assert!(archive.len() * 3 < text.len() && node.ask("POST /decompress", &archive) == text.as_bytes());
}

/// The page itself, in a browser: it shows what the node has, and asks nobody else.
#[test]
fn the_page_shows_what_the_node_has() {
    let place = Place::new();
    let mut node = Served::start(&place, &["--error", "temp=0.5"]);
    node.child.stdin.as_mut().unwrap().write_all(rows(500).as_bytes()).unwrap();
    let driver = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser/node.mjs");
    let Ok(seen) = Command::new("node").args([driver, &node.address, "501"]).output() else {
        eprintln!("skipped: Node is not installed");
        return;
    };
    let said = [seen.stdout, seen.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(seen.status.success(), "{said}");
    eprint!("{said}");
}
