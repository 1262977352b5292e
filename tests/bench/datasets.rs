//! Sizes and speeds of qres beside zstd and xz on files of one's own, every output decoded and compared.
//!
//! ```text
//! cargo bench --bench datasets -- [--runs N] [--strong] [--peers peers.json] FILE...
//! ```
//! All codecs take turns on one thread; a speed is the median of the runs, in MB of text a second. `--strong` adds zstd -19
//! and xz -9e, which take long. `--peers` names a JSON file `{"file": {"bytes": N, "peer": N, ...}}` of sizes measured
//! elsewhere: pco -12 and the best exact peer of each file are then compared with, over the files it lists.

use qres_core::{
    codec::Level,
    frame::{Config, Header, Index, Input, Parser, Part, Segment},
};
use std::{env, fs, hint::black_box, path::PathBuf, time::Instant};

/// Text in a segment, as the command line cuts it.
const SEGMENT: usize = 4 << 20;

type Codec = (&'static str, fn(&[u8]) -> Vec<u8>, fn(&[u8], usize) -> Vec<u8>);

fn qres(text: &[u8], level: u8) -> Vec<u8> {
    let level = Level::new(level).expect("a level");
    let config = Config { level, input: Input::Text, segment: SEGMENT };
    let mut cuts = vec![];
    let mut rest = text;
    while !rest.is_empty() {
        let whole = if rest.len() <= SEGMENT {
            rest.len()
        } else {
            rest[..SEGMENT].iter().rposition(|&b| b == b'\n').map_or(SEGMENT, |end| end + 1)
        };
        let (cut, behind) = rest.split_at(whole);
        cuts.push(cut);
        rest = behind;
    }
    let header = Header::detect(cuts.first().copied().unwrap_or_default(), &config);
    let mut out = vec![];
    header.write(&mut out);
    let mut index = Index::new(out.len());
    for (i, cut) in cuts.iter().enumerate() {
        let segment = Segment::encode(cut, &header, i == 0, level);
        index.push(&segment);
        out.extend_from_slice(&segment.bytes);
    }
    index.footer().write(&mut out);
    out
}

fn unqres(archive: &[u8], text_bytes: usize) -> Vec<u8> {
    let mut parser = Parser::new(1 << 30);
    let mut text = Vec::with_capacity(text_bytes);
    let mut at = 0;
    while at < archive.len() {
        let (part, bytes) = parser.next(&archive[at..]).expect("an archive");
        if let Part::Segment(view) = part {
            let header = parser.header().expect("a header").clone();
            let digest = view.decode(&header, &mut text).expect("a sound segment");
            parser.decoded(view.entry(), digest);
        }
        at += bytes;
    }
    text
}

fn unzstd(archive: &[u8], text_bytes: usize) -> Vec<u8> {
    zstd::bulk::decompress(archive, text_bytes).expect("zstd")
}

fn xz(text: &[u8]) -> Vec<u8> {
    let options =
        liblzma::stream::Stream::new_easy_encoder(9 | 1 << 31, liblzma::stream::Check::Crc64).expect("xz");
    let mut encoder = liblzma::write::XzEncoder::new_stream(Vec::new(), options);
    std::io::Write::write_all(&mut encoder, text).expect("xz");
    encoder.finish().expect("xz")
}

fn unxz(archive: &[u8], text_bytes: usize) -> Vec<u8> {
    let mut text = Vec::with_capacity(text_bytes);
    std::io::Read::read_to_end(&mut liblzma::read::XzDecoder::new(archive), &mut text).expect("xz");
    text
}

const CODECS: &[Codec] = &[
    ("zstd-3", |text| zstd::bulk::compress(text, 3).expect("zstd"), unzstd),
    ("qres-1", |text| qres(text, 1), unqres),
    ("qres-2", |text| qres(text, 2), unqres),
    ("qres-3", |text| qres(text, 3), unqres),
];
const STRONG: &[Codec] =
    &[("zstd-19", |text| zstd::bulk::compress(text, 19).expect("zstd"), unzstd), ("xz-9e", xz, unxz)];

/// What one codec made of one file.
#[derive(Clone, Copy)]
struct Result {
    bytes: usize,
    encode_seconds: f64,
    decode_seconds: f64,
}

struct Arguments {
    runs: usize,
    strong: bool,
    peers: Option<serde_json::Value>,
    files: Vec<PathBuf>,
}

fn arguments() -> Arguments {
    let mut arguments = Arguments { runs: 5, strong: false, peers: None, files: vec![] };
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--bench" => {}
            "--runs" => {
                arguments.runs = words.next().and_then(|n| n.parse().ok()).expect("--runs takes a number");
            }
            "--strong" => arguments.strong = true,
            "--peers" => {
                let text =
                    fs::read_to_string(words.next().expect("--peers takes a file")).expect("a readable file");
                arguments.peers = Some(serde_json::from_str(&text).expect("JSON"));
            }
            file => arguments.files.push(file.into()),
        }
    }
    arguments
}

fn main() {
    let arguments = arguments();
    if arguments.files.is_empty() {
        println!(
            "no files given: cargo bench --bench datasets -- [--runs N] [--strong] [--peers FILE] FILE..."
        );
        return;
    }
    let mut codecs = CODECS.to_vec();
    if arguments.strong {
        codecs.extend(STRONG);
    }
    print_machine();
    print!("{:26}{:>10}", "file", "bytes");
    codecs.iter().for_each(|(name, ..)| print!("{name:>10}"));
    println!("   encode MB/s | decode MB/s");
    let mut all = vec![];
    for file in &arguments.files {
        let text = fs::read(file).expect("a readable file");
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let results = measure(&codecs, &text, arguments.runs);
        print_row(&name, &text, &results);
        all.push((name, text.len(), results));
    }
    print_totals(&codecs, &all);
    if let Some(peers) = &arguments.peers {
        print_peers(&codecs, &all, peers);
    }
}

fn print_machine() {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cpu = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("\t: unknown");
    let commit = std::process::Command::new("git").args(["rev-parse", "--short", "HEAD"]).output();
    let commit = commit.map(|out| String::from_utf8_lossy(&out.stdout).trim().to_owned()).unwrap_or_default();
    println!("cpu{}; commit {commit}", cpu.replace('\t', ""));
}

/// Every codec in turn, `runs` times over, after one turn that is not counted.
fn measure(codecs: &[Codec], text: &[u8], runs: usize) -> Vec<Result> {
    let mut encode = vec![vec![]; codecs.len()];
    let mut decode = vec![vec![]; codecs.len()];
    let mut bytes = vec![0; codecs.len()];
    for run in 0..=runs {
        for (i, (name, pack, unpack)) in codecs.iter().enumerate() {
            if run > 1 && STRONG.iter().any(|(strong, ..)| strong == name) {
                continue;
            }
            let start = Instant::now();
            let archive = black_box(pack(black_box(text)));
            let packed = start.elapsed().as_secs_f64();
            let start = Instant::now();
            let back = black_box(unpack(black_box(&archive), text.len()));
            let unpacked = start.elapsed().as_secs_f64();
            assert!(back == text, "{name} gave other bytes back");
            bytes[i] = archive.len();
            if run > 0 {
                encode[i].push(packed);
                decode[i].push(unpacked);
            }
        }
    }
    (0..codecs.len())
        .map(|i| Result {
            bytes: bytes[i],
            encode_seconds: median(&mut encode[i]),
            decode_seconds: median(&mut decode[i]),
        })
        .collect()
}

fn median(seconds: &mut [f64]) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds.get(seconds.len() / 2).copied().unwrap_or(f64::NAN)
}

fn print_row(name: &str, text: &[u8], results: &[Result]) {
    print!("{name:26}{:>10}", text.len());
    results.iter().for_each(|result| print!("{:>10}", result.bytes));
    let speed = |seconds: f64| format!("{:.0}", text.len() as f64 / seconds / 1e6);
    let encode: Vec<String> = results.iter().map(|r| speed(r.encode_seconds)).collect();
    let decode: Vec<String> = results.iter().map(|r| speed(r.decode_seconds)).collect();
    println!("   {} | {}", encode.join(" "), decode.join(" "));
}

fn print_totals(codecs: &[Codec], all: &[(String, usize, Vec<Result>)]) {
    println!("\n{:10}{:>8}{:>22}{:>22}", "codec", "ratio", "encode MB/s", "decode MB/s");
    println!("{:10}{:>8}{:>22}{:>22}", "", "geo-mean", "all bytes/all time", "all bytes/all time");
    for (i, (name, ..)) in codecs.iter().enumerate() {
        let ratio =
            geometric_mean(all.iter().map(|(_, bytes, results)| *bytes as f64 / results[i].bytes as f64));
        let total: f64 = all.iter().map(|(_, bytes, _)| *bytes as f64 / 1e6).sum();
        let encode = total / all.iter().map(|(.., results)| results[i].encode_seconds).sum::<f64>();
        let decode = total / all.iter().map(|(.., results)| results[i].decode_seconds).sum::<f64>();
        println!("{name:10}{ratio:>8.3}{encode:>22.0}{decode:>22.0}");
    }
}

/// Compares with sizes measured elsewhere, over the files that both know.
fn print_peers(codecs: &[Codec], all: &[(String, usize, Vec<Result>)], peers: &serde_json::Value) {
    const INEXACT: [&str; 6] = ["parquet", "vortex", "gorilla", "alp", "chimp", "bytes"];
    let size = |file: &str, peer: &str| peers[file][peer].as_f64();
    let best = |file: &str| {
        let exact =
            peers[file].as_object()?.iter().filter(|(peer, _)| INEXACT.iter().all(|i| !peer.starts_with(i)));
        exact.filter_map(|(_, size)| size.as_f64()).reduce(f64::min)
    };
    println!("\n{:10}{:>12}{:>12}{:>12}", "codec", "/ zstd-19", "/ pco-12", "/ best peer");
    for (i, (name, ..)) in codecs.iter().enumerate() {
        let against = |peer: &dyn Fn(&str) -> Option<f64>| {
            geometric_mean(all.iter().filter_map(|(file, bytes, results)| {
                let same_file = size(file, "bytes") == Some(*bytes as f64);
                Some(peer(file).filter(|_| same_file)? / results[i].bytes as f64)
            }))
        };
        let columns = [against(&|f| size(f, "zstd-19")), against(&|f| size(f, "pco-12")), against(&best)];
        println!("{name:10}{:>12.3}{:>12.3}{:>12.3}", columns[0], columns[1], columns[2]);
    }
}

fn geometric_mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0), |(sum, count), value| (sum + value.ln(), count + 1));
    (sum / f64::from(count.max(1))).exp()
}
