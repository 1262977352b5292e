//! The codecs that take turns: qres at its levels and those that it is compared with.
//!
//! A codec of text takes the text and gives it back. A codec of values takes the columns that [`values`] parsed; what it
//! cannot take (text columns, odd cells, the header) is packed by zstd -19 and added to its size, so that every size stands
//! for all of the text. All are linked into the program and run on one thread.

mod bits;
mod chimp;
mod gorilla;
mod numbers;
#[cfg(feature = "bench-parquet")]
mod parquet;
mod text;
pub(crate) mod values;

use crate::failure::{Failure, Outcome};
use qres_core::{codec::Level, frame::Tolerance};
use values::{Numeric, Series, Values};

/// What a codec does may fail, each in its own way.
pub(crate) type Tried<T> = Result<T, Box<dyn std::error::Error>>;

/// Takes text and gives it back.
pub(crate) trait TextCodec {
    /// The archive of `text`.
    fn encode(&self, text: &[u8]) -> Tried<Vec<u8>>;
    /// The text, of so many bytes.
    fn decode(&self, archive: &[u8], text_bytes: usize) -> Tried<Vec<u8>>;
}

/// Takes columns of numbers and gives them back.
pub(crate) trait ValuesCodec {
    /// The archive of `columns`.
    fn encode(&self, columns: &[Series]) -> Tried<Vec<u8>>;
    /// The columns.
    fn decode(&self, archive: &[u8]) -> Tried<Vec<Series>>;
    /// The numbers that this codec packs best, of the ways in which a column can be read.
    fn choose<'n>(&self, numeric: &'n Numeric) -> Tried<&'n values::Choice>;
}

/// What a codec takes.
enum Takes {
    Text(Box<dyn TextCodec>),
    Values(Box<dyn ValuesCodec>),
}

/// A codec by its name.
pub(crate) struct Codec {
    /// Family and level, such as `zstd-19`.
    pub(crate) name: String,
    /// Whether it is ours.
    pub(crate) own: bool,
    takes: Takes,
}

/// The peers of people who do not choose.
pub(crate) const USUAL: &str = if cfg!(feature = "bench-parquet") {
    "lz4,zstd-3,zstd-19,xz-9e,brotli-9,parquet-3,pco-8,pco-12,gorilla,chimp"
} else {
    "lz4,zstd-3,zstd-19,xz-9e,brotli-9,pco-8,pco-12,gorilla,chimp"
};
const KNOWN: &str = "there are lz4, zstd-1 to zstd-22, xz-0 to xz-9e, brotli-0 to brotli-11, pco-0 to pco-12, gorilla, chimp \
                     and, if built with the feature `bench-parquet`, parquet-1 to parquet-22";

impl Codec {
    /// qres at a level.
    pub(crate) fn own(level: Level) -> Self {
        Self::own_within(level, Tolerance::EXACT)
    }

    /// qres at a level, whose numbers may move.
    pub(crate) fn own_within(level: Level, within: Tolerance) -> Self {
        let takes = Takes::Text(Box::new(text::Qres { level, within }));
        Self { name: format!("qres-{}", level.get()), own: true, takes }
    }

    /// The codec of that name.
    pub(crate) fn find(name: &str) -> Outcome<Self> {
        let unknown = || Failure::usage(format!("there is no codec `{name}`"), KNOWN);
        if let Some(level) = name.strip_prefix("qres-") {
            return level.parse().ok().and_then(Level::new).map(Self::own).ok_or_else(unknown);
        }
        let takes = find(name).ok_or_else(unknown)?;
        Ok(Self { name: name.to_owned(), own: false, takes })
    }

    /// Whether it takes and gives back text rather than values.
    pub(crate) fn keeps_text(&self) -> bool {
        matches!(self.takes, Takes::Text(_))
    }

    /// What an archive of so many bytes of text holds.
    pub(crate) fn decode(&self, archive: &[u8], text_bytes: usize) -> Tried<Decoded> {
        Ok(match &self.takes {
            Takes::Text(codec) => Decoded::Text(codec.decode(archive, text_bytes)?),
            Takes::Values(codec) => Decoded::Values(codec.decode(archive)?),
        })
    }

    /// What there is to do on a text, and `None` if there is nothing in it that the codec takes.
    pub(crate) fn job<'t>(&'t self, text: &'t [u8], values: &Values) -> Tried<Option<Job<'t>>> {
        Ok(match &self.takes {
            Takes::Text(codec) => Some(Job::Text { codec: codec.as_ref(), text }),
            Takes::Values(_) if values.columns.is_empty() => None,
            Takes::Values(codec) => {
                let codec = codec.as_ref();
                let mut rest = values.rest.clone();
                let mut columns = Vec::with_capacity(values.columns.len());
                for numeric in &values.columns {
                    let choice = codec.choose(numeric)?;
                    columns.push(choice.series.clone());
                    rest.extend_from_slice(&choice.patches);
                }
                let rest = zstd::bulk::compress(&rest, 19)?.len();
                Some(Job::Values { codec, columns, rest })
            }
        })
    }
}

/// `FAMILY-LEVEL`, or a family without levels.
fn find(name: &str) -> Option<Takes> {
    let (family, level) = name.split_once('-').unwrap_or((name, ""));
    let (plain, extreme) = level.strip_suffix('e').map_or((level, false), |plain| (plain, true));
    let level =
        |most: u32| plain.parse::<u32>().ok().filter(|level| *level <= most && (!extreme || family == "xz"));
    Some(match family {
        "lz4" | "gorilla" | "chimp" if name != family => return None,
        "lz4" => Takes::Text(Box::new(text::Lz4)),
        "zstd" => Takes::Text(Box::new(text::Zstd(level(22).filter(|level| *level > 0)?))),
        "xz" => Takes::Text(Box::new(text::Xz { level: level(9)?, extreme })),
        "brotli" => Takes::Text(Box::new(text::Brotli(level(11)?))),
        "pco" => Takes::Values(Box::new(numbers::Pco(level(12)?))),
        "gorilla" => Takes::Values(Box::new(gorilla::Gorilla)),
        "chimp" => Takes::Values(Box::new(chimp::Chimp)),
        #[cfg(feature = "bench-parquet")]
        "parquet" => Takes::Values(Box::new(parquet::Parquet(level(22).filter(|level| *level > 0)?))),
        _ => return None,
    })
}

/// One codec's work on one text.
pub(crate) enum Job<'t> {
    /// All of the text.
    Text { codec: &'t dyn TextCodec, text: &'t [u8] },
    /// The numbers in it; `rest` is what the other things take.
    Values { codec: &'t dyn ValuesCodec, columns: Vec<Series>, rest: usize },
}

/// What came back.
pub(crate) enum Decoded {
    Text(Vec<u8>),
    Values(Vec<Series>),
}

impl Job<'_> {
    /// The archive.
    pub(crate) fn encode(&self) -> Tried<Vec<u8>> {
        match self {
            Self::Text { codec, text } => codec.encode(text),
            Self::Values { codec, columns, .. } => codec.encode(columns),
        }
    }

    /// Whether that is what was put in, bit for bit.
    pub(crate) fn is_same(&self, decoded: &Decoded) -> bool {
        match (self, decoded) {
            (Self::Text { text, .. }, Decoded::Text(back)) => text == back,
            (Self::Values { columns, .. }, Decoded::Values(back)) => {
                columns.len() == back.len() && columns.iter().zip(back).all(|(a, b)| a.is_same(b))
            }
            _ => false,
        }
    }

    /// Bytes of what the codec does not take.
    pub(crate) fn rest(&self) -> usize {
        match self {
            Self::Text { .. } => 0,
            Self::Values { rest, .. } => *rest,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::corpus;

    fn all() -> Vec<Codec> {
        let usual = USUAL.split(',').chain(["xz-2", "brotli-0", "pco-0", "zstd-1"]);
        usual.chain(["qres-1", "qres-3"]).map(|name| Codec::find(name).unwrap()).collect()
    }

    #[test]
    fn every_codec_gives_back_what_it_took() {
        let odd: [(&str, &[u8]); 5] = [
            ("empty", b""),
            ("words", b"some words\nand more words\n"),
            ("odd", b"t,a\n1,2.50\n2,\n3,x\n4,1e5\n5,-0\nodd\n6,7.25"),
            ("nan", b"a b\n1 nan\n2 inf\n3 1.5\n"),
            ("german", b"a;b\n1;2,5\n2;3,5\n3;4,75\n4;6,5\n"),
        ];
        let made = corpus::synthetic(7, 300);
        let texts = odd.into_iter().chain(made.iter().map(|dataset| (&*dataset.name, &*dataset.text)));
        for (name, text) in texts {
            let values = Values::parse(text);
            for codec in all() {
                let Some(job) = codec.job(text, &values).unwrap() else { continue };
                let archive = job.encode().unwrap();
                let back = codec.decode(&archive, text.len()).unwrap();
                assert!(job.is_same(&back), "{} on {name}", codec.name);
            }
        }
    }

    #[test]
    fn other_values_are_noticed() {
        let text = b"1,2\n2,3\n3,4\n".repeat(20);
        let values = Values::parse(&text);
        let codec = Codec::find("gorilla").unwrap();
        let job = codec.job(&text, &values).unwrap().unwrap();
        let Decoded::Values(mut back) = codec.decode(&job.encode().unwrap(), text.len()).unwrap() else {
            panic!("values")
        };
        if let Some(Series::Doubles(doubles)) = back.last_mut() {
            doubles[7] += 1.0;
        }
        assert!(!job.is_same(&Decoded::Values(back)));
        assert!(!job.is_same(&Decoded::Text(text.clone())));
    }

    #[test]
    fn names_have_a_level_where_there_are_levels() {
        for wrong in [
            "", "zip", "zstd", "zstd-0", "zstd-23", "zstd-3e", "lz4-1", "pco-13", "xz-10", "qres-0",
            "qres-99",
        ] {
            assert!(Codec::find(wrong).is_err(), "{wrong}");
        }
    }
}
