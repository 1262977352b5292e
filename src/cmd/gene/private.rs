//! `qres gene export --private`: what is told of a gene, and what that costs.

use crate::{
    failure::{Failure, Outcome},
    io::{
        keys,
        ledger::{self, Ledger, Spent},
    },
    text::units,
};
use qres_core::{
    gene::{Gene, id_of},
    privacy::{MAX_VARIANCE, Noise, NotPrivate, release},
};
use std::{path::PathBuf, time::SystemTime};

/// Units of a weight.
const UNIT: f64 = 65536.0;

/// Whether a gene is told with noise
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Private {
    /// Add noise that hides what the gene was learnt from, and leave everything else out
    ///
    /// Of each column of numbers the weights of the last eight samples are told, all of them shortened to `--clip` as one vector,
    /// with discrete Gaussian noise. Whoever sees them can hardly tell one text with these columns from any other: by a factor
    /// of e^epsilon, but for a chance of delta. It hides all of the text at once, so noise is large; names and formats of columns
    /// are not hidden, nor what else is told of the same data without this.
    #[arg(long, requires = "epsilon_budget")]
    private: bool,
    /// Private: the ledger that says how much may be told in all and a day, and what was
    #[arg(long, value_name = "FILE", requires = "private")]
    epsilon_budget: Option<PathBuf>,
    /// Private: what this one may cost
    #[arg(long, value_name = "E", requires = "private", default_value_t = 1.0, value_parser = positive)]
    epsilon: f64,
    /// Private: the length to which weights are shortened
    #[arg(long, value_name = "C", requires = "private", default_value_t = 1.0, value_parser = positive)]
    clip: f64,
}

/// What was spent, for programs and people.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub(super) struct Cost {
    epsilon_today: f64,
    epsilon_total: f64,
    delta: f64,
    is_clipped: bool,
}

impl Private {
    /// Whether noise is asked for.
    #[cfg(feature = "flash")]
    pub(super) fn is_wanted(&self) -> bool {
        self.private
    }

    /// The gene to be told instead of `gene`, called `name`; what it costs is spent when this returns.
    pub(super) fn apply(&self, name: &str, gene: Vec<u8>) -> Outcome<(Vec<u8>, Option<Cost>)> {
        let Some(path) = self.epsilon_budget.as_ref().filter(|_| self.private) else {
            return Ok((gene, None));
        };
        let mut ledger = Ledger::open(path)?;
        let rho = ledger::rho(self.epsilon, ledger.delta());
        let bound = self.clip * UNIT;
        // Two vectors are no further apart than twice their length.
        let variance = (2.0 * bound * bound / rho).ceil();
        if bound < 1.0 || bound > f64::from(u32::MAX) || variance > MAX_VARIANCE as f64 {
            let hint = "weights are of the order of 1: take `--clip 1`, and an epsilon that leaves something of them";
            return Err(Failure::usage("so much noise leaves nothing", hint));
        }
        let parsed = Gene::parse(&gene).map_err(|source| Failure::gene(name, source))?;
        let mut noise = Noise::new(&*keys::random()?);
        let told =
            release(&parsed, bound as u32, variance as u64, &mut noise).map_err(|why| refusal(name, &why))?;
        let id = units::hex(&id_of(&told.gene));
        let Spent { today, total, delta } = ledger.spend(&day(), rho, &format!("gene {id}"))?;
        let is_clipped = told.is_clipped;
        Ok((told.gene, Some(Cost { epsilon_today: today, epsilon_total: total, delta, is_clipped })))
    }
}

impl Cost {
    /// What was spent, for people.
    pub(super) fn told(&self) -> String {
        let Self { epsilon_today, epsilon_total, delta, is_clipped } = self;
        let clipped = if *is_clipped { "; weights were shortened" } else { "" };
        format!("epsilon at delta {delta}: {epsilon_today:.3} today, {epsilon_total:.3} in all{clipped}")
    }
}

fn refusal(name: &str, why: &NotPrivate) -> Failure {
    let what = match why {
        // People count from 1.
        NotPrivate::Kind(column) => format!("the neuron of column {} of {name} is not linear", column + 1),
        NotPrivate::None | NotPrivate::Gene(_) => format!("{name}: {why}"),
    };
    Failure::refused(what, "train it with `--neuron linear`")
}

fn positive(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| *number > 0.0 && *number <= 1e4);
    number.ok_or_else(|| "a number above 0, and 10000 at most".into())
}

/// The day by the clock of the system, in UTC.
fn day() -> String {
    let seconds = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    civil((seconds / 86_400) as i64)
}

/// The date so many days after the first of January 1970.
fn civil(days: i64) -> String {
    // Years begin in March: the day that leap years add is their last.
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month < 3);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_dates() {
        for (days, date) in [
            (0, "1970-01-01"),
            (59, "1970-03-01"),
            (11_016, "2000-02-29"),
            (19_723, "2024-01-01"),
            (20_787, "2026-11-30"),
        ] {
            assert_eq!(civil(days), date);
        }
    }
}
