//! `qres sim`: swarms of simulated nodes.

use crate::{
    failure::{Exit, Failure, Outcome},
    io::output::{Content, Output, Target},
    sim::{
        self,
        attack::Attack,
        compare, replay,
        scenario::{Attackers, Scenario},
    },
    ui::Ui,
};
use clap::ValueEnum;
use std::{io::Write, path::PathBuf};

/// Simulate a swarm of nodes, honest and bad
///
/// Every honest node runs the peer that real nodes run: it learns alone, tries what it is told on its own samples, and hears
/// what predicts them better as an expert beside its own neuron. Bits are those of the errors that are left. Runs with the
/// same seed are the same, digest included, for any number of threads.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Read the scenario from a TOML file, whose keys are named as the options; options go before it
    #[arg(value_name = "SCENARIO")]
    scenario: Option<PathBuf>,
    /// Nodes, bad ones included (1000)
    #[arg(long, value_name = "N")]
    nodes: Option<u32>,
    /// Samples of each node (200)
    #[arg(long, value_name = "N")]
    rounds: Option<u32>,
    /// Minutes between two samples (10)
    #[arg(long, value_name = "N")]
    minutes: Option<u32>,
    /// Share of packets that are lost, such as 0.3
    #[arg(long, value_name = "SHARE")]
    loss: Option<f64>,
    /// Share of packets that arrive twice
    #[arg(long, value_name = "SHARE")]
    doubled: Option<f64>,
    /// Eighths of a round that packets take at most (4)
    #[arg(long, value_name = "N")]
    delay: Option<u32>,
    /// Share of honest nodes that begin half way through (0.1)
    #[arg(long, value_name = "SHARE")]
    newcomers: Option<f64>,
    /// Share of nodes that are off at any time
    #[arg(long, value_name = "SHARE")]
    churn: Option<f64>,
    /// Rounds in which one half does not hear the other, such as 50..100
    #[arg(long, value_name = "FROM..TO", value_parser = parse_rounds)]
    partition: Option<[u32; 2]>,
    /// Who lies, and how many of all, such as sign-flip:0.2,tailored:0.1
    #[arg(long, value_name = "NAME:SHARE", value_delimiter = ',', value_parser = parse_attackers)]
    attack: Vec<Attackers>,
    /// Deal out the columns of the CSV files in FOLDER, or make series up (`synthetic`)
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// Deal out the columns of this name alone
    #[arg(long, value_name = "NAME", requires = "data")]
    column: Option<String>,
    /// Kinds of made-up series (4)
    #[arg(long, value_name = "N", conflicts_with = "column")]
    kinds: Option<u32>,
    /// Seed of everything that is drawn (1)
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Compare rules that merge genes with experts, under each attack or those named, and shares of 0 to 90 %
    #[arg(long, conflicts_with_all = ["html", "csv", "nodes", "rounds"])]
    compare: bool,
    /// Newcomers of the comparison
    #[arg(long, value_name = "N", default_value_t = 16, requires = "compare", value_parser = clap::value_parser!(u32).range(2..=10_000))]
    trials: u32,
    /// Write a page that plays the run
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Overwrite the page
    #[arg(short, long, requires = "html")]
    force: bool,
    /// Print a line for each round instead
    #[arg(long)]
    csv: bool,
    /// Threads to use (0: all cores)
    #[arg(short = 'T', long, value_name = "N", default_value_t = 0)]
    threads: usize,
}

const EXAMPLES: &str = "Examples:
  qres sim --nodes 1000 --attack sign-flip:0.33 --loss 0.3
  qres sim --nodes 10000 --rounds 200 --attack tailored:0.2,sybil:0.1
  qres sim --data stations --column TEMP --minutes 60 --rounds 1000 --nodes 100
  qres sim --compare --data stations --column TEMP
  qres sim --nodes 500 --attack equivocation:0.2 --html swarm.html
  qres sim --csv | cut -d, -f1,9,10
  qres sim storm.toml --seed 7

Attacks:
  sign-flip, alie, inner-product, mimic, constant, slow-drift, huge, dissensus, on-off, equivocation, whitewash, sybil,
  eclipse, replay, withhold, cartel, tailored, oracle; regime-change: honest nodes whose world changes

A scenario:
  nodes = 500
  rounds = 300
  partition = [50, 100]
  attack = [{ kind = \"cartel\", share = 0.2 }]";

/// Runs a scenario, or compares.
pub(crate) fn run(args: Args, ui: Ui) -> Outcome<Exit> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.threads).build();
    let pool =
        pool.map_err(|error| Failure::refused(format!("no threads: {error}"), "use fewer with `-T`"))?;
    let (trials, csv, html, force) =
        (args.compare.then_some(args.trials), args.csv, args.html.clone(), args.force);
    let scenario = scenario(args)?;
    match trials {
        Some(trials) => pool.install(|| compare(&scenario, trials, ui))?,
        None => pool.install(|| simulate(&scenario, csv, html.map(Target::File).as_ref(), force, ui))?,
    }
    Ok(Exit::Done)
}

fn compare(scenario: &Scenario, trials: u32, ui: Ui) -> Outcome<()> {
    let mut progress = ui.progress("comparing", Some(compare::steps(scenario)), false);
    let compared = compare::compare(scenario, trials, |steps| progress.advance(steps))?;
    drop(progress);
    show(&compared, || compared.text(), ui)
}

fn simulate(scenario: &Scenario, csv: bool, page: Option<&Target>, force: bool, ui: Ui) -> Outcome<()> {
    if page.is_some() && scenario.nodes > replay::MAX_NODES {
        let what = format!("a page shows {} nodes at most", replay::MAX_NODES);
        return Err(Failure::usage(what, "leave `--html` out, or simulate fewer"));
    }
    let page = page.map(|page| Output::alone(page, Content::Text, force)).transpose()?;
    let mut progress = ui.progress("simulating", Some(scenario.rounds.into()), false);
    let report = sim::run(scenario, page.is_some(), |rounds| progress.advance(rounds))?;
    drop(progress);
    if let (Some(mut page), Some(replay)) = (page, &report.replay) {
        page.write(replay.page("A swarm of qres", &report.text()).as_bytes())?;
        page.finish(None, false)?;
    }
    if csv && !ui.json { print(&report.csv()) } else { show(&report, || report.text(), ui) }
}

/// Prints a report as JSON or for people.
fn show(report: &impl serde::Serialize, text: impl FnOnce() -> String, ui: Ui) -> Outcome<()> {
    match (ui.json, ui.is_quiet()) {
        (true, _) => ui.result(report, false),
        (false, true) => Ok(()),
        (false, false) => print(&text()),
    }
}

fn print(text: &str) -> Outcome<()> {
    std::io::stdout().lock().write_all(text.as_bytes()).map_err(Failure::writing("stdout"))
}

/// What was typed over what the file says.
fn scenario(args: Args) -> Outcome<Scenario> {
    let mut scenario = args.scenario.as_deref().map(Scenario::read).transpose()?.unwrap_or_default();
    let put = |to: &mut f64, typed: Option<f64>| *to = typed.unwrap_or(*to);
    let count = |to: &mut u32, typed: Option<u32>| *to = typed.unwrap_or(*to);
    put(&mut scenario.loss, args.loss);
    put(&mut scenario.doubled, args.doubled);
    put(&mut scenario.newcomers, args.newcomers);
    put(&mut scenario.churn, args.churn);
    count(&mut scenario.nodes, args.nodes);
    count(&mut scenario.rounds, args.rounds);
    count(&mut scenario.minutes, args.minutes);
    count(&mut scenario.delay, args.delay);
    count(&mut scenario.kinds, args.kinds);
    scenario.seed = args.seed.unwrap_or(scenario.seed);
    scenario.partition = args.partition.or(scenario.partition);
    scenario.column = args.column.or(scenario.column);
    if let Some(data) = args.data {
        scenario.data = Some(data).filter(|data| data.as_os_str() != "synthetic");
    }
    if !args.attack.is_empty() {
        scenario.attack = args.attack;
    }
    Ok(scenario)
}

fn parse_attackers(text: &str) -> Result<Attackers, String> {
    let (name, share) = text.split_once(':').ok_or("write NAME:SHARE, such as sign-flip:0.2")?;
    let kind = Attack::from_str(name, false).map_err(|_| format!("there is no attack `{name}`"))?;
    let share = share.parse().map_err(|_| format!("`{share}` is not a share such as 0.2"))?;
    Ok(Attackers { kind, share })
}

fn parse_rounds(text: &str) -> Result<[u32; 2], String> {
    let parse = |word: &str| word.parse::<u32>().ok();
    let rounds = text.split_once("..").and_then(|(from, to)| Some([parse(from)?, parse(to)?]));
    rounds.filter(|[from, to]| from < to).ok_or_else(|| "write FROM..TO, such as 50..100".into())
}
