//! Which place in a program an address is: for the addresses in what panicking boards print.
//!
//! ```text
//! ====================== PANIC ======================          esp-backtrace
//! panicked at src/main.rs:7:9:
//! Backtrace:
//! 0x42001f3a                                                    an address a line, or, without frame pointers,
//! STACKDUMP: 42001f3a 0011223344..                              where it was and its stack in hexadecimal digits
//! ```
//! A stack is searched for what looks like return addresses: words after whose place in the program a call ends. Some of
//! them may be left from earlier calls.

use crate::text::units;
use addr2line::{
    Context, LookupResult, demangle_auto,
    gimli::{Dwarf, EndianSlice, RunTimeEndian, SectionId},
};
use object::{Object, ObjectSection, ObjectSymbol, SectionKind, SymbolKind};
use std::borrow::Cow;

type Reader<'a> = EndianSlice<'a, RunTimeEndian>;

/// What a stack begins with.
const STACK: &str = "STACKDUMP: ";
/// Limit: places of a stack that are shown.
const MAX_CALLS: usize = 24;

/// What a line says to those who know the program.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Explained {
    /// What to show instead of a line that is only digits.
    pub(crate) instead: Option<String>,
    /// The places that it speaks of.
    pub(crate) places: Vec<String>,
}

/// What is known of a program.
pub(crate) struct Symbols<'a> {
    context: Option<Context<Reader<'a>>>,
    /// Where functions begin and end, in order, and what they are called.
    functions: Vec<(u64, u64, String)>,
    /// Where code is, and what it is.
    code: Vec<(u64, &'a [u8])>,
}

impl<'a> Symbols<'a> {
    /// Of the program `elf`; nothing is known of what is none.
    pub(crate) fn of(elf: &'a [u8]) -> Option<Self> {
        let file = object::File::parse(elf).ok()?;
        let section = |id: SectionId| -> Result<Reader<'a>, addr2line::gimli::Error> {
            let data = file.section_by_name(id.name()).and_then(|section| section.data().ok());
            Ok(EndianSlice::new(data.unwrap_or_default(), RunTimeEndian::Little))
        };
        let context = Dwarf::load(section).and_then(Context::from_dwarf).ok();
        let mut functions: Vec<(u64, u64, String)> = file
            .symbols()
            .filter(|symbol| symbol.kind() == SymbolKind::Text)
            .filter_map(|symbol| {
                let name =
                    symbol.name().ok().filter(|name| !name.is_empty() && !name.starts_with(['$', '.']))?;
                let (at, size) = (symbol.address(), symbol.size());
                Some((at, at.saturating_add(size), demangle_auto(Cow::Borrowed(name), None).into_owned()))
            })
            .collect();
        functions.sort();
        let is_code = |section: &object::Section<'_, '_>| section.kind() == SectionKind::Text;
        let code = file.sections().filter(is_code);
        let code = code.filter_map(|section| Some((section.address(), section.data().ok()?)));
        let code = code.collect();
        Some(Self { context, functions, code })
    }

    /// Says where the addresses in `line` are.
    pub(crate) fn explain(&self, line: &str) -> Explained {
        match line.split_once(STACK).and_then(|(_, stack)| stack.split_once(' ')) {
            Some((at, digits)) => self.stack(at, digits),
            None => {
                Explained { instead: None, places: addresses(line).flat_map(|at| self.place(at)).collect() }
            }
        }
    }

    fn stack(&self, at: &str, digits: &str) -> Explained {
        let bytes = digits.as_bytes().chunks_exact(8);
        let words = bytes.filter_map(|word| u32::from_str_radix(str::from_utf8(word).ok()?, 16).ok());
        let returns = words.map(|word| u64::from(word.swap_bytes())).filter_map(|at| self.call_before(at));
        let first = u64::from_str_radix(at, 16).ok().and_then(|at| self.call_before(at));
        let mut calls: Vec<u64> = first.into_iter().chain(returns).collect();
        calls.dedup();
        let places: Vec<String> = calls.into_iter().take(MAX_CALLS).flat_map(|at| self.place(at)).collect();
        let size = units::size(digits.len() as u64 / 2);
        let instead = match places.is_empty() {
            true => format!("a stack of {size}, of another program"),
            false => format!("calls, as far as a stack of {size} tells, the last first:"),
        };
        Explained { instead: Some(instead), places }
    }

    /// Where the call is that returns to `address`, if there is one.
    fn call_before(&self, address: u64) -> Option<u64> {
        let (at, code) = self.code_around(address)?;
        let before = code.get(..usize::try_from(address - at).ok()?)?;
        let word = before.last_chunk().map(|bytes| u32::from_le_bytes(*bytes));
        let half = before.last_chunk().map(|bytes| u16::from_le_bytes(*bytes));
        // jal and jalr that leave the way back in ra; c.jal and c.jalr.
        if word.is_some_and(|word| matches!(word & 0xFFF, 0x0EF | 0x0E7)) {
            return Some(address - 4);
        }
        let short = |half: u16| half & 0xE003 == 0x2001 || (half & 0xF07F == 0x9002 && half & 0x0F80 != 0);
        half.is_some_and(short).then(|| address - 2)
    }

    /// The section of code that `address` lies in.
    fn code_around(&self, address: u64) -> Option<&(u64, &'a [u8])> {
        self.code.iter().find(|(at, code)| (*at..at.saturating_add(code.len() as u64)).contains(&address))
    }

    /// What is at `address`, a line for each function that was made part of another one.
    fn place(&self, address: u64) -> Vec<String> {
        let mut lines = Vec::new();
        if self.code_around(address).is_none() {
            return lines;
        }
        let frames = self.context.as_ref().map(|context| context.find_frames(address));
        if let Some(LookupResult::Output(Ok(mut frames))) = frames {
            while let Ok(Some(frame)) = frames.next() {
                let name = frame.function.as_ref().and_then(|name| Some(name.demangle().ok()?.into_owned()));
                let place = frame.location.and_then(|at| Some(format!("{}:{}", at.file?, at.line?)));
                lines.extend(match (name, place) {
                    (Some(name), Some(place)) => Some(format!("{name} at {place}")),
                    (name, place) => name.or(place),
                });
            }
        }
        let known = self.functions.partition_point(|(at, ..)| *at <= address).checked_sub(1);
        let known = known.and_then(|number| self.functions.get(number));
        if let Some((_, _, name)) = known.filter(|(at, end, _)| address < *end || at == end)
            && !lines.iter().any(|line| line.starts_with(name.as_str()))
        {
            // Line tables alone know the place and not the function.
            match lines.as_mut_slice() {
                [] => lines.push(name.clone()),
                [place] if !place.contains(" at ") => *place = format!("{name} at {place}"),
                _ => {}
            }
        }
        let mut head = format!("{address:#x}");
        for line in &mut lines {
            *line = format!("{head}  {line}");
            head = format!("{:>10}", "within");
        }
        lines
    }
}

impl std::fmt::Debug for Symbols<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Symbols of {} functions", self.functions.len())
    }
}

/// The addresses of code in a line: `0x4`, and seven digits more.
fn addresses(line: &str) -> impl Iterator<Item = u64> {
    line.split("0x").skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(rest.len());
        let digits = rest.get(..end).filter(|digits| digits.len() == 8 && digits.starts_with('4'))?;
        u64::from_str_radix(digits, 16).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbols() -> Symbols<'static> {
        let functions =
            vec![(0x4200_0000, 0x4200_0008, "begin".into()), (0x4200_0008, 0x4200_0100, "work".into())];
        // c.nop; jal ra, 4; c.jalr a0; c.nop
        const CODE: [u8; 256] = {
            let mut code = [0; 256];
            (code[0], code[2], code[4], code[6], code[7]) = (0x01, 0xEF, 0x40, 0x02, 0x95);
            code
        };
        Symbols { context: None, functions, code: vec![(0x4200_0000, &CODE)] }
    }

    #[test]
    fn addresses_in_lines_are_explained() {
        let line = "mepc=0x42000004, ra=0x42000010 mtval=0x00000000 x=0x4200001 y=0x420000100 z=0x40000000";
        let places = symbols().explain(line).places;
        assert_eq!(places, ["0x42000004  begin", "0x42000010  work"]);
        assert_eq!(symbols().explain("0x, 0x4"), Explained::default());
    }

    #[test]
    fn stacks_are_searched_for_calls() {
        let explained = symbols().explain("STACKDUMP: 42000006 0000000008000042aabb0042020000420a000042");
        assert_eq!(explained.places, ["0x42000002  begin", "0x42000006  begin"]);
        let other = symbols().explain("STACKDUMP: 40000000 00");
        assert_eq!((other.places.len(), other.instead.unwrap().contains("another program")), (0, true));
    }

    #[test]
    fn what_is_no_program_is_nothing() {
        assert!(Symbols::of(b"no program").is_none());
    }
}
