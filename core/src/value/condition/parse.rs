//! Conditions as people write them.
//!
//! ```text
//! any        := all ("or" all)*
//! all        := not ("and" not)*
//! not        := "not" not | "(" any ")" | comparison
//! comparison := name sign value | name "is" ["not"] "null"
//! sign       := "=" | "==" | "!=" | "<>" | "<" | "<=" | ">" | ">="
//! ```
//! Names and values may stand between quotes (`"`, `'` or backquotes, doubled inside); else a name ends where a sign or `is`
//! follows, and a value before `and`, `or`, a closing bracket or the end. Words of the language may be in capitals.

use super::{Comparison, Condition, Node, Relation};
use alloc::{boxed::Box, string::String, vec::Vec};
use core::fmt;

/// Limit: brackets and `not` within each other, and comparisons.
const MAX_DEPTH: usize = 64;
const MAX_COMPARISONS: usize = 1024;

/// The signs of relations, the longer ones first.
const SIGNS: [(&str, Relation); 8] = [
    ("==", Relation::Equal),
    ("!=", Relation::Unequal),
    ("<>", Relation::Unequal),
    ("<=", Relation::AtMost),
    (">=", Relation::AtLeast),
    ("=", Relation::Equal),
    ("<", Relation::Less),
    (">", Relation::More),
];

/// Why a text is no condition, and where it stops being one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// The character, counted from 1.
    pub at: usize,
    /// Why.
    pub why: Why,
}

/// Why a text is no condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// A comparison should stand there.
    NoComparison,
    /// A sign should follow the name.
    NoSign,
    /// The value has no order.
    Unordered,
    /// A quote or a bracket is not closed.
    Open(char),
    /// Only `and`, `or` or the end can follow.
    Stray,
    /// There is too much of it.
    Limit,
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.why {
            Why::NoComparison => write!(f, "a comparison is missing at character {}", self.at),
            Why::NoSign => write!(f, "a sign such as `>` or `=` is missing at character {}", self.at),
            Why::Unordered => write!(f, "the value at character {} is neither a number nor a time", self.at),
            Why::Open(mark) => write!(f, "the `{mark}` at character {} is not closed", self.at),
            Why::Stray => write!(f, "only `and`, `or` or the end can follow at character {}", self.at),
            Why::Limit => write!(f, "it has too many comparisons or brackets at character {}", self.at),
        }
    }
}

impl Condition {
    /// Parses a condition.
    ///
    /// ```
    /// use qres_core::value::Condition;
    ///
    /// let condition = Condition::parse("temp >= 20.5 and not state = off").unwrap();
    /// let row: [&[u8]; 2] = [b"20.50", b"on"];
    /// assert!(condition.holds(&|place| condition.comparisons()[place].holds(row[place])));
    /// ```
    ///
    /// # Errors
    ///
    /// [`Invalid`] if `text` is none.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let mut parser = Parser { text, rest: text, comparisons: Vec::new(), depth: 0 };
        let node = parser.any()?;
        parser.skip_blanks();
        if !parser.rest.is_empty() {
            return Err(parser.wrong(Why::Stray));
        }
        Ok(Self { node, comparisons: parser.comparisons })
    }
}

struct Parser<'t> {
    text: &'t str,
    rest: &'t str,
    comparisons: Vec<Comparison>,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn wrong(&self, why: Why) -> Invalid {
        Self::wrong_at(self.text, self.rest, why)
    }

    /// What is wrong where `rest` of `text` begins.
    fn wrong_at(text: &str, rest: &str, why: Why) -> Invalid {
        let before = text.get(..text.len() - rest.len()).unwrap_or(text);
        Invalid { at: before.chars().count() + 1, why }
    }

    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Takes a word of the language, if it comes next.
    fn take_word(&mut self, word: &str) -> bool {
        self.skip_blanks();
        let behind = after_word(self.rest, word);
        self.rest = behind.unwrap_or(self.rest);
        behind.is_some()
    }

    fn any(&mut self) -> Result<Node, Invalid> {
        let mut nodes = alloc::vec![self.all()?];
        while self.take_word("or") {
            nodes.push(self.all()?);
        }
        Ok(one_or(nodes, Node::Any))
    }

    fn all(&mut self) -> Result<Node, Invalid> {
        let mut nodes = alloc::vec![self.not()?];
        while self.take_word("and") {
            nodes.push(self.not()?);
        }
        Ok(one_or(nodes, Node::All))
    }

    fn not(&mut self) -> Result<Node, Invalid> {
        if self.depth == MAX_DEPTH || self.comparisons.len() == MAX_COMPARISONS {
            return Err(self.wrong(Why::Limit));
        }
        self.depth += 1;
        let node = self.primary();
        self.depth -= 1;
        node
    }

    fn primary(&mut self) -> Result<Node, Invalid> {
        if self.take_word("not") {
            return Ok(Node::Not(Box::new(self.not()?)));
        }
        let start = self.rest;
        let Some(inside) = start.strip_prefix('(') else { return self.comparison() };
        self.rest = inside;
        let node = self.any()?;
        self.skip_blanks();
        match self.rest.strip_prefix(')') {
            Some(rest) => self.rest = rest,
            None if self.rest.is_empty() => return Err(Self::wrong_at(self.text, start, Why::Open('('))),
            None => return Err(self.wrong(Why::Stray)),
        }
        Ok(node)
    }

    fn comparison(&mut self) -> Result<Node, Invalid> {
        let start = self.rest;
        let name = self.name()?;
        if name.is_empty() {
            return Err(Self::wrong_at(self.text, start, Why::NoComparison));
        }
        self.skip_blanks();
        let place = Node::One(self.comparisons.len());
        if let Some((is_not, rest)) = after_null(self.rest) {
            self.rest = rest;
            self.comparisons.push(Comparison::new(&name, Relation::Null, ""));
            return Ok(if is_not { Node::Not(Box::new(place)) } else { place });
        }
        let sign = SIGNS.iter().find_map(|(sign, relation)| Some((self.rest.strip_prefix(sign)?, *relation)));
        let Some((rest, relation)) = sign else { return Err(self.wrong(Why::NoSign)) };
        self.rest = rest.trim_start();
        let value_at = self.rest;
        let value = self.value()?;
        let comparison = Comparison::new(&name, relation, &value);
        if comparison.is_of_words() && !matches!(relation, Relation::Equal | Relation::Unequal) {
            return Err(Self::wrong_at(self.text, value_at, Why::Unordered));
        }
        self.comparisons.push(comparison);
        Ok(place)
    }

    fn name(&mut self) -> Result<String, Invalid> {
        if let Some(quoted) = self.quoted()? {
            return Ok(quoted);
        }
        let ends = |at: &usize| {
            let rest = self.rest.get(*at..).unwrap_or_default();
            rest.starts_with(['=', '<', '>']) || rest.starts_with("!=") || follows_null(self.rest, *at)
        };
        let end = (0..self.rest.len()).filter(|at| self.rest.is_char_boundary(*at)).find(ends);
        let (name, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        Ok(name.trim().into())
    }

    fn value(&mut self) -> Result<String, Invalid> {
        if let Some(quoted) = self.quoted()? {
            return Ok(quoted);
        }
        let ends = |at: &usize| {
            let rest = self.rest.get(*at..).unwrap_or_default();
            rest.starts_with(')') || follows_word(self.rest, *at, "and") || follows_word(self.rest, *at, "or")
        };
        let end = (0..self.rest.len()).filter(|at| self.rest.is_char_boundary(*at)).find(ends);
        let (value, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        Ok(value.trim().into())
    }

    /// What stands between quotes, if one comes next; doubled ones inside stand for one.
    fn quoted(&mut self) -> Result<Option<String>, Invalid> {
        let start = self.rest;
        let Some(quote) = start.chars().next().filter(|first| ['"', '\'', '`'].contains(first)) else {
            return Ok(None);
        };
        let (mut inside, mut letters) = (String::new(), start.char_indices().skip(1).peekable());
        while let Some((at, letter)) = letters.next() {
            if letter == quote && letters.next_if(|(_, next)| *next == quote).is_none() {
                self.rest = start.get(at + letter.len_utf8()..).unwrap_or_default();
                return Ok(Some(inside));
            }
            inside.push(letter);
        }
        Err(self.wrong(Why::Open(quote)))
    }
}

fn one_or(mut nodes: Vec<Node>, several: impl Fn(Vec<Node>) -> Node) -> Node {
    match nodes.pop() {
        Some(node) if nodes.is_empty() => node,
        last => {
            nodes.extend(last);
            several(nodes)
        }
    }
}

/// What follows `word` at the front of a text, if it stands alone there.
fn after_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (front, rest) = text.split_at_checked(word.len())?;
    let stands_alone = !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_');
    (front.eq_ignore_ascii_case(word) && stands_alone).then_some(rest)
}

/// Whether `word` stands alone at that place, behind a blank or the beginning.
fn follows_word(text: &str, at: usize, word: &str) -> bool {
    let (before, rest) = text.split_at_checked(at).unwrap_or((text, ""));
    (before.is_empty() || before.ends_with(char::is_whitespace)) && after_word(rest, word).is_some()
}

/// What follows `is null` or `is not null` at the front of a text, and whether there is a `not`.
fn after_null(text: &str) -> Option<(bool, &str)> {
    let rest = after_word(text, "is")?.trim_start();
    let behind = after_word(rest, "not");
    Some((behind.is_some(), after_word(behind.unwrap_or(rest).trim_start(), "null")?))
}

fn follows_null(text: &str, at: usize) -> bool {
    let (before, rest) = text.split_at_checked(at).unwrap_or((text, ""));
    before.ends_with(char::is_whitespace) && after_null(rest).is_some()
}
