//! `qres bench regimes`: what `qres watch` tells of files in which people labelled what happened.

pub(crate) mod labels;
mod noise;

use super::{clock, corpus::Dataset};
use crate::{
    failure::{Failure, Outcome},
    text::{
        grid::{Align, Grid},
        plain,
    },
    watch::{
        event::Kind,
        lines::Lines,
        rows::{Rows, Wanted},
    },
};
use labels::Labels;
use noise::{Noise, Series};
use qres_core::regime::{Hysteresis, Regime};
use serde::Serialize;

/// The kinds of events, as the report lists them.
const KINDS: [(&str, Kind); 4] = [
    ("anomaly", Kind::Anomaly),
    ("storm", Kind::Storm),
    ("prestorm", Kind::Prestorm),
    ("drift", Kind::Drift),
];

/// What came of it: `qres.bench.regimes/1`.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    schema: &'static str,
    /// None: the usual ones, and more where much is told.
    threshold_bits: Option<u32>,
    results: Vec<Measured>,
    /// With hysteresis, and without; of noise with.
    total: Vec<Measured>,
}

/// A file, watched in one way.
#[derive(Debug, Clone, Serialize)]
struct Measured {
    dataset: String,
    hysteresis: bool,
    labelled: bool,
    rows: u64,
    /// Rows times the usual time between two; unknown without times.
    days: Option<f64>,
    windows: usize,
    /// The share of samples at which a column was calm.
    calm: f64,
    kinds: [Found; KINDS.len()],
}

/// What events of a kind found.
#[derive(Debug, Clone, Copy, Default, Serialize)]
struct Found {
    kind: &'static str,
    windows_found: usize,
    false_alarms: usize,
    false_alarms_a_day: Option<f64>,
    /// From the beginning of a window to the first event in it, in the mean of those found.
    delay_hours: Option<f64>,
}

/// Watches every file with hysteresis and without.
pub(crate) fn measure(datasets: &[Dataset], labels: &Labels, threshold: Option<u32>) -> Outcome<Report> {
    let ways = [Hysteresis::On, Hysteresis::Off];
    let each = datasets.iter().flat_map(|dataset| ways.map(|way| (dataset, way)));
    let results: Vec<Measured> =
        each.map(|(dataset, way)| measured(dataset, labels, threshold, way)).collect::<Outcome<_>>()?;
    let total = ways.map(|way| together(&results, way == Hysteresis::On)).into();
    Ok(Report { schema: "qres.bench.regimes/1", threshold_bits: threshold, results, total })
}

/// Rows of noise a day: one each second, minute, five minutes.
const DAYS: [u64; 3] = [86_400, 1440, 288];

/// Watches `rows` rows of each kind of noise, at each of several rates.
pub(crate) fn measure_noise(rows: u64, threshold: Option<u32>) -> Outcome<Report> {
    let labels = Labels::default();
    let mut results = Vec::new();
    for day in DAYS {
        for (name, noise) in Noise::ALL {
            let dataset =
                Dataset { name: format!("{name}, {day} rows a day"), text: table(noise, rows, day) };
            results.push(measured(&dataset, &labels, threshold, Hysteresis::On)?);
        }
    }
    let total = vec![together(&results, true)];
    Ok(Report { schema: "qres.bench.regimes/1", threshold_bits: threshold, results, total })
}

/// Noise as a table with a clock.
fn table(noise: Noise, rows: u64, day: u64) -> Vec<u8> {
    let mut text = String::from("time,value\n");
    for (row, value) in (0..rows).zip(Series::new(noise, 1, day as i64)) {
        let (whole, part) = (value / 100, value.unsigned_abs() % 100);
        let sign = if value < 0 && whole == 0 { "-" } else { "" };
        text += &format!("{},{sign}{whole}.{part:02}\n", 1_600_000_000 + row * (86_400 / day));
    }
    text.into()
}

fn measured(
    dataset: &Dataset,
    labels: &Labels,
    threshold: Option<u32>,
    hysteresis: Hysteresis,
) -> Outcome<Measured> {
    let Dataset { name, text } = dataset;
    let mut rows = Rows::new(Wanted { columns: Vec::new(), threshold, every: None, hysteresis });
    let mut told: [Vec<usize>; KINDS.len()] = Default::default();
    let mut tell = |event: &crate::watch::event::Event| {
        for (rows, (_, kind)) in told.iter_mut().zip(KINDS) {
            rows.extend(event.is(kind).then_some(event.row as usize));
        }
        Ok(())
    };
    let (mut calm, mut samples) = (0, 0);
    let mut watch = |line: &[u8]| {
        rows.line(line, &mut tell)?;
        calm += rows.columns.iter().filter(|column| column.regime() == Regime::Calm).count();
        samples += rows.columns.len();
        Ok(())
    };
    let mut lines = Lines::default();
    lines.feed(text, &mut watch)?;
    lines.end(&mut watch)?;
    rows.end(&mut tell)?;
    let times = times(&rows, dataset)?;
    let windows = labels.of(name).unwrap_or_default();
    if times.is_empty() && !windows.is_empty() {
        let what = format!("{} has labels, but its rows tell no time", plain::printable(name));
        return Err(Failure::refused(what, "a column of times such as 2014-07-10 12:29:00 is needed"));
    }
    let days = clock::step(&times).map(|step| step * times.len() as f64 / clock::DAY);
    let mut kinds = KINDS.map(|(kind, _)| Found { kind, ..Found::default() });
    for (found, told) in kinds.iter_mut().zip(&told) {
        let told: Vec<Option<i64>> = told.iter().map(|row| times.get(*row).copied().flatten()).collect();
        found.count(&told, windows, days);
    }
    Ok(Measured {
        dataset: name.clone(),
        hysteresis: hysteresis == Hysteresis::On,
        labelled: labels.of(name).is_some(),
        rows: rows.count,
        days,
        windows: windows.len(),
        calm: calm as f64 / (samples as f64).max(1.0),
        kinds,
    })
}

/// The time of each row in seconds; none if no column tells it.
fn times(rows: &Rows, dataset: &Dataset) -> Outcome<Vec<Option<i64>>> {
    let Some(sheet) = rows.sheet() else { return Ok(Vec::new()) };
    let mut times = Vec::new();
    let mut each = |line: &[u8]| {
        times.push(sheet.time(line).and_then(|time| clock::seconds(&time)));
        Ok(())
    };
    let mut lines = Lines::default();
    lines.feed(&dataset.text, &mut each)?;
    lines.end(&mut each)?;
    times.drain(..sheet.before.min(times.len()));
    if times.iter().all(Option::is_none) {
        times.clear();
    }
    Ok(times)
}

impl Found {
    /// Events at these times against windows.
    fn count(&mut self, events: &[Option<i64>], windows: &[[i64; 2]], days: Option<f64>) {
        let within = |time: i64, window: &[i64; 2]| (window[0]..=window[1]).contains(&time);
        let first = |window: &[i64; 2]| {
            events.iter().flatten().find(|time| within(**time, window)).map(|t| t - window[0])
        };
        let delays: Vec<i64> = windows.iter().filter_map(first).collect();
        let is_false =
            |event: &&Option<i64>| event.is_none_or(|time| !windows.iter().any(|w| within(time, w)));
        self.windows_found = delays.len();
        self.false_alarms = events.iter().filter(is_false).count();
        self.false_alarms_a_day = days.map(|days| self.false_alarms as f64 / days);
        let mean = delays.iter().sum::<i64>() as f64 / 3600.0 / delays.len() as f64;
        self.delay_hours = (!delays.is_empty()).then_some(mean);
    }
}

/// All files watched in one way, as one.
fn together(results: &[Measured], hysteresis: bool) -> Measured {
    let of: Vec<&Measured> = results.iter().filter(|one| one.hysteresis == hysteresis).collect();
    let rows = of.iter().map(|one| one.rows).sum();
    let timed: Vec<&Measured> = of.iter().copied().filter(|one| one.days.is_some()).collect();
    let days = (!timed.is_empty()).then(|| timed.iter().filter_map(|one| one.days).sum::<f64>());
    let mut kinds = KINDS.map(|(kind, _)| Found { kind, ..Found::default() });
    for (at, all) in kinds.iter_mut().enumerate() {
        let found = |one: &Measured| one.kinds[at];
        all.windows_found = of.iter().map(|one| found(one).windows_found).sum();
        all.false_alarms = of.iter().map(|one| found(one).false_alarms).sum();
        // Of files that tell no time, nobody knows how many days they are.
        let dated: usize = timed.iter().map(|one| found(one).false_alarms).sum();
        all.false_alarms_a_day = days.map(|days| dated as f64 / days);
        let delays =
            of.iter().filter_map(|one| Some(found(one).delay_hours? * found(one).windows_found as f64));
        all.delay_hours = (all.windows_found > 0).then(|| delays.sum::<f64>() / all.windows_found as f64);
    }
    let calm = of.iter().map(|one| one.calm * one.rows as f64).sum::<f64>() / (rows as f64).max(1.0);
    let (windows, labelled) = (of.iter().map(|one| one.windows).sum(), of.iter().all(|one| one.labelled));
    Measured { dataset: "all".into(), hysteresis, labelled, rows, days, windows, calm, kinds }
}

impl Report {
    /// The report for people.
    pub(crate) fn text(&self) -> String {
        let mut names = vec![("dataset", Align::Left), ("hysteresis", Align::Left)];
        names.extend(["days", "windows", "calm"].map(|name| (name, Align::Right)));
        for (kind, _) in KINDS {
            names.extend([kind, "false/day", "delay"].map(|name| (name, Align::Right)));
        }
        let mut grid = Grid::new(&names);
        for one in self.results.iter().chain(&self.total) {
            grid.row(one.cells());
        }
        format!(
            "{}\nfor each kind of event: labelled windows with one in them; events in no window, a day; hours from the\n\
             beginning of a window to its first; calm: share of samples; anomalies from {} bits on\n",
            grid.lines(),
            self.threshold_bits.map_or("11 or more".into(), |bits| bits.to_string())
        )
    }
}

impl Measured {
    fn cells(&self) -> Vec<String> {
        let or_none = |number: Option<String>| number.unwrap_or_else(|| "-".into());
        let hysteresis = if self.hysteresis { "with" } else { "without" };
        let windows = if self.labelled { self.windows.to_string() } else { format!("{}?", self.windows) };
        let mut cells = vec![plain::printable(&self.dataset), hysteresis.into()];
        cells.push(or_none(self.days.map(|days| format!("{days:.0}"))));
        cells.extend([windows, format!("{:.1} %", self.calm * 100.0)]);
        for found in &self.kinds {
            cells.push(found.windows_found.to_string());
            cells.push(or_none(found.false_alarms_a_day.map(|rate| format!("{rate:.3}"))));
            cells.push(or_none(found.delay_hours.map(|hours| format!("{hours:.1} h"))));
        }
        cells
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two months of a slow wave each ten minutes, and a mess on one day.
    fn dataset() -> Dataset {
        let mut text = "time,value\n".to_owned();
        for i in 0..8640_i64 {
            let mess = if (7200..7344).contains(&i) { i * 7919 % 977 } else { i * 7919 % 13 };
            let value = (f64::sin(i as f64 / 70.0) * 1000.0) as i64 + mess;
            text += &format!("{},{value}\n", i * 600);
        }
        Dataset { name: "wave.csv".into(), text: text.into() }
    }

    #[test]
    fn what_is_in_a_window_is_found_and_what_is_not_is_a_false_alarm() {
        let labels = |begin: i64, end: i64| {
            Labels::read(format!(r#"{{"wave.csv":[[{},{}]]}}"#, begin * 600, end * 600).as_bytes()).unwrap()
        };
        let found = |begin, end| {
            let report = measure(&[dataset()], &labels(begin, end), Some(12)).unwrap();
            let [with, without] = &report.total[..] else { panic!("two ways") };
            assert_eq!((with.days.map(f64::round), with.windows, without.windows), (Some(60.0), 1, 1));
            assert!(with.calm > 0.9, "{with:?}");
            with.kinds
        };
        let [anomaly, storm, prestorm, _] = found(7200, 7344);
        for one in [anomaly, storm, prestorm] {
            assert_eq!(one.windows_found, 1, "{one:?}");
            assert!(one.delay_hours.unwrap() < 4.0 && one.false_alarms < 6, "{one:?}");
        }
        let [elsewhere, ..] = found(100, 110);
        assert_eq!((elsewhere.windows_found, elsewhere.delay_hours), (0, None));
        assert!(elsewhere.false_alarms > anomaly.false_alarms);
    }

    #[test]
    fn of_noise_less_than_one_of_each_kind_is_told_a_day() {
        let report = measure_noise(60_000, None).unwrap();
        for one in &report.results {
            let days = one.days.unwrap();
            for found in &one.kinds {
                // A lift takes some alarms to rise.
                let most = days.max(5.0);
                assert!(found.false_alarms as f64 <= most, "{}: {found:?} in {days:.1} days", one.dataset);
            }
        }
        println!("{} series of noise of 60000 rows", report.results.len());
    }

    #[test]
    fn rows_without_times_have_no_days() {
        let text: String = (0..400).map(|i| format!("{}\n", i * i % 7)).collect();
        let unlabelled = Dataset { name: "x".into(), text: text.into() };
        let report = measure(&[unlabelled], &Labels::read(b"{}").unwrap(), Some(12)).unwrap();
        assert!(report.total.iter().all(|one| one.days.is_none() && !one.labelled));
        assert!(report.text().contains("0?"), "{}", report.text());
    }
}
