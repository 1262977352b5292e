//! The same table in the other forms that data of sensors comes in. Values stay as they are written.
//!
//! ```text
//! wide    time,temp,hum     jsonl   {"time":10,"temp":21.50,"hum":48}     long   time,name,value   influx
//!         10,21.50,48                                                            10,temp,21.50     data temp=21.50,hum=48 10
//!                                                                                10,hum,48
//! ```
//! Lines that are not rows are left out.

use super::{corpus::Dataset, peers::values};
use qres_core::table::{Care, Content, Format, Lane, Layout};

/// A way of writing a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Form {
    /// As it is, all columns in a row
    Wide,
    /// A JSON object for each row
    Jsonl,
    /// A row of time, name and value for each cell
    Long,
    /// InfluxDB line protocol
    Influx,
}

impl Form {
    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Wide => "wide",
            Self::Jsonl => "jsonl",
            Self::Long => "long",
            Self::Influx => "influx",
        }
    }

    /// The text in this form; `None` if it is not a table.
    pub(crate) fn of(self, dataset: &Dataset) -> Option<Dataset> {
        let cells = || Cells::read(&dataset.text);
        let text = match self {
            Self::Wide => return Some(dataset.clone()),
            Self::Jsonl => cells()?.jsonl(),
            Self::Long => cells()?.long(),
            Self::Influx => cells()?.influx(),
        };
        Some(Dataset { name: format!("{} ({})", dataset.name, self.name()), text })
    }
}

/// A table cell by cell.
struct Cells {
    delimiter: u8,
    names: Vec<String>,
    /// The cells of each field.
    fields: Vec<Vec<Vec<u8>>>,
    /// The field that tells the time.
    clock: Option<usize>,
    /// The same as integers.
    stamps: Vec<i64>,
}

impl Cells {
    fn read(text: &[u8]) -> Option<Self> {
        let layout = Layout::fields(text).filter(|_| text.len() < values::TOO_LONG)?;
        let table = layout.split(text.strip_prefix(layout.preamble()).unwrap_or(text), Care::Quick)?;
        let mut cells = Self {
            delimiter: layout.delimiter(),
            names: names(&layout),
            fields: vec![],
            clock: None,
            stamps: vec![],
        };
        for column in &table.columns {
            cells.find_clock(&column.content);
            let mut fields = vec![vec![]; column.span];
            print(&column.content)
                .into_iter()
                .enumerate()
                .for_each(|(at, cell)| fields[at % column.span].push(cell));
            cells.fields.append(&mut fields);
        }
        Some(cells).filter(|cells| !cells.fields.is_empty())
    }

    /// The first column that tells the time is the clock.
    fn find_clock(&mut self, content: &Content) {
        let field = self.fields.len();
        if let Content::Numbers(numbers) = content
            && self.clock.is_none()
            && numbers.exceptions.at.is_empty()
            && values::is_clock(numbers, field == 0)
        {
            self.clock = Some(field);
            let seconds = matches!(numbers.format, Format::Time(_)) || numbers.affix.is_empty();
            self.stamps = if seconds { numbers.values.clone() } else { vec![] };
        }
    }

    fn rows(&self) -> usize {
        self.fields.iter().map(Vec::len).min().unwrap_or(0)
    }

    fn jsonl(&self) -> Vec<u8> {
        let names: Vec<String> = self.names.iter().map(|name| json(name)).collect();
        let mut text = Vec::new();
        for row in 0..self.rows() {
            for (field, name) in names.iter().enumerate() {
                text.push(if field == 0 { b'{' } else { b',' });
                text.extend_from_slice(name.as_bytes());
                text.push(b':');
                text.extend_from_slice(json_value(&self.fields[field][row]).as_bytes());
            }
            text.extend_from_slice(b"}\n");
        }
        text
    }

    fn long(&self) -> Vec<u8> {
        let mut text = [&b"time"[..], b"name", b"value"].join(&self.delimiter);
        text.push(b'\n');
        for row in 0..self.rows() {
            let number = row.to_string().into_bytes();
            let time = self.clock.map_or(&number, |clock| &self.fields[clock][row]);
            for (field, name) in self.names.iter().enumerate().filter(|(field, _)| Some(*field) != self.clock)
            {
                text.extend([time, name.as_bytes(), &self.fields[field][row]].join(&self.delimiter));
                text.push(b'\n');
            }
        }
        text
    }

    fn influx(&self) -> Vec<u8> {
        let mut text = Vec::new();
        for row in 0..self.rows() {
            let mut separator = "data ";
            for (field, name) in self.names.iter().enumerate().filter(|(field, _)| Some(*field) != self.clock)
            {
                let cell = &self.fields[field][row];
                if cell.is_empty() {
                    continue;
                }
                text.extend_from_slice(separator.as_bytes());
                text.extend_from_slice(key(name).as_bytes());
                text.push(b'=');
                text.extend_from_slice(json_value(cell).as_bytes());
                separator = ",";
            }
            // A line without fields is none.
            if separator == "," {
                let stamp = self.stamps.get(row).copied().unwrap_or(row as i64);
                text.extend_from_slice(format!(" {stamp}\n").as_bytes());
            }
        }
        text
    }
}

fn names(layout: &Layout) -> Vec<String> {
    let name = |(place, name): (usize, Option<Vec<u8>>)| match name.filter(|name| !name.is_empty()) {
        Some(name) => String::from_utf8_lossy(&name).into_owned(),
        None => format!("c{}", place + 1),
    };
    layout.names().into_iter().enumerate().map(name).collect()
}

fn print(content: &Content) -> Vec<Vec<u8>> {
    let mut lane = Lane::default();
    let count = content.cells();
    content.print(0..count, b'\n', &mut lane);
    let cell = |_| {
        let cell = lane.take_cell();
        let cell = cell.strip_suffix(b"\n").unwrap_or(cell);
        // The line end of a table from Windows belongs to its last field.
        cell.strip_suffix(b"\r").unwrap_or(cell).to_vec()
    };
    (0..count).map(cell).collect()
}

fn json(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// A number or a quoted cell as it stands, nothing as null, all else as a string.
fn json_value(cell: &[u8]) -> String {
    let text = String::from_utf8_lossy(cell);
    let is_json =
        serde_json::from_str::<serde_json::Value>(&text).is_ok_and(|v| v.is_number() || v.is_string());
    match &*text {
        "" => "null".into(),
        _ if is_json => text.into_owned(),
        text => json(text),
    }
}

/// A field's name in line protocol.
fn key(name: &str) -> String {
    let escape = |c: char| if matches!(c, ',' | '=' | ' ') { vec!['\\', c] } else { vec![c] };
    name.chars().flat_map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(form: Form, text: &str) -> Vec<String> {
        let dataset = Dataset { name: "t".into(), text: text.as_bytes().to_vec() };
        let text = String::from_utf8(form.of(&dataset).unwrap().text).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    fn table() -> String {
        let row = |n: u32| format!("{},{}.50,{}\n", 10 * n, n, if n == 1 { "NA" } else { "7" });
        "time,temp,wind speed\n".to_owned() + &(0..40).map(row).collect::<String>()
    }

    #[test]
    fn forms_hold_the_same_cells() {
        let table = table();
        assert_eq!(form(Form::Wide, &table)[1], "0,0.50,7");
        assert_eq!(
            form(Form::Jsonl, &table)[..2],
            [r#"{"time":0,"temp":0.50,"wind speed":7}"#, r#"{"time":10,"temp":1.50,"wind speed":"NA"}"#,]
        );
        assert_eq!(
            form(Form::Long, &table)[..4],
            ["time,name,value", "0,temp,0.50", "0,wind speed,7", "10,temp,1.50"]
        );
        assert_eq!(
            form(Form::Influx, &table)[..2],
            [r"data temp=0.50,wind\ speed=7 0", r#"data temp=1.50,wind\ speed="NA" 10"#,]
        );
    }

    #[test]
    fn every_line_of_json_is_json() {
        for dataset in crate::bench::corpus::synthetic(3, 50) {
            let text = Form::Jsonl.of(&dataset).unwrap().text;
            let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
            let rows: Vec<serde_json::Value> =
                lines.map(|line| serde_json::from_slice(line).unwrap()).collect();
            assert_eq!(rows.len(), 50);
        }
    }

    #[test]
    fn words_have_no_forms() {
        let words = Dataset { name: "w".into(), text: b"to be or not\nto be that is\n".to_vec() };
        assert!(Form::Long.of(&words).is_none());
    }
}
