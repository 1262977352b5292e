//! An archive whose parts are read in any order.

use crate::{
    MEMORY,
    series::{Batch, Series},
};
use qres_core::{
    archive::{Fault, Field, Source},
    entropy::Cursor,
    frame::{ColumnInfo, Header, Kind, View},
    table::{Format, Schema},
    value::Type,
};
use std::{cell::OnceCell, collections::BTreeMap, convert::Infallible, ops::Range};
use wasm_bindgen::prelude::*;

/// The bytes of an archive.
pub(crate) struct Bytes(Vec<u8>);

impl Source for Bytes {
    type Error = Infallible;

    fn length(&self) -> Result<u64, Infallible> {
        self.0.as_slice().length()
    }

    fn read_at(&self, at: u64, length: u64) -> Result<Vec<u8>, Infallible> {
        self.0.as_slice().read_at(at, length)
    }
}

/// An archive whose parts can be read in any order: only the segments that are asked for are decoded.
#[wasm_bindgen]
pub struct Archive {
    pub(crate) inner: qres_core::Archive<Bytes>,
    fields: OnceCell<Vec<Field>>,
}

/// Part of an archive that is decoded by itself.
#[wasm_bindgen]
#[derive(Clone, Copy)]
pub struct Segment {
    /// Its first row, counted from 0 through the archive.
    #[wasm_bindgen(readonly)]
    pub first: f64,
    /// How many rows it has.
    #[wasm_bindgen(readonly)]
    pub rows: f64,
    /// Bytes that it takes.
    #[wasm_bindgen(readonly)]
    pub bytes: f64,
}

/// A column of an archive, as `qres inspect` shows it.
#[wasm_bindgen(getter_with_clone)]
#[derive(Clone)]
pub struct Column {
    /// Its name, or its number from 1 if it has none.
    #[wasm_bindgen(readonly)]
    pub name: String,
    /// How its cells are written: `integer`, `decimal, 2 places`, `time`, `4 distinct`, `text`.
    #[wasm_bindgen(readonly)]
    pub holds: String,
    /// The transform applied to its numbers before coding.
    #[wasm_bindgen(readonly)]
    pub map: Option<String>,
    /// How far its numbers may be from those that came in.
    #[wasm_bindgen(readonly)]
    pub within: Option<String>,
    /// How many cells it has.
    #[wasm_bindgen(readonly)]
    pub cells: f64,
    /// Cells that are not written as the others.
    #[wasm_bindgen(readonly)]
    pub exceptions: f64,
    /// Bytes that it takes.
    #[wasm_bindgen(readonly)]
    pub bytes: f64,
}

#[wasm_bindgen]
impl Archive {
    /// Reads where everything lies in `bytes`. Decoding may take `memory` bytes (2^30).
    ///
    /// Throws if the end of an archive is missing.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: Vec<u8>, memory: Option<f64>) -> Result<Archive, JsError> {
        let inner =
            qres_core::Archive::open(Bytes(bytes), memory.unwrap_or(MEMORY) as u64).map_err(thrown)?;
        Ok(Self { inner, fields: OnceCell::new() })
    }

    /// How many rows it has.
    #[wasm_bindgen(getter)]
    pub fn rows(&self) -> f64 {
        self.inner.rows() as f64
    }

    /// Bytes that it takes.
    #[wasm_bindgen(getter)]
    pub fn bytes(&self) -> f64 {
        self.inner.source().0.len() as f64
    }

    /// Its segments, in order.
    #[wasm_bindgen(getter)]
    pub fn segments(&self) -> Vec<Segment> {
        let stretches = self.inner.stretches().into_iter();
        let segment = stretches.map(|stretch| Segment {
            first: stretch.rows.start as f64,
            rows: (stretch.rows.end - stretch.rows.start) as f64,
            bytes: stretch.bytes as f64,
        });
        segment.collect()
    }

    /// Its columns over all segments, as `qres inspect` shows them: what each holds, how it is put, and what it takes.
    /// None of an archive that is no table.
    #[wasm_bindgen(getter)]
    pub fn columns(&self) -> Result<Vec<Column>, JsError> {
        let mut columns: BTreeMap<(usize, usize), Column> = BTreeMap::new();
        for frame in self.inner.frames() {
            let header = self.inner.header(frame).map_err(thrown)?;
            for (at, entry) in frame.segments() {
                let bytes = self.inner.segment(at, entry, &header).map_err(|never| match never {})?;
                let infos =
                    View::read(&mut Cursor::new(&bytes), &header).and_then(|view| view.columns(&header));
                let infos = infos.map_err(|error| thrown(Fault::Archive { at, error }))?;
                for info in infos.iter().filter(|info| info.bytes > 0) {
                    let column = Column::new(info, &header);
                    let known = columns.entry((info.first, info.span));
                    known.and_modify(|known| known.join(&column)).or_insert(column);
                }
            }
        }
        Ok(columns.into_values().collect())
    }

    /// Returns the text of rows from `first` to before `end`, without names before them.
    pub fn text(&self, first: Option<f64>, end: Option<f64>) -> Result<Vec<u8>, JsError> {
        self.inner.read(range(first, end), None).map_err(thrown)
    }

    /// Returns the values of a column of numbers or times in rows from `first` to before `end`: numbers, or milliseconds since
    /// 1970; `NaN` where there is none. `undefined` for a column of texts.
    pub fn values(
        &self,
        name: &str,
        first: Option<f64>,
        end: Option<f64>,
    ) -> Result<Option<Vec<f64>>, JsError> {
        let field = self.field(name)?;
        if field.kind == Type::Text {
            return Ok(None);
        }
        let mut values = Vec::new();
        self.each(field, range(first, end), |batch| batch.numbers(&mut values))?;
        Ok(Some(values))
    }

    /// Returns the values of a column of numbers, each with how surprising it was to one who had seen those before, in bits.
    /// `undefined` for a column of times or texts.
    pub fn series(&self, name: &str) -> Result<Option<Series>, JsError> {
        let field = self.field(name)?;
        let Some(mut series) = Series::of(field.kind) else { return Ok(None) };
        self.each(field, 0..u64::MAX, |batch| series.push(&batch))?;
        Ok(Some(series))
    }
}

impl Archive {
    /// The column called `name`.
    fn field(&self, name: &str) -> Result<&Field, JsError> {
        let fields = match self.fields.get() {
            Some(fields) => fields,
            None => {
                let fields = self.inner.fields(None).map_err(thrown)?;
                self.fields.get_or_init(|| fields)
            }
        };
        let found = fields.iter().find(|field| field.name == name.as_bytes());
        found.ok_or_else(|| JsError::new(&format!("there is no column `{name}`")))
    }

    /// Calls `visit` with the values of a column in some rows, segment by segment.
    fn each(&self, field: &Field, rows: Range<u64>, mut visit: impl FnMut(Batch<'_>)) -> Result<(), JsError> {
        let is_wanted = |stretch: &Range<u64>| stretch.start < rows.end && rows.start <= stretch.end;
        for stretch in self.inner.stretches().iter().filter(|stretch| is_wanted(&stretch.rows)) {
            let fields = std::slice::from_ref(field);
            let batch = self.inner.values(stretch, fields, rows.clone(), None).map_err(thrown)?;
            if let Some(values) = batch.columns.first() {
                visit(Batch { kind: field.kind, values });
            }
        }
        Ok(())
    }
}

impl Column {
    fn new(info: &ColumnInfo, header: &Header) -> Self {
        let (holds, map, exceptions) = match &info.kind {
            Kind::Numbers { format, map, exceptions } => {
                (format.to_string(), Some(map.name().into()), *exceptions)
            }
            Kind::Tokens { distinct } => (format!("{distinct} distinct"), None, 0),
            Kind::Text => ("text".into(), None, 0),
        };
        let tolerance = header.bounds.tightest(info.first..info.first + info.span);
        let moves = matches!(&info.kind, Kind::Numbers { format, .. } if !matches!(format, Format::Time(_)));
        let within = (moves && !tolerance.is_exact()).then(|| tolerance.to_string());
        let [cells, exceptions, bytes] = [info.cells, exceptions, info.bytes].map(|count| count as f64);
        Self { name: name_of(info.first, header), holds, map, within, cells, exceptions, bytes }
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
            self.map = Some("varies".into());
        }
    }
}

/// The name of the column at `place`.
fn name_of(place: usize, header: &Header) -> String {
    let names = match &header.schema {
        Schema::Table(layout) => layout.names(),
        _ => Vec::new(),
    };
    let name = names.get(place).and_then(Option::as_ref).filter(|name| !name.is_empty());
    name.map_or_else(|| (place + 1).to_string(), |name| String::from_utf8_lossy(name).into_owned())
}

fn range(first: Option<f64>, end: Option<f64>) -> Range<u64> {
    first.map_or(0, |first| first as u64)..end.map_or(u64::MAX, |end| end as u64)
}

#[expect(clippy::needless_pass_by_value, reason = "an adapter for `map_err`")]
fn thrown(fault: Fault<Infallible>) -> JsError {
    match &fault {
        Fault::Archive { at: 0, error } => JsError::from(error.clone()),
        fault => JsError::new(&fault.to_string()),
    }
}
