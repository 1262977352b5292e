//! The report for a browser.

use super::{
    compare,
    measure::Measured,
    report::{Report, Summary},
    table,
};
use crate::{
    text::units,
    web::{
        chart::{self, Axes, Bar, Point},
        page::{self, Escaped, Unbroken},
    },
};
use std::fmt::Write;

/// The page, the report itself inside.
pub(crate) fn html(report: &Report) -> String {
    let sections = [head, scatters, cards, numbers, compared, datasets];
    let body: String = sections.iter().map(|section| section(report)).collect();
    page::page("qres bench", &body, &serde_json::to_string(report).unwrap_or_default())
}

/// The class of a codec, which gives its colour.
fn class(summary: &Summary) -> &'static str {
    if summary.own { "own" } else { summary.takes }
}

fn head(report: &Report) -> String {
    let files = units::count(report.datasets.len() as u64, "dataset");
    let bytes: u64 = report.datasets.iter().map(|about| about.bytes).sum();
    let runs = units::count(u64::from(report.settings.runs), "run");
    let mut html = format!(
        "<h1>qres bench</h1>\n<p class=\"soft\">{files}, {}; up to {runs} of each codec after a warm-up, in turns, on one thread</p>\n",
        units::size(bytes)
    );
    if report.settings.fake_time {
        html += "<p class=\"wrong\">All times are made up (<code>--fake-time</code>).</p>\n";
    }
    let wrong: Vec<String> = report.wrong().map(|m| format!("{} on {}", m.codec, m.dataset)).collect();
    if !wrong.is_empty() {
        let _ =
            writeln!(html, "<p class=\"wrong\">Gave back something else: {}</p>", Escaped(&wrong.join(", ")));
    }
    html + &figures(report)
}

/// What one wants to know first: the strongest level, and what it gains.
fn figures(report: &Report) -> String {
    let Some(own) = report.summary.iter().find(|summary| summary.own) else { return String::new() };
    let mut html = String::from("<div class=\"figures\">\n");
    let mut figure = |value: String, what: &str| {
        let _ = writeln!(html, "<div class=\"figure\"><b>{value}</b>{}</div>", Unbroken(what));
    };
    figure(format!("{:.2}×", own.ratio), &format!("smaller with {}", own.codec));
    for (rival, gain) in super::report::RIVALS.iter().filter_map(|rival| own.gain_over.get_key_value(*rival))
    {
        figure(format!("{gain:.2}×"), &format!("as dense as {rival}"));
    }
    figure(table::speed(own.encode_mb_per_second), "MB/s to encode");
    figure(table::speed(own.decode_mb_per_second), "MB/s to decode");
    html + "</div>\n"
}

fn scatters(report: &Report) -> String {
    let mut codecs: Vec<&Summary> = report.summary.iter().filter(|summary| summary.ratio > 0.0).collect();
    // The ladder is joined in the order of its levels.
    codecs.sort_by(|a, b| (a.codec.len(), &a.codec).cmp(&(b.codec.len(), &b.codec)));
    let chart = |title: &str, speed: fn(&Summary) -> f64| {
        let points: Vec<Point> = codecs.iter().map(|codec| point(codec, speed(codec))).collect();
        let chart = chart::scatter(Axes { x: "MB of text a second →", y: "↑ ratio" }, &points);
        format!("<div class=\"card\"><h3>{title}</h3>\n{chart}</div>\n")
    };
    format!(
        "<h2>Ratio against speed</h2>\n{LEGEND}<div class=\"pair\">\n{}{}</div>\n",
        chart("Encoding", |codec| codec.encode_mb_per_second),
        chart("Decoding", |codec| codec.decode_mb_per_second)
    )
}

const LEGEND: &str = "<p class=\"legend soft\"><span class=\"own\">qres, level by level</span>\
                      <span class=\"text\">takes text, as qres does</span>\
                      <span class=\"values\">takes only numbers, parsed for it</span></p>\n";

fn point(codec: &Summary, speed: f64) -> Point {
    let about = format!("{}: {:.2}x at {} MB/s", codec.codec, codec.ratio, table::speed(speed));
    Point { name: codec.codec.clone(), class: class(codec), x: speed, y: codec.ratio, about }
}

/// Bars for each dataset.
fn cards(report: &Report) -> String {
    let mut html = String::from("<h2>Ratio on each dataset</h2>\n<div class=\"cards\">\n");
    for about in &report.datasets {
        let measured = |codec: &Summary| {
            let measured = report.find(&about.dataset, &codec.codec)?;
            Some(Bar {
                name: codec.codec.clone(),
                class: class(codec),
                value: measured.ratio(),
                about: told(measured),
            })
        };
        let mut bars: Vec<Bar> = report.summary.iter().filter_map(measured).collect();
        bars.sort_by(|a, b| b.value.total_cmp(&a.value));
        let (name, size, rows) =
            (Escaped(&about.dataset), units::size(about.bytes), units::count(about.rows, "row"));
        let _ = writeln!(
            html,
            "<div class=\"card\"><h3>{name}</h3><div class=\"soft\">{size}, {rows}</div>\n{}</div>",
            chart::bars(&bars)
        );
    }
    html + "</div>\n"
}

fn told(measured: &Measured) -> String {
    match &measured.fault {
        Some(fault) => format!("{}: {fault}", measured.codec),
        None if !measured.same => format!("{}: gave back something else", measured.codec),
        None => format!("{}: {} bytes", measured.codec, measured.bytes),
    }
}

fn numbers(report: &Report) -> String {
    let memory = report.summary.iter().any(|summary| summary.encode_peak_bytes.is_some());
    let rivals: Vec<&str> = super::report::RIVALS.into_iter().collect();
    let mut heads =
        vec!["codec".to_owned(), "takes".into(), "ratio".into(), "encode MB/s".into(), "decode MB/s".into()];
    if memory {
        heads.extend(["memory".into(), "to decode".into()]);
    }
    heads.extend(rivals.iter().map(|rival| format!("/ {rival}")));
    heads.extend(report.other_forms().map(|form| format!("{form} / wide")));
    let mut rows = String::new();
    for codec in &report.summary {
        let (encode, decode) = (codec.encode_mb_per_second, codec.decode_mb_per_second);
        let mut cells = vec![
            Escaped(&codec.codec).to_string() + &table::missing(report, codec),
            codec.takes.into(),
            format!("{:.3}", codec.ratio),
        ];
        cells.extend([table::speed(encode), table::speed(decode)]);
        if memory {
            cells.extend([codec.encode_peak_bytes, codec.decode_peak_bytes].map(table::bytes));
        }
        cells.extend(
            rivals
                .iter()
                .map(|rival| codec.gain_over.get(*rival).map_or("-".into(), |gain| format!("{gain:.3}"))),
        );
        let cost = |form| report.forms.iter().find(|cost| cost.codec == codec.codec && cost.form == form);
        cells.extend(
            report
                .other_forms()
                .map(|form| cost(form).map_or("-".into(), |cost| format!("{:.3}", cost.cost))),
        );
        let _ = writeln!(
            rows,
            "<tr class=\"{}\" data-codec=\"{}\"><td>{}</td></tr>",
            class(codec),
            Escaped(&codec.codec),
            cells.join("</td><td>")
        );
    }
    let notes = table::notes(report).replace('†', "values");
    let notes: String = notes.lines().map(|line| format!("{}<br>\n", Unbroken(line.trim()))).collect();
    format!(
        "<h2>Numbers</h2>\n<div class=\"scroll\"><table><thead><tr><th>{}</th></tr></thead><tbody>\n{rows}</tbody></table></div>\n\
         <p class=\"soft\">{notes}</p>\n",
        heads.join("</th><th>")
    )
}

fn compared(report: &Report) -> String {
    if report.compared.is_empty() {
        return String::new();
    }
    let names = [compare::TITLE, "files"].into_iter().chain(compare::codecs(&report.compared));
    let names: Vec<String> = names.map(String::from).collect();
    let rows = compare::rows(&report.compared);
    let rows = rows.map(|row| row.iter().map(|cell| Escaped(cell).to_string()).collect());
    let worse: String =
        compare::worse(&report.compared).map(|said| format!("{}<br>\n", Unbroken(&said))).collect();
    format!(
        "<h2>Beside sizes measured elsewhere</h2>\n{}<p class=\"soft\">{worse}</p>\n",
        page::table(&names, rows)
    )
}

fn datasets(report: &Report) -> String {
    let mut rows = String::new();
    for about in &report.datasets {
        let (name, digest) = (Escaped(&about.dataset), &about.blake3);
        let _ = writeln!(
            rows,
            "<tr><td>{name}</td><td>{}</td><td>{}</td><td>{}</td><td><code>{digest}</code></td></tr>",
            about.bytes, about.rows, about.fields
        );
    }
    let [machine, program] = report.machine.lines();
    format!(
        "<h2>Datasets</h2>\n<div class=\"scroll\"><table><thead><tr><th>dataset</th><th>bytes</th><th>rows</th><th>fields</th>\
         <th>blake3</th></tr></thead><tbody>\n{rows}</tbody></table></div>\n\
         <p class=\"soft\">{}<br>\n{}<br>\nEvery single run is in this page as JSON, in the element <code>data</code>.</p>\n",
        Escaped(&machine),
        Escaped(&program)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::report::tests::example;

    #[test]
    fn the_page_shows_every_codec_on_every_dataset() {
        let report = example();
        let page = html(&report);
        let (codecs, datasets) = (report.summary.len(), report.datasets.len());
        assert_eq!(page.matches("<circle").count(), 2 * codecs);
        assert_eq!(page.matches("style=\"--w:").count(), codecs * datasets);
        assert!(page.contains("made up"));
    }

    #[test]
    fn the_page_holds_the_report() {
        let report = example();
        let page = html(&report);
        let data =
            page.split_once("type=\"application/json\">").unwrap().1.split_once("</script>").unwrap().0;
        let value: serde_json::Value = serde_json::from_str(data).unwrap();
        assert_eq!(value["schema"], "qres.bench/1");
    }

    #[test]
    fn tags_are_closed() {
        let page = html(&example());
        for tag in ["div", "table", "p", "svg", "g", "tr", "td", "th", "span", "h2", "main"] {
            let open = page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count();
            assert_eq!(open, page.matches(&format!("</{tag}>")).count(), "{tag}");
        }
    }
}
