//! The report for a browser.

use super::Report;
use crate::web::page::{self, Escaped, Unbroken};

/// The page, the report itself inside.
pub(crate) fn html(report: &Report) -> String {
    let mut html = "<h1>qres bench within bounds</h1>\n".to_owned();
    if let Some(wrong) = report.wrong() {
        html += &format!("<p class=\"wrong\">Not within its bound: {}</p>\n", Escaped(&wrong));
    }
    html += &figures(report);
    let names: Vec<String> = report.names().iter().map(|(name, _)| (*name).to_owned()).collect();
    let rows = report.rows().map(|row| row.iter().map(|cell| Escaped(cell).to_string()).collect());
    html += &page::table(&names, rows);
    let lines = report.notes().into_iter().chain(report.machine.lines());
    let notes: String = lines.map(|line| format!("{}<br>\n", Unbroken(&line))).collect();
    html += &format!("<p class=\"soft\">{notes}</p>\n");
    page::page("qres bench", &html, &serde_json::to_string(report).unwrap_or_default())
}

/// What one wants to know first: what each level gains over the peer.
fn figures(report: &Report) -> String {
    if report.summary.is_empty() {
        return String::new();
    }
    let figure = |gain: &super::Gain| {
        let what = format!("as dense as {} within {}: {}", gain.peer, gain.bound, gain.codec);
        format!("<div class=\"figure\"><b>{:.2}×</b>{}</div>\n", gain.gain, Unbroken(&what))
    };
    let figures: String = report.summary.iter().map(figure).collect();
    format!("<div class=\"figures\">\n{figures}</div>\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::{bounded::measure, corpus, published::Published};
    use qres_core::{codec::Level, frame::Tolerance};

    #[test]
    fn the_page_shows_every_result_and_what_they_amount_to() {
        let datasets = corpus::synthetic(1, 200);
        let sizes = format!(
            "{{\"{}\": {{\"bytes\": {}, \"sz3-1%\": 900}}}}",
            datasets[0].name,
            datasets[0].text.len()
        );
        let (levels, bounds) = ([Level::FASTEST], [Tolerance::parse("1%").unwrap()]);
        let report = measure(&datasets, &levels, &bounds, Some(&Published::of(&sizes)), true);
        let page = html(&report);
        assert_eq!(page.matches("<tr>").count(), 1 + datasets.len());
        assert!(
            page.contains("as dense as sz3 within 1%: <span class=\"word\">qres-1</span>")
                && page.contains("over 1 file:")
        );
    }
}
