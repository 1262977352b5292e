//! How the columns of a flow are written and what follows them: decided by the encoder, made alike at both ends.

use super::{Flow, lane::Lane};
use crate::{
    codec::{Before, Recipe, RecipeOdds},
    entropy::{
        Cursor,
        counted::{Bit, Number, Spelling},
        range::Coder,
    },
    frame::{columns, content, sense::Sense},
    table::{Column, Content, Format, Numbers, Presence, Table},
};
use alloc::{borrow::Cow, vec::Vec};

/// What an encoder wants to change.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Which way columns lead on, and how all of them are written from now on.
    pub(super) templates: Option<(Sense, Vec<Column>)>,
    /// Of each column what follows it from now on, if that changes.
    pub(super) recipes: Vec<Option<Option<Recipe>>>,
}

/// How plans mostly are.
#[derive(Debug, Clone)]
pub(super) struct PlanOdds {
    templates: Bit,
    sense: Bit,
    columns: Number,
    kept: Bit,
    template: Spelling,
    changed: Bit,
    followed: Bit,
    recipe: RecipeOdds,
}

impl Default for PlanOdds {
    fn default() -> Self {
        let (columns, template, recipe) = (Number::default(), Spelling::default(), RecipeOdds::default());
        let [templates, sense, kept, changed, followed] = [Bit::default(); 5];
        Self { templates, sense, columns, kept, template, changed, followed, recipe }
    }
}

/// Bytes of a template at most.
const MAX_TEMPLATE: usize = 1 << 10;

impl PlanOdds {
    /// Codes a template that covers at most `fields` fields.
    fn template(&mut self, coder: &mut impl Coder, wanted: Option<&Column>, fields: usize) -> Option<Column> {
        let mut bytes = Vec::new();
        wanted.into_iter().for_each(|template| content::write_template(template, &mut bytes));
        let bytes = self.template.code(coder, &bytes, MAX_TEMPLATE)?;
        let mut cursor = Cursor::new(&bytes);
        let template = content::read_template(&mut cursor, fields).ok()?;
        cursor.rest().is_empty().then_some(template)
    }
}

/// The rows before a plan, read as its templates say.
pub(super) struct Past {
    table: Table,
    presence: Presence,
}

impl Past {
    pub(super) fn new(flow: &Flow, templates: &[&Column]) -> Option<Self> {
        let table = flow.layout.split_like(&flow.recent.text, templates)?;
        let presence = Presence::of(&flow.layout, &table).ok()?;
        Some(Self { table, presence })
    }

    pub(super) fn column(&self, index: usize) -> Option<&Column> {
        self.table.columns.get(index)
    }

    /// Calls `work` with the numbers of a column and those of its neighbours.
    pub(super) fn with<T>(
        &self,
        index: usize,
        sense: Sense,
        work: impl FnOnce(Before<'_>) -> T,
    ) -> Option<T> {
        let column = self.column(index)?;
        let known: Vec<Option<Cow<'_, [i64]>>> = self.table.columns.iter().map(columns::row_values).collect();
        let neighbours = columns::neighbours_of(column, index, &known, sense, &self.presence);
        let neighbours: Vec<&[i64]> = neighbours.iter().map(|values| &**values).collect();
        let words: Vec<i64>;
        let (values, ulps, digits) = match &column.content {
            Content::Numbers(Numbers { values, ulps, format, .. }) => (&**values, &**ulps, digits_of(format)),
            Content::Tokens { ids, .. } => {
                words = ids.iter().map(|id| i64::from(*id)).collect();
                (&*words, &[][..], 0)
            }
            Content::Text(_) => return None,
        };
        Some(work(Before { values, ulps, neighbours: &neighbours, digits }))
    }
}

fn digits_of(format: &Format) -> u8 {
    match format {
        Format::Significant(line, _) => line.digits(),
        _ => 0,
    }
}

impl Flow {
    /// Codes a plan, the one `wanted` or what the coder says, and does what it says. `None` if that cannot be.
    pub(super) fn code_plan(&mut self, coder: &mut impl Coder, wanted: Option<&Plan>) -> Option<()> {
        let wanted_templates = wanted.and_then(|plan| plan.templates.as_ref());
        if self.odds.plan.templates.code(coder, wanted_templates.is_some()) {
            self.code_templates(coder, wanted_templates)?;
        }
        let (total, sense) = (self.lanes.len(), self.sense);
        self.teach(self.reading())?;
        let past = Past::new(self, &self.templates())?;
        for index in (0..total).map(|nth| sense.nth(nth, total)) {
            let recipe = wanted.and_then(|plan| plan.recipes.get(index)?.as_ref());
            if self.odds.plan.changed.code(coder, recipe.is_some()) {
                self.code_model(coder, index, recipe.and_then(Option::as_ref), &past)?;
            }
        }
        Some(())
    }

    fn code_templates(
        &mut self,
        coder: &mut impl Coder,
        wanted: Option<&(Sense, Vec<Column>)>,
    ) -> Option<()> {
        let odds = &mut self.odds.plan;
        let leftward = wanted.is_some_and(|(sense, _)| *sense == Sense::Leftward);
        let leftward = odds.sense.code(coder, leftward);
        let sense = Sense::of_bit(usize::from(leftward));
        let columns = odds.columns.code(coder, wanted.map_or(0, |(_, columns)| columns.len() as u64));
        let columns = usize::try_from(columns).ok().filter(|columns| *columns <= self.layout.columns())?;
        let mut templates = Vec::new();
        let mut fields = self.layout.columns();
        for index in 0..columns {
            let wanted = wanted.and_then(|(_, columns)| columns.get(index));
            let known = self.lanes.get(index).map(|lane| &lane.template);
            let is_kept =
                known.zip(wanted).is_some_and(|(known, wanted)| content::is_written_alike(known, wanted));
            let (template, is_kept) = match known {
                Some(known) if odds.kept.code(coder, is_kept) => (known.clone(), true),
                _ => (odds.template(coder, wanted, fields)?, false),
            };
            fields = fields.checked_sub(template.span)?;
            templates.push((template, is_kept));
        }
        if fields > 0 {
            return None;
        }
        self.write_as(sense, templates)
    }

    /// Writes columns as `templates` from now on. Those that are kept go on as they were, if all columns lead on as before
    /// and cover the fields that they covered.
    fn write_as(&mut self, sense: Sense, templates: Vec<(Column, bool)>) -> Option<()> {
        let all: Vec<&Column> = templates.iter().map(|(template, _)| template).collect();
        let past = Past::new(self, &all)?;
        let spans = self.lanes.iter().map(|lane| lane.template.span);
        let alike = sense == self.sense && spans.eq(all.iter().map(|template| template.span));
        let mut before = core::mem::take(&mut self.lanes).into_iter();
        for (index, (_, is_kept)) in templates.iter().enumerate() {
            let kept = before.next().filter(|_| alike && *is_kept);
            self.lanes.push(match kept {
                Some(lane) => lane,
                None => Lane::new(past.column(index)?),
            });
        }
        self.sense = sense;
        Some(())
    }

    fn code_model(
        &mut self,
        coder: &mut impl Coder,
        index: usize,
        wanted: Option<&Recipe>,
        past: &Past,
    ) -> Option<()> {
        if !self.odds.plan.followed.code(coder, wanted.is_some()) {
            self.lanes.get_mut(index)?.model = None;
            return Some(());
        }
        self.teach(past.column(index)?.content.cells() as u64)?;
        let odds = &mut self.odds.plan;
        let (sense, level) = (self.sense, self.level);
        let none = Recipe::unseen(&[]);
        let lane = self.lanes.get_mut(index)?;
        past.with(index, sense, |before| {
            let recipe = odds.recipe.code(coder, wanted.unwrap_or(&none), before.values.is_empty())?;
            let parents = recipe.parents().iter().map(|back| sense.before(index, *back));
            let parents = parents.collect::<Option<Vec<usize>>>()?;
            lane.follow(&recipe, parents, before, level).then_some(())
        })?
    }
}
