//! What the encoder of a flow decides: when to plan anew, and whether that is worth its bytes.

use super::{
    CHECK_BYTES, Flow, FlowStart, MAX_FLUSH, Wanted, flows,
    lane::{Cell, FIRST, Lane, cells_of},
    memory,
    plan::{Past, Plan},
    text_limit,
};
use crate::{
    codec::{Before, Follower, Level, Recipe, suiting},
    entropy::{put_varint, range::Encoder},
    error::Error,
    frame::{Header, content},
    table::{Care, Column, Content, Layout, Schema, Strings},
};
use alloc::vec::Vec;

/// Writes a flow.
#[derive(Debug, Clone)]
pub struct FlowWriter {
    flow: Flow,
    /// Bytes of text at most.
    limit: u64,
    rows: usize,
    /// Rows at which it is looked at again how columns are written.
    next: usize,
}

/// It is looked at again how columns are written after so many rows, and whenever there are so many times as many.
const GROWTH: usize = 4;
/// Cells that are looked at again before a flush, and those more for each of its lines: a flush should not wait long.
const TIME: usize = 512;
const TIME_A_LINE: usize = 128;
/// Fewer values say nothing of what follows them best.
const MIN_VALUES: usize = 8;

impl FlowWriter {
    /// Begins a flow in a frame of that header, which is [`Header::resolved`] and [`Header::flowing`]; `named` if its text
    /// begins with the preamble. Appends what it says first. `None` if such rows cannot flow.
    pub(crate) fn new(header: &Header, level: Level, named: bool, out: &mut Vec<u8>) -> Option<Self> {
        let Schema::Table(layout) = &header.schema else { return None };
        if !flows(layout) || memory(layout.columns(), level) > header.memory() {
            return None;
        }
        let start = FlowStart { named, level };
        start.write(out);
        let mut this = Self::of(layout, level, text_limit(header));
        this.flow.begin_text(if named { layout.preamble() } else { &[] });
        Some(this)
    }

    /// A flow of at most `limit` bytes of text, of which nothing has come.
    pub(in crate::frame) fn of(layout: &Layout, level: Level, limit: u64) -> Self {
        Self { flow: Flow::new(layout, level), limit, rows: 0, next: 0 }
    }

    /// The rows that models learn from when they are made anew.
    pub(in crate::frame) fn recent(&self) -> &[u8] {
        &self.flow.recent.text
    }

    /// Bytes of text so far.
    pub(crate) fn text_bytes(&self) -> u64 {
        self.flow.text_bytes
    }

    /// Whether `text` is not too long for a flush of it.
    pub(crate) fn has_room(&self, text: &[u8]) -> bool {
        text.len() <= MAX_FLUSH && self.flow.text_bytes + text.len() as u64 <= self.limit
    }

    /// Lines so far.
    pub(crate) fn lines(&self) -> u64 {
        self.flow.lines
    }

    /// Appends the end; gives the digest of the text.
    pub(crate) fn finish(self, out: &mut Vec<u8>) -> [u8; 32] {
        self.flow.end().write(out);
        *self.flow.digest.finalize().as_bytes()
    }

    /// Appends a flush of `text`; nothing, and says no, if it does not look like rows of the layout.
    pub(crate) fn flush(&mut self, text: &[u8], out: &mut Vec<u8>) -> bool {
        let Some((code, check)) = self.code(text) else { return false };
        put_varint(out, code.len() as u64 + 1);
        out.extend(check);
        out.extend(code);
        true
    }

    /// The range code of `text`, which comes next, and its check; `None` if it does not look like rows of the layout.
    pub(in crate::frame) fn code(&mut self, text: &[u8]) -> Option<(Vec<u8>, [u8; CHECK_BYTES])> {
        if !self.has_room(text) {
            return None;
        }
        let layout = &self.flow.layout;
        let known = if self.flow.lanes.is_empty() {
            layout.split(text, Care::Quick)
        } else {
            layout.split_like(text, &self.flow.templates())
        };
        let mut table = known?;
        let plan = self.plan(text, table.lines);
        let mut coder = Encoder::default();
        let mut begun = self.flow.begin(&mut coder, plan.as_ref());
        if plan.is_some() {
            match self.flow.layout.split_like(text, &self.flow.templates()) {
                Some(split) => table = split,
                None => begun = None,
            }
        }
        let cells: Vec<Vec<Cell>> = table.columns.iter().map(|column| cells_of(&column.content)).collect();
        let wanted = Wanted { table: &table, cells: &cells };
        let Some(coded) = begun.and_then(|()| self.flow.rows(&mut coder, Some(&wanted), MAX_FLUSH)) else {
            debug_assert!(false, "an encoder knows what it may say");
            return None;
        };
        self.rows += table.lines;
        Some((coder.finish(), self.flow.remember(text, coded)))
    }

    /// Appends the text of a range code that comes next, and changes nothing.
    pub(in crate::frame) fn decode(&self, code: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        self.flow.clone().decode(code, MAX_FLUSH, out).map(|_| ())
    }

    /// What should change before `text` comes, which has so many lines.
    fn plan(&mut self, text: &[u8], lines: usize) -> Option<Plan> {
        let (rows, lanes) = (self.rows, &self.flow.lanes);
        let alarm = 2.max(rows / 32);
        let written_anew = rows >= self.next || lanes.iter().any(|lane| lane.notes.strange >= alarm);
        let templates = if written_anew { self.new_templates(text) } else { None };
        let is_due = |lane: &Lane| lane.notes.is_due(rows);
        if written_anew {
            self.next = FIRST.max(rows * GROWTH);
            self.flow.lanes.iter_mut().for_each(|lane| lane.notes.strange = 0);
        } else if !self.flow.lanes.iter().any(is_due) {
            return None;
        }
        let recipes = self.recipes(text, lines, templates.as_ref())?;
        let changes = templates.is_some() || recipes.iter().any(Option::is_some);
        let templates = templates.map(|templates| (self.flow.sense, templates));
        changes.then_some(Plan { templates, recipes })
    }

    /// How columns are written from now on, if not as they are.
    fn new_templates(&self, text: &[u8]) -> Option<Vec<Column>> {
        let mut templates = self.templates(text)?;
        let lanes = &self.flow.lanes;
        let is_same = |lane: &Lane, template: &Column| content::is_written_alike(&lane.template, template);
        if lanes.len() == templates.len() && lanes.iter().zip(&templates).all(|(l, t)| is_same(l, t)) {
            return None;
        }
        let spans = lanes.iter().map(|lane| lane.template.span);
        if spans.eq(templates.iter().map(|template| template.span)) {
            // The words that are known go on being so.
            for (template, lane) in templates.iter_mut().zip(lanes).filter(|(t, l)| is_same(l, t)) {
                *template = lane.template.clone();
            }
        }
        Some(templates)
    }

    /// The recipes of the models that should follow columns from now on: those that are due, as many as there is time for.
    fn recipes(
        &mut self,
        text: &[u8],
        lines: usize,
        templates: Option<&Vec<Column>>,
    ) -> Option<Vec<Option<Option<Recipe>>>> {
        let (rows, sense) = (self.rows, self.flow.sense);
        let templates: Vec<Column> = match templates {
            Some(templates) => templates.clone(),
            None => self.flow.lanes.iter().map(|lane| lane.template.clone()).collect(),
        };
        let all: Vec<&Column> = templates.iter().collect();
        let past = Past::new(&self.flow, &all)?;
        let coming = self.flow.layout.split_like(text, &all)?;
        let (most, mut time) = (TIME + lines * TIME_A_LINE, 0);
        let cost_of = |index: usize| past.column(index).map_or(0, |column| column.content.cells());
        // Columns that are written anew cannot wait.
        let lanes = &self.flow.lanes;
        let anew = (0..templates.len())
            .filter(|index| lanes.get(*index).map(|lane| &lane.template) != templates.get(*index));
        let anew = anew.map(|index| cost_of(index) as u64).sum::<u64>();
        let teachable = self.flow.teachable().checked_sub(self.flow.reading() + anew)?;
        let mut recipes = Vec::new();
        for (index, template) in templates.iter().enumerate() {
            let kept = self.flow.lanes.get_mut(index).filter(|lane| lane.template == *template);
            let is_due = kept.as_ref().is_none_or(|lane| lane.notes.is_due(rows));
            let cost = cost_of(index);
            let waits =
                kept.is_some() && (time > 0 && time + cost > most || (time + cost) as u64 > teachable);
            if !is_due || waits {
                recipes.push(None);
                continue;
            }
            time += cost;
            let now = kept.as_deref().filter(|lane| lane.model.is_some());
            let coming = coming.columns.get(index)?;
            let level = self.flow.level;
            let recipe = past.with(index, sense, |before| recipe(now, before, coming, level)).flatten();
            if let Some(lane) = kept {
                lane.notes.look(rows);
            }
            recipes.push(recipe.map(Some));
        }
        Some(recipes)
    }

    /// How the rows so far and `text` are written.
    fn templates(&self, text: &[u8]) -> Option<Vec<Column>> {
        let all = [&self.flow.recent.text[..], text].concat();
        let table = self.flow.layout.split(&all, Care::Full)?;
        Some(table.columns.iter().map(|column| Lane::new(column).template).map(without_words).collect())
    }
}

/// The recipe of the model that should follow a column from now on, if not the one that does.
fn recipe(now: Option<&Lane>, before: Before<'_>, coming: &Column, level: Level) -> Option<Recipe> {
    if before.values.len() < MIN_VALUES {
        let coming: Vec<i64> = cells_of(&coming.content).iter().filter_map(Cell::value).collect();
        let unseen = now.is_none().then(|| Recipe::unseen(&coming));
        return unseen.filter(|recipe| Follower::is_possible(recipe, before));
    }
    let (recipe, bits, values) = suiting(before, level)?;
    let spent = now.and_then(|lane| lane.notes.spent(values));
    let plan = RECIPE * values as u64 / (GROWTH * before.values.len()) as u64;
    (spent.is_none_or(|spent| bits + plan < spent)).then_some(recipe)
}

/// What a recipe takes, roughly, in units of 2^-16 bits.
const RECIPE: u64 = 80 << 16;

/// A template as it is read: its words are those of the rows that come.
fn without_words(template: Column) -> Column {
    match template.content {
        Content::Tokens { .. } => {
            Column { content: Content::Tokens { distinct: Strings::new(), ids: Vec::new() }, ..template }
        }
        content => Column { content, ..template },
    }
}
