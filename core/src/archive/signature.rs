//! Signatures of whole archives. They cost reading headers and footers, whatever lies between.
//!
//! ```text
//! body   := frames u64 LE | rows u64 LE | name [u8; 32] | signature [u8; 64]         of a note of the last frame's footer
//! signed := frames u64 LE | rows u64 LE | digest of each frame [u8; 32]
//! digest := BLAKE3 (derive-key mode) of digest of the header | digest of the entries | 1 and the root, or 0 and BLAKE3 of the
//!           segment of a frame that has none | digest of the footer's notes that are not signatures
//! ```
//! So a signature says which segments stand where, what text they decode to, and that they are all. Several names may sign
//! one archive. The counts are there to say what is wrong with one that is not as it was signed.

use super::{Archive, Fault, Frame, Source};
use crate::{
    entropy::Cursor,
    frame::{Footer, Note, Past, View},
    parallel::Sequential,
    trust::{Domain, Identity, Name, SIGNATURE_BYTES},
};
use alloc::vec::Vec;

/// Wire: the kind of note that is a signature.
pub const SIGNATURE_NOTE: u8 = 1;

/// A signature that stands in an archive, and whether it is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signed {
    /// Who is said to have signed.
    pub name: Name,
    /// Whether that is so.
    pub state: Result<(), Unsigned>,
}

/// Why an archive is not as it was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsigned {
    /// The note is none.
    #[error("its signature is not written as signatures are")]
    Form,
    /// Parts that were signed are missing.
    #[error("it was signed with {0} parts more: it was cut")]
    Cut(u64),
    /// Something stands before what was signed.
    #[error("only its last {signed} of {parts} parts were signed: others were put before them")]
    Spliced {
        /// Parts that are signed.
        signed: u64,
        /// Parts that there are.
        parts: u64,
    },
    /// Something stands behind what was signed.
    #[error("what follows row {0} was appended after it was signed")]
    Appended(u64),
    /// All else.
    #[error("it is not what was signed: parts were changed, exchanged or put in another order")]
    Changed,
}

/// The content of a note.
pub(super) struct Body {
    pub(super) frames: u64,
    rows: u64,
    pub(super) name: Name,
    signature: [u8; SIGNATURE_BYTES],
}

impl Body {
    /// Wire: bytes of it.
    pub(super) const BYTES: usize = 8 + 8 + 32 + SIGNATURE_BYTES;

    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let (frames, rest) = body.split_first_chunk()?;
        let (rows, rest) = rest.split_first_chunk()?;
        let (name, rest) = rest.split_first_chunk()?;
        let signature = <[u8; SIGNATURE_BYTES]>::try_from(rest).ok()?;
        let (frames, rows) = (u64::from_le_bytes(*frames), u64::from_le_bytes(*rows));
        Some(Self { frames, rows, name: Name(*name), signature })
    }

    fn note(&self) -> Note {
        let mut body = Vec::with_capacity(Self::BYTES);
        body.extend_from_slice(&self.frames.to_le_bytes());
        body.extend_from_slice(&self.rows.to_le_bytes());
        body.extend_from_slice(&self.name.0);
        body.extend_from_slice(&self.signature);
        Note { kind: SIGNATURE_NOTE, body }
    }

    /// Whether just these frames were signed.
    fn holds(&self, frames: &[FrameDigest]) -> bool {
        let digests: Vec<_> = frames.iter().map(|frame| frame.digest).collect();
        self.rows == rows(frames) && self.holds_for(&digests)
    }

    /// Whether frames of just these digests were signed, which have as many rows as is said.
    pub(super) fn holds_for(&self, digests: &[[u8; 32]]) -> bool {
        let is_so = |parts: &[&[u8]]| self.name.verify(Domain::Archive, parts, &self.signature);
        self.frames == digests.len() as u64 && with_parts(self.rows, digests, is_so)
    }
}

/// What is signed of a frame, and how many rows it has.
struct FrameDigest {
    rows: u64,
    digest: [u8; 32],
}

/// What the digest of a frame is made of.
pub(super) struct FrameParts {
    /// Digest of the header.
    pub(super) header: [u8; 32],
    /// Digest of what the footer says of segments.
    pub(super) entries: [u8; 32],
    /// What stands for the text.
    pub(super) content: Content,
    /// Digest of the notes.
    pub(super) notes: [u8; 32],
}

/// What stands for the text of a frame.
pub(super) enum Content {
    /// The root.
    Root([u8; 32]),
    /// The digest of the only segment as it is coded.
    Segment([u8; 32]),
}

impl FrameParts {
    pub(super) fn digest(&self) -> [u8; 32] {
        let (tag, content) = match &self.content {
            Content::Segment(digest) => (0, digest),
            Content::Root(root) => (1, root),
        };
        let mut hasher = blake3::Hasher::new_derive_key("qres 2026 signed frame 1");
        hasher.update(&self.header).update(&self.entries).update(&[tag]).update(content).update(&self.notes);
        *hasher.finalize().as_bytes()
    }
}

fn rows(frames: &[FrameDigest]) -> u64 {
    frames.iter().fold(0, |rows, frame| rows.saturating_add(frame.rows))
}

/// Calls `then` with what is signed.
fn with_parts<T>(rows: u64, digests: &[[u8; 32]], then: impl FnOnce(&[&[u8]]) -> T) -> T {
    let counts = [(digests.len() as u64).to_le_bytes(), rows.to_le_bytes()];
    let mut parts: Vec<&[u8]> = counts.iter().map(<[u8; 8]>::as_slice).collect();
    parts.extend(digests.iter().map(<[u8; 32]>::as_slice));
    then(&parts)
}

impl<S: Source> Archive<S> {
    /// Returns the last frame's footer with a signature of all frames in it, to be written where that footer begins, as the
    /// end of the archive. If that frame starts from a gene and has no root yet, it takes the `gene`.
    ///
    /// # Errors
    ///
    /// Those of the source, and of a segment without a root that cannot be decoded.
    pub fn sign(&self, identity: &Identity, gene: Option<Past<'_>>) -> Result<Vec<u8>, Fault<S::Error>> {
        let mut frames = self.frames().to_vec();
        let mut bytes = Vec::new();
        let Some(last) = frames.last_mut() else { return Ok(bytes) };
        if last.footer.root.is_none() {
            last.footer.root = Some(self.only_digest(last, gene)?);
        }
        let digests = frames.iter().map(|frame| Ok(self.parts(frame)?.digest()));
        let digests = digests.collect::<Result<Vec<_>, Fault<S::Error>>>()?;
        let (rows, name) = (self.rows(), identity.name());
        let signature = with_parts(rows, &digests, |parts| identity.sign(Domain::Archive, parts));
        let note = Body { frames: digests.len() as u64, rows, name, signature }.note();
        if let Some(Frame { footer, .. }) = frames.last_mut() {
            footer.notes.retain(|note| !is_by(note, name));
            footer.notes.push(note);
            footer.write(&mut bytes);
        }
        Ok(bytes)
    }

    /// Returns the signatures of the last frame, or of the last one before it that has any, each with what is wrong with it.
    /// The text itself is not looked at: decoding compares it with what was signed.
    ///
    /// # Errors
    ///
    /// Those of the source.
    pub fn signatures(&self) -> Result<Vec<Signed>, Fault<S::Error>> {
        let frames = self.frames();
        let has_one = |frame: &Frame| frame.footer.notes.iter().any(|note| note.kind == SIGNATURE_NOTE);
        let Some(at) = frames.iter().rposition(has_one) else { return Ok(Vec::new()) };
        let digests = frames.iter().map(|frame| self.digest(frame)).collect::<Result<Vec<_>, _>>()?;
        let notes = frames.get(at).map(|frame| frame.footer.notes.as_slice()).unwrap_or_default();
        let signatures = notes.iter().filter(|note| note.kind == SIGNATURE_NOTE);
        Ok(signatures.map(|note| judge(&note.body, &digests, at + 1)).collect())
    }

    /// What is signed of a frame.
    fn digest(&self, frame: &Frame) -> Result<FrameDigest, Fault<S::Error>> {
        let rows = frame.footer.entries.iter().fold(0_u64, |rows, entry| rows.saturating_add(entry.rows));
        Ok(FrameDigest { rows, digest: self.parts(frame)?.digest() })
    }

    /// What the digest of a frame is made of.
    pub(super) fn parts(&self, frame: &Frame) -> Result<FrameParts, Fault<S::Error>> {
        let Footer { header_bytes, entries, root, notes } = &frame.footer;
        let header = self.header_bytes(frame)?;
        let content = match root {
            Some(root) => Content::Root(*root),
            None => Content::Segment(self.only_hash(frame)?),
        };
        let mut index = blake3::Hasher::new();
        index.update(&header_bytes.to_le_bytes());
        for entry in entries {
            index.update(&entry.bytes.to_le_bytes()).update(&entry.rows.to_le_bytes());
        }
        let mut others = blake3::Hasher::new();
        for note in notes.iter().filter(|note| note.kind != SIGNATURE_NOTE) {
            others.update(&[note.kind]).update(&(note.body.len() as u64).to_le_bytes()).update(&note.body);
        }
        let header = *blake3::hash(&header).as_bytes();
        let [entries, notes] = [index, others].map(|hasher| *hasher.finalize().as_bytes());
        Ok(FrameParts { header, entries, content, notes })
    }

    /// The hash of the only segment of a frame without a root, as it is coded.
    fn only_hash(&self, frame: &Frame) -> Result<[u8; 32], Fault<S::Error>> {
        let header = self.header(frame)?;
        let Some((at, entry)) = frame.segments().next() else { return Ok([0; 32]) };
        Ok(*blake3::hash(&self.segment(at, entry, &header)?).as_bytes())
    }

    /// The hash of the text of the only segment of a frame.
    fn only_digest(&self, frame: &Frame, gene: Option<Past<'_>>) -> Result<[u8; 32], Fault<S::Error>> {
        let header = self.header(frame)?;
        let Some((at, entry)) = frame.segments().next() else { return Ok([0; 32]) };
        let bytes = self.segment(at, entry, &header)?;
        let prior = gene.filter(|gene| header.gene.as_ref() == Some(gene.id)).map(|gene| gene.prior);
        let digest = header.resolved(prior).and_then(|header| {
            View::read(&mut Cursor::new(&bytes), &header)?.decode_with(
                &Sequential,
                prior,
                &header,
                &mut Vec::new(),
            )
        });
        digest.map_err(|error| Fault::Archive { at, error })
    }
}

/// Whether a note is a signature of `name`.
fn is_by(note: &Note, name: Name) -> bool {
    note.kind == SIGNATURE_NOTE && Body::read(&note.body).is_some_and(|body| body.name == name)
}

/// What is to be said of the signature that stands in the footer of the frame before `end`.
fn judge(body: &[u8], frames: &[FrameDigest], end: usize) -> Signed {
    let Some(body) = Body::read(body) else {
        return Signed { name: Name::default(), state: Err(Unsigned::Form) };
    };
    let (upto, count) = (frames.get(..end).unwrap_or_default(), end as u64);
    let missing = body.frames.checked_sub(count).filter(|missing| *missing > 0);
    let skipped = usize::try_from(count.saturating_sub(body.frames)).unwrap_or(usize::MAX);
    let behind = upto.get(skipped..).unwrap_or_default();
    let state = match missing {
        Some(missing) => Err(Unsigned::Cut(missing)),
        None if !body.holds(behind) => Err(Unsigned::Changed),
        None if skipped > 0 => Err(Unsigned::Spliced { signed: body.frames, parts: frames.len() as u64 }),
        None if end < frames.len() => Err(Unsigned::Appended(rows(upto))),
        None => Ok(()),
    };
    Signed { name: body.name, state }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Options, codec::Level, compress, decompress};
    use std::{format, string::String, vec};

    fn text(rows: core::ops::Range<u32>) -> String {
        rows.map(|row| format!("{row},{}.{}\n", row * 7 % 40, row % 10)).collect()
    }

    fn archive(rows: core::ops::Range<u32>) -> Vec<u8> {
        let options = Options { level: Level::FASTEST, segment: 16 << 10, ..Options::default() };
        compress(text(rows).as_bytes(), &options).unwrap()
    }

    fn identity(seed: u8) -> Identity {
        Identity::from_secret(&[seed; 32])
    }

    fn sign(bytes: &[u8], seed: u8) -> Vec<u8> {
        let archive = Archive::open(bytes, 1 << 30).unwrap();
        let at = archive.frames().last().unwrap().footer_at() as usize;
        [&bytes[..at], &archive.sign(&identity(seed), None).unwrap()].concat()
    }

    fn states(bytes: &[u8]) -> Vec<Result<(), Unsigned>> {
        let archive = Archive::open(bytes, 1 << 30).unwrap();
        archive.signatures().unwrap().into_iter().map(|signed| signed.state).collect()
    }

    #[test]
    fn a_signed_archive_reads_as_before() {
        for rows in [0..3, 0..20_000] {
            let plain = archive(rows.clone());
            let signed = sign(&plain, 1);
            assert_eq!(decompress(&signed).unwrap(), text(rows).into_bytes());
            let name = identity(1).name();
            let found = Archive::open(&signed[..], 1 << 30).unwrap().signatures().unwrap();
            assert_eq!(found, [Signed { name, state: Ok(()) }]);
            assert_eq!(states(&plain), []);
            // Again by the same, and by another.
            assert_eq!(sign(&signed, 1), signed);
            assert_eq!(states(&sign(&signed, 2)), [Ok(()), Ok(())]);
        }
    }

    #[test]
    fn archives_that_go_on_are_signed_again() {
        let signed = sign(&archive(0..20_000), 1);
        let longer = [signed, archive(0..3)].concat();
        assert_eq!(states(&longer), [Err(Unsigned::Appended(20_000))]);
        let again = sign(&longer, 1);
        assert_eq!(states(&again), [Ok(())]);
        assert_eq!(
            states(&[again, archive(0..5), archive(0..3)].concat()),
            [Err(Unsigned::Appended(20_003))]
        );
    }

    #[test]
    fn what_is_cut_spliced_or_exchanged_is_told() {
        let parts = [archive(0..20_000), archive(5..9), archive(100..30_000)];
        let whole = sign(&parts.concat(), 1);
        let end = &whole[parts[0].len() + parts[1].len()..];
        assert_eq!(states(&whole), [Ok(())]);
        assert_eq!(states(&[&parts[0], end].concat()), [Err(Unsigned::Cut(1))]);
        assert_eq!(states(&[&parts[1], &parts[0], end].concat()), [Err(Unsigned::Changed)]);
        assert_eq!(states(&[&parts[0], &archive(5..10), end].concat()), [Err(Unsigned::Changed)]);
        let other = sign(&archive(0..7), 1);
        let spliced = Unsigned::Spliced { signed: 3, parts: 4 };
        assert_eq!(states(&[&other[..], &whole].concat()), [Err(spliced)]);
        assert_eq!(states(&[&whole[..], &other].concat()), [Err(Unsigned::Spliced { signed: 1, parts: 4 })]);
    }

    #[test]
    fn every_bit_of_header_and_footer_counts() {
        let signed = sign(&archive(0..20_000), 1);
        let frame = Archive::open(&signed[..], 1 << 30).unwrap().frames()[0].clone();
        let header = 0..8 * frame.footer.header_bytes as usize;
        for bit in header.chain(8 * frame.footer_at() as usize..8 * signed.len()) {
            let mut bad = signed.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            let Ok(archive) = Archive::open(&bad[..], 1 << 30) else { continue };
            let Ok(found) = archive.signatures() else { continue };
            let name = identity(1).name();
            assert!(!found.contains(&Signed { name, state: Ok(()) }), "bit {bit}");
        }
    }

    #[test]
    fn other_notes_are_signed_too() {
        let plain = archive(0..20_000);
        let frame = Archive::open(&plain[..], 1 << 30).unwrap().frames()[0].clone();
        let with = |notes| {
            let mut bytes = plain[..frame.footer_at() as usize].to_vec();
            Footer { notes, ..frame.footer.clone() }.write(&mut bytes);
            bytes
        };
        let note = |body: u8| Note { kind: 200, body: vec![body] };
        let signed = sign(&with(vec![note(1)]), 1);
        assert_eq!(states(&signed), [Ok(())]);
        let footer = Archive::open(&signed[..], 1 << 30).unwrap().frames()[0].footer.clone();
        let signature = footer.notes.last().unwrap().clone();
        for notes in
            [vec![signature.clone()], vec![note(2), signature.clone()], vec![note(1), note(1), signature]]
        {
            assert_eq!(states(&with(notes)), [Err(Unsigned::Changed)]);
        }
        let none = Note { kind: SIGNATURE_NOTE, body: vec![0; 111] };
        assert_eq!(states(&with(vec![none])), [Err(Unsigned::Form)]);
    }
}
