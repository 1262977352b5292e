//! What is learnt: priors and the segments that go on from them, and the genes of neurons. Lines are as those of archives.

use crate::text::Random;
use alloc::{boxed::Box, format, string::String, vec::Vec};
use qres_core::{
    codec::Level,
    entropy::Cursor,
    frame::{Config, Header, Input, Message, Past, Prior, Segment, View, message},
    neuron::{Ensemble, Fusion, Lag, Linear, Lstm, Neuron},
    parallel::Sequential,
};

/// A table of few columns, whose first half is learnt from.
const TABLE: &[u8] = include_bytes!("../../../../fixtures/counter.csv");

/// Makes the lines.
pub fn lines(mut line: impl FnMut(&str)) {
    for level in [4, 7, 9].into_iter().filter_map(Level::new) {
        line(&describe(level).unwrap_or_else(|what| format!("prior {} {what}", level.get())));
    }
    let neurons: [Box<dyn Neuron>; 5] = [
        Box::new(Linear::new()),
        Box::new(Lstm::new()),
        Box::new(Fusion::new(2)),
        Box::new(Ensemble::new()),
        Box::new(Lag::new(2)),
    ];
    for neuron in neurons {
        line(&learn(neuron));
    }
}

/// A prior, and a segment and a message of what comes after it.
fn describe(level: Level) -> Result<String, &'static str> {
    let (known, text) = halves();
    let prior = Prior::train(known, level).ok_or("cannot be learnt")?;
    let learnt = Prior::read(&prior, u64::MAX).map_err(|_| "does not decode")?;
    let config = Config { level, input: Input::Text, segment: 1 << 18 };
    let header = Header { gene: Some([0; 32]), ..Header::detect(text, &config) };
    let segment = Segment::encode_with(&Sequential, Some(&learnt), text, &header, true, level);
    let mut back = Vec::new();
    View::read(&mut Cursor::new(&segment.bytes), &header)
        .and_then(|view| view.decode_with(&Sequential, Some(&learnt), &header, &mut back))
        .map_err(|_| "does not decode")?;
    let past = Some(Past { id: &[0; 32], prior: &learnt });
    let message = message::encode(text, past, level).ok_or("is too long")?;
    let mut again = Vec::new();
    Message::read(&mut Cursor::new(&message))
        .and_then(|message| message.decode(past, &mut again))
        .map_err(|_| "does not decode")?;
    if back != text || again != text {
        return Err("decodes to other bytes");
    }
    let digest = blake3::hash(&[prior, segment.bytes.clone(), message].concat()).to_hex();
    Ok(format!("prior {} {} {} {digest}", text.len(), level.get(), segment.bytes.len()))
}

fn halves() -> (&'static [u8], &'static [u8]) {
    let middle = TABLE.iter().skip(TABLE.len() / 2).position(|&byte| byte == b'\n').unwrap_or(0);
    TABLE.split_at(TABLE.len() / 2 + middle + 1)
}

/// What a neuron has learnt after some thousand samples of a wave with noise on it.
fn learn(mut neuron: Box<dyn Neuron>) -> String {
    let mut random = Random::new(11);
    let samples = 3000;
    for at in 0..samples {
        let wave = (at % 96 - 48i64).abs() * 50;
        if at % 17 == 3 { neuron.tick() } else { neuron.adapt(wave + (random.bits() >> 58) as i64) }
    }
    let mut gene = Vec::new();
    neuron.export_gene(&mut gene);
    format!("neuron-{} {samples} 0 {} {}", neuron.kind() as u8, gene.len(), blake3::hash(&gene).to_hex())
}
