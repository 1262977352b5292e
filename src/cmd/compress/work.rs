//! What `qres compress` does with one input: a frame of segments, messages, or a live link.

use super::super::{bound::Said, link};
use crate::{
    failure::{Failure, Outcome},
    io::{
        buffer_pool::BufferPool,
        files::{Named, Place},
        genes::{Genes, Learnt},
        input::{Input, quoted},
        known_rows::KnownRows,
        link::send::Setup,
        live::{Live, Pace},
        messages::{self, Encoded},
        output::{Content, Output, Target},
        pipeline::{self, Feeder, Taker},
        sign,
        texts::{Texts, Whole},
        threads::Told,
    },
    rows::bounds,
    text::{describe, plain, units, untabled},
    ui::{Progress, Steps, Ui},
};
use qres_core::{
    Error, Options,
    archive::{Bound, Cutter, Encoder, Frames, Unit},
    frame::{self, Config, Header, Misfit, Segment},
    live,
    parallel::Sequential,
    table::{Layout, Schema, Script},
    trust::Secret,
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

/// Bytes of memory that a gene may take, and a look at what is appended to: what `decompress` allows if it is not told
/// otherwise.
pub(super) const MEMORY: u64 = 1 << 30;
/// Columns that a gene cannot help and that are told one by one.
const MAX_TOLD: usize = 5;

/// Bytes of an input that is compressed where it is read.
const SMALL: usize = 64 << 10;

/// Everything the command line asks for, with defaults filled in.
pub(super) struct Plan {
    pub(super) config: Config,
    pub(super) bounds: Vec<Bound>,
    pub(super) gene: Option<Learnt>,
    /// What the archive may go on from that is appended to.
    pub(super) genes: Genes,
    pub(super) unit: Unit,
    pub(super) pace: Option<Pace>,
    /// Rows after which a reader can begin anew, where rows are passed on in time.
    pub(super) entry_every: u64,
    /// Rows in a message, if messages are to be made.
    pub(super) messages: Option<u64>,
    /// What messages go on from before a gene.
    pub(super) known: Option<Arc<KnownRows>>,
    /// A live link instead of an archive.
    pub(super) link: Option<Setup>,
    /// What the archive is signed with, if it is to be.
    pub(super) secret: Option<Secret>,
    pub(super) threads: usize,
    pub(super) place: Place,
    pub(super) force: bool,
    pub(super) remove: bool,
}

/// One result, for programs.
#[derive(Debug, Default, serde::Serialize)]
pub(super) struct Report {
    schema: &'static str,
    input: String,
    output: String,
    level: u8,
    pub(super) rows: u64,
    pub(super) segments: u64,
    bytes: u64,
    pub(super) text_bytes: u64,
    /// Instead of segments, where messages were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gene: Option<String>,
    /// Who has signed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    did: Option<String>,
    /// Segments or messages that go on from the gene.
    #[serde(skip_serializing_if = "Option::is_none")]
    warm_segments: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bounds: Option<Said>,
    /// The columns that the gene knows otherwise, if it knows the table.
    #[serde(skip)]
    misfits: Option<Vec<Misfit>>,
    /// How the text is written if it is not bytes in lines, where a gene is given.
    #[serde(skip)]
    script: Option<&'static str>,
    /// Why the text was kept as bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) why_bytes: Option<&'static str>,
}

impl Plan {
    /// Compresses one input.
    pub(super) fn one(&self, named: &Named, ui: Ui) -> Outcome {
        let mut input = named.open()?;
        self.refuse_compressed(&mut input)?;
        let target = self.place.target(named, |path| self.rename(path))?;
        if self.secret.is_some() && !target.keeps() {
            let what = format!("{} keeps nothing that could be signed", target.name());
            return Err(Failure::usage(what, "write to a file with `-o FILE`"));
        }
        let mut report = Report {
            schema: "qres.compress/1",
            input: input.plain(),
            output: target.plain(),
            level: self.config.level.get(),
            gene: self.gene.as_ref().map(|gene| units::hex(&gene.id)),
            messages: self.messages.map(|_| 0),
            warm_segments: (self.gene.is_some() || self.known.is_some()).then_some(0),
            ..Report::default()
        };
        let origin = input.origin();
        if let Some(setup) = &self.link {
            let output = Output::live(&target, Content::Link, self.force, &input)?;
            let finish = |output: Output| output.finish(origin.meta.as_ref(), self.remove);
            link::compress(input, setup, output, &target.plain(), ui, finish)?;
            return if self.remove { origin.remove() } else { Ok(()) };
        }
        let mut output = self.output(&target, &input)?;
        let mut progress = ui.progress(&input.to_string(), input.length(), output.is_terminal);
        match self.messages {
            Some(rows) => self.write_messages(rows, input, &mut output, &mut progress, &mut report)?,
            None => self.write(input, &mut output, &mut progress, &mut report, ui)?,
        }
        drop(progress);
        self.sign(&output, &target, &mut report)?;
        output.finish(origin.meta.as_ref(), self.remove)?;
        if self.remove {
            origin.remove()?;
        }
        self.tell_misfits(&report, ui);
        if report.warm_segments == Some(0) && report.text_bytes > 0 {
            let name = plain::label(&report.input);
            let why = match report.script {
                Some(script) => format!(": archives of what is written as {script} begin with nothing"),
                None => match &report.misfits {
                    None => ": its table is another one".into(),
                    Some(misfits) if misfits.is_empty() => ", without which it is smaller".into(),
                    Some(_) => String::new(),
                },
            };
            let what = if self.known.is_some() { "history" } else { "gene" };
            ui.warning(&format!("{name}: nothing goes on from the {what}{why}"));
        }
        ui.summary(|| report.line());
        ui.result(&report, target.is_stdout())
    }

    /// Signs an archive that nobody sees yet.
    fn sign(&self, output: &Output, target: &Target, report: &mut Report) -> Outcome {
        let (Some(secret), Some(file)) = (&self.secret, output.draft()) else { return Ok(()) };
        let given = self.gene.clone().map_or_else(|| self.genes.clone(), Genes::given);
        sign::draft(file, secret, &given, MEMORY)?;
        report.bytes = file.metadata().map_err(Failure::reading(target.name()))?.len();
        report.did = Some(secret.identity().name().to_string());
        Ok(())
    }

    /// Says which columns the gene cannot help, and why.
    fn tell_misfits(&self, report: &Report, ui: Ui) {
        let Some(gene) = &self.gene else { return };
        let names = gene.prior.layout(true).names();
        let misfits = report.misfits.as_deref().unwrap_or_default();
        for misfit in misfits.iter().take(MAX_TOLD) {
            let known = misfit.known.to_string();
            let comes = match misfit.places {
                Some(places) => describe::places(places),
                None => "no such number".into(),
            };
            let (name, column) = (plain::label(&report.input), describe::column(&names, misfit.first));
            ui.warning(&format!("{name}: column {column} is not as the gene knows it: {comes}, not {known}"));
        }
        if let Some(more @ 1..) = misfits.len().checked_sub(MAX_TOLD) {
            ui.warning(&format!(
                "{}: nor are {} more",
                plain::label(&report.input),
                units::count(more as u64, "column")
            ));
        }
    }

    /// Refuses what is compressed already, wherever it comes from and goes to.
    fn refuse_compressed(&self, input: &mut Input) -> Outcome {
        // A live stream is not waited for: that is told when its first text has come.
        if self.pace.is_some() && input.path().is_none() {
            return Ok(());
        }
        let is_archive = |archive: &Path| input.path().is_some_and(|path| is_same(path, archive));
        if matches!(self.place.one(), Some(Target::After(archive)) if is_archive(archive)) {
            // That is told by whoever opens it.
            return Ok(());
        }
        let (name, plain) = (input.to_string(), input.plain());
        self.refuse_if_compressed(input.look(frame::MAGIC.len())?, &name, &plain)
    }

    /// Refuses a text that begins as what is compressed already; its input is called `name`, and `plain` on a command line.
    fn refuse_if_compressed(&self, first: &[u8], name: &str, plain: &str) -> Outcome {
        let what = match () {
            () if self.force || matches!(self.unit, Unit::Row(_)) => return Ok(()),
            () if first.starts_with(&frame::MAGIC) => "an archive",
            () if first.starts_with(&live::MAGIC) => "a live link",
            () => return Ok(()),
        };
        let hint = match self.place.one() {
            Some(Target::After(archive)) => {
                format!("`cat {plain} >> {}` puts one archive behind another", archive.display())
            }
            _ => "`qres decompress` brings its text back; to compress it once more, insist with `-f`".into(),
        };
        Err(Failure::refused(format!("{name} is {what} already"), plain::printable(&hint)))
    }

    /// The name of the output for an input called `path`.
    fn rename(&self, path: &Path) -> Outcome<PathBuf> {
        if path.extension().is_some_and(|end| end == "qres") && !self.force {
            let hint = "to compress it once more, insist with `-f`";
            return Err(Failure::refused(format!("{} is an archive by its name", quoted(path)), hint));
        }
        let mut name = path.as_os_str().to_owned();
        name.push(if self.link.is_some() { ".qlink" } else { ".qres" });
        Ok(name.into())
    }

    fn output(&self, target: &Target, input: &Input) -> Outcome<Output> {
        let live = self.pace.is_some();
        match target {
            Target::After(path) => Output::after(path, input, live, &self.genes, MEMORY),
            _ if live => Output::live(target, Content::Archive, self.force, input),
            _ => Output::create(target, Content::Archive, self.force, input),
        }
    }

    fn options(&self) -> Options<'_> {
        let Config { level, input, segment } = self.config;
        let (live, bounds) = (self.pace.is_some(), self.bounds.clone());
        Options { level, input, segment, live, bounds, gene: self.gene.as_ref().map(Learnt::past) }
    }

    /// Decides how the archive is written whose first segment holds `first`, and tells what that costs.
    fn encoder(&self, first: &[u8], is_all: bool, report: &mut Report, ui: Ui) -> Outcome<Encoder> {
        let name = plain::label(&report.input);
        let encoder = Encoder::new(first, is_all, &self.options()).map_err(|error| match error {
            Error::Bound(unbounded) => {
                bounds::refused(&unbounded, &Header::detect(first, &self.config).schema, &name)
            }
            _ => Failure::bug("a gene's schema without it"),
        })?;
        if let Some(gene) = &self.gene {
            report.script = Script::detect(first).map(Script::name);
            report.misfits = if report.script.is_none() { gene.prior.misfits(first) } else { None };
        }
        if !self.bounds.is_empty() {
            self.tell_bounds(encoder.header(), report, ui);
        }
        report.why_bytes =
            (encoder.header().schema == Schema::Bytes && !first.is_empty()).then(|| untabled::reason(first));
        Ok(encoder)
    }

    /// Says what bounds cost.
    fn tell_bounds(&self, header: &Header, report: &mut Report, ui: Ui) {
        let name = plain::label(&report.input);
        report.bounds = Said::of(header);
        let for_all = report.bounds.as_ref().filter(|said| said.is_for_all());
        if let Some(left) = for_all.and_then(|said| said.left(true)) {
            ui.warning(&format!("{name}: more than half of the distinct values go; left are {left}"));
        }
        if header.schema == Schema::Bytes {
            ui.warning(&format!("{name} is no table: all of it stays as it is"));
        }
    }

    fn texts(&self, input: Input, pool: BufferPool) -> Texts {
        let segment = self.config.segment;
        match self.pace {
            Some(pace) => Texts::Live(Live::new(input, segment, self.unit, pace, Vec::new(), pool)),
            None => Texts::Whole(Whole::new(input, Cutter::new(segment, self.unit), pool)),
        }
    }

    fn write(
        &self,
        input: Input,
        output: &mut Output,
        progress: &mut Progress,
        report: &mut Report,
        ui: Ui,
    ) -> Outcome {
        let pool = BufferPool::default();
        let mut texts = self.texts(input, pool.clone());
        let first = texts.next()?;
        let text = first.as_deref().unwrap_or_default();
        if report.input == "-" && self.pace.is_some() {
            self.refuse_if_compressed(text, &plain::label(&report.input), &report.input)?;
        }
        texts = match texts {
            Texts::Live(live) if self.gene.is_none() && self.bounds.is_empty() => {
                return self.write_flows(self.options(), first, live, &pool, output, report);
            }
            texts => texts,
        };
        let encoder = self.encoder(text, texts.has_ended(), report, ui)?;
        let names = Names::new(&self.bounds, encoder.header(), &plain::label(&report.input));
        names.check(text)?;
        let mut frames = Frames::new(encoder.header());
        let mut bytes = Vec::new();
        let is_all = |text: &&Vec<u8>| texts.has_ended() && text.len() < SMALL;
        if let Some(text) = first.as_ref().filter(is_all) {
            // A thread would cost more than it brings.
            let prior = self.gene.as_ref().map(|gene| &*gene.prior);
            let segment = encoder.encode(&Sequential, prior, text, true);
            frames.push(&segment, &mut bytes);
            report.add(&segment, text.len() as u64);
        } else {
            let texts = (texts, names);
            let mut taker = encode(first, texts, encoder, pool, self, progress.steps())?;
            while let Some(encoded) = taker.take() {
                let (segment, text_bytes) = encoded?;
                frames.push(&segment, &mut bytes);
                report.add(&segment, text_bytes);
                report.put(&mut bytes, output)?;
                // A reader at the other end of a pipe gets each segment at once.
                output.flush()?;
            }
        }
        frames.finish(&mut bytes);
        report.put(&mut bytes, output)
    }

    /// Writes a message of each `rows` rows.
    fn write_messages(
        &self,
        rows: u64,
        input: Input,
        output: &mut Output,
        progress: &mut Progress,
        report: &mut Report,
    ) -> Outcome {
        let pace = Pace { rows: Some(rows), interval: self.pace.and_then(|pace| pace.interval) };
        let past = (self.gene.clone(), self.known.clone());
        let mut taker = messages::encode(input, pace, past, self.config.level, self.threads)?;
        while let Some(encoded) = taker.take() {
            let encoded = Encoded::there(encoded?)?;
            report.misfits = report.misfits.take().or(encoded.misfits);
            output.write(&encoded.bytes)?;
            // A reader at the other end of a pipe gets each message at once.
            output.flush()?;
            progress.advance(encoded.text_bytes);
            report.rows += encoded.rows;
            report.messages = report.messages.map(|messages| messages + 1);
            report.warm_segments = report.warm_segments.map(|warm| warm + u64::from(encoded.is_warm));
            report.text_bytes += encoded.text_bytes;
            report.bytes += encoded.bytes.len() as u64;
        }
        Ok(())
    }
}

fn is_same(one: &Path, other: &Path) -> bool {
    same_file::is_same_file(one, other).unwrap_or(false)
}

/// Encodes `first` and what `texts` gives after it.
fn encode(
    first: Option<Vec<u8>>,
    texts: (Texts, Names),
    encoder: Encoder,
    pool: BufferPool,
    plan: &Plan,
    steps: Steps,
) -> Outcome<Taker<(Segment, u64)>> {
    let prior = plan.gene.as_ref().map(|gene| gene.prior.clone());
    let (feeder, taker) = pipeline::start(plan.threads, move |(text, is_first): (Vec<u8>, bool)| {
        let text_bytes = text.len() as u64;
        let told = Told::new(text_bytes, |bytes| steps.advance(bytes));
        let segment = encoder.encode(&told, prior.as_deref(), &text, is_first);
        told.finish();
        pool.give(text);
        (segment, text_bytes)
    })?;
    thread::spawn(move || feed(first, texts, feeder));
    Ok(taker)
}

/// The thread that reads.
fn feed(
    first: Option<Vec<u8>>,
    (mut texts, names): (Texts, Names),
    mut feeder: Feeder<(Vec<u8>, bool), (Segment, u64)>,
) {
    let (mut next, mut is_first) = (first, true);
    while let Some(text) = next {
        if feeder.submit((text, is_first)).is_err() {
            return;
        }
        is_first = false;
        let text = texts.next().and_then(|text| {
            names.check(text.as_deref().unwrap_or_default())?;
            Ok(text)
        });
        next = match text {
            Ok(next) => next,
            Err(failure) => return feeder.fail(failure),
        };
    }
}

/// The bounds of names, where lines may give these to other columns.
struct Names {
    bounds: Vec<Bound>,
    layout: Option<Layout>,
    input: String,
}

impl Names {
    fn new(bounds: &[Bound], header: &Header, input: &str) -> Self {
        let named = bounds.iter().any(|bound| bound.column.is_some());
        let layout = match &header.schema {
            Schema::Table(layout) if named => Some(layout.clone()),
            _ => None,
        };
        Self { bounds: bounds.to_vec(), layout, input: input.into() }
    }

    /// Refuses a text whose lines name columns in another order.
    fn check(&self, text: &[u8]) -> Outcome {
        let Some(layout) = &self.layout else { return Ok(()) };
        bounds::check_names(&self.bounds, layout, &Script::lines_of(text), &self.input)
    }
}

impl Report {
    fn add(&mut self, segment: &Segment, text_bytes: u64) {
        self.rows += segment.rows;
        self.segments += 1;
        self.warm_segments = self.warm_segments.map(|warm| warm + u64::from(segment.is_warm()));
        self.text_bytes += text_bytes;
    }

    /// Writes `bytes` of archive, and counts them.
    pub(super) fn put(&mut self, bytes: &mut Vec<u8>, output: &mut Output) -> Outcome {
        self.bytes += bytes.len() as u64;
        output.write(bytes)?;
        bytes.clear();
        Ok(())
    }

    fn line(&self) -> String {
        let (before, after) = (units::size(self.text_bytes), units::size(self.bytes));
        let ratio = units::ratio(self.text_bytes, self.bytes);
        let within = self.bounds.as_ref().map_or(String::new(), |bounds| format!(", {}", bounds.line()));
        let messages = self.messages.map(|count| format!(" in {}", units::count(count, "message")));
        let rows = units::count(self.rows, "row") + &messages.unwrap_or_default();
        let why = self.why_bytes.map_or(String::new(), |why| format!(", as bytes: {why}"));
        format!("{}: {before} to {after} ({ratio}), {rows}{within}{why}", plain::label(&self.input))
    }
}
