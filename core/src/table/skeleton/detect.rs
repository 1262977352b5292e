//! The skeleton of a text, found on the lines of a few places.

use super::{
    super::{glance::looks_numeric, shape::Shape},
    Family, Role, Skeleton,
    keys::{self, Rows},
    lexer::{Fields, Words},
    pattern::Pattern,
};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec,
    vec::Vec,
};

/// Places looked at at most, and how much at each of them: neighbouring lines tell what runs on.
const PLACES: usize = 24;
/// Share of a table that is looked at; of other texts it is as much as there are places.
const TABLE_SHARE: usize = 16;
const PLACE_BYTES: usize = 3 << 11;
const FEWEST_PLACES: usize = 6;
const FEWEST_BYTES: usize = PLACE_BYTES / 3;
/// Longest line that can have a pattern.
const LONGEST: usize = 1 << 14;
/// Families of whole lines, and of lines that only begin alike.
const FAMILIES: usize = 24;
const BEGINNINGS: usize = 6;
/// Lines before the first that fits at most.
const MAX_PREAMBLE: usize = 50;

/// The skeleton of `text`; where it has the `shape` of a table, only if its lines have names or are rows of several series.
pub(in super::super) fn find(text: &[u8], shape: Option<&Shape>) -> Option<Skeleton> {
    if shape.is_some_and(|shape| !keys::possible(text, shape) && !has_names(text)) {
        return None;
    }
    let table = shape.filter(|_| !has_names(text));
    let places = match table {
        Some(_) => (text.len() / TABLE_SHARE / PLACE_BYTES).clamp(FEWEST_PLACES, PLACES),
        None => PLACES,
    };
    if table.is_some_and(|shape| places > FEWEST_PLACES && !may_have_keys(text, shape)) {
        return None;
    }
    let lines = sample(text, places, PLACE_BYTES);
    let mut families = match table {
        Some(shape) => vec![family_of(shape, &lines)?],
        None => families_of(&lines)?,
    };
    let preamble = match table {
        Some(shape) => text.get(..shape.preamble.len())?,
        None => preamble(text, &families),
    };
    let text = text.get(preamble.len()..)?;
    let rows =
        Rows::parse(&families, &if preamble.is_empty() { lines } else { sample(text, places, PLACE_BYTES) });
    if table.is_none() && !rows.is_worth_it(&families) {
        return None;
    }
    let mut met = Rows::default();
    if keys::choose(&mut families, &rows, text.len()) {
        met = Rows::parse(&families, &spread(text));
        if !keys::are_few(&families, &met, SPREAD) {
            keys::forget(&mut families);
        }
    }
    if table.is_some() && !families.iter().any(Family::has_keys) {
        return None;
    }
    keys::fix_constants(&mut families, &rows);
    keys::list(&mut families, [&rows, &met]);
    let preamble_bytes = preamble.len();
    // Short texts are not worth many patterns.
    Skeleton::new(families, preamble.to_vec())
        .filter(|skeleton| skeleton.columns() > 0)
        .filter(|skeleton| skeleton.written() < 24 + preamble_bytes + text.len() / 16)
}

/// Whether keys pay in a table as far as the fewest places tell: most tables have none, and more places take more time.
fn may_have_keys(text: &[u8], shape: &Shape) -> bool {
    let lines = sample(text, FEWEST_PLACES, FEWEST_BYTES);
    let Some(family) = family_of(shape, &lines) else { return false };
    let mut families = vec![family];
    let rows = Rows::parse(&families, &lines);
    keys::choose(&mut families, &rows, text.len())
}

/// Whole lines from places spread over a text, at most so many bytes at each.
fn sample(text: &[u8], places: usize, bytes: usize) -> Vec<&[u8]> {
    if text.len() <= places * bytes {
        return lines_of(text).collect();
    }
    let last = text.len() - bytes;
    let place = |place: usize| {
        let start = last / (places - 1) * place;
        let window = text.get(start..start + bytes).unwrap_or_default();
        // The first line is cut, but for the text's own first; the last one always is.
        let first = if place == 0 { Some(0) } else { memchr::memchr(b'\n', window).map(|end| end + 1) };
        let end = memchr::memrchr(b'\n', window).unwrap_or(0);
        lines_of(first.and_then(|first| window.get(first..end)).unwrap_or_default())
    };
    (0..places).flat_map(place).collect()
}

/// What stands between the line ends of a text.
fn lines_of(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut start = 0;
    memchr::memchr_iter(b'\n', text).chain([text.len()]).map(move |end| {
        let line = text.get(start..end).unwrap_or_default();
        start = end + 1;
        line
    })
}

/// One in so many lines is enough to meet every key; few periods have a divisor in common with it.
const SPREAD: usize = 7;

/// Lines spread over all of a text.
fn spread(text: &[u8]) -> Vec<&[u8]> {
    lines_of(text).step_by(SPREAD).collect()
}

/// Whether most of the first lines have names before their values.
fn has_names(text: &[u8]) -> bool {
    let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).take(20);
    let named = |line: &&[u8]| {
        line.iter()
            .zip(line.iter().skip(1))
            .any(|(byte, next)| (*byte == b'=' && *next != b' ') || (*byte == b'"' && *next == b':'))
    };
    lines.clone().filter(named).count() * 2 > lines.count()
}

/// The rows of a table as one family.
fn family_of(shape: &Shape, lines: &[&[u8]]) -> Option<Family> {
    if shape.quoted || shape.blanks {
        return None;
    }
    let crlf = lines.iter().filter(|line| line.ends_with(b"\r")).count() * 2 > lines.len();
    let mut text = vec![b'\n'];
    for _ in 1..shape.columns {
        text.extend([shape.delimiter, b'\n']);
    }
    if crlf {
        text.push(b'\r');
    }
    let roles = (0..shape.columns as u16).map(|slot| Role { slot, keyed: false, key: false }).collect();
    Some(Family { pattern: Pattern::new(&text)?, roles, keys: vec![] })
}

/// The patterns that most lines have.
fn families_of(lines: &[&[u8]]) -> Option<Vec<Family>> {
    let texts = patterns_of(lines);
    let mut counts: BTreeMap<&[u8], (usize, usize)> = BTreeMap::new();
    for (at, text) in texts.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
        counts.entry(text).or_insert((0, at)).0 += 1;
    }
    let enough = (lines.len() / 128).max(2);
    let mut frequent: Vec<(&[u8], (usize, usize))> =
        counts.into_iter().filter(|(_, (count, _))| *count >= enough).collect();
    frequent.sort_by_key(|(_, (count, first))| (core::cmp::Reverse(*count), *first));
    frequent.truncate(FAMILIES);
    let mut patterns: Vec<Pattern> = frequent.iter().filter_map(|(text, _)| Pattern::new(text)).collect();
    let mut places = Vec::new();
    let mut left: Vec<(&[u8], &[u8])> = lines.iter().copied().zip(texts.iter().map(|text| &**text)).collect();
    left.retain(|(line, _)| {
        !line.is_empty() && !patterns.iter().any(|pattern| pattern.find(line, 0, &mut places))
    });
    for _ in 0..BEGINNINGS {
        if left.len() * 50 < lines.len() {
            break;
        }
        let Some(beginning) = beginning_of(&left, lines.len()) else { break };
        left.retain(|(line, _)| !beginning.find(line, 0, &mut places));
        patterns.push(beginning);
    }
    (left.len() * 5 < lines.len() && !patterns.is_empty()).then(|| with_slots(patterns))
}

/// Each line's pattern as text; empty for lines that cannot have one.
fn patterns_of(lines: &[&[u8]]) -> Vec<Vec<u8>> {
    let mut words = Words::new();
    for line in lines.iter().filter(|line| line.len() <= LONGEST) {
        Fields::of(line, &Words::new()).count(line, &mut words);
    }
    words.retain(|_, count| *count * 20 >= lines.len() && *count > 2);
    let pattern = |line: &&[u8]| {
        if line.len() > LONGEST { Vec::new() } else { Fields::of(line, &words).pattern(line) }
    };
    lines.iter().map(pattern).collect()
}

/// What many of the lines that are left begin with: the longest beginnings of the most lines.
fn beginning_of(left: &[(&[u8], &[u8])], lines: usize) -> Option<Pattern> {
    /// Fields of a beginning.
    const FEWEST: usize = 3;
    const MAX: usize = 12;
    let mut counts: BTreeMap<&[u8], (usize, usize)> = BTreeMap::new();
    for (_, text) in left {
        let ends = memchr::memchr_iter(b'\n', text).take(MAX).enumerate().skip(FEWEST - 1);
        for (fields, end) in ends {
            counts.entry(text.get(..=end)?).or_insert((0, fields + 1)).0 += 1;
        }
    }
    let enough = counts.into_iter().filter(|(_, (count, _))| *count * 25 >= lines && *count > 2);
    let (text, _) = enough.max_by_key(|(_, (count, fields))| count * fields)?;
    Pattern::new(text)
}

/// Families whose fields share slots where they have the same name, or the same before them.
fn with_slots(patterns: Vec<Pattern>) -> Vec<Family> {
    let mut slots: BTreeMap<Vec<u8>, u16> = BTreeMap::new();
    let mut families = Vec::new();
    for pattern in patterns {
        let mut taken = BTreeSet::new();
        let mut behind = Vec::new();
        let named = pattern.names().any(|name| name.is_some());
        let mut roles = Vec::new();
        for (field, (name, literal)) in pattern.names().zip(pattern.literals()).enumerate() {
            behind.push(b'\n');
            behind.extend_from_slice(literal);
            let mut identity = match name {
                Some(name) => {
                    behind = name.to_vec();
                    name.to_vec()
                }
                // What comes last after names is the same whatever the last name is: a line protocol's time.
                None if named && field + 1 == pattern.fields() => [b"\n\n", literal].concat(),
                None => behind.clone(),
            };
            while !taken.insert(identity.clone()) {
                identity.push(b'\n');
            }
            let next = slots.len() as u16;
            roles.push(Role { slot: *slots.entry(identity).or_insert(next), keyed: false, key: false });
        }
        families.push(Family { pattern, roles, keys: vec![] });
    }
    families
}

impl Rows<'_> {
    /// Whether there is at least one number in every other line.
    fn is_worth_it(&self, families: &[Family]) -> bool {
        let mut numeric = 0;
        for (family, fields) in &self.rows {
            let has_roles = families.get(*family).is_some_and(|family| !family.roles.is_empty());
            numeric += usize::from(has_roles && fields.iter().any(|field| looks_numeric(field)));
        }
        numeric * 2 > self.rows.len()
    }
}

/// Everything before the first line that fits.
fn preamble<'t>(text: &'t [u8], families: &[Family]) -> &'t [u8] {
    let mut places = Vec::new();
    let mut start = 0;
    for _ in 0..MAX_PREAMBLE {
        let rest = text.get(start..).unwrap_or_default();
        let Some(end) = memchr::memchr(b'\n', rest) else { break };
        let line = rest.get(..end).unwrap_or_default();
        let fits = |family: &Family| {
            // A header has as many fields as a row, but no number.
            family.pattern.find(line, 0, &mut places)
                && (places.is_empty()
                    || places
                        .iter()
                        .any(|(a, b)| looks_numeric(line.get(*a as usize..*b as usize).unwrap_or_default())))
        };
        if families.iter().any(fits) {
            return text.get(..start).unwrap_or_default();
        }
        start += end + 1;
    }
    &[]
}
