//! `qres gene list`: what the store has.

use super::show;
use crate::{
    cmd::args::StoreFlag,
    failure::{Exit, Failure, Outcome},
    io::store::{Store, short},
    text::{
        grid::{Align, Grid},
        plain, units,
    },
    ui::Ui,
};
use qres_core::gene::{Gene, Id, Origin, WHOLE};
use serde::Serialize;
use std::{collections::BTreeMap, io::Write};

/// List the genes of the store
///
/// What is damaged is listed as well, and the command ends with 3 then.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    store: StoreFlag,
    /// Print only what `--gene` takes, one a line: names, and ids of genes that have none
    #[arg(long, conflicts_with = "json")]
    names: bool,
}

const EXAMPLES: &str = "Examples:
  qres gene list
  qres gene list --json | jq -r '.genes[].id'";

/// What the store has.
#[derive(Debug, Serialize)]
struct Report {
    schema: &'static str,
    store: String,
    genes: Vec<Line>,
    /// Genes whose content is not what their id says.
    damaged: Vec<Damaged>,
    /// Names that stand for nothing that is there.
    dangling: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Line {
    id: String,
    #[serde(skip)]
    short: String,
    names: Vec<String>,
    bytes: u64,
    columns: u16,
    kind: &'static str,
    /// Rows learnt from.
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<u64>,
    /// Rows that archives go on from.
    #[serde(skip_serializing_if = "Option::is_none")]
    prior_rows: Option<u64>,
}

#[derive(Debug, Serialize)]
struct Damaged {
    id: String,
    #[serde(skip)]
    short: String,
    names: Vec<String>,
}

/// Lists the store.
pub(crate) fn run(args: &Args, ui: Ui) -> Outcome<Exit> {
    let report = Report::of(&args.store.get())?;
    if ui.json {
        ui.result(&report, false)?;
    } else {
        let text = if args.names { report.names() } else { report.text() };
        std::io::stdout().lock().write_all(text.as_bytes()).map_err(Failure::writing("stdout"))?;
    }
    match report.damaged.len() + report.dangling.len() {
        0 => Ok(Exit::Done),
        harmed => {
            let what =
                format!("the store is damaged: {} cannot be used", units::count(harmed as u64, "part"));
            Err(Failure::corrupt(what, "remove it with `qres gene rm`, or install the gene again"))
        }
    }
}

impl Report {
    fn of(store: &Store) -> Outcome<Self> {
        let folder = store.folder()?.display().to_string();
        let mut report = Self {
            schema: "qres.gene.list/1",
            store: folder,
            genes: vec![],
            damaged: vec![],
            dangling: vec![],
        };
        let mut names = BTreeMap::<Id, Vec<String>>::new();
        for (name, id) in store.names()? {
            match id {
                Some(id) => names.entry(id).or_default().push(name),
                None => report.dangling.push(name),
            }
        }
        for id in store.ids()? {
            let names = names.remove(&id).unwrap_or_default();
            match store.get(&id) {
                Ok(Some(bytes)) => report.genes.extend(Line::of(&id, &bytes, names)),
                // Removed by another process since.
                Ok(None) => {}
                Err(failure) if failure.cause::<crate::io::store::Damaged>().is_some() => {
                    report.damaged.push(Damaged { id: units::hex(&id), short: short(&id), names });
                }
                Err(other) => return Err(other),
            }
        }
        // What another process has just installed or removed is no damage.
        let now = store.names()?;
        for (id, names) in names {
            if store.get(&id).is_ok_and(|gene| gene.is_none()) {
                report.dangling.extend(names.into_iter().filter(|name| now.get(name) == Some(&Some(id))));
            }
        }
        Ok(report)
    }

    fn names(&self) -> String {
        let of = |gene: &Line| match gene.names.is_empty() {
            true => gene.short.clone() + "\n",
            false => gene.names.iter().map(|name| name.clone() + "\n").collect(),
        };
        self.genes.iter().map(of).collect()
    }

    fn text(&self) -> String {
        if self.genes.is_empty() && self.damaged.is_empty() && self.dangling.is_empty() {
            return format!("no genes in `{}`\n", plain::printable(&self.store));
        }
        let mut grid = Grid::new(&[
            ("gene", Align::Left),
            ("names", Align::Left),
            ("size", Align::Right),
            ("columns", Align::Right),
            ("kind", Align::Left),
            ("learnt from", Align::Right),
            ("prior", Align::Right),
        ]);
        let rows = |rows: Option<u64>| rows.map_or("-".into(), |rows| units::count(rows, "row"));
        for line in &self.genes {
            let (size, columns) = (units::size(line.bytes), line.columns.to_string());
            let [learnt, prior] = [rows(line.rows), rows(line.prior_rows)];
            grid.row([
                line.short.clone(),
                line.names.join(" "),
                size,
                columns,
                line.kind.into(),
                learnt,
                prior,
            ]);
        }
        let blank = String::new;
        for damaged in &self.damaged {
            let names = damaged.names.join(" ");
            grid.row([damaged.short.clone(), names, blank(), blank(), "damaged".into(), blank(), blank()]);
        }
        for name in &self.dangling {
            grid.row(["-".into(), name.clone(), blank(), blank(), "missing".into(), blank(), blank()]);
        }
        grid.lines()
    }
}

impl Line {
    /// The line of a gene, which has been checked.
    fn of(id: &Id, bytes: &[u8], names: Vec<String>) -> Option<Self> {
        let gene = Gene::parse(bytes).ok()?;
        let learnt = gene.lineage().map(|lineage| lineage.origin());
        let prior = gene.prior(WHOLE).and_then(|prior| show::prior(prior).ok());
        Some(Self {
            id: units::hex(id),
            short: short(id),
            names,
            bytes: bytes.len() as u64,
            columns: gene.columns(),
            kind: gene.kind().map_or("prior", show::kind),
            rows: learnt.and_then(|origin| match origin {
                Origin::Trained { rows, .. } => Some(rows),
                Origin::Merged(_) => None,
            }),
            prior_rows: prior.map(|(rows, _)| rows),
        })
    }
}
