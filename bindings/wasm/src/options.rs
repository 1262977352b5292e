//! What an archive to write is asked to be: checked before any text is read.

use qres_core::{
    Options,
    archive::Bound,
    codec::Level,
    table::{Input, Raw, Sample},
};
use std::ops::RangeInclusive;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** What an archive to write is asked to be. */
export interface Options {
  /** How hard to work: 1 to 9; 5 unless told otherwise. */
  level?: number;
  /** How far numbers may move: `"0.05"`, `"1%"` of the range, `"temp=0.05"`. Not at all unless told otherwise. */
  error?: string[];
  /** Bytes of text in a segment at most, the unit of memory and of random access: 4 MiB unless told otherwise. */
  segment?: number;
  /** Whether a `Writer` is flushed now and then: what was flushed goes on teaching what comes. */
  live?: boolean;
  /** Binary samples instead of text, little-endian. */
  raw?: "u8" | "i8" | "u16" | "i16" | "u32" | "i32" | "u64" | "i64" | "f32" | "f64";
  /** Channels of binary samples, which are interleaved: 1 unless told otherwise. */
  channels?: number;
}
"#;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(typescript_type = "Options")]
    pub type OptionsArg;
    #[wasm_bindgen(method, getter)]
    fn level(this: &OptionsArg) -> Option<f64>;
    #[wasm_bindgen(method, getter)]
    fn error(this: &OptionsArg) -> Option<Vec<String>>;
    #[wasm_bindgen(method, getter)]
    fn segment(this: &OptionsArg) -> Option<f64>;
    #[wasm_bindgen(method, getter)]
    fn live(this: &OptionsArg) -> Option<bool>;
    #[wasm_bindgen(method, getter)]
    fn raw(this: &OptionsArg) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn channels(this: &OptionsArg) -> Option<f64>;

    /// Returns a number as JavaScript writes it: Rust's own way takes 20 KiB.
    #[wasm_bindgen(js_name = String)]
    fn shown(number: f64) -> String;
}

const SAMPLES: [Sample; 10] = [
    Sample::U8,
    Sample::I8,
    Sample::U16,
    Sample::I16,
    Sample::U32,
    Sample::I32,
    Sample::U64,
    Sample::I64,
    Sample::F32,
    Sample::F64,
];
const SEGMENTS: RangeInclusive<f64> = 16_384.0..=67_108_864.0;
const CHANNELS: RangeInclusive<f64> = 1.0..=1024.0;

/// The options of a caller, with defaults filled in.
pub(crate) struct Plan {
    level: Level,
    input: Input,
    segment: usize,
    live: bool,
    bounds: Vec<Bound>,
}

impl Plan {
    /// Checks what was asked for.
    pub(crate) fn new(options: Option<OptionsArg>) -> Result<Self, JsError> {
        let Options { mut level, mut segment, mut live, mut input, mut bounds, .. } = Options::default();
        if let Some(asked) = options {
            level = asked.level().map_or(Ok(level), level_of)?;
            segment = asked.segment().map_or(Ok(segment), segment_of)?;
            live = asked.live().unwrap_or(live);
            input = asked.raw().map_or(Ok(input), |name| raw_of(&name, asked.channels()))?;
            let error = asked.error().unwrap_or_default();
            bounds = error.iter().map(|text| bound_of(text)).collect::<Result<_, _>>()?;
        }
        let sample = match input {
            Input::Raw(raw) => Some(raw.sample),
            Input::Text => None,
        };
        Bound::check(&bounds, sample)?;
        Ok(Self { level, input, segment, live, bounds })
    }

    /// Returns the options of the core.
    pub(crate) fn options(self) -> Options<'static> {
        let Self { level, input, segment, live, bounds } = self;
        Options { level, input, segment, live, bounds, gene: None }
    }
}

fn level_of(number: f64) -> Result<Level, JsError> {
    let level = Level::new(number as u8).filter(|level| f64::from(level.get()) == number);
    level.ok_or_else(|| {
        let strongest = Level::STRONGEST.get();
        let number = shown(number);
        JsError::new(&format!("there is no level {number} in this version; the strongest is {strongest}"))
    })
}

fn segment_of(bytes: f64) -> Result<usize, JsError> {
    let fits = SEGMENTS.contains(&bytes);
    fits.then_some(bytes as usize).ok_or_else(|| JsError::new("a segment is from 16K to 64M"))
}

fn raw_of(name: &str, channels: Option<f64>) -> Result<Input, JsError> {
    let sample = SAMPLES.into_iter().find(|sample| sample.name() == name);
    let sample = sample.ok_or_else(|| JsError::new(&format!("`{name}` is no type of samples")))?;
    let channels = channels.unwrap_or(1.0);
    if !CHANNELS.contains(&channels) {
        return Err(JsError::new("there are 1 to 1024 channels"));
    }
    Ok(Input::Raw(Raw::new(sample, channels as u16)))
}

fn bound_of(text: &str) -> Result<Bound, JsError> {
    Bound::parse(text).ok_or_else(|| match text.starts_with('=') {
        true => JsError::new("a column's name goes before the `=`"),
        false => JsError::new(&format!("`{text}` is no bound")),
    })
}
