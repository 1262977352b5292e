//! Archives and messages read front to back: cut into parts as they arrive, decoded on several threads, written in order.

use super::{
    buffer_pool::BufferPool,
    feed::{Ending, Feed, Stop, inside},
    genes::{Genes, Learnt},
    input::Input,
    pipeline::{self, Feeder, Gone},
    threads::Threads,
};
use crate::failure::{Failure, Outcome};
use qres_core::{
    Error,
    entropy::Cursor,
    frame::{Entry, FlowEnd, FlowReader, FlowStart, Flush, Header, Message, Parser, Part, Prior, View},
    parallel::{Parallel, Sequential},
};
use std::{
    sync::{
        Arc,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
};

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
    /// How the archive ends.
    pub(crate) ending: Ending,
}

/// Segments or messages on their way to a thread that decodes them: one, or several short ones that came together.
struct Job {
    at: u64,
    bytes: Vec<u8>,
    /// Bytes of their texts; messages do not say.
    text_bytes: u64,
    kind: JobKind,
}

enum JobKind {
    Segments {
        header: Arc<Header>,
        prior: Option<Arc<Prior>>,
    },
    Messages(Option<Learnt>, Genes),
    /// Rows that needed those before them, and so were decoded where they were read.
    Decoded(Text),
}

/// Their texts.
#[derive(Default)]
struct Text {
    bytes: Vec<u8>,
    /// Bytes of archive that gave them.
    read: u64,
    rows: u64,
    /// How many segments or messages.
    parts: u64,
    /// Of each segment, what the parser wants to hear of; nothing of messages.
    checked: Vec<Checked>,
    bounded: bool,
    /// What could not be decoded behind them, and where it is.
    failed: Option<(u64, Error)>,
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
    let mut splitter = Splitter::new(Feed::new(input), how);
    let (mut totals, mut room) = (Totals::default(), Vec::new());
    let (_, nothing) = channel();
    // Threads would cost more than they bring to what is short.
    loop {
        let Some(job) = splitter.job(&nothing)? else {
            (totals.bytes, totals.ending) = splitter.end();
            return Ok(totals);
        };
        if totals.text_bytes.saturating_add(job.text_bytes) > SHORT {
            return spread(splitter, job, totals, sink);
        }
        let text = job.decode(&Sequential, std::mem::take(&mut room));
        let (bytes, checked) = totals.take(text, &name, &mut sink)?;
        hear(&mut splitter.parser, checked);
        room = bytes;
        room.clear();
    }
}

/// Decodes `job` and what the splitter finds behind it on several threads.
fn spread(
    splitter: Splitter,
    job: Job,
    mut totals: Totals,
    mut sink: impl FnMut(&[u8], u64) -> Outcome,
) -> Outcome<Totals> {
    let name = splitter.feed.name();
    let (pool, threads) = (BufferPool::default(), splitter.how.threads);
    let buffers = pool.clone();
    let (feeder, mut taker) = pipeline::start(threads, move |job: Job| job.decode(&Threads, buffers.take()))?;
    let (checked, heard) = channel();
    let (done, total) = channel();
    thread::spawn(move || splitter.feed(job, feeder, &heard, &done));
    while let Some(text) = taker.take() {
        let (bytes, segments) = totals.take(text?, &name, &mut sink)?;
        pool.give(bytes);
        // The splitter hangs up when it has failed; its failure comes through the pipeline.
        let _ = (!segments.is_empty()).then(|| checked.send(segments));
    }
    (totals.bytes, totals.ending) =
        total.recv().map_err(|_| Failure::bug("the thread that reads the archive ended early"))?;
    Ok(totals)
}

impl Totals {
    /// Hands a text of `name` on and counts it; its room, and what the parser wants to hear.
    fn take(
        &mut self,
        text: Text,
        name: &str,
        sink: &mut impl FnMut(&[u8], u64) -> Outcome,
    ) -> Outcome<(Vec<u8>, Vec<Checked>)> {
        if text.parts > 0 || !text.bytes.is_empty() {
            sink(&text.bytes, text.read)?;
        }
        if let Some((at, source)) = text.failed {
            return Err(Failure::archive(name, at, source));
        }
        self.text_bytes += text.bytes.len() as u64;
        self.rows += text.rows;
        self.segments += text.parts;
        self.bounded |= text.bounded;
        Ok((text.bytes, text.checked))
    }
}

impl Job {
    fn decode(self, threads: &impl Parallel, room: Vec<u8>) -> Text {
        if let JobKind::Decoded(text) = self.kind {
            return text;
        }
        let mut text = Text { bytes: room, ..Text::default() };
        let mut cursor = Cursor::new(&self.bytes);
        while !cursor.rest().is_empty() {
            let at = self.at + text.read;
            let before = cursor.rest().len();
            let decoded = match &self.kind {
                JobKind::Segments { header, prior } => {
                    text.bounded = !header.bounds.is_exact();
                    segment(&mut cursor, header, prior.as_deref(), threads, &mut text)
                }
                JobKind::Messages(learnt, genes) => message(&mut cursor, learnt.as_ref(), genes, &mut text),
                JobKind::Decoded(_) => break,
            };
            if let Err(error) = decoded {
                text.failed = Some((at, inside(error)));
                break;
            }
            text.parts += 1;
            text.read += (before - cursor.rest().len()) as u64;
        }
        text
    }
}

fn segment(
    cursor: &mut Cursor<'_>,
    header: &Header,
    prior: Option<&Prior>,
    threads: &impl Parallel,
    text: &mut Text,
) -> Result<(), Error> {
    let view = View::read(cursor, header)?;
    let digest = view.decode_with(threads, prior, header, &mut text.bytes)?;
    text.rows += view.rows;
    text.checked.push((view.entry(), digest));
    Ok(())
}

fn message(
    cursor: &mut Cursor<'_>,
    learnt: Option<&Learnt>,
    genes: &Genes,
    text: &mut Text,
) -> Result<(), Error> {
    let start = text.bytes.len();
    let message = Message::read(cursor)?;
    match genes.history_of(&message) {
        Some(history) => history.read(&message, &mut text.bytes)?,
        None => message.decode(learnt.map(Learnt::past), &mut text.bytes)?,
    }
    text.rows += memchr::memchr_iter(b'\n', &text.bytes[start..]).count() as u64;
    Ok(())
}

/// Cuts the input into jobs.
struct Splitter {
    feed: Feed,
    parser: Parser,
    /// Jobs of segments given out of which the parser has not heard yet.
    outstanding: u64,
    header: Option<Arc<Header>>,
    /// The segment that grows, if one is being read.
    flow: Option<FlowReader>,
    /// What the frame's segments go on from, if it is at hand.
    prior: Option<Arc<Prior>>,
    how: Decoding,
}

/// A part, or several alike, without the bytes that they were read from.
enum Step {
    Header(Box<Header>),
    /// And the bytes of their texts.
    Segments(Vec<u8>, u64),
    /// A segment begins that grows.
    Flow(FlowStart),
    /// Some of its rows.
    Flush(Vec<u8>),
    /// It ends.
    FlowEnd(FlowEnd, Entry),
    /// A piece of an index, or its end.
    Index,
    /// And the first bytes of the id of the gene that they go on from.
    Messages(Vec<u8>, Option<[u8; 2]>),
}

impl Splitter {
    fn new(feed: Feed, how: Decoding) -> Self {
        let parser = Parser::new(how.memory);
        Self { feed, parser, outstanding: 0, header: None, flow: None, prior: None, how }
    }

    /// How much has been read, and how it ends.
    fn end(&self) -> (u64, Ending) {
        (self.feed.at(), self.feed.ending())
    }

    /// The thread that reads: gives out `job` and all others.
    fn feed(
        mut self,
        job: Job,
        mut feeder: Feeder<Job, Text>,
        heard: &Receiver<Vec<Checked>>,
        done: &Sender<(u64, Ending)>,
    ) {
        let mut next = Ok(Some(job));
        while let Ok(Some(job)) = next {
            let Ok(()) = self.give(job, &mut feeder, heard) else { return };
            next = self.job(heard);
        }
        match next {
            Ok(_) => drop(done.send(self.end())),
            Err(failure) => feeder.fail(failure),
        }
    }

    /// The next job; `None` at the end.
    fn job(&mut self, heard: &Receiver<Vec<Checked>>) -> Outcome<Option<Job>> {
        // An archive has at least a header: no bytes at all is what a failed download looks like.
        while !(self.parser.is_between_frames() && self.feed.at() > 0 && self.feed.is_after_last_frame()?) {
            let Some(step) = self.step(heard)? else { break };
            match step {
                Step::Header(header) => {
                    self.prior = self.how.genes.prior(&self.feed.name(), &header)?;
                    self.header = Some(Arc::new(*header));
                }
                Step::Segments(bytes, text_bytes) => {
                    let Some(header) = self.header.clone() else { continue };
                    let kind = JobKind::Segments { header, prior: self.prior.clone() };
                    return Ok(Some(self.job_of(bytes, text_bytes, kind)));
                }
                Step::Flow(start) => {
                    self.hear_all(heard);
                    let text =
                        self.begin_flow(start).map_err(|error| self.feed.corrupt(self.feed.at(), error))?;
                    return Ok(Some(self.job_of(
                        Vec::new(),
                        text.bytes.len() as u64,
                        JobKind::Decoded(text),
                    )));
                }
                Step::Flush(bytes) => {
                    let at = self.feed.at() - bytes.len() as u64;
                    let text = self.flush(&bytes).map_err(|error| self.feed.corrupt(at, error))?;
                    return Ok(Some(self.job_of(bytes, text.bytes.len() as u64, JobKind::Decoded(text))));
                }
                Step::FlowEnd(end, entry) => {
                    let digest = self
                        .flow
                        .take()
                        .map_or(Err(Error::Corrupt("the end of no flow")), |flow| flow.finish(&end));
                    let digest = digest.map_err(|error| self.feed.corrupt(self.feed.at(), error))?;
                    self.parser.decoded(entry, digest);
                }
                Step::Index => {}
                Step::Messages(bytes, gene) => {
                    let learnt = gene.map(|gene| self.how.genes.of_message(&self.feed.name(), gene));
                    let kind = JobKind::Messages(learnt.transpose()?.flatten(), self.how.genes.clone());
                    return Ok(Some(self.job_of(bytes, 0, kind)));
                }
            }
        }
        Ok(None)
    }

    /// Hears of all segments before a flow, whose rows are decoded here: each needs those before it.
    fn hear_all(&mut self, heard: &Receiver<Vec<Checked>>) {
        let jobs = usize::try_from(std::mem::take(&mut self.outstanding)).unwrap_or(usize::MAX);
        heard.iter().take(jobs).for_each(|segments| hear(&mut self.parser, segments));
    }

    fn begin_flow(&mut self, start: FlowStart) -> Result<Text, Error> {
        let header = self.header.as_deref().ok_or(Error::Corrupt("a segment without a header"))?;
        let flow = FlowReader::new(start, &*header.resolved(self.prior.as_deref())?)?;
        let text = Text { bytes: flow.preamble().to_vec(), parts: 1, ..Text::default() };
        self.flow = Some(flow);
        Ok(text)
    }

    fn flush(&mut self, bytes: &[u8]) -> Result<Text, Error> {
        let none = || Error::Corrupt("rows of no flow");
        let (header, flow) = (self.header.as_deref().ok_or_else(none)?, self.flow.as_mut().ok_or_else(none)?);
        let flush = Flush::read(&mut Cursor::new(bytes), header)?.ok_or_else(none)?;
        let before = flow.end().rows;
        let mut text = Text { read: bytes.len() as u64, ..Text::default() };
        flow.flush(&flush, &mut text.bytes)?;
        text.rows = flow.end().rows - before;
        Ok(text)
    }

    fn job_of(&self, bytes: Vec<u8>, text_bytes: u64, kind: JobKind) -> Job {
        Job { at: self.feed.at() - bytes.len() as u64, bytes, text_bytes, kind }
    }

    /// The next part; none if the rest has not been written yet.
    fn step(&mut self, heard: &Receiver<Vec<Checked>>) -> Outcome<Option<Step>> {
        let Self { parser, outstanding, .. } = self;
        let step = self.feed.part(|front| {
            // Only a parser that has heard of every segment can judge an index.
            if parser.is_at_index(front) && *outstanding > 0 {
                let jobs = usize::try_from(std::mem::take(outstanding)).unwrap_or(usize::MAX);
                heard.iter().take(jobs).for_each(|segments| hear(parser, segments));
            }
            next(parser, front)
        });
        match step {
            Err(Stop::Growing) => Ok(None),
            other => other.map(Some).map_err(|stop| self.feed.failure(stop)),
        }
    }

    /// Gives a job to the threads, once there is memory for it.
    fn give(
        &mut self,
        job: Job,
        feeder: &mut Feeder<Job, Text>,
        heard: &Receiver<Vec<Checked>>,
    ) -> Result<(), Gone> {
        let JobKind::Segments { header, .. } = &job.kind else { return feeder.submit(job) };
        let room = (self.how.memory / header.memory()).max(1);
        while self.outstanding >= room {
            hear(&mut self.parser, heard.recv().map_err(|_| Gone)?);
            self.outstanding -= 1;
        }
        feeder.submit(job)?;
        self.outstanding += 1;
        // Hearing early keeps the list of what is outstanding short.
        for segments in heard.try_iter() {
            hear(&mut self.parser, segments);
            self.outstanding -= 1;
        }
        Ok(())
    }
}

fn hear(parser: &mut Parser, segments: Vec<Checked>) {
    segments.into_iter().for_each(|(entry, digest)| parser.decoded(entry, digest));
}

/// Tuning: bytes of text of short segments that are one job, which would cost more to hand over than to decode; and of an
/// input that would cost more to spread over threads.
const SHORT: u64 = 64 << 10;
/// Tuning and limit: messages that are one job, each of which may take as much memory as the next.
const MESSAGES: usize = 16;

/// What is at the front; short segments or messages that have come together are one step.
fn next(parser: &mut Parser, front: &[u8]) -> Result<(Step, usize), Error> {
    let (part, bytes) = parser.next(front)?;
    let (step, bytes) = match part {
        Part::Header(header) => (Step::Header(header), bytes),
        Part::Segment(view) => {
            let rest = front.get(bytes..).unwrap_or_default();
            let (more, text_bytes) = more_segments(parser, rest, view.text_bytes);
            let bytes = bytes + more;
            (Step::Segments(front.get(..bytes).unwrap_or_default().to_vec(), text_bytes), bytes)
        }
        Part::Flow(start) => (Step::Flow(start), bytes),
        Part::Flush(_) => (Step::Flush(front.get(..bytes).unwrap_or_default().to_vec()), bytes),
        Part::FlowEnd(end, entry) => (Step::FlowEnd(end, entry), bytes),
        Part::Index | Part::End => (Step::Index, bytes),
        Part::Message(message) => {
            let gene = message.gene();
            let bytes = bytes + more_messages(front.get(bytes..).unwrap_or_default(), gene);
            (Step::Messages(front.get(..bytes).unwrap_or_default().to_vec(), gene), bytes)
        }
    };
    Ok((step, bytes))
}

/// Bytes of the segments that follow one of so many bytes of text, and are short together with it; and of all their texts.
fn more_segments(parser: &mut Parser, front: &[u8], mut text_bytes: u64) -> (usize, u64) {
    let (mut rest, most) = (front, parser.header().map_or(0, Header::segment_limit).min(SHORT));
    let view = |parser: &Parser, rest| {
        let view = View::read(&mut Cursor::new(rest), parser.header()?).ok()?;
        Some(view.text_bytes).filter(|_| !view.is_flow())
    };
    while let Some(more) = view(parser, rest) {
        let both = text_bytes.saturating_add(more);
        let Ok((Part::Segment(_), bytes)) = (if both <= most { parser.next(rest) } else { break }) else {
            break;
        };
        rest = rest.get(bytes..).unwrap_or_default();
        text_bytes = both;
    }
    (front.len() - rest.len(), text_bytes)
}

/// Bytes of the messages that follow one and go on from the same gene.
fn more_messages(front: &[u8], gene: Option<[u8; 2]>) -> usize {
    let mut cursor = Cursor::new(front);
    let mut bytes = 0;
    for _ in 1..MESSAGES {
        match Message::read(&mut cursor) {
            Ok(message) if message.gene() == gene => bytes = front.len() - cursor.rest().len(),
            _ => break,
        }
    }
    bytes
}
