//! Rows of a signed archive, shown without the rest.
//!
//! ```text
//! excerpt := F1 52 0D 0A | version u8 (1) | signature note's body | frame* | pieces u8 | piece*
//! frame   := 0 | digest [u8; 32]
//!          | 1 | header [u8; 32] | entries [u8; 32] | root [u8; 32] | notes [u8; 32]        their digests, and the root
//! piece   := frame u32 LE | depth u8 | sides u64 LE | sibling [u8; 32] * depth | start u64 LE | end u64 LE | slice
//! ```
//! There are as many frames as the signature says. A piece is a run of whole lines of one segment's text; its slice shows the
//! byte before it as well, so that a line has no more in it than is shown. The siblings lead from the text's digest to the root,
//! the lowest first; a bit of `sides` is 1 where the sibling is to the left.

mod slice;

use super::{
    Archive, Fault, Frame, Source,
    signature::{Body, Content, FrameParts, SIGNATURE_NOTE},
};
use crate::{
    entropy::Cursor,
    error::Error,
    frame::{Entry, Header, Past, View, join},
    parallel::Sequential,
    table::Schema,
    trust::Name,
};
use alloc::vec::Vec;
use core::ops::Range;

/// Wire: first bytes.
const MAGIC: [u8; 4] = [0xF1, b'R', b'\r', b'\n'];
/// Wire: the version this code writes, and the newest it reads.
const VERSION: u8 = 1;
/// Limit: halvings of a tree.
const MAX_DEPTH: u8 = 64;

/// Rows that are shown, and who has signed the archive that they are in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// Who has signed it.
    pub name: Name,
    /// The rows, piece by piece: between two there may be others.
    pub pieces: Vec<Vec<u8>>,
}

/// Why an excerpt is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoExcerpt {
    /// It does not begin as one.
    #[error("not a proof of rows")]
    Other,
    /// It was written by a newer program.
    #[error("a proof of rows in version {0}, which is newer than this program reads")]
    Newer(u8),
    /// It is cut, too long, or contradicts itself.
    #[error("not written as proofs of rows are: it was cut or made longer")]
    Form,
    /// Rows that are shown are not whole lines.
    #[error("what it shows are not whole lines")]
    Lines,
    /// The rows do not lead to a root that the signer has signed.
    #[error("what it shows is in no archive that its signer has signed")]
    Signature,
}

/// Why rows cannot be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotShown<E> {
    /// The archive cannot be read.
    Fault(Fault<E>),
    /// It has no good signature.
    Unsigned,
    /// The range lies behind the last row.
    NoRows,
    /// They are in a part that has no root: `qres concat` gives it one.
    Short,
    /// They are not lines of a text of bytes.
    NoLines,
}

impl<E> From<Fault<E>> for NotShown<E> {
    fn from(fault: Fault<E>) -> Self {
        Self::Fault(fault)
    }
}

/// Rows of one segment.
struct Wanted {
    segment: usize,
    rows: Range<u64>,
}

impl<S: Source> Archive<S> {
    /// Shows rows, counted from 0 through all frames: to do so, all segments of their frames are decoded, with the `gene` that
    /// they start from.
    ///
    /// # Errors
    ///
    /// [`NotShown`] with the reason.
    pub fn excerpt(&self, rows: Range<u64>, gene: Option<Past<'_>>) -> Result<Vec<u8>, NotShown<S::Error>> {
        let signed = self.signatures()?.into_iter().find(|signed| signed.state.is_ok());
        let name = signed.ok_or(NotShown::Unsigned)?.name;
        let notes = self.frames().last().map(|frame| frame.footer.notes.as_slice()).unwrap_or_default();
        let of_name = |body: &&[u8]| Body::read(body).is_some_and(|body| body.name == name);
        let mut bodies = notes.iter().filter(|note| note.kind == SIGNATURE_NOTE).map(|note| &*note.body);
        let body = bodies.find(of_name).ok_or(NotShown::Unsigned)?;
        let mut out = [&MAGIC, &[VERSION][..], body].concat();
        let (mut pieces, mut count, mut first) = (Vec::new(), 0_usize, 0_u64);
        for (number, frame) in self.frames().iter().enumerate() {
            let wanted = wanted(frame, first, &rows);
            let parts = self.parts(frame)?;
            match (wanted.is_empty(), frame.footer.root) {
                (true, _) => out.extend([&[0][..], &parts.digest()].concat()),
                (false, None) => return Err(NotShown::Short),
                (false, Some(root)) => {
                    out.extend([&[1][..], &parts.header, &parts.entries, &root, &parts.notes].concat());
                    count += wanted.len();
                    self.show(frame, number, &wanted, gene, &mut pieces)?;
                }
            }
            first = frame.footer.entries.iter().fold(first, |rows, entry| rows.saturating_add(entry.rows));
        }
        out.push(u8::try_from(count).ok().filter(|count| *count > 0).ok_or(NotShown::NoRows)?);
        out.extend(pieces);
        Ok(out)
    }

    /// Appends the pieces of a frame.
    fn show(
        &self,
        frame: &Frame,
        number: usize,
        wanted: &[Wanted],
        gene: Option<Past<'_>>,
        out: &mut Vec<u8>,
    ) -> Result<(), NotShown<S::Error>> {
        let header = self.header(frame)?;
        if matches!(header.schema, Schema::Raw(_)) {
            return Err(NotShown::NoLines);
        }
        let (mut digests, mut shown) = (Vec::new(), Vec::new());
        for (index, (at, entry)) in frame.segments().enumerate() {
            let text = self.text(at, entry, &header, gene)?;
            digests.push(*blake3::hash(&text).as_bytes());
            if let Some(wanted) = wanted.iter().find(|wanted| wanted.segment == index) {
                let preamble = if index == 0 { header.schema.preamble() } else { &[] };
                let part = lines(&text, preamble, &wanted.rows).ok_or(NotShown::NoRows)?;
                let mut bytes = Vec::new();
                bytes.extend([part.start, part.end].iter().flat_map(|n| n.to_le_bytes()));
                slice::write(&text, &with_byte_before(&part), &mut bytes);
                shown.push((index, bytes));
            }
        }
        for (index, bytes) in shown {
            let path = path(&digests, index);
            let sides = path.iter().rev().fold(0_u64, |sides, (is_left, _)| sides << 1 | u64::from(*is_left));
            out.extend_from_slice(&(number as u32).to_le_bytes());
            out.push(path.len() as u8);
            out.extend_from_slice(&sides.to_le_bytes());
            path.iter().for_each(|(_, sibling)| out.extend_from_slice(sibling));
            out.extend_from_slice(&bytes);
        }
        Ok(())
    }

    /// The text of the segment at `at`.
    fn text(
        &self,
        at: u64,
        entry: Entry,
        header: &Header,
        gene: Option<Past<'_>>,
    ) -> Result<Vec<u8>, NotShown<S::Error>> {
        let bytes = self.segment(at, entry, header).map_err(Fault::Source)?;
        let prior = gene.filter(|gene| header.gene.as_ref() == Some(gene.id)).map(|gene| gene.prior);
        let decode = || -> Result<Option<Vec<u8>>, Error> {
            let header = header.resolved(prior)?;
            let view = View::read(&mut Cursor::new(&bytes), &header)?;
            if view.script().is_some() {
                return Ok(None);
            }
            let mut text = Vec::new();
            view.decode_with(&Sequential, prior, &header, &mut text)?;
            Ok(Some(text))
        };
        decode().map_err(|error| Fault::Archive { at, error })?.ok_or(NotShown::NoLines)
    }
}

/// Which rows of which segments of a frame are wanted, whose first row is row `first` of the archive.
fn wanted(frame: &Frame, mut first: u64, rows: &Range<u64>) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    for (segment, entry) in frame.footer.entries.iter().enumerate() {
        let end = first.saturating_add(entry.rows);
        let within = rows.start.max(first)..rows.end.min(end);
        if !within.is_empty() {
            wanted.push(Wanted { segment, rows: within.start - first..within.end - first });
        }
        first = end;
    }
    wanted
}

/// Where rows of a text lie, which begins with `preamble`.
fn lines(text: &[u8], preamble: &[u8], rows: &Range<u64>) -> Option<Range<u64>> {
    let before = if text.starts_with(preamble) { preamble.len() } else { 0 };
    let place = |row: u64| match row.checked_sub(1) {
        None => Some(before),
        Some(last) => {
            let ends = memchr::memchr_iter(b'\n', text.get(before..)?);
            Some(ends.map(|end| before + end + 1).nth(usize::try_from(last).ok()?).unwrap_or(text.len()))
        }
    };
    let part = place(rows.start)? as u64..place(rows.end)? as u64;
    (!part.is_empty()).then_some(part)
}

fn with_byte_before(part: &Range<u64>) -> Range<u64> {
    part.start.saturating_sub(1)..part.end
}

/// The siblings on the way from a leaf to the root, the lowest first, each with whether it is to the left.
fn path(leaves: &[[u8; 32]], index: usize) -> Vec<(bool, [u8; 32])> {
    let half = leaves.len().div_ceil(2).next_power_of_two();
    let Some((left, right)) = leaves.split_at_checked(half).filter(|_| leaves.len() > 1) else {
        return Vec::new();
    };
    let (mut steps, sibling) = match index.checked_sub(half) {
        None => (path(left, index), (false, root(right))),
        Some(index) => (path(right, index), (true, root(left))),
    };
    steps.push(sibling);
    steps
}

fn root(leaves: &[[u8; 32]]) -> [u8; 32] {
    let half = leaves.len().div_ceil(2).next_power_of_two();
    match (leaves, leaves.split_at_checked(half)) {
        ([leaf], _) => *leaf,
        (_, Some((left, right))) => join(&root(left), &root(right)),
        _ => [0; 32],
    }
}

impl Excerpt {
    /// Whether bytes begin as an excerpt does.
    pub fn begins(bytes: &[u8]) -> bool {
        bytes.starts_with(&MAGIC)
    }

    /// Opens an excerpt: what it shows is in an archive that its signer has signed.
    ///
    /// # Errors
    ///
    /// [`NoExcerpt`] with the reason.
    pub fn open(bytes: &[u8]) -> Result<Self, NoExcerpt> {
        let mut rest = bytes.strip_prefix(&MAGIC).ok_or(NoExcerpt::Other)?;
        match u8::from_le_bytes(take(&mut rest)?) {
            VERSION => {}
            version if version > VERSION => return Err(NoExcerpt::Newer(version)),
            _ => return Err(NoExcerpt::Form),
        }
        let body = Body::read(&take::<{ Body::BYTES }>(&mut rest)?).ok_or(NoExcerpt::Form)?;
        let frames = read_frames(&mut rest, body.frames)?;
        let mut pieces = Vec::new();
        for _ in 0..u8::from_le_bytes(take(&mut rest)?) {
            pieces.push(read_piece(&mut rest, &frames)?);
        }
        if !rest.is_empty() || pieces.is_empty() {
            return Err(NoExcerpt::Form);
        }
        let digests = frames.iter().map(|(digest, _)| *digest).collect::<Vec<_>>();
        if !body.holds_for(&digests) {
            return Err(NoExcerpt::Signature);
        }
        Ok(Self { name: body.name, pieces })
    }
}

/// A frame's digest, and its root if some of its rows are shown.
type Rooted = ([u8; 32], Option<[u8; 32]>);

fn read_frames(rest: &mut &[u8], count: u64) -> Result<Vec<Rooted>, NoExcerpt> {
    if count > rest.len() as u64 {
        return Err(NoExcerpt::Form);
    }
    let frame = |_| match take(rest)? {
        [0] => Ok((take(rest)?, None)),
        [1] => {
            let [header, entries, root, notes] = [take(rest)?, take(rest)?, take(rest)?, take(rest)?];
            let parts = FrameParts { header, entries, content: Content::Root(root), notes };
            Ok((parts.digest(), Some(root)))
        }
        _ => Err(NoExcerpt::Form),
    };
    (0..count).map(frame).collect()
}

/// Reads a piece whose text leads to the root of its frame.
fn read_piece(rest: &mut &[u8], frames: &[Rooted]) -> Result<Vec<u8>, NoExcerpt> {
    let frame = u32::from_le_bytes(take(rest)?) as usize;
    let root = frames.get(frame).and_then(|(_, root)| *root).ok_or(NoExcerpt::Form)?;
    let [depth] = take(rest)?;
    let sides = u64::from_le_bytes(take(rest)?);
    if depth > MAX_DEPTH || (depth < MAX_DEPTH && sides >> depth > 0) {
        return Err(NoExcerpt::Form);
    }
    let siblings = (0..depth).map(|_| take(rest)).collect::<Result<Vec<[u8; 32]>, _>>()?;
    let [start, end] = [take(rest)?, take(rest)?].map(u64::from_le_bytes);
    if start >= end {
        return Err(NoExcerpt::Form);
    }
    let part = with_byte_before(&(start..end));
    let shown = slice::read(rest, &part).ok_or(NoExcerpt::Form)?;
    let found =
        siblings.iter().enumerate().fold(shown.hash, |node, (level, sibling)| match sides >> level & 1 {
            0 => join(&node, sibling),
            _ => join(sibling, &node),
        });
    if found != root {
        return Err(NoExcerpt::Signature);
    }
    let (before, lines) = if start > 0 { shown.part.split_at(1) } else { (&b"\n"[..], &shown.part[..]) };
    let is_whole = before == b"\n" && (lines.ends_with(b"\n") || shown.is_end);
    if is_whole { Ok(lines.to_vec()) } else { Err(NoExcerpt::Lines) }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], NoExcerpt> {
    let (bytes, after) = rest.split_first_chunk().ok_or(NoExcerpt::Form)?;
    *rest = after;
    Ok(*bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Options, codec::Level, compress, trust::Identity};
    use std::{format, string::String, vec, vec::Vec};

    fn text(rows: Range<u32>) -> String {
        rows.map(|row| format!("{row},{}.{}\n", row * 7 % 40, row % 10)).collect()
    }

    fn archive(rows: Range<u32>) -> Vec<u8> {
        let options = Options { level: Level::FASTEST, segment: 16 << 10, ..Options::default() };
        compress(format!("time,temp\n{}", text(rows)).as_bytes(), &options).unwrap()
    }

    fn signed() -> Vec<u8> {
        let parts = [archive(0..9000), archive(9000..9003), archive(9003..15_000)].concat();
        let archive = Archive::open(&parts[..], 1 << 30).unwrap();
        let at = archive.frames().last().unwrap().footer_at() as usize;
        [&parts[..at], &archive.sign(&Identity::from_secret(&[1; 32]), None).unwrap()].concat()
    }

    fn show(bytes: &[u8], rows: Range<u64>) -> Result<Vec<u8>, NotShown<core::convert::Infallible>> {
        Archive::open(bytes, 1 << 30).unwrap().excerpt(rows, None)
    }

    #[test]
    fn rows_are_shown_wherever_they_lie() {
        let bytes = signed();
        for rows in [0..1, 5..9, 1700..1800, 0..9000, 8999..9000, 9003..9010, 14_990..15_000, 14_000..99_999]
        {
            let shown = Excerpt::open(&show(&bytes, rows.clone()).unwrap()).unwrap();
            let expected = text(rows.start as u32..15_000.min(rows.end as u32));
            assert_eq!(shown.pieces.concat(), expected.into_bytes(), "{rows:?}");
            assert_eq!(shown.name, Identity::from_secret(&[1; 32]).name());
        }
        let few = show(&bytes, 1700..1710).unwrap();
        assert!(few.len() < 3000, "{}", few.len());
    }

    #[test]
    fn rows_that_cannot_be_shown_are_told() {
        let bytes = signed();
        assert_eq!(show(&bytes, 15_000..15_001), Err(NotShown::NoRows));
        assert_eq!(show(&bytes, 9000..9001), Err(NotShown::Short));
        assert_eq!(show(&archive(0..9000), 0..1), Err(NotShown::Unsigned));
        assert_eq!(show(&[&bytes[..], &archive(0..5)].concat(), 0..1), Err(NotShown::Unsigned));
    }

    #[test]
    fn every_bit_and_every_length_of_an_excerpt_counts() {
        let bytes = show(&signed(), 4000..4003).unwrap();
        let right = Excerpt::open(&bytes).unwrap();
        for bit in 0..8 * bytes.len() {
            let mut bad = bytes.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(Excerpt::open(&bad).is_err(), "bit {bit}");
        }
        for length in 0..bytes.len() {
            assert!(Excerpt::open(&bytes[..length]).is_err(), "{length}");
        }
        assert_eq!(Excerpt::open(&[&bytes[..], &[0]].concat()), Err(NoExcerpt::Form));
        assert_eq!(right.pieces, [text(4000..4003).into_bytes()]);
    }

    #[test]
    fn parts_of_lines_are_refused() {
        let whole = show(&signed(), 4000..4003).unwrap();
        let lines = text(4000..4003).len() as u64;
        // Where a piece says that it begins and ends.
        let number = |at: usize| u64::from_le_bytes(whole[at..][..8].try_into().unwrap());
        let is_place = |at: &usize| number(*at) > 0 && number(*at).checked_add(lines) == Some(number(at + 8));
        let start = (0..whole.len() - 16).find(is_place).unwrap();
        for (place, by) in [(start, 1), (start + 8, -1)] {
            let mut bad = whole.clone();
            bad[place..][..8].copy_from_slice(&number(place).wrapping_add_signed(by).to_le_bytes());
            assert_eq!(Excerpt::open(&bad), Err(NoExcerpt::Lines));
        }
    }

    #[test]
    fn paths_lead_to_the_root() {
        for count in 1..20_u8 {
            let leaves: Vec<[u8; 32]> = (0..count).map(|leaf| [leaf; 32]).collect();
            for index in 0..leaves.len() {
                let found =
                    path(&leaves, index).into_iter().fold(leaves[index], |node, (is_left, sibling)| {
                        if is_left { join(&sibling, &node) } else { join(&node, &sibling) }
                    });
                assert_eq!(found, root(&leaves));
            }
        }
        assert_eq!(vec![path(&[[1; 32]], 0)], [vec![]]);
    }
}
