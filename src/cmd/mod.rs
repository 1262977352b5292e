//! One file per subcommand: its `Args`, whose doc comments are the help, and `run`.

pub(crate) mod args;
#[cfg(feature = "bench")]
pub(crate) mod bench;
pub(crate) mod bound;
pub(crate) mod cat;
pub(crate) mod check;
pub(crate) mod cli;
pub(crate) mod completions;
pub(crate) mod compress;
pub(crate) mod concat;
pub(crate) mod decompress;
pub(crate) mod each;
#[cfg(feature = "flash")]
pub(crate) mod flash;
pub(crate) mod gene;
pub(crate) mod inspect;
pub(crate) mod keygen;
pub(crate) mod level;
pub(crate) mod link;
pub(crate) mod list;
#[cfg(feature = "node")]
pub(crate) mod node;
pub(crate) mod prove;
pub(crate) mod repair;
pub(crate) mod sign;
#[cfg(feature = "sim")]
pub(crate) mod sim;
pub(crate) mod source;
pub(crate) mod test;
mod usage;
pub(crate) mod verify;
pub(crate) mod watch;

use crate::{failure::Exit, ui::Ui};
use clap::CommandFactory;
use cli::{Cli, Command};

/// Does what was asked and says how it ended.
pub(crate) fn run(cli: Cli) -> Exit {
    let Cli { command, verbosity } = cli;
    let ui = Ui::new(verbosity.quiet, verbosity.verbose, verbosity.json);
    let done = match command {
        Command::Compress(args) => compress::run(args, ui),
        Command::Decompress(args) => decompress::run(args, ui),
        Command::Test(args) => test::run(args, ui),
        Command::List(args) => list::run(args, ui),
        Command::Concat(args) => concat::run(args, ui),
        Command::Repair(args) => repair::run(args, ui),
        Command::Inspect(args) => inspect::run(args, ui),
        Command::Cat(args) => cat::run(args, ui),
        Command::Check(args) => check::run(args, ui),
        Command::Watch(args) => watch::run(args, ui),
        Command::Gene(args) => gene::run(args, ui),
        Command::Keygen(args) => keygen::run(args, ui),
        Command::Prove(args) => prove::run(args, ui),
        Command::Sign(args) => sign::run(args, ui),
        Command::Verify(args) => verify::run(args, ui),
        #[cfg(feature = "sim")]
        Command::Sim(args) => sim::run(*args, ui),
        #[cfg(feature = "bench")]
        Command::Bench(args) => bench::run(args, ui),
        #[cfg(feature = "node")]
        Command::Node(args) => node::run(*args, &verbosity, ui),
        #[cfg(feature = "flash")]
        Command::Flash(args) => flash::run(&args, ui),
        Command::Completions(args) => completions::run(&args, &mut Cli::command()),
    };
    done.unwrap_or_else(|failure| each::report(ui, &failure))
}
