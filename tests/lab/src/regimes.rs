//! What `qres watch` tells of files in which people labelled what happened. The first column of a file is its clock.

use crate::{
    Dataset,
    labels::{DAY, Labels, seconds, step, time},
};
use serde_json::Value;
use std::{
    env,
    error::Error,
    io::Write,
    process::{Command, Stdio},
    thread,
};

/// The kinds of events, as they are listed.
const KINDS: [&str; 4] = ["anomaly", "storm", "prestorm", "drift"];

/// What events of a kind found.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Found {
    windows: usize,
    false_alarms: usize,
    /// From the beginning of each window found to the first event in it, in seconds.
    delay: i64,
}

/// A file, watched.
#[derive(Debug, Clone, Copy, Default)]
struct Measured {
    days: f64,
    windows: usize,
    kinds: [Found; KINDS.len()],
}

/// Prints what is found in each file and in all together.
pub(crate) fn run(datasets: &[Dataset], labels: &Dataset) -> Result<(), Box<dyn Error>> {
    let labels = Labels::read(&labels.text).map_err(|what| format!("{}: {what}", labels.name))?;
    let mut all = Measured::default();
    for dataset in datasets {
        let one = measured(dataset, labels.of(&dataset.name))?;
        println!("{}", one.line(&dataset.name));
        all.add(&one);
    }
    println!("{}", all.line("all"));
    println!("found: labelled windows with such an event in them; false: events in no window, a day");
    println!("delay: hours from the beginning of a window to the first event in it, in the mean");
    Ok(())
}

fn measured(dataset: &Dataset, windows: &[[i64; 2]]) -> Result<Measured, Box<dyn Error>> {
    let text = String::from_utf8_lossy(&dataset.text);
    let times: Vec<Option<i64>> =
        text.lines().filter_map(|line| line.split(',').next()).map(seconds).collect();
    let step = step(&times).ok_or(format!("{}: the first column tells no times", dataset.name))?;
    let mut told: [Vec<Option<i64>>; KINDS.len()] = Default::default();
    for event in watch(&dataset.text)? {
        for (events, kind) in told.iter_mut().zip(KINDS) {
            events.extend(is(&event, kind).then(|| time(&event["time"])));
        }
    }
    let kinds = told.map(|events| Found::of(&events, windows));
    Ok(Measured { days: step * times.len() as f64 / DAY, windows: windows.len(), kinds })
}

/// What `qres watch` tells of a text: the program that was built beside this one.
fn watch(text: &[u8]) -> Result<Vec<Value>, Box<dyn Error>> {
    let qres = env::current_exe()?.with_file_name("qres");
    let watch =
        Command::new(&qres).args(["watch", "--json"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = watch.map_err(|error| format!("{}: {error}: build it first", qres.display()))?;
    let mut stdin = child.stdin.take().ok_or("no pipe")?;
    let output = thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(text));
        child.wait_with_output()
    })?;
    String::from_utf8(output.stdout)?.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}

/// Whether an event is of a kind; a regime that passes is none.
fn is(event: &Value, kind: &str) -> bool {
    match kind {
        "storm" => event["to"] == "storm",
        "prestorm" => event["event"] == "regime" && event["from"] == "calm",
        _ => event["event"] == kind,
    }
}

impl Found {
    /// Events at these times against windows.
    fn of(events: &[Option<i64>], windows: &[[i64; 2]]) -> Self {
        let within = |time: i64, window: &[i64; 2]| (window[0]..=window[1]).contains(&time);
        let first = |window: &[i64; 2]| {
            events.iter().flatten().find(|time| within(**time, window)).map(|time| time - window[0])
        };
        let is_false = |event: &&Option<i64>| {
            event.is_none_or(|time| !windows.iter().any(|window| within(time, window)))
        };
        let delays: Vec<i64> = windows.iter().filter_map(first).collect();
        let false_alarms = events.iter().filter(is_false).count();
        Self { windows: delays.len(), false_alarms, delay: delays.iter().sum() }
    }
}

impl Measured {
    fn add(&mut self, other: &Self) {
        self.days += other.days;
        self.windows += other.windows;
        for (all, one) in self.kinds.iter_mut().zip(other.kinds) {
            all.windows += one.windows;
            all.false_alarms += one.false_alarms;
            all.delay += one.delay;
        }
    }

    fn line(&self, name: &str) -> String {
        let mut line = format!("{name}: {:.0} days, {} windows", self.days, self.windows);
        for (found, kind) in self.kinds.iter().zip(KINDS) {
            let alarms = found.false_alarms as f64 / self.days;
            let delay = found.delay as f64 / 3600.0 / found.windows.max(1) as f64;
            line += &format!("; {kind} {} found, {alarms:.3} false, delay {delay:.1} h", found.windows);
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_a_window_is_found_and_what_is_not_is_a_false_alarm() {
        let events = [Some(5), Some(130), None, Some(150)];
        assert_eq!(
            Found::of(&events, &[[100, 200], [300, 400]]),
            Found { windows: 1, false_alarms: 2, delay: 30 }
        );
        assert_eq!(Found::of(&events, &[]), Found { windows: 0, false_alarms: 4, delay: 0 });
    }

    #[test]
    fn a_regime_that_passes_is_no_event() {
        let regime = |from: &str, to: &str| serde_json::json!({"event": "regime", "from": from, "to": to});
        assert!(is(&regime("calm", "prestorm"), "prestorm") && is(&regime("prestorm", "storm"), "storm"));
        assert!(!KINDS.iter().any(|kind| is(&regime("storm", "prestorm"), kind)));
    }
}
