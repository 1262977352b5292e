//! How the bounds of an archive are told: in words, and for programs.

use crate::text::describe;
use qres_core::{
    frame::{Cost, Header, Tolerance},
    table::{Layout, Schema},
};
use serde::Serialize;

/// The bounds of an archive.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Said {
    /// That of columns that have none of their own.
    all: String,
    /// The others.
    columns: Vec<SaidOf>,
    /// What they cost the first segment's columns.
    costs: Vec<SaidCost>,
}

#[derive(Debug, Clone, Serialize)]
struct SaidOf {
    name: String,
    within: String,
}

/// Distinct values of a column, and how many of them are left.
#[derive(Debug, Clone, Serialize)]
struct SaidCost {
    name: String,
    distinct: u64,
    left: u64,
}

impl Said {
    /// What a header says; nothing if all numbers are exact.
    pub(crate) fn of(header: &Header) -> Option<Self> {
        let names = match &header.schema {
            Schema::Table(layout) => Layout::names(layout),
            _ => vec![],
        };
        let of = |(column, tolerance): (usize, Tolerance)| SaidOf {
            name: describe::column(&names, column),
            within: tolerance.to_string(),
        };
        let cost = |(column, Cost { distinct, left }): (usize, Cost)| SaidCost {
            name: describe::column(&names, column),
            distinct,
            left,
        };
        (!header.bounds.is_exact()).then(|| Self {
            all: header.bounds.all().to_string(),
            columns: header.bounds.others().map(of).collect(),
            costs: header.bounds.costs().map(cost).collect(),
        })
    }

    /// The same for people: `numbers within 1 (temp within 0.05; time and state exact)`.
    pub(crate) fn line(&self) -> String {
        let (exact, within): (Vec<&SaidOf>, Vec<&SaidOf>) =
            self.columns.iter().partition(|of| of.within == "0");
        let within = within.iter().map(|of| format!("{} within {}", of.name, of.within));
        let within = within.collect::<Vec<_>>().join(", ");
        if self.all == "0" {
            return format!("{within}, all else exact");
        }
        let exact = exact.iter().map(|of| of.name.clone()).collect::<Vec<_>>();
        let exact = if exact.is_empty() { exact } else { vec![describe::list(&exact) + " exact"] };
        let own = Some(within).filter(|within| !within.is_empty()).into_iter().chain(exact);
        match own.collect::<Vec<_>>().join("; ") {
            own if own.is_empty() => format!("numbers within {}", self.all),
            own => format!("numbers within {} ({own})", self.all),
        }
    }

    /// The distinct values that are left, of columns that lose any, or more than half of them.
    pub(crate) fn left(&self, most: bool) -> Option<String> {
        let loses =
            |cost: &&SaidCost| if most { cost.left * 2 < cost.distinct } else { cost.left < cost.distinct };
        let costs = self.costs.iter().filter(loses);
        let costs: Vec<String> =
            costs.map(|cost| format!("{} {} of {}", cost.name, cost.left, cost.distinct)).collect();
        (!costs.is_empty()).then(|| describe::list(&costs))
    }

    /// Whether there is a bound for columns that were not named.
    pub(crate) fn is_for_all(&self) -> bool {
        self.all != "0"
    }
}
