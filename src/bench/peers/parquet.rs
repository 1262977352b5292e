//! Apache Parquet with zstd pages: what people store tables of numbers in.
//!
//! Columns of the same length are one file of one row group. Integers are delta-packed and doubles are split by bytes,
//! unless few are distinct: those go through a dictionary.

use super::{
    Tried, ValuesCodec,
    numbers::{Packed, columns, put, smallest},
    values::{Choice, Numeric, Series},
};
use bytes::Bytes;
use parquet::{
    basic::{Compression, Encoding, Repetition, Type as Physical, ZstdLevel},
    column::{reader::ColumnReader, writer::ColumnWriter},
    file::{
        properties::{WriterProperties, WriterVersion},
        reader::{FileReader, SerializedFileReader},
        writer::SerializedFileWriter,
    },
    schema::types::{ColumnPath, Type},
};
use std::{collections::BTreeSet, sync::Arc};

/// Parquet with zstd at a level.
pub(super) struct Parquet(pub(super) u32);

impl ValuesCodec for Parquet {
    fn encode(&self, columns: &[Series]) -> Tried<Vec<u8>> {
        let mut archive = Vec::new();
        let mut rest = columns;
        while let Some(first) = rest.first() {
            // Neighbours only, so that the columns come back in their order.
            let alike = rest.iter().take_while(|column| column.len() == first.len()).count();
            let (group, behind) = rest.split_at(alike);
            put(&mut archive, 0, first.len(), &self.file(group)?)?;
            rest = behind;
        }
        Ok(archive)
    }

    fn decode(&self, archive: &[u8]) -> Tried<Vec<Series>> {
        let mut all = Vec::new();
        for packed in columns(archive) {
            let Packed { values, bytes, .. } = packed?;
            read(bytes, values, &mut all)?;
        }
        Ok(all)
    }

    fn choose<'n>(&self, numeric: &'n Numeric) -> Tried<&'n Choice> {
        smallest(self, numeric)
    }
}

impl Parquet {
    fn file(&self, group: &[Series]) -> Tried<Vec<u8>> {
        let level = ZstdLevel::try_new(i32::try_from(self.0)?)?;
        let mut properties = WriterProperties::builder()
            .set_writer_version(WriterVersion::PARQUET_2_0)
            .set_compression(Compression::ZSTD(level));
        let mut fields = Vec::new();
        for (place, column) in group.iter().enumerate() {
            let name = format!("c{place}");
            let physical = match column {
                Series::Ints(_) => Physical::INT64,
                Series::Doubles(_) => Physical::DOUBLE,
                Series::Singles(_) => Physical::FLOAT,
            };
            let field = Type::primitive_type_builder(&name, physical).with_repetition(Repetition::REQUIRED);
            fields.push(Arc::new(field.build()?));
            let path = ColumnPath::from(name);
            properties = properties.set_column_dictionary_enabled(path.clone(), few_are_distinct(column));
            let encoding = match column {
                Series::Ints(_) => Encoding::DELTA_BINARY_PACKED,
                Series::Doubles(_) | Series::Singles(_) => Encoding::BYTE_STREAM_SPLIT,
            };
            properties = properties.set_column_encoding(path, encoding);
        }
        let schema = Arc::new(Type::group_type_builder("table").with_fields(fields).build()?);
        let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties.build()))?;
        let mut rows = writer.next_row_group()?;
        let mut columns = group.iter();
        while let (Some(mut column), Some(series)) = (rows.next_column()?, columns.next()) {
            match (column.untyped(), series) {
                (ColumnWriter::Int64ColumnWriter(typed), Series::Ints(ints)) => {
                    typed.write_batch(ints, None, None)?
                }
                (ColumnWriter::DoubleColumnWriter(typed), Series::Doubles(doubles)) => {
                    typed.write_batch(doubles, None, None)?
                }
                (ColumnWriter::FloatColumnWriter(typed), Series::Singles(singles)) => {
                    typed.write_batch(singles, None, None)?
                }
                _ => return Err("a column of another type".into()),
            };
            column.close()?;
        }
        rows.close()?;
        Ok(writer.into_inner()?)
    }
}

/// Whether a dictionary is shorter than its column by far.
fn few_are_distinct(column: &Series) -> bool {
    let few = |bits: &mut dyn Iterator<Item = u64>| bits.collect::<BTreeSet<u64>>().len() * 8 < column.len();
    match column {
        Series::Ints(ints) => few(&mut ints.iter().map(|int| *int as u64)),
        Series::Doubles(doubles) => few(&mut doubles.iter().map(|double| double.to_bits())),
        Series::Singles(singles) => few(&mut singles.iter().map(|single| u64::from(single.to_bits()))),
    }
}

/// Appends the columns of a file of so many rows.
fn read(file: &[u8], values: usize, all: &mut Vec<Series>) -> Tried<()> {
    let reader = SerializedFileReader::new(Bytes::copy_from_slice(file))?;
    let rows = reader.get_row_group(0)?;
    for column in 0..rows.num_columns() {
        all.push(match rows.get_column_reader(column)? {
            ColumnReader::Int64ColumnReader(mut typed) => {
                Series::Ints(fill(values, |into| typed.read_records(values, None, None, into))?)
            }
            ColumnReader::DoubleColumnReader(mut typed) => {
                Series::Doubles(fill(values, |into| typed.read_records(values, None, None, into))?)
            }
            ColumnReader::FloatColumnReader(mut typed) => {
                Series::Singles(fill(values, |into| typed.read_records(values, None, None, into))?)
            }
            _ => return Err("a column of another type".into()),
        });
    }
    Ok(())
}

fn fill<T>(
    values: usize,
    read: impl FnOnce(&mut Vec<T>) -> parquet::errors::Result<(usize, usize, usize)>,
) -> Tried<Vec<T>> {
    let mut into = Vec::with_capacity(values);
    read(&mut into)?;
    Ok(into)
}
