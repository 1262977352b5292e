//! What has been told of private data, added up on paper: it never forgets, and refuses to overspend.
//!
//! ```text
//! qres privacy ledger 1
//! epsilon 8                            in all
//! epsilon-a-day 2
//! delta 0.000001
//! 2026-11-30 rho 0.013579 gene 4ebd... what was spent, a line each
//! ```
//! The first four lines are written by whoever owns the data, the others by qres: on disk before anything is told, so that a crash
//! costs budget and no privacy. What is spent is counted in zero-concentrated differential privacy (Bun and Steinke), where it
//! simply adds up; what is left is told in epsilon at delta by the tight conversion of Canonne, Kamath and Steinke.

use super::{append, input::quoted};
use crate::failure::{Failure, Outcome};
use std::{
    fs::File,
    io::{Read, Seek, SeekFrom, Write},
    path::Path,
};

/// Limit: bytes of a ledger.
const MAX: u64 = 16 << 20;

/// A ledger that is open, and that nobody else writes meanwhile.
#[derive(Debug)]
pub(crate) struct Ledger {
    file: File,
    name: String,
    account: Account,
    /// Where its last whole line ends.
    end: u64,
}

/// What a ledger says.
#[derive(Debug, Clone, Default, PartialEq)]
struct Account {
    epsilon: f64,
    epsilon_a_day: f64,
    delta: f64,
    /// Days, and what was spent on them.
    spent: Vec<(String, f64)>,
}

/// What is spent after something was told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spent {
    /// On that day.
    pub(crate) today: f64,
    /// In all.
    pub(crate) total: f64,
    /// The chance that these do not hold.
    pub(crate) delta: f64,
}

impl Ledger {
    /// Opens the ledger at `path`.
    pub(crate) fn open(path: &Path) -> Outcome<Self> {
        let name = quoted(path);
        let mut file = append::claim(path)?;
        let mut text = String::new();
        Read::by_ref(&mut file).take(MAX).read_to_string(&mut text).map_err(Failure::reading(&name))?;
        // A line without an end was cut by a crash, before anything was told.
        let whole = text.rfind('\n').map_or("", |end| &text[..=end]);
        let account = Account::parse(whole).map_err(|line| {
            let hint = "it begins with `qres privacy ledger 1`, `epsilon E`, `epsilon-a-day E` and `delta D`, a line each";
            Failure::corrupt(format!("{name}:{line}: no such line in a ledger"), hint)
        })?;
        let end = whole.len() as u64;
        Ok(Self { file, name, account, end })
    }

    /// Spends `rho` on `day` for what is called `what`, or refuses to. It is on disk when this returns.
    pub(crate) fn spend(&mut self, day: &str, rho: f64, what: &str) -> Outcome<Spent> {
        // Never less than was spent.
        let rho = (rho * 1e12).ceil() / 1e12;
        let spent = self.account.with(day, rho);
        let refusal = |of: &str, asked: f64, allowed: f64| {
            let what =
                format!("{}: {of} would come to epsilon {asked:.3}, and {allowed} is allowed", self.name);
            Failure::refuted(
                what,
                "tell less with a smaller `--epsilon`, or another day; what was told cannot be taken back",
            )
        };
        if spent.total > self.account.epsilon {
            return Err(refusal("what is told in all", spent.total, self.account.epsilon));
        }
        if spent.today > self.account.epsilon_a_day {
            return Err(refusal("what is told today", spent.today, self.account.epsilon_a_day));
        }
        let line = format!("{day} rho {rho:.12} {what}\n");
        let mut write = || {
            self.file.set_len(self.end)?;
            self.file.seek(SeekFrom::Start(self.end))?;
            self.file.write_all(line.as_bytes())?;
            self.file.sync_all()
        };
        write().map_err(Failure::writing(&self.name))?;
        self.end += line.len() as u64;
        self.account.spent.push((day.to_owned(), rho));
        Ok(spent)
    }

    /// The chance that what is promised does not hold.
    pub(crate) fn delta(&self) -> f64 {
        self.account.delta
    }
}

impl Account {
    /// Reads whole lines; else the number of the one that is wrong.
    fn parse(text: &str) -> Result<Self, usize> {
        let mut lines = text.lines().zip(1..);
        if lines.next().map(|(line, _)| line) != Some("qres privacy ledger 1") {
            return Err(1);
        }
        let mut number = |key: &str, most: f64| {
            let (line, at) = lines.next().ok_or(1_usize)?;
            let value = line.split_whitespace().collect::<Vec<_>>();
            let number = match value[..] {
                [found, number, ..] if found == key => number.parse::<f64>().ok(),
                _ => None,
            };
            number.filter(|number| *number > 0.0 && *number <= most).ok_or(at)
        };
        let (epsilon, epsilon_a_day) = (number("epsilon", 1e6)?, number("epsilon-a-day", 1e6)?);
        let delta = number("delta", 0.1)?;
        let spent = lines.map(|(line, at)| {
            let mut words = line.split_whitespace();
            let (day, is_rho) = (words.next().ok_or(at)?, words.next() == Some("rho"));
            let rho = words
                .next()
                .and_then(|rho| rho.parse::<f64>().ok())
                .filter(|rho| *rho >= 0.0 && rho.is_finite());
            rho.filter(|_| is_rho).map(|rho| (day.to_owned(), rho)).ok_or(at)
        });
        Ok(Self { epsilon, epsilon_a_day, delta, spent: spent.collect::<Result<_, _>>()? })
    }

    /// What will be spent if `rho` is, on `day`.
    fn with(&self, day: &str, rho: f64) -> Spent {
        let sum = |of: &dyn Fn(&str) -> bool| {
            rho + self.spent.iter().filter(|(day, _)| of(day)).map(|(_, rho)| rho).sum::<f64>()
        };
        let (today, total) = (sum(&|other| other == day), sum(&|_| true));
        let delta = self.delta;
        Spent { today: epsilon(today, delta), total: epsilon(total, delta), delta }
    }
}

/// The least epsilon that `rho` of zero-concentrated privacy promises at `delta`: the smallest over alpha > 1 of
/// `rho alpha + ln(1 / (alpha delta)) / (alpha - 1) + ln(1 - 1 / alpha)`. Every alpha gives a promise that holds, so a search
/// that stops early is on the safe side.
pub(crate) fn epsilon(rho: f64, delta: f64) -> f64 {
    if rho <= 0.0 {
        return 0.0;
    }
    let at = |above: f64| {
        let alpha = 1.0 + above.exp();
        rho * alpha + (1.0 / (alpha * delta)).ln() / (alpha - 1.0) + (-1.0 / alpha).ln_1p()
    };
    // In the logarithm of alpha - 1 there is one valley.
    let (mut low, mut high) = (-20.0_f64, 30.0_f64);
    for _ in 0..200 {
        let third = (high - low) / 3.0;
        if at(low + third) < at(high - third) { high -= third } else { low += third }
    }
    at(f64::midpoint(low, high)).max(0.0)
}

/// The most rho that promises `epsilon` at `delta`, rounded down.
pub(crate) fn rho(wanted: f64, delta: f64) -> f64 {
    let (mut low, mut high) = (0.0, wanted);
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if epsilon(middle, delta) <= wanted { low = middle } else { high = middle }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By an independent program.
    const KNOWN: [(f64, f64, f64); 6] = [
        (0.001, 1e-5, 0.1573353931612179),
        (0.001, 1e-9, 0.24511925387195305),
        (0.01, 1e-6, 0.6216926545596294),
        (0.1, 1e-9, 2.715481886732072),
        (0.5, 1e-5, 4.728386984947648),
        (1.0, 1e-6, 7.7662166253136515),
    ];

    #[test]
    fn epsilon_is_what_it_should_be() {
        for (spent, delta, known) in KNOWN {
            assert!(
                (epsilon(spent, delta) - known).abs() < 1e-6 * known,
                "{spent} {delta}: {}",
                epsilon(spent, delta)
            );
            assert!((rho(known, delta) - spent).abs() < 1e-5 * spent, "{}", rho(known, delta));
        }
    }

    const HEAD: &str = "qres privacy ledger 1\nepsilon 4 in all\nepsilon-a-day 1\ndelta 0.000001\n";

    #[test]
    fn what_is_spent_adds_up_and_is_never_more_than_allowed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger");
        std::fs::write(&path, HEAD).unwrap();
        let a_time = rho(0.6, 1e-6);
        let told = |day: &str| Ledger::open(&path).unwrap().spend(day, a_time, "gene").is_ok();
        assert!(told("2026-01-01") && told("2026-01-01"));
        assert!(!told("2026-01-01"), "a day has its own budget");
        let days = (2..99).take_while(|day| told(&format!("2026-01-{day:02}"))).count();
        let total = epsilon((days + 2) as f64 * a_time, 1e-6);
        assert!((3.8..=4.0).contains(&total), "{days} {total}");
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.lines().count(), 4 + 2 + days);
        // What a crash leaves was not told.
        let few = format!("{HEAD}2026-01-01 rho 0.0001 gene\n");
        std::fs::write(&path, format!("{few}2026-01-02 rho 0.0")).unwrap();
        assert!(told("2026-02-01"));
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with(&format!("{few}2026-02-01 rho 0.0")) && text.lines().count() == 6, "{text}");
    }

    #[test]
    fn lines_that_say_nothing_are_told() {
        for (text, line) in [
            ("", 1),
            ("qres privacy ledger 2\n", 1),
            ("qres privacy ledger 1\nepsilon 0\n", 2),
            ("qres privacy ledger 1\nepsilon 1\ndelta 0.1\n", 3),
        ] {
            assert_eq!(Account::parse(text), Err(line), "{text}");
        }
        for line in ["2026-01-01 rho", "2026-01-01 rho -1 x", "2026-01-01 0.1", "", "2026-01-01 rho NaN x"] {
            assert_eq!(Account::parse(&format!("{HEAD}{line}\n")), Err(5), "{line}");
        }
    }
}
