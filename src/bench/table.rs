//! The report for people, on a terminal or in a file.

use super::{
    compare,
    report::{RIVALS, Report, Summary},
};
use crate::text::{
    grid::{Align, Grid},
    plain, units,
};

/// Width of the longest bar.
const BAR: usize = 10;
/// Width of a line that a table of ratios keeps to.
const WIDTH: usize = 100;

/// All tables.
pub(crate) fn text(report: &Report) -> String {
    let runs = units::count(u64::from(report.settings.runs), "run");
    let mut text = match report.settings.fake_time {
        true => "on no machine: all times are made up (`--fake-time`)\n".to_owned(),
        false => report.machine.lines().map(|line| line + "\n").concat(),
    };
    text += &format!("up to {runs} of each after a warm-up, in turns, on one thread\n");
    text += &format!("\n{}", datasets(report));
    if report.datasets.len() > 1 {
        text += &format!("\nratio, `*` is the best of a line\n{}", ratios(report));
    }
    if !report.forms.is_empty() {
        text += &format!("\nbytes of a form by those of the wide table\n{}", forms(report));
    }
    text += &format!("\n{}\n", summary(report));
    if !report.compared.is_empty() {
        text += &format!("{}\n{}\n", compared(report), worse(report));
    }
    text + &notes(report)
}

/// Peers measured elsewhere by levels of qres.
fn compared(report: &Report) -> String {
    let codecs = compare::codecs(&report.compared);
    let mut names = vec![(compare::TITLE, Align::Left), ("files", Align::Right)];
    names.extend(codecs.iter().map(|codec| (*codec, Align::Right)));
    let mut grid = Grid::new(&names);
    compare::rows(&report.compared).for_each(|row| grid.row(row));
    grid.lines()
}

/// On what files qres makes more than a peer, for each level; lines as wide as tables.
fn worse(report: &Report) -> String {
    let mut text = String::new();
    for said in compare::worse(&report.compared) {
        let mut room = WIDTH;
        for word in said.split(' ') {
            let width = word.chars().count() + 1;
            if width > room {
                text += "\n ";
                room = WIDTH - 1;
            }
            text += if room == WIDTH { "" } else { " " };
            text += word;
            room -= width.min(room);
        }
        text.push('\n');
    }
    text
}

fn datasets(report: &Report) -> String {
    let right = Align::Right;
    let mut grid = Grid::new(&[
        ("dataset", Align::Left),
        ("bytes", right),
        ("rows", right),
        ("fields", right),
        ("blake3", Align::Left),
    ]);
    for about in &report.datasets {
        let digest = about.blake3.get(..16).unwrap_or_default().to_owned();
        let name = plain::printable(&about.dataset);
        grid.row([name, about.bytes.to_string(), about.rows.to_string(), about.fields.to_string(), digest]);
    }
    grid.lines()
}

/// Texts by codecs, in as many tables as the width asks for.
fn ratios(report: &Report) -> String {
    let widest =
        |names: &mut dyn Iterator<Item = &str>| names.map(|name| name.chars().count()).max().unwrap_or(0);
    let dataset = widest(&mut report.datasets.iter().map(|about| &*about.dataset));
    let codec = widest(&mut report.summary.iter().map(|summary| &*summary.codec)).max(7);
    let columns = WIDTH.saturating_sub(dataset + 2) / (codec + 2);
    let tables = report.summary.chunks(columns.max(1)).map(|codecs| ratios_of(report, codecs));
    tables.collect::<Vec<_>>().join("\n")
}

fn ratios_of(report: &Report, codecs: &[Summary]) -> String {
    let names = codecs.iter().map(|codec| (&*codec.codec, Align::Right));
    let mut grid = Grid::new(&[("dataset", Align::Left)].into_iter().chain(names).collect::<Vec<_>>());
    for about in &report.datasets {
        let on = report.results.iter().filter(|measured| measured.dataset == about.dataset);
        let best = on.map(super::measure::Measured::ratio).fold(0.0, f64::max);
        let cell = |codec: &Summary| match report.find(&about.dataset, &codec.codec) {
            None => "- ".into(),
            Some(measured) if !measured.same => "wrong ".into(),
            Some(measured) if measured.ratio() == best => format!("{best:.2}*"),
            Some(measured) => format!("{:.2} ", measured.ratio()),
        };
        grid.row([plain::printable(&about.dataset)].into_iter().chain(codecs.iter().map(cell)));
    }
    grid.lines()
}

fn forms(report: &Report) -> String {
    let forms: Vec<&str> = report.other_forms().collect();
    let names = forms.iter().map(|form| (*form, Align::Right));
    let mut grid = Grid::new(&[("codec", Align::Left)].into_iter().chain(names).collect::<Vec<_>>());
    for summary in &report.summary {
        let cost =
            |form: &&str| report.forms.iter().find(|cost| cost.codec == summary.codec && cost.form == *form);
        let cell = |form| cost(form).map_or("-".into(), |cost| format!("{:.3}", cost.cost));
        grid.row([summary.codec.clone()].into_iter().chain(forms.iter().map(cell)));
    }
    grid.lines()
}

fn summary(report: &Report) -> String {
    let right = Align::Right;
    let mut names = vec![("codec", Align::Left), ("ratio", right), ("", Align::Left)];
    names.extend([("encode", right), ("decode", right)]);
    let memory = report.summary.iter().any(|summary| summary.encode_peak_bytes.is_some());
    if memory {
        names.extend([("memory", right), ("to decode", right)]);
    }
    let compared = |rival: &&str| report.summary.iter().any(|summary| summary.gain_over.contains_key(*rival));
    let rivals: Vec<&str> = RIVALS.into_iter().filter(compared).collect();
    let gains: Vec<String> = rivals.iter().map(|rival| format!("/ {rival}")).collect();
    names.extend(gains.iter().map(|gain| (&**gain, right)));
    let mut grid = Grid::new(&names);
    let best = report.summary.iter().map(|summary| summary.ratio).fold(0.0, f64::max);
    for summary in &report.summary {
        let mut row = vec![called(report, summary), format!("{:.2}", summary.ratio)];
        row.push(bar(summary.ratio / best));
        row.extend([speed(summary.encode_mb_per_second), speed(summary.decode_mb_per_second)]);
        if memory {
            row.extend([summary.encode_peak_bytes, summary.decode_peak_bytes].map(bytes));
        }
        let gain =
            |rival: &&str| summary.gain_over.get(*rival).map_or("-".into(), |gain| format!("{gain:.3}"));
        row.extend(rivals.iter().map(gain));
        grid.row(row);
    }
    grid.lines()
}

/// The codec's name, what it takes, and over how many datasets its numbers are if that is not all.
fn called(report: &Report, summary: &Summary) -> String {
    let mark = if summary.takes == "values" { " †" } else { "" };
    format!("{}{mark}{}", summary.codec, missing(report, summary))
}

/// Says so where a codec has not taken all datasets: its means cannot be compared with the others'.
pub(super) fn missing(report: &Report, summary: &Summary) -> String {
    let all = report.datasets.len();
    if summary.datasets == all { String::new() } else { format!(" ({} of {all})", summary.datasets) }
}

/// A bar in eighths of a character.
fn bar(share: f64) -> String {
    let eighths = (share.clamp(0.0, 1.0) * (BAR * 8) as f64).round() as usize;
    let part = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8];
    "█".repeat(eighths / 8) + part
}

/// Three digits.
pub(super) fn speed(mb_per_second: f64) -> String {
    let digits = usize::from(mb_per_second < 99.95) + usize::from(mb_per_second < 9.995);
    format!("{mb_per_second:.digits$}")
}

pub(super) fn bytes(bytes: Option<u64>) -> String {
    bytes.map_or("-".into(), units::size)
}

/// What the numbers mean, and whether they count.
pub(super) fn notes(report: &Report) -> String {
    let mut text = String::new();
    if report.datasets.len() > 1 {
        text += "ratio: geometric mean of text bytes by archive bytes\n\
                 speed: MB a second, all text by the sum of the median runs\n";
    } else {
        text += "ratio: text bytes by archive bytes; speed: MB of text a second in the median run\n";
    }
    if report.summary.iter().any(|summary| !summary.gain_over.is_empty()) {
        text += "/ X: geometric mean of the bytes that X makes by the bytes that this codec makes\n";
    }
    if !report.compared.is_empty() {
        text += compare::NOTE;
    }
    if report.summary.iter().any(|summary| summary.encode_peak_bytes.is_some()) {
        text +=
            "memory: the most that became resident beside the input, each codec in a process of its own\n";
    }
    if report.summary.iter().any(|summary| summary.takes == "values") {
        text += "†: takes values only: columns of numbers parsed for it, as the integers or floats it packs best;\n   \
                 its speed is without reading or printing text; its size counts also the header, columns of\n   \
                 words and cells that no plain print of a number gives back, all packed by zstd -19\n";
    }
    if report.summary.iter().any(|summary| !missing(report, summary).is_empty()) {
        text += "(N of M): means over the datasets that have numbers for it, not to be compared with the others\n";
    }
    let checked = units::count(report.results.len() as u64, "pair");
    let wrong: Vec<String> =
        report.wrong().map(|m| format!("{} on {}", m.codec, plain::printable(&m.dataset))).collect();
    match &*wrong {
        [] => {
            text + &format!(
                "checked: every run of {checked} of codec and dataset gave back what it took, bit for bit\n"
            )
        }
        wrong => {
            text + &format!("WRONG: {} gave back something else and count for nothing\n", wrong.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::report::tests::example;

    #[test]
    fn bars_are_as_long_as_their_share() {
        assert_eq!(bar(1.0).chars().count(), BAR);
        assert_eq!(bar(0.5), "█".repeat(BAR / 2));
        assert_eq!([bar(0.0), bar(f64::NAN)], ["", ""]);
    }

    #[test]
    fn no_line_is_too_wide() {
        let text = text(&example());
        for line in text.lines() {
            assert!(line.chars().count() <= 100, "{line}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let mut report = example();
        assert!(text(&report).contains("gave back what it took"));
        report.results[0].same = false;
        assert!(text(&report).contains("WRONG: qres-1 on weather.csv"));
    }
}
