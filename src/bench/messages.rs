//! `qres bench messages`: short messages with a gene and without, beside zstd with a dictionary.
//!
//! Genes and dictionaries learn from the first half of each text; messages are made of the second. What comes back is
//! compared, every message.

use super::{corpus::Dataset, figures::geometric_mean};
use crate::text::{
    grid::{Align, Grid},
    plain, units,
};
use qres_core::{
    Options,
    codec::Level,
    compress,
    entropy::Cursor,
    frame::{Message, Past, Prior, message},
    table::Layout,
};
use serde::Serialize;
use zstd::{
    bulk::{Compressor, Decompressor},
    zstd_safe::CParameter,
};

/// What is to be measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    /// Rows in a message.
    pub(crate) rows: usize,
    /// Rows that the gene goes on from.
    pub(crate) prior_rows: usize,
    /// How hard to work.
    pub(crate) level: Level,
    /// Messages of a text at most, spread over all of its second half.
    pub(crate) most: usize,
}

/// What came of it: `qres.bench.messages/1`.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    schema: &'static str,
    level: u8,
    rows: usize,
    results: Vec<Measured>,
    /// Texts that are too short, or no tables.
    left_out: Vec<String>,
    warm_of_cold: Option<f64>,
    warm_of_archives: Option<f64>,
    inside_of_archives: Option<f64>,
    warm_of_dictionary: Option<f64>,
}

/// The messages of a text. Sizes are of all of them together.
#[derive(Debug, Serialize)]
struct Measured {
    dataset: String,
    messages: usize,
    text_bytes: u64,
    gene_bytes: u64,
    /// With the gene.
    warm: u64,
    /// Without it.
    cold: u64,
    /// As archives of their own, without it.
    archives: u64,
    /// What as many bytes of text cost in one archive of the whole second half: there is no less to be had.
    inside: u64,
    zstd: u64,
    /// With the best of some dictionaries.
    zstd_dictionary: u64,
    /// How long that one is.
    dictionary_bytes: usize,
    fault: Option<String>,
}

/// Sizes of dictionaries.
const DICTIONARIES: [usize; 5] = [4 << 10, 8 << 10, 16 << 10, 32 << 10, 64 << 10];
const ZSTD_LEVEL: i32 = 19;

/// Measures; `advance` is told the bytes of text done.
pub(crate) fn measure(datasets: &[Dataset], settings: Settings, mut advance: impl FnMut(u64)) -> Report {
    let (mut results, mut left_out) = (Vec::new(), Vec::new());
    for dataset in datasets {
        match Halves::of(&dataset.text, settings).and_then(|halves| halves.measure(dataset, settings)) {
            Some(measured) => results.push(measured),
            None => left_out.push(dataset.name.clone()),
        }
        advance(dataset.text.len() as u64);
    }
    let mean = |ratio: fn(&Measured) -> (u64, u64)| {
        geometric_mean(results.iter().map(ratio).map(|(size, than)| size as f64 / than as f64))
    };
    Report {
        schema: "qres.bench.messages/1",
        level: settings.level.get(),
        rows: settings.rows,
        warm_of_cold: mean(|m| (m.warm, m.cold)),
        warm_of_archives: mean(|m| (m.warm, m.archives)),
        inside_of_archives: mean(|m| (m.inside, m.archives)),
        warm_of_dictionary: mean(|m| (m.warm, m.zstd_dictionary)),
        results,
        left_out,
    }
}

/// What there is to learn from, and the messages.
struct Halves<'t> {
    names: &'t [u8],
    /// Rows of the first half, as messages.
    before: Vec<&'t [u8]>,
    first: &'t [u8],
    second: &'t [u8],
    after: Vec<&'t [u8]>,
}

impl<'t> Halves<'t> {
    fn of(text: &'t [u8], settings: Settings) -> Option<Self> {
        let names = Layout::detect(text)?.preamble().len();
        let (names, rows) = text.split_at_checked(names)?;
        let lines: Vec<usize> = memchr::memchr_iter(b'\n', rows).map(|end| end + 1).collect();
        let half = lines.len() / 2;
        if half < 2 * settings.rows {
            return None;
        }
        let (first, second) = rows.split_at_checked(lines[half - 1])?;
        let all = cut(second, settings.rows);
        let each = all.len().div_ceil(settings.most).max(1);
        let after = all.into_iter().step_by(each).collect();
        Some(Self { names, before: cut(first, settings.rows), first, second, after })
    }

    fn measure(&self, dataset: &Dataset, settings: Settings) -> Option<Measured> {
        let skipped =
            memchr::memrchr_iter(b'\n', self.first).nth(settings.prior_rows).map_or(0, |end| end + 1);
        let text = [self.names, &self.first[skipped..]].concat();
        let learnt = Prior::train(&text, settings.level)?;
        let prior = Prior::read(&learnt, u64::MAX).ok()?;
        let id = blake3::hash(&learnt);
        let past = Past { id: id.as_bytes(), prior: &prior };
        let mut fault = None;
        let mut total = |past: Option<Past<'_>>| {
            let sizes = self.after.iter().map(|text| own(text, past, settings.level));
            sizes.sum::<Result<u64, String>>().map_err(|error| fault = Some(error)).unwrap_or(0)
        };
        let (warm, cold) = (total(Some(past)), total(None));
        let archives = self.after.iter().map(|text| archive_bytes(text, settings.level)).sum::<u64>();
        let text_bytes: u64 = self.after.iter().map(|text| text.len() as u64).sum();
        let whole = archive_bytes(self.second, settings.level) as f64;
        let (zstd_dictionary, dictionary_bytes) = self.best_dictionary()?;
        Some(Measured {
            dataset: dataset.name.clone(),
            messages: self.after.len(),
            text_bytes,
            gene_bytes: learnt.len() as u64,
            warm,
            cold,
            archives,
            inside: (whole * text_bytes as f64 / self.second.len() as f64).round() as u64,
            zstd: self.zstd(&[])?,
            zstd_dictionary,
            dictionary_bytes,
            fault,
        })
    }

    /// The size of all messages with the best dictionary, and the size of that one.
    fn best_dictionary(&self) -> Option<(u64, usize)> {
        let trained =
            DICTIONARIES.iter().filter_map(|&bytes| zstd::dict::from_samples(&self.before, bytes).ok());
        // Where nothing can be trained, the text itself is what a dictionary may be.
        let raw = self.first[self.first.len().saturating_sub(64 << 10)..].to_vec();
        let sizes =
            trained.chain([raw]).filter_map(|dictionary| Some((self.zstd(&dictionary)?, dictionary.len())));
        sizes.min()
    }

    /// The size of all messages by zstd, without what a receiver can know of a frame.
    fn zstd(&self, dictionary: &[u8]) -> Option<u64> {
        let mut compressor = Compressor::with_dictionary(ZSTD_LEVEL, dictionary).ok()?;
        for parameter in [CParameter::DictIdFlag(false), CParameter::ContentSizeFlag(false)] {
            compressor.set_parameter(parameter).ok()?;
        }
        let mut decompressor = Decompressor::with_dictionary(dictionary).ok()?;
        let sizes = self.after.iter().map(|text| {
            let bytes = compressor.compress(text).ok()?;
            let back = decompressor.decompress(&bytes, text.len()).ok()?;
            (back == *text).then_some(bytes.len() as u64)
        });
        sizes.sum()
    }
}

/// The rows of `text` as messages; what is left at the end is none.
fn cut(text: &[u8], rows: usize) -> Vec<&[u8]> {
    let ends = memchr::memchr_iter(b'\n', text).map(|end| end + 1).skip(rows - 1).step_by(rows);
    let mut start = 0;
    ends.map(|end| &text[std::mem::replace(&mut start, end)..end]).collect()
}

/// The size of an archive of the text.
fn archive_bytes(text: &[u8], level: Level) -> u64 {
    let options = Options { level, segment: text.len().max(1), ..Options::default() };
    // Without bounds nothing can be refused.
    compress(text, &options).unwrap_or_default().len() as u64
}

/// The size of a message of our own that gives the text back.
fn own(text: &[u8], past: Option<Past<'_>>, level: Level) -> Result<u64, String> {
    let bytes = message::encode(text, past, level).ok_or("a message is too long")?;
    let mut back = Vec::new();
    let read = Message::read(&mut Cursor::new(&bytes)).and_then(|message| message.decode(past, &mut back));
    read.map_err(|error| error.to_string())?;
    if back == text { Ok(bytes.len() as u64) } else { Err("another text came back".into()) }
}

impl Report {
    /// What went wrong, if anything did.
    pub(crate) fn wrong(&self) -> Option<String> {
        let wrong = self.results.iter().find_map(|measured| Some((measured, measured.fault.as_ref()?)));
        wrong.map(|(measured, fault)| format!("{}: {fault}", plain::printable(&measured.dataset)))
    }

    /// The report for people.
    pub(crate) fn text(&self) -> String {
        let mut grid = Grid::new(&[
            ("dataset", Align::Left),
            ("messages", Align::Right),
            ("text", Align::Right),
            ("zstd", Align::Right),
            ("dictionary", Align::Right),
            ("archive", Align::Right),
            ("cold", Align::Right),
            ("gene", Align::Right),
            ("warm", Align::Right),
            ("inside", Align::Right),
            ("of archive", Align::Right),
            ("of cold", Align::Right),
            ("of zstd", Align::Right),
        ]);
        for measured in &self.results {
            let each = |bytes: u64| format!("{:.1}", bytes as f64 / measured.messages as f64);
            let share = |of: u64| format!("{:.3}", measured.warm as f64 / of as f64);
            grid.row(vec![
                plain::printable(&measured.dataset),
                measured.messages.to_string(),
                each(measured.text_bytes),
                each(measured.zstd),
                each(measured.zstd_dictionary),
                each(measured.archives),
                each(measured.cold),
                units::size(measured.gene_bytes),
                each(measured.warm),
                each(measured.inside),
                share(measured.archives),
                share(measured.cold),
                share(measured.zstd_dictionary),
            ]);
        }
        let mut text = format!(
            "{}\nbytes of a message of {} rows, level {}. dictionary: zstd -{ZSTD_LEVEL} with the best dictionary of up \
             to 64 KiB;\narchive, cold: as an archive of its own and as a message, without the gene; warm: with it; inside: \
             what its rows cost\nin one archive of all that comes after; of ...: warm as a share\n",
            grid.lines(),
            self.rows,
            self.level
        );
        let means = [
            ("of archive", self.warm_of_archives),
            ("of cold", self.warm_of_cold),
            ("of zstd", self.warm_of_dictionary),
            ("inside of archive", self.inside_of_archives),
        ];
        let means: Vec<String> =
            means.iter().filter_map(|(name, mean)| Some(format!("{:.3} {name}", (*mean)?))).collect();
        text += &format!("geometric means: {}\n", means.join(", "));
        if !self.left_out.is_empty() {
            let names: Vec<String> = self.left_out.iter().map(|name| plain::printable(name)).collect();
            text += &format!("left out, no table or too short: {}\n", names.join(", "));
        }
        text
    }
}
