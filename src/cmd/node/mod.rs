//! `qres node`: a peer that delivers rows to others and takes theirs.

mod ask;
mod config;

#[cfg(feature = "flash")]
use crate::board::ports;
use crate::{
    cmd::{
        args::{KeyFlag, Verbosity},
        link::LinkFlags,
    },
    failure::{Exit, Failure, Outcome},
    io::{files::is_folder, input::Input, trusted::Trusted},
    node::{
        self, Follow, Lanes, Setup, Source, Teller, Until,
        store::{Keep, Policy},
        ticket::Ticket,
    },
    rows::{bounds, neurons::Neurons},
    text::units::{parse_size, parse_time},
    ui::Ui,
};
use clap::{Args as _, Command, FromArgMatches, ValueEnum};
use qres_core::{archive::Bound, trust::Name};
use std::{
    io::{IsTerminal, stdin, stdout},
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

/// Deliver rows to other machines, and take theirs, over links that break
///
/// Rows of stdin or `--input` are kept in the store, and go to each peer that follows: exactly, once, in order, until it has said
/// that they are on its disk, however often either end dies or the link breaks. With `--error` they go at once as well,
/// within the bound, as datagrams of a few bytes: only rows that the other end could not have foreseen.
///
/// Peers are known by their names (`qres keygen`), and take two UDP ports: one for connections, and the next for datagrams.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    disable_help_subcommand = true
)]
pub(crate) struct Args {
    #[command(subcommand)]
    question: Option<ask::Question>,
    #[command(flatten)]
    key: KeyFlag,
    /// Keep lines, and who has them, in DIR: one node at a time
    #[arg(long, value_name = "DIR", required_unless_present = "config")]
    store: Option<PathBuf>,
    /// Take options from a TOML file, too: `listen = "0.0.0.0:4600"`, `trust = ["did:qres:..."]`
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Take connections at ADDR, and datagrams at the port behind it
    #[arg(long, value_name = "ADDR", default_value = "0.0.0.0:0")]
    listen: SocketAddr,
    /// Keep a connection to a peer: NAME@HOST:PORT, as its node says when it starts
    #[arg(long, value_name = "PEER", value_parser = parse_ticket)]
    peer: Vec<Ticket>,
    /// Let a peer in that dials: a name, or a file of names
    #[arg(long, value_name = "NAME")]
    trust: Vec<String>,
    /// Announce the node on the networks it is on, and find peers there that are trusted or followed
    #[arg(long)]
    discover: bool,
    /// Let anybody in, and give them the rows
    #[arg(long)]
    open: bool,
    /// Publish the rows of FILE to its end; a later start goes on behind those it has published (`-` is stdin)
    #[arg(short, long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// Publish the rows of a board on a serial port, as `qres decompress --serial` prints them
    #[cfg(feature = "flash")]
    #[arg(long, value_name = "PORT", conflicts_with = "input")]
    serial: Option<String>,
    /// Print the rows of a peer as they come; a later start goes on behind those it has printed
    #[arg(long, value_name = "NAME", value_parser = parse_name)]
    follow: Vec<Name>,
    /// Print to FILE, which is cut to what is known to be printed; into FOLDER a file for each peer
    #[arg(short, long, value_name = "FILE", requires = "follow")]
    output: Option<PathBuf>,
    /// Print from line N on (the first is 0), whatever has been printed before
    #[arg(long, value_name = "N", requires = "follow", conflicts_with = "output")]
    from: Option<u64>,
    /// Send rows live, too, to within BOUND: `0.5`, or `temp=0.05` for a column
    #[arg(short, long, value_name = "BOUND", value_parser = bounds::parse)]
    error: Vec<Bound>,
    #[command(flatten)]
    link: LinkFlags,
    /// Send and take no history: only what is live
    #[arg(long, conflicts_with_all = ["exact_only", "output", "from"])]
    live_only: bool,
    /// Take no datagrams: only exact rows
    #[arg(long, conflicts_with = "error")]
    exact_only: bool,
    /// End when the input has ended and each `--peer` has all of it, and all that peers had is printed
    #[arg(long, conflicts_with = "until")]
    once: bool,
    /// End by itself: `lines=N` are printed, nothing came for `idle=TIME`, or after `time=TIME`
    #[arg(long, value_name = "CONDITION", value_parser = parse_until)]
    until: Option<Until>,
    /// Keep at most SIZE of lines of each name
    #[arg(long, value_name = "SIZE", default_value = "64M", value_parser = parse_size)]
    keep: u64,
    /// Keep lines for at most TIME
    #[arg(long, value_name = "TIME", value_parser = parse_long)]
    keep_for: Option<Duration>,
    /// What goes when that is passed: the oldest lines, those that come, or nothing, and the input waits
    #[arg(long, value_name = "WHAT", default_value = "oldest")]
    drop: Drop,
    /// Before lines are dropped, move numbers of the old ones by up to BOUND, which makes them shorter
    #[arg(long, value_name = "BOUND", value_parser = bounds::parse)]
    degrade: Vec<Bound>,
    /// Watch a column of the rows: tell when it is unusual, and whether peers see it too; learn of it beside theirs
    #[arg(long, value_name = "COLUMN")]
    watch: Vec<String>,
    /// Wait so long for more rows before exact ones are sent (default: 1s; 1min with `--error`)
    #[arg(long, value_name = "TIME", value_parser = parse_long)]
    every: Option<Duration>,
    /// Send at most SIZE of history a second to each peer
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    rate: Option<u64>,
    /// Answer browsers and programs at ADDR, such as 127.0.0.1:8080: a page of what it does, metrics, archives
    #[cfg(feature = "http")]
    #[arg(long, value_name = "ADDR")]
    http: Option<SocketAddr>,
}

const EXAMPLES: &str = "Examples:
  qres keygen -o hill.key; qres keygen -o base.key
  sensor | qres node --key hill.key --store hill --listen 0.0.0.0:4600 --trust $BASE
  qres node --key base.key --store base --peer $HILL@hill.example:4600 --follow $HILL
  qres node --key base.key --store base --peer $HILL@hill.example:4600 --follow $HILL -o hill.csv --once
  qres node --key hill.key --store hill -i day.csv --peer $BASE@base.example:4600 --once
  qres node status --store base

The first line on stderr is the ticket that others dial: NAME@ADDR.";

/// What goes when there is no room.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Drop {
    Oldest,
    Newest,
    Block,
}

fn parse_ticket(text: &str) -> Result<Ticket, String> {
    Ticket::parse(text).map_err(|failure| failure.to_string())
}

fn parse_name(text: &str) -> Result<Name, String> {
    Name::parse(text)
        .ok_or_else(|| "a name is `did:qres:` and 64 digits: `qres keygen --show FILE` prints it".into())
}

fn parse_until(text: &str) -> Result<Until, String> {
    let (what, value) = text.split_once('=').unwrap_or((text, ""));
    match what {
        "lines" => value.parse().map(Until::Lines).map_err(|_| "`lines=` needs a number".into()),
        "idle" => parse_long(value).map(Until::Idle),
        "time" => parse_long(value).map(Until::Time),
        _ => Err("a condition is lines=N, idle=TIME or time=TIME".into()),
    }
}

/// Parses a time that may be as long as days.
fn parse_long(text: &str) -> Result<Duration, String> {
    match text.strip_suffix('d') {
        Some(days) => {
            let days: u32 = days.parse().map_err(|_| "a number of days is wanted before the d".to_owned())?;
            Ok(Duration::from_secs(86_400) * days)
        }
        None => parse_time(text).map(|milliseconds| Duration::from_millis(u64::from(milliseconds))),
    }
}

/// Runs the node until it is done.
pub(crate) fn run(args: Args, verbosity: &Verbosity, ui: Ui) -> Outcome<Exit> {
    if let Some(question) = &args.question {
        return question.ask(ui);
    }
    let args = match &args.config {
        Some(path) => {
            let node = Verbosity::augment_args(Args::augment_args(Command::new("qres node")));
            let read = config::with_file(path, node)?;
            Args::from_arg_matches(&read)
                .map_err(|_| Failure::bug("options that were read cannot be read"))?
        }
        None => args,
    };
    let prints = !args.follow.is_empty() && args.output.is_none();
    let teller = Teller {
        json: ui.json,
        stdout_is_taken: prints,
        quiet: ui.is_quiet(),
        verbose: verbosity.verbose || (stdout().is_terminal() && !prints),
    };
    node::run(args.setup(ui)?, teller)?;
    Ok(Exit::Done)
}

impl Args {
    /// What is published.
    fn source(&self, ui: Ui) -> Outcome<Option<Source>> {
        #[cfg(feature = "flash")]
        if let Some(port) = &self.serial {
            return Ok(Some(Source::Board(ports::choose(Some(port))?, ui)));
        }
        let _ = ui;
        let path = match &self.input {
            Some(path) => path,
            // Whoever follows has not asked for what its stdin has.
            None if self.follow.is_empty() && !stdin().is_terminal() => Path::new("-"),
            None => return Ok(None),
        };
        Input::open(path).map(|input| Some(Source::Input(input)))
    }

    fn setup(self, ui: Ui) -> Outcome<Setup> {
        let secret = self.key.secret()?;
        let trusted = trusted(&self.trust)?;
        let follow = follows(&self.follow, self.output.as_deref(), self.from)?;
        let input = self.source(ui)?;
        let is_file = self.input.as_deref().filter(|path| *path != Path::new("-"));
        let place = is_file.map(|path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned()));
        bounds::check(&self.error, None)?;
        let live = (!self.error.is_empty())
            .then(|| self.link.setup(self.error.clone(), Neurons::default()))
            .transpose()?;
        let every = if live.is_some() { Duration::from_secs(60) } else { Duration::from_secs(1) };
        let policy = match self.drop {
            Drop::Oldest => Policy::Oldest,
            Drop::Newest => Policy::Newest,
            Drop::Block => Policy::Block,
        };
        Ok(Setup {
            secret,
            store: self
                .store
                .ok_or_else(|| Failure::usage("no store is named", "name a folder: `--store DIR`"))?,
            listen: self.listen,
            peers: self.peer,
            trusted,
            open: self.open,
            input,
            place,
            follow,
            lanes: match (self.live_only, self.exact_only) {
                (true, _) => Lanes::Live,
                (_, true) => Lanes::Exact,
                _ => Lanes::Both,
            },
            live,
            until: if self.once { Until::Delivered } else { self.until.unwrap_or(Until::Told) },
            keep: Keep { bytes: self.keep, age: self.keep_for, policy, degrade: self.degrade },
            watch: self.watch,
            every: self.every.unwrap_or(every),
            rate: self.rate,
            discover: self.discover,
            #[cfg(feature = "http")]
            http: self.http,
        })
    }
}

/// The names that are named, themselves or in files.
fn trusted(named: &[String]) -> Outcome<Vec<Name>> {
    let mut names = Vec::new();
    for text in named {
        match Name::parse(text) {
            Some(name) => names.push(name),
            None if text.starts_with("did:") => {
                return Err(Failure::usage(
                    format!("`{text}` is no name"),
                    "`qres keygen --show FILE` prints it",
                ));
            }
            None => names.extend(Trusted::read(Path::new(text))?.names()),
        }
    }
    Ok(names)
}

/// Where the rows of each peer go.
fn follows(names: &[Name], output: Option<&Path>, from: Option<u64>) -> Outcome<Vec<Follow>> {
    let folder = output.filter(|path| is_folder(path));
    if names.len() > 1 && folder.is_none() {
        let hint = "name a folder for them: `-o FOLDER/`";
        return Err(Failure::usage("rows of several peers would be mixed up", hint));
    }
    if let Some(folder) = folder {
        std::fs::create_dir_all(folder).map_err(Failure::writing(folder.display()))?;
    }
    let to = |name: &Name| match folder {
        Some(folder) => Some(folder.join(format!("{}.csv", name.short()))),
        None => output.filter(|path| *path != Path::new("-")).map(Path::to_owned),
    };
    Ok(names.iter().map(|name| Follow { name: *name, output: to(name), from }).collect())
}
