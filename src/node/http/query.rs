//! `?name=value&...`: every name that is not asked for is an error.

use super::Said;

/// Returns the pairs of a query.
pub(super) fn pairs(query: Option<&str>) -> Result<Vec<(String, String)>, Said> {
    let parts = query.unwrap_or_default().split('&').filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            decode(name)
                .zip(decode(value))
                .ok_or_else(|| Said::wrong(format!("`{part}` is no part of a query")))
        })
        .collect()
}

/// The error for a name that nobody knows.
pub(super) fn unknown(name: &str, known: &str) -> Said {
    Said::wrong(format!("`{name}` cannot be asked here, but {known}"))
}

/// Parses a number.
pub(super) fn number(name: &str, value: &str) -> Result<u64, Said> {
    value.parse().map_err(|_| Said::wrong(format!("`{name}` must be a number")))
}

/// Decodes `%41` and `+`; nothing if it is no text.
fn decode(text: &str) -> Option<String> {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        (bytes, rest) = match first {
            b'%' => {
                let digits = std::str::from_utf8(after.get(..2)?).ok().filter(|_| after[0] != b'+')?;
                bytes.push(u8::from_str_radix(digits, 16).ok()?);
                (bytes, &after[2..])
            }
            b'+' => {
                bytes.push(b' ');
                (bytes, after)
            }
            other => {
                bytes.push(*other);
                (bytes, after)
            }
        };
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_decoded() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(pairs(None).unwrap(), []);
        assert_eq!(
            pairs(Some("level=9&error=temp%3D0.5&a+b")).unwrap(),
            [pair("level", "9"), pair("error", "temp=0.5"), pair("a b", "")]
        );
        for wrong in ["%", "a=%4", "a=%+1", "a=%zz", "a=%ff"] {
            assert!(pairs(Some(wrong)).is_err(), "{wrong}");
        }
    }
}
