//! What `qres gene export` and `install` say when they are done, of files and of boards.

#[cfg(feature = "privacy")]
use super::private::Cost;
use crate::{failure::Outcome, io::output::Target, text::units, ui::Ui};
use qres_core::gene::Id;
use serde::Serialize;

/// The result of `export`, for programs.
#[derive(Debug, Serialize)]
pub(super) struct Exported {
    schema: &'static str,
    input: String,
    output: String,
    id: String,
    bytes: u64,
    /// It was learnt just now, from the rows of an archive.
    trained: bool,
    /// What was told of private data.
    #[cfg(feature = "privacy")]
    #[serde(flatten)]
    cost: Option<Cost>,
}

impl Exported {
    /// What was written to `target`.
    pub(super) fn new(input: String, target: &Target, id: Id, bytes: usize, trained: bool) -> Self {
        let id = units::hex(&id);
        let (output, bytes) = (target.plain(), bytes as u64);
        Self {
            schema: "qres.gene.export/1",
            input,
            output,
            id,
            bytes,
            trained,
            #[cfg(feature = "privacy")]
            cost: None,
        }
    }

    /// The same, and what it costs.
    #[cfg(feature = "privacy")]
    pub(super) fn with(self, cost: Option<Cost>) -> Self {
        Self { cost, ..self }
    }

    pub(super) fn tell(&self, target: &Target, ui: Ui) -> Outcome {
        ui.summary(|| {
            let name = if target.is_stdout() { "stdout" } else { &self.output };
            let learnt = if self.trained { ", learnt from the rows of the archive" } else { "" };
            format!("{name}: {}{learnt}\ngene {}", units::size(self.bytes), self.id)
        });
        #[cfg(feature = "privacy")]
        if let Some(cost) = &self.cost {
            ui.summary(|| cost.told());
        }
        ui.result(self, target.is_stdout())
    }
}

/// The result of one `install`, for programs.
#[derive(Debug, Serialize)]
pub(super) struct Installed<'a> {
    pub(super) schema: &'static str,
    pub(super) input: String,
    pub(super) id: String,
    pub(super) name: Option<&'a str>,
    pub(super) bytes: u64,
    pub(super) store: String,
    /// It was not there, or damaged.
    pub(super) installed: bool,
}
