//! The trace that `MODEL.md` shows is what this code does.

use super::*;
use crate::codec::coder::inputs::Input;
use alloc::{format, string::String};

/// Codes of a column, whose bias and last step are its inputs.
const CODES: [i64; 5] = [200, 203, 207, 207, 190];

/// Notes each decision on its way to another coder.
struct Noting<C> {
    coder: C,
    notes: String,
}

impl<C: Coder> Coder for Noting<C> {
    fn bit(&mut self, chance: u32, wanted: bool) -> bool {
        let bit = self.coder.bit(chance, wanted);
        self.notes += &format!(" {chance}:{}", u8::from(bit));
        bit
    }
}

fn trace() -> String {
    let (low, high) = (190, 208);
    let line = Line::new(Scale::Even, low, high);
    let chosen = Chosen::inputs(&[Input::Bias, Input::Own(0)]);
    let shift = inputs::shift_of(&CODES);
    let head = Head { strength: 0, shift, chosen, first: 200, reach: Some((10, 7)) };
    let mut coder = Noting { coder: Encoder::default(), notes: String::new() };
    Head::code(&mut coder, &head, true).unwrap();
    let mut trace = format!("shift {shift}; the head's decisions, chance:bit, are\n");
    for some in coder.notes.split(' ').skip(1).collect::<Vec<_>>().chunks(14) {
        trace += &format!("  {}\n", some.join(" "));
    }
    trace += "row  blend scale expected width   decisions\n";
    let mut state = State::new(head.plan().unwrap(), Vec::new(), line, head.first);
    for (row, code) in CODES.into_iter().enumerate() {
        coder.notes.clear();
        let mut learnt = state.learnt.clone();
        let known = Known { parents: &[], at: row };
        let blend = learnt.panel.predict(&mut state.told.clone(), known, learnt.first);
        let scale = learnt.panel.scale();
        let spread = line.between(blend - scale, blend + scale) / 2;
        let width = (64 - spread.leading_zeros()).saturating_sub(1);
        let is_last = learnt.hits[1] > learnt.hits[0];
        let expected = if is_last { learnt.last[0] } else { line.nearest(blend) };
        state.step(&mut coder, code);
        trace += &format!("{row} {blend:9} {scale:5} {expected:8} {width:5}  {}\n", coder.notes);
    }
    let bytes: Vec<String> = coder.coder.finish().iter().map(|byte| format!("{byte:02X}")).collect();
    trace + &format!("bytes {}\n", bytes.join(" "))
}

#[test]
fn the_model_s_page_shows_it() {
    let trace = trace();
    assert!(include_str!("../MODEL.md").contains(&trace), "the page must show\n{trace}");
}
