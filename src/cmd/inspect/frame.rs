//! What a frame of an archive holds, and what its columns cost.

use super::values::Values;
use crate::{
    cmd::bound::Said,
    text::{describe, units, untabled},
};
use qres_core::{
    Error,
    frame::{ColumnInfo, Header, Kind, Tolerance, VERSION, View},
    table::{Format, Layout, Schema, Script},
};
use serde::Serialize;
use std::collections::{BTreeMap, btree_map::Entry};

/// Limit: segments of a frame that are listed.
const MAX_SEGMENTS: usize = 1 << 16;

#[derive(Debug, Serialize)]
pub(super) struct Frame {
    pub(super) at: u64,
    pub(super) parts: u64,
    pub(super) version: u8,
    pub(super) memory: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) gene: Option<String>,
    /// Segments that go on from the gene.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) warm_segments: Option<u64>,
    pub(super) kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) samples: Option<Samples>,
    /// How the text is written, if it is not bytes in lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) script: Option<&'static str>,
    /// Why the text is kept as bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) why_bytes: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) bounds: Option<Said>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) table: Option<Table>,
    pub(super) bytes: u64,
    pub(super) text_bytes: u64,
    pub(super) rows: u64,
    pub(super) segments: u64,
    /// The first of them, if they are asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) each: Option<Vec<SegmentLine>>,
    pub(super) columns: Vec<Column>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) values: Vec<Values>,
    #[serde(skip)]
    pub(super) found: BTreeMap<(usize, usize), Column>,
    #[serde(skip)]
    pub(super) names: Vec<Option<Vec<u8>>>,
}

#[derive(Debug, Serialize)]
pub(super) struct Table {
    #[serde(flatten)]
    pub(super) rows: Rows,
    pub(super) columns: usize,
    pub(super) named: bool,
}

/// Raw samples.
#[derive(Debug, Serialize)]
pub(super) struct Samples {
    pub(super) r#type: &'static str,
    pub(super) big_endian: bool,
    pub(super) channels: u16,
}

/// How the rows of a table are written.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Rows {
    Fields { delimiter: String, blanks: bool, quoted: bool },
    Lines { patterns: usize, keys: usize },
}

#[derive(Debug, Serialize)]
pub(super) struct SegmentLine {
    pub(super) at: u64,
    pub(super) bytes: u64,
    pub(super) text_bytes: u64,
    pub(super) rows: u64,
}

/// A column over all segments of a frame.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Column {
    /// The first field it covers, counted from 1.
    pub(super) field: usize,
    /// How many fields it covers.
    pub(super) span: usize,
    pub(super) name: String,
    pub(super) holds: String,
    /// How far its numbers may be from those that came in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) within: Option<String>,
    pub(super) map: Option<&'static str>,
    pub(super) cells: u64,
    pub(super) exceptions: u64,
    pub(super) bytes: u64,
}

impl Frame {
    pub(super) fn new(at: u64, header: &Header, segments: bool) -> Self {
        let layout = match &header.schema {
            Schema::Table(layout) => Some(layout),
            _ => None,
        };
        let names = layout.map(Layout::names).unwrap_or_default();
        let table = layout.map(|layout| Table {
            rows: Rows::of(layout),
            columns: layout.columns(),
            named: names.iter().any(Option::is_some),
        });
        Self {
            at,
            parts: 1,
            version: VERSION,
            memory: header.memory(),
            gene: header.gene.map(|id| units::hex(&id)),
            warm_segments: header.gene.map(|_| 0),
            kind: match &header.schema {
                Schema::Table(_) => "table",
                Schema::Raw(_) => "samples",
                Schema::Bytes => "bytes",
                Schema::Learnt { .. } => "learnt",
            },
            samples: match header.schema {
                Schema::Raw(raw) => Some(Samples {
                    r#type: raw.sample.name(),
                    big_endian: raw.high_first,
                    channels: raw.channels,
                }),
                _ => None,
            },
            script: None,
            why_bytes: None,
            bounds: Said::of(header),
            table,
            bytes: 0,
            text_bytes: 0,
            rows: 0,
            segments: 0,
            each: segments.then(Vec::new),
            columns: vec![],
            values: vec![],
            found: BTreeMap::new(),
            names,
        }
    }

    pub(super) fn columns(&self) -> usize {
        self.names.len().max(self.samples.as_ref().map_or(0, |samples| samples.channels.into()))
    }

    /// Whether `other`, which has just begun, holds a table of the same columns, compressed in the same manner.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let table = |frame: &Self| frame.table.as_ref().map(Table::text);
        let bounds = |frame: &Self| frame.bounds.as_ref().map(Said::line);
        (self.kind, &self.names, &self.gene) == (other.kind, &other.names, &other.gene)
            && (table(self), bounds(self)) == (table(other), bounds(other))
    }

    pub(super) fn segment(&mut self, at: u64, view: &View<'_>, header: &Header) -> Result<(), Error> {
        self.text_bytes += view.text_bytes;
        self.rows += view.rows;
        let (bytes, text_bytes, rows) = (view.bytes, view.text_bytes, view.rows);
        self.segments += 1;
        if let Some(each) = self.each.as_mut().filter(|each| each.len() < MAX_SEGMENTS) {
            each.push(SegmentLine { at, bytes, text_bytes, rows });
        }
        self.warm_segments = self.warm_segments.map(|warm| warm + u64::from(view.is_warm()));
        self.script = self.script.or(view.script().map(Script::name));
        if self.kind == "bytes" && self.why_bytes.is_none() {
            let mut text = Vec::new();
            view.decode(header, &mut text)?;
            self.why_bytes = Some(untabled::reason(&text));
        }
        // A column of lines that do not occur is nothing to show.
        for info in view.columns(header)?.into_iter().filter(|info| info.bytes > 0) {
            let name = describe::column(&self.names, info.first);
            let column = Column::new(name, &info, header.bounds.tightest(info.first..info.first + info.span));
            match self.found.entry((info.first, info.span)) {
                Entry::Vacant(entry) => drop(entry.insert(column)),
                Entry::Occupied(mut entry) => entry.get_mut().join(&column),
            }
        }
        Ok(())
    }
}

impl Rows {
    fn of(layout: &Layout) -> Self {
        match layout {
            Layout::Fields(shape) => Self::Fields {
                delimiter: char::from(shape.delimiter).to_string(),
                blanks: shape.blanks,
                quoted: shape.quoted,
            },
            Layout::Lines(skeleton) => Self::Lines { patterns: skeleton.patterns(), keys: skeleton.keys() },
        }
    }
}

impl Column {
    fn new(name: String, info: &ColumnInfo, tolerance: Tolerance) -> Self {
        let (holds, map, exceptions) = match &info.kind {
            Kind::Numbers { format, map, exceptions } => (format.to_string(), Some(map.name()), *exceptions),
            Kind::Tokens { distinct } => (format!("{distinct} distinct"), None, 0),
            Kind::Text => ("text".into(), None, 0),
        };
        let moves = matches!(&info.kind, Kind::Numbers { format, .. } if !matches!(format, Format::Time(_)));
        let within = (moves && !tolerance.is_exact()).then(|| tolerance.to_string());
        let (field, span) = (info.first + 1, info.span);
        Self { field, span, name, holds, within, map, cells: info.cells, exceptions, bytes: info.bytes }
    }

    /// Adds what the next segment says of the same column.
    fn join(&mut self, other: &Self) {
        self.cells += other.cells;
        self.exceptions += other.exceptions;
        self.bytes += other.bytes;
        if self.holds != other.holds {
            self.holds = "varies".into();
        }
        if self.map != other.map {
            self.map = Some("varies");
        }
    }
}
