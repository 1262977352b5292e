//! What a fuzzer calls with arbitrary bytes, and a test with the inputs that once broke it. Each panics at a fault.

use crate::{archive, boards, levels, swarm, trust};
use alloc::{borrow::Cow, vec::Vec};
use qres_core::{
    codec::{Level, bytes, numbers, series},
    entropy::{Cursor, tans},
    frame::{
        Config, Footer, Header, Input, Message, Parser, Part, Past, Prior, Raw, Sample, Segment, View,
        message,
    },
    gene::{Gene, Summary, WHOLE},
    live::{self, Cell, Column, Event, Options, Receiver, Sender, Sent, framing},
    parallel::Sequential,
    table::{Affix, Care, Format, Layout, Pick, Schema},
    value::{Condition, Summary as Values},
};

/// A decoder, or an encoder and its decoder, tried with bytes.
pub type Target = fn(&[u8]);

/// All targets by name. A crash input is a file named `target-anything`.
pub const ALL: [(&str, Target); 19] = [
    ("decompress", decompress),
    ("pieces", pieces),
    ("round_trip", round_trip),
    ("header", header),
    ("footer", footer),
    ("schema", schema),
    ("series", read_series),
    ("bytes", read_bytes),
    ("tans", tans_tables),
    ("table", split_table),
    ("gene", read_gene),
    ("warm", go_on),
    ("link", follow_link),
    ("line", take_line),
    ("board", boards::talk),
    ("flash", boards::keep),
    ("trust", trust::read),
    ("peer", swarm::drive),
    ("condition", parse_condition),
];

/// The target of that name.
pub fn by_name(name: &str) -> Option<Target> {
    ALL.iter().find(|(known, _)| *known == name).map(|(_, target)| *target)
}

/// Memory that a decoder is allowed.
const LIMIT: u64 = 64 << 20;
/// Values asked of a decoder at most.
const MAX_VALUES: usize = 1 << 12;

/// Any bytes as archives: decoded whole, and looked into.
pub fn decompress(data: &[u8]) {
    let _ = archive::decompress(data, LIMIT);
    look(data);
}

/// Any bytes as archives that are looked into.
pub fn look(data: &[u8]) {
    let mut parser = Parser::new(LIMIT);
    let mut rest = data;
    while let Ok((part, used)) = parser.next(rest) {
        if let (Part::Segment(view), Some(header)) = (part, parser.header()) {
            look_into(&view, header);
        }
        rest = rest.get(used..).unwrap_or_default();
        if rest.is_empty() {
            break;
        }
    }
}

/// However an archive arrives, it is the same; the last byte says in what pieces.
pub fn pieces(data: &[u8]) {
    let Some((how, data)) = data.split_last() else { return };
    let sizes = [1 + usize::from(how & 15), 1 + usize::from(how >> 4) * 9];
    assert_eq!(archive::decompress_pieces(data, LIMIT, &sizes), archive::decompress(data, LIMIT));
}

fn look_into(view: &View<'_>, header: &Header) {
    let Ok(columns) = view.columns(header) else { return };
    let Ok(Some((layout, _))) = view.layout(header) else { return };
    let mut names = layout.names();
    names.truncate(4);
    let picks = columns.iter().take(4).filter_map(|column| Pick::column(&layout, column.first));
    for pick in picks.chain(names.iter().flatten().filter_map(|name| Pick::named(&layout, name))) {
        let _ = view.cells(header, &pick, 1..5, &mut Vec::new());
    }
}

/// Any bytes to an archive and back; the last one says how.
pub fn round_trip(data: &[u8]) {
    let Some((how, data)) = data.split_last() else { return };
    let samples = [Sample::I16, Sample::U32, Sample::F32, Sample::F64];
    let input = match samples.get(usize::from(how >> 5)) {
        Some(&sample) => {
            Input::Raw(Raw { sample, high_first: how & 4 != 0, channels: 1 + u16::from(how >> 3 & 3) })
        }
        None => Input::Text,
    };
    let segment = if how & 4 == 0 { 1 << 20 } else { 256 };
    let config = Config { level: nth_level(*how & 3), input, segment };
    let archive = archive::compress(data, &config);
    assert_eq!(archive::decompress(&archive, LIMIT).as_deref(), Ok(data));
    assert!(
        segment == 256 || archive.len() <= data.len() + data.len() / 1000 + 64,
        "grew to {}",
        archive.len()
    );
}

fn nth_level(n: u8) -> Level {
    levels().nth(usize::from(n)).unwrap_or(Level::STRONGEST)
}

/// A header that is read is written as it was.
pub fn header(data: &[u8]) {
    let mut cursor = Cursor::new(data);
    if let Ok(header) = Header::read(&mut cursor, LIMIT) {
        let mut again = Vec::new();
        header.write(&mut again);
        assert!(data.starts_with(&again) && again.len() + cursor.rest().len() == data.len());
    }
}

/// A footer that is read is written as it was, and found from its end.
pub fn footer(data: &[u8]) {
    let _ = Footer::length_from_end(data);
    let mut cursor = Cursor::new(data);
    if let Ok(footer) = Footer::read(&mut cursor) {
        let mut again = Vec::new();
        footer.write(&mut again);
        assert!(data.starts_with(&again) && again.len() + cursor.rest().len() == data.len());
        let length = Footer::length_from_end(&again);
        assert_eq!(length, Ok(again.len() as u64));
        let _ = footer.frame_bytes(again.len() as u64);
        let _ = footer.statistics();
    }
}

/// A condition, and behind a zero the lines of a column: what it says of one of them is possible by what is known of all.
pub fn parse_condition(data: &[u8]) {
    let mut parts = data.splitn(2, |byte| *byte == 0);
    let (Some(text), cells) = (parts.next(), parts.next().unwrap_or_default()) else { return };
    let Ok(condition) =
        core::str::from_utf8(text).map_or(Err(()), |text| Condition::parse(text).map_err(drop))
    else {
        return;
    };
    let cells: Vec<&[u8]> = cells.split(|byte| *byte == b'\n').collect();
    let values = Values::of(cells.iter().copied());
    let may_hold = condition.may_hold(&|place| condition.comparisons()[place].possible(&values));
    for cell in cells {
        let holds = condition.holds(&|place| condition.comparisons()[place].holds(cell));
        assert!(may_hold || !holds, "a row that is said not to be there");
    }
}

/// Everything that says what a table looks like.
pub fn schema(data: &[u8]) {
    let mut cursor = Cursor::new(data);
    if let Ok(schema) = Schema::read(&mut cursor, u64::MAX) {
        let mut again = Vec::new();
        schema.write(&mut again);
        assert!(data.starts_with(&again));
        if let Schema::Table(layout) = schema {
            assert_eq!(layout.names().len(), layout.columns());
        }
    }
    let mut cursor = Cursor::new(data);
    if let Ok(affix) = Affix::read(&mut cursor) {
        let mut again = Vec::new();
        affix.write(&mut again);
        assert_eq!(Affix::read(&mut Cursor::new(&again)), Ok(affix));
    }
    if let Ok(format) = Format::read(&mut cursor) {
        let mut again = Vec::new();
        format.write(&mut again);
        assert_eq!(Format::read(&mut Cursor::new(&again)), Ok(format));
    }
}

/// Numbers from any bytes; any numbers to bytes and back.
pub fn read_series(data: &[u8]) {
    let (count, rest) = count(data);
    let mut out = Vec::new();
    let _ = series::decode(&mut Cursor::new(rest), count, &mut out);
    let neighbour: Vec<i64> = (0..count as i64).collect();
    let _ = numbers::decode(&mut Cursor::new(rest), count, |_| Ok(Cow::Borrowed(&*neighbour)));
    let _ = numbers::parents(&mut Cursor::new(rest), count);

    let values: Vec<i64> = rest.as_chunks().0.iter().map(|chunk| i64::from_le_bytes(*chunk)).collect();
    // Differences as small as sensors have: the high bits of every other byte run are taken off.
    let small: Vec<i64> = values.iter().enumerate().map(|(i, v)| v >> (i % 4 * 16)).collect();
    for values in [values, small] {
        let neighbour: Vec<i64> = values.iter().map(|v| v.wrapping_mul(3) >> 1).collect();
        for level in levels() {
            let mut encoded = Vec::new();
            series::encode(&values, level, &mut encoded);
            let mut decoded = Vec::new();
            let mut cursor = Cursor::new(&encoded);
            assert_eq!(series::decode(&mut cursor, values.len(), &mut decoded), Ok(()));
            assert!(decoded == values && cursor.rest().is_empty());

            encoded.clear();
            numbers::encode(&values, &[], &[&neighbour], level, &mut encoded);
            let mut cursor = Cursor::new(&encoded);
            let decoded = numbers::decode(&mut cursor, values.len(), |_| Ok(Cow::Borrowed(&*neighbour)));
            assert_eq!(decoded, Ok((values.clone(), Vec::new())));
        }
    }
}

/// A byte run from any bytes; any bytes to a run and back.
pub fn read_bytes(data: &[u8]) {
    let (count, rest) = count(data);
    let mut out = Vec::new();
    let _ = bytes::decode(&mut Cursor::new(rest), count, &mut out);
    for level in levels() {
        let mut encoded = Vec::new();
        bytes::encode(data, level, &mut encoded);
        out.clear();
        let mut cursor = Cursor::new(&encoded);
        assert_eq!(bytes::decode(&mut cursor, data.len(), &mut out), Ok(()));
        assert!(out == data && cursor.rest().is_empty());
    }
}

/// Tables of the entropy coder from any counts: every entry leads to another.
pub fn tans_tables(data: &[u8]) {
    let Some((log, rest)) = data.split_first() else { return };
    let log = 4 + u32::from(*log) % (tans::MAX_LOG - 3);
    if let Ok(counts) = tans::read_counts(&mut Cursor::new(rest), log, 256) {
        for entry in tans::decoder(&counts, log) {
            assert!(entry.token() < counts.len() && entry.next((1 << entry.bits()) - 1) < 1 << log);
        }
    }
    let counts: Vec<u32> = rest.iter().map(|&byte| u32::from(byte)).take(256).collect();
    if let Some(counts) = tans::normalise(&counts, log) {
        assert_eq!(counts.iter().map(|&count| u32::from(count)).sum::<u32>(), 1 << log);
        let mut written = Vec::new();
        tans::write_counts(&counts, &mut written);
        let read = tans::read_counts(&mut Cursor::new(&written), log, 256);
        let used = counts.iter().rposition(|&count| count > 0).map_or(0, |last| last + 1);
        assert_eq!(read.as_deref().map(|read| read.get(..used)), Ok(counts.get(..used)));
    }
}

/// Any text taken apart by any layout, and put together again.
pub fn split_table(data: &[u8]) {
    let mut cursor = Cursor::new(data);
    let (layout, text) = match Schema::read(&mut cursor, u64::MAX) {
        Ok(Schema::Table(layout)) => (layout, cursor.rest()),
        _ => match Layout::detect(data) {
            Some(layout) => {
                let text = data.strip_prefix(layout.preamble()).expect("a text starts with its preamble");
                (layout, text)
            }
            None => return,
        },
    };
    for care in [Care::Quick, Care::Full] {
        if let Some(table) = layout.split(text, care) {
            let mut out = Vec::new();
            assert_eq!(layout.join(&table, text.len(), &mut out), Ok(()));
            assert_eq!(out, text);
        }
    }
}

/// A gene from any bytes, and the prior that it holds; any bytes as a prior, and as a summary.
pub fn read_gene(data: &[u8]) {
    if let Ok(gene) = Gene::parse(data) {
        assert_eq!(gene.id(), *blake3::hash(data).as_bytes());
        let _ = (gene.lineage(), gene.summary(), gene.sections().count());
        let _ = gene.prior(WHOLE).map(|prior| Prior::read(prior, LIMIT));
    }
    let _ = Prior::read(data, LIMIT);
    let _ = Summary::read(data);
}

/// Any text that goes on from a prior comes back, in a segment and in a message; any bytes as a segment or message.
pub fn go_on(data: &[u8]) {
    let known = "1,20.5,on\n2,20.7,\n3,20.9,off\n4,20.4,on\n".repeat(5);
    let level = nth_level(5);
    let Some(prior) = Prior::train(known.as_bytes(), level) else { return };
    let prior = Prior::read(&prior, LIMIT).expect("a prior that was made is one");
    let config = Config { level, input: Input::Text, segment: 1 << 16 };
    let header = Header { gene: Some([0; 32]), ..Header::detect(data, &config) };
    let segment = Segment::encode_with(&Sequential, Some(&prior), data, &header, true, level);
    let decode = |bytes: &[u8]| {
        let mut text = Vec::new();
        let view = View::read(&mut Cursor::new(bytes), &header)?;
        view.decode_with(&Sequential, Some(&prior), &header, &mut text).map(|_| text)
    };
    assert_eq!(decode(&segment.bytes).as_deref(), Ok(data));
    let past = Some(Past { id: &[0; 32], prior: &prior });
    for past in [None, past] {
        let bytes = message::encode(data, past, level).expect("a text that fits a message");
        let mut back = Vec::new();
        let read =
            Message::read(&mut Cursor::new(&bytes)).and_then(|message| message.decode(past, &mut back));
        assert_eq!(read.map(|()| back).as_deref(), Ok(data));
    }
    let _ = Message::read(&mut Cursor::new(data)).and_then(|message| message.decode(past, &mut Vec::new()));
    let lengths = [120, 7, data.len().min(127) as u8, 0, 0, 0, 0];
    let _ = decode(&[&[0xAA], &lengths[..], data].concat());
}

/// Any packets, each of so many bytes as the byte before it says, given to both ends of a link that was followed before.
/// Then the rows that the bytes spell, sent through a wire that loses every seventh packet: none is off by more than it may.
pub fn follow_link(data: &[u8]) {
    let columns = [Column::new(9), Column::new(0)];
    let mut sender = Sender::new(&columns, b"", Options { key: 20, ..Options::default() });
    let (mut receiver, mut packet, mut rest) = (Receiver::default(), Vec::new(), data);
    let _ = sender.row(&[live::Sample::Number(5), live::Sample::Word(b"on")], &mut packet);
    receiver.packet(&packet, |_| {});
    while let Some((length, behind)) = rest.split_first() {
        let (noise, behind) = behind.split_at(behind.len().min(usize::from(*length)));
        receiver.packet(noise, |_| {});
        sender.handle(noise);
        rest = behind;
    }
    let mut receiver = Receiver::default();
    sender.change(&columns, b"another form, so that a hello comes");
    let step = |sum: &mut i64, step: &u8| {
        *sum += i64::from(*step) - 128;
        Some(*sum)
    };
    let numbers: Vec<i64> = data.iter().scan(0, step).collect();
    for (at, (number, cell)) in numbers.iter().zip(data).enumerate() {
        let samples = [live::Sample::Number(*number), live::Sample::Number(i64::from(*cell) / 64)];
        if sender.row(&samples, &mut packet) == Ok(Sent::Packet) && at % 7 != 6 {
            receiver.packet(&packet, |event| check_row(&numbers, data, &event));
        }
    }
}

/// A row of a link whose first row is not of `data`.
fn check_row(numbers: &[i64], data: &[u8], event: &Event<'_>) {
    let Event::Row { number, cells } = event else { return };
    let Some(at) = usize::try_from(*number).ok().and_then(|row| row.checked_sub(1)) else { return };
    let mut cells = cells.iter();
    let near = |given: i64| numbers.get(at).is_some_and(|sent| sent.abs_diff(given) <= 9);
    assert!(matches!(cells.next(), Some(Cell::Number(given)) if near(given)));
    assert_eq!(cells.next(), data.get(at).map(|cell| Cell::Number(i64::from(*cell) / 64)));
}

/// Any bytes as a line of frames; then the bytes as a packet, framed behind them.
pub fn take_line(data: &[u8]) {
    let mut line = data.to_vec();
    line.push(0);
    framing::frame(data, &mut line);
    let mut deframer = framing::Deframer::new(data.len());
    let mut last = None;
    for byte in line {
        if let Some(framing::Framed::Packet(packet)) = deframer.push(byte) {
            last = Some(packet.to_vec());
        }
    }
    assert_eq!(last.as_deref(), Some(data));
    // Nobody takes what it may have been.
    let (one, other) = data.split_at(data.len() / 2);
    assert!(!live::mend::mend(data, |_| false) && !live::mend::mend_joined(one, other, |_| false));
}

/// How many values are asked for: what the first two bytes say.
fn count(data: &[u8]) -> (usize, &[u8]) {
    match data.split_first_chunk() {
        Some((count, rest)) => (usize::from(u16::from_le_bytes(*count)) % MAX_VALUES, rest),
        None => (0, data),
    }
}
