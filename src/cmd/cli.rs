//! What can be typed. The doc comments are the help; what the options mean is decided in each command's own file.

#[cfg(feature = "bench")]
use super::bench;
#[cfg(feature = "flash")]
use super::flash;
#[cfg(feature = "node")]
use super::node;
#[cfg(feature = "sim")]
use super::sim;
use super::{
    args::Verbosity, cat, check, completions, compress, concat, decompress, gene, inspect, keygen, list,
    prove, repair, sign, test, usage, verify, watch,
};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

/// Compress and stream what sensors say
#[derive(Debug, Parser)]
#[command(name = "qres", version = VERSION, propagate_version = false, max_term_width = 100)]
#[command(after_help = "Commands read stdin and write stdout when no file is named, or when it is `-`.
`qres COMMAND --help` has examples.")]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Cli {
    /// What to do
    #[command(subcommand)]
    pub(crate) command: Command,
    /// How to talk about it
    #[command(flatten)]
    pub(crate) verbosity: Verbosity,
}

const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (reads and writes format 1)");

const EXAMPLES: &str = "Examples:
  qres compress weather.csv                    writes weather.csv.qres beside it
  qres decompress weather.csv.qres             writes weather.csv back, byte for byte
  qres cat weather.csv.qres --rows 1000..1010  shows ten rows without decoding the rest
  sensor | qres compress > log.qres            works on pipes
  tail -f x.csv | qres compress --live | ssh host qres decompress

Exit codes:
  0 done   1 failed   2 usage   3 corrupt or truncated   4 not so   5 limit or newer format
  6 device or node unreachable   130 interrupted (of other signals 128 and their number)

`qres -d`, `qres -t` and `qres -l` are `decompress`, `test` and `list`, as in zstd.";

/// What to do
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Compress(compress::Args),
    Decompress(decompress::Args),
    Test(test::Args),
    Repair(repair::Args),
    Inspect(inspect::Args),
    List(list::Args),
    Cat(cat::Args),
    Concat(concat::Args),
    Check(check::Args),
    Watch(watch::Args),
    Gene(gene::Args),
    Keygen(keygen::Args),
    Prove(prove::Args),
    Sign(sign::Args),
    Verify(verify::Args),
    #[cfg(feature = "node")]
    Node(Box<node::Args>),
    #[cfg(feature = "sim")]
    Sim(Box<sim::Args>),
    #[cfg(feature = "bench")]
    Bench(bench::Args),
    #[cfg(feature = "flash")]
    Flash(Box<flash::Args>),
    Completions(completions::Args),
}

/// Reads the command line, or says what is wrong with it and ends.
pub(crate) fn parse() -> Cli {
    let mut known = Cli::command();
    let arguments = usage::expand(std::env::args_os().collect(), &known);
    let read = known
        .try_get_matches_from_mut(&arguments)
        .and_then(|matches| Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut known)));
    match read {
        Ok(cli) => {
            // Giving back the memory of all options takes longer than reading the command line.
            std::mem::forget(known);
            cli
        }
        Err(error) => {
            let json = arguments.iter().take_while(|word| *word != "--").any(|word| word == "--json");
            usage::refuse(error, &arguments, json, known)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
