//! The frame of a page: title, style, script, and HTML that is put together without a template.

use std::fmt;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// A page: `body` is HTML, `data` is JSON for those who want the numbers.
pub(crate) fn page(title: &str, body: &str, data: &str) -> String {
    // `<` would end the script where the data holds `</script>`.
    let data = data.replace('<', "\\u003c");
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n\
         <body>\n<button id=\"light\" type=\"button\" title=\"light or dark\" aria-label=\"light or dark\">◐</button>\n\
         <main>\n{body}</main>\n<script id=\"data\" type=\"application/json\">{data}</script>\n\
         <script>\n{SCRIPT}</script>\n</body>\n</html>\n",
        title = Escaped(title),
    )
}

/// A table that scrolls where it is too wide; the cells of `rows` are HTML.
#[cfg(feature = "bench")]
pub(crate) fn table(names: &[String], rows: impl Iterator<Item = Vec<String>>) -> String {
    let row = |cells: Vec<String>| format!("<tr><td>{}</td></tr>\n", cells.join("</td><td>"));
    let heads: Vec<String> = names.iter().map(|name| Escaped(name).to_string()).collect();
    format!(
        "<div class=\"scroll\"><table><thead><tr><th>{}</th></tr></thead><tbody>\n{}</tbody></table></div>\n",
        heads.join("</th><th>"),
        rows.map(row).collect::<String>()
    )
}

/// Text as HTML shows it, in elements and in quoted attributes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Escaped<'t>(pub(crate) &'t str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '&' => f.write_str("&amp;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                c if c.is_control() => write!(f, "{}", char::REPLACEMENT_CHARACTER)?,
                c => write!(f, "{c}")?,
            }
        }
        Ok(())
    }
}

/// Text of which no word is broken at its hyphens: `zstd-19` stays on one line.
#[cfg(feature = "bench")]
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unbroken<'t>(pub(crate) &'t str);

#[cfg(feature = "bench")]
impl fmt::Display for Unbroken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, word) in self.0.split(' ').enumerate() {
            let (space, escaped) = (if at > 0 { " " } else { "" }, Escaped(word));
            match word.contains('-') {
                true => write!(f, "{space}<span class=\"word\">{escaped}</span>")?,
                false => write!(f, "{space}{escaped}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_break_out() {
        let name = "</script><b a=\"x\">";
        assert_eq!(Escaped(name).to_string(), "&lt;/script&gt;&lt;b a=&quot;x&quot;&gt;");
        let page = page(name, "", &format!("[{name:?}]"));
        assert_eq!(page.matches("</script>").count(), 2);
    }

    #[cfg(feature = "bench")]
    #[test]
    fn words_with_hyphens_stay_whole() {
        let text = Unbroken("as dense as zstd-19 <is>").to_string();
        assert_eq!(text, "as dense as <span class=\"word\">zstd-19</span> &lt;is&gt;");
    }

    #[test]
    fn nothing_comes_from_a_network() {
        let page = page("t", "", "{}");
        for word in ["http", "src=", "@import", "url("] {
            assert!(!page.contains(word), "{word}");
        }
    }
}
