//! Archives and messages read front to back: cut into parts as they arrive, decoded on several threads, written in order.

use super::{
    genes::{Genes, Learnt},
    hands::Hands,
    input::Input,
    link,
    pipeline::{self, Feeder, Gone},
    spares::Spares,
};
use crate::error::{Failure, Outcome};
use qres_core::{
    Error,
    entropy::Cursor,
    frame::{Entry, Header, Message, Parser, Part, Prior, View},
};
use std::{
    sync::{
        Arc,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
};

/// The bytes of an input that have come and are not used yet.
#[derive(Debug)]
pub(crate) struct Feed {
    input: Input,
    buffer: Vec<u8>,
    /// How much of the buffer is used.
    used: usize,
    /// Where in the input the unused bytes begin.
    at: u64,
}

const READ: usize = 128 << 10;

impl Feed {
    /// Nothing of `input` has come yet.
    pub(crate) fn new(input: Input) -> Self {
        Self { input, buffer: Vec::new(), used: 0, at: 0 }
    }

    /// The bytes that are there.
    pub(crate) fn front(&self) -> &[u8] {
        &self.buffer[self.used..]
    }

    /// Where in the input they begin.
    pub(crate) fn at(&self) -> u64 {
        self.at
    }

    /// Uses the first `n` of them.
    pub(crate) fn advance(&mut self, n: usize) {
        let n = n.min(self.front().len());
        self.used += n;
        self.at += n as u64;
    }

    /// Waits for more; false at the end of the input.
    pub(crate) fn more(&mut self) -> Outcome<bool> {
        if self.used >= self.buffer.len() / 2 {
            self.buffer.drain(..self.used);
            self.used = 0;
        }
        let end = self.buffer.len();
        self.buffer.resize(end + READ, 0);
        let read = self.input.some(&mut self.buffer[end..]);
        self.buffer.truncate(end + *read.as_ref().unwrap_or(&0));
        Ok(read? > 0)
    }

    /// Whether the input ends here.
    pub(crate) fn is_at_end(&mut self) -> Outcome<bool> {
        Ok(self.front().is_empty() && !self.more()?)
    }

    /// What `read` makes of the front, given more of it as long as it asks; uses the bytes that it says.
    pub(crate) fn part<T>(
        &mut self,
        mut read: impl FnMut(&[u8]) -> Result<(T, usize), Error>,
    ) -> Result<T, Stop> {
        loop {
            match read(self.front()) {
                Ok((part, bytes)) => {
                    self.advance(bytes);
                    return Ok(part);
                }
                Err(Error::Truncated) if self.more().map_err(Stop::Input)? => {}
                Err(error) => return Err(Stop::Archive(error)),
            }
        }
    }

    /// The name of the input, for messages.
    pub(crate) fn name(&self) -> String {
        self.input.to_string()
    }

    /// The failure that `stop` is, if it is one.
    pub(crate) fn failure(&self, stop: Stop) -> Failure {
        match stop {
            Stop::Input(failure) => failure,
            Stop::Archive(source) => self.corrupt(self.at, source),
        }
    }

    /// The failure of reading what is at byte `at`.
    pub(crate) fn corrupt(&self, at: u64, source: Error) -> Failure {
        if source == Error::NotArchive && self.front().starts_with(&link::MAGIC) {
            let what = format!("{} is a live link and no archive", self.input);
            return Failure::refused(what, "`qres decompress` writes its rows");
        }
        Failure::Archive { name: self.input.to_string(), at, source }
    }
}

/// Why no part could be read.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The input cannot be read.
    Input(Failure),
    /// The archive cannot be read.
    Archive(Error),
}

/// How to decode.
#[derive(Debug, Clone)]
pub(crate) struct Decoding {
    /// Threads that decode.
    pub(crate) threads: usize,
    /// Bytes of memory that decoding may take.
    pub(crate) memory: u64,
    /// What segments may go on from.
    pub(crate) genes: Genes,
}

/// What was decoded.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Totals {
    /// Bytes of text.
    pub(crate) text_bytes: u64,
    /// Bytes of archive.
    pub(crate) bytes: u64,
    /// Rows.
    pub(crate) rows: u64,
    /// Segments and messages.
    pub(crate) segments: u64,
    /// Whether the text may be another than the one that came in, within bounds.
    pub(crate) bounded: bool,
}

/// A segment or a message on its way to a thread that decodes it.
struct Job {
    at: u64,
    bytes: Vec<u8>,
    kind: JobKind,
}

enum JobKind {
    Segment { header: Arc<Header>, prior: Option<Arc<Prior>> },
    Message(Option<Learnt>),
}

/// Its text.
struct Text {
    at: u64,
    result: Result<Vec<u8>, Error>,
    entry: Entry,
    /// The digest of a segment, which the parser wants to hear of.
    digest: Option<[u8; 32]>,
    bounded: bool,
}

/// A checked segment, as the parser wants to hear of it.
type Checked = (Entry, [u8; 32]);

/// Decodes all archives of `input` and hands each segment's text to `sink`, checked, as soon as it is there.
pub(crate) fn decode(
    input: Input,
    how: Decoding,
    mut sink: impl FnMut(&[u8], u64) -> Outcome,
) -> Outcome<Totals> {
    let name = input.to_string();
    let spares = Spares::default();
    let buffers = spares.clone();
    let hands = Hands::new(how.threads);
    let (feeder, mut taker) =
        pipeline::start(how.threads, move |job: Job| job.decode(&hands, buffers.take()));
    let (checked, heard) = channel();
    let (done, total) = channel();
    thread::spawn(move || split(Feed::new(input), how, feeder, &heard, &done));
    let mut totals = Totals::default();
    while let Some(text) = taker.take() {
        let Text { at, result, entry, digest, bounded } = text?;
        let text = result.map_err(|source| Failure::Archive { name: name.clone(), at, source })?;
        sink(&text, entry.bytes)?;
        totals.text_bytes += text.len() as u64;
        spares.give(text);
        totals.rows += entry.rows;
        totals.segments += 1;
        totals.bounded |= bounded;
        // The splitter hangs up when it has failed; its failure comes through the pipeline.
        let _ = digest.map(|digest| checked.send((entry, digest)));
    }
    totals.bytes =
        total.recv().map_err(|_| Failure::Bug { what: "the thread that reads the archive ended early" })?;
    Ok(totals)
}

impl Job {
    fn decode(&self, hands: &Hands, text: Vec<u8>) -> Text {
        match &self.kind {
            JobKind::Segment { header, prior } => self.segment(header, prior.as_deref(), hands, text),
            JobKind::Message(learnt) => self.message(learnt.as_ref(), text),
        }
    }

    fn segment(&self, header: &Header, prior: Option<&Prior>, hands: &Hands, mut text: Vec<u8>) -> Text {
        let mut entry = Entry { bytes: self.bytes.len() as u64, rows: 0 };
        let digest = View::read(&mut Cursor::new(&self.bytes), header).and_then(|view| {
            entry = view.entry();
            hands.busy(|| view.decode_with(hands, prior, header, &mut text))
        });
        let (digest, result) = match digest {
            Ok(digest) => (Some(digest), Ok(text)),
            Err(error) => (None, Err(inside(error))),
        };
        Text { at: self.at, result, entry, digest, bounded: !header.bounds.is_exact() }
    }

    fn message(&self, learnt: Option<&Learnt>, mut text: Vec<u8>) -> Text {
        let read = Message::read(&mut Cursor::new(&self.bytes));
        let result = read.and_then(|message| message.decode(learnt.map(Learnt::past), &mut text));
        let rows = memchr::memchr_iter(b'\n', &text).count() as u64;
        let entry = Entry { bytes: self.bytes.len() as u64, rows };
        Text { at: self.at, result: result.map(|()| text), entry, digest: None, bounded: false }
    }
}

/// The error of something inside a segment that has come whole: what ends too early there is corrupt, not cut off.
pub(crate) fn inside(error: Error) -> Error {
    match error {
        Error::Truncated => Error::Corrupt("a segment ends before its content does"),
        other => other,
    }
}

/// The thread that reads: cuts the input into segments and gives them out.
fn split(
    feed: Feed,
    how: Decoding,
    feeder: Feeder<Job, Text>,
    heard: &Receiver<Checked>,
    done: &Sender<u64>,
) {
    let parser = Parser::new(how.memory);
    let mut splitter = Splitter { feed, parser, feeder, outstanding: 0, header: None, prior: None, how };
    match splitter.run(heard) {
        Ok(()) => drop(done.send(splitter.feed.at())),
        Err(Some(failure)) => splitter.feeder.fail(failure),
        Err(None) => {}
    }
}

struct Splitter {
    feed: Feed,
    parser: Parser,
    feeder: Feeder<Job, Text>,
    /// Segments given out of which the parser has not heard yet.
    outstanding: u64,
    header: Option<Arc<Header>>,
    /// What the frame's segments go on from, if it is at hand.
    prior: Option<Arc<Prior>>,
    how: Decoding,
}

/// A part without the bytes it was read from.
enum Step {
    Header(Box<Header>),
    Segment(Vec<u8>),
    Footer,
    /// And the first bytes of the id of the gene that it goes on from.
    Message(Vec<u8>, Option<[u8; 2]>),
}

impl Splitter {
    /// Reads to the end; fails with nothing if nobody listens any more.
    fn run(&mut self, heard: &Receiver<Checked>) -> Result<(), Option<Failure>> {
        // An archive has at least a header: no bytes at all is what a failed download looks like.
        loop {
            match self.step(heard)? {
                Step::Header(header) => {
                    self.prior = self.how.genes.prior(&self.feed.name(), &header).map_err(Some)?;
                    self.header = Some(Arc::new(*header));
                }
                Step::Segment(bytes) => self.give(bytes, heard).map_err(|Gone| None)?,
                Step::Footer => {}
                Step::Message(bytes, gene) => {
                    let learnt = gene.map(|gene| self.how.genes.of_message(&self.feed.name(), gene));
                    let learnt = learnt.transpose().map_err(Some)?.flatten();
                    self.submit(bytes, JobKind::Message(learnt)).map_err(|Gone| None)?;
                }
            }
            if self.parser.is_between_frames() && self.feed.is_at_end().map_err(Some)? {
                return Ok(());
            }
        }
    }

    fn step(&mut self, heard: &Receiver<Checked>) -> Result<Step, Option<Failure>> {
        let parser = &mut self.parser;
        let mut outstanding = self.outstanding;
        let step = self.feed.part(|front| {
            let mut step = next(parser, front);
            // Only a parser that has heard of every segment can judge a footer.
            if !matches!(step, Ok((Step::Segment(_), _)) | Err(Error::Truncated)) && outstanding > 0 {
                for (entry, digest) in heard.iter().take(usize::try_from(outstanding).unwrap_or(usize::MAX)) {
                    parser.decoded(entry, digest);
                }
                outstanding = 0;
                step = next(parser, front);
            }
            step
        });
        self.outstanding = outstanding;
        step.map_err(|stop| Some(self.feed.failure(stop)))
    }

    fn submit(&mut self, bytes: Vec<u8>, kind: JobKind) -> Result<(), Gone> {
        self.feeder.submit(Job { at: self.feed.at() - bytes.len() as u64, bytes, kind })
    }

    fn give(&mut self, bytes: Vec<u8>, heard: &Receiver<Checked>) -> Result<(), Gone> {
        let Some(header) = self.header.clone() else { return Ok(()) };
        let room = (self.how.memory / header.memory()).max(1);
        while self.outstanding >= room {
            let (entry, digest) = heard.recv().map_err(|_| Gone)?;
            self.parser.decoded(entry, digest);
            self.outstanding -= 1;
        }
        self.submit(bytes, JobKind::Segment { header, prior: self.prior.clone() })?;
        self.outstanding += 1;
        // Hearing early keeps the list of what is outstanding short.
        for (entry, digest) in heard.try_iter() {
            self.parser.decoded(entry, digest);
            self.outstanding -= 1;
        }
        Ok(())
    }
}

fn next(parser: &mut Parser, front: &[u8]) -> Result<(Step, usize), Error> {
    let (part, bytes) = parser.next(front)?;
    let all = || front.get(..bytes).unwrap_or_default().to_vec();
    let step = match part {
        Part::Header(header) => Step::Header(header),
        Part::Segment(_) => Step::Segment(all()),
        Part::Footer(_) => Step::Footer,
        Part::Message(message) => Step::Message(all(), message.gene()),
    };
    Ok((step, bytes))
}
