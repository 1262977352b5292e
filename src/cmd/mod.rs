//! One file per subcommand: its `Args`, whose doc comments are the help, and `run`.

#[cfg(feature = "bench")]
pub(crate) mod bench;
pub(crate) mod bound;
pub(crate) mod cat;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod compress;
pub(crate) mod concat;
pub(crate) mod decompress;
#[cfg(feature = "flash")]
pub(crate) mod flash;
pub(crate) mod gene;
pub(crate) mod inspect;
pub(crate) mod level;
pub(crate) mod link;
pub(crate) mod list;
pub(crate) mod repair;
pub(crate) mod source;
pub(crate) mod test;
pub(crate) mod watch;
pub(crate) mod words;

use crate::{
    cli::{Cli, Command},
    error::{Exit, Failure, Outcome},
    ui::Ui,
};

/// Does what was asked and says how it ended.
pub(crate) fn run(cli: Cli) -> Exit {
    let Cli { command, verbosity } = cli;
    let ui = Ui::new(verbosity);
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
        #[cfg(feature = "bench")]
        Command::Bench(args) => bench::run(args, ui),
        #[cfg(feature = "flash")]
        Command::Flash(args) => flash::run(&args, ui),
        Command::Completions(args) => completions::run(&args),
    };
    done.unwrap_or_else(|failure| report(ui, &failure))
}

fn report(ui: Ui, failure: &Failure) -> Exit {
    if !matches!(failure, Failure::ClosedPipe) {
        ui.failure(failure);
    }
    failure.exit()
}

/// Does `each` for every one of `inputs`: what fails is reported and does not keep the rest from being done.
/// The exit is that of the first failure.
fn for_each<T>(ui: Ui, inputs: Vec<T>, mut each: impl FnMut(&T) -> Outcome) -> Exit {
    let mut exit = Exit::Done;
    for input in inputs {
        match each(&input) {
            Ok(()) => {}
            // Nobody reads: the rest would be done for nobody.
            Err(Failure::ClosedPipe) => break,
            Err(failure) => {
                let failed = report(ui, &failure);
                exit = if exit == Exit::Done { failed } else { exit };
            }
        }
    }
    exit
}
