//! Sizes beside those of byte coders: what plants and receivers print is never larger than with xz, and tables that are
//! coded in unusual ways are never larger than with zstd.
//!
//! `QRES_DATA=FOLDER cargo test --test rivals -- --nocapture` also looks at the heads of all files in a folder.

use qres_core::{Options, codec::Level, compress, decompress, num::Random};
use std::{env, fs, io::Read, path::Path};

/// Bytes of each file that are looked at.
const HEAD: usize = 128 << 10;

/// Compresses a text, sees to it that it comes back, and returns the size.
fn qres(text: &[u8], level: u8) -> usize {
    let level = Level::new(level).unwrap();
    let archive = compress(text, &Options { level, ..Options::default() }).unwrap();
    assert!(decompress(&archive).unwrap() == text);
    archive.len()
}

fn xz(text: &[u8]) -> usize {
    liblzma::read::XzEncoder::new(text, 9).read_to_end(&mut Vec::new()).unwrap()
}

fn zstd(text: &[u8]) -> usize {
    zstd::bulk::compress(text, 19).unwrap().len()
}

/// A number that wanders, in steps of `unit`.
struct Walk {
    random: Random,
    now: f64,
    unit: f64,
}

impl Walk {
    fn new(seed: u64, now: f64, unit: f64) -> Self {
        Self { random: Random::new(seed, 3), now, unit }
    }

    fn next(&mut self, steps: u64) -> f64 {
        self.now += self.unit * (self.random.below(2 * steps + 1) as f64 - steps as f64);
        self.now
    }
}

/// As C prints `%.7e`.
fn exponential(value: f64) -> String {
    let printed = format!("{value:.7e}");
    let (mantissa, exponent) = printed.split_once('e').unwrap();
    let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
    format!("{mantissa}e{sign}{digits:0>2}")
}

/// A plant's table: a clock, set points, counts of a converter times a factor, filtered values, a valve, an alarm.
fn plant() -> String {
    let mut counts: Vec<Walk> = (0..4).map(|column| Walk::new(column, 2000.0, 1.0)).collect();
    let mut filtered = Walk::new(9, 81.0, 0.001);
    let mut slow = 81.0;
    let mut text = String::new();
    for row in 0..2500 {
        slow += (filtered.next(9) - slow) / 16.0;
        let mut cells = vec![f64::from(row) * 0.05, if row % 900 < 500 { 1.7 } else { 2.25 }];
        cells.extend(
            counts.iter_mut().zip(1..).map(|(walk, factor)| walk.next(3) * 0.0024414 * f64::from(factor)),
        );
        cells.extend([slow, f64::from(row / 250 % 4) * 25.0, f64::from(u8::from(row % 400 == 0))]);
        let cells: Vec<String> = cells.into_iter().map(exponential).collect();
        text += &format!("  {}\n", cells.join("  "));
    }
    text
}

/// A sentence with its sum.
fn sentence(body: &str) -> String {
    let sum = body.bytes().fold(0, |sum, byte| sum ^ byte);
    format!("${body}*{sum:02X}\r\n")
}

/// A receiver's log: position, course and satellites each second.
fn nmea() -> String {
    let (mut north, mut east) = (Walk::new(1, 0.1167, 0.0001), Walk::new(2, 31.0, 0.0001));
    let (mut height, mut speed, mut course) =
        (Walk::new(3, 545.4, 0.1), Walk::new(4, 22.4, 0.1), Walk::new(5, 84.4, 0.1));
    let mut noise = Random::new(6, 0);
    let mut text = String::new();
    for second in 0..1500 {
        let clock = format!("{:02}{:02}{:02}.00", 12 + second / 3600, second / 60 % 60, second % 60);
        let place = format!("48{:08.5},N,011{:08.5},E", 7.0 + north.next(9), east.next(9));
        let (height, dilution) = (height.next(2), 0.9 + noise.below(3) as f64 / 10.0);
        text += &sentence(&format!("GPGGA,{clock},{place},1,08,{dilution:.1},{height:.1},M,46.9,M,,"));
        let (speed, course) = (speed.next(3).abs(), course.next(5).rem_euclid(360.0));
        text += &sentence(&format!("GPRMC,{clock},A,{place},{speed:05.1},{course:05.1},230394,003.1,W"));
        let levels: Vec<String> = (0..4)
            .map(|at| {
                format!(
                    "{:02},{:02},{:03},{:02}",
                    3 + 4 * at,
                    10 + 13 * at + second / 400,
                    80 * at + second / 90,
                    38 + noise.below(6)
                )
            })
            .collect();
        text += &sentence(&format!("GPGSV,1,1,04,{}", levels.join(",")));
    }
    text
}

/// What GnssLogger writes on Android: a comment, then a line for each satellite, and a fix now and then.
fn gnss() -> String {
    let mut text = String::from(
        "# \n# Header Description:\n# \n# Version: v3.0.5.6 Platform: 13 Manufacturer: Google Model: Pixel 7\n# \n\
         # Raw,utcTimeMillis,TimeNanos,LeapSecond,FullBiasNanos,BiasNanos,Svid,State,ReceivedSvTimeNanos,\
         Cn0DbHz,PseudorangeRateMetersPerSecond,AccumulatedDeltaRangeState,ConstellationType,AgcDb\n# \n",
    );
    let mut noise = Random::new(8, 0);
    let mut bias = Walk::new(1, 0.21, 0.000_017);
    let mut rates: Vec<Walk> = (0..9).map(|at| Walk::new(10 + at, 90.0 * at as f64 - 400.0, 0.013)).collect();
    for second in 0..300_u64 {
        let (millis, nanos) = (1_683_000_000_000 + 1000 * second, 5_402_000_000 + 1_000_000_000 * second);
        let full = 1_366_999_982_113_456_789_u64 + second * 37;
        let bias = bias.next(9);
        for (satellite, rate) in (0..).zip(&mut rates) {
            let rate = rate.next(20);
            let received = 224_482_913_000_000 + 1_000_000_000 * second + satellite * 7_000_123
                - (rate * 3.3 * second as f64) as u64;
            let strength = 25.0 + noise.below(200) as f64 / 10.0;
            text += &format!(
                "Raw,{millis},{nanos},18,-{full},{bias:.14},{},{},{received},{strength:.1},{rate:.13},{},{},{:.2}\n",
                2 + 3 * satellite,
                if satellite % 4 == 3 { 16399 } else { 49167 },
                16 + noise.below(2),
                1 + satellite % 2 * 5,
                40.0 + noise.below(90) as f64 / 100.0,
            );
        }
        if second % 5 == 0 {
            let meters = |random: &mut Random| random.below(1000) as f64 / 1e7;
            text += &format!(
                "Fix,GPS,{:.7},{:.7},{:.4},0.0,{:.3},{millis}\n",
                48.1167 + meters(&mut noise),
                11.5167 + meters(&mut noise),
                545.0 + noise.below(90) as f64 / 37.0,
                3.0 + noise.below(9) as f64 / 7.0
            );
        }
    }
    text
}

#[test]
fn what_plants_and_receivers_print_is_no_larger_than_with_xz() {
    let mut larger = Vec::new();
    for (name, text) in
        [("a plant's table", plant()), ("sentences of NMEA", nmea()), ("a log of GNSS", gnss())]
    {
        let rival = xz(text.as_bytes());
        let sizes = [5, 9].map(|level| qres(text.as_bytes(), level));
        println!("{name}: {} bytes, xz -9 {rival}, levels 5 and 9 {sizes:?}", text.len());
        larger.extend(sizes.into_iter().filter(|size| *size > rival).map(|_| name));
    }
    assert!(larger.is_empty(), "larger than with xz: {larger:?}");
}

/// A table's cells, by its commas or tabs.
fn cells(text: &str) -> Vec<Vec<&str>> {
    let delimiter = if text.contains('\t') { '\t' } else { ',' };
    text.lines().map(|line| line.split(delimiter).collect()).collect()
}

/// An array of JSON on one line, an object a row; `None` if the text is no table with names.
fn json(text: &str) -> Option<Vec<u8>> {
    let rows = cells(text);
    let is_number = |cell: &str| cell.parse::<f64>().is_ok();
    let (names, rows) = rows.split_first()?;
    let rows = &rows[..rows.len() - usize::from(!text.ends_with('\n'))];
    if names.iter().any(|name| is_number(name)) || rows.iter().any(|row| row.len() != names.len()) {
        return None;
    }
    let word = |cell: &str| format!("{:?}", cell.trim_matches('"'));
    let value = |cell: &str| if is_number(cell) { cell.to_owned() } else { word(cell) };
    let object = |row: &Vec<&str>| {
        let fields = names.iter().zip(row).map(|(name, cell)| format!("{}:{}", word(name), value(cell)));
        format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
    };
    Some(format!("[{}]", rows.iter().map(object).collect::<Vec<_>>().join(",")).into_bytes())
}

/// A table of 5,000 columns, named or not.
fn wide(named: bool, rows: usize) -> Vec<u8> {
    let mut walks: Vec<Walk> =
        (0..5000).map(|column| Walk::new(column, 20.0 + column as f64 / 9.0, 0.01)).collect();
    let join = |cells: Vec<String>| cells.join(",") + "\n";
    let names = if named {
        join((0..walks.len()).map(|column| format!("sensor_{column}")).collect())
    } else {
        String::new()
    };
    let rows =
        (0..rows).map(|_| join(walks.iter_mut().map(|walk| format!("{:.2}", walk.next(20))).collect()));
    (names + &rows.collect::<String>()).into_bytes()
}

/// Lines of 5,000 whole numbers that stay within three, or stay.
fn steady(rows: usize, noise: u64) -> Vec<u8> {
    let mut random = Random::new(11, 0);
    let base: Vec<u64> = (0..5000).map(|_| random.below(1000)).collect();
    let mut row = || {
        let cells: Vec<String> = base.iter().map(|cell| (cell + random.below(noise)).to_string()).collect();
        cells.join(",") + "\n"
    };
    (0..rows).map(|_| row()).collect::<String>().into_bytes()
}

/// Objects of which each has some of so many names.
fn subsets(objects: usize, names: u64, fields: u64, prefix: &str) -> Vec<u8> {
    let mut random = Random::new(12, 0);
    let mut field = |_| format!("\"{prefix}{}\":{}", random.below(names), random.below(100));
    let mut object = || format!("{{{}}}\n", (0..fields).map(&mut field).collect::<Vec<_>>().join(","));
    (0..objects).map(|_| object()).collect::<String>().into_bytes()
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

/// The heads of the tables in a folder, by name.
fn tables(folder: &Path) -> Vec<(String, String)> {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "csv" || end == "tsv"));
    paths.sort();
    let head = |path: &Path| {
        let bytes = fs::read(path).unwrap();
        let text = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]).into_owned();
        (path.display().to_string(), text)
    };
    paths.iter().map(|path| head(path)).filter(|(_, text)| text.contains('\n')).collect()
}

#[test]
fn tables_in_unusual_codings_are_no_larger_than_with_zstd() {
    let mut tables = tables(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"));
    if let Some(folder) = env::var_os("QRES_DATA") {
        tables.extend(self::tables(Path::new(&folder)));
    }
    let names = [12, 60].map(|rows| (format!("{rows} rows of 5,000 names"), wide(true, rows)));
    let mut texts = vec![("60 rows of 5,000 columns".to_owned(), wide(false, 60))];
    texts.extend(names);
    for rows in [3, 12] {
        texts.push((format!("{rows} rows of 5,000 columns"), wide(false, rows)));
        texts.push((format!("{rows} rows of 5,000 columns that repeat"), steady(rows, 1)));
        texts.push((format!("{rows} rows of 5,000 columns that nearly repeat"), steady(rows, 3)));
    }
    texts.push(("one object of 3,000 names".to_owned(), subsets(1, 3000, 3000, "name")));
    for (kind, prefix) in [("names", "sensor_"), ("numbers for names", "")] {
        texts.push((format!("objects with some of 1,000 {kind}"), subsets(300, 1000, 20, prefix)));
    }
    for (name, text) in &tables {
        let coded = [
            ("UTF-16, little-endian", Some(utf16(text, u16::to_le_bytes))),
            ("UTF-16, big-endian", Some(utf16(text, u16::to_be_bytes))),
            ("CR", Some(text.replace("\r\n", "\n").replace('\n', "\r").into_bytes())),
            ("an array of JSON", json(text)),
        ];
        texts.extend(
            coded.into_iter().filter_map(|(coding, text)| Some((format!("{name} as {coding}"), text?))),
        );
    }
    let (mut larger, mut worst) = (Vec::new(), 0);
    for (name, text) in &texts {
        let (size, rival) = (qres(text, 5), zstd(text));
        worst = worst.max(size * 1000 / rival);
        if size > rival {
            larger.push(format!("{name}: {} bytes, zstd -19 {rival}, level 5 {size}", text.len()));
        }
    }
    println!("{} texts: level 5 takes at most {worst} thousandths of zstd -19", texts.len());
    assert!(larger.is_empty(), "larger than with zstd:\n{}", larger.join("\n"));
}
